"""An account ends, or is another customer's: nobody is asked to sign off what needs it
no more."""

from odoo import models

from ...rules.states import UNDECIDED
from ..account.key_account import ENDED_STATES

_MOVED = frozenset(("partner_id", "company_id"))


class KeyAccount(models.Model):
    _inherit = "key.account"

    def write(self, vals):
        if not self._lets_go(vals):
            return super().write(vals)
        # Found before: they may be no quotations of an account afterwards.
        waiting = self.env["sale.order"]._found_for_all(
            [
                ("key_account_id", "in", self.ids),
                ("state", "in", UNDECIDED),
                ("sign_off_deadline", "!=", False),
            ]
        )
        result = super().write(vals)
        waiting._route_again()
        return result

    def _lets_go(self, vals):
        """Whether quotations of these may be under no control afterwards."""
        return (
            vals.get("state") in ENDED_STATES
            or not vals.get("active", True)
            or not _MOVED.isdisjoint(vals)
        )
