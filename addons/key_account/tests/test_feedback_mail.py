"""Feedback by mail: whose it is, what belongs together, who is told."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon, speak_chinese
from .feedback_common import LI, FeedbackFromOutside


@tagged("post_install", "-at_install")
class TestFeedbackMail(FeedbackFromOutside, KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.li = cls._make_li()
        cls.address = cls._open_address()

    # The address

    def test_off_until_named(self):
        self.other_company.alias_domain_id = False
        self.assertFalse(self.other_company.key_account_feedback_alias)
        with self.assertRaisesRegex(UserError, "no domain for mail"):
            self.other_company.key_account_feedback_alias = "complaints"

    def test_named_renamed_and_off(self):
        alias = self.company.key_account_feedback_alias_id
        self.assertEqual(self.company.key_account_feedback_alias, "complaints")
        self.company.key_account_feedback_alias = "quality@elsewhere.com"
        self.assertEqual(alias.alias_name, "quality")
        self.company.key_account_feedback_alias = False
        self.assertFalse(alias.exists())
        with self.assertRaises(ValueError):
            self.mail()

    def test_named_on_the_settings_page(self):
        settings = self.env["res.config.settings"].create({})
        settings.key_account_feedback_alias = "service"
        settings.execute()
        self.assertEqual(self.company.key_account_feedback_alias, "service")

    def test_named_by_who_configures(self):
        model = self.env["key.account.company.settings"].with_user(self.configurator)
        with Form(model) as form:
            form.key_account_feedback_alias = "claims"
        self.assertEqual(self.company.key_account_feedback_alias, "claims")

    # Whose it is

    def test_of_a_known_contact(self):
        feedback = self.mail(
            subject="Re:  Pump   leaks", files=[("drip.png", b"\x89PNG drip")]
        )
        self.assertEqual(feedback.key_account_id, self.account)
        self.assertEqual(feedback.partner_id, self.li)
        self.assertEqual(feedback.company_id, self.company)
        self.assertEqual(feedback.user_id, self.specialist)
        self.assertEqual((feedback.kind, feedback.channel), ("complaint", "mail"))
        self.assertEqual(feedback.name, "Pump leaks")
        self.assertEqual(feedback.description, "It drips.")
        message = feedback.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(message.author_id, self.li)
        self.assertEqual(message.attachment_ids.name, "drip.png")
        self.assertFalse(feedback.activity_ids)

    def test_of_nobody_we_know(self):
        """The desk sees it, is asked, and puts it under an account."""
        feedback = self.mail("Wang <wang@unknown.example.com>")
        self.assertFalse(feedback.key_account_id or feedback.partner_id)
        self.assertEqual(feedback.email_normalized, "wang@unknown.example.com")
        self.assertEqual(feedback.activity_ids.user_id, self.support)
        for user in (self.support, self.manager, self.director):
            self.assertTrue(feedback.with_user(user).has_access("read"), user.name)
        for user in (self.specialist, self.outsider):
            self.assertFalse(feedback.with_user(user).has_access("read"), user.name)
        with Form(feedback.with_user(self.support)) as form:
            form.key_account_id = self.account
            form.kind = "question"
        self.assertEqual(feedback.user_id, self.specialist)
        self.assertTrue(feedback.with_user(self.specialist).has_access("read"))

    def test_an_address_of_two_customers(self):
        """What one says is not for the other."""
        other = self.env["res.partner"].create(
            {"name": "Silver Gate", "is_company": True}
        )
        self.env["res.partner"].create(
            {"name": "Li", "parent_id": other.id, "email": LI}
        )
        # Of both only one has a file.
        self.assertEqual(self.mail(subject="One").key_account_id, self.account)
        self.env["key.account"].create(
            {
                "partner_id": other.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        feedback = self.mail(subject="Two")
        self.assertFalse(feedback.key_account_id or feedback.partner_id)

    def test_of_another_company_archived_and_colleagues(self):
        """The file of the company that was written to, if it is open; what a colleague
        hands on is the desk's."""
        address = self._open_address(self.other_company, "care")
        feedback = self.mail(to=address)
        self.assertEqual(feedback.company_id, self.other_company)
        self.assertFalse(feedback.key_account_id)
        self.assertEqual(feedback.partner_id, self.li)
        handed_on = self.mail(self.colleague.email, subject="Fwd: Noise")
        self.assertFalse(handed_on.key_account_id or handed_on.acknowledged_on)
        self.account.active = False
        archived = self.mail(subject="Old")
        self.assertFalse(archived.key_account_id)
        self.assertEqual(archived.partner_id, self.li)
        self.li.active = False
        self.assertFalse(self.mail(subject="Older").partner_id)

    def test_no_words(self):
        feedback = self.mail(subject="", body="")
        self.assertEqual(feedback.name, "Mail without a subject")

    def test_what_runs_in_a_page_does_not(self):
        body = "<p>Hi</p><script>alert(1)</script>"
        feedback = self.mail(body=body, subject="x" * 500)
        self.assertNotIn("<script", feedback.message_ids[-1].body)
        self.assertLess(len(feedback.name), 201)

    # What belongs together

    def answered_by_us(self, feedback):
        return feedback.with_user(self.specialist).message_post(
            body="Which pump?",
            partner_ids=self.li.ids,
            subtype_xmlid="mail.mt_comment",
            message_type="comment",
        )

    def test_an_answer_keeps_the_thread(self):
        feedback = self.mail()
        asked = self.answered_by_us(feedback)
        again = self.mail(
            subject="AW: anything", body="The second", References=asked.message_id
        )
        self.assertEqual(again, feedback)
        self.assertEqual(len(self.feedback()), 1)
        said = feedback.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(len(said), 2)

    def test_the_same_subject_is_the_same_matter(self):
        """As long as it is open; for another sender it is another."""
        feedback = self.mail()
        self.assertEqual(self.mail(subject="Re: pump LEAKS"), feedback)
        self.assertNotEqual(self.mail(subject="Noise"), feedback)
        self.assertNotEqual(self.mail("chen@golden.example.com"), feedback)
        self.assertEqual(len(self.feedback()), 3)

    def test_our_answers_come_back(self):
        feedback = self.mail()
        asked = self.answered_by_us(feedback)
        self.assertIn(self.address, asked.reply_to)

    def left(self, mail):
        """The mail as it leaves, with the key that is in no message."""
        [sent] = mail._prepare_outgoing_list()
        self.assertNotIn("access_token", mail.body_html)
        return sent["body"]

    # Receipt

    def receipts(self, feedback):
        return self.env["mail.mail"].search(
            [
                ("model", "=", feedback._name),
                ("res_id", "=", feedback.id),
                ("subject", "ilike", "we have received"),
            ]
        )

    def test_the_receipt(self):
        feedback = self.mail()
        feedback.note = "INNER"
        receipt = self.receipts(feedback)
        self.assertEqual(len(receipt), 1)
        self.assertIn(LI, receipt.email_to)
        self.assertIn("auto-replied", receipt.headers)
        self.assertIn(feedback.number, receipt.body_html)
        body = self.left(receipt)
        self.assertIn(f"?access_token={feedback.access_token}", body)
        self.assertTrue(feedback.acknowledged_on)
        self.assertEqual(receipt.author_id, self.company.partner_id)
        self.mail()
        feedback._acknowledge()
        self.assertEqual(len(self.receipts(feedback)), 1)

    def test_until_when_we_answer_is_said_as_the_customer_writes_dates(self):
        feedback = self.mail()
        self.assertTrue(feedback.answer_due)
        self.assertRegex(feedback._answer_due_said(), r"^\w+ \d+, \d{4} \d\d:\d\d$")
        speak_chinese(self.env)
        self.li.lang = "zh_CN"
        expected = r"^\d{4}年\d+月\d+日 \d\d:\d\d$"
        self.assertRegex(feedback._answer_due_said(), expected)

    def test_no_receipt_for_whom_nobody_reads(self):
        feedback = self.mail("no-reply@golden.example.com")
        self.assertTrue(feedback)
        self.assertFalse(self.receipts(feedback) or feedback.acknowledged_on)

    def test_the_cost_of_a_mail(self):
        """It does not grow with how much there is."""

        def cost(subject):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.mail(subject=subject)
            return self.env.cr.sql_log_count - before

        cost("warm")
        few = cost("few")
        for index in range(10):
            self.mail(f"a{index}@x.example.com", subject=f"Other {index}")
        many = cost("many")
        self.assertLessEqual(many, few + 3)

    # What follows from it

    def test_a_reply_ends_the_waiting(self):
        feedback = self.mail()
        asked = self.answered_by_us(feedback)
        feedback.with_user(self.specialist).action_wait("Which pump?")
        self.assertEqual(feedback.state, "waiting")
        self.mail(body="The second", References=asked.message_id)
        self.assertEqual(feedback.state, "open")
        self.assertTrue(feedback.next_due)

    def test_a_reply_of_somebody_else_does_not(self):
        """A colleague, or a stranger who was sent a copy."""
        feedback = self.mail()
        asked = self.answered_by_us(feedback)
        feedback.with_user(self.specialist).action_wait("Which pump?")
        for sender in (self.manager.email, "x@elsewhere.example.com"):
            again = self.mail(sender, References=asked.message_id)
            self.assertEqual(again, feedback)
        self.assertEqual(feedback.state, "waiting")

    def answer(self, feedback):
        mine = feedback.with_user(self.specialist)
        mine.write({"answer_draft": "<p>The seal was wrong.</p>", "note": "INNER"})
        mine.action_answer()

    def test_a_word_after_the_end_reopens_nothing(self):
        """Whoever is responsible is asked to look, once."""
        feedback = self.mail()
        self.answer(feedback)
        feedback.with_user(self.specialist).write(
            {"root_cause": "Seal", "corrective_action": "Mark it"}
        )
        feedback.with_user(self.specialist).action_resolve()
        # What else is to be done about it does not stand in the way.
        feedback.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.specialist.id
        )
        for _time in range(2):
            self.mail(References=feedback.message_ids[-1].message_id)
        self.assertEqual(feedback.state, "resolved")
        asked = feedback.activity_ids.filtered(
            lambda activity: "written again" in (activity.summary or "")
        )
        self.assertEqual(asked.user_id, self.specialist)
        self.assertEqual(len(asked), 1)
        # A new mail about it is a new matter.
        self.assertNotEqual(self.mail(), feedback)

    def test_the_answer_is_mailed(self):
        feedback = self.mail()
        self.answer(feedback)
        mail = self.env["mail.mail"].search(
            [("res_id", "=", feedback.id), ("subject", "ilike", "our answer")]
        )
        self.assertEqual(len(mail), 1)
        self.assertIn(LI, mail.email_to)
        self.assertIn("The seal was wrong", mail.body_html)
        body = self.left(mail)
        self.assertIn(f"?access_token={feedback.access_token}", body)
        self.assertIn(self.address, mail.reply_to)
        self.assertNotIn("INNER", mail.body_html)

    def test_no_address_no_mail(self):
        feedback = (
            self.env["key.account.feedback"]
            .with_user(self.specialist)
            .create({"name": "Call", "key_account_id": self.account.id})
        )
        self.answer(feedback)
        self.assertIn("not mailed", feedback.message_ids[0].body)
