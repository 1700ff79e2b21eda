"""What a unit of measure contains, asked with each quotation and kept in memory."""

from odoo import api, models, tools

from ..shared.remembered import forget


class UomUom(models.Model):
    _inherit = "uom.uom"

    def write(self, vals):
        res = super().write(vals)
        if not {"factor", "relative_factor", "relative_uom_id"}.isdisjoint(vals):
            # Units that are made of these contain something else now, too.
            forget(self.env)
        return res

    def _key_account_factor(self):
        """How much of its smallest unit this one contains; nothing for no unit."""
        return self._key_account_factor_of(self._origin.id)

    @api.model
    @tools.ormcache("unit_id")
    def _key_account_factor_of(self, unit_id):
        return self.browse(unit_id or []).factor
