"""From how many points an appraisal is which grade, and what follows: as data."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.key_account.models.shared.label import listed

from ..rules import kpi_grade as rules

OUTCOMES = [
    ("bonus", "Bonus"),
    ("pay", "Pay"),
    ("promotion", "Promotion"),
    ("training", "Training"),
    ("verbal_warning", "Verbal warning"),
    ("demotion", "Demotion"),
    ("dismissal", "Dismissal"),
]


class KeyAccountKpiGrade(models.Model):
    """A grade holds from its points up to the next one; the lowest holds from zero.

    Grades without a company hold wherever a company has none of its own. Confirming an
    appraisal writes down what they said then; changing them changes nothing of that.
    """

    _name = "key.account.kpi.grade"
    _description = "Appraisal Grade"
    _inherit = ["key.account.kept"]
    _order = "company_id, points desc, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: holds in every company that has no grades of its own.",
    )
    points = fields.Float(
        string="From points",
        digits=(16, 1),
        required=True,
        aggregator=None,
        help="This grade holds from here up to the next one; the lowest from zero. The"
        " score counts as it is shown, to one decimal.",
    )
    follow_ids = fields.One2many(
        "key.account.kpi.grade.follow", "grade_id", string="Consequences", copy=True
    )
    follows_text = fields.Char(string="What follows", compute="_compute_follows_text")

    _one_from_there = models.UniqueIndex(
        "(points, COALESCE(company_id, 0)) WHERE active",
        "There is a grade from these points already: change that one.",
    )
    _points_not_negative = models.Constraint(
        "CHECK (points >= 0)", "Points of a grade cannot be negative."
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("follow_ids.kind", "follow_ids.occasion")
    @api.depends_context("lang")
    def _compute_follows_text(self):
        for grade in self:
            grade.follows_text = listed(
                self.env, grade.follow_ids.mapped("display_name")
            )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    def copy_data(self, default=None):
        """A copy is a draft of another company's grade, as there is one from there."""
        default = {"active": False, **(default or {})}
        return super().copy_data(default)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _of_company(self, company):
        """The grades that hold in a company: its own, else those for all."""
        # What is written down of somebody does not hang on who confirms it.
        grades = self.sudo().search([("company_id", "in", [company.id, False])])
        return grades.filtered("company_id") or grades

    def _as_rules(self):
        return [rules.Grade(grade.points, grade.id) for grade in self]

    def _names(self):
        """``{language: name}`` in all languages of the database."""
        self.ensure_one()
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        return {code: self.with_context(lang=code).name for code in codes}


class KeyAccountKpiGradeFollow(models.Model):
    """What follows from a grade: each time, or when it is the second one in a row."""

    _name = "key.account.kpi.grade.follow"
    _description = "What Follows from a Grade"
    _inherit = ["key.account.kept"]
    _order = "grade_id, sequence, id"

    grade_id = fields.Many2one(
        "key.account.kpi.grade", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(OUTCOMES, required=True)
    occasion = fields.Selection(
        [
            (rules.EACH, "Each time"),
            (rules.AGAIN, "The second time in a row, within a year"),
        ],
        string="When",
        required=True,
        default=rules.EACH,
    )
    days = fields.Integer(
        string="Due after (days)",
        default=30,
        required=True,
        aggregator=None,
        help="Counted from the day of confirmation.",
    )

    _once = models.UniqueIndex(
        "(grade_id, kind, occasion)", "This follows from the grade already."
    )

    @api.depends("kind", "occasion")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for follow in self:
            text = labels.get(follow.kind, "")
            if follow.occasion == rules.AGAIN:
                text = self.env._("%s (second in a row)", text)
            follow.display_name = text

    @api.constrains("days")
    def _check_days(self):
        for follow in self:
            if not 0 <= follow.days <= 366:
                raise ValidationError(
                    self.env._(
                        "%(what)s of %(grade)s: due after 0 to 366 days.",
                        what=follow.display_name,
                        grade=follow.grade_id.name,
                    )
                )
