"""Figures as they were computed last: KPI × person or team × period."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.key_account.models.shared.label import noted

from .number_words import FigureWords, NumberWords
from .ratio_report import told_apart

# What a group of figures has a sum of.
_SUMMED = ("numerator", "denominator", "aside", "n")
# The months in which quarters of the calendar begin.
_QUARTERS = (1, 4, 7, 10)


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
        help="Of a person: the team in which they worked when it was computed; of"
        " sales support, that which they supported.",
    )
    numerator = fields.Float(readonly=True)
    denominator = fields.Float(readonly=True)
    aside = fields.Float(string="Shown apart", readonly=True)
    value = fields.Float(
        readonly=True,
        aggregator="avg",
        # As it is: a score is rounded once, when it is graded.
        digits=0,
        help="Uncapped; of a group of people or months Σ ÷ Σ, and nothing where that"
        " makes no sense: for different KPIs, or medians.",
    )
    n = fields.Integer(
        string="Counted",
        readonly=True,
        help="How many records were counted; for invoices, their lines.",
    )
    applicable = fields.Boolean(
        readonly=True, help="Unset: there was nothing to measure: n/a."
    )
    target = fields.Float(readonly=True, aggregator=None)
    has_target = fields.Boolean(readonly=True)
    computed_at = fields.Datetime("Computed at", readonly=True, index=True)
    numerator_display = fields.Char(string="Achieved", compute="_compute_display")
    denominator_display = fields.Char(string="Out of", compute="_compute_display")
    value_display = fields.Char(string="Result", compute="_compute_display")
    aside_display = fields.Char(string="Apart", compute="_compute_aside_display")
    off_calendar = fields.Boolean(
        string="No calendar quarter",
        compute="_compute_off_calendar",
        search="_search_off_calendar",
        help="A quarter of the fiscal year that begins on another day than those of the"
        " calendar. Date filters find it under the calendar quarter in which it"
        " begins.",
    )

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
        not_applicable = self.env._("n/a")
        for figures, words in self._by_words():
            for figure in figures:
                for name in ("numerator", "denominator"):
                    figure[f"{name}_display"] = words.part(name, figure[name])
                figure.value_display = (
                    words.value(figure.value) if figure.applicable else not_applicable
                )

    @api.depends("aside", "n", "kpi_id", "company_id")
    @api.depends_context("lang")
    def _compute_aside_display(self):
        for figures, words in self._by_words():
            for figure in figures:
                figure.aside_display = words.aside(figure.aside, figure.n)

    @api.depends("period", "date_from")
    def _compute_off_calendar(self):
        for figure in self:
            day = figure.date_from
            begins = bool(day) and day.day == 1 and day.month in _QUARTERS
            figure.off_calendar = figure.period == "quarter" and not begins

    @api.model
    def _search_off_calendar(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("period", "=", "quarter") & (
            Domain("date_from.month_number", "not in", _QUARTERS)
            | Domain("date_from.day_of_month", "!=", 1)
        )

    def _by_words(self):
        """These figures by KPI and company, with what writes them."""
        # Of each company its currency alone, and not by way of each figure.
        self.company_id.fetch(("currency_id",))
        words = NumberWords(self.env)
        for (kpi, company), figures in self.grouped(
            lambda figure: (figure.kpi_id, figure.company_id)
        ).items():
            yield figures, FigureWords(kpi, company.currency_id, words)

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
        currency. What is n/a adds no zero, and no sales without a plan. What cannot be
        summed has no sums either."""
        name, _colon, function = aggregate_spec.partition(":")
        if name != "value" and (name not in _SUMMED or function != "sum"):
            return super()._read_group_select(aggregate_spec, query)
        column = {
            each: self._field_to_sql(self._table, each, query)
            for each in (
                *("value", "numerator", "denominator", "applicable"),
                *("kind", "kpi_id", "subject", "period", "unit", "currency_id"),
            )
        }
        apart = SQL(
            "(%s OR MIN(%s) <> MAX(%s))",
            told_apart(column),
            column["subject"],
            column["subject"],
        )
        if name != "value":
            plain = super()._read_group_select(aggregate_spec, query)
            return SQL("CASE WHEN %s THEN NULL ELSE %s END", apart, plain)
        return SQL(
            """
            CASE WHEN COUNT(*) = 1 THEN MIN(%(value)s) FILTER (WHERE %(applicable)s)
                 WHEN %(apart)s THEN NULL
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
            apart=apart,
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
    """What the numbers of a KPI say, and what is opened behind them."""

    _inherit = "key.account.kpi"

    def _has_value(self, figure):
        """Whether there was something to measure, scored or not.

        :param figure: line of a sheet, or what was confirmed of it
        """
        self.ensure_one()
        if self.kind == "judged":
            return figure.applicable
        if self.kind == "median" or self._is_sum():
            return bool(figure.n)
        return self.kind == "count" or bool(figure.denominator)

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
        action = {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            "context": self._records_context(),
        }
        # That there are more than the list shows is said, as the number says it.
        seen = len(records.with_context(active_test=False)._filtered_access("read"))
        if seen < len(records):
            said = self.env._(
                "you may see %(seen)s of %(all)s", seen=seen, all=len(records)
            )
            action["name"] = noted(self.env, title, said)
            action["help"] = Markup("<p>%s</p>") % said
        return action

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
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [*domain, (name, "=", subject.id)],
            "context": {"create": False},
        }
