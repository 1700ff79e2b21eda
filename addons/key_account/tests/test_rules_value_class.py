import random

from odoo.tests import BaseCase, tagged

from ..rules import scorecard, value_class
from ..rules.scorecard import Item
from ..rules.value_class import Thresholds, Worth

PROPOSED = Thresholds()


@tagged("post_install", "-at_install")
class TestRulesValueClass(BaseCase):
    """The worked example of readme/USAGE.rst, and what holds for any customers."""

    EXAMPLE = {
        "Hongda": Worth(margin=420_000, service_cost=60_000, growth=8.0),
        "Baxter": Worth(margin=180_000, growth=25.0, potential=3),
        "Meridian": Worth(margin=90_000, growth=5.0, potential=4),
        "Xinghuo": Worth(margin=12_000, service_cost=15_000, growth=40.0),
        "Rheintal": Worth(margin=60_000, growth=-3.0, potential=2),
    }

    def test_the_noise_of_floats_is_no_loss(self):
        """Costs of two files that were merged come to what the customer brings."""
        self.assertFalse(value_class.is_below_zero(Worth(0.3, 0.1 + 0.2)))
        self.assertTrue(value_class.is_below_zero(Worth(0.3, 0.31)))
        self.assertFalse(value_class.is_below_zero(Worth(None, 5)))

    def test_the_example_of_the_readme(self):
        self.assertEqual(
            value_class.classes(self.EXAMPLE, PROPOSED),
            {
                "Hongda": "vip",
                "Baxter": "mgc",
                "Meridian": "mgc",
                "Xinghuo": "bz",
                "Rheintal": None,
            },
        )
        self.assertAlmostEqual(value_class.growth(1_250_000, 1_000_000), 25.0)

    def test_what_begins_does_not_grow(self):
        self.assertIsNone(value_class.growth(500, 0))
        self.assertEqual(value_class.growth(0, 500), -100)

    def test_exactly_zero_is_not_below(self):
        self.assertFalse(value_class.is_below_zero(Worth(margin=5, service_cost=5)))
        self.assertTrue(value_class.is_below_zero(Worth(margin=5, service_cost=5.01)))
        self.assertFalse(value_class.is_below_zero(Worth(service_cost=5)))

    def test_thresholds_belong_to_the_class(self):
        self.assertTrue(value_class.is_most_growable(Worth(growth=20.0), PROPOSED))
        self.assertFalse(value_class.is_most_growable(Worth(growth=19.9), PROPOSED))
        self.assertTrue(value_class.is_most_growable(Worth(potential=4), PROPOSED))
        self.assertFalse(value_class.is_most_growable(Worth(potential=3), PROPOSED))
        nothing = Thresholds(growth=0, potential=0)
        self.assertFalse(value_class.is_most_growable(Worth(0, 0, 90, 5), nothing))

    def test_top_fifth_is_of_active_customers(self):
        worths = {n: Worth(margin=float(n)) for n in range(1, 11)}
        found = value_class.classes(worths, PROPOSED)
        self.assertEqual({n for n, c in found.items() if c == "vip"}, {9, 10})
        worths[99] = Worth(margin=99.0, active=False)
        found = value_class.classes(worths, PROPOSED)
        self.assertEqual({n for n, c in found.items() if c == "vip"}, {9, 10})
        one = value_class.classes({1: Worth(margin=1.0)}, PROPOSED)
        self.assertEqual(one, {1: "vip"}, "part of a customer counts as one")
        self.assertEqual(value_class.classes({1: Worth()}, PROPOSED), {1: None})

    def test_what_value_and_difficulty_advise(self):
        table = {(5, 2): "develop", (4, 4): "care", (3, 3): "warm", (2, 5): "leave"}
        for scores, advised in table.items():
            self.assertEqual(value_class.advice(*scores, 4), advised)
        self.assertIsNone(value_class.advice(0, 3, 4))

    def test_properties(self):
        rng = random.Random(11)
        for _try in range(300):
            share = rng.choice([0, 5, 20, 50, 100])
            worths = {
                n: Worth(
                    rng.choice([None, rng.uniform(-50, 100)]),
                    rng.choice([None, rng.uniform(0, 30)]),
                    rng.choice([None, rng.uniform(-50, 60)]),
                    rng.choice([None, 1, 3, 5]),
                    rng.random() < 0.7,
                )
                for n in range(rng.randrange(12))
            }
            limits = Thresholds(share)
            found = value_class.classes(worths, limits)
            vips = [worths[n] for n, c in found.items() if c == "vip"]
            active = [w for w in worths.values() if w.active]
            self.assertEqual(found.keys(), worths.keys())
            self.assertLessEqual(len(vips), len(active) * share / 100 + 1)
            self.assertTrue(all(w.active and w.margin > 0 for w in vips))
            for n, worth in worths.items():
                if found[n] == "bz":
                    self.assertLess(worth.margin - (worth.service_cost or 0), 0)
                better = worth._replace(margin=(worth.margin or 0) + 1000)
                raised = value_class.classes({**worths, n: better}, limits)
                self.assertNotEqual(raised[n], "bz", "more margin never harms")
                if found[n] == "vip":
                    self.assertEqual(raised[n], "vip")

    # -- importance needs potential --------------------------------------------

    def test_importance_without_potential_is_no_a(self):
        items = [
            Item("Sales", 85, 100, 100),
            Item("Projects", 15, 5, 1, growth=True),
        ]
        value = scorecard.score(items).value
        letter = scorecard.grade(value, (80, 65, 50))
        self.assertEqual((round(value), letter), (88, "A"))
        self.assertEqual(scorecard.growth(items), 20)
        self.assertEqual(scorecard.held_back(letter, scorecard.growth(items), 50), "B")
        self.assertEqual(scorecard.held_back("A", 50, 50), "A")
        self.assertEqual(scorecard.held_back("C", 0, 50), "C")

    def test_growth_that_nobody_knows_is_none_and_unasked_holds_nobody(self):
        unknown = [Item("Sales", 85, 1, 1), Item("Open", 15, 50, None, growth=True)]
        self.assertEqual(scorecard.growth(unknown), 0)
        self.assertIsNone(scorecard.growth([Item("Sales", 100, 1, 1)]))
        self.assertEqual(scorecard.held_back("A", None, 50), "A")
