"""What is to be set up of authority: its levels and limits."""

from odoo import api, models

from ..shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "levels": 30, "limits": 40}

    @api.model
    def _first_step_levels(self):
        levels = self.env["key.account.authority.level"].search(
            [("company_id", "=", self.env.company.id)]
        )
        return FirstStep(
            self.env._("Authority levels and who stands on them"),
            self.env._("What somebody may sign off is their level, never their role."),
            bool(levels.user_ids) or any(levels.mapped("team_leader")),
            "key_account.authority_level_action",
        )

    @api.model
    def _first_step_limits(self):
        return FirstStep(
            self.env._("Authority limits"),
            self.env._("How far each level may go: discount, amount, margin, terms."),
            self._has_any("key.account.authority.limit"),
            "key_account.authority_matrix_action",
        )
