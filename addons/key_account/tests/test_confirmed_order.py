"""After confirmation: what may change, and who decides about the rest."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.shared import optional
from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestConfirmedOrder(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )

    def confirmed(self, discount=8.0):
        order = self.approve(self.make_order(discount=discount))
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        return order

    def change(self, order, **values):
        self.rpc(self.specialist, order.order_line[:1], "write", values)
        self.env.flush_all()

    def add_line(self, order, **values):
        line = {"order_id": order.id, "product_id": self.valve.id, **values}
        result = self.env["sale.order.line"].with_user(self.specialist).create(line)
        self.env.flush_all()
        return result

    def test_worse_terms_stop_the_invoice_until_somebody_approves(self):
        order = self.confirmed()
        self.change(order, discount=9.5)
        self.assertEqual(order.authority_state, "required")
        with self.assertRaisesRegex(UserError, "cannot be invoiced yet"):
            order._create_invoices()
        order.with_user(self.specialist).action_request_approval()
        self.assertEqual(order.authority_state, "pending")
        self.assertEqual(order.approver_ids, self.manager)
        with self.assertRaises(UserError):
            order.with_user(self.specialist).action_approve()
        with self.assertRaises(UserError):
            order._create_invoices()
        order.with_user(self.manager).action_approve()
        self.assertEqual(order.authority_state, "approved")
        self.assertTrue(order._create_invoices())

    def test_what_was_approved_after_confirmation_stays_approved(self):
        order = self.confirmed()
        self.change(order, discount=9.5)
        self.approve(order)
        with freeze_time(fields.Datetime.now() + timedelta(days=90)):
            order._mark_authority()
            self.env.flush_all()
            self.assertTrue(order._create_invoices())

    def test_changing_while_somebody_decides_supersedes_the_request(self):
        order = self.confirmed()
        self.change(order, discount=9.5)
        order.with_user(self.specialist).action_request_approval()
        self.change(order, discount=30.0)
        last = order.approval_ids.sorted("id")[-1]
        self.assertEqual(last.event, "supersede")
        with self.assertRaises(UserError):
            order.with_user(self.manager).action_approve()

    def test_rejected_changes_stay_out_of_the_invoice(self):
        order = self.confirmed()
        self.change(order, discount=9.5)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.manager).action_reject("Not after the fact.")
        with self.assertRaises(UserError):
            order._create_invoices()
        self.change(order, discount=8.0)
        self.assertTrue(order._create_invoices())

    def test_better_terms_need_nobody(self):
        order = self.confirmed()
        self.change(order, discount=3.0)
        self.assertEqual(order.authority_state, "approved")
        self.assertTrue(order._create_invoices())

    def test_limits_that_become_stricter_change_nothing(self):
        order = self.make_order(discount=4.0)
        order.with_user(self.specialist).action_confirm()
        limits = self.levels[10].limit_ids
        limits.filtered(lambda row: row.dimension == "discount").value = 1.0
        self.change(order, discount=3.0)
        self.assertEqual(order.authority_state, "within")
        self.change(order, discount=4.5)
        self.assertEqual(order.authority_state, "required")
        self.change(order, discount=4.0)
        self.assertTrue(order._create_invoices())

    def test_another_product_leaves_the_envelope(self):
        order = self.confirmed()
        self.add_line(order, discount=9.0)
        self.assertEqual(order.authority_state, "required")

    def test_down_payment_and_expense_lines_are_no_terms(self):
        order = self.confirmed()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30})
        )
        wizard.create_invoices()
        self.env.flush_all()
        self.assertTrue(order.order_line.filtered("is_downpayment"))
        self.assertEqual(order.authority_state, "approved")
        self.valve.expense_policy = "sales_price"
        self.add_line(order, is_expense=True, price_unit=1.0, discount=90.0)
        self.assertEqual(order.authority_state, "approved")
        self.assertTrue(order._create_invoices(final=True))

    def down_pay(self, order):
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30})
        )
        wizard.create_invoices()
        self.env.flush_all()

    def test_an_approved_quotation_is_down_paid_before_it_is_confirmed(self):
        for order in (
            self.approve(self.make_order(discount=8.0)),
            self.make_order(discount=3.0),
        ):
            state = order.authority_state
            self.down_pay(order)
            self.assertGreater(sum(order.invoice_ids.mapped("amount_untaxed")), 0.0)
            self.assertEqual(order.authority_state, state)
            order.with_user(self.specialist).action_confirm()
            self.assertEqual(order.state, "sale")

    def test_a_quotation_is_not_down_paid_before_it_may_be_confirmed(self):
        unsigned = self.approve(self.make_order(discount=8.0, require_signature=True))
        held = self.make_order(discount=8.0)
        self.team.key_account_contract_review = "yes"
        unreviewed = self.approve(self.make_order(discount=8.0))
        for order, words in (
            (unsigned, "has not signed"),
            (held, "Request sign-off"),
            (unreviewed, "review has not been passed"),
        ):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.down_pay(order)
            self.env.invalidate_all()
            self.assertFalse(order.invoice_ids)

    def test_credit_notes_are_free(self):
        order = self.confirmed()
        invoice = order._create_invoices()
        invoice.action_post()
        self.change(order, discount=8.0)
        self.add_line(order, discount=50.0)
        self.assertEqual(order.authority_state, "required")
        credit = invoice._reverse_moves([{"ref": "returned"}])
        credit.action_post()
        self.assertEqual(credit.state, "posted")

    def test_copy_cancel_and_lost(self):
        order = self.confirmed()
        copy = order.with_user(self.specialist).copy()
        self.env.flush_all()
        self.assertEqual(copy.authority_state, "required")
        self.assertFalse(copy.approval_ids or copy.signature_ids)
        self.assertFalse(copy.signed_on or copy.sudo().authority_confirmed)
        self.assertEqual(copy.contract_state, "none")
        self.change(order, discount=9.5)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.specialist).action_cancel()
        self.assertEqual(order.approval_ids.sorted("id")[-1].event, "withdraw")

    def test_a_lost_deal_withdraws_the_request(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
            }
        )
        order = self.make_order(discount=9.0, opportunity_id=lead.id)
        order.with_user(self.specialist).action_request_approval()
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        lead.with_user(self.manager).action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(order.approval_ids.sorted("id")[-1].event, "withdraw")
        self.assertFalse(order.approver_ids)

    def test_delivery_lines_are_no_terms_of_a_confirmed_order(self):
        order = self.confirmed()
        line_class = type(self.env["sale.order.line"])
        parcel = self.add_line(order, price_unit=1.0, discount=0.0)
        parcel.sudo().product_id.type = "service"
        self.assertEqual(order.authority_state, "required")
        self.patch(line_class, "_is_delivery", lambda line: line == parcel)
        for of_carrier, state in ((False, "required"), (True, "approved")):
            self.patch(optional, "is_of_carrier", lambda product, so=of_carrier: so)
            order._mark_authority()
            self.env.flush_all()
            self.assertEqual(order.authority_state, state)
