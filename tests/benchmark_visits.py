"""200 000 visits and as many contacts of canvassing: ``make bench ARGS=--visits``.

What the screens ask for (list, kanban, month of the calendar, pivot, coverage, each
filter and group of the search, counts) as specialist, manager, support and director,
beside the same as the same person without the record rules of our models, asked for the
same records by lists of ids that are known beforehand. Both in turns; times are
the best of several. And that ten times the rows on a screen cost no query more.
"""

import sys
import time
from datetime import timedelta
from unittest.mock import patch

import benchmark_fill
from benchmark_scale import FELT, LIMIT, RULES, Scale, measured, parse

from odoo.fields import Domain

VISITS, ENTRIES, A_DAY, PARTICIPANTS = 200_000, 200_000, 20, 50_000
# The last of the visits are ahead.
AHEAD = 30
ROLES = ("specialist_0", "manager_0", "support", "director")
# What the web client counts at most before it says "10 000+".
COUNTED = 10_001
VISIT, CANVASS = "key.account.visit", "key.account.canvass"
COVERAGE = "key.account.visit.coverage"


class FillVisits(benchmark_fill.Fill):
    def run(self):
        for step in (
            *(self.make_people, self.make_models, self.copy_accounts),
            *(self.copy_visits, self.copy_participants),
            *(self.make_markets, self.copy_entries),
        ):
            start = time.monotonic()
            step()
            self.env.cr.commit()
            self.say(f"{step.__name__:18}{time.monotonic() - start:6.0f} s")
        self.analyze()

    def moment(self, count):
        return f"({super().moment(count)} + interval '{AHEAD} days')"

    def copy_visits(self):
        """Those ahead are planned, and what is older than a month is over."""
        super().copy_visits()
        self.cr.execute(
            "UPDATE key_account_visit SET state = 'planned', held_start = NULL,"
            " held_end = NULL, reported_on = NULL"
            " WHERE date_start > now() at time zone 'UTC' AND state <> 'cancelled'"
        )
        self.cr.execute(
            "UPDATE key_account_visit SET state = 'reviewed'"
            " WHERE date_start < now() at time zone 'UTC' - interval '30 days'"
            " AND state <> 'cancelled'"
        )
        self.cr.execute(
            "UPDATE key_account_visit SET review_deadline = held_end"
            " + interval '2 days', report_deadline = held_end + interval '1 day'"
        )

    def copy_participants(self):
        first = self.base["key_account_visit"] + 1
        participant = self.env["key.account.visit.participant"].create(
            {"visit_id": self.visit.id, "user_id": self.managers[0].id}
        )
        self.env.flush_all()
        place = f"((4 * g * 7919::bigint) % {benchmark_fill.ACCOUNTS})"
        self.copy(
            "key_account_visit_participant",
            participant.id,
            PARTICIPANTS,
            {
                "visit_id": f"{first} + 4 * g",
                "key_account_id": f"{self.accounts} + {place}",
                "user_id": self.ids(self.managers, "g"),
            },
        )

    def make_markets(self):
        """One of each specialist, with the first report and contact of theirs."""
        self.markets, self.canvassers = [], []
        for user in self.specialists:
            env = self.env(user=user.id)
            market = env["key.account.market"].create({"name": user.name})
            self.entry = env[CANVASS].create(
                {"name": "Shop", "market_id": market.id, "phone": "1"}
            )
            self.markets.append(market)
            self.canvassers.append(self.entry.canvasser_id)
        self.env.flush_all()

    def copy_entries(self):
        people = len(self.specialists)
        day = f"(current_date - 1 - (g / {people}))::date"
        first = self.copy(
            "key_account_canvass_day",
            self.entry.day_id.id,
            ENTRIES // A_DAY,
            {
                "date": day,
                "week_start": f"date_trunc('week', {day})::date",
                "user_id": self.ids(self.specialists, "g"),
                "canvasser_id": self.ids(self.canvassers, "g"),
                "team_id": self.ids(self.teams, f"g % {people}"),
                "state": "CASE WHEN g < 120 THEN 'draft' ELSE 'handed_in' END",
            },
        )
        number = f"(g / {A_DAY})"
        self.copy(
            "key_account_canvass",
            self.entry.id,
            ENTRIES,
            {
                "name": "'Shop ' || g",
                "name_key": "'shop' || g % 190000",
                "phone": "g::text",
                "phone_key": "(13000000000 + g % 195000)::text",
                "day_id": f"{first} + {number}",
                "date": f"(current_date - 1 - ({number} / {people}))::date",
                "user_id": self.ids(self.specialists, number),
                "canvasser_id": self.ids(self.canvassers, number),
                "market_id": self.ids(self.markets, number),
                "team_id": self.ids(self.teams, f"{number} % {people}"),
                "place_id": "NULL",
                "interest": "(g % 4)::text",
                "next_step": "'To call'",
                "next_date": "CASE WHEN g % 5 = 0 THEN current_date - 20 + g % 40 END",
            },
        )


class Visits(Scale):
    def run(self):
        columns = f"{'with ms':>9}{'beside':>9}{'':9}{'ratio':>6}{'queries':>10}"
        for login in ROLES:
            env = self.as_user(self.user(login))
            found = {name: env[name].search_count([]) for name in (VISIT, CANVASS)}
            title = f"{login}: {found[VISIT]} visits, {found[CANVASS]} contacts"
            print(f"\n{title:58}{columns}  aim")
            self.measure_screens(env[VISIT], self.default(env[VISIT]))
            self.measure_screens(env[CANVASS], Domain.TRUE)
            self.measure_coverage(env[COVERAGE])
        return self.missed

    def default(self, visits):
        """What the menu shows at first."""
        found = [
            node.get("domain")
            for node in self.search_filters(visits)
            if node.get("name") in ("filter_ours", "filter_not_cancelled")
        ]
        return Domain.AND(Domain(self.evaluated(visits, text)) for text in found)

    def search_filters(self, records):
        from lxml import etree

        arch = records.get_view(view_type="search")["arch"]
        return etree.fromstring(arch).iter("filter")

    # Measuring

    def in_turns(self, what, call, plain):
        """Print one line: the call beside the plain one, by turns."""
        found = []
        for _round in range(self.rounds + 1):
            own = self.best_of_one(call)
            with self.no_rules_of_ours():
                found.append((own, self.best_of_one(plain)))
        own, beside = (
            (min(time for time, _queries in side), side[-1][1])
            for side in zip(*found[1:], strict=True)
        )
        self.line(what, own, beside, "plainly", RULES)

    def no_rules_of_ours(self):
        """Our models have no record rule, without a cache being lost."""
        rules = type(self.env["ir.rule"])
        asked = rules._compute_domain

        def compute_domain(self, model_name, mode="read"):
            if model_name.startswith("key.account"):
                return Domain.TRUE
            return asked(self, model_name, mode)

        return patch.object(rules, "_compute_domain", compute_domain)

    def best_of_one(self, call):
        self.env.invalidate_all()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        call()
        spent = (time.perf_counter() - start) * 1000
        return spent, self.env.cr.sql_log_count - queries

    def measure_screens(self, records, default):
        plain = self.plainly(records)
        name = records._name.rpartition(".")[2]
        screens = {
            **self.screens(records, default),
            "count": lambda m, d, limit: m.search_count(d),
        }
        for what, screen in screens.items():
            self.beside(f"  {name} {what}", screen, records, plain)
            self.measure_sizes(f"  {name} {what}, ten times the rows", screen, records)
        for what, question in self.searches(records):
            self.beside(
                f"  {name} {what}",
                lambda m, d, limit, q=question: q(m, d),
                records,
                plain,
            )

    def beside(self, what, screen, records, plain):
        self.in_turns(
            what,
            lambda: screen(records, Domain.TRUE, LIMIT),
            lambda: screen(records, plain, LIMIT),
        )

    def measure_sizes(self, what, screen, records):
        for limit in (LIMIT // 10, LIMIT):
            screen(records, Domain.TRUE, limit)
        little, much = (
            self.best_of_one(lambda n=n: screen(records, Domain.TRUE, n))
            for n in (LIMIT // 10, LIMIT)
        )
        met = much[1] <= little[1]
        if not met:
            print(f"{what:58}{much[1]:6d}{much[1] - little[1]:+5d}  +0: NOT MET")
            self.missed.append(f"{what.strip()}: {much[1] - little[1]:+d} queries")

    def screens(self, records, default):
        """``{what: call(model, domain, rows)}``: what the web client asks."""
        found = {}
        for kind in ("list", "kanban"):
            spec = self.shown(records, kind)
            order = "agenda" if kind == "kanban" and "agenda" in records else None
            for what, first in (("", Domain.TRUE), (" at first", default)):
                if what and first.is_true():
                    continue
                found[kind + what] = lambda m, d, limit, s=spec, f=first, o=order: (
                    m.web_search_read(
                        f & d, s, limit=limit, count_limit=COUNTED, order=o
                    )
                )
        if records._name == VISIT:
            found.update(self.visit_screens(records, default))
        else:
            found["pivot"] = lambda m, d, limit: m.formatted_read_group(
                d, ["user_id", "interest"], ["__count"]
            )
        return found

    def visit_screens(self, records, default):
        names = list(self.shown(records, "calendar"))
        names += ["date_start", "date_end", "display_name"]
        today = records.env.company._key_account_today()
        month = Domain("date_start", "<=", today + timedelta(days=22)) & Domain(
            "date_end", ">=", today - timedelta(days=20)
        )
        return {
            "month": lambda m, d, limit: m.search_read(month & d, names),
            "month at first": lambda m, d, limit: m.search_read(
                month & default & d, names
            ),
            "pivot": lambda m, d, limit: m.formatted_read_group(
                d, ["user_id", "date_start:month"], ["__count"]
            ),
            "kanban by state": lambda m, d, limit: (
                m.web_read_group(d, ["state"], ["__count"], limit=limit),
                m.read_progress_bar(
                    d,
                    "state",
                    {"field": "outcome", "colors": {"achieved": "success"}},
                ),
            ),
        }

    def shown(self, records, kind):
        """``{field: spec}`` of a view, as the web client asks for it."""
        from lxml import etree

        arch = etree.fromstring(records.get_view(view_type=kind)["arch"])
        spec = {}
        for name in {node.get("name") for node in arch.iter("field")}:
            field = records._fields[name]
            named = field.type in ("many2one", "many2many")
            spec[name] = {"fields": {"display_name": {}}} if named else {}
        return spec

    def measure_coverage(self, coverage):
        """Its rows hang on the accounts: beside the same of as many accounts whose ids
        are known."""
        accounts = coverage.env["key.account"].search([])
        plain = Domain("key_account_id", "in", accounts.ids)
        this = Domain("period", "=", "this")
        spec = self.shown(coverage, "list")
        screens = {
            "list": lambda m, d, limit: m.web_search_read(this & d, spec, limit=limit),
            "missing": lambda m, d, limit: m.web_search_read(
                this & d & Domain("missing", ">", 0), spec, limit=limit
            ),
            "pivot": lambda m, d, limit: m.formatted_read_group(
                d,
                ["team_id", "user_id", "period"],
                ["due:sum", "held:sum", "planned:sum", "missing:sum"],
            ),
        }
        for what, screen in screens.items():
            self.in_turns(
                f"  coverage {what}",
                lambda s=screen: s(coverage, Domain.TRUE, LIMIT),
                lambda s=screen: s(coverage, plain, LIMIT),
            )
            self.measure_sizes(f"  coverage {what}, ten times", screen, coverage)


def main():
    return measured(
        parse(__doc__, 5, "pairs of samples"),
        lambda env: FillVisits(env, VISITS * 5).run(),
        Visits,
        f"; a difference under {FELT} ms is none",
    )


if __name__ == "__main__":
    sys.exit(main())
