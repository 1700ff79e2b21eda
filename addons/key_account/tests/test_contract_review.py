from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import KeyAccountCommon
from .test_signature import SIGNATURE


@tagged("post_install", "-at_install")
class TestContractReview(KeyAccountCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_reviewer = cls._user(
            "ka_reviewer_2", "key_account.group_contract_reviewer"
        )
        cls.team.key_account_contract_review = "yes"
        Function = cls.env["key.account.contract.review.function"]
        for function, user in (
            ("technical", cls.reviewer),
            ("finance", cls.second_reviewer),
        ):
            Function.create(
                {
                    "function": function,
                    "company_id": cls.company.id,
                    "user_ids": [Command.set(user.ids)],
                }
            )

    def signed(self):
        order = self.approve(self.make_order(discount=8.0, require_signature=True))
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
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
        return order

    def item(self, order, function):
        return order.contract_review_ids.item_ids.filtered(
            lambda item: item.function == function
        )

    def test_signature_starts_the_review_and_all_passed_confirms(self):
        order = self.signed()
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))
        self.assertTrue(order.contract_number)
        self.assertFalse(order._has_to_be_paid())
        self.assertFalse(order._can_be_edited_on_portal())
        self.rpc(self.reviewer, self.item(order, "technical"), "action_pass")
        self.assertEqual(order.state, "sent")
        self.rpc(self.second_reviewer, self.item(order, "finance"), "action_pass")
        self.assertEqual((order.state, order.contract_state), ("sale", "passed"))

    def test_one_failed_goes_back_with_the_reason(self):
        order = self.signed()
        item = self.item(order, "technical")
        with self.assertRaises(UserError):
            self.rpc(self.reviewer, item, "action_fail")
        self.rpc(self.reviewer, item, "action_fail", "tolerance too tight")
        self.assertEqual((order.state, order.contract_state), ("sent", "failed"))
        self.assertIn("tolerance too tight", str(order.activity_ids.mapped("note")))
        with self.assertRaises(UserError):
            order.with_user(self.specialist).action_confirm()

    def test_nobody_reviews_for_another_function(self):
        order = self.signed()
        for user in (self.second_reviewer, self.specialist, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, self.item(order, "technical"), "action_pass")
        with self.assertRaises(AccessError):
            self.rpc(
                self.reviewer,
                self.item(order, "technical"),
                "write",
                {"verdict": "passed"},
            )

    def test_reviewers_need_no_sales_rights(self):
        order = self.signed()
        review = order.contract_review_ids.with_user(self.reviewer)
        self.assertIn("Pump", str(review.summary))
        action = self.rpc(self.reviewer, review, "action_open_signed_document")
        with self.assertRaises(AccessError):
            order.with_user(self.reviewer).read(["name"])
        self.authenticate("ka_reviewer", "ka_reviewer")
        response = self.url_open(action["url"])
        self.assertEqual(response.content, order.signature_ids.attachment_id.raw)
        self.authenticate("ka_appraiser", "ka_appraiser")
        self.assertEqual(self.url_open(action["url"]).status_code, 404)

    def test_terms_changed_in_review_end_it(self):
        order = self.signed()
        order.with_user(self.specialist).order_line.discount = 7.0
        self.env.flush_all()
        self.assertEqual(order.contract_state, "none")
        self.assertEqual(order.contract_review_ids.state, "closed")
        self.assertFalse(order.signed_on)
