"""How a customer was judged on a day, who finished it, who confirmed it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from ...rules import scorecard
from ...rules.evidence import said
from ..shared.label import listed
from ..shared.working_time import today_of
from .scorecard import GRADES


class KeyAccountEvaluation(models.Model):
    """How a customer was judged on a day: score, coverage, grade. Once finished it
    stays as it is; the account's importance follows the latest.
    """

    _name = "key.account.evaluation"
    _description = "Evaluation"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "date desc, id desc"
    _rec_names_search = ["key_account_id"]
    _under = frozenset(("key_account_id",))
    _kept = frozenset(
        ("state", "done_by_id", "done_on", "confirmed_by_id", "confirmed_on")
    )

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
    growth_score = fields.Float(
        string="Growth potential",
        compute="_compute_growth_score",
        digits=(5, 1),
        help="From 0 to 100, by the criteria of growth potential; what is not known"
        " counts as none.",
    )
    is_held_back = fields.Boolean(
        compute="_compute_growth_score",
        help="The score would make an A, the growth potential does not.",
    )
    manager_grade = fields.Selection(
        GRADES,
        string="Grade by the manager",
        copy=False,
        tracking=True,
        help="Counts instead of the score's grade; a manager of the team gives it, with"
        " a reason.",
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
    confirmed_by_id = fields.Many2one(
        "res.users",
        string="Confirmed by",
        readonly=True,
        copy=False,
        help="The manager by whose word limits for the grade apply.",
    )
    confirmed_on = fields.Datetime("Confirmed on", readonly=True, copy=False)
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
            items = evaluation._get_items()
            value, coverage = scorecard.score(items)
            company = evaluation.company_id or self.env.company
            evaluation.score = value or 0.0
            evaluation.coverage = coverage
            evaluation.score_grade = scorecard.held_back(
                scorecard.grade(value, company._key_account_grade_thresholds()),
                scorecard.growth(items),
                company.key_account_growth_floor,
            )

    @api.depends("score", "score_grade", "line_ids.actual", "line_ids.judgement")
    def _compute_growth_score(self):
        for evaluation in self:
            company = evaluation.company_id or self.env.company
            by_score = scorecard.grade(
                evaluation.score, company._key_account_grade_thresholds()
            )
            growth = scorecard.growth(evaluation._get_items())
            evaluation.growth_score = growth or 0.0
            evaluation.is_held_back = (
                growth is not None
                and bool(evaluation.coverage)
                and by_score == "A"
                and evaluation.score_grade == "B"
            )

    @api.depends("score_grade", "manager_grade")
    def _compute_grade(self):
        for evaluation in self:
            evaluation.grade = evaluation.manager_grade or evaluation.score_grade

    @api.depends("key_account_id")
    @api.depends_context("uid")
    def _compute_may_override(self):
        managed = self.key_account_id._decided_by_user()
        for evaluation in self:
            evaluation.may_override = evaluation.key_account_id in managed

    # ---------------------------------------- constraints

    @api.constrains("date")
    def _check_date(self):
        for evaluation in self:
            # A person's day may have begun before the company's.
            today = max(today_of(evaluation), fields.Date.context_today(evaluation))
            if evaluation.date > today:
                raise ValidationError(
                    self.env._(
                        "%(day)s has not come yet: a customer is judged as of a day"
                        " that has.",
                        day=format_date(self.env, evaluation.date),
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        evaluations = super().create(vals_list)
        evaluations.filtered(lambda e: not e.line_ids)._fill_in()
        evaluations.filtered("manager_grade")._assert_may_override()
        return evaluations

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals):
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
        self._write_kept(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_on": fields.Datetime.now(),
            }
        )
        self._after_finish()
        return True

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
        since = {each.key_account_id: each.create_date for each in self}
        foreign = self.key_account_id - self.key_account_id._decided_by_user(since)
        if foreign:
            raise AccessError(
                self.env._(
                    "An evaluation is confirmed by a manager of the team who does not"
                    " own the account. Ask the manager of: %(accounts)s.",
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )
        self._confirm()
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

    # ---------------------------------------- business: finished and confirmed

    def _after_finish(self):
        """The account takes over the grade; a manager's own needs no confirmation."""
        self.key_account_id._follow_evaluation()
        own = self.filtered(
            lambda e: e.key_account_id in e.key_account_id._decided_by_user()
        )
        own._confirm()
        (self - own)._ask_for_confirmation()

    def _confirm(self):
        self._write_kept(
            {"confirmed_by_id": self.env.uid, "confirmed_on": fields.Datetime.now()}
        )
        # The other managers, who were asked too, are asked no longer.
        self.sudo().activity_unlink(["key_account.mail_activity_follow_up"])

    def _ask_for_confirmation(self):
        """The managers are told, where limits go by the grade and it would change.

        With full rights: who evaluates sees neither the limits nor the managers' work.
        """
        for evaluation in self.sudo():
            account = evaluation.key_account_id
            if account.limit_grade == account.grade or not account._has_graded_limits():
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

    # ---------------------------------------- business: lines and conditions

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
        if self.manager_grade and not said(self.manager_reason):
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
        foreign = accounts - accounts._decided_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "Only a manager of the team, and not the owner of the account, sets"
                    " a grade other than the score's. Ask the manager of:"
                    " %(accounts)s.",
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )
