import doctest
import random
import unittest
from datetime import date, timedelta

from odoo.tests.common import BaseCase, tagged

from ..rules import kpi as rules
from ..rules.kpi import Part, Period

YEARS = [(12, 31), (3, 31), (1, 31), (2, 28), (4, 5), (9, 30), (1, 30)]


@tagged("at_install", "-post_install")
class TestRulesKpi(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(2)

    def _days(self, count):
        first = date(2019, 1, 1)
        return [
            first + timedelta(days=self.random.randrange(4000))
            for _index in range(count)
        ]

    # ------------------------------------------------------------
    # EXAMPLES
    # ------------------------------------------------------------

    def test_examples_of_the_docstrings(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(rules).run(result)
        self.assertGreater(result.testsRun, 5)
        self.assertFalse([*result.failures, *result.errors])

    def test_quarter_of_the_calendar_year(self):
        quarter = rules.period_around("quarter", date(2025, 8, 15))
        self.assertEqual(
            quarter, Period("quarter", date(2025, 7, 1), date(2025, 10, 1))
        )
        self.assertEqual(quarter.last_day, date(2025, 9, 30))
        self.assertEqual(rules.ordinal(quarter), 3)

    def test_fiscal_year_from_april(self):
        march = rules.period_around("quarter", date(2025, 3, 31), 3, 31)
        self.assertEqual(march[1:], (date(2025, 1, 1), date(2025, 4, 1)))
        self.assertEqual(rules.ordinal(march, 3, 31), 4)
        april = rules.period_around("month", date(2025, 4, 1), 3, 31)
        self.assertEqual(rules.ordinal(april, 3, 31), 1)

    def test_fiscal_year_ends_with_february_in_leap_years_too(self):
        self.assertEqual(
            rules.fiscal_year(date(2024, 2, 29), 2, 28).last_day, date(2024, 2, 29)
        )
        self.assertEqual(
            rules.fiscal_year(date(2025, 2, 28), 2, 28).last_day, date(2025, 2, 28)
        )

    def test_bounds_follow_daylight_saving(self):
        start, end = rules.utc_bounds(
            Period("quarter", date(2025, 1, 1), date(2025, 4, 1)), "Europe/Berlin"
        )
        self.assertEqual((start.day, start.hour), (31, 23))
        self.assertEqual((end.day, end.hour), (31, 22))

    def test_target_exact_goes_before_sum(self):
        quarter = Period("quarter", date(2025, 1, 1), date(2025, 4, 1))
        months = [
            (Period("month", date(2025, m, 1), date(2025, m + 1, 1)), 5)
            for m in (1, 2, 3)
        ]
        self.assertEqual(rules.target_of(quarter, months), 15)
        self.assertEqual(rules.target_of(quarter, [*months, (quarter, 20)]), 20)
        self.assertEqual(rules.target_of(quarter, months, adds_up=False), 5, "a rate")
        self.assertIsNone(rules.target_of(quarter, months[:2]), "a gap is no target")
        self.assertIsNone(rules.target_of(quarter, []))
        self.assertEqual(
            rules.target_of(quarter, [(quarter, 0)]), 0, "zero was entered"
        )

    def test_score_keeps_the_value_and_caps_the_points(self):
        self.assertEqual(rules.ratio(300, 100), 300)
        self.assertEqual(rules.score(300, 100), 120)
        self.assertEqual(rules.score(300, 100, cap=150), 150)
        self.assertEqual(rules.score(-20, 100), 0, "more credited than sold")

    def test_lower_is_better(self):
        self.assertEqual(rules.score(10, 5, lower_is_better=True), 50)
        self.assertEqual(rules.score(4, 5, lower_is_better=True), 120, "125, capped")
        self.assertIsNone(
            rules.score(0, 0, lower_is_better=True), "a ratio against zero is n/a"
        )
        self.assertEqual(rules.score(0, 0, lower_is_better=True, counts=True), 100)
        self.assertEqual(rules.score(1, 0, lower_is_better=True, counts=True), 0)

    def test_everything_not_applicable(self):
        self.assertIsNone(rules.weighted_score([(50, None), (50, None)]))
        self.assertIsNone(rules.weighted_score([]))

    # ------------------------------------------------------------
    # PROPERTIES
    # ------------------------------------------------------------

    def test_periods_divide_the_year_without_gap_or_overlap(self):
        for ending in YEARS:
            for day in self._days(40):
                year = rules.fiscal_year(day, *ending)
                self.assertTrue(year.start <= day < year.end)
                for kind, count in (("month", 12), ("quarter", 4)):
                    start, seen = year.start, 0
                    while start < year.end:
                        period = rules.period_around(kind, start, *ending)
                        self.assertEqual(period.start, start)
                        self.assertEqual(rules.ordinal(period, *ending), seen + 1)
                        start, seen = period.end, seen + 1
                    self.assertEqual((start, seen), (year.end, count))

    def test_every_day_of_a_period_names_the_same_period(self):
        for ending in YEARS:
            for day in self._days(60):
                for kind in rules.MONTHS:
                    period = rules.period_around(kind, day, *ending)
                    self.assertTrue(period.start <= day < period.end)
                    self.assertEqual(
                        rules.period_around(kind, period.start, *ending), period
                    )
                    self.assertEqual(
                        rules.period_around(kind, period.last_day, *ending), period
                    )

    def test_bounds_of_neighbours_touch(self):
        for day in self._days(40):
            this = rules.period_around("month", day)
            following = rules.period_around("month", this.end)
            for timezone in (
                "Asia/Shanghai",
                "Europe/Berlin",
                "America/New_York",
                None,
            ):
                self.assertEqual(
                    rules.utc_bounds(this, timezone)[1],
                    rules.utc_bounds(following, timezone)[0],
                )

    def test_team_lies_between_its_people(self):
        for _round in range(200):
            people = [
                Part(self.random.randint(0, whole), whole)
                for whole in (self.random.randint(0, 20) for _person in range(5))
            ]
            rates = [rules.ratio(*part[:2]) for part in people if part.denominator]
            team = rules.ratio(*rules.total(people)[:2])
            if not rates:
                self.assertIsNone(team)
            else:
                self.assertTrue(min(rates) - 1e-9 <= team <= max(rates) + 1e-9)

    def test_score_within_bounds_and_monotonous(self):
        for _round in range(300):
            target, cap = self.random.uniform(0.1, 200), self.random.uniform(100, 200)
            worse, better = sorted(self.random.uniform(0, 400) for _value in range(2))
            low, high = (
                rules.score(value, target, cap=cap) for value in (worse, better)
            )
            self.assertTrue(0 <= low <= high <= cap)
            high, low = (rules.score(v, target, True, cap=cap) for v in (worse, better))
            self.assertTrue(0 <= low <= high <= cap)

    def test_weights_shared_out(self):
        for _round in range(200):
            scores = [
                (
                    self.random.randint(1, 50),
                    self.random.choice([None, self.random.uniform(0, 120)]),
                )
                for _kpi in range(5)
            ]
            known = [points for _weight, points in scores if points is not None]
            result = rules.weighted_score(scores)
            if not known:
                self.assertIsNone(result)
            else:
                self.assertTrue(min(known) - 1e-9 <= result <= max(known) + 1e-9)
                rest = [(w, p) for w, p in scores if p is not None]
                self.assertAlmostEqual(result, rules.weighted_score(rest))
                doubled = [(2 * w, p) for w, p in scores]
                self.assertAlmostEqual(result, rules.weighted_score(doubled))
