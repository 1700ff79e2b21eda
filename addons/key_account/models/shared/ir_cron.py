"""Tell whether a scheduled action runs: what it changes, nobody has changed."""

from odoo import models
from odoo.exceptions import AccessError

from .ours import is_ours

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

    def _ours(self):
        """Those that these add-ons brought along."""
        names = self.get_external_id()
        return self.filtered(lambda cron: is_ours(names[cron.id].partition(".")[0]))


class IrActionsServer(models.Model):
    """What a scheduled action does is a server action, too, and such a one is run by
    whoever may write its model."""

    _inherit = "ir.actions.server"

    def run(self):
        if not (is_cron(self.env) or self.env.su or self.env.user._is_system()):
            scheduled = self.sudo().ir_cron_ids._ours()
            if scheduled:
                raise AccessError(
                    self.env._(
                        "“%s” is run by the scheduler, or by an administrator.",
                        scheduled[0].name,
                    )
                )
        return super().run()
