"""What holds of whatever price, unit, rate and day: drawn at random, always the same
draws."""

import random
from datetime import datetime, timedelta

from pytz import UTC, timezone

from odoo.tests import freeze_time, tagged

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
