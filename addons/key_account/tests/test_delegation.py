from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestDelegation(KeyAccountCommon):
    def delegate(self, delegator, delegate, by=None, start=0, end=3, **vals):
        today = fields.Date.context_today(self.env.user)
        values = {
            "delegator_id": delegator.id,
            "delegate_id": delegate.id,
            "date_from": today + timedelta(days=start),
            "date_to": today + timedelta(days=end),
            "reason": "Business trip",
            "company_id": self.company.id,
            **vals,
        }
        delegations = self.env["key.account.authority.delegation"]
        with self.env.cr.savepoint():
            [record] = self.rpc(by or delegator, delegations, "create", [values])
        return delegations.browse(record)

    def requested(self, discount=8.0, **vals):
        order = self.make_order(discount=discount, **vals)
        order.with_user(self.specialist).action_request_approval()
        return order

    # Deciding

    def test_the_delegate_decides_within_the_limits_of_whoever_is_away(self):
        self.delegate(self.manager, self.outsider)
        order = self.requested()
        self.assertEqual(order.approver_ids, self.manager | self.outsider)
        self.assertIn(
            "Ka Outsider on behalf of Ka Manager", str(order.authority_preview)
        )
        self.rpc(self.outsider, order, "action_approve")
        event = order.approval_ids.sorted("id")[-1]
        self.assertEqual(
            (event.capacity, event.user_id, event.delegator_id, event.level_id),
            ("delegate", self.outsider, self.manager, self.levels[20]),
        )
        self.assertEqual(order.authority_state, "approved")
        order.invalidate_recordset()
        self.assertIn(
            "Ka Outsider on behalf of Ka Manager", str(order.authority_preview)
        )

    def test_no_further_than_the_limits_of_whoever_is_away(self):
        self.delegate(self.manager, self.outsider)
        order = self.requested(discount=18.0)
        self.assertEqual(order.approver_ids, self.director)
        with self.assertRaisesRegex(UserError, "not asked to decide"):
            self.rpc(self.outsider, order, "action_approve")

    def test_whoever_delegated_may_still_decide(self):
        self.delegate(self.manager, self.outsider)
        order = self.requested()
        self.rpc(self.manager, order, "action_approve")
        self.assertEqual(order.approval_ids.sorted("id")[-1].capacity, "level")

    def test_with_own_authority_nobody_decides_on_behalf(self):
        self.delegate(self.general_manager, self.director)
        order = self.requested(discount=18.0)
        order.sudo()._ask_instead(self.director | self.general_manager)
        self.assertNotIn("on behalf", order.sudo()._names(order.approver_ids))
        self.rpc(self.director, order, "action_approve")
        event = order.approval_ids.sorted("id")[-1]
        self.assertEqual((event.capacity, event.by_whom), ("level", "Ka Director"))
        far = self.requested(discount=50.0)
        names = far.sudo()._names(far.approver_ids)
        self.assertIn("Ka Director on behalf of Ka General Manager", names)

    def test_only_on_its_days_and_while_it_is_not_archived(self):
        ended = self.delegate(self.manager, self.outsider, start=-5, end=-1)
        planned = self.delegate(self.manager, self.outsider, start=2, end=4)
        self.assertEqual((ended.state, planned.state), ("ended", "planned"))
        order = self.requested()
        self.assertEqual(order.approver_ids, self.manager)
        with self.assertRaises(UserError):
            self.rpc(self.outsider, order, "action_approve")
        running = self.delegate(self.manager, self.outsider, start=0, end=1)
        self.assertIn(self.outsider, order.approver_ids)
        running.with_user(self.manager).active = False
        self.assertEqual(order.approver_ids, self.manager)
        with self.assertRaises(UserError):
            self.rpc(self.outsider, order, "action_approve")

    def test_it_begins_and_ends_with_the_day(self):
        self.delegate(self.manager, self.outsider, start=1, end=2)
        order = self.requested()
        for days, asked in (
            (0, self.manager),
            (1, self.manager | self.outsider),
            (2, self.manager | self.outsider),
            (3, self.manager),
        ):
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                order.sudo()._route_again()
                self.assertEqual(order.approver_ids, asked, days)

    def test_not_on_own_quotations(self):
        self.delegate(self.manager, self.colleague)
        made = self.make_order(discount=8.0, user=self.colleague).sudo()
        sold = self.make_order(discount=8.0).sudo()
        sold.user_id = self.colleague
        for order in made | sold:
            order.with_user(self.support).action_request_approval()
            self.assertNotIn(self.colleague, order.approver_ids)
            with self.assertRaisesRegex(UserError, "their own"):
                self.rpc(self.colleague, order, "action_approve")

    def test_an_author_gets_nowhere_by_delegating(self):
        self.delegate(self.manager, self.outsider)
        order = self.make_order(discount=8.0, user=self.manager)
        order.with_user(self.manager).order_line.discount = 18.0
        order.with_user(self.manager).action_request_approval()
        with self.assertRaises(UserError):
            self.rpc(self.outsider, order, "action_approve")
        # The manager's own authority is not enough here; where it would be, neither.
        self.team.key_account_approval_policy = "always"
        other = self.make_order(user=self.director)
        self.delegate(self.director, self.outsider, start=0, end=1)
        other.with_user(self.director).action_request_approval()
        self.assertEqual(other.approver_ids, self.general_manager)
        with self.assertRaises(UserError):
            self.rpc(self.outsider, other, "action_approve")

    def test_the_salesperson_lends_nothing_either(self):
        self.delegate(self.manager, self.outsider)
        order = self.make_order(discount=8.0).sudo()
        order.user_id = self.manager
        order.with_user(self.support).action_request_approval()
        # The manager's level suffices, and it is the manager's own quotation.
        self.assertEqual(order.authority_level_id, self.levels[20])
        self.assertEqual(order.approver_ids, self.director)
        with self.assertRaisesRegex(UserError, "not asked to decide"):
            self.rpc(self.outsider, order, "action_approve")

    def test_who_has_left_lends_nothing(self):
        self.delegate(self.manager, self.outsider)
        order = self.requested()
        self.manager.active = False
        self.assertEqual(order.approver_ids, self.director)
        with self.assertRaises(UserError):
            self.rpc(self.outsider, order, "action_approve")

    def test_what_is_received_is_not_passed_on(self):
        self.delegate(self.manager, self.outsider, end=3)
        with self.assertRaisesRegex(ValidationError, "cannot be passed on"):
            self.delegate(self.outsider, self.colleague, start=3, end=5)
        with self.assertRaisesRegex(ValidationError, "cannot be passed on"):
            self.delegate(self.outsider, self.manager)
        # On other days they are two separate delegations.
        self.delegate(self.outsider, self.manager, start=4, end=5)

    def test_to_one_person_at_a_time(self):
        self.delegate(self.manager, self.outsider, end=3)
        with self.assertRaisesRegex(ValidationError, "days: Ka Outsider") as refused:
            self.delegate(self.manager, self.colleague, start=3, end=5)
        # The day as the reader's language writes it.
        last = fields.Date.add(fields.Date.context_today(self.manager), days=3)
        self.assertIn(f"until {format_date(self.env, last)}.", str(refused.exception))
        later = self.delegate(self.manager, self.colleague, start=4, end=5)
        with self.assertRaises(ValidationError):
            self.rpc(
                self.manager,
                later,
                "write",
                {"date_from": fields.Date.context_today(later)},
            )

    def test_the_database_keeps_two_who_save_at_once_apart(self):
        first = self.delegate(self.manager, self.outsider)
        self.env.flush_all()
        with self.assertRaisesRegex(Exception, "one_delegate_at_a_time"):
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env.cr.execute(
                    "INSERT INTO key_account_authority_delegation (delegator_id,"
                    " delegate_id, date_from, date_to, reason, company_id, active)"
                    " SELECT delegator_id, %s, date_from, date_to, reason, company_id,"
                    " true FROM key_account_authority_delegation WHERE id = %s",
                    [self.colleague.id, first.id],
                )
                self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_to_somebody_who_can_open_quotations_of_the_company(self):
        for user in (self.reviewer, self.configurator):
            with self.assertRaisesRegex(ValidationError, user.name):
                self.delegate(self.manager, user)
        elsewhere = self._user("ka_elsewhere", "sales_team.group_sale_salesman")
        elsewhere.company_ids |= self.other_company
        elsewhere.company_id = self.other_company
        elsewhere.company_ids = self.other_company
        with self.assertRaisesRegex(ValidationError, "Ka Elsewhere"):
            self.delegate(self.manager, elsewhere)

    # Who may set it up

    def test_everybody_their_own_configuration_anybodys(self):
        self.delegate(self.manager, self.outsider, by=self.configurator)
        for user in (self.specialist, self.director):
            with self.assertRaises(AccessError):
                self.delegate(self.general_manager, self.specialist, by=user)
        own = self.delegate(self.director, self.specialist)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, own, "write", {"date_to": "2099-01-01"})
        with self.assertRaises(AccessError):
            self.rpc(
                self.director,
                own,
                "write",
                {"delegator_id": self.general_manager.id},
            )

    def test_it_has_a_reason(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.delegate(self.manager, self.outsider, reason=False)

    def test_it_is_kept(self):
        own = self.delegate(self.director, self.specialist)
        for user in (self.director, self.configurator):
            with self.assertRaises(AccessError):
                self.rpc(user, own, "unlink")
        with self.assertRaises(AccessError):
            own.sudo().unlink()

    def test_who_sees_it(self):
        own = self.delegate(self.director, self.outsider)
        for user in (self.director, self.outsider, self.configurator):
            self.assertTrue(own.with_user(user).has_access("read"), user.login)
        self.assertFalse(own.with_user(self.colleague).has_access("read"))
        self.assertFalse(own.with_user(self.outsider).has_access("write"))
