"""A confirmed quotation wins its deal and its account."""

from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

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
        account._set_won((signature.signed_on or fields.Datetime.now()).date())
