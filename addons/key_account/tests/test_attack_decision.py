"""Sign-off: deciding without the right to"""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackDecision(AttackCase):
    def requested(self, discount=8.0, **vals):
        order = self.make_order(discount=discount, **vals)
        order.with_user(self.specialist).action_request_approval()
        self.env.flush_all()
        return order

    def cannot_decide(self, user, order, context=None):
        for method, arguments in (
            ("action_approve", ["fine"]),
            ("action_reject", ["no"]),
            ("action_send_back", ["no"]),
        ):
            self.refused_rpc(
                user, order, method, *arguments, order=order, context=context
            )
        self.assertEqual(order.sudo().authority_state, "pending")

    def test_own_quotation(self):
        """Author, salesperson, requester decide on their own quotation | specialist,
        manager who is one of them | refused"""
        self.cannot_decide(self.specialist, self.requested())
        order = self.requested()
        order.sudo().with_user(self.bot).user_id = self.manager
        self.assertEqual(order.terms_author_id, self.specialist)
        self.cannot_decide(self.manager, order)
        order = self.requested()
        self.rpc(self.manager, order, "write", {"note": "<p>x</p>"})
        self.assertEqual(order.terms_author_id, self.manager)
        self.cannot_decide(self.manager, order)

    def test_too_low_a_level(self):
        """Deciding beyond one's own level | colleague, manager, director | refused"""
        order = self.requested(discount=50.0)
        for user in (self.colleague, self.manager, self.director):
            self.cannot_decide(user, order)

    def test_without_a_level(self):
        """Deciding by rights instead of authority | support, Configuration,
        accountant, Sales administrator, reviewer, superuser | refused"""
        order = self.requested()
        for user in (
            self.support,
            self.configurator,
            self.accountant,
            self.sales_admin,
            self.reviewer,
            self.bot,
        ):
            self.cannot_decide(user, order)
        self.refused(order.sudo().action_approve, "fine", order=order)

    def test_level_in_another_company(self):
        """Deciding with a level held in another company | manager of that company |
        refused"""
        self.other_manager.company_ids |= self.other_company
        self.env["key.account.authority.level"].create(
            {
                "name": "All",
                "sequence": 40,
                "company_id": self.other_company.id,
                "user_ids": [Command.set(self.other_manager.ids)],
            }
        )
        self.cannot_decide(self.other_manager, self.requested())

    def test_in_the_name_of_another(self):
        """Another user in the context, on behalf of the approver | specialist |
        refused"""
        order = self.requested()
        context = {
            "uid": self.manager.id,
            "default_user_id": self.manager.id,
            "on_behalf_of": self.manager.id,
            "su": True,
        }
        self.cannot_decide(self.specialist, order, context)

    def test_approval_of_another_category(self):
        """Limits are for categories: what was signed off on tools, where the manager
        may go far, is given on machines, where they may not; the total and the worst
        line stay the same | specialist | required again, of whoever may"""
        tools, machines = self.env["product.category"].create(
            [{"name": "Tools"}, {"name": "Machines"}]
        )
        self.pump.categ_id, self.valve.categ_id = machines, tools
        self.valve.list_price = self.pump.list_price
        limits = self.env["key.account.authority.limit"]
        for category, value in ((machines, 2), (tools, 20)):
            limits.create(
                {
                    "level_id": self.levels[20].id,
                    "dimension": "discount",
                    "product_category_id": category.id,
                    "value": value,
                }
            )
        order = self.make_order(
            order_line=[
                Command.create({"product_id": self.pump.id, "product_uom_qty": 1}),
                Command.create(
                    {
                        "product_id": self.valve.id,
                        "product_uom_qty": 1,
                        "discount": 18,
                    }
                ),
            ]
        )
        self.assertEqual(order.authority_level_id, self.levels[20])
        self.approve(order)
        machine, tool = order.order_line
        self.rpc(
            self.specialist,
            order,
            "write",
            {
                "order_line": [
                    Command.update(machine.id, {"discount": 18}),
                    Command.update(tool.id, {"discount": 0}),
                ]
            },
        )
        self.reopened(order)
        self.assertGreater(order.authority_level_id.sequence, 20)
        order.with_user(self.specialist).write(
            {
                "order_line": [
                    Command.update(machine.id, {"discount": 0}),
                    Command.update(tool.id, {"discount": 17}),
                ]
            }
        )
        self.assertEqual(order.authority_state, "approved", "nowhere worse")

    def test_second_decision(self):
        """Deciding again what was decided: approve after rejection, reject after
        approval | second manager | told who was first"""
        self.levels[20].user_ids |= self.other_manager
        order = self.requested()
        self.rpc(self.manager, order, "action_reject", "no")
        words = self.refused_rpc(
            self.other_manager, order, "action_approve", order=order
        )
        self.assertIn(self.manager.name, words)
        order = self.approved()
        for user in (self.manager, self.other_manager):
            words = self.refused_rpc(user, order, "action_reject", "no", order=order)
            self.assertIn(self.manager.name, words)

    def test_decision_nobody_asked_for(self):
        """Approving in advance, without a request | general manager | refused"""
        self.refused_rpc(self.general_manager, self.order, "action_approve")

    def test_request_for_better_terms(self):
        """Asking with 8 %, giving 50 % while the manager reads | specialist | the
        request has ended: nothing to approve"""
        order = self.requested()
        self.rpc(self.specialist, order.order_line, "write", {"discount": 50.0})
        self.env.flush_all()
        self.refused_rpc(self.manager, order, "action_approve", order=order)
        self.assertEqual(order.authority_state, "required")

    def test_approval_of_yesterday(self):
        """Sending and confirming after the approval's last day | specialist | sign-off
        required again"""
        order = self.approved()
        until = order.approval_ids.sorted("id")[-1].valid_until
        with freeze_time(fields.Date.add(until, days=1)):
            for method in ("action_confirm", "action_quotation_send"):
                self.refused_rpc(self.specialist, order, method, order=order)

    def test_longer_validity(self):
        """A later validity date after approval | specialist | the approval ends when
        it would have"""
        order = self.approved(validity_date=fields.Date.today())
        vals = {"validity_date": "2099-12-31"}
        self.rpc(self.specialist, order, "write", vals)
        with freeze_time(fields.Date.add(fields.Date.today(), days=2)):
            self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def test_worse_and_confirmed_at_once(self):
        """Approved; then worse terms and state in one write | specialist | refused,
        the terms unchanged"""
        order = self.approved()
        commands = [Command.update(order.order_line.id, {"discount": 90.0})]
        with self.assertRaises(UserError):
            self.rpc(
                self.specialist,
                order,
                "write",
                {"order_line": commands, "state": "sale"},
            )
        self.env.invalidate_all()
        self.assertEqual((order.state, order.order_line.discount), ("draft", 8.0))

    def test_better_then_worse(self):
        """Approved at 8 %, improved to 6 %, then 9 % | specialist | the approval
        covers 8 %: required again"""
        order = self.approved()
        for discount, state in ((6.0, "approved"), (9.0, "required")):
            self.rpc(self.specialist, order.order_line, "write", {"discount": discount})
            self.env.flush_all()
            self.assertEqual(order.authority_state, state)

    def test_approval_by_way_of_cancelled(self):
        """Request, cancel, back to draft | specialist | the request is withdrawn;
        approver cannot decide any more"""
        order = self.requested()
        self.rpc(self.specialist, order, "action_cancel")
        self.rpc(self.specialist, order, "action_draft")
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.refused_rpc(self.manager, order, "action_approve", order=order)

    def test_mass_cancel(self):
        """Mass cancellation of pending and locked orders, then draft | specialist |
        requests withdrawn, nothing confirmed"""
        order = self.requested()
        wizard = (
            self.env["sale.mass.cancel.orders"]
            .with_user(self.specialist)
            .with_context(active_ids=order.ids, active_model="sale.order")
            .create({"sale_order_ids": [Command.set(order.ids)]})
        )
        self.rpc(self.specialist, wizard, "action_mass_cancel")
        self.env.invalidate_all()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.approval_ids.sorted("id")[-1].event, "withdraw")

    def test_copy_of_an_approved_quotation(self):
        """copy() of an approved quotation | specialist | no approval, no signature"""
        order = self.signed()
        copy = order.browse(self.rpc(self.specialist, order, "copy")[0])
        self.env.flush_all()
        self.assertEqual(copy.authority_state, "required")
        self.assertFalse(copy.approval_ids)
        self.assertFalse(copy.signature_ids)
        self.assertFalse(copy.signed_on)
        self.refused_rpc(self.specialist, copy, "action_confirm", order=copy)

    def test_decision_wizard(self):
        """The wizard that decides on several, some of them not one's to decide |
        manager | refused for all of them"""
        mine, other = self.requested(), self.requested(discount=50.0)
        wizard = (
            self.env["key.account.decide"]
            .with_user(self.manager)
            .create({"order_ids": [Command.set((mine | other).ids)]})
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc(self.manager, wizard, "action_decide")
        self.env.invalidate_all()
        self.assertEqual(mine.authority_state, "pending")

    def test_withdrawal_by_another(self):
        """Taking somebody else's request back | colleague, manager, Sales
        administrator | refused"""
        order = self.requested()
        for user in (self.colleague, self.manager, self.sales_admin):
            self.refused_rpc(user, order, "action_withdraw", order=order)

    def test_request_for_somebody_elses_quotation(self):
        """Asking for sign-off of a quotation one may not write | colleague, reviewer,
        outsider | no access"""
        for user in (self.colleague, self.reviewer, self.outsider):
            self.refused_rpc(user, self.order, "action_request_approval")

    def test_private_methods(self):
        """The methods behind the buttons, by name | specialist | not callable"""
        for name in (
            "_decide_request",
            "_log_approval",
            "_set_kept",
            "_file_signature",
            "_assert_may",
            "_mark_authority",
            "_validate_order",
        ):
            with self.assertRaises(UserError):
                self.rpc(self.specialist, self.order, name)

    def test_who_decided_asked_as_the_customer(self):
        """action_approve, action_reject and action_send_back over RPC, whose refusals
        name who has decided, and the level that is asked | portal contact, portal
        contact of another customer | no access, and nothing of that"""
        waiting, rejected = (
            self.make_order(discount=50.0),
            self.make_order(discount=9.0),
        )
        (waiting | rejected).with_user(self.specialist).action_request_approval()
        rejected.with_user(self.manager).action_reject("Too cheap.")
        for user in (self.contact, self.stranger):
            for order in (waiting, rejected):
                for method in ("action_approve", "action_reject", "action_send_back"):
                    words = self.refused_rpc(user, order, method, "Hm", order=order)
                    for secret in (self.manager.name, "level", "eject", order.name):
                        self.assertNotIn(secret, words)
