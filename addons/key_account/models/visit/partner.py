"""A customer's meetings count our visits, to which only our own people are invited."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _compute_meeting(self):
        """Odoo counts the events that somebody is invited to. That of a visit invites
        our people alone, and is a meeting with the customer all the same."""
        meetings = super()._compute_meeting()
        Visit = self.env["key.account.visit"]
        if not self.ids or not Visit.has_access("read"):
            return meetings
        found = Visit._read_group(
            [
                ("key_account_id.partner_id", "in", self.commercial_partner_id.ids),
                ("calendar_event_id", "!=", False),
            ],
            ["key_account_id"],
            ["calendar_event_id:array_agg_distinct"],
        )
        # The customer of a file one may read is no secret.
        events_of = {account.sudo().partner_id: ids for account, ids in found}
        for partner in self:
            ours = events_of.get(partner.commercial_partner_id, ())
            meetings[partner.id] = [*{*meetings.get(partner.id, ()), *ours}]
        return meetings
