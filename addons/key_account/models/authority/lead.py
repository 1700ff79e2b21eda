"""The authority granted for a deal."""

from odoo import fields, models

from ..process.crm_lead import _READERS


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # Lets a change of customer find them by one query for all opportunities.
    authority_grant_ids = fields.One2many(
        "key.account.authority.grant",
        "opportunity_id",
        string="Granted authority",
        copy=False,
        groups=_READERS,
    )

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        buyers = {lead: lead.partner_id.commercial_partner_id for lead in self.sudo()}
        result = super().write(vals)
        # What was granted while nobody was named is for the first one who is.
        for lead, buyer in buyers.items():
            if customer := buyer or lead.partner_id.commercial_partner_id:
                grants = lead.authority_grant_ids.filtered(lambda g: not g.customer_id)
                grants._set_kept({"customer_id": customer.id})
        return result

    def _take_over(self, others):
        result = super()._take_over(others)
        others.authority_grant_ids._write_kept({"opportunity_id": self.id})
        return result
