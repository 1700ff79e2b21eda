"""More figures where two features meet, each answer worked out by hand."""

from odoo import Command
from odoo.tests import BaseCase, freeze_time, tagged

from ..rules import payment
from .test_hand_worked import NET_30
from .test_hand_worked_deep import ComboTaxCommon, DeepCommon


@tagged("post_install", "-at_install")
class TestComboMoreTaxes(ComboTaxCommon):
    def test_a_tax_of_so_much_a_piece_is_asked_once(self):
        """150 with a fixed 10 in them are 140, not 130: at 130 a fourteenth is off."""
        fixed = self.included(10.0, amount_type="fixed")
        combo = self.combo(100.0, [(100.0, fixed, 50.0)])
        order = self.sold(combo, 3.0)
        self.assertEqual(order.amount_untaxed, 420.0)
        self.assertMeasured(order, 0.0)
        order.order_line.filtered("combo_item_id").price_unit = 140.0
        self.assertEqual(order.amount_untaxed, 390.0)
        self.assertMeasured(order, 7.14, 20)

    def test_a_fixed_tax_where_more_cost_less(self):
        """100, from ten on 80; less 10 each, 90 and 70."""
        fixed = self.included(10.0, amount_type="fixed")
        combo = self.combo(100.0, [(100.0, fixed, 0.0)])
        self.agree(
            self.pricelist(self.fixed(100.0), self.fixed(80.0, min_quantity=10.0))
        )
        for quantity, price, net in ((9.0, 100.0, 810.0), (10.0, 80.0, 700.0)):
            order = self.sold(combo, quantity)
            part = order.order_line.filtered("combo_item_id")
            part.price_unit = price
            self.assertEqual(order.amount_untaxed, net)
            self.assertMeasured(order, 0.0)
            part.price_unit = price - 7.0
            self.assertMeasured(order, 700.0 / (price - 10.0), 20)

    def test_a_customer_asks_for_a_combo_without_taxes(self):
        """113 with 13 % in them are 100: 95 is 5 % off, 94 is 6 %."""
        combo = self.combo(113.0, [(100.0, self.thirteen, 0.0)])
        for price, off, within in ((100.0, 0.0, "yes"), (95.0, 5.0, "yes")):
            line = self.asked(combo, price)
            self.assertAlmostEqual(line.measured_discount, off, places=2)
            self.assertEqual(line.within_authority, within)
        self.assertEqual(self.asked(combo, 94.0).within_authority, "no")
        dollars = self.asked(combo, 14.0, currency=self.usd)
        self.assertAlmostEqual(dollars.measured_discount, 0.0, places=2)

    def test_a_combo_is_quoted_as_it_was_asked_for(self):
        """What was asked for is within, so is the quotation made of it, to whose line
        Odoo puts no tax, though the combo has one: 113 with 13 % in them are 100; 94
        are 6 % off. In dollars, 13.3 are 95: 5 %."""
        combo = self.combo(113.0, [(100.0, self.thirteen, 0.0)])
        combo.taxes_id = self.thirteen
        for price, currency, off, level in (
            (100.0, self.cny, 0.0, 0),
            (94.0, self.cny, 6.0, 20),
            (13.3, self.usd, 5.0, 0),
        ):
            line = self.asked(combo, price, 3.0, currency=currency)
            self.assertAlmostEqual(line.measured_discount, off, places=2)
            order = self.make_order(
                order_line=[], pricelist_id=self.pricelist(currency=currency).id
            )
            vals = line.opportunity_id._prepare_quotation_line(line, order)
            order.order_line = [Command.create(vals)]
            self.assertAlmostEqual(order.amount_untaxed, 3 * price)
            self.assertMeasured(order, off, level)

    def test_beside_a_combo_with_items_one_without(self):
        """113 each: with its item, 100 and 13 of tax; without, 100 as asked for."""
        combo = self.combo(113.0, [(100.0, self.thirteen, 0.0)])
        order = self.sold(combo)
        order.order_line = [
            Command.create({"product_id": combo.id, "price_unit": 100.0})
        ]
        self.assertEqual(order.amount_untaxed, 200.0)
        self.assertMeasured(order, 0.0)
        order.order_line[-1].price_unit = 92.0
        # A line by itself is 8 % off.
        self.assertMeasured(order, 4.0, 20)

    def test_of_items_that_differ_the_one_that_leaves_most(self):
        """106 are 100 with 6 % in them, less with 13 %: 94 is 6 % off. Beside it, half
        of 200 with 6 %, half with 13 %: 94.34 and 88.50."""
        either = [(100.0, self.six, 0.0), (100.0, self.thirteen, 0.0)]
        line = self.asked(self.combo(106.0, either), 94.0)
        self.assertAlmostEqual(line.measured_discount, 6.0, places=2)
        both = self.combo(200.0, [(50.0, self.six, 0.0)], [(50.0, self.thirteen, 0.0)])
        line = self.asked(both, 182.84)
        self.assertAlmostEqual(line.measured_discount, 0.0, places=2)
        line = self.asked(self.part(100.0, taxes_id=[Command.clear()]), 95.0)
        self.assertAlmostEqual(line.measured_discount, 5.0, places=2)


@tagged("post_install", "-at_install")
class TestPaymentInAdvance(BaseCase):
    def assertContradicted(self, expected, words, parts, discount=None):
        found = payment.contradicts(words, parts, discount)
        self.assertEqual(found, expected, words)

    def test_paid_in_advance(self):
        """In no days: what comes first is at once, all of it where nothing is left."""
        at_once, parts = [(100.0, 0)], [(30.0, 0), (70.0, 60)]
        for words in (
            "100 % in advance",
            "Payment in advance",
            "款到发货",
            "100% up-front",
            "Vorkasse",
        ):
            self.assertContradicted(True, words, NET_30)
            self.assertContradicted(True, words, parts)
            self.assertContradicted(False, words, at_once)
        for words in ("30 % in advance, balance 60 days", "预付30%，余款60天"):
            self.assertContradicted(True, words, NET_30)
            self.assertContradicted(False, words, parts)
        for words in (
            "no prepayment, 30 days",
            "无预付，30天",
            "net 30, changes are announced in advance",
            "net 30",
        ):
            self.assertContradicted(False, words, NET_30)
            self.assertContradicted(True, words, at_once)
        self.assertContradicted(
            False, "2 % off for payment in advance, net 30", NET_30, (2.0, 0)
        )


@tagged("post_install", "-at_install")
class TestPrepayment(DeepCommon):
    def test_what_is_prepaid_is_paid_in_advance(self):
        """30 % are paid with the order, what is left within 30 days: as was asked."""
        lead = self.deal()
        line = self.env["key.account.requirement"].with_user(self.specialist)
        line = line.create(
            {
                "name": "30 % in advance, balance 30 days",
                "kind": "payment",
                "opportunity_id": lead.id,
            }
        )
        term = self.env["account.payment.term"].create(
            {
                "name": "30 days",
                "line_ids": [
                    Command.clear(),
                    Command.create(
                        {"value": "percent", "value_amount": 100.0, "nb_days": 30}
                    ),
                ],
            }
        )
        order = self.make_order(opportunity_id=lead.id, payment_term_id=term.id)
        order.require_payment = False
        self.assertEqual(order._contradicted_payment(), line.sudo())
        order.write({"require_payment": True, "prepayment_percent": 0.3})
        self.assertFalse(order._contradicted_payment())
        order.prepayment_percent = 0.5
        self.assertTrue(order._contradicted_payment())
        order.prepayment_percent = 1.0
        self.assertTrue(order._contradicted_payment())
        line.name = "100 % in advance"
        self.assertFalse(order._contradicted_payment())


@tagged("post_install", "-at_install")
class TestFiguresInWords(DeepCommon):
    def test_what_lies_beyond_is_told_from_its_limit(self):
        """94.96 of 100 is 5.04 % off, which is not 5.0; a limit of 7.25 % is no 7.3."""
        order = self.quote(self.part(100.0), 94.96)
        self.assertMeasured(order, 5.04, 20)
        found = order._authority_found()[order]
        [reason] = order._reasons(found.decision)[:1]
        self.assertIn("is 5.04 %, your limit is 5.0 %", reason)
        self.assertIn("(≤ 10.0 %)", reason)
        [row] = order._impact(found.decision)[:1]
        self.assertEqual(
            (row["value"], row["limit"], row["beyond"]), ("5.04 %", "5.0 %", "0.04 %")
        )
        limit = self.env["key.account.authority.limit"].search(
            [
                ("level_id", "=", self.levels[10].id),
                ("dimension", "=", "discount"),
            ]
        )
        limit.value = 7.25
        order = self.quote(self.part(300.0), 277.0)
        found = order._authority_found()[order]
        [reason] = order._reasons(found.decision)[:1]
        self.assertIn("is 7.7 %, your limit is 7.25 %", reason)


@tagged("post_install", "-at_install")
class TestNumbersOfADay(DeepCommon):
    def test_a_number_is_of_the_company_s_year(self):
        """Seven in the morning of New Year's Day in Shanghai is last year in UTC."""
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Shanghai", "tz": "Asia/Shanghai", "company_id": self.company.id}
        )
        context = {"tz": "UTC", "ir_sequence_date": "2031-05-05"}
        company = self.company.with_context(**context)
        company = company.with_company(self.company)
        feedback = company.env["key.account.feedback"].with_user(self.specialist)
        for moment, year in (
            ("2026-12-31 15:59:00", 2026),
            ("2026-12-31 23:00:00", 2027),
        ):
            with freeze_time(moment):
                number = company._next_contract_number()
                self.assertTrue(number.startswith(f"KC{year}/"), number)
                told = feedback.create(
                    {
                        "key_account_id": self.account.id,
                        "kind": "question",
                        "name": "When?",
                        "received_on": moment,
                    }
                )
                self.assertTrue(told.number.startswith(f"F{year}/"), told.number)
