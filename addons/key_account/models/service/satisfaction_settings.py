"""Whether a company asks by itself, how long it waits, how often it reminds."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_satisfaction_auto = fields.Boolean(
        string="Ask by policy",
        prefetch="key_account",
        help="Account policies say how often, in months; the contacts chosen are mailed"
        " automatically. Otherwise contacts are asked only by hand.",
    )
    key_account_satisfaction_days = fields.Integer(
        string="Survey open for (days)", default=21, prefetch="key_account"
    )
    key_account_satisfaction_reminders = fields.Integer(
        string="Reminders at most",
        default=2,
        prefetch="key_account",
        help="0: nobody is reminded.",
    )
    key_account_satisfaction_every = fields.Integer(
        string="Reminded every (days)", default=7, prefetch="key_account"
    )
    key_account_satisfaction_low = fields.Integer(
        string="Low mark up to",
        default=2,
        prefetch="key_account",
        help="An answer with such a mark becomes feedback; 0: none does.",
    )

    _key_account_satisfaction_within = models.Constraint(
        "CHECK (key_account_satisfaction_days BETWEEN 1 AND 365"
        " AND key_account_satisfaction_reminders BETWEEN 0 AND 10"
        " AND key_account_satisfaction_every BETWEEN 1 AND 365"
        " AND key_account_satisfaction_low BETWEEN 0 AND 4)",
        "A satisfaction survey is open for 1 to 365 days, with 0 to 10 reminders, one"
        " every 1 to 365 days; low is a mark from 0 (none) to 4.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_satisfaction_auto = fields.Boolean(
        related="company_id.key_account_satisfaction_auto", readonly=False
    )
    key_account_satisfaction_days = fields.Integer(
        related="company_id.key_account_satisfaction_days", readonly=False
    )
    key_account_satisfaction_reminders = fields.Integer(
        related="company_id.key_account_satisfaction_reminders", readonly=False
    )
    key_account_satisfaction_every = fields.Integer(
        related="company_id.key_account_satisfaction_every", readonly=False
    )
    key_account_satisfaction_low = fields.Integer(
        related="company_id.key_account_satisfaction_low", readonly=False
    )


class KeyAccountPolicy(models.Model):
    _inherit = "key.account.policy"

    satisfaction_months = fields.Integer(
        string="Asked about satisfaction every (months)",
        default=12,
        aggregator=None,
        tracking=True,
        help="0: never by policy. Applies where the company's settings say so.",
    )

    _satisfaction_within = models.Constraint(
        "CHECK (satisfaction_months BETWEEN 0 AND 1200)",
        "Customers are asked about their satisfaction every 0 (never) to 1200 months.",
    )
