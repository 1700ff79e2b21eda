from odoo import Command
from odoo.tests import tagged

from odoo.addons.key_account.tests.common import speak_chinese

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestSurveyForm(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)
        questions = cls.env["key.account.survey.question"]
        questions.search([]).action_archive()
        cls.turnover, cls.buys = questions.create(
            [
                {
                    "name": "Turnover",
                    "section": "finance",
                    "answer_type": "float",
                    "required": True,
                },
                {
                    "name": "What they buy",
                    "section": "purchasing",
                    "answer_type": "selection",
                    "option_ids": [
                        Command.create({"name": "Steel"}),
                        Command.create({"name": "Castings"}),
                    ],
                },
            ]
        )
        cls.account.answer_ids.filtered(
            lambda row: row.question_id == cls.turnover
        ).write({"value_number": 1250.5, "source": "Annual report"})

    def _print(self, name, lang="en_US"):
        report = self.env["ir.actions.report"].with_user(self.specialist)
        html, _kind = report.with_context(lang=lang)._render_qweb_html(
            f"key_account_reports.{name}", self.account.ids
        )
        return html.decode()

    def test_filled(self):
        html = self._print("report_survey")
        for text in ("Finance", "Turnover", "1,250.50", "Annual report", ">100</span>"):
            self.assertIn(text, html)
        self.assertNotIn("Filled in by", html)

    def test_blank(self):
        html = self._print("report_survey_blank")
        for text in ("Finance", "Turnover", "Steel", "Castings", "☐", "Filled in by"):
            self.assertIn(text, html)
        for text in ("1,250.50", "Annual report", ">100</span>"):
            self.assertNotIn(text, html)

    def test_languages(self):
        self.account.partner_id.lang = "zh_CN"
        self.assertIn("财务", self._print("report_survey_blank"), "the customer's")
        self.assertIn("Finance", self._print("report_survey"), "the reader's")
        self.assertIn("财务", self._print("report_survey", lang="zh_CN"))

    def test_who_applies_for_an_agency_gets_the_application_form(self):
        self.env["key.account.survey.question"].create(
            {"name": "Region applied for", "kind": "agency", "section": "sales"}
        )
        self.account.survey_kind = "agency"
        self.account.action_fill_survey()
        html = self._print("report_survey_blank")
        for text in ("Agency Application", "Region applied for", "signature and seal"):
            self.assertIn(text, html)
        for text in ("Customer Profile Survey", "Filled in by"):
            self.assertNotIn(text, html)
