"""What happens in the database before the add-on is installed and when it goes."""

from odoo.tools import SQL

# Columns of big tables, with the value that every existing row has: made in SQL,
# because the ORM would else compute each existing order and opportunity while the
# module is installed.
_COLUMNS = {
    "sale_order": {
        "authority_state": ("varchar", "not_applicable"),
        "contract_state": ("varchar", "none"),
        "key_account_id": ("int4", None),
        "authority_level_id": ("int4", None),
        "authority_valid_until": ("date", None),
        "terms_author_id": ("int4", None),
        "sign_off_readers": ("jsonb", None),
    },
    "crm_lead": {
        "key_account_id": ("int4", None),
        "stage_deadline": ("timestamp", None),
    },
    # Empty for what was confirmed before.
    "sale_order_line": {"confirmed_cost": ("numeric", None)},
    # Few rows, but their dates of change are nobody's business here.
    "crm_stage": {"is_key_account": ("bool", False)},
}


def pre_init_hook(env):
    for table, columns in _COLUMNS.items():
        for name, (kind, value) in columns.items():
            _add_column(
                env.cr, SQL.identifier(table), SQL.identifier(name), kind, value
            )


def _add_column(cr, table, name, kind, value):
    """Give each present row this value, and later ones none of their own."""
    cr.execute(
        SQL(
            "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s DEFAULT %s",
            *(table, name, SQL(kind), value),
        )
    )
    cr.execute(SQL("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name))


def uninstall_hook(env):
    """Give the opportunities of key-account teams back to plain pipelines."""
    teams = (
        env["crm.team"]
        .with_context(active_test=False)
        .search([("is_key_account", "=", True)])
    )
    # The stages stay, with their opportunities; they are ordinary stages of their teams
    # from now on.
    teams.write({"is_key_account": False})
