"""A deal that is put away is lost: it does not just vanish from what is counted."""

from odoo import models


class CrmLead(models.Model):
    """Odoo lets an opportunity be archived and not lost. In a process whose deals are
    won or lost that would be a third way out, without a reason and outside of every
    rate."""

    _inherit = "crm.lead"

    def write(self, vals):
        if vals.get("active", True) or self.env.su:
            return super().write(vals)
        ended = self.filtered(lambda lead: lead._is_lost_when_archived())
        if not ended:
            return super().write(vals)
        result = super(CrmLead, ended).write({**vals, "probability": 0})
        rest = self - ended
        return super(CrmLead, rest).write(vals) if rest else result

    def _is_lost_when_archived(self):
        self.ensure_one()
        return (
            self.active
            and self.won_status == "pending"
            and self._is_key_account_team(self.team_id)
            and self._gate_mode() == "enforce"
        )
