"""How an account's profile survey is printed."""

from odoo import models

from odoo.addons.key_account.models.shared.label import selection_labels


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _survey_language(self, blank):
        """Language of the survey in print: the blank form is for the customer, what we
        know for the reader."""
        self.ensure_one()
        reader = self.env.lang or self.env.user.lang
        return (blank and self.partner_id.lang) or reader


class KeyAccountSurveyAnswer(models.Model):
    _inherit = "key.account.survey.answer"

    def _printed_choices(self):
        """What is to be ticked on the blank form."""
        self.ensure_one()
        if self.answer_type == "boolean":
            return list(selection_labels(self, "value_boolean").values())
        return self.question_id.option_ids.mapped("name")
