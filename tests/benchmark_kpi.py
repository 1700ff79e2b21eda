"""Every KPI where there is much: ``make bench ARGS=--kpi``.

Each KPI measured for everybody in one pass, of a year and of a quarter: time and
queries; the sales plan beside the same sums in plain SQL, and beside what Odoo's own
analysis of sales takes for the same period and people. Then for all people and for a
tenth of them, for as many orders and for a tenth of these, and what the stored figures
cost to be read: their list beside the bare columns, for n rows and for ten times as
many.
"""

import sys
from datetime import timedelta

import benchmark_fill
from benchmark_scale import KPI, RULES, Scale, measured, parse

# Ten times as many people take at most so many times as long.
PEOPLE = 1.5
# Ten times as many records take at most so many times as long.
RECORDS = 12.0
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
            for kpi in self.env["key.account.kpi"].search([])._measured():
                self.measure(kpi, period)
        self.measure_people(period)
        self.measure_records(period)
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
            own = self.best(lambda: self.sale_report(period))
            self.line(f"{name}, facts", facts, own, "analysis", KPI)
        spent, queries, _result = self.best(self.compute(kpi, period))
        print(f"{name:58}{spent:9.1f}{'':24}{queries:10d}")

    def sale_report(self, period):
        """Odoo's own figures of these people: by salesperson, as its pivot asks."""
        self.env["sale.report"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("user_id", "in", self.people.ids),
                ("date", ">=", period.start),
                ("date", "<", period.end),
            ],
            ["user_id"],
            ["price_subtotal:sum"],
        )

    def measure_records(self, period):
        """The sales of a quarter beside those of its tenth."""
        kpi = self.env["key.account.kpi"].search(
            [("code", "=", "sales_plan_completion")]
        )
        days = (period.end - period.start).days // 10
        tenth = period._replace(end=period.start + timedelta(days=days))
        found = [
            self.best(
                lambda span=span: kpi._parts(self.company, span, None, self.teams)
            )
            for span in (period, tenth)
        ]
        self.line("  sales of a quarter, its tenth", *found, "tenth   ", RECORDS)

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
        for kpi in self.env["key.account.kpi"].search([])._measured():
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


def main():
    options = parse(__doc__, 3, "best of so many", orders=1_000_000)
    return measured(
        options, lambda env: benchmark_fill.Fill(env, options.orders).run(), Kpis
    )


if __name__ == "__main__":
    sys.exit(main())
