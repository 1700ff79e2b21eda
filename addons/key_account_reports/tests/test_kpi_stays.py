from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .test_kpi_sales import SALES, SalesCase


@tagged("post_install", "-at_install")
class TestKpiStays(SalesCase):
    """Everything under a confirmed appraisal changes, and it stays as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hold_visit(
            cls.make_visit("2025-08-13 02:00:00"), reported="2025-08-13 04:00:00"
        )
        cls.make_visit("2025-08-14 02:00:00")

    def test_a_confirmed_appraisal_stays_as_it_is(self):
        """Targets, invoices, visits, sets, KPIs, grades, the person and their team
        change: every figure, grade and consequence is as it was."""
        invoice = self._invoice()
        sheet = self.sheet.with_user(self.director)
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet, f"action_{step}")()
        before = self.shown(sheet)
        self.assertEqual(self.line(sheet, SALES).value, 50)
        self.assertEqual(len(before["snapshots"]), 3)
        self.assertEqual(sheet.grade_name, "Needs improvement")
        self.assertTrue(before["outcomes"])
        self.change_everything(sheet, invoice)
        self.assertEqual(self.shown(sheet), before)

    def shown(self, sheet):
        """All that the sheet says, as it is stored and as it is shown."""
        self.env.flush_all()
        self.env.invalidate_all()
        of_line = (
            *("numerator", "denominator", "aside", "value", "target", "score", "n"),
            *("applicable", "weight", "numerator_display", "denominator_display"),
            *("value_display", "score_display"),
        )
        of_sheet = (
            *("score", "score_display", "kept_score", "kept_score_display", "kept_on"),
            *("grade_name", "follows_text", "result_score", "again", "state"),
            *("late", "entered", "late_display", "version"),
            *("user_id", "team_id", "date_from", "date_to"),
        )
        return {
            "sheet": {name: sheet[name] for name in of_sheet},
            "lines": {
                line.kpi_id.code: {name: line[name] for name in of_line}
                for line in sheet.line_ids
            },
            # Ids, not what a KPI or a grade is called today.
            "snapshots": sheet.sudo().snapshot_ids.read(load=""),
            "result": sheet.sudo().result_id.read(load=""),
            "outcomes": [
                (each.kind, each.state, each.due, each.user_id, each.version)
                for each in sheet.outcome_ids
            ],
        }

    def change_everything(self, sheet, invoice):
        ours = [("company_id", "=", self.company.id)]
        self.env["key.account.kpi.target"].search(ours).value = 1
        self._credit(invoice)
        self._invoice(self._order(quantity=7))
        self.company.key_account_sales_basis = "signed"
        for start in ("2025-07-10 02:00:00", "2025-08-20 02:00:00"):
            self.hold_visit(self.make_visit(start, entered="2025-10-10 06:00:00"))
        kpi_set = sheet.sudo().set_id
        kpi_set.line_ids.write({"weight": 99, "default_target": 1})
        kpi_set.active = False
        for kpi in self.kpis.values():
            kpi.write({"cap": 10, "default_target": 7})
        self.change_grades()
        self.company.key_account_late_days = 0
        self.move_person()
        cron = self.env.registry["ir.cron"]
        with (
            freeze_time("2025-11-20 06:00:00"),
            patch.object(cron, "_commit_progress", return_value=99),
        ):
            self.env["key.account.kpi.figure"]._cron_compute()
            self.Sheet._cron_keep_scores()
            sheet.action_measure_now()
            follower = Command.link(self.colleague.partner_id.id)
            sheet.write({"message_partner_ids": [follower]})
            figures = self.env["key.account.kpi.figure"]._of_sheets(
                sheet, sheet.line_ids.kpi_id
            )
            figures[next(iter(figures))].action_compute_now()
        self.specialist.active = False

    def change_grades(self):
        grades = self.env["key.account.kpi.grade"].search([])
        grades.follow_ids.unlink()
        grades.write({"name": "Renamed"})
        for index, grade in enumerate(grades):
            grade.points = 200 + index

    def move_person(self):
        """To another team; the account to a colleague."""
        self.env["crm.team.member"].search(
            [("user_id", "=", self.specialist.id)]
        ).unlink()
        self.env["crm.team.member"].create(
            {"user_id": self.specialist.id, "crm_team_id": self.plain_team.id}
        )
        self.account.user_id = self.colleague
