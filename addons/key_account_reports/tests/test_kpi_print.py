"""The appraisal sheet and the KPIs of a department on paper."""

from base64 import b64decode

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.key_account.tests.common import speak_chinese

from .common import KeyAccountReportsCommon
from .test_kpi_judgement import JudgementCase

SHEET = "key_account_reports.report_appraisal_sheet"
OVERVIEW = "key_account_reports.report_kpi_overview"
NOW = "2025-08-20 06:00:00"
RATIO = "visit_plan_completion"


class KpiPrintCase(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)
        cls.startClassPatcher(freeze_time(NOW))

    def page(self, report, record, user, lang="en_US"):
        reports = self.env["ir.actions.report"].with_user(user)
        page, _kind = reports.with_context(lang=lang)._render_qweb_html(
            report, record.ids
        )
        return html.fromstring(page)

    def printed(self, *args, **kwargs):
        return " ".join(self.page(*args, **kwargs).text_content().split())


@tagged("post_install", "-at_install")
class TestKpiSheetPrint(KpiPrintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hold_visit(
            cls.make_visit("2025-08-13 02:00:00"), reported="2025-08-13 04:00:00"
        )
        cls.make_visit("2025-08-14 02:00:00")
        cls.sheet = cls.Sheet.create(
            {
                "subject": "person",
                "user_id": cls.specialist.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "period": "quarter",
                "date": "2025-08-01",
            }
        )
        own = cls.sheet.with_user(cls.specialist)
        own.self_comment = "I kept my visits"
        cls.sheet.with_user(cls.manager).appraisal_comment = "Well done"

    def test_as_the_sheet_shows_it(self):
        text = self.printed(SHEET, self.sheet, self.specialist)
        sheet = self.sheet.with_user(self.specialist)
        for part in (
            "Appraisal Sheet",
            self.specialist.name,
            sheet.score_display,
            f"Entered late: {sheet.late_display}",
            "I kept my visits",
            "Well done",
        ):
            self.assertIn(part, text)
        self.assertTrue(sheet.line_ids)
        for line in sheet.line_ids:
            for part in (line.kpi_id.name, line.value_display, line.score_display):
                self.assertIn(part, text)

    def row(self, code, user=None):
        """The cells of a KPI, as they are printed."""
        page = self.page(SHEET, self.sheet, user or self.specialist)
        name = self.kpis[code].name
        [row] = page.xpath(f"//tr[td[1]/span[text()='{name}']]")
        return [" ".join(cell.text_content().split()) for cell in row.iter("td")]

    def _measured(self, *codes, **targets):
        """The sheet, of these KPIs alone, with these targets of its own."""
        sheet = self.sheet.with_user(self.manager)
        sheet.line_ids.unlink()
        targets = {**dict.fromkeys(codes, 100.0), **targets}
        sheet.line_ids = [
            Command.create(
                {"kpi_id": self.kpis[code].id, "weight": 10, "default_target": target}
            )
            for code, target in targets.items()
        ]
        sheet.action_measure_now()

    def test_points_can_be_worked_out_from_the_paper(self):
        """1 of 2 visits held is 50 %; of the 75.25 % that were to be, 66.4 points."""
        self._measured(visit_plan_completion=75.25, win_rate=100)
        self.assertEqual(
            self.row(RATIO)[1:], ["10", "75.25 %", "1", "2", "50.0 %", "66.4"]
        )
        self.assertEqual(self.row("win_rate")[-2:], ["n/a", "n/a"])
        [total] = self.page(SHEET, self.sheet, self.specialist).xpath(
            "//tr[td[contains(@class, 'o_ka_group')]]"
        )
        cells = [" ".join(cell.text_content().split()) for cell in total.iter("td")]
        self.assertEqual(cells, ["Score", "10 / 20", "", "66.4"])
        text = self.printed(SHEET, self.sheet, self.manager)
        self.assertNotIn("As many points", text)

    def test_what_is_capped_or_to_stay_below_says_so(self):
        """50 % of 40 % are 125 points, of which 120 are given."""
        self._measured(
            "report_timeliness",
            visit_plan_completion=40,
            churn_rate=5,
            valid_complaints=0,
        )
        self.assertEqual(self.row(RATIO)[-1], "* 120.0")
        self.assertEqual(self.row("report_timeliness")[-1], "100.0")
        self.assertEqual(self.row("churn_rate")[2], "≤ 5 %")
        self.assertEqual(self.row("valid_complaints")[2], "≤ 0")
        text = self.printed(SHEET, self.sheet, self.specialist)
        self.assertIn("* As many points as this KPI can give.", text)
        self.assertIn("A limit of zero that was kept: 100 points", text)

    def test_what_has_no_target_says_so(self):
        self._measured(visit_plan_completion=0)
        self.assertEqual(self.row(RATIO)[2], "n/a")
        self.assertEqual(self.row(RATIO)[-1], "n/a")

    def test_what_is_shown_apart_is_printed(self):
        self.hold_visit(
            self.make_visit("2025-08-15 02:00:00", entered="2025-08-15 06:00:00"),
            held="2025-08-15 06:00:00",
        )
        self._measured(RATIO)
        name = self.kpis[RATIO].name
        self.assertEqual(self.row(RATIO)[0], f"{name} Unplanned visits: 1")

    def test_in_the_readers_language(self):
        text = self.printed(SHEET, self.sheet, self.specialist, lang="zh_CN")
        self.assertIn("草稿", text)

    def test_of_somebody_else(self):
        for user in (self.colleague, self.other_manager, self.outsider):
            with self.assertRaises(AccessError):
                self.page(SHEET, self.sheet, user)
        for user in (self.manager, self.director, self.appraiser):
            self.assertIn("I kept my visits", self.printed(SHEET, self.sheet, user))


@tagged("post_install", "-at_install")
class TestKpiJudgedPrint(JudgementCase, KpiPrintCase):
    def test_who_said_what_with_which_weight(self):
        """80 points by the director (60), 60 by human resources (40): 72."""
        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        self.judge(sheet, self.appraiser, 60)
        sheet.with_user(self.manager).action_appraise()
        text = self.printed(SHEET, sheet, self.director)
        self.assertIn("Director (60): Good (80) HR (40): Sufficient (60)", text)
        page = self.page(SHEET, sheet, self.director)
        name = self.kpis["archive_quality"].name
        [row] = page.xpath(f"//tr[td[1]/span[text()='{name}']]")
        cells = [" ".join(cell.text_content().split()) for cell in row.iter("td")]
        self.assertEqual(cells[-2:], ["72", "72.0"])


@tagged("post_install", "-at_install")
class TestKpiOverviewPrint(KpiPrintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for day, value in (("2025-05-01", 40.0), ("2025-08-01", 75.0)):
            cls._figure(day, value, subject="team")
        cls._figure("2025-08-01", 81.25, user=cls.specialist)
        cls._figure("2025-08-01", 62.5, user=cls.colleague)

    @classmethod
    def _figure(cls, day, value, subject="person", user=None):
        cls.env["key.account.kpi.figure"]._create_kept(
            [
                {
                    "kpi_id": cls.kpis[RATIO].id,
                    "company_id": cls.company.id,
                    "period": "quarter",
                    "date": day,
                    "subject": subject,
                    "user_id": user.id if user else False,
                    "team_id": cls.team.id,
                    "numerator": value,
                    "denominator": 100.0,
                    "value": value,
                    "applicable": True,
                    "computed_at": NOW,
                }
            ]
        )

    def charts(self, page):
        return [
            b64decode(image.get("src").partition("base64,")[2]).decode()
            for image in page.iter("img")
            if (image.get("src") or "").startswith("data:image/svg+xml")
        ]

    def test_the_team_by_quarter_and_its_people(self):
        page = self.page(OVERVIEW, self.team, self.manager)
        text = " ".join(page.text_content().split())
        for part in (
            self.kpis[RATIO].name,
            self.specialist.name,
            "81.3",
            self.colleague.name,
            "62.5",
        ):
            self.assertIn(part, text)
        (chart,) = self.charts(page)
        for part in ("Q2 2025", "Q3 2025", "40.0 %", "75.0 %"):
            self.assertIn(part, chart)

    def test_each_sees_their_own(self):
        page = self.page(OVERVIEW, self.team, self.specialist)
        text = page.text_content()
        self.assertIn("81.3", text)
        self.assertNotIn("62.5", text)
        self.assertFalse(self.charts(page), "the team's figures are its manager's")

    def test_who_is_not_measured_and_appraises_nobody(self):
        for user in (self.outsider, self.accountant):
            with self.assertRaisesRegex(AccessError, "measured by them, or appraise"):
                self.page(OVERVIEW, self.team, user)

    def test_of_a_team_without_figures(self):
        self.env["key.account.kpi.figure"].search([])._write_kept({"team_id": False})
        self.assertIn(
            "No figures of this team",
            self.printed(OVERVIEW, self.team, self.specialist),
        )
