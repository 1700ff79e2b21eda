"""The file of a thousand accounts with 100 000 orders behind it: ``make bench
ARGS=--accounts``.

The weekly proposals and the value classes beside the same sums in plain SQL; "My Day"
with all accounts and with a tenth of them; the form of an account with 2 000 orders and
200 visits beside that of one with two each. Times are medians of neighbouring runs.
"""

import statistics
import sys
import time
from datetime import timedelta

import benchmark_fill
from benchmark_scale import Scale, measured, parse

ORDERS = 100_000
VISITS_MUCH, VISITS_LITTLE = 200, 2
SQL_AIM = 1.5
MONTH_ACCOUNTS, MONTH_PEOPLE, MONTH_AIM = 300, 10, 2000
# Of so many customers at least something can be said.
NOBODY, EVERYBODY = 10**12, 1
# What the list of "My Day" shows.
DAY = {name: {} for name in ("date", "subject", "reason", "urgency", "res_id")} | {
    name: {"fields": {"display_name": {}}}
    for name in ("step_id", "user_id", "key_account_id")
}
SALES = """
    SELECT o.company_id, c.commercial_partner_id,
           sum(o.amount_untaxed / nullif(o.currency_rate, 0))
               FILTER (WHERE o.date_order >= now() - interval '12 months'),
           sum(o.amount_untaxed / nullif(o.currency_rate, 0))
               FILTER (WHERE o.date_order < now() - interval '12 months'),
           count(*) FILTER (WHERE o.date_order >= now() - interval '12 months')
      FROM sale_order o JOIN res_partner c ON c.id = o.partner_id
     WHERE o.state = 'sale' AND o.date_order >= now() - interval '24 months'
       AND o.company_id = %(company)s AND c.commercial_partner_id = ANY(%(partners)s)
  GROUP BY 1, 2
"""
MARGINS = """
    SELECT o.company_id, c.commercial_partner_id,
           sum(l.price_subtotal / nullif(o.currency_rate, 0) - l.product_uom_qty
               * (p.standard_price ->> o.company_id::text)::numeric)
      FROM sale_order o JOIN res_partner c ON c.id = o.partner_id
      JOIN sale_order_line l ON l.order_id = o.id
      JOIN product_product p ON p.id = l.product_id
     WHERE o.state = 'sale' AND o.date_order >= now() - interval '12 months'
       AND o.company_id = %(company)s AND c.commercial_partner_id = ANY(%(partners)s)
  GROUP BY 1, 2
"""


class Accounts(Scale):
    def __init__(self, env, rounds):
        super().__init__(env, rounds)
        self.company = env.company
        self.accounts = env["key.account"].search([("name", "like", "Customer ")])
        self.big, self.small = (
            self.accounts.filtered(lambda a, n=n: a.name == f"Customer {n}")
            for n in (benchmark_fill.BIG, benchmark_fill.SMALL)
        )

    def run(self):
        self.give_visits()
        columns = f"{'ms':>9}{'beside':>9}{'':9}{'ratio':>6}{'queries':>10}"
        orders = self.env["sale.order"].search_count([])
        title = f"{orders} orders, {len(self.accounts)} accounts"
        print(f"\n{title:58}{columns}  aim")
        self.measure_identification()
        self.measure_values()
        self.measure_day()
        self.measure_month()
        self.measure_form("  account, specialist", "specialist_0", self.big, self.small)
        self.measure_form("  account, director", "director", self.big, self.small)
        return self.missed

    def give_visits(self):
        """One account with many visits, one with few; both of the same specialist."""
        cr = self.env.cr
        cr.execute(
            "UPDATE key_account SET user_id = %s, team_id = %s WHERE id = ANY(%s)",
            [
                self.user("specialist_0").id,
                self.big.team_id.id,
                [self.big.id, self.small.id],
            ],
        )
        for account, number in ((self.small, VISITS_LITTLE), (self.big, VISITS_MUCH)):
            cr.execute(
                "UPDATE key_account_visit SET key_account_id = %s"
                " WHERE key_account_id = %s",
                [self.accounts[-1].id, account.id],
            )
            cr.execute(
                "UPDATE key_account_visit SET key_account_id = %s, user_id = %s,"
                " team_id = %s WHERE id IN (SELECT id FROM key_account_visit"
                " WHERE key_account_id <> %s LIMIT %s)",
                [
                    *(account.id, self.user("specialist_0").id, self.big.team_id.id),
                    *(self.small.id, number),
                ],
            )
        self.env.invalidate_all()
        readers = self.accounts._fields["access_user_ids"]
        self.env.add_to_compute(readers, self.big | self.small)
        self.env.flush_all()
        cr.execute("ANALYZE key_account_visit")

    # Beside plain SQL

    def in_turns(self, what, call, *queries, partners=None):
        """Print one line: the call beside these queries, both by turns."""
        partners = partners or self.env["res.partner"].search([])
        values = {"company": self.company.id, "partners": partners.ids}

        def plain():
            for query in queries:
                self.env.cr.execute(query, values)
                self.env.cr.fetchall()

        found = [(self.undone(call), self.once(plain)) for _round in range(self.rounds)]
        own, beside = (
            (statistics.median(time for time, _queries in side), side[0][1])
            for side in zip(*found, strict=True)
        )
        self.line(f"  {what}", own, beside, "SQL     ", SQL_AIM)

    def undone(self, call):
        """Once, and what it wrote taken back: else each would meet the dead rows of
        those before it."""
        with self.env.cr.savepoint() as savepoint:
            found = self.once(call)
            savepoint.rollback()
        return found

    def once(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        call()
        self.env.flush_all()
        spent = (time.perf_counter() - start) * 1000
        return spent, self.env.cr.sql_log_count - queries

    def measure_identification(self):
        proposals = self.env["key.account.proposal"]
        asked = {
            "nobody is proposed": ({"amount": NOBODY}, (SALES,)),
            "all are proposed, as last week": ({"amount": EVERYBODY}, (SALES,)),
            "by margin": ({"amount": NOBODY, "margin": NOBODY}, (SALES, MARGINS)),
        }
        for what, (criteria, queries) in asked.items():
            self.company.write(
                {f"key_account_propose_{name}": n for name, n in criteria.items()}
            )
            first = self.once(proposals._cron_identify)
            print(f"  proposals, {what}: the first time {first[0]:.0f} ms")
            self.in_turns(f"proposals, {what}", proposals._cron_identify, *queries)

    def measure_values(self):
        accounts = self.env["key.account"]
        first = self.once(accounts._cron_value_classes)
        print(f"  value classes: the first time {first[0]:.0f} ms")
        self.in_turns(
            "value classes, as yesterday",
            accounts._cron_value_classes,
            SALES,
            MARGINS,
            partners=accounts.search([]).partner_id,
        )

    # My Day

    def measure_day(self):
        for login in ("specialist_0", "manager_0", "director"):
            lines = self.as_user(self.user(login))["key.account.next.step.line"]

            def ask(lines=lines):
                lines.web_read_group([], ["urgency"], ["__count"])
                return lines.web_search_read([], DAY, limit=80)["length"]

            self.best(ask)
            much = self.best(ask)
            with self.env.cr.savepoint() as savepoint:
                self.leave_a_tenth()
                self.best(ask)
                little = self.best(ask)
                savepoint.rollback()
            self.env.invalidate_all()
            met = much[1] <= little[1]
            what = f"  My Day, {login}: {much[2]} lines, {little[2]} of a tenth"
            print(
                f"{what:58}{much[0]:9.1f}{little[0]:9.1f}{'':15}"
                f"{much[1]:6d}{much[1] - little[1]:+5d}  no query more: "
                f"{'met' if met else 'NOT MET'}"
            )
            if not met:
                self.missed.append(f"{what.strip()}: {much[1] - little[1]:+d} queries")

    def measure_month(self):
        """Next month's visits of ten people with 300 accounts, proposed and accepted,
        by their director; nothing stays."""
        env = self.as_user(self.user("director"))
        accounts = env["key.account"].browse(self.accounts[:MONTH_ACCOUNTS].ids)
        people = accounts.user_id[:MONTH_PEOPLE]
        next_month = env.company._key_account_today().replace(day=1)
        next_month = (next_month + timedelta(days=32)).replace(day=1)
        with self.env.cr.savepoint() as savepoint:
            for number, account in enumerate(accounts.sudo()):
                grade, person = "ABCD"[number % 4], people[number % len(people)]
                account._set_kept({"grade": grade})
                account.user_id = person
            env.flush_all()
            plan = env["key.account.visit.plan"].create(
                {
                    "month": next_month,
                    "person_ids": [(6, 0, people.ids)],
                    "company_id": env.company.id,
                }
            )
            took, queries = self.once(plan.action_propose)
            lines = plan.line_ids
            placed = lines.filtered(lambda line: line.state == "proposed")
            what = f"  month proposed: {len(placed)} of {len(lines)} placed"
            met = took < MONTH_AIM
            print(
                f"{what:58}{took:9.1f}{'':24}{queries:6d}  under {MONTH_AIM} ms: "
                f"{'met' if met else 'NOT MET'}"
            )
            if not met:
                self.missed.append(f"{what.strip()}: {took:.0f} ms")
            took, queries = self.once(plan.action_accept)
            print(f"{'  accepted':58}{took:9.1f}{'':24}{queries:6d}")
            coverage = env["key.account.visit.coverage"]
            took, queries = self.once(
                lambda: coverage.web_search_read(
                    [("period", "=", "next")], {"missing": {}}, limit=80
                )
            )
            print(f"{'  coverage, first 80':58}{took:9.1f}{'':24}{queries:6d}")
            savepoint.rollback()
        self.env.invalidate_all()

    def leave_a_tenth(self):
        self.env.cr.execute("UPDATE key_account SET active = FALSE WHERE id % 10 > 0")
        self.env.cr.execute(
            "UPDATE key_account_visit SET state = 'reviewed'"
            " WHERE key_account_id % 10 > 0"
        )
        self.env.invalidate_all()


def fill(env):
    filling = benchmark_fill.Fill(env, ORDERS)
    for step in (
        *(filling.make_people, filling.make_models, filling.copy_accounts),
        *(filling.copy_leads, filling.copy_visits, filling.copy_orders),
    ):
        step()
        env.cr.commit()
    # So that there is a margin.
    env["product.product"].search([("name", "=", "Part")]).standard_price = 60.0
    env.cr.commit()
    filling.analyze()


def main():
    return measured(parse(__doc__, 5, "pairs of samples"), fill, Accounts)


if __name__ == "__main__":
    sys.exit(main())
