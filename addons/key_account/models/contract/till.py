"""The till of a shop: money that was taken there is kept, and confirms nothing that
must wait."""

from odoo import models

from ...rules.states import UNDECIDED
from ..shared import optional


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        # Raising here would leave what was paid in the till, which could not be closed
        # and would try it again and again.
        waiting = self.filtered(lambda order: order._waits_at_the_till())
        if not waiting:
            return super().action_confirm()
        self.env["payment.transaction"]._tell_payment_of_held(waiting)
        rest = self - waiting
        return super(SaleOrder, rest).action_confirm() if rest else True

    def _waits_at_the_till(self):
        """Whether this quotation is being paid at a till and may not be confirmed by
        that: not signed off or signed, or its contract is to be reviewed first."""
        self.ensure_one()
        if self.state not in UNDECIDED or not optional.is_paid_at_the_till(self):
            return False
        # With all rights: whoever stands at the till may not know why.
        order = self._controlled()
        return bool(
            order and (order._payment_obstacles() or order._start_contract_review())
        )
