"""Days on which the clocks are changed begin and end when they do there."""

from datetime import datetime

from odoo.tests import freeze_time, tagged

from .test_next_step import NextStepCase

# (zone, a moment of the day, when it begins, when it ends), all in UTC.
DAYS = (
    ("Europe/Berlin", "2027-03-28 00:30", "2027-03-27 23:00", "2027-03-28 22:00"),
    ("Europe/Berlin", "2027-03-28 12:00", "2027-03-27 23:00", "2027-03-28 22:00"),
    ("Europe/Berlin", "2027-10-30 22:30", "2027-10-30 22:00", "2027-10-31 23:00"),
    ("Europe/Berlin", "2027-10-31 12:00", "2027-10-30 22:00", "2027-10-31 23:00"),
    ("America/New_York", "2027-03-14 05:30", "2027-03-14 05:00", "2027-03-15 04:00"),
    ("America/New_York", "2027-03-14 15:00", "2027-03-14 05:00", "2027-03-15 04:00"),
    ("America/New_York", "2027-11-07 04:30", "2027-11-07 04:00", "2027-11-08 05:00"),
    ("America/New_York", "2027-11-07 15:00", "2027-11-07 04:00", "2027-11-08 05:00"),
    ("Asia/Shanghai", "2027-03-28 12:00", "2027-03-27 16:00", "2027-03-28 16:00"),
)


def moment(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M")


@tagged("post_install", "-at_install")
class TestClockChange(NextStepCase):
    def test_the_agenda_begins_with_the_day(self):
        for zone, now, begin, _end in DAYS:
            with self.subTest(zone, now=now), freeze_time(now):
                visits = self.env["key.account.visit"].with_context(tz=zone)
                self.assertEqual(visits._agenda_today(), moment(begin))

    def test_visits_until_the_end_of_the_day_are_today_s(self):
        last, next_ = self.visit(), self.visit()
        for zone, now, _begin, end in DAYS:
            with self.subTest(zone, now=now), freeze_time(now):
                minute = moment(end).replace(second=0)
                last.date_start = minute.replace(hour=minute.hour - 1, minute=59)
                next_.date_start = minute
                self.env.flush_all()
                lines = self.env["key.account.next.step.line"]
                lines = lines.with_user(self.specialist).with_context(tz=zone)
                lines = lines.search([("step_id.code", "=", "visit_today")])
                today = lines.mapped("res_id")
                self.assertIn(last.id, today)
                self.assertNotIn(next_.id, today)
