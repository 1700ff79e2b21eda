"""Tell whether a scheduled action runs: what it changes, nobody has changed."""

from odoo import models

# Compared by identity: a caller can send ``cron_id`` over RPC, but never this object.
_CRON = object()


def is_cron(env):
    """Whether a scheduled action runs here, whoever it runs as."""
    return env.context.get("key_account_cron") is _CRON


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, *args, **kwargs):
        marked = self.with_context(key_account_cron=_CRON)
        return super(IrCron, marked)._callback(*args, **kwargs)
