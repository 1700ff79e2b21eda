"""KPIs of visits beside the plan: reviews in time, revisits."""

from odoo import models
from odoo.tools import SQL

from ..rules import kpi as rules
from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    _inherit = "key.account.kpi"

    def _kpi_facts_review_timeliness(self, company, period):
        """Reviews within the limit ÷ reports handed in in the period, for whoever was
        asked; of reports from before that was recorded, for who reviewed them."""
        start, end = rules.utc_bounds(period, company._key_account_timezone())
        self.env["key.account.visit"].flush_model()
        return KpiFacts(
            "key.account.visit",
            SQL(
                """
                SELECT fact.visit_id AS record_id,
                       COALESCE(visit.review_asked_id, visit.reviewed_by_id) AS user_id,
                       COALESCE(held.team_id, fact.team_id) AS team_id,
                       fact.reviewed_in_time AS numerator,
                       fact.reported AS denominator, 0 AS aside
                  FROM %(visits)s fact
                  JOIN key_account_visit visit ON visit.id = fact.visit_id
             LEFT JOIN (%(held)s) held
                    ON held.account_id = fact.key_account_id
                   AND %(day)s >= held.since AND %(day)s < held.until
                 WHERE fact.company_id = %(company)s AND fact.reported = 1
                   AND fact.reported_on >= %(start)s AND fact.reported_on < %(end)s
                """,
                visits=self.env["key.account.visit.report"]._table_sql,
                held=self._sql_held(company),
                day=self._sql_day(company, SQL("fact.reported_on")),
                company=company.id,
                start=start,
                end=end,
            ),
        )

    def _kpi_facts_revisit_rate(self, company, period):
        """Distinct accounts revisited ÷ distinct accounts with a planned revisit that
        was due in the period, by original date; those revisited without a plan are
        shown apart. An account counts for whose the last of these revisits was; files
        of one customer are one."""
        start, end = rules.utc_bounds(period, company._key_account_timezone())
        self.env["key.account.visit"].flush_model()
        return KpiFacts(
            "key.account",
            SQL(
                """
                SELECT COALESCE(stayed.account_id, fact.key_account_id) AS record_id,
                       (ARRAY_AGG(fact.user_id ORDER BY fact.date_original DESC,
                                  fact.visit_id DESC))[1] AS user_id,
                       (ARRAY_AGG(COALESCE(held.team_id, fact.team_id)
                                  ORDER BY fact.date_original DESC,
                                  fact.visit_id DESC))[1] AS team_id,
                       MAX(fact.planned_held) AS numerator,
                       MAX(fact.planned_due) AS denominator,
                       CASE WHEN MAX(fact.planned_due) = 0
                            THEN MAX(fact.unplanned_held) ELSE 0 END AS aside
                  FROM %(visits)s fact
             LEFT JOIN (%(stayed)s) stayed ON stayed.file_id = fact.key_account_id
             LEFT JOIN (%(held)s) held
                    ON held.account_id = fact.key_account_id
                   AND %(day)s >= held.since AND %(day)s < held.until
                 WHERE fact.company_id = %(company)s AND fact.purpose = 'revisit'
                   AND (fact.planned_due = 1 OR fact.unplanned_held = 1)
                   AND fact.date_original >= %(start)s AND fact.date_original < %(end)s
              GROUP BY COALESCE(stayed.account_id, fact.key_account_id)
                """,
                visits=self.env["key.account.visit.report"]._table_sql,
                stayed=self._sql_survivors(company),
                held=self._sql_held(company),
                day=self._sql_day(company, SQL("fact.date_original")),
                company=company.id,
                start=start,
                end=end,
            ),
        )
