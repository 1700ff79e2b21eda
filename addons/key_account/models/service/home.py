"""Figures of My Day: what customers wait for."""

from odoo import api, models
from odoo.fields import Domain

from .feedback import OPEN_STATES
from .next_step import FEEDBACK


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        open_ = Domain("state", "in", OPEN_STATES)
        action = "key_account.feedback_action"
        if self._is("specialist"):
            tiles += self._tile(
                "feedback_due",
                FEEDBACK,
                open_
                & Domain("user_id", "=", self.env.uid)
                & Domain("next_due", "<", "today +1d"),
                action,
                24,
                late=True,
                quiet=self._is("manager"),
                label=self.env._("Feedback due"),
            )
        if managed := self._managed_teams():
            tiles += self._tile(
                "team_feedback",
                FEEDBACK,
                open_ & Domain("team_id", "in", managed.ids),
                action,
                32,
                label=self.env._("Team's open feedback"),
            )
        if supported := self._supported_teams():
            theirs = Domain("team_id", "in", supported.ids)
            nobodys = Domain("key_account_id", "=", False)
            tiles += self._tile(
                "feedback_to_take",
                FEEDBACK,
                open_ & Domain("user_id", "=", False) & (theirs | nobodys),
                action,
                34,
                label=self.env._("Feedback to take"),
            )
        if self._is("contract_reviewer"):
            tiles += self._samples_to_check()
        return tiles

    @api.model
    def _samples_to_check(self):
        return self._tile(
            "sample_checks",
            "key.account.sample",
            [
                ("state", "=", "agreed"),
                ("checker_id", "=", self.env.uid),
                ("check_result", "=", False),
            ],
            "key_account.sample_check_action",
            18,
            quiet=True,
            label=self.env._("Samples to check"),
        )
