"""One KPI of an appraisal sheet: its figures, and the records behind them."""

import math

from odoo import api, fields, models

from odoo.addons.key_account.models.shared.act import meet
from odoo.addons.key_account.models.shared.label import labelled

from ..rules import kpi as rules
from .number_words import FigureWords, NumberWords


class KeyAccountKpiSheetLine(models.Model):
    """One KPI of a sheet: numerator and denominator beside the value, each opening its
    records."""

    _name = "key.account.kpi.sheet.line"
    _description = "KPI of an Appraisal Sheet"
    _inherit = ["key.account.under"]
    _order = "sequence, id"

    sheet_id = fields.Many2one(
        "key.account.kpi.sheet", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="sheet_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        "key.account.kpi", string="KPI", required=True, ondelete="restrict"
    )
    kind = fields.Selection(related="kpi_id.kind")
    weight = fields.Float(required=True, default=10.0)
    default_target = fields.Float(
        "Default target",
        compute="_compute_default_target",
        store=True,
        readonly=False,
        precompute=True,
        help="Used where no target was entered.",
    )
    numerator = fields.Float(compute="_compute_figures", aggregator=None)
    denominator = fields.Float(compute="_compute_figures", aggregator=None)
    aside = fields.Float(
        string="Shown apart", compute="_compute_figures", aggregator=None
    )
    value = fields.Float(
        compute="_compute_figures",
        aggregator=None,
        help="In percent for ratios, uncapped. Zero when not applicable:"
        " see “Applicable”.",
    )
    n = fields.Integer(
        string="Counted",
        compute="_compute_figures",
        aggregator=None,
        help="How many records were counted; for invoices, their lines.",
    )
    computed_at = fields.Datetime(string="As of", compute="_compute_figures")
    target = fields.Float(compute="_compute_figures", aggregator=None, digits=(16, 2))
    score = fields.Float(compute="_compute_figures", aggregator=None)
    applicable = fields.Boolean(
        compute="_compute_figures",
        help="Unset: there was nothing to measure, or no target: n/a.",
    )
    numerator_display = fields.Char(string="Achieved", compute="_compute_display")
    denominator_display = fields.Char(string="Out of", compute="_compute_display")
    aside_display = fields.Char(string="Apart", compute="_compute_display")
    value_display = fields.Char(string="Result", compute="_compute_display")
    score_display = fields.Char(string="Points", compute="_compute_display")
    target_display = fields.Char(string="Target (text)", compute="_compute_display")

    _kpi_unique = models.UniqueIndex(
        "(sheet_id, kpi_id)", "A KPI stands on a sheet once."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight > 0)", "A KPI weighs more than zero."
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("kpi_id")
    def _compute_default_target(self):
        for line in self:
            line.default_target = line.kpi_id.default_target

    @api.depends(
        *("kpi_id", "default_target", "sheet_id.state", "sheet_id.subject"),
        *("sheet_id.user_id", "sheet_id.team_id", "sheet_id.company_id"),
        *("sheet_id.date_from", "sheet_id.date_to"),
    )
    def _compute_figures(self):
        frozen = self.filtered(lambda line: line.sheet_id.state == "confirmed")
        frozen._read_snapshots()
        (self - frozen)._measure()

    @api.depends(
        *("numerator", "denominator", "aside", "n", "value", "score", "applicable"),
        *("kpi_id", "computed_at", "target"),
    )
    def _compute_display(self):
        words, not_applicable = NumberWords(self.env), self.env._("n/a")
        for line in self:
            has_value = line._has_value()
            figure = FigureWords(line.kpi_id, line.currency_id, words)
            for name in ("numerator", "denominator"):
                line[f"{name}_display"] = figure.part(name, line[name])
            line.aside_display = figure.aside(line.aside, line.n)
            line.target_display = figure.target(line.target)
            line.value_display = (
                figure.value(line.value) if has_value else not_applicable
            )
            line.score_display = (
                words.number(line.score, 1) if line.applicable else not_applicable
            )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._assert_sheets_open()
        return lines

    def write(self, vals):
        self._assert_sheets_open()
        result = super().write(vals)
        self._assert_sheets_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_open_sheets(self):
        self._assert_sheets_open()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_numerator(self):
        return self._action_open("numerator", self.kpi_id.numerator_label)

    def action_open_denominator(self):
        if self.kind == "plan":
            return self._action_open_targets()
        return self._action_open("denominator", self.kpi_id.denominator_label)

    def action_open_aside(self):
        return self._action_open("aside", self.kpi_id.aside_label)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _measure(self):
        """Figures of these lines as they are stored; nothing is computed by reading."""
        sheets = self.sheet_id._shown_to_user()
        figures = self.env["key.account.kpi.figure"]._of_sheets(
            sheets, self.kpi_id._origin
        )
        for line in self:
            line._set_figures(figures.get((line.sheet_id, line.kpi_id._origin.id)))

    def _set_figures(self, figure):
        self.ensure_one()
        value = figure.value if figure and figure.applicable else None
        target = self._scoring_target(figure)
        score = self.kpi_id._score(value, target) if figure else None
        self.update(
            {
                "numerator": figure.numerator if figure else 0.0,
                "denominator": figure.denominator if figure else 0.0,
                "aside": figure.aside if figure else 0.0,
                "n": figure.n if figure else 0,
                "value": value or 0.0,
                "target": target or 0.0,
                "score": score or 0.0,
                "applicable": score is not None,
                "computed_at": figure.computed_at if figure else False,
            }
        )

    def _scoring_target(self, figure):
        """What the value is scored against: the target entered, else the sheet's
        own."""
        if figure and figure.has_target:
            return figure.target
        return self.default_target

    def _evidence_values(self):
        """Hook: what a confirmed figure keeps beside the figure itself."""
        return {}

    def _has_value(self):
        return bool(self.computed_at) and self.kpi_id._has_value(self)

    def _is_capped(self):
        """Whether more was reached than there are points for."""
        self.ensure_one()
        if not self.applicable or self.kind == "judged":
            return False
        uncapped = rules.score(
            self.value,
            self.target,
            self.kpi_id.lower_is_better,
            self.kind == "count",
            math.inf,
        )
        return uncapped is not None and uncapped > self.score

    def _read_snapshots(self):
        """Figures of confirmed sheets, as they were confirmed."""
        # What a form says of its sheet and its evidence does not count.
        stored = self.sheet_id._origin
        if stored != self.sheet_id:
            stored = stored._filtered_access("read")
        snapshots = stored._latest_snapshots()
        for line in self:
            snapshot = snapshots.get((line.sheet_id._origin, line.kpi_id._origin))
            line.computed_at = snapshot.create_date if snapshot else False
            for name in self.env["key.account.kpi.snapshot"]._figure_fields():
                line[name] = snapshot[name] if snapshot else False

    def _assert_sheets_open(self):
        # Who puts them a step forward at this moment knows of this, or this of that.
        meet(self.sheet_id)
        for sheet in self.sheet_id:
            sheet._assert_state("draft")
            sheet._assert_may_appraise()

    def _behind(self, column):
        """Records behind a number: those written down at confirmation, else as of
        now."""
        self.ensure_one()
        sheet = self.sheet_id
        if sheet.state == "confirmed":
            snapshot = sheet._latest_snapshots().get((sheet, self.kpi_id))
            return snapshot._behind(column)
        return self.kpi_id._records(
            sheet.company_id, sheet._period(), sheet._subject_record(), column
        )

    def _action_open(self, column, label):
        self.ensure_one()
        self.check_access("read")
        title = labelled(
            self.env, self.sheet_id.display_name, label or self.kpi_id.name
        )
        return self.kpi_id._action_records(self._behind(column), title)

    def _action_open_targets(self):
        self.ensure_one()
        sheet = self.sheet_id
        label = self.kpi_id.denominator_label or self.kpi_id.name
        return self.kpi_id._action_targets(
            sheet.company_id,
            sheet._period(),
            sheet._subject_record(),
            labelled(self.env, sheet.display_name, label),
        )
