"""The dealer survey of a contact, filled over two or three visits, before there is an
account."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import completeness
from ..account.survey import VALUE_FIELDS
from ..shared.label import listed
from ..shared.working_time import today_of

_KIND = "dealer"


class KeyAccountCanvassAnswer(models.Model):
    """The row of one question of the dealer survey (kind ``dealer`` of the profile
    survey) for one contact, blank until it is answered; whose answer it is and of which
    day is kept, since not all of them are got at once.

    It is kept as text that answers a question of its type, so that it can go over into
    the account's survey; a choice as the choice.
    """

    _name = "key.account.canvass.answer"
    _description = "Dealer Survey Answer"
    _inherit = ["key.account.single", "key.account.under"]
    _under = frozenset(("canvass_id",))
    _single = frozenset(("canvass_id", "question_id"))
    _order = "section_order, sequence, question_id, id"
    _rec_name = "question_id"
    _no_default = frozenset(("value", "option_id"))

    canvass_id = fields.Many2one(
        "key.account.canvass",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
    )
    canvasser_id = fields.Many2one(
        related="canvass_id.canvasser_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="canvass_id.company_id", store=True)
    question_id = fields.Many2one(
        "key.account.survey.question", required=True, index=True, ondelete="restrict"
    )
    question = fields.Char(string="We ask", related="question_id.name")
    section = fields.Selection(related="question_id.section", store=True)
    section_order = fields.Integer(
        related="question_id.section_order", store=True, aggregator=None
    )
    sequence = fields.Integer(
        related="question_id.sequence", store=True, aggregator=None
    )
    answer_type = fields.Selection(related="question_id.answer_type")
    required = fields.Boolean(related="question_id.required")
    hint = fields.Char(related="question_id.hint")
    value = fields.Text(string="Answer")
    option_id = fields.Many2one(
        "key.account.survey.option",
        string="Choice",
        ondelete="restrict",
        domain="[('question_id', '=', question_id)]",
    )
    answered = fields.Boolean(compute="_compute_answered", store=True)
    answered_on = fields.Date("Answer date", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, copy=False
    )

    _one_row_per_question = models.Constraint(
        "UNIQUE(canvass_id, question_id)", "Each question is asked once per contact."
    )

    @api.depends("value", "option_id")
    def _compute_answered(self):
        for answer in self:
            answer.answered = bool(answer.value or answer.option_id)

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        self._assert_may_place(vals_list)
        signed = [
            self._signed(vals, self._said_parents("question_id", [vals]))
            for vals in vals_list
        ]
        answers = super(KeyAccountCanvassAnswer, self._unlocked(_SIGNED)).create(signed)
        if not self.env.su:
            # One question alone would be the whole survey.
            answers.canvass_id._fill_dealer_survey()
        return answers

    def write(self, vals):
        self._assert_kept(vals)
        if {"value", "option_id"}.isdisjoint(vals):
            return super().write(vals)
        self.check_access("write")
        self._assert_open()
        for answer in self:
            signed = answer._signed(vals, answer.question_id)
            super(KeyAccountCanvassAnswer, answer._unlocked(signed)).write(signed)
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        """The less is asked, the more complete the survey."""
        asked = self.question_id.filtered("active")[:1]
        if asked and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is asked of every contact: empty the answer instead.",
                    asked.name,
                )
            )

    def _assert_open(self):
        """With an account, its own survey goes on."""
        ended = self.canvass_id.filtered("key_account_id")
        if ended and not self.env.su:
            raise UserError(
                self.env._(
                    "%(contacts)s: an account was opened. Go on in its profile survey.",
                    contacts=listed(self.env, ended.mapped("display_name")),
                )
            )

    # ---------------------------------------- business

    def _signed(self, vals, question):
        """These values, with the day and the name of whoever says so.

        :raise UserError: the text is no answer to the question
        """
        if {"value", "option_id"}.isdisjoint(vals):
            return vals
        vals = self._as_kept(self._saying(vals), question)
        answered = bool(vals.get("value") or vals.get("option_id"))
        return {
            **vals,
            "answered_on": answered and today_of(self),
            "user_id": answered and self.env.uid,
        }

    @api.model
    def _as_kept(self, vals, question):
        """A choice as the choice, by whichever way it is given, all else as text."""
        text, kind = vals.get("value"), question.answer_type
        if kind != "selection":
            if text:
                self._typed(text, question)
            return {**vals, "option_id": False}
        option_id = vals.get("option_id")
        if text and not option_id:
            option_id = self._typed(text, question)["value_selection"]
        if option_id and option_id not in question.option_ids.ids:
            raise UserError(
                self.env._(
                    "“%(question)s”: this is not one of its choices.",
                    question=question.name,
                )
            )
        return {**vals, "value": False, "option_id": option_id}

    @api.model
    def _typed(self, text, question):
        """``{field of its type: value}`` as an account's survey keeps it."""
        answers = self.env["key.account.survey.answer"]
        return answers._typed({"value": text}, question)

    def _typed_value(self):
        self.ensure_one()
        if self.option_id:
            return {VALUE_FIELDS["selection"]: self.option_id.id}
        return self._typed(self.value, self.question_id)


_SIGNED = frozenset(("answered_on", "user_id"))


class KeyAccountCanvass(models.Model):
    _inherit = "key.account.canvass"

    answer_ids = fields.One2many(
        "key.account.canvass.answer", "canvass_id", string="Dealer survey", copy=False
    )
    survey_begun = fields.Boolean("Survey begun", compute="_compute_survey", store=True)
    survey_completeness = fields.Float(
        string="Dealer survey (%)",
        compute="_compute_survey",
        store=True,
        digits=(5, 1),
        aggregator="avg",
        help="Weight of the required questions answered ÷ weight of all required.",
    )

    @api.depends(
        "answer_ids.answered",
        "answer_ids.question_id.active",
        "answer_ids.question_id.required",
        "answer_ids.question_id.weight",
    )
    def _compute_survey(self):
        for entry in self:
            asked = entry.answer_ids.filtered("question_id.active")
            entry.survey_begun = any(answer.answered for answer in asked)
            entry.survey_completeness = asked and completeness.completeness(
                [
                    completeness.Item(
                        answer.question_id.weight,
                        answer.question_id.required,
                        answer.answered,
                    )
                    for answer in asked
                ]
            )

    def action_survey(self):
        """Put the questions, and show them."""
        self.ensure_one()
        self.check_access("write")
        self._fill_dealer_survey()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dealer Survey"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (self.env.ref("key_account.canvass_view_form_survey").id, "form")
            ],
        }

    def _fill_dealer_survey(self):
        """A blank row for each question of kind ``dealer`` that a contact lacks: when
        its survey is opened, since most contacts are never asked."""
        answers = self.env["key.account.canvass.answer"].sudo()
        questions = self.env["key.account.survey.question"].sudo()
        questions = questions.search(
            [
                ("kind", "=", _KIND),
                ("company_id", "in", [False, *self.company_id.ids]),
            ]
        )
        present = dict(
            answers._read_group(
                [("canvass_id", "in", self.ids)],
                ["canvass_id"],
                ["question_id:recordset"],
            )
        )
        answers.create(
            [
                {"canvass_id": entry.id, "question_id": question.id}
                for entry in self
                for question in questions - present.get(entry, questions.browse())
                if question.company_id.id in (False, entry.company_id.id)
            ]
        )

    def _account_values(self, customer):
        values = super()._account_values(customer)
        return {**values, "survey_kind": _KIND} if self.survey_begun else values

    def _hand_on_survey(self, account):
        """Only where the file has no answer of its own."""
        rows = {row.question_id: row for row in account.answer_ids if not row.answered}
        for answer in self.answer_ids.filtered("answered"):
            if row := rows.get(answer.question_id):
                row.write(
                    {
                        **answer._typed_value(),
                        "answered_on": answer.answered_on,
                        "user_id": answer.user_id.id,
                        "source": self.env._("Canvassing: %s", self.display_name),
                    }
                )


class KeyAccountSurveyQuestion(models.Model):
    _inherit = "key.account.survey.question"

    def unlink(self):
        """Rows that nobody has filled in go with their question; answers stay."""
        self._dealer_rows(answered=False).unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never_answered_by_dealers(self):
        if told := self._dealer_rows(answered=True).question_id:
            raise UserError(
                self.env._(
                    "These questions have been answered and cannot be deleted:"
                    " %(questions)s. Archive them instead.",
                    questions=listed(self.env, told.mapped("name")),
                )
            )

    def _dealer_rows(self, answered):
        # With full rights: whoever defines questions need not read a single contact.
        rows = self.env["key.account.canvass.answer"].sudo()
        return rows.search(
            [("question_id", "in", self.ids), ("answered", "=", answered)]
        )

    @api.constrains("answer_type")
    def _check_dealer_answers(self):
        """What has been answered in one form cannot be read in another."""
        if answered := self._dealer_rows(answered=True)[:1]:
            raise UserError(
                self.env._(
                    "%(question)s has already been answered in another form. Archive"
                    " it and create a new question.",
                    question=answered.question_id.name,
                )
            )

    def _put_to_accounts(self):
        """Also to contacts whose dealer survey has begun."""
        put = super()._put_to_accounts()
        if self.filtered(lambda q: q.active and q.kind == _KIND):
            entries = self.env["key.account.canvass"].sudo()
            begun = [("survey_begun", "=", True), ("key_account_id", "=", False)]
            entries.search(begun)._fill_dealer_survey()
        return put
