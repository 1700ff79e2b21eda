"""Figures as they were computed last: KPI × person or team × period."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..rules import kpi as rules
from .number_words import NumberWords


class KeyAccountKpiFigure(models.Model):
    """One KPI of one person or one team in one month, quarter or year, with the time it
    was computed. Sheets, lists, trends and dashboards read these; opening them computes
    nothing.

    They are written by computing alone (``kpi_compute.py``), and stay as they are once
    an appraisal is confirmed on them. ``value`` is in percent for plans and ratios, in
    company currency for amounts, else in the unit of the KPI.
    """

    _name = "key.account.kpi.figure"
    _description = "KPI Figure"
    _inherit = ["key.account.kept", "key.account.kpi.period"]
    _order = "date_from desc, kpi_id, team_id, user_id, id"

    kpi_id = fields.Many2one(
        "key.account.kpi",
        string="KPI",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    kind = fields.Selection(related="kpi_id.kind", store=True, precompute=True)
    unit = fields.Selection(related="kpi_id.unit")
    company_id = fields.Many2one(readonly=True)
    period = fields.Selection(readonly=True)
    date = fields.Date(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    subject = fields.Selection(
        [("person", "Person"), ("team", "Team")], required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="Person", readonly=True, ondelete="restrict", index=True
    )
    team_id = fields.Many2one(
        "crm.team",
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Of a person: the team in which they worked when it was computed.",
    )
    numerator = fields.Float(readonly=True)
    denominator = fields.Float(readonly=True)
    aside = fields.Float(string="Shown apart", readonly=True)
    value = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Uncapped; of a group of people or months Σ ÷ Σ, and nothing where that"
        " makes no sense: for different KPIs, or medians.",
    )
    n = fields.Integer(
        string="Counted",
        readonly=True,
        help="How many records were counted; of invoices, their lines.",
    )
    applicable = fields.Boolean(
        readonly=True, help="Unset: there was nothing to measure: n/a."
    )
    target = fields.Float(readonly=True, aggregator=None)
    has_target = fields.Boolean(readonly=True)
    computed_at = fields.Datetime(readonly=True, index=True)
    numerator_display = fields.Char(string="Achieved", compute="_compute_display")
    denominator_display = fields.Char(string="Out of", compute="_compute_display")
    value_display = fields.Char(string="Result", compute="_compute_display")
    aside_display = fields.Char(string="Apart", compute="_compute_aside_display")

    _person_unique = models.UniqueIndex(
        "(company_id, period, date_from, user_id, kpi_id) WHERE user_id IS NOT NULL"
        " AND subject = 'person'",
        "A person has one figure for a KPI and period.",
    )
    _team_unique = models.UniqueIndex(
        "(company_id, period, date_from, team_id, kpi_id) WHERE subject = 'team'",
        "A team has one figure for a KPI and period.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends(
        *("numerator", "denominator", "value", "applicable", "kpi_id", "company_id")
    )
    @api.depends_context("lang")
    def _compute_display(self):
        words, not_applicable = NumberWords(self.env), self.env._("n/a")
        for figure in self:
            kpi, how = figure.kpi_id, (figure.currency_id, words)
            for name in ("numerator", "denominator"):
                figure[f"{name}_display"] = kpi._number_text(name, figure[name], *how)
            figure.value_display = (
                kpi._value_text(figure.value, *how)
                if figure.applicable
                else not_applicable
            )

    @api.depends("aside", "n", "kpi_id", "company_id")
    @api.depends_context("lang")
    def _compute_aside_display(self):
        words = NumberWords(self.env)
        for figure in self:
            figure.aside_display = figure.kpi_id._aside_text(
                figure.aside, figure.n, figure.currency_id, words
            )

    @api.depends("kpi_id", "user_id", "team_id", "period", "date_from")
    def _compute_display_name(self):
        self.company_id.fetch(("fiscalyear_last_month", "fiscalyear_last_day"))
        for figure in self:
            who = figure.user_id if figure.subject == "person" else figure.team_id
            figure.display_name = (
                f"{figure.kpi_id.name} · {who.name or ''} · {figure._period_name()}"
            )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(
            self.env._(
                "Figures are computed, and not deleted: archive the KPI if nobody is"
                " measured by it any more."
            )
        )

    # ------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """The value of a group is that of its sums, where its figures can be summed:
        those of one KPI, of people or of teams, of periods of one kind, in one
        currency. What is n/a adds no zero, and no sales without a plan."""
        if aggregate_spec.split(":")[0] != "value":
            return super()._read_group_select(aggregate_spec, query)
        column = {
            name: self._field_to_sql(self._table, name, query)
            for name in (
                *("value", "numerator", "denominator", "applicable"),
                *("kind", "kpi_id", "subject", "period", "unit", "currency_id"),
            )
        }
        return SQL(
            """
            CASE WHEN COUNT(*) = 1 THEN MIN(%(value)s) FILTER (WHERE %(applicable)s)
                 WHEN MIN(%(kpi_id)s) <> MAX(%(kpi_id)s)
                   OR MIN(%(subject)s) <> MAX(%(subject)s)
                   OR MIN(%(period)s) <> MAX(%(period)s)
                   OR MIN(%(unit)s) = 'amount'
                  AND MIN(%(currency_id)s) <> MAX(%(currency_id)s) THEN NULL
                 WHEN MIN(%(kind)s) = 'count'
                 THEN SUM(%(value)s) FILTER (WHERE %(applicable)s)
                 WHEN MIN(%(kind)s) = 'mean'
                 THEN SUM(%(numerator)s) / NULLIF(SUM(%(denominator)s), 0)
                 WHEN MIN(%(kind)s) = 'plan'
                 THEN 100.0 * SUM(%(numerator)s) FILTER (WHERE %(applicable)s)
                    / NULLIF(SUM(%(denominator)s), 0)
                 WHEN MIN(%(kind)s) = 'ratio'
                 THEN 100.0 * SUM(%(numerator)s) / NULLIF(SUM(%(denominator)s), 0)
            END
            """,
            **column,
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_numerator(self):
        return self._action_open("numerator")

    def action_open_denominator(self):
        if self.kind == "plan":
            return self.kpi_id._action_targets(
                self.company_id, self._period(), self._who(), self.display_name
            )
        return self._action_open("denominator")

    def action_open_aside(self):
        return self._action_open("aside")

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _who(self):
        """The person or team that this is the figure of."""
        self.ensure_one()
        return self.user_id if self.subject == "person" else self.team_id

    def _action_open(self, column):
        self.ensure_one()
        self.check_access("read")
        records = self.kpi_id._records(
            self.company_id, self._period(), self._who(), column
        )
        return self.kpi_id._action_records(records, self.display_name)


class KeyAccountKpi(models.Model):
    """How numbers of a KPI are written, and what is opened behind them."""

    _inherit = "key.account.kpi"

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _number_text(self, column, number, currency, words):
        """A numerator, denominator, or what is shown apart, in words; nothing where
        the kind has none.

        :param words: ``NumberWords`` of the reader's language
        """
        self.ensure_one()
        if self.kind == "median":
            return ""
        if column == "denominator" and self.kind in rules.WITHOUT_DENOMINATOR:
            return ""
        if column == "denominator" and self.kind == "mean":
            return words.number(number, 0)
        return self._unit_text(number, currency, words)

    def _aside_text(self, number, n, currency, words):
        """What is shown apart, in words. Beside a mean stand those that were asked for
        a number and gave none: the rate at which they did says more.

        :param n: how many records were counted
        """
        if not (number or self.kind == "mean" and n) or not self.aside_label:
            return ""
        if self.kind == "mean":
            rate = words.number(rules.ratio(n, n + number), 1)
            return f"{self.aside_label}: {rate} %"
        return f"{self.aside_label}: {self._unit_text(number, currency, words)}"

    def _unit_text(self, number, currency, words):
        if self.unit == "amount":
            return words.amount(number, currency)
        return words.number(number, 0 if float(number).is_integer() else 2)

    def _value_text(self, number, currency, words):
        """A value in words, with its unit: 75.0 %, 12.5 days, ¥ 3,000."""
        self.ensure_one()
        if self.kind in ("plan", "ratio"):
            return f"{words.number(number, 1)} %"
        text = self._unit_text(number, currency, words)
        if self.unit == "days":
            return self.env._("%s days", text)
        if self.unit == "hours":
            return self.env._("%s h", text)
        return text

    # ------------------------------------------------------------
    # RECORDS BEHIND A NUMBER
    # ------------------------------------------------------------

    def _action_records(self, records, title):
        """Open these records with the rights of whoever asks."""
        if not records.has_access("read") and not records.browse().has_access("read"):
            raise AccessError(
                self.env._(
                    "You may see the figure %(kpi)s, but not the records behind it"
                    " (%(records)s).",
                    kpi=self.name,
                    records=records._description,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            "context": self._records_context(),
        }

    def _records_context(self):
        """How the records behind a number are listed: all, also what was archived, as a
        deal that was lost."""
        # The list of journal entries names the customer when it lists invoices.
        context = {
            "create": False,
            "active_test": False,
            "default_move_type": "out_invoice",
        }
        if self.code == "margin_conceded":
            context["group_by"] = ["level_id"]
        return context

    def _action_targets(self, company, period, subject, title):
        """Open the targets that a plan's completion is measured against."""
        domain = [
            ("kpi_id", "=", self.id),
            ("company_id", "=", company.id),
            ("date_from", ">=", period.start),
            ("date_to", "<=", period.last_day),
        ]
        name = "user_id" if subject._name == "res.users" else "team_id"
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "key.account.kpi.target",
            "view_mode": "list,form",
            "domain": [*domain, (name, "=", subject.id)],
            "context": {"create": False},
        }
