"""A confirmed quotation wins its deal and its account."""

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    deal_to_close = fields.Boolean(
        compute="_compute_deal_to_close",
        groups="key_account.group_specialist,key_account.group_support",
        help="Confirmed, while its opportunity is still open.",
    )

    @api.depends("state", "opportunity_id")
    def _compute_deal_to_close(self):
        for order in self:
            lead = order.state == "sale" and order.opportunity_id
            order.deal_to_close = bool(lead) and lead._deciding_order() == order

    def action_close_deal(self):
        """Close the deal of this confirmed order as won; refused with all that it still
        lacks."""
        self.check_access("read")
        return self.opportunity_id.action_win_by_order()

    def _after_confirmation(self, found):
        result = super()._after_confirmation(found)
        for order in self._controlled():
            if order.require_signature:
                order.agreement_ids._set_signed()
            if order.key_account_id:
                order._win_account()
            if order.opportunity_id:
                order.opportunity_id._win_by_order(order)
        return result

    def _win_account(self):
        """The account is won on the day of the signature, else today."""
        account, signature = self.key_account_id, self.env["key.account.signature"]
        if not account.won_date:
            signature = self._current_signature()
        moment = signature.signed_on or fields.Datetime.now()
        account._set_won(self.company_id._key_account_day(moment))

    def _terms_changed(self):
        result = super()._terms_changed()
        if self.env["res.company"]._key_account_modes():
            # What was missing to win the deal may be there now.
            confirmed = self.filtered(lambda order: order.state == "sale")
            confirmed.opportunity_id._win_decided()
        return result
