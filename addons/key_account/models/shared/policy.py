"""What customers of each importance are due: company × grade, as data."""

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import frozendict

from ...rules.scorecard import GRADES
from .remembered import forget

# By what grade a customer goes whom nobody has graded yet.
UNGRADED = GRADES[-1]


class KeyAccountPolicy(models.Model):
    """What a customer of one importance is due from us.

    A policy without a company holds wherever a company has none of its own for that
    grade. A number of zero means never: nothing is due.
    """

    _name = "key.account.policy"
    _description = "Account Policy"
    _inherit = ["mail.thread", "key.account.single", "key.account.kept"]
    _single = frozenset(("grade", "company_id"))
    _order = "company_id, grade, id"
    _rec_name = "grade"

    company_id = fields.Many2one(
        "res.company",
        index=True,
        tracking=True,
        ondelete="cascade",
        help="Empty: holds in every company that has none of its own.",
    )
    grade = fields.Selection(
        [(letter, letter) for letter in GRADES],
        string="Importance",
        required=True,
        tracking=True,
        help="Customers whom nobody has graded go by D.",
    )
    visits_per_month = fields.Float(
        "Visits per month",
        digits=(6, 2),
        default=1.0,
        aggregator=None,
        tracking=True,
        help="2 is every other week, 0.5 every other month, 0 no visit by plan.",
    )
    visit_week = fields.Selection(
        [
            ("any", "Any"),
            ("first", "First"),
            ("second", "Second"),
            ("third", "Third"),
            ("fourth", "Fourth"),
        ],
        string="In week",
        default="any",
        required=True,
        tracking=True,
        help="In which week of the month the first visit is planned.",
    )
    visit_half_day = fields.Selection(
        [("any", "Any"), ("morning", "Morning"), ("afternoon", "Afternoon")],
        string="Half-day",
        default="any",
        required=True,
        tracking=True,
    )
    revisit_months = fields.Integer(
        string="Revisit every (months)", default=6, aggregator=None, tracking=True
    )
    dormant_months = fields.Integer(
        string="Dormant after (months)",
        default=6,
        aggregator=None,
        tracking=True,
        help="Months without an order.",
    )
    lost_months = fields.Integer(
        string="Proposed as lost after (months)",
        default=12,
        aggregator=None,
        tracking=True,
        help="Months without an order.",
    )
    trial_months = fields.Integer(
        string="Trial of (months)",
        default=3,
        aggregator=None,
        tracking=True,
        help="When a trial ends, unless another day is given.",
    )
    evaluation_months = fields.Integer(
        string="Evaluation stale after (months)",
        default=12,
        aggregator=None,
        tracking=True,
    )
    risk_months = fields.Integer(
        string="Risks assessed every (months)",
        default=6,
        aggregator=None,
        tracking=True,
    )
    file_review_months = fields.Integer(
        string="File reviewed every (months)",
        default=6,
        aggregator=None,
        tracking=True,
    )
    complaint_hours = fields.Float(
        string="Complaint answered in (working hours)",
        default=8.0,
        aggregator=None,
        tracking=True,
    )
    opinion_hours = fields.Float(
        string="Opinion answered in (working hours)",
        default=24.0,
        aggregator=None,
        tracking=True,
    )
    question_hours = fields.Float(
        string="Question answered in (working hours)",
        default=16.0,
        aggregator=None,
        tracking=True,
    )

    complaint_resolution_hours = fields.Float(
        string="Complaint resolved in (working hours)",
        default=40.0,
        aggregator=None,
        tracking=True,
    )
    opinion_resolution_hours = fields.Float(
        string="Opinion resolved in (working hours)",
        default=80.0,
        aggregator=None,
        tracking=True,
    )
    question_resolution_hours = fields.Float(
        string="Question resolved in (working hours)",
        default=40.0,
        aggregator=None,
        tracking=True,
    )
    critical_percent = fields.Float(
        string="Critical: share of the hours (%)",
        default=50.0,
        aggregator=None,
        tracking=True,
        help="What is critical is answered and resolved within this share of the hours:"
        " 50 is half of them.",
    )

    _one_per_grade = models.UniqueIndex(
        "(grade, COALESCE(company_id, 0))",
        "There is a policy for this importance in the company: change that one.",
    )
    _numbers_not_negative = models.Constraint(
        "CHECK (visits_per_month >= 0 AND revisit_months >= 0 AND dormant_months >= 0"
        " AND lost_months >= 0 AND evaluation_months >= 0 AND risk_months >= 0"
        " AND file_review_months >= 0 AND complaint_hours >= 0 AND opinion_hours >= 0"
        " AND question_hours >= 0)",
        "Numbers of a policy cannot be negative; 0 is never.",
    )
    _numbers_within = models.Constraint(
        "CHECK (visits_per_month <= 100 AND revisit_months <= 1200"
        " AND dormant_months <= 1200 AND lost_months <= 1200 AND trial_months <= 1200"
        " AND evaluation_months <= 1200 AND risk_months <= 1200"
        " AND file_review_months <= 1200 AND complaint_hours <= 10000"
        " AND opinion_hours <= 10000 AND question_hours <= 10000)",
        "A policy counts at most 100 visits a month, 1200 months and 10000 hours.",
    )
    _resolution_within = models.Constraint(
        "CHECK (complaint_resolution_hours BETWEEN 0 AND 10000"
        " AND opinion_resolution_hours BETWEEN 0 AND 10000"
        " AND question_resolution_hours BETWEEN 0 AND 10000)",
        "Feedback is resolved within 0 (never due) to 10000 working hours.",
    )
    _critical_is_a_share = models.Constraint(
        "CHECK (critical_percent > 0 AND critical_percent <= 100)",
        "What is critical has a share of the hours: above 0 and up to 100 per cent.",
    )
    _trial_has_an_end = models.Constraint(
        "CHECK (trial_months > 0)", "A trial takes one month at least."
    )
    _dormant_before_lost = models.Constraint(
        "CHECK (lost_months = 0 OR lost_months >= dormant_months)",
        "Customers are dormant before they are proposed as lost: enter at least as many"
        " months.",
    )

    @api.depends("grade", "company_id")
    def _compute_display_name(self):
        for policy in self:
            parts = [policy.grade, policy.company_id.name]
            policy.display_name = " · ".join(part for part in parts if part)

    def _single_text(self):
        return self.env._(
            "There is one policy per importance and company: make a new one and say"
            " which it is for."
        )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        forget(self.env)
        return policies

    def write(self, vals):
        result = super().write(vals)
        if not {"grade", "company_id"}.isdisjoint(vals):
            forget(self.env)
        return result

    def unlink(self):
        result = super().unlink()
        forget(self.env)
        return result

    # ---------------------------------------- which one holds

    @api.model
    @tools.ormcache()
    def _ids_by_key(self):
        """``{(company id or False, grade): policy id}`` of all policies."""
        # Kept in memory for everybody: not only what whoever asks first may read.
        policies = self.sudo().search(Domain.TRUE)
        return frozendict(((p.company_id.id, p.grade), p.id) for p in policies)

    @api.model
    def _by_grade(self, companies):
        """``{(company id, grade): policy}`` that holds, for every grade and False (no
        grade: that of D); an empty record, whose numbers are zero, where there is none.

        No query for which it is; one for the values of all of them. What is due hangs
        on nobody's rights.
        """
        ids = self._ids_by_key()
        found = {
            (company, grade): ids.get((company, grade or UNGRADED))
            or ids.get((False, grade or UNGRADED))
            for company in companies.ids
            for grade in (*GRADES, False)
        }
        policies = self.sudo().browse(
            dict.fromkeys(id_ for id_ in found.values() if id_)
        )
        by_id = {policy.id: policy for policy in policies}
        return {key: by_id.get(id_, self.sudo().browse()) for key, id_ in found.items()}

    @api.model
    def _own_of(self, company):
        """The company's own policies, one per grade; those it lacks are made, as a copy
        of what has held for it so far."""
        holding = self._by_grade(company)
        own = self.browse()
        for grade in GRADES:
            policy = holding[company.id, grade]
            if policy.company_id == company:
                own |= policy
            elif policy:
                own |= policy.copy({"company_id": company.id})
            else:
                own |= own.sudo().create({"company_id": company.id, "grade": grade})
        return own


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_evaluation_months = fields.Integer(
        string="Evaluation stale after (months)",
        compute="_compute_key_account_evaluation_months",
        inverse="_inverse_key_account_evaluation_months",
        help="Of customers without importance; what is entered here holds for every"
        " importance. Configuration, Account Policies, tells them apart.",
    )

    def _compute_key_account_evaluation_months(self):
        policies = self.env["key.account.policy"]._by_grade(self)
        for company in self:
            policy = policies.get((company.id, False))
            company.key_account_evaluation_months = bool(policy) and (
                policy.evaluation_months
            )

    def _inverse_key_account_evaluation_months(self):
        for company in self:
            months = company.key_account_evaluation_months
            policies = self.env["key.account.policy"]
            if (
                policies._by_grade(company)[company.id, False].evaluation_months
                != months
            ):
                # Whoever may write the company's settings says it here.
                policies.sudo()._own_of(company).evaluation_months = months
