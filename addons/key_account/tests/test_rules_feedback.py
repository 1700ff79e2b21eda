"""Two clocks with pauses: by example and by property, in two time zones."""

import doctest
import random
from datetime import datetime, timedelta

from pytz import UTC, timezone

from odoo.tests import BaseCase, tagged

from odoo.addons.key_account.rules import deadlines, feedback

HOLIDAY = range(5, 9)


class Calendar:
    """From 8 to 12 and 13 to 17, Monday to Friday, without a holiday of four days;
    moments are naive in UTC."""

    def __init__(self, zone):
        there = timezone(zone)
        day = datetime(2026, 3, 1)
        self.work = []
        for number in range(120):
            each = day + timedelta(days=number)
            if each.weekday() > 4 or number in HOLIDAY:
                continue
            for begin, end in ((8, 12), (13, 17)):
                self.work.append(
                    tuple(
                        there.localize(each.replace(hour=hour))
                        .astimezone(UTC)
                        .replace(tzinfo=None)
                        for hour in (begin, end)
                    )
                )

    def worked(self, start, end):
        seconds = sum(
            max((min(stop, end) - max(begin, start)).total_seconds(), 0)
            for begin, stop in self.work
        )
        return seconds / 3600

    def add(self, moment, hours):
        left = timedelta(hours=hours)
        for begin, stop in self.work:
            begin = max(begin, moment)
            if begin >= stop:
                continue
            if stop - begin >= left:
                return begin + left
            left -= stop - begin
        raise AssertionError("not that far")


@tagged("post_install", "-at_install")
class TestFeedbackRules(BaseCase):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(2026)

    def test_examples(self):
        self.assertFalse(doctest.testmod(feedback).failed)

    def cases(self):
        """A calendar, a start, hours, and a history of pauses, nested ones too."""
        for zone in ("Asia/Shanghai", "Pacific/Auckland"):
            calendar = Calendar(zone)
            for _number in range(150):
                start = datetime(2026, 3, 2) + timedelta(
                    minutes=self.dice.randrange(14 * 24 * 60)
                )
                moments = sorted(
                    start + timedelta(minutes=self.dice.randrange(20 * 24 * 60))
                    for _each in range(self.dice.randrange(0, 8))
                )
                pauses = list(zip(moments[::2], moments[1::2], strict=False))
                if len(moments) > 3:
                    # One within, or across, another.
                    pauses.append((moments[1], moments[2]))
                yield calendar, start, self.dice.choice((1, 4, 8, 40)), pauses

    def deadline(self, calendar, start, hours, pauses):
        return deadlines.moved(
            calendar.add(start, hours), start, pauses, calendar.add, calendar.worked
        )

    def test_pausing_never_shortens(self):
        for calendar, start, hours, pauses in self.cases():
            plain = calendar.add(start, hours)
            found = plain
            for count in range(len(pauses) + 1):
                later = self.deadline(calendar, start, hours, sorted(pauses)[:count])
                self.assertGreaterEqual(later, found)
                found = later

    def test_pause_of_no_time_changes_nothing(self):
        for calendar, start, hours, pauses in self.cases():
            more = [*pauses, *((begin, begin) for begin, _end in pauses)]
            self.assertEqual(
                self.deadline(calendar, start, hours, pauses),
                self.deadline(calendar, start, hours, more),
            )

    def test_order_of_pauses_does_not_matter(self):
        for calendar, start, hours, pauses in self.cases():
            other = self.dice.sample(pauses, len(pauses))
            self.assertEqual(
                self.deadline(calendar, start, hours, pauses),
                self.deadline(calendar, start, hours, other),
            )

    def test_at_the_deadline_all_hours_are_used(self):
        """What was done without a pause before the deadline took the hours there were,
        no minute more."""
        for calendar, start, hours, pauses in self.cases():
            due = self.deadline(calendar, start, hours, pauses)
            taken = deadlines.time_taken(start, due, pauses, calendar.worked)
            self.assertAlmostEqual(taken, hours, places=6)

    def test_in_time_is_no_more_hours_than_there_were(self):
        for calendar, start, hours, pauses in self.cases():
            due = self.deadline(calendar, start, hours, pauses)
            done = start + timedelta(minutes=self.dice.randrange(30 * 24 * 60))
            past = [(begin, min(end, done)) for begin, end in pauses if begin < done]
            taken = deadlines.time_taken(start, done, past, calendar.worked)
            if done <= due:
                self.assertLessEqual(round(taken, 6), hours)

    def test_a_pause_outside_working_time_moves_nothing(self):
        calendar = Calendar("Asia/Shanghai")
        # Monday 10:00 there; the night, and the whole holiday.
        start = datetime(2026, 3, 2, 2)
        night = (datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 23))
        due = self.deadline(calendar, start, 12, [night])
        self.assertEqual(due, calendar.add(start, 12))
        festival = (datetime(2026, 3, 5, 16), datetime(2026, 3, 8, 16))
        due = self.deadline(calendar, start, 40, [festival])
        self.assertEqual(due, calendar.add(start, 40))

    def test_a_late_pause_heals_nothing(self):
        calendar = Calendar("Asia/Shanghai")
        start = datetime(2026, 3, 2, 2)
        due = calendar.add(start, 4)
        self.assertEqual(
            self.deadline(calendar, start, 4, [(due, due + timedelta(days=9))]), due
        )

    def test_nested_reopenings(self):
        found = feedback.pauses(
            [
                *(("wait", 1), ("resume", 2), ("answer", 3), ("resolve", 4)),
                *(("reopen", 6), ("wait", 7), ("resume", 8), ("resolve", 9)),
                *(("reopen", 12), ("cancel", 13), ("reopen", 15), ("resolve", 16)),
            ]
        )
        self.assertEqual(found.answer, [(1, 2), (7, 8), (13, 15)])
        self.assertEqual(found.resolution, [(1, 2), (4, 6), (7, 8), (9, 12), (13, 15)])

    def test_what_still_lasts_is_no_pause_yet(self):
        found = feedback.pauses([("wait", 1)])
        self.assertEqual(found, ([], []))

    def test_next_due(self):
        self.assertEqual(feedback.next_due("open", False, 9, 5), 5)
        self.assertEqual(feedback.next_due("open", False, False, 5), 5)
        self.assertEqual(feedback.next_due("open", True, 1, 5), 5)
        self.assertIsNone(feedback.next_due("open", True, 1, False))
        for state in ("waiting", "resolved", "cancelled"):
            self.assertIsNone(feedback.next_due(state, False, 1, 2))

    def test_limit(self):
        self.assertEqual(feedback.limit(8, "normal", 50), 8)
        self.assertEqual(feedback.limit(8, "critical", 25), 2)
        self.assertEqual(feedback.limit(0, "critical", 50), 0)
