"""Payments"""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from .attack_common import PIXEL, AttackCase


@tagged("post_install", "-at_install")
class TestAttackPayment(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = (
            cls.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Test",
                    "company_id": cls.company.id,
                    "code": "none",
                    "state": "test",
                }
            )
        )
        Method = cls.env["payment.method"].sudo()
        cls.method = Method.search([], limit=1) or Method.create(
            {"name": "M", "code": "m"}
        )

    def pay(self, orders, amount, state="done", begun=None, **vals):
        """A payment that has arrived, processed as the provider's notice has it."""
        number = self.env["payment.transaction"].sudo().search_count([])
        tx = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "amount": amount,
                    "currency_id": orders[:1].currency_id.id,
                    "partner_id": orders[:1].partner_id.id,
                    "reference": f"attack-{number}",
                    "state": "draft",
                    "sale_order_ids": [Command.set(orders.ids)],
                    **vals,
                }
            )
        )
        # This provider only knows "done"; what others report is put in place below.
        self.env.cr.execute(
            """UPDATE payment_transaction
                  SET state = %s, create_date = COALESCE(%s, create_date)
                WHERE id = %s""",
            (state, begun, tx.id),
        )
        tx.invalidate_recordset()
        # No journal is set up here; what account_payment books is not under test.
        with patch.object(
            type(tx), "_create_payment", lambda self, **kw: self.env["account.payment"]
        ):
            tx._post_process()
        self.env.flush_all()
        self.env.invalidate_all()
        return tx

    def kept(self, order, tx):
        """The money is there, the order is not confirmed, a manager knows, nothing will
        be tried again."""
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.invoice_ids)
        self.assertIn(tx, order.sudo().transaction_ids)
        self.assertTrue(tx.is_post_processed)
        self.assertIn(self.manager, order.sudo().activity_ids.user_id)

    def test_any_amount(self):
        """A payment below, at and above the amount of a held quotation | customer, by
        an old link | kept; not confirmed, not mailed; the manager is told"""
        for amount in (0.01, 500.0, 5_000.0):
            order = self.make_order(discount=50.0)
            before = self.trace(order)
            tx = self.pay(order, amount)
            self.kept(order, tx)
            self.assertEqual(self.trace(order), before)

    def test_every_state(self):
        """A pending, authorized or done payment | customer, by an old link | kept; not
        confirmed, not marked as sent, not mailed"""
        for state in ("pending", "authorized", "done"):
            order = self.make_order(discount=50.0)
            before = self.trace(order)
            tx = self.pay(order, 500.0, state)
            self.kept(order, tx)
            self.assertEqual(self.trace(order), before)

    def test_without_required_payment(self):
        """One cent, where no payment is required and so any amount confirms | customer,
        by an old link | not confirmed"""
        self.order.write({"require_payment": False, "require_signature": True})
        tx = self.pay(self.order, 0.01, "authorized")
        self.kept(self.order, tx)

    def test_rejected_and_pending_sign_off(self):
        """A payment while sign-off is open, and after it was rejected | customer, by an
        old link | kept; not confirmed"""
        self.order.with_user(self.specialist).action_request_approval()
        self.kept(self.order, self.pay(self.order, 500.0))
        self.order.with_user(self.general_manager).action_reject("Too cheap")
        self.kept(self.order, self.pay(self.order, 500.0))

    def test_instead_of_the_signature(self):
        """Paying an approved quotation that has to be signed first | customer | kept;
        not confirmed before the signature"""
        order = self.approved(
            require_signature=True, require_payment=True, prepayment_percent=1.0
        )
        tx = self.pay(order, order.amount_total)
        self.kept(order, tx)

    def test_terms_that_became_worse_meanwhile(self):
        """A payment that arrives after the specialist gave 60 % more | specialist and
        customer | kept; not confirmed"""
        order = self.approved(require_payment=True, prepayment_percent=1.0)
        self.rpc(self.specialist, order.order_line, "write", {"discount": 60.0})
        self.kept(order, self.pay(order, 400.0))

    def test_approval_that_expired_meanwhile(self):
        """A payment that arrives after the approval has ended | customer | kept; not
        confirmed"""
        order = self.approved(require_payment=True)
        with freeze_time(fields.Datetime.now() + timedelta(days=400)):
            self.kept(order, self.pay(order, order.amount_total))

    def no_offer(self, order, tx, state):
        """The money is there, the quotation stays what it was, a manager knows."""
        self.assertEqual(order.state, state)
        self.assertTrue(tx.is_post_processed)
        self.assertIn(self.manager, order.sudo().activity_ids.user_id)

    def test_taken_back_before_it_was_paid(self):
        """A done, authorized or pending payment, by a page opened before the quotation
        was cancelled, or set back to draft; anew, until it is sent again | customer |
        kept; not confirmed, not marked as sent; then confirmed"""
        for state in ("done", "authorized", "pending"):
            for discount in (0.0, 8.0):
                order = self.make_order(discount=discount, require_payment=True)
                order = self.approve(order) if discount else order
                for method in ("action_quotation_sent", "action_cancel"):
                    self.rpc(self.specialist, order, method)
                self.no_offer(
                    order, self.pay(order, order.amount_total, state), "cancel"
                )
                order.activity_ids.unlink()
                self.rpc(self.specialist, order, "action_draft")
                self.assertFalse(order._has_to_be_paid())
                tx = self.pay(order, order.amount_total, state)
                self.no_offer(order, tx, "draft")
            self.rpc(self.specialist, order, "action_quotation_sent")
            self.pay(order, order.amount_total, state)
            self.assertEqual(order.state, "sent" if state == "pending" else "sale")

    def test_begun_after_its_last_day(self):
        """A payment that was begun when the validity date had passed; one that was
        begun on the last day, and arrives later | customer | kept, not confirmed;
        confirmed"""
        order = self.make_order(require_payment=True)
        order.with_user(self.specialist).write({"validity_date": fields.Date.today()})
        order.with_user(self.specialist).action_quotation_sent()
        self.env.flush_all()
        begun = fields.Datetime.now()
        with freeze_time(begun + timedelta(days=2)):
            late = self.pay(order, order.amount_total, begun=fields.Datetime.now())
            self.no_offer(order, late, "sent")
            self.pay(order, order.amount_total, begun=begun)
            self.assertEqual(order.state, "sale")

    def test_one_payment_for_two(self):
        """One payment for an approved and a held quotation | customer | neither is
        confirmed, nothing hangs"""
        order = self.approved()
        tx = self.pay(order | self.order, 1_420.0)
        self.assertTrue(tx.is_post_processed)
        self.assertEqual((order | self.order).mapped("state"), ["draft", "draft"])

    def test_signed_terms_that_changed_meanwhile(self):
        """A payment that arrives after signed terms were changed | specialist and
        customer | kept; not confirmed before a new signature"""
        order = self.signed()
        self.rpc(self.specialist, order.order_line, "write", {"discount": 6.0})
        tx = self.pay(order, order.amount_total)
        self.assertEqual(order.state, "sent")
        self.assertTrue(tx.is_post_processed)

    def test_below_the_prepayment(self):
        """Less than the prepayment of an approved quotation | customer | kept; not
        confirmed, as in plain Odoo"""
        order = self.approved(require_payment=True, prepayment_percent=0.5)
        self.pay(order, 459.0)
        self.assertEqual(order.state, "draft")

    def test_automatic_invoice(self):
        """Automatic invoice of a paid order whose terms became worse after
        confirmation | specialist and customer | payment processed, no invoice, the
        manager is told"""
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", True)
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        self.rpc(self.specialist, order.order_line, "write", {"price_unit": 100.0})
        self.env.flush_all()
        tx = self.pay(order, order.amount_total)
        self.assertTrue(tx.is_post_processed)
        self.assertFalse(order.invoice_ids)
        self.assertIn(self.manager, order.sudo().activity_ids.user_id)

    def test_cron_of_payments(self):
        """The cron that finishes payments left unfinished | OdooBot | done once, not
        tried again"""
        tx = self.pay(self.order, 500.0)
        tx.is_post_processed = False
        with patch.object(
            type(tx), "_create_payment", lambda self, **kw: self.env["account.payment"]
        ):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "payment.cron_post_process_payment_tx"
                ).method_direct_trigger()
        self.env.invalidate_all()
        self.kept(self.order, tx)

    def test_transaction_written_by_staff(self):
        """payment.transaction created or set to done over RPC | specialist, Sales
        administrator | no access"""
        tx = self.pay(self.order, 500.0, "draft")
        vals = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "amount": 500.0,
            "currency_id": self.order.currency_id.id,
            "partner_id": self.customer.id,
            "reference": "forged",
            "state": "done",
        }
        for user in (self.specialist, self.sales_admin):
            self.refused_rpc(user, tx, "write", {"state": "done"})
            self.refused_rpc(user, tx.browse(), "create", [vals])

    # What must go on working

    def test_prepayment_of_an_approved_quotation(self):
        """The prepayment, or more, of an approved quotation | customer | confirmed"""
        for share, amount in ((0.5, 460.0), (0.5, 920.0), (1.0, 920.0), (1.0, 1_000.0)):
            order = self.approved(require_payment=True, prepayment_percent=share)
            self.pay(order, amount)
            self.assertEqual(order.state, "sale", (share, amount))

    def test_signature_and_prepayment(self):
        """Signed, then paid | customer | confirmed"""
        order = self.signed()
        self.pay(order, order.amount_total)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.signature_ids.signed_by, "Buyer Wang")
        self.assertTrue(order.signature)
        self.assertNotEqual(order.signature, PIXEL[:4])

    def test_pending_payment_of_an_approved_quotation(self):
        """A pending payment (bank transfer) | customer | marked as sent and mailed, as
        in plain Odoo"""
        order = self.approved(require_payment=True)
        self.pay(order, order.amount_total, "pending")
        self.assertEqual(order.state, "sent")
