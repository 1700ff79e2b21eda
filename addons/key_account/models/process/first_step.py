"""What is to be set up of the process."""

from odoo import api, models

from ..shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "team": 20}

    @api.model
    def _first_step_team(self):
        teams = self.env["crm.team"].search(
            [
                ("is_key_account", "=", True),
                ("company_id", "in", [False, *self.env.company.ids]),
            ]
        )
        return FirstStep(
            self.env._("A team that works by a process"),
            self.env._(
                "Its stages say what is done in which step, by when, and what must"
                " hold."
            ),
            bool(teams._key_account_stages()),
            "key_account.crm_team_action",
        )
