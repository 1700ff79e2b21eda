"""What is to be set up of service."""

from odoo import api, models

from ..shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "feedback_alias": 90}

    @api.model
    def _first_step_feedback_alias(self):
        return FirstStep(
            self.env._("An address for complaints"),
            self.env._("Mails to it become feedback of the customer who wrote."),
            bool(self.env.company.key_account_feedback_alias_id),
            "key_account.company_settings_action",
        )
