"""A confirmed order of a key account is followed until it is handed over."""

from odoo import api, fields, models

from ...rules import delivery as rules
from .delivery import CANCELLED

DELIVERY = "key.account.delivery"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    delivery_to_enter = fields.Boolean(
        compute="_compute_delivery_to_enter",
        groups="key_account.group_specialist,key_account.group_support",
        help="Confirmed, and nobody has said yet when it was handed over.",
    )

    @api.depends("state")
    def _compute_delivery_to_enter(self):
        followed = self._deliveries(("state", "=", rules.OPEN)).order_id
        for order in self:
            order.delivery_to_enter = order._origin in followed

    def _deliveries(self, *domain):
        """What is followed of these orders; with full rights: an order is read by
        others than its account."""
        confirmed = self._origin.filtered(lambda order: order.state != "draft")
        deliveries = self.env[DELIVERY].sudo()
        if not confirmed:
            return deliveries
        return deliveries.search([("order_id", "in", confirmed.ids), *domain])

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "cancel":
            open_ = self._deliveries(("state", "=", rules.OPEN))
            open_._write_kept({"state": CANCELLED})
        return result

    def _after_confirmation(self, found):
        result = super()._after_confirmation(found)
        self._controlled().filtered("key_account_id")._follow_delivery()
        return result

    def _follow_delivery(self):
        """What was promised is kept as it is now; one that was cancelled and is
        confirmed again starts anew."""
        known = {each.order_id: each for each in self._deliveries()}
        new = []
        for order in self:
            company, promise = order.company_id, order.commitment_date
            vals = {
                "name": order.name,
                "key_account_id": order.key_account_id.id,
                "user_id": order.user_id.id,
                "confirmed_on": company._key_account_today(),
                "promised_on": promise and company._key_account_day(promise),
            }
            if order not in known:
                new.append({**vals, "order_id": order.id})
            elif known[order].state in (rules.OPEN, CANCELLED):
                known[order]._write_kept({**vals, "state": rules.OPEN})
        if new:
            # Of two confirmations at once the later one fails here, and is tried again
            # by Odoo; at the row below it would be refused.
            self.flush_recordset(["state"])
            self.env[DELIVERY].sudo()._create_kept(new)

    # ---------------------------------------- actions

    def action_enter_delivery(self):
        """Say on which day the order was handed over."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.delivered_action"
        )
        action["context"] = {"default_delivery_ids": self._deliveries().ids}
        return action

    def action_tell_customer(self):
        """Write to the customer how their order stands; it counts as a word to them."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the Customer"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.env._("Your order %s", self.name),
                "default_email_layout_xmlid": "mail.mail_notification_layout",
                "force_email": True,
            },
        }
