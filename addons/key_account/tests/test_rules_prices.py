import random
from dataclasses import replace

from odoo.tests import BaseCase, tagged

from ..rules import authority as rules
from ..rules import dimensions, payment, prices, requirement

Discount = rules.DIMENSIONS["discount"]
CENT, MILLE, WHOLE = 0.01, 0.001, 1.0


def line(price, reference, quantity=1.0, step=CENT, discount=0.0, steps=None):
    """A line of a quotation: so many at a price, with a discount in %."""
    unit = price * (1.0 - discount / 100.0)
    rounding = prices.rounding_of(unit, reference, steps or (step,))
    return rules.Line(
        "line",
        half_up(unit * quantity, step),
        reference * quantity,
        total_rounding=step / 2.0,
        price_rounding=rounding * quantity,
    )


def half_up(value, step):
    return int(value / step + 0.5 + 1e-9) * step


def beyond(limit, *lines):
    """Whether the lines, or the order that they make, lie beyond a limit in %."""
    untaxed = sum(line.net for line in lines)
    measures = Discount().measure(rules.Terms(lines=lines, untaxed=untaxed))
    assert len(measures) == len(lines) + 1
    return any(Discount.beyond(measure, limit) for measure in measures)


@tagged("post_install", "-at_install")
class TestRulesPrices(BaseCase):
    def test_tables_by_quantity(self):
        table = prices.table_of([(50.0, 800.0), (None, 1000.0), (20.0, 1000.0)])
        self.assertEqual(table, [[None, 1000.0], [50.0, 800.0]])
        found = [prices.price_at(table, q) for q in (0.5, 49.99, 50.0, 1e6)]
        self.assertEqual(found, [1000.0, 1000.0, 800.0, 800.0])
        self.assertEqual(prices.table_of([(None, 7.0), (5.0, 7.0)]), 7.0)
        self.assertIsNone(prices.table_of([(None, None), (5.0, None)]))
        self.assertEqual(prices.price_at(7.0, 3.0), 7.0)
        self.assertEqual(
            prices.each_price(table, lambda price: price / 2),
            [[None, 500.0], [50.0, 400.0]],
        )
        self.assertIsNone(prices.each_price(None, lambda price: price / 2))

    def test_what_a_price_was_rounded_by(self):
        for price, reference, steps, expected in (
            (1.06, 1.12, (CENT,), 0.005),
            (1056.0, 1112.0, (CENT, WHOLE), 0.5),
            (0.316, 0.333, (CENT, MILLE), 0.0005),
            (0.29, 0.31, (CENT,), 0.005),
            # Not rounded at all.
            (0.072, 0.08, (CENT,), 0.0),
            (1.0637, 1.12, (CENT,), 0.0),
            # A step is too much of the price, which was converted.
            (0.04, 0.0462, (CENT,), 0.0),
            # Prices have four decimals: two are no rounding of them.
            (0.10, 0.11, (0.0001, CENT), 0.00005),
            (10.0, 11.0, (CENT, WHOLE), 0.005),
            (0.0, 1.12, (CENT,), 0.0),
            (1.06, None, (CENT,), 0.0),
        ):
            with self.subTest(price=price, reference=reference):
                found = prices.rounding_of(price, reference, steps)
                self.assertAlmostEqual(found, expected)

    def test_the_rounding_of_the_price_explains_it(self):
        for within in (
            line(1.12, 1.12, discount=5.0),
            line(1.06, 1.12),
            line(1.06, 1.12, quantity=10_000.0),
            line(1112.0, 1112.0, step=WHOLE, discount=5.0),
            line(1056.0, 1112.0, quantity=300.0, step=WHOLE),
            line(0.333, 0.333, step=MILLE, discount=5.0),
        ):
            self.assertFalse(beyond(5.0, within), within)
        for outside in (
            line(1000.0, 1000.0, discount=5.2),
            line(948.0, 1000.0),
            line(1.05, 1.12),
            # Tiny prices, many pieces: what was not rounded is not excused by it.
            line(0.08, 0.08, quantity=100_000.0, discount=10.0),
            line(0.09, 0.10, quantity=100_000.0),
            line(0.04, 0.0462, quantity=100_000.0),
            line(1000.0, 1e6 / 900, quantity=1.0, discount=0.0),
        ):
            self.assertTrue(beyond(5.0, outside), outside)

    def test_nothing_else_hides_behind_it(self):
        goods = line(1.12, 1.12, quantity=10_000.0)
        cheaper = rules.Line("discount", -600.0, 0.0, total_rounding=0.005)
        measures = Discount().measure(
            rules.Terms(lines=(goods, cheaper), untaxed=10_600.0)
        )
        self.assertTrue(Discount.beyond(measures[0], 5.0))
        # A price far above, with a discount in percent to match.
        self.assertTrue(beyond(5.0, line(1_000_000.0, 1000.0, discount=99.91)))
        # Without authority there is nothing to be rounded to.
        self.assertTrue(beyond(None, line(1.12, 1.12)))
        self.assertFalse(beyond(rules.UNLIMITED, line(0.0, 1.12)))

    def test_nothing_within_becomes_required_by_rounding_alone(self):
        rng = random.Random(11)
        for _round in range(3000):
            step = rng.choice((CENT, MILLE, WHOLE))
            reference = half_up(rng.uniform(2 * step, 3000 * step), step)
            limit = rng.choice((0.0, 2.5, 5.0, 10.0, 20.0, 33.33))
            asked = reference * (1.0 - limit / 100.0)
            if not asked:
                continue
            quantity = rng.choice((1.0, 3.0, 12.0, 1000.0, 1_000_000.0))
            # As a discount in percent, and as a price that was rounded.
            for lines in (
                [line(reference, reference, quantity, step, discount=limit)],
                [line(half_up(asked, step), reference, quantity, step)],
                [line(half_up(asked, step), reference, quantity, step)] * 7,
                [line(reference, reference, 1.0, step, discount=limit)] * 50,
            ):
                self.assertFalse(beyond(limit, *lines), (reference, limit, lines[0]))

    def test_nothing_beyond_becomes_within_by_more_than_that(self):
        rng = random.Random(13)
        for _round in range(3000):
            step = rng.choice((CENT, MILLE, WHOLE))
            reference = half_up(rng.uniform(5 * step, 30_000 * step), step)
            limit = rng.choice((0.0, 2.5, 5.0, 10.0, 20.0))
            asked = reference * (1.0 - limit / 100.0)
            noticed = reference * 0.0001
            quantity = rng.choice((1.0, 12.0, 100_000.0))
            # More than half a step below what may be asked, be it rounded or not.
            price = asked - step / 2.0 - max(noticed, step / 100.0)
            self.assertTrue(beyond(limit, line(price, reference, 1e6, step)))
            grid = int(price / step) * step
            if grid > 0.0:
                self.assertTrue(beyond(limit, line(grid, reference, quantity, step)))
            # Any price that was not rounded, of many pieces.
            odd = asked - max(noticed, step / 3.0)
            if not prices.is_on(step, odd):
                many = 1e6 * max(1.0, step / noticed)
                self.assertTrue(beyond(limit, line(odd, reference, many, step)))

    def test_splitting_an_order_gains_half_a_step_per_line(self):
        for count in (1, 10, 200):
            for discount in (5.0, 6.0, 9.0):
                lines = [line(100.0, 100.0, discount=discount)] * count
                self.assertEqual(beyond(5.0, *lines), discount > 5.0)

    def test_a_rate_and_a_unit_change_no_discount(self):
        rng = random.Random(17)
        for _round in range(500):
            reference, share = rng.uniform(0.01, 1e5), rng.uniform(0.0, 1.2)
            rate, content = rng.uniform(1e-4, 1e4), rng.choice((1.0, 12.0, 144.0))
            plain = rules.Line("line", reference * share, reference)
            scaled = replace(
                plain,
                net=plain.net * rate * content,
                reference=plain.reference * rate * content,
            )
            one, other = (Discount().of_line(each) for each in (plain, scaled))
            self.assertAlmostEqual(one.value, other.value, places=6)
            for limit in (0.0, 5.0, 20.0, None, rules.UNLIMITED):
                self.assertEqual(
                    Discount.beyond(one, limit), Discount.beyond(other, limit)
                )

    def test_a_requirement_is_judged_as_the_line_of_a_quotation(self):
        rng = random.Random(19)
        for _round in range(500):
            reference = half_up(rng.uniform(0.05, 2000.0), CENT)
            price = half_up(reference * rng.uniform(0.7, 1.1), CENT)
            limit = rng.choice((None, 0.0, 5.0, 10.0, 20.0, rules.UNLIMITED))
            offered = line(price, reference, rng.choice((1.0, 50.0, 1e4)))
            judged = requirement.judge(requirement.measured(offered), limit)
            self.assertEqual(judged == "no", beyond(limit, offered))

    def test_amounts_are_equal_when_they_are_after_rounding(self):
        amount = rules.DIMENSIONS["amount"]
        for value, rounding, within in (
            (100_000.004, CENT, True),
            (100_000.006, CENT, False),
            (100_000.4, WHOLE, True),
            (100_000.5, WHOLE, False),
            (100_000.0004, MILLE, True),
            (100_000.001, MILLE, False),
            (14_000.0 / 0.14, CENT, True),
        ):
            terms = rules.Terms(lines=(), untaxed=value, rounding=rounding)
            [measure] = amount().measure(terms)
            self.assertEqual(amount.beyond(measure, 100_000.0), not within, value)

    def test_a_margin_that_its_total_was_rounded_from(self):
        margin = rules.DIMENSIONS["margin"]
        for net, cost, within in (
            (1.06, 0.7986, True),
            (1.06, 0.81, False),
            (1060.0, 798.6, False),
            (1000.0, 750.0, True),
        ):
            line = rules.Line("line", net, 2.0, cost=cost, total_rounding=CENT / 2)
            [measure] = margin().measure(rules.Terms(lines=(line,), untaxed=net))
            self.assertEqual(margin.beyond(measure, 25.0), not within, net)
            self.assertTrue(margin.beyond(measure, None))
            self.assertFalse(margin.beyond(measure, rules.UNLIMITED))

    def test_a_currency_without_a_rate_is_measured_by_the_next_level(self):
        terms = rules.Terms(lines=(), untaxed=None, total=None, receivable=1.0)
        terms = replace(terms, credit_limit=5.0)
        [measure] = rules.DIMENSIONS["amount"]().measure(terms)
        decision = rules.decide(
            [measure], (10, 20), lambda *_: 1e6, lambda _: 1e6, author_level=10
        )
        self.assertEqual(decision.required_level, 20)
        self.assertEqual(dimensions.Credit().measure(terms)[0].value, None)

    def test_prices_are_written_with_their_decimals(self):
        for price, step, expected in (
            (98.0 / 0.14, CENT, 700.0),
            (14.2857142, CENT, 14.29),
            (0.3571428, CENT, 0.35714),
            (0.0462, CENT, 0.0462),
            (1056.4, WHOLE, 1056.0),
            (0.0, CENT, 0.0),
        ):
            self.assertAlmostEqual(prices.written(price, step), expected, places=9)

    def test_payment_as_asked_beside_the_payment_term(self):
        balance = [(30.0, 0), (70.0, 60)]
        for words, parts, contradicted in (
            ("60 days after delivery", balance, True),
            ("60 days after delivery", [(100.0, 60)], False),
            ("60 days after delivery", [(100.0, 30)], True),
            ("货到60天付款", balance, True),
            ("30 % now, balance 60 days", balance, False),
            ("30% advance, 70% within 60 days", balance, False),
            ("50% advance, 50% in 60 days", balance, True),
            ("letter of credit", balance, False),
            ("60 days", [], False),
        ):
            found = payment.contradicts(words, parts)
            self.assertEqual(found, contradicted, words)
