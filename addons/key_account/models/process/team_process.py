"""Which process a team works by, and how its running opportunities come into it."""

from odoo import Command, models
from odoo.exceptions import UserError

from ..shared.label import listed, noted

# Opportunities that have to have their place in a process; won ones are among them.
_RUNNING = [("won_status", "!=", "lost")]


class CrmTeam(models.Model):
    _inherit = "crm.team"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_process_manual(self):
        """The process manual of this team, on screen."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/key_account/manual/team/{self.id}",
            "target": "new",
        }

    def action_map_stages(self):
        """Ask by which process this team works from now on."""
        self.ensure_one()
        return self._open_wizard("map_stages_action", {"default_team_id": self.id})

    def action_load_template(self):
        """Compare the stages of this team with the template they were made of."""
        self.ensure_one()
        code = (self._key_account_stages()[:1].template_code or "").partition(".")[0]
        defaults = {"default_team_ids": self.ids}
        if code:
            defaults["default_template_code"] = code
        return self._open_wizard("load_template_action", defaults)

    def action_end_key_account(self):
        """Give the team back to plain CRM; its opportunities stay where they are."""
        self.write({"is_key_account": False})

    def _open_wizard(self, name, defaults):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"key_account.{name}")
        return {**action, "context": {"dialog_size": "extra-large", **defaults}}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _begin_process(self, stages, mapping):
        """Make this team a key-account team that works by these stages, and bring its
        running opportunities to where they belong in them.

        Gates are not asked for, because the team is no key-account team while its
        opportunities are moved; there is nothing that could open them later. The log
        then says “Initial load”. Stages that are not in the process any more are kept
        for the opportunities that ended in them.

        :param mapping: ``{old stage: new stage}``
        """
        self.ensure_one()
        self._assert_may_configure()
        team = self.sudo()
        if team.is_key_account:
            team.is_key_account = False
        others = stages.filtered(lambda stage: team not in stage.team_ids)
        others.write({"team_ids": [Command.link(team.id)]})
        for old, leads in team._running_by_stage().items():
            target = mapping.get(old, stages.browse())
            team._assert_mapped(old, target, stages, leads)
            if target != old:
                leads.write({"stage_id": target.id})
        team._retire_stages(stages)
        team.is_key_account = True

    def _running_by_stage(self):
        """``{stage: opportunities}`` of this team that are not lost, archived ones
        included; two queries.
        """
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        leads = leads.search([("team_id", "in", self.ids), *_RUNNING])
        return leads.grouped("stage_id")

    def _assert_mapped(self, old, target, stages, leads):
        """Every old stage has its new one, and winning is no matter of mapping."""
        if target not in stages:
            raise UserError(
                self.env._(
                    "%(count)d opportunities stand in “%(stage)s”. Choose the new stage"
                    " that it corresponds to.",
                    count=len(leads),
                    stage=old.name or self.env._("No stage"),
                )
            )
        if target.is_won != old.is_won:
            raise UserError(
                self.env._(
                    "“%(old)s” cannot become “%(new)s”: running opportunities stay"
                    " running, won ones stay won. Choose another stage.",
                    old=old.name or self.env._("No stage"),
                    new=target.name,
                )
            )

    def _retire_stages(self, stages):
        """Take stages of earlier times out of this team's pipeline; none is deleted."""
        stages.filtered("is_retired").write({"is_retired": False})
        earlier = self.env["crm.stage"].search([("team_ids", "in", self.ids)]) - stages
        shared = earlier.filtered(lambda stage: stage.team_ids - self)
        shared.write({"team_ids": [Command.unlink(self.id)]})
        (earlier - shared).write({"is_retired": True})

    def _assert_opportunities_in_process(self):
        """Running opportunities are mapped to the new stages first, by the wizard."""
        for team in self:
            own = team._key_account_stages()
            outside = {
                stage: leads
                for stage, leads in team._running_by_stage().items()
                if stage not in own
            }
            if outside:
                raise UserError(
                    self.env._(
                        "%(team)s has running opportunities in stages that are not"
                        " its own: %(stages)s. Map them first: Key Accounts /"
                        " Configuration / Process of a Team.",
                        team=team.name,
                        stages=listed(
                            self.env,
                            (
                                noted(self.env, stage.name or "–", len(leads))
                                for stage, leads in outside.items()
                            ),
                        ),
                    )
                )
