"""What reaches the customer of a quotation: mails, links, and what is written there."""

from odoo import api, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        watched = self._held_by_process()
        former = {
            order.id: order.partner_id.commercial_partner_id for order in self.sudo()
        }
        result = super().write(vals)
        for order in (watched | self._held_by_process()).sudo():
            if order.partner_id.commercial_partner_id != former[order.id]:
                order._close_to(former[order.id])
        return result

    def _close_to(self, former):
        """It is another customer's now: the link that the former one has shows it no
        more, and what is said here is not mailed to them."""
        people = self.message_partner_ids.filtered(
            lambda person: (
                person.partner_share and person.commercial_partner_id == former
            )
        )
        self.message_unsubscribe(people.ids)
        self.access_token = False

    def action_quotation_send(self):
        self.filtered(lambda order: not order._stays_visible())._assert_may("send")
        return super().action_quotation_send()

    def _send_order_notification_mail(self, mail_template, *args, **kwargs):
        # What Odoo mails by itself, for a payment or by its cron: what is held now is
        # left out, as raising would hold up everything else.
        if self._held():
            return None
        return super()._send_order_notification_mail(mail_template, *args, **kwargs)

    def _notify_by_email_prepare_rendering_context(self, *args, **kwargs):
        # Staff may write to the customer about a held quotation; Odoo would print its
        # total above whatever they write.
        context = super()._notify_by_email_prepare_rendering_context(*args, **kwargs)
        if self._held():
            context["subtitles"] = context["subtitles"][:1]
        return context

    def _get_share_url(self, *args, **kwargs):
        if not self.env.su or self.env.user._is_internal():
            self._held("send")._assert_may("send")
        return super()._get_share_url(*args, **kwargs)

    def _assert_may_be_cancelled(self):
        """Nobody but colleagues cancels what the customer is not shown: the shop does,
        of what it takes for a cart of whoever has the link."""
        if not self.env.user._is_internal() and self._held():
            raise UserError(self.env._("This quotation is being prepared."))

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        thread = super()._get_thread_with_access(thread_id, **kwargs)
        if thread and not self.env.user._is_internal():
            if thread.sudo()._held("portal"):
                return self.browse()
        return thread
