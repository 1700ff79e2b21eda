"""Lists, searches, counts, forms, record rules and KPIs where there is much of
everything: ``make bench ARGS=--scale``.

Measured as each role, with the add-ons' own record rules and without them, in one run
and in turns: as the same person without these rules where they find the same records
then; else the records that the rules let them find are asked for plainly, by lists of
ids worked out beforehand. Forms are compared with the same form of a record that has
little. Times are the best of several.
"""

import argparse
import ast
import os
import sys
import time
from datetime import date, timedelta

import benchmark_fill

from odoo.fields import Domain

ROLES = {
    "specialist_0": "specialist",
    "manager_0": "manager",
    "director": "director",
    "configuration": "configuration",
    "support": "support",
    "reviewer": "contract reviewer",
    "both": "support and reviewer",
    "accountant": "accountant",
    "plain_0": "plain salesperson",
    "asked": "asked to sign off nine",
}
MODELS = (
    *("sale.order", "sale.order.line", "crm.lead", "account.move", "key.account"),
    *("key.account.visit", "key.account.requirement", "key.account.stage.log"),
    *("key.account.approval", "key.account.signature", "key.account.observation"),
    *("key.account.contract.review", "key.account.agreement", "key.account.kpi.sheet"),
)
# Only what the add-ons bring of these views is measured.
OWN_VIEWS = ("key_account", "key_account_reports")
RULES, FORM, KPI = 1.2, 1.5, 1.3
# A difference that nobody feels, in milliseconds.
FELT = 5.0
LIMIT = 80
# Rows that a list within a form shows where its view says nothing else.
LIST_PAGE = 40


class Scale:
    # Of whom and of what is measured; everybody and everything by default.
    roles = models = ()

    def __init__(self, env, rounds):
        self.env, self.rounds, self.missed = env, rounds, []
        self.rules = env["ir.rule"].search(
            [("id", "in", self.ids_of_modules("ir.rule"))]
        )

    def ids_of_modules(self, model):
        data = self.env["ir.model.data"].search(
            [("model", "=", model), ("module", "in", OWN_VIEWS)]
        )
        return data.mapped("res_id")

    def user(self, login):
        return self.env["res.users"].search([("login", "=", f"scale_{login}")])

    def as_user(self, user):
        context = {"lang": "en_US", "tz": "UTC", "allowed_company_ids": [1]}
        return self.env(user=user.id, context=context, su=False)

    # Measuring

    def best(self, call):
        """``(milliseconds, queries, result)`` of the quickest of several."""
        found, result = [], None
        for _round in range(self.rounds):
            self.env.invalidate_all()
            queries, start = self.env.cr.sql_log_count, time.perf_counter()
            result = call()
            spent = (time.perf_counter() - start) * 1000
            found.append((spent, self.env.cr.sql_log_count - queries))
        return (*min(found), result)

    def without_rules(self, call):
        """The same without the add-ons' own record rules."""
        with self.env.cr.savepoint() as savepoint:
            self.rules.active = False
            self.env.flush_all()
            self.env.registry.clear_cache()
            self.best(call)
            found = self.best(call)
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return found

    def compare(self, what, call, alone):
        """Print one line; ``alone`` asks for the same records without a rule."""
        call()
        own = self.best(call)
        beside, than = self.without_rules(call), "without"
        # Nothing found says nothing: without a rule it is nothing of other records.
        if beside[2] != own[2] or not own[2]:
            alone()
            beside, than = self.best(alone), "plainly"
        self.line(what, own, beside, than, RULES)

    def line(self, what, own, beside, than, aim):
        ratio = own[0] / max(beside[0], 0.01)
        met = ratio <= aim or own[0] - beside[0] < FELT
        print(
            f"{what:58}{own[0]:9.1f}{beside[0]:9.1f} {than}{ratio:7.2f}"
            f"{own[1]:6d}{own[1] - beside[1]:+5d}  ≤ {aim:.2f}: "
            f"{'met' if met else 'NOT MET'}",
            flush=True,
        )
        if not met:
            self.missed.append(f"{what.strip()}: {ratio:.2f} (≤ {aim:.2f})")

    # What is measured

    def run(self):
        columns = f"{'with ms':>9}{'beside':>9}{'':9}{'ratio':>6}{'queries':>10}"
        for login, role in ROLES.items():
            if self.roles and login not in self.roles:
                continue
            user = self.user(login)
            print(f"\n{role[0].upper()}{role[1:]:57}{columns}  aim")
            for model in MODELS:
                if model in self.env and (not self.models or model in self.models):
                    self.measure_model(self.as_user(user)[model])
        if self.roles or self.models:
            return self.missed
        print(f"\n{'Forms: with much ÷ with little':58}{columns}  aim")
        self.measure_forms()
        print(f"\n{'KPIs of a year: facts ÷ plain SQL, lists':58}{columns}  aim")
        self.measure_kpis()
        return self.missed

    def measure_model(self, records):
        if not records.has_access("read"):
            return
        readable = self.plainly(records)
        name = records._name
        questions = {
            "list": lambda m, d: m.search(d, limit=LIMIT).ids,
            "count": lambda m, d: m.search_count(d),
            **dict(self.searches(records)),
        }
        for what, question in questions.items():
            self.compare(
                f"  {name} {what}",
                lambda q=question: q(records, Domain.TRUE),
                lambda q=question: q(records.sudo(), readable),
            )

    def plainly(self, records):
        """What the user may read, with every list of ids worked out beforehand."""
        from odoo.addons.key_account.models.shared.id_list import Asked

        alone = records.sudo().with_context(active_test=False)

        def plain(domain):
            if hasattr(domain, "children"):
                return domain.apply(plain(child) for child in domain.children)
            if not isinstance(domain, Asked):
                return domain
            name, value = domain.condition.field_expr, domain.condition.value
            field = alone._fields[name]
            if field.type == "many2one":
                found = alone.env[field.comodel_name].search(value)
                return Domain(name, "in", found.ids)
            return Domain("id", "in", alone.search(domain.condition).ids)

        rules = self.env["ir.rule"].with_env(records.env)
        return plain(rules._compute_domain(records._name, "read"))

    def searches(self, records):
        """The filters and groups that the add-ons' search views offer, of the records
        that their screens show."""
        from lxml import etree

        views = self.env["ir.ui.view"].search(
            [
                ("id", "in", self.ids_of_modules("ir.ui.view")),
                ("model", "=", records._name),
                ("type", "=", "search"),
            ]
        )
        seen = set()
        for view in views:
            shown = self.shown_by(view)
            for node in etree.fromstring(view.arch).iter("filter"):
                key = node.get("domain"), node.get("context"), shown
                if key not in seen:
                    seen.add(key)
                    yield from self.question(records, node, shown)

    def shown_by(self, view):
        """The domain of the screen that has this search view, as text."""
        screens = self.env["ir.actions.act_window"]
        found = screens.search([("search_view_id", "=", view.id)], limit=1)
        return found.domain or "[]"

    def question(self, records, node, shown):
        label = (node.get("string") or node.get("name") or "")[:22]
        try:
            within = Domain(self.evaluated(records, shown))
            domain = Domain(self.evaluated(records, node.get("domain") or "[]"))
            records.search_count(domain & within, limit=1)
        except Exception:
            return
        if node.get("domain"):
            yield (
                f"filter {label}",
                lambda m, d: m.search(domain & within & d, limit=LIMIT).ids,
            )
        elif "group_by" in (node.get("context") or ""):
            group = ast.literal_eval(node.get("context"))["group_by"]
            field = records._fields.get(group.partition(":")[0])
            if field is None or not field.store:
                return
            if field.type in ("date", "datetime") and ":" not in group:
                group += ":month"
            yield (
                f"group by {label}",
                # As many groups may be of other records.
                lambda m, d: [
                    found["__count"]
                    for found in m.formatted_read_group(
                        within & d, [group], ["__count"]
                    )
                ],
            )

    def evaluated(self, records, text):
        from odoo.tools.safe_eval import safe_eval

        return safe_eval(
            text, {"uid": records.env.uid, "context_today": date.today, **_times()}
        )

    def measure_forms(self):
        accounts = self.env["key.account"]
        pair = [
            accounts.search([("name", "=", f"Customer {n}")])
            for n in (benchmark_fill.BIG, benchmark_fill.SMALL)
        ]
        self.measure_form("  key.account, director", "director", *pair)
        orders = self.env["sale.order"]
        for login in ("specialist_0", "manager_0"):
            mine = [("user_id.login", "=", "scale_specialist_0")]
            found = orders.search(mine, limit=2)
            self.measure_form(f"  sale.order, {ROLES[login]}", login, *found)
            found = self.env["crm.lead"].search(mine, limit=2)
            self.measure_form(f"  crm.lead, {ROLES[login]}", login, *found)

    def measure_form(self, what, login, much, little):
        from odoo.tests import Form

        records = self.as_user(self.user(login))[much._name]
        spec = as_shown(Form(records.browse(much.id))._view)

        def opened(record):
            return lambda: records.browse(record.id).web_read(spec) and None

        for record in (much, little):
            opened(record)()
        found = [self.best(opened(record)) for record in (much, little)]
        self.line(what, *found, "little  ", FORM)

    def measure_kpis(self):
        if "key.account.kpi" not in self.env:
            return
        period = self.env["key.account.kpi.sheet"].new({"period": "year"})
        users = self.env["res.users"].search([("login", "like", "scale_")])
        teams = self.env["crm.team"].search([])
        year = period._period()
        for kpi in self.env["key.account.kpi"].search([])._measured():

            def facts(kpi=kpi):
                return kpi._parts(self.env.company, year, users, teams) and None

            beside = (float("inf"), 0)
            if kpi.code == "sales_plan_completion":
                beside = self.best(lambda: self.plain_sales(year))
            own = self.best(facts)
            if beside[0] == float("inf"):
                print(f"  {kpi.code:56}{own[0]:9.1f}{'':31}{own[1]:6d}")
            else:
                self.line(f"  {kpi.code}", own, beside, "SQL     ", KPI)
        self.measure_sheets()

    def plain_sales(self, year):
        self.env.cr.execute(
            """
            SELECT move.invoice_user_id, move.team_id, SUM(-line.balance)
              FROM account_move move
              JOIN account_move_line line
                ON line.move_id = move.id AND line.display_type = 'product'
              JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
              JOIN sale_order_line sol ON sol.id = rel.order_line_id
              JOIN sale_order so ON so.id = sol.order_id
             WHERE move.company_id = %s AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND so.key_account_id IS NOT NULL
               AND move.invoice_date >= %s AND move.invoice_date < %s
          GROUP BY 1, 2
            """,
            [self.env.company.id, year.start, year.end],
        )

    def measure_sheets(self):
        """A list of running appraisal sheets beside a list of their bare columns, both
        with the names that the web client asks of what they refer to."""
        from lxml import etree

        sheets = self.as_user(self.user("director"))["key.account.kpi.sheet"]
        view = self.env.ref("key_account_reports.kpi_sheet_view_list")
        arch = etree.fromstring(sheets.get_view(view.id, "list")["arch"])
        named = {"fields": {"display_name": {}}}
        shown = {
            name: named if sheets._fields[name].type == "many2one" else {}
            for name in (node.get("name") for node in arch.iterfind("./field"))
        }
        bare = {
            name: spec for name, spec in shown.items() if sheets._fields[name].store
        }

        def listed(spec):
            return lambda: sheets.web_search_read([], spec, limit=LIMIT) and None

        found = [self.best(listed(spec)) for spec in (shown, bare)]
        self.line("  list of running sheets", *found, "bare    ", RULES)


def as_shown(view):
    """What a form asks for: of a list within it the columns, and as many rows as its
    page shows."""
    spec = view["fields_spec"]
    for node in view["tree"].iterfind(".//field/list/.."):
        name, rows = node.get("name"), node.find("list")
        if "fields" in spec.get(name, {}):
            columns = {each.get("name") for each in rows.iterfind("./field")}
            fields = spec[name]["fields"]
            spec[name] = {
                **spec[name],
                "fields": {each: fields[each] for each in fields if each in columns},
                "limit": int(rows.get("limit") or LIST_PAGE),
            }
    return spec


def _times():
    from odoo.tools.safe_eval import datetime, dateutil, time

    return {
        "datetime": datetime,
        "relativedelta": dateutil.relativedelta.relativedelta,
        "time": time,
        "timedelta": timedelta,
    }


def parse(doc, rounds, samples, orders=0, chosen=False):
    """The arguments of a benchmark.

    :param doc: what it measures, as its module says
    :param rounds: how many samples are taken, where nobody says; ``samples``: of what
    :param orders: how many orders the database is filled with, where that can be said
    :param chosen: whether it can be said of whom and of what is measured
    """
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("database")
    if orders:
        parser.add_argument("--orders", type=int, default=orders)
    if chosen:
        parser.add_argument("--role", nargs="*", choices=ROLES, help="only theirs")
        parser.add_argument("--model", nargs="*", choices=MODELS, help="only of these")
    said = f"{samples} ({rounds})"
    parser.add_argument("--rounds", type=int, default=rounds, help=said)
    parser.add_argument("--keep", action="store_true", help="filled before")
    return parser.parse_args()


def measured(options, fill, benchmark, remark=""):
    """Fill the database, measure in it, and say how long that took and what was missed.

    :param fill: called with an environment, unless it was filled before
    :param benchmark: class of what is measured
    """
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    def environment(cr):
        return api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [1]})

    start = time.monotonic()
    arguments = ["-c", os.environ["ODOO_RC"], "-d", options.database]
    config.parse_config([*arguments, "--log-level=error"])
    registry = Registry(options.database)
    if not options.keep:
        with registry.cursor() as cr:
            fill(environment(cr))
        print(f"filled in {time.monotonic() - start:.0f} s")
    with registry.cursor() as cr:
        missed = benchmark(environment(cr), options.rounds).run()
        cr.rollback()
    print(f"\n{time.monotonic() - start:.0f} s{remark}")
    print("Aims missed:" if missed else "All aims are met.")
    for line in missed:
        print(f"- {line}")
    return 0


def main():
    options = parse(__doc__, 3, "best of so many", orders=1_000_000, chosen=True)
    Scale.roles, Scale.models = options.role, options.model
    return measured(
        options, lambda env: benchmark_fill.Fill(env, options.orders).run(), Scale
    )


if __name__ == "__main__":
    sys.exit(main())
