"""What a database of an earlier version needs before the new code is loaded."""

from odoo.tools import SQL

# Nothing that was there has been rated; the ORM would compute that row by row.
_RATED = ("key_account_visit", "key_account_feedback")
_RATINGS = {
    "rating_mean": "numeric",
    "rating_response": "numeric",
    "rating_last_value": "float8",
}


def migrate(cr, version):
    if not version:
        return
    # Without a default no row of a big table is written: earlier orders have none.
    cr.execute(
        "ALTER TABLE sale_order_line ADD COLUMN IF NOT EXISTS confirmed_cost numeric"
    )
    for table in _RATED:
        for name, kind in _RATINGS.items():
            # A constant default writes no row either. Databases before 19.0.1.4.0
            # have no feedback.
            names = {
                "table": SQL.identifier(table),
                "name": SQL.identifier(name),
                "kind": SQL(kind),
            }
            for change in (
                "ADD COLUMN IF NOT EXISTS %(name)s %(kind)s DEFAULT 0",
                "ALTER COLUMN %(name)s DROP DEFAULT",
            ):
                cr.execute(SQL("ALTER TABLE IF EXISTS %(table)s " + change, **names))
