"""The quotations and orders of an account, seen from its file."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...rules.states import UNDECIDED


class KeyAccount(models.Model):
    _inherit = "key.account"

    order_ids = fields.One2many(
        "sale.order", "key_account_id", string="Orders", copy=False
    )
    quotation_count = fields.Integer(compute="_compute_deal_counts")
    order_count = fields.Integer(compute="_compute_deal_counts")

    @api.model
    def _counted_deals(self):
        return {
            **super()._counted_deals(),
            "quotation_count": ("sale.order", Domain("state", "in", UNDECIDED)),
            "order_count": ("sale.order", Domain("state", "=", "sale")),
        }

    def _is_used(self):
        return super()._is_used() or bool(self.order_ids)

    @api.model
    def _linked_models(self):
        return ["sale.order", *super()._linked_models()]

    @api.model
    def _is_decided(self, document):
        if document._name == "sale.order":
            return document.state == "sale"
        return super()._is_decided(document)

    # ---------------------------------------- actions

    def action_view_quotations(self):
        action = self._action("sale.action_quotations_with_onboarding")
        action["domain"] = [
            ("key_account_id", "=", self.id),
            ("state", "in", UNDECIDED),
        ]
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_team_id": self.team_id.id,
        }
        return action

    def action_view_orders(self):
        action = self._action("sale.action_orders")
        action["domain"] = [("key_account_id", "=", self.id), ("state", "=", "sale")]
        action["context"] = {"default_partner_id": self.partner_id.id}
        return action
