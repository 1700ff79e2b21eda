"""Figures of My Day: customers who were proposed, and wait for a decision."""

from odoo import api, models
from odoo.fields import Domain


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        standing = Domain("is_superseded", "=", False)
        if self._is("director"):
            tiles += self._tile(
                "strategies_to_approve",
                "key.account.proposal",
                standing
                & Domain("state", "=", "submitted")
                & Domain("decided_by_id", "!=", self.env.uid),
                "key_account.proposal_action",
                14,
                quiet=True,
                label=self.env._("Strategies to approve"),
            )
        if self._is("manager"):
            tiles += self._tile(
                "proposals",
                "key.account.proposal",
                standing & Domain("state", "=", "open"),
                "key_account.proposal_action",
                32,
                quiet=True,
                label=self.env._("Customers proposed"),
            )
        return tiles
