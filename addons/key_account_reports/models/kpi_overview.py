"""The KPIs of a department in print: this quarter and those before, and its people."""

from base64 import b64encode

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..rules import chart

# Quarters side by side, the present one among them.
_QUARTERS = 4
_READERS = (
    "key_account.group_specialist",
    "key_account.group_support",
    "key_account.group_appraiser",
)


class ReportKpiOverview(models.AbstractModel):
    """Figures as they were computed last, of those whose figures the reader may see:
    printing computes nothing.
    """

    _name = "report.key_account_reports.report_kpi_overview"
    _description = "KPI Overview"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not any(map(self.env.user.has_group, _READERS)):
            raise AccessError(
                self.env._("KPIs are for those who are measured by them, or appraise.")
            )
        teams = self.env["crm.team"].browse(docids)
        teams.check_access("read")
        return {"docs": teams, "overviews": {t.id: self._overview(t) for t in teams}}

    @api.model
    def _overview(self, team):
        """What the print of a team shows, as plain values in the reader's language."""
        company = team.company_id or self.env.company
        today = company._key_account_today()
        quarter = company._key_account_period("quarter", today)
        start = fields.Date.subtract(quarter.start, months=3 * (_QUARTERS - 1))
        figures = self.env["key.account.kpi.figure"].search(
            [
                ("team_id", "=", team.id),
                ("company_id", "=", company.id),
                ("period", "=", "quarter"),
                ("date_from", ">=", start),
                ("date_from", "<=", quarter.start),
            ],
            order="date_from, id",
        )
        of_team = figures.filtered(lambda f: f.subject == "team")
        present = figures.filtered(
            lambda f: f.subject == "person" and f.date_from == quarter.start
        )
        kpis = figures.kpi_id.sorted(lambda kpi: (kpi.sequence, kpi.id))
        return {
            "company": company,
            "computed_at": max(figures.mapped("computed_at"), default=False),
            "kpis": [
                self._kpi(kpi, of_team.filtered(lambda f, kpi=kpi: f.kpi_id == kpi))
                for kpi in kpis
                if of_team.filtered(lambda f, kpi=kpi: f.kpi_id == kpi)
            ],
            "people": self._people(kpis, present),
        }

    def _kpi(self, kpi, figures):
        """A KPI of the team by quarter: a chart, and what it is made of."""
        last = figures[-1:]
        points = [
            (
                figure._period_name(),
                figure.value if figure.applicable else None,
                figure.value_display,
            )
            for figure in figures
        ]
        # Of a plan the target is what it is measured against, and part of its figure.
        target = last.target if last.has_target and kpi.kind != "plan" else None
        svg = chart.bars(points, target)
        return {
            "name": kpi.name,
            "points": points,
            "numerator": last.numerator_display,
            "denominator": last.denominator_display,
            "chart": "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
        }

    def _people(self, kpis, figures):
        """``[(KPI, [(person, figure as text)])]`` of the present quarter."""
        people = figures.user_id.sorted("name")
        at = {(f.kpi_id, f.user_id): f.value_display for f in figures}
        return {
            "names": people.mapped("name"),
            "rows": [
                (kpi.name, [at.get((kpi, person), "") for person in people])
                for kpi in kpis
                if any((kpi, person) in at for person in people)
            ],
        }
