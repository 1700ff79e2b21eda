import math
import random

from odoo.tests import BaseCase, tagged

from ..rules import authority as rules
from ..rules import dimensions, envelope

LEVELS = (10, 20, 30, 40)
ROWS = tuple(
    rules.LimitRow(level, dimension, value)
    for dimension, values in {
        "discount": (5.0, 10.0, 20.0, math.inf),
        "amount": (1e5, 5e5, 2e6, math.inf),
    }.items()
    for level, value in zip(LEVELS, values, strict=True)
)


def terms(*lines, rate=1.0):
    """Terms from (net, reference) pairs."""
    lines = tuple(rules.Line(f"line {i}", *line) for i, line in enumerate(lines, 1))
    return rules.Terms(lines, sum(line.net for line in lines) / rate)


def decide(measured, rows=ROWS, author=10, always=False):
    def limit(level, measure):
        return rules.effective_limit(rows, level, measure.dimension)

    measures = rules.measure_terms(measured, ("discount", "amount"))
    return rules.decide(
        measures, LEVELS, limit, lambda m: limit(author, m), author, always
    )


@tagged("post_install", "-at_install")
class TestRulesAuthority(BaseCase):
    def test_discount_is_measured_per_line_and_weighted(self):
        measures = dimensions.Discount().measure(terms((82.0, 100.0), (900.0, 900.0)))
        self.assertAlmostEqual(measures[0].value, 1.8)
        self.assertEqual(measures[0].scope, "order")
        self.assertAlmostEqual(measures[1].value, 18.0)
        self.assertAlmostEqual(measures[2].value, 0.0)

    def test_one_deep_line_needs_the_level_of_that_line(self):
        self.assertEqual(
            decide(terms((82.0, 100.0), (90000.0, 90000.0))).required_level, 30
        )

    def test_many_shallow_lines_are_within(self):
        self.assertIsNone(decide(terms((95.0, 100.0), (960.0, 1000.0))).required_level)

    def test_a_negative_line_is_a_discount_of_the_order(self):
        self.assertEqual(decide(terms((100.0, 100.0), (-15.0, 0.0))).required_level, 30)

    def test_a_free_line_is_a_discount_of_100_percent(self):
        self.assertEqual(
            decide(terms((0.0, 10.0), (1000.0, 1000.0))).required_level, 40
        )

    def test_no_reference_price_asks_the_next_level(self):
        self.assertEqual(decide(terms((100.0, None))).required_level, 20)

    def test_no_row_is_no_authority(self):
        rows = tuple(row for row in ROWS if row.level != 10)
        self.assertEqual(decide(terms((100.0, 100.0)), rows).required_level, 20)

    def test_beyond_every_level_nobody_may(self):
        rows = tuple(row for row in ROWS if row.level != 40)
        self.assertEqual(decide(terms((10.0, 100.0)), rows).required_level, math.inf)

    def test_always_asks_the_level_above_even_within(self):
        self.assertEqual(decide(terms((100.0, 100.0)), always=True).required_level, 20)
        self.assertEqual(
            decide(terms((100.0, 100.0)), author=40, always=True).required_level, 40
        )

    def test_most_specific_row_wins_and_the_stricter_of_equals(self):
        rows = (
            rules.LimitRow(10, "discount", 5.0),
            rules.LimitRow(10, "discount", 8.0, team=1),
            rules.LimitRow(10, "discount", 3.0, category=7),
            rules.LimitRow(10, "discount", 12.0, grade="A"),
            rules.LimitRow(10, "discount", 11.0, grade="A"),
        )
        self.assertEqual(rules.effective_limit(rows, 10, "discount"), 5.0)
        self.assertEqual(rules.effective_limit(rows, 10, "discount", team=1), 8.0)
        self.assertEqual(
            rules.effective_limit(rows, 10, "discount", team=1, categories=(7,)), 3.0
        )
        self.assertEqual(
            rules.effective_limit(rows, 10, "discount", 1, "A", (7,)), 11.0
        )
        # Whichever of two equals comes last.
        self.assertEqual(
            rules.effective_limit(rows[::-1], 10, "discount", 1, "A", (7,)), 11.0
        )

    def test_a_grant_widens_and_never_narrows(self):
        self.assertEqual(rules.personal_limit("discount", 5.0, (8.0,)), 8.0)
        self.assertEqual(rules.personal_limit("discount", 5.0, (3.0,)), 5.0)
        self.assertEqual(rules.personal_limit("discount", None, (3.0,)), 3.0)

    def _random_terms(self, rng):
        lines = []
        for _index in range(rng.randint(1, 8)):
            reference = rng.choice((0.0, None, rng.uniform(1, 1e5)))
            lines.append(((reference or 50.0) * rng.uniform(0.5, 1.1), reference))
        return lines

    def test_worsening_a_term_never_lowers_the_required_level(self):
        rng = random.Random(19)
        for _round in range(500):
            lines = self._random_terms(rng)
            before = decide(terms(*lines)).required_level or 0
            index = rng.randrange(len(lines))
            net, reference = lines[index]
            if reference is None:
                continue
            # Amount would fall with the price: the discount dimension is looked at
            # alone.
            lines[index] = (net * 0.9, reference)
            after = decide(terms(*lines))
            outside = [
                v.required_level
                for v in after.outside
                if v.measure.dimension == "discount"
            ]
            first = decide(
                terms(*([*lines[:index], (net, reference), *lines[index + 1 :]]))
            )
            base = [
                v.required_level
                for v in first.outside
                if v.measure.dimension == "discount"
            ]
            self.assertGreaterEqual(max(outside, default=0), max(base, default=0))
            self.assertGreaterEqual(before, 0)

    def test_raising_a_limit_never_raises_the_required_level(self):
        rng = random.Random(7)
        for _round in range(500):
            measured = terms(*self._random_terms(rng))
            index = rng.randrange(len(ROWS))
            row = ROWS[index]
            wider = rules.LimitRow(
                row.level, row.dimension, row.value * rng.uniform(1.0, 3.0)
            )
            rows = (*ROWS[:index], wider, *ROWS[index + 1 :])
            before = decide(measured).required_level or 0
            self.assertLessEqual(decide(measured, rows).required_level or 0, before)

    def test_order_of_lines_and_rows_does_not_matter(self):
        rng = random.Random(3)
        for _round in range(200):
            lines, rows = self._random_terms(rng), list(ROWS)
            expected = decide(terms(*lines)).required_level
            rng.shuffle(lines)
            rng.shuffle(rows)
            self.assertEqual(
                decide(terms(*lines), tuple(rows)).required_level, expected
            )

    def test_currency_does_not_matter(self):
        rng = random.Random(5)
        for _round in range(200):
            lines, rate = self._random_terms(rng), rng.uniform(0.01, 100.0)
            scaled = [(net * rate, ref and ref * rate) for net, ref in lines]
            self.assertEqual(
                decide(terms(*scaled, rate=rate)).required_level,
                decide(terms(*lines)).required_level,
            )


@tagged("post_install", "-at_install")
class TestRulesEnvelope(BaseCase):
    def worst(self, *lines):
        return envelope.worst(
            rules.measure_terms(terms(*lines), ("discount", "amount"))
        )

    def test_better_terms_stay_inside(self):
        approved = self.worst((82.0, 100.0), (900.0, 1000.0))
        self.assertFalse(
            envelope.broken_terms(approved, self.worst((82.0, 100.0), (890.0, 980.0)))
        )

    def test_worse_terms_name_what_broke(self):
        approved = self.worst((82.0, 100.0), (1000.0, 1000.0))
        broken = envelope.broken_terms(
            approved, self.worst((82.0, 100.0), (820.0, 1000.0))
        )
        self.assertEqual(broken, [("discount", "order")])

    def test_a_higher_amount_breaks(self):
        approved = self.worst((100.0, 100.0))
        self.assertEqual(
            envelope.broken_terms(approved, self.worst((200.0, 200.0))),
            [("amount", "order")],
        )

    def test_what_can_no_longer_be_measured_breaks(self):
        key = ("discount", "line")
        self.assertEqual(envelope.broken_terms({key: 5.0}, {key: None}), [key])
        self.assertFalse(envelope.broken_terms({key: None}, {key: None}))

    def test_identity(self):
        approved = {"partner": 1, "company": 1, "currency": 2, "products": [4, 5]}
        self.assertFalse(
            envelope.foreign_identity(approved, {**approved, "products": [5]})
        )
        for name in ("partner", "company", "currency"):
            self.assertEqual(
                envelope.foreign_identity(approved, {**approved, name: 3}), [name]
            )
        self.assertEqual(
            envelope.foreign_identity(approved, {**approved, "products": [6]}),
            ["products"],
        )
        # What was approved before parts of combos were named says nothing of them.
        named = {**approved, "parts": ["+1"]}
        self.assertFalse(envelope.foreign_identity(approved, named))
        other = {**approved, "parts": ["+2"]}
        self.assertEqual(envelope.foreign_identity(named, other), ["parts"])

    def test_fingerprint_is_canonical(self):
        self.assertEqual(
            envelope.fingerprint({"a": 1, "b": [1, 2]}),
            envelope.fingerprint({"b": [1, 2], "a": 1}),
        )
        self.assertNotEqual(
            envelope.fingerprint({"a": [1, 2]}), envelope.fingerprint({"a": [2, 1]})
        )
