"""What ``test_installation.py`` does inside Odoo, each step in a process of its own.

``python installation_steps.py DATABASE STEP…`` prints one JSON object with what each
step returns. A process of its own, because installing and uninstalling change the code
that is loaded.
"""

import json
import logging
import os
import re
import sys
from datetime import datetime, timedelta

OWN = ("key_account", "key_account_reports")
# A picture of one dot, as a signature.
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)
# Users of plain Odoo; the last two become the key-account department later.
USERS = {
    "seller": "sales_team.group_sale_salesman",
    "all_seller": "sales_team.group_sale_salesman_all_leads",
    "sales_manager": "sales_team.group_sale_manager",
    "biller": "account.group_account_invoice",
    "chief": "sales_team.group_sale_salesman_all_leads",
    "member": "sales_team.group_sale_salesman",
}
WATCHED = ("seller", "all_seller", "sales_manager")


def environment(cr, uid=1, **context):
    from odoo import api

    return api.Environment(cr, uid, {"lang": "en_US", "tz": "UTC", **context})


def as_user(env, name):
    """The environment of a user's browser."""
    user = env["res.users"].search([("login", "=", name)])
    context = {"allowed_company_ids": user.company_id.ids}
    return env(user=user.id, su=False, context={**env.context, **context})


# ------------------------------------------------------------
# A company that uses plain crm and sale
# ------------------------------------------------------------


def prepare(cr):
    """Users, teams with shared and own stages, deals and quotations in all states."""
    env = environment(cr)
    for name, group in USERS.items():
        groups = [env.ref("base.group_user").id, env.ref(group).id]
        vals = {"name": name.title(), "login": name, "email": f"{name}@example.com"}
        env["res.users"].create({**vals, "group_ids": [(6, 0, groups)]})
    direct = make_team(env, "Direct", "sales_manager", ["seller", "all_seller"])
    partners = make_team(env, "Partners", None, ["sales_manager"])
    future = make_team(env, "Large customers", "chief", ["chief", "member"])
    make_stage(env, "Direct: sample", 15, direct)
    make_stage(env, "Partners: contract", 16, partners)
    make_stage(env, "Partners and direct", 17, direct | partners)
    make_stage(env, "Partners: won", 90, partners, is_won=True)
    make_stage(env, "Large: tender", 18, future)
    for team, owner in (
        (direct, "seller"),
        (partners, "sales_manager"),
        (future, "member"),
    ):
        make_deals(env, team, owner)
    env["crm.lead"].create({"name": "Nobody's", "team_id": False, "user_id": False})
    # The first look at a page prepares the customer's sign-up.
    portal_pages(env)
    return {}


def make_team(env, name, leader, members):
    users = env["res.users"].search([("login", "in", members)])
    return env["crm.team"].create(
        {
            "name": name,
            "user_id": env["res.users"].search([("login", "=", leader)]).id,
            "use_leads": True,
            "crm_team_member_ids": [(0, 0, {"user_id": user.id}) for user in users],
        }
    )


def make_stage(env, name, sequence, teams, **vals):
    team_ids = [(6, 0, teams.ids)]
    vals = {"name": name, "sequence": sequence, "team_ids": team_ids, **vals}
    return env["crm.stage"].create(vals)


def make_deals(env, team, owner):
    """An opportunity in every stage of the team, one lost, a lead, quotations."""
    env = as_user(env, owner)
    team = env["crm.team"].browse(team.id)
    customer = env["res.partner"].create(
        {"name": f"Customer of {owner}", "email": f"buyer@{owner}.example.com"}
    )
    common = {"team_id": team.id, "user_id": env.uid, "partner_id": customer.id}
    stages = env["crm.stage"].search(
        ["|", ("team_ids", "=", False), ("team_ids", "in", team.ids)]
    )
    vals_list = [{**common, "name": f"{owner}: {stage.name}"} for stage in stages]
    leads = env["crm.lead"].create(
        [
            {**vals, "type": "opportunity", "expected_revenue": 500.0}
            for vals in vals_list
        ]
    )
    for lead, stage in zip(leads, stages, strict=True):
        lead.stage_id = stage
    lost = env["crm.lead"].create({**common, "name": f"{owner}: lost"})
    lost.action_set_lost(lost_reason_id=env["crm.lost.reason"].search([], limit=1).id)
    env["crm.lead"].create({**common, "name": f"{owner}: a lead", "type": "lead"})
    make_orders(env, common, leads[:1], owner)


def make_orders(env, common, lead, owner):
    product = env["product.product"].search([("sale_ok", "=", True)], limit=1)
    if not product:
        product = env["product.product"].sudo()
        product = product.create({"name": "Pump", "list_price": 100.0})
    lines = [
        (0, 0, {"display_type": "line_section", "name": "Pumps"}),
        (0, 0, {"product_id": product.id, "product_uom_qty": 3, "discount": 40}),
        (0, 0, {"product_id": product.id, "product_uom_qty": 1, "price_unit": 5}),
    ]
    vals = {**common, "order_line": lines, "opportunity_id": lead.id}
    orders = env["sale.order"].create(
        [
            {**vals, "client_order_ref": f"{owner} {state}"}
            for state in ("draft", "sent", "sale", "cancel")
        ]
    )
    _draft, sent, sale, cancelled = orders
    sent.action_quotation_sent()
    sent._portal_ensure_token()
    sale.action_confirm()
    cancelled._action_cancel()


# ------------------------------------------------------------
# What plain Odoo looks like
# ------------------------------------------------------------

TABLES = (
    "crm_stage",
    "crm_team",
    "crm_team_member",
    "crm_lead",
    "crm_lost_reason",
    "sale_order",
    "sale_order_line",
    "res_company",
    "res_partner",
    "res_users",
    "product_template",
    "product_product",
    "account_move",
)
RELATIONS = ("crm_stage_crm_team_rel", "account_tax_sale_order_line_rel")
# Definitions that belong to other modules: theirs are compared, ours come and go.
DEFINITIONS = {
    "ir_rule": "ir.rule",
    "ir_act_window": "ir.actions.act_window",
    "ir_act_report_xml": "ir.actions.report",
    "ir_cron": "ir.cron",
    "ir_model_access": "ir.model.access",
    "mail_template": "mail.template",
    "res_groups": "res.groups",
}
# They are about the modules themselves, or grow with every start.
# Our dashboards stand in Odoo's own app, our tours among its tours.
SHARED = ("spreadsheet_dashboard", "spreadsheet_dashboard_group", "web_tour_tour")
NOT_COUNTED = re.compile(
    r"ir_|rule_group_rel|res_groups|bus_|mail_activity_type|base_cache_signaling"
    r"|orm_signaling|key_account|.*key_account|.*_rel$|res_users_log|res_device|auth_"
    # Templates are compared one by one, beside ours.
    r"|mail_template$|digest|mail_message$"
)


def columns(cr):
    """``{table: columns}`` before the add-ons were there."""
    cr.execute(
        "SELECT table_name, array_agg(column_name::text)"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " GROUP BY table_name"
    )
    return {table: sorted(names) for table, names in cr.fetchall()}


def snapshot(cr, known=None):
    """Everything that must not change; ``known`` as by :func:`columns`."""
    env = environment(cr)
    env.flush_all()
    known = known or columns(cr)
    return {
        "columns": known,
        "rows": {t: rows(cr, t, known[t]) for t in (*TABLES, *RELATIONS)},
        "definitions": {t: definitions(cr, t, known[t]) for t in DEFINITIONS},
        "counts": counts(cr, known),
        "groups": {name: groups_of(env, name) for name in USERS},
        "seen": {name: seen_by(as_user(env, name)) for name in WATCHED},
        "pipelines": {name: pipelines(as_user(env, name)) for name in WATCHED},
        "trials": trials(env),
        "portal": portal_pages(env),
    }


def rows(cr, table, names):
    # Users and their contacts are written when a module adds to their groups.
    unread = (
        {"write_date", "write_uid"} if table in ("res_partner", "res_users") else ()
    )
    names = sorted(set(names).difference(unread), key=sort_id)
    cr.execute(
        "SELECT row_to_json(found)::text FROM (SELECT %s FROM %s ORDER BY 1, 2) found"
        % (", ".join(f'"{name}"' for name in names), table)
    )
    return [json.loads(row[0]) for row in cr.fetchall()]


def sort_id(name):
    return (name != "id", name)


def definitions(cr, table, names):
    """Rows of other modules' definitions, without what each start of Odoo changes."""
    volatile = {
        "write_date",
        "write_uid",
        "nextcall",
        "lastcall",
        "create_date",
        "comment",
    }
    cr.execute(
        "SELECT res_id FROM ir_model_data WHERE model = %s AND module IN %s",
        [DEFINITIONS[table], OWN],
    )
    own = {row[0] for row in cr.fetchall()}
    kept = [name for name in names if name not in volatile]
    return [row for row in rows(cr, table, kept) if row["id"] not in own]


def counts(cr, known):
    result = {}
    cr.execute("SELECT replace(model, '.', '_') FROM ir_model WHERE transient")
    passing = {row[0] for row in cr.fetchall()}
    for table in sorted(set(known) - passing):
        if not NOT_COUNTED.match(table):
            cr.execute(f'SELECT count(*) FROM "{table}"')
            result[table] = cr.fetchone()[0] - own_rows(cr, table)
    cr.execute(
        "SELECT model, count(*) FROM mail_message WHERE model NOT LIKE 'ir.%'"
        " GROUP BY 1"
    )
    return {**result, "messages": dict(cr.fetchall())}


def own_rows(cr, table):
    """How many rows of a table in which ours stand beside others' are the add-ons'."""
    if table not in SHARED:
        return 0
    cr.execute(
        "SELECT count(*) FROM ir_model_data"
        " WHERE replace(model, '.', '_') = %s AND module IN %s",
        (table, OWN),
    )
    return cr.fetchone()[0]


def groups_of(env, name):
    user = env["res.users"].search([("login", "=", name)])
    names = user.all_group_ids.get_external_id().values()
    return sorted(xmlid for xmlid in names if not xmlid.startswith("key_account"))


def seen_by(env):
    """What a plain user sees: records, menus, choices, defaults of new records."""
    menus = env["ir.ui.menu"].load_web_menus(False)
    domain = env["crm.lead"]._fields["stage_id"].domain
    return {
        "leads": env["crm.lead"].with_context(active_test=False).search([]).ids,
        "orders": env["sale.order"].search([]).ids,
        "lines": env["sale.order.line"].search([]).ids,
        "teams": env["crm.team"].search([]).mapped("name"),
        "menus": sorted(str(menu["xmlid"]) for menu in menus.values()),
        "stage choice": {
            team.name: choice(env, domain, team) for team in env["crm.team"].search([])
        },
        "defaults": default_values(env),
    }


def choice(env, domain, team):
    """The stages that the opportunity's form offers for a team."""
    from odoo.tools.safe_eval import safe_eval

    return (
        env["crm.stage"].search(safe_eval(domain, {"team_id": team.id})).mapped("name")
    )


def default_values(env):
    values = env["sale.order"].default_get(
        ["user_id", "team_id", "company_id", "state"]
    )
    values.update(env["crm.lead"].default_get(["team_id", "stage_id", "type"]))
    return {name: str(value) for name, value in sorted(values.items())}


def pipelines(env):
    """Columns with their cards: of the user's pipeline, of each team, and of all."""
    contexts = {"mine": {"show_user_team_stages": True}, "all": {}}
    for team in env["crm.team"].search([]):
        contexts[team.name] = {"default_team_id": team.id}
    result = {}
    for name, context in contexts.items():
        domain = [("type", "=", "opportunity")]
        if "default_team_id" in context:
            domain.append(("team_id", "=", context["default_team_id"]))
        groups = env["crm.lead"].with_context(**context)
        groups = groups.web_read_group(domain, ["stage_id"], ["expected_revenue:sum"])
        result[name] = [
            [
                group["stage_id"] and group["stage_id"][1],
                group["__count"],
                group["expected_revenue:sum"],
            ]
            for group in groups["groups"]
        ]
    return result


def trials(env):
    """What people do with other teams' deals and what comes of it; rolled back."""
    return {
        "move": attempt(env, try_moves),
        "lose": attempt(env, try_lose),
        "win": attempt(env, try_win),
        "new": attempt(env, try_new),
        "quote": attempt(env, try_quotation),
        "confirm": attempt(env, try_confirm),
        "sign": attempt(env, try_sign),
    }


class Undo(Exception):
    pass


def attempt(env, function):
    """What ``function`` returns, or the error it meets; nothing of it stays."""
    result = None
    try:
        with env.cr.savepoint():
            result = function(env)
            env.flush_all()
            raise Undo
    except Undo:
        pass
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    env.invalidate_all()
    return result


def deals_of_seller(env):
    return as_user(env, "seller")["crm.lead"].search(
        [("name", "=like", "seller: %"), ("type", "=", "opportunity")]
    )


def try_moves(env):
    result = []
    for lead in deals_of_seller(env):
        for stage in lead.stage_id.search(
            ["|", ("team_ids", "=", False), ("team_ids", "in", lead.team_id.ids)]
        ):
            lead.stage_id = stage
            result.append([lead.name, lead.stage_id.name, lead.probability == 100])
        lead.team_id = lead.team_id.search([("name", "=", "Partners")])
        result.append([lead.name, lead.team_id.name, lead.stage_id.name])
    return result


def try_lose(env):
    leads = deals_of_seller(env).filtered(lambda lead: not lead.stage_id.is_won)
    leads.action_set_lost()
    return leads.mapped("won_status")


def try_win(env):
    leads = deals_of_seller(env)
    leads.action_set_won()
    return leads.mapped("stage_id.name")


def try_new(env):
    env = as_user(env, "seller")
    lead = env["crm.lead"].create({"name": "New", "type": "opportunity"})
    return [lead.stage_id.name, lead.team_id.name, lead.user_id.login]


def order_of_seller(env, state):
    orders = as_user(env, "seller")["sale.order"]
    return orders.search([("client_order_ref", "=", f"seller {state}")])


def try_quotation(env):
    order = order_of_seller(env, "draft")
    order.order_line[1].write({"discount": 95.0})
    copy = order.copy()
    action = order.action_quotation_send()
    order.with_context(mark_so_as_sent=True).message_post(body="Here it is")
    return [order.state, order.amount_untaxed, copy.state, action["res_model"]]


def try_confirm(env):
    order = order_of_seller(env, "sent")
    order.action_confirm()
    invoice = order.sudo()._create_invoices()
    invoice.action_post()
    return [order.state, order.locked, invoice.amount_untaxed, invoice.state]


def try_sign(env):
    """As the portal's controller does, for a customer who holds the link."""
    order = env["sale.order"].browse(order_of_seller(env, "sent").id)
    order.write({"signed_by": "Buyer", "signed_on": "2030-01-01", "signature": PIXEL})
    order._validate_order()
    return [order.state, order.signed_by]


def portal_pages(env):
    """The page that customers see of each quotation, without what varies."""
    from werkzeug.test import Client

    import odoo.http

    env.cr.execute("SELECT max(id) FROM mail_message")
    last = env.cr.fetchone()[0] or 0
    env.cr.commit()
    client = Client(odoo.http.root)
    headers = {"X-Odoo-Database": env.cr.dbname, "Host": "localhost"}
    result = {}
    for order in env["sale.order"].search([("access_token", "!=", False)], order="id"):
        page = client.get(order.get_portal_url(), headers=headers)
        result[order.client_order_ref] = [page.status_code, content(page.text)]
    # Each look leaves a note; with it gone, a look changes nothing.
    env.cr.commit()
    env.cr.execute("DELETE FROM mail_message WHERE id > %s", [last])
    env.cr.commit()
    return result


def content(html):
    """The main part of a page."""
    main = html.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r'csrf_token"[^>]*value="[^"]*"|/web/assets/\w+/', "", main)
    return [line.strip() for line in main.splitlines() if line.strip()]


# ------------------------------------------------------------
# Key accounts beside it
# ------------------------------------------------------------


def own_data(cr):
    """What our modules brought along: an update must not change it."""
    cr.execute(
        "SELECT module, name, model, res_id, noupdate FROM ir_model_data"
        " WHERE module IN %s ORDER BY 1, 2",
        [OWN],
    )
    return [list(row) for row in cr.fetchall()]


def set_up(cr):
    """The wizard for the team of large customers, strict from the first day."""
    from odoo.tests import Form

    env = environment(cr)
    admin = env.ref("base.user_admin")
    admin.group_ids |= env.ref("key_account.group_configuration")
    env = as_user(env, "admin")
    team = env["crm.team"].search([("name", "=", "Large customers")])
    with Form(env["key.account.set.up"]) as form:
        form.team_id = team
    wizard = form.save()
    wizard.action_next()
    wizard.action_next()
    wizard.write({"mode": "enforce", "approval_policy": "over_limit"})
    wizard.action_apply()
    company = env.company.sudo()
    return {"mode": company.key_account_mode, "team": team.is_key_account}


def work(cr):
    """A key account's deal with a quotation that was signed off and one that waits."""
    env = as_user(environment(cr), "member")
    customer = env["res.partner"].create({"name": "Golden Gate", "is_company": True})
    team = env["crm.team"].search([("name", "=", "Large customers")])
    account = env["key.account"].create(
        {"partner_id": customer.id, "team_id": team.id, "user_id": env.uid}
    )
    lead = env["crm.lead"].create(
        {"name": "Golden deal", "partner_id": customer.id, "team_id": team.id}
    )
    product = env["product.product"].search([("list_price", ">", 0)], limit=1)
    line = {"product_id": product.id, "product_uom_qty": 2, "discount": 9}
    # The process that the wizard made asks for a complete contract.
    term = env["account.payment.term"].search([], limit=1)
    vals = {
        "partner_id": customer.id,
        "opportunity_id": lead.id,
        "team_id": team.id,
        "require_signature": False,
        "require_payment": False,
        "payment_term_id": term.id,
        "commitment_date": datetime.now() + timedelta(days=30),
        "handover_terms": "<p>Ex works</p>",
        "order_line": [(0, 0, line)],
    }
    orders = env["sale.order"].create(
        [{**vals, "client_order_ref": f"golden {n}"} for n in range(3)]
    )
    env.flush_all()
    orders.action_request_approval()
    approver = as_user(environment(cr), "chief")
    orders[0].with_env(approver).action_approve()
    orders[1].with_env(approver).action_approve()
    orders[0].action_confirm()
    return {
        "account": account.state,
        "states": orders.mapped("authority_state"),
        "lead": [lead.stage_id.name, lead.team_id.name],
    }


def stages_of_department(cr):
    """The department's deals with their stages, in words that outlive the add-ons."""
    leads = environment(cr)["crm.lead"].with_context(active_test=False)
    leads = leads.search([("team_id.name", "=", "Large customers")], order="id")
    return [[lead.name, lead.stage_id.name, lead.active] for lead in leads]


def uninstall(cr):
    """Both add-ons, the way the Apps screen does it."""
    modules = environment(cr, 2)["ir.module.module"]
    modules.search([("name", "=", OWN[0])]).button_immediate_uninstall()
    return {}


def leftovers(cr):
    """What of ours is still in the database."""
    found = {}
    queries = {
        "data": "SELECT module || '.' || name FROM ir_model_data"
        " WHERE module LIKE 'key_account%'",
        "models": "SELECT model FROM ir_model WHERE model LIKE '%key.account%'",
        "fields": "SELECT model || '.' || name FROM ir_model_fields"
        " WHERE name LIKE '%key_account%' OR relation LIKE 'key.account%'",
        "tables": "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_name LIKE '%key_account%'",
        "views": "SELECT name FROM ir_ui_view WHERE arch_db::text LIKE '%key_account%'",
        "rules": "SELECT name::text FROM ir_rule"
        " WHERE domain_force LIKE '%key_account%'",
        "crons": "SELECT c.cron_name FROM ir_cron c"
        " WHERE c.cron_name ILIKE '%key account%'",
        "attachments": "SELECT name FROM ir_attachment"
        " WHERE res_model LIKE 'key.account%'",
        "messages": "SELECT model FROM mail_message WHERE model LIKE 'key.account%'",
        "activities": "SELECT res_model FROM mail_activity"
        " WHERE res_model LIKE 'key.account%'",
        "followers": "SELECT res_model FROM mail_followers"
        " WHERE res_model LIKE 'key.account%'",
        "sequences": "SELECT code FROM ir_sequence WHERE code LIKE 'key.account%'",
        "installed": "SELECT name FROM ir_module_module"
        " WHERE name LIKE 'key_account%' AND state <> 'uninstalled'",
    }
    for name, query in queries.items():
        cr.execute(query)
        found[name] = [row[0] for row in cr.fetchall()]
    return found


def new_columns(cr, known):
    """Columns that plain Odoo did not have."""
    return {
        table: sorted(set(names) - set(known[table]))
        for table, names in columns(cr).items()
        if table in known and set(names) - set(known[table])
    }


def mandatory_columns(cr, known):
    """Columns of ours that must not be empty, in tables that are not ours.

    The code of modules that are loaded before ours does not know them: it could make no
    more records while Odoo updates itself, or runs its own tests.
    """
    cr.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_nullable = 'NO'"
    )
    return [
        [table, name]
        for table, name in cr.fetchall()
        if table in known and name not in known[table]
    ]


def after_uninstalling(cr):
    """The department's orders and deals are ordinary ones now."""
    env = environment(cr)
    seller = as_user(env, "member")
    orders = seller["sale.order"].search([("client_order_ref", "=like", "golden %")])
    lead = seller["crm.lead"].search([("name", "=", "Golden deal")])
    waiting = orders.filtered(lambda order: order.state == "draft")[:1]
    waiting.write({"note": "Written on", "payment_term_id": False})
    waiting.order_line.discount = 50
    waiting.action_confirm()
    lead.stage_id = seller["crm.stage"].search([("is_won", "=", True)], limit=1)
    env.flush_all()
    result = {
        "orders": len(orders),
        "state": waiting.state,
        "won": lead.stage_id.is_won,
    }
    cr.rollback()
    return result


def main(database, *steps):
    from odoo.modules.registry import Registry
    from odoo.tools import config

    sys.stdout, answer = sys.stderr, sys.stdout
    config.parse_config(
        ["-c", os.environ["ODOO_RC"], "-d", database, "--log-level=error", "--no-http"]
    )
    logging.getLogger("odoo").setLevel(logging.ERROR)
    registry = Registry(database)
    given = json.loads(sys.stdin.read() or "{}")
    result = {}
    for step in steps:
        with registry.cursor() as cr:
            arguments = given.get(step, [])
            result[step] = globals()[step](cr, *arguments)
            cr.commit()
    json.dump(result, answer, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
