"""Offers and payment terms, each answer worked out by hand."""

import doctest
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..models.account.customer_figures import CustomerFigures
from ..rules import envelope, forecast, identification, payment, value_class
from .test_money import MoneyCommon

NET_30 = [(100.0, 30)]
LAST = "2026-11-30"
LOST = ("lost", LAST)


@tagged("post_install", "-at_install")
class TestComboExtras(MoneyCommon):
    """A set of 100 CNY with one valve of two kinds; the better one costs 50 more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.better = cls.env["product.product"].create(
            {
                "name": "Better valve",
                "list_price": 100.0,
                "company_id": cls.company.id,
                "taxes_id": [Command.clear()],
            }
        )
        cls.combo = cls.env["product.combo"].create(
            {
                "name": "Valves",
                "company_id": cls.company.id,
                "combo_item_ids": [
                    Command.create({"product_id": cls.valve.id}),
                    Command.create({"product_id": cls.better.id, "extra_price": 50.0}),
                ],
            }
        )
        cls.set = cls.env["product.product"].create(
            {
                "name": "Set",
                "type": "combo",
                "list_price": 100.0,
                "company_id": cls.company.id,
                "combo_ids": [Command.set(cls.combo.ids)],
                "taxes_id": [Command.clear()],
            }
        )

    def sold(self, product, quantity=1.0, currency=None):
        """The line that carries the price of a set with this valve."""
        order = self.make_order(
            order_line=[], pricelist_id=self.pricelist(currency=currency).id
        )
        Line = self.env["sale.order.line"].with_user(self.specialist)
        whole = Line.create(
            {
                "order_id": order.id,
                "product_id": self.set.id,
                "product_uom_qty": quantity,
            }
        )
        items = self.combo.combo_item_ids
        part = Line.create(
            {
                "order_id": order.id,
                "product_id": product.id,
                "product_uom_qty": quantity,
                "combo_item_id": items.filtered(lambda i: i.product_id == product).id,
                "linked_line_id": whole.id,
            }
        )
        self.env.flush_all()
        return part

    def assertMeasured(self, part, discount, level):
        self.env.flush_all()
        order = part.order_id
        self.assertAlmostEqual(order.authority_discount, discount, places=2)
        self.assertEqual(order.authority_level_id.sequence, level)

    def test_what_an_item_costs_more_is_part_of_its_price(self):
        """The better set is worth 150: at 105 it is 30 % off, not 5 % dearer."""
        part = self.sold(self.better, quantity=3.0)
        self.assertEqual(part.price_subtotal, 450.0)
        self.assertMeasured(part, 0.0, 0)
        part.discount = 30.0
        self.assertMeasured(part, 30.0, 40)
        plain = self.sold(self.valve)
        self.assertMeasured(plain, 0.0, 0)
        plain.discount = 6.0
        self.assertMeasured(plain, 6.0, 20)

    def test_in_another_currency_it_is_converted(self):
        """150 CNY are 21 USD: at 18.90 a tenth is given away."""
        part = self.sold(self.better, currency=self.usd)
        part.price_unit = 21.0
        self.assertMeasured(part, 0.0, 0)
        part.price_unit = 18.9
        self.assertMeasured(part, 10.0, 20)

    def test_taxes_that_it_includes_are_taken_off(self):
        """113 and 56.50, both with 13 % in them: 150 untaxed."""
        tax = self.make_tax(13.0)
        tax.price_include_override = "tax_included"
        (self.set | self.better).taxes_id = tax
        self.set.list_price = 113.0
        self.combo.combo_item_ids[1].extra_price = 56.5
        part = self.sold(self.better)
        self.assertAlmostEqual(part.price_subtotal, 150.0)
        self.assertMeasured(part, 0.0, 0)

    def test_an_approval_keeps_what_it_was_measured_with(self):
        """Half of the extra price is gone afterwards: 120 stays 20 % off 150."""
        part = self.sold(self.better)
        part.discount = 20.0
        self.env.flush_all()
        order = self.approve(part.order_id, self.director)
        self.combo.combo_item_ids[1].extra_price = 25.0
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")
        part.discount = 21.0
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")


@tagged("post_install", "-at_install")
class TestPaymentAsAsked(MoneyCommon):
    def assertContradicted(self, expected, words, parts, discount=None):
        found = payment.contradicts(words, parts, discount)
        self.assertEqual(found, expected, words)

    def test_figures_stand_in_words(self):
        self.assertFalse(doctest.testmod(payment).failed)
        for words, days, percent in (
            ("net 30. Thank you", {30}, set()),
            ("net 30.5 %", set(), {30.5}),
            ("30%,70%", set(), {30.0, 70.0}),
            ("1" * 20_000, set(), set()),
        ):
            self.assertEqual(payment.figures(words), (days, percent))

    def test_days_however_they_are_written(self):
        for words in (
            "60 calendar days after delivery",
            "60 working days",
            "60 net days",
            "within sixty (60) days",
            "60个自然日",
            "60个工作日",
            "Net 60",
            "n/60",
            "2 months after delivery",
            "2个月",
            "8 weeks",
        ):
            self.assertContradicted(True, words, NET_30)
        for words, days in (
            ("Net 60", 60),
            ("2个月内付清", 60),
            ("4 weeks", 28),
            ("3 months", 90),
            ("60 calendar days", 60),
        ):
            self.assertContradicted(False, words, [(100.0, days)])
        self.assertContradicted(False, "net 2 %, balance 30 days", [(2, 0), (98, 30)])

    def test_percentages_as_far_as_they_are_written(self):
        thirds = [(33.333333, 0), (66.666667, 30)]
        for words in ("33 % now, 30 days", "33.33 % now, rest 30 days", "66,7 % 30 d"):
            self.assertContradicted(False, words, thirds)
        for words in ("33.4 % now, 30 days", "34 % now, 30 days"):
            self.assertContradicted(True, words, thirds)

    def test_what_is_taken_off_for_paying_early(self):
        early = (2.0, 10)
        for words in ("2 % within 10 days, net 30", "30 days", "2 % within 10 days"):
            self.assertContradicted(False, words, NET_30, early)
        for words in (
            "2 % within 10 days, net 60",
            "3 % within 10 days, net 30",
            "2 % within 14 days, net 30",
            "10 days",
        ):
            self.assertContradicted(True, words, NET_30, early)
        self.assertContradicted(True, "2 % within 10 days, net 30", NET_30)

    def term(self, **line):
        return self.env["account.payment.term"].create(
            {
                "name": "As agreed",
                "early_discount": not line,
                "discount_percentage": 2.0,
                "discount_days": 10,
                "line_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": 100.0,
                            "nb_days": 30,
                            **line,
                        }
                    ),
                ],
            }
        )

    def test_a_quotation_says_so(self):
        lead = self.deal()
        self.env["key.account.requirement"].with_user(self.specialist).create(
            {
                "name": "2 % within 10 days, 30 days net",
                "kind": "payment",
                "opportunity_id": lead.id,
            }
        )
        term = self.term()
        order = self.make_order(opportunity_id=lead.id, payment_term_id=term.id)
        self.assertFalse(order._contradicted_payment())
        term.early_discount = False
        self.assertTrue(order._contradicted_payment())

    def test_what_was_signed_names_all_of_the_term(self):
        """The day of the month, and what is taken off for paying early."""
        term = self.term()
        order = self.make_order(payment_term_id=term.id)
        signed = order._terms_fingerprint()
        for name, value in (
            ("discount_percentage", 20.0),
            ("discount_days", 60),
            ("early_pay_discount_computation", "mixed"),
            ("early_discount", False),
        ):
            before = term[name]
            term[name] = value
            self.assertFalse(order._has_fingerprint(signed), name)
            term[name] = before
        self.assertTrue(order._has_fingerprint(signed))
        term = self.term(delay_type="days_end_of_month_on_the", days_next_month="5")
        order = self.make_order(payment_term_id=term.id)
        signed = order._terms_fingerprint()
        term.line_ids.days_next_month = "25"
        self.assertFalse(order._has_fingerprint(signed))

    def test_what_was_signed_before_that_stays_signed(self):
        order = self.make_order(payment_term_id=self.term().id)
        terms = order.sudo()._commercial_terms()
        del terms["incoterm"], terms["payment_rest"]
        self.assertTrue(order._has_fingerprint(envelope.fingerprint(terms)))
        del terms["pages"]
        self.assertTrue(order._has_fingerprint(envelope.fingerprint(terms)))

    def test_the_longest_wait_by_the_calendar_of_four_years(self):
        """Odoo's own due dates of all days of four years, one of them a leap year."""
        line = self.term().line_ids
        days = [date(2026, 1, 1) + timedelta(days=n) for n in range(1461)]
        for kind, number, on in (
            ("days_after", 45, "10"),
            ("days_after_end_of_month", 30, "10"),
            ("days_after_end_of_next_month", 0, "10"),
            ("days_end_of_month_on_the", 30, "0"),
            ("days_end_of_month_on_the", 10, "31"),
            ("days_end_of_month_on_the", 45, "1"),
        ):
            line.write({"delay_type": kind, "nb_days": number, "days_next_month": on})
            longest = max((line._get_due_date(day) - day).days for day in days)
            self.assertEqual(line._key_account_due_days(), longest, (kind, number, on))


@tagged("post_install", "-at_install")
class TestThresholds(MoneyCommon):
    """What comes to a threshold by hand reaches it, whatever floats make of it."""

    def test_growth_of_a_fifth(self):
        for cents in range(105, 20000, 105):
            before, now = cents / 100, (cents * 6 / 5) / 100
            if cents % 5 == 0:
                self.assertEqual(value_class.growth(now, before), 20.0, cents)
        worth = value_class.Worth(margin=1.0, growth=value_class.growth(1.26, 1.05))
        thresholds = value_class.Thresholds()
        self.assertTrue(value_class.is_most_growable(worth, thresholds))
        worth = worth._replace(growth=value_class.growth(1.2599, 1.05))
        self.assertFalse(value_class.is_most_growable(worth, thresholds))

    def test_margin_at_the_floor(self):
        """22 cents of 1.10 are 20 %: not excluded below 20."""
        floors = identification.Floors(margin_rate=20.0)
        for cents in range(5, 5000, 5):
            figures = CustomerFigures(margin=cents / 5 / 100, costed=cents / 100)
            customer = identification.Customer(margin_rate=figures.margin_rate)
            self.assertEqual(identification.excluded(customer, floors), (), cents)

    def test_four_fifths_are_reached_in_part(self):
        for cents in range(5, 5000, 5):
            target, result = cents / 100, cents * 4 / 5 / 100
            self.assertEqual(forecast.outcome(target, result), "partly", cents)
        self.assertEqual(forecast.outcome(100.0, 79.99), "missed")

    def test_odoo_s_rate_where_there_is_none(self):
        """What classes and proposes customers is summed up as Odoo does it: one to one
        for an order in a currency that nobody knows the worth of. What is decided on is
        not measured by it."""
        self.pump.categ_id = self.env["product.category"].create({"name": "Pumps"})
        euro = self.currency("EUR")
        order = self.quote(self.pump, 900.0, currency=euro)
        self.assertEqual((order.currency_rate, order.authority_state), (1, "required"))
        self.assertEqual(order._untaxed_of_company(), 0.0)
        self.company.key_account_mode = "off"
        order.action_confirm()
        accounts = self.env["key.account"]
        key = (self.company.id, self.customer.id)
        found = accounts._customer_figures(self.company, self.customer)[key]
        self.assertEqual(found.revenue, 900.0)
        space = self.env["key.account.white.space"].search(
            [("key_account_id", "=", self.account.id), ("state", "=", "bought")]
        )
        self.assertEqual(space.amount, 900.0)


@tagged("post_install", "-at_install")
class TestWorkingTimeByHand(MoneyCommon):
    def due(self, start, amount, unit="hours"):
        start = datetime.fromisoformat(start)
        found = self.company._key_account_deadline(start, amount, unit)
        return str(found.replace(microsecond=0))

    def test_when_clocks_are_changed_and_half_a_day_is_off(self):
        """Berlin, eight to four: on Friday at noon eight hours are over on Monday at
        noon, whichever time that is called in between."""
        calendar = self.work_by("Europe/Berlin", [(day, 8, 16) for day in range(5)])
        for start, amount, unit, expected in (
            ("2026-03-27 11:00:00", 8, "hours", "2026-03-30 10:00:00"),
            ("2026-10-23 10:00:00", 1, "days", "2026-10-26 11:00:00"),
            ("2026-10-19 22:00:00", 1, "days", "2026-10-20 14:00:00"),
            ("2026-10-24 10:00:00", 1, "days", "2026-10-26 15:00:00"),
        ):
            self.assertEqual(self.due(start, amount, unit), expected, start)
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Off",
                    "calendar_id": calendar.id,
                    "company_id": self.company.id,
                    "date_from": start,
                    "date_to": end,
                }
                for start, end in (
                    ("2026-11-02 07:00:00", "2026-11-02 11:00:00"),
                    ("2026-12-24 00:00:00", "2027-01-01 22:59:59"),
                )
            ]
        )
        self.assertEqual(self.due("2026-10-30 15:00:00", 8), "2026-11-03 11:00:00")
        self.assertEqual(self.due("2026-12-23 14:00:00", 2), "2027-01-04 08:00:00")
        spans = [(datetime(2026, 10, 30, 7), datetime(2026, 11, 2, 15))]
        self.assertEqual(self.company._key_account_working_hours(spans), [12.0])

    def test_by_night_and_without_end(self):
        """Shanghai, from eight in the evening to four in the morning, over the end of a
        month; and around the clock."""
        night = [(day, 20, 24) for day in range(5)]
        night += [(day, 0, 4) for day in range(1, 6)]
        self.work_by("Asia/Shanghai", night)
        self.assertEqual(self.due("2026-10-30 14:00:00", 5), "2026-10-30 19:00:00")
        self.work_by("Asia/Shanghai", [(day, 0, 24) for day in range(7)])
        self.assertEqual(self.due("2026-10-31 20:00:00", 24), "2026-11-01 20:00:00")

    def test_a_calendar_that_nobody_works_by(self):
        """What is due after five plain hours was worked on for five plain hours."""
        self.work_by("Asia/Shanghai", [])
        start = datetime(2026, 10, 31, 20)
        self.assertEqual(self.due(str(start), 5), "2026-11-01 01:00:00")
        self.assertEqual(self.due(str(start), 1, "days"), "2026-11-01 20:00:00")
        self.assertEqual(
            self.company._key_account_worked(start, start + timedelta(hours=5)), 5.0
        )


@tagged("post_install", "-at_install")
class TestDaysOfTheCompany(MoneyCommon):
    """New York, where it is still 30 November, and Auckland, where 1 December has
    come, whatever day it is for whoever asks."""

    def test_an_answer_counts_until_its_last_day_is_over_there(self):
        answer = self.account.answer_ids.filtered(lambda a: a.answer_type == "char")[0]
        for zone, moment, counts in (
            ("America/New_York", "2026-12-01 03:30:00", True),
            ("America/New_York", "2026-12-01 05:30:00", False),
            ("Pacific/Auckland", "2026-11-30 10:30:00", True),
            ("Pacific/Auckland", "2026-11-30 11:30:00", False),
        ):
            self.company.resource_calendar_id.tz = zone
            answer.question_id.validity_months = 2
            with freeze_time("2026-09-30 12:00:00"):
                answer.write({"value_char": "yes", "answered_on": "2026-09-30"})
                self.env.flush_all()
            self.assertEqual((str(answer.expires_on), answer.is_current), (LAST, True))
            with freeze_time(moment), self.enter_registry_test_mode():
                cron = self.env.ref("key_account.cron_expire_answers")
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(answer.is_current, counts, (zone, moment))

    def test_the_day_on_which_an_account_is_lost_has_come(self):
        """Asked in Auckland for a company in New York, it is New York's."""
        self.company.resource_calendar_id.tz = "America/New_York"
        self.manager.tz = "Pacific/Auckland"
        wizards = self.env["key.account.close"].with_user(self.manager)
        wizards = wizards.with_context(
            active_model="key.account", active_ids=self.account.ids, tz=self.manager.tz
        )
        with freeze_time("2026-11-02 12:00:00"):
            self.account.with_user(self.manager).action_activate()
        with freeze_time("2026-12-01 03:30:00"):
            wizard = wizards.create({"reason": "Price"})
            self.assertEqual(str(wizard.date), LAST)
            wizard.action_close()
        self.assertEqual((self.account.state, str(self.account.lost_date)), LOST)
