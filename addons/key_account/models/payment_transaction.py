from odoo import models

from odoo.addons.payment.models.payment_transaction import (
    PaymentTransaction as BaseTransaction,
)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """A payment for a held quotation is kept; the quotation is neither sent nor
        confirmed."""
        held = self.filtered(
            lambda tx: tx.state == "pending" and tx.sale_order_ids.sudo()._held()
        )
        if held:
            # What sale adds for pending transactions is marking as sent and mailing.
            BaseTransaction._post_process(held)
            held._tell_payment_of_held()
        return super(PaymentTransaction, self - held)._post_process()

    def _check_amount_and_confirm_order(self):
        """Skip what must not be confirmed, and start the contract review where one is
        asked for.

        Raising here would leave the captured payment unprocessed and have the cron
        retry it.
        """
        confirmed = self.env["sale.order"]
        for tx in self:
            quotations = tx.sale_order_ids.filtered(
                lambda order: order.state in ("draft", "sent")
            )
            concerned = quotations._key_account_concerned()
            if not concerned:
                confirmed |= super(
                    PaymentTransaction, tx
                )._check_amount_and_confirm_order()
                continue
            if (
                len(tx.sale_order_ids) != 1
                or not concerned._is_confirmation_amount_reached()
            ):
                continue
            if concerned._payment_obstacles():
                tx._tell_payment_of_held()
            elif not concerned._start_contract_review():
                confirmed |= super(
                    PaymentTransaction, tx
                )._check_amount_and_confirm_order()
        return confirmed

    def _invoice_sale_orders(self):
        """Automatic invoices: not of an order whose terms have to be signed off first.

        Raising here would leave the captured payment unprocessed, too.
        """
        billed = self.browse()
        for tx in self:
            confirmed = tx.sale_order_ids.filtered(lambda order: order.state == "sale")
            if confirmed._may_not("invoice"):
                tx._tell_payment_of_held()
            else:
                billed |= tx
        return super(PaymentTransaction, billed)._invoice_sale_orders()

    def _tell_payment_of_held(self):
        """An activity for the managers of the team, or the salesperson: money has come
        in."""
        for order in self.sale_order_ids.sudo():
            users = order.team_id._key_account_managers() or order.user_id
            for user in users[:1]:
                order.activity_schedule(
                    "key_account.mail_activity_follow_up",
                    user_id=user.id,
                    summary=self.env._(
                        "A payment arrived for %s, which needs sign-off first.",
                        order.name,
                    ),
                )
