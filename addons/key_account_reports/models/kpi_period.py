"""A month, quarter or year of the fiscal calendar."""

from odoo import api, fields, models

from ..rules import kpi as rules


class KeyAccountKpiPeriod(models.AbstractModel):
    """A month, quarter or year of a company's fiscal calendar, chosen by any day in it.

    The first and the last day are stored, so that a later change of the fiscal calendar
    leaves what has been planned or appraised as it was.
    """

    _name = "key.account.kpi.period"
    _description = "KPI Period"
    _reckoned = frozenset(("date",))

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    period = fields.Selection(
        selection="_selection_period",
        required=True,
        default="quarter",
    )
    date = fields.Date(
        string="Period containing",
        required=True,
        default=lambda self: self.env.company._key_account_today(),
    )
    date_from = fields.Date(
        string="From", compute="_compute_dates", store=True, precompute=True, index=True
    )
    date_to = fields.Date(
        string="To",
        compute="_compute_dates",
        store=True,
        precompute=True,
        help="Last day, included.",
    )

    @api.depends("company_id", "period", "date")
    def _compute_dates(self):
        for record in self:
            if not (record.company_id and record.period and record.date):
                record.date_from = record.date_to = False
                continue
            period = record.company_id._key_account_period(record.period, record.date)
            record.date_from = period.start
            record.date_to = period.last_day

    @api.model
    def _selection_period(self):
        return [
            ("month", self.env._("Month")),
            ("quarter", self.env._("Quarter")),
            ("year", self.env._("Year")),
        ]

    def _period(self):
        """The stored period in the form that rules/kpi.py works with."""
        self.ensure_one()
        return rules.Period(
            self.period, self.date_from, fields.Date.add(self.date_to, days=1)
        )

    def _period_name(self):
        """For titles: "2025", "Q3 2025", "2025-07"; a fiscal year is named for its last
        day."""
        self.ensure_one()
        if not self.date_from:
            return ""
        calendar = (
            int(self.company_id.fiscalyear_last_month),
            self.company_id.fiscalyear_last_day,
        )
        year = rules.fiscal_year(self.date_from, *calendar).last_day.year
        if self.period == "month":
            return self.date_from.strftime("%Y-%m")
        if self.period == "quarter":
            quarter = rules.ordinal(self._period(), *calendar)
            return self.env._("Q%(quarter)s %(year)s", quarter=quarter, year=year)
        return str(year)
