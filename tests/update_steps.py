"""What ``test_update.py`` asks a database, in a process of its own.

``python update_steps.py DATABASE ADDONS_PATH`` prints one JSON object. It is run with
the code of the earlier version and with today's, each of which is loaded by Odoo only
once in a process.
"""

import json
import logging
import os
import re
import sys

OWN = ("key_account", "key_account_reports")
# What others made with the add-ons' help, beside the add-ons' own tables.
TABLES = """
    SELECT table_name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (
           table_name ~ '^(key_account|sale_order|crm_|account_move|calendar_event)'
        OR table_name IN (
           'res_partner', 'res_company', 'res_users', 'res_groups',
           'res_groups_users_rel', 'mail_activity', 'mail_message', 'ir_sequence',
           'product_pricelist', 'product_pricelist_item', 'product_template'))
  ORDER BY table_name
"""
# When a row was written last is the update's own affair.
STAMPS = "'{write_date,write_uid,__last_update}'::text[]"


def rows(env):
    """{table: {key: row}}; a row without an id is its own key."""
    found = {}
    env.cr.execute(TABLES)
    for (table,) in env.cr.fetchall():
        env.cr.execute(f'SELECT to_jsonb(t) - {STAMPS} FROM "{table}" t')
        found[table] = {
            str(row.get("id") or json.dumps(row, sort_keys=True)): row
            for (row,) in env.cr.fetchall()
        }
    return found


def files(env):
    """{id: [name, model, record, checksum]} of what is filed; bundles are made anew."""
    env.cr.execute(
        "SELECT id, name, res_model, res_id, checksum FROM ir_attachment"
        " WHERE res_model IS NOT NULL AND res_model != 'ir.ui.view'"
        "   AND res_model NOT LIKE 'ir.module%'"
    )
    return {str(key): row for key, *row in env.cr.fetchall()}


def rights(env):
    """Record rules, access lines and groups of the add-ons, by their external ids."""
    data = env["ir.model.data"].search(
        [
            ("module", "in", OWN),
            ("model", "in", ("ir.rule", "ir.model.access", "res.groups")),
        ]
    )
    return {d.complete_name: right(env[d.model].browse(d.res_id)) for d in data}


def right(record):
    """What a right says, without the ids of this database."""
    if record._name == "res.groups":
        return [record.name, names(record.implied_ids)]
    permissions = [record[f"perm_{each}"] for each in PERMISSIONS]
    if record._name == "ir.model.access":
        groups = names(record.group_id)
        return [record.model_id.model, permissions, groups, record.active]
    domain = re.sub(r"\s+", " ", record.domain_force or "").strip()
    groups = names(record.groups)
    return [record.model_id.model, permissions, groups, record.active, domain]


PERMISSIONS = ("read", "write", "create", "unlink")


def names(groups):
    ids = groups.get_external_id()
    return sorted(ids[group.id] or group.name for group in groups)


def evidence(env):
    """Whether what was signed and signed off still stands."""
    orders = env["sale.order"].search([], order="id")
    return {
        "orders": {
            str(order.id): [
                order.name,
                order.state,
                order.authority_state,
                order.contract_state,
                order._current_signature().ids,
                order.invoice_status,
            ]
            for order in orders
        },
        "signatures": {
            str(each.id): [each.intact, each.binding, each.fingerprint]
            for each in env["key.account.signature"].search([])
        },
        "accounts": {
            str(each.id): [each.display_name, each.state, each.user_id.id]
            for each in env["key.account"].search([])
        },
    }


def seen(env):
    """{login: {model: ids}}: what each person of the demo sees."""
    data = env["ir.model.data"].search(
        [("module", "=", "key_account"), ("model", "=", "res.users")]
    )
    users = env["res.users"].browse(data.mapped("res_id")).exists()
    return {
        user.login: {name: seen_of(env, user, name) for name in WATCHED}
        for user in users
    }


WATCHED = (
    *("sale.order", "crm.lead", "key.account", "key.account.visit"),
    *("key.account.requirement", "key.account.signature", "key.account.approval"),
    *("key.account.plan", "key.account.kpi.sheet"),
)


def seen_of(env, user, name):
    model = env(user=user.id, su=False)[name]
    if not model.has_access("read"):
        return None
    context = {"allowed_company_ids": user.company_ids.ids, "active_test": False}
    return sorted(model.with_context(**context).search([]).ids)


STEPS = (rows, files, rights, evidence, seen)


def main(database, addons_path):
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    sys.stdout, answer = sys.stderr, sys.stdout
    conf = ["-c", os.environ["ODOO_RC"], "--log-level=error", "--no-http"]
    config.parse_config([*conf, "-d", database, f"--addons-path={addons_path}"])
    logging.getLogger("odoo").setLevel(logging.ERROR)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US", "tz": "UTC"})
        json.dump({step.__name__: step(env) for step in STEPS}, answer, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
