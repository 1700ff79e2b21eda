"""One visit of a month's plan: proposed, moved, dropped, accepted, or not placed."""

from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...rules import revisit as revisit_rules
from ...rules import visit_cycle
from ...rules.evidence import said
from ..account.key_account import ENDED_STATES
from ..shared.label import labelled, listed, noted, selection_labels
from .free_time import FreeTime

# Whoever moves a line says these.
_MOVED = ("user_id", "date_start", "date_end")


class KeyAccountVisitPlanLine(models.Model):
    """A visit that a plan proposes, or the reason why it proposes none.

    Lines are made by proposing alone. Whoever makes the plan moves them, onto working
    time that is still free; drops them, with a reason; accepts them, which makes a
    visit in state planned.
    """

    _name = "key.account.visit.plan.line"
    _description = "Visit of a Plan"
    _inherit = ["key.account.kept"]
    _order = "date_start, key_account_id, id"
    _rec_name = "key_account_id"

    plan_id = fields.Many2one(
        "key.account.visit.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, index=True, precompute=True
    )
    grade = fields.Selection(related="key_account_id.grade")
    occasion = fields.Selection(
        [
            (revisit_rules.CYCLE, "Visits of the policy"),
            (revisit_rules.DELIVERY, "Revisit after a delivery"),
            (revisit_rules.REVISIT, "Revisit by cycle"),
        ],
        required=True,
        readonly=True,
        default=revisit_rules.CYCLE,
        help="Why the customer is visited: as often as the policy says; or because a"
        " revisit falls due.",
    )
    area = fields.Char(readonly=True, help="City or province of the customer.")
    user_id = fields.Many2one(
        "res.users", string="Who visits", domain="[('id', 'in', person_ids)]"
    )
    person_ids = fields.Many2many(related="plan_id.person_ids", string="People")
    date_start = fields.Datetime(string="Start")
    date_end = fields.Datetime(string="End")
    state = fields.Selection(
        [
            ("missing", "Not placed"),
            ("proposed", "Proposed"),
            ("dropped", "Dropped"),
            ("accepted", "Accepted"),
        ],
        default="missing",
        required=True,
        readonly=True,
        index=True,
    )
    moved = fields.Boolean(
        readonly=True, help="Moved by hand: proposing again leaves it where it is."
    )
    reason = fields.Selection(
        [
            (visit_cycle.NOBODY, "Nobody is responsible"),
            (visit_cycle.NO_WORK, "No working time left in the month"),
            (visit_cycle.AWAY, "Away the whole month"),
            (visit_cycle.BUSY, "No free half-day: visits and meetings take them all"),
            (visit_cycle.APART, "No other week for a further visit"),
            (visit_cycle.FULL, "More visits due than fit on the days"),
            (visit_cycle.STAND_IN, "A colleague stands in who is not in this plan"),
        ],
        string="Why not",
        readonly=True,
    )
    drop_reason = fields.Char(string="Reason for dropping")
    visit_id = fields.Many2one(
        "key.account.visit", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _placed = models.Constraint(
        "CHECK (state IN ('missing', 'dropped') OR (date_start IS NOT NULL"
        " AND date_end > date_start AND user_id IS NOT NULL))",
        "A visit has somebody who makes it, a start, and an end after it.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        """Moving a line, or placing one that found no day, takes free working time."""
        self._assert_kept(vals)
        self._assert_reckonable(vals)
        if self._is_by_process(vals) or set(_MOVED).isdisjoint(vals):
            return super().write(vals)
        self.check_access("write")
        self._assert_state(("proposed", "missing"), self.env._("moved"))
        for line in self:
            user, start, end = line._moved_to(vals)
            line._assert_free({line: (user, start, end)})
            placed = {"user_id": user.id, "date_start": start, "date_end": end}
            super(KeyAccountVisitPlanLine, line).write({**vals, **placed})
            line._write_kept({"state": "proposed", "reason": False, "moved": True})
        return True

    def _moved_to(self, vals):
        """(who, start, end) as these values move it: the length is kept, where no end
        is given; where there is none, it is the company's."""
        self.ensure_one()
        user = self.env["res.users"].browse(vals.get("user_id", self.user_id.id))
        user = user or self.key_account_id.sudo().user_id & self.plan_id.person_ids
        start = fields.Datetime.to_datetime(vals.get("date_start", self.date_start))
        end = fields.Datetime.to_datetime(vals.get("date_end", self.date_end))
        if start and "date_end" not in vals:
            end = start + (
                self.date_end - self.date_start
                if self.date_start
                else self.company_id._key_account_visit_length()
            )
        return user.with_env(self.env), start, end

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_accept(self):
        """Make a planned visit of each; all or none. Nobody is sent anything.

        :return: the visits, as an action
        """
        self._assert_state(("proposed",), self.env._("accepted"))
        self.plan_id._assert_may_plan()
        self._assert_still_due()
        self._assert_free(
            {line: (line.user_id, line.date_start, line.date_end) for line in self}
        )
        # In the name of whoever plans: each account is asked for the right to it.
        visits = self.env["key.account.visit"].with_context(mail_create_nolog=True)
        visits = visits.create([line._visit_values() for line in self])
        for line, visit in zip(self, visits, strict=True):
            line._set_kept({"state": "accepted", "visit_id": visit.id})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.visit_action"
        )
        return {
            **action,
            "domain": [("id", "in", visits.ids)],
            # The calendar opens where they are, not on today.
            "context": {
                "initial_date": fields.Date.to_string(min(visits.mapped("date_start")))
            },
        }

    def action_drop(self, reason=None):
        """Not this month, and why; proposing again leaves it out.

        :param reason: for all of these; without one each says its own
        """
        self._assert_state(("proposed", "missing"), self.env._("dropped"))
        reasons = {line: said(reason) or said(line.drop_reason) for line in self}
        if silent := self.filtered(lambda line: not reasons[line]):
            raise UserError(
                self.env._(
                    "Say why these visits are dropped: %s.",
                    listed(self.env, silent.mapped("display_name")),
                )
            )
        for line in self:
            line._write_kept({"state": "dropped", "drop_reason": reasons[line]})
        return True

    def action_take_back(self):
        """It is due again: proposing anew finds it a day."""
        self._assert_state(("dropped",), self.env._("taken back"))
        for line in self:
            line._write_kept(
                {
                    "state": "missing",
                    "reason": False,
                    "date_start": False,
                    "date_end": False,
                    "drop_reason": False,
                }
            )
        return True

    def action_open_visit(self):
        self.ensure_one()
        return self.visit_id._open_visit()

    def _visit_values(self):
        account = self.key_account_id
        revisit = self.occasion != revisit_rules.CYCLE
        known = revisit or account.state in ("active", "dormant")
        return {
            "key_account_id": account.id,
            "user_id": self.user_id.id,
            "date_start": self.date_start,
            "date_end": self.date_end,
            "purpose": "revisit" if known else "development",
        }

    # ------------------------------------------------------------
    # WHAT IS ASKED
    # ------------------------------------------------------------

    def _is_settled(self):
        """Whether proposing anew leaves it as it is."""
        return self.state in ("accepted", "dropped") or (
            self.state == "proposed" and self.moved
        )

    def _assert_state(self, states, done):
        self.check_access("write")
        if not self:
            raise UserError(self.env._("There is nothing to be %s.", done))
        if wrong := self.filtered(lambda line: line.state not in states):
            labels = selection_labels(self, "state")
            raise UserError(
                self.env._(
                    "%(lines)s cannot be %(done)s: only lines that are %(states)s can.",
                    lines=listed(
                        self.env,
                        (
                            noted(self.env, line.display_name, labels[line.state])
                            for line in wrong
                        ),
                    ),
                    done=done,
                    states=" / ".join(labels[state] for state in states),
                )
            )

    def _assert_still_due(self):
        """Raise where a customer has ended since it was proposed, or is somebody
        else's to visit; all of them in one error. What whoever plans may not read is
        refused where it is made."""
        words = {}
        readable = self.key_account_id._filtered_access("read")
        lines = self.filtered(lambda line: line.key_account_id in readable)
        for user, those in lines.grouped("user_id").items():
            visits = self.env["key.account.visit"]
            open_ = set(visits._reader(user, those.key_account_id)._ids)
            for line in those:
                account = line.key_account_id
                day = line.company_id._key_account_day(line.date_start)
                if not account.active or account.state in ENDED_STATES:
                    words[line] = self.env._("the account has ended")
                elif account.id not in open_ and not account._lets_in(user, day):
                    words[line] = self.env._(
                        "%s cannot open the account", user.sudo().name
                    )
        if words:
            raise UserError(
                self.env._(
                    "These visits are not due as they were proposed:\n%s\nPropose the"
                    " month anew, or drop them.",
                    "\n".join(
                        f"- {labelled(self.env, line.display_name, why)}"
                        for line, why in words.items()
                    ),
                )
            )

    def _assert_free(self, spans):
        """Raise where a visit would be outside working time or beside something else,
        all of them in one error.

        :param spans: ``{line: (who, start, end)}``
        """
        words = {}
        for plan, lines in self.grouped("plan_id").items():
            first, after = plan._span()
            people = plan.person_ids
            free = FreeTime(plan.company_id, people, first, after)
            others = lines._beside(plan)
            for line in lines:
                user, start, end = spans[line]
                if why := line._why_not(free, user, start, end, others[user]):
                    words[line] = why
                elif user:
                    others[user].append((start, end))
        if words:
            raise UserError(
                self.env._(
                    "These visits cannot take place then:\n%s\nChoose a free time"
                    " within working hours.",
                    "\n".join(
                        f"- {labelled(self.env, line.display_name, why)}"
                        for line, why in words.items()
                    ),
                )
            )

    def _beside(self, plan):
        """``{person: [(start, end)]}`` of what the plan proposes beside these."""
        others = defaultdict(list)
        for line in plan.line_ids - self:
            if line.state == "proposed":
                others[line.user_id].append((line.date_start, line.date_end))
        return others

    def _why_not(self, free, user, start, end, others):
        if not user or user not in free.people:
            return self.env._("say who of the people of the plan makes the visit")
        if not start or not end or end <= start:
            return self.env._("say from when to when")
        words = {
            "user": user.sudo().name,
            "time": format_datetime(self.env, start, dt_format="short"),
        }
        if start <= fields.Datetime.now():
            return self.env._("%(time)s is over", **words)
        day = free.local(user, start).date()
        if not free.first <= day < free.after:
            return self.env._("%(time)s is not in the month of the plan", **words)
        why = free.why_not(user, start, end, others)
        if why == visit_cycle.NO_WORK:
            return self.env._("%(user)s does not work on %(time)s", **words)
        if why:
            return self.env._("%(user)s has something else on %(time)s", **words)
        return None
