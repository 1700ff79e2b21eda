"""The sign-off of a quotation and the review of its contract on paper."""

from lxml import html

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.key_account.tests.common import KeyAccountCommon, speak_chinese

HISTORY = "key_account_reports.report_approval_history"
REVIEW = "key_account_reports.report_contract_review"


class DealPrintCase(KeyAccountCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)

    def printed(self, report, record, user=None, lang="en_US"):
        """The text of a form as this user prints it."""
        reports = self.env["ir.actions.report"].with_user(user or self.specialist)
        page, _kind = reports.with_context(lang=lang)._render_qweb_html(
            report, record.ids
        )
        return " ".join(html.fromstring(page).text_content().split())

    def assert_refused(self, report, record, user):
        """Neither by the report nor by its address."""
        with self.assertRaises(AccessError):
            self.printed(report, record, user=user)
        self.env.flush_all()
        self.authenticate(user.login, user.login)
        response = self.url_open(f"/report/pdf/{report}/{record.id}")
        self.assertEqual(response.status_code, 403)


@tagged("post_install", "-at_install")
class TestApprovalReportPrint(DealPrintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = new_test_user(
            cls.env,
            login="ka_buyer",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.buyer.partner_id.parent_id = cls.customer

    def approved(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.manager).action_approve("Deliver in time")
        return order

    def test_what_happened_by_whom_and_why(self):
        order = self.approved()
        text = self.printed(HISTORY, order)
        for part in (
            "Approval History",
            order.name,
            self.customer.name,
            "Requested",
            self.specialist.name,
            "Discount 8.0 % (5.0 %) → Manager",
            "Approved",
            self.manager.name,
            "Deliver in time",
            "920.00",
        ):
            self.assertIn(part, text)
        self.assertLess(text.index("Requested"), text.index("Deliver in time"))

    def test_private_terms_without_their_figures(self):
        self.company.key_account_dimensions = "discount,margin"
        self.pump.standard_price = 700.0
        for sequence, value in ((10, 37.5), (20, 11.5)):
            self.levels[sequence].limit_ids.create(
                {
                    "level_id": self.levels[sequence].id,
                    "dimension": "margin",
                    "value": value,
                }
            )
        order = self.approved()
        manager = self.printed(HISTORY, order, user=self.manager)
        self.assertIn("Margin 23.9 % (37.5 %) → Manager", manager)
        specialist = self.printed(HISTORY, order)
        self.assertIn("Margin below the limit → Manager", specialist)
        for figure in ("23.9", "37.5"):
            self.assertNotIn(figure, specialist)

    def test_nobody_was_asked(self):
        self.assertIn(
            "Nobody was asked to sign off", self.printed(HISTORY, self.make_order())
        )

    def test_in_the_readers_language(self):
        text = self.printed(HISTORY, self.approved(), lang="zh_CN")
        self.assertIn("已批准", text)

    def test_the_customer_gets_nothing_of_it(self):
        order = self.approved()
        order.with_user(self.specialist).action_quotation_sent()
        self.assertTrue(order.with_user(self.buyer).has_access("read"))
        self.assert_refused(HISTORY, order, self.buyer)

    def test_nor_whoever_may_not_read_the_quotation(self):
        self.assert_refused(HISTORY, self.approved(), self.reviewer)


@tagged("post_install", "-at_install")
class TestContractReviewPrint(DealPrintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.key_account_contract_review = "yes"
        cls.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": cls.company.id,
                "user_ids": [Command.set(cls.reviewer.ids)],
                "question": "Can we make them?",
            }
        )
        order = cls.make_order(cls, discount=4.0, require_signature=False)
        order._validate_order()
        cls.review = order.contract_review_ids

    def test_what_the_functions_said(self):
        item = self.review.item_ids.with_user(self.reviewer)
        item.action_fail("No such seal on stock")
        text = self.printed(REVIEW, self.review)
        for part in (
            "Contract Review Sheet",
            self.review.contract_number,
            self.review.order_name,
            self.customer.name,
            "960.00",
            "Technical",
            "Can we make them?",
            "No such seal on stock",
            self.reviewer.name,
            "Failed",
            "☐ Requirements understood",
        ):
            self.assertIn(part, text)
        self.assertIn(
            fields.Date.to_string(item.decided_on)[:4], text, "when it was decided"
        )

    def test_by_its_reviewer_and_not_by_others(self):
        self.assertIn(
            self.review.order_name,
            self.printed(REVIEW, self.review, user=self.reviewer),
        )
        self.assert_refused(REVIEW, self.review, self.outsider)

    def test_in_the_readers_language(self):
        self.assertIn("技术", self.printed(REVIEW, self.review, lang="zh_CN"))
