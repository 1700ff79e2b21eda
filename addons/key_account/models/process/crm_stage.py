"""Stages of key-account teams: what defines a step of the process."""

from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..shared.label import listed
from ..shared.remembered import forget

RESPONSIBLE_ROLES = [
    ("specialist", "Specialist"),
    ("manager", "Manager"),
    ("director", "Director"),
    ("support", "Sales support"),
]
# What the process consists of; names, colours and folding are not among it.
_DEFINITION_FIELDS = {
    "is_won",
    "team_ids",
    "sequence",
    "gate_ids",
    "skip_rule",
    "skip_domain",
    "time_limit",
    "time_unit",
    "responsible_role",
    "template_code",
    "is_retired",
    "is_recurring",
    "won_by_order",
    "entry_account_state",
    "trial_months",
}
# What entering a stage can make of the account.
ENTRY_STATES = [("trial", "Begins its trial"), ("active", "Becomes active")]
# Where a stage stands in which process.
_PLACE_FIELDS = {"is_won", "team_ids", "sequence", "is_retired"}


class CrmStage(models.Model):
    """A stage of a key-account team is a stage definition: who does what until when, by
    which standard, from what to what, and what must hold before the opportunity may go
    on.
    """

    _inherit = "crm.stage"

    is_key_account = fields.Boolean(
        string="Key-account stage", compute="_compute_is_key_account", store=True
    )
    pipeline_team_id = fields.Many2one(
        "crm.team",
        string="In the pipeline of",
        compute="_compute_pipeline_team_id",
        search="_search_pipeline_team_id",
        help="Stages that the team works in: its own only for a key-account team,"
        " otherwise also"
        " those shared by all teams.",
    )
    responsible_role = fields.Selection(RESPONSIBLE_ROLES, string="Responsible")
    participants = fields.Char(
        translate=True, help="Who takes part besides the person responsible."
    )
    duties = fields.Html(translate=True, help="What is done in this step.")
    time_limit = fields.Float(
        "Time limit", help="Working time from entering the stage; 0 for none."
    )
    time_unit = fields.Selection(
        [
            ("hours", "Working hours"),
            ("days", "Working days"),
            ("visit", "Until the planned visit"),
        ],
        string="Time unit",
        default="days",
    )
    work_standard = fields.Text(
        "Work standard", translate=True, help="What good work means in this step."
    )
    inputs = fields.Text(translate=True)
    medium = fields.Char(translate=True, help="Paper, electronic, telephone, minutes …")
    outputs = fields.Text(translate=True)
    gate_ids = fields.One2many(
        "crm.stage.gate",
        "stage_id",
        string="Gates",
        help="What must hold to leave this stage.",
        groups="sales_team.group_sale_salesman,key_account.group_configuration",
    )
    skip_rule = fields.Selection(
        [("domain", "A condition holds")],
        string="Skipped when",
        help="When this holds, the stage can be passed over and its gates do not"
        " count.",
    )
    won_by_order = fields.Boolean(
        "Won by order",
        default=True,
        help="A confirmed order wins the opportunity by itself. Not so where work of"
        " the process comes after the order.",
    )
    entry_account_state = fields.Selection(
        ENTRY_STATES,
        string="The account",
        help="What entering this stage makes of the customer's account file.",
    )
    trial_months = fields.Integer(
        string="Trial (months)", default=3, help="How long the trial lasts."
    )
    is_recurring = fields.Boolean(
        string="Recurs",
        help="An opportunity can come here again and again: each time the checklist"
        " begins anew.",
    )
    is_retired = fields.Boolean(
        string="Not in the process any more",
        help="A stage from before the team's present process. It keeps the"
        " opportunities that ended in it and shows nowhere in the team's pipeline.",
    )
    time_text = fields.Char(string="Time allowed", compute="_compute_time_text")
    skip_domain = fields.Char(
        string="Skip condition", default="[]", help="On the opportunity."
    )
    template_code = fields.Char(readonly=True, copy=False, index="btree_not_null")

    @api.depends("team_ids.is_key_account")
    def _compute_is_key_account(self):
        for stage in self:
            stage.is_key_account = any(stage.team_ids.mapped("is_key_account"))

    @api.depends("time_limit", "time_unit", "is_won")
    @api.depends_context("lang")
    def _compute_time_text(self):
        for stage in self:
            stage.time_text = not stage.is_won and stage._get_limit_text(
                stage.time_limit, stage.time_unit
            )

    def _compute_pipeline_team_id(self):
        self.pipeline_team_id = False

    def _search_pipeline_team_id(self, operator, value):
        """For screens: ``[("pipeline_team_id", "=", team_id)]`` finds the team's
        stages.
        """
        if operator != "in":
            return NotImplemented
        teams = {team_id for team_id in value if team_id}
        own_only = teams & self.env["crm.team"]._key_account_team_ids()
        domains = [
            Domain("team_ids", "in", list(own_only)) & Domain("is_retired", "=", False),
            Domain("team_ids", "in", list(teams - own_only)),
        ]
        if teams - own_only or not teams:
            domains.append(Domain("team_ids", "=", False))
        return Domain.OR(domains)

    @api.constrains("skip_rule", "skip_domain")
    def _check_skip_domain(self):
        for stage in self.filtered(lambda stage: stage.skip_rule == "domain"):
            try:
                domain = Domain(literal_eval(stage.skip_domain or "[]"))
                domain.validate(self.env["crm.lead"])
                problem = self.env._("it is empty") if domain.is_true() else None
            except Exception as error:  # whatever is wrong with it, it is the domain
                problem = error
            if problem:
                raise ValidationError(
                    self.env._(
                        "The condition that skips “%(stage)s” cannot be used:"
                        " %(problem)s",
                        stage=stage.name,
                        problem=problem,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # That a stage was made says nothing; how it was changed does.
        quiet = self.with_context(mail_create_nolog=True)
        stages = super(CrmStage, quiet).create(vals_list).with_env(self._locked().env)
        stages._assert_may_define()
        forget(self.env)
        return stages

    def write(self, vals):
        before = self._duties_to_compare(vals)
        stages = self
        if vals.keys() & _DEFINITION_FIELDS:
            self._assert_may_define()
            if vals.get("is_won"):
                self._assert_leads_may_win()
            if "is_won" in vals:
                # Core looks for the stages' opportunities, which whoever defines the
                # process need not see.
                self.check_access("write")
                stages = self.sudo()
        res = super(CrmStage, stages).write(vals)
        if vals.keys() & _PLACE_FIELDS:
            forget(self.env)
        if "team_ids" in vals:
            self._assert_may_define()
        self._log_rewording(before)
        return res

    def unlink(self):
        forget(self.env)
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never_used(self):
        self._assert_may_define()
        used = self.env["key.account.stage.log"]._told_of("stage_id", self)
        if used:
            raise UserError(
                self.env._(
                    "Opportunities went through these stages: %(stages)s. Their"
                    " history stays, and"
                    " so do the stages. Take the team off the stage instead.",
                    stages=listed(self.env, used.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _skipped(self, leads):
        """The leads for which this stage's skip rule holds, so that its gates do not
        count.
        """
        self.ensure_one()
        if not self.skip_rule:
            return leads.browse()
        return getattr(self, f"_skipped_{self.skip_rule}")(leads)

    def _skipped_domain(self, leads):
        """An empty condition would skip every opportunity: it skips none."""
        domain = Domain(literal_eval(self.skip_domain or "[]"))
        return leads.browse() if domain.is_true() else leads.filtered_domain(domain)

    def _responsible_users(self, lead):
        """Who does this step in this opportunity."""
        self.ensure_one()
        team = lead.team_id._with_people()
        if self.responsible_role == "manager":
            return team._key_account_managers()
        if self.responsible_role == "support":
            return team.key_account_support_ids
        if self.responsible_role == "specialist":
            return lead.user_id
        return self.env["res.users"]

    def _gates(self):
        """``{stage: its gates}``, whatever a caller's context says; one query."""
        if not self:
            return {}
        context = {"lang": self.env.context.get("lang")}
        gates = self.env["crm.stage.gate"].with_env(self.env(su=True, context=context))
        names = [
            name
            for name, field in gates._fields.items()
            if field.store and field.column_type
        ]
        return gates.search_fetch([("stage_id", "in", self.ids)], names).grouped(
            "stage_id"
        )

    def _assert_may_define(self):
        """Stages of key-account teams are defined by Configuration only."""
        if self.env.su or self.env.user.has_group("key_account.group_configuration"):
            return
        defined = self.filtered("is_key_account")
        if defined:
            raise AccessError(
                self.env._(
                    "The stages of key-account teams are defined by Key Accounts /"
                    " Configuration:"
                    " %(stages)s. Ask somebody who has that right.",
                    stages=listed(self.env, defined.mapped("name")),
                )
            )

    def _assert_leads_may_win(self):
        """Calling a stage Won wins every opportunity in it, so their gates have to be
        met.
        """
        teams = self.env["crm.team"]._key_account_team_ids()
        if not teams:
            return
        leads = self.env["crm.lead"].sudo()
        leads = leads.search(
            [
                ("stage_id", "in", self.filtered(lambda stage: not stage.is_won).ids),
                ("team_id", "in", list(teams)),
            ]
        )
        leads._assert_may_win()
