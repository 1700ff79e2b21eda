"""What other modules of Odoo open: webshop, loyalty, carriers, margins, automation"""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException

from .neighbour_common import NeighbourCase


@tagged("post_install", "-at_install")
class TestAttackNeighbours(NeighbourCase):
    # -- the webshop ------------------------------------------------------------

    def test_own_quotation_flagged_as_a_cart(self):
        """website_id of a quotation with half the price | specialist | controlled: what
        a colleague has priced is no cart"""
        self.needs("website_sale")
        website = self.website()
        self.rpc(self.specialist, self.order, "write", {"website_id": website.id})
        self.assertEqual(self.remeasured(self.order), "required")
        self.refused_rpc(self.specialist, self.order, "action_confirm")
        made = self.make_order(discount=50.0, website_id=website.id)
        self.assertEqual(self.remeasured(made), "required")

    def merged(self, order):
        """A customer's cart with the lines of a quotation, as the route has it."""
        cart = self.cart(self.website(), self.contact)
        self.assertEqual(cart.authority_state, "not_applicable")
        lines = order.order_line.with_user(self.contact).sudo()
        lines.write({"order_id": cart.id})
        self.env.flush_all()
        self.env.invalidate_all()
        return cart

    def test_lines_of_a_held_quotation_in_a_cart(self):
        """/shop/cart?revive_method=merge with the link of a held quotation: its lines
        in the visitor's own cart | whoever has the link | refused"""
        self.needs("website_sale")
        cart = self.cart(self.website(), self.contact)
        lines = self.order.order_line.with_user(self.contact).sudo()
        self.refused(lines.write, {"order_id": cart.id})
        self.assertEqual(self.line.order_id, self.order)

    def test_lines_of_an_approved_quotation_in_a_cart(self):
        """The same with what was signed off for the quotation, so that the cart is paid
        without its signature | whoever has the link | the cart is held: its prices are
        a colleague's, and nobody signed them off there"""
        self.needs("website_sale")
        cart = self.merged(self.approved())
        self.assertEqual(cart.terms_author_id, self.specialist)
        self.assertEqual(cart.authority_state, "required")
        self.refused(cart.with_user(self.contact).sudo()._validate_order, order=cart)

    def test_lines_of_a_plain_quotation_in_a_cart(self):
        """The same with lines within authority | whoever has the link | an order like
        others of the colleague: measured, and within authority"""
        self.needs("website_sale")
        cart = self.merged(self.make_order(discount=3.0))
        self.assertEqual(cart.terms_author_id, self.specialist)
        self.assertEqual(cart.authority_state, "within")

    def test_cart_that_a_colleague_made_cheaper(self):
        """A cart of the shop to which the specialist gives half the price | specialist,
        then the customer | neither confirmed by the one nor paid by the other"""
        self.needs("website_sale")
        cart = self.cart(self.website(), self.contact)
        self.rpc(self.specialist, cart.order_line, "write", {"discount": 50.0})
        self.assertEqual(self.remeasured(cart), "required")
        self.refused_rpc(self.specialist, cart, "action_confirm", order=cart)
        self.refused(cart.with_user(self.contact).sudo()._validate_order, order=cart)

    def test_confirmed_cart_that_a_colleague_made_cheaper(self):
        """An order that the customer made and paid in the shop, to which the specialist
        gives half the price afterwards | specialist | not billed before sign-off; what
        is within authority is"""
        self.needs("website_sale")
        for discount, state in ((50.0, "required"), (3.0, "within")):
            cart = self.cart(self.website(), self.contact)
            cart.with_user(self.contact).sudo()._validate_order()
            self.assertEqual(cart.state, "sale")
            cart.with_user(self.bot).user_id = self.specialist
            self.rpc(self.specialist, cart.order_line, "write", {"discount": discount})
            self.assertEqual(self.remeasured(cart), state)
            if state == "required":
                self.refused(cart._create_invoices, order=cart)
            self.assertEqual(bool(cart._may_not("invoice")), state == "required")

    def test_held_cart_that_is_abandoned(self):
        """The shop's reminder of abandoned carts, of one that the specialist made
        cheaper | Odoo's scheduled action | not mailed, and those of others are"""
        self.needs("website_sale")
        website = self.website()
        website.send_abandoned_cart_email = True
        held, other = (
            self.cart(website, contact) for contact in (self.contact, self.stranger)
        )
        (self.contact | self.stranger).partner_id.email = "buyer@example.com"
        self.rpc(self.specialist, held.order_line, "write", {"discount": 50.0})
        hour = fields.Datetime.now() - timedelta(hours=30)
        website.send_abandoned_cart_email_activation_time = hour - timedelta(hours=1)
        (held | other).date_order = hour
        cron = self.env["ir.cron"].search(
            [("code", "ilike", "_send_abandoned_cart_email")], limit=1
        )
        self.assertTrue(cron)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        for order, count in ((held, 0), (other, 1)):
            mails = [("model", "=", "sale.order"), ("res_id", "=", order.id)]
            self.assertEqual(self.env["mail.mail"].search_count(mails), count)

    # -- loyalty programmes -----------------------------------------------------

    def test_reward_of_half_the_price(self):
        """A promotion of half the price, claimed in a quotation | specialist | measured
        like any discount: held"""
        self.needs("sale_loyalty")
        order = self.make_order()
        self.assertEqual(order.authority_state, "within")
        self.programme()
        self.rpc(self.specialist, order, "action_open_reward_wizard")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(order.order_line.filtered("reward_id"))
        self.assertEqual(order.authority_state, "required")
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def test_rebate_flagged_as_a_reward(self):
        """reward_id on a line that makes a confirmed order cheaper, or gives goods |
        specialist | measured: no programme gave it; not billed before sign-off"""
        self.needs("sale_loyalty")
        reward = self.programme(discount=5.0).reward_ids
        rebate = reward.discount_line_product_id
        for product, price in ((rebate, -800.0), (self.pump, 0.0), (rebate, -100.0)):
            order = self.approved()
            order.with_user(self.specialist).action_confirm()
            line = {
                "order_id": order.id,
                "product_id": product.id,
                "price_unit": price,
                "name": "Spring",
                "tax_ids": False,
                "reward_id": reward.id,
            }
            self.rpc(self.specialist, self.env["sale.order.line"], "create", [line])
            self.assertEqual(self.remeasured(order), "required", price)
            self.refused(order._create_invoices, order=order)

    def test_line_flagged_as_a_reward_afterwards(self):
        """reward_id written on a line that came after confirmation | specialist |
        measured all the same"""
        self.needs("sale_loyalty")
        reward = self.programme(discount=5.0).reward_ids
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        line = {"order_id": order.id, "product_id": self.pump.id, "price_unit": 0.0}
        self.rpc(self.specialist, self.env["sale.order.line"], "create", [line])
        added = order.order_line[-1]
        self.rpc(self.specialist, added, "write", {"reward_id": reward.id})
        self.assertEqual(self.remeasured(order), "required")

    # -- carriers ---------------------------------------------------------------

    def test_goods_flagged_as_delivery(self):
        """is_delivery on free goods, in a quotation and in a confirmed order |
        specialist | measured: what the carrier costs is a service that is paid for"""
        self.needs("delivery")
        gift = {"product_id": self.pump.id, "price_unit": 0.0, "is_delivery": True}
        order = self.make_order(order_line=[Command.create(gift)])
        self.assertEqual(order.authority_state, "required")
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        gift["order_id"] = order.id
        self.rpc(self.specialist, self.env["sale.order.line"], "create", [gift])
        self.assertEqual(self.remeasured(order), "required")

    def test_service_flagged_as_delivery(self):
        """is_delivery on a service for nothing, in a confirmed order | specialist |
        measured: no carrier is billed as that"""
        self.needs("delivery")
        service = self.env["product.product"].create(
            {"name": "Commissioning", "type": "service", "list_price": 900.0}
        )
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        gift = {"order_id": order.id, "product_id": service.id, "price_unit": 0.0}
        gift["is_delivery"] = True
        self.rpc(self.specialist, self.env["sale.order.line"], "create", [gift])
        self.assertEqual(self.remeasured(order), "required")

    def test_delivery_given_away(self):
        """Delivery for nothing, which the carrier's own rule does not give, or gives
        from an amount that is not reached | specialist | measured like any discount"""
        self.needs("delivery")
        for carrier in (self.carrier(), self.carrier(free_over=True, amount=1001.0)):
            order = self.make_order()
            order.with_user(self.specialist).set_delivery_line(carrier, 0.0)
            self.assertEqual(self.remeasured(order), "required")

    # -- margins ----------------------------------------------------------------

    def test_cost_typed_low(self):
        """purchase_price of a line typed low, so that its margin looks well |
        specialist | the product's own cost counts: held"""
        self.needs("sale_margin")
        self.env["key.account.authority.limit"].create(
            {"level_id": self.levels[10].id, "dimension": "margin", "value": 25.0}
        )
        self.company.key_account_dimensions = "discount,amount,margin"
        self.pump.standard_price = 900.0
        order = self.make_order()
        self.assertEqual(order.authority_state, "required")
        for cost in (1.0, 0.0, -500.0):
            self.rpc(
                self.specialist, order.order_line, "write", {"purchase_price": cost}
            )
            self.assertEqual(self.remeasured(order), "required", cost)
            self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    # -- automation rules -------------------------------------------------------

    def automation(self, **vals):
        """A rule of the company that confirms quotations whose reference is written."""
        model = self.env["ir.model"]._get("sale.order")
        state = self.env["ir.model.fields"]._get("sale.order", "state")
        action = {
            "name": "Confirm",
            "model_id": model.id,
            "state": "object_write",
            "update_path": "state",
            "update_field_id": state.id,
            "selection_value": state.selection_ids.filtered(
                lambda value: value.value == "sale"
            ).id,
            "usage": "base_automation",
        }
        return self.env["base.automation"].create(
            {
                "name": "Confirm at once",
                "model_id": model.id,
                "trigger": "on_create_or_write",
                "filter_domain": "[('client_order_ref', '!=', False)]",
                "action_server_ids": [Command.create({**action, **vals})],
            }
        )

    def set_off(self, reference):
        """What a rule does to the held quotation when its reference is written."""
        vals = {"client_order_ref": reference}
        self.refused_rpc(self.specialist, self.order, "write", vals, savepoint=True)

    def test_automation_that_confirms(self):
        """An automation rule that writes the state | whoever sets it off | refused like
        the write itself"""
        self.needs("base_automation")
        order = self.make_order()
        self.automation()
        self.rpc(self.specialist, order, "write", {"client_order_ref": "PO 6"})
        self.assertEqual(order.state, "sale")
        self.set_off("PO 7")

    def test_automation_with_code(self):
        """An automation rule whose code confirms, sends or signs as superuser |
        whoever sets it off | refused: superuser rights open nothing"""
        self.needs("base_automation")
        for code in (
            "record.sudo().action_confirm()",
            "record.sudo().write({'state': 'sent'})",
            "record.with_user(1).write({'state': 'sale'})",
            "record.sudo().with_context(key_account_checked=True)._action_confirm()\n"
            "record.sudo().write({'state': 'sale'})",
            "record.sudo().write({'signature': b'R0lGODlhAQABAAAAACw=',"
            " 'signed_by': 'Buyer Wang'})",
        ):
            rule = self.automation(state="code", code=code)
            self.set_off(code[:20])
            rule.active = False

    def test_automation_that_forges_the_decision(self):
        """An automation rule whose code writes the authority state | whoever sets it
        off | refused"""
        self.needs("base_automation")
        self.automation(
            state="code", code="record.sudo().write({'authority_state': 'approved'})"
        )
        self.set_off("PO 8")
        self.assertEqual(self.order.authority_state, "required")

    def test_automation_that_waited(self):
        """A rule on time, whose code confirms what is some days old | Odoo's scheduled
        action | nothing is confirmed"""
        self.needs("base_automation")
        model = self.env["ir.model"]._get("sale.order")
        date = self.env["ir.model.fields"]._get("sale.order", "create_date")
        rule = self.env["base.automation"].create(
            {
                "name": "Old quotations",
                "model_id": model.id,
                "trigger": "on_time",
                "trg_date_id": date.id,
                "trg_date_range": 1,
                "trg_date_range_type": "day",
                "action_server_ids": [
                    Command.create(
                        {
                            "name": "Confirm",
                            "model_id": model.id,
                            "state": "code",
                            "code": "records.action_confirm()",
                            "usage": "base_automation",
                        }
                    )
                ],
            }
        )
        with self.assertRaises(UserError):
            rule.action_server_ids.with_user(self.bot).with_context(
                active_model="sale.order",
                active_id=self.order.id,
                active_ids=self.order.ids,
            ).run()
        self.assertEqual(self.order.state, "draft")


@tagged("post_install", "-at_install")
class TestAttackShop(NeighbourCase, HttpCase):
    def test_held_cart_on_the_shop_s_pages(self):
        """/shop/cart of a customer whose cart the specialist made cheaper without
        sign-off | customer | not shown, the customer begins another one; shown once it
        is signed off"""
        self.needs("website_sale")
        self.pump.website_published = True
        cart = self.cart(self.website(), self.contact)
        self.authenticate("ka_contact", "ka_contact")
        self.assertIn("Pump", self.url_open("/shop/cart").text)
        self.rpc(self.specialist, cart.order_line, "write", {"discount": 50.0})
        self.env.flush_all()
        self.assertNotIn("500.00", self.url_open("/shop/cart").text)
        self.authenticate("ka_contact", "ka_contact")
        self.assertNotIn("500.00", self.url_open("/shop/cart").text)
        cart.with_user(self.specialist).action_request_approval()
        cart.with_user(self.general_manager).action_approve()
        self.env.flush_all()
        self.authenticate("ka_contact", "ka_contact")
        self.assertIn("500.00", self.url_open("/shop/cart").text)

    def test_held_quotation_revived_in_the_shop(self):
        """/shop/cart?id=…&access_token=… of a held quotation, as an abandoned cart of
        one's own | whoever has the link | neither shown nor taken over"""
        self.needs("website_sale")
        website = self.website()
        self.rpc(self.specialist, self.order, "write", {"website_id": website.id})
        self.order._portal_ensure_token()
        self.env.flush_all()
        query = f"id={self.order.id}&access_token={self.order.access_token}"
        self.authenticate("ka_contact", "ka_contact")
        for way in ("", "squash", "merge"):
            page = self.url_open(f"/shop/cart?{query}&revive_method={way}")
            self.assertNotIn("500.00", page.text, way)
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")
        self.assertEqual(self.order.order_line.discount, 50.0)
        self.assertEqual(self.order.partner_id, self.customer)

    def test_held_quotation_found_by_the_shop(self):
        """/shop/cart, whose visitor has a held quotation of that site, which the shop
        looks for as their cart | customer | not shown; its terms stay as they are"""
        self.needs("website_sale")
        website = self.website()
        values = {
            "website_id": website.id,
            "partner_id": self.contact.partner_id.id,
        }
        self.order.write(values)
        self.assertTrue(self.order._held())
        self.env.flush_all()
        terms = self.order.pricelist_id, self.order.order_line.discount
        self.authenticate("ka_contact", "ka_contact")
        for _visit in range(2):
            self.assertNotIn("500.00", self.url_open("/shop/cart").text)
        self.env.invalidate_all()
        self.assertEqual(
            (self.order.pricelist_id, self.order.order_line.discount), terms
        )
        self.assertEqual(self.order.state, "draft")

    def test_held_quotation_paid_in_the_shop(self):
        """/shop/payment/transaction of a held quotation | whoever has the link |
        refused"""
        self.needs("website_sale", "payment_demo")
        self.order._portal_ensure_token()
        self.env.flush_all()

        def refusal():
            amount = self.order.amount_total
            with (
                self.assertLogs("odoo.http", "WARNING") as log,
                self.assertRaises(JsonRpcException),
            ):
                self.make_jsonrpc_request(
                    f"/shop/payment/transaction/{self.order.id}",
                    {"access_token": self.order.access_token, "amount": amount},
                )
            return "".join(log.output)

        # Held, the order is not there for whoever has its link; free, it is found, and
        # Odoo goes on to what a payment needs.
        self.assertIn("access token is invalid", refusal())
        self.company.key_account_mode = "off"
        self.env.flush_all()
        self.assertNotIn("access token", refusal())
        self.assertFalse(self.order.sudo().transaction_ids)
