"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def keep_scores(env):
    """Lists show the score that is kept: measured once for the sheets there are."""
    env["key.account.kpi.sheet"].search([("kept_on", "=", False)])._keep_score()


STEPS = (keep_scores,)
