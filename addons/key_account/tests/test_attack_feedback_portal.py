"""Feedback on the customer's portal"""

from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .attack_common import AttackCase

INNER = "they always complain"
SAID = "It drips at flange 3"
PNG = b"\x89PNG\r\n\x1a\n drip"


@tagged("post_install", "-at_install")
class TestAttackFeedbackPortal(AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.li = cls.contact.partner_id
        cls.li.email = "li@golden.example.com"

    def setUp(self):
        super().setUp()
        self.authenticate("ka_contact", "ka_contact")

    # How they send, and look

    def post(self, path, data, files=()):
        self.env.flush_all()
        response = self.url_open(
            path,
            data={"csrf_token": http.Request.csrf_token(self), **data},
            files=[("files", file) for file in files] or None,
        )
        self.env.invalidate_all()
        return response

    def send(self, files=(), **data):
        entered = {
            "kind": "complaint",
            "subject": "Pump leaks",
            "words": SAID,
            "order_id": "",
            "form_key": "",
        }
        return self.post("/my/feedback/new", {**entered, **data}, files)

    def reply(self, feedback, words="And flange 4", token="", files=()):
        path = f"/my/feedback/{feedback.id}/reply"
        return self.post(path, {"words": words, "access_token": token}, files)

    def page(self, feedback, token="", path=""):
        self.env.flush_all()
        return self.url_open(f"/my/feedback/{feedback.id}{path}?access_token={token}")

    def list(self):
        response = self.url_open("/my/feedback")
        self.assertEqual(response.status_code, 200)
        return response.text

    def all(self):
        own = [("key_account_id", "=", self.account.id)]
        return self.env["key.account.feedback"].search(own, order="id")

    def sent(self, **data):
        self.send(**data)
        feedback = self.all()[-1]
        self.assertTrue(feedback)
        feedback._portal_ensure_token()
        return feedback

    def shut(self, response):
        self.assertLess(response.status_code, 500)
        self.assertNotIn(SAID, response.text)
        self.assertNotIn(PNG, response.content)

    # What they send

    def test_sent_with_a_file(self):
        """A complaint with a photo about an own order | the customer's contact | comes
        in under their account, once, with its file; they see it"""
        order = self.make_order(discount=0)
        order.state = "sale"
        self.assertIn(order.name, self.url_open("/my/feedback/new").text)
        response = self.send(
            order_id=str(order.id), files=[("drip.png", PNG, "image/png")]
        )
        feedback = self.all()
        self.assertEqual(len(feedback), 1)
        self.assertEqual(feedback.channel, "portal")
        self.assertEqual((feedback.kind, feedback.name), ("complaint", "Pump leaks"))
        self.assertEqual(feedback.description, SAID)
        self.assertEqual((feedback.partner_id, feedback.order_id), (self.li, order))
        self.assertEqual(feedback.user_id, self.specialist)
        self.assertTrue(feedback.acknowledged_on)
        for text in ("We have received", SAID, "drip.png", feedback.number):
            self.assertIn(text, response.text)
        file = feedback.message_ids.attachment_ids
        saved = self.page(feedback, path=f"/file/{file.id}")
        self.assertEqual(saved.content, PNG)
        self.assertIn("attachment", saved.headers["Content-Disposition"])
        self.assertIn("Pump leaks", self.list())
        self.assertIn("/my/feedback", self.url_open("/my").text)

    def test_sent_twice(self):
        """The same page, or the same reply, sent twice | the customer's contact | comes
        in once"""
        for _time in range(2):
            response = self.send(form_key="page-1")
            self.assertIn(SAID, response.text)
        feedback = self.all()
        self.assertEqual(len(feedback), 1)
        for _time in range(2):
            self.reply(feedback)
        self.assertEqual(len(feedback._portal_spoken()), 2)

    def test_the_page_of_another(self):
        """A page's key that another customer has used | the customer's contact |
        neither shown nor joined: each comes in by itself"""
        other = self.sent(form_key="page-1")
        account = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.authenticate("ka_stranger", "ka_stranger")
        self.shut(self.send(form_key="page-1", words="Mine"))
        self.assertEqual(len(other._portal_spoken()), 1)
        own = other.search([("key_account_id", "=", account.id)])
        self.assertEqual(own.description, "Mine")

    def test_sent_wrong(self):
        """No kind, a forged one, no subject, no words, another customer's order, files
        that run, are too many or too large | the customer's contact | refused, said
        why, nothing recorded"""
        foreign = self.make_order(partner=self.plain_customer)
        foreign.state = "sale"
        draft = self.make_order()
        html = ("a.html", b"<html>", "text/html")
        disguised = ("a.png", b"<svg onload=x>", "image/png")
        many = [(f"{index}.png", PNG, "image/png") for index in range(6)]
        for data, says in (
            ({"kind": ""}, "choose what it is"),
            ({"kind": "order"}, "choose what it is"),
            ({"subject": " \u200b"}, "enter a subject"),
            ({"words": "  "}, "in a few words"),
            ({"order_id": str(foreign.id)}, "an order of your company"),
            ({"order_id": str(draft.id)}, "an order of your company"),
            ({"order_id": "x"}, "an order of your company"),
            ({"files": [html]}, "of a kind that we do not take"),
            ({"files": [disguised]}, "of a kind that we do not take"),
            ({"files": [("a.png", b"", "image/png")]}, "is empty"),
            ({"files": many}, "At most 5 files"),
        ):
            response = self.send(**data)
            self.assertIn(says, response.text, data)
            self.assertFalse(self.all(), data)

    def test_sent_with_the_character_zero(self):
        """The character that no column of text holds, in all that is sent | the
        customer's contact | comes in without it"""
        zero = "\0"
        response = self.send(
            subject=f"Pump{zero}leaks",
            words=f"{SAID}{zero}",
            form_key=f"page{zero}",
            files=[(f"drip{zero}.png", PNG, "image/png")],
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.all().message_ids.attachment_ids.name, "drip.png")

    def test_sent_to_whom_nobody_answers(self):
        """A complaint after whoever has the account has lost their rights | the
        customer's contact | comes in as nobody's, without a word of us"""
        self.specialist.group_ids = self.env.ref("base.group_user")
        self.assertNotIn(self.specialist.name, self.send().text)
        self.assertFalse(self.all().user_id)
        self.assertTrue(self.all())

    def test_sent_without_the_page(self):
        """A form from elsewhere, without Odoo's own key | anybody | refused, nothing
        recorded"""
        self.env.flush_all()
        response = self.url_open(
            "/my/feedback/new",
            data={"kind": "complaint", "subject": "x", "words": "x"},
        )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.all())

    def test_sent_without_end(self):
        """Feedback and replies without end | the customer's contact | refused after
        Odoo's bound for mail, and said"""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.gateway.loop.threshold", 3)
        for index in range(5):
            response = self.send(subject=f"No {index}")
        self.assertIn("a lot in a short time", response.text)
        self.assertEqual(len(self.all()), 3)
        feedback = self.all()[0]
        for index in range(5):
            self.reply(feedback, f"More {index}")
        self.assertLessEqual(len(feedback._portal_spoken()), 3)

    def test_sent_by_whom_it_is_not_for(self):
        """Page and form for new feedback | customer without a file, staff, public |
        neither page nor record; the first page of their portal is as before"""
        for login in ("ka_stranger", "ka_outsider", "ka_manager"):
            self.authenticate(login, login)
            self.assertNotIn("feedback_words", self.url_open("/my/feedback/new").text)
            self.send()
        self.authenticate("ka_stranger", "ka_stranger")
        self.assertNotIn("/my/feedback", self.url_open("/my").text)
        self.authenticate(None, None)
        self.send()
        self.assertFalse(self.all())

    # Whose it is

    def test_of_another_customer(self):
        """Page, file and reply, without the link and with it, the list | another
        customer's contact | nothing shown, nothing recorded"""
        feedback = self.sent(files=[("drip.png", PNG, "image/png")])
        file = feedback.message_ids.attachment_ids
        self.authenticate("ka_stranger", "ka_stranger")
        for token in ("", feedback.access_token):
            self.shut(self.page(feedback, token))
            self.shut(self.page(feedback, token, f"/file/{file.id}"))
            self.shut(self.reply(feedback, token=token))
        self.shut(self.url_open(f"/web/content/{file.id}"))
        self.assertNotIn(feedback.name, self.list())
        self.assertEqual(len(feedback._portal_spoken()), 1)

    def test_of_another_company_of_ours(self):
        """The list and the page of what the customer told another company of ours |
        contact with a login of this one | not shown"""
        account = self.env["key.account"].create(
            {"partner_id": self.customer.id, "company_id": self.other_company.id}
        )
        feedback = self.env["key.account.feedback"].create(
            {
                "name": "Elsewhere",
                "description": SAID,
                "channel": "mail",
                "key_account_id": account.id,
            }
        )
        self.assertNotIn("Elsewhere", self.list())
        self.assertNotIn("Elsewhere", self.page(feedback).text)

    def test_with_a_guessed_key(self):
        """Page, file and reply with no key, a guessed one, another's | anybody |
        nothing shown, nothing recorded"""
        feedback = self.sent(files=[("drip.png", PNG, "image/png")])
        other = self.sent(subject="Other", words="Other words")
        file = feedback.message_ids.attachment_ids
        self.authenticate(None, None)
        for token in ("", "0", "False", "None", other.access_token):
            self.shut(self.page(feedback, token))
            self.shut(self.page(feedback, token, f"/file/{file.id}"))
            self.shut(self.reply(feedback, token=token))
        # A file of the one by the key of the other.
        self.shut(self.page(other, other.access_token, f"/file/{file.id}"))
        self.assertEqual(len(feedback._portal_spoken()), 1)

    def test_by_the_link(self):
        """Page and reply by the link of the mail | the customer, without a login |
        shown in their language, recorded as the contact's"""
        feedback = self.sent()
        self.authenticate(None, None)
        self.assertIn(SAID, self.page(feedback, feedback.access_token).text)
        response = self.reply(feedback, token=feedback.access_token)
        self.assertIn("And flange 4", response.text)
        self.assertEqual(feedback._portal_spoken()[-1].author_id, self.li)

    def test_by_the_link_of_somebody_we_do_not_know(self):
        """A reply by the link of a receipt that went to an unknown address | whoever
        wrote from there | recorded as theirs, by their address"""
        feedback = self.env["key.account.feedback"]._create_kept(
            [{"name": "x", "channel": "mail", "email_from": "Wang <wang@x.example>"}]
        )
        feedback._portal_ensure_token()
        self.authenticate(None, None)
        self.reply(feedback, token=feedback.access_token)
        said = feedback._portal_spoken()
        self.assertEqual(said.email_from, "Wang <wang@x.example>")
        self.assertFalse(said.author_id)
        self.assertTrue(feedback._portal_messages()[0]["own"])

    def test_by_an_old_link(self):
        """The link after it is over for long, after the contact has left | whoever has
        kept the mail | nothing shown; by login it is shown still"""
        feedback = self.sent()
        token = feedback.access_token
        self.authenticate(None, None)
        long_ago = fields.Datetime.now() - timedelta(days=91)
        feedback._write_kept({"state": "resolved", "resolved_on": long_ago})
        self.shut(self.page(feedback, token))
        self.shut(self.reply(feedback, token=token))
        self.authenticate("ka_contact", "ka_contact")
        self.assertIn(SAID, self.page(feedback).text)
        feedback._write_kept({"state": "open", "resolved_on": False})
        self.contact.active = False
        self.li.active = False
        self.authenticate(None, None)
        self.shut(self.page(feedback, token))

    # What they do not see

    def test_what_is_for_us(self):
        """Page, list and files of feedback with notes, files of notes, cause, fault and
        remarks | contact, whoever has the link | none of it"""
        feedback = self.sent()
        secret = ("secret.png", b"\x89PNG secret")
        feedback.with_user(self.specialist).message_post(
            body=INNER, attachments=[secret], subtype_xmlid="mail.mt_note"
        )
        feedback.with_user(self.specialist).write(
            {"note": INNER, "root_cause": INNER, "corrective_action": INNER}
        )
        feedback.activity_schedule(
            "mail.mail_activity_data_todo", summary=INNER, user_id=self.manager.id
        ).action_feedback(feedback=INNER)
        note = feedback.message_ids.attachment_ids.filtered(
            lambda file: file.name == "secret.png"
        )
        self.assertTrue(note)
        for login, token in (("ka_contact", ""), (None, feedback.access_token)):
            self.authenticate(login, login)
            page = self.page(feedback, token)
            self.assertIn(SAID, page.text)
            self.assertNotIn(INNER, page.text)
            self.assertNotIn("secret.png", page.text)
            file = self.page(feedback, token, f"/file/{note.id}")
            self.assertNotIn(secret[1], file.content)
        self.assertNotIn(INNER, self.list())

    def test_what_we_noted_down(self):
        """List and page of what a colleague noted of a call, in our words | the
        customer's contact | not shown before it is answered"""
        feedback = (
            self.env["key.account.feedback"]
            .with_user(self.specialist)
            .create(
                {
                    "name": f"Call: {INNER}",
                    "key_account_id": self.account.id,
                    "partner_id": self.li.id,
                    "channel": "phone",
                }
            )
        )
        self.assertNotIn(INNER, self.list())
        self.assertNotIn(INNER, self.page(feedback).text)

    def test_by_rpc(self):
        """Reading, writing, sending, answering by RPC; the chatter of Odoo's portal by
        the link | the customer's own contact, public | no access: the portal's pages
        are the only way"""
        feedback = self.sent()
        for method, arguments in (
            ("read", [["name", "note", "access_token"]]),
            ("write", [{"name": "x"}]),
            ("message_post", []),
            ("get_portal_url", []),
        ):
            with self.assertRaises(AccessError, msg=method):
                self.rpc(self.contact, feedback, method, *arguments)
        for method in (
            "_portal_create",
            "_portal_reply",
            "_portal_messages",
            "_resume",
        ):
            with self.assertRaises(AccessError, msg=method):
                self.rpc(self.contact, feedback, method)
        feedback.with_user(self.specialist).message_post(body=INNER)
        messages = self.env["mail.message"].with_user(self.contact)
        found = messages.search([("model", "=", feedback._name)])
        self.assertEqual(found.author_id, self.li, "nothing but their own words")
        for user in (self.contact, self.env.ref("base.public_user")):
            found = (
                feedback.browse()
                .with_user(user)
                ._get_thread_with_access(feedback.id, token=feedback.access_token)
            )
            self.assertFalse(found)

    def test_by_staff(self):
        """The page by login, and writing on it | specialist, manager; one who may not
        read it | a preview, no reply; nothing"""
        feedback = self.sent()
        for login in ("ka_specialist", "ka_manager"):
            self.authenticate(login, login)
            self.assertIn(SAID, self.page(feedback).text)
            self.reply(feedback)
        for login in ("ka_outsider", "ka_colleague"):
            self.authenticate(login, login)
            self.shut(self.page(feedback, feedback.access_token))
        self.assertEqual(len(feedback._portal_spoken()), 1)

    def test_the_key_chosen_by_hand(self):
        """The key of the link, by hand or as a default | specialist | refused"""
        feedback = self.sent()
        own = {"name": "x", "key_account_id": self.account.id, "access_token": "x"}
        for records, method, vals in (
            (feedback, "write", {"access_token": "x"}),
            (feedback.browse(), "create", own),
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, records, method, vals)
        made = self.rpc(
            self.specialist,
            feedback.browse(),
            "create",
            {"name": "x", "key_account_id": self.account.id},
            context={"default_access_token": "known"},
        )
        self.assertNotEqual(feedback.browse(made).access_token, "known")
