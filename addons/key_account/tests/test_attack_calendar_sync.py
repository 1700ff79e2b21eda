"""Meetings of visits in calendars elsewhere, and who answers their invitations"""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.visit import calendar_sync
from .attack_common import AttackCase
from .test_visit import VisitCommon

LATER = {"start": datetime(2030, 5, 9, 9), "stop": datetime(2030, 5, 9, 12)}


@tagged("post_install", "-at_install")
class TestAttackCalendarSync(AttackCase, VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.contact.partner_id

    def setUp(self):
        super().setUp()
        self.employee = self._user("ka_employee", "base.group_user")
        self.engineer = self._user("ka_engineer", "base.group_user")
        self.visit = self.plan(
            date_start="2030-05-06 09:00:00",
            date_end="2030-05-06 11:00:00",
            objectives="Keep conditions high",
            participant_ids=[Command.create({"user_id": self.engineer.id})],
        )
        self.visit.action_confirm()
        self.event = self.visit.calendar_event_id
        self.buyer = self.env["res.partner"].create(
            {
                "name": "Buyer Wang",
                "parent_id": self.customer.id,
                "email": "wang@golden.example.com",
            }
        )
        quietly = self.event.with_user(self.specialist)
        quietly.with_context(no_mail_to_attendees=True).write(
            {"partner_ids": [Command.link(self.buyer.id)]}
        )
        self.env.flush_all()

    def attendee(self, person):
        partner = person if person._name == "res.partner" else person.partner_id
        return self.event.attendee_ids.filtered(lambda a: a.partner_id == partner)

    def bring_in(self, user, vals, event=None):
        """As Odoo's synchronisation does it: with full rights, in their name."""
        event = (event or self.event).with_user(user).sudo()
        event = event.with_context(dont_notify=True)
        for name in calendar_sync._WRITE:
            if hasattr(event, name):
                getattr(event, name)(None, dict(vals))
        calendar_sync._brought_in(lambda e, _remote, v: e.write(v), event, None, vals)
        self.env.flush_all()
        self.env.invalidate_all()

    def take_out(self, user, event=None):
        event = (event or self.event).with_user(user).sudo()
        calendar_sync._taken_out(lambda each: each.unlink(), event)
        self.env.flush_all()
        self.env.invalidate_all()

    def stays(self):
        self.assertEqual(self.visit.date_start, datetime(2030, 5, 6, 9))
        self.assertEqual(self.event.start, datetime(2030, 5, 6, 9))
        self.assertEqual(self.visit.calendar_event_id, self.event)
        self.assertEqual(self.event.privacy, "private")
        self.assertFalse(self.visit.to_reschedule)

    def test_moved_in_a_calendar_elsewhere(self):
        """What Google's or Outlook's calendar of somebody brings in with full rights:
        another time, name, that it is for all, that it is gone, of a meeting in which
        they take part, or which their copy names by its number | an engineer who takes
        part, another employee | the visit stays, their own answer is taken in, and
        their other meetings are"""
        own = self.attendee(self.engineer)
        theirs = self.attendee(self.specialist)
        answers = [
            Command.update(own.id, {"state": "tentative"}),
            Command.update(theirs.id, {"state": "declined"}),
        ]
        vals = {**LATER, "name": "Lunch", "privacy": False, "attendee_ids": answers}
        state = theirs.state
        for user in (self.engineer, self.employee):
            self.bring_in(user, vals)
            self.stays()
            self.assertNotEqual(self.event.name, "Lunch")
            self.assertEqual(theirs.state, state)
        self.assertEqual(own.state, "tentative")
        for user in (self.engineer, self.employee):
            self.take_out(user)
            self.stays()
        self.assertEqual(own.state, "declined")
        plain = self.env["calendar.event"].with_user(self.engineer)
        plain = plain.create({"name": "Plain", **LATER})
        self.bring_in(self.engineer, {"name": "Lunch"}, plain)
        self.assertEqual(plain.name, "Lunch")
        self.take_out(self.engineer, plain)
        self.assertFalse(plain.exists())

    def test_moved_by_whose_visit_it_is(self):
        """The same of their own visit; that it is for all, repeats, and has another
        organiser | specialist | the visit follows; the meeting stays private, theirs,
        and happens once"""
        own = {"privacy": False, "user_id": False, "recurrency": True}
        self.bring_in(self.specialist, own)
        self.assertEqual(self.event.privacy, "private")
        self.bring_in(self.specialist, {**LATER, **own})
        self.assertEqual(self.visit.date_start, LATER["start"])
        self.assertEqual(self.event.privacy, "private")
        self.assertEqual(self.event.user_id, self.specialist)
        self.assertFalse(self.event.recurrency)
        self.take_out(self.specialist)
        self.assertTrue(self.visit.to_reschedule)

    def test_synchronised_again(self):
        """need_sync and need_sync_m of all meetings in which one takes part, as Odoo
        writes them when somebody connects their calendar | an engineer who takes part |
        written, where these modules are"""
        names = {"need_sync", "need_sync_m"}.intersection(self.event._fields)
        for name in names:
            self.event.with_user(self.engineer).write({name: True})
        self.event.with_user(self.engineer)._assert_may_change_visits(
            dict.fromkeys(("need_sync", "need_sync_m"), True)
        )
        self.stays()

    def test_answered_for_others(self):
        """calendar.attendee: answering for the customer and the organiser, somebody
        else in one's own place, another one invited, an invitation moved here; one's
        own answer; what one's own meeting asks | an engineer who takes part | refused;
        done"""
        attendees = self.env["calendar.attendee"]
        colleague = self.colleague.partner_id.id
        own = self.attendee(self.engineer)
        mine = self.env["calendar.event"].with_user(self.engineer)
        mine = mine.create({"name": "Mine", **LATER}).attendee_ids
        before = [(a.partner_id.id, a.state) for a in self.event.attendee_ids]
        for records, method, *args in (
            (self.attendee(self.buyer), "do_decline"),
            (self.attendee(self.specialist), "write", {"state": "declined"}),
            (own, "write", {"partner_id": colleague}),
            (mine, "write", {"event_id": self.event.id}),
            (attendees, "create", {"event_id": self.event.id, "partner_id": colleague}),
            (attendees, "create", {"event_id": str(self.event.id)}),
        ):
            with self.subTest(method=method, args=args):
                with self.assertRaises(AccessError):
                    self.rpc(self.engineer, records, method, *args)
        with self.assertRaises(AccessError):
            self.rpc(
                self.engineer,
                attendees,
                "create",
                {"partner_id": colleague},
                context={"default_event_id": self.event.id},
            )
        self.env.invalidate_all()
        now = [(a.partner_id.id, a.state) for a in self.event.attendee_ids]
        self.assertEqual(now, before)
        self.rpc(self.engineer, own, "do_tentative")
        self.assertEqual(own.state, "tentative")
        self.rpc(self.engineer, mine, "write", {"partner_id": colleague})

    def test_invitations_sent_by_others(self):
        """action_sendmail of the meeting: the customer is mailed once more | plain
        employee, an engineer who takes part | refused, nobody is mailed; the specialist
        does"""
        mails = self.env["mail.mail"]
        before = mails.search_count([])
        for user in (self.employee, self.engineer):
            with self.assertRaises(AccessError):
                self.rpc(user, self.event, "action_sendmail")
        self.env.flush_all()
        self.assertEqual(mails.search_count([]), before)
        self.rpc(self.specialist, self.event, "action_sendmail")
        self.assertGreater(mails.search_count([]), before)
