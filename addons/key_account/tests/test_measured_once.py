from collections import Counter

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KeyAccountCommon

# What explains the state on a form, beside the state itself.
SHOWN = ("authority_preview", "authority_difference", "authority_impact")
SPECIFICATION = {name: {} for name in ("authority_state", "authority_discount", *SHOWN)}


@tagged("post_install", "-at_install")
class TestMeasuredOnce(KeyAccountCommon):
    def setUp(self):
        super().setUp()
        self.measured = Counter()
        Order = self.env.registry["sale.order"]
        measure = Order._measuring_inputs

        def counted(orders, *args):
            for order in orders:
                self.measured[order.id or order.id.origin] += 1
            return measure(orders, *args)

        self.patch(Order, "_measuring_inputs", counted)

    def forget(self):
        """As a new request begins: nothing is in memory."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.measured.clear()

    def seen(self, order, user):
        return order.with_user(user).web_read(SPECIFICATION)[0]

    def test_a_form_that_is_opened(self):
        within, beyond = self.make_order(discount=2.0), self.make_order(discount=8.0)
        asked = self.make_order(discount=9.0)
        asked.with_user(self.specialist).action_request_approval()
        self.forget()
        on_the_form = {name: {} for name in SHOWN[:2]}
        within.with_user(self.specialist).web_read(on_the_form)
        self.assertFalse(self.measured, "what is stored says it all")
        for order in (beyond, asked):
            for user in (self.specialist, self.manager):
                self.forget()
                shown = self.seen(order, user)
                self.assertIn("%", shown["authority_preview"])
                self.assertEqual(self.measured, {order.id: 1})

    def test_no_more_queries_than_the_state_needs(self):
        order = self.make_order(discount=8.0)
        self.seen(order, self.specialist)
        self.forget()
        order._mark_authority()
        self.assertEqual(order.authority_state, "required")
        # What was measured for the state explains it, too.
        with self.assertQueryCount(0):
            order._found_at_hand()
            self.assertTrue(order.authority_discount)

    def test_what_is_saved(self):
        order = self.make_order(discount=2.0)
        self.forget()
        values = {"order_line": [(1, order.order_line.id, {"discount": 8.0})]}
        order.with_user(self.specialist).web_save(values, SPECIFICATION)
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(self.measured, {order.id: 1})

    def test_requested_decided_and_confirmed(self):
        first, order = self.make_order(discount=2.0), self.make_order(discount=8.0)
        (first | order).require_signature = False
        # An account that is won has its other quotations measured, this once.
        first.with_user(self.specialist).action_confirm()
        self.forget()
        order.with_user(self.specialist).action_request_approval()
        self.env.flush_all()
        self.assertEqual(self.measured, {order.id: 1})
        self.forget()
        order.with_user(self.manager).action_approve("fine")
        self.env.flush_all()
        self.assertEqual(self.measured, {order.id: 1})
        self.forget()
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        self.assertEqual(order.state, "sale")
        # With stock, confirming writes lines once more.
        times = 2 if self.beside("sale_stock") else 1
        self.assertEqual(self.measured, {order.id: times})

    def test_it_is_never_out_of_date(self):
        order = self.make_order(discount=4.0).sudo()
        self.assertEqual(order.authority_found.state, "within")
        order.order_line.discount = 8.0
        self.assertEqual(order.authority_found.state, "required")
        self.env.flush_all()
        # What no field of the quotation depends on: it is marked, and measured anew.
        self.levels[10].limit_ids.filtered(
            lambda limit: limit.dimension == "discount"
        ).value = 9.0
        self.assertEqual(order.authority_found.state, "within")
        self.assertEqual(order.authority_state, "within")

    def test_guards_measure_anew(self):
        order = self.make_order(discount=4.0)
        order.require_signature = False
        self.assertEqual(order.sudo().authority_found.state, "within")
        # A price that changes marks nothing in this request.
        self.pump.list_price = 2000.0
        with self.assertRaisesRegex(UserError, "Discount"):
            self.rpc(self.specialist, order, "action_confirm")

    def test_nobody_reads_it(self):
        order = self.make_order(discount=4.0)
        for user in (self.specialist, self.director, self.configurator):
            names = order.with_user(user).fields_get()
            self.assertNotIn("authority_found", names)
