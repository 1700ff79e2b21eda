from odoo import api, fields, models


class KeyAccountGateOverride(models.TransientModel):
    """A manager lets opportunities pass although gates are not met, and says why."""

    _name = "key.account.gate.override"
    _description = "Let Opportunities Pass"
    _inherit = ["key.account.look"]
    _under = frozenset(("lead_ids",))

    lead_ids = fields.Many2many("crm.lead", string="Opportunities", required=True)
    team_id = fields.Many2one("crm.team", compute="_compute_team_id")
    stage_id = fields.Many2one(
        "crm.stage",
        string="To",
        required=True,
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('pipeline_team_id', '=', team_id)]",
    )
    missing = fields.Text(compute="_compute_missing")
    reason = fields.Text(required=True)

    @api.depends("lead_ids")
    def _compute_team_id(self):
        for wizard in self:
            wizard.team_id = wizard.lead_ids.team_id[:1]

    @api.depends("lead_ids")
    def _compute_stage_id(self):
        for wizard in self:
            lead = wizard.lead_ids[:1]._origin
            wizard.stage_id = wizard.stage_id or (lead and lead._next_stage())

    @api.depends("lead_ids", "stage_id")
    def _compute_missing(self):
        for wizard in self:
            leads = wizard.lead_ids._origin
            wizard.missing = leads._get_missing_to(wizard.stage_id._origin) or False

    def action_let_pass(self):
        self.ensure_one()
        # What ended meanwhile is not left out unsaid.
        leads = self.with_context(active_test=False).lead_ids
        leads._pass_by_override(self.stage_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
