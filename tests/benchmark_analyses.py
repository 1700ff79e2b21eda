"""The analyses where there is much: ``make bench ARGS=--analyses``.

Each analysis as it opens, for a director, a manager and a specialist: time and queries,
beside the same figures by SQL as somebody would write it by hand for the director, with
the names and in the order that are shown. Then what a dashboard asks, block by block.
"""

import json
import sys

import benchmark_fill
from benchmark_scale import Scale, measured, parse

from odoo.fields import Domain
from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval

# So many times as long as the same SQL by hand.
BY_HAND = 1.5

_VISITS = """
    SELECT visit.team_id, visit.user_id,
           COUNT(*) FILTER (WHERE NOT unplanned
               AND (state IN ('held', 'reported', 'reviewed')
                    OR date_original <= now() AT TIME ZONE 'UTC'
                       AND NOT (state = 'cancelled' AND cancelled_by_customer))),
           COUNT(*) FILTER (WHERE state IN ('held', 'reported', 'reviewed')
                              AND NOT unplanned),
           COUNT(*) FILTER (WHERE state IN ('held', 'reported', 'reviewed')),
           COUNT(*) FILTER (WHERE state IN ('reported', 'reviewed') AND report_in_time)
      FROM key_account_visit visit
 LEFT JOIN crm_team team ON team.id = visit.team_id
 LEFT JOIN res_users person ON person.id = visit.user_id
 LEFT JOIN res_partner name ON name.id = person.partner_id
  GROUP BY visit.team_id, team.sequence, visit.user_id, name.name, person.login
  ORDER BY team.sequence, name.name, person.login
"""
_STEPS = """
    SELECT entry.stage_id, COUNT(*), COUNT(gone.id), AVG(gone.working_hours),
           COUNT(*) FILTER (WHERE gone.in_time),
           COUNT(*) FILTER (WHERE gone.how = 'lost')
      FROM (SELECT *, LEAD(id) OVER (PARTITION BY origin_ref ORDER BY id) AS next_id
              FROM key_account_stage_log) entry
 LEFT JOIN key_account_stage_log gone
        ON gone.id = entry.next_id AND gone.event = 'leave'
     WHERE entry.event = 'enter'
  GROUP BY entry.stage_id
"""
_REQUESTS = """
    SELECT row.level_id, row.dimension, SUM(requests), SUM(approved), SUM(observed),
           AVG(working_hours), SUM(overrides), SUM(amount)
      FROM (
        SELECT request.required_level_id AS level_id, main.dimension, request.amount,
               ending.working_hours, 1 AS requests, 0 AS observed, 0 AS overrides,
               (ending.event = 'approve')::int AS approved
          FROM key_account_approval request
     LEFT JOIN LATERAL (
            SELECT event.event, event.working_hours FROM key_account_approval event
             WHERE event.order_id = request.order_id AND event.id > request.id
               AND event.event <> 'request' ORDER BY event.id LIMIT 1) ending ON TRUE
     LEFT JOIN LATERAL (
            SELECT term.dimension FROM key_account_approval_term term
         LEFT JOIN key_account_authority_level level ON level.id = required_level_id
             WHERE term.approval_id = request.id AND NOT term.within
          ORDER BY level.sequence DESC NULLS FIRST, term.id LIMIT 1) main ON TRUE
         WHERE request.event = 'request'
     UNION ALL
        SELECT required_level_id, dimension, amount, NULL, 0, 1, 0, 0
          FROM key_account_observation
     UNION ALL
        SELECT NULL, NULL, NULL, NULL, 0, 0, 1, 0 FROM key_account_stage_log
         WHERE event = 'leave' AND how = 'override'
           ) row
 LEFT JOIN key_account_authority_level level ON level.id = row.level_id
  GROUP BY row.level_id, row.dimension, level.sequence
  ORDER BY level.sequence
"""
_CONCEDED = """
    SELECT level_id, date_trunc('quarter', last.signed_on), SUM(reference_value),
           SUM(net_value), SUM(reference_value - net_value)
      FROM (SELECT DISTINCT ON (order_id) * FROM key_account_signature
             WHERE event = 'signature' ORDER BY order_id, signed_on DESC, id DESC) last
      JOIN sale_order quotation ON quotation.id = last.order_id
     WHERE last.is_valued AND quotation.state <> 'cancel'
  GROUP BY level_id, date_trunc('quarter', last.signed_on)
"""
_ACCOUNTS = """
    SELECT account.team_id, account.grade, COUNT(*), SUM(account.value_revenue),
           SUM(account.categories_bought), SUM(visit.held), SUM(complaint.received)
      FROM key_account account
 LEFT JOIN (SELECT key_account_id, COUNT(*) AS held FROM key_account_visit
             WHERE state IN ('held', 'reported', 'reviewed')
               AND held_start >= now() AT TIME ZONE 'UTC' - interval '365 days'
          GROUP BY key_account_id) visit ON visit.key_account_id = account.id
 LEFT JOIN (SELECT key_account_id, COUNT(*) AS received FROM key_account_feedback
             WHERE kind = 'complaint' AND state <> 'cancelled'
          GROUP BY key_account_id) complaint ON complaint.key_account_id = account.id
     WHERE account.active
  GROUP BY account.team_id, account.grade
"""
_NO_CONCESSIONS = Domain("kind", "!=", "concession")
_CONCESSIONS = Domain("kind", "=", "concession")

# Name, model, domain, groups and measures as the pivot opens, SQL.
ANALYSES = (
    (
        "visits",
        "key.account.visit.report",
        Domain.TRUE,
        ["team_id", "user_id"],
        [
            *("planned_due:sum", "planned_held:sum", "visit_plan_completion:avg"),
            *("held:sum", "reported_in_time:sum", "report_timeliness:avg"),
        ],
        _VISITS,
    ),
    (
        "steps",
        "key.account.stage.report",
        Domain.TRUE,
        ["stage_id"],
        [
            *("steps:sum", "steps_left:sum", "hours_per_step:avg"),
            *("left_in_time:sum", "timeliness:avg", "conversion:avg", "dropped:sum"),
        ],
        _STEPS,
    ),
    (
        "sign-off",
        "key.account.approval.report",
        _NO_CONCESSIONS,
        ["required_level_id", "dimension"],
        [
            *("requests:sum", "approved:sum", "approval_rate:avg", "observed:sum"),
            *("working_hours:avg", "overrides:sum", "amount:sum"),
        ],
        _REQUESTS,
    ),
    (
        "concessions",
        "key.account.approval.report",
        _CONCESSIONS,
        ["level_id", "date:quarter"],
        [
            *("reference_value:sum", "net_value:sum", "conceded:sum"),
            "concession:avg",
        ],
        _CONCEDED,
    ),
    (
        "accounts",
        "key.account.account.report",
        Domain.TRUE,
        ["team_id", "grade"],
        [
            *("accounts:sum", "amount:sum", "growth:avg", "white_space:avg"),
            *("frequency:avg", "complaints:sum", "conversion:avg", "churn:avg"),
        ],
        _ACCOUNTS,
    ),
)


class Analyses(Scale):
    def run(self):
        columns = f"{'ms':>9}{'beside':>9}{'':9}{'ratio':>6}{'queries':>10}"
        orders = self.env["sale.order"].search_count([])
        print(f"\n{f'{orders} orders':58}{columns}  aim")
        for analysis in ANALYSES:
            self.measure(*analysis)
        for name, login in (
            ("specialist", "specialist_0"),
            ("department", "manager_0"),
            ("direction", "director"),
        ):
            self.measure_dashboard(name, login)
        return self.missed

    def measure(self, name, model, domain, groups, measures, sql):
        def grouped(login):
            report = self.as_user(self.user(login))[model]
            return lambda: report.formatted_read_group(domain, groups, measures) and 0

        def by_hand():
            self.env.cr.execute(sql)
            self.env.cr.fetchall()

        by_hand()
        grouped("director")()
        beside = self.best(by_hand)
        own = self.best(grouped("director"))
        self.line(f"  {name}, director", own, beside, "by hand ", BY_HAND)
        for login in ("manager_0", "specialist_0"):
            grouped(login)()
            spent, queries, _result = self.best(grouped(login))
            print(f"{f'  {name}, {login}':58}{spent:9.1f}{'':24}{queries:10d}")

    def measure_dashboard(self, name, login):
        path = f"key_account_reports/data/dashboards/{name}_dashboard.json"
        with file_open(path) as file:
            content = json.load(file)
        env = self.as_user(self.user(login))

        def opened():
            for pivot in content["pivots"].values():
                domain = Domain(safe_eval(pivot["domain"], {"uid": env.uid}))
                groups = [row["fieldName"] for row in pivot["rows"]]
                measures = [
                    f"{measure['fieldName']}:{measure.get('aggregator', 'sum')}"
                    for measure in pivot["measures"]
                ]
                env[pivot["model"]].formatted_read_group(domain, groups, measures)
            for records in content["lists"].values():
                domain = Domain(safe_eval(records["domain"], {"uid": env.uid}))
                env[records["model"]].search_read(domain, records["columns"], limit=8)

        opened()
        spent, queries, _result = self.best(opened)
        print(f"{f'  dashboard {name}, {login}':58}{spent:9.1f}{'':24}{queries:10d}")


def main():
    options = parse(__doc__, 3, "best of so many", orders=1_000_000)
    return measured(
        options, lambda env: benchmark_fill.Fill(env, options.orders).run(), Analyses
    )


if __name__ == "__main__":
    sys.exit(main())
