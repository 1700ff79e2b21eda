"""Next steps: a customer is proposed as dormant or lost, and a manager decides."""

from odoo import api, models
from odoo.tools import SQL

LOSS = "key.account.loss"


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    def _due_loss(self):
        """What waits for the manager of the team; directors find it among the steps of
        all."""
        query = self._find(LOSS, [("state", "=", "open")])
        if query is None:
            return None
        team = query.left_join(query.table, "team_id", "crm_team", "id", "team_id")
        return self._select(
            LOSS,
            query,
            account="key_account_id",
            date="proposed_on",
            since="since",
            user=SQL.identifier(team, "user_id"),
            mine=self._managed_by_reader(team),
            number="limit_months",
        )

    @api.model
    def _managed_by_reader(self, team):
        """Whether the reader leads the team (an alias), or is one of its managers."""
        teams = self.env["crm.team"]._fields
        managers = teams["key_account_manager_ids"]
        return SQL(
            "%(leader)s = %(uid)s OR EXISTS (SELECT 1 FROM %(relation)s manager"
            " WHERE manager.%(column1)s = %(team)s AND manager.%(column2)s = %(uid)s)",
            leader=SQL.identifier(team, "user_id", to_flush=teams["user_id"]),
            uid=self.env.uid,
            relation=SQL.identifier(managers.relation, to_flush=managers),
            column1=SQL.identifier(managers.column1),
            column2=SQL.identifier(managers.column2),
            team=SQL.identifier(team, "id"),
        )
