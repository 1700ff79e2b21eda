"""Teams that work by one of the templates, and deals that begin where they stand."""

from odoo import models


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _make_team_of(self, code, name, template):
        """A team that works by a template: by the wizard, as whoever configures the
        process would do it."""
        team = self.env["crm.team"].create(
            {
                "name": name,
                "company_id": self._company("china").id,
                "user_id": self._user("manager").id,
            }
        )
        env = self._env_of(self._user("configuration"), "china")
        wizard = env["key.account.map.stages"].create(
            {"team_id": team.id, "template_code": template}
        )
        wizard.action_next()
        wizard.action_apply()
        self._name_it(f"team_{code}", team)

    def _begin_with(self, account, team, name, amount=0.0):
        """An opportunity of an account in another team than the department's."""
        account = self._account(account)
        env = self._env_of(account.user_id, "china")
        return env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": account.partner_id.id,
                "company_id": account.company_id.id,
                "team_id": self._ref(f"team_{team}").id,
                "user_id": account.user_id.id,
                "expected_revenue": amount,
            }
        )

    def _place(self, lead, step, reason):
        """The manager puts a deal where it stands."""
        stages = self.env["crm.stage"].search(
            [("team_ids", "in", lead.team_id.ids), ("template_code", "=", step)]
        )
        manager = lead.with_env(self._env_of(self._user("manager"), "china"))
        manager._pass_by_override(stages, reason)

    def _tick_some(self, lead, count=None):
        """What is to be ticked off in this step, or the first of it."""
        for check in lead.stage_id.sudo().gate_ids.check_ids[:count]:
            lead.action_tick(check.id)
