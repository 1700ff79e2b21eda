"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def tell_messengers(env):
    """The scheduled action that tells team messengers, once: an update leaves out what
    is only made once."""
    if not env.ref("key_account.cron_webhook", raise_if_not_found=False):
        name = "data/webhook.xml"
        convert_file(env, "key_account", name, {}, mode="init", noupdate=True)


def compute_turnover(env):
    """What was invoiced stands on the accounts' pages as soon as the job has run: at
    once, not tomorrow. Deleted or switched off, it stays so."""
    job = env.ref("key_account.cron_value_classes", raise_if_not_found=False)
    if job and job.active:
        job._trigger()


def forget_canvass(env):
    """The scheduled action, once: an update leaves out what is only made once. It does
    nothing until a company says after how many months."""
    if not env.ref("key_account.cron_forget_canvass", raise_if_not_found=False):
        name = "data/canvass_cron.xml"
        convert_file(env, "key_account", name, {}, mode="init", noupdate=True)
    owner = env.ref("key_account.question_dealer_owner", raise_if_not_found=False)
    if owner and not owner.personal:
        owner.personal = True


# In this order; each does nothing where it is done already.
STEPS = (tell_messengers, compute_turnover, forget_canvass)
