"""Working time of unusual calendars, each answer worked out by hand."""

import doctest
from datetime import datetime, timedelta

from odoo.tests import tagged

from ..rules import working_time
from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestTimeByHand(KeyAccountCommon):
    def due(self, start, hours):
        start = datetime.fromisoformat(start)
        return str(self.company._key_account_deadline(start, hours, "hours"))

    def test_a_night_is_over_at_its_end(self):
        """From ten to midnight and on until six: eight hours, as many as one works; and
        so where they are planned far ahead, or looked back at."""
        night = [(0, 22, 24, "afternoon"), (1, 0, 6, "morning")]
        self.work_by("Asia/Shanghai", night)
        self.assertEqual(self.due("2026-06-01 14:00:00", 8), "2026-06-01 22:00:00")
        self.assertEqual(self.due("2026-06-01 14:00:00", 80), "2026-08-03 22:00:00")
        start = datetime(2026, 6, 1, 22)
        for weeks in (1, 2, 20):
            earlier = self.company._key_account_shift(start, -8 * weeks)
            self.assertEqual(start - earlier, timedelta(weeks=weeks - 1, hours=8))

    def worked(self, start, end):
        span = map(datetime.fromisoformat, (start, end))
        return self.company._key_account_worked(*span)

    def test_ahead_where_one_day_a_week_is_worked(self):
        """Mondays, eight hours with a break: six such days before the end of 1 June
        begin on the morning of 27 April."""
        self.work_by(
            "Asia/Shanghai",
            [(0, 8, 12, "morning"), (0, 12, 13, "lunch"), (0, 13, 17, "afternoon")],
        )
        end = datetime(2026, 6, 1, 9)
        for days in range(1, 9):
            asked = (end, days, "days")
            begin = self.company._key_account_ahead({asked})[asked]
            first = datetime(2026, 6, 1) - timedelta(weeks=days - 1)
            self.assertEqual(begin, first, days)
            due = self.company._key_account_deadline(first, days, "days")
            self.assertEqual(due, end)

    def test_nights_in_which_clocks_are_changed(self):
        """Ten to six: seven hours where an hour is left out, nine where one comes
        twice."""
        night = [(day, 22, 24, "afternoon") for day in range(7)]
        night += [(day, 0, 6, "morning") for day in range(7)]
        self.work_by("Europe/Berlin", night)
        for start, end, hours in (
            ("2026-03-28 21:00:00", "2026-03-29 04:00:00", 7.0),
            ("2026-10-24 20:00:00", "2026-10-25 05:00:00", 9.0),
        ):
            self.assertEqual(self.worked(start, end), hours)
            self.assertEqual(self.due(start, hours), end)
        self.work_by("Pacific/Auckland", night)
        for start, end, hours in (
            ("2026-04-04 09:00:00", "2026-04-04 18:00:00", 9.0),
            ("2026-09-26 10:00:00", "2026-09-26 17:00:00", 7.0),
        ):
            self.assertEqual(self.worked(start, end), hours)
            self.assertEqual(self.due(start, hours), end)

    def test_hours_that_are_flexible(self):
        """Odoo puts eight hours a day around noon, five days from Monday on: what is
        due after ten of them was worked on for ten."""
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Flexible",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "schedule_type": "flexible",
                "hours_per_day": 8.0,
                "hours_per_week": 40.0,
                "full_time_required_hours": 40.0,
            }
        )
        self.env.flush_all()
        for start in ("2026-06-01 01:00:00", "2026-06-04 07:00:00"):
            for hours in (2, 10, 45, 200):
                self.assertEqual(self.worked(start, self.due(start, hours)), hours)
        self.assertEqual(self.due("2026-06-05 07:00:00", 2), "2026-06-08 01:00:00")

    def test_a_calendar_without_hours_is_one_that_nobody_works_by(self):
        """Flexible without saying of how many hours, or of breaks alone: plain hours
        and days, which are taken as well as they are given."""
        flexible = self.env["resource.calendar"].create(
            {
                "name": "Flexible",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "schedule_type": "flexible",
                "hours_per_day": 8.0,
                "hours_per_week": 0.0,
            }
        )
        breaks = self.work_by("Asia/Shanghai", [(0, 12, 13, "lunch")])
        for calendar in (flexible, breaks):
            self.company.resource_calendar_id = calendar
            self.env.flush_all()
            with self.subTest(calendar.name):
                start = "2026-06-01 01:00:00"
                self.assertEqual(self.due(start, 8), "2026-06-01 09:00:00")
                self.assertEqual(self.worked(start, "2026-06-01 09:00:00"), 8)
                day = datetime(2026, 6, 2, 1)
                begin = datetime.fromisoformat(start)
                due = self.company._key_account_deadline(begin, 1, "days")
                self.assertEqual(due, day)
                asked = (day, 1, "days")
                ahead = self.company._key_account_ahead({asked})
                self.assertEqual(ahead[asked], begin)

    def test_when_a_day_begins(self):
        self.assertFalse(doctest.testmod(working_time).failed)
