from datetime import datetime

from freezegun import freeze_time

from odoo import Command

from odoo.addons.key_account.tests.common import KeyAccountCommon

OWN_SET = {
    "sales_plan_completion": 50,
    "visit_plan_completion": 30,
    "report_timeliness": 20,
}


def without_figures(env):
    """Take away what was measured and appraised before, as there is of demo data: what
    was confirmed is not deleted otherwise."""
    env.cr.execute(
        "TRUNCATE key_account_kpi_target, key_account_kpi_figure, key_account_kpi_sheet"
        " CASCADE"
    )
    env.invalidate_all()


class KeyAccountReportsCommon(KeyAccountCommon):
    """The department in the third quarter of 2025, in Shanghai's time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.Sheet = cls.env["key.account.kpi.sheet"]
        cls.kpis = {
            kpi.code: kpi
            for kpi in cls.env["key.account.kpi"].search([], order="sequence, id")
        }
        # What the company decided for itself: three KPIs that are measured.
        cls.sets = {
            role: cls.env["key.account.kpi.set"].create(
                {
                    "name": role,
                    "role": role,
                    "company_id": cls.company.id,
                    "line_ids": [
                        Command.create({"kpi_id": cls.kpis[code].id, "weight": weight})
                        for code, weight in OWN_SET.items()
                    ],
                }
            )
            for role in ("specialist", "manager", "team")
        }
        cls.quarter = cls.company._key_account_period(
            "quarter", datetime(2025, 7, 1).date()
        )

    @classmethod
    def make_visit(
        cls, start, user=None, account=None, entered="2025-06-30 00:00:00", **vals
    ):
        """A visit as its responsible plans it, entered at a moment (UTC)."""
        account = account or cls.account
        with freeze_time(entered):
            return (
                cls.env["key.account.visit"]
                .with_user(user or cls.specialist)
                .create(
                    {
                        "key_account_id": account.id,
                        "user_id": (user or cls.specialist).id,
                        "date_start": start,
                        **vals,
                    }
                )
            )

    @classmethod
    def hold_visit(cls, visit, held=None, reported=None):
        """Hold a visit at a moment (UTC), and report it at another."""
        with freeze_time(held or visit.date_end):
            if visit.state == "planned":
                visit.action_confirm()
            visit.action_hold()
        if reported:
            with freeze_time(reported):
                visit.write(
                    {
                        "met_ids": [
                            Command.set(
                                (visit.met_ids or visit.key_account_id.partner_id).ids
                            )
                        ],
                        "summary": "<p>They want the pump by autumn.</p>",
                        "outcome": "achieved",
                    }
                )
                visit.action_report()
        return visit

    @classmethod
    def make_sheet(cls, user=None, team=None, **vals):
        subject = (
            {"subject": "team", "team_id": team.id}
            if team
            else {"user_id": (user or cls.specialist).id}
        )
        sheet = cls.Sheet.with_user(cls.director).create(
            {"company_id": cls.company.id, "date": "2025-08-15", **subject, **vals}
        )
        # A search by access rules does not compute what is still to be computed.
        cls.env.flush_all()
        return sheet

    @classmethod
    def make_target(
        cls, value, user=None, team=None, kpi="sales_plan_completion", **vals
    ):
        return (
            cls.env["key.account.kpi.target"]
            .with_user(cls.director)
            .create(
                {
                    "kpi_id": cls.kpis[kpi].id,
                    "company_id": cls.company.id,
                    "date": "2025-08-15",
                    "value": value,
                    **({"user_id": user.id} if user else {}),
                    **({"team_id": team.id} if team else {}),
                    **vals,
                }
            )
        )

    def line(self, sheet, code):
        return sheet.line_ids.filtered(lambda line: line.kpi_id.code == code)

    def figures(self, sheet, code):
        """(numerator, denominator, value in percent or None) of a sheet's KPI, computed
        now."""
        sheet.action_measure_now()
        line = self.line(sheet, code)
        return (
            line.numerator,
            line.denominator,
            line.value if line._has_value() else None,
        )
