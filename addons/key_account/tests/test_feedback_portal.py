"""The customer's own way on the portal: in a real browser a complaint with a photo and
our answer; what the pages cost."""

from odoo.tests import HttpCase, tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestFeedbackPortal(AttackCase, HttpCase):
    def tour(self, name, url):
        self.env.flush_all()
        self.start_tour(url, name, login=self.contact.login, timeout=60)
        self.env.invalidate_all()

    def test_complaint_and_answer(self):
        self.contact.partner_id.email = "li@golden.example.com"
        self.tour("key_account_customer_complains", "/my")
        feedback = self.env["key.account.feedback"].search(
            [("key_account_id", "=", self.account.id)]
        )
        self.assertEqual(
            (feedback.kind, feedback.channel, feedback.user_id),
            ("complaint", "portal", self.specialist),
        )
        self.assertEqual(feedback.message_ids.attachment_ids.name, "drip.png")
        mine = feedback.with_user(self.specialist)
        mine.answer_draft = "<p>The seal was wrong.</p>"
        mine.action_answer()
        self.tour("key_account_customer_reads_answer", "/my/feedback")
        said = feedback._portal_spoken()
        self.assertEqual(said.author_id, self.contact.partner_id)
        self.assertEqual(len(said), 2)

    # What the pages cost

    def cost(self, path):
        """Queries of a page, the second time."""
        self.env.flush_all()
        self.url_open(path)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return self.env.cr.sql_log_count - before

    def make(self, number):
        self.env["key.account.feedback"].create(
            [
                {
                    "name": f"No {index}",
                    "key_account_id": self.account.id,
                    "partner_id": self.contact.partner_id.id,
                    "channel": "mail",
                }
                for index in range(number)
            ]
        )

    def test_the_list_costs_the_same(self):
        """A page of two and a page of twenty."""
        self.authenticate("ka_contact", "ka_contact")
        self.make(2)
        few = self.cost("/my/feedback")
        self.make(18)
        self.assertLessEqual(self.cost("/my/feedback"), few + 1)

    def test_a_thread_costs_the_same(self):
        """A conversation of two messages, and of twenty."""
        self.authenticate("ka_contact", "ka_contact")
        self.make(1)
        feedback = self.env["key.account.feedback"].search(
            [("key_account_id", "=", self.account.id)]
        )

        def say(number):
            for index in range(number):
                for author in (self.contact.partner_id, self.specialist.partner_id):
                    feedback._portal_post(author, f"Word {index}", [])

        say(1)
        few = self.cost(f"/my/feedback/{feedback.id}")
        say(9)
        self.assertLessEqual(self.cost(f"/my/feedback/{feedback.id}"), few + 1)
