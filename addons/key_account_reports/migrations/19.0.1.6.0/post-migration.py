"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


# In this order; each does nothing where it is done already.
STEPS = ()
