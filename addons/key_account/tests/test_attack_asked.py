"""Whom the process asks to decide: closed, moved, hidden by others"""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackAsked(AttackCase):
    def meeting(self):
        """One of the specialist's own: it takes its activities with it."""
        times = {"start": "2030-05-06 09:00:00", "stop": "2030-05-06 10:00:00"}
        events = self.env["calendar.event"].with_user(self.specialist)
        return events.create({"name": "Alone", **times})

    def asked(self, context=None):
        """What the approver of a quotation is asked by."""
        order = self.make_order(discount=8.0)
        request = "action_request_approval"
        self.rpc(self.specialist, order, request, context=context)
        return order, order.sudo().activity_ids.filtered("automated")

    def test_closed_by_whoever_asked(self):
        """The approver's activity marked as done, cancelled, deleted, archived, given
        to oneself, put off, headed and worded anew, said to be made by hand, put
        elsewhere, put to a meeting of one's own; ended by the order's own methods |
        specialist, who made it, and salesperson without a role | refused, it stays as
        it was"""
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
            (activity, "write", {"note": "1 %, as always"}),
            (activity, "write", {"calendar_event_id": self.meeting().id}),
            (self.meeting(), "write", {"activity_ids": [(4, activity.id)]}),
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

    def test_asked_by_ones_own_defaults(self):
        """Activities that are made put away, or end with a meeting of one's own, by
        one's own default and by the context; the meeting is deleted | specialist, who
        asks for sign-off | the approver is asked as ever"""
        meeting = self.meeting()
        Default = self.env["ir.default"]
        for name, value in (("active", False), ("calendar_event_id", meeting.id)):
            args = "mail.activity", name, value
            self.rpc(self.specialist, Default, "set", *args, user_id=True)
            _order, activity = self.asked({f"default_{name}": value})
            self.assertEqual(activity.user_id, self.manager)
            self.assertFalse(activity.calendar_event_id)
        self.rpc(self.specialist, meeting, "unlink")
        self.assertTrue(activity.exists())

    def test_types_by_which_the_process_asks(self):
        """mail.activity.type of the process: put away, made one of another model, given
        somebody to be asked, deleted | Odoo's Sales administrator, who may change all
        there are; an administrator deletes it | refused; types of their own are theirs,
        and an administrator changes what it is called"""
        ours = self.env.ref("key_account.mail_activity_sign_off")
        own = {"name": "Call back"}
        Type = self.env["mail.activity.type"]
        made = Type.browse(self.rpc(self.sales_admin, Type, "create", own))
        for vals in (
            {"active": False},
            {"res_model": "res.partner"},
            {"default_user_id": self.sales_admin.id},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.rpc(self.sales_admin, ours, "write", vals)
            self.rpc(self.sales_admin, made, "write", vals)
        administrator = self._user("ka_system", "base.group_system")
        for user in (self.sales_admin, administrator):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.rpc(user, ours, "unlink")
        self.rpc(administrator, ours, "write", {"name": "Sign"})
        self.rpc(self.sales_admin, made, "unlink")
        self.assertTrue(ours.active and ours.exists())

    def test_buttons_for_whom_they_are_for(self):
        """can_write of the approver's activity, by which Odoo shows Done and Cancel |
        specialist, whom it would refuse; whom it is for | not shown; shown"""
        _order, activity = self.asked()
        for user, shown in ((self.specialist, False), (self.manager, True)):
            [told] = self.rpc(user, activity, "read", ["can_write"])
            self.assertEqual(told["can_write"], shown)

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
