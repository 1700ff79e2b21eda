"""Levels, limits, grants have changed: what is undecided is measured by them again."""

from odoo import api, models

from ...rules.states import UNDECIDED


class KeyAccountAuthorityLimit(models.Model):
    _inherit = "key.account.authority.limit"

    @api.model
    def _authority_changed(self, companies):
        res = super()._authority_changed(companies)
        requirements = self.env["key.account.requirement"]
        requirements._measure_undecided([("company_id", "in", companies.ids)])
        self.env["sale.order"]._mark_undecided(companies)
        return res


class KeyAccountAuthorityGrant(models.Model):
    _inherit = "key.account.authority.grant"

    @api.model
    def _grants_changed(self, leads):
        res = super()._grants_changed(leads)
        leads = leads.sudo()
        orders = leads.order_ids.filtered(lambda order: order.state in UNDECIDED)
        orders._mark_authority()
        leads.requirement_ids._measure_again()
        return res
