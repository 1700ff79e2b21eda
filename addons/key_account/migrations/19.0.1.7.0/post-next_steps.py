"""What waits for reviewers and accountants stands on their My Day, too."""

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file


def migrate(cr, version):
    if version:
        make_next_steps(api.Environment(cr, SUPERUSER_ID, {}))


def make_next_steps(env):
    """The rules for contracts to review and orders to invoice, once: an update leaves
    out what is only made once."""
    if not env.ref("key_account.next_step_to_invoice", raise_if_not_found=False):
        name = "data/next_steps_after_order.xml"
        convert_file(env, "key_account", name, {}, mode="init", noupdate=True)
