"""The key of a link that the customer has by mail"""

import runpy
from pathlib import Path

from odoo import http
from odoo.exceptions import AccessError
from odoo.modules import get_module_path
from odoo.tests import HttpCase, tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackSecretLink(AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.li = cls.contact.partner_id
        cls.li.email = "li@golden.example.com"
        own = {"name": "Stops on line 2", "key_account_id": cls.account.id}
        diagnosis = cls.env["key.account.diagnosis"].with_user(cls.specialist)
        feedback = cls.env["key.account.feedback"].with_user(cls.specialist)
        cls.pages = (
            diagnosis.create({**own, "contact_id": cls.li.id}),
            feedback.create({**own, "partner_id": cls.li.id, "channel": "mail"}),
        )
        cls.keys = {page: page.sudo()._portal_ensure_token() for page in cls.pages}

    def leaving(self, page, partners, body):
        """What of a message to these leaves, by address, as Odoo hands it over."""
        message = page.message_post(
            body=body, partner_ids=partners.ids, subtype_xmlid="mail.mt_comment"
        )
        self.env.flush_all()
        mails = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        return message, {
            values["email_to_normalized"][0]: values["body"]
            for mail in mails
            for values in mail._prepare_outgoing_list()
        }

    def test_the_key_is_read_by_nobody(self):
        """The key: read, searched by its beginning, grouped, exported; the address of
        the page; Odoo's wizard that shares it | specialist, manager, director |
        refused, or without the key"""
        for user in (self.specialist, self.manager, self.director):
            user.group_ids |= self.env.ref("base.group_allow_export")
            user.group_ids |= self.env.ref("base.group_partner_manager")
            for page, key in self.keys.items():
                begins = [("access_token", "=like", key[:3] + "%")]
                for method, arguments in (
                    ("read", [["access_token"]]),
                    ("export_data", [["access_token"]]),
                ):
                    with self.assertRaises(AccessError, msg=method):
                        self.rpc(user, page, method, *arguments)
                for method, arguments in (
                    ("search", [begins]),
                    ("formatted_read_group", [[], ["access_token"], ["__count"]]),
                ):
                    with self.assertRaises(AccessError, msg=method):
                        self.rpc(user, page.browse(), method, *arguments)
                url = self.rpc(user, page, "get_portal_url", query_string="&a=1")
                self.assertEqual(url, f"{page.access_url}?a=1")
                share = self.env["portal.share"].browse()
                values = {"res_model": page._name, "res_id": page.id}
                made = self.rpc(user, share, "create", values)
                shared = share.browse(made).with_user(user)
                self.assertNotIn(key, shared.share_link)
                shared = share.with_user(user).with_context(
                    active_model=page._name, active_id=page.id
                )
                self.assertNotIn(key, shared.default_get(["share_link"])["share_link"])

    def test_the_key_goes_to_the_customer_alone(self):
        """A message with the address of the page: to the customer, to a colleague, to
        somebody else, with the address of another page, or on another server |
        specialist | the key is in the mail to the customer, for this page, alone"""
        other = self.env["res.partner"].create(
            {"name": "Wu", "email": "wu@elsewhere.example.com"}
        )
        people = self.li | other | self.manager.partner_id
        self.manager.notification_type = "email"
        base = self.env["key.account"].get_base_url()
        for page, key in self.keys.items():
            body = (
                f"{base}{page.access_url} {base}{page.access_url}7"
                f" https://evil.example.com{page.access_url}"
            )
            message, sent = self.leaving(page.with_user(self.specialist), people, body)
            self.assertNotIn(key, message.body)
            mail = sent.pop("li@golden.example.com")
            self.assertIn(f"{base}{page.access_url}?access_token={key}", mail)
            self.assertIn(f" {base}{page.access_url}7 ", mail)
            self.assertNotIn(f"evil.example.com{page.access_url}?", mail)
            self.assertEqual(set(sent), {other.email, self.manager.email})
            for mail in sent.values():
                self.assertNotIn(key, mail)

    def test_at_the_address_of_a_colleague(self):
        """The mail to a contact of the customer with the address of somebody who works
        here | specialist | without the key"""
        self.li.email = self.specialist.email
        for page, key in self.keys.items():
            base = page.get_base_url()
            _message, sent = self.leaving(page, self.li, base + page.access_url)
            self.assertTrue(sent)
            for mail in sent.values():
                self.assertIn(page.access_url, mail)
                self.assertNotIn(key, mail)

    def test_quoted(self):
        """The customer's answer by mail, which quotes the mail with its link |
        the customer | the message shows no key"""
        for page, key in self.keys.items():
            for sign in ("=", "%3D"):
                message = page.message_post(
                    body=f"Yes. > https://x/my/1?access_token{sign}{key}&b=1",
                    author_id=self.li.id,
                    message_type="email",
                )
                self.assertNotIn(key, message.body)
                self.assertIn(f"access_token{sign}&amp;b=1", message.body)

    def test_kept_before(self):
        """Messages that the former version kept with their key | specialist | the
        update hides the key, and nothing else; the key opens the page still"""
        path = Path(get_module_path("key_account"), "migrations/19.0.1.12.0")
        hide = runpy.run_path(str(path / "post-migration.py"))["hide_keys"]
        for page, key in self.keys.items():
            message = page.message_post(body="x")
            self.env.flush_all()
            body = f'<a href="{page.access_url}?access_token={key}&amp;a=1">Read</a>'
            query = "UPDATE mail_message SET body = %s WHERE id = %s"
            self.env.cr.execute(query, [body, message.id])
            hide(self.env.cr)
            self.env.invalidate_all()
            self.assertEqual(message.body, body.replace(key, ""))
            self.assertEqual(page.sudo().access_token, key)

    def test_an_answer_by_the_link(self):
        """A reply to feedback by the link, and by login | the customer | the message
        says which it was"""
        feedback = self.pages[1]
        for login, said in ((None, True), ("ka_contact", False)):
            self.authenticate(login, login)
            self.url_open(
                f"/my/feedback/{feedback.id}/reply",
                data={
                    "words": f"More of it, {login}.",
                    "access_token": self.keys[feedback],
                    "csrf_token": http.Request.csrf_token(self),
                },
            )
            message = feedback.sudo()._portal_spoken()[-1]
            self.assertIn(f"More of it, {login}.", message.body)
            by_link = "By the link in the mail" in (message.subject or "")
            self.assertEqual(by_link, said)
