from odoo import api, fields, models


class KeyAccountDecide(models.TransientModel):
    """Decide on one or several quotations with one comment: all of them, or none."""

    _name = "key.account.decide"
    _description = "Decide on Sign-off"
    _inherit = ["key.account.look"]
    _under = frozenset(("order_ids",))

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
    order_count = fields.Integer(compute="_compute_summary")
    summary = fields.Html(compute="_compute_summary", sanitize=False)

    @api.depends("order_ids")
    @api.depends_context("lang", "uid")
    def _compute_summary(self):
        """What is decided on: impact and difference of each quotation."""
        for wizard in self:
            # As they are stored, also while the wizard itself is being filled in.
            orders = wizard.order_ids._origin
            wizard.order_count = len(orders)
            wizard.summary = self.env["ir.qweb"]._render(
                "key_account.decide_summary", {"orders": orders}
            )

    def action_decide(self):
        """Decide as chosen; the server refuses whatever the caller may not decide."""
        self.ensure_one()
        getattr(self.order_ids, f"action_{self.decision}")(self.comment)
        return {"type": "ir.actions.act_window_close"}

    def action_approve(self):
        self.decision = "approve"
        return self.action_decide()

    def action_send_back(self):
        self.decision = "send_back"
        return self.action_decide()

    def action_reject(self):
        self.decision = "reject"
        return self.action_decide()
