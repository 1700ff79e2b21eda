from odoo import api, fields, models


class KeyAccountDelivered(models.TransientModel):
    """Asks on which day orders were handed over."""

    _name = "key.account.delivered"
    _description = "Handed Over to the Customer"
    _inherit = ["key.account.look"]
    _under = frozenset(("delivery_ids",))

    delivery_ids = fields.Many2many(
        "key.account.delivery",
        string="Orders",
        required=True,
        default=lambda self: self._default_delivery_ids(),
    )
    date = fields.Date(
        string="Handed over on", required=True, default=fields.Date.context_today
    )
    corrects = fields.Boolean(compute="_compute_corrects")
    reason = fields.Char(string="Why another day")

    def _default_delivery_ids(self):
        if self.env.context.get("active_model") != "key.account.delivery":
            return False
        return self.env.context.get("active_ids")

    @api.depends("delivery_ids")
    def _compute_corrects(self):
        for wizard in self:
            wizard.corrects = any(wizard.delivery_ids.mapped("handed_over_on"))

    def action_apply(self):
        self.delivery_ids.action_hand_over(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
