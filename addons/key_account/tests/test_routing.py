from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestRouting(KeyAccountCommon):
    def requested(self, discount=8.0, by=None, sold_by=None, **vals):
        order = self.make_order(discount=discount, **vals)
        if sold_by:
            order.sudo().user_id = sold_by
        order.with_user(by or self.specialist).action_request_approval()
        return order

    # Who is asked

    def test_members_of_the_team_first(self):
        self.levels[20].user_ids |= self.other_manager
        self.assertEqual(self.requested().approver_ids, self.manager)
        self.team.key_account_manager_ids = False
        self.team.user_id = False
        order = self.requested()
        self.assertEqual(order.approver_ids, self.manager | self.other_manager)

    def test_who_joins_or_leaves_the_team_is_asked_at_once(self):
        self.team.key_account_manager_ids = False
        self.levels[20].user_ids = self.other_manager
        self.levels[20].user_ids |= self.manager
        order = self.requested()
        self.assertEqual(order.approver_ids, self.manager)
        member = self.env["crm.team.member"].create(
            {"crm_team_id": self.team.id, "user_id": self.other_manager.id}
        )
        self.assertEqual(order.approver_ids, self.manager | self.other_manager)
        asked = order.activity_ids.user_id
        self.assertEqual(asked, self.manager | self.other_manager)
        member.active = False
        self.assertEqual(order.approver_ids, self.manager)
        member.active = True
        member.unlink()
        self.assertEqual(order.approver_ids, self.manager)
        self.assertEqual(order.activity_ids.user_id, self.manager)

    def test_never_author_salesperson_or_requester(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.manager).action_request_approval()
        self.assertEqual(order.approver_ids, self.director)
        with self.assertRaisesRegex(UserError, "their own"):
            self.rpc(self.manager, order, "action_approve")
        sold = self.requested(by=self.support, sold_by=self.manager).sudo()
        self.assertEqual(sold.approver_ids, self.director)
        made = self.make_order(discount=8.0)
        made.with_user(self.manager).order_line.discount = 9.0
        made.with_user(self.specialist).action_request_approval()
        self.assertEqual(made.approver_ids, self.director)

    def test_naming_a_director_as_salesperson_gains_nothing(self):
        order = self.make_order(discount=8.0).sudo()
        order.user_id = self.director
        self.assertEqual(order.authority_state, "required")
        order = self.make_order(discount=3.0, user=self.director)
        order.with_user(self.director).order_line.discount = 15.0
        self.assertEqual(order.authority_state, "within")
        order = order.sudo()
        order.with_user(self.director).user_id = self.specialist
        self.assertEqual(order.authority_state, "required")

    def test_who_is_not_available_is_passed_over(self):
        self.levels[20].user_ids |= self.other_manager
        self.manager.active = False
        self.assertEqual(self.requested().approver_ids, self.other_manager)
        self.other_manager.company_ids |= self.other_company
        self.other_manager.company_id = self.other_company
        self.other_manager.company_ids = self.other_company
        self.assertEqual(self.requested().approver_ids, self.director)

    def test_the_only_member_of_a_level_is_the_author(self):
        self.team.key_account_approval_policy = "always"
        order = self.make_order(user=self.manager)
        order.with_user(self.manager).action_request_approval()
        self.assertEqual(order.approver_ids, self.director)

    # Nobody

    def test_nobody_is_told_once_and_ends_when_somebody_is_found(self):
        self.levels[40].user_ids = False
        order = self.requested(discount=50.0)
        self.assertEqual(order.authority_state, "pending")
        level = self.levels[40]
        told = level.activity_ids.filtered(lambda a: a.user_id == self.configurator)
        self.assertEqual(len(told), 1)
        self.assertIn(order.name, told.summary)
        self.assertIn("no members", str(order.authority_preview))
        order._route_again()
        order._route_again()
        self.assertEqual(
            level.activity_ids.filtered(lambda a: a.user_id == self.configurator), told
        )
        level.with_user(self.configurator).user_ids = self.general_manager
        self.assertEqual(order.approver_ids, self.general_manager)
        self.assertFalse(level.activity_ids)
        # It can happen again.
        level.with_user(self.configurator).user_ids = False
        self.assertFalse(order.approver_ids)
        self.assertEqual(len(level.activity_ids & level.activity_ids), 1)

    def test_no_level_reaches_that_far(self):
        self.levels[40].limit_ids.unlink()
        order = self.requested(discount=50.0)
        self.assertIn("No authority level reaches", str(order.authority_preview))
        with self.assertRaises(UserError):
            self.rpc(self.general_manager, order, "action_approve")
        self.env["key.account.authority.limit"].create(
            {
                "level_id": self.levels[40].id,
                "dimension": "discount",
                "unlimited": True,
            }
        )
        self.assertEqual(order.approver_ids, self.general_manager)

    def test_a_level_without_a_limit_is_passed_over_however_high(self):
        self.levels[30].limit_ids.filtered(
            lambda limit: limit.dimension == "discount"
        ).unlink()
        # The amount is for a director, who may give no discount.
        order = self.requested(discount=8.0, quantity=800)
        self.assertEqual(order.approver_ids, self.general_manager)
        self.assertEqual(order.authority_level_id, self.levels[40])
        # What a manager decides goes past the director when it is late, too.
        order = self.requested()
        self.assertEqual(order.approver_ids, self.manager)
        order.sudo()._escalate()
        self.assertEqual(order.approver_ids, self.manager | self.general_manager)
        self.manager.active = False
        self.assertEqual(order.approver_ids, self.general_manager)
        with self.assertRaisesRegex(UserError, "no limit of your level Director"):
            self.rpc(self.director, order, "action_approve")
        # Nor do they lend what they do not have.
        self.env["key.account.authority.delegation"].create(
            {
                "delegator_id": self.director.id,
                "delegate_id": self.other_manager.id,
                "date_to": fields.Date.today(),
                "reason": "Trip",
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(UserError):
            self.rpc(self.other_manager, order, "action_approve")
        self.rpc(self.general_manager, order, "action_approve")
        self.assertEqual(order.authority_state, "approved")

    # Routed again

    def test_an_archived_approver_is_replaced(self):
        order = self.requested()
        self.manager.active = False
        self.assertEqual(order.approver_ids, self.director)
        asked = order.activity_ids.filtered(
            lambda a: (
                a.activity_type_id == self.env.ref("key_account.mail_activity_sign_off")
            )
        )
        self.assertEqual(asked.user_id, self.director)

    def test_whoever_loses_the_level_is_replaced(self):
        order = self.requested()
        self.levels[20].with_user(self.configurator).user_ids = self.other_manager
        self.assertEqual(order.approver_ids, self.other_manager)
        with self.assertRaises(UserError):
            self.rpc(self.manager, order, "action_approve")
        self.rpc(self.other_manager, order, "action_approve")

    def test_somebody_new_on_the_lowest_sufficient_level_is_asked(self):
        self.levels[20].user_ids = False
        order = self.requested()
        self.assertEqual(order.approver_ids, self.director)
        event = order.approval_ids
        self.assertEqual(
            (event.required_level_id, event.level_id),
            (self.levels[20], self.levels[30]),
        )
        self.levels[20].with_user(self.configurator).user_ids = self.other_manager
        self.assertEqual(order.approver_ids, self.other_manager)
        self.rpc(self.other_manager, order, "action_approve")

    def test_authority_that_grows_ends_the_request(self):
        order = self.requested()
        limits = self.levels[10].limit_ids
        limits.filtered(lambda limit: limit.dimension == "discount").value = 10.0
        self.assertEqual(order.authority_state, "within")
        self.assertEqual(order.approval_ids.sorted("id")[-1].event, "supersede")
        self.assertFalse(order.approver_ids)
        self.assertFalse(order.activity_ids)

    def test_activities_end_with_the_decision(self):
        order = self.requested()
        self.assertIn(self.manager, order.activity_ids.user_id)
        self.rpc(self.manager, order, "action_approve")
        self.assertFalse(order.activity_ids)

    # Opening what one decides

    def test_a_member_without_any_role_of_ours_opens_and_decides(self):
        self.levels[20].user_ids = self.outsider
        order = self.make_order(discount=8.0)
        self.assertFalse(order.with_user(self.outsider).has_access("read"))
        order.with_user(self.specialist).action_request_approval()
        fields = {
            "name": {},
            "authority_preview": {},
            "can_decide": {},
            "order_line": {"fields": {"name": {}, "price_unit": {}, "discount": {}}},
            "approval_ids": {"fields": {"event": {}, "by_whom": {}}},
        }
        [read] = self.rpc(self.outsider, order, "web_read", fields)
        self.assertTrue(read["can_decide"])
        self.assertEqual(read["approval_ids"][0]["event"], "request")
        self.assertEqual(read["order_line"][0]["discount"], 8.0)
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, order.order_line, "write", {"discount": 1.0})
        self.rpc(self.outsider, order, "action_approve")
        # The screen is read again after the click.
        [read] = self.rpc(self.outsider, order, "web_read", fields)
        self.assertEqual(read["approval_ids"][0]["event"], "approve")
        other = self.make_order(discount=8.0)
        self.assertFalse(other.with_user(self.outsider).has_access("read"))

    def test_members_need_a_role_that_opens_quotations(self):
        for user in (self.reviewer, self.accountant):
            with self.assertRaisesRegex(ValidationError, user.name):
                self.levels[20].with_user(self.configurator).user_ids |= user
        portal = self._user("ka_portal", "base.group_portal")
        with self.assertRaisesRegex(ValidationError, portal.name):
            self.levels[20].with_user(self.configurator).write(
                {"user_ids": [Command.link(portal.id)]}
            )

    # Several at once

    def test_several_are_all_decided_or_none(self):
        mine = self.requested() | self.requested(discount=9.0)
        far = self.requested(discount=18.0)
        own = self.requested(by=self.support, sold_by=self.manager)
        with self.assertRaises(UserError) as refused:
            self.rpc(self.manager, mine | far | own, "action_approve")
        said = str(refused.exception)
        for order in (far | own).sudo():
            self.assertIn(order.name, said)
        for order in mine:
            self.assertNotIn(order.name, said)
        states = (mine | far | own).sudo().mapped("authority_state")
        self.assertEqual(set(states), {"pending"})
        self.rpc(self.manager, mine, "action_approve")
        self.assertEqual(set(mine.mapped("authority_state")), {"approved"})

    # Whose terms

    def test_a_cron_is_nobody_a_forged_one_is_somebody(self):
        order = self.make_order(discount=3.0)
        cron = self.env["ir.cron"].create(
            {
                "name": "Lower",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "state": "code",
                "code": f"model.browse({order.id}).order_line.write({{'discount': 4}})",
                "user_id": self.director.id,
            }
        )
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(order.order_line.discount, 4.0)
        self.assertEqual(order.terms_author_id, self.specialist)
        forged = order.with_user(self.director).with_context(cron_id=cron.id).sudo()
        forged.order_line.discount = 3.0
        self.assertEqual(order.terms_author_id, self.director)

    def test_superuser_and_portal_are_nobody(self):
        order = self.make_order(discount=3.0)
        root = self.env.ref("base.user_root")
        order.with_user(root).order_line.discount = 4.0
        portal = self._user("ka_buyer", "base.group_portal")
        order.with_user(portal).sudo().order_line.discount = 2.0
        self.assertEqual(order.terms_author_id, self.specialist)

    def test_a_server_action_makes_nobody_else_of_a_person(self):
        order = self.make_order(discount=3.0, user=self.director)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Lower",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "state": "code",
                "code": "records.sudo().order_line.write({'discount': 15})",
            }
        )
        order.with_user(self.director).order_line.discount = 15.0
        self.assertEqual(order.authority_state, "within")
        order.user_id = self.specialist
        action.with_user(self.specialist).sudo().with_context(
            active_model="sale.order", active_ids=order.ids, active_id=order.id
        ).run()
        self.assertEqual(order.terms_author_id, self.specialist)
        self.assertEqual(order.authority_state, "required")
