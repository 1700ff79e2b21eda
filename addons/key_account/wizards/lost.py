from odoo import api, fields, models


class CrmLeadLost(models.TransientModel):
    _inherit = "crm.lead.lost"

    needs_reason = fields.Boolean("Needs reason", compute="_compute_needs_reason")

    @api.depends("lead_ids")
    def _compute_needs_reason(self):
        """Opportunities of key-account teams are not lost without a reason."""
        for wizard in self:
            wizard.needs_reason = any(wizard.lead_ids.mapped("is_key_account_process"))
