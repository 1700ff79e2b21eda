"""Ratings of visits and feedback, from outside and inside"""

from datetime import timedelta

from freezegun import freeze_time

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged

from .attack_common import FORGED, AttackCase
from .rating_common import Rated

WORDS = "Nobody knew our drawing"
INNER = "Press them on the price"


@tagged("post_install", "-at_install")
class TestAttackRating(Rated, AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_rated()
        cls.rating = cls._ask_rating(cls.visit)
        cls.other = cls._ask_rating(cls.told)
        cls.key = cls.rating.sudo().key_account_key

    def setUp(self):
        super().setUp()
        # A visitor without a login.
        self.authenticate(None, None)

    def page(self, key=None, mark=5):
        self.env.flush_all()
        return self.url_open(f"/rate/{key or self.key}/{mark}")

    def send(self, mark=5, key=None, words=WORDS):
        self.env.flush_all()
        response = self.url_open(
            f"/rate/{key or self.key}/submit_feedback",
            data={
                "rate": str(mark),
                "feedback": words,
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.env.invalidate_all()
        return response

    def marks(self):
        self.env.invalidate_all()
        return [
            (each.rating, each.feedback, each.consumed)
            for each in self.rating | self.other
        ]

    def ours(self):
        return self.env["rating.rating"].search(
            [
                ("res_model", "in", (self.visit._name, self.told._name)),
                ("res_id", "in", [self.visit.id, self.told.id]),
            ],
        )

    def stopped(self, call, *args, **kwargs):
        try:
            with self.env.cr.savepoint():
                call(*args, **kwargs)
        except (AccessError, ValueError):
            return
        self.fail(f"not refused: {args}")

    UNTOUCHED = [(0.0, False, False)] * 2

    # From outside

    def test_the_page_is_of_whom_the_customer_knows(self):
        """The link of a mail from another company than the database's first | the
        contact, without a login | the page bears the company that asks"""
        company = self.env["rating.rating"]._by_key(self.key)._record().company_id
        self.assertNotEqual(company, self.env.ref("base.public_user").company_id)
        self.assertIn(f"/logo.png?company={company.id}", self.page().text)

    def test_answered_by_the_link(self):
        """The link of the mail, opened, sent, sent again, and once more after a day |
        the contact, without a login | the page shows nothing inner; the mark counts
        once, may be changed within a day, and stands then"""
        page = self.page()
        self.assertIn("Thank you for rating", page.text)
        self.assertNotIn(INNER, page.text)
        self.assertEqual(self.marks(), self.UNTOUCHED, "opened is not answered")
        self.assertIn("Thank you", self.send(3).text)
        self.send(5)
        self.assertEqual(self.marks()[0], (5.0, WORDS, True))
        self.rating._write_kept(
            {
                "key_account_answered_on": self.rating.key_account_answered_on
                - timedelta(days=2)
            }
        )
        for response in (self.page(), self.send(1, words="Bad")):
            self.assertIn("stands as it was given", response.text)
        self.assertEqual(self.marks()[0], (5.0, WORDS, True))

    def test_a_wrong_link(self):
        """A guessed, cut, empty or much too long key, one of characters that no key
        has, “False” for a rating without Odoo's token; a mark that the page has not |
        anybody | not found; nothing is recorded"""
        self.assertFalse(self.rating.sudo().access_token)
        nothing = "%00" * 30
        for key in ("x" * 43, self.key[:-1], "1", "a" * 5000, "False", nothing):
            self.assertIn(self.page(key).status_code, (404, 414), key[:50])
            self.assertIn(self.send(key=key).status_code, (404, 414), key[:50])
        for mark in ("0", "6", "-1", "x", "2", ""):
            self.assertEqual(self.send(mark).status_code, 404, mark)
        self.assertEqual(self.marks(), self.UNTOUCHED)

    def test_too_late(self):
        """The link after its last day | the contact | the page says so; nothing is
        recorded"""
        before = self.rating.create_date - timedelta(days=2)
        self.rating._write_kept({"key_account_until": before})
        for response in (self.page(), self.send()):
            self.assertIn("This link has expired", response.text)
        self.assertEqual(self.marks(), self.UNTOUCHED)

    def test_others_with_the_link(self):
        """The link, opened and sent | specialist and manager logged in, a person of
        another customer, the specialist whose own contact was put under the customer |
        refused and said so, naming nothing inner; nothing is recorded"""
        for login in ("ka_specialist", "ka_manager", "ka_stranger"):
            self.authenticate(login, login)
            for response in (self.page(), self.send()):
                self.assertIn("cannot rate", response.text, login)
                self.assertNotIn(INNER, response.text)
                self.assertNotIn(WORDS, response.text)
        self.specialist.partner_id.parent_id = self.customer
        self.authenticate("ka_specialist", "ka_specialist")
        self.assertIn("cannot rate", self.send().text)
        self.assertEqual(self.marks(), self.UNTOUCHED)

    def test_after_they_were_forgotten(self):
        """The link of somebody who was forgotten, and what became of their words | the
        contact | not found; the mark stays, the words are gone, from the feedback too
        """
        self.send(1)
        told = self.visit.feedback_ids
        self.assertIn(WORDS, told.description)
        self.people[:1]._anonymise()
        self.env.flush_all()
        self.assertEqual(self.page().status_code, 404)
        self.assertEqual(self.send().status_code, 404)
        self.assertEqual(self.marks()[0], (1.0, False, True))
        self.assertNotIn(WORDS, told.description or "")

    def test_low_of_whom_nobody_answers(self):
        """A low rating after whoever has the account has lost their rights, of a visit
        and of feedback | the contact | recorded and thanked; no word of us"""
        self.specialist.group_ids = self.env.ref("base.group_user")
        other = self.other.sudo().key_account_key
        for page in (self.send(1), self.send(1, key=other)):
            self.assertIn("Thank you", page.text)
            self.assertNotIn(self.specialist.name, page.text)
        self.assertEqual(len(self.visit.feedback_ids), 1)
        self.assertNotIn(self.specialist, self.told.activity_ids.user_id)

    # The key

    def test_the_key_is_read_by_nobody(self):
        """The key: read, searched by its beginning, grouped, exported; Odoo's own token
        | specialist, manager, director, administrator | refused, and there is none"""
        for user in (self.specialist, self.manager, self.director):
            user.group_ids |= self.env.ref("base.group_allow_export")
            rating = self.rating.with_user(user)
            for call in (
                lambda rating=rating: rating.read(["key_account_key"]),
                lambda rating=rating: rating.search(
                    [("key_account_key", "=like", self.key[:3] + "%")]
                ),
                lambda rating=rating: rating._read_group([], ["key_account_key"]),
                lambda rating=rating: rating.export_data(["key_account_key"]),
            ):
                with self.assertRaises(AccessError):
                    call()
            self.assertFalse(rating.access_token)
        for record in (self.visit, self.told):
            for env in (record.with_user(self.specialist), record.sudo()):
                with self.assertRaises(UserError):
                    env._rating_get_access_token()

    def test_the_key_is_in_no_message(self):
        """The mails with the link: search all messages, render the template, send it to
        oneself, Odoo's own request | specialist | no key"""
        messages = self.env["mail.message"].with_user(self.specialist)
        self.assertFalse(messages.search([("body", "ilike", self.key)]))
        mail = self.env["mail.mail"].search([("body_html", "ilike", self.key)])
        self.assertEqual(len(mail), 1)
        self.assertFalse(mail.model or mail.res_id)
        with self.assertRaises(AccessError):
            mail.mail_message_id.with_user(self.specialist).read(["body"])
        template = self.env.ref("key_account.mail_template_rating")
        sent = template.with_user(self.specialist).send_mail(
            self.rating.id, email_values={"email_to": self.specialist.email}
        )
        self.assertNotIn(self.key, self.env["mail.mail"].browse(sent).body_html)

    # From inside

    def test_nobody_makes_changes_or_deletes_a_rating(self):
        """Write, reset, create, delete, duplicate, import, through the record's own
        list, moved here from elsewhere, with forged contexts and defaults | specialist,
        support, manager, director, superuser code | refused; nothing has changed"""
        self.send(1)
        before = self.marks()
        model_id = self.env["ir.model"]._get_id("key.account.visit")
        new = {
            "res_model_id": model_id,
            "res_id": self.visit.id,
            "rating": 5,
            "consumed": True,
            "partner_id": self.wu.id,
        }
        foreign = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "rating": 5,
                "consumed": True,
            }
        )
        calls = (
            (self.rating, "write", {"rating": 5}),
            (self.rating, "write", {"feedback": "Fine"}),
            (self.rating, "write", {"consumed": False}),
            (self.rating, "write", {"access_token": "x" * 32}),
            (self.rating, "write", {"key_account_key": "x" * 32}),
            (self.rating, "write", {"partner_id": self.specialist.partner_id.id}),
            (self.rating, "write", {"res_id": self.visit.id + 1}),
            (self.rating, "write", {"publisher_comment": "Not so"}),
            (self.rating, "reset"),
            (self.rating, "unlink"),
            (self.rating, "copy"),
            (self.rating.browse(), "create", [new]),
            (self.rating.browse(), "create", [{**new, "res_model_id": str(model_id)}]),
            (foreign, "write", {"res_model_id": model_id, "res_id": self.visit.id}),
            (self.visit, "write", {"rating_ids": [(0, 0, {**new, "rating": 5})]}),
            (self.visit, "write", {"rating_ids": [(1, self.rating.id, {"rating": 5})]}),
            (self.visit, "write", {"rating_ids": [(2, self.rating.id)]}),
            (self.visit, "write", {"rating_ids": [(5,)]}),
            (self.visit, "write", {"rating_marks": 5, "rating_answered": 1}),
            (self.visit, "write", {"rating_last_value": 5}),
        )
        for user in (self.specialist, self.support, self.manager, self.director):
            for record, *call in calls:
                for context in ({}, FORGED):
                    self.stopped(self.rpc, user, record, *call, context=context)
            result = self.rpc(
                user,
                self.rating.browse(),
                "load",
                ["res_model_id/.id", "res_id", "rating"],
                [[str(model_id), str(self.visit.id), "5"]],
            )
            self.assertFalse(result["ids"])
        for record, *call in calls:
            self.stopped(getattr(record.sudo(), call[0]), *call[1:])
        context = {"default_res_model_id": model_id, "default_res_id": self.visit.id}
        for env in (self.rating.with_user(self.specialist), self.rating.sudo()):
            with self.assertRaises(AccessError):
                env.with_context(**context).create({"rating": 5})
        self.assertEqual(self.marks(), before)
        self.assertEqual(self.visit.rating_answered, 1)

    def test_rated_by_ourselves(self):
        """Odoo's own ways to rate: ``rating_apply`` with the key, a forged token, the
        rating; a message with a value or with somebody's rating, as oneself and as the
        customer | specialist, the portal's customer, superuser code | refused"""
        for user in (self.specialist, self.manager, self.contact):
            for values in (
                {"token": self.key},
                {"token": "False"},
                {"token": False},
                {"rating": self.rating.id},
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, self.visit, "rating_apply", 5, **values)
        with self.assertRaises(AccessError):
            self.visit.sudo().rating_apply(5, rating=self.rating.sudo())
        public = self.rating.with_user(self.env.ref("base.public_user")).sudo()
        with self.assertRaises(AccessError):
            # The rating of another record.
            self.told.with_env(public.env).rating_apply(5, rating=public)
        for record in (self.visit, self.told):
            for values in (
                {"rating_value": 5},
                {"rating_id": self.rating.id, "author_id": self.li.id},
                {"rating_id": self.other.id, "author_id": self.li.id},
            ):
                for each in (record.with_user(self.specialist), record.sudo()):
                    try:
                        with self.env.cr.savepoint():
                            each.message_post(body="Very good", **values)
                    except AccessError:
                        continue
                    # Of another record Odoo leaves it aside.
                    self.assertFalse((self.rating | self.other).message_id)
        self.assertEqual(self.marks(), self.UNTOUCHED)
        self.assertEqual(self.ours(), self.rating | self.other)

    def test_rated_on_the_chatter(self):
        """A message with ``rating_value`` by the web client and the portal |
        specialist, the portal's customer | no rating"""
        for login in ("ka_specialist", "ka_contact"):
            self.authenticate(login, login)
            for record in (self.visit, self.told):
                self.env.flush_all()
                self.post_on(record)
        self.env.invalidate_all()
        self.assertEqual(self.marks(), self.UNTOUCHED)
        self.assertEqual(self.visit.rating_asked + self.told.rating_asked, 2)
        self.assertEqual(self.ours(), self.rating | self.other)

    def post_on(self, record):
        try:
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": record._name,
                    "thread_id": record.id,
                    "post_data": {
                        "body": "Very good",
                        "message_type": "comment",
                        "rating_value": 5,
                    },
                },
            )
        except JsonRpcException as error:
            self.assertTrue(str(error))

    def test_who_reads_them(self):
        """Ratings with the customer's words: read, search, count, group, through the
        contact and the account | a colleague without the account, an outsider, a
        reviewer, the portal | nothing; who may read the record reads them"""
        self.send(1)
        domain = [("partner_id", "=", self.li.id)]
        for user in (self.specialist, self.support, self.manager, self.director):
            own = self.env["rating.rating"].with_user(user)
            self.assertEqual(own.search(domain), self.rating | self.other)
            self.assertEqual(self.rating.with_user(user).feedback, WORDS)
        for user in (self.colleague, self.outsider, self.accountant):
            user.group_ids |= self.env.ref("base.group_allow_export")
            other = self.env["rating.rating"].with_user(user)
            self.assertFalse(other.search(domain))
            self.assertFalse(other.search([("feedback", "ilike", WORDS)]))
            self.assertFalse(other.search_count([("rating", "=", 1)] + domain))
            self.assertFalse(other._read_group(domain, ["feedback"], ["rating:avg"]))
            self.assertFalse(self.rating.with_user(user).has_access("read"))
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                self.rating.with_user(user).read(["feedback", "res_name"])
            with self.assertRaises(AccessError):
                self.rating.with_user(user).export_data(["feedback"])
            with self.assertRaises(AccessError):
                self.rpc(user, self.visit, "read", ["rating_last_feedback"])
            self.assertFalse(
                self.rpc(user, self.visit, "rating_get_stats")["total"], user.login
            )
        for user in (self.contact, self.stranger):
            with self.assertRaises(AccessError):
                self.env["rating.rating"].with_user(user).search(domain)
        foreign = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
            }
        )
        # Odoo's own are read as ever.
        self.assertTrue(foreign.with_user(self.outsider).read(["rating"]))
        self.assertIn(foreign, foreign.with_user(self.outsider).search([]))

    def test_asking_for_others(self):
        """The wizard and the request on a colleague's visit; a contact of nobody; a
        contact who is a colleague | a specialist without rights on it, with them |
        refused, nobody is mailed"""
        count = len(self.mails())
        model = self.env["key.account.rating.ask"]
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, model, "create", [{"visit_id": self.visit.id}])
        context = {"active_model": self.visit._name, "active_id": self.visit.id}
        for method, args in (("create", [{}]), ("default_get", ["visit_id"])):
            try:
                found = self.rpc(self.colleague, model, method, args, context=context)
            except AccessError:
                continue
            self.assertEqual(found, {"visit_id": self.visit.id}, method)
        self.refused_rpc(self.colleague, self.visit, "action_ask_rating")
        own = self.specialist.partner_id
        own.email = "specialist@elsewhere.example.net"
        self.visit.met_ids |= own
        ask = model.with_user(self.specialist).create({"visit_id": self.visit.id})
        self.assertNotIn(own, ask.contact_ids)
        for contacts, words in (
            (own, "has the address of a colleague"),
            (self.plain_customer, "no part in this"),
            (self.li, "asked about this already"),
        ):
            ask.contact_ids = contacts
            self.assertIn(words, self.refused(ask.action_send))
        self.assertEqual(len(self.mails()), count)

    def test_a_rated_record_stays(self):
        """A visit that was rated is deleted | manager, superuser code | refused"""
        with self.assertRaises(UserError):
            self.rpc(self.manager, self.visit, "unlink")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.visit.sudo().unlink()
        self.assertTrue(self.rating.exists())

    def test_long_after(self):
        """The link of a rated visit a year later | the contact | over"""
        self.send(5)
        with freeze_time(self.rating.key_account_answered_on + timedelta(days=365)):
            with self.assertRaises(UserError):
                self.rate(self.rating, 1)
        self.assertEqual(self.marks()[0][0], 5.0)
