"""The satisfaction survey, from outside and inside"""

from datetime import timedelta

from freezegun import freeze_time

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .attack_common import FORGED, AttackCase
from .satisfaction_common import Satisfied

WORDS = "Faster answers please"
MODELS = ("key.account.satisfaction", "key.account.satisfaction.answer")


@tagged("post_install", "-at_install")
class TestAttackSatisfaction(Satisfied, AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_people()
        cls.survey, cls.other = cls._ask(cls.people[:2])
        cls.key = cls.survey.sudo().access_token

    def setUp(self):
        super().setUp()
        # A visitor without a login.
        self.authenticate(None, None)

    def page(self, key=None):
        self.env.flush_all()
        return self.url_open(f"/satisfaction/{key or self.key}")

    def send(self, mark="4", key=None, survey=None, **data):
        self.env.flush_all()
        answers = (survey or self.survey).sudo().answer_ids
        response = self.url_open(
            f"/satisfaction/{key or self.key}",
            data={
                **{f"mark_{answer.id}": mark for answer in answers},
                "comment": WORDS,
                "csrf_token": http.Request.csrf_token(self),
                **data,
            },
        )
        self.env.invalidate_all()
        return response

    # From outside

    def test_answered_once(self):
        """The link of the mail, opened, answered, answered again | the contact, without
        a login | the page asks; one answer; then it thanks and nothing changes"""
        page = self.page()
        self.assertIn("How satisfied are you", page.text)
        self.assertIn(self.company.name, page.text)
        self.assertEqual(self.survey.state, "sent", "opened is not answered")
        self.assertIn("Thank you", self.send().text)
        self.assertEqual((self.survey.mean, self.survey.comment), (4.0, WORDS))
        self.assertIn("Thank you", self.send("1", comment="Bad").text)
        self.assertEqual((self.survey.mean, self.survey.comment), (4.0, WORDS))
        self.assertNotIn("How satisfied are you", self.page().text)
        self.assertNotIn(WORDS, self.page().text)

    def test_a_wrong_link(self):
        """A guessed, cut, empty or much too long key, one of characters that no key
        has | anybody | not found, the same for all; nothing is recorded"""
        nothing = "%00" * 30
        for key in ("x" * 43, self.key[:-1], "%20", "1", "a" * 5000, "False", nothing):
            response = self.page(key)
            self.assertIn(response.status_code, (404, 414), key[:50])
            self.assertNotIn("How satisfied are you", response.text)
            self.send(key=key)
        self.assertEqual((self.survey | self.other).mapped("state"), ["sent", "sent"])

    def test_marks_of_another(self):
        """One's own link with the questions of somebody else's survey, marks that are
        none | the contact | nothing is recorded, at neither"""
        self.assertIn("at least one", self.send("5", survey=self.other).text)
        for mark in ("0", "6", "-1", "x", "4.5", "", "５"):
            self.assertIn("at least one", self.send(mark).text, mark)
        surveys = self.survey | self.other
        self.assertEqual(surveys.mapped("state"), ["sent", "sent"])
        self.assertFalse(any(surveys.answer_ids.mapped("mark")))

    def test_too_late(self):
        """The link after its last day | the contact | the page says that it is over,
        nothing is recorded"""
        self.survey._write_kept({"expires_on": self.survey.sent_on - timedelta(days=2)})
        self.assertIn("This survey is over", self.page().text)
        self.send()
        self.assertEqual(self.survey.state, "sent")

    def test_staff_do_not_answer(self):
        """The link, opened and sent | specialist, manager, logged in | refused and said
        so; nothing is recorded"""
        for login in ("ka_specialist", "ka_manager"):
            self.authenticate(login, login)
            self.assertIn("Only the customer", self.send("5").text)
        self.assertEqual(self.survey.state, "sent")

    def test_low_marks(self):
        """Low marks with words, sent twice | the contact | one feedback, under their
        account"""
        for _time in range(2):
            self.send("1")
        feedback = self.env["key.account.feedback"].search(
            [("key_account_id", "=", self.account.id)]
        )
        self.assertEqual(len(feedback), 1)
        self.assertEqual(self.survey.feedback_id, feedback)
        self.assertIn(WORDS, feedback.description)
        self.assertNotIn(feedback.number, self.page().text)

    def test_low_marks_of_whom_nobody_answers(self):
        """Low marks after whoever has the account has lost their rights | the contact |
        recorded; the feedback is nobody's, the managers see it; no word of us on the
        page"""
        self.specialist.group_ids = self.env.ref("base.group_user")
        page = self.send("1")
        self.assertIn("Thank you", page.text)
        self.assertNotIn(self.specialist.name, page.text)
        feedback = self.survey.feedback_id
        self.assertEqual(feedback.key_account_id, self.account)
        self.assertFalse(feedback.user_id)
        self.assertTrue(feedback.with_user(self.manager).has_access("read"))

    def test_in_a_language_that_is_gone(self):
        """The link, the answer and the reminder after the contact's language was taken
        out | the contact, the scheduled action | in another one; recorded, reminded"""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.survey._write_kept({"lang": "fr_FR"})
        self.env["res.lang"]._get_data(code="fr_FR")
        self.env["res.lang"].search([("code", "=", "fr_FR")]).active = False
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(self.survey.sent_on + timedelta(days=8)):
            self.run_cron()
        self.assertEqual(self.survey.reminders, 1)
        self.assertIn("How satisfied are you", self.page().text)
        self.assertIn("Thank you", self.send("4").text)

    def test_after_they_were_forgotten(self):
        """The link of somebody who was forgotten, the reminder, and what became of what
        they had said before | the contact, the scheduled action | over, nothing
        recorded, nobody mailed; their words are gone from the feedback, too"""
        self.send("1", key=self.other.sudo().access_token, survey=self.other)
        told = self.other.feedback_id
        self.assertIn(WORDS, told.description)
        told._write_kept({"email_from": "Wu <wu@golden.example.com>"})
        mails = self.mails()
        self.people[:2]._anonymise()
        self.env.flush_all()
        with freeze_time(self.survey.sent_on + timedelta(days=8)):
            self.run_cron()
        self.assertEqual(self.mails(), mails)
        self.assertIn("This survey is over", self.send("1").text)
        self.assertFalse(self.survey.comment or self.survey.feedback_id)
        self.assertFalse(self.other.comment or told.email_from)
        self.assertNotIn(WORDS, told.description)
        self.assertIn("Product 1", told.description)

    # The key

    def test_the_key_is_read_by_nobody(self):
        """The key: read, searched by its beginning, grouped, exported | specialist,
        manager, director, administrator | refused"""
        for user in (self.specialist, self.manager, self.director):
            user.group_ids |= self.env.ref("base.group_allow_export")
            survey = self.survey.with_user(user)
            for call in (
                lambda survey=survey: survey.read(["access_token"]),
                lambda survey=survey: survey.search(
                    [("access_token", "=like", self.key[:3] + "%")]
                ),
                lambda survey=survey: survey._read_group([], ["access_token"]),
                lambda survey=survey: survey.export_data(["access_token"]),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_the_key_is_in_no_message(self):
        """The mails with the link: search all messages, render the template, send it to
        oneself | specialist | no key"""
        messages = self.env["mail.message"].with_user(self.specialist)
        self.assertFalse(messages.search([("body", "ilike", self.key)]))
        mail = self.mails()[0]
        self.assertIn(self.key, mail.body_html)
        self.assertFalse(mail.model or mail.res_id)
        with self.assertRaises(AccessError):
            mail.mail_message_id.with_user(self.specialist).read(["body"])
        template = self.env.ref("key_account.mail_template_satisfaction")
        sent = template.with_user(self.specialist).send_mail(
            self.survey.id, email_values={"email_to": self.specialist.email}
        )
        self.assertNotIn(self.key, self.env["mail.mail"].browse(sent).body_html)

    # From inside

    def test_nobody_makes_changes_or_deletes_an_answer(self):
        """Write, create, delete, duplicate, import, with forged contexts and defaults |
        specialist, manager, director, superuser code | refused; nothing has changed"""
        self.send("2")
        answer = self.survey.answer_ids[0]
        before = [r.read()[0] for r in (self.survey, answer)]
        for user in (self.specialist, self.support, self.manager, self.director):
            for record, vals in (
                (self.survey, {"comment": "Fine", "mark": 25}),
                (answer, {"mark": 5}),
            ):
                for context in ({}, FORGED):
                    for call in (
                        ("write", vals),
                        ("unlink",),
                        ("copy",),
                    ):
                        with self.assertRaises(AccessError):
                            self.rpc(user, record, *call, context=context)
                with self.assertRaises(AccessError):
                    self.rpc(user, record.browse(), "create", [vals])
                result = self.rpc(
                    user, record.browse(), "load", ["id", "mark"], [[False, "5"]]
                )
                self.assertFalse(result["ids"])
        for record in (self.survey.sudo(), answer.sudo()):
            for call in (
                lambda record=record: record.write({"mark": 5}),
                lambda record=record: record.unlink(),
                lambda record=record: record.copy(),
                lambda record=record: record.create({"mark": 5, "asked": 0}),
            ):
                with self.assertRaises(AccessError):
                    call()
        self.env.invalidate_all()
        self.assertEqual([r.read()[0] for r in (self.survey, answer)], before)

    def test_who_sees_them(self):
        """Surveys and answers: read, search, count, group | colleague, outsider, other
        company's manager | nothing; who has the account sees them whole"""
        self.send("2")
        for model in MODELS:
            for user in (self.specialist, self.support, self.manager, self.director):
                own = self.env[model].with_user(user)
                self.assertTrue(own.search([("key_account_id", "=", self.account.id)]))
            other = self.env[model].with_user(self.colleague)
            domain = [("key_account_id", "=", self.account.id)]
            self.assertFalse(other.search(domain))
            self.assertFalse(other._read_group(domain, ["wave"], ["mean:avg"]))
            for user in (self.outsider, self.reviewer, self.contact, self.stranger):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search(domain)

    def test_asking_for_others(self):
        """The wizard on a colleague's account, or with their contact | a specialist
        without rights on it | refused, nobody is mailed"""
        count = len(self.mails())
        model = self.env["key.account.satisfaction.send"]
        with self.assertRaises(AccessError):
            self.rpc(
                self.colleague,
                model,
                "create",
                [{"account_ids": [(6, 0, self.account.ids)], "wave": "x"}],
            )
        line = {"stakeholder_id": self.people[0].id, "ask": True}
        with self.assertRaises(AccessError):
            self.rpc(
                self.colleague,
                model,
                "create",
                [{"account_ids": [], "wave": "x", "line_ids": [(0, 0, line)]}],
            )
        self.assertEqual(len(self.mails()), count)

    def test_asked_past_the_reasons(self):
        """A contact who cannot be asked, ticked by RPC | specialist | refused by name,
        nobody is mailed"""
        count = len(self.mails())
        send = (
            self.env["key.account.satisfaction.send"]
            .with_user(self.specialist)
            .with_context(active_model="key.account", active_ids=self.account.ids)
            .create({"wave": "2030-09"})
        )
        send.line_ids.write({"ask": True, "why_not": False})
        words = self.refused(send.action_send)
        self.assertIn("Mr Silent has no valid email", words)
        self.assertEqual(len(self.mails()), count)

    def test_asked_at_an_address_of_ours(self):
        """A contact who is given an alias, a mailbox of our domain, or our company's
        own address, so that the link comes back to us | specialist | refused by name,
        nobody is mailed"""
        domain = self.env["mail.alias.domain"].create({"name": "east.example.com"})
        self.assertTrue(domain.catchall_email)
        self.company.email = "info@east.example.net"
        count = len(self.mails())
        person = self.people[2]
        for address in (
            domain.catchall_email,
            "Sales <sales@EAST.example.com>",
            "info@east.example.net",
        ):
            person.partner_id.email = address
            self.env.flush_all()
            words = self.refused(self._ask, person)
            self.assertIn("Mr Silent has the address of a colleague", words)
        self.assertEqual(len(self.mails()), count)
        person.partner_id.email = "silent@golden.example.com"
        self.assertTrue(self._ask(person))

    def test_asked_in_no_wave(self):
        """A wave of characters that nobody sees, in which everybody could be asked
        again | specialist | refused, nobody is mailed"""
        sends = (
            self.env["key.account.satisfaction.send"]
            .with_user(self.specialist)
            .with_context(active_model="key.account", active_ids=self.account.ids)
        )
        refusal = self.refused(lambda: sends.create({"wave": " \u200b"}))
        self.assertIn("Wave: the text contains nothing readable", refusal)
        send = sends.create({"wave": "2026"})
        refusal = self.refused(lambda: send.write({"wave": "\u2060"}))
        self.assertIn("Wave: the text contains nothing readable", refusal)

    def test_answers_do_not_open_again(self):
        """The scheduled action long after the answer | anybody | neither reminded nor
        over: it stays answered"""
        self.send("4")
        with freeze_time(self.survey.sent_on + timedelta(days=60)):
            self.run_cron()
        self.assertEqual(self.survey.state, "answered")
        self.assertEqual(self.survey.reminders, 0)
