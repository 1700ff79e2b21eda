import math
import random
from dataclasses import replace

from odoo.tests import BaseCase, tagged

from ..rules import authority as rules
from ..rules import dimensions, envelope

LEVELS = (10, 20, 30, 40)
CODES = tuple("discount amount margin payment_days lead_time credit deviation".split())
ROWS = tuple(
    rules.LimitRow(level, code, limit)
    for code in CODES
    for level, limit in rules.DIMENSIONS[code].proposed.items()
)


def terms(*lines, **values):
    """Terms of goods with a reference price and cost, sold as they should be."""
    lines = lines or (line(),)
    untaxed = sum(line.net for line in lines)
    return rules.Terms(
        **{
            "lines": lines,
            "untaxed": untaxed,
            "total": untaxed,
            "payment_days": 30,
            "promised_days": 30.0,
            "receivable": 0.0,
            "credit_limit": 1e6,
            "deviations": 0,
            **values,
        }
    )


def line(net=1000.0, **values):
    return rules.Line(
        **{
            "where": "pump",
            "net": net,
            "reference": 1000.0,
            "cost": 600.0,
            "lead_days": 20.0,
            **values,
        }
    )


def decide(measured, rows=ROWS, author=10, codes=CODES):
    def limit(level, measure):
        return rules.effective_limit(rows, level, measure.dimension)

    return rules.decide(
        rules.measure_terms(measured, codes),
        LEVELS,
        limit,
        lambda measure: limit(author, measure),
        author,
    )


def required(measured, code, rows=ROWS):
    """Level that a dimension alone asks for; 0 when nobody."""
    return decide(measured, rows, codes=(code,)).required_level or 0


def value(measured, code):
    return rules.DIMENSIONS[code]().measure(measured)[0].value


@tagged("post_install", "-at_install")
class TestRulesDimensions(BaseCase):
    def assertLevels(self, code, cases):
        """Each terms asks for its level, and is measured as said."""
        for measured, expected, level in cases:
            with self.subTest(code=code, expected=expected):
                self.assertAlmostEqual(value(measured, code), expected)
                self.assertEqual(required(measured, code), level)

    def test_the_chapter_s_limits_are_proposed(self):
        unlimited = math.inf
        self.assertEqual(
            {code: tuple(rules.DIMENSIONS[code].proposed.values()) for code in CODES},
            {
                "discount": (5, 10, 20, unlimited),
                "amount": (100_000, 500_000, 2_000_000, unlimited),
                "margin": (25, 18, 10, unlimited),
                "payment_days": (30, 60, 90, unlimited),
                "lead_time": (0, 5, 15, unlimited),
                "credit": (0, 0, 10, unlimited),
                "deviation": (0, 2, 5, unlimited),
            },
        )

    def test_margin(self):
        self.assertLevels(
            "margin",
            [
                (terms(), 40.0, 0),
                (terms(line(800.0)), 25.0, 0),
                (terms(line(cost=800.0)), 20.0, 20),
                (terms(line(cost=820.0)), 18.0, 20),
                (terms(line(cost=900.0)), 10.0, 30),
                (terms(line(cost=1100.0)), -10.0, 40),
                (terms(line(), line(0.0)), -20.0, 40),
                (terms(line(), line(-200.0, reference=0.0, cost=None)), 25.0, 0),
                (terms(line(0.0)), dimensions.LOWEST_MARGIN, 40),
            ],
        )

    def test_a_line_without_cost_is_a_notice_and_lifts_nothing(self):
        measured = terms(line(cost=900.0), line(9000.0, cost=None))
        measures = dimensions.Margin().measure(measured)
        self.assertEqual([m.value for m in measures], [10.0, None])
        decision = decide(measured, codes=("margin",))
        self.assertEqual(decision.required_level, 30)
        self.assertEqual([v.measure.where for v in decision.notices], ["pump"])

    def test_payment_days(self):
        self.assertLevels(
            "payment_days",
            [
                (terms(payment_days=days), days, level)
                for days, level in ((0, 0), (30, 0), (45, 20), (90, 30), (120, 40))
            ],
        )
        decision = decide(terms(payment_days=None), codes=("payment_days",))
        self.assertEqual(decision.required_level, 20)
        self.assertFalse(decision.notices)

    def test_the_longest_due_day_of_each_kind(self):
        for kind, days, day, expected in (
            ("days_after", 45, 0, 45),
            ("days_after_end_of_month", 15, 0, 45),
            ("days_after_end_of_next_month", 0, 0, 61),
            ("days_end_of_month_on_the", 0, 0, 30),
            ("days_end_of_month_on_the", 30, 10, 70),
        ):
            with self.subTest(kind=kind):
                self.assertEqual(dimensions.due_days(kind, days, day), expected)

    def test_lead_time(self):
        self.assertLevels(
            "lead_time",
            [
                (terms(), 0.0, 0),
                (terms(promised_days=20.0), 0.0, 0),
                (terms(promised_days=15.0), 5.0, 20),
                (terms(promised_days=5.0), 15.0, 30),
                (terms(promised_days=4.0), 16.0, 40),
                (terms(line(), line(lead_days=45.0)), 15.0, 30),
            ],
        )
        for unknown in (terms(promised_days=None), terms(line(lead_days=0.0))):
            decision = decide(unknown, codes=("lead_time",))
            self.assertIsNone(decision.required_level)
            self.assertEqual(len(decision.notices), 1)

    def test_credit(self):
        self.assertLevels(
            "credit",
            [
                (terms(receivable=80_000.0, credit_limit=81_000.0), 0.0, 0),
                (terms(receivable=81_000.0, credit_limit=80_000.0), 2.5, 30),
                (terms(receivable=87_000.0, credit_limit=80_000.0), 10.0, 30),
                (terms(receivable=88_000.0, credit_limit=80_000.0), 11.25, 40),
            ],
        )
        for limit in (None, 0.0):
            decision = decide(terms(credit_limit=limit), codes=("credit",))
            self.assertIsNone(decision.required_level)
            self.assertEqual(len(decision.notices), 1)

    def test_deviation(self):
        self.assertLevels(
            "deviation",
            [
                (terms(deviations=count), count, level)
                for count, level in ((0, 0), (1, 20), (2, 20), (3, 30), (6, 40))
            ],
        )

    def test_amount_is_untaxed(self):
        taxed = terms(line(1000.0), total=1130.0)
        [measure] = rules.DIMENSIONS["amount"]().measure(taxed)
        self.assertEqual(measure.value, 1000.0)

    def test_an_add_on_registers_a_dimension(self):
        @rules.register
        class Warranty(rules.Dimension):
            code, unit, label = "warranty", "count", "Warranty"

            def measure(self, measured):
                return [rules.Measure(self.code, measured.more["warranty"])]

        self.addCleanup(rules.DIMENSIONS.pop, "warranty")
        rows = (rules.LimitRow(10, "warranty", 12), rules.LimitRow(20, "warranty", 24))
        measured = terms(more={"warranty": 18})
        decision = decide(measured, rows, codes=("warranty",))
        self.assertEqual(decision.required_level, 20)

    def test_a_more_specific_limit_wins_and_of_equals_the_stricter(self):
        rows = (
            rules.LimitRow(10, "margin", 25.0),
            rules.LimitRow(10, "margin", 30.0, team=1),
            rules.LimitRow(10, "margin", 15.0, grade="A"),
            rules.LimitRow(10, "margin", 20.0, grade="A"),
        )
        for team, grade, expected in (
            (None, None, 25.0),
            (1, None, 30.0),
            (1, "A", 20.0),
        ):
            limit = rules.effective_limit(rows, 10, "margin", team, grade)
            self.assertEqual(limit, expected)

    def test_a_grant_of_margin_allows_less_of_it(self):
        self.assertEqual(rules.personal_limit("margin", 25.0, (20.0,)), 20.0)
        self.assertEqual(rules.personal_limit("margin", 25.0, (30.0,)), 25.0)
        self.assertEqual(rules.personal_limit("margin", None, (30.0,)), 30.0)
        self.assertTrue(rules.DIMENSIONS["margin"].exceeds(10.0, 18.0))
        self.assertFalse(rules.DIMENSIONS["margin"].exceeds(20.0, 18.0))


@tagged("post_install", "-at_install")
class TestRulesDimensionProperties(BaseCase):
    """What holds in every dimension, for any terms."""

    def random_terms(self, rng):
        lines = tuple(self.random_line(rng) for _index in range(rng.randint(1, 6)))
        untaxed = sum(each.net for each in lines)
        return terms(
            *lines,
            total=untaxed * 1.13,
            payment_days=rng.choice((None, rng.randint(0, 150))),
            promised_days=rng.choice((None, float(rng.randint(-5, 60)))),
            receivable=rng.uniform(0.0, 2e5),
            credit_limit=rng.choice((None, rng.uniform(1e3, 3e5))),
            deviations=rng.randint(0, 8),
        )

    def random_line(self, rng):
        reference = rng.choice((None, 0.0, rng.uniform(1.0, 1e5)))
        net = (reference or rng.uniform(-5e3, 5e3)) * rng.uniform(0.0, 1.1)
        return line(
            net,
            reference=reference,
            cost=rng.choice((None, abs(net) * rng.uniform(0.1, 1.3))),
            lead_days=rng.choice((0.0, float(rng.randint(1, 60)))),
        )

    def worsened(self, rng, code, measured):
        """The same terms, in one dimension worse or as before."""
        more = rng.uniform(1.0, 3.0)
        index = rng.randrange(len(measured.lines))
        if code in ("discount", "margin"):
            return self.cheaper(rng, measured, index)
        if code == "amount":
            return replace(measured, untaxed=measured.untaxed + 1e5 * more)
        if code == "payment_days":
            days = measured.payment_days
            return replace(measured, payment_days=days and days * more)
        if code == "lead_time":
            days = measured.promised_days
            return replace(measured, promised_days=days and days - 10.0 * more)
        if code == "credit":
            return replace(measured, receivable=measured.receivable * more)
        return replace(measured, deviations=measured.deviations + rng.randint(0, 3))

    def cheaper(self, rng, measured, index):
        """One line sold for less, at least for nothing where it was sold at all."""
        old = measured.lines[index]
        new = replace(old, net=old.net - abs(old.net) * rng.uniform(0.0, 0.5))
        return replace(
            measured,
            lines=(*measured.lines[:index], new, *measured.lines[index + 1 :]),
        )

    def scaled(self, measured, factor):
        """The same terms in another currency, without what is in company currency."""
        lines = tuple(
            replace(
                each,
                net=each.net * factor,
                reference=each.reference and each.reference * factor,
                cost=each.cost and each.cost * factor,
            )
            for each in measured.lines
        )
        return replace(measured, lines=lines)

    def test_worsening_a_term_never_lowers_the_required_level(self):
        rng = random.Random(19)
        for _round in range(400):
            measured = self.random_terms(rng)
            for code in CODES:
                worse = self.worsened(rng, code, measured)
                self.assertGreaterEqual(
                    required(worse, code), required(measured, code), (code, measured)
                )

    def test_raising_a_limit_never_raises_the_required_level(self):
        rng = random.Random(7)
        for _round in range(400):
            measured, index = self.random_terms(rng), rng.randrange(len(ROWS))
            row = ROWS[index]
            lower = rules.DIMENSIONS[row.dimension].lower_is_worse
            room = rng.uniform(0.0, 50.0) + abs(row.value) * rng.uniform(0.0, 2.0)
            limit = row.value if row.value == math.inf else row.value + room
            if lower and row.value != math.inf:
                limit = row.value - room
            rows = (*ROWS[:index], replace(row, value=limit), *ROWS[index + 1 :])
            for code in CODES:
                self.assertLessEqual(
                    required(measured, code, rows), required(measured, code), code
                )

    def test_order_of_lines_and_rows_does_not_matter(self):
        rng = random.Random(3)
        for _round in range(200):
            measured, rows = self.random_terms(rng), list(ROWS)
            lines = list(measured.lines)
            rng.shuffle(lines)
            rng.shuffle(rows)
            shuffled = replace(measured, lines=tuple(lines))
            for code in CODES:
                self.assertEqual(
                    required(shuffled, code, tuple(rows)), required(measured, code)
                )

    def test_currency_of_the_order_does_not_matter(self):
        rng = random.Random(5)
        for _round in range(200):
            measured = self.random_terms(rng)
            other = self.scaled(measured, rng.choice((0.01, 0.13, 7.2, 150.0)))
            for code in CODES:
                self.assertEqual(required(other, code), required(measured, code), code)

    def test_what_is_nowhere_worse_stays_approved(self):
        rng = random.Random(11)
        for _round in range(200):
            measured = self.random_terms(rng)
            for code in CODES:
                worse = self.worsened(rng, code, measured)
                then, now = (
                    envelope.worst(rules.measure_terms(each, (code,)))
                    for each in (worse, measured)
                )
                self.assertFalse(envelope.broken_terms(then, now), (code, measured))
