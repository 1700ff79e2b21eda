"""Which accounts were due a visit in a month, and whether they got it."""

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules import visit_cycle
from ..account.key_account import ENDED_STATES

PERIODS = [("last", "Last month"), ("this", "This month"), ("next", "Next month")]


class KeyAccountVisitCoverage(models.Model):
    """One row per account and month (the last, this and the next): how many visits its
    policy asks for, how many are planned, how many were held.

    Read when it is opened, by one query over the accounts that the user may read. What
    is due is counted as ``rules.visit_cycle.wanted()`` does.
    """

    _name = "key.account.visit.coverage"
    _description = "Visit Coverage"
    _auto = False
    _rec_name = "key_account_id"
    _order = "month, missing desc, grade, key_account_id"

    key_account_id = fields.Many2one("key.account", string="Account", readonly=True)
    user_id = fields.Many2one("res.users", string="Specialist", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    grade = fields.Selection(
        [(letter, letter) for letter in "ABCD"], string="Importance", readonly=True
    )
    month = fields.Date(readonly=True)
    period = fields.Selection(PERIODS, readonly=True)
    due = fields.Integer(string="Visits due", readonly=True)
    planned = fields.Integer(readonly=True)
    held = fields.Integer(readonly=True)
    missing = fields.Integer(
        string="Still to plan",
        readonly=True,
        help="Due, and neither held nor planned.",
    )
    last_visit = fields.Date(
        "Last visit", readonly=True, help="Day of the last visit held before the month."
    )

    @property
    def _table_query(self):
        self.env["key.account.visit"].flush_model()
        # Their rules are asked here: the rows of other accounts are not even read.
        accounts = self.env["key.account"]._search(
            Domain("state", "not in", ENDED_STATES)
        )
        return SQL(
            """
            WITH account AS MATERIALIZED (
                SELECT id, company_id, user_id, team_id, grade FROM key_account
                 WHERE id IN %(accounts)s
            ), span (company_id, nth, period, first, after, number, zone,
                today) AS (%(spans)s),
            policy (company_id, grade, a_month, least, most) AS (%(policies)s),
            visit AS MATERIALIZED (%(visits)s),
            visited AS (%(visited)s)
            SELECT account.id::bigint * 10 + span.nth AS id,
                   account.id AS key_account_id, account.user_id, account.team_id,
                   account.company_id, account.grade, span.first AS month, span.period,
                   wanted.due, visited.planned, visited.held, visited.last_visit,
                   GREATEST(wanted.due - visited.planned - visited.held, 0) AS missing
              FROM account
              JOIN span ON span.company_id = account.company_id
              JOIN visited ON visited.account_id = account.id
               AND visited.nth = span.nth
         LEFT JOIN policy ON policy.company_id = account.company_id
               AND policy.grade = COALESCE(account.grade, '')
        CROSS JOIN LATERAL (SELECT (CASE
                   WHEN COALESCE(policy.a_month, 0) <= 0 THEN 0
                   WHEN policy.a_month >= 1 THEN
                        FLOOR((span.number + 1) * policy.a_month + 0.000001)
                        - FLOOR(span.number * policy.a_month + 0.000001)
                   WHEN visited.before IS NULL THEN 1
                   WHEN span.number - visited.before >= policy.most THEN 1
                   WHEN span.number - visited.before >= policy.least
                    AND FLOOR((span.number + 1) * policy.a_month + 0.000001)
                        > FLOOR((visited.before + 1) * policy.a_month + 0.000001)
                   THEN 1
                   ELSE 0 END)::int AS due) wanted
            """,
            accounts=accounts.subselect(),
            spans=self._spans(),
            policies=self._policies(),
            visits=self._visits(),
            visited=self._visited(),
        )

    def _visits(self):
        """Visits held, on the day on which they were, and those ahead: one whose day
        went by without it did not take place. Their day is that of their company. Those
        in files that were merged are visits to the same customer."""
        merged = self.env["key.account"]._merged_away()
        return SQL(
            """
            SELECT each.key_account_id, each.held, each.day,
                   EXTRACT(YEAR FROM each.day) * 12 + EXTRACT(MONTH FROM each.day)
                       AS number
              FROM (
                SELECT account.id AS key_account_id, span.today, took.place AS held,
                       ((CASE WHEN took.place
                              THEN COALESCE(visit.held_end, visit.date_start)
                              ELSE visit.date_start END AT TIME ZONE 'UTC')
                        AT TIME ZONE span.zone)::date AS day
                  FROM key_account_visit visit
            CROSS JOIN LATERAL (
                       SELECT visit.state IN ('held', 'reported', 'reviewed') AS place
                  ) took
             LEFT JOIN unnest(%(files)s::int[], %(accounts)s::int[])
                       AS merged (file_id, account_id)
                    ON merged.file_id = visit.key_account_id
                  JOIN account
                    ON account.id = COALESCE(merged.account_id, visit.key_account_id)
                  JOIN span ON span.company_id = account.company_id AND span.nth = 0
                 WHERE visit.state <> 'cancelled'
              ) each
             WHERE each.held OR each.day >= each.today
            """,
            files=list(merged),
            accounts=list(merged.values()),
        )

    def _visited(self):
        """Per account and month: visits planned and held in it, and the month of the
        last one before, as the plan counts it."""
        return SQL(
            """
            SELECT account.id AS account_id, span.nth,
                   COUNT(*) FILTER (WHERE NOT visit.held AND %(within)s) AS planned,
                   COUNT(*) FILTER (WHERE visit.held AND %(within)s) AS held,
                   MAX(visit.day) FILTER (WHERE visit.held AND visit.day < span.first)
                       AS last_visit,
                   MAX(visit.number) FILTER (WHERE visit.day < span.first) AS before
              FROM account
              JOIN span ON span.company_id = account.company_id
         LEFT JOIN visit ON visit.key_account_id = account.id
          GROUP BY account.id, span.nth
            """,
            within=SQL("visit.day >= span.first AND visit.day < span.after"),
        )

    def _companies(self):
        # Whose the accounts are is asked of the accounts.
        return self.env["res.company"].sudo().search(Domain.TRUE)

    def _spans(self):
        """The last month, this one and the next of each company, by its own day."""
        rows = []
        for company in self._companies():
            today = company._key_account_today()
            this = today.replace(day=1)
            zone = company._key_account_time_zone(company.id)
            for nth, (period, _label) in enumerate(PERIODS):
                first = this + relativedelta(months=nth - 1)
                rows.append(
                    SQL(
                        "(%s, %s, %s, %s::date, %s::date, %s, %s, %s::date)",
                        company.id,
                        nth,
                        period,
                        first,
                        first + relativedelta(months=1),
                        first.year * 12 + first.month,
                        zone,
                        today,
                    )
                )
        return SQL("VALUES %s", SQL(", ").join(rows))

    def _policies(self):
        policies = self.env["key.account.policy"]._by_grade(self._companies())
        return SQL(
            "VALUES %s",
            SQL(", ").join(
                self._policy_row(
                    company, grade, policy.visits_per_month if policy else 0
                )
                for (company, grade), policy in policies.items()
            ),
        )

    def _policy_row(self, company, grade, a_month):
        """How often a month, and from which to which month one is due."""
        spans = visit_cycle.months_between(a_month) if 0 < a_month < 1 else (0, 0)
        return SQL(
            "(%s, %s, %s::numeric, %s, %s)", company, grade or "", a_month, *spans
        )

    def action_new_visit(self):
        return self.key_account_id.action_new_visit()
