import json
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

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

    def signed(self, **values):
        order = self.approve(
            self.make_order(discount=8.0, require_signature=True, **values)
        )
        order.with_user(self.specialist).action_quotation_sent()
        return self.sign(order)

    def sign(self, order):
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

    def test_the_day_of_delivery_is_that_of_the_company(self):
        """Past midnight in Shanghai, the evening before for whoever signs or reads it
        elsewhere: the review and the invoice name the day that was promised."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        promise = fields.Datetime.to_datetime("2031-03-31 16:30:00")
        order = self.make_order(commitment_date=promise).sudo()
        for zone in ("UTC", "America/New_York", "Asia/Shanghai"):
            with self.subTest(zone):
                there = order.with_context(tz=zone)
                self.assertIn("04/01/2031", there._review_summary())
                conditions = dict(there._payment_conditions())
                self.assertEqual(conditions["Delivery"], "04/01/2031")

    def test_signature_starts_the_review_and_all_passed_confirms(self):
        order = self.signed()
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))
        self.assertTrue(order.contract_number)
        self.assertFalse(order._has_to_be_paid())
        self.assertFalse(order._can_be_edited_on_portal())
        item = self.item(order, "technical")
        self.assertTrue(item.deadline)
        self.rpc(self.reviewer, item, "action_pass")
        self.assertTrue(item.understood and item.capable and item.resolved)
        self.assertEqual(order.state, "sent")
        self.rpc(self.second_reviewer, self.item(order, "finance"), "action_pass")
        self.assertEqual((order.state, order.contract_state), ("sale", "passed"))

    def test_what_is_asked_is_in_the_language_of_who_reads_it(self):
        """Whoever signs, in whatever language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.second_reviewer.lang = "fr_FR"
        function = self.env["key.account.contract.review.function"].search(
            [("function", "=", "finance"), ("company_id", "=", self.company.id)]
        )
        function.question = "Paid in time?"
        function.with_context(lang="fr_FR").question = "Payé à temps ?"
        order = self.signed()
        self.assertEqual(self.item(order, "finance").question, "Payé à temps ?")
        self.assertIn("capable", self.item(order, "technical").question)

    def test_the_mail_leads_to_the_review(self):
        told = self.listen()
        order = self.signed()
        review = order.contract_review_ids
        self.assertEqual(told(order)[-1:], ["signature_received"])
        self.assertEqual(told(review), ["review_asked"])
        for user in (self.reviewer, self.second_reviewer):
            link = self.links_of_mail(user)["Open and decide"]
            self.assertIn(f"model={review._name}&res_id={review.id}", link)
        self.assertEqual(review.state, "in_review", "a link decides nothing")

    def test_how_a_review_stands_is_told(self):
        order = self.signed()
        review = order.contract_review_ids
        self.assertEqual(review.waits_for, "Technical, Finance")
        seen = review.with_user(self.reviewer)
        self.assertEqual(seen.contract_number, order.contract_number)
        told = " ".join(order.message_ids.mapped("body"))
        self.assertIn(f"Contract review {order.contract_number} has begun", told)
        self.assertIn(self.second_reviewer.name, told)
        self.rpc(self.reviewer, self.item(order, "technical"), "action_pass")
        self.assertEqual(review.waits_for, "Finance")
        self.rpc(self.second_reviewer, self.item(order, "finance"), "action_pass")
        self.assertFalse(review.waits_for)
        told = " ".join(order.message_ids.mapped("body"))
        self.assertIn(f"{order.contract_number} has been passed", told)

    def test_the_company_asks_where_the_team_says_nothing(self):
        self.team.key_account_contract_review = False
        self.assertEqual(self.signed().state, "sale")
        self.company.key_account_contract_review = True
        order = self.signed()
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))

    def test_one_failed_goes_back_with_the_reason(self):
        order = self.signed()
        item = self.item(order, "technical")
        with self.assertRaises(UserError):
            self.rpc(self.reviewer, item, "action_fail")
        dialog = Form(
            self.env["key.account.verdict"]
            .with_user(self.reviewer)
            .with_context(default_item_id=item.id)
        )
        dialog.understood = True
        dialog.comment = "tolerance too tight"
        self.rpc(self.reviewer, dialog.save(), "action_fail")
        self.assertEqual((order.state, order.contract_state), ("sent", "failed"))
        self.assertEqual(
            (item.understood, item.capable, item.resolved), (True, False, False)
        )
        self.assertIn("tolerance too tight", str(order.activity_ids.mapped("summary")))
        self.assertIn(self.reviewer.name, str(order.activity_ids.mapped("summary")))
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

    def pass_all(self, order):
        review = order.contract_review_ids.sorted("id")[-1]
        for item in review.item_ids:
            self.rpc(item.user_ids[0], item, "action_pass")

    def page(self, order, **query):
        query = "&".join(f"{name}={value}" for name, value in query.items())
        return self.url_open(
            f"/my/orders/{order.id}?access_token={order.access_token}&{query}"
        ).text

    def test_passing_answers_the_three_questions(self):
        order = self.signed()
        item = self.item(order, "technical")
        self.assertFalse(item.understood or item.capable or item.resolved)
        self.rpc(self.reviewer, item, "write", {"understood": True})
        self.rpc(self.reviewer, item, "action_fail", "We cannot make it.")
        self.assertTrue(item.understood)
        self.assertFalse(item.capable)
        other = self.item(order, "finance")
        with self.assertRaises(UserError):
            self.rpc(self.second_reviewer, other, "action_pass")
        with self.assertRaises(UserError):
            self.rpc(self.reviewer, item, "write", {"capable": True})

    def test_activities_are_closed_with_the_verdict(self):
        order = self.signed()
        review = order.sudo().contract_review_ids
        self.assertEqual(
            review.activity_ids.user_id, self.reviewer | self.second_reviewer
        )
        self.assertEqual(
            review.activity_ids.activity_type_id,
            self.env.ref("key_account.mail_activity_contract_review"),
        )
        self.rpc(self.reviewer, self.item(order, "technical"), "action_pass")
        self.assertEqual(review.activity_ids.user_id, self.second_reviewer)
        self.rpc(self.second_reviewer, self.item(order, "finance"), "action_pass")
        self.assertFalse(review.activity_ids)

    def test_what_a_reviewer_noted_down_stays(self):
        """The verdict ends what the reviewer was asked for, nothing else."""
        review = self.signed().sudo().contract_review_ids[:1]
        reviewer = review.activity_ids.user_id[:1]
        own = review.activity_schedule(
            "mail.mail_activity_data_todo", user_id=reviewer.id, summary="Call them"
        )
        review._close_activities(reviewer)
        asked = review.activity_ids.filtered(lambda a: a.user_id == reviewer)
        self.assertIn(own, asked)
        item = review.item_ids.filtered(lambda item: reviewer in item.user_ids)
        item._write_kept({"verdict": "passed"})
        review._close_activities(reviewer)
        asked = review.activity_ids.filtered(lambda a: a.user_id == reviewer)
        self.assertEqual(asked, own)

    def test_a_failed_review_is_corrected_signed_and_reviewed_again(self):
        order = self.signed()
        self.rpc(
            self.reviewer, self.item(order, "technical"), "action_fail", "tolerance"
        )
        first = order.contract_review_ids
        self.assertIn(self.specialist, order.activity_ids.user_id)
        order.with_user(self.specialist).order_line.discount = 7.0
        self.env.flush_all()
        self.assertEqual((first.state, order.contract_state), ("failed", "none"))
        self.assertTrue(order._has_to_be_signed())
        self.sign(order)
        self.assertEqual(order.contract_state, "in_review")
        self.assertEqual(len(order.contract_review_ids), 2)
        number = order.contract_number
        self.pass_all(order)
        self.assertEqual((order.state, order.contract_number), ("sale", number))

    def test_a_failed_review_with_the_same_terms_starts_anew_by_hand(self):
        order = self.signed()
        self.rpc(self.reviewer, self.item(order, "technical"), "action_fail", "no tool")
        self.assertTrue(order.with_user(self.specialist).contract_can_start)
        with self.assertRaises(AccessError):
            self.rpc(self.reviewer, order, "action_start_contract_review")
        self.rpc(self.specialist, order, "action_start_contract_review")
        self.assertEqual(order.contract_state, "in_review")
        with self.assertRaises(UserError):
            self.rpc(self.specialist, order, "action_start_contract_review")
        self.pass_all(order)
        self.assertEqual(order.state, "sale")

    def test_without_functions_the_signature_is_kept_and_the_review_starts_later(self):
        functions = self.env["key.account.contract.review.function"].search([])
        functions.active = False
        order = self.signed()
        self.assertEqual((order.state, order.contract_state), ("sent", "to_review"))
        self.assertTrue(order.signature_ids)
        self.assertIn(self.specialist, order.activity_ids.user_id)
        functions.active = True
        self.rpc(self.specialist, order, "action_start_contract_review")
        self.pass_all(order)
        self.assertEqual(order.state, "sale")

    def test_unsigned_quotations_are_reviewed_where_no_signature_is_asked(self):
        order = self.approve(self.make_order(discount=8.0))
        with self.assertRaisesRegex(UserError, "contract review"):
            order.with_user(self.specialist).action_confirm()
        self.rpc(self.specialist, order, "action_start_contract_review")
        order.with_user(self.specialist).order_line.discount = 7.0
        self.env.flush_all()
        self.assertEqual(order.contract_review_ids.state, "closed")
        self.rpc(self.specialist, order, "action_start_contract_review")
        self.pass_all(order)
        self.assertEqual(order.state, "sale")

    def test_held_or_unsigned_quotations_are_not_reviewed(self):
        for order in (
            self.make_order(discount=50.0),
            self.approve(self.make_order(discount=8.0, require_signature=True)),
        ):
            with self.assertRaises(UserError):
                self.rpc(self.specialist, order, "action_start_contract_review")

    def test_a_team_has_its_own_template(self):
        self.env["key.account.contract.review.function"].create(
            {
                "function": "quality",
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        order = self.signed()
        self.assertEqual(
            order.contract_review_ids.item_ids.mapped("function"), ["quality"]
        )

    def test_reassigning(self):
        order = self.signed()
        item = self.item(order, "technical")
        third = self._user("ka_reviewer_3", "key_account.group_contract_reviewer")
        with self.assertRaises(AccessError):
            self.rpc(self.second_reviewer, item, "action_reassign", third.ids)
        with self.assertRaises(UserError):
            self.rpc(self.reviewer, item, "action_reassign", self.specialist.ids)
        self.rpc(self.reviewer, item, "action_reassign", third.ids)
        review = order.sudo().contract_review_ids
        self.assertEqual(review.activity_ids.user_id, third | self.second_reviewer)
        with self.assertRaises(AccessError):
            self.rpc(self.reviewer, item, "action_pass")
        wizard = self.env["key.account.reassign.review"].with_user(self.manager)
        wizard.create(
            {"item_id": item.id, "user_ids": [Command.set(self.reviewer.ids)]}
        ).action_apply()
        self.pass_all(order)
        self.assertEqual(order.state, "sale")

    def test_nothing_expires_during_the_review(self):
        order = self.approve(
            self.make_order(
                discount=8.0,
                require_signature=True,
                validity_date=fields.Date.today() + timedelta(days=10),
            )
        )
        order.with_user(self.specialist).action_quotation_sent()
        self.sign(order)
        with freeze_time(fields.Datetime.now() + timedelta(days=20)):
            self.env.invalidate_all()
            self.assertFalse(order.is_expired)
            self.pass_all(order)
            self.assertEqual(order.state, "sale")

    def test_what_stops_the_confirmation_does_not_stop_the_verdict(self):
        order = self.signed()
        self.rpc(self.reviewer, self.item(order, "technical"), "action_pass")

        def refuse(order):
            raise UserError(order.env._("No analytic account."))

        self.patch(type(order), "action_confirm", refuse)
        self.rpc(self.second_reviewer, self.item(order, "finance"), "action_pass")
        self.assertEqual((order.state, order.contract_state), ("sent", "passed"))
        self.assertIn("No analytic account.", str(order.activity_ids.mapped("summary")))

    def test_passed_waits_for_its_prepayment(self):
        order = self.signed(require_payment=True, prepayment_percent=0.5)
        # Not paid yet: the review starts where core would confirm.
        self.assertEqual((order.state, order.contract_state), ("sent", "none"))
        self.assertTrue(order._has_to_be_paid())
        self.rpc(self.specialist, order, "action_start_contract_review")
        self.assertFalse(order._has_to_be_paid(), "not while it is reviewed")
        self.pass_all(order)
        self.assertEqual((order.state, order.contract_state), ("sent", "passed"))
        self.assertTrue(order._has_to_be_paid())

    def test_each_company_numbers_its_own_contracts(self):
        first = self.company._next_contract_number()
        second = self.company._next_contract_number()
        other = self.other_company._next_contract_number()
        self.assertNotEqual(first, second)
        self.assertEqual(other, first)

    def test_boards_are_read_by_the_web_client(self):
        """The colours of a progress bar are JSON: else no board opens, nor, on a
        telephone, any form that lists such records."""
        domain = [("type", "=", "kanban"), ("model", "=like", "key.account%")]
        bars = 0
        for view in self.env["ir.ui.view"].search(domain):
            for bar in etree.fromstring(view.arch).iter("progressbar"):
                with self.subTest(view=view.name):
                    self.assertTrue(json.loads(bar.get("colors")))
                bars += 1
        self.assertTrue(bars)

    def test_reset_and_cancel_end_the_review(self):
        for method in ("action_draft", "action_cancel"):
            order = self.signed()
            getattr(order.with_user(self.specialist), method)()
            self.assertEqual(order.contract_state, "none", method)
            self.assertEqual(order.contract_review_ids.state, "closed", method)
            self.assertFalse(order.sudo().contract_review_ids.activity_ids, method)

    def test_observing_reviews_nothing(self):
        self.company.key_account_mode = "observe"
        order = self.signed()
        self.assertEqual((order.state, order.contract_state), ("sale", "none"))

    def test_the_customer_meets_a_notice_and_no_payment(self):
        order = self.signed()
        text = self.page(order, payment_amount=order.amount_total)
        self.assertIn("reviewing the contract", text)
        self.assertNotIn("o_sale_portal_paynow", text)
        with self.assertRaises(UserError):
            order._assert_payable()

    def test_scan_starts_the_review_once_confirmed(self):
        order = self.approve(self.make_order(discount=8.0, require_signature=True))
        order.with_user(self.specialist).action_quotation_sent()
        scan = order.with_user(self.specialist)._file_signed_return(
            b"JVBERi0=", "scan.pdf", "Wang", "Buyer", fields.Datetime.now()
        )
        self.assertEqual(order.contract_state, "none")
        scan.with_user(self.manager).action_confirm_scan()
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))
