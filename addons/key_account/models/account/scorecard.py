"""The scorecard: what customers are judged by, and how one was judged on a day."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from ...rules import scorecard

GRADES = [(letter, letter) for letter in scorecard.GRADES]
_SCALE = [
    ("1", "1 – poor"),
    ("2", "2 – weak"),
    ("3", "3 – fair"),
    ("4", "4 – good"),
    ("5", "5 – excellent"),
]
# What an evaluation takes over from its criterion, so that it stays as it was made.
_COPIED = ("method", "weight", "standard", "direction", "floor", "cap")
# Compared by identity: no caller can send this very object over RPC.
_FINISH = object()
_RESULT = {"state", "done_by_id", "done_on", "confirmed_by_id", "confirmed_on"}


class KeyAccountCriterion(models.Model):
    """What customers are judged by: an actual figure, or a judgement from 1 to 5,
    against a standard, with a weight. The weights of a company sum to 100.
    """

    _name = "key.account.criterion"
    _description = "Scorecard Criterion"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    dimension = fields.Selection(
        [
            ("market", "Market position"),
            ("financial", "Financial"),
            ("management", "Management"),
            ("service", "Technical service"),
            ("marketing", "Marketing"),
        ],
        required=True,
        default="market",
    )
    sequence = fields.Integer(default=10, aggregator=None)
    method = fields.Selection(
        [("judgement", "Judgement 1–5"), ("figure", "Actual figure")],
        required=True,
        default="judgement",
        tracking=True,
    )
    weight = fields.Float(default=5.0, required=True, aggregator="sum", tracking=True)
    standard = fields.Float(
        default=5.0,
        required=True,
        aggregator=None,
        tracking=True,
        help="The figure, or judgement, that earns the whole weight.",
    )
    unit = fields.Char(translate=True, help="%, days, million …")
    direction = fields.Selection(
        [("higher", "More is better"), ("lower", "Less is better")],
        required=True,
        default="higher",
        tracking=True,
    )
    floor = fields.Float(
        default=0.0,
        aggregator=None,
        tracking=True,
        help="Least share of the weight, however bad the figure.",
    )
    cap = fields.Float(
        default=1.0,
        aggregator=None,
        tracking=True,
        help="Largest share of the weight, however good the figure; 1 is the standard.",
    )
    hint = fields.Char(translate=True, help="Shown to whoever judges.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one("res.company", help="Empty: used in every company.")

    @api.constrains("weight", "standard", "floor", "cap")
    def _check_usable(self):
        """The sum of weights is not asked for here: it changes line by line."""
        for criterion in self:
            found = dict(scorecard.problems([criterion._get_item(None)]))
            found.pop("weights", None)
            if found:
                raise ValidationError(
                    self._get_problem_text(*next(iter(found.items())))
                )

    def _get_item(self, actual):
        self.ensure_one()
        return scorecard.Item(
            self.name or "",
            self.weight,
            self.standard,
            actual,
            self.direction,
            self.floor,
            self.cap,
        )

    @api.model
    def _get_problem_text(self, problem, subject):
        if problem == "weights":
            return self.env._(
                "The weights of the scorecard sum to %(sum)g instead of 100. Correct"
                " them in Configuration, Scorecard.",
                sum=subject,
            )
        texts = {
            "standard": self.env._(
                "The standard of “%s” has to be above 0: figures are divided by it.",
                subject,
            ),
            "weight": self.env._("The weight of “%s” cannot be negative.", subject),
            "bounds": self.env._(
                "The floor of “%s” lies above its cap. Correct one of them.", subject
            ),
        }
        return texts[problem]

    @api.model
    def _used_by(self, account):
        """The criteria that customers of the account's company are judged by."""
        company = Domain("company_id", "in", [False, account.company_id.id])
        return self.search(company)


class KeyAccountEvaluation(models.Model):
    """How a customer was judged on a day: score, coverage, grade. Once finished it
    stays as it is; the account's importance follows the latest.
    """

    _name = "key.account.evaluation"
    _description = "Evaluation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    date = fields.Date(
        string="As of", required=True, default=fields.Date.context_today, copy=False
    )
    user_id = fields.Many2one(
        "res.users",
        string="Evaluated by",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
    )
    line_ids = fields.One2many(
        "key.account.evaluation.line", "evaluation_id", string="Scorecard", copy=True
    )
    score = fields.Float(
        compute="_compute_score", store=True, digits=(5, 1), aggregator="avg"
    )
    coverage = fields.Float(
        string="Coverage (%)",
        compute="_compute_score",
        store=True,
        digits=(5, 1),
        aggregator="avg",
        help="Share of the weight for which a figure or a judgement is known.",
    )
    score_grade = fields.Selection(
        GRADES, string="Grade by score", compute="_compute_score", store=True
    )
    manager_grade = fields.Selection(
        GRADES,
        string="Grade by the manager",
        copy=False,
        tracking=True,
        help="Counts instead of the score's; a manager of the team gives it, with a"
        " reason.",
    )
    manager_reason = fields.Text(string="Manager's reason", copy=False, tracking=True)
    grade = fields.Selection(
        GRADES, compute="_compute_grade", store=True, tracking=True
    )
    note = fields.Text(string="Remarks")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Finished")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    done_by_id = fields.Many2one(
        "res.users", string="Finished by", readonly=True, copy=False
    )
    done_on = fields.Datetime(string="Finished on", readonly=True, copy=False)
    may_override = fields.Boolean(compute="_compute_may_override")

    # ---------------------------------------- compute

    @api.depends("key_account_id", "date")
    def _compute_name(self):
        for evaluation in self:
            account = evaluation.key_account_id.display_name or ""
            evaluation.name = f"{account} · {evaluation.date or ''}"

    @api.depends("line_ids.known", "line_ids.actual", "line_ids.judgement")
    def _compute_score(self):
        for evaluation in self:
            value, coverage = scorecard.score(evaluation._get_items())
            company = evaluation.company_id or self.env.company
            evaluation.score = value or 0.0
            evaluation.coverage = coverage
            evaluation.score_grade = scorecard.grade(
                value, company.sudo()._key_account_grade_thresholds()
            )

    @api.depends("score_grade", "manager_grade")
    def _compute_grade(self):
        for evaluation in self:
            evaluation.grade = evaluation.manager_grade or evaluation.score_grade

    @api.depends("key_account_id")
    @api.depends_context("uid")
    def _compute_may_override(self):
        managed = self.key_account_id._managed_by_user()
        for evaluation in self:
            evaluation.may_override = evaluation.key_account_id in managed

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft" or vals.keys() & (
                _RESULT - {"state"}
            ):
                raise AccessError(self._get_finish_text())
        draft = dict.fromkeys(_RESULT, False) | {"state": "draft"}
        evaluations = super().create([{**vals, **draft} for vals in vals_list])
        evaluations.filtered(lambda e: not e.line_ids)._fill_in()
        evaluations.filtered("manager_grade")._assert_may_override()
        return evaluations

    def write(self, vals):
        if self.env.context.get("key_account_evaluation") is not _FINISH:
            if vals.keys() & _RESULT:
                raise AccessError(self._get_finish_text())
            self._assert_draft()
            if vals.keys() & {"manager_grade", "manager_reason", "key_account_id"}:
                self._assert_may_override_when(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._assert_draft()

    # ---------------------------------------- actions

    def action_finish(self):
        """The evaluation counts from now on: the account takes over its grade."""
        self._assert_draft()
        for evaluation in self:
            evaluation._assert_complete()
        self.with_context(key_account_evaluation=_FINISH).write(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_on": fields.Datetime.now(),
            }
        )
        self._after_finish()
        return True

    def action_repeat(self):
        """A new evaluation that starts from the figures of this one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evaluation"),
            "res_model": self._name,
            "res_id": self.copy().id,
            "view_mode": "form",
        }

    def action_load_criteria(self):
        """The criteria there are now, for evaluations that were begun without any."""
        self._assert_draft()
        self.filtered(lambda evaluation: not evaluation.line_ids)._fill_in()
        empty = self.filtered(lambda evaluation: not evaluation.line_ids)
        if empty:
            raise UserError(
                self.env._(
                    "%(company)s has no criteria to evaluate customers by. They are"
                    " defined under Key Accounts / Configuration / Scorecard.",
                    company=empty[0].company_id.display_name,
                )
            )
        return True

    # ---------------------------------------- business

    def _fill_in(self):
        """One line per criterion of the account's company."""
        for evaluation in self:
            criteria = self.env["key.account.criterion"]._used_by(
                evaluation.key_account_id
            )
            evaluation.line_ids = [
                Command.create({"criterion_id": criterion.id}) for criterion in criteria
            ]

    def _get_items(self):
        self.ensure_one()
        return [line._get_item() for line in self.line_ids]

    def _assert_draft(self):
        done = self.filtered(lambda evaluation: evaluation.state == "done")
        if done:
            raise UserError(
                self.env._(
                    "%(evaluation)s is finished and stays as it is. Make a new"
                    " evaluation; it can start from this one.",
                    evaluation=done[0].name,
                )
            )

    def _assert_complete(self):
        found = scorecard.problems(self._get_items())
        if found:
            Criterion = self.env["key.account.criterion"]
            raise ValidationError(
                "\n".join(Criterion._get_problem_text(*problem) for problem in found)
            )
        if not self.grade:
            raise UserError(
                self.env._(
                    "%(evaluation)s: nothing is judged yet. Fill in at least one"
                    " figure or judgement.",
                    evaluation=self.name,
                )
            )
        if self.manager_grade and not (self.manager_reason or "").strip():
            raise UserError(
                self.env._(
                    "%(evaluation)s: give the reason for the manager's grade.",
                    evaluation=self.name,
                )
            )

    def _assert_may_override_when(self, vals):
        if "manager_grade" in vals or any(self.mapped("manager_grade")):
            self._assert_may_override()
        if "key_account_id" in vals:
            target = self.key_account_id.browse(vals["key_account_id"])
            if any(self.mapped("manager_grade")) or vals.get("manager_grade"):
                self._assert_managed(target)

    def _assert_may_override(self):
        self._assert_managed(self.key_account_id)

    def _assert_managed(self, accounts):
        foreign = accounts - accounts._managed_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "Only a manager of the team sets a grade other than the score's."
                    " Ask the manager of: %(accounts)s.",
                    accounts=", ".join(foreign.mapped("display_name")),
                )
            )

    def _get_finish_text(self):
        return self.env._(
            "An evaluation counts when it is finished by its button: who and when is"
            " recorded then."
        )


class KeyAccountEvaluationLine(models.Model):
    """One criterion as judged; the definition is the one of that day."""

    _name = "key.account.evaluation.line"
    _description = "Evaluation Line"
    _order = "evaluation_id, sequence, id"
    _rec_name = "criterion_id"

    evaluation_id = fields.Many2one(
        "key.account.evaluation", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="evaluation_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="evaluation_id.company_id", store=True, index=True
    )
    criterion_id = fields.Many2one(
        "key.account.criterion", required=True, ondelete="restrict", index=True
    )
    dimension = fields.Selection(related="criterion_id.dimension")
    sequence = fields.Integer(
        related="criterion_id.sequence", store=True, aggregator=None
    )
    unit = fields.Char(related="criterion_id.unit")
    hint = fields.Char(related="criterion_id.hint")
    method = fields.Selection(
        [("judgement", "Judgement 1–5"), ("figure", "Actual figure")],
        compute="_compute_definition",
        store=True,
        precompute=True,
    )
    weight = fields.Float(compute="_compute_definition", store=True, precompute=True)
    standard = fields.Float(
        compute="_compute_definition", store=True, precompute=True, aggregator=None
    )
    direction = fields.Selection(
        [("higher", "More is better"), ("lower", "Less is better")],
        compute="_compute_definition",
        store=True,
        precompute=True,
    )
    floor = fields.Float(
        compute="_compute_definition", store=True, precompute=True, aggregator=None
    )
    cap = fields.Float(
        compute="_compute_definition", store=True, precompute=True, aggregator=None
    )
    judgement = fields.Selection(_SCALE)
    actual = fields.Float(string="Actual figure", aggregator=None)
    known = fields.Boolean(
        compute="_compute_known",
        store=True,
        readonly=False,
        help="A figure that is not known leaves its weight out; it does not count as"
        " zero.",
    )
    points = fields.Float(compute="_compute_points", digits=(6, 2))

    _once = models.Constraint(
        "UNIQUE(evaluation_id, criterion_id)",
        "A criterion stands in an evaluation only once.",
    )

    @api.depends("criterion_id")
    def _compute_definition(self):
        for line in self:
            for name in _COPIED:
                line[name] = line.criterion_id[name]

    @api.depends("actual", "judgement")
    def _compute_known(self):
        """A zero counts as known only where somebody says so."""
        for line in self:
            given = line.judgement if line.method == "judgement" else line.actual
            line.known = bool(given)

    @api.depends("known", "actual", "judgement", "weight", "standard")
    def _compute_points(self):
        for line in self:
            line.points = scorecard.points(line._get_item()) or 0.0

    @api.model_create_multi
    def create(self, vals_list):
        evaluations = self.env["key.account.evaluation"].browse(
            {vals["evaluation_id"] for vals in vals_list if vals.get("evaluation_id")}
        )
        evaluations._assert_draft()
        return super().create(vals_list)

    def write(self, vals):
        self.evaluation_id._assert_draft()
        if "evaluation_id" in vals:
            self.evaluation_id.browse(vals["evaluation_id"])._assert_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self.evaluation_id._assert_draft()

    def _get_item(self):
        self.ensure_one()
        actual = None
        if self.known:
            judged = self.method == "judgement"
            actual = float(self.judgement or 0) if judged else self.actual
        return scorecard.Item(
            self.criterion_id.name or "",
            self.weight,
            self.standard or 0.0,
            actual,
            self.direction or scorecard.HIGHER,
            self.floor,
            self.cap,
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_grade_a = fields.Float(
        string="Grade A from", default=80.0, prefetch="key_account"
    )
    key_account_grade_b = fields.Float(
        string="Grade B from", default=65.0, prefetch="key_account"
    )
    key_account_grade_c = fields.Float(
        string="Grade C from", default=50.0, prefetch="key_account"
    )
    key_account_evaluation_months = fields.Integer(
        string="Evaluation stale after (months)",
        default=12,
        prefetch="key_account",
    )

    @api.constrains("key_account_grade_a", "key_account_grade_b", "key_account_grade_c")
    def _check_key_account_grades(self):
        for company in self:
            a, b, c = company._key_account_grade_thresholds()
            if not 100 >= a > b > c > 0:
                raise ValidationError(
                    self.env._(
                        "%(company)s: grades A, B and C start at falling scores"
                        " between 100 and 0.",
                        company=company.name,
                    )
                )

    def _key_account_grade_thresholds(self):
        """Least scores of A, B and C."""
        self.ensure_one()
        return (
            self.key_account_grade_a,
            self.key_account_grade_b,
            self.key_account_grade_c,
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_grade_a = fields.Float(
        related="company_id.key_account_grade_a", readonly=False
    )
    key_account_grade_b = fields.Float(
        related="company_id.key_account_grade_b", readonly=False
    )
    key_account_grade_c = fields.Float(
        related="company_id.key_account_grade_c", readonly=False
    )
    key_account_evaluation_months = fields.Integer(
        related="company_id.key_account_evaluation_months", readonly=False
    )
