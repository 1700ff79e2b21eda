"""The rules of samples, by example and by property."""

from datetime import date, timedelta
from itertools import product
from random import Random

from odoo.tests import BaseCase, tagged

from ..rules import sample as rules

DAY = date(2026, 3, 2)


@tagged("-at_install", "post_install")
class TestRulesSample(BaseCase):
    def test_it_leaves_only_from_checked(self):
        self.assertEqual(
            [state for state in rules.STATES if rules.may("send", state)], ["checked"]
        )
        self.assertEqual(
            [state for state in rules.STATES if rules.may("check", state)], ["agreed"]
        )

    def test_nothing_happens_to_what_is_over(self):
        for act, state in product(rules.ACTS, ("judged", "cancelled")):
            self.assertFalse(rules.may(act, state), act)

    def test_what_has_left_is_not_changed(self):
        for act, state in product(("agree", "revise", "promise", "check"), rules.LEFT):
            self.assertFalse(rules.may(act, state), act)

    def test_days(self):
        before, after = DAY - timedelta(days=1), DAY + timedelta(days=1)
        self.assertIsNone(rules.day_problem(DAY, DAY, DAY))
        self.assertIsNone(rules.day_problem(before, None, DAY))
        self.assertEqual(rules.day_problem(before, DAY, DAY), "early")
        self.assertEqual(rules.day_problem(after, DAY, DAY), "late")

    def test_in_time(self):
        self.assertEqual(rules.in_time(DAY, DAY), "yes")
        self.assertEqual(rules.in_time(DAY, DAY - timedelta(days=1)), "no")
        self.assertIsNone(rules.in_time(DAY, None))

    def test_what_a_deal_lacks(self):
        for samples, needed, word in (
            ([], 1, "none"),
            ([("cancelled", None)], 1, "none"),
            ([("requested", None)], 1, "waiting"),
            ([("judged", "refused")], 1, "refused"),
            ([("sent", None), ("judged", "refused")], 1, "waiting"),
            ([("judged", "accepted")], 1, None),
            ([("judged", "remarks"), ("judged", "refused")], 1, None),
            ([("judged", "refused"), ("judged", "accepted")], 1, None),
            ([("judged", "accepted")], 2, "few"),
            ([("cancelled", None), ("judged", "accepted")], 2, "few"),
        ):
            with self.subTest(samples=samples, needed=needed):
                self.assertEqual(rules.verdict(samples, needed), word)

    def test_only_acceptance_opens(self):
        """Whatever there is: met exactly where enough are accepted, in any order."""
        random = Random(7)
        results = ("accepted", "remarks", "refused")
        for _turn in range(500):
            samples = [
                ("judged", random.choice(results))
                if random.random() < 0.5
                else (random.choice(rules.STATES[:5] + ("cancelled",)), None)
                for _n in range(random.randrange(6))
            ]
            needed = random.randrange(1, 4)
            accepted = sum(result in ("accepted", "remarks") for _s, result in samples)
            word = rules.verdict(samples, needed)
            self.assertEqual(word is None, accepted >= needed, (samples, needed))
            random.shuffle(samples)
            self.assertEqual(rules.verdict(samples, needed), word)
