"""Whose a late step was, by example and by property."""

import random

from odoo.tests import TransactionCase, tagged

from ..rules.hand_on import holder_at


@tagged("post_install", "-at_install")
class TestRulesHandOn(TransactionCase):
    def test_by_example(self):
        for due, changes, holder, whose in (
            (4, [], "Ann", "Ann"),
            (4, [(3, "Ann")], "Bo", "Bo"),
            (4, [(5, "Ann")], "Bo", "Ann"),
            (4, [(4, "Ann")], "Bo", "Ann"),
            (4, [(2, "Ann"), (5, "Bo"), (6, "Cai")], "Dan", "Bo"),
            (4, [(5, None)], "Bo", None),
            (4, [(3, "Ann")], None, None),
        ):
            with self.subTest(due=due, changes=changes):
                self.assertEqual(holder_at(due, changes, holder), whose)

    def test_it_is_whoever_had_it_that_day(self):
        """Told day by day who had it, the same as by what changed."""
        chance = random.Random(11)
        for _each in range(300):
            days = [chance.choice("ABC") for _day in range(chance.randint(1, 9))]
            changes = [
                (day, days[day - 1])
                for day in range(1, len(days))
                if days[day] != days[day - 1]
            ]
            # On the day of a change it was still the former's, at its first moment.
            for day in range(1, len(days)):
                self.assertEqual(holder_at(day, changes, days[-1]), days[day - 1])
            self.assertEqual(holder_at(len(days), changes, days[-1]), days[-1])

    def test_what_comes_later_changes_nothing(self):
        chance = random.Random(12)
        for _each in range(300):
            moments = sorted(chance.sample(range(20), 4))
            changes = [(moment, chance.choice("ABC")) for moment in moments]
            due = chance.randint(0, moments[1])
            told = holder_at(due, changes[:2], "D")
            self.assertEqual(holder_at(due, changes, "D"), told)
