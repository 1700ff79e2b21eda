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

    def _take_over(self, others):
        result = super()._take_over(others)
        others.authority_grant_ids._write_kept({"opportunity_id": self.id})
        return result
