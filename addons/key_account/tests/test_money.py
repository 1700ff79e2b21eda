"""Money by currency, date, quantity and rounding: the same for a quotation, for what
the customer asks and for what is tried out in the matrix."""

from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import KeyAccountCommon


class MoneyCommon(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cny = cls.env.ref("base.CNY")
        cls.cny.active = True
        cls.company.currency_id = cls.cny
        cls.usd = cls.currency("USD", 0.14)
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        # List prices are in the currency of the company that has the product.
        (cls.pump | cls.valve).company_id = cls.company

    @classmethod
    def currency(cls, name, rate=None, day="2020-01-01"):
        currency = cls.env.ref(f"base.{name}")
        currency.active = True
        currency.rate_ids.unlink()
        if rate:
            cls.env["res.currency.rate"].create(
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": currency.id,
                    "company_id": cls.company.id,
                }
            )
        return currency

    @classmethod
    def pricelist(cls, *items, currency=None, **vals):
        return cls.env["product.pricelist"].create(
            {
                "name": "Prices",
                "company_id": cls.company.id,
                "currency_id": (currency or cls.cny).id,
                "item_ids": [
                    Command.create({"applied_on": "3_global", **item}) for item in items
                ],
                **vals,
            }
        )

    def fixed(self, price, **vals):
        return {"compute_price": "fixed", "fixed_price": price, **vals}

    def agree(self, pricelist, **vals):
        self.account.write({"agreed_pricelist_id": pricelist.id, **vals})
        self.account.with_user(self.manager).action_approve_agreed_pricelist()

    def part(self, price, **vals):
        return self.env["product.product"].create(
            {
                "name": "Part",
                "list_price": price,
                "company_id": self.company.id,
                "taxes_id": [Command.clear()],
                **vals,
            }
        )

    def quote(self, product, price, quantity=1.0, currency=None, unit=None, **line):
        """A quotation as the specialist writes it."""
        line = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "product_uom_id": (unit or product.uom_id).id,
            "price_unit": price,
            **line,
        }
        pricelist = self.pricelist(currency=currency)
        return self.make_order(
            pricelist_id=pricelist.id, order_line=[Command.create(line)]
        )

    def deal(self, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                **vals,
            }
        )

    def asked(self, product, price, quantity=1.0, currency=None, unit=None, **vals):
        """The same as the customer asks for it."""
        return (
            self.env["key.account.requirement"]
            .with_user(self.specialist)
            .create(
                {
                    "name": "A price",
                    "kind": "target_price",
                    "opportunity_id": self.deal().id,
                    "product_id": product.id,
                    "target_price": price,
                    "quantity": quantity,
                    "uom_id": (unit or product.uom_id).id,
                    "currency_id": (currency or self.cny).id,
                    **vals,
                }
            )
        )

    def tried(self, order):
        """Level that the matrix names for what the quotation measures, and how far."""
        action = order.with_user(self.manager).action_who_could_sign()
        values = action["params"]["values"]
        limits = self.env["key.account.authority.limit"].with_user(self.manager)
        found = limits.try_out(values)
        discount = values["terms"].get("discount")
        return found["needed"], discount and round(discount, 2)

    def assertOffer(self, product, price, discount, level, quantity=1.0, **vals):
        """One offer: quotation, requirement and matrix say the same of it."""
        order = self.quote(product, price, quantity, **vals)
        self.assertAlmostEqual(order.authority_discount, discount, places=2)
        self.assertEqual(order.authority_level_id.sequence, level)
        self.assertEqual(order.authority_state, "required" if level else "within")
        line = self.asked(product, price, quantity, **vals)
        self.assertAlmostEqual(line.measured_discount, discount, places=2)
        self.assertEqual(line.within_authority, "no" if level else "yes")
        needed, _value = self.tried(order)
        self.assertEqual(needed, bool(level))
        return order


@tagged("post_install", "-at_install")
class TestMoney(MoneyCommon):
    # Currencies

    def test_a_price_list_in_its_own_currency(self):
        self.agree(self.pricelist(self.fixed(100.0), currency=self.usd))
        # 100 USD are 714.29 CNY.
        self.assertOffer(self.pump, 100.0, 86.0, 40, quantity=10.0)
        self.assertOffer(self.pump, 714.29, 0.0, 0, quantity=10.0)
        self.assertOffer(self.pump, 100.0, 0.0, 0, quantity=10.0, currency=self.usd)
        self.assertOffer(self.pump, 92.0, 8.0, 20, quantity=10.0, currency=self.usd)

    def test_surcharges_roundings_and_margins_are_of_the_list(self):
        formula = {"compute_price": "formula", "base": "list_price"}
        for item, expected in (
            # The list price is 140 USD.
            ({"price_surcharge": 60.0}, 200.0),
            ({"price_discount": 10.0, "price_surcharge": 14.0}, 140.0),
            ({"price_discount": 12.0, "price_round": 10.0}, 120.0),
            ({"price_discount": 50.0, "price_min_margin": -20.0}, 120.0),
            ({"price_discount": -90.0, "price_max_margin": 60.0}, 200.0),
        ):
            with self.subTest(item=item):
                item = {"price_max_margin": 0.0, **item}
                reference = self.pricelist({**formula, **item}, currency=self.usd)
                self.company.key_account_reference_pricelist_id = reference
                in_cny = expected / 0.14
                self.assertOffer(self.pump, round(in_cny, 2), 0.0, 0)
                self.assertOffer(self.pump, expected, 0.0, 0, currency=self.usd)
                self.assertOffer(self.pump, expected / 2, 50.0, 40, currency=self.usd)

    def test_a_list_based_on_one_in_another_currency(self):
        base = self.pricelist(self.fixed(100.0), currency=self.usd)
        agreed = self.pricelist(
            {
                "compute_price": "formula",
                "base": "pricelist",
                "base_pricelist_id": base.id,
                "price_discount": 10.0,
                "price_surcharge": 7.0,
            }
        )
        self.agree(agreed)
        # 90 % of 714.29 CNY, and 7 CNY.
        self.assertOffer(self.pump, 649.86, 0.0, 0)
        self.assertOffer(self.pump, 90.98, 0.0, 0, currency=self.usd)
        self.assertOffer(self.pump, 100.0, 84.61, 40)

    def test_converted_prices_are_not_rounded(self):
        rivet, screw = self.part(0.33), self.part(0.31)
        order = self.quote(rivet, 0.33 * 0.14, 10_000.0, currency=self.usd)
        self.assertAlmostEqual(order.authority_discount, 0.0, places=3)
        self.assertEqual(order.authority_state, "within")
        order = self.quote(
            screw, 0.31 * 0.14, 10_000.0, currency=self.usd, discount=7.5
        )
        self.assertAlmostEqual(order.authority_discount, 7.5, places=3)
        self.assertEqual(order.authority_level_id.sequence, 20)
        # As Odoo itself prices it.
        order = self.make_order(
            pricelist_id=self.pricelist(currency=self.usd).id,
            order_line=[
                Command.create({"product_id": rivet.id, "product_uom_qty": 10_000.0})
            ],
        )
        self.assertAlmostEqual(order.authority_discount, 0.0, places=2)

    def test_a_currency_without_a_rate_is_not_one_to_one(self):
        euro = self.currency("EUR")
        order = self.quote(self.pump, 2000.0, currency=euro)
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.authority_level_id.sequence, 20, "the next level")
        with self.assertRaisesRegex(UserError, "EUR has no exchange rate"):
            self.rpc(self.specialist, order, "action_confirm")
        line = self.asked(self.pump, 2000.0, currency=euro)
        self.assertEqual(line.within_authority, "open")
        # Nor is whoever decides told 2,000 CNY.
        order.with_user(self.specialist).action_request_approval()
        self.assertEqual(order.with_user(self.manager).sign_off_amount, 0.0)
        self.assertEqual(order.sudo().approval_ids.amount, 0.0)
        # A list in that currency, or made of prices in it, says nothing either.
        base = self.pricelist(self.fixed(100.0), currency=euro)
        made_of = {
            "compute_price": "formula",
            "base": "pricelist",
            "base_pricelist_id": base.id,
        }
        for agreed in (base, self.pricelist(made_of)):
            self.agree(agreed)
            order = self.quote(self.pump, 1000.0)
            self.assertEqual(order.authority_level_id.sequence, 20)
        # Once there is a rate, all is measured by it.
        rates = self.env["res.currency.rate"]
        rates.create(
            {"name": "2020-01-01", "rate": 0.1, "currency_id": euro.id}
            | {"company_id": self.company.id}
        )
        self.assertOffer(self.pump, 1000.0, 0.0, 0)
        self.assertOffer(self.pump, 95.0, 5.0, 0, currency=euro)

    def test_the_rate_is_that_of_the_day(self):
        self.currency("USD", 0.14)
        today = self.company._key_account_today()
        self.env["res.currency.rate"].create(
            [
                {
                    "name": today + timedelta(days=days),
                    "rate": rate,
                    "currency_id": self.usd.id,
                    "company_id": self.company.id,
                }
                for days, rate in ((0, 0.2), (1, 0.4))
            ]
        )
        self.assertOffer(self.pump, 200.0, 0.0, 0, currency=self.usd)

    # Quantities and units

    def test_quantity_breaks_count(self):
        self.agree(
            self.pricelist(self.fixed(1000.0), self.fixed(800.0, min_quantity=50.0))
        )
        self.assertOffer(self.pump, 800.0, 0.0, 0, quantity=50.0)
        self.assertOffer(self.pump, 800.0, 20.0, 30, quantity=49.0)
        self.assertOffer(self.pump, 760.0, 5.0, 0, quantity=100.0)
        # Five dozen are sixty, four dozen are not fifty.
        self.assertOffer(self.pump, 9600.0, 0.0, 0, quantity=5.0, unit=self.dozen)
        self.assertOffer(self.pump, 9600.0, 20.0, 30, quantity=4.0, unit=self.dozen)

    def test_breaks_of_a_base_and_what_lies_below_them(self):
        base = self.pricelist(self.fixed(900.0, min_quantity=10.0), currency=self.usd)
        made_of = {
            "compute_price": "percentage",
            "base": "pricelist",
            "base_pricelist_id": base.id,
            "percent_price": 50.0,
            "min_quantity": 5.0,
        }
        self.company.key_account_reference_pricelist_id = self.pricelist(
            made_of, currency=self.usd
        )
        usd = {"currency": self.usd}
        # Below five the list price holds, below ten half of it.
        self.assertOffer(self.pump, 140.0, 0.0, 0, quantity=4.0, **usd)
        self.assertOffer(self.pump, 70.0, 0.0, 0, quantity=9.0, **usd)
        self.assertOffer(self.pump, 450.0, 0.0, 0, quantity=10.0, **usd)

    def test_each_line_has_its_own_quantity_as_in_odoo(self):
        self.agree(
            self.pricelist(self.fixed(1000.0), self.fixed(800.0, min_quantity=50.0))
        )
        order = self.quote(self.pump, 800.0, 50.0)
        line = {"product_id": self.pump.id, "product_uom_qty": 25.0}
        order.order_line = [Command.create({**line, "price_unit": 1000.0})]
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")
        order.order_line[1].price_unit = 800.0
        self.env.flush_all()
        self.assertEqual(order.authority_level_id.sequence, 30)

    def test_list_prices_of_products_of_all_companies(self):
        main = self.env["res.company"]._key_account_main_currency()
        self.currency(main.name, 0.14)
        self.pump.company_id = False
        # 1000 of the main company's currency.
        self.assertOffer(self.pump, 7142.86, 0.0, 0)
        self.assertOffer(self.pump, 6428.57, 10.0, 20)
        self.assertOffer(self.pump, 1000.0, 0.0, 0, currency=main)

    def test_units_and_quantity_scale(self):
        for quantity in (1.0, 7.0, 80.0):
            self.assertOffer(self.valve, 93.0, 7.0, 20, quantity=quantity)
            self.assertOffer(
                self.valve, 1116.0, 7.0, 20, quantity=quantity, unit=self.dozen
            )

    # Rounding

    def test_rounding_explains_it(self):
        cheap = self.part(1.12)
        order = self.quote(cheap, 1.12, discount=5.0)
        self.assertEqual(order.order_line.price_subtotal, 1.06)
        self.assertEqual(order.authority_state, "within")
        self.assertEqual(self.tried(order), (False, 5.0))
        self.assertOffer(cheap, 1.06, 5.36, 0)
        self.assertOffer(cheap, 1.06, 5.36, 0, quantity=10_000.0)
        self.assertOffer(cheap, 1.05, 6.25, 20)
        order = self.quote(self.pump, 1000.0, discount=5.0)
        self.assertAlmostEqual(order.authority_discount, 5.0)
        order = self.quote(self.pump, 1000.0, discount=5.2)
        self.assertEqual(order.authority_level_id.sequence, 20)

    def test_rounding_to_whole_units_and_to_three_decimals(self):
        for name, reference, rounded in (
            ("JPY", 1112.0, 1056.0),
            ("KWD", 0.333, 0.316),
        ):
            currency = self.currency(name, 1.0)
            self.agree(self.pricelist(self.fixed(reference), currency=currency))
            vals = {"currency": currency}
            order = self.quote(self.pump, reference, discount=5.0, **vals)
            self.assertAlmostEqual(order.amount_untaxed, rounded)
            self.assertEqual(order.authority_state, "within", name)
            line = self.asked(self.pump, rounded, **vals)
            self.assertEqual(line.within_authority, "yes", name)
            order = self.quote(self.pump, reference, discount=6.0, **vals)
            self.assertEqual(order.authority_level_id.sequence, 20, name)

    def test_prices_with_more_decimals(self):
        self.env.ref("product.decimal_price").digits = 4
        screw = self.part(0.1234)
        self.assertEqual(self.quote(screw, 0.1172, 1e5).authority_state, "within")
        self.assertEqual(self.quote(screw, 0.1171, 1e5).authority_state, "required")
        # Two decimals are no rounding of four.
        screw = self.part(0.11)
        self.assertEqual(self.quote(screw, 0.10, 1e5).authority_state, "required")

    def test_included_taxes_are_taken_off_unrounded(self):
        tax = self.make_tax()
        tax.price_include_override = "tax_included"
        washer = self.part(0.39, taxes_id=[Command.set(tax.ids)])
        order = self.quote(washer, 0.39, 10_000.0)
        self.assertTrue(order.order_line.tax_ids)
        self.assertAlmostEqual(order.authority_discount, 0.0, places=3)
        order = self.quote(washer, 0.39, 10_000.0, discount=5.0)
        self.assertEqual(order.authority_state, "within")
        order = self.quote(washer, 0.39, 10_000.0, discount=6.0)
        self.assertEqual(order.authority_level_id.sequence, 20)

    def test_included_taxes_of_a_group_are_taken_off_on_both_sides(self):
        """1,130 with a group of 5 and 8 % in it are 1,000: as list price, as price of
        the quotation, and as what is asked for."""
        parts = self.make_tax(5.0)
        parts.name = "Five"
        parts |= self.make_tax(8.0)
        parts.price_include_override = "tax_included"
        group = parts[0].copy(
            {
                "name": "Thirteen",
                "amount_type": "group",
                "price_include_override": False,
                "children_tax_ids": [Command.set(parts.ids)],
            }
        )
        part = self.part(1130.0, taxes_id=[Command.set(group.ids)])
        order = self.quote(part, 1130.0)
        self.assertAlmostEqual(order.amount_untaxed, 1000.0)
        self.assertAlmostEqual(order.authority_discount, 0.0)
        self.assertEqual(order.authority_state, "within")
        order = self.quote(part, 1130.0, discount=5.0)
        self.assertEqual(order.authority_state, "within")
        line = self.asked(part, 1000.0)
        self.assertEqual(line.measured_discount, 0.0)
        self.assertAlmostEqual(line._price_on(order), 1130.0)

    # Days

    def test_the_day_is_the_company_s(self):
        for zone, moment, day in (
            ("Pacific/Auckland", "2026-03-01 22:00:00", "2026-03-02"),
            ("Asia/Shanghai", "2026-03-01 16:30:00", "2026-03-02"),
            ("Europe/Berlin", "2026-03-01 23:30:00", "2026-03-02"),
            ("America/New_York", "2026-03-03 04:30:00", "2026-03-02"),
        ):
            with self.subTest(zone=zone), freeze_time(moment):
                self.company.resource_calendar_id.tz = zone
                self.assertEqual(str(self.company._key_account_today()), day)
                self.agree(
                    self.pricelist(self.fixed(500.0)), agreed_from=day, agreed_until=day
                )
                self.assertOffer(self.pump, 500.0, 0.0, 0)
                # A price that begins, and a rate that counts, on another day.
                next_day = fields.Date.to_date(day) + timedelta(days=1)
                self.agree(
                    self.pricelist(self.fixed(500.0)),
                    agreed_from=next_day,
                    agreed_until=next_day,
                )
                self.assertOffer(self.pump, 500.0, 50.0, 40)

    def test_rates_and_prices_of_a_list_go_by_that_day(self):
        with freeze_time("2026-03-03 04:30:00"):
            self.company.resource_calendar_id.tz = "America/New_York"
            self.env["res.currency.rate"].create(
                [
                    {
                        "name": day,
                        "rate": rate,
                        "currency_id": self.usd.id,
                        "company_id": self.company.id,
                    }
                    for day, rate in (("2026-03-02", 0.2), ("2026-03-03", 0.9))
                ]
            )
            self.assertOffer(self.pump, 200.0, 0.0, 0, currency=self.usd)
            # From ten in the evening until midnight in New York.
            evening = {
                "date_start": datetime(2026, 3, 3, 3, 0),
                "date_end": datetime(2026, 3, 3, 4, 59, 59),
            }
            self.agree(self.pricelist(self.fixed(100.0, **evening), currency=self.usd))
            self.assertOffer(self.pump, 100.0, 0.0, 0, currency=self.usd)

    # Without authority

    def test_without_authority_nothing_is_promised_anywhere(self):
        self.levels[10].user_ids -= self.specialist
        self.assertOffer(self.pump, 1000.0, 0.0, 10)

    # Costs

    def test_one_reading_for_many_lines_and_orders(self):
        base = self.pricelist(self.fixed(100.0), self.fixed(90.0, min_quantity=9.0))
        made_of = {
            "compute_price": "formula",
            "base": "pricelist",
            "base_pricelist_id": base.id,
        }
        self.agree(self.pricelist(made_of, currency=self.usd))
        parts = self.env["product.product"].create(
            [{"name": f"Part {n}", "list_price": n + 1.0} for n in range(20)]
        )

        def orders(count):
            found = self.env["sale.order"].browse()
            for index in range(count):
                lines = [
                    Command.create(
                        {
                            "product_id": part.id,
                            "product_uom_qty": number + index + 1.0,
                            "price_unit": 14.0,
                        }
                    )
                    for number, part in enumerate(parts)
                ]
                found |= self.make_order(order_line=lines, pricelist_id=base.id)
            return found

        def queries(measured):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            measured.sudo()._authority_found()
            return self.env.cr.sql_log_count - before

        few, many = orders(1), orders(6)
        queries(few)
        self.assertLessEqual(queries(many), queries(few) + 1)


@tagged("post_install", "-at_install")
class TestQuotedAsAsked(MoneyCommon):
    """F9: a requirement made into a quotation keeps its price."""

    def setUp(self):
        super().setUp()
        self.use(self.pricelist())

    def use(self, pricelist):
        customer = self.customer.with_company(self.company)
        customer.property_product_pricelist = pricelist

    def quoted(self, line):
        line.write({"able": "yes"})
        line.sudo().write({"state": "settled"})
        action = line.opportunity_id.with_user(
            self.specialist
        ).action_quotation_from_requirements()
        self.env.flush_all()
        return self.env["sale.order"].browse(action["res_id"])

    def test_in_the_currency_of_the_quotation(self):
        # 12 valves are 168 USD.
        line = self.asked(self.valve, 163.8, 20.0, currency=self.usd, unit=self.dozen)
        order = self.quoted(line)
        self.assertEqual(order.currency_id, self.cny)
        self.assertEqual(order.order_line.price_unit, 1170.0)
        self.assertEqual(order.order_line.product_uom_id, self.dozen)
        self.assertEqual(order.order_line.product_uom_qty, 20.0)
        self.assertAlmostEqual(order.authority_discount, line.measured_discount)

    def test_in_the_currency_of_the_customer_s_pricelist(self):
        self.use(self.pricelist(currency=self.usd))
        order = self.quoted(self.asked(self.pump, 140.0, currency=self.usd))
        self.assertEqual(order.currency_id, self.usd)
        self.assertEqual(order.order_line.price_unit, 140.0)

    def test_98_usd_are_700_cny(self):
        self.valve.list_price = 700.0
        order = self.quoted(self.asked(self.valve, 98.0, currency=self.usd))
        self.assertEqual(order.order_line.price_unit, 700.0)
        self.assertEqual(order.amount_untaxed, 700.0)

    def test_without_a_rate_it_says_so(self):
        euro = self.currency("EUR", 0.1)
        line = self.asked(self.pump, 100.0, currency=euro)
        line.write({"able": "yes", "state": "settled"})
        euro.rate_ids.unlink()
        with self.assertRaisesRegex(UserError, "no exchange rate"):
            line.opportunity_id.action_quotation_from_requirements()

    def test_with_the_taxes_that_prices_include(self):
        tax = self.make_tax()
        tax.price_include_override = "tax_included"
        part = self.part(1130.0, taxes_id=[Command.set(tax.ids)])
        line = self.asked(part, 1000.0)
        self.assertEqual(line.measured_discount, 0.0)
        order = self.quoted(line)
        self.assertAlmostEqual(order.order_line.price_unit, 1130.0)
        self.assertAlmostEqual(order.amount_untaxed, 1000.0)

    def test_without_the_discount_that_the_pricelist_shows(self):
        self.env.user.group_ids |= self.env.ref("sale.group_discount_per_so_line")
        self.specialist.group_ids |= self.env.ref("sale.group_discount_per_so_line")
        percent = {"compute_price": "percentage", "percent_price": 10.0}
        self.use(self.pricelist(percent))
        order = self.quoted(self.asked(self.pump, 960.0))
        self.assertEqual(order.order_line.discount, 0.0)
        self.assertEqual(order.amount_untaxed, 960.0)
