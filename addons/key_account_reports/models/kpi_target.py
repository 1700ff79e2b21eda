"""What a person or a team is to reach in a period."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.key_account.models.shared.act import meet
from odoo.addons.key_account.models.shared.label import listed

from ..rules import kpi as rules
from .number_words import FigureWords, NumberWords
from .ratio_report import told_apart


class KeyAccountKpiTarget(models.Model):
    """What a person or a team is to reach in a period: a plan, or a percentage.

    A person's target may name the team it belongs to; a team without a plan of its own
    is measured against the sum of its people's. Locked targets do not change.
    """

    _name = "key.account.kpi.target"
    _description = "KPI Target"
    _inherit = [
        "mail.thread",
        "key.account.single",
        "key.account.kept",
        "key.account.kpi.period",
    ]
    _single = frozenset(("kpi_id", "user_id", "team_id", "date_from"))
    _order = "date_from desc, kpi_id, team_id, user_id, id"
    _check_company_auto = True
    _kept = frozenset(("locked",))

    kpi_id = fields.Many2one(
        "key.account.kpi", string="KPI", required=True, ondelete="restrict", index=True
    )
    unit = fields.Selection(related="kpi_id.unit")
    kind = fields.Selection(related="kpi_id.kind")
    user_id = fields.Many2one(
        "res.users", string="Person", ondelete="restrict", index=True
    )
    team_id = fields.Many2one(
        "crm.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        help="Without a person: the team's own target. With a person: the"
        " team it counts for.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    value = fields.Float(
        string="Target",
        required=True,
        tracking=True,
        help="In company currency for amounts, in percent for ratios, else a number.",
    )
    value_unit = fields.Char(string="Counted in", compute="_compute_value_unit")
    locked = fields.Boolean(readonly=True, copy=False, tracking=True)
    access_user_ids = fields.Many2many(
        "res.users",
        "key_account_kpi_target_access_rel",
        "target_id",
        "user_id",
        string="Readable by",
        compute="_compute_access_user_ids",
        store=True,
    )

    _subject = models.Constraint(
        "CHECK (user_id IS NOT NULL OR team_id IS NOT NULL)",
        "A target is a person's or a team's.",
    )
    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "A target cannot be negative."
    )
    _person_unique = models.UniqueIndex(
        "(kpi_id, company_id, period, date_from, user_id) WHERE user_id IS NOT NULL",
        "This person has a target for this KPI and period already.",
    )
    _team_unique = models.UniqueIndex(
        "(kpi_id, company_id, period, date_from, team_id) WHERE user_id IS NULL",
        "This team has a target for this KPI and period already.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("kpi_id", "company_id")
    @api.depends_context("lang")
    def _compute_value_unit(self):
        words = NumberWords(self.env)
        for target in self:
            figure = FigureWords(target.kpi_id, target.currency_id, words)
            target.value_unit = figure.target_unit()

    @api.depends("user_id")
    def _compute_team_id(self):
        for target in self:
            target.team_id = target.user_id.sale_team_id or target.team_id

    @api.depends("user_id", "team_id.user_id", "team_id.key_account_manager_ids")
    def _compute_access_user_ids(self):
        for target in self:
            target.access_user_ids = (
                target.user_id | target.team_id._key_account_managers()
            )

    @api.depends("kpi_id", "user_id", "team_id", "period", "date_from")
    def _compute_display_name(self):
        for target in self:
            subject = target.user_id.name or target.team_id.name or ""
            target.display_name = (
                f"{target.kpi_id.name} · {subject} · {target._period_name()}"
            )

    def _single_text(self):
        return self.env._(
            "A person or team has one target for a KPI and period: make a new one and"
            " choose the person or the period it is for."
        )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("kpi_id", "value")
    def _check_percentage(self):
        for target in self:
            if (
                target.kind == "ratio"
                and target.value > 100
                and not target.kpi_id.lower_is_better
            ):
                raise ValidationError(
                    self.env._(
                        "%(target)s: a part of a whole cannot exceed 100 %%; enter a"
                        " percentage.",
                        target=target.display_name,
                    )
                )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    def write(self, vals):
        self._assert_kept(vals)
        if vals.keys() & self._locked_fields():
            self._assert_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unlocked(self):
        self._assert_unlocked()

    # ------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """Targets of a group have a sum where they add up: plans or numbers of one KPI,
        of people or of teams, of periods of one kind, in one currency."""
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "value:sum":
            return select
        column = {
            name: self._field_to_sql(self._table, name, query)
            for name in ("kpi_id", "period", "unit", "currency_id", "kind", "user_id")
        }
        return SQL(
            """
            CASE WHEN COUNT(*) = 1
                   OR NOT %(apart)s AND MIN(%(kind)s) IN %(adds_up)s
                  AND COUNT(%(user_id)s) IN (0, COUNT(*)) THEN %(select)s END
            """,
            apart=told_apart(column),
            kind=column["kind"],
            adds_up=rules.ADDS_UP,
            user_id=column["user_id"],
            select=select,
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_lock(self):
        self._set_locked(True)

    def action_unlock(self):
        """Open targets again, as long as no confirmed appraisal was measured by
        them."""
        for target in self:
            sheets = target._sheets()
            # One that is confirmed at this moment meets this.
            meet(sheets)
            if sheet := sheets.filtered(lambda each: each.state == "confirmed")[:1]:
                raise UserError(
                    self.env._(
                        "%(target)s was used in the confirmed appraisal %(sheet)s and"
                        " stays as it"
                        " is.",
                        target=target.display_name,
                        sheet=sheet.display_name,
                    )
                )
        self._set_locked(False)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _target_of(self, period):
        """The target that these, all of one KPI and one person or team, set for a
        period."""
        return rules.target_of(
            period,
            [(target._period(), target.value) for target in self],
            adds_up=self.kpi_id.kind in rules.ADDS_UP,
        )

    def _sum_of_people(self, period):
        """The plan of a team that has none of its own: the sum of its people's, if
        complete. Of who came from another team meanwhile, or went to one, it is what
        was to be reached in this one."""
        people = self.grouped("user_id")
        plans = {who: targets._target_of(period) for who, targets in people.items()}
        moved = [who.id for who, plan in plans.items() if plan is None]
        if moved:
            everywhere = self._of_people(moved, period).grouped("user_id")
            for who in self.user_id.browse(moved):
                plans[who] = everywhere[who]._part_in_team(self.team_id, period)
        return sum(plans.values()) if plans and None not in plans.values() else None

    def _of_people(self, ids, period):
        """Targets of these people for the same KPI, in whatever team."""
        return self.search(
            [
                ("kpi_id", "=", self.kpi_id.id),
                ("company_id", "=", self.company_id.id),
                ("user_id", "in", ids),
                ("date_from", ">=", period.start),
                ("date_to", "<=", period.last_day),
            ]
        )

    def _part_in_team(self, team, period):
        """What of the plan of one person, by all of its targets, was one team's; None
        where they do not fill the period."""
        parts = rules.filling(period, [(each._period(), each) for each in self])
        if parts is None:
            return None
        return sum(each.value for _span, each in parts if each.team_id == team)

    def _set_locked(self, locked):
        self.check_access("write")
        self._write_kept({"locked": locked})

    @api.model
    def _locked_fields(self):
        return {"kpi_id", "user_id", "team_id", "company_id", "period", "date", "value"}

    def _assert_unlocked(self):
        locked = self.filtered("locked")
        if locked:
            raise UserError(
                self.env._(
                    "Locked targets cannot be changed or deleted: %(targets)s. A"
                    " director can"
                    " unlock them as long as no confirmed appraisal was measured by"
                    " them.",
                    targets=listed(self.env, locked.mapped("display_name")),
                )
            )

    def _sheets(self):
        """Appraisals of the person, or of the team, whose period contains this one."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("date_from", "<=", self.date_from),
            ("date_to", ">=", self.date_to),
            ("line_ids.kpi_id", "=", self.kpi_id.id),
            "|",
            ("user_id", "=", self.user_id.id or 0),
            "&",
            ("user_id", "=", False),
            ("team_id", "=", self.team_id.id or 0),
        ]
        # Also those that whoever sets targets may not read.
        return self.env["key.account.kpi.sheet"].sudo().search(domain)
