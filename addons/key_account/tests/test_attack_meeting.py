"""What hangs on a meeting, who follows it, who comes: asked by others"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .attack_common import AttackCase
from .test_visit import VisitCommon


@tagged("post_install", "-at_install")
class TestAttackMeeting(AttackCase, VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._user("ka_employee", "base.group_user")
        cls.engineer = cls._user("ka_engineer", "base.group_user")
        cls.abroad = new_test_user(
            cls.env,
            login="ka_abroad",
            groups="key_account.group_specialist",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        # Visits are planned to this contact.
        cls.buyer = cls.contact = cls.contact.partner_id
        cls.buyer.email = "buyer@golden.example.com"

    def setUp(self):
        super().setUp()
        self.event = self.meeting(6)
        self.strangers = self.employee, self.outsider, self.abroad
        self.event.with_user(self.specialist).write(
            {"partner_ids": [Command.link(self.buyer.id)]}
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def meeting(self, day, **vals):
        visit = self.plan(
            date_start=f"2030-05-0{day} 09:00:00",
            date_end=f"2030-05-0{day} 11:00:00",
            place="Gate 3",
            participant_ids=[Command.create({"user_id": self.engineer.id})],
            **vals,
        )
        visit.action_confirm()
        return visit.calendar_event_id

    def ask(self, user, records, method, *args, **kwargs):
        context = {"allowed_company_ids": user.company_ids.ids}
        self.env.flush_all()
        self.env.invalidate_all()
        return self.rpc(user, records, method, *args, context=context, **kwargs)

    def test_invitation_as_a_file(self):
        """ir.attachment of the meeting, the invitation that went out as a file: found
        by its place, its number, its name; read | plain employee, salesperson,
        specialist of another company | nothing; who takes part reads it"""
        Attachment = self.env["ir.attachment"]
        place = [("res_model", "=", "calendar.event"), ("res_id", "=", self.event.id)]
        files = Attachment.search(place) | Attachment.create(
            {
                "name": "agenda.txt",
                "raw": b"Golden Gate",
                "res_model": "calendar.event",
                "res_id": self.event.id,
            }
        )
        self.assertIn("invitation.ics", files.mapped("name"))
        domains = (
            place,
            [("res_model", "in", ["calendar.event", "res.partner"])],
            [("id", "in", files.ids)],
            [("name", "=", "invitation.ics")],
        )
        for user in self.strangers:
            for domain in domains:
                with self.subTest(user=user.login, domain=domain):
                    found = self.ask(user, Attachment, "search", domain)
                    self.assertFalse(set(found) & set(files.ids))
            with self.assertRaises(AccessError):
                self.ask(user, files, "read", ["raw"])
        for user in (self.specialist, self.engineer):
            found = self.ask(user, Attachment, "search", place)
            self.assertEqual(set(found), set(files.ids))
            self.assertTrue(self.ask(user, files, "read", ["raw"]))

    def test_told_by_following_it(self):
        """message_subscribe of the meeting for oneself, then something is written there
        | plain employee, salesperson, specialist of another company | not told; who
        takes part follows it"""
        for user in self.strangers:
            self.ask(user, self.event, "message_subscribe", user.partner_id.ids)
        self.event.message_unsubscribe(self.engineer.partner_id.ids)
        self.ask(
            self.engineer,
            self.event,
            "message_subscribe",
            self.engineer.partner_id.ids,
        )
        message = self.event.with_user(self.specialist).message_post(
            body="Their price is too high",
            subtype_xmlid="mail.mt_comment",
            partner_ids=[],
        )
        told = message.sudo().notified_partner_ids
        self.assertIn(self.engineer.partner_id, told)
        for user in self.strangers:
            self.assertNotIn(user.partner_id, told)

    def test_by_the_customer_who_comes(self):
        """Meetings searched by the customer's contact, by who is not ours, by their
        name; meetings of the contact, their number, contacts of a meeting by its number
        | plain employee, salesperson, specialist of another company | none; when a
        colleague's time is taken is found, and who takes part sees it"""
        Event, Partner = self.env["calendar.event"], self.env["res.partner"]
        here = [("id", "=", self.event.id)]
        domains = (
            [("partner_ids", "in", self.buyer.ids)],
            [("partner_ids", "=", self.buyer.id)],
            [("partner_ids.name", "ilike", "ka_contact")],
            [("partner_ids", "in", [self.buyer.id, self.specialist.partner_id.id])],
        )
        by_meeting = (
            [("meeting_ids", "in", self.event.ids)],
            [("meeting_ids", "!=", False)],
            [("meeting_ids", "not in", self.event.ids)],
        )
        visible = [("id", "in", self.buyer.ids)]
        for user in self.strangers:
            for domain in domains:
                with self.subTest(user=user.login, domain=domain):
                    found = self.ask(user, Event, "search", here + domain)
                    self.assertFalse(found)
            if not self.ask(user, Partner, "search", visible):
                continue
            for domain in by_meeting[:2]:
                with self.subTest(user=user.login, domain=domain):
                    found = self.ask(user, Partner, "search", visible + domain)
                    self.assertFalse(found)
            found = self.ask(user, Partner, "search", visible + by_meeting[2])
            self.assertTrue(found)
            said = self.ask(user, self.buyer, "read", ["meeting_ids", "meeting_count"])
            self.assertFalse(said[0]["meeting_ids"] or said[0]["meeting_count"])
        taken = [("partner_ids", "in", self.specialist.partner_id.ids)]
        for user in (self.employee, self.outsider):
            self.assertTrue(self.ask(user, Event, "search", here + taken))
        for user in (self.specialist, self.engineer):
            self.assertTrue(self.ask(user, Event, "search", here + domains[0]))
            said = self.ask(user, self.buyer, "read", ["meeting_ids", "meeting_count"])
            self.assertEqual(said[0]["meeting_ids"], self.event.ids)

    def test_by_its_place_in_an_order(self):
        """Meetings and invitations ordered by name, place, who comes, so that where one
        stands among one's own tells what it is called | plain employee | all of them
        stand at one place; who takes part has them in order"""
        events = self.event
        for number, name in enumerate(("Zeta", "Alpha", "Mu"), 2):
            events |= self.meeting(number, name=name)
        Event = self.env["calendar.event"]
        domain = [("id", "in", events.ids)]
        for name in ("name", "location", "opportunity_id", "notes"):
            orders = [
                self.ask(
                    self.employee, Event, "search", domain, order=f"{name} {way}, id"
                )
                for way in ("asc", "desc")
            ]
            with self.subTest(name=name):
                self.assertEqual(*orders)
        found = self.ask(self.specialist, Event, "search", domain, order="name")
        found = Event.browse(found).mapped("name")
        self.assertEqual(found, sorted(events.mapped("name")))
        attendees = events.attendee_ids
        domain = [("id", "in", attendees.ids)]
        for name in ("email", "common_name", "partner_id"):
            orders = [
                self.ask(
                    self.employee,
                    self.env["calendar.attendee"],
                    "search",
                    domain,
                    order=f"{name} {way}, id",
                )
                for way in ("asc", "desc")
            ]
            with self.subTest(name=name):
                self.assertEqual(*orders)
