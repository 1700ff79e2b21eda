"""What we bring the customer, in figures where it can be figured."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KeyAccountDiagnosisValue(models.Model):
    """One value that the solution brings the customer: what, of which kind, how much a
    year, in the currency of the report."""

    _name = "key.account.diagnosis.value"
    _description = "Value We Bring"
    _inherit = ["key.account.under"]
    _under = frozenset(("diagnosis_id",))
    _order = "diagnosis_id, sequence, id"

    diagnosis_id = fields.Many2one(
        "key.account.diagnosis", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="diagnosis_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="diagnosis_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10, aggregator=None)
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
                        "“%s”: what we bring is worth something, or nothing that can be"
                        " figured; it is not negative.",
                        value.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._said_parents("diagnosis_id", vals_list)._assert_draft()
        return super().create(vals_list)

    def write(self, vals):
        self.diagnosis_id._assert_draft()
        if "diagnosis_id" in vals:
            self.diagnosis_id.browse(vals["diagnosis_id"])._assert_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self.diagnosis_id._assert_draft()


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
