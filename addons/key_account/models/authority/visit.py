"""The authority that a manager gives in the review of a visit."""

from odoo import api, fields, models


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    grant_ids = fields.One2many(
        "key.account.authority.grant", "visit_id", string="Authority given"
    )

    @api.model
    def _report_fields(self):
        return super()._report_fields() | {"grant_ids"}
