"""The deal of a key account: which step it is in, until when, and what is next."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import gates as rules
from .gate_facts import GateFacts

# Who may read the files themselves. To others these fields do not exist: reading "all
# fields" of an opportunity is a plain user's right.
_READERS = "key_account.group_specialist,key_account.group_support"


class CrmLead(models.Model):
    """The deal of a key account: which step it is in, until when, what is missing, who
    is next.
    """

    _name = "crm.lead"
    _inherit = ["key.account.under", "crm.lead"]
    # In record rules on what belongs to it, see ``shared/id_list.py``.
    _listed = True
    _kept = frozenset(("stage_entered_on", "stage_deadline"))
    # Odoo writes it itself with every deal that is won or lost.
    _not_kept = frozenset(("automated_probability",))

    stage_id = fields.Many2one(domain="[('pipeline_team_id', '=', team_id)]")
    is_key_account_process = fields.Boolean(related="team_id.is_key_account")
    stage_entered_on = fields.Datetime(
        string="In this step since", readonly=True, copy=False
    )
    stage_deadline = fields.Datetime(
        string="Step due",
        compute="_compute_stage_deadline",
        store=True,
        index="btree_not_null",
        copy=False,
    )
    stage_log_ids = fields.One2many(
        "key.account.stage.log",
        "opportunity_id",
        string="Stage log",
        groups=_READERS,
    )

    # Record rules list the deals of a team or person without reading them.
    _of_team_idx = models.Index("(team_id, id)")
    _of_user_idx = models.Index("(user_id, id)")

    def _held_by_process(self):
        return self.filtered(lambda lead: self._is_key_account_team(lead.team_id))

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends(lambda self: self._stage_deadline_depends())
    def _compute_stage_deadline(self):
        """Working time from entry, of each entry anew: a step that is gone back to is
        done once more. A visit step is due when the planned visit ends.

        The definition as it is on entry counts: changing it later changes no running
        deadline.
        """
        running = self.filtered("stage_entered_on")
        (self - running).stage_deadline = False
        for lead in running.filtered(lambda lead: lead.stage_id.time_unit == "visit"):
            lead.stage_deadline = lead._planned_visit_end()
        limited = running.filtered(lambda lead: lead.stage_id.time_unit != "visit")
        groups = limited.grouped(
            lambda lead: (
                lead._key_account_company(),
                lead.stage_id.time_limit,
                lead.stage_id.time_unit or "days",
            )
        )
        for (company, limit, unit), leads in groups.items():
            starts = leads.mapped("stage_entered_on")
            deadlines = (
                company._key_account_deadlines(starts, limit, unit) if limit else {}
            )
            for lead in leads:
                lead.stage_deadline = deadlines.get(lead.stage_entered_on, False)

    @api.model
    def _stage_deadline_depends(self):
        """What a deadline follows while its step runs; the room of the visits adds
        theirs.
        """
        return ["stage_entered_on"]

    def _planned_visit_end(self):
        """When the next visit of this opportunity ends, as planned; filled by the room
        of the visits.
        """
        return False

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_gate(self, gate_id):
        """Straight to what a gate asks for; False when that is on this form."""
        self.ensure_one()
        # Whoever works by a gate need not have the right to read its definition.
        gates = self.stage_id.sudo().gate_ids.filtered(lambda gate: gate.id == gate_id)
        return gates.with_env(self.env)._open(self) if gates else False

    def action_open_stage_log(self):
        self.ensure_one()
        action = self._get_action("key.account.stage.log", self.env._("Stage Log"))
        return {
            **action,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "mobile_view_mode": "kanban",
            "domain": [("opportunity_id", "=", self.id)],
        }

    def action_override_gates(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let Pass"),
            "res_model": "key.account.gate.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lead_ids": self.ids},
        }

    def action_next_step(self):
        """Move on to the next step of the process."""
        for lead in self:
            stage = lead._next_stage()
            if not stage:
                raise UserError(self.env._("“%s” is in the last step.", lead.name))
            lead.write({"stage_id": stage.id})
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _key_account_company(self):
        """The company whose mode and calendar count: the opportunity's, else its
        team's, else its salesperson's. For want of all three that of whoever made it,
        so that it is the same for everybody, and never one a caller chose.
        """
        self.ensure_one()
        return (
            self.company_id
            or self.team_id.company_id
            or self.user_id.company_id
            or self.create_uid.company_id
            or self.env.user.company_id
        )

    def _next_stage(self):
        """The step that follows, passing over those that a rule skips here."""
        self.ensure_one()
        steps = self.team_id._process_steps()
        # Whether a rule skips a step is a fact, whoever asks.
        lead = self.sudo().with_context(key_account_facts=GateFacts(self))
        stages = lead.env["crm.stage"].browse(step.key for step in steps)
        by_key = {stage.id: stage for stage in stages}
        key = rules.next_step(
            steps, self.stage_id.id, lambda key: bool(by_key[key]._skipped(lead))
        )
        return stages.browse(key or []).with_env(self.env)

    def _assert_customer(self):
        if not self.partner_id:
            raise UserError(
                self.env._("“%s” has no customer yet: choose one first.", self.name)
            )

    def _get_action(self, model, name, record=None, defaults=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "res_id": record.id if record else False,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": defaults or {},
        }
