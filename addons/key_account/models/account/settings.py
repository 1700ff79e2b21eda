"""From which score on a customer is graded A, B, C."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_grade_a = fields.Float(
        string="Grade A from", default=80.0, prefetch="key_account"
    )
    key_account_grade_b = fields.Float(
        string="Grade B from", default=65.0, prefetch="key_account"
    )
    key_account_grade_c = fields.Float(
        string="Grade C from", default=50.0, prefetch="key_account"
    )

    @api.constrains("key_account_grade_a", "key_account_grade_b", "key_account_grade_c")
    def _check_key_account_grades(self):
        for company in self:
            a, b, c = company._key_account_grade_thresholds()
            if not 100 >= a > b > c > 0:
                raise ValidationError(
                    self.env._(
                        "%(company)s: grades A, B and C start at falling scores"
                        " between 100 and 0.",
                        company=company.name,
                    )
                )

    def _key_account_grade_thresholds(self):
        """Least scores of A, B and C."""
        self.ensure_one()
        return (
            self.key_account_grade_a,
            self.key_account_grade_b,
            self.key_account_grade_c,
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_grade_a = fields.Float(
        related="company_id.key_account_grade_a", readonly=False
    )
    key_account_grade_b = fields.Float(
        related="company_id.key_account_grade_b", readonly=False
    )
    key_account_grade_c = fields.Float(
        related="company_id.key_account_grade_c", readonly=False
    )
    key_account_evaluation_months = fields.Integer(
        related="company_id.key_account_evaluation_months", readonly=False
    )
