from odoo import fields, models


class KeyAccountLegalRefusal(models.TransientModel):
    """Ask for the reason that goes back to the drafter of an agreement."""

    _name = "key.account.legal.refusal"
    _description = "Refuse a Legal Check"
    _inherit = ["key.account.look"]
    _under = frozenset(("agreement_id",))

    agreement_id = fields.Many2one(
        "key.account.agreement",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    comment = fields.Text(string="Objection", required=True)

    def action_apply(self):
        self.ensure_one()
        self.agreement_id.action_legal_refuse(self.comment)
        return {"type": "ir.actions.act_window_close"}
