"""What looking after accounts cost, against what it may."""

from odoo import models
from odoo.tools import SQL

from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    _inherit = "key.account.kpi"

    def _kpi_facts_service_cost_ratio(self, company, period):
        """What was booked on the cost accounts of the customers on days of the period ÷
        what their approved plans allow for these days; company currency.

        A budget is spread evenly over the days of its plan, and counts for each by the
        days on which the account was theirs; a cost for whose the account was on its
        day. What was spent where nobody has set a budget is shown apart: that is no
        budget of zero. An account without a cost account says nothing at all.
        """
        names = ("key.account", "key.account.plan", "key.account.plan.budget")
        for name in (*names, "account.account"):
            self.env[name].flush_model()
        return KpiFacts(
            "key.account",
            SQL(
                """
                WITH held AS MATERIALIZED (%(held)s),
                budget AS MATERIALIZED (%(budgets)s),
                spent AS (%(spent)s)
                SELECT budget.account_id AS record_id, held.user_id, held.team_id,
                       0 AS numerator,
                       budget.amount * (LEAST(budget.after, held.until)
                           - GREATEST(budget.first, held.since)) / budget.days
                           AS denominator,
                       0 AS aside
                  FROM budget
                  JOIN held ON held.account_id = budget.account_id
                   AND held.since < budget.after AND held.until > budget.first
             UNION ALL
                SELECT spent.account_id, held.user_id, held.team_id,
                       CASE WHEN spent.budgeted THEN spent.amount ELSE 0 END, 0,
                       CASE WHEN spent.budgeted THEN 0 ELSE spent.amount END
                  FROM spent
             LEFT JOIN held ON held.account_id = spent.account_id
                   AND spent.date >= held.since AND spent.date < held.until
                """,
                held=self._sql_held(company),
                budgets=self._sql_budgets(company, period),
                spent=self._sql_spent(company, period),
            ),
        )

    def _sql_budgets(self, company, period):
        """Budgets of approved plans, of how many days, and which of these lie in the
        period (``first`` until ``after``)."""
        return SQL(
            """
            SELECT account.id AS account_id, line.amount, plan.until - plan.date_from
                       AS days,
                   GREATEST(plan.date_from, %(start)s) AS first,
                   LEAST(plan.until, %(end)s) AS after
              FROM key_account account
              JOIN (
                SELECT *, COALESCE(date_to + 1, (date_from + INTERVAL '1 year')::date)
                          AS until
                  FROM key_account_plan
              ) plan ON plan.key_account_id = account.id
              JOIN (
                SELECT plan_id, SUM(amount) AS amount
                  FROM key_account_plan_budget
              GROUP BY plan_id
              ) line ON line.plan_id = plan.id
             WHERE account.company_id = %(company)s
               AND account.analytic_account_id IS NOT NULL
               AND plan.active AND plan.kind = 'year'
               AND plan.state IN ('approved', 'closed')
               AND plan.fiscal_year IS NOT NULL
               AND plan.date_from < %(end)s AND plan.until > %(start)s
            """,
            company=company.id,
            start=period.start,
            end=period.end,
        )

    def _sql_spent(self, company, period):
        """What was booked on the days of the period: by account and day, and whether a
        budget is of that day."""
        # In which columns cost accounts stand is no secret of the books.
        lines = self.env["account.analytic.line"].sudo()
        lines.flush_model()
        columns = [
            SQL.identifier("line", name)
            for name in lines._get_plan_fnames()
            if lines._fields[name].store
        ]
        return SQL(
            """
            SELECT account.id AS account_id, line.date, -SUM(line.amount) AS amount,
                   EXISTS (
                    SELECT FROM budget
                     WHERE budget.account_id = account.id
                       AND line.date >= budget.first AND line.date < budget.after
                   ) AS budgeted
              FROM account_analytic_line line
        CROSS JOIN LATERAL UNNEST(ARRAY[%(columns)s]) AS booked (id)
              JOIN key_account account ON account.analytic_account_id = booked.id
         LEFT JOIN account_account general ON general.id = line.general_account_id
             WHERE line.company_id = %(company)s
               AND line.date >= %(start)s AND line.date < %(end)s
               AND %(is_cost)s
          GROUP BY account.id, line.date
            """,
            columns=SQL(", ").join(columns),
            is_cost=self.env["key.account"]._sql_is_cost(),
            company=company.id,
            start=period.start,
            end=period.end,
        )
