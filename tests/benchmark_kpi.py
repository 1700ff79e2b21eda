"""Every KPI where there is much: ``make bench ARGS=--kpi``.

Each KPI measured for everybody in one pass, of a year and of a quarter: time and
queries; the sales plan beside the same sums in plain SQL. Then for all people and for a
tenth of them, and what the stored figures cost to be read: their list beside the bare
columns, for n rows and for ten times as many.
"""

import argparse
import os
import sys
import time
from datetime import timedelta

import benchmark_fill
from benchmark_scale import KPI, RULES, Scale

# Ten times as many people take at most so many times as long.
PEOPLE = 1.5
FEW, MANY = 8, 80


class Kpis(Scale):
    def run(self):
        columns = f"{'ms':>9}{'beside':>9}{'':9}{'ratio':>6}{'queries':>10}"
        orders = self.env["sale.order"].search_count([])
        print(f"\n{f'{orders} orders':58}{columns}  aim")
        company = self.company = self.env.company
        self.Figure = self.env["key.account.kpi.figure"]
        self.people, self.teams = self.Figure._roster(company)
        # The last quarter that is over, and its year: there is most in them.
        day = company._key_account_today() - timedelta(days=92)
        for kind in ("year", "quarter"):
            period = company._key_account_period(kind, day)
            for kpi in self.env["key.account.kpi"].search([]):
                self.measure(kpi, period)
        self.measure_people(period)
        self.measure_list(period)
        return self.missed

    def compute(self, kpi, period, people=None, everybody=True):
        def computed():
            people_ = self.people if people is None else people
            self.Figure._compute(
                self.company, period, kpi, people_, self.teams, everybody=everybody
            )
            self.env.flush_all()

        return computed

    def measure(self, kpi, period):
        name = f"  {kpi.code}, {period.kind}"
        if kpi.code == "sales_plan_completion":
            facts = self.best(
                lambda: kpi._parts(self.company, period, None, self.teams) and None
            )
            beside = self.best(lambda: self.plain_sales(period))
            self.line(f"{name}, facts", facts, beside, "SQL     ", KPI)
        spent, queries, _result = self.best(self.compute(kpi, period))
        print(f"{name:58}{spent:9.1f}{'':24}{queries:10d}")

    def measure_people(self, period):
        kpis = self.env["key.account.kpi"].search([], limit=3)
        tenth = self.people[: len(self.people) // 10]
        found = [
            self.best(self.compute(kpis, period, people, everybody=False))
            for people in (self.people, tenth)
        ]
        title = f"  {len(self.people)} people, {len(tenth)}"
        self.line(title, *found, "tenth   ", PEOPLE)

    def measure_list(self, period):
        for kpi in self.env["key.account.kpi"].search([]):
            self.compute(kpi, period)()
        figures = self.as_user(self.user("director"))[self.Figure._name]
        named = {"fields": {"display_name": {}}}
        shown = {
            "kpi_id": named,
            "user_id": named,
            "numerator_display": {},
            "denominator_display": {},
            "value_display": {},
            "computed_at": {},
        }
        bare = {**shown, "numerator_display": {}, "value": {}, "numerator": {}}
        bare = {
            name: spec for name, spec in bare.items() if figures._fields[name].store
        }

        def listed(spec, limit):
            return lambda: figures.web_search_read([], spec, limit=limit) and None

        for spec in (shown, bare):
            listed(spec, FEW)()
        found = [self.best(listed(spec, MANY)) for spec in (shown, bare)]
        self.line("  list of figures", *found, "bare    ", RULES)
        found = [self.best(listed(shown, limit)) for limit in (MANY, FEW)]
        print(f"  {MANY} rows: {found[0][1]} queries, {FEW} rows: {found[1][1]}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="best of so many (3)")
    parser.add_argument("--keep", action="store_true", help="filled before")
    return parser.parse_args()


def main():
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    options = parse()
    start = time.monotonic()
    if not options.keep:
        benchmark_fill.fill(options.database, options.orders)
        print(f"filled in {time.monotonic() - start:.0f} s")
    arguments = ["-c", os.environ["ODOO_RC"], "-d", options.database]
    config.parse_config([*arguments, "--log-level=error"])
    with Registry(options.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [1]})
        missed = Kpis(env, options.rounds).run()
        cr.rollback()
    print(f"\n{time.monotonic() - start:.0f} s")
    print("Aims missed:" if missed else "All aims are met.")
    for line in missed:
        print(f"- {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
