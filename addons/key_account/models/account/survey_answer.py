"""The answers to the profile survey, and how long they count."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ...rules import completeness
from ..shared.label import listed, selection_labels
from ..shared.working_time import today_of
from .survey import VALUE_FIELDS

# Older companies exist; a year before it is a slip of the finger all the same.
_FIRST_YEAR = 1000


class KeyAccountSurveyAnswer(models.Model):
    """The row of one question in one account's profile, blank until it is answered.

    A number of zero counts as an answer once it has a date: writing any value sets it.
    """

    _name = "key.account.survey.answer"
    _description = "Survey Answer"
    _inherit = ["key.account.single", "key.account.under"]
    _reckoned = frozenset(("answered_on",))
    _under = frozenset(("key_account_id",))
    _under_read = frozenset(("question_id",))
    _single = frozenset(("key_account_id", "question_id"))
    _order = "section_order, sequence, question_id, id"
    _rec_name = "question_id"
    _no_default = frozenset((*VALUE_FIELDS.values(), "answered_on", "user_id"))

    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    question_id = fields.Many2one(
        "key.account.survey.question", required=True, ondelete="restrict", index=True
    )
    question = fields.Char(string="We ask", related="question_id.name")
    section = fields.Selection(
        related="question_id.section", store=True, group_expand=True
    )
    section_order = fields.Integer(
        related="question_id.section_order", store=True, aggregator=None
    )
    sequence = fields.Integer(
        related="question_id.sequence", store=True, aggregator=None
    )
    answer_type = fields.Selection(related="question_id.answer_type")
    required = fields.Boolean(related="question_id.required", store=True)
    hint = fields.Char(related="question_id.hint")
    value_char = fields.Char(string="Short text")
    value_text = fields.Text(string="Long text")
    value_number = fields.Float(string="Number", digits=(16, 2), aggregator=None)
    value_date = fields.Date(string="Date")
    value_boolean = fields.Selection([("yes", "Yes"), ("no", "No")], string="Yes or no")
    value_selection = fields.Many2one(
        "key.account.survey.option",
        string="Choice",
        ondelete="restrict",
        domain="[('question_id', '=', question_id)]",
    )
    value = fields.Char(string="Answer", compute="_compute_value")
    source = fields.Char(
        help="Who or what told us: a person, a visit, an annual report."
    )
    answered_on = fields.Date("Answer date", copy=False)
    user_id = fields.Many2one("res.users", string="Answered by", copy=False)
    answered = fields.Boolean(compute="_compute_answered", store=True)
    expires_on = fields.Date(
        string="Valid until", compute="_compute_expires_on", store=True
    )
    is_current = fields.Boolean(
        string="Counts", compute="_compute_is_current", store=True
    )
    is_expired = fields.Boolean("Is expired", compute="_compute_is_expired")

    _one_row_per_question = models.Constraint(
        "UNIQUE(key_account_id, question_id)",
        "Each question is asked once per account.",
    )

    # ---------------------------------------- compute

    @api.depends(
        "question_id.answer_type", "answered_on", *sorted(set(VALUE_FIELDS.values()))
    )
    def _compute_answered(self):
        for answer in self:
            value = VALUE_FIELDS.get(answer.question_id.answer_type)
            answer.answered = bool(
                value and answer[value]
                if value != "value_number"
                else answer.value_number or answer.answered_on
            )

    @api.depends("answered_on", "question_id.validity_months")
    def _compute_expires_on(self):
        for answer in self:
            answer.expires_on = completeness.expiry(
                answer.answered_on, answer.question_id.validity_months
            )

    @api.depends("answered", "expires_on")
    def _compute_is_current(self):
        for answer in self:
            today = today_of(answer)
            answer.is_current = completeness.is_current(
                answer.answered, answer.expires_on, today
            )

    @api.depends("answered", "is_current")
    def _compute_is_expired(self):
        for answer in self:
            answer.is_expired = answer.answered and not answer.is_current

    @api.depends("answered", "answer_type", *sorted(set(VALUE_FIELDS.values())))
    def _compute_value(self):
        yes_no = selection_labels(self, "value_boolean")
        for answer in self:
            raw = (
                answer[VALUE_FIELDS[answer.answer_type]]
                if answer.answer_type
                else False
            )
            if not answer.answered:
                answer.value = False
            elif answer.answer_type == "selection":
                answer.value = raw.name
            elif answer.answer_type == "boolean":
                answer.value = yes_no[raw]
            elif answer.answer_type == "date":
                answer.value = format_date(self.env, raw)
            elif answer.answer_type == "year":
                answer.value = f"{raw:.0f}"
            elif answer.answer_type == "integer":
                answer.value = formatLang(self.env, raw, digits=0)
            elif answer.answer_type == "float":
                answer.value = formatLang(self.env, raw)
            else:
                answer.value = raw

    # ---------------------------------------- constraints

    @api.constrains("value_selection", "question_id")
    def _check_choice(self):
        for answer in self:
            if (
                answer.value_selection
                and answer.value_selection.question_id != answer.question_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(choice)s is not one of the choices for the question"
                        " %(question)s. Pick one of: %(all)s",
                        choice=answer.value_selection.name,
                        question=answer.question_id.name,
                        all=listed(
                            self.env, answer.question_id.option_ids.mapped("name")
                        ),
                    )
                )

    @api.constrains("value_number", "question_id")
    def _check_year(self):
        this_year = fields.Date.context_today(self).year
        for answer in self.filtered("value_number"):
            year = answer.value_number
            if answer.answer_type == "year" and (
                year != int(year) or not _FIRST_YEAR <= year <= this_year
            ):
                raise ValidationError(
                    self.env._(
                        "%(question)s: enter a year with four digits, not later than"
                        " %(this_year)s.",
                        question=answer.question_id.name,
                        this_year=this_year,
                    )
                )

    @api.constrains("answered_on")
    def _check_answered_on(self):
        for answer in self.filtered("answered_on"):
            # A person's day may have begun before the company's.
            today = max(today_of(answer), fields.Date.context_today(answer))
            if answer.answered_on > today:
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: the answer is dated %(date)s, a day that has"
                        " not come. Correct the date.",
                        question=answer.question,
                        date=format_date(self.env, answer.answered_on),
                    )
                )

    # ---------------------------------------- CRUD

    def _single_text(self):
        return self.env._(
            "Each question is asked once per account: write the new answer into the one"
            " there is. What was answered before is kept."
        )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._saying(vals) for vals in vals_list]
        for vals in vals_list:
            if any(vals.get(name) for name in VALUE_FIELDS.values()):
                self._sign_answer(vals)
        return super().create(vals_list)

    def write(self, vals):
        written = vals.keys() & set(VALUE_FIELDS.values())
        if written:
            vals = dict(self._saying(vals))
            if "value_number" in written or any(vals[name] for name in written):
                self._sign_answer(vals)
            else:
                vals.update(answered_on=False, user_id=False)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        """A question that is not there would not be missing: the less is asked, the
        more complete the file."""
        asked = self.filtered(
            lambda answer: answer.question_id._concerns(answer.key_account_id)
        )
        if asked and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is asked of every account of its kind: empty the answer"
                    " instead. What need not be asked is archived by Configuration.",
                    asked[0].question,
                )
            )

    # ---------------------------------------- business

    def _sign_answer(self, vals):
        vals.setdefault("answered_on", today_of(self))
        vals.setdefault("user_id", self.env.uid)

    @api.model
    def _cron_expire(self, limit=1000):
        """Answers whose validity has ended stop counting for the completeness: each
        when its last day is over where its company works."""
        over = self.env["res.company"]._key_account_before_today("expires_on")
        domain = Domain("is_current", "=", True) & over
        expired = self.search(domain, limit=limit)
        expired.modified(["expires_on"])
        self.env.flush_all()
        remaining = self.search_count(domain) if len(expired) == limit else 0
        self.env["ir.cron"]._commit_progress(len(expired), remaining=remaining)
