"""Answers of the survey from a spreadsheet: each row finds the question it answers."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules import completeness, survey_text
from ..shared.label import listed, selection_label, selection_labels
from ..shared.working_time import today_of
from .survey import VALUE_FIELDS

_TEMPLATE = "/key_account/survey_template.xlsx"


class KeyAccountSurveyAnswer(models.Model):
    """Every account has the rows of its questions already; so what is imported is
    written into the row of its account and question, and no row is made twice."""

    _name = "key.account.survey.answer"
    _inherit = ["key.account.survey.answer", "key.account.importing"]

    value = fields.Char(inverse="_inverse_value")

    def _inverse_value(self):
        """``create()`` and ``write()`` have put it into the field of its type."""

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        questions = self.env["key.account.survey.question"]
        return super().create(
            [
                self._typed(vals, questions.browse(vals.get("question_id")))
                if "value" in vals
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if "value" not in vals:
            return super().write(vals)
        for row in self:
            super(KeyAccountSurveyAnswer, row).write(row._typed(vals, row.question_id))
        return True

    # ---------------------------------------- import

    @api.model
    def get_import_templates(self):
        account_id = self.env.context.get("default_key_account_id")
        return [
            {
                "label": self.env._("Template with the questions of the survey"),
                "template": f"{_TEMPLATE}?account_id={account_id or ''}",
            }
        ]

    @api.model
    def _load_rows(self, data_list, update=False):
        told = [data for data in data_list if not self._is_blank(data)]
        for data in data_list:
            self._assert_numbers(data["values"])
        # A row that is left out is no way for what only the process writes.
        self._assert_kept_start(
            [data["values"] for data in data_list if self._is_new(data)]
        )
        self._match_rows([data for data in told if self._is_new(data)])
        return super()._load_rows(told, update)

    @api.model
    def _is_blank(self, data):
        """Whether a row of the template was left as it is: nothing is answered."""
        answer = data["values"].keys() & {"value", *VALUE_FIELDS.values()}
        return self._is_new(data) and not any(
            str(data["values"][name] or "").strip() for name in answer
        )

    @api.model
    def _match_rows(self, data_list):
        """Say of each of these rows of a file which answer it is; two searches for all.

        :raise UserError: no such question is asked of the account, or the answer is
            older than what is known
        """
        values = [data["values"] for data in data_list]
        for vals in values:
            if not (vals.get("key_account_id") and vals.get("question_id")):
                raise UserError(
                    self.env._(
                        "Each row names the key account, by its name or reference, and"
                        " the question that it answers."
                    )
                )
        accounts = self.env["key.account"].browse(
            {vals["key_account_id"] for vals in values}
        )
        accounts.check_access("write")
        accounts._fill_survey()
        rows = self.search(Domain("key_account_id", "in", accounts.ids))
        by_question = {(row.key_account_id.id, row.question_id.id): row for row in rows}
        by_words = {(row.key_account_id.id, row.question): row for row in rows}
        questions = self.env["key.account.survey.question"]
        for data in data_list:
            vals = {name: value for name, value in data["values"].items() if value}
            account_id = vals.pop("key_account_id")
            question = questions.browse(vals.pop("question_id"))
            row = by_question.get((account_id, question.id)) or by_words.get(
                (account_id, question.name)
            )
            if not row:
                raise UserError(
                    self.env._(
                        "“%(question)s” is not asked of %(account)s. Download the"
                        " template from its survey: it has the questions.",
                        question=question.name,
                        account=accounts.browse(account_id).display_name,
                    )
                )
            row._assert_newer(vals)
            # A blank cell leaves what is known.
            data["values"] = {**vals, "id": row.id}
            data["by_words"] = True

    def _assert_newer(self, vals):
        """Raise where an answer of a file would take back what is known already."""
        today = today_of(self)
        given = fields.Date.to_date(vals.get("answered_on")) or today
        expires = completeness.expiry(given, self.question_id.validity_months)
        words = {
            "question": self.question,
            "date": format_date(self.env, given),
            "known": format_date(self.env, self.answered_on),
            "expired": format_date(self.env, expires),
        }
        if given > today:
            raise UserError(
                self.env._(
                    "“%(question)s”: the answer is dated %(date)s, a day that has not"
                    " come. Correct the date.",
                    **words,
                )
            )
        if self.answered_on and given < self.answered_on:
            raise UserError(
                self.env._(
                    "“%(question)s”: the answer of %(date)s is older than the one of"
                    " %(known)s that is known. Leave the row out.",
                    **words,
                )
            )
        if expires and expires < today:
            raise UserError(
                self.env._(
                    "“%(question)s”: the answer of %(date)s expired on %(expired)s."
                    " Ask again, or leave the row out.",
                    **words,
                )
            )

    # ---------------------------------------- from text to type

    @api.model
    def _typed(self, vals, question):
        """These values, with the answer in the field of the question's type.

        :raise UserError: the text is no answer to it
        """
        vals = dict(vals)
        text, kind = vals.pop("value"), question.answer_type
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        try:
            value = survey_text.read(
                text,
                kind,
                self._choices(question),
                lang.decimal_point or ".",
                lang.thousands_sep or "",
            )
        except survey_text.NoAnswer as refusal:
            raise UserError(self._why_no_answer(refusal, question, text)) from None
        vals[VALUE_FIELDS[kind]] = False if value is None else value
        return vals

    @api.model
    def _choices(self, question):
        """What the choices of a question may be called, in the reader's language and in
        the source's."""
        if question.answer_type == "boolean":
            source = selection_labels(self.with_context(lang="en_US"), "value_boolean")
            here = selection_labels(self, "value_boolean")
            return {
                called: code
                for code in here
                for called in (code, source[code], here[code])
            }
        options = question.option_ids
        return {
            option.name: option.id
            for option in (*options.with_context(lang="en_US"), *options)
        }

    @api.model
    def _why_no_answer(self, refusal, question, text):
        words = {"question": question.name, "text": text}
        why = refusal.args[0]
        if why == survey_text.NO_CHOICE:
            return self.env._(
                "“%(question)s”: “%(text)s” is not one of the choices. Enter one of:"
                " %(all)s",
                all=self._ways_to_answer(question),
                **words,
            )
        if why == survey_text.NO_DATE:
            return self.env._(
                "“%(question)s”: “%(text)s” is not a date. Enter year-month-day, e.g."
                " 2026-03-09.",
                **words,
            )
        if why == survey_text.NO_WHOLE:
            return self.env._(
                "“%(question)s”: “%(text)s” is not a whole number. Enter one without"
                " decimals.",
                **words,
            )
        return self.env._(
            "“%(question)s”: “%(text)s” is not a number. Enter digits, without a unit.",
            **words,
        )

    @api.model
    def _ways_to_answer(self, question):
        """How a question is answered: its choices, or what its type is called."""
        if question.answer_type == "selection":
            return listed(self.env, question.option_ids.mapped("name"))
        if question.answer_type == "boolean":
            return listed(self.env, selection_labels(self, "value_boolean").values())
        return selection_label(question, "answer_type", question.answer_type)


class KeyAccount(models.Model):
    _inherit = "key.account"

    def action_import_survey(self):
        """Odoo's own import, for the answers of this account."""
        self.ensure_one()
        self.check_access("write")
        self._fill_survey()
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import Answers"),
            "params": {
                "active_model": "key.account.survey.answer",
                "context": {"default_key_account_id": self.id},
            },
        }

    def _survey_sections(self):
        """``[(section, its rows)]`` of what is asked of this account, in the order of
        the form."""
        self.ensure_one()
        asked = self.answer_ids.filtered(lambda row: row.question_id._concerns(self))
        labels = selection_labels(self.env["key.account.survey.question"], "section")
        return [(labels[code], rows) for code, rows in asked.grouped("section").items()]
