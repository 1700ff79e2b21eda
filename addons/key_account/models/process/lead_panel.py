"""What the screens show of the step an opportunity stands in."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..shared.at_hand import at_hand
from ..shared.label import listed, noted


class CrmLead(models.Model):
    _inherit = "crm.lead"

    gate_state = fields.Selection(
        [("met", "Ready to move on"), ("open", "Something is missing")],
        compute="_compute_gate_state",
    )
    gate_missing_count = fields.Integer(
        string="Number missing", compute="_compute_gate_state"
    )
    gate_summary = fields.Text(string="Still missing", compute="_compute_gate_state")
    # What cards and panel are made of, so that gates are looked at once for both.
    gate_results = fields.Json(compute="_compute_gate_state", exportable=False)
    stage_panel = fields.Json("Stage panel", compute="_compute_stage_panel")
    can_override_gates = fields.Boolean(compute="_compute_can_override_gates")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.model
    def _panel_depends(self):
        """What card and panel follow; a room adds what it shows there."""
        return ["stage_id", "team_id", "stage_entered_on", "won_status"]

    @api.depends(lambda self: self._panel_depends())
    @api.depends_context("lang", "uid")
    def _compute_gate_state(self):
        """For all cards of a page at once: a fixed number of queries per kind, and one
        assignment for all that miss the same.
        """
        by_stage = self._in_running_step()
        running = [lead_id for ids in by_stage.values() for lead_id in ids]
        others = self - self.browse(running)
        others.gate_state = others.gate_summary = others.gate_results = False
        others.gate_missing_count = 0
        alike = defaultdict(list)
        for stage, (free, found) in self._look_at_gates(by_stage).items():
            for lead_id in by_stage[stage.id]:
                texts = tuple(
                    (gate.id, texts.get(lead_id)) for gate, texts in found.items()
                )
                alike[stage, lead_id in free, texts].append(lead_id)
        for (stage, skipped, gates), ids in alike.items():
            leads = self.browse(ids)
            texts = [self._get_missing_text(stage, text) for _id, text in gates if text]
            leads.gate_state = "open" if texts else "met"
            leads.gate_missing_count = len(texts)
            leads.gate_summary = "\n".join(texts) or False
            leads.gate_results = {"skipped": skipped, "gates": gates}

    @api.depends(lambda self: [*self._panel_depends(), "stage_deadline"])
    @api.depends_context("lang", "uid")
    def _compute_stage_panel(self):
        running = self.browse(sum(self._in_running_step().values(), []))
        (self - running).stage_panel = False
        for lead in running:
            lead.stage_panel = lead._get_stage_panel()

    @api.depends("team_id", "stage_id", "won_status")
    @api.depends_context("uid")
    def _compute_can_override_gates(self):
        running = self.browse(sum(self._in_running_step().values(), []))
        (self - running).can_override_gates = False
        user, teams = self.env.user, self.env["crm.team"]
        if user.has_group("key_account.group_director"):
            managed = [t.id for t in running.team_id if t._is_managed_by(user)]
        else:
            managed = teams._shown_as_managed()
        for lead in running:
            # What it shows; letting pass asks anew.
            lead.can_override_gates = lead.team_id.id in managed

    def _in_running_step(self):
        """Opportunities that stand in a step of a key-account team's process, won and
        lost ones not: ``{stage id: lead ids}``.
        """
        teams = self.env["crm.team"]._key_account_team_ids()
        by_stage = {}
        # The pipeline of a plain team is as fast as without gates.
        # Of each card: what was read is looked at, and not asked for once more.
        leads = self.sudo()
        team_of = at_hand(leads, "team_id")
        if not teams.isdisjoint(team_of.values()):
            stage_of, won = at_hand(leads, "stage_id"), at_hand(leads, "won_status")
            for lead_id, team_id in team_of.items():
                if team_id in teams and won[lead_id] != "lost":
                    by_stage.setdefault(stage_of[lead_id], []).append(lead_id)
        stages = self.env["crm.stage"].browse(filter(None, by_stage))
        # The panel of one names the step that comes next, too: it is read along.
        steps = self.team_id._process_steps() if len(self) == 1 else ()
        stages = stages.with_prefetch({*stages._ids, *(step.key for step in steps)})
        return {stage.id: by_stage[stage.id] for stage in stages if not stage.is_won}

    # ------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------

    def _get_stage_panel(self):
        """Everything the panel on the form shows, in the user's words."""
        self.ensure_one()
        stage = self.stage_id
        upcoming = self._next_stage()
        steps = [step.key for step in self.team_id._process_steps() if not step.won]
        gates, skipped = self._get_gate_lines()
        return {
            "stage": stage.name,
            "position": steps.index(stage.id) + 1 if stage.id in steps else 0,
            "count": len(steps),
            "foreign": stage.id not in steps,
            "responsible": self._get_responsible_text(stage),
            "participants": stage.participants or "",
            "duties": str(stage.duties or ""),
            "standard": stage.work_standard or "",
            "inputs": stage.inputs or "",
            "outputs": stage.outputs or "",
            "medium": stage.medium or "",
            "entered": self._format(self.stage_entered_on),
            "deadline": self._format(self.stage_deadline),
            "overdue": bool(self.stage_deadline)
            and self.stage_deadline < fields.Datetime.now(),
            "waits_for_visit": stage.time_unit == "visit" and not self.stage_deadline,
            "gates": gates,
            "skipped": skipped,
            "ready": all(gate["met"] for gate in gates),
            "manual": f"/key_account/manual/team/{self.team_id.id}",
            "next": upcoming.name or "",
            "next_responsible": self._get_responsible_text(upcoming)
            if upcoming
            else "",
        }

    def _get_gate_lines(self):
        """The gates of the current step, met or not, and whether a rule skips them."""
        results = self.gate_results
        gates = self.env["crm.stage.gate"].sudo()
        gates = gates.browse(gate_id for gate_id, _text in results["gates"])
        lines = [
            {
                "id": gate.id,
                "name": gate.name,
                "missing": text or "",
                "met": not text,
                "link": hasattr(gate, f"_open_{gate.kind}"),
                "items": gate._get_panel_items(self),
            }
            for gate, (_id, text) in zip(gates, results["gates"], strict=True)
        ]
        return lines, results["skipped"]

    def _get_responsible_text(self, stage):
        """“Manager (Li Wei)”; Won belongs to nobody."""
        role = stage._get_value_label("responsible_role", stage.responsible_role)
        names = listed(self.env, stage._responsible_users(self).mapped("name"))
        return noted(self.env, role, names) if role and names else role

    def _format(self, moment):
        if not moment:
            return ""
        zone = self.env.context.get("tz")
        return format_datetime(self.env, moment, tz=zone, dt_format="short")
