import doctest
import random
from datetime import date, timedelta
from typing import NamedTuple

from odoo.tests.common import BaseCase, tagged

from ..rules import account_terms, customers
from ..rules.account_terms import Change, Term


class Span(NamedTuple):
    start: date
    end: date


QUARTER = Span(date(2025, 7, 1), date(2025, 10, 1))


@tagged("at_install", "-post_install")
class TestRulesCustomers(BaseCase):
    def prospect(self, opened, *changes):
        changes = [Change(*change) for change in changes]
        return customers.prospect_in(
            opened, changes, account_terms.terms(changes), QUARTER
        )

    def test_docstrings(self):
        self.assertEqual(doctest.testmod(customers).failed, 0)

    def test_prospects(self):
        june, july, august = (date(2025, month, 9) for month in (6, 7, 8))
        october = date(2025, 10, 1)
        candidate = (june, "candidate")
        self.assertEqual(self.prospect(june, candidate), (QUARTER.start, None, None))
        self.assertEqual(
            self.prospect(july, (july, "candidate")), (july, None, None), "new"
        )
        self.assertIsNone(self.prospect(october, (october, "candidate")))
        self.assertEqual(
            self.prospect(june, candidate, (august, "interest")),
            (QUARTER.start, august, None),
        )
        self.assertEqual(
            self.prospect(june, candidate, (october, "interest")),
            (QUARTER.start, None, None),
            "in the next quarter",
        )
        self.assertIsNone(
            self.prospect(june, candidate, (june, "interest")), "interested before"
        )
        self.assertEqual(
            self.prospect(june, candidate, (july, "interest"), (august, "active")),
            (QUARTER.start, july, august),
        )
        self.assertEqual(
            self.prospect(june, candidate, (august, "active")),
            (QUARTER.start, august, august),
            "without a word before",
        )
        self.assertIsNone(self.prospect(june, candidate, (june, "dropped")))
        self.assertIsNone(self.prospect(june, (june, "active")), "a customer")

    def test_came_and_went(self):
        old = Term(date(2020, 1, 1), date(2025, 7, 1))
        again = Term(date(2025, 8, 1), None)
        self.assertTrue(customers.was_active([old, again], QUARTER.start))
        self.assertEqual(customers.lost_in([old, again], QUARTER), [QUARTER.start])
        self.assertIsNone(customers.won_in([old, again], QUARTER), "who returns")
        self.assertEqual(customers.won_in([again], QUARTER), again.start)
        within = Term(date(2025, 7, 5), date(2025, 9, 30))
        self.assertFalse(customers.was_active([within], QUARTER.start))
        self.assertFalse(
            customers.lost_in([Term(date(2025, 1, 1), QUARTER.end)], QUARTER)
        )

    def test_first_signed(self):
        may, june, july = (date(2025, month, 9) for month in (5, 6, 7))
        candidate, trial = Change(may, "candidate"), Change(may, "trial")
        active = Change(july, "active")
        self.assertEqual(customers.first_signed([[candidate, active]]), july)
        self.assertEqual(
            customers.first_signed([[trial, Change(june, "signed"), active]]), june
        )
        self.assertIsNone(customers.first_signed([[candidate]]))
        self.assertIsNone(
            customers.first_signed([[candidate, active], [Change(may, "dormant")]]),
            "a customer from the start, by another file",
        )

    def test_due_by_the_cycle(self):
        months = [date(2025, month, 1) for month in (7, 8, 9)]
        for per_month, held, due in (
            (2, [], 6),
            (1, [], 3),
            (1.5, [], 5),
            (0.33, [], 1),
            (0.33, [date(2025, 5, 20)], 1),
            (0.5, [date(2025, 6, 1)], 1),
            (0.5, [date(2025, 5, 1)], 2),
            (1 / 12, [date(2025, 5, 1)], 0),
        ):
            self.assertEqual(
                customers.visits_due(per_month, months, held), due, per_month
            )

    def test_nobody_is_lost_who_was_not_there(self):
        """Lost ÷ (active at start + won in the period) never exceeds one term each."""
        rng = random.Random(4)
        for _round in range(300):
            day, changes = date(2025, 1, 1), []
            for _index in range(rng.randrange(8)):
                day += timedelta(days=rng.randrange(60))
                changes.append(Change(day, rng.choice(["active", "lost", "candidate"])))
            terms = account_terms.terms(changes)
            lost = customers.lost_in(terms, QUARTER)
            begun = [t for t in terms if QUARTER.start <= t.start < QUARTER.end]
            there = customers.was_active(terms, QUARTER.start)
            self.assertLessEqual(len(lost), len(begun) + there, changes)
