"""The diagnosis before the customer"""

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .attack_common import AttackCase

INNER = "they pay late"
SECRET = "Sealing face run-out"


@tagged("post_install", "-at_install")
class TestAttackDiagnosis(AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact.partner_id.email = "li@golden.example.com"
        cls.diagnosis = (
            cls.env["key.account.diagnosis"]
            .with_user(cls.specialist)
            .create(
                {
                    "name": "Stops on line 2",
                    "key_account_id": cls.account.id,
                    "contact_id": cls.contact.partner_id.id,
                    "why_us": "One clamping.",
                    "inner_note": INNER,
                    "problem_ids": [
                        Command.create(
                            {"name": "Leaks", "root_cause": SECRET, "cost": 5}
                        )
                    ],
                }
            )
        )
        cls.key = cls.diagnosis.sudo()._portal_ensure_token()

    def page(self, token=True, path="", query="", diagnosis=None):
        diagnosis = diagnosis or self.diagnosis
        if token is True:
            token = diagnosis.sudo().access_token
        self.env.flush_all()
        return self.url_open(
            f"/my/diagnoses/{diagnosis.id}{path}?access_token={token or ''}{query}"
        )

    def answer(self, token=True, answer="accepted", name="Ms Li", note="", **data):
        self.env.flush_all()
        response = self.url_open(
            f"/my/diagnoses/{self.diagnosis.id}/answer",
            data={
                "access_token": self.key if token is True else token,
                "answer": answer,
                "name": name,
                "note": note,
                "csrf_token": http.Request.csrf_token(self),
                **data,
            },
        )
        self.env.invalidate_all()
        return response

    def shut(self, response):
        self.assertNotIn(SECRET, response.text)
        self.assertNotIn("application/pdf", response.headers["Content-Type"])

    def unanswered(self, state="sent"):
        self.env.invalidate_all()
        self.assertEqual(self.diagnosis.state, state)
        self.assertFalse(self.diagnosis.answered_by_id)
        self.assertFalse(self.diagnosis.answered_name)

    def send(self):
        self.diagnosis.with_user(self.specialist).action_send()
        self.env.flush_all()

    # Before it is sent

    def test_before_it_is_sent(self):
        """Page, PDF and answer of a draft, by link or login | customer | nothing shown,
        nothing recorded"""
        self.authenticate(None, None)
        for _who in range(2):
            self.shut(self.page())
            self.shut(self.page(query="&report_type=pdf"))
            self.answer()
            self.unanswered("draft")
            self.authenticate("ka_contact", "ka_contact")
        self.assertNotIn("Stops on line 2", self.url_open("/my/diagnoses").text)

    def test_after_it_was_withdrawn(self):
        """Page, PDF and answer of a report that was archived after it was sent, by link
        or login | customer | nothing shown, nothing recorded"""
        self.send()
        self.diagnosis.active = False
        self.authenticate(None, None)
        for _who in range(2):
            self.shut(self.page())
            self.shut(self.page(query="&report_type=pdf"))
            self.answer()
            self.unanswered()
            self.authenticate("ka_contact", "ka_contact")

    # Whose it is

    def test_listed_for_staff(self):
        """The list of reports, after one's own contact was put under the customer |
        salesperson without a role | not listed"""
        self.send()
        self.outsider.partner_id.with_user(self.outsider).parent_id = self.customer
        self.authenticate("ka_outsider", "ka_outsider")
        page = self.url_open("/my/diagnoses")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Stops on line 2", page.text)

    def test_of_another_customer(self):
        """Page, PDF and answer, without the link and with it | another customer's
        contact, logged in | nothing shown, nothing recorded"""
        self.send()
        self.authenticate("ka_stranger", "ka_stranger")
        for token in (None, True):
            self.shut(self.page(token=token))
            self.shut(self.page(token=token, query="&report_type=pdf"))
            self.answer(token=token or "")
            self.unanswered()
        self.assertNotIn("Stops on line 2", self.url_open("/my/diagnoses").text)

    def test_with_a_guessed_key(self):
        """Page, PDF and answer with no key, a guessed one, another report's | anybody |
        nothing shown, nothing recorded"""
        self.send()
        other = self.diagnosis.copy()
        key = other.sudo()._portal_ensure_token()
        self.authenticate(None, None)
        for token in ("", "0", "False", "None", key):
            self.shut(self.page(token=token))
            self.shut(self.page(token=token, query="&report_type=pdf"))
            self.answer(token=token)
            self.unanswered()

    def test_by_rpc(self):
        """Reading, writing, answering by RPC | the customer's own contact | no access:
        the portal's pages are the only way"""
        self.send()
        for method, arguments in (
            ("read", [["name", "inner_note", "access_token"]]),
            ("write", [{"name": "x"}]),
            ("action_accept", [self.contact.partner_id.id]),
            ("get_portal_url", []),
            ("action_send_by_mail", []),
        ):
            with self.assertRaises(AccessError, msg=method):
                self.rpc(self.contact, self.diagnosis, method, *arguments)
        with self.assertRaises(AccessError):
            self.rpc(
                self.contact, self.diagnosis, "_answer_from_outside", "accepted", 1
            )
        self.unanswered()

    def test_what_is_for_us(self):
        """Page and PDF | whoever has the link | what is for us alone is on neither, nor
        are the messages of colleagues"""
        self.send()
        self.diagnosis.with_user(self.specialist).message_post(
            body=INNER, subtype_xmlid="mail.mt_comment"
        )
        self.authenticate(None, None)
        page = self.page()
        self.assertIn(SECRET, page.text)
        self.assertNotIn(INNER, page.text)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "key_account.report_diagnosis", self.diagnosis.ids
        )
        self.assertIn(SECRET, html.decode())
        self.assertNotIn(INNER, html.decode())
        public = self.env.ref("base.public_user")
        threads = self.env["key.account.diagnosis"].with_user(public)
        found = threads._get_thread_with_access(self.diagnosis.id, token=self.key)
        self.assertFalse(found)

    # The answer

    def test_answered_by_the_link(self):
        """The answer by the link | the customer | recorded once, with name, words, day
        and way; the author is told"""
        self.send()
        self.authenticate(None, None)
        response = self.answer(note="Go on", name=" Ms Li ")
        self.assertIn("Thank you for your answer", response.text)
        diagnosis = self.diagnosis
        self.assertEqual(diagnosis.state, "accepted")
        self.assertEqual(diagnosis.answered_by_id, self.contact.partner_id)
        self.assertEqual(diagnosis.answered_name, "Ms Li")
        self.assertEqual(diagnosis.answer_note, "Go on")
        self.assertEqual(diagnosis.answer_channel, "link")
        self.assertEqual(diagnosis.answered_on, self.company._key_account_today())
        self.assertTrue(diagnosis.recorded_on)
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.specialist.partner_id.ids)], limit=1
        )
        self.assertIn("has accepted", told.subject)

    def test_answered_by_login(self):
        """The answer on the portal, not accepted | the customer's contact, logged in |
        recorded as theirs"""
        self.send()
        self.authenticate("ka_contact", "ka_contact")
        self.assertIn("Stops on line 2", self.url_open("/my/diagnoses").text)
        self.answer(token="", answer="rejected", note="Not the cause", name="Li")
        self.assertEqual(self.diagnosis.state, "rejected")
        self.assertEqual(self.diagnosis.answered_by_id, self.contact.partner_id)
        self.assertEqual(self.diagnosis.answer_channel, "portal")
        self.assertEqual(self.diagnosis.recorded_by_id, self.contact)

    def test_answered_twice(self):
        """A second answer by the link that was used | customer | refused, the first
        stands"""
        self.send()
        self.authenticate(None, None)
        self.answer(note="Go on")
        before = self.diagnosis.read(["state", "answered_name", "recorded_on"])
        response = self.answer(answer="rejected", name="Mr Other", note="No")
        self.assertIn("not with the customer", response.text)
        after = self.diagnosis.read(["state", "answered_name", "recorded_on"])
        self.assertEqual(before, after)
        self.assertNotIn("Send answer", self.page().text)

    def test_of_nobody(self):
        """An answer without a name, without a choice, with a forged one, not accepted
        without words | customer | refused, and said what is missing"""
        self.send()
        self.authenticate(None, None)
        for data, says in (
            ({"name": "  "}, "enter your name"),
            ({"name": "\u200b"}, "enter your name"),
            ({"answer": ""}, "whether you accept"),
            ({"answer": "draft"}, "whether you accept"),
            ({"answer": "rejected", "note": " "}, "in a few words"),
        ):
            self.assertIn(says, self.answer(**data).text)
            self.unanswered()

    def test_by_staff(self):
        """The answer on the customer's page, by link or login | specialist, manager |
        refused: staff record it as what the customer told them"""
        self.send()
        for login in ("ka_specialist", "ka_manager"):
            self.authenticate(login, login)
            self.assertNotIn("Send answer", self.page().text)
            self.assertIn("Only the customer answers here", self.answer().text)
            self.unanswered()
        self.authenticate("ka_other_manager", "ka_other_manager")
        self.shut(self.page())

    def test_forged(self):
        """Who answered, how and when by RPC, a key of one's own | specialist, manager |
        refused"""
        self.send()
        for user in (self.specialist, self.manager):
            for vals in (
                {"answer_channel": "portal"},
                {"answered_name": "Ms Li"},
                {"access_token": "mine"},
                {"state": "accepted"},
                {"contact_id": self.customer.id},
            ):
                with self.assertRaises(UserError, msg=vals):
                    self.rpc(user, self.diagnosis, "write", vals)
            new = {"name": "Scrap", "key_account_id": self.account.id}
            with self.assertRaises(UserError):
                key = {**new, "access_token": "mine"}
                self.rpc(user, self.diagnosis.browse(), "create", key)
        self.unanswered()

    # The mail

    def compose(self, user=None, change=None):
        diagnosis = self.diagnosis.with_user(user or self.specialist)
        action = diagnosis.action_send_by_mail()
        composer = (
            self.env["mail.compose.message"]
            .with_user(user or self.specialist)
            .with_context(**action["context"])
            .create({})
        )
        if change:
            change()
        composer._action_send_mail()
        return composer

    def test_sent_by_mail(self):
        """The mail of the button | specialist | it is with the customer, PDF and link
        in the mail"""
        self.assertEqual(self.diagnosis.state, "draft")
        self.compose()
        self.assertEqual(self.diagnosis.state, "sent")
        self.assertEqual(self.diagnosis.sent_on, fields.Date.today())
        message = self.diagnosis.message_ids.filtered("attachment_ids")[:1]
        self.assertEqual(message.partner_ids, self.contact.partner_id)
        self.assertIn(f"/my/diagnoses/{self.diagnosis.id}", message.body)
        self.assertIn("Stops on line 2", message.attachment_ids.name)
        self.assertNotIn(INNER, message.body)

    def test_mailed_as_it_was(self):
        """Changed after the mail with its PDF was opened | specialist | refused, not
        sent"""
        with self.assertRaisesRegex(UserError, "changed since this mail was opened"):
            self.compose(change=lambda: self.diagnosis.problem_ids.write({"cost": 900}))
        self.assertEqual(self.diagnosis.state, "draft")

    def test_mailed_by_template(self):
        """mail.template.send_mail of a draft by RPC | specialist, colleague | it is
        with the customer from then on, or refused where it is incomplete or another's
        """
        template = self.env.ref("key_account.mail_template_diagnosis")
        cause = self.diagnosis.problem_ids.root_cause
        self.diagnosis.problem_ids.root_cause = False
        with self.assertRaisesRegex(UserError, "root cause"):
            self.rpc(self.specialist, template, "send_mail", self.diagnosis.id)
        self.assertEqual(self.diagnosis.state, "draft")
        self.diagnosis.problem_ids.root_cause = cause
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, template, "send_mail", self.diagnosis.id)
        self.rpc(self.specialist, template, "send_mail", self.diagnosis.id)
        self.assertEqual(self.diagnosis.state, "sent")

    def test_mailed_incomplete(self):
        """A diagnosis without root cause, or to nobody's address, by mail | specialist
        | refused"""
        self.contact.partner_id.email = False
        with self.assertRaisesRegex(UserError, "no email address"):
            self.diagnosis.with_user(self.specialist).action_send_by_mail()
        self.diagnosis.problem_ids.root_cause = False
        with self.assertRaisesRegex(UserError, "root cause"):
            self.diagnosis.with_user(self.specialist).action_send_by_mail()
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, self.diagnosis, "action_send_by_mail")
