"""What is to be set up of the customers' files."""

from odoo import api, models

from ..shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "survey": 80}

    @api.model
    def _first_step_survey(self):
        return FirstStep(
            self.env._("Questions of the profile survey"),
            self.env._("What a specialist finds out about each customer."),
            self._has_any("key.account.survey.question", of_all=True),
            "key_account.survey_question_action",
        )
