"""The step in which an opportunity stands is due from whoever is responsible."""

from odoo import api, models

from ..shared.deadline import Due


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "key.account.deadline.mixin"]

    @api.model
    def _deadline_domain(self, until):
        return [
            ("stage_deadline", "<=", until),
            ("stage_entered_on", "!=", False),
            ("won_status", "=", "pending"),
        ]

    def _deadline_due(self):
        running = self.filtered(
            lambda lead: (
                lead.stage_deadline
                and lead.stage_entered_on
                and lead.active
                and lead.won_status == "pending"
            )
        )
        companies = {lead: lead._key_account_company() for lead in running}
        directors = self._key_account_directors(set(companies.values()))
        return {
            lead: Due(
                key=f"stage {lead.stage_id.id} {lead.stage_entered_on}",
                deadline=lead.stage_deadline,
                company=company,
                responsible=lead.stage_id._responsible_users(lead) or lead.user_id,
                managers=lead.team_id._key_account_managers(),
                directors=directors[company],
            )
            for lead, company in companies.items()
        }

    def _deadline_name(self):
        return f"{self.name} – {self.stage_id.name}"
