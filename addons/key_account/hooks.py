from odoo.tools import SQL

# Columns of big tables with the value that every existing row has: made in SQL, because
# the ORM would else compute each existing order and opportunity while the module is
# installed.
_COLUMNS = {
    "sale_order": {
        "authority_state": ("varchar", "not_applicable"),
        "contract_state": ("varchar", "none"),
    },
    # Few rows, but their dates of change are nobody's business here.
    "crm_stage": {"is_key_account": ("bool", False)},
}
_EMPTY_COLUMNS = {
    "sale_order": {
        "key_account_id": "int4",
        "authority_level_id": "int4",
        "authority_valid_until": "date",
        "terms_author_id": "int4",
    },
    "crm_lead": {"key_account_id": "int4", "stage_deadline": "timestamp"},
}


def pre_init_hook(env):
    for table, columns in _COLUMNS.items():
        for name, (kind, value) in columns.items():
            env.cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s DEFAULT %s",
                    SQL.identifier(table),
                    SQL.identifier(name),
                    SQL(kind),
                    value,
                )
            )
            env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                    SQL.identifier(table),
                    SQL.identifier(name),
                )
            )
    for table, columns in _EMPTY_COLUMNS.items():
        for name, kind in columns.items():
            env.cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s",
                    SQL.identifier(table),
                    SQL.identifier(name),
                    SQL(kind),
                )
            )


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
