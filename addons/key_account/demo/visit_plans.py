"""The month that managers have had proposed for their teams."""

from odoo import Command, models

PLANS = {"china": "visit_plan", "europe": "visit_plan_europe"}


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield -1, 15.2, self._plan_visits

    def _plan_visits(self):
        """Proposed, to be moved, dropped, accepted by whoever tries it."""
        for code, name in PLANS.items():
            env = self._env_of_manager(code)
            people = self._team(code).crm_team_member_ids.user_id
            plan = env["key.account.visit.plan"].create(
                {"person_ids": [Command.set(people.ids)]}
            )
            plan.action_propose()
            self._name_it(name, plan)
