"""A complaint that came by mail, in a real browser: told to the customer, judged,
resolved, taken up again."""

from odoo.tests import HttpCase, tagged

from .common import KeyAccountCommon
from .feedback_common import FeedbackFromOutside


@tagged("post_install", "-at_install")
class TestFeedbackDesk(FeedbackFromOutside, KeyAccountCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.li = cls._make_li()
        cls.address = cls._open_address()

    def tour(self, user, name, url="/odoo"):
        self.env.flush_all()
        self.start_tour(url, name, login=user.login, timeout=60)
        self.env.invalidate_all()

    def test_from_the_mail_to_the_end_and_back(self):
        feedback = self.mail(body="It drips at flange 3.")
        self.assertEqual(feedback.key_account_id, self.account)
        self.tour(self.support, "key_account_support_takes_call")
        call = self.feedback() - feedback
        self.assertEqual(
            (call.channel, call.user_id, call.entered_by_id),
            ("phone", self.specialist, self.support),
        )
        self.assertEqual(feedback.state, "answered")
        told = self.env["mail.mail"].search(
            [("body_html", "ilike", "A new seal leaves today")]
        )
        self.assertTrue(told, "the customer is told")
        self.tour(self.manager, "key_account_manager_judges")
        self.assertEqual((feedback.fault, feedback.state), ("ours", "resolved"))
        self.assertTrue(feedback.is_valid)
        self.assertEqual(feedback.fault_judged_by_id, self.manager)
        answered = feedback.answered_on
        # By the thread: the customer answers our mail.
        self.mail(References=feedback.message_ids[-1].message_id, body="It drips.")
        self.assertEqual(feedback.state, "resolved", "a person reopens it")
        url = f"/odoo/action-key_account.feedback_action/{feedback.id}"
        self.tour(self.support, "key_account_support_reopens", url)
        self.assertEqual((feedback.state, feedback.reopened), ("open", 1))
        self.assertEqual(feedback.answered_on, answered, "its answer was in time")
        self.assertFalse(feedback.resolved_on)
