from odoo import fields
from odoo.tests import tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestStageLog(StageCommon):
    def test_the_account_stays_the_one_of_then(self):
        before = self.log(self.lead)
        self.assertEqual(before.key_account_id, self.account)
        self.lead.partner_id = self.plain_customer
        self.env.flush_all()
        before.invalidate_recordset()
        self.assertEqual(before.key_account_id, self.account)
        self.put(self.lead, self.visit_step)
        self.assertFalse(self.log(self.lead)[-1].key_account_id)

    def test_merge_keeps_both_histories_readable(self):
        other_customer = self.env["res.partner"].create(
            {"name": "Silver Gate", "is_company": True}
        )
        other_account = self.env["key.account"].create(
            {
                "partner_id": other_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.colleague.id,
            }
        )
        tail = self.make_lead(
            name="Valves", partner_id=other_customer.id, user_id=self.colleague.id
        )
        self.put(self.lead, self.visit_step)
        events = self.log(self.lead) | self.log(tail)
        merged = (self.lead | tail).merge_opportunity()
        self.assertEqual(merged, self.lead)
        self.assertFalse(tail.exists())
        self.assertEqual(events & self.log(merged), events)
        foreign = events.filtered(lambda row: row.origin_ref == tail.id)
        self.assertEqual(foreign.key_account_id, other_account)
        self.assertTrue(foreign.with_user(self.colleague).has_access("read"))
        self.assertTrue(foreign.with_user(self.specialist).has_access("read"))

    def test_team_change_leaves_one_process_and_begins_another(self):
        other = self.env["crm.team"].create(
            {
                "name": "North",
                "company_id": self.company.id,
                "is_key_account": True,
            }
        )
        other._load_stage_template("eight_steps")
        self.put(self.lead, self.check_step)
        self.lead.team_id = other
        *_, left, entered = self.log(self.lead)
        self.assertEqual((left.event, left.stage_id), ("leave", self.check_step))
        self.assertEqual(left.team_id, self.team)
        self.assertEqual((entered.event, entered.team_id), ("enter", other))
        self.assertEqual(entered.stage_id, other._key_account_stages()[0])
        self.lead.team_id = self.plain_team
        last = self.log(self.lead)[-1]
        self.assertEqual((last.event, last.team_id), ("leave", other))
        self.assertFalse(self.lead.stage_entered_on)

    def test_lost_and_restored(self):
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        self.lead.action_set_lost(lost_reason_id=reason.id)
        lost = self.log(self.lead)[-1]
        self.assertEqual((lost.how, lost.reason), ("lost", "Price"))
        self.lead.action_restore()
        again = self.log(self.lead)[-1]
        self.assertEqual((again.event, again.how), ("enter", "reopen"))
        self.assertEqual(self.lead.stage_entered_on, again.date)

    def test_losing_withdraws_the_question_put_to_the_manager(self):
        self.outside(self.lead)
        self.lead.with_user(self.specialist).action_request_ruling("Outsource it")
        kind = self.env.ref("key_account.mail_activity_ruling")
        asked = self.lead.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertTrue(asked)
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        self.lead.action_set_lost(lost_reason_id=reason.id)
        self.assertFalse(asked.exists())

    def test_two_hundred_are_logged_at_the_cost_of_two(self):
        leads = self.env["crm.lead"].union(
            *(self.make_lead(name=f"Deal {number}") for number in range(42))
        )
        self.company.key_account_mode = "off"

        def hours(records):
            entered = records.mapped("stage_entered_on")
            now = fields.Datetime.now()
            spans = [(start, now) for start in entered]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.company._key_account_working_hours(spans)
            return self.env.cr.sql_log_count - before

        hours(leads[:1])
        self.assertLessEqual(hours(leads), hours(leads[:2]))
