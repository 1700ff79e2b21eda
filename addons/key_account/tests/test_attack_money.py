"""Currencies, quantities, roundings and days, where somebody gains by them"""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .attack_common import AttackCase
from .test_offer import OfferCommon


@tagged("post_install", "-at_install")
class TestAttackMoney(OfferCommon, AttackCase):
    def held(self, order, level):
        self.env.flush_all()
        self.assertEqual(order.authority_level_id.sequence, level)
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def test_number_of_another_currency(self):
        """Agreed prices of 100 USD quoted as 100 CNY | specialist | measured as 86 %:
        held"""
        self.agree(self.pricelist(self.fixed(100.0), currency=self.usd))
        self.held(self.quote(self.pump, 100.0, 10.0), 40)

    def test_currency_that_nobody_knows_the_worth_of(self):
        """A quotation in a currency without a rate, which Odoo takes for the company's
        own | specialist | not measurable: the next level is asked"""
        euro = self.currency("EUR")
        self.held(self.quote(self.pump, 1000.0, currency=euro), 20)

    def test_agreed_prices_in_such_a_currency(self):
        """Agreed prices, approved, whose currency loses its rates afterwards |
        specialist | not taken one to one: the next level is asked"""
        euro = self.currency("EUR", 0.1)
        self.agree(self.pricelist(self.fixed(100.0), currency=euro))
        euro.rate_ids.unlink()
        self.held(self.quote(self.pump, 100.0), 20)

    def test_break_that_is_not_reached(self):
        """The agreed price from 50 pieces for 49, in pieces and in dozens | specialist
        | measured against the price of so many: held"""
        self.agree(
            self.pricelist(self.fixed(1000.0), self.fixed(800.0, min_quantity=50.0))
        )
        self.held(self.quote(self.pump, 800.0, 49.0), 30)
        self.held(self.quote(self.pump, 9600.0, 4.0, unit=self.dozen), 30)

    def test_break_that_is_left_after_approval(self):
        """50 pieces at the agreed price of 50, approved, then one piece at that price |
        specialist | measured against the price of one as it was then: held"""
        self.agree(
            self.pricelist(self.fixed(1000.0), self.fixed(800.0, min_quantity=50.0))
        )
        order = self.approve(self.quote(self.pump, 752.0, 50.0))
        # Odoo proposes its own price for another quantity.
        values = {"product_uom_qty": 1.0, "price_unit": 752.0}
        self.rpc(self.specialist, order.order_line, "write", values)
        self.reopened(order)

    def test_break_that_is_left_after_confirmation(self):
        """The same on a confirmed order, before it is invoiced | specialist | not
        invoiced before sign-off"""
        self.agree(
            self.pricelist(self.fixed(1000.0), self.fixed(800.0, min_quantity=50.0))
        )
        order = self.quote(self.pump, 800.0, 50.0)
        self.rpc(self.specialist, order, "action_confirm")
        order.order_line.write({"product_uom_qty": 5.0, "price_unit": 800.0})
        self.env.flush_all()
        self.assertTrue(order._may_not("invoice"))

    def test_break_that_a_negative_line_takes_back(self):
        """50 pieces at the price of 50, and a line of -49 | specialist | the order is
        98 % below: held"""
        self.agree(
            self.pricelist(self.fixed(1000.0), self.fixed(800.0, min_quantity=50.0))
        )
        order = self.quote(self.pump, 800.0, 50.0)
        line = {"product_id": self.pump.id, "product_uom_qty": -49.0}
        order.order_line = [Command.create({**line, "price_unit": 800.0})]
        self.held(order, 40)

    def test_many_pieces_of_a_tiny_price(self):
        """100 000 pieces of 0.08 with 10 %; of 0.10 at 0.09; of 0.0462 (converted) at
        0.04 | specialist | more than rounding explains: held"""
        self.held(self.quote(self.part(0.08), 0.08, 1e5, discount=10.0), 20)
        self.held(self.quote(self.part(0.10), 0.09, 1e5), 20)
        order = self.quote(self.part(0.33), 0.04, 1e5, currency=self.usd)
        self.held(order, 30)

    def test_option_of_a_tiny_price(self):
        """An option of 0.08 with 10 % off, not taken yet, for as many as the customer
        likes | specialist | nothing of it was rounded: held"""
        order = self.quote(self.pump, 1000.0)
        option = {"product_id": self.part(0.08).id, "product_uom_qty": 0.0}
        option |= {"price_unit": 0.08, "discount": 10.0}
        order.order_line = [Command.create(option)]
        self.held(order, 20)

    def test_many_lines_of_a_small_price(self):
        """Two hundred lines of 1.00 with 6 % | specialist | the order is beyond, and
        each line: held"""
        order = self.quote(self.part(1.0), 1.0, discount=6.0)
        order.order_line.copy({"order_id": order.id})
        for _each in range(3):
            for line in order.order_line:
                line.copy({"order_id": order.id})
        self.held(order, 20)

    def test_price_far_above_with_a_discount_to_match(self):
        """A price of 1 000 000 with 99.91 % for a pump of 1000 | specialist | no
        rounding of the discount explains 10 %: held"""
        self.held(self.quote(self.pump, 1_000_000.0, discount=99.91), 20)

    def test_order_discount_behind_the_rounding_of_prices(self):
        """10 000 pieces at the list price of 1.12, and an order discount of 600 |
        specialist | prices that were not rounded are no room: held"""
        order = self.quote(self.part(1.12), 1.12, 10_000.0)
        order.order_line = [Command.create({"name": "Discount", "price_unit": -600.0})]
        self.held(order, 20)

    def test_offer_forged(self):
        """authority_offered as value, by write and on create | specialist | recorded by
        the process alone: refused"""
        order = self.given()
        forged = {"authority_offered": {"until": "2099-01-01", "codes": []}}
        self.refused_rpc(self.specialist, order, "write", forged, order=order)
        values = {"partner_id": self.customer.id, **forged}
        orders = self.env["sale.order"]
        self.refused_rpc(self.specialist, orders, "create", [values], order=order)

    def test_offer_made_longer(self):
        """validity_date of a given offer moved after the list price rose | specialist |
        it binds until the day that was given: held from then on"""
        today = self.company._key_account_today()
        order = self.given(validity_date=today, require_signature=False)
        self.pump.list_price = 1100.0
        later = {"validity_date": str(today + timedelta(days=60))}
        self.rpc(self.specialist, order, "write", later)
        self.assertEqual(self.measured(order), "within")
        with freeze_time(f"{today + timedelta(days=1)} 12:00:00"):
            self.assertEqual(self.measured(order), "required")
            self.held(order, 20)

    def test_offer_made_cheaper(self):
        """A given offer with 4 % more off, after the list price rose by 10 % |
        specialist | measured at today's prices: held"""
        order = self.given(require_signature=False)
        self.pump.list_price = 1100.0
        self.rpc(self.specialist, order.order_line, "write", {"discount": 4.0})
        self.held(order, 30)

    def test_offer_of_more_of_the_cheap(self):
        """A given offer with more of the line that has the discount | specialist | the
        order is worse than given: measured at today's prices"""
        lines = [
            {"product_id": self.pump.id, "price_unit": 955.0},
            {"product_id": self.valve.id, "price_unit": 100.0, "product_uom_qty": 90.0},
        ]
        order = self.given(order_line=[Command.create(line) for line in lines])
        self.pump.list_price, self.valve.list_price = 1100.0, 110.0
        self.assertEqual(self.measured(order), "within")
        line, values = order.order_line[0], {"product_uom_qty": 50.0}
        self.rpc(self.specialist, line, "write", {**values, "price_unit": 955.0})
        self.held(order, 30)

    def test_signed_when_it_had_expired(self):
        """The customer's signature on the day after the validity date | portal |
        refused"""
        today = self.company._key_account_today()
        order = self.given(validity_date=today)
        with freeze_time(f"{today + timedelta(days=1)} 12:00:00"):
            self.env.invalidate_all()
            self.refused(self.sign, order, order=order, says="validity date")

    def test_approved_when_it_had_expired(self):
        """Sign-off requested, and given, after the validity date | specialist, manager
        | refused with that reason"""
        today = self.company._key_account_today()
        order = self.make_order(discount=8.0, validity_date=today)
        asked = self.make_order(discount=8.0, validity_date=today)
        asked.with_user(self.specialist).action_request_approval()
        with freeze_time(f"{today + timedelta(days=1)} 12:00:00"):
            self.env.invalidate_all()
            for user, tried, method in (
                (self.specialist, order, "action_request_approval"),
                (self.manager, asked, "action_approve"),
            ):
                words = self.refused_rpc(user, tried, method, order=tried)
                self.assertIn("validity date has passed", words)

    def test_another_day_for_prices(self):
        """Agreed prices of yesterday, with the caller's time zone far to the west |
        specialist | the day is the company's: held"""
        today = self.company._key_account_today()
        yesterday = today - timedelta(days=1)
        self.agree(self.pricelist(self.fixed(500.0)), agreed_until=yesterday)
        order = self.quote(self.pump, 500.0)
        for zone in ("Pacific/Pago_Pago", "Pacific/Kiritimati"):
            self.refused_rpc(
                self.specialist,
                order,
                "action_confirm",
                order=order,
                context={"tz": zone},
            )
        line = self.asked(self.pump, 500.0)
        self.assertEqual(line.within_authority, "no")

    def test_options_that_nobody_chose(self):
        """What options take off the price, said by the context alone | specialist | the
        product is measured with the options of its line: held"""
        forged = {
            "no_variant_attributes_price_extra": -500.0,
            "current_attributes_price_extra": [-500.0],
        }
        order = self.make_order(discount=0.0)
        self.rpc(
            self.specialist,
            order.order_line,
            "write",
            {"discount": 50.0},
            context=forged,
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.authority_state, "required")
        self.refused_rpc(
            self.specialist, order, "action_confirm", order=order, context=forged
        )
