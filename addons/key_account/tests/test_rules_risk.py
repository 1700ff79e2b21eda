"""The rule of risks, by example and by property."""

from itertools import product

from odoo.tests import TransactionCase, tagged

from ..rules import risk


@tagged("post_install", "-at_install")
class TestRulesRisk(TransactionCase):
    def test_examples(self):
        for probability, impact, points, level in (
            (1, 1, 1, "low"),
            (1, 5, 5, "low"),
            (2, 3, 6, "medium"),
            (3, 3, 9, "medium"),
            (3, 4, 12, "high"),
            (5, 5, 25, "high"),
        ):
            with self.subTest(probability=probability, impact=impact):
                self.assertEqual(risk.score(probability, impact), points)
                self.assertEqual(risk.level(points), level)

    def test_a_judgement_beyond_the_scale(self):
        for judgement in (0, 6, -1, 2.5, None):
            with self.assertRaises(ValueError):
                risk.score(judgement, 3)
            with self.assertRaises(ValueError):
                risk.score(3, judgement)

    def test_more_of_either_is_never_less_grave(self):
        order = ("low", "medium", "high")
        for probability, impact in product(risk.SCALE, repeat=2):
            points = risk.score(probability, impact)
            self.assertEqual(points, risk.score(impact, probability))
            for more in range(probability, 6):
                other = risk.score(more, impact)
                self.assertGreaterEqual(other, points)
                self.assertGreaterEqual(
                    order.index(risk.level(other)), order.index(risk.level(points))
                )

    def test_the_gravest(self):
        self.assertIsNone(risk.gravest([]))
        self.assertEqual(risk.gravest(["low", "high", "medium"]), "high")
        self.assertEqual(risk.gravest(["low", "low"]), "low")
