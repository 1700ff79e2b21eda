"""An account's visits stand in a wider index, which begins with the account too."""


def migrate(cr, version):
    # Odoo leaves the index of a field that no longer asks for one.
    cr.execute("DROP INDEX IF EXISTS key_account_visit__key_account_id_index")
