"""The rules of a year's plan, by example and by property."""

import random
from datetime import date

from odoo.tests import TransactionCase, tagged

from ..rules import forecast


@tagged("post_install", "-at_install")
class TestRulesForecast(TransactionCase):
    def test_the_example_of_the_manual(self):
        costs = (12_000, 60_000, 15_000, 20_000, 18_000)
        self.assertEqual(forecast.contribution(300_000, costs), 175_000)
        self.assertEqual(forecast.expected_value(300_000, costs, 20), 115_000)
        self.assertEqual(forecast.expected_value(300_000, costs, 0), 175_000)
        self.assertEqual(forecast.expected_value(300_000, costs, 100), -125_000)

    def test_a_loss_is_not_smaller_by_being_uncertain(self):
        self.assertEqual(forecast.expected_value(-10_000, (5_000,), 50), -15_000)

    def test_a_risk_beyond_all_or_nothing(self):
        for risk in (-0.1, 100.1, float("nan"), float("inf")):
            with self.assertRaises(ValueError):
                forecast.expected_value(100, (), risk)

    def test_more_risk_or_cost_is_never_worth_more(self):
        dice = random.Random(19)
        for _n in range(500):
            margin = dice.uniform(-1e6, 1e6)
            costs = [dice.uniform(0, 1e5) for _cost in range(5)]
            risk, more = sorted(dice.uniform(0, 100) for _risk in range(2))
            value = forecast.expected_value(margin, costs, risk)
            self.assertLessEqual(
                forecast.expected_value(margin, costs, more), value + 1e-6
            )
            self.assertLess(forecast.expected_value(margin, [*costs, 1.0], risk), value)
            self.assertLessEqual(value, forecast.contribution(margin, costs) + 1e-6)

    def test_shares(self):
        self.assertEqual(forecast.share(30, 120), 25)
        self.assertIsNone(forecast.share(30, 0))
        self.assertIsNone(forecast.share(30, -5))

    def test_outcomes(self):
        for target, result, outcome in (
            (100, 100, "reached"),
            (100, 120, "reached"),
            (100, 80, "partly"),
            (100, 79.9, "missed"),
            (0, 0, "reached"),
            (100, 0, "missed"),
            (100, -5, "missed"),
        ):
            with self.subTest(target=target, result=result):
                self.assertEqual(forecast.outcome(target, result), outcome)

    def test_names_of_years(self):
        year = forecast.year_label(date(2026, 1, 1), date(2026, 12, 31))
        self.assertEqual(year, "2026")
        year = forecast.year_label(date(2026, 4, 1), date(2027, 3, 31))
        self.assertEqual(year, "2026/27")
        year = forecast.year_label(date(2099, 4, 1), date(2100, 3, 31))
        self.assertEqual(year, "2099/00")
