"""Payments: the money is kept, and confirms nothing that must wait."""

from odoo import api, fields, models

from odoo.addons.payment.models.payment_transaction import (
    PaymentTransaction as BaseTransaction,
)

from ...rules.states import UNDECIDED


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """A payment for a held quotation, or for what is no offer, is kept; the
        quotation is neither sent nor confirmed."""
        held = self.filtered(
            lambda tx: (
                tx.state == "pending"
                and (tx.sale_order_ids._held() or tx._without_offer())
            )
        )
        if held:
            # What sale adds for pending transactions is marking as sent and mailing.
            BaseTransaction._post_process(held)
            held._tell_payment_of_held(held.sale_order_ids)
        return super(PaymentTransaction, self - held)._post_process()

    def _check_amount_and_confirm_order(self):
        """Skip what must not be confirmed, and start the contract review where one is
        asked for.

        Raising here would leave the captured payment unprocessed and have the cron
        retry it.
        """
        confirmed = self.env["sale.order"]
        for tx in self:
            stopped = tx._orders_that_must_wait()
            tx._tell_payment_of_held(stopped)
            if stopped:
                continue
            quotation = tx.sale_order_ids.filtered(lambda o: o.state in UNDECIDED)
            if (
                len(tx.sale_order_ids) == 1
                and quotation._key_account_concerned()
                and quotation._is_confirmation_amount_reached()
                and quotation._start_contract_review()
            ):
                continue
            # Asked just now, and not a second time.
            asked = tx.with_context(key_account_paid=None)
            confirmed |= super(
                PaymentTransaction, asked
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
                tx._tell_payment_of_held(confirmed)
            else:
                billed |= tx
        return super(PaymentTransaction, billed)._invoice_sale_orders()

    def _orders_that_must_wait(self):
        """Orders of this payment that it may not confirm: not signed off or signed, in
        review, or no offer any more when it was begun."""
        orders = self.sale_order_ids.filtered(lambda order: order.state != "sale")
        return self._without_offer() | orders._controlled().filtered(
            lambda order: order._payment_obstacles()
        )

    def _without_offer(self):
        """Orders of this payment that were no offer when it was begun. Money that is
        long on its way was given in time."""
        concerned = self.sale_order_ids._controlled()
        return concerned.filtered(
            lambda order: (
                order.state == "cancel"
                or order.company_id._key_account_enforces()
                and order._why_no_offer(self.create_date)
            )
        )

    def _tell_payment_of_held(self, orders):
        """An activity for the managers of the team, or the salesperson: money has come
        in."""
        for order in orders.sudo():
            user = order._settles_payment()
            reader = order.with_context(lang=user.lang)
            summary = reader.env._(
                "A payment arrived for %s, which may not be confirmed yet.", order.name
            )
            # One is enough, however often the payment is processed.
            if summary not in order.activity_ids.mapped("summary"):
                order.activity_schedule(
                    "key_account.mail_activity_follow_up",
                    user_id=user.id,
                    summary=summary,
                )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    payment_waits = fields.Boolean(
        compute="_compute_payment_waits",
        compute_sudo=True,
        help="Money has arrived for a quotation that is not confirmed.",
    )

    @api.depends("state", "transaction_ids.state")
    def _compute_payment_waits(self):
        undecided = self._key_account_concerned().filtered(lambda o: o.state != "sale")
        (self - undecided).payment_waits = False
        for order in undecided:
            order.payment_waits = bool(order.amount_paid)

    def _settles_payment(self):
        """Who is told of money that may confirm nothing yet: a manager of the team, or
        the salesperson."""
        managers = self.sudo().team_id._key_account_managers()
        return managers.filtered("active")[:1] or self._salesperson()

    def _obstacles(self, action, found):
        obstacles = super()._obstacles(action, found)
        if action == "pay" and (why := self._why_no_offer(fields.Datetime.now())):
            obstacles.append(why)
        return obstacles

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._unoffered()

    def _why_no_offer(self, moment):
        """Why the customer could not accept this quotation then, which a page that was
        opened before still shows; None where they could."""
        self.ensure_one()
        if self.state == "cancel":
            return self.env._("It was cancelled.")
        if self._set_back():
            return self.env._(
                "It was set back to draft: send it to the customer again before it is"
                " paid."
            )
        day = self.company_id._key_account_day(moment)
        if self.is_expired and self.validity_date < day:
            return self.env._("Its validity date has passed.")
        return None

    def _payment_obstacles(self):
        """Why a payment may not confirm this quotation; contract review is no obstacle,
        it starts."""
        self.ensure_one()
        found = self._authority_found()[self]
        starts = self._asks_contract_review() and self.contract_state in (
            "none",
            "to_review",
        )
        obstacles = self._obstacles("review" if starts else "confirm", found)
        if self.company_id._key_account_enforces():
            return obstacles
        if obstacles:
            self._observe("pay", obstacles, found)
        return []
