from odoo import api, fields, models

from ..models.shared.working_time import today_of


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
        string="Handed over on",
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    corrects = fields.Boolean(compute="_compute_corrects")
    reason = fields.Char(string="Why another day")

    def _default_delivery_ids(self):
        if self.env.context.get("active_model") != "key.account.delivery":
            return False
        return self.env.context.get("active_ids")

    @api.depends("delivery_ids")
    def _compute_date(self):
        for wizard in self:
            # The day is the company's, as the promise is.
            wizard.date = wizard.date or today_of(wizard.delivery_ids)

    @api.depends("delivery_ids")
    def _compute_corrects(self):
        for wizard in self:
            wizard.corrects = any(wizard.delivery_ids.mapped("handed_over_on"))

    def action_apply(self):
        self.delivery_ids.action_hand_over(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
