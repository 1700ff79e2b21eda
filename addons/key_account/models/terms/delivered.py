"""What is billed beyond what was ordered, as somebody says that it was delivered."""

from odoo import models

from ..shared import optional


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def write(self, vals):
        result = super().write(vals)
        if "qty_delivered" in vals:
            self.order_id._key_account_concerned()._mark_authority()
        return result

    def _compute_qty_delivered(self):
        result = super()._compute_qty_delivered()
        # Reached milestones are written on projects, and no line is.
        reached = self.filtered(
            lambda line: (
                line.qty_delivered_method != "manual" and line._is_delivery_said()
            )
        )
        reached.order_id._key_account_concerned()._mark_authority()
        return result

    def _is_delivery_said(self):
        return self.qty_delivered_method in optional.said_deliveries()

    def _units_beyond_order(self):
        """Units that are billed beyond the order, as somebody says: what a warehouse or
        timesheets have counted as delivered is not said."""
        if self.order_id.state != "sale" or not self._is_delivery_said():
            return 0.0
        units = self.qty_delivered - self.product_uom_qty
        if units <= 0.0 or self.product_id.invoice_policy != "delivery":
            return 0.0
        # Nothing that makes the order cheaper is taken off.
        return units if self.price_unit > 0.0 else 0.0

    def _measured_quantity(self):
        """What is promised: as much as was ordered, or is billed beyond it."""
        return self.product_uom_qty + self._units_beyond_order()

    def _measured_values(self):
        """``(untaxed, with taxes)`` of as much."""
        untaxed, total = self.price_subtotal, self.price_total
        if units := self._units_beyond_order():
            beyond = units * self._untaxed_unit_price()
            total += beyond * (total / untaxed if untaxed else 1.0)
            untaxed += beyond
        return untaxed, total
