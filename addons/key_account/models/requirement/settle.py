"""Requirement lines settled, dropped and opened again by those who work on them."""

from odoo import models
from odoo.exceptions import UserError

from ...rules import requirement as rules
from ..shared.label import listed


class KeyAccountRequirement(models.Model):
    _inherit = "key.account.requirement"

    def action_settle(self):
        """Settle what is judged and inside; the rest shows as outside by itself."""
        self.check_access("write")
        missing = self.filtered(
            lambda line: (
                line.state == "open"
                and not rules.is_judged(line.able, line.within_authority)
            )
        )
        if missing:
            raise UserError(
                self.env._(
                    "Not judged yet: %s. Say whether we are able to meet it and"
                    " whether it lies"
                    " within your authority.",
                    listed(self.env, missing.mapped("name")),
                )
            )
        self.filtered(lambda line: line.state == "open").write({"state": "settled"})
        return True

    def action_drop(self):
        """The customer asks for it no more, or nobody answers it."""
        self.write({"state": "dropped"})
        return True

    def action_reopen(self):
        """Back to open; a line that lies outside shows so at once."""
        outside = self.filtered(
            lambda line: (
                not line.ruling_id
                and rules.is_outside(line.able, line.within_authority)
            )
        )
        outside.write({"state": "outside"})
        (self - outside).write({"state": "open"})
        return True

    def _raise_outside(self, names):
        """Refuse to settle these lines."""
        raise UserError(
            self.env._(
                "%s cannot be settled: either it is not judged yet, or we are not"
                " able to meet it,"
                " or it lies outside your authority. Judge it, or send the manager an"
                " exception"
                " request.",
                names,
            )
        )
