"""The same in the settings."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_sales_basis = fields.Selection(
        related="company_id.key_account_sales_basis", readonly=False
    )
