from odoo import fields, models


class KeyAccountRuling(models.Model):
    """Exception requests and the manager's rulings on them, as they happened."""

    _name = "key.account.ruling"
    _description = "Ruling"
    _inherit = ["key.account.evidence"]
    _order = "date desc, id desc"

    event = fields.Selection(
        [("request", "Exception request"), ("ruling", "Ruling")], required=True, readonly=True
    )
    opportunity_id = fields.Many2one(
        "crm.lead", required=True, ondelete="restrict", index=True, readonly=True
    )
    requirement_ids = fields.Many2many(
        "key.account.requirement",
        "key_account_ruling_requirement_rel",
        "ruling_id",
        "requirement_id",
        string="Requirements",
        readonly=True,
    )
    requirement_text = fields.Text(
        string="Requirements as they were", readonly=True, help="As worded at that time."
    )
    proposal = fields.Text(readonly=True)
    decision = fields.Selection(
        [("quote", "Quote"), ("revise", "Revise"), ("abandon", "Abandon")],
        readonly=True,
        index=True,
    )
    reason = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", string="By", ondelete="restrict", readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    grant_id = fields.Many2one(
        "key.account.authority.grant", string="Grant", ondelete="restrict", readonly=True
    )
    key_account_id = fields.Many2one(
        related="opportunity_id.key_account_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", ondelete="restrict", index=True, readonly=True)
