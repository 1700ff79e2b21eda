"""What has moved to key_account keeps its column and its external id."""

# What this add-on gave visits until 19.0.1.2.0. Whoever updates this add-on alone must
# not lose it either: without its new name Odoo takes it for a field that is gone.
_FIELDS = (
    "field_key_account_visit__unplanned",
    "field_key_account_visit__cancelled_by_customer",
    "field_key_account_visit_reason__by_customer",
)


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """
        UPDATE ir_model_data AS old SET module = 'key_account'
         WHERE old.module = 'key_account_reports' AND old.name = ANY(%(names)s)
           AND NOT EXISTS (SELECT FROM ir_model_data AS new
                            WHERE new.module = 'key_account' AND new.name = old.name)
        """,
        {"names": list(_FIELDS)},
    )
    cr.execute(
        "DELETE FROM ir_model_data"
        " WHERE module = 'key_account_reports' AND name = ANY(%(names)s)",
        {"names": list(_FIELDS)},
    )
