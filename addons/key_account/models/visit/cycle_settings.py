"""How long a visit takes and how many go into a day, by company."""

from datetime import timedelta

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_visit_hours = fields.Float(
        string="A visit takes (hours)",
        default=2.0,
        prefetch="key_account",
        help="Including travel; the month's plan keeps this much time free for each"
        " visit.",
    )
    key_account_visits_per_day = fields.Integer(
        string="Visits a day, at most",
        default=3,
        prefetch="key_account",
        help="Of one person, in the month's plan.",
    )

    _key_account_visits_within = models.Constraint(
        "CHECK (key_account_visit_hours BETWEEN 0.25 AND 12"
        " AND key_account_visits_per_day BETWEEN 1 AND 20)",
        "A visit takes a quarter of an hour to 12 hours; 1 to 20 of them go into a"
        " day.",
    )

    def _key_account_visit_length(self):
        # The company's own number, whoever plans.
        return timedelta(hours=self.sudo().key_account_visit_hours)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_visit_hours = fields.Float(
        related="company_id.key_account_visit_hours", readonly=False
    )
    key_account_visits_per_day = fields.Integer(
        related="company_id.key_account_visits_per_day", readonly=False
    )
