from odoo import fields, models


class KeyAccountReassignReview(models.TransientModel):
    """Hand an open item of a contract review to other reviewers."""

    _name = "key.account.reassign.review"
    _description = "Hand On a Contract Review"
    _inherit = ["key.account.look"]
    _under = frozenset(("item_id",))

    item_id = fields.Many2one("key.account.contract.review.item", required=True)
    company_id = fields.Many2one(related="item_id.company_id")
    user_ids = fields.Many2many("res.users", string="Reviewers", required=True)

    def action_apply(self):
        self.ensure_one()
        self.item_id.action_reassign(self.user_ids.ids)
        return {"type": "ir.actions.act_window_close"}
