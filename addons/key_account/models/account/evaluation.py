"""What the account shows of its evaluations, and the gates that ask for one."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...rules import scorecard
from .scorecard import _FINISH, GRADES


class KeyAccount(models.Model):
    _inherit = "key.account"

    evaluation_ids = fields.One2many(
        "key.account.evaluation", "key_account_id", string="Evaluations", copy=False
    )
    evaluation_date = fields.Date(
        string="Evaluated as of", compute="_compute_evaluation_date"
    )
    evaluation_stale = fields.Boolean(compute="_compute_evaluation_date")
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
        today = fields.Date.context_today(self)
        latest = self._latest_evaluations()
        for account in self:
            date = latest[account].date if account in latest else False
            months = account.company_id.key_account_evaluation_months
            account.evaluation_date = date
            account.evaluation_stale = (
                bool(date and months) and date + relativedelta(months=months) < today
            )

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
        """``{account: its latest finished evaluation}``; one query."""
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
        for account, evaluation in self.sudo()._latest_evaluations().items():
            if account.grade != evaluation.grade:
                account._write_process({"grade": evaluation.grade})

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
                    accounts=", ".join(a.display_name for a in evaluated),
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
                    accounts=", ".join(foreign.mapped("display_name")),
                )
            )

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


class KeyAccountEvaluation(models.Model):
    _inherit = "key.account.evaluation"

    confirmed_by_id = fields.Many2one(
        "res.users",
        string="Confirmed by",
        readonly=True,
        copy=False,
        help="The manager by whose word limits for the grade apply.",
    )
    confirmed_on = fields.Datetime(readonly=True, copy=False)

    def action_confirm(self):
        """By a manager of the account: limits go by this grade from now on."""
        for evaluation in self:
            if evaluation.state != "done" or evaluation.confirmed_by_id:
                raise UserError(
                    self.env._(
                        "%s has nothing to confirm: it is a draft, or confirmed"
                        " already.",
                        evaluation.name,
                    )
                )
        foreign = self.key_account_id - self.key_account_id._managed_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "An evaluation is confirmed by a manager of the team. Ask the"
                    " manager of: %(accounts)s.",
                    accounts=", ".join(foreign.mapped("display_name")),
                )
            )
        self._confirm()
        return True

    def _after_finish(self):
        """The account takes over the grade; a manager's own needs no confirmation."""
        self.key_account_id._follow_evaluation()
        own = self.filtered(
            lambda e: e.key_account_id in e.key_account_id._managed_by_user()
        )
        own._confirm()
        (self - own)._ask_for_confirmation()

    def _confirm(self):
        self.with_context(key_account_evaluation=_FINISH).write(
            {"confirmed_by_id": self.env.uid, "confirmed_on": fields.Datetime.now()}
        )
        self.sudo().activity_unlink(["key_account.mail_activity_follow_up"])

    def _ask_for_confirmation(self):
        """The managers are told, where limits go by the grade and it would change."""
        Limit = self.env["key.account.authority.limit"]
        for evaluation in self.sudo():
            account = evaluation.key_account_id
            rows = Limit._rows(account.company_id.id, fields.Date.context_today(self))
            if account.limit_grade == account.grade or not any(r.grade for r in rows):
                continue
            for user in account.team_id._key_account_managers():
                reader = evaluation.with_context(lang=user.lang)
                evaluation.activity_schedule(
                    "key_account.mail_activity_follow_up",
                    user_id=user.id,
                    summary=reader.env._("Confirm: %s", evaluation.name),
                    note=reader.env._(
                        "Authority limits go by this grade once a manager has"
                        " confirmed the evaluation."
                    ),
                )


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[("evaluation", "Customer is evaluated (scorecard)")],
        ondelete={"evaluation": "cascade"},
    )
    min_grade = fields.Selection(
        GRADES, string="At least grade", default="C", help="Of the latest evaluation."
    )
    max_age_days = fields.Integer(
        string="Not older than (days)", help="0: however old.", aggregator=None
    )

    @api.constrains("min_grade", "max_age_days")
    def _check_evaluation_parameters(self):
        self._check_parameters()

    def _get_parameter_problem(self):
        if self.kind == "evaluation" and not self.min_grade:
            return self.env._("choose the least grade.")
        if self.kind == "evaluation" and self.max_age_days < 0:
            return self.env._("the age in days cannot be negative.")
        return super()._get_parameter_problem()

    def _get_ready_made_name(self):
        if self.kind == "evaluation" and self.min_grade:
            if self.max_age_days:
                return self.env._(
                    "Evaluated %(grade)s or better within %(days)d days",
                    grade=self.min_grade,
                    days=self.max_age_days,
                )
            return self.env._("Evaluated %(grade)s or better", grade=self.min_grade)
        return super()._get_ready_made_name()

    def _check_evaluation(self, leads):
        latest = leads.key_account_id._latest_evaluations()
        oldest = fields.Date.context_today(self) - relativedelta(days=self.max_age_days)
        return {
            lead.id: self._get_evaluation_problem(
                lead.key_account_id, latest.get(lead.key_account_id), oldest
            )
            for lead in leads
        }

    def _get_evaluation_problem(self, account, evaluation, oldest):
        if not account:
            return self._get_no_account_text()
        if not evaluation:
            return self.env._("The customer has not been evaluated.")
        if self.max_age_days and evaluation.date < oldest:
            return self.env._(
                "The evaluation of %(date)s is older than %(days)d days.",
                date=evaluation.date,
                days=self.max_age_days,
            )
        if not scorecard.reaches(evaluation.grade, self.min_grade):
            return self.env._(
                "The customer is graded %(is)s, at least %(needed)s is needed.",
                **{"is": evaluation.grade, "needed": self.min_grade},
            )
        return None

    def _open_evaluation(self, lead):
        if not lead.key_account_id:
            return lead.action_open_key_account()
        action = lead.key_account_id.action_evaluate()
        return {**action, "views": [(False, "form")]}
