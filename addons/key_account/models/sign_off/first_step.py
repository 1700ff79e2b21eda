"""What is to be set up of signing off."""

from odoo import api, models

from ..shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "approver": 50}

    @api.model
    def _first_step_approver(self):
        company = self.env.company
        top = self.env["key.account.authority.level"].search(
            [("company_id", "=", company.id)], order="sequence desc", limit=1
        )
        return FirstStep(
            self.env._("Somebody who signs off at the top"),
            self.env._(
                "The highest level has a member, so that no request waits for nobody."
            ),
            any(user._may_sign_off(company) for user in top.user_ids),
            "key_account.authority_level_action",
        )
