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

    key_account_growth_floor = fields.Float(
        string="Growth potential of an A from",
        default=50.0,
        prefetch="key_account",
        help="From 0 to 100; where the scorecard has criteria of growth potential.",
    )
    key_account_vip_share = fields.Float(
        string="Most valuable: top (%)",
        default=20.0,
        prefetch="key_account",
        help="Of the active accounts, by the margin of twelve months.",
    )
    key_account_mgc_growth = fields.Float(
        string="Most growable: growth from (%)",
        default=20.0,
        prefetch="key_account",
        help="Of twelve months over the twelve before; 0: growth makes nobody"
        " growable.",
    )
    key_account_mgc_potential = fields.Float(
        string="Most growable: potential from",
        default=4.0,
        prefetch="key_account",
        help="As the manager judged it in the latest review, 1 to 5; 0: it makes nobody"
        " growable.",
    )
    key_account_high_from = fields.Float(
        string="Value, difficulty high from",
        default=4.0,
        prefetch="key_account",
        help="Of the latest review, 1 to 5: from here on value, and difficulty, count"
        " as high.",
    )

    _key_account_grading_within = models.Constraint(
        "CHECK (key_account_growth_floor BETWEEN 0 AND 100"
        " AND key_account_vip_share BETWEEN 0 AND 100"
        " AND key_account_mgc_growth >= 0"
        " AND key_account_mgc_potential BETWEEN 0 AND 5"
        " AND key_account_high_from BETWEEN 1 AND 5)",
        "Shares of gradings go from 0 to 100, potential from 0 to 5, value and"
        " difficulty from 1 to 5; growth is not negative.",
    )

    @api.constrains("key_account_grade_a", "key_account_grade_b", "key_account_grade_c")
    def _check_key_account_grades(self):
        for company in self:
            a, b, c = company._key_account_grade_thresholds()
            if not 100 >= a > b > c > 0:
                raise ValidationError(
                    self.env._(
                        "%(company)s: the scores at which grades A, B and C start"
                        " have to fall from A to C, between 100 and 0.",
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
    key_account_growth_floor = fields.Float(
        related="company_id.key_account_growth_floor", readonly=False
    )
    key_account_vip_share = fields.Float(
        related="company_id.key_account_vip_share", readonly=False
    )
    key_account_mgc_growth = fields.Float(
        related="company_id.key_account_mgc_growth", readonly=False
    )
    key_account_mgc_potential = fields.Float(
        related="company_id.key_account_mgc_potential", readonly=False
    )
    key_account_high_from = fields.Float(
        related="company_id.key_account_high_from", readonly=False
    )
    key_account_evaluation_months = fields.Integer(
        related="company_id.key_account_evaluation_months", readonly=False
    )
