"""The importance of an account, which follows its evaluations."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..shared.label import listed
from ..shared.working_time import today_of
from .scorecard import GRADES


class KeyAccount(models.Model):
    _inherit = "key.account"

    _kept = frozenset(("limit_grade",))

    evaluation_ids = fields.One2many(
        "key.account.evaluation", "key_account_id", string="Evaluations", copy=False
    )
    evaluation_date = fields.Date(
        string="Evaluated as of",
        compute="_compute_evaluation_date",
        store=True,
        copy=False,
    )
    evaluation_stale_on = fields.Date(
        string="Evaluation stale after",
        compute="_compute_evaluation_stale_on",
        store=True,
        index=True,
        copy=False,
        help="The last day on which the latest evaluation is not too old, by the policy"
        " for the account's importance.",
    )
    evaluation_stale = fields.Boolean(
        "Evaluation stale",
        compute="_compute_evaluation_stale",
        search="_search_evaluation_stale",
    )
    limit_grade = fields.Selection(
        GRADES,
        string="Grade for limits",
        compute="_compute_limit_grade",
        store=True,
        copy=False,
        help="The importance as a manager has confirmed it: authority limits for a"
        " grade go by it.",
    )

    @api.depends("evaluation_ids.state", "evaluation_ids.date")
    def _compute_evaluation_date(self):
        latest = self._latest_evaluations()
        for account in self:
            found = latest.get(account._origin)
            account.evaluation_date = found.date if found else False

    @api.depends("evaluation_date", "grade", "company_id")
    def _compute_evaluation_stale_on(self):
        policies = self.env["key.account.policy"]._by_grade(self.company_id)
        for account in self:
            policy = policies.get((account.company_id.id, account.grade or False))
            months = policy.evaluation_months if policy else 0
            date = account.evaluation_date
            account.evaluation_stale_on = (
                date + relativedelta(months=months) if date and months else False
            )

    @api.depends("evaluation_stale_on")
    def _compute_evaluation_stale(self):
        for account in self:
            last = account.evaluation_stale_on
            account.evaluation_stale = bool(last) and last < today_of(account)

    @api.model
    def _search_evaluation_stale(self, operator, value):
        if operator != "in":
            return NotImplemented
        companies = self.env.companies
        stale = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("evaluation_stale_on", "<", company._key_account_today())
            for company in companies
        )
        return stale if True in value else ~stale

    @api.depends("grade", "evaluation_ids.state", "evaluation_ids.confirmed_by_id")
    def _compute_limit_grade(self):
        """Whoever makes offers does not widen their own limits by judging the customer:
        a manager has given the grade by hand, or confirmed the evaluation."""
        evaluated = self._latest_evaluations()
        confirmed = self._latest_evaluations(Domain("confirmed_by_id", "!=", False))
        for account in self:
            if account._origin in confirmed:
                account.limit_grade = confirmed[account._origin].grade
            elif account._origin in evaluated:
                account.limit_grade = account.limit_grade
            else:
                account.limit_grade = account.grade

    def _latest_evaluations(self, domain=Domain.TRUE):
        """``{account: its latest finished evaluation}``; one query.

        With full rights, on both sides: what an account is worth counts for everybody,
        also for those who may not read how it was judged.
        """
        evaluations = self.env["key.account.evaluation"].sudo()
        evaluations = evaluations.search(
            Domain("key_account_id", "in", self.ids)
            & Domain("state", "=", "done")
            & domain,
            order="date, done_on, id",
        )
        return {evaluation.key_account_id: evaluation for evaluation in evaluations}

    def _follow_evaluation(self):
        """The importance is the grade of the latest evaluation."""
        for account, evaluation in self._latest_evaluations().items():
            if account.grade != evaluation.grade:
                account._write_kept({"grade": evaluation.grade})

    def _assert_not_evaluated(self, grade):
        """A grade is entered by hand only while nobody has evaluated the customer: old
        grades are taken over that way.
        """
        changed = self.filtered(lambda account: account.grade != (grade or False))
        evaluated = changed._latest_evaluations()
        if evaluated:
            raise UserError(
                self.env._(
                    "The importance of these accounts follows their latest evaluation:"
                    " %(accounts)s. Evaluate them anew; the manager can set another"
                    " grade there, with a reason.",
                    accounts=listed(self.env, (a.display_name for a in evaluated)),
                )
            )

    def _assert_may_grade(self):
        """The manager of the team takes over old grades; others evaluate."""
        foreign = self - self._managed_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "The importance of an account comes from its evaluation. Open"
                    " these accounts without it: %(accounts)s.",
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )

    def _has_graded_limits(self):
        """Whether anything goes by the account's grade; the limits of authority say."""
        return False

    # ---------------------------------------- actions

    def action_view_evaluations(self):
        return self._action_of_account(
            "key.account.evaluation", self.env._("Evaluations")
        )

    def action_evaluate(self):
        """Go on with the draft there is, or begin a new evaluation."""
        self.ensure_one()
        self.check_access("write")
        Evaluation = self.env["key.account.evaluation"]
        draft = Evaluation.search(
            [("key_account_id", "=", self.id), ("state", "=", "draft")], limit=1
        )
        draft = draft or Evaluation.create({"key_account_id": self.id})
        action = self._action_new(Evaluation._name, self.env._("Evaluation"))
        return {**action, "res_id": draft.id}
