import importlib.util
from datetime import datetime, timedelta
from pathlib import Path

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .test_visit import VisitCommon


@tagged("post_install", "-at_install")
class TestCalendarEvent(VisitCommon, MailCase):
    def confirmed(self, **vals):
        visit = self.plan(
            **{
                "date_start": "2030-05-06 09:00:00",
                "date_end": "2030-05-06 11:00:00",
                **vals,
            }
        )
        visit.action_confirm()
        return visit

    def test_a_confirmed_visit_has_one_event_of_our_people(self):
        visit = self.confirmed(
            place="Gate 3",
            participant_ids=[Command.create({"user_id": self.manager.id})],
        )
        event = visit.calendar_event_id
        self.assertEqual((event.start, event.stop), (visit.date_start, visit.date_end))
        self.assertEqual(event.user_id, self.specialist)
        self.assertEqual(event.partner_ids, (self.specialist | self.manager).partner_id)
        self.assertEqual(event.location, "Gate 3")
        self.assertEqual(event.opportunity_id, self.lead)

    def test_planning_confirming_and_moving_send_nothing(self):
        with self.mock_mail_gateway(), self.mock_mail_app():
            visits = self.plan(user=self.support, user_id=self.specialist.id)
            for day in range(10, 20):
                visits |= self.plan(
                    user=self.support,
                    user_id=self.specialist.id,
                    date_start=f"2030-05-{day} 09:00:00",
                    participant_ids=[Command.create({"user_id": self.manager.id})],
                )
            visits.action_confirm()
            visits[-1].date_start = "2030-05-25 09:00:00"
            visits[-2].action_cancel("Not needed")
            visits[-3].action_replan("2030-05-26 09:00:00")
            self.env.cr.flush()
        self.assertFalse(self._new_mails)
        self.assertFalse(self._new_notifs)
        self.assertFalse(self._mails)

    def test_moving_the_event_moves_the_visit(self):
        visit = self.confirmed()
        visit.calendar_event_id.with_user(self.specialist).write(
            {"start": "2030-05-07 13:00:00", "stop": "2030-05-07 14:30:00"}
        )
        self.assertEqual(visit.date_start, datetime(2030, 5, 7, 13))
        self.assertEqual(visit.date_end, datetime(2030, 5, 7, 14, 30))
        self.assertEqual(visit.date_original, datetime(2030, 5, 6, 9))

    def test_moving_the_visit_moves_the_event(self):
        visit = self.confirmed()
        visit.write({"date_start": "2030-05-08 09:00:00", "place": "Hall 7"})
        event = visit.calendar_event_id
        self.assertEqual(event.stop, datetime(2030, 5, 8, 11))
        self.assertEqual(event.location, "Hall 7")
        visit.user_id = self.support
        self.assertEqual(event.user_id, self.support)
        # It is private: whoever has left it sees no more who takes part.
        self.assertEqual(event.sudo().partner_ids, self.support.partner_id)

    def test_a_held_visit_is_not_moved_any_more(self):
        visit = self.plan()
        visit.action_confirm()
        start = visit.date_start
        visit.action_hold()
        visit.calendar_event_id.start = fields.Datetime.now() + timedelta(days=2)
        self.assertEqual(visit.date_start, start)
        visit.calendar_event_id.unlink()
        self.assertFalse(visit.to_reschedule)

    def test_losing_the_event_marks_the_visit(self):
        for lose in (lambda e: e.unlink(), lambda e: e.action_archive()):
            visit = self.confirmed()
            lose(visit.calendar_event_id.with_user(self.specialist))
            self.assertTrue(visit.to_reschedule)
            self.assertEqual(visit.state, "confirmed")
            visit.date_start = "2030-06-03 09:00:00"
            self.assertFalse(visit.to_reschedule, "a new date is a new event")
            self.assertEqual(visit.calendar_event_id.start, datetime(2030, 6, 3, 9))

    def test_a_copied_event_is_no_visit_and_none_recurs(self):
        visit = self.confirmed()
        event = visit.calendar_event_id
        copy = event.copy()
        self.assertFalse(copy.key_account_visit_id)
        copy.start = "2030-07-01 09:00:00"
        self.assertEqual(visit.date_start, datetime(2030, 5, 6, 9))
        with self.assertRaisesRegex(UserError, "repeated"):
            event.write({"recurrency": True, "rrule_type_ui": "weekly", "count": 3})

    @mute_logger("odoo.models")
    def test_nobody_links_an_event_to_a_visit(self):
        visit = self.confirmed()
        events = self.env["calendar.event"]
        vals = {
            "name": "Mine",
            "start": "2030-01-01 09:00:00",
            "stop": "2030-01-01 10:00:00",
        }
        with self.assertRaises(AccessError):
            self.rpc(
                self.outsider,
                events,
                "create",
                [{**vals, "key_account_visit_id": visit.id}],
            )
        own = events.with_user(self.outsider).create(vals)
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, own, "write", {"key_account_visit_id": visit.id})

    # ------------------------------------------------------------
    # Both end at the same time
    # ------------------------------------------------------------

    def assert_same_hours(self, visit, start, end):
        self.env.flush_all()
        self.env.invalidate_all()
        event = visit.calendar_event_id
        self.assertFalse(event.allday)
        self.assertEqual((visit.date_start, visit.date_end), (start, end))
        self.assertEqual((event.start, event.stop), (start, end))
        self.assertEqual(event.duration, round((end - start).total_seconds() / 3600, 2))

    def test_both_end_at_the_same_time(self):
        day = datetime(2030, 5, 6)
        hours = {hour: day + timedelta(hours=hour) for hour in range(0, 24)}
        for vals, start, end in (
            ({"duration": 3}, 9, 12),
            ({"stop": "2030-05-06 15:00:00"}, 9, 15),
            ({"start": "2030-05-06 08:00:00"}, 8, 10),
            ({"start": "2030-05-06 08:00:00", "duration": 5}, 8, 13),
            ({"start": "2030-05-06 08:00:00", "stop": "2030-05-06 09:00:00"}, 8, 9),
        ):
            visit = self.confirmed()
            visit.calendar_event_id.with_user(self.specialist).write(vals)
            self.assert_same_hours(visit, hours[start], hours[end])
            visit.place = "Hall 7"
            self.assert_same_hours(visit, hours[start], hours[end])
        for vals, start, end in (
            ({"date_end": "2030-05-06 15:00:00"}, 9, 15),
            ({"date_start": "2030-05-06 08:00:00"}, 8, 10),
            (
                {
                    "date_start": "2030-05-06 08:00:00",
                    "date_end": "2030-05-06 11:00:00",
                },
                8,
                11,
            ),
        ):
            visit = self.confirmed()
            visit.with_user(self.specialist).write(vals)
            self.assert_same_hours(visit, hours[start], hours[end])

    def test_a_meeting_of_whole_days_has_the_hours_of_a_day(self):
        self.specialist.tz = "Asia/Shanghai"
        for vals in (
            {"allday": True},
            {"allday": True, "start_date": "2030-05-06", "stop_date": "2030-05-06"},
        ):
            visit = self.confirmed()
            visit.calendar_event_id.with_user(self.specialist).write(vals)
            self.assert_same_hours(
                visit, datetime(2030, 5, 6, 0), datetime(2030, 5, 6, 10)
            )

    # ------------------------------------------------------------
    # What Odoo asks for in the calendar's name
    # ------------------------------------------------------------

    def meetings_asked_for(self, visit):
        return self.env["mail.activity"].search(
            [("calendar_event_id", "=", visit.calendar_event_id.id)]
        )

    def with_activity(self):
        visit = self.plan(
            date_start=fields.Datetime.now() - timedelta(hours=3),
            date_end=fields.Datetime.now() - timedelta(hours=2),
        )
        visit.with_context(
            default_res_model="crm.lead",
            default_res_model_id=self.env["ir.model"]._get_id("crm.lead"),
            default_res_id=self.lead.id,
        ).action_confirm()
        if not self.meetings_asked_for(visit):
            self.lead.activity_schedule(
                "mail.mail_activity_data_meeting",
                user_id=self.specialist.id,
                calendar_event_id=visit.calendar_event_id.id,
            )
        return visit

    def test_its_activity_is_done_with_the_visit(self):
        visit = self.with_activity()
        activity = self.meetings_asked_for(visit)
        self.assertTrue(activity)
        visit.with_user(self.specialist).action_hold()
        self.assertFalse(self.meetings_asked_for(visit))
        self.assertFalse(activity.active, "done, and kept")
        self.assertTrue(activity.date_done)

    def test_its_activity_is_gone_with_the_visit(self):
        for end in (
            lambda visit: visit.action_cancel("Not needed"),
            lambda visit: visit.action_replan("2030-05-26 09:00:00"),
            lambda visit: visit.calendar_event_id.unlink(),
        ):
            visit = self.with_activity()
            activity = self.meetings_asked_for(visit)
            end(visit.with_user(self.specialist))
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertFalse(activity.exists())

    # ------------------------------------------------------------
    # An earlier version
    # ------------------------------------------------------------

    def test_meetings_of_an_earlier_version_become_private(self):
        path = Path(get_module_path("key_account"), "migrations/19.0.1.1.0")
        spec = importlib.util.spec_from_file_location(
            "post_migration", path / "post-migration.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        coming, edited = (
            self.confirmed(objectives="Keep\nconditions high") for _ in range(2)
        )
        past = self.with_activity()
        asked_for = self.meetings_asked_for(past)
        past.action_hold()
        events = (coming | edited | past).calendar_event_id.sudo()
        events.write({"privacy": False, "notes": False})
        coming.calendar_event_id.description = "<p>Keep<br>conditions high</p>"
        edited.calendar_event_id.description = "<p>Bring the samples</p>"
        asked_for.active = True
        self.env.flush_all()
        migration.make_meetings_private(self.env)
        migration.end_meetings_of_visits_held(self.env)
        self.assertEqual(set(events.mapped("privacy")), {"private"})
        self.assertFalse(coming.calendar_event_id.description)
        self.assertIn("conditions high", coming.calendar_event_id.notes)
        self.assertIn("Bring the samples", edited.calendar_event_id.description)
        self.assertFalse(asked_for.active)
        self.assertTrue(asked_for.date_done)
