"""Since when there is a deal: how long it took is counted from then."""

from odoo import api, models
from odoo.exceptions import UserError

from ..shared.unlocked import unlock


class CrmLead(models.Model):
    """Odoo dates a deal by the day on which a lead became one, and does so anew as
    often as somebody converts it: whoever is measured would start the clock again."""

    _inherit = "crm.lead"
    _kept_of_odoo = frozenset(("date_conversion",))
    _no_default = frozenset(("date_conversion",))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                if vals.get("date_conversion"):
                    self._assert_no_deal_since(vals)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("type") == "lead" and not self.env.su:
            deals = self._held_by_process()
            deals = deals.filtered(
                lambda lead: (
                    lead.type == "opportunity" and lead._gate_mode() == "enforce"
                )
            )
            if deals:
                raise UserError(
                    self.env._(
                        "“%s” is a deal and cannot become a lead again: mark it as"
                        " lost, with the reason.",
                        deals[0].name,
                    )
                )
        return super().write(vals)

    @api.model
    def _assert_no_deal_since(self, vals):
        if self.new(vals)._held_by_process():
            self._refuse_kept(["date_conversion"])

    def convert_opportunity(self, *args, **kwargs):
        leads = unlock(self, "crm.lead", ("date_conversion",))
        return super(CrmLead, leads).convert_opportunity(*args, **kwargs)

    def _convert_opportunity_data(self, customer, team_id=False):
        values = super()._convert_opportunity_data(customer, team_id)
        if self.type == "opportunity" and self._held_by_process():
            # It has been a deal all along.
            values.pop("date_conversion", None)
        return values
