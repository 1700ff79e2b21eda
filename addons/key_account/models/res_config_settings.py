from odoo import fields, models


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
