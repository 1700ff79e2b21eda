from odoo import fields, models


class KeyAccountDecide(models.TransientModel):
    """Decide on one or several quotations: two taps on a telephone."""

    _name = "key.account.decide"
    _description = "Decide on Sign-off"

    order_ids = fields.Many2many(
        "sale.order",
        default=lambda self: self.env.context.get("active_ids"),
        string="Quotations",
    )
    decision = fields.Selection(
        [("approve", "Approve"), ("send_back", "Send back"), ("reject", "Reject")],
        default="approve",
        required=True,
    )
    comment = fields.Text()

    def action_decide(self):
        self.ensure_one()
        getattr(self.order_ids, f"action_{self.decision}")(self.comment)
        return {"type": "ir.actions.act_window_close"}
