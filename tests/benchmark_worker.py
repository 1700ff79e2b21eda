"""The measuring process of the benchmark: one per database, asked over standard input.

Every sample is one request as the web client makes it: its own transaction with cold
caches, the call as a salesperson through ``call_kw``, flush and precommit hooks
(tracking messages), then rollback.
"""

import gc
import json
import os
import sys
import time
import traceback

from benchmark_leads import LeadOperations

CASES = ("plain", "key", "over")
# Opportunities know no limits.
LEAD_CASES = ("plain", "key")
LINES = 10
LIST = 80
# Discount on each line: within a specialist's authority, and beyond it.
DISCOUNTS = {"plain": 2.0, "key": 2.0, "over": 18.0}


class Worker(LeadOperations):
    """Quotations and opportunities of one database, and the operations on them."""

    def __init__(self, database, addons_path=None):
        from odoo.modules.registry import Registry
        from odoo.tools import config

        options = ["-c", os.environ["ODOO_RC"], "-d", database, "--log-level=error"]
        if addons_path:
            options.append(f"--addons-path={addons_path}")
        config.parse_config(options)
        self.registry = Registry(database)
        with self.registry.cursor() as cr:
            self.fixture = self.make_fixture(self.environment(cr, 1))
        # As after each request of a server: nothing is still to be forgotten.
        self.registry.signal_changes()
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
        """Ten products; for each case users, a customer, a quotation and a list, and
        opportunities.
        """
        products = env["product.product"].create(
            [{"name": f"Part {n}", "list_price": 100.0 + n} for n in range(LINES)]
        )
        term = env["account.payment.term"].search([], limit=1)
        fixture = {"products": products.ids, "term": term.id}
        fixture["manager"] = self.make_user(env, "manager", "group_manager").id
        if "tier.definition" in env:
            self.make_peer_rule(env, fixture["manager"])
        for case in CASES:
            fixture[case] = self.make_case(env, case, products, fixture["manager"])
        env.cr.flush()
        env.cr.execute("ANALYZE")
        return fixture

    def make_user(self, env, name, role):
        """A salesperson, with a role of the department where there is one."""
        group = "sales_team.group_sale_salesman"
        if role and "key.account" in env:
            group = f"key_account.{role}"
        elif role == "group_manager":
            group = "sales_team.group_sale_salesman_all_leads"
        groups = [env.ref("base.group_user").id, env.ref(group).id]
        return env["res.users"].create(
            {
                "name": f"Salesperson {name}",
                "login": f"bench_{name}",
                "email": f"bench_{name}@example.com",
                "group_ids": [(6, 0, groups)],
            }
        )

    def make_case(self, env, case, products, manager):
        controlled = case != "plain"
        user = self.make_user(env, case, controlled and "group_specialist")
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
                "email": f"buyer_{case}@example.com",
            }
        )
        if controlled and "key.account" in env:
            self.make_key_account(env, user, manager, team, partner)
        order_env = env(user=user.id)
        fixture = {"case": case, "user": user.id, "team": team.id}
        fixture["partner"] = partner.id
        vals = self.order_vals(fixture, products.ids)
        order = order_env["sale.order"].create(vals)
        listed = order_env["sale.order"].create(
            [dict(vals, order_line=vals["order_line"][:1]) for _n in range(LIST)]
        )
        env.cr.flush()
        if case in LEAD_CASES:
            fixture.update(self.make_leads(env, fixture, listed[0].id))
        return {
            **fixture,
            "order": order.id,
            "line": order.order_line[LINES // 2].id,
            "listed": listed.ids,
        }

    def make_key_account(self, env, user, manager, team, partner):
        team.is_key_account = True
        if "key_account_manager_ids" in team._fields:
            team.key_account_manager_ids = [(4, manager)]
        team._load_stage_template("eight_steps")
        for sequence, member, discount in ((10, user.id, 5), (20, manager, 20)):
            self.make_level(env, sequence, member, discount)
        account = env["key.account"].create(
            {"partner_id": partner.id, "team_id": team.id, "user_id": user.id}
        )
        account.flush_recordset()
        # An account of some standing: its first order is long past.
        account._set_won(env["key.account"]._fields["create_date"].now().date())
        env.company.key_account_mode = "enforce"

    def make_level(self, env, sequence, member, discount):
        levels = env["key.account.authority.level"]
        level = levels.search([("sequence", "=", sequence)])
        if level:
            level.user_ids = [(4, member)]
            return
        limits = [
            (0, 0, {"dimension": "discount", "value": discount}),
            (0, 0, {"dimension": "amount", "value": 100_000}),
        ]
        levels.create(
            {
                "name": f"Level {sequence}",
                "sequence": sequence,
                "user_ids": [(6, 0, [member])],
                "limit_ids": limits,
            }
        )

    def make_peer_rule(self, env, manager):
        """OCA sale_tier_validation: the manager validates what the case ``over`` is."""
        env["tier.definition"].create(
            {
                "name": "Beyond the limit",
                "model_id": env.ref("sale.model_sale_order").id,
                "review_type": "individual",
                "reviewer_id": manager,
                "definition_domain": "[('order_line.discount', '>', 5.0)]",
            }
        )

    def order_vals(self, fixture, products):
        line = {"product_uom_qty": 2.0, "discount": DISCOUNTS[fixture["case"]]}
        return {
            "partner_id": fixture["partner"],
            "team_id": fixture["team"],
            "user_id": fixture["user"],
            "require_signature": False,
            "require_payment": False,
            "order_line": [(0, 0, {**line, "product_id": id_}) for id_ in products],
        }

    # Samples

    def sample(self, operation, case, count=None):
        """Time, processor time (seconds) and queries of one request.

        :param count: that many of the opportunities instead of all
        """
        fixture = self.fixture[case]
        if count:
            fixture = {**fixture, "count": count}
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

        # As the web client sends it; what the model carries is not passed on.
        kwargs["context"] = dict(env.context)
        return lambda: call_kw(env[model], method, list(args), dict(kwargs))

    def do_create(self, env, fixture):
        vals = self.order_vals(fixture, self.fixture["products"])
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

    def do_whole(self, env, fixture):
        """Create → confirm, with everything in between that this database asks for."""

        def way():
            order_id = self.do_create(env, fixture)()[0]
            for uid, method in self.sign_off_steps(env, fixture):
                # Each step is a request of its own: written, with cold caches.
                env.cr.flush()
                env.invalidate_all()
                self.call(env(user=uid), "sale.order", method, [order_id])()

        return way

    def sign_off_steps(self, env, fixture):
        user, manager = fixture["user"], self.fixture["manager"]
        steps = [(user, "action_confirm")]
        if fixture["case"] == "over" and "key.account" in env:
            steps[:0] = [(user, "action_request_approval"), (manager, "action_approve")]
        elif fixture["case"] == "over" and "tier.definition" in env:
            steps[:0] = [(user, "request_validation"), (manager, "validate_tier")]
        return steps

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


def serve(database, addons_path=None):
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
        worker = Worker(database, addons_path)
        return {}

    answer(start)
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        answer(getattr(worker, method), *arguments)


if __name__ == "__main__":
    sys.exit(serve(*sys.argv[1:]))
