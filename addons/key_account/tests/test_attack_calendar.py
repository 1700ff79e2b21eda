"""The calendar: meetings of visits, seen, searched and moved by others"""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .attack_common import AttackCase
from .test_visit import VisitCommon

SECRETS = ("Golden Gate", "Gate 3", "conditions high", "Need of pumps")


@tagged("post_install", "-at_install")
class TestAttackCalendar(AttackCase, VisitCommon):
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
        cls.buyer = cls.contact
        cls.contact = cls.buyer.partner_id

    def setUp(self):
        super().setUp()
        self.visit = self.plan(
            date_start="2030-05-06 09:00:00",
            date_end="2030-05-06 11:00:00",
            place="Gate 3",
            objectives="Keep conditions high",
            participant_ids=[Command.create({"user_id": self.engineer.id})],
        )
        self.visit.action_confirm()
        self.event = self.visit.calendar_event_id
        self.strangers = self.employee, self.outsider, self.abroad
        self.env.flush_all()
        self.env.invalidate_all()

    def ask(self, user, records, method, *args, **kwargs):
        """As through RPC, in the companies of whoever asks."""
        context = {"allowed_company_ids": user.company_ids.ids}
        self.env.invalidate_all()
        return self.rpc(user, records, method, *args, context=context, **kwargs)

    def as_planned(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.visit.calendar_event_id, self.event)
        for record, begin, end in (
            (self.visit, "date_start", "date_end"),
            (self.event, "start", "stop"),
        ):
            self.assertEqual(record[begin], datetime(2030, 5, 6, 9))
            self.assertEqual(record[end], datetime(2030, 5, 6, 11))
        self.assertFalse(self.visit.to_reschedule)

    def tells_nothing(self, answer):
        for secret in SECRETS:
            self.assertNotIn(secret, str(answer))

    def test_reading_the_meeting(self):
        """read, web_read, search_read, export_data, display name of a visit's meeting |
        plain employee, salesperson, specialist of another company | “Busy”: no
        customer, place, objectives, opportunity"""
        for user in self.strangers:
            [read] = self.ask(user, self.event, "read")
            self.tells_nothing(read)
            self.assertEqual(read["name"], "Busy")
            self.assertFalse(read["key_account_visit_id"])
            spec = {
                "display_name": {},
                "key_account_visit_id": {"fields": {"display_name": {}}},
                "opportunity_id": {"fields": {"display_name": {}}},
                "res_id": {},
                "notes": {},
                "location": {},
            }
            self.tells_nothing(self.ask(user, self.event, "web_read", spec))
            user.group_ids += self.env.ref("base.group_allow_export")
            names = ["name", "location", "notes", "key_account_visit_id"]
            self.tells_nothing(self.ask(user, self.event, "export_data", names))
            self.tells_nothing(
                self.ask(
                    user,
                    self.env["calendar.event"],
                    "search_read",
                    [("id", "=", self.event.id)],
                )
            )

    def test_searching_for_what_it_is_about(self):
        """search, name_search, formatted_read_group by name, place, notes, visit,
        opportunity | plain employee, specialist of another company | not found"""
        events = self.env["calendar.event"]
        conditions = [
            ("name", "ilike", "Golden"),
            ("display_name", "ilike", "Golden"),
            ("location", "ilike", "Gate"),
            ("notes", "ilike", "conditions"),
            ("key_account_visit_id", "!=", False),
            ("key_account_visit_id.name", "ilike", "Golden"),
            ("opportunity_id", "=", self.lead.id),
            ("opportunity_id.name", "ilike", self.lead.name),
        ]
        for user in (self.employee, self.abroad):
            for condition in conditions:
                for domain in ([condition], ["!", condition]):
                    try:
                        found = self.ask(user, events, "search", domain)
                    except AccessError as error:
                        self.tells_nothing(error)
                        continue
                    self.assertNotIn(self.event.id, found, condition)
            found = self.ask(user, events, "name_search", "Golden")
            self.assertNotIn(self.event.id, [id_ for id_, _name in found])
            groups = self.ask(
                user,
                events,
                "formatted_read_group",
                [("id", "=", self.event.id)],
                ["location"],
                ["__count"],
            )
            self.tells_nothing(groups)
            # Through another model, and by time, which is no secret.
            partners = self.ask(
                user,
                self.env["res.partner"],
                "search",
                [("meeting_ids.name", "ilike", "Golden")],
            )
            self.assertFalse(partners)
        self.assertIn(
            self.event.id,
            self.ask(
                self.employee,
                events,
                "search",
                [("start", "=", "2030-05-06 09:00:00"), ("id", "=", self.event.id)],
            ),
        )

    @mute_logger("odoo.models.unlink")
    def test_moving_and_deleting_it(self):
        """write of start, stop, duration, all day, name, place; unlink, archive, mass
        deletion; through contact, opportunity, activity, recurrence | plain employee,
        salesperson, specialist of another company | refused; the visit stays"""
        changes = [
            {"start": "2030-05-09 09:00:00"},
            {"stop": "2030-05-06 18:00:00"},
            {"duration": 3},
            {"allday": True, "start_date": "2030-05-09", "stop_date": "2030-05-09"},
            {"name": "Mine"},
            {"location": "Elsewhere"},
            {"privacy": "public"},
            {"user_id": self.employee.id},
            {"active": False},
            {"recurrency": True, "rrule_type_ui": "weekly", "count": 3},
        ]
        for user in self.strangers:
            for vals in changes:
                words = self.refused(self.ask, user, self.event, "write", vals)
                self.tells_nothing(words)
            link = [Command.link(user.partner_id.id)]
            self.refused(self.ask, user, self.event, "write", {"partner_ids": link})
            self.refused(self.ask, user, self.event, "unlink")
            self.refused(self.ask, user, self.event, "action_archive")
            self.refused(self.ask, user, self.event, "action_mass_archive", "self_only")
            self.refused(
                self.ask, user, self.event, "action_join_meeting", user.partner_id.id
            )
            commands = {"meeting_ids": [Command.update(self.event.id, {"name": "x"})]}
            self.refused(self.ask, user, user.partner_id, "write", commands)
            self.as_planned()

    @mute_logger("odoo.models.unlink")
    def test_a_participant_without_the_visit(self):
        """Moving, renaming, opening to all, deleting, inviting | an engineer who takes
        part, and may not open the visit | refused; sees it, and answers the
        invitation"""
        [read] = self.ask(self.engineer, self.event, "read", ["name", "location"])
        self.assertIn("Golden Gate", read["name"])
        self.assertEqual(read["location"], "Gate 3")
        for vals in (
            {"start": "2030-05-09 09:00:00"},
            {"duration": 3},
            {"privacy": "public"},
            {"privacy": False},
            {"name": "x"},
            {"partner_ids": [Command.link(self.employee.partner_id.id)]},
        ):
            self.refused(self.ask, self.engineer, self.event, "write", vals)
        self.refused(self.ask, self.engineer, self.event, "unlink")
        self.as_planned()
        self.ask(
            self.engineer, self.event, "change_attendee_status", "accepted", "self_only"
        )
        attendee = self.event.attendee_ids.filtered(
            lambda a: a.partner_id == self.engineer.partner_id
        )
        self.assertEqual(attendee.state, "accepted")

    def test_opening_it_to_all(self):
        """write({'privacy': 'public'}) | the specialist whose visit it is | refused"""
        for privacy in ("public", "confidential", False):
            self.refused(
                self.ask, self.specialist, self.event, "write", {"privacy": privacy}
            )
        self.env["ir.default"].with_user(self.specialist).set(
            "calendar.event", "privacy", "public", user_id=True
        )
        visit = self.plan(date_start="2030-06-06 09:00:00")
        visit.with_user(self.specialist).action_confirm()
        self.assertEqual(visit.calendar_event_id.privacy, "private")

    @mute_logger("odoo.models.unlink")
    def test_invitations_of_others(self):
        """Reading the key of an invitation, who comes of the customer; taking somebody
        off, answering for them | plain employee, a participant | nothing, refused"""
        contact = self.env["res.partner"].create(
            {"name": "Buyer Wang", "parent_id": self.customer.id}
        )
        self.event.with_user(self.specialist).with_context(
            no_mail_to_attendees=True
        ).write({"partner_ids": [Command.link(contact.id)]})
        self.env.flush_all()
        attendees = self.event.attendee_ids
        for read in self.ask(self.employee, attendees, "read"):
            self.assertFalse(read["access_token"])
            self.assertFalse(read["partner_id"])
            self.assertNotIn("Wang", str(read))
        for read in self.ask(self.engineer, attendees, "read"):
            own = self.engineer.partner_id.id == read["partner_id"][0]
            self.assertEqual(bool(read["access_token"]), own)
        found = self.ask(
            self.employee,
            self.env["calendar.attendee"],
            "search",
            [("common_name", "ilike", "Wang")],
        )
        self.assertFalse(set(found) & set(attendees.ids))
        theirs = attendees.filtered(
            lambda a: a.partner_id == self.specialist.partner_id
        )
        self.refused(self.ask, self.employee, theirs, "do_decline")
        for user in (self.employee, self.engineer):
            self.refused(self.ask, user, theirs, "unlink")
        self.assertTrue(theirs.exists())

    def test_the_invited_customer(self):
        """read, search of a meeting they were invited to | the customer's portal user |
        name, time, place; not our objectives, nor the opportunity"""
        self.event.with_user(self.specialist).with_context(
            no_mail_to_attendees=True
        ).write({"partner_ids": [Command.link(self.contact.id)]})
        self.env.flush_all()
        names = [
            "name",
            "location",
            "description",
            "notes",
            "opportunity_id",
            "res_id",
        ]
        [read] = self.ask(self.buyer, self.event, "read", names)
        self.assertIn("Gate 3", read["location"])
        for name in names[2:]:
            self.assertFalse(read[name], name)
        self.assertNotIn("conditions high", str(self.event._get_ics_file()))
        with self.assertRaises(AccessError):
            self.ask(self.buyer, self.event, "read", ["key_account_visit_id"])
        with self.assertRaises(AccessError):
            self.ask(
                self.buyer,
                self.env["calendar.event"],
                "search",
                [("key_account_visit_id.objectives", "ilike", "conditions")],
            )

    def test_through_the_activity(self):
        """mail.activity: moving the day of the meeting that stands on an opportunity,
        deleting it with its meeting | salesperson who may see the opportunity, and not
        the visit | refused"""
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": self.lead.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_meeting").id,
                "user_id": self.sales_admin.id,
                "calendar_event_id": self.event.id,
            }
        )
        self.env.flush_all()
        self.refused(
            self.ask,
            self.sales_admin,
            activity,
            "write",
            {"date_deadline": "2030-05-20"},
            savepoint=True,
        )
        self.refused(
            self.ask, self.sales_admin, activity, "unlink_w_meeting", savepoint=True
        )
        self.as_planned()

    def test_whoever_may_change_the_visit(self):
        """Moving and deleting the meeting | the specialist whose visit it is | as
        before: the visit follows"""
        self.ask(self.specialist, self.event, "write", {"start": "2030-05-07 09:00:00"})
        self.assertEqual(self.visit.date_start, datetime(2030, 5, 7, 9))
        with mute_logger("odoo.models.unlink"):
            self.ask(self.specialist, self.event, "unlink")
        self.assertTrue(self.visit.to_reschedule)
        with self.assertRaises(UserError):
            self.ask(self.outsider, self.visit, "action_replan")
