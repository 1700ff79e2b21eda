from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon

COLUMNS = (
    "name",
    "partner_id",
    "sign_off_amount",
    "sign_off_discount",
    "sign_off_grade",
    "sign_off_outside",
    "sign_off_changes",
    "sign_off_requester_id",
    "sign_off_requested_on",
    "authority_level_id",
    "can_decide",
)


@tagged("post_install", "-at_install")
class TestSaleOrderInbox(KeyAccountCommon):
    def request(self, count=1, discount=8.0, **vals):
        orders = self.env["sale.order"].union(
            *(self.make_order(discount=discount, **vals) for _i in range(count))
        )
        orders.with_user(self.specialist).action_request_approval()
        self.env.flush_all()
        return orders

    def inbox(self, user, *domain):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "key_account.approval_inbox_action"
        )
        self.assertIn("sign_off_requested_on", action["domain"])
        return (
            self.env["sale.order"]
            .with_user(user)
            .search([("sign_off_requested_on", "!=", False), *domain])
        )

    def decide(self, user, orders, decision, comment=None):
        wizard = self.rpc(
            user,
            self.env["key.account.decide"],
            "create",
            {"order_ids": [Command.set(orders.ids)], "comment": comment},
        )
        wizard = self.env["key.account.decide"].browse(wizard)
        return self.rpc(user, wizard, f"action_{decision}")

    # ------------------------------------------------------------
    # COLUMNS
    # ------------------------------------------------------------

    def test_the_columns_say_what_there_is_to_decide(self):
        order = self.request(discount=8.0, quantity=3.0)
        (row,) = self.rpc(self.manager, order, "read", list(COLUMNS))
        self.assertAlmostEqual(row["sign_off_discount"], 8.0)
        self.assertAlmostEqual(row["sign_off_amount"], 2760.0)
        self.assertEqual(row["sign_off_requester_id"][0], self.specialist.id)
        self.assertTrue(row["sign_off_requested_on"])
        self.assertIn("8.0 % > 5.0 %", row["sign_off_outside"])
        self.assertFalse(row["sign_off_changes"])
        self.assertTrue(row["can_decide"])

    def test_what_changed_since_the_approval_is_a_column(self):
        order = self.approve(self.make_order(discount=8.0))
        order.with_user(self.specialist).order_line.discount = 9.0
        order.with_user(self.specialist).action_request_approval()
        changes = order.with_user(self.manager).sign_off_changes
        self.assertIn("8.0 % → 9.0 %", changes)
        self.assertIn("± Pump", changes)

    def test_terms_improved_meanwhile_are_shown(self):
        order = self.request(discount=9.0)
        order.with_user(self.specialist).order_line.discount = 7.0
        self.assertEqual(order.authority_state, "pending")
        self.assertAlmostEqual(order.with_user(self.manager).sign_off_discount, 7.0)

    def test_a_row_costs_no_query(self):
        """Twelve waiting quotations are read with as many queries as three."""
        orders = self.request(12)
        again = orders[:6]
        again.with_user(self.manager).action_approve()
        for order in again:
            order.with_user(self.specialist).order_line.discount = 9.5
        again.with_user(self.specialist).action_request_approval()
        counts = []
        for few in (orders[4:7], orders):
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                rows = self.rpc(self.manager, few, "read", list(COLUMNS))
                count = self.env.cr.sql_log_count - before
            counts.append(count)
            self.assertTrue(all(row["sign_off_outside"] for row in rows))
        self.assertEqual(counts[0], counts[1])

    def test_amount_can_be_searched_in_company_currency(self):
        small, large = self.request(), self.request(quantity=10.0)
        self.assertEqual(
            self.inbox(self.manager, ("sign_off_amount", ">", 5000.0)), large
        )
        self.assertEqual(
            self.inbox(self.manager, ("sign_off_amount", "<=", 5000.0)), small
        )

    def test_who_waits_and_who_asked(self):
        mine, theirs = self.request(), self.request(discount=18.0)
        waiting = ("authority_state", "=", "pending")
        self.assertEqual(
            self.inbox(self.manager, waiting, ("approver_ids", "in", self.manager.ids)),
            mine,
        )
        self.assertEqual(
            self.inbox(
                self.specialist, ("sign_off_requester_id", "=", self.specialist.id)
            ),
            mine | theirs,
        )

    # ------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------

    def test_several_with_one_comment(self):
        for decision, state in (
            ("approve", "approved"),
            ("reject", "rejected"),
            ("send_back", "required"),
        ):
            orders = self.request(2)
            self.decide(self.manager, orders, decision, "As agreed")
            self.assertEqual(orders.mapped("authority_state"), [state] * 2)
            events = orders.approval_ids.filtered_domain([("event", "=", decision)])
            self.assertEqual(events.mapped("comment"), ["As agreed"] * 2)

    def test_all_or_none_and_each_is_named(self):
        good = self.request()
        too_high, decided = self.request(discount=18.0), self.request()
        decided.with_user(self.manager).action_approve()
        with self.assertRaises(UserError) as caught:
            self.decide(self.manager, good | too_high | decided, "approve")
        message = str(caught.exception)
        self.assertIn(too_high.name, message)
        self.assertIn(decided.name, message)
        self.assertNotIn(good.name, message)
        self.assertEqual(good.authority_state, "pending")
        self.assertNotIn("approve", good.approval_ids.mapped("event"))

    def test_not_approving_needs_a_comment_here_too(self):
        orders = self.request(2)
        with self.assertRaisesRegex(UserError, "comment"):
            self.decide(self.manager, orders, "reject", " ")
        self.assertEqual(orders.mapped("authority_state"), ["pending"] * 2)

    def test_the_wizard_shows_impact_and_difference(self):
        order = self.approve(self.make_order(discount=8.0))
        order.with_user(self.specialist).order_line.discount = 9.0
        order.with_user(self.specialist).action_request_approval()
        wizard = (
            self.env["key.account.decide"]
            .with_user(self.manager)
            .with_context(active_ids=order.ids)
            .create({})
        )
        self.assertEqual(wizard.order_ids, order)
        for text in (order.name, "9.0 %", "8.0 %", self.customer.name):
            self.assertIn(text, wizard.summary)

    def test_the_wizard_opens_on_whatever_was_marked(self):
        waiting, rejected = self.request(), self.request()
        rejected.order_line.tax_ids = self.make_tax()
        rejected.with_user(self.manager).action_reject("too cheap")
        self.env.flush_all()
        wizard = Form(
            self.env["key.account.decide"]
            .with_user(self.manager)
            .with_context(active_ids=(waiting | rejected).ids)
        )
        self.assertIn(waiting.name, wizard.summary)
        self.assertIn(rejected.name, wizard.summary)

    def test_a_message_opens_the_decision_for_who_decides_only(self):
        order = self.request()
        decision = self.env.ref("key_account.sign_off_view_form").id
        opened = {
            user: order.with_user(user).get_formview_id()
            for user in (self.manager, self.specialist, self.director)
        }
        self.assertEqual(opened[self.manager], decision)
        self.assertNotEqual(opened[self.specialist], decision)
        self.assertNotEqual(opened[self.director], decision)
        order.with_user(self.manager).action_approve()
        self.assertNotEqual(order.with_user(self.manager).get_formview_id(), decision)

    def test_nobody_writes_the_columns(self):
        order = self.request()
        for name, value in (
            ("sign_off_requester_id", self.manager.id),
            ("sign_off_escalated", True),
            ("sign_off_requested_on", False),
        ):
            with self.assertRaises(UserError):
                self.rpc(self.specialist, order, "write", {name: value})
