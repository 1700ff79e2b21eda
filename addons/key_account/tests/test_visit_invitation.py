import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .test_visit import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitInvitation(VisitCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact.write({"tz": "Asia/Shanghai"})

    def coming(self, **vals):
        visit = self.plan(
            **{
                "date_start": "2030-05-08 06:00:00",
                "date_end": "2030-05-08 07:30:00",
                "method": "reception",
                "place": "Room 301",
                "objectives": "Keep conditions high",
                **vals,
            }
        )
        visit.action_confirm()
        return visit

    def invite(self, visit, user=None):
        """Press the button, and send what it opens."""
        visit = visit.with_user(user or self.specialist)
        action = visit.action_invite()
        composer = (
            self.env["mail.compose.message"]
            .with_user(user or self.specialist)
            .with_context(**action["context"])
            .create({})
        )
        with self.mock_mail_gateway(), self.mock_mail_app():
            composer._action_send_mail()
        return self._new_msgs.filtered(lambda m: m.model == visit._name)

    def test_one_mail_with_time_and_place_on_the_customer_s_clock(self):
        visit = self.coming()
        message = self.invite(visit)
        self.assertEqual(message.partner_ids, self.contact)
        self.assertEqual(len(self._mails), 1)
        self.assertIn("East Precision", message.subject)
        for said in ("Room 301", "Asia/Shanghai", "14:00 – 15:30", "Ms Li", "May 8"):
            self.assertIn(said, message.body)
        self.assertNotIn("Keep conditions high", message.body)
        self.assertEqual(visit.invited_by_id, self.specialist)
        self.assertTrue(visit.invited_on)

    def test_with_an_entry_for_the_calendar_that_tells_nothing_of_ours(self):
        visit = self.coming(name="Squeeze the price")
        message = self.invite(visit)
        [entry] = message.attachment_ids.filtered(lambda a: a.name.endswith(".ics"))
        text = base64.b64decode(entry.datas).decode()
        self.assertIn("DTSTART:20300508T060000Z", text)
        self.assertIn("Room 301", text)
        for ours in ("Squeeze", "conditions", "Pumps 2027"):
            self.assertNotIn(ours, text)

    def test_in_the_contact_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        template = self.env.ref("key_account.mail_template_visit_invitation")
        template.with_context(
            lang="fr_FR"
        ).body_html = "<p>Bonjour, <t t-out='object._invited_time()'/></p>"
        message = self.invite(self.coming())
        self.assertIn("Bonjour", message.body)
        self.assertIn("mai", message.body)

    def test_whom_we_cannot_write_to_is_named(self):
        self.contact.email = False
        with self.assertRaisesRegex(UserError, "Ms Li"):
            self.coming().action_invite()
        with self.assertRaisesRegex(UserError, "everybody"):
            self.coming(contact_ids=[Command.clear()]).action_invite()

    def test_opening_the_mail_sends_nothing(self):
        visit = self.coming()
        with self.mock_mail_gateway(), self.mock_mail_app():
            visit.with_user(self.specialist).action_invite()
            self.env.cr.flush()
        self.assertFalse(self._mails)
        self.assertFalse(visit.invited_on)

    def test_replies_and_the_customer_take_no_part_in_our_thread(self):
        visit = self.coming()
        self.invite(visit)
        self.assertNotIn(self.contact, visit.message_partner_ids)
