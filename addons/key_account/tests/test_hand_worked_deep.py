"""Figures where two features meet, each answer worked out by hand."""

import doctest
from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..rules import forecast, identification, scorecard, value_class
from .test_money import MoneyCommon


class DeepCommon(MoneyCommon):
    @classmethod
    def included(cls, amount, **vals):
        """A tax that is included in prices."""
        country = cls.env.ref("base.cn").id
        where = {"company_id": cls.company.id, "country_id": country}
        group = cls.env["account.tax.group"].create({"name": "Tax", **where})
        return cls.env["account.tax"].create(
            {
                "name": f"{amount} % in the price",
                "amount": amount,
                "price_include_override": "tax_included",
                "tax_group_id": group.id,
                **where,
                **vals,
            }
        )

    def assertMeasured(self, order, discount, level=0):
        self.env.flush_all()
        self.assertAlmostEqual(order.authority_discount, discount, places=2)
        self.assertEqual(order.authority_level_id.sequence, level)


class ComboTaxCommon(DeepCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.thirteen, cls.six = (cls.included(amount) for amount in (13.0, 6.0))

    def combo(self, price, *choices):
        """A combo of one item of each choice: (list price, tax, extra price)."""
        combos = self.env["product.combo"]
        for number, items in enumerate(choices):
            combos |= combos.create(
                {
                    "name": f"Choice {number}",
                    "company_id": self.company.id,
                    "combo_item_ids": [
                        Command.create(
                            {
                                "product_id": self.part(
                                    alone, taxes_id=[Command.set(tax.ids)]
                                ).id,
                                "extra_price": extra,
                            }
                        )
                        for alone, tax, extra in items
                    ],
                }
            )
        return self.part(price, type="combo", combo_ids=[Command.set(combos.ids)])

    def sold(self, combo, quantity=1.0, currency=None):
        """A quotation of this combo, with the first item of each choice."""
        order = self.make_order(
            order_line=[], pricelist_id=self.pricelist(currency=currency).id
        )
        lines = self.env["sale.order.line"].with_user(self.specialist)
        quantities = {"order_id": order.id, "product_uom_qty": quantity}
        whole = lines.create({**quantities, "product_id": combo.id})
        for choice in combo.combo_ids:
            lines.create(
                {
                    **quantities,
                    **self.chosen(choice.combo_item_ids[0]),
                    "linked_line_id": whole.id,
                }
            )
        self.env.flush_all()
        return order

    def chosen(self, item):
        return {"combo_item_id": item.id, "product_id": item.product_id.id}


@tagged("post_install", "-at_install")
class TestComboTaxes(ComboTaxCommon):
    """A combo has no taxes in Odoo; those of its parts are in its price."""

    def test_the_taxes_in_its_price_are_those_of_its_parts(self):
        """113 with 13 % in it are 100; of 120, 80 have 13 % in them and 40 have 6."""
        one = self.combo(113.0, [(100.0, self.thirteen, 0.0)])
        order = self.sold(one)
        self.assertEqual(order.amount_untaxed, 100.0)
        self.assertMeasured(order, 0.0)
        both = self.combo(120.0, [(100.0, self.thirteen, 0.0)], [(50.0, self.six, 0.0)])
        for currency in (self.cny, self.usd):
            order = self.sold(both, 7.0, currency)
            parts = order.order_line.filtered("combo_item_id")
            self.assertMeasured(order, 0.0)
            parts.discount = 5.0
            self.assertMeasured(order, 5.0)
            parts.discount = 6.0
            self.assertMeasured(order, 6.0, 20)

    def test_with_what_an_item_costs_more(self):
        """113 and 22.60 with 13 % in them: 120. At 102 of these it is 15 % off."""
        combo = self.combo(113.0, [(100.0, self.thirteen, 22.6)])
        order = self.sold(combo, 3.0)
        self.assertEqual(order.amount_untaxed, 360.0)
        self.assertMeasured(order, 0.0)
        order.order_line.filtered("combo_item_id").price_unit = 102.0 * 1.13
        self.assertMeasured(order, 15.0, 30)

    def test_a_part_without_taxes_beside_one_with(self):
        combo = self.combo(
            200.0,
            [(100.0, self.thirteen, 0.0)],
            [(100.0, self.env["account.tax"], 0.0)],
        )
        order = self.sold(combo)
        self.assertAlmostEqual(order.amount_untaxed, 100.0 / 1.13 + 100.0, places=2)
        self.assertMeasured(order, 0.0)

    def test_another_part_than_was_approved_is_another_product(self):
        """Approved at 80 for 100; at 80 the set for 150 is 46.7 % off."""
        none = self.env["account.tax"]
        combo = self.combo(100.0, [(100.0, none, 0.0), (100.0, none, 50.0)])
        order = self.sold(combo)
        part = order.order_line.filtered("combo_item_id")
        part.price_unit = 80.0
        self.assertMeasured(order, 20.0, 30)
        self.approve(order, self.director)
        better = combo.combo_ids.combo_item_ids[1]
        part.with_user(self.specialist).write(
            {**self.chosen(better), "price_unit": 80.0}
        )
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        event = order.sudo().approval_ids.filtered(lambda each: each.inputs)[-1:]
        self.assertIn("parts", order._broken_since(event.inputs))


@tagged("post_install", "-at_install")
class TestPricesTwoDeep(DeepCommon):
    def test_a_formula_in_another_currency_by_the_dozen_with_taxes_in_it(self):
        """113 CNY, twelve of it 189.84 USD: less 12.5 % 166.11, to halves 166, and 30
        cents each: 169.60 with the tax, as Odoo itself prices it."""
        item = {
            "compute_price": "formula",
            "base": "list_price",
            "price_discount": 12.5,
            "price_round": 0.5,
            "price_surcharge": 0.3,
        }
        agreed = self.pricelist(item, currency=self.usd)
        self.agree(agreed)
        part = self.part(113.0, taxes_id=[Command.set(self.included(13.0).ids)])
        line = {"product_id": part.id, "product_uom_id": self.dozen.id}
        order = self.make_order(
            pricelist_id=agreed.id, order_line=[Command.create(line)]
        )
        self.assertAlmostEqual(order.order_line.price_unit, 169.6)
        self.assertMeasured(order, 0.0)
        order.order_line.discount = 8.0
        self.assertMeasured(order, 8.0, 20)
        order = self.quote(part, 169.6 / 0.14 * 0.92, 7.0, unit=self.dozen)
        self.assertMeasured(order, 8.0, 20)

    def test_three_lists_in_three_currencies(self):
        """60 EUR are 67.20 USD: less a tenth and one more 61.48 USD, 439.14 CNY, to
        whole ones 439, less a cent. From 24 on it is 50 EUR."""
        base = self.pricelist(
            self.fixed(50.0, min_quantity=24.0),
            self.fixed(60.0),
            currency=self.currency("EUR", 0.125),
        )
        made_of = {"compute_price": "formula", "base": "pricelist"}
        middle = self.pricelist(
            {
                **made_of,
                "base_pricelist_id": base.id,
                "price_discount": 10.0,
                "price_surcharge": 1.0,
            },
            currency=self.usd,
        )
        agreed = {"base_pricelist_id": middle.id, "price_round": 1.0}
        self.agree(self.pricelist({**made_of, **agreed, "price_surcharge": -0.01}))
        self.assertOffer(self.pump, 438.99, 0.0, 0, quantity=23.0)
        self.assertOffer(self.pump, 366.99, 0.0, 0, quantity=24.0)
        self.assertOffer(self.pump, 4405.88, 0.0, 0, quantity=2.0, unit=self.dozen)

    def test_what_a_discount_for_the_order_adds(self):
        """4 % on the lines and 1 % of the rest are 4.96 %, and 2 % are 5.92 %."""
        self.company.sale_discount_product_id = self.part(0.0, type="service")
        part = self.part(1130.0, taxes_id=[Command.set(self.included(13.0).ids)])
        for share, discount, level in ((0.01, 4.96, 0), (0.02, 5.92, 20)):
            line = {"product_id": part.id, "discount": 4.0}
            order = self.make_order(order_line=2 * [Command.create(line)])
            wizard = self.env["sale.order.discount"].with_user(self.specialist)
            wizard.create(
                {
                    "sale_order_id": order.id,
                    "discount_type": "so_discount",
                    "discount_percentage": share,
                }
            ).action_apply_discount()
            self.assertMeasured(order, discount, level)

    def test_who_decides_is_told_the_amount_that_is_measured(self):
        """36,000 USD are 180,000 CNY today, whatever day is typed; in 2020 they were
        257,143."""
        rate = {"name": self.company._key_account_today(), "rate": 0.2}
        where = {"currency_id": self.usd.id, "company_id": self.company.id}
        self.env["res.currency.rate"].create({**rate, **where})
        order = self.quote(self.pump, 180.0, 200.0, currency=self.usd)
        order.with_user(self.specialist).date_order = "2020-01-05 10:00:00"
        self.env.flush_all()
        self.assertMeasured(order, 10.0, 20)
        order.with_user(self.specialist).action_request_approval()
        asked = order.with_user(self.manager)
        self.assertEqual(asked.sign_off_amount, 180000.0)
        event = order.sudo().approval_ids
        measured = event.term_ids.filtered(lambda term: term.dimension == "amount")
        self.assertEqual((event.amount, measured.value), (180000.0, 180000.0))

    def test_instalments_that_ask_for_nothing(self):
        """As Odoo reckons, the last one asks for what the others leave."""
        for expected, *lines in (
            (30, ("percent", 100.0, 30), ("percent", 0.0, 90)),
            (30, ("percent", 0.0, 90), ("percent", 100.0, 30)),
            (10, ("percent", 100.0, 10), ("fixed", 50.0, 45)),
            (60, ("fixed", 50.0, 0), ("percent", 100.0, 60)),
            (60, ("percent", 30.0, 0), ("percent", 70.0, 60)),
        ):
            term = self.env["account.payment.term"].create(
                {
                    "name": "As agreed",
                    "line_ids": [
                        Command.clear(),
                        *(
                            Command.create(
                                {"value": kind, "value_amount": share, "nb_days": days}
                            )
                            for kind, share, days in lines
                        ),
                    ],
                }
            )
            self.assertEqual(term._key_account_due_days(), expected, lines)
            day = date(2026, 3, 1)
            amounts = (0.0, 0.0, 1, 1000.0, 1000.0)
            asked = term._compute_terms(day, self.cny, self.company, *amounts)
            due = {e["date"]: e["company_amount"] for e in asked["line_ids"]}
            longest = max((each - day).days for each, sum_ in due.items() if sum_ > 0)
            self.assertEqual(longest, expected, lines)


@tagged("post_install", "-at_install")
class TestThresholdsAsShown(DeepCommon):
    def test_a_score_is_graded_as_it_is_shown(self):
        """79.96 is shown as 80.0, which makes an A: by nothing else is it held back."""
        self.assertFalse(doctest.testmod(scorecard).failed)
        criteria = self.env["key.account.criterion"]
        criteria.search([]).active = False
        figure = {"method": "figure", "company_id": self.company.id}
        criteria.create(
            [
                {"name": "Sales", "weight": 99, "standard": 1000.0, **figure},
                {
                    "name": "Growth",
                    "weight": 1,
                    "standard": 1.0,
                    "dimension": "growth",
                    **figure,
                },
            ]
        )
        for sales, score, grade in ((797.6, 80.0, "A"), (797.4, 79.9, "B")):
            evaluation = self.env["key.account.evaluation"].create(
                {"key_account_id": self.account.id}
            )
            for line, actual in zip(evaluation.line_ids, (sales, 1.0), strict=True):
                line.actual = actual
            found = (evaluation.score, evaluation.score_grade, evaluation.is_held_back)
            self.assertEqual(found, (score, grade, False))

    def test_every_threshold_is_reached_at_its_value(self):
        """Whatever weights a score of 80, 65 or 50 is made of."""
        thresholds = (80, 65, 50)
        for first in range(1, 100, 3):
            for second in range(1, 100 - first):
                weights = (first, second, 100 - first - second)
                for threshold, grade in zip(thresholds, "ABC", strict=True):
                    items = [
                        scorecard.Item("", weight, 10.0, threshold / 10.0)
                        for weight in weights
                    ]
                    score = scorecard.score(items).value
                    self.assertEqual(scorecard.grade(score, thresholds), grade)

    def test_an_amount_is_compared_as_an_amount(self):
        """729,999.99 EUR at 7.3 are 99,999.9986 CNY, which is 100,000.00; what earns
        what it costs is not below zero."""
        self.company.key_account_mode = "off"
        euro = self.currency("EUR", 7.3)
        self.quote(self.part(1.0), 729999.99, currency=euro).sudo().action_confirm()
        found = self.env["key.account"]._customer_figures(self.company, self.customer)
        figures = found[self.company.id, self.customer.id]
        self.assertEqual(figures.revenue, 100000.0)
        asked = identification.Criteria(amount=100000.0)
        customer = identification.Customer(figures.revenue)
        self.assertEqual(identification.met(customer, asked), ("amount",))
        worth = value_class.Worth(figures.revenue, 100000.0)
        self.assertFalse(value_class.is_below_zero(worth))

    def test_a_discount_for_the_whole_order_is_no_margin(self):
        """Of valves that nobody knows the cost of, nothing is earned, also less 1,000.
        With ten pumps at 1,000 that cost 600 each, less 1,000 again, it is 2,000 of
        8,000, not 4,000 of 10,000."""
        self.company.key_account_mode = "off"
        self.pump.with_company(self.company).standard_price = 600.0
        off = {"product_id": self.part(0.0, type="service").id, "price_unit": -1000.0}
        valves = {"product_id": self.part(50.0).id, "product_uom_qty": 20.0}
        pumps = {"product_id": self.pump.id, "product_uom_qty": 10.0}
        for lines, expected in (
            ((valves, off), (None, 0.0, None)),
            ((pumps, off), (2000.0, 8000.0, 25.0)),
        ):
            self.make_order(
                pricelist_id=self.pricelist().id,
                order_line=[Command.create(line) for line in lines],
            ).sudo().action_confirm()
            found = self.env["key.account"]._customer_figures(
                self.company, self.customer
            )[self.company.id, self.customer.id]
            figures = (found.known_margin, found.costed, found.margin_rate)
            self.assertEqual(figures, expected)

    def test_orders_of_a_plan_reach_what_they_come_to(self):
        """The same order, and a plan of 100,000: reached."""
        self.company.key_account_mode = "off"
        euro = self.currency("EUR", 7.3)
        self.quote(self.part(1.0), 729999.99, currency=euro).sudo().action_confirm()
        plan = self.env["key.account.plan"].create(
            {"kind": "year", "key_account_id": self.account.id}
        )
        found = plan._figures({"orders"})[plan]["orders"]
        self.assertEqual(forecast.outcome(100000.0, found), "reached")
