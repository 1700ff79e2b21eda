"""What was answered to the survey before: who said it, when, and what."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import completeness
from ..shared.label import listed
from ..shared.working_time import today_of
from .survey import VALUE_FIELDS

_SAID = (*sorted(set(VALUE_FIELDS.values())), "source", "answered_on", "user_id")

# Weight of what was asked by a day, and of what was given then and still valid.
_GIVEN_BY = """
SELECT answer.key_account_id, SUM(question.weight),
       COALESCE(SUM(question.weight) FILTER (
           WHERE change.answered
             AND (change.expires_on IS NULL OR change.expires_on >= %(day)s)
       ), 0)
  FROM key_account_survey_answer AS answer
  JOIN key_account AS account ON account.id = answer.key_account_id
  JOIN key_account_survey_question AS question
    ON question.id = answer.question_id
  JOIN res_company AS company ON company.id = account.company_id
LEFT JOIN resource_calendar AS calendar
    ON calendar.id = company.resource_calendar_id
LEFT JOIN LATERAL (
    SELECT answered, expires_on
      FROM key_account_survey_change AS told
     WHERE told.key_account_id = answer.key_account_id
       AND told.question_id = answer.question_id
       AND told.date <= %(day)s
  ORDER BY told.id DESC
     LIMIT 1
       ) AS change ON TRUE
 WHERE answer.key_account_id = ANY(%(ids)s)
   AND question.active AND question.required AND question.weight > 0
   AND (question.kind IS NULL OR question.kind = account.survey_kind)
   AND (question.company_id IS NULL
        OR question.company_id = account.company_id)
   AND (change.answered IS NOT NULL
        OR (answer.create_date AT TIME ZONE 'UTC'
            AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date <= %(day)s)
GROUP BY answer.key_account_id
"""


class KeyAccountSurveyChange(models.Model):
    """That an answer was given, changed or taken back: insert-only."""

    _name = "key.account.survey.change"
    _description = "Former Survey Answers"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "question_id"

    # A file with which nothing has been done is deleted with all of it.
    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    question_id = fields.Many2one(
        "key.account.survey.question", required=True, ondelete="restrict", index=True
    )
    date = fields.Date(string="Entered on", required=True)
    changed_by_id = fields.Many2one(
        "res.users", string="Entered by", required=True, ondelete="restrict"
    )
    answered = fields.Boolean(help="Not set where the answer was taken back.")
    value = fields.Char(string="Answer")
    source = fields.Char()
    answered_on = fields.Date("Answer date")
    user_id = fields.Many2one("res.users", string="Answered by", ondelete="restrict")
    expires_on = fields.Date(string="Valid until")

    _of_question = models.Index("(key_account_id, question_id, id)")
    # A source may name a person.
    _anonymous_values = {"source": "-"}


class KeyAccountSurveyAnswer(models.Model):
    _inherit = "key.account.survey.answer"

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers.filtered("answered")._note_changes()
        return answers

    def write(self, vals):
        if vals.keys().isdisjoint((*_SAID, "key_account_id", "question_id")):
            return super().write(vals)
        before = [answer._as_said() for answer in self]
        moved = not {"key_account_id", "question_id"}.isdisjoint(vals)
        if moved:
            # Where it was it is no longer.
            self.filtered("answered")._note_changes(taken_back=True)
        result = super().write(vals)
        changed = self.browse(
            answer.id
            for answer, said in zip(self, before, strict=True)
            if answer._as_said() != said or (moved and answer.answered)
        )
        changed._note_changes()
        return result

    def unlink(self):
        self.filtered("answered")._note_changes(taken_back=True)
        return super().unlink()

    def _as_said(self):
        return tuple(self[name] for name in _SAID)

    def _note_changes(self, taken_back=False):
        """Record what these answers say from today on; nothing, when taken back."""
        self.env["key.account.survey.change"]._record(
            [
                {
                    "key_account_id": answer.key_account_id.id,
                    "question_id": answer.question_id.id,
                    "date": today_of(answer.sudo()),
                    "changed_by_id": self.env.uid,
                    **(answer._said_now() if not taken_back else {}),
                }
                for answer in self
            ]
        )

    def _said_now(self):
        return {
            "answered": self.answered,
            "value": self.value,
            "source": self.source,
            "answered_on": self.answered_on,
            "user_id": self.user_id.id,
            "expires_on": self.expires_on,
        }

    def action_view_former(self):
        """What was answered to this question before."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.survey_change_action"
        )
        action["domain"] = [
            ("key_account_id", "=", self.key_account_id.id),
            ("question_id", "=", self.question_id.id),
        ]
        return action


class KeyAccountSurveyQuestion(models.Model):
    _inherit = "key.account.survey.question"

    @api.ondelete(at_uninstall=False)
    def _unlink_never_told(self):
        # Whoever defines questions need not be allowed to read a single account.
        changes = self.env["key.account.survey.change"].sudo()
        if told := changes._told_of("question_id", self):
            raise UserError(
                self.env._(
                    "These questions were answered once and cannot be deleted:"
                    " %(questions)s. Archive them instead.",
                    questions=listed(self.env, told.mapped("name")),
                )
            )


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _completeness_on(self, day):
        """``{account: completeness (0–100) of its profile at the end of this day}``, by
        what had been entered until then and was still valid; None where there was no
        file yet. Two queries, however many.

        Counted are the questions that were put to the account by then, with the weight
        they have today, and as far as they are still asked.
        """
        found = self._weights_on(day)
        opened = self._opened_by(day)
        return {
            account: completeness.share(*found.get(account.id, (0.0, 0.0)))
            if account in opened
            else None
            for account in self
        }

    def _weights_on(self, day):
        """``{account id: (weight answered and valid, weight asked)}`` of required
        questions at the end of this day; one query, however many."""
        self.env.flush_all()
        self.env.cr.execute(
            _GIVEN_BY,
            {"day": fields.Date.to_date(day), "ids": self.ids},
        )
        return {id_: (given, total) for id_, total, given in self.env.cr.fetchall()}
