"""Figures as they were confirmed, and the records behind them."""

from odoo import api, fields, models

from ..rules import kpi as rules
from .number_words import FigureWords, NumberWords


class KeyAccountKpiSnapshot(models.Model):
    """Figures of a confirmed appraisal sheet, with the records that stood behind them.

    Evidence: written once at confirmation, never changed. A sheet that is confirmed
    anew later gets a new version beside the old one.
    """

    _name = "key.account.kpi.snapshot"
    _description = "Confirmed KPI Figure"
    _inherit = ["key.account.evidence"]
    _order = "sheet_id, version desc, id"

    sheet_id = fields.Many2one(
        "key.account.kpi.sheet",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", string="Person", readonly=True, index=True)
    team_id = fields.Many2one("crm.team", readonly=True, index=True)
    kpi_id = fields.Many2one(
        "key.account.kpi",
        string="KPI",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    version = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    date_from = fields.Date("Date from", readonly=True)
    date_to = fields.Date("Date to", readonly=True)
    weight = fields.Float(readonly=True)
    numerator = fields.Float(readonly=True, aggregator=None)
    denominator = fields.Float(readonly=True, aggregator=None)
    aside = fields.Float(readonly=True, aggregator=None)
    n = fields.Integer(string="Counted", readonly=True, aggregator=None)
    value = fields.Float(readonly=True, aggregator=None)
    target = fields.Float(readonly=True, aggregator=None)
    score = fields.Float(readonly=True, aggregator=None)
    applicable = fields.Boolean(readonly=True)
    basis = fields.Char(
        readonly=True, help="How the company measured its sales plan then."
    )
    numerator_display = fields.Char(string="Achieved", compute="_compute_display")
    denominator_display = fields.Char(string="Out of", compute="_compute_display")
    value_display = fields.Char(string="Result", compute="_compute_display")
    records = fields.Json(
        readonly=True, help="Model and ids behind numerator and denominator."
    )

    _once = models.UniqueIndex("(sheet_id, version, kpi_id)")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("kpi_id", "numerator", "denominator", "value", "applicable", "n")
    @api.depends_context("lang")
    def _compute_display(self):
        """As the sheet writes them: with their unit; what was not measured says so."""
        words, not_applicable = NumberWords(self.env), self.env._("n/a")
        for each in self:
            figure = FigureWords(each.kpi_id, each.company_id.currency_id, words)
            for name in ("numerator", "denominator"):
                each[f"{name}_display"] = figure.part(name, each[name])
            each.value_display = (
                figure.value(each.value)
                if each.kpi_id._has_value(each)
                else not_applicable
            )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _figure_fields(self):
        return [
            "numerator",
            "denominator",
            "aside",
            "n",
            "value",
            "target",
            "score",
            "applicable",
        ]

    @api.model
    def _take(self, sheets):
        """Write down the figures of these sheets as they are now."""
        records = self._records_behind(sheets)
        return self._record(
            [
                {
                    "sheet_id": line.sheet_id.id,
                    "company_id": line.company_id.id,
                    "user_id": line.sheet_id.user_id.id,
                    "team_id": line.sheet_id.team_id.id,
                    "kpi_id": line.kpi_id.id,
                    "version": line.sheet_id.version,
                    "date_from": line.sheet_id.date_from,
                    "date_to": line.sheet_id.date_to,
                    "weight": line.weight,
                    "basis": line.company_id.key_account_sales_basis or "invoiced",
                    "records": records.get((line.sheet_id, line.kpi_id)),
                    **{name: line[name] for name in self._figure_fields()},
                    **line._evidence_values(),
                }
                for line in sheets.line_ids
            ]
        )

    @api.model
    def _records_behind(self, sheets):
        behind = {}
        for (company, period), group in sheets.grouped(
            lambda sheet: (sheet.company_id, sheet._period())
        ).items():
            people = group.filtered(lambda sheet: sheet.subject == "person").user_id
            teams = group.filtered(lambda sheet: sheet.subject == "team").team_id
            kpis = group.line_ids.kpi_id._measured()
            figures = kpis._figures(company, period, people, teams, with_records=True)
            models_of = {kpi: kpi._facts(company, period).model for kpi in kpis}
            for sheet in group:
                for kpi in sheet.line_ids.kpi_id._measured():
                    figure = figures[kpi, sheet._subject_record()]
                    behind[sheet, kpi] = {"model": models_of[kpi], **figure.records}
        return behind

    def _latest(self):
        """The newest snapshot of each sheet and KPI: ``{(sheet, kpi): snapshot}``."""
        latest = {}
        for snapshot in self.sorted("version"):
            latest[snapshot.sheet_id, snapshot.kpi_id] = snapshot
        return latest

    def _behind(self, column):
        """The records behind a number that still exist, with the rights of the user
        asking."""
        self.ensure_one()
        if column not in rules.Part._fields or not self.records:
            return self.env["key.account.visit"]
        records = self.env[self.records["model"]].browse(self.records[column])
        return records.exists()
