"""The requirements that a visit brought to light, as part of its report."""

from odoo import api, fields, models


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    requirement_ids = fields.One2many(
        "key.account.requirement", "visit_id", string="Requirements"
    )

    @api.model
    def _report_fields(self):
        return super()._report_fields() | {"requirement_ids"}
