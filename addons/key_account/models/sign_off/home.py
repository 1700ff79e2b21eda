"""Figures of My Day: quotations to sign off, and what came of one's own requests."""

from odoo import api, models


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        uid = self.env.uid
        if self._is("approver"):
            tiles += self._tile(
                "sign_off",
                "sale.order",
                [("authority_state", "=", "pending"), ("approver_ids", "in", uid)],
                "key_account.approval_inbox_action",
                10,
                # Whoever stands on a level may be asked, managers are.
                quiet=self._is("specialist") and not self._is("manager"),
                label=self.env._("To sign off"),
            )
        if self._is("specialist"):
            tiles += self._tile(
                "answers",
                "sale.order",
                [
                    ("state", "=", "draft"),
                    ("authority_state", "in", ("approved", "rejected")),
                    ("sign_off_requester_id", "=", uid),
                ],
                "key_account.sign_off_answers_action",
                28,
                quiet=self._is("manager"),
                label=self.env._("Answers to requests"),
            )
        return tiles
