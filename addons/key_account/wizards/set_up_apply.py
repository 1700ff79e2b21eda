"""What the set-up writes at its end: after its own checks, with full rights."""

from odoo import Command, models
from odoo.exceptions import AccessError, UserError

from ..models.shared.label import listed
from .set_up import SETTINGS
from .set_up_level import MEASURED

# Wizard field → team field.
_PEOPLE = {
    "leader_id": "user_id",
    "manager_ids": "key_account_manager_ids",
    "support_ids": "key_account_support_ids",
    "member_ids": "member_ids",
}


class KeyAccountSetUp(models.TransientModel):
    _inherit = "key.account.set.up"

    def action_apply(self):
        """Write what is chosen, all of it at once."""
        self.ensure_one()
        self._assert_may_set_up()
        self._assert_own_company()
        self._assert_team()
        # Configuration of key accounts gives no right to write companies, teams and
        # people, and need not: what may be set up has just been checked.
        team = self.sudo()._apply()
        # It gives no right to see opportunities either.
        actions = self.env["ir.actions.act_window"]
        context = {"default_team_id": team.id, "default_type": "opportunity"}
        if not self.env["crm.lead"].has_access("read"):
            return {
                **actions._for_xml_id("key_account.crm_team_action"),
                "views": [(False, "form")],
                "res_id": team.id,
                "context": context,
            }
        return {
            **actions._for_xml_id("key_account.crm_lead_pipeline_action"),
            "context": {**context, "search_default_team_id": team.id},
        }

    def action_apply_first_steps(self):
        """The same, and then what is still to be set up."""
        self.action_apply()
        actions = self.env["ir.actions.act_window"]
        return actions._for_xml_id("key_account.first_step_action")

    def _apply(self):
        """Write it in this order; the caller has the rights. Return the team."""
        team = self._apply_team()
        # Before the levels: whoever signs off has to be able to open quotations.
        self._apply_groups()
        for line in self.level_ids:
            line._apply()
        self._apply_settings()
        self._apply_policies()
        return team

    def _apply_team(self):
        team = self.team_id
        if not team:
            team = team.create(
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
                lambda user, group=group: not user.has_group(group)
            )
            without.write({"group_ids": [Command.link(self.env.ref(group).id)]})

    def _apply_settings(self):
        company = self.company_id
        changed = {
            target: self[source].id
            if source == "reference_pricelist_id"
            else self[source]
            for source, target in SETTINGS.items()
            if self[source] != company[target]
        }
        dimensions = self._dimensions()
        if dimensions != company.key_account_dimensions:
            changed["key_account_dimensions"] = dimensions
        if changed:
            company.write(changed)

    def _apply_policies(self):
        """The first company goes by the policies there are; every other one gets its
        own, so that neither changes what the other's customers are due."""
        companies = self.env["res.company"]._key_account_modes().keys()
        if companies - {self.company_id.id}:
            self.env["key.account.policy"]._own_of(self.company_id)

    def _dimensions(self):
        """What is to be measured; an add-on's dimensions stay as they are."""
        present = self.company_id._key_account_codes()
        codes = [code for code in MEASURED if self[f"measure_{code}"]]
        return ",".join(codes + [code for code in present if code not in MEASURED])

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

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
        # Full rights: what belongs to a hidden company must be found out, too.
        wizard = self.sudo()
        companies = wizard.level_ids.level_id.company_id
        companies |= (wizard.team_id | wizard.process_team_id).company_id
        others = companies - wizard.company_id
        if others:
            raise AccessError(
                self.env._(
                    "This sets up %(company)s, and changes nothing of %(others)s.",
                    company=wizard.company_id.name,
                    others=listed(self.env, others.mapped("name")),
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
