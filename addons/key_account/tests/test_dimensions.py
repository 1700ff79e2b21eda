from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..models.shared import optional
from ..rules import authority as rules
from ..rules import envelope
from .common import KeyAccountCommon

ALL = "discount,amount,margin,payment_days,lead_time,credit,deviation"
NEW = ("margin", "payment_days", "lead_time", "credit", "deviation")


class DimensionCommon(KeyAccountCommon):
    """All dimensions measured, with the chapter's limits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["key.account.authority.limit"].create(
            [
                {
                    "level_id": level.id,
                    "dimension": code,
                    "value": 0 if limit == rules.UNLIMITED else limit,
                    "unlimited": limit == rules.UNLIMITED,
                }
                for code in NEW
                for sequence, level in cls.levels.items()
                for limit in [rules.DIMENSIONS[code].proposed[sequence]]
            ]
        )
        cls.company.key_account_dimensions = ALL
        cls.term_30, cls.term_90 = (cls.make_term(days) for days in (30, 90))

    @classmethod
    def make_term(cls, days, **vals):
        line = {"value": "percent", "value_amount": 100.0, "nb_days": days, **vals}
        rest = 100.0 - line["value_amount"]
        more = [{**line, "value_amount": rest, "nb_days": days + 65}] if rest else []
        return cls.env["account.payment.term"].create(
            {
                "name": f"{days} days",
                "line_ids": [Command.create(part) for part in (line, *more)],
            }
        )

    def make_order(self, **vals):
        return super().make_order(**{"payment_term_id": self.term_30.id, **vals})

    def worst(self, order):
        """{dimension: worst value of the order}, as measured now."""
        terms = order._authority_found()[order].terms
        codes = order._dimension_codes()
        worst = envelope.worst(rules.measure_terms(terms, codes))
        return {code: value for (code, scope), value in worst.items()}

    def level(self, order):
        return order.authority_level_id.sequence


@tagged("post_install", "-at_install")
class TestDimensions(DimensionCommon):
    def test_margin_in_company_unit_and_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                }
                for day, rate in (("2020-01-01", 0.5), ("2024-01-01", 0.1))
            ]
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        dozen = self.env.ref("uom.product_uom_dozen")
        line = {
            "product_id": self.pump.id,
            "product_uom_id": dozen.id,
            "product_uom_qty": 1.0,
        }
        for day, price in ((False, 960.0), ("2022-01-01", 4800.0)):
            order = self.make_order(
                pricelist_id=pricelist.id,
                order_line=[Command.create({**line, "price_unit": price})],
                **({"date_order": day} if day else {}),
            )
            if day:
                self.env.cr.execute(
                    "UPDATE sale_order SET create_date = %s WHERE id = %s",
                    (day, order.id),
                )
                self.env.invalidate_all()
            self.assertEqual(order.currency_id, euro)
            # 12 pumps cost 7 200 in company currency; sold for 9 600.
            self.assertAlmostEqual(self.worst(order)["margin"], 25.0)
            self.assertAlmostEqual(self.worst(order)["discount"], 20.0)
            self.assertAlmostEqual(self.worst(order)["amount"], 9600.0)

    def test_margin_of_the_company_of_the_order(self):
        self.pump.with_company(self.other_company).standard_price = 10.0
        order = self.make_order()
        self.assertAlmostEqual(self.worst(order)["margin"], 40.0)
        # Whichever company somebody looks at it from.
        elsewhere = order.with_company(self.other_company)
        self.assertAlmostEqual(self.worst(elsewhere)["margin"], 40.0)

    def test_margin_asks_the_level(self):
        self.pump.standard_price = 850.0
        self.assertEqual(self.level(self.make_order()), 30)

    def test_cost_entered_on_the_line(self):
        """As sale_margin has it: a higher one counts, and a lower one is nobody's way
        to a better margin."""
        for entered, level in ((850.0, 30), (1.0, 20), (0.0, 20), (None, 20)):
            with patch.object(optional, "cost_of_line", lambda line, e=entered: e):
                self.pump.standard_price = 790.0
                self.assertEqual(self.level(self.make_order()), level, entered)
        self.pump.standard_price = 0.0
        with patch.object(optional, "cost_of_line", lambda line: 790.0):
            self.assertEqual(self.level(self.make_order()), 20)

    def test_a_product_without_cost_is_a_notice_in_every_record(self):
        self.pump.standard_price = 0.0
        order = self.make_order()
        self.assertEqual(order.authority_state, "within")
        preview = order.with_user(self.specialist).authority_preview
        self.assertIn("the product has no cost", preview)
        order.order_line.discount = 8.0
        order.with_user(self.specialist).action_request_approval()
        term = order.approval_ids.term_ids.filtered(lambda t: t.dimension == "margin")
        self.assertTrue(term.within)
        self.assertFalse(term.measured)
        self.assertIn("Notice", term.verdict)

    def test_payment_days_follow_the_payment_term(self):
        order = self.make_order(payment_term_id=self.term_90.id)
        self.assertEqual(self.worst(order)["payment_days"], 90)
        self.assertEqual(self.level(order), 30)
        order.with_user(self.specialist).payment_term_id = self.term_30
        self.assertEqual(order.authority_state, "within")
        in_two = self.make_term(10, value_amount=40.0)
        order.payment_term_id = in_two
        self.assertEqual(self.worst(order)["payment_days"], 75)
        end_of_month = self.make_term(15, delay_type="days_after_end_of_month")
        order.payment_term_id = end_of_month
        self.assertEqual(self.worst(order)["payment_days"], 45)

    def test_no_payment_term_asks_the_next_level(self):
        order = self.make_order(payment_term_id=False)
        order.payment_term_id = False
        self.assertEqual(self.level(order), 20)

    def test_lead_time_is_seen_on_the_day_of_the_promise(self):
        order = self.make_order()
        order.order_line.customer_lead = 20.0
        with freeze_time("2026-03-02 09:00:00"):
            order.with_user(self.specialist).commitment_date = datetime(2026, 3, 18, 9)
        self.assertEqual(self.worst(order)["lead_time"], 4.0)
        with freeze_time("2026-03-12 09:00:00"):
            order.with_user(self.specialist).commitment_date = datetime(2026, 3, 18, 9)
            self.env.flush_all()
            self.assertEqual(self.worst(order)["lead_time"], 4.0)
            self.assertEqual(self.level(order), 20)
            order.with_user(self.specialist).commitment_date = datetime(2026, 3, 19, 9)
            self.assertEqual(self.worst(order)["lead_time"], 13.0)

    def test_nobody_writes_the_day_of_the_promise(self):
        order = self.make_order()
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, order, "write", {"promised_on": "2020-01-01"})

    def test_without_lead_time_or_limit_there_is_a_notice(self):
        order = self.make_order()
        notices = order._authority_found()[order].decision.notices
        self.assertEqual(
            {verdict.measure.dimension for verdict in notices}, {"lead_time", "credit"}
        )

    def test_credit_counts_what_is_open_and_this_order(self):
        self.customer.with_company(self.company).credit_limit = 1000.0
        self.assertEqual(self.worst(self.make_order())["credit"], 0.0)
        order = self.make_order(quantity=1.08)
        self.assertAlmostEqual(self.worst(order)["credit"], 8.0)
        self.assertEqual(self.level(order), 30)

    def test_credit_counts_a_posted_open_invoice_as_of_the_approval(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        self.customer.with_company(self.company).credit_limit = 1000.0
        line = {"product_id": self.valve.id, "quantity": 1.0, "price_unit": 400.0}
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "invoice_line_ids": [
                        Command.create({**line, "tax_ids": [Command.clear()]})
                    ],
                }
                for _number in range(2)
            ]
        )
        sold = {"product_id": self.pump.id, "product_uom_qty": 0.65}
        order = self.make_order(
            order_line=[Command.create({**sold, "tax_ids": [Command.clear()]})]
        )
        self.assertEqual(self.worst(order)["credit"], 0.0)
        invoices[0].action_post()
        self.assertAlmostEqual(self.worst(order)["credit"], 5.0)
        order._mark_authority()
        self.approve(order, self.director)
        # Frozen: what becomes due later does not end the approval.
        invoices[1].action_post()
        self.assertAlmostEqual(self.worst(order)["credit"], 45.0)
        self.assertEqual(order._authority_found()[order].state, "approved")
        inputs = order.sudo().approval_ids.sorted("id")[-1].inputs
        self.assertEqual((inputs["receivable"], inputs["credit_limit"]), (400.0, 1e3))

    def test_credit_counts_an_order_and_its_own_invoice_once(self):
        """600 of 1000 confirmed, invoiced and not paid yet; 900 of it are still within
        the limit, 1,100 are not, whatever has been billed."""
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        self.customer.with_company(self.company).credit_limit = 1000.0
        sold = {"product_id": self.valve.id, "tax_ids": [Command.clear()]}
        order = self.make_order(
            order_line=[Command.create({**sold, "product_uom_qty": 6})]
        )
        order.with_user(self.specialist).action_confirm()
        order.sudo()._create_invoices().action_post()
        for quantity, beyond, state in ((9, 0.0, "within"), (11, 10.0, "required")):
            order.with_user(self.specialist).order_line.product_uom_qty = quantity
            self.env.flush_all()
            inputs = order._measuring_inputs()[order]
            self.assertEqual(inputs["receivable"], 0.0)
            measured = rules.measure_terms(order._terms(inputs), ("credit",))
            self.assertAlmostEqual(measured[0].value, beyond)
            self.assertEqual(order.authority_state, state)
        # Of another order it is owed as ever.
        other = self.make_order(
            order_line=[Command.create({**sold, "product_uom_qty": 5})]
        )
        self.assertAlmostEqual(self.worst(other)["credit"], 10.0)

    def test_a_combo_is_measured_with_its_parts(self):
        combo = self.env["product.combo"].create(
            {
                "name": "Valves",
                "combo_item_ids": [Command.create({"product_id": self.valve.id})],
            }
        )
        product = self.env["product.product"].create(
            {
                "name": "Set",
                "type": "combo",
                "list_price": 100.0,
                "combo_ids": [Command.set(combo.ids)],
                "taxes_id": [Command.clear()],
            }
        )
        order = self.make_order(order_line=[])
        Line = self.env["sale.order.line"].with_user(self.specialist)
        parent = Line.create({"order_id": order.id, "product_id": product.id})
        part = Line.create(
            {
                "order_id": order.id,
                "product_id": self.valve.id,
                "combo_item_id": combo.combo_item_ids.id,
                "linked_line_id": parent.id,
            }
        )
        self.env.flush_all()
        self.assertEqual((parent.price_subtotal, part.price_subtotal), (0.0, 100.0))
        # The set carries no price and its part all of it: together no discount.
        worst = self.worst(order)
        self.assertEqual((worst["discount"], worst["margin"]), (0.0, 40.0))
        part.discount = 18.0
        self.env.flush_all()
        worst = self.worst(order)
        self.assertAlmostEqual(worst["discount"], 18.0)
        self.assertAlmostEqual(worst["margin"], 100 * 22 / 82)
        lines = order._authority_found()[order].terms.lines
        self.assertEqual([line.where for line in lines], ["Set"])
        self.assertEqual(self.level(order), 30)

    def test_deviation_counts_lines_of_quotation_and_deal(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
            }
        )
        order = self.make_order(opportunity_id=lead.id)
        self.assertEqual(order.authority_state, "within")
        lines = self.env["key.account.requirement"].create(
            [
                {"name": able, "opportunity_id": lead.id, "able": able}
                for able in ("yes", "no", "with_condition")
            ]
        )
        self.env.flush_all()
        self.assertEqual(self.worst(order)["deviation"], 2)
        self.assertEqual(self.level(order), 20)
        lines[1].action_drop()
        lines[2].able = "yes"
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")

    def test_every_kind_of_line(self):
        self.customer.with_company(self.company).credit_limit = 1000.0
        order = self.make_order(
            order_line=[
                Command.create({"display_type": "line_section", "name": "Goods"}),
                Command.create({"product_id": self.pump.id, "product_uom_qty": 2.0}),
                Command.create({"product_id": self.valve.id, "price_unit": 0.0}),
                Command.create(
                    {
                        "product_id": self.valve.id,
                        "price_unit": -200.0,
                        "product_uom_qty": 1.0,
                        "name": "Order discount",
                    }
                ),
                Command.create(
                    {
                        "product_id": self.valve.id,
                        "price_unit": 500.0,
                        "is_downpayment": True,
                        "product_uom_qty": 0.0,
                    }
                ),
            ]
        )
        found = order._authority_found()[order]
        self.assertEqual(len(found.terms.lines), 3)
        worst = envelope.worst(rules.measure_terms(found.terms, ALL.split(",")))
        self.assertAlmostEqual(found.terms.untaxed, 1800.0)
        self.assertAlmostEqual(worst["discount", "line"], 100.0)
        # 2 pumps, a free valve and the valve that carries the order's discount.
        self.assertAlmostEqual(worst["margin", "order"], 100.0 * (1800 - 1320) / 1800)

    def test_taxes_included_on_one_side_only(self):
        tax = self.env["account.tax"].create(
            {
                "name": "Included 20 %",
                "amount": 20.0,
                "price_include_override": "tax_included",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.be").id,
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "VAT", "company_id": self.company.id})
                .id,
            }
        )
        self.pump.taxes_id = tax
        # Sold untaxed, as abroad: 1 000 with tax is 833.33 without.
        order = self.make_order()
        order.order_line.write({"tax_ids": [Command.clear()], "price_unit": 1000 / 1.2})
        self.env.flush_all()
        self.assertAlmostEqual(self.worst(order)["discount"], 0.0, places=1)
        order.order_line.write({"price_unit": 750.0})
        self.assertAlmostEqual(self.worst(order)["discount"], 10.0, places=1)

    def test_frozen_inputs_let_the_approval_stand(self):
        self.customer.with_company(self.company).credit_limit = 1000.0
        self.pump.standard_price = 760.0
        order = self.make_order(discount=8.0, payment_term_id=self.term_90.id)
        order.order_line.customer_lead = 35.0
        self.env.flush_all()
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.general_manager).action_approve()
        self.pump.write({"standard_price": 5000.0, "list_price": 9000.0})
        self.customer.with_company(self.company).credit_limit = 1.0
        with freeze_time(fields.Datetime.now() + timedelta(days=20)):
            self.env.invalidate_all()
            self.assertEqual(order._authority_found()[order].state, "approved")
            order._assert_may("confirm")
        order.with_user(self.specialist).order_line.discount = 8.5
        self.assertEqual(order.authority_state, "required")
        event = order.sudo().approval_ids.sorted("id")[-1]
        broken = order._broken_since(event.inputs)
        self.assertIn(("margin", "order"), broken)
        self.assertIn(("discount", "line"), broken)
        self.assertNotIn(("payment_days", "order"), broken)

    def test_worse_payment_terms_break_the_approval(self):
        order = self.make_order(discount=8.0)
        self.approve(order)
        order.with_user(self.specialist).payment_term_id = self.term_90
        self.assertEqual(order.authority_state, "required")

    def test_only_what_is_switched_on_is_measured(self):
        order = self.make_order(payment_term_id=self.term_90.id)
        self.assertEqual(order.authority_state, "required")
        self.company.key_account_dimensions = "discount,amount"
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")
        inputs = order._measuring_inputs()[order]
        self.assertEqual(
            set(inputs), {"date", "rate", "products", "reference"}, "nothing else"
        )
        self.company.key_account_dimensions = "discount,amount,payment_days"
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")

    def test_an_unknown_dimension_is_named(self):
        with self.assertRaisesRegex(ValidationError, "colour"):
            self.company.key_account_dimensions = "discount,colour"

    def test_settings_switch_dimensions(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.key_account_measure_credit)
        settings.write(
            {"key_account_measure_credit": False, "key_account_measure_margin": False}
        )
        settings.execute()
        self.assertEqual(
            self.company.key_account_dimensions,
            "discount,amount,payment_days,lead_time,deviation",
        )

    def test_a_box_alone_leaves_the_others(self):
        """As a program writes settings, which has read none of them."""
        without_credit = ALL.replace(",credit", "")
        settings = self.env["res.config.settings"]
        settings.create({"key_account_measure_credit": False}).execute()
        self.assertEqual(self.company.key_account_dimensions, without_credit)
        there = settings.create({})
        self.env.flush_all()
        self.env.invalidate_all()
        there.write({"key_account_measure_credit": True})
        self.assertEqual(self.company.key_account_dimensions, ALL)

    def test_what_an_add_on_adds_is_a_term(self):
        order = self.make_order()
        fingerprint = order._terms_fingerprint()
        self.patch(type(order), "_added_terms", lambda self: ("client_order_ref",))
        self.assertEqual(order._terms_fingerprint(), fingerprint, "nothing is added")
        version = order.terms_version
        self.rpc(self.specialist, order, "write", {"client_order_ref": "24 months"})
        self.assertEqual(order.terms_version, version + 1)
        self.assertNotEqual(order._terms_fingerprint(), fingerprint)
        terms = order._authority_found()[order].terms
        self.assertEqual(terms.more, {"client_order_ref": "24 months"})

    def test_a_limit_below_zero_is_for_margins(self):
        limits = self.levels[40].limit_ids
        limits.filtered(lambda limit: limit.dimension == "margin").value = -5.0
        with self.assertRaisesRegex(ValidationError, "below zero"):
            limits.filtered(lambda limit: limit.dimension == "credit").value = -5.0

    def test_grants_of_margin_never_go_beyond_the_giver_s(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
            }
        )
        values = {
            "opportunity_id": lead.id,
            "user_id": self.specialist.id,
            "dimension": "margin",
            "company_id": self.company.id,
        }
        Grant = self.env["key.account.authority.grant"]
        with self.assertRaises(AccessError):
            self.rpc(self.manager, Grant, "create", [{**values, "value": 17.0}])
        self.pump.standard_price = 810.0
        order = self.make_order(opportunity_id=lead.id)
        self.assertEqual(order.authority_state, "required")
        self.rpc(self.manager, Grant, "create", [{**values, "value": 18.0}])
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")

    def test_an_add_on_s_dimension_needs_a_few_lines(self):
        @rules.register
        class Weight(rules.Dimension):
            code, unit, label = "weight", "count", "Weight"

            def measure(self, terms):
                return [rules.Measure(self.code, len(terms.lines))]

        self.addCleanup(rules.DIMENSIONS.pop, "weight")
        self.env["key.account.authority.limit"].create(
            {"level_id": self.levels[20].id, "dimension": "weight", "value": 3.0}
        )
        self.company.key_account_dimensions = "discount,weight"
        order = self.make_order()
        self.assertEqual(self.level(order), 20)
        self.assertIn("Weight", order.authority_preview)

    def test_measuring_costs_no_query_per_quotation(self):
        self.company.key_account_reference_pricelist_id = self.env[
            "product.pricelist"
        ].create({"name": "Reference", "company_id": self.company.id})

        def queries(count):
            orders = self.env["sale.order"].concat(
                *(self.make_order(discount=8.0) for _i in range(count))
            )
            orders._mark_authority()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._authority_found()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(30), queries(3))


@tagged("post_install", "-at_install")
class TestMarginPrivacy(DimensionCommon):
    """People below manager see on which side of the limit a margin lies, no figure."""

    FIGURES = ("15.0", "25.0", "18.0", "850")

    def setUp(self):
        super().setUp()
        self.pump.standard_price = 850.0
        self.order = self.make_order()
        self.order.with_user(self.specialist).action_request_approval()

    def assertNoFigure(self, text):
        for figure in self.FIGURES:
            self.assertNotIn(figure, str(text))

    def test_texts(self):
        order = self.order.with_user(self.specialist)
        self.assertNoFigure(order.authority_preview)
        self.assertNoFigure(order.authority_impact)
        self.assertNoFigure(order.authority_timeline)
        self.assertNoFigure(order.message_ids.mapped("body"))
        self.assertIn("below", str(order.message_ids.mapped("body")))
        with self.assertRaisesRegex(Exception, "below your limit") as caught:
            order._assert_may("confirm")
        self.assertNoFigure(caught.exception)
        manager = self.order.with_user(self.director)
        self.assertIn("15.0 %", manager.authority_impact)

    def test_evidence_by_rpc(self):
        events, terms = self.order.approval_ids, self.order.approval_ids.term_ids
        margin = terms.filtered(lambda term: term.dimension == "margin")
        for user in (self.specialist, self.support):
            names = events.with_user(user).fields_get()
            self.assertNotIn("inputs", names)
            with self.assertRaises(AccessError):
                self.rpc(user, events, "read", ["inputs"])
            for name in ("value", "author_limit"):
                with self.assertRaises(AccessError):
                    self.rpc(user, margin, "read", [name])
                with self.assertRaises(AccessError):
                    self.rpc(user, terms.browse(), "search", [(name, ">", 0)])
        for record in (events, margin):
            # A fingerprint has any figures in it.
            shown = record.with_user(self.specialist).fields_get()
            shown = [name for name in shown if name != "fingerprint"]
            self.assertNoFigure(self.rpc(self.specialist, record, "read", shown))
        [shown] = self.rpc(self.director, margin, "read", ["shown_value", "value"])
        self.assertEqual((shown["shown_value"], shown["value"]), ("15.0 %", 15.0))

    def test_limits_and_grants_by_rpc(self):
        Limit = self.env["key.account.authority.limit"]
        domain = [("dimension", "=", "margin")]
        for user in (self.specialist, self.support, self.outsider):
            self.assertFalse(self.rpc(user, Limit, "search", domain))
        for user in (self.manager, self.configurator):
            self.assertTrue(self.rpc(user, Limit, "search", domain))
        self.assertTrue(
            self.rpc(self.specialist, Limit, "search", [("dimension", "=", "amount")])
        )
