"""The plan of a month: who is due is proposed a day, before it becomes a visit."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules import revisit as revisit_rules
from ...rules import visit_cycle
from ..shared.label import listed
from .free_time import FreeTime

LINE = "key.account.visit.plan.line"


class KeyAccountVisitPlan(models.Model):
    """A month's visits, as they are proposed by importance and cycle.

    A plan belongs to whoever makes it, for themselves or for people of the teams that
    they manage or support. What it proposes is no visit and takes nobody's time, until
    it is accepted. Proposing again keeps what was accepted, dropped or moved by hand.
    """

    _name = "key.account.visit.plan"
    _description = "Visit Plan"
    _inherit = ["key.account.under"]
    _order = "month desc, id desc"
    _reckoned = frozenset(("month",))

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Planned by",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    month = fields.Date(
        required=True,
        default=lambda self: self._default_month(),
        help="Any day of it.",
    )
    person_ids = fields.Many2many(
        "res.users",
        string="People",
        default=lambda self: self._default_people(),
        domain="[('id', 'in', plannable_ids)]",
        required=True,
    )
    plannable_ids = fields.Many2many("res.users", compute="_compute_plannable_ids")
    proposed_on = fields.Datetime("Proposed on", readonly=True, copy=False)
    line_ids = fields.One2many(LINE, "plan_id", string="Lines", copy=False)
    visit_line_ids = fields.One2many(
        LINE,
        "plan_id",
        string="Proposed visits",
        domain=[("state", "in", ("proposed", "accepted"))],
        copy=False,
    )
    missing_line_ids = fields.One2many(
        LINE,
        "plan_id",
        string="Not placed",
        domain=[("state", "=", "missing")],
        copy=False,
    )
    dropped_line_ids = fields.One2many(
        LINE,
        "plan_id",
        string="Dropped",
        domain=[("state", "=", "dropped")],
        copy=False,
    )
    proposed_count = fields.Integer(string="Proposed", compute="_compute_counts")
    missing_count = fields.Integer(
        string="Visits not placed", compute="_compute_counts"
    )
    accepted_count = fields.Integer(string="Accepted", compute="_compute_counts")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.model
    def _default_month(self):
        """This month in its first half, then the next."""
        today = self.env.company._key_account_today()
        return today.replace(day=1) + relativedelta(months=int(today.day > 15))

    @api.model
    def _default_people(self):
        """The people of one's teams; who has none plans for themselves."""
        return self._team_people(self.env.company) or self.env.user

    @api.depends("month", "person_ids")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            month = plan.month and format_date(self.env, plan.month, date_format="y-MM")
            # Whom a plan is for may be read by whoever reads the plan.
            names = listed(self.env, plan.sudo().person_ids.mapped("name"))
            plan.display_name = " · ".join(part for part in (month, names) if part)

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_plannable_ids(self):
        for company, plans in self.grouped("company_id").items():
            plans.plannable_ids = self._plannable(company)

    @api.depends("line_ids.state")
    def _compute_counts(self):
        groups = self.env[LINE]._read_group(
            [("plan_id", "in", self.ids)], ["plan_id", "state"], ["__count"]
        )
        counts = {(plan.id, state): count for plan, state, count in groups}
        for plan in self:
            for state in ("proposed", "missing", "accepted"):
                plan[f"{state}_count"] = counts.get((plan.id, state), 0)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        vals_list = [self._with_first_day(vals) for vals in vals_list]
        for vals in vals_list:
            given = {**self.default_get(["person_ids", "company_id"]), **vals}
            company = self.env["res.company"].browse(given["company_id"])
            people = self._moves("person_ids", given["person_ids"], set())
            self._assert_plannable(self.env["res.users"].browse(people), company)
        return super().create(vals_list)

    def write(self, vals):
        self._assert_kept(vals)
        vals = self._with_first_day(vals)
        self._assert_not_proposed(vals)
        if not {"person_ids", "company_id"}.isdisjoint(vals):
            for plan in self:
                company = plan.company_id.browse(
                    vals.get("company_id", plan.company_id.id)
                )
                now = set(plan.person_ids.ids) if "company_id" not in vals else set()
                people = self._moves("person_ids", vals.get("person_ids", []), now)
                people = plan.person_ids.browse(people - now)
                plan._assert_plannable(people, company)
        return super().write(vals)

    @api.model
    def _with_first_day(self, vals):
        if not vals.get("month"):
            return vals
        day = fields.Date.to_date(vals["month"])
        return {**vals, "month": day.replace(day=1)}

    def _assert_not_proposed(self, vals):
        moved = self.filtered(
            lambda plan: any(
                name in vals
                and plan._fields[name].convert_to_write(plan[name], plan) != vals[name]
                for name in ("month", "company_id")
            )
        )
        if used := moved.filtered("line_ids"):
            raise UserError(
                self.env._(
                    "%s has been proposed already. Make another plan for another"
                    " month.",
                    listed(self.env, used.mapped("display_name")),
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_propose(self):
        """Propose the month, or what of it is still open, anew."""
        self._assert_may_plan()
        for plan in self:
            plan._propose()
        return True

    def action_accept(self):
        """Make visits of all that is proposed."""
        return self.line_ids.filtered(
            lambda line: line.state == "proposed"
        ).action_accept()

    def action_open_calendar(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": LINE,
            "view_mode": "calendar,list,kanban,form",
            "domain": [
                ("plan_id", "=", self.id),
                ("state", "in", ("proposed", "accepted")),
            ],
            "context": {"initial_date": fields.Date.to_string(self.month)},
        }

    def action_open_missing(self):
        return self._open_lines("missing", self.env._("Not Placed"))

    def action_open_accepted(self):
        return self._open_lines("accepted", self.env._("Accepted"))

    def _open_lines(self, state, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": LINE,
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("plan_id", "=", self.id), ("state", "=", state)],
        }

    # ------------------------------------------------------------
    # WHO PLANS FOR WHOM
    # ------------------------------------------------------------

    @api.model
    def _teams(self, company):
        """Teams for whose people the user plans: those they manage or support."""
        # Which teams there are is no secret of the sales department's own rules.
        teams = self.env["crm.team"].sudo()
        teams = teams.search(
            Domain("is_key_account", "=", True)
            & Domain("company_id", "in", [False, company.id])
        )
        user = self.env.user
        return teams.filtered(
            lambda team: (
                user in team.key_account_support_ids
                or team._is_managed_by(user, company)
            )
        )

    @api.model
    def _plannable(self, company):
        """Themselves, and the people of their teams."""
        return self.env.user | self._team_people(company)

    @api.model
    def _team_people(self, company):
        """Who works, or owns accounts, in the teams that the user plans for."""
        teams = self._teams(company)
        owning = self.env["key.account"]._read_group(
            Domain("team_id", "in", teams.ids) & Domain("company_id", "=", company.id),
            ["user_id"],
        )
        owners = self.env["res.users"].union(*(user for [user] in owning))
        people = owners.sudo() | teams.crm_team_member_ids.user_id
        return people.filtered("active").with_env(self.env)

    def _assert_may_plan(self):
        """The user may still plan for the people of these plans."""
        self.check_access("write")
        for plan in self:
            plan._assert_plannable(plan.person_ids, plan.company_id)

    @api.model
    def _assert_plannable(self, people, company):
        if self.env.su:
            return
        if foreign := people - self._plannable(company):
            raise AccessError(
                self.env._(
                    "You plan visits for yourself and, as manager or sales support, for"
                    " the people of your teams, not for: %s.",
                    listed(self.env, foreign.sudo().mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # THE PROPOSAL
    # ------------------------------------------------------------

    def _propose(self):
        self.ensure_one()
        self._assert_month_ahead()
        open_ = self.line_ids.filtered(lambda line: not line._is_settled())
        open_.unlink()
        company = self.company_id
        length = company._key_account_visit_length()
        time_of = FreeTime(company, self.person_ids, *self._span())
        self._take_settled(time_of)
        now = fields.Datetime.now()
        people = [time_of.person(each, length, now) for each in self.person_ids]
        dues, occasions = self._dues()
        placed, missing = visit_cycle.propose(
            dues, people, company.sudo().key_account_visits_per_day
        )
        areas = {due.account: due.area for due in dues}
        revisits = revisit_rules.revisits(dues, placed)
        lines = [
            {
                **self._placed_values(time_of, each),
                "occasion": occasions[each.account]
                if each in revisits
                else revisit_rules.CYCLE,
            }
            for each in placed
        ]
        # A revisit that found no day is named as one, once.
        unplaced = set(occasions) - {each.account for each in revisits}
        for each in missing:
            lines.append(self._missing_values(each))
            if each.account in unplaced:
                unplaced.remove(each.account)
                lines[-1]["occasion"] = occasions[each.account]
        for line in lines:
            line.update(plan_id=self.id, area=areas[line["key_account_id"]])
        # Nobody makes such lines by hand; who may plan was asked.
        self.env[LINE].sudo()._create_kept(lines)
        self._write_kept({"proposed_on": now})

    def _assert_month_ahead(self):
        if self._span()[1] <= self.company_id._key_account_today():
            raise UserError(
                self.env._(
                    "%s is over. Make a plan for this month or another to come.",
                    self.display_name,
                )
            )

    def _span(self):
        return visit_cycle.month_days(self.month)

    def _placed_values(self, time_of, placed):
        person = self.env["res.users"].browse(placed.person)
        return {
            "key_account_id": placed.account,
            "user_id": person.id,
            "date_start": time_of.utc(person, placed.start),
            "date_end": time_of.utc(person, placed.end),
            "state": "proposed",
        }

    def _missing_values(self, missing):
        return {
            "key_account_id": missing.account,
            "state": "missing",
            "reason": missing.reason,
        }

    def _take_settled(self, time_of):
        """What stays of an earlier proposal takes time, as visits do; accepted ones are
        visits by now."""
        for line in self.line_ids.filtered(lambda line: line.state == "proposed"):
            person = line.user_id
            if person in self.person_ids:
                span = time_of._span(person, line.date_start, line.date_end)
                time_of.busy[person.id].append(span)
                time_of.taken[person.id][span[0].date()] += 1
