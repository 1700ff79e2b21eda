"""KPI targets from a file."""

from dateutil.relativedelta import relativedelta

from odoo import api, models


class KeyAccountKpiTarget(models.Model):
    _name = "key.account.kpi.target"
    _inherit = ["key.account.kpi.target", "key.account.importing"]
    _import_columns = ("kpi_id", "user_id", "team_id", "period", "date", "value")

    @api.model
    def _import_examples(self):
        """One for each of the next two months, of a team."""
        kpi = self.env["key.account.kpi"].search([], limit=1)
        team = self.env["crm.team"].search(
            [
                ("is_key_account", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            limit=1,
        )
        label = dict(self._fields["period"]._description_selection(self.env))["month"]
        first = self.env.company._key_account_today().replace(day=1)
        return [
            {
                "kpi_id": kpi.display_name,
                "team_id": team.name,
                "period": label,
                "date": (first + relativedelta(months=months)).isoformat(),
                "value": "800000" if kpi.unit == "amount" else "80",
            }
            for months in (1, 2)
            if kpi and team
        ]
