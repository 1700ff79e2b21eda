"""Where money is taken besides the portal: at a till, by the carrier"""

from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.payment.models.payment_transaction import (
    PaymentTransaction as BaseTransaction,
)

from ..models.contract.confirming import TILL
from .neighbour_common import NeighbourCase


@tagged("post_install", "-at_install")
class TestAttackTaken(NeighbourCase):
    """A payment that confirms, or promises, of itself."""

    def pending(self, order, code="none", **vals):
        """The customer has chosen how to pay, and has not paid yet."""
        provider = self.env["payment.provider"].create(
            {"name": "Later", "code": code, "company_id": self.company.id, **vals}
        )
        methods = self.env["payment.method"]
        method = methods.search([], limit=1) or methods.create(
            {"name": "Later", "code": "later"}
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"Later {order.id}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                "state": "pending",
            }
        )
        transaction._post_process()
        self.env.flush_all()
        return transaction

    def told(self, order):
        """That the manager has been told of money, once."""
        told = order.activity_ids.filtered(lambda each: "payment" in each.summary)
        self.assertEqual(told.user_id, self.manager)
        self.assertEqual(len(told), 1)

    def waiting(self):
        """Quotations that are not to be confirmed."""
        set_back = self.sent()
        set_back.with_user(self.specialist).action_cancel()
        set_back.with_user(self.specialist).action_draft()
        return self.approved(require_signature=True), self.order, set_back

    def test_paid_to_the_carrier(self):
        """Cash on delivery, which confirms without any money, of a quotation that the
        customer has yet to sign, that is held, that was set back to draft | customer |
        processed, not confirmed, the manager told; what may be is confirmed"""
        self.needs("delivery")
        cash = {"code": "custom", "custom_mode": "cash_on_delivery"}
        for order in self.waiting():
            self.assertTrue(self.pending(order, **cash).is_post_processed)
            self.assertNotEqual(order.state, "sale")
            self.told(order)
        may = self.approved()
        self.assertTrue(self.pending(may, **cash).is_post_processed)
        self.assertEqual(may.state, "sale")

    def test_whatever_confirms_on_payment(self):
        """The same by any module that confirms what is paid, or promised | customer |
        as above"""
        processed = BaseTransaction._post_process

        def confirming(transaction):
            transaction.sale_order_ids.action_confirm()
            processed(transaction)

        orders = self.waiting()
        with patch.object(BaseTransaction, "_post_process", confirming):
            for order in orders:
                self.pending(order)
                self.assertNotEqual(order.state, "sale")
                self.told(order)
            may = self.approved()
            self.pending(may)
        self.assertEqual(may.state, "sale")

    def outermost(self, name):
        """The class by which this method of a quotation is overridden last."""
        classes = type(self.order).__mro__[1:]
        return next(cls for cls in classes if name in vars(cls))

    def test_billed_as_soon_as_it_is_signed(self):
        """A module that bills at once what a signature, or a payment by gift card, has
        confirmed (sale_loyalty), of a quotation whose contract is reviewed first |
        customer | the review starts, nothing is billed; what needs none is billed"""
        model, billed = self.outermost("_validate_order"), []
        validate = vars(model)["_validate_order"]

        def billing(orders):
            validate(orders)
            billed.append(orders._prepare_invoice())

        for asked, state in (("yes", "sent"), ("no", "sale")):
            self.team.key_account_contract_review = asked
            order = self.sent()
            with patch.object(model, "_validate_order", billing):
                order.sudo()._validate_order()
            self.assertEqual(order.state, state)
            self.assertEqual(bool(billed), state == "sale")

    def test_till_named_in_the_context(self):
        """action_confirm with what marks a till, under its name | specialist | refused;
        in the till's own step it leaves out what must wait, before any module orders
        the goods or gives points for them"""
        forged = {"key_account_paid": "TILL"}
        self.refused_rpc(self.specialist, self.order, "action_confirm", context=forged)
        ordered = []
        model = self.outermost("action_confirm")
        confirm = vars(model)["action_confirm"]

        def outermost(orders):
            ordered.extend(orders.ids)
            return confirm(orders)

        may = self.approved()
        both = (self.order | may).with_context(key_account_paid=TILL)
        with patch.object(model, "action_confirm", outermost):
            both.with_user(self.specialist).action_confirm()
        self.assertEqual(ordered, may.ids)
        self.assertEqual((self.order.state, may.state), ("draft", "sale"))
        self.told(self.order)


@tagged("post_install", "-at_install")
class TestAttackTill(NeighbourCase):
    """A quotation that is settled at the till of a shop."""

    def setUp(self):
        super().setUp()
        self.needs("pos_sale")
        self.clerk = self._user(
            "ka_clerk",
            "point_of_sale.group_pos_manager,sales_team.group_sale_salesman_all_leads",
        )
        chart = self.env["account.chart.template"]
        chart.try_loading("generic_coa", self.company, install_demo=False)
        method = self.env["pos.payment.method"].create(
            {
                "name": "Cash",
                "company_id": self.company.id,
                "journal_id": self.env["account.journal"]
                .search(
                    [("company_id", "=", self.company.id), ("type", "=", "cash")],
                    limit=1,
                )
                .id,
            }
        )
        self.till = self.env["pos.config"].create(
            {
                "name": "Shop",
                "company_id": self.company.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )
        self.till.with_user(self.clerk).open_ui()

    def settle(self, order, **vals):
        """The till has taken the money for this quotation."""
        self.sync(order, **vals)
        return order.sudo().pos_order_line_ids.order_id

    def sync(self, order, line=(), **vals):
        """What the till sends of it."""
        sold, session = order.order_line[:1], self.till.current_session_id
        line = {
            "discount": sold.discount,
            "price_unit": sold.price_unit,
            "product_id": sold.product_id.id,
            "price_subtotal": order.amount_total,
            "price_subtotal_incl": order.amount_total,
            "sale_order_line_id": sold.id,
            "sale_order_origin_id": order.id,
            "qty": sold.product_uom_qty,
            "tax_ids": [],
            "uuid": f"line-{order.id}",
            **dict(line),
        }
        paid = line["price_subtotal"]
        payment = {
            "amount": paid,
            "name": "2030-01-02 03:04:05",
            "payment_method_id": self.till.payment_method_ids.id,
        }
        state = vals.get("state", "paid")
        sent = {
            "access_token": f"token-{order.id}",
            "amount_paid": paid if state == "paid" else 0,
            "amount_return": 0,
            "amount_tax": 0,
            "amount_total": paid,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "lines": [Command.create(line)],
            "partner_id": self.customer.id,
            "payment_ids": [Command.create(payment)] if state == "paid" else [],
            "session_id": session.id,
            "state": state,
            "user_id": self.clerk.id,
            "uuid": f"till-{order.id}",
            **vals,
        }
        self.rpc(self.clerk, self.env["pos.order"], "sync_from_ui", [sent])
        self.env.flush_all()

    def later(self):
        """What the till has sent until now was some time ago."""
        for table in ("pos_order_line", "pos_order"):
            self.env.cr.execute(
                f"UPDATE {table} SET create_date = create_date - interval '1 hour',"
                " write_date = write_date - interval '1 hour'"
            )
        self.env.invalidate_all()

    def kept(self, paid):
        """Money taken, nothing confirmed, the manager told once."""
        self.assertEqual(paid.state, "paid")
        self.assertEqual(self.order.state, "draft")
        told = self.order.activity_ids.filtered(lambda each: "payment" in each.summary)
        self.assertEqual(told.user_id, self.manager)
        self.assertEqual(len(told), 1)

    def test_held_quotation_settled_at_the_till(self):
        """sync_from_ui of a till with the money for the quotation; confirmed afterwards
        by hand | clerk; specialist | the money is kept, the order is not confirmed, the
        manager has one activity; refused"""
        self.kept(self.settle(self.order))
        self.refused_rpc(self.specialist, self.order, "action_confirm")
        self.later()
        self.refused_rpc(self.specialist, self.order, "action_confirm")

    def test_order_of_the_till_that_waited(self):
        """The same of what the till had sent before it was paid | clerk | as above"""
        self.sync(self.order, state="draft")
        self.later()
        self.assertFalse(self.order.activity_ids)
        self.kept(self.settle(self.order, lines=[]))

    def test_order_of_the_till_sent_twice(self):
        """The same sent again, by a till that did not hear the answer | clerk | as
        above"""
        self.settle(self.order)
        self.later()
        self.kept(self.settle(self.order))

    def test_refund_at_the_till(self):
        """The money given back at the till | clerk | given back"""
        paid = self.settle(self.order)
        self.later()
        amount = -self.order.amount_total
        line = {
            "qty": -1,
            "refunded_orderline_id": paid.lines.id,
            "uuid": "back",
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
        }
        self.sync(self.order, line=line, uuid="back", access_token="back")
        self.assertEqual(paid.lines.refund_orderline_ids.order_id.state, "paid")
        self.kept(paid)

    def down_payment(self):
        """A line of 100.00 on account."""
        product = self.env["product.product"].create(
            {"name": "Down payment", "type": "service", "taxes_id": False}
        )
        self.till.down_payment_product_id = product
        return {
            "product_id": product.id,
            "sale_order_line_id": False,
            "qty": 1,
            "discount": 0,
            "price_unit": 100.0,
            "price_subtotal": 100.0,
            "price_subtotal_incl": 100.0,
        }

    def test_down_payment_at_the_till(self):
        """A down payment for the quotation | clerk | the money is kept and stands in
        the quotation; nothing is confirmed"""
        self.kept(self.settle(self.order, line=self.down_payment()))
        self.assertTrue(self.order.order_line.filtered("is_downpayment"))

    def test_invoiced_at_the_till(self):
        """The money, with an invoice for it | clerk | the invoice of what was paid; the
        quotation is not confirmed"""
        paid = self.settle(self.order, to_invoice=True)
        self.assertEqual(paid.account_move.state, "posted")
        self.assertEqual(self.order.state, "draft")

    def test_approved_quotation_settled_at_the_till(self):
        """The same of an approved quotation | clerk | confirmed, as in plain Odoo"""
        order = self.sent(require_signature=False)
        self.assertEqual(self.settle(order).state, "paid")
        self.assertEqual(order.state, "sale")

    def test_approved_quotation_paid_in_parts(self):
        """A down payment, then the rest, of an approved quotation | clerk | confirmed
        by the first, billed by the second, approved as before"""
        order = self.sent(require_signature=False)
        self.assertEqual(self.settle(order, line=self.down_payment()).state, "paid")
        self.assertEqual(order.state, "sale")
        self.later()
        self.sync(order, line={"uuid": "rest"}, uuid="rest", access_token="rest")
        self.assertEqual(order.authority_state, "approved")
        self.assertFalse(order._may_not("invoice"))
        self.assertEqual(order.invoice_status, "invoiced")
