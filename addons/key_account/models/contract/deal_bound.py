"""What was signed in a deal is that deal's: it opens no gate of another, and no clock
is started anew with it."""

from odoo import models
from odoo.exceptions import UserError

from ..shared.label import listed


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _assert_may_move(self, vals):
        if "opportunity_id" in vals and not self.env.su:
            self._assert_deal_stands(
                self._to_id("opportunity_id", vals["opportunity_id"])
            )
        return super()._assert_may_move(vals)

    def _assert_deal_stands(self, deal_id):
        """Raise where a signed or confirmed order would leave its deal, or come to one:
        that is for a manager of the team who does not sell it."""
        bound = self._controlled().filtered(
            lambda order: (
                order.opportunity_id.id != deal_id
                and order.company_id._key_account_enforces()
                and (order.state == "sale" or order._current_signature(binding=False))
            )
        )
        user = self.env.user
        refused = bound.filtered(
            lambda order: user in order._involved() or not order._managed_by_user()
        )
        if refused:
            raise UserError(
                self.env._(
                    "%s was signed or confirmed: the opportunity that it belongs to"
                    " stays. A manager of the team, who does not sell it, may correct"
                    " it.",
                    listed(self.env, refused.mapped("name")),
                )
            )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _take_over(self, others):
        result = super()._take_over(others)
        # The same deal under another number: what was signed in it goes along.
        others.order_ids.write({"opportunity_id": self.id})
        return result
