"""Turnover of two years, and the next birthday, by example and by property."""

from datetime import date, timedelta

from odoo.tests import TransactionCase, tagged

from ..rules import birthday, turnover


@tagged("post_install", "-at_install")
class TestRulesTurnover(TransactionCase):
    def test_years(self):
        self.assertEqual(
            turnover.years(date(2026, 1, 1), date(2026, 11, 29)),
            (
                date(2025, 1, 1),
                date(2026, 1, 1),
                date(2026, 11, 29),
                date(2025, 11, 29),
            ),
        )
        leap = turnover.years(date(2028, 1, 1), date(2028, 2, 29))
        self.assertEqual(leap.same_day, date(2027, 2, 28))
        april = turnover.years(date(2026, 4, 1), date(2026, 4, 1))
        self.assertEqual((april.before, april.same_day), (date(2025, 4, 1),) * 2)

    def test_by_example(self):
        """Last January 100, of it 40 until the same day; last May 30; this January 60,
        credited 10 in February."""
        found = turnover.turnover([(0, 100, 40), (4, 30, 0), (12, 60, 0), (13, -10, 0)])
        self.assertEqual((found.year, found.same, found.last), (50, 40, 130))
        self.assertEqual(found.trend, 25)
        self.assertIsNone(turnover.turnover([(12, 60, 0)]).trend)

    def test_nothing_gets_lost(self):
        sums = [(month, 10.0 * month - 70, month) for month in range(0, 24, 3)]
        found = turnover.turnover(sums)
        self.assertEqual(sum(found.months), found.year + found.last)
        self.assertEqual(sum(found.months), sum(amount for _m, amount, _u in sums))
        self.assertEqual(len(found.months), 2 * turnover.MONTHS)

    def test_months_begin_where_their_years_do(self):
        for first in (date(2026, 1, 1), date(2028, 4, 1), date(2025, 7, 1)):
            span = turnover.years(first, first)
            starts = turnover.month_starts(span.before)
            self.assertEqual(starts[0], span.before)
            self.assertEqual(starts[turnover.MONTHS], first)
            self.assertEqual(starts, sorted(set(starts)))

    def test_next_birthday(self):
        for born, today, day in (
            (date(1980, 5, 3), date(2026, 5, 3), date(2026, 5, 3)),
            (date(1980, 5, 3), date(2026, 5, 4), date(2027, 5, 3)),
            (date(1980, 2, 29), date(2026, 2, 1), date(2026, 2, 28)),
            (date(1980, 2, 29), date(2027, 3, 1), date(2028, 2, 29)),
        ):
            with self.subTest(born=born, today=today):
                self.assertEqual(birthday.next_birthday(born, today), day)

    def test_a_birthday_is_within_a_year(self):
        today = date(2027, 2, 28)
        for days in range(0, 1500, 7):
            born = date(1976, 1, 1) + timedelta(days=days)
            ahead = birthday.next_birthday(born, today) - today
            self.assertTrue(timedelta(0) <= ahead < timedelta(days=367))
