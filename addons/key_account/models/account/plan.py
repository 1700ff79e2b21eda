"""The development plan of an account's year or of a deal."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from ...rules.evidence import said
from ..shared.ours import is_ours


class KeyAccountPlan(models.Model):
    """The development plan of an account's year or of one deal (开发计划)."""

    _name = "key.account.plan"
    _description = "Development Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _under = frozenset(("key_account_id", "opportunity_id"))
    _under_derived = frozenset(("key_account_id",))
    _kept = frozenset(("state", "approved_by_id", "approved_on"))
    # What goes on changing while a plan is in force; the results until it is closed.
    _living = frozenset(("active", "result"))

    name = fields.Char(
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("year", "Year"), ("deal", "Deal")], required=True, default="deal"
    )
    key_account_id = fields.Many2one(
        "key.account",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        compute="_compute_key_account_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    opportunity_id = fields.Many2one(
        "crm.lead",
        ondelete="cascade",
        index="btree_not_null",
        tracking=True,
        domain=(
            "[('type', '=', 'opportunity'), ('key_account_id', '=', key_account_id)]"
        ),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Author",
        default=lambda self: self.env.user,
        required=True,
        copy=False,
    )
    date_from = fields.Date(string="From", default=fields.Date.context_today)
    date_to = fields.Date(string="To")
    situation = fields.Html(
        help="What is known of the customer and of us: strengths and weaknesses,"
        " competitors, what the customer buys by."
    )
    contingency = fields.Text(
        string="Contingency plan", help="What we do when it goes otherwise."
    )
    objective_ids = fields.One2many(
        "key.account.plan.objective", "plan_id", string="Objectives", copy=True
    )
    action_ids = fields.One2many(
        "key.account.plan.action", "plan_id", string="Actions", copy=True
    )
    action_count = fields.Integer(compute="_compute_progress")
    action_done_count = fields.Integer(compute="_compute_progress")
    progress = fields.Float(
        string="Done (%)", compute="_compute_progress", aggregator=None
    )
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    result = fields.Text(string="Results", copy=False)
    missing = fields.Text(string="Still missing", compute="_compute_missing")
    may_approve = fields.Boolean(compute="_compute_may_approve")

    # ---------------------------------------- compute

    @api.depends("opportunity_id", "key_account_id", "kind")
    def _compute_name(self):
        for plan in self:
            if plan.name:
                continue
            year = plan.fiscal_year or (plan.date_from and str(plan.date_from.year))
            subject = plan.opportunity_id.name if plan.kind == "deal" else year
            parts = (plan.key_account_id.name, subject)
            plan.name = " – ".join(part for part in parts if part) or self.env._("Plan")

    @api.depends("opportunity_id")
    def _compute_key_account_id(self):
        for plan in self:
            plan.key_account_id = (
                plan.key_account_id or plan.opportunity_id.key_account_id
            )

    @api.depends("action_ids.state")
    def _compute_progress(self):
        for plan in self:
            plan.action_count = len(plan.action_ids)
            plan.action_done_count = len(
                plan.action_ids.filtered(lambda a: a.state == "done")
            )
            share = (
                plan.action_done_count / plan.action_count if plan.action_count else 0.0
            )
            plan.progress = 100.0 * share

    @api.depends(
        "objective_ids",
        "action_ids.user_id",
        "action_ids.date_due",
        "action_ids",
        "contingency",
    )
    def _compute_missing(self):
        for plan in self:
            plan.missing = "\n".join(plan._missing_parts()) or False

    @api.depends("key_account_id", "user_id")
    @api.depends_context("uid")
    def _compute_may_approve(self):
        approvable = self._approvable_by_user()
        for plan in self:
            plan.may_approve = plan in approvable

    # ---------------------------------------- constraints

    @api.constrains("kind", "opportunity_id", "key_account_id")
    def _check_opportunity(self):
        for plan in self:
            if plan.kind == "deal" and not plan.opportunity_id:
                raise ValidationError(
                    self.env._(
                        "%(plan)s is the plan of a deal: choose its opportunity.",
                        plan=plan.name,
                    )
                )
            account = plan.opportunity_id.key_account_id
            if account and account != plan.key_account_id:
                raise ValidationError(
                    self.env._(
                        "%(plan)s is kept for %(account)s, but its opportunity belongs"
                        " to %(other)s. Choose an opportunity of %(account)s.",
                        plan=plan.name,
                        account=plan.key_account_id.display_name,
                        other=account.display_name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for plan in self:
            if plan.date_from and plan.date_to and plan.date_to < plan.date_from:
                raise ValidationError(
                    self.env._(
                        "%(plan)s ends before it begins. Correct one of the dates.",
                        plan=plan.name,
                    )
                )

    # ---------------------------------------- CRUD

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals):
            if self._content_names().intersection(vals):
                self._assert_draft()
            if "result" in vals:
                self._assert_not_closed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._assert_draft()

    # ---------------------------------------- actions

    def action_approve(self):
        """Put plans in force, all or none, and remind each person of their actions."""
        self._assert_draft()
        refused = self - self._approvable_by_user()
        if refused:
            raise AccessError(
                self.env._(
                    "%(plans)s: a plan is approved by a manager of the account's team"
                    " who did not write it. Ask that manager, or a director.",
                    plans=", ".join(refused.mapped("name")),
                )
            )
        incomplete = {plan.name: plan._missing_parts() for plan in self}
        lines = [
            f"{name}: {', '.join(parts)}" for name, parts in incomplete.items() if parts
        ]
        if lines:
            raise UserError(
                self.env._(
                    "These plans are not complete yet:\n%(plans)s\nAdd what is missing"
                    " and approve again.",
                    plans="\n".join(lines),
                )
            )
        self._write_kept(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )
        self.action_ids._remind()

    def action_revise(self):
        """Open plans again; they are approved anew afterwards."""
        self.check_access("write")
        self._write_kept(
            {"state": "draft", "approved_by_id": False, "approved_on": False}
        )

    def action_close(self):
        """End plans with what came out."""
        self.check_access("write")
        for plan in self:
            if plan.state != "approved" or not said(plan.result):
                raise UserError(
                    self.env._(
                        "%(plan)s can be closed once it is approved and its results"
                        " are written down.",
                        plan=plan.name,
                    )
                )
        self._write_kept({"state": "closed"})

    # ---------------------------------------- business

    def _missing_parts(self):
        """Texts of what a plan lacks to be workable; none when it is complete."""
        self.ensure_one()
        missing = []
        if not self.objective_ids:
            missing.append(self.env._("an objective"))
        if not self.action_ids:
            missing.append(self.env._("an action"))
        for action in self.action_ids.filtered(
            lambda a: not a.user_id or not a.date_due
        ):
            missing.append(
                self.env._(
                    "person and date of the action “%(action)s”", action=action.name
                )
                if action.name
                else self.env._("name, person and date of an action")
            )
        if not said(self.contingency):
            missing.append(self.env._("the contingency plan"))
        return missing

    @api.model
    @tools.ormcache()
    def _content_names(self):
        """What a plan says: once approved it is changed by revising the plan only.
        All that is stored, whatever add-on of ours has added it."""
        names = {
            name
            for name, field in self._fields.items()
            if field.store and is_ours(next(iter(field._modules), ""))
        }
        return frozenset(names) - self._kept_names() - self._named("_living")

    def _approvable_by_user(self):
        """Plans the user may approve: of accounts they manage, and not written by
        themselves, unless nobody else manages the team.
        """
        user = self.env.user
        managed = self.key_account_id._managed_by_user()
        approvable = self.browse()
        director = user.has_group("key_account.group_director")
        for plan in self.filtered(lambda p: p.key_account_id in managed):
            authors = plan.user_id | plan.create_uid
            # Who else could approve counts, also who the user may not look up.
            team = plan.key_account_id.sudo().team_id
            others = team._key_account_managers() - user
            if not director and user not in team._managing(plan.create_date):
                # They have named themselves since it was written.
                continue
            if user not in authors or not others:
                approvable |= plan
        return approvable

    def _assert_draft(self):
        fixed = self.filtered(lambda p: p.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "%(plans)s: an approved plan stays as it was approved. Press"
                    " Revise to change it; it is then approved anew.",
                    plans=", ".join(fixed.mapped("name")),
                )
            )

    def _assert_not_closed(self):
        closed = self.filtered(lambda p: p.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "%(plans)s: a closed plan keeps the results with which it was"
                    " closed. Press Revise to open it again.",
                    plans=", ".join(closed.mapped("name")),
                )
            )
