"""Invoices"""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.shared import optional
from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackInvoice(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )

        # Odoo's wizard wants some right on sales, beside the one to invoice.
        cls.biller = cls._user(
            "ka_biller",
            "account.group_account_invoice,sales_team.group_sale_salesman_all_leads",
        )

    def wizard(self, user, orders, **vals):
        """The invoicing wizard, started from the list or the form."""
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_user(user)
            .with_context(active_model="sale.order", active_ids=orders.ids)
            .create(vals)
        )
        return self.rpc(user, wizard, "create_invoices")

    def confirmed(self, **vals):
        order = self.approved(**vals)
        order.with_user(self.specialist).action_confirm()
        return order

    def move(self, user, line, move_type="out_invoice"):
        """A bill typed by hand against an order line."""
        return (
            self.env["account.move"]
            .with_user(user)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.pump.id,
                                "quantity": 1.0,
                                "price_unit": 500.0,
                                "sale_line_ids": [Command.set(line.ids)],
                            }
                        )
                    ],
                }
            )
        )

    def test_down_payment(self):
        """Down-payment wizard on a held quotation, by percentage and by amount |
        specialist, accountant | refused, no line added"""
        for user in (self.specialist, self.biller):
            for vals in (
                {"advance_payment_method": "percentage", "amount": 10.0},
                {"advance_payment_method": "fixed", "fixed_amount": 10.0},
            ):
                self.refused(self.wizard, user, self.order, **vals, savepoint=True)
        self.assertEqual(self.order.order_line, self.line)

    def test_regular_invoice(self):
        """Regular invoice of a held quotation | specialist, accountant | nothing to
        invoice, or refused"""
        for user in (self.specialist, self.biller):
            self.refused(
                self.wizard, user, self.order, advance_payment_method="delivered"
            )

    def test_several_of_which_one_may_not(self):
        """Invoicing two orders, one of which became worse after confirmation |
        accountant | refused for both"""
        good, bad = self.confirmed(), self.confirmed()
        self.rpc(self.specialist, bad.order_line, "write", {"price_unit": 1.0})
        self.env.flush_all()
        words = self.refused(
            self.wizard,
            self.biller,
            good | bad,
            advance_payment_method="delivered",
            order=good,
        )
        self.assertIn(bad.name, words)

    def test_bill_typed_by_hand(self):
        """account.move with sale_line_ids of a held quotation, posted | accountant |
        refused"""
        move = self.move(self.biller, self.line)
        self.refused_rpc(self.biller, move, "action_post")
        self.assertEqual(move.state, "draft")

    def test_bill_of_what_one_may_not_read(self):
        """An invoice of a colleague's held quotation, posted | accountant who sees
        their own quotations alone | refused, in words that tell nothing of it, and what
        to do; of what is signed off it is posted"""
        move = self.move(self.biller, self.line)
        good = self.move(self.biller, self.confirmed().order_line)
        own = "account.group_account_invoice,sales_team.group_sale_salesman"
        accountant = self._user("ka_own_biller", own)
        self.env.flush_all()
        words = self.refused_rpc(accountant, move, "action_post")
        self.assertIn("Ask whoever sells it", words)
        for secret in (self.order.name, "50", "General manager"):
            self.assertNotIn(secret, words)
        self.assertEqual(move.state, "draft")
        # Beside stock Odoo itself reads the deliveries, and refuses them.
        if "move_ids" not in self.env["sale.order.line"]._fields:
            self.rpc(accountant, good, "action_post")
            self.assertEqual(good.state, "posted")

    def test_receipt_typed_by_hand(self):
        """The same as a sales receipt | accountant | refused"""
        move = self.move(self.biller, self.line, "out_receipt")
        self.refused_rpc(self.biller, move, "action_post")
        self.assertEqual(move.state, "draft")

    def test_put_behind_a_posted_bill(self):
        """A held quotation put behind an invoice that is posted already: by
        sale_line_ids of its line, by invoice_lines of the quotation's, of a new one |
        accountant with rights on sales | refused: it is not billed"""
        move = self.move(self.biller, self.line.browse())
        move.action_post()
        self.assertEqual(move.state, "posted")
        bill = move.invoice_line_ids
        link = [Command.set(self.line.ids)]
        self.refused_rpc(self.biller, bill, "write", {"sale_line_ids": link})
        back = {"invoice_lines": [Command.set(bill.ids)]}
        self.refused_rpc(self.biller, self.line, "write", back)
        new = [Command.create({"product_id": self.pump.id, **back})]
        self.refused_rpc(
            self.biller, self.order, "write", {"order_line": new}, savepoint=True
        )
        self.assertFalse(self.line.invoice_lines)
        self.assertEqual(self.line.qty_invoiced, 0)
        order = self.confirmed()
        link = [Command.set(order.order_line.ids)]
        self.rpc(self.biller, bill, "write", {"sale_line_ids": link})
        self.assertEqual(order.order_line.qty_invoiced, 1)

    def test_state_of_the_bill(self):
        """account.move written to posted | accountant | refused"""
        move = self.move(self.biller, self.line)
        self.refused_rpc(
            self.biller, move, "write", {"state": "posted"}, savepoint=True
        )

    def test_price_after_confirmation(self):
        """Price changed after confirmation, then invoiced by wizard and by hand |
        accountant | refused"""
        order = self.confirmed()
        self.rpc(self.biller, order.order_line, "write", {"price_unit": 1.0})
        self.env.flush_all()
        for vals in (
            {"advance_payment_method": "delivered"},
            {"advance_payment_method": "percentage", "amount": 10.0},
        ):
            self.refused(
                self.wizard, self.biller, order, **vals, order=order, savepoint=True
            )

    def test_draft_bill_before_the_change(self):
        """Invoice drafted in time, terms changed before it is posted | accountant |
        not posted"""
        order = self.confirmed()
        self.wizard(self.biller, order, advance_payment_method="delivered")
        move = order.invoice_ids
        self.rpc(self.specialist, order.order_line, "write", {"price_unit": 1.0})
        self.env.flush_all()
        self.refused_rpc(self.biller, move, "action_post", order=order)

    def taken_off(self, order):
        """The final invoice of the order is drafted, and not posted."""
        self.wizard(self.biller, order, advance_payment_method="delivered")
        bill = order.invoice_ids.filtered(lambda move: move.state == "draft")
        self.assertLess(min(bill.invoice_line_ids.mapped("price_subtotal")), -500.0)
        self.refused_rpc(self.biller, bill, "action_post", order=order)

    def test_down_payment_that_was_never_billed(self):
        """A down payment typed as a line, to be taken off the invoice although nobody
        paid one | specialist | not posted"""
        order = self.confirmed()
        line = {"name": "Down payment", "is_downpayment": True, "price_unit": 700.0}
        line = {**line, "product_uom_qty": 0.0, "tax_ids": [Command.clear()]}
        vals = {"order_line": [Command.create(line)]}
        self.rpc(self.specialist, order, "write", vals)
        forged = order.order_line.filtered("is_downpayment")
        with self.assertRaisesRegex(AccessError, "not entered by hand"):
            self.rpc(self.specialist, forged, "write", {"qty_to_invoice": -1.0})
        forged.sudo().qty_to_invoice = -1.0
        self.taken_off(order)

    def test_down_payment_made_larger(self):
        """Price of a down-payment line raised after it was billed, so that more is
        taken off than was paid | specialist, accountant | not posted"""
        order = self.confirmed()
        self.wizard(
            self.biller, order, advance_payment_method="percentage", amount=10.0
        )
        self.rpc(self.biller, order.invoice_ids, "action_post")
        line = order.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )
        self.rpc(self.specialist, line, "write", {"price_unit": 900.0})
        self.taken_off(order)

    def test_more_typed_in_as_delivered(self):
        """qty_delivered of a confirmed order, a hundredfold: what was ordered, and a
        line of nothing | specialist, accountant | not billed before sign-off; what was
        ordered, and more within one's own limits, is"""
        self.pump.write({"type": "service", "invoice_policy": "delivery"})
        order = self.confirmed()
        line = order.order_line
        # Beside stock it is the warehouse that counts, and nobody else.
        line.sudo().qty_delivered_method = "analytic"
        for counted in ({"qty_delivered": "1000"}, {"qty_delivered": 2.0}):
            with self.assertRaisesRegex(AccessError, "cannot be entered"):
                self.rpc(self.specialist, line, "write", counted)
        line.sudo().qty_delivered_method = "manual"
        self.assertEqual(order.authority_state, "approved")
        self.rpc(self.specialist, line, "write", {"qty_delivered": 1000.0})
        self.assertEqual(order.authority_state, "required")
        for user in (self.specialist, self.biller):
            self.refused(self.wizard, user, order, advance_payment_method="delivered")
        self.rpc(self.specialist, line, "write", {"qty_delivered": 1.0})
        nothing = {"product_id": self.pump.id, "product_uom_qty": 0.0}
        command = Command.create({**nothing, "qty_delivered": 1000.0})
        self.rpc(self.specialist, order, "write", {"order_line": [command]})
        self.refused(
            self.wizard, self.biller, order, advance_payment_method="delivered"
        )
        free = order.order_line - line
        self.rpc(self.specialist, free, "write", {"qty_delivered": 0.0})
        self.wizard(self.biller, order, advance_payment_method="delivered")
        self.rpc(self.biller, order.invoice_ids, "action_post")
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_more_said_to_be_delivered(self):
        """Reached milestones for a hundredfold of what was ordered, which no line is
        written for | whoever works on the project | not billed before sign-off"""
        self.pump.write({"type": "service", "invoice_policy": "delivery"})
        order = self.confirmed()
        line = order.order_line
        # As milestones are where projects are installed: told by other records.
        line.sudo().qty_delivered_method = "analytic"
        self.assertIn("milestones", optional.said_deliveries())
        with patch.object(optional, "said_deliveries", lambda: ("manual", "analytic")):
            for units, state in ((1000.0, "required"), (1.0, "approved")):
                counted = {"return_value": {line: units}}
                with patch.object(type(line), "_prepare_qty_delivered", **counted):
                    self.env.add_to_compute(line._fields["qty_delivered"], line)
                    self.env.flush_all()
                self.assertEqual(line.qty_delivered, units)
                self.assertEqual(order.authority_state, state)
                held = bool(order._may_not("invoice"))
                self.assertEqual(held, state == "required")

    # What must go on working

    def test_confirmed_order(self):
        """Invoice of an order confirmed with approval | accountant | posted"""
        order = self.confirmed()
        self.wizard(self.biller, order, advance_payment_method="delivered")
        move = order.invoice_ids
        self.rpc(self.biller, move, "action_post")
        self.assertEqual((move.state, move.amount_untaxed), ("posted", 920.0))

    def test_down_payment_of_a_confirmed_order(self):
        """Down payment, then the rest, of an order confirmed with approval |
        accountant | both posted; the down payment is no change of terms"""
        order = self.confirmed()
        self.wizard(
            self.biller, order, advance_payment_method="percentage", amount=50.0
        )
        self.rpc(self.biller, order.invoice_ids, "action_post")
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")
        self.wizard(self.biller, order, advance_payment_method="delivered")
        rest = order.invoice_ids.filtered(lambda move: move.state == "draft")
        self.rpc(self.biller, rest, "action_post")
        self.assertEqual(sum(order.invoice_ids.mapped("amount_untaxed")), 920.0)

    def test_credit_note(self):
        """Credit note of an invoice whose order became worse since | accountant |
        posted: giving money back is no promise"""
        order = self.confirmed()
        self.wizard(self.biller, order, advance_payment_method="delivered")
        move = order.invoice_ids
        self.rpc(self.biller, move, "action_post")
        self.rpc(self.specialist, order.order_line, "write", {"price_unit": 1.0})
        self.env.flush_all()
        refund = move.with_user(self.biller)._reverse_moves()
        self.rpc(self.biller, refund, "action_post")
        self.assertEqual(refund.state, "posted")
