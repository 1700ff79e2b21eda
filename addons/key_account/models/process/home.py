"""Figures of My Day: steps of deals that are due."""

from odoo import api, models
from odoo.fields import Domain


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        running = self._running_deals()
        if self._is("specialist"):
            tiles += self._tile(
                "steps_due",
                "crm.lead",
                running
                & Domain("user_id", "=", self.env.uid)
                & Domain("stage_deadline", "<", "today +1d"),
                "key_account.crm_lead_pipeline_action",
                26,
                late=True,
                quiet=self._is("manager"),
                label=self.env._("Steps of deals due"),
            )
        if managed := self._managed_teams():
            tiles += self._tile(
                "team_steps_late",
                "crm.lead",
                running
                & Domain("team_id", "in", managed.ids)
                & Domain("stage_deadline", "<", "now"),
                "key_account.crm_lead_pipeline_action",
                30,
                late=True,
                label=self.env._("Team's steps overdue"),
            )
        return tiles

    @api.model
    def _running_deals(self):
        return (
            Domain("team_id.is_key_account", "=", True)
            & Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending")
        )

    @api.model
    def _managed_teams(self):
        """Key-account teams in which the user decides; directors in all of theirs."""
        if not self._is("manager"):
            return self.env["crm.team"]
        user, companies = self.env.user, self.env.companies
        return self._key_account_teams().filtered(
            lambda team: team._is_managed_by(user, companies)
        )

    @api.model
    def _supported_teams(self):
        if not self._is("support"):
            return self.env["crm.team"]
        return self._key_account_teams().filtered(
            lambda team: self.env.user in team.key_account_support_ids
        )

    @api.model
    def _key_account_teams(self):
        teams = self.env["crm.team"]
        ids = list(teams._key_account_team_ids())
        return teams.search([("id", "in", ids)])._with_people()
