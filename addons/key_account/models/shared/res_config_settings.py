"""The settings of a company, with a box for each dimension it can measure."""

from odoo import api, fields, models

from ...rules import authority as rules

# Settings that switch a dimension on: this and its code.
MEASURE = "key_account_measure_"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_mode = fields.Selection(
        related="company_id.key_account_mode", readonly=False
    )
    key_account_approval_policy = fields.Selection(
        related="company_id.key_account_approval_policy", readonly=False
    )
    key_account_sole_sign_off = fields.Boolean(
        related="company_id.key_account_sole_sign_off", readonly=False
    )
    key_account_contract_review = fields.Boolean(
        related="company_id.key_account_contract_review", readonly=False
    )
    key_account_reference_pricelist_id = fields.Many2one(
        related="company_id.key_account_reference_pricelist_id", readonly=False
    )
    key_account_approval_days = fields.Integer(
        related="company_id.key_account_approval_days", readonly=False
    )
    key_account_report_hours = fields.Float(
        related="company_id.key_account_report_hours", readonly=False
    )
    key_account_visit_position = fields.Boolean(
        related="company_id.key_account_visit_position", readonly=False
    )
    key_account_review_days = fields.Integer(
        related="company_id.key_account_review_days", readonly=False
    )
    key_account_sign_off_hours = fields.Float(
        related="company_id.key_account_sign_off_hours", readonly=False
    )
    key_account_remind_hours = fields.Float(
        related="company_id.key_account_remind_hours", readonly=False
    )
    key_account_escalate_hours = fields.Float(
        related="company_id.key_account_escalate_hours", readonly=False
    )
    key_account_director_hours = fields.Float(
        related="company_id.key_account_director_hours", readonly=False
    )
    key_account_measure_discount = fields.Boolean(
        "Discount", compute="_compute_measure", inverse="_inverse_measure"
    )
    key_account_measure_amount = fields.Boolean(
        "Amount", compute="_compute_measure", inverse="_inverse_measure"
    )
    key_account_measure_margin = fields.Boolean(
        "Margin", compute="_compute_measure", inverse="_inverse_measure"
    )
    key_account_measure_payment_days = fields.Boolean(
        "Payment days", compute="_compute_measure", inverse="_inverse_measure"
    )
    key_account_measure_lead_time = fields.Boolean(
        "Lead time", compute="_compute_measure", inverse="_inverse_measure"
    )
    key_account_measure_credit = fields.Boolean(
        "Credit limit", compute="_compute_measure", inverse="_inverse_measure"
    )
    key_account_measure_deviation = fields.Boolean(
        "Deviations", compute="_compute_measure", inverse="_inverse_measure"
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        on = self.env.company._key_account_codes()
        for code, name in self._measure_fields().items():
            if name in fields:
                values.setdefault(name, code in on)
        return values

    def write(self, vals):
        # A box that is not written stays as it is: read before the others are known.
        for name in self._measure_fields().values():
            self.mapped(name)
        return super().write(vals)

    @api.depends("company_id.key_account_dimensions")
    def _compute_measure(self):
        """An add-on's dimension has a field of its own here, named as these are."""
        for settings in self:
            on = settings.company_id._key_account_codes()
            for code, name in self._measure_fields().items():
                settings[name] = code in on

    def _inverse_measure(self):
        for settings in self:
            company, names = settings.company_id, self._measure_fields()
            unasked = [c for c in company._key_account_codes() if c not in names]
            on = [code for code, name in names.items() if settings[name]]
            codes = ",".join(on + unasked)
            if codes != ",".join(company._key_account_codes()):
                company.key_account_dimensions = codes

    def _measure_fields(self):
        """``{code: field}`` of the dimensions that can be switched here."""
        return {
            code: MEASURE + code
            for code in rules.DIMENSIONS
            if MEASURE + code in self._fields
        }
