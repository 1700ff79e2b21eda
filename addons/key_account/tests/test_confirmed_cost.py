"""What a unit cost is kept when its order is confirmed."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..models.shared import optional
from .test_delivery import DeliveryCommon
from .test_read_once import asked


class ConfirmedCostCommon(DeliveryCommon):
    def costs(self, order):
        self.env.flush_all()
        return order.sudo().order_line.mapped("confirmed_cost")

    def margin(self):
        self.env["key.account"].sudo()._compute_values(self.company)
        return self.account.sudo().value_margin


@tagged("post_install", "-at_install")
class TestConfirmedCost(ConfirmedCostCommon):
    """A pump costs 600."""

    def test_it_does_not_move(self):
        order = self.make_order()
        self.assertEqual(self.costs(order), [0], "no promise yet")
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(self.costs(order), [600])
        before = self.margin()
        self.pump.with_company(self.company).standard_price = 900
        self.assertEqual(self.margin(), before)
        self.assertEqual(self.costs(order), [600])
        self.assertEqual(self.costs(order.copy()), [0], "a copy is another order")

    def test_per_unit_of_the_line_in_company_currency(self):
        """A dozen at 12 × 600; one that says its own cost, 700 in a currency of which
        two make one of ours."""
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order()
        order.order_line = [
            Command.create({"product_id": self.pump.id, "product_uom_id": dozen.id}),
            Command.create({"product_id": self.pump.id, "customer_lead": 700}),
            Command.create({"name": "Note", "display_type": "line_note"}),
        ]
        order.order_line[0].customer_lead = 0
        order.order_line[1].customer_lead = 0
        order.order_line[2].customer_lead = 700
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET currency_rate = 2 WHERE id = %s", [order.id]
        )
        order.invalidate_recordset()
        # Any column of numbers, where sale_margin brings none.
        with patch.object(optional, "cost_column", lambda lines: "customer_lead"):
            order._follow_delivery()
        self.assertEqual(self.costs(order), [600, 7200, 350, 0])

    def test_what_nobody_knows_stays_empty(self):
        self.pump.with_company(self.company).standard_price = 0
        order = self.confirmed()
        self.env.cr.execute(
            "SELECT confirmed_cost FROM sale_order_line WHERE order_id = %s", [order.id]
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_added_later_costs_what_it_does_then(self):
        order = self.confirmed()
        self.pump.with_company(self.company).standard_price = 900
        order.sudo().order_line = [Command.create({"product_id": self.pump.id})]
        self.assertEqual(self.costs(order), [600, 900])

    def test_another_product_costs_what_that_does(self):
        if self.beside("sale_stock"):
            self.skipTest("with stock, Odoo changes no product of a confirmed order")
        order = self.confirmed()
        valve = self.env["product.product"].create(
            {"name": "Valve", "list_price": 1000.0}
        )
        valve.with_company(self.company).standard_price = 500
        order.sudo().order_line.product_id = valve
        self.assertEqual(self.costs(order), [500])

    def test_confirmed_again_anew(self):
        order = self.confirmed()
        self.pump.with_company(self.company).standard_price = 900
        order.sudo()._action_cancel()
        order.sudo().action_draft()
        order.with_user(self.specialist).action_confirm()
        # With margins, the line says what it costs: what it did when it was made.
        cost = 600 if self.beside("sale_margin") else 900
        self.assertEqual(self.costs(order), [cost])

    def test_confirmed_again_without_a_cost(self):
        if self.beside("sale_margin"):
            self.skipTest("with margins, the line says what it costs")
        order = self.confirmed()
        self.pump.with_company(self.company).standard_price = 0
        order.sudo()._action_cancel()
        order.sudo().action_draft()
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT confirmed_cost FROM sale_order_line WHERE order_id = %s", [order.id]
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_another_order_confirmed_in_the_same_breath(self):
        orders = [self.make_order().with_user(self.specialist) for _n in range(2)]
        for order in orders:
            order.action_confirm()
        self.assertEqual([self.costs(order) for order in orders], [[600], [600]])

    def test_written_with_what_else_changes(self):
        """Odoo writes the row of a line twice, and not once more for its cost."""
        orders = (
            self.make_order(),
            self.make_order(partner=self.plain_customer, team_id=self.plain_team.id),
        )
        found = []
        for order in orders:
            with asked(self.env) as texts:
                order.with_user(self.specialist).action_confirm()
                self.env.flush_all()
            found.append([t for t in texts if 'UPDATE "sale_order_line"' in t])
        self.assertEqual(*map(len, found))
        self.assertIn("confirmed_cost", "".join(found[0]))

    def test_of_others_nothing_is_kept(self):
        order = self.make_order(partner=self.plain_customer, team_id=self.plain_team.id)
        with asked(self.env) as texts:
            order.action_confirm()
            self.env.flush_all()
        self.assertFalse([text for text in texts if "SET confirmed_cost" in text])

    def test_the_confirmation_waits_for_no_other_statement(self):
        self.confirmed()
        order = self.make_order().with_user(self.specialist)
        with asked(self.env) as texts:
            order.action_confirm()
            self.env.flush_all()
        found = [text for text in texts if "SET confirmed_cost" in text]
        self.assertEqual(len(found), 1)
        self.assertIn("INSERT INTO key_account_delivery", found[0])
