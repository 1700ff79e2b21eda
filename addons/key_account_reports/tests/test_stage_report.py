from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.key_account.tests.stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestStageReport(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["key.account.stage.report"]
        cls.company.key_account_mode = "off"
        cls.company.resource_calendar_id.tz = "UTC"
        # Monday 9:00; the step has two working days of eight hours.
        with freeze_time("2025-10-13 09:00:00"):
            cls.prompt = cls.make_lead(name="Prompt")
            cls.late = cls.make_lead(name="Late")
        with freeze_time("2025-10-13 11:00:00"):
            cls.prompt.stage_id = cls.visit_step
        with freeze_time("2025-10-20 11:00:00"):
            cls.late.stage_id = cls.visit_step
        cls.env.flush_all()

    def rows(self, user=None, leads=None):
        leads = leads or self.prompt | self.late
        return self.Report.with_user(user or self.manager).search(
            [("opportunity_id", "in", leads.ids)], order="id"
        )

    def test_one_row_per_stay(self):
        rows = self.rows(leads=self.prompt)
        self.assertEqual(rows.stage_id, self.first | self.visit_step)
        left, running = rows
        self.assertEqual((left.steps_left, left.left_in_time), (1, 1))
        self.assertEqual(left.working_hours, 2)
        self.assertEqual(left.how, "move")
        self.assertEqual(left.key_account_id, self.account)
        self.assertEqual((running.steps_left, running.date_left), (0, False))

    def test_working_hours_leave_nights_and_week_ends_out(self):
        late = self.rows(leads=self.late)[0]
        self.assertEqual((late.steps_left, late.left_in_time), (1, 0))
        self.assertEqual(late.working_hours, 5 * 8 + 2)

    def test_rates_are_sum_by_sum(self):
        [(timeliness, hours)] = self.Report._read_group(
            [("opportunity_id", "in", (self.prompt | self.late).ids)],
            [],
            ["timeliness:avg", "hours_per_step:avg"],
        )
        self.assertEqual((timeliness, hours), (50, (42 + 2) / 2))

    def test_in_time_is_said_of_what_had_a_deadline(self):
        """As the KPI counts: a step without a deadline makes nobody more punctual."""
        with freeze_time("2025-10-20 11:00:00"):
            for lead in self.prompt | self.late:
                lead.stage_id = self.review_step
        self.env["key.account.stage.log"].search(
            [("stage_id", "=", self.visit_step.id)]
        )._set_kept({"deadline": False})
        self.env.flush_all()
        rows = self.rows()
        untimed = rows.filtered(lambda row: row.stage_id == self.visit_step)
        self.assertEqual(sum(untimed.mapped("steps_left")), 2)
        self.assertEqual(sum(untimed.mapped("timed")), 0)
        [(timeliness,)] = self.Report._read_group(
            [("id", "in", rows.ids)], [], ["timeliness:avg"]
        )
        self.assertEqual(timeliness, 50)

    def test_funnel(self):
        """Both went on from the first step; of two at the second, one was lost and one
        went back: nobody went on."""
        self.prompt.action_set_lost(
            lost_reason_id=self.env["crm.lost.reason"].create({"name": "Price"}).id
        )
        self.late.stage_id = self.first
        self.env.flush_all()
        figures = self.Report._read_group(
            [("opportunity_id", "in", (self.prompt | self.late).ids)],
            ["stage_id"],
            ["steps:sum", "moved_on:sum", "moved_back:sum", "dropped:sum"]
            + ["conversion:avg"],
        )
        found = {stage: tuple(values) for stage, *values in figures}
        self.assertEqual(found[self.first], (3, 2, 0, 0, 100))
        self.assertEqual(found[self.visit_step], (2, 0, 1, 1, 0))

    def test_coming_back_is_another_stay(self):
        self.prompt.stage_id = self.first
        self.prompt.stage_id = self.visit_step
        self.env.flush_all()
        self.assertEqual(
            self.rows(leads=self.prompt).stage_id.mapped("name"),
            ["Development plan", "Visit"],
        )
        self.assertEqual(len(self.rows(leads=self.prompt)), 4)

    def test_the_steps_of_merged_deals_end_with_the_merge(self):
        merged = (self.prompt | self.late).merge_opportunity()
        merged.action_set_lost(
            lost_reason_id=self.env["crm.lost.reason"].create({"name": "Price"}).id
        )
        self.env.flush_all()
        rows = self.rows(leads=merged)
        self.assertTrue(rows)
        self.assertTrue(all(rows.mapped("date_left")), "one runs for ever")
        self.assertEqual(set(rows.mapped("how")) & {"merge", "lost"}, {"merge", "lost"})

    def test_merged_histories_do_not_mix(self):
        before = {row.id: (row.working_hours, row.date_left) for row in self.rows()}
        merged = (self.prompt | self.late).merge_opportunity()
        self.env.flush_all()
        rows = self.rows(leads=merged)
        self.assertEqual(set(rows.ids), set(before))
        ended = rows.filtered(lambda row: row.how == "merge")
        self.assertEqual(len(ended), 1, "only where the other one stood")
        self.assertFalse(before[ended.id][1])
        after = {row.id: (row.working_hours, row.date_left) for row in rows - ended}
        self.assertEqual(after, {id_: before[id_] for id_ in after})

    def test_who_reads(self):
        for user in (self.specialist, self.manager, self.director, self.support):
            self.assertTrue(self.rows(user), user.name)
        for user in (self.colleague, self.other_manager):
            self.assertFalse(self.rows(user), user.name)
        self.director.write(
            {
                "company_id": self.other_company.id,
                "company_ids": [Command.set(self.other_company.ids)],
            }
        )
        foreign = self.Report.with_user(self.director).with_context(
            allowed_company_ids=self.other_company.ids
        )
        self.assertFalse(
            foreign.search([("opportunity_id", "in", self.prompt.ids)]),
            "another company's",
        )
