"""Who is proposed as a key account, by company."""

from odoo import fields, models

from ...rules import identification


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_propose_amount = fields.Monetary(
        string="Orders of 12 months from",
        currency_field="currency_id",
        help="Untaxed, in the currency of the company; 0: not asked.",
        prefetch="key_account",
    )
    key_account_propose_margin = fields.Monetary(
        string="Margin of 12 months from",
        currency_field="currency_id",
        help="Of the lines whose cost is known; 0: not asked.",
        prefetch="key_account",
    )
    key_account_propose_orders = fields.Integer(
        string="Number of orders from",
        help="In 12 months; 0: not asked.",
        prefetch="key_account",
    )
    key_account_propose_standing = fields.Integer(
        string="Standing and brand from",
        help="1 to 5; 0: not asked.",
        prefetch="key_account",
    )
    key_account_propose_power = fields.Integer(
        string="Purchasing power from",
        help="1 to 5; 0: not asked.",
        prefetch="key_account",
    )
    key_account_propose_potential = fields.Integer(
        string="Potential from",
        help="1 to 5; 0: not asked.",
        prefetch="key_account",
    )
    key_account_exclude_margin = fields.Float(
        string="Not below a margin of (%)",
        help="0: not asked.",
        prefetch="key_account",
    )
    key_account_exclude_share = fields.Float(
        string="Not below a share of (%)",
        help="Our share of what they buy of our kind; 0: not asked.",
        prefetch="key_account",
    )
    key_account_exclude_growth = fields.Float(
        string="Not below a growth of (%)",
        default=-100.0,
        help="Over the 12 months before; -100: not asked.",
        prefetch="key_account",
    )
    key_account_decline_months = fields.Integer(
        string="Declined for (months)",
        default=6,
        help="Who was declined is not proposed again before.",
        prefetch="key_account",
    )
    key_account_approve_strategy = fields.Boolean(
        string="A director approves the strategy",
        help="Whoever is accepted becomes a candidate once a director, other than the"
        " one who accepted, has approved the development strategy and the person in"
        " charge.",
        prefetch="key_account",
    )

    _key_account_promotion_within = models.Constraint(
        "CHECK (COALESCE(key_account_propose_amount, 0) >= 0"
        " AND COALESCE(key_account_propose_margin, 0) >= 0"
        " AND key_account_propose_orders >= 0"
        " AND key_account_propose_standing BETWEEN 0 AND 5"
        " AND key_account_propose_power BETWEEN 0 AND 5"
        " AND key_account_propose_potential BETWEEN 0 AND 5"
        " AND key_account_exclude_margin BETWEEN -100 AND 100"
        " AND key_account_exclude_share BETWEEN 0 AND 100"
        " AND key_account_exclude_growth >= -100"
        " AND key_account_decline_months >= 0)",
        "Criteria of promotion are not negative, judgements go from 1 to 5, shares from"
        " 0 to 100 percent.",
    )

    def _key_account_criteria(self):
        self.ensure_one()
        return identification.Criteria(
            self.key_account_propose_amount,
            self.key_account_propose_margin,
            self.key_account_propose_orders,
            self.key_account_propose_standing,
            self.key_account_propose_power,
            self.key_account_propose_potential,
        )

    def _key_account_floors(self):
        self.ensure_one()
        return identification.Floors(
            self.key_account_exclude_margin,
            self.key_account_exclude_share,
            self.key_account_exclude_growth,
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company's amounts"
    )
    key_account_propose_amount = fields.Monetary(
        related="company_id.key_account_propose_amount",
        currency_field="key_account_currency_id",
        readonly=False,
    )
    key_account_propose_margin = fields.Monetary(
        related="company_id.key_account_propose_margin",
        currency_field="key_account_currency_id",
        readonly=False,
    )
    key_account_propose_orders = fields.Integer(
        related="company_id.key_account_propose_orders",
        readonly=False,
    )
    key_account_propose_standing = fields.Integer(
        related="company_id.key_account_propose_standing",
        readonly=False,
    )
    key_account_propose_power = fields.Integer(
        related="company_id.key_account_propose_power",
        readonly=False,
    )
    key_account_propose_potential = fields.Integer(
        related="company_id.key_account_propose_potential",
        readonly=False,
    )
    key_account_exclude_margin = fields.Float(
        related="company_id.key_account_exclude_margin",
        readonly=False,
    )
    key_account_exclude_share = fields.Float(
        related="company_id.key_account_exclude_share",
        readonly=False,
    )
    key_account_exclude_growth = fields.Float(
        related="company_id.key_account_exclude_growth",
        readonly=False,
    )
    key_account_decline_months = fields.Integer(
        related="company_id.key_account_decline_months",
        readonly=False,
    )
    key_account_approve_strategy = fields.Boolean(
        related="company_id.key_account_approve_strategy",
        readonly=False,
    )
