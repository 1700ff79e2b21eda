"""The plan of a year on paper: everything it says, in the reader's language."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.key_account.tests.common import speak_chinese

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestPlanPrint(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)
        plans = cls.env["key.account.plan"].with_user(cls.specialist)
        cls.plan = plans.create(
            {
                "kind": "year",
                "key_account_id": cls.account.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
                "swot_strengths": "Measuring room",
                "swot_threats": "A second source in Chakan",
                "customer_purchases": 2_000_000,
                "forecast_margin": 100_000,
                "cost_travel": 12_345,
                "risk_factor": 20,
                "contingency": "A stock of our own",
                "competitor_ids": [Command.create({"name": "Huaxin", "share": 40})],
                "factor_ids": [
                    Command.create({"name": "Punctuality", "standing": "better"})
                ],
                "objective_ids": [Command.create({"name": "No complaint"})],
                "action_ids": [Command.create({"name": "Audit their store"})],
                "budget_ids": [Command.create({"name": "Fair", "amount": 5_000})],
            }
        )

    def printed(self, lang="en_US", user=None):
        report = self.env["ir.actions.report"].with_user(user or self.specialist)
        html, _kind = report.with_context(lang=lang)._render_qweb_html(
            "key_account_reports.report_plan", self.plan.ids
        )
        return html.decode()

    def test_everything_it_says(self):
        html = self.printed()
        for text in (
            self.plan.name,
            self.customer.name,
            "Measuring room",
            "A second source in Chakan",
            "2,000,000.00",
            "Huaxin",
            "Punctuality",
            "Better than others",
            "No complaint",
            "Audit their store",
            "12,345.00",
            # 100 000 less a fifth, less the travel.
            "67,655.00",
            "Fair",
            "A stock of our own",
        ):
            self.assertIn(text, html)

    def test_in_the_readers_language(self):
        html = self.printed("zh_CN")
        for text in ("草稿", "优于同行"):
            self.assertIn(text, html)

    def test_by_who_may_read_the_plan(self):
        """The print asks for the plan as its reader."""
        for user in (self.colleague, self.other_manager):
            with self.assertRaises(AccessError):
                self.printed(user=user)
