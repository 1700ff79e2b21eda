"""Who judges, and what it comes to: examples and properties."""

import doctest
import random
import unittest

from odoo.tests.common import BaseCase, tagged

from ..rules import judgement as rules
from ..rules.judgement import SELF, Judgement, points, seats


@tagged("at_install", "-post_install")
class TestRulesJudgement(BaseCase):
    def test_docstring_examples(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(rules).run(result)
        self.assertEqual((result.failures, result.errors), ([], []))
        self.assertGreater(result.testsRun, 0)

    def test_weighted_by_appraiser(self):
        said = [Judgement("director", 60, 80.0, True), Judgement("hr", 40, 60.0, True)]
        self.assertEqual(points(said), 72.0)

    def test_who_did_not_judge_shares_out_the_weight(self):
        said = [Judgement("director", 60, None, True), Judgement("hr", 40, 60.0, True)]
        self.assertEqual(points(said), 60.0)

    def test_nothing_given_is_not_applicable(self):
        said = [Judgement("director", 60, 80.0, False), Judgement("hr", 40, None, True)]
        self.assertIsNone(points(said))
        self.assertIsNone(points([]))

    def test_the_person_never_counts(self):
        own = Judgement(SELF, 100, 100.0, True)
        self.assertIsNone(points([own]))
        self.assertEqual(points([own, Judgement("hr", 1, 30.0, True)]), 30.0)

    def test_mean_lies_between_the_extremes(self):
        chance = random.Random(14)
        for _case in range(300):
            said = [
                Judgement(
                    chance.choice(["hr", "director", "manager", SELF]),
                    chance.uniform(0.5, 100),
                    chance.choice([None, 0.0, 30.0, 60.0, 80.0, 100.0]),
                    chance.random() < 0.8,
                )
                for _each in range(chance.randint(0, 5))
            ]
            counted = [
                each.points
                for each in said
                if each.given and each.points is not None and each.role != SELF
            ]
            mean = points(said)
            self.assertEqual(mean is None, not counted)
            if counted:
                self.assertLessEqual(min(counted) - 1e-9, mean)
                self.assertLessEqual(mean, max(counted) + 1e-9)
            others = [each for each in said if each.role != SELF]
            self.assertEqual(mean, points(others))

    def test_one_person_one_seat(self):
        roles = [("director", 60, [1, 2]), ("hr", 40, [1])]
        self.assertEqual([seat.person for seat in seats(roles)], [2, 1])

    def test_nobody_excluded_sits(self):
        chance = random.Random(14)
        for _case in range(300):
            roles = [
                (role, 50, chance.sample(range(6), chance.randint(0, 4)))
                for role in ("director", "hr", "manager")
            ]
            excluded = set(chance.sample(range(6), chance.randint(0, 3)))
            found = seats(roles, excluded)
            people = [seat.person for seat in found]
            self.assertFalse(excluded & set(people))
            self.assertEqual(len(people), len(set(people)))
            holders = {role: set(those) for role, _weight, those in roles}
            for seat in found:
                self.assertIn(seat.person, holders[seat.role])
            for role, those in holders.items():
                if role not in {seat.role for seat in found}:
                    self.assertFalse(those - excluded - set(people))
