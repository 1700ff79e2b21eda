"""Records of which there is one for what they are about."""

from odoo import models
from odoo.exceptions import UserError

from .label import listed


class KeyAccountSingle(models.AbstractModel):
    """There is one for each customer, question, period …: duplicating says so.

    ``_single`` names what a copy would have to differ in. Whoever copies with another
    value for one of these gets the copy; without, a sentence instead of the index's.
    """

    _name = "key.account.single"
    _description = "One of a kind"

    _single = frozenset()

    def copy(self, default=None):
        if self._single.isdisjoint(default or {}):
            raise UserError(self._single_text())
        return super().copy(default)

    def _single_text(self):
        """Hook: why there is no second one, and what to do instead."""
        return self.env._(
            "There is only one of %(record)s: make a new one and say what it is for.",
            record=listed(self.env, self.mapped("display_name")),
        )
