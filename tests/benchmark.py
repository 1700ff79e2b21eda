"""What the add-ons cost on a quotation: with them ÷ plain Odoo (``make bench``).

Two processes hold one database each, one without and one with the add-ons. They work
in turns (plain, own, own, plain, …), so that both meet the same state of the machine.
Every sample is one request as the web client makes it: its own transaction with cold
caches, the call as a salesperson through ``call_kw``, flush and precommit hooks
(tracking messages), then rollback.

The controls are on (mode ``enforce``) in the database with the add-ons. Two customers:
one who is no key account, and a key account whose quotation its author may promise.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
import traceback

PLAIN, OWN = "ka_bench_plain", "ka_bench"
CASES = {"plain": "Customer who is no key account", "key": "Key account, within limits"}
OPERATIONS = {
    "create": "create, ten lines",
    "reference": "write the customer's reference",
    "payment_term": "write the payment term",
    "line": "write a line",
    "form_line": "write a line on the form",
    "confirm": "confirm",
    "open_form": "open the form",
    "list": "list of 80",
}
# Largest ratio of time, and largest number of queries more.
AIMS = {"plain": (1.05, 2), "key": (1.10, 6)}
LIST_AIM = (1.02, 0)
LINES = 10
LIST = 80
MEASURED = (100, 1000)


# ------------------------------------------------------------
# The measuring process: one per database
# ------------------------------------------------------------


class Worker:
    """Quotations of one database, and the operations on them."""

    def __init__(self, database):
        from odoo.modules.registry import Registry
        from odoo.tools import config

        config.parse_config(
            ["-c", os.environ["ODOO_RC"], "-d", database, "--log-level=error"]
        )
        self.registry = Registry(database)
        with self.registry.cursor() as cr:
            self.fixture = self.make_fixture(self.environment(cr, 1))
        gc.collect()
        gc.freeze()
        gc.disable()

    def environment(self, cr, uid):
        from odoo import api

        context = {"lang": "en_US", "tz": "UTC"}
        context["allowed_company_ids"] = [1]
        return api.Environment(cr, uid, context)

    # Fixture

    def make_fixture(self, env):
        """Ten products; for each case a user, a customer, a quotation and a list."""
        products = env["product.product"].create(
            [{"name": f"Part {n}", "list_price": 100.0 + n} for n in range(LINES)]
        )
        term = env["account.payment.term"].search([], limit=1)
        fixture = {"products": products.ids, "term": term.id}
        for case in CASES:
            fixture[case] = self.make_case(env, case, products)
        env.cr.flush()
        env.cr.execute("ANALYZE")
        return fixture

    def make_case(self, env, case, products):
        group = "sales_team.group_sale_salesman"
        if case == "key" and "key.account" in env:
            group = "key_account.group_specialist"
        user = env["res.users"].create(
            {
                "name": f"Salesperson {case}",
                "login": f"bench_{case}",
                "group_ids": [
                    (6, 0, [env.ref("base.group_user").id, env.ref(group).id])
                ],
            }
        )
        team = env["crm.team"].create(
            {
                "name": f"Team {case}",
                "company_id": env.company.id,
                "crm_team_member_ids": [(0, 0, {"user_id": user.id})],
            }
        )
        partner = env["res.partner"].create(
            {
                "name": f"Customer {case}",
                "is_company": True,
                "email": "buyer@example.com",
            }
        )
        if case == "key" and "key.account" in env:
            self.make_key_account(env, user, team, partner)
        order_env = env(user=user.id)
        vals = self.order_vals(partner.id, team.id, user.id, products.ids)
        order = order_env["sale.order"].create(vals)
        listed = order_env["sale.order"].create(
            [dict(vals, order_line=vals["order_line"][:1]) for _n in range(LIST)]
        )
        return {
            "user": user.id,
            "team": team.id,
            "partner": partner.id,
            "order": order.id,
            "line": order.order_line[LINES // 2].id,
            "listed": listed.ids,
        }

    def make_key_account(self, env, user, team, partner):
        team.is_key_account = True
        team._load_stage_template("eight_steps")
        limits = [
            (0, 0, {"dimension": "discount", "value": 5}),
            (0, 0, {"dimension": "amount", "value": 100_000}),
        ]
        env["key.account.authority.level"].create(
            {
                "name": "Specialist",
                "sequence": 10,
                "user_ids": [(6, 0, user.ids)],
                "limit_ids": limits,
            }
        )
        account = env["key.account"].create(
            {"partner_id": partner.id, "team_id": team.id, "user_id": user.id}
        )
        account.flush_recordset()
        # An account of some standing: its first order is long past.
        account._set_won(env["key.account"]._fields["create_date"].now().date())
        env.company.key_account_mode = "enforce"

    def order_vals(self, partner, team, user, products):
        return {
            "partner_id": partner,
            "team_id": team,
            "user_id": user,
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                (0, 0, {"product_id": product, "product_uom_qty": 2.0, "discount": 2.0})
                for product in products
            ],
        }

    # Samples

    def sample(self, operation, case):
        """Time, processor time (seconds) and queries of one request."""
        fixture = self.fixture[case]
        gc.collect()
        with self.registry.cursor() as cr:
            env = self.environment(cr, fixture["user"])
            call = getattr(self, f"do_{operation}")(env, fixture)
            env.invalidate_all()
            queries, cpu, start = (
                cr.sql_log_count,
                time.process_time(),
                time.perf_counter(),
            )
            call()
            cr.flush()
            result = {
                "time": time.perf_counter() - start,
                "cpu": time.process_time() - cpu,
                "queries": cr.sql_log_count - queries,
            }
            cr.rollback()
        return result

    def call(self, env, model, method, *args, **kwargs):
        from odoo.service.model import call_kw

        return lambda: call_kw(env[model], method, list(args), kwargs)

    def do_create(self, env, fixture):
        vals = self.order_vals(
            fixture["partner"],
            fixture["team"],
            fixture["user"],
            self.fixture["products"],
        )
        return self.call(env, "sale.order", "create", [vals])

    def do_reference(self, env, fixture):
        return self.write(env, fixture, {"client_order_ref": "PO 4711"})

    def do_payment_term(self, env, fixture):
        return self.write(env, fixture, {"payment_term_id": self.fixture["term"]})

    def do_line(self, env, fixture):
        vals = {"product_uom_qty": 3.0}
        return self.call(env, "sale.order.line", "write", [fixture["line"]], vals)

    def do_form_line(self, env, fixture):
        command = (1, fixture["line"], {"product_uom_qty": 3.0})
        return self.write(env, fixture, {"order_line": [command]})

    def do_confirm(self, env, fixture):
        return self.call(env, "sale.order", "action_confirm", [fixture["order"]])

    def do_open_form(self, env, fixture):
        if "form_spec" not in fixture:
            from odoo.tests import Form

            order = env["sale.order"].browse(fixture["order"])
            fixture["form_spec"] = Form(order)._view["fields_spec"]
        spec = fixture["form_spec"]
        return self.call(
            env, "sale.order", "web_read", [fixture["order"]], specification=spec
        )

    def do_list(self, env, fixture):
        if "list_spec" not in fixture:
            fixture["list_spec"] = self.list_spec(env)
        domain = [("id", "in", fixture["listed"])]
        spec = fixture["list_spec"]
        return self.call(
            env, "sale.order", "web_search_read", domain, specification=spec, limit=LIST
        )

    def write(self, env, fixture, vals):
        return self.call(env, "sale.order", "write", [fixture["order"]], vals)

    def list_spec(self, env):
        """What the list of quotations asks for."""
        from lxml import etree

        view = env.ref("sale.view_quotation_tree")
        arch = etree.fromstring(env["sale.order"].get_view(view.id, "list")["arch"])
        names = {node.get("name") for node in arch.iterfind("./field")}
        return {
            name: {"fields": {"display_name": {}}}
            if env["sale.order"]._fields[name].relational
            else {}
            for name in sorted(names)
        }

    # Measuring many

    def measure_many(self, count):
        """Queries of measuring ``count`` quotations of two lines in one call."""
        with self.registry.cursor() as cr:
            env = self.environment(cr, self.fixture["key"]["user"])
            ids = self.copy_order(env, self.fixture["key"]["listed"][0], count)
            orders = env["sale.order"].browse(ids)
            queries, start = cr.sql_log_count, time.perf_counter()
            found = orders._authority_found()
            result = {
                "time": time.perf_counter() - start,
                "queries": cr.sql_log_count - queries,
                "states": sorted({quotation.state for quotation in found.values()}),
            }
            cr.rollback()
        return result

    def copy_order(self, env, order_id, count):
        """Ids of ``count`` copies of an order, made by SQL; they are rolled back."""
        order_ids = self.copy_row(env, "sale_order", "id", order_id, {}, count)
        env.cr.execute("SELECT id FROM sale_order_line WHERE order_id = %s", [order_id])
        for (line_id,) in env.cr.fetchall():
            for new_id in order_ids:
                self.copy_row(
                    env, "sale_order_line", "id", line_id, {"order_id": new_id}, 1
                )
        return order_ids

    def copy_row(self, env, table, key, row_id, values, count):
        from odoo.tools import SQL
        from odoo.tools.sql import table_columns

        names = [name for name in table_columns(env.cr, table) if name != "id"]
        env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s)"
                " WHERE %s = %s RETURNING %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    SQL("%s", values[name])
                    if name in values
                    else SQL.identifier(table, name)
                    for name in names
                ),
                SQL.identifier(table),
                count,
                SQL.identifier(table, key),
                row_id,
                SQL.identifier(table, key),
            )
        )
        return [row[0] for row in env.cr.fetchall()]


def serve(database):
    """Answer requests, one JSON line each, until standard input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr

    def answer(function, *arguments):
        try:
            result = function(*arguments)
        except Exception:
            result = {"error": traceback.format_exc()}
        print(json.dumps(result), file=answers, flush=True)

    worker = None

    def start():
        nonlocal worker
        worker = Worker(database)
        return {}

    answer(start)
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        answer(getattr(worker, method), *arguments)


# ------------------------------------------------------------
# The comparing process
# ------------------------------------------------------------


class Side:
    """A measuring process, seen from the comparing one."""

    def __init__(self, database):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        result = json.loads(line) if line else {"error": "the measuring process ended"}
        if "error" in result:
            sys.exit(result["error"])
        return result

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(plain, own, operations, rounds, warm_up):
    """``{(case, operation): [(plain sample, own sample), …]}``"""
    pairs = {}
    for number in range(-warm_up, rounds):
        sides = (plain, own) if number % 2 else (own, plain)
        for case in CASES:
            for operation in operations:
                found = {side: side.ask("sample", operation, case) for side in sides}
                if number >= 0:
                    pairs.setdefault((case, operation), []).append(
                        (found[plain], found[own])
                    )
    return pairs


def ratio(pairs, name):
    """The median over neighbouring samples: drift of the machine cancels out."""
    return statistics.median(own[name] / plain[name] for plain, own in pairs)


def aim_of(case, operation):
    return LIST_AIM if operation == "list" else AIMS[case]


def report(pairs, operations):
    """Print the tables; return the operations that miss their aim."""
    missed = []
    for case, title in CASES.items():
        print(f"\n{title}")
        print(
            f"{'':32}{'plain ms':>9}{'own ms':>9}{'time':>7}{'CPU':>7}"
            f"{'queries':>12}  aim"
        )
        for operation in operations:
            found = pairs[case, operation]
            times, processor = ratio(found, "time"), ratio(found, "cpu")
            medians = [
                statistics.median(pair[side]["time"] for pair in found)
                for side in (0, 1)
            ]
            queries = [
                statistics.median_low(pair[side]["queries"] for pair in found)
                for side in (0, 1)
            ]
            aim_time, aim_queries = aim_of(case, operation)
            more = queries[1] - queries[0]
            met = times <= aim_time and more <= aim_queries
            if not met:
                missed.append((case, operation))
            print(
                f"{OPERATIONS[operation]:32}"
                f"{medians[0] * 1000:9.1f}{medians[1] * 1000:9.1f}"
                f"{times:7.2f}{processor:7.2f}{queries[0]:5d} {more:+4d}  "
                f" ≤ {aim_time:.2f}, ≤ {aim_queries:+d}: {'met' if met else 'NOT MET'}"
            )
    return missed


def report_many(own):
    few, many = (own.ask("measure_many", count) for count in MEASURED)
    met = many["queries"] <= few["queries"]
    print(
        f"\nMeasuring authority in one call: {MEASURED[0]} quotations"
        f" {few['queries']} queries,"
        f" {MEASURED[1]} quotations {many['queries']} queries, {many['time']:.2f} s;"
        f" aim: no query more: {'met' if met else 'NOT MET'}"
    )


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40, help="pairs of samples (40)")
    parser.add_argument("--warm-up", type=int, default=3, help="pairs not counted (3)")
    parser.add_argument(
        "--only", action="append", choices=OPERATIONS, help="these operations"
    )
    parser.add_argument("--plain", default=PLAIN, help="database without the add-ons")
    parser.add_argument("--own", default=OWN, help="database with the add-ons")
    parser.add_argument("--serve", metavar="DATABASE", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = parse()
    if options.serve:
        return serve(options.serve)
    operations = [name for name in OPERATIONS if name in (options.only or OPERATIONS)]
    start = time.monotonic()
    plain, own = Side(options.plain), Side(options.own)
    for side in (plain, own):
        side.answer()
    pairs = measure(plain, own, operations, options.rounds, options.warm_up)
    print(f"With the add-ons ÷ plain Odoo, {options.rounds} pairs of samples, medians.")
    report(pairs, operations)
    report_many(own)
    for side in (plain, own):
        side.close()
    print(f"\n{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
