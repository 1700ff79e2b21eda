"""From how many points an appraisal is which grade, and what follows: plain Python."""

import doctest
import math
import random
from datetime import date

from odoo.tests import BaseCase, tagged

from ..rules import kpi_grade as rules

DEFAULT = [
    rules.Grade(0, "failed"),
    rules.Grade(60, "improve"),
    rules.Grade(80, "expected"),
    rules.Grade(95, "good"),
    rules.Grade(110, "outstanding"),
]


@tagged("post_install", "-at_install")
class TestRulesKpiGrade(BaseCase):
    def test_examples_of_the_docstrings(self):
        self.assertEqual(doctest.testmod(rules).failed, 0)

    def test_default_thresholds(self):
        for score, key in (
            (0, "failed"),
            (59.9, "failed"),
            (60, "improve"),
            (79.9, "improve"),
            (80, "expected"),
            (94.9, "expected"),
            (95, "good"),
            (109.9, "good"),
            (110, "outstanding"),
            (500, "outstanding"),
        ):
            with self.subTest(score=score):
                self.assertEqual(rules.grade_of(score, DEFAULT).key, key)

    def _some_grades(self, rand):
        points = rand.sample(range(0, 1300), rand.randint(1, 7))
        return [rules.Grade(each / 10, index) for index, each in enumerate(points)]

    def test_no_gap_and_no_overlap(self):
        """Whatever the thresholds and their order, each score lies within the bounds of
        exactly one grade, and that is its grade."""
        rand = random.Random(7)
        for _round in range(200):
            grades = self._some_grades(rand)
            edges = [grade.points for grade in grades]
            scores = [0.0, *edges, *(rand.uniform(0, 140) for _each in range(20))]
            for score in scores:
                within = []
                for grade in grades:
                    low, high = rules.bounds(grade, grades)
                    if low <= score < high:
                        within.append(grade)
                self.assertEqual(within, [rules.grade_of(score, grades)])

    def test_monotone(self):
        """More points are never a lower grade."""
        rand = random.Random(11)
        for _round in range(200):
            grades = self._some_grades(rand)
            low, high = sorted((rand.uniform(0, 140), rand.uniform(0, 140)))
            self.assertLessEqual(
                rules.grade_of(low, grades).points, rules.grade_of(high, grades).points
            )

    def test_half_open(self):
        rand = random.Random(13)
        for _round in range(100):
            grades = self._some_grades(rand)
            for grade in grades:
                self.assertEqual(rules.grade_of(grade.points, grades), grade)
                low, high = rules.bounds(grade, grades)
                if high != math.inf:
                    self.assertEqual(
                        rules.grade_of(math.nextafter(high, 0), grades), grade
                    )
                    self.assertNotEqual(rules.grade_of(high, grades), grade)

    def test_as_it_is_shown(self):
        """The score that is graded is the one with one decimal, within half of it, and
        more points never make it less."""
        rand = random.Random(17)
        last = (-1.0, -1.0)
        for score in sorted(rand.uniform(0, 130) for _each in range(500)):
            shown = rules.graded_score(score)
            self.assertAlmostEqual(shown * 10, round(shown * 10))
            self.assertLessEqual(abs(shown - score), 0.05 + 1e-6)
            self.assertGreaterEqual(shown, last[1])
            last = (score, shown)

    def test_in_a_row(self):
        failed = DEFAULT[0]
        today = date(2025, 9, 30)

        def before(**values):
            return rules.Result(
                **{
                    "last_day": date(2025, 6, 30),
                    "score": 40.0,
                    "key": "failed",
                    "points": 0.0,
                    "below": 60.0,
                    **values,
                }
            )

        for result, expected in (
            (before(), True),
            (None, False),
            (before(last_day=date(2024, 9, 30)), True),
            (before(last_day=date(2024, 9, 28)), False),
            # It was failed by the thresholds of then, but is not by those of now.
            (before(score=62.0, below=65.0), False),
            # It would be failed by those of now, but was another grade then.
            (before(score=55.0, key="improve", points=50.0, below=80.0), False),
            # The same grade under another record: a company made its own.
            (before(key="other"), True),
        ):
            with self.subTest(result=result):
                self.assertEqual(
                    rules.is_again(failed, DEFAULT, today, result), expected
                )

    def test_what_follows(self):
        steps = [
            ("each", "verbal_warning"),
            ("again", "demotion"),
            ("again", "dismissal"),
        ]
        self.assertEqual(rules.what_follows(steps, False), ["verbal_warning"])
        self.assertEqual(
            rules.what_follows(steps, True), ["verbal_warning", "demotion", "dismissal"]
        )
        self.assertEqual(rules.what_follows(steps, True, of_team=True), [])
