"""Beside other modules of Odoo the controls hinder nobody."""

from odoo import Command
from odoo.tests import tagged

from .neighbour_common import NeighbourCase


@tagged("post_install", "-at_install")
class TestNeighbours(NeighbourCase):
    def confirmed(self, product=None, discount=3.0, **vals):
        """A quotation within authority that the specialist has confirmed."""
        line = {"product_id": (product or self.pump).id, "discount": discount}
        order = self.make_order(order_line=[Command.create(line)], **vals)
        self.assertEqual(order.authority_state, "within")
        self.rpc(self.specialist, order, "action_confirm")
        self.env.flush_all()
        self.assertEqual(order.state, "sale")
        return order

    def assert_billed(self, order):
        """It is still what was confirmed, and may be invoiced."""
        self.assertEqual(self.remeasured(order), "within")
        self.assertFalse(order._may_not("invoice"))

    def vendor(self, product, price=50.0):
        partner = self.env["res.partner"].create({"name": "Foundry"})
        product.seller_ids = [
            Command.create({"partner_id": partner.id, "price": price, "min_qty": 0})
        ]
        return partner

    def purchases(self, vendor):
        return self.env["purchase.order"].search([("partner_id", "=", vendor.id)])

    def deliver(self, order):
        for picking in order.picking_ids:
            for move in picking.move_ids:
                move.write({"quantity": move.product_uom_qty, "picked": True})
            picking.with_context(skip_backorder=True).button_validate()
        self.env.flush_all()

    def test_carts_of_the_shop(self):
        self.needs("website_sale")
        cart = self.cart(self.website(), self.contact, discount=50.0)
        self.assertEqual(cart.key_account_id, self.account)
        self.assertEqual(cart.authority_state, "not_applicable")
        cart.with_user(self.contact).sudo()._validate_order()
        self.assertEqual(cart.state, "sale")

    def test_visitor_of_the_shop(self):
        self.needs("website_sale")
        cart = self.cart(self.website())
        public = cart.website_id.user_id
        cart.with_user(public).sudo().order_line.product_uom_qty = 3
        cart.with_user(public).sudo().partner_id = self.contact.partner_id
        self.env.flush_all()
        self.assertFalse(cart.terms_author_id)
        self.assertEqual(cart.authority_state, "not_applicable")

    def test_reward_within_authority(self):
        """A small reward needs nobody, before confirmation and after it."""
        self.needs("sale_loyalty")
        self.programme(discount=3.0)
        order = self.make_order(quantity=10)
        self.rpc(self.specialist, order, "action_open_reward_wizard")
        self.env.flush_all()
        self.assertTrue(order.order_line.filtered("reward_id"))
        self.assertEqual(order.authority_state, "within")
        self.rpc(self.specialist, order, "action_confirm")
        self.assert_billed(order)

    def test_reward_that_was_signed_off(self):
        self.needs("sale_loyalty")
        self.programme(discount=8.0)
        order = self.make_order()
        self.rpc(self.specialist, order, "action_open_reward_wizard")
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.approve(order)
        self.rpc(self.specialist, order, "action_confirm")
        self.assertEqual(self.remeasured(order), "approved")
        self.assertFalse(order._may_not("invoice"))

    def test_what_the_carrier_costs(self):
        """Free by the carrier's own rule, it is nobody's discount; with the parcel the
        carrier's price is put on the confirmed order."""
        self.needs("delivery")
        carrier = self.carrier(free_over=True, amount=900.0)
        order = self.make_order()
        order.with_user(self.specialist).set_delivery_line(carrier, 0.0)
        self.assertEqual(self.remeasured(order), "within")
        self.rpc(self.specialist, order, "action_confirm")
        order._create_delivery_line(carrier, 35.0)
        self.assertEqual(len(order.order_line.filtered("is_delivery")), 2)
        self.assert_billed(order)

    def test_delivery_at_its_price(self):
        self.needs("delivery")
        order = self.make_order()
        order.with_user(self.specialist).set_delivery_line(self.carrier(), 20.0)
        self.assertEqual(self.remeasured(order), "within")

    def test_kit(self):
        """Sold as one thing, delivered in its parts."""
        self.needs("sale_mrp")
        self.valve.is_storable = True
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.pump.product_tmpl_id.id,
                "type": "phantom",
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": self.valve.id, "product_qty": 2.0})
                ],
            }
        )
        order = self.confirmed()
        self.assertEqual(order.picking_ids.move_ids.product_id, self.valve)
        self.deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 1.0)
        self.assert_billed(order)
        self.refused_rpc(self.specialist, self.order, "action_confirm")
        self.assertFalse(self.order.picking_ids)

    def test_dropshipping(self):
        """The vendor is asked by the confirmation; not by what is held."""
        self.needs("stock_dropshipping")
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        self.pump.route_ids = [Command.link(route.id)]
        vendor = self.vendor(self.pump)
        self.refused_rpc(self.specialist, self.order, "action_confirm")
        self.assertFalse(self.purchases(vendor))
        order = self.confirmed()
        self.assertEqual(len(self.purchases(vendor)), 1)
        self.assert_billed(order)

    def test_service_that_is_bought(self):
        self.needs("sale_purchase")
        service = self.env["product.product"].create(
            {"name": "Fitting", "type": "service", "list_price": 200.0}
        )
        vendor = self.vendor(service)
        service.with_company(self.company).service_to_purchase = True
        order = self.confirmed(service)
        self.assertEqual(len(self.purchases(vendor)), 1)
        self.assert_billed(order)

    def test_project_at_confirmation(self):
        """Project and task are made by whoever confirms."""
        self.needs("sale_project")
        service = self.env["product.product"].create(
            {
                "name": "Commissioning",
                "type": "service",
                "list_price": 200.0,
                "service_tracking": "task_in_project",
            }
        )
        line = {"product_id": service.id, "discount": 50.0}
        held = self.make_order(order_line=[Command.create(line)])
        self.refused_rpc(self.specialist, held, "action_confirm", order=held)
        self.assertFalse(held.order_line.task_id)
        order = self.confirmed(service)
        self.assertTrue(order.order_line.task_id)
        self.assert_billed(order)

    def test_cost_that_comes_with_the_delivery(self):
        """What the goods had cost is known when they leave: a dearer lot takes nothing
        back that was confirmed."""
        self.needs("sale_stock_margin")
        self.env["key.account.authority.limit"].create(
            {"level_id": self.levels[10].id, "dimension": "margin", "value": 25.0}
        )
        self.company.key_account_dimensions = "discount,amount,margin"
        self.pump.categ_id = self.env["product.category"].create({"name": "Lots"})
        self.pump.categ_id.with_company(self.company).property_cost_method = "average"
        self.pump.is_storable = True
        pump = self.pump.with_company(self.company)
        pump.standard_price = 600.0
        order = self.confirmed()
        pump.standard_price = 990.0
        self.deliver(order)
        self.assert_billed(order)
        self.assertEqual(self.remeasured(self.make_order()), "required")

    def test_expenses_billed_on(self):
        """What was spent for the customer comes upon the confirmed order."""
        self.needs("sale_expense")
        trip = self.env["product.product"].create(
            {
                "name": "Trip",
                "type": "service",
                "list_price": 300.0,
                "expense_policy": "cost",
            }
        )
        order = self.confirmed()
        self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": trip.id,
                "price_unit": 120.0,
                "is_expense": True,
            }
        )
        self.assert_billed(order)
