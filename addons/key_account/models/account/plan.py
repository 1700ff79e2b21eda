"""The development plan of an account's year or of a deal."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...rules.evidence import said
from ..shared.label import labelled, listed
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
        string="Contingency plan", help="What we do if it goes differently."
    )
    objective_ids = fields.One2many(
        "key.account.plan.objective", "plan_id", string="Objectives", copy=True
    )
    action_ids = fields.One2many(
        "key.account.plan.action", "plan_id", string="Actions", copy=True
    )
    action_count = fields.Integer(compute="_compute_progress")
    action_done_count = fields.Integer(compute="_compute_progress")
    progress = fields.Float("Done (%)", compute="_compute_progress", aggregator=None)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime("Approved on", readonly=True, copy=False)
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
                    plans=listed(self.env, refused.mapped("name")),
                )
            )
        incomplete = {plan.name: plan._missing_parts() for plan in self}
        lines = [
            labelled(self.env, name, listed(self.env, parts))
            for name, parts in incomplete.items()
            if parts
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
        actions = [
            (action.name, bool(action.user_id and action.date_due))
            for action in self.action_ids
        ]
        return self._lacking(bool(self.objective_ids), actions, self.contingency)

    @api.model
    def _lacking(self, has_objective, actions, contingency):
        """The same of a plan with these parts.

        :param actions: of each its name, and whether it has a person and a date
        """
        missing = []
        if not has_objective:
            missing.append(self.env._("an objective"))
        if not actions:
            missing.append(self.env._("an action"))
        for name, is_complete in actions:
            if is_complete:
                continue
            missing.append(
                self.env._("person and date of the action “%(action)s”", action=name)
                if name
                else self.env._("name, person and date of an action")
            )
        if not said(contingency):
            missing.append(self.env._("the contingency plan"))
        return missing

    @api.model
    def _lacking_of_deals(self, lead_ids):
        """What each plan of these deals lacks that is not closed, the latest first:
        ``{lead id: [texts of a plan, …]}``; one query, also where plans are many. As
        superuser: a gate is the same for everybody.
        """
        plans = self.browse().sudo().with_context(active_test=True)
        query = plans._search(
            [
                ("opportunity_id", "in", lead_ids),
                ("kind", "=", "deal"),
                ("state", "!=", "closed"),
            ],
            order="id desc",
        )
        names = ("opportunity_id", "contingency")
        rows = self.env.execute_query(
            query.select(
                *(plans._field_to_sql(query.table, name, query) for name in names),
                *plans._parts_to_sql(query.table),
            )
        )
        found = {}
        for lead_id, contingency, has_objective, actions in rows:
            lacking = self._lacking(has_objective, actions or [], contingency)
            found.setdefault(lead_id, []).append(lacking)
        return found

    def _parts_to_sql(self, table):
        """Whether a plan has objectives, and its actions as ``_lacking`` takes them."""
        objectives, actions = self.objective_ids, self.action_ids

        def column(model, name):
            field = model._fields[name]
            return SQL.identifier(model._table, name, to_flush=field)

        plan_id = SQL.identifier(table, "id")
        yield SQL(
            "EXISTS (SELECT 1 FROM %s WHERE %s = %s)",
            SQL.identifier(objectives._table),
            column(objectives, "plan_id"),
            plan_id,
        )
        yield SQL(
            """(SELECT jsonb_agg(
                jsonb_build_array(%s, %s IS NOT NULL AND %s IS NOT NULL)
                ORDER BY %s, %s, %s
            ) FROM %s WHERE %s = %s)""",
            *(column(actions, name) for name in ("name", "user_id", "date_due")),
            *(column(actions, name) for name in ("sequence", "date_due", "id")),
            SQL.identifier(actions._table),
            column(actions, "plan_id"),
            plan_id,
        )

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
                    plans=listed(self.env, fixed.mapped("name")),
                )
            )

    def _assert_not_closed(self):
        closed = self.filtered(lambda p: p.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "%(plans)s: a closed plan keeps the results with which it was"
                    " closed. Press Revise to open it again.",
                    plans=listed(self.env, closed.mapped("name")),
                )
            )
