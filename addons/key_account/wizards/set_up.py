from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rules import templates
from .set_up_level import MEASURED

# Wizard field → company field.
_SETTINGS = {
    "mode": "key_account_mode",
    "approval_policy": "key_account_approval_policy",
    "sole_sign_off": "key_account_sole_sign_off",
    "contract_review": "key_account_contract_review",
    "reference_pricelist_id": "key_account_reference_pricelist_id",
}
# Wizard field → team field.
_PEOPLE = {
    "leader_id": "user_id",
    "manager_ids": "key_account_manager_ids",
    "support_ids": "key_account_support_ids",
    "member_ids": "member_ids",
}


class KeyAccountSetUp(models.TransientModel):
    """Sets a company up: its team and people, who may decide what, and how strictly.

    Run again it shows what is there, and changes only what is changed in it.
    """

    _name = "key.account.set.up"
    _description = "Set Up Key Accounts"

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
    without_role = fields.Char(compute="_compute_without_role")
    # Levels and limits
    level_ids = fields.One2many(
        "key.account.set.up.level", "wizard_id", string="Levels"
    )
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
    contract_review = fields.Boolean()
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
        company = company.sudo()
        values.update({name: company[source] for name, source in _SETTINGS.items()})
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
                if not user.sudo().has_group(group)
            ]
            wizard.without_role = ", ".join(dict.fromkeys(names)) or False

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

    def action_apply(self):
        """Write what is chosen, all of it at once."""
        self.ensure_one()
        self._assert_may_set_up()
        self._assert_own_company()
        self._assert_team()
        team = self._apply_team()
        # Before the levels: whoever signs off has to be able to open quotations.
        self._apply_groups()
        self._apply_levels()
        self._apply_settings()
        # Configuration alone gives no right to see opportunities.
        sells = self.env["crm.lead"].has_access("read")
        screen = "crm_lead_pipeline_action" if sells else "crm_stage_action"
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(f"key_account.{screen}"),
            "context": {"default_team_id": team.id, "default_type": "opportunity"},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _apply_team(self):
        Team = self.env["crm.team"].sudo()
        team = self.team_id.sudo()
        if not team:
            team = Team.create(
                {"name": self.team_name, "company_id": self.company_id.id}
            )
        changed = {
            target: self[source].id
            if source == "leader_id"
            else [Command.set(self[source].ids)]
            for source, target in _PEOPLE.items()
            if self[source] != team[target]
        }
        if changed:
            team.write(changed)
        if not team._key_account_stages() or not team.is_key_account:
            mapping = self.map_id or self._make_mapping(team)
            stages = mapping._make_process(team)
            team._begin_process(stages, mapping._get_mapping(stages))
        return team

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

    def _apply_levels(self):
        for line in self.level_ids:
            line._apply()

    def _apply_settings(self):
        company = self.company_id.sudo()
        changed = {
            target: self[source].id
            if source == "reference_pricelist_id"
            else self[source]
            for source, target in _SETTINGS.items()
            if self[source] != company[target]
        }
        dimensions = self._dimensions()
        if dimensions != company.key_account_dimensions:
            changed["key_account_dimensions"] = dimensions
        if changed:
            company.write(changed)

    def _dimensions(self):
        """What is to be measured; an add-on's dimensions stay as they are."""
        present = self.company_id.sudo()._key_account_codes()
        codes = [code for code in MEASURED if self[f"measure_{code}"]]
        return ",".join(codes + [code for code in present if code not in MEASURED])

    def _apply_groups(self):
        """Roles are given by whoever may give rights in Odoo at all, and only added."""
        if not self.env.user.has_group("base.group_erp_manager"):
            return
        roles = self._roles() if self.grant_groups else {}
        if self.managers_see_all:
            roles["sales_team.group_sale_salesman_all_leads"] = (
                self.leader_id | self.manager_ids
            )
        for group, users in roles.items():
            without = users.filtered(
                lambda user, group=group: not user.sudo().has_group(group)
            )
            without.sudo().write({"group_ids": [Command.link(self.env.ref(group).id)]})

    def _roles(self):
        return {
            "key_account.group_manager": self.leader_id | self.manager_ids,
            "key_account.group_specialist": self.member_ids,
            "key_account.group_support": self.support_ids,
        }

    def _assert_may_set_up(self):
        if not self.env.user.has_group("key_account.group_configuration"):
            raise AccessError(
                self.env._(
                    "Key accounts are set up by somebody with Key Accounts /"
                    " Configuration."
                )
            )
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "You do not work in the company %s.", self.company_id.sudo().name
                )
            )

    def _assert_own_company(self):
        """Levels and teams of another company are set up there."""
        companies = self.level_ids.level_id.sudo().company_id
        companies |= (self.team_id | self.process_team_id).sudo().company_id
        if companies - self.company_id:
            raise AccessError(
                self.env._(
                    "This sets up %(company)s, and changes nothing of %(others)s.",
                    company=self.company_id.sudo().name,
                    others=", ".join((companies - self.company_id).mapped("name")),
                )
            )

    def _assert_team(self):
        if not self.team_id and not (self.team_name or "").strip():
            raise UserError(self.env._("Choose a team, or name the new one."))
        if not (self.leader_id | self.manager_ids):
            raise UserError(
                self.env._(
                    "Name a team leader or a manager: somebody has to review, rule and"
                    " sign off."
                )
            )

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
    # PROPOSALS
    # ------------------------------------------------------------

    @api.model
    def _propose_levels(self, company):
        """What is there; where nothing is, the four levels with their usual limits."""
        levels = self.env["key.account.authority.level"].sudo()
        levels = levels.search([("company_id", "=", company.id)])
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
