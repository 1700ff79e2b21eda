import random
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..rules import gates
from ..rules.gates import Event, Step

EIGHT = [Step(key, 10 * key) for key in range(1, 9)] + [Step(9, 90, won=True)]


@tagged("post_install", "-at_install")
class TestRulesGates(BaseCase):
    def test_one_step_on(self):
        self.assertEqual(gates.passed(EIGHT, 4, 5), [4])

    def test_jumping_passes_all_between(self):
        self.assertEqual(gates.passed(EIGHT, 2, 6), [2, 3, 4, 5])

    def test_back_is_free(self):
        self.assertEqual(gates.passed(EIGHT, 6, 2), [])
        self.assertEqual(gates.passed(EIGHT, 3, 3), [])

    def test_from_outside_everything_before_counts(self):
        self.assertEqual(gates.passed(EIGHT, None, 4), [1, 2, 3])
        self.assertEqual(gates.passed(EIGHT, 77, 1), [])

    def test_winning_elsewhere_passes_all(self):
        self.assertEqual(gates.passed(EIGHT, 7, 77, target_won=True), [7, 8, 9])
        self.assertEqual(gates.passed(EIGHT, 7, 77), [])

    def test_won_comes_last_whatever_its_sequence(self):
        steps = [Step(1, 10), Step(2, 20), Step(3, 0, won=True)]
        self.assertEqual(gates.passed(steps, 1, 3), [1, 2])

    def test_next_step_passes_over_what_is_skipped(self):
        self.assertEqual(gates.next_step(EIGHT, 4), 5)
        self.assertEqual(gates.next_step(EIGHT, 4, [5].__contains__), 6)
        self.assertIsNone(gates.next_step(EIGHT, 9))

    def test_requirements(self):
        self.assertEqual(gates.requirement_verdict([]), "none")
        self.assertEqual(gates.requirement_verdict(["dropped"]), "none")
        self.assertEqual(gates.requirement_verdict(["settled", "open"]), "open")
        self.assertIsNone(gates.requirement_verdict(["settled", "outside"]))

    def test_ruling(self):
        request = Event("request", lines=frozenset([1]))
        quote = Event("ruling", "quote", frozenset([1]))
        verdict = gates.ruling_verdict
        self.assertEqual(verdict([], [1]), "missing")
        self.assertEqual(verdict([request], [1]), "waiting")
        self.assertIsNone(verdict([quote, request], [1]))
        self.assertIsNone(verdict([quote, request], []))
        self.assertEqual(verdict([quote, request], [1, 2]), "uncovered")
        self.assertEqual(verdict([request, quote, request], [1]), "waiting")
        self.assertEqual(verdict([Event("ruling", "revise")], [1]), "revise")

    def test_in_time(self):
        due = datetime(2027, 1, 4, 12)
        self.assertTrue(gates.in_time(due, None))
        self.assertTrue(gates.in_time(due, due))
        self.assertFalse(gates.in_time(due + timedelta(seconds=1), due))

    def test_no_way_round(self):
        """Whatever way a deal takes, it is asked for every step between start and
        Won."""
        dice = random.Random(19)
        for _round in range(300):
            steps = [Step(key, dice.randint(0, 5)) for key in range(dice.randint(1, 8))]
            steps.append(Step(99, dice.randint(0, 5), won=True))
            place, asked = None, set()
            for target in [dice.choice(steps).key for _move in range(6)] + [99]:
                asked |= set(gates.passed(steps, place, target))
                place = target
            self.assertEqual(asked - {99}, {step.key for step in steps} - {99})

    def test_moves_on_are_never_free(self):
        """Of two different steps, one way asks for something and the other for
        nothing."""
        dice = random.Random(7)
        for _round in range(300):
            a, b = dice.sample(EIGHT, 2)
            there, back = (
                gates.passed(EIGHT, a.key, b.key),
                gates.passed(EIGHT, b.key, a.key),
            )
            self.assertNotEqual(bool(there), bool(back))
