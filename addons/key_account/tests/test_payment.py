"""Money that arrives for a quotation: kept always, confirming only what may be."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import KeyAccountCommon
from .test_signature import SIGNATURE


@tagged("post_install", "-at_install")
class TestPayment(KeyAccountCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.method = cls.env.ref("payment.payment_method_unknown").sudo()
        form = cls.env["ir.ui.view"].create(
            {"name": "Dummy", "type": "qweb", "arch": "<form action='dummy'/>"}
        )
        cls.provider = (
            cls.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Dummy",
                    "code": "none",
                    "company_id": cls.company.id,
                    "state": "test",
                    "is_published": True,
                    "payment_method_ids": [Command.set(cls.method.ids)],
                    "redirect_form_view_id": form.id,
                }
            )
        )
        cls.method.active = True
        cls.env["key.account.contract.review.function"].create(
            {
                "function": "finance",
                "company_id": cls.company.id,
                "user_ids": [Command.set(cls.reviewer.ids)],
            }
        )

    def pay(self, order, amount, state="done"):
        """A transaction as a provider reports it, processed by the cron."""
        tx = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "amount": amount,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "reference": f"tx-{order.id}-{amount}-{state}",
                    "state": state,
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
        )
        # What account_payment books needs a journal of the provider: not under test.
        self.patch(type(tx), "_create_payment", lambda tx, **kw: tx.payment_id)
        tx._post_process()
        self.env.flush_all()
        self.assertTrue(tx.is_post_processed, "nothing hangs or retries")
        self.assertEqual(tx.state, state, "the payment is kept")
        return tx

    def told(self, order):
        activities = order.activity_ids.filtered(
            lambda activity: "payment arrived" in (activity.summary or "")
        )
        self.assertLessEqual(len(activities), 1, "told once")
        return activities.user_id

    def sent(self, **values):
        order = self.approve(self.make_order(discount=8.0, **values))
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
        return order

    def sign(self, order):
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.access_token,
                "name": "Buyer",
                "signature": SIGNATURE,
            },
        )
        self.assertTrue(result.get("force_refresh"), result)
        self.env.invalidate_all()

    def transaction(self, order, amount=100.0):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/transaction",
            {
                "access_token": order.access_token,
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": None,
                "amount": amount,
                "flow": "redirect",
                "tokenization_requested": False,
                "landing_route": "/my",
            },
        )

    def test_held_quotations_keep_the_money_and_stay(self):
        for state in ("pending", "done"):
            for amount in (0.01, 1.0, 500.0):
                order = self.make_order(discount=50.0)
                self.pay(order, amount, state)
                self.assertEqual(order.state, "draft", (state, amount))
                self.assertEqual(self.told(order), self.manager, (state, amount))

    def test_the_manager_is_told_once(self):
        order = self.make_order(discount=50.0)
        self.pay(order, 100.0, "pending")
        self.pay(order, 100.0)
        self.assertEqual(self.told(order), self.manager)

    def test_a_manager_who_has_left_is_told_of_no_money(self):
        self.team.key_account_manager_ids |= self.other_manager
        self.team.user_id = self.manager
        self.manager.action_archive()
        order = self.make_order(discount=50.0)
        self.pay(order, 100.0)
        self.assertEqual(self.told(order), self.other_manager)

    def test_a_cent_does_not_replace_a_signature(self):
        order = self.sent(require_signature=True)
        self.pay(order, 0.01)
        self.assertEqual(order.state, "sent")
        self.assertEqual(self.told(order), self.manager)
        self.sign(order)
        self.assertEqual(order.state, "sale")

    def test_a_payment_below_the_amount_waits_at_the_amount_confirms(self):
        order = self.sent(require_payment=True, prepayment_percent=0.5)
        self.pay(order, 100.0)
        self.assertEqual(order.state, "sent")
        self.assertFalse(self.told(order))
        self.pay(order, order.amount_total / 2 - 100.0)
        self.assertEqual(order.state, "sale")

    def test_an_approved_quotation_is_paid_into_an_order(self):
        order = self.sent(require_payment=True, prepayment_percent=1.0)
        self.assertIn("reference", self.transaction(order, order.amount_total))
        self.pay(order, order.amount_total)
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.told(order))

    def test_payment_starts_the_contract_review(self):
        self.team.key_account_contract_review = "yes"
        order = self.sent(
            require_signature=True, require_payment=True, prepayment_percent=1.0
        )
        self.sign(order)
        self.assertEqual((order.state, order.contract_state), ("sent", "none"))
        self.pay(order, order.amount_total)
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))
        self.rpc(self.reviewer, order.contract_review_ids.item_ids, "action_pass")
        self.assertEqual(order.state, "sale")

    def test_payment_during_and_after_a_failed_review(self):
        self.team.key_account_contract_review = "yes"
        order = self.sent(require_signature=True)
        self.sign(order)
        self.pay(order, order.amount_total)
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))
        self.assertEqual(self.told(order), self.manager)
        item = order.contract_review_ids.item_ids
        self.rpc(self.reviewer, item, "action_fail", "credit")
        self.pay(order, 10.0)
        self.assertEqual((order.state, order.contract_state), ("sent", "failed"))
        self.rpc(self.specialist, order, "action_start_contract_review")
        last = order.contract_review_ids.sorted("id")[-1].item_ids
        self.rpc(self.reviewer, last, "action_pass")
        self.assertEqual(order.state, "sale")

    def test_the_strip_tells_of_money_that_came_in_during_review(self):
        self.team.key_account_contract_review = "yes"
        order = self.sent(require_signature=True)
        self.sign(order)
        order = order.with_user(self.specialist)
        self.assertNotIn("payment", order.contract_strip)
        self.pay(order.sudo(), 110.0)
        self.env.invalidate_all()
        self.assertIn("A payment of $\xa0110.00 has arrived", order.contract_strip)
        self.assertIn(
            f"{self.manager.name} settles it with the customer", order.contract_strip
        )
        item = order.sudo().contract_review_ids.item_ids
        self.rpc(self.reviewer, item, "action_fail", "credit")
        self.env.invalidate_all()
        # From here on the banner of any quotation that was paid for.
        self.assertNotIn("has arrived", order.contract_strip)
        self.assertTrue(order.payment_waits)

    def test_a_late_payment_for_a_cancelled_quotation(self):
        order = self.sent(require_payment=True, prepayment_percent=1.0)
        order.with_user(self.specialist).action_cancel()
        self.pay(order, order.amount_total)
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.told(order), self.manager)
        self.assertTrue(order.payment_waits)

    def test_what_waits_is_shown_on_the_quotation(self):
        order = self.make_order(discount=50.0)
        self.assertFalse(order.payment_waits)
        self.pay(order, 100.0)
        self.env.invalidate_all()
        self.assertTrue(order.payment_waits)

    def test_portal_transactions_are_refused(self):
        self.team.key_account_contract_review = "yes"
        in_review = self.sent(require_signature=True)
        self.sign(in_review)
        held = self.make_order(discount=50.0)
        held._portal_ensure_token()
        self.env.flush_all()
        for order in (in_review, held):
            with mute_logger("odoo.http"), self.assertRaises(JsonRpcException) as error:
                self.transaction(order)
            self.assertNotIn("Director", str(error.exception))
            self.assertFalse(order.sudo().transaction_ids)

    def test_an_old_payment_link_during_review_says_when_to_pay(self):
        self.team.key_account_contract_review = "yes"
        order = self.sent(require_signature=True)
        self.sign(order)
        for asked, said in (("&payment_amount=110.0", True), ("", False)):
            page = self.url_open(order.get_portal_url() + asked).text
            self.assertIn("We are reviewing the contract", page)
            self.assertEqual("You can pay by this link as soon as" in page, said)
            self.assertNotIn("o_sale_portal_paynow", page)

    def test_payment_links_are_refused(self):
        self.team.key_account_contract_review = "yes"
        order = self.sent(require_signature=True)
        self.sign(order)
        wizard = self.env["payment.link.wizard"].with_user(self.specialist)
        wizard = wizard.with_context(active_model="sale.order", active_id=order.id)
        with self.assertRaisesRegex(UserError, "cannot be paid yet"):
            wizard.create(
                {"res_model": "sale.order", "res_id": order.id, "amount": 1.0}
            ).mapped("link")
