"""What holds of whatever price, unit, rate and day: drawn at random, always the same
draws."""

import random
from datetime import datetime, timedelta

from pytz import UTC, timezone

from odoo import Command
from odoo.tests import freeze_time, tagged

from .test_hand_worked_deep import ComboTaxCommon
from .test_money import MoneyCommon

ZONES = ("Pacific/Auckland", "Asia/Shanghai", "Europe/Berlin", "America/New_York")
# Powers of two, so that nothing of a price is lost by them.
RATES = (0.25, 0.5, 2.0, 4.0, 8.0)


@tagged("post_install", "-at_install")
class TestDrawnPrices(MoneyCommon):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(41)

    def rate(self, rate):
        """A day's rate of the dollar."""
        self.usd.rate_ids.rate = rate

    def price(self, lowest=1.0, highest=900.0):
        """A price that is one in each of the currencies."""
        return round(self.dice.uniform(lowest, highest) * 25) / 25

    def measured(self, order):
        self.env.flush_all()
        return order.authority_discount, order.authority_level_id.sequence

    def test_prices_agreed_in_another_currency(self):
        for _each in range(6):
            part, rate = self.part(1.0), self.dice.choice(RATES)
            agreed, quantity = self.price(), self.dice.choice((1.0, 7.0, 240.0))
            offered = round(agreed * self.dice.uniform(0.7, 1.05), 2)
            self.rate(rate)
            self.agree(self.pricelist(self.fixed(agreed)))
            own = self.measured(self.quote(part, offered, quantity))
            foreign = self.pricelist(self.fixed(agreed * rate), currency=self.usd)
            self.agree(foreign)
            other = self.measured(self.quote(part, offered, quantity))
            with self.subTest(agreed=agreed, offered=offered, rate=rate):
                self.assertAlmostEqual(own[0], 100 * (1 - offered / agreed), places=2)
                self.assertAlmostEqual(own[0], other[0], places=6)
                self.assertEqual(own[1], other[1])

    def test_by_the_piece_and_by_the_dozen(self):
        for _each in range(6):
            part, count = self.part(self.price()), self.dice.randint(1, 40)
            offered = round(part.list_price * self.dice.uniform(0.7, 1.05), 2)
            least = 12.0 * self.dice.randint(1, 40)
            cheaper = round(part.list_price * 0.9, 2)
            self.agree(
                self.pricelist(
                    self.fixed(part.list_price),
                    self.fixed(cheaper, min_quantity=least),
                )
            )
            pieces = self.measured(self.quote(part, offered, 12.0 * count))
            dozens = self.measured(
                self.quote(part, 12.0 * offered, count, unit=self.dozen)
            )
            asked = self.asked(part, offered, 12.0 * count)
            reference = cheaper if 12.0 * count >= least else part.list_price
            with self.subTest(offered=offered, count=count, least=least):
                right = 100 * (1 - offered / reference)
                self.assertAlmostEqual(pieces[0], right, places=2)
                self.assertAlmostEqual(dozens[0], right, places=2)
                self.assertEqual(pieces[1], dozens[1])
                self.assertAlmostEqual(asked.measured_discount, right, delta=0.0051)
                self.assertEqual(asked.within_authority == "no", pieces[1] > 0)

    def test_rounding_alone_needs_nobody_and_a_cent_more_does(self):
        for _each in range(10):
            part, quantity = (
                self.part(self.price(2.0, 80.0)),
                self.dice.choice((1, 900)),
            )
            # Half up, as prices are.
            least = int(part.list_price * 95 + 0.5 + 1e-9) / 100
            within = self.measured(self.quote(part, least, quantity))
            beyond = self.measured(self.quote(part, least - 0.01, quantity))
            with self.subTest(price=part.list_price, least=least, quantity=quantity):
                self.assertEqual(within[1], 0)
                self.assertEqual(beyond[1], 20)

    def test_the_day_is_the_company_s(self):
        """Prices agreed for a day hold on it, from its first minute to its last."""
        part = self.part(200.0)
        prices = self.pricelist(self.fixed(100.0))
        for zone in ZONES:
            self.company.resource_calendar_id.tz = zone
            for _each in range(3):
                moment = datetime(2026, self.dice.randint(1, 12), 1)
                moment += timedelta(minutes=self.dice.randint(0, 40_000))
                day = UTC.localize(moment).astimezone(timezone(zone)).date()
                with self.subTest(zone=zone, moment=moment), freeze_time(moment):
                    self.agree(prices, agreed_from=day, agreed_until=day)
                    self.assertEqual(self.measured(self.quote(part, 100.0))[0], 0.0)
                    for off in (-1, 1):
                        other = day + timedelta(days=off)
                        self.agree(prices, agreed_from=other, agreed_until=other)
                        found = self.measured(self.quote(part, 100.0))
                        self.assertEqual(found[0], 50.0)


@tagged("post_install", "-at_install")
class TestDrawnQuotations(ComboTaxCommon):
    """Whatever Odoo itself makes of the prices that were agreed is no discount, but for
    the rounding of its prices."""

    def setUp(self):
        super().setUp()
        self.dice = random.Random(43)
        two = self.included(5.0) | self.included(8.0)
        vals = {"amount_type": "group", "children_tax_ids": [Command.set(two.ids)]}
        excluded = self.included(13.0, name="Beside the price")
        excluded.price_include_override = "tax_excluded"
        fixed = self.included(3.0, amount_type="fixed")
        self.taxes = (
            self.env["account.tax"],
            self.thirteen,
            self.six,
            fixed,
            excluded,
            self.included(10.0, amount_type="division"),
            self.included(0.0, **vals),
            self.thirteen | fixed,
        )

    def amount(self, lowest, highest):
        return round(self.dice.uniform(lowest, highest), 2)

    def rule(self, base):
        """Any kind of price that a list can say."""
        made_of = {
            "compute_price": "formula",
            "min_quantity": self.dice.choice((0, 12)),
        }
        return made_of | self.dice.choice(
            (
                {"compute_price": "fixed", "fixed_price": self.amount(20, 900)},
                {"compute_price": "percentage", "percent_price": 33.33},
                {"base": "list_price", "price_discount": 33, "price_surcharge": 7.5},
                {"base": "list_price", "price_discount": 10, "price_round": 0.05},
                {"base": "standard_price", "price_discount": -250},
                {
                    "base": "pricelist",
                    "base_pricelist_id": base.id,
                    "price_discount": 8,
                },
            )
        )

    def assertNoDiscount(self, order, lines):
        self.env.flush_all()
        steps = [0.006 / line.price_unit for line in lines]
        rounded = sum(0.01 / line.price_subtotal for line in lines)
        said = [(line.price_unit, line.discount) for line in lines]
        most = 100 * (max(steps) + rounded) + 0.02
        self.assertAlmostEqual(order.authority_discount, 0.0, delta=most, msg=said)

    def test_lists_of_all_kinds(self):
        for _each in range(16):
            currency = self.dice.choice((self.cny, self.usd))
            base = self.pricelist(self.fixed(self.amount(30, 500)), currency=self.usd)
            rules = [self.rule(base) for _rule in range(self.dice.randint(1, 3))]
            prices = self.pricelist(*rules, currency=currency)
            self.agree(prices)
            order = self.make_order(order_line=[], pricelist_id=prices.id)
            lines = self.env["sale.order.line"].with_user(self.specialist)
            for _line in range(2):
                part = self.part(
                    self.amount(20, 3000),
                    standard_price=self.amount(5, 20),
                    taxes_id=[Command.set(self.dice.choice(self.taxes).ids)],
                )
                lines |= lines.create(
                    {
                        "order_id": order.id,
                        "product_id": part.id,
                        "product_uom_qty": self.dice.choice((1, 6, 12, 30)),
                        "product_uom_id": self.dice.choice(
                            (part.uom_id, self.dozen)
                        ).id,
                    }
                )
            with self.subTest(rules=rules):
                self.assertNoDiscount(order, lines)

    def test_combos_of_all_kinds(self):
        for _each in range(12):
            choices = [
                [
                    (
                        self.amount(20, 900),
                        self.dice.choice(self.taxes),
                        self.dice.choice((0, self.amount(5, 200))),
                    )
                ]
                for _choice in range(self.dice.randint(1, 3))
            ]
            price = self.amount(300, 3000)
            combo = self.combo(price, *choices)
            self.agree(
                self.pricelist(
                    self.fixed(price), self.fixed(price - 50.0, min_quantity=5.0)
                )
            )
            order = self.sold(combo, self.dice.choice((1.0, 4.0, 7.0)))
            order.pricelist_id = self.account.agreed_pricelist_id
            order.sudo().action_update_prices()
            with self.subTest(price=price, choices=choices):
                parts = order.order_line.filtered("combo_item_id")
                self.assertNoDiscount(order, parts)
