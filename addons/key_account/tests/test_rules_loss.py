"""Who is asked about, after how long without an order."""

import random
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import TransactionCase, tagged

from ..rules.account_state import may_become
from ..rules.loss import MAY_BECOME, counted_from, full_months, proposed

MONTHS = {"dormant": 6, "lost": 12}


@tagged("post_install", "-at_install")
class TestRulesLoss(TransactionCase):
    def test_dormant_after_six_months_lost_after_twelve(self):
        since = date(2025, 8, 31)
        for today, answer in (
            (date(2026, 2, 27), None),
            (date(2026, 2, 28), ("dormant", 6)),
            (date(2026, 8, 30), ("dormant", 6)),
            (date(2026, 8, 31), ("lost", 12)),
        ):
            with self.subTest(today):
                self.assertEqual(proposed("active", since, today, MONTHS), answer)

    def test_each_state_becomes_only_what_it_may(self):
        today = date(2026, 6, 1)
        year = today - relativedelta(years=2)
        half = today - relativedelta(months=7)
        self.assertEqual(proposed("dormant", half, today, MONTHS), None)
        self.assertEqual(proposed("dormant", year, today, MONTHS), ("lost", 12))
        self.assertEqual(proposed("trial", half, today, MONTHS), None)
        self.assertEqual(proposed("trial", year, today, MONTHS), ("lost", 12))
        for state in ("candidate", "lost", "dropped"):
            self.assertIsNone(proposed(state, year, today, MONTHS))
        for state, kinds in MAY_BECOME.items():
            for kind in kinds:
                self.assertTrue(may_become(state, kind))

    def test_zero_is_never(self):
        today, since = date(2026, 6, 1), date(2000, 1, 1)
        self.assertIsNone(proposed("active", since, today, {"dormant": 0, "lost": 0}))
        self.assertEqual(
            proposed("active", since, today, {"dormant": 6, "lost": 0}), ("dormant", 6)
        )

    def test_from_which_day_it_counts(self):
        order, back, opened = date(2025, 1, 1), date(2025, 6, 1), date(2025, 9, 1)
        self.assertEqual(counted_from(order, None, opened), order)
        self.assertEqual(counted_from(order, back, opened), back)
        self.assertEqual(counted_from(back, order, opened), back)
        self.assertEqual(counted_from(None, None, opened), opened)

    def test_full_months(self):
        self.assertEqual(full_months(date(2025, 8, 31), date(2026, 2, 27)), 5)
        self.assertEqual(full_months(date(2025, 8, 31), date(2026, 2, 28)), 6)
        self.assertEqual(full_months(date(2026, 3, 1), date(2026, 2, 1)), 0)

    def test_the_longer_the_graver_and_never_back(self):
        rank = {None: 0, "dormant": 1, "lost": 2}
        for _n in range(300):
            since = date(2020, 1, 1) + timedelta(days=random.randrange(2000))
            lost = random.randrange(1, 24)
            months = {"lost": lost, "dormant": random.randrange(0, lost + 1)}
            state = random.choice(list(MAY_BECOME))
            before = 0
            for days in range(0, 900, 30):
                today = since + timedelta(days=days)
                answer = proposed(state, since, today, months)
                now = rank[answer and answer[0]]
                self.assertGreaterEqual(now, before)
                before = now
