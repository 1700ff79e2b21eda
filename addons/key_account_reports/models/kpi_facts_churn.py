"""How much of what customers bought before they buy no more."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..rules import kpi as rules
from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    _inherit = "key.account.kpi"

    def _kpi_facts_revenue_churn(self, company, period):
        """Revenue lost and shrunk ÷ what the same accounts brought in the period
        before: invoiced less credit notes, untaxed, in company currency.

        Who brings more than before makes up for nobody; who brought nothing before is
        not among them. A period that still runs is measured up to today, beside the
        same days of the one before. An account counts for each by the days of the
        period on which it was theirs.
        """
        (first, until), (start, after) = self._compared_days(company, period)
        inside = SQL(
            "(%s OR %s)",
            self._sql_dated(first, until),
            self._sql_dated(start, after),
        )
        return KpiFacts(
            "key.account",
            SQL(
                """
                WITH revenue AS (
                    SELECT sold.key_account_id AS account_id,
                           SUM(sold.untaxed) FILTER (WHERE sold.date < %(start)s)
                               AS before,
                           SUM(sold.untaxed) FILTER (WHERE sold.date >= %(start)s)
                               AS now
                      FROM (%(sold)s) sold
                  GROUP BY sold.key_account_id
                )
                SELECT revenue.account_id AS record_id, held.user_id, held.team_id,
                       share.part * GREATEST(revenue.before
                           - GREATEST(COALESCE(revenue.now, 0), 0), 0) AS numerator,
                       share.part * revenue.before AS denominator,
                       0 AS aside
                  FROM revenue
                  JOIN (%(held)s) held ON held.account_id = revenue.account_id
                   AND held.since < %(after)s AND held.until > %(start)s
            CROSS JOIN LATERAL (
                    SELECT (LEAST(held.until, %(after)s)
                            - GREATEST(held.since, %(start)s))::float
                           / NULLIF(%(after)s::date - %(start)s::date, 0) AS part
                  ) share
                 WHERE revenue.before > 0
                """,
                sold=self._sql_sold_lines(company, inside),
                held=self._sql_held(company),
                start=start,
                after=after,
            ),
        )

    def _compared_days(self, company, period):
        """The days of the period before, and those of this one until today, as pairs of
        the first day and the first one after."""
        day = period.start - timedelta(days=1)
        before = company._key_account_period(period.kind, day)
        today = company._key_account_today()
        after = max(min(period.end, today + timedelta(days=1)), period.start)
        until = before.end
        if after < period.end:
            # The last day is looked for, not the first one after it: 28 February has
            # its like in every year.
            months, one = rules.MONTHS[period.kind], timedelta(days=1)
            until = min(until, fields.Date.subtract(after - one, months=months) + one)
        return (before.start, until), (period.start, after)
