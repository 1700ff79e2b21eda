"""The questions of the customer profile survey."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..shared.label import listed

SECTIONS = [
    ("company", "Company"),
    ("finance", "Finance"),
    ("sales", "Sales"),
    ("purchasing", "Purchasing"),
    ("decision_makers", "Decision makers"),
    ("suppliers", "Present suppliers and our share"),
    ("quality", "Technical and quality requirements"),
    ("logistics", "Logistics"),
    ("competition", "Competition"),
]
SURVEY_KINDS = [
    ("customer", "Customer"),
    ("prospect", "Prospect"),
    ("agency", "Agency application"),
    ("dealer", "Dealer"),
]
ANSWER_TYPES = [
    ("char", "Short text"),
    ("text", "Long text"),
    ("integer", "Whole number"),
    ("year", "Year"),
    ("float", "Number"),
    ("date", "Date"),
    ("boolean", "Yes or no"),
    ("selection", "Choice"),
]
# The field that holds the answer of each type.
VALUE_FIELDS = {
    "char": "value_char",
    "text": "value_text",
    "integer": "value_number",
    "year": "value_number",
    "float": "value_number",
    "date": "value_date",
    "boolean": "value_boolean",
    "selection": "value_selection",
}


class KeyAccountSurveyQuestion(models.Model):
    """A question of the customer profile survey (客户综合信息调查表)."""

    _name = "key.account.survey.question"
    _description = "Survey Question"
    _inherit = ["key.account.kept"]
    _order = "section_order, sequence, id"

    name = fields.Char(string="Question", required=True, translate=True)
    section = fields.Selection(
        SECTIONS, required=True, default="company", group_expand=True
    )
    section_order = fields.Integer(
        compute="_compute_section_order", store=True, aggregator=None
    )
    sequence = fields.Integer(default=10, aggregator=None)
    kind = fields.Selection(
        SURVEY_KINDS, string="Asked of", help="Empty: asked of every kind of account."
    )
    answer_type = fields.Selection(
        ANSWER_TYPES, string="Answer type", required=True, default="char"
    )
    option_ids = fields.One2many(
        "key.account.survey.option", "question_id", string="Choices"
    )
    weight = fields.Float(default=1.0, aggregator=None)
    required = fields.Boolean(
        help="Counts for the completeness of the profile. Optional answers do not"
        " raise it."
    )
    validity_months = fields.Integer(
        string="Valid for (months)",
        aggregator=None,
        help="Afterwards the answer counts as missing. 0: without end.",
    )
    hint = fields.Char(translate=True, help="Shown to whoever answers.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: asked in every company.")

    _weight_not_negative = models.Constraint(
        "CHECK(weight >= 0)", "The weight of a question cannot be negative."
    )
    _validity_not_negative = models.Constraint(
        "CHECK(validity_months >= 0)", "The validity of an answer cannot be negative."
    )

    _validity_within = models.Constraint(
        "CHECK(validity_months <= 1200)",
        "An answer is valid for 1200 months at most; 0: without end.",
    )

    @api.depends("section")
    def _compute_section_order(self):
        order = {code: index for index, (code, _label) in enumerate(SECTIONS)}
        for question in self:
            question.section_order = order.get(question.section, len(order))

    @api.constrains("answer_type")
    def _check_answer_type(self):
        """What has been answered in one form cannot be read in another."""
        given = Domain.OR(
            Domain(name, "!=", False) for name in set(VALUE_FIELDS.values())
        )
        mixed = self._rows(given).filtered(
            lambda a: not a[VALUE_FIELDS[a.question_id.answer_type]]
        )
        if mixed:
            raise ValidationError(
                self.env._(
                    "%(question)s has already been answered in another form. Archive"
                    " it and create a new question.",
                    question=mixed[0].question_id.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._put_to_accounts()
        return questions

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"kind", "active", "company_id"}:
            self._put_to_accounts()
        return result

    def unlink(self):
        """Rows that nobody has filled in go with their question; answers stay."""
        self._rows(Domain("answered", "=", False)).unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never_answered(self):
        answered = self._rows(Domain("answered", "=", True))
        if answered:
            raise UserError(
                self.env._(
                    "These questions have been answered and cannot be deleted:"
                    " %(questions)s. Archive them instead.",
                    questions=listed(self.env, answered.question_id.mapped("name")),
                )
            )

    def _rows(self, domain):
        """The rows of these questions in all accounts. With full rights: whoever
        defines questions need not be allowed to read a single account.
        """
        rows = self.env["key.account.survey.answer"].sudo()
        return rows.search(Domain("question_id", "in", self.ids) & domain)

    def _put_to_accounts(self):
        """Accounts that are being worked on get a row for each new question at once."""
        asked = self.filtered("active")
        if not asked:
            return
        domain = Domain("state", "not in", ("lost", "dropped"))
        if all(question.company_id for question in asked):
            domain &= Domain("company_id", "in", asked.company_id.ids)
        if all(question.kind for question in asked):
            domain &= Domain("survey_kind", "in", asked.mapped("kind"))
        self.env["key.account"].sudo().search(domain)._fill_survey()

    @api.model
    def _asked_of(self, accounts):
        """Return {account: questions} in the order of the form, with one search."""
        questions = self.sudo().search(
            [("company_id", "in", [False, *accounts.company_id.ids])]
        )
        return {
            account: questions.filtered(
                lambda question, a=account: question._concerns(a)
            )
            for account in accounts
        }

    def _concerns(self, account):
        """Whether this question is put to the account's kind, in its company."""
        return (
            self.active
            and self.kind in (False, account.survey_kind)
            and (not self.company_id or self.company_id == account.company_id)
        )


class KeyAccountSurveyOption(models.Model):
    _name = "key.account.survey.option"
    _description = "Survey Choice"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    question_id = fields.Many2one(
        "key.account.survey.question", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
