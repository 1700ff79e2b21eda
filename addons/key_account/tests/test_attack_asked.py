"""Whom the process asks to decide: closed, moved, hidden by others"""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackAsked(AttackCase):
    def asked(self, context=None):
        """What the approver of a quotation is asked by."""
        order = self.make_order(discount=8.0)
        request = "action_request_approval"
        self.rpc(self.specialist, order, request, context=context)
        return order, order.sudo().activity_ids.filtered("automated")

    def test_closed_by_whoever_asked(self):
        """The approver's activity marked as done, cancelled, deleted, archived, given
        to oneself, put off, headed anew, said to be made by hand, put elsewhere; ended
        by the order's own methods | specialist, who made it, and salesperson without a
        role | refused, it stays as it was"""
        order, activity = self.asked()
        self.assertEqual(activity.user_id, self.manager)
        before = activity.read()
        other = self.make_order()
        later = fields.Date.today() + timedelta(days=90)
        kind = "key_account.mail_activity_sign_off"
        own = {"user_id": self.specialist.id}
        acts = [
            (activity, "action_feedback"),
            (activity, "action_done"),
            (activity, "action_done_schedule_next"),
            (activity, "action_cancel"),
            (activity, "action_archive"),
            (activity, "action_reschedule_nextweek"),
            (activity, "unlink"),
            (activity, "write", own),
            (activity, "write", {"date_deadline": later}),
            (activity, "write", {"summary": "Nothing"}),
            (activity, "write", {"automated": False}),
            (activity, "write", {"activity_type_id": False}),
            (activity, "write", {"res_id": other.id}),
            (activity, "web_save", own, {"id": {}}),
            (order, "activity_unlink", [kind]),
            (order, "activity_feedback", [kind]),
            (order, "activity_reschedule", [kind], None, later),
            (order, "write", {"activity_ids": [(2, activity.id)]}),
            (order, "write", {"activity_ids": [(1, activity.id, own)]}),
        ]
        for user in (self.specialist, self.sales_admin):
            for records, method, *args in acts:
                with (
                    self.subTest(method=method, args=args),
                    self.assertRaisesRegex(AccessError, self.manager.name),
                    self.env.cr.savepoint(),
                ):
                    self.rpc(user, records, method, *args)
                self.env.invalidate_all()
                self.assertEqual(activity.read(), before)

    def test_asked_by_nobody_s_leave(self):
        """Sign-off asked for with a context by which Odoo makes no activities |
        specialist | the approver is asked all the same"""
        _order, activity = self.asked({"mail_activity_automation_skip": True})
        self.assertEqual(activity.user_id, self.manager)

    def test_closed_by_whom_it_is_for(self):
        """Activity of the process put off, given to a colleague and closed | whom it is
        for, an administrator; the process by a decision | done, as before"""
        groups = "base.group_system,sales_team.group_sale_salesman_all_leads"
        for user in (self.manager, self._user("ka_system", groups)):
            _order, activity = self.asked()
            later = {"date_deadline": fields.Date.today() + timedelta(days=1)}
            self.rpc(user, activity, "write", later)
            self.rpc(user, activity, "action_feedback")
            self.assertFalse(activity.active)
        order, activity = self.asked()
        self.rpc(self.specialist, order, "action_withdraw")
        self.assertFalse(activity.exists())

    def test_activities_of_people(self):
        """An activity that somebody made by hand for the manager, of an ordinary type
        and of the process's; the follow-up of a colleague | specialist who made it |
        moved, closed and deleted, as in plain Odoo"""
        order = self.make_order()
        Activity = self.env["mail.activity"]
        for kind in (
            "mail.mail_activity_data_todo",
            "key_account.mail_activity_sign_off",
        ):
            values = {
                "activity_type_id": self.env.ref(kind).id,
                "res_model_id": self.env["ir.model"]._get_id("sale.order"),
                "res_id": order.id,
                "user_id": self.manager.id,
            }
            made = self.rpc(self.specialist, Activity, "create", [values, values])
            closed, dropped = Activity.browse(made)
            self.rpc(self.specialist, closed, "write", {"summary": "Another"})
            self.rpc(self.specialist, closed, "action_feedback")
            self.assertFalse(closed.active)
            self.rpc(self.specialist, dropped, "unlink")
            self.assertFalse(dropped.exists())
