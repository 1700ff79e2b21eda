"""Figures of My Day: visits of today, their reports and reviews."""

from odoo import api, models
from odoo.fields import Domain

VISIT = "key.account.visit"
PLANNED = Domain("state", "in", ("planned", "confirmed"))


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        if self._is("specialist"):
            tiles += self._visits_of_mine()
        if managed := self._managed_teams():
            tiles += self._tile(
                "to_review",
                VISIT,
                Domain("state", "=", "reported") & self._reviewed_by_me(managed),
                "key_account.visit_action_to_review",
                14,
                label=self.env._("Reports to review"),
            )
        if supported := self._supported_teams():
            tiles += self._tile(
                "team_visits",
                VISIT,
                PLANNED
                & Domain("team_id", "in", supported.ids)
                & Domain("date_start", ">=", "=week_start")
                & Domain("date_start", "<", "=week_start +7d"),
                "key_account.visit_action",
                40,
                label=self.env._("Team's visits this week"),
            )
        return tiles

    @api.model
    def _visits_of_mine(self):
        uid = self.env.uid
        mine = Domain("user_id", "=", uid)
        with_me = mine | Domain("participant_ids.user_id", "=", uid)
        over = Domain("state", "=", "confirmed") & Domain("date_end", "<", "now")
        manager = self._is("manager")
        return [
            *self._tile(
                "visits_today",
                VISIT,
                PLANNED
                & with_me
                & Domain("date_start", ">=", "today")
                & Domain("date_start", "<", "today +1d"),
                "key_account.visit_action",
                20,
                quiet=manager,
                label=self.env._("Visits today"),
            ),
            *self._tile(
                "reports",
                VISIT,
                mine & (Domain("state", "=", "held") | over),
                "key_account.visit_action_to_report",
                22,
                quiet=manager,
                label=self.env._("Reports to write"),
            ),
        ]

    @api.model
    def _reviewed_by_me(self, managed):
        """Reports that are the user's turn: in teams that they lead or manage, where
        they neither held nor reported the visit; directors where nobody else does."""
        uid = self.env.uid
        others = Domain("user_id", "!=", uid)
        others &= Domain("reported_by_id", "!=", uid)
        own = managed.filtered(
            lambda team: self.env.user in team._key_account_managers()
        )
        turn = Domain("team_id", "in", own.ids) & others
        for team in managed - own:
            managers = team._key_account_managers()
            if len(managers) > 1:
                continue
            theirs = Domain("team_id", "=", team.id)
            if managers:
                theirs &= Domain("user_id", "=", managers.id) | Domain(
                    "reported_by_id", "=", managers.id
                )
            turn |= theirs & others
        return turn

    @api.model
    def _open_reports(self, visit):
        return (
            visit.action_open_report() if visit.state == "held" else visit._open_visit()
        )

    @api.model
    def _open_to_review(self, visit):
        return visit.action_open_review() if visit.can_review else visit._open_visit()
