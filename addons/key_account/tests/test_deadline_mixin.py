from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.shared.batch import one_by_one
from .stage_common import SCORES, StageCommon

# A Monday at 10:00 where the calendar of the company lies (UTC).
MONDAY = datetime(2026, 3, 2, 10, 0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@tagged("post_install", "-at_install")
class TestDeadlines(StageCommon):
    """Calendar: Monday to Friday, 8:00 to 16:00 UTC; remind 2, manager 4, director 12
    working hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "8 to 16",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 16,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        cls.Notice = cls.env["key.account.deadline.notice"]
        # One director, so that who is told is plain.
        cls.general_manager.group_ids = [
            Command.unlink(cls.env.ref("key_account.group_director").id),
            Command.link(cls.env.ref("key_account.group_specialist").id),
        ]

    def run_cron(self, moment, records):
        """The cron's work for these records, without its commits."""
        with freeze_time(moment):
            now = fields.Datetime.now()
            thresholds = self.company._key_account_thresholds(now)
            self.Notice._close_stale(records)
            one_by_one(
                records.sudo(),
                lambda some: self.Notice._tell_due(some, now, thresholds),
            )
        self.env.invalidate_all()

    def told(self, records):
        notices = self.Notice.search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)],
            order="id",
        )
        return notices.mapped("level")

    def activities(self, record, xmlid="mail_activity_deadline"):
        activity_type = self.env.ref(f"key_account.{xmlid}")
        return record.activity_ids.filtered(
            lambda a: a.activity_type_id == activity_type
        )

    def due_lead(self, deadline):
        lead = self.make_lead()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_deadline = %s WHERE id = %s", [deadline, lead.id]
        )
        lead.invalidate_recordset()
        return lead

    # Thresholds: working time of the company

    def test_thresholds_count_working_time(self):
        found = self.company._key_account_thresholds(MONDAY)[self.company]
        self.assertEqual(found.remind, MONDAY + 2 * HOUR)
        # Four working hours before Monday 10:00: Friday 14:00.
        self.assertEqual(found.manager, datetime(2026, 2, 27, 14, 0))
        self.assertEqual(found.director, datetime(2026, 2, 26, 14, 0))

    def test_thresholds_leave_out_holidays(self):
        leaves = self.env["resource.calendar.leaves"].with_company(self.company)
        leaves.create(
            {
                "name": "Holiday",
                "date_from": datetime(2026, 2, 27, 0, 0),
                "date_to": datetime(2026, 2, 27, 23, 59),
            }
        ).flush_recordset()
        found = self.company._key_account_thresholds(MONDAY)[self.company]
        self.assertEqual(found.manager, datetime(2026, 2, 26, 14, 0))

    def test_levels_can_be_switched_off(self):
        self.company.key_account_remind_hours = 0
        self.company.key_account_escalate_hours = 0
        found = self.company._key_account_thresholds(MONDAY)[self.company]
        self.assertIsNone(found.remind)
        self.assertIsNone(found.manager)

    # Steps of an opportunity

    def test_a_step_is_reminded_of_told_and_escalated_once_each(self):
        lead = self.due_lead(MONDAY)
        for moment, levels, people in (
            (MONDAY - 3 * DAY + 3 * HOUR, [], []),
            (MONDAY - HOUR, ["remind"], [self.specialist]),
            (MONDAY + HOUR, ["remind", "overdue"], [self.specialist]),
            (
                MONDAY + 4 * HOUR,
                ["remind", "overdue", "manager"],
                [self.specialist, self.manager],
            ),
            (
                MONDAY + DAY + 4 * HOUR,
                ["remind", "overdue", "manager", "director"],
                [self.specialist, self.manager, self.director],
            ),
        ):
            for _twice in range(2):
                self.run_cron(moment, lead)
                self.assertEqual(self.told(lead), levels)
                told = self.activities(lead)
                self.assertEqual([a.user_id for a in told.sorted("id")], people)

    def test_a_late_run_tells_each_once_and_needs_no_reminder(self):
        lead = self.due_lead(MONDAY)
        for _twice in range(2):
            self.run_cron(MONDAY + 5 * DAY, lead)
        self.assertEqual(self.told(lead), ["overdue", "manager", "director"])
        self.assertEqual(len(self.activities(lead)), 3)

    def test_what_is_done_is_closed_at_once(self):
        lead = self.due_lead(MONDAY)
        self.run_cron(MONDAY + DAY, lead)
        self.assertTrue(self.activities(lead))
        self.put(lead, self.visit_step)
        self.assertFalse(self.activities(lead))

    def test_a_moved_deadline_closes_what_was_told_and_counts_anew(self):
        lead = self.due_lead(MONDAY)
        self.run_cron(MONDAY + HOUR, lead)
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_deadline = %s WHERE id = %s",
            [MONDAY + DAY, lead.id],
        )
        self.env.invalidate_all()
        self.run_cron(MONDAY + 2 * HOUR, lead)
        self.assertFalse(self.activities(lead))
        self.run_cron(MONDAY + DAY + HOUR, lead)
        self.assertEqual(self.told(lead), ["overdue", "overdue"])
        self.assertEqual(len(self.activities(lead)), 1)

    def test_the_activity_is_due_on_the_day_of_whoever_reads_it(self):
        self.specialist.tz = "Asia/Shanghai"
        lead = self.due_lead(datetime(2026, 3, 2, 18, 0))
        self.run_cron(datetime(2026, 3, 2, 18, 30), lead)
        day = self.activities(lead).date_deadline
        self.assertEqual(day, datetime(2026, 3, 3).date())

    def test_lost_and_won_deals_are_due_no_more(self):
        lead = self.due_lead(MONDAY)
        self.run_cron(MONDAY + DAY, lead)
        lead.with_user(self.specialist).action_set_lost(
            lost_reason_id=self.env["crm.lost.reason"].create({"name": "Price"}).id
        )
        self.assertFalse(self.activities(lead))
        self.assertNotIn(lead, lead.sudo()._deadline_due())

    # Nothing is doubled, nobody is stopped

    def test_the_database_refuses_a_second_notice(self):
        lead = self.due_lead(MONDAY)
        step = lead.sudo()._deadline_due()[lead]
        message = [(lead, step, "overdue", self.specialist)]
        self.Notice._tell(message)
        self.env.flush_all()
        with self.assertRaisesRegex(Exception, "once_per_step_and_level"):
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.Notice._tell(message)
                self.env.flush_all()
        self.assertEqual(len(self.activities(lead)), 1)

    def test_a_broken_record_does_not_stop_the_others(self):
        leads = self.due_lead(MONDAY) | self.due_lead(MONDAY) | self.due_lead(MONDAY)
        broken = leads[1]
        text = type(leads)._deadline_text

        def breaks(record, *args):
            if record == broken:
                raise ValueError("broken")
            return text(record, *args)

        with (
            patch.object(type(leads), "_deadline_text", breaks),
            self.assertLogs(
                "odoo.addons.key_account.models.shared.batch", "ERROR"
            ) as logs,
        ):
            self.run_cron(MONDAY + HOUR, leads)
        self.assertIn(str(broken), logs.output[0])
        self.assertEqual(len(self.activities(leads[0] | leads[2])), 2)
        self.assertFalse(self.activities(broken))
        self.run_cron(MONDAY + HOUR, leads)
        self.assertEqual(len(self.activities(leads)), 3)

    def test_the_cron_runs_batches_stops_and_goes_on(self):
        leads = self.due_lead(MONDAY) | self.due_lead(MONDAY) | self.due_lead(MONDAY)
        cron = self.env.ref("key_account.cron_deadlines")
        module = "odoo.addons.key_account.models.shared.batch"
        domain = [("id", "in", leads.ids)]
        progress = []

        def commit(_cron, processed=0, **_rest):
            progress.append(processed)
            return 0 if len(progress) == 1 else 60

        cron_class = type(self.env["ir.cron"])
        with (
            freeze_time(MONDAY + HOUR),
            patch(f"{module}.BATCH", 2),
            patch.object(cron_class, "_commit_progress", commit),
            patch.object(type(leads), "_deadline_domain", lambda *_a: domain),
            patch.object(type(self.Notice), "_close_all_stale", lambda *_a: True),
        ):
            self.assertFalse(
                self.Notice._run_model(
                    leads.browse().sudo(),
                    MONDAY + HOUR,
                    self.company._key_account_thresholds(MONDAY + HOUR),
                )
            )
            self.assertEqual(len(self.told(leads)), 2)
            self.assertTrue(
                self.Notice._run_model(
                    leads.browse().sudo(),
                    MONDAY + HOUR,
                    self.company._key_account_thresholds(MONDAY + HOUR),
                )
            )
        self.assertEqual(self.told(leads), ["overdue"] * 3)
        self.assertEqual(progress, [2, 2, 1])
        self.assertEqual(cron.code, "model._cron_run()")

    def test_the_whole_cron_tells_and_closes(self):
        lead, gone = self.due_lead(MONDAY), self.due_lead(MONDAY)
        with freeze_time(MONDAY + HOUR):
            self.run_cron(MONDAY + HOUR, gone)
            gone.sudo()._write_kept({"stage_entered_on": False})
            self.env.flush_all()
            with self.enter_registry_test_mode():
                self.env.ref("key_account.cron_deadlines").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.told(lead), ["overdue"])
        self.assertFalse(self.activities(gone))

    def test_as_many_queries_for_two_as_for_twelve(self):
        def queries(count):
            leads = self.env["crm.lead"].union(
                *(self.due_lead(MONDAY) for _one in range(count))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_cron(MONDAY + 2 * DAY, leads)
            self.assertEqual(len(self.told(leads)), 3 * count)
            return self.env.cr.sql_log_count - before

        queries(1)
        few, many = queries(2), queries(12)
        self.assertLessEqual(many, few)

    def test_as_many_queries_for_four_quotations_as_for_twelve(self):
        def queries(count):
            orders = self.env["sale.order"].union(
                *(self.requested() for _one in range(count))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_cron(MONDAY + 5 * HOUR, orders)
            self.assertEqual(self.told(orders), ["overdue"] * count)
            return self.env.cr.sql_log_count - before

        queries(1)
        few, many = queries(4), queries(12)
        self.assertLessEqual(many, few)

    # Visits

    def held_visit(self):
        visit = (
            self.env["key.account.visit"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date_start": MONDAY - 2 * HOUR,
                    "contact_ids": [Command.set(self.contact.ids)],
                }
            )
        )
        visit.action_confirm()
        with freeze_time(MONDAY):
            visit.action_hold()
        return visit

    def test_report_and_review(self):
        visit = self.held_visit()
        due = visit.report_deadline
        self.run_cron(due - HOUR, visit)
        [asked] = self.activities(visit, "mail_activity_visit_report")
        self.assertIn("Due soon", asked.summary)
        self.run_cron(due + HOUR, visit)
        self.assertIn("Overdue", asked.summary)
        self.assertFalse(self.activities(visit))
        self.run_cron(due + DAY, visit)
        self.assertEqual(self.activities(visit).user_id, self.manager)
        with freeze_time(due + DAY):
            visit.write({"summary": "They need pumps.", "outcome": "achieved"})
            visit.action_report()
        self.assertFalse(self.activities(visit))
        self.run_cron(visit.review_deadline + 2 * DAY, visit)
        [asked] = self.activities(visit, "mail_activity_visit_review")
        self.assertEqual(asked.user_id, self.manager)
        self.assertIn("Overdue", asked.summary)
        self.assertEqual(self.activities(visit).user_id, self.director)
        visit.with_user(self.manager).action_review(SCORES)
        self.assertFalse(self.activities(visit))

    # Sign-off

    def requested(self, discount=8.0, moment=MONDAY):
        order = self.make_order(discount=discount)
        with freeze_time(moment):
            order.with_user(self.specialist).action_request_approval()
        return order

    def test_a_report_is_asked_of_nobody_who_cannot_open_it(self):
        """The account was given to a colleague, and the visit, which had begun, not."""
        visit = self.held_visit()
        self.account.with_user(self.manager).user_id = self.colleague
        self.env.flush_all()
        self.assertFalse(visit.with_user(self.specialist).has_access("read"))
        due = visit._deadline_due()[visit]
        self.assertEqual(due.responsible, self.manager)
        self.account.user_id = self.specialist
        self.env.flush_all()
        self.assertEqual(visit._deadline_due()[visit].responsible, self.specialist)
        self.specialist.active = False
        self.assertEqual(visit._deadline_due()[visit].responsible, self.manager)

    def test_a_sign_off_is_due_in_working_time(self):
        order = self.requested()
        self.assertEqual(order.sign_off_deadline, MONDAY + 4 * HOUR)
        order = self.requested(moment=MONDAY + 4 * HOUR)
        self.assertEqual(order.sign_off_deadline, datetime(2026, 3, 3, 10, 0))

    def test_escalated_the_next_level_may_decide_as_well(self):
        order = self.requested()
        due = order.sign_off_deadline
        for moment, said in ((due - HOUR, "Due soon"), (due + HOUR, "Overdue")):
            self.run_cron(moment, order)
            [asked] = self.activities(order, "mail_activity_sign_off")
            self.assertEqual(asked.user_id, self.manager)
            self.assertIn(said, asked.summary)
        for _twice in range(2):
            self.run_cron(due + DAY, order)
            self.assertEqual(order.approver_ids, self.manager | self.director)
        events = order.approval_ids.sorted("id")
        self.assertEqual(events.mapped("event"), ["request", "escalate"])
        self.assertEqual(events[-1].level_id, self.levels[30])
        self.assertEqual(events[-1].required_level_id, self.levels[20])
        self.assertEqual(events[-1].approver_ids, self.director)
        self.assertEqual(
            self.activities(order, "mail_activity_sign_off").user_id,
            self.manager | self.director,
        )
        self.assertEqual(order.authority_state, "pending")
        self.rpc(self.manager, order, "action_approve")
        self.assertFalse(order.activity_ids)
        self.assertFalse(order.sign_off_deadline)

    def test_escalated_twice_when_nobody_decides(self):
        order = self.requested()
        late = order.sign_off_deadline + 7 * DAY
        self.run_cron(late, order)
        # Whoever was asked just now has time to decide, however late the run came.
        self.assertEqual(order.approver_ids, self.manager | self.director)
        self.assertEqual(order.approval_ids.mapped("event").count("escalate"), 1)
        self.run_cron(late + HOUR, order)
        self.assertEqual(
            order.approver_ids, self.manager | self.director | self.general_manager
        )
        self.run_cron(late + 7 * DAY, order)
        self.assertEqual(order.approval_ids.mapped("event").count("escalate"), 2)
        self.rpc(self.general_manager, order, "action_reject", "Too cheap")
        self.assertEqual(order.authority_state, "rejected")
        self.assertFalse(order.activity_ids)

    def test_escalation_survives_routing_again(self):
        order = self.requested()
        self.run_cron(order.sign_off_deadline + DAY, order)
        order.sudo()._route_again()
        self.assertEqual(order.approver_ids, self.manager | self.director)

    def test_escalation_asks_nobody_who_is_involved(self):
        order = self.make_order(discount=8.0).sudo()
        order.user_id = self.director
        with freeze_time(MONDAY):
            order.with_user(self.support).action_request_approval()
        self.run_cron(order.sign_off_deadline + DAY, order)
        self.assertEqual(order.approver_ids, self.manager | self.general_manager)

    def test_where_nobody_stands_above_the_director_is_told(self):
        order = self.requested(discount=50.0)
        self.assertEqual(order.approver_ids, self.general_manager)
        self.run_cron(order.sign_off_deadline + DAY, order)
        self.assertEqual(order.approval_ids.event, "request")
        self.assertEqual(self.activities(order).user_id, self.manager)

    def test_asked_again_it_is_due_anew(self):
        told = self.listen()
        order = self.requested()
        first = order.sign_off_deadline
        self.run_cron(first + HOUR, order)
        with freeze_time(first + HOUR):
            order.with_user(self.specialist).action_withdraw()
            self.assertFalse(order.activity_ids)
            order.with_user(self.specialist).action_request_approval()
        self.assertGreater(order.sign_off_deadline, first)
        self.run_cron(order.sign_off_deadline + HOUR, order)
        self.assertEqual(self.told(order), ["overdue", "overdue"])
        asked = ["approval_asked", "deadline_overdue"]
        self.assertEqual(told(order), asked + asked)
        self.run_cron(order.sign_off_deadline + DAY, order)
        self.assertIn("approval_escalated", told(order))

    # Contract review

    def test_verdicts_are_due(self):
        self.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        self.company.key_account_contract_review = True
        order = self.make_order(discount=2.0)
        with freeze_time(MONDAY):
            order.sudo()._start_contract_review()
        review = order.sudo().contract_review_ids
        item = review.item_ids
        self.run_cron(item.deadline + HOUR, item)
        [asked] = self.activities(review, "mail_activity_contract_review")
        self.assertIn("Overdue", asked.summary)
        self.run_cron(item.deadline + DAY, item)
        self.assertEqual(self.activities(review).user_id, self.manager)
        self.rpc(self.reviewer, item, "action_pass")
        self.assertFalse(review.activity_ids)
