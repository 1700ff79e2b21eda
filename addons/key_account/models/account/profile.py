"""The profile survey of an account: its rows, and how complete they are."""

from odoo import api, fields, models

from ...rules import completeness
from .survey import SURVEY_KINDS


class KeyAccount(models.Model):
    _inherit = "key.account"

    survey_kind = fields.Selection(
        SURVEY_KINDS, string="Kind of survey", default="prospect", required=True
    )
    answer_ids = fields.One2many(
        "key.account.survey.answer",
        "key_account_id",
        string="Profile survey",
        copy=False,
    )
    profile_completeness = fields.Float(
        string="Profile completeness (%)",
        compute="_compute_profile_completeness",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="Weight of the required questions answered and still valid ÷ weight of"
        " all required.",
    )

    @api.depends(
        "survey_kind",
        "answer_ids.is_current",
        "answer_ids.question_id.active",
        "answer_ids.question_id.kind",
        "answer_ids.question_id.company_id",
        "answer_ids.question_id.required",
        "answer_ids.question_id.weight",
    )
    def _compute_profile_completeness(self):
        for account in self:
            account.profile_completeness = completeness.completeness(
                [
                    completeness.Item(
                        answer.question_id.weight,
                        answer.question_id.required,
                        answer.is_current,
                    )
                    for answer in account.answer_ids
                    if answer.question_id._concerns(account)
                ]
            )

    def action_fill_survey(self):
        """Put questions that were added since the file was opened."""
        self.check_access("write")
        self._fill_survey()
        return True

    def _fill_survey(self):
        """Give each account a blank row per question of its kind that it lacks.

        With full rights: an account has all of its rows, whoever opened it.
        """
        Answer = self.env["key.account.survey.answer"].sudo()
        asked = self.env["key.account.survey.question"]._asked_of(self)
        rows = Answer._read_group(
            [("key_account_id", "in", self.ids)],
            ["key_account_id"],
            ["question_id:recordset"],
        )
        present = dict(rows)
        Answer.create(
            [
                {"key_account_id": account.id, "question_id": question.id}
                for account, questions in asked.items()
                for question in questions - present.get(account, questions.browse())
            ]
        )
