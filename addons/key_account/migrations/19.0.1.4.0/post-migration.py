"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def name_requests(env):
    """A decision says which request it ended: the last one before it. How many working
    hours that took was not counted then, and stays empty."""
    env.cr.execute(
        """
        UPDATE key_account_approval AS decision
           SET request_id = (
               SELECT max(request.id) FROM key_account_approval AS request
                WHERE request.order_id = decision.order_id
                  AND request.event = 'request' AND request.id < decision.id)
         WHERE decision.event IN ('approve', 'reject', 'send_back')
           AND decision.request_id IS NULL
        """
    )


def number_samples(env):
    """The sequence of samples, as a new database has it."""
    if not env.ref("key_account.sequence_key_account_sample", raise_if_not_found=False):
        convert_file(
            env, "key_account", "data/sample.xml", {}, mode="init", noupdate=True
        )


# In this order; each does nothing where it is done already.
STEPS = (name_requests, number_samples)
