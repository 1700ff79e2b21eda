"""What is to be set up of what we can do."""

from odoo import api, models

from ..shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "capabilities": 70}

    @api.model
    def _first_step_capabilities(self):
        return FirstStep(
            self.env._("Capabilities of our products"),
            self.env._("What customers ask for is compared with them, line by line."),
            self._has_any("key.account.capability", of_all=True),
            "key_account.capability_action",
        )
