from freezegun import freeze_time

from odoo import Command

from .common import KeyAccountReportsCommon

AFTERWARDS = "2025-10-10 06:00:00"
VISITS = "visit_plan_completion"


class OutcomeCommon(KeyAccountReportsCommon):
    """Sheets of the specialist that are confirmed with the score one wants: one visit,
    held as planned, against a target."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(AFTERWARDS))
        cls.hold_visit(cls.make_visit("2025-08-13 02:00:00"))
        cls.hold_visit(
            cls.make_visit("2025-05-14 02:00:00", entered="2025-05-01 00:00:00")
        )
        cls.Outcome = cls.env["key.account.kpi.outcome"]

    @classmethod
    def appraised(cls, score, date="2025-08-15", **vals):
        """A sheet ready to be confirmed: 100 per cent against a target; without a score
        that of who has lost no account, as was the target."""
        line = {
            "kpi_id": cls.kpis[VISITS if score else "lost_accounts"].id,
            "weight": 10,
            "default_target": 10_000.0 / score if score else 0.0,
        }
        sheet = cls.make_sheet(date=date, line_ids=[Command.create(line)], **vals)
        sheet.with_user(cls.director).action_start_self_assessment()
        sheet.with_user(cls.director).action_appraise()
        return sheet

    @classmethod
    def confirmed(cls, score, by=None, **vals):
        sheet = cls.appraised(score, **vals)
        sheet.with_user(by or cls.director).action_confirm()
        cls.env.flush_all()
        return sheet

    @classmethod
    def measured_nothing(cls, date):
        """A sheet confirmed without a score: no opportunity was closed."""
        sheet = cls.make_sheet(
            date=date,
            line_ids=[Command.create({"kpi_id": cls.kpis["win_rate"].id})],
        )
        sheet.with_user(cls.director).action_start_self_assessment()
        sheet.with_user(cls.director).action_appraise()
        sheet.with_user(cls.director).action_confirm()
        cls.env.flush_all()
        return sheet

    def kinds(self, sheet):
        return sheet.outcome_ids.sorted("id").mapped("kind")
