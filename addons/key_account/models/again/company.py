"""A company's settings have changed: quotations and requirements are measured again."""

from odoo import models

from ..shared.res_company import DECIDING


class ResCompany(models.Model):
    _inherit = "res.company"

    def _key_account_settings_changed(self, names):
        res = super()._key_account_settings_changed(names)
        if not DECIDING.isdisjoint(names):
            self.env["sale.order"]._mark_undecided(self)
        if "key_account_reference_pricelist_id" in names:
            requirements = self.env["key.account.requirement"]
            requirements._measure_undecided([("company_id", "in", self.ids)])
        return res
