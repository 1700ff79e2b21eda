import random

from odoo.tests import BaseCase, tagged

from ..rules import checklist, scorecard
from ..rules.checklist import Tick
from ..rules.scorecard import LOWER, Item

THRESHOLDS = (80, 65, 50)


@tagged("post_install", "-at_install")
class TestRulesScorecard(BaseCase):
    def test_ratio_is_actual_by_standard(self):
        self.assertEqual(scorecard.ratio(Item("Sales", 10, 100, 75)), 0.75)
        self.assertEqual(scorecard.ratio(Item("Cycle", 10, 60, 120, LOWER)), 0.5)

    def test_floor_and_cap(self):
        self.assertEqual(scorecard.ratio(Item("Sales", 10, 100, 300)), 1.0)
        self.assertEqual(scorecard.ratio(Item("Sales", 10, 100, 300, cap=1.5)), 1.5)
        self.assertEqual(scorecard.ratio(Item("Margin", 10, 8, -4)), 0.0)
        self.assertEqual(scorecard.ratio(Item("Margin", 10, 8, -4, floor=0.2)), 0.2)

    def test_nothing_of_what_should_be_little_is_best(self):
        self.assertEqual(scorecard.ratio(Item("Cycle", 10, 60, 0, LOWER, cap=1.2)), 1.2)

    def test_score_and_grade(self):
        items = [Item("Sales", 60, 100, 100), Item("Credit", 40, 5, 3)]
        found = scorecard.score(items)
        self.assertAlmostEqual(found.value, 84)
        self.assertEqual(found.coverage, 100)
        self.assertEqual(scorecard.grade(found.value, THRESHOLDS), "A")

    def test_a_missing_figure_is_left_out_and_lowers_the_coverage(self):
        items = [Item("Sales", 60, 100, None), Item("Credit", 40, 5, 4)]
        self.assertEqual(scorecard.score(items), (80, 40))
        zero = [Item("Sales", 60, 100, 0), Item("Credit", 40, 5, 4)]
        self.assertEqual(scorecard.score(zero), (32, 100))

    def test_nothing_known_has_no_grade(self):
        self.assertEqual(scorecard.score([Item("Sales", 100, 1, None)]), (None, 0))
        self.assertEqual(scorecard.score([]), (None, 0))
        self.assertIsNone(scorecard.grade(None, THRESHOLDS))

    def test_thresholds_belong_to_the_better_grade(self):
        values = {80: "A", 79.9: "B", 65: "B", 64: "C", 50: "C", 49.9: "D", 0: "D"}
        for value, letter in values.items():
            self.assertEqual(scorecard.grade(value, THRESHOLDS), letter)

    def test_problems_are_named(self):
        good = Item("Sales", 100, 1, 1)
        self.assertEqual(scorecard.problems([good]), [])
        for item, problem in (
            (good._replace(standard=0), ("standard", "Sales")),
            (good._replace(floor=2), ("bounds", "Sales")),
            (good._replace(weight=90), ("weights", 90)),
        ):
            self.assertEqual(scorecard.problems([item]), [problem])
        self.assertIn(
            ("weight", "Sales"), scorecard.problems([good._replace(weight=-1)])
        )

    def test_reaches(self):
        self.assertTrue(scorecard.reaches("A", "C"))
        self.assertTrue(scorecard.reaches("C", "C"))
        self.assertFalse(scorecard.reaches("D", "C"))
        self.assertFalse(scorecard.reaches(None, "D"))

    def test_better_figures_never_lower_the_score(self):
        draw = random.Random(19)
        for _round in range(300):
            items = [
                Item(
                    str(number),
                    draw.uniform(1, 20),
                    draw.uniform(1, 50),
                    draw.choice([None, draw.uniform(-20, 100)]),
                    draw.choice([scorecard.HIGHER, LOWER]),
                    0.0,
                    draw.uniform(0.5, 2),
                )
                for number in range(5)
            ]
            before = scorecard.score(items)
            self.assertTrue(before.value is None or 0 <= before.value <= 100)
            self.assertTrue(0 <= before.coverage <= 100 + 1e-9)
            known = [item for item in items if item.actual is not None]
            if not known:
                continue
            item = draw.choice(known)
            step = draw.uniform(0, 30)
            # Less than nothing of what should be little is no figure at all.
            worse = item.direction == LOWER and item.actual > 0
            better = item._replace(actual=item.actual + (-step if worse else step))
            if item.direction == LOWER and not worse:
                continue
            after = scorecard.score(
                [better if other is item else other for other in items]
            )
            self.assertGreaterEqual(after.value, before.value - 1e-9)


@tagged("post_install", "-at_install")
class TestRulesChecklist(BaseCase):
    def test_the_last_event_tells(self):
        events = [Tick(1, True), Tick(2, True), Tick(1, False)]
        self.assertEqual(checklist.ticked(events), {2})
        self.assertEqual(checklist.open_items([1, 2, 3], events), [1, 3])
        again = [*events, Tick(1, True), Tick(3, True)]
        self.assertEqual(checklist.open_items([1, 2, 3], again), [])
