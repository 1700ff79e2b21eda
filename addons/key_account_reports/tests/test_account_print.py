"""An account on one page, and its scorecard on paper."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.key_account.tests.common import speak_chinese

from .test_deal_print import DealPrintCase

OVERVIEW = "key_account_reports.report_account_overview"
SCORECARD = "key_account_reports.report_scorecard"


@tagged("post_install", "-at_install")
class TestAccountPrint(DealPrintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contact = cls.env["res.partner"].create(
            {"name": "王伟", "parent_id": cls.customer.id}
        )
        cls.account.strategy = "Series first, spare parts later"
        cls.account.stakeholder_ids.with_user(cls.specialist).create(
            {
                "key_account_id": cls.account.id,
                "partner_id": contact.id,
                "role": "decision_maker",
                "attitude": "champion",
                "influence": "5",
                "personal_notes": "plays go on Sundays",
            }
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "partner_id": cls.customer.id,
                    "team_id": cls.team.id,
                    "user_id": cls.specialist.id,
                    "company_id": cls.company.id,
                    "expected_revenue": number * 1000,
                }
                for number in range(1, 8)
            ]
        )
        cls.env["key.account.risk"].create(
            {
                "key_account_id": cls.account.id,
                "name": "A second source",
                "probability": "5",
                "impact": "5",
                "user_id": cls.specialist.id,
            }
        )

    def test_on_one_page(self):
        text = self.printed(OVERVIEW, self.account)
        for part in (
            self.customer.name,
            self.account.code,
            self.specialist.name,
            "Series first, spare parts later",
            "王伟",
            "Deal 7",
            "7,000.00",
            "A second source",
        ):
            self.assertIn(part, text)
        self.assertNotIn("Deal 3", text, "the four largest")
        self.assertNotIn("plays go", text, "confided, and not printed")

    def test_the_next_visits_come_first(self):
        now = fields.Datetime.now().replace(hour=12, minute=0)
        visits = self.env["key.account.visit"].with_user(self.specialist)
        for day, name in ((-3, "missed"), (40, "later"), (2, "soon"), (9, "then")):
            visits.create(
                {
                    "key_account_id": self.account.id,
                    "objectives": name,
                    "date_start": now + timedelta(days=day),
                    "date_end": now + timedelta(days=day, hours=1),
                }
            )
        visits.search([("objectives", "=", "soon")]).action_confirm()
        agenda = self.account.with_user(self.specialist)._overview_agenda()
        self.assertEqual([row[1] for row in agenda[:2]], ["soon", "then"])

    def test_the_margin_for_whom_it_is(self):
        for user in (self.specialist, self.manager):
            shown = self.account.with_user(user)._may_be_printed("value_margin")
            text = self.printed(OVERVIEW, self.account, user=user)
            self.assertEqual("Margin of 12 months" in text, shown)
        self.assertFalse(
            self.account.with_user(self.specialist)._may_be_printed("value_margin")
        )

    def test_deals_of_others_are_not_on_it(self):
        hidden = self.leads[-1]
        hidden.with_context(tracking_disable=True).write(
            {"user_id": self.colleague.id, "team_id": self.plain_team.id}
        )
        self.env.flush_all()
        readable = hidden.with_user(self.specialist).has_access("read")
        self.assertEqual(hidden.name in self.printed(OVERVIEW, self.account), readable)

    def test_in_the_readers_language(self):
        speak_chinese(self.env)
        self.assertIn("决策人", self.printed(OVERVIEW, self.account, lang="zh_CN"))

    def test_whoever_may_not_read_the_account(self):
        for user in (self.colleague, self.outsider):
            self.assert_refused(OVERVIEW, self.account, user)

    def evaluation(self):
        criterion = self.env["key.account.criterion"].search([])[:2]
        return (
            self.env["key.account.evaluation"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date": fields.Date.today(),
                    "note": "Grows with us",
                    "line_ids": [
                        Command.create({"criterion_id": criterion[0].id}),
                        Command.create({"criterion_id": criterion[1].id}),
                    ],
                }
            )
        )

    def test_the_scorecard_as_it_was_judged(self):
        evaluation = self.evaluation()
        for line in evaluation.line_ids:
            if line.method == "judgement":
                line.judgement = "4"
        text = self.printed(SCORECARD, evaluation)
        for part in (
            self.customer.name,
            "Grows with us",
            f"{evaluation.score:.1f}",
            f"{evaluation.coverage:.1f}",
            *evaluation.line_ids.criterion_id.mapped("name"),
        ):
            self.assertIn(part, text)
        for line in evaluation.line_ids:
            self.assertIn(f"{line.points:.2f}" if line.known else "not known", text)

    def test_the_scorecard_of_a_stranger(self):
        self.assert_refused(SCORECARD, self.evaluation(), self.colleague)
