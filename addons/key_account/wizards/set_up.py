"""The set-up's pages: what they show, and what they propose. It is written by
``set_up_apply.py``."""

from odoo import Command, api, fields, models

from ..models.shared.label import listed
from ..rules import templates
from .set_up_level import MEASURED

# Wizard field → company field.
SETTINGS = {
    "mode": "key_account_mode",
    "approval_policy": "key_account_approval_policy",
    "sole_sign_off": "key_account_sole_sign_off",
    "contract_review": "key_account_contract_review",
    "reference_pricelist_id": "key_account_reference_pricelist_id",
}


class KeyAccountSetUp(models.TransientModel):
    """Sets a company up: its team and people, who may decide what, and how strictly.

    Run again it shows what is there, and changes only what is changed in it.
    """

    _name = "key.account.set.up"
    _description = "Set Up Key Accounts"
    _inherit = ["key.account.number"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        readonly=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    page = fields.Selection(
        [
            ("team", "Team and people"),
            ("mapping", "Running opportunities"),
            ("limits", "Levels and limits"),
            ("policy", "Mode and policies"),
        ],
        default="team",
        required=True,
    )
    # Team and people
    team_id = fields.Many2one(
        "crm.team",
        domain="[('company_id', 'in', [False, company_id])]",
        help="An existing team that becomes the key-account team. Empty: a new one is"
        " made.",
    )
    team_name = fields.Char(string="Name of the new team")
    leader_id = fields.Many2one(
        "res.users",
        string="Team leader",
        compute="_compute_people",
        store=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    manager_ids = fields.Many2many(
        "res.users",
        "key_account_set_up_manager_rel",
        string="Further managers",
        compute="_compute_people",
        store=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They review visits, rule on exceptions and let opportunities pass, as"
        " the leader does.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "key_account_set_up_member_rel",
        string="Specialists",
        compute="_compute_people",
        store=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Members of the team. Somebody who belongs to another team leaves it,"
        " unless Odoo is"
        " set to several teams per person.",
    )
    support_ids = fields.Many2many(
        "res.users",
        "key_account_set_up_support_rel",
        string="Sales support",
        compute="_compute_people",
        store=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    process_team_id = fields.Many2one(
        "crm.team",
        string="Work by the stages of",
        domain="[('is_key_account', '=', True), ('id', '!=', team_id)]",
        help="Share the process of another key-account team. Empty: the team gets its"
        " own stages, made of the template.",
    )
    template_code = fields.Selection(
        selection=lambda self: self.env["key.account.load.template"]._template_names(),
        string="Process",
        default="eight_steps",
        required=True,
    )
    has_stages = fields.Boolean(compute="_compute_has_stages")
    map_id = fields.Many2one("key.account.map.stages", readonly=True)
    mapping_ids = fields.One2many(
        related="map_id.line_ids", readonly=False, string="Running opportunities"
    )
    may_grant_groups = fields.Boolean(compute="_compute_may_grant_groups")
    grant_groups = fields.Boolean(
        string="Give these people the matching Key Accounts role",
        help="Roles open screens and records; what somebody may sign off is their"
        " level.",
    )
    managers_see_all = fields.Boolean(
        string="Managers see all opportunities and quotations",
        help="Odoo's right “User: All Documents” in Sales. Without it, Odoo shows a"
        " manager the"
        " opportunities and quotations that are assigned to them only.",
    )
    without_role = fields.Char("Without role", compute="_compute_without_role")
    # Levels and limits
    level_ids = fields.One2many(
        "key.account.set.up.level", "wizard_id", string="Levels"
    )
    empty_levels = fields.Char(compute="_compute_empty_levels")
    measure_discount = fields.Boolean("Discount")
    measure_amount = fields.Boolean("Amount")
    measure_margin = fields.Boolean("Margin")
    measure_payment_days = fields.Boolean("Payment days")
    measure_lead_time = fields.Boolean("Lead time undercut")
    measure_credit = fields.Boolean("Credit limit overrun")
    measure_deviation = fields.Boolean("Deviations")
    # Mode and policies
    mode = fields.Selection(
        [("off", "Off"), ("observe", "Observe"), ("enforce", "Enforce")], required=True
    )
    approval_policy = fields.Selection(
        [
            ("over_limit", "Only beyond the author's limits"),
            ("always", "Always, by the next level"),
        ],
        string="Sign-off",
        required=True,
    )
    sole_sign_off = fields.Boolean(string="Sole sign-off at the top")
    contract_review = fields.Boolean("Contract review")
    reference_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Reference prices",
        domain="[('company_id', 'in', [False, company_id])]",
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        company = (
            self.env["res.company"].browse(values.get("company_id")) or self.env.company
        )
        # Who configures key accounts sees what is there, and need not be able to read
        # limits, price lists and other teams' people otherwise.
        company = company.sudo()
        values.update({name: company[source] for name, source in SETTINGS.items()})
        values["reference_pricelist_id"] = company.key_account_reference_pricelist_id.id
        measured = company._key_account_codes()
        values.update({f"measure_{code}": code in measured for code in MEASURED})
        if company.key_account_mode == "off":
            # Proposed for a start: see what would happen before anything is stopped.
            values.update(mode="observe", approval_policy="always")
        team = self.env["crm.team"].search(
            [("is_key_account", "=", True), ("company_id", "in", [False, company.id])],
            limit=1,
        )
        values.update(team_id=team.id, team_name=self.env._("Key Accounts"))
        values["level_ids"] = self._propose_levels(company)
        administrator = self.env.user.has_group("base.group_erp_manager")
        values.update(grant_groups=administrator, managers_see_all=administrator)
        return {name: value for name, value in values.items() if name in fields_list}

    @api.depends("team_id")
    def _compute_people(self):
        for wizard in self:
            team = wizard.team_id
            wizard.leader_id = team.user_id
            wizard.manager_ids = team.key_account_manager_ids
            wizard.support_ids = team.key_account_support_ids
            wizard.member_ids = team.member_ids

    @api.depends("team_id")
    def _compute_has_stages(self):
        for wizard in self:
            team = wizard.team_id
            wizard.has_stages = team.is_key_account and bool(team._key_account_stages())

    @api.depends("company_id")
    def _compute_may_grant_groups(self):
        administrator = self.env.user.has_group("base.group_erp_manager")
        self.may_grant_groups = administrator

    @api.depends("leader_id", "manager_ids", "member_ids", "support_ids")
    def _compute_without_role(self):
        for wizard in self:
            names = [
                user.name
                for group, users in wizard._roles().items()
                for user in users._origin
                # Somebody's groups are the administrator's to read.
                if not user.sudo().has_group(group)
            ]
            wizard.without_role = listed(self.env, dict.fromkeys(names)) or False

    @api.depends("level_ids.user_ids", "level_ids.level_id", "level_ids.name")
    def _compute_empty_levels(self):
        for wizard in self:
            wizard.empty_levels = listed(
                self.env,
                (
                    line.name
                    for line in wizard.level_ids.sorted("sequence")
                    # A team's leader may count for a level that is there already.
                    if not (line.user_ids or line.level_id.sudo().team_leader)
                ),
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_next(self):
        self.ensure_one()
        if self.page == "team":
            self._assert_team()
            self._propose_people()
            self._propose_mapping()
        return self._turn_to(1)

    def action_back(self):
        return self._turn_to(-1)

    def _turn_to(self, direction):
        self.ensure_one()
        pages = ["team", *(["mapping"] if self.map_id else []), "limits", "policy"]
        index = pages.index(self.page) + direction
        self.page = pages[max(0, min(index, len(pages) - 1))]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Up Key Accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _propose_mapping(self):
        """Where the team has running opportunities, ask where they belong."""
        team = self.team_id
        self.map_id.unlink()
        if team and not team.is_key_account and team._running_by_stage():
            self.map_id = self._make_mapping(team)

    def _make_mapping(self, team):
        mapping = self.env["key.account.map.stages"].create(
            {
                "team_id": team.id,
                "source": "team" if self.process_team_id else "template",
                "template_code": self.template_code,
                "process_team_id": self.process_team_id.id,
            }
        )
        mapping._propose_mapping()
        return mapping

    def _roles(self):
        return {
            "key_account.group_manager": self.leader_id | self.manager_ids,
            "key_account.group_specialist": self.member_ids,
            "key_account.group_support": self.support_ids,
        }

    # ------------------------------------------------------------
    # PROPOSALS
    # ------------------------------------------------------------

    @api.model
    def _propose_levels(self, company):
        """What is there; where nothing is, the four levels with their usual limits.

        :param company: with the rights to read its levels
        """
        levels = company.env["key.account.authority.level"].search(
            [("company_id", "=", company.id)]
        )
        if not levels:
            return [
                Command.create(self._prepare_proposed_level(level))
                for level in templates.LEVELS
            ]
        return [Command.create(self._prepare_existing_level(level)) for level in levels]

    def _prepare_proposed_level(self, level):
        chinese = (self.env.lang or "").startswith("zh")
        return {
            "code": level.code,
            "name": level.name.zh if chinese else level.name.en,
            "sequence": level.sequence,
            **self.env["key.account.set.up.level"]._proposed_limits(level.sequence),
        }

    def _prepare_existing_level(self, level):
        return {
            "level_id": level.id,
            "name": level.name,
            "sequence": level.sequence,
            "user_ids": [Command.set(level.user_ids.ids)],
            **self.env["key.account.set.up.level"]._present_limits(level),
        }

    def _propose_people(self):
        """Put the people of the first page on the levels nobody is on yet."""
        people = {
            10: self.member_ids - self.leader_id - self.manager_ids,
            20: self.leader_id | self.manager_ids,
        }
        for line in self.level_ids:
            if not line.user_ids and not line.level_id:
                line.user_ids = people.get(line.sequence, line.user_ids)
