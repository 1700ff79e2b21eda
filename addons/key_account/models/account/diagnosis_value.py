"""What we bring the customer, in figures where it can be figured."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KeyAccountDiagnosisValue(models.Model):
    """One value that the solution brings the customer: what, of which kind, how much a
    year, in the currency of the report."""

    _name = "key.account.diagnosis.value"
    _description = "Value We Bring"
    _inherit = ["key.account.diagnosis.part"]

    kind = fields.Selection(
        [
            ("purchase_cost", "Lower total cost of purchase"),
            ("income", "More income"),
            ("waste", "Less waste"),
            ("efficiency", "Efficiency"),
            ("solution", "Solution"),
            ("intangible", "Intangible"),
        ],
        required=True,
        default="purchase_cost",
    )
    name = fields.Char(string="What it brings", required=True)
    amount = fields.Monetary(
        string="Worth (a year)",
        help="In company currency. Empty where it cannot be figured.",
    )

    @api.constrains("amount")
    def _check_amount(self):
        for value in self:
            if value.amount < 0:
                raise ValidationError(
                    self.env._(
                        "“%s”: the value we bring cannot be negative. Enter an"
                        " amount, or leave it empty where none can be calculated.",
                        value.name,
                    )
                )


class KeyAccountDiagnosis(models.Model):
    _inherit = "key.account.diagnosis"

    value_ids = fields.One2many(
        "key.account.diagnosis.value", "diagnosis_id", copy=True
    )
    value_total = fields.Monetary(
        string="Worth to them (a year)", compute="_compute_value_total", store=True
    )

    @api.depends("value_ids.amount")
    def _compute_value_total(self):
        for diagnosis in self:
            diagnosis.value_total = sum(diagnosis.value_ids.mapped("amount"))
