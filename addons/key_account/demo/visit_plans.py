"""The month that the manager has had proposed for the team."""

from odoo import Command, models


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield -1, 15.2, self._plan_visits

    def _plan_visits(self):
        """Proposed, to be moved, dropped, accepted by whoever tries it."""
        env = self._env_of_manager("china")
        people = self._team("china").crm_team_member_ids.user_id
        plan = env["key.account.visit.plan"].create(
            {"person_ids": [Command.set(people.ids)]}
        )
        plan.action_propose()
        self._name_it("visit_plan", plan)
