from odoo import Command
from odoo.tests import Form, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestSaleOrderDifference(KeyAccountCommon):
    """What the people around a sign-off read on the quotation."""

    def seen(self, order, name, user):
        return order.with_user(user).with_context(lang="en_US")[name] or ""

    # ------------------------------------------------------------
    # THE STRIP WHILE EDITING
    # ------------------------------------------------------------

    def test_the_strip_follows_unsaved_lines(self):
        order = self.make_order()
        form = Form(order.with_user(self.specialist))
        self.assertIn("Within your authority", form.authority_preview)
        with form.order_line.edit(0) as line:
            line.price_unit = 820.0
        self.assertIn("18.0", form.authority_preview)
        self.assertIn("13.0", form.authority_preview, "by how much")
        self.assertIn(self.director.name, form.authority_preview, "who decides")
        with form.order_line.edit(0) as line:
            line.price_unit = 970.0
        self.assertIn("Within your authority", form.authority_preview)
        self.assertFalse(order.approval_ids)

    def test_a_change_while_editing_costs_few_queries(self):
        """Typing asks for prices of the line, not for the ladder or the limits again;
        a quotation of ten lines costs no more than one of one line."""
        counts = []
        for lines in (1, 10):
            order = self.make_order(
                order_line=[
                    Command.create({"product_id": self.pump.id}) for _i in range(lines)
                ]
            )
            form = Form(order.with_user(self.specialist))
            with form.order_line.edit(0) as line:
                line.price_unit = 890.0
            before = self.env.cr.sql_log_count
            with form.order_line.edit(0) as line:
                line.price_unit = 880.0
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_plain_quotation_has_no_strip(self):
        order = self.make_order(
            partner=self.plain_customer, team_id=self.plain_team.id, discount=90.0
        )
        for name in (
            "authority_preview",
            "authority_impact",
            "authority_difference",
            "authority_timeline",
            "sign_off_outside",
        ):
            self.assertFalse(order.with_user(self.specialist)[name], name)

    def test_who_is_not_the_author_is_not_told_it_is_their_limit(self):
        order = self.make_order(discount=18.0)
        own = self.seen(order, "authority_preview", self.specialist)
        self.assertIn("your limit", own)
        order.invalidate_recordset()
        others = self.seen(order, "authority_preview", self.manager)
        self.assertIn("author's limit", others)
        self.assertNotIn("your limit", others)

    # ------------------------------------------------------------
    # THE DIFFERENCE
    # ------------------------------------------------------------

    def test_no_difference_before_the_first_decision(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).action_request_approval()
        self.assertFalse(self.seen(order, "authority_difference", self.director))

    def test_since_the_approval_the_broken_terms_and_the_lines(self):
        order = self.approve(self.make_order(discount=8.0, quantity=2.0))
        order.with_user(self.specialist).write(
            {
                "order_line": [
                    Command.update(order.order_line.id, {"discount": 9.0}),
                    Command.create({"product_id": self.valve.id}),
                ]
            }
        )
        order.with_user(self.specialist).action_request_approval()
        changes = order.with_user(self.manager)._changes_since_decision(
            order._measuring_inputs()[order]
        )
        self.assertIn(self.manager.name, changes["since"])
        (discount,) = (t for t in changes["terms"] if t["scope"] == "worst line")
        self.assertEqual(
            (discount["before"], discount["now"], discount["direction"]),
            ("8.0 %", "9.0 %", "worse"),
        )
        self.assertTrue(discount["broken"])
        self.assertEqual(
            [(line["kind"], line["name"]) for line in changes["lines"]],
            [("changed", "Pump"), ("added", "Valve")],
        )
        html = self.seen(order, "authority_difference", self.manager)
        for text in ("8.0 %", "9.0 %", "Valve", "worse than approved"):
            self.assertIn(text, html)

    def test_more_of_the_same_is_worse_but_breaks_nothing(self):
        """More money at a better discount: shown, but no reason."""
        order = self.approve(self.make_order(discount=8.0, quantity=2.0))
        order.with_user(self.specialist).order_line.discount = 6.0
        changes = order.with_user(self.manager)._changes_since_decision(
            order._measuring_inputs()[order]
        )
        self.assertEqual(order.authority_state, "approved")
        amount = next(t for t in changes["terms"] if t["dimension"] == "Amount")
        self.assertEqual((amount["direction"], amount["broken"]), ("worse", False))
        self.assertFalse(self.seen(order, "authority_difference", self.manager))

    def test_a_moving_list_price_is_no_change_of_the_offer(self):
        order = self.approve(self.make_order(discount=8.0))
        self.pump.list_price = 2000.0
        order.invalidate_recordset()
        self.assertIsNone(
            order._changes_since_decision(order._measuring_inputs()[order])
        )

    def test_sent_back_and_improved(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.director).action_send_back("12 % at most")
        order.with_user(self.specialist).order_line.discount = 12.0
        order.with_user(self.specialist).action_request_approval()
        html = self.seen(order, "authority_difference", self.director)
        self.assertIn("sent back by", html)
        self.assertIn("12.0 %", html)
        self.assertNotIn("worse than approved", html)

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    def test_the_timeline_tells_who_in_what_capacity_and_why(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.director).action_reject("Below our cost")
        html = self.seen(order, "authority_timeline", self.specialist)
        for text in (
            self.specialist.name,
            self.director.name,
            "Director",
            "Below our cost",
            "Rejected",
            "Terms as they were",
        ):
            self.assertIn(text, html)
        self.assertIn("Author", html)
        self.assertNotIn("Author (", html, "the level is that which is asked")
        self.env.invalidate_all()
        reader = self._user("ka_sales", "sales_team.group_sale_salesman_all_leads")
        self.assertTrue(order.with_user(reader).name)
        self.assertFalse(
            self.seen(order, "authority_timeline", reader),
            "who may not read the events reads no history",
        )

    def test_only_who_asked_is_offered_to_withdraw(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).action_request_approval()
        offered = {
            user.login: order.with_user(user).can_withdraw
            for user in (self.specialist, self.director, self.colleague)
        }
        self.assertEqual(list(offered.values()), [True, False, False])
