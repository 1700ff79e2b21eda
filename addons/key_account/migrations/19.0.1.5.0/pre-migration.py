"""What a database of an earlier version needs before the new code is loaded."""


def migrate(cr, version):
    if not version:
        return
    # Without a default no row of a big table is written: earlier orders have none.
    cr.execute(
        "ALTER TABLE sale_order_line ADD COLUMN IF NOT EXISTS confirmed_cost numeric"
    )
