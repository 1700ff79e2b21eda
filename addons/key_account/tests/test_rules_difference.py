import random

from odoo.tests import BaseCase, tagged

from ..rules import authority as rules
from ..rules import difference, envelope


def line(id_, product=1, quantity=1.0, unit=1, price=100.0, discount=0.0):
    return {
        "id": id_,
        "product": product,
        "name": f"product {product}",
        "quantity": quantity,
        "unit": unit,
        "price": price,
        "discount": discount,
    }


@tagged("post_install", "-at_install")
class TestRulesDifference(BaseCase):
    def test_a_higher_discount_is_worse_a_lower_one_better(self):
        changes = difference.term_changes(
            {("discount", "order"): 8.0, ("discount", "line"): 10.0},
            {("discount", "order"): 9.0, ("discount", "line"): 6.0},
        )
        self.assertEqual(
            [(c.scope, c.before, c.now, c.direction) for c in changes],
            [("order", 8.0, 9.0, "worse"), ("line", 10.0, 6.0, "better")],
        )

    def test_rounding_is_no_change(self):
        self.assertFalse(
            difference.term_changes(
                {("discount", "order"): 8.0}, {("discount", "order"): 8.004}
            )
        )

    def test_what_cannot_be_measured_is_worst(self):
        of = difference.direction_of
        self.assertEqual(of("discount", 5.0, None), "worse")
        self.assertEqual(of("discount", None, 90.0), "better")
        self.assertEqual(of("discount", None, None), "same")

    def test_a_dimension_switched_on_later_is_no_change(self):
        self.assertFalse(
            difference.term_changes(
                {("amount", "order"): 8.0},
                {("amount", "order"): 8.0, ("discount", "order"): 40.0},
            )
        )

    def test_lines_added_removed_and_changed(self):
        changes = difference.line_changes(
            [line(1), line(2, product=2), line(3, product=3)],
            [line(1, quantity=2.0, discount=5.0), line(3, product=3), line(9, 9)],
        )
        self.assertEqual(
            [(c.kind, c.fields) for c in changes],
            [("changed", ("quantity", "discount")), ("added", ()), ("removed", ())],
        )
        self.assertEqual(changes[-1].before["product"], 2)

    def test_a_line_entered_again_is_the_same_offer(self):
        self.assertFalse(difference.line_changes([line(1)], [line(7)]))
        (change,) = difference.line_changes([line(1)], [line(7, price=90.0)])
        self.assertEqual((change.kind, change.fields), ("changed", ("price",)))

    def test_another_product_on_a_line_is_another_offer(self):
        changes = difference.line_changes([line(1)], [line(1, product=2)])
        self.assertEqual([c.kind for c in changes], ["added", "removed"])

    def test_two_lines_of_one_product_keep_their_partners(self):
        before = [line(1, discount=5.0), line(2, discount=10.0)]
        after = [line(2, discount=12.0), line(1, discount=5.0)]
        (change,) = difference.line_changes(before, after)
        self.assertEqual(change.before["discount"], 10.0)

    def test_property_no_change_exactly_when_equal(self):
        """Nothing is reported for the same lines in any order; every line that came or
        went is reported once."""
        rng = random.Random(19)
        for _round in range(200):
            before = [
                line(i, rng.randint(1, 4), rng.randint(1, 3)) for i in range(1, 6)
            ]
            shuffled = rng.sample(before, len(before))
            self.assertFalse(difference.line_changes(before, shuffled))
            kept = rng.sample(before, rng.randint(0, 5))
            changes = difference.line_changes(before, kept)
            self.assertEqual(len(changes), len(before) - len(kept))
            self.assertEqual({c.kind for c in changes} - {"removed"}, set())
            back = difference.line_changes(kept, before)
            self.assertEqual([c.kind for c in back], ["added"] * len(changes))

    def test_property_a_broken_term_is_a_worse_one(self):
        """What breaks an approval is always shown as worse."""
        rng = random.Random(5)
        values = [None, 0.0, 5.0, 5.004, 20.0, 99.9]
        for _round in range(200):
            before, now = (
                {
                    (code, "order"): rng.choice(values)
                    for code in rules.DIMENSIONS
                    if rng.random() < 0.8
                }
                for _side in range(2)
            )
            worse = {
                (c.dimension, c.scope)
                for c in difference.term_changes(before, now)
                if c.direction == "worse"
            }
            self.assertEqual(set(envelope.broken_terms(before, now)), worse)
