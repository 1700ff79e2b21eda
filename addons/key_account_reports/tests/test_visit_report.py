from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestVisitReport(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-10-10 06:00:00"))
        cls.Report = cls.env["key.account.visit.report"]
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Alps", "is_company": True}
        )
        cls.other_account = cls.env["key.account"].create(
            {
                "partner_id": cls.other_customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.colleague.id,
            }
        )
        cls.held = cls.hold_visit(
            cls.make_visit("2025-08-13 02:00:00"), reported="2025-08-13 04:00:00"
        )
        cls.missed = cls.make_visit("2025-08-14 02:00:00")
        cls.others = cls.env["key.account.visit"]
        for day in range(1, 6):
            cls.others |= cls.hold_visit(
                cls.make_visit(
                    f"2025-09-0{day} 02:00:00", cls.colleague, cls.other_account
                )
            )
        cls.visits = cls.held | cls.missed | cls.others

    def _rows(self, user):
        return self.Report.with_user(user).search([("visit_id", "in", self.visits.ids)])

    def test_one_row_per_visit(self):
        rows = self._rows(self.director)
        self.assertEqual(rows.visit_id, self.visits)
        row = rows.filtered(lambda row: row.visit_id == self.held)
        self.assertEqual(
            (
                row.planned_due,
                row.planned_held,
                row.held,
                row.reported,
                row.reported_in_time,
            ),
            (1, 1, 1, 1, 1),
        )
        self.assertEqual(row.partner_id, self.customer)

    def test_ratios_are_sum_by_sum_at_every_level(self):
        """1 of 2 and 5 of 5 make 6 of 7, not three quarters."""
        aggregates = [
            "planned_held:sum",
            "planned_due:sum",
            "visit_plan_completion:avg",
        ]
        domain = [("visit_id", "in", self.visits.ids)]
        by_user = self.Report.with_user(self.manager)._read_group(
            domain, ["user_id"], aggregates
        )
        self.assertEqual(
            {row[0]: row[1:] for row in by_user},
            {self.specialist: (1, 2, 50), self.colleague: (5, 5, 100)},
        )
        [(held, due, rate)] = self.Report.with_user(self.manager)._read_group(
            domain, [], aggregates
        )
        self.assertEqual((held, due), (6, 7))
        self.assertAlmostEqual(rate, 600 / 7)

    def test_nothing_due_is_not_applicable(self):
        domain = [("visit_id", "in", self.missed.ids)]
        [(rate,)] = self.Report._read_group(domain, [], ["report_timeliness:avg"])
        self.assertFalse(rate)
        self.assertIsNot(rate, 0)

    def test_pivot_and_graph_calls_of_the_web_client(self):
        report = self.Report.with_user(self.manager)
        sets = report.formatted_read_grouping_sets(
            [("visit_id", "in", self.visits.ids)],
            [[], ["user_id"], ["user_id", "date_original:month"]],
            ["planned_due:sum", "visit_plan_completion:avg", "report_timeliness:avg"],
        )
        self.assertAlmostEqual(sets[0][0]["visit_plan_completion:avg"], 600 / 7)
        self.assertEqual(len(sets[2]), 2)
        groups = report.formatted_read_group(
            [], ["date_original:month", "state"], ["__count", "held:sum"]
        )
        self.assertTrue(groups)

    def test_own_team_and_all(self):
        self.assertEqual(self._rows(self.specialist).visit_id, self.held | self.missed)
        self.assertEqual(self._rows(self.colleague).visit_id, self.others)
        for user in (self.manager, self.support, self.director):
            self.assertEqual(self._rows(user).visit_id, self.visits, user.name)
        self.assertFalse(self._rows(self.other_manager))

    def test_other_company_sees_nothing(self):
        foreign = new_test_user(
            self.env,
            "ka_foreign_director",
            groups="key_account.group_director",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        rows = self.Report.with_user(foreign).with_context(
            allowed_company_ids=self.other_company.ids
        )
        self.assertFalse(rows.search([("visit_id", "in", self.visits.ids)]))

    def test_changes_are_flushed_before_reading(self):
        member = {"user_id": self.colleague.id}
        self.missed.key_account_id.sudo().member_ids = [Command.create(member)]
        self.missed.sudo().user_id = self.colleague
        self.assertEqual(
            self.Report.search([("visit_id", "=", self.missed.id)]).user_id,
            self.colleague,
        )

    def test_row_opens_its_visit(self):
        action = self._rows(self.specialist)[:1].action_open_visit()
        self.assertIn(action["res_id"], self.visits.ids)

    def test_views_load(self):
        for view in ("list", "pivot", "graph", "search"):
            self.Report.with_user(self.specialist).get_view(view_type=view)

    def test_settings(self):
        with Form(self.env["res.config.settings"]) as form:
            form.key_account_sales_basis = "collected"
        form.record.execute()
        self.assertEqual(self.env.company.key_account_sales_basis, "collected")
