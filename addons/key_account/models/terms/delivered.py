"""What is billed beyond what was ordered, as somebody says that it was delivered."""

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def write(self, vals):
        result = super().write(vals)
        if "qty_delivered" in vals:
            self.order_id._key_account_concerned()._mark_authority()
        return result

    def _units_beyond_order(self):
        """Units that are billed beyond the order, as somebody typed them in: what a
        warehouse or timesheets have counted as delivered is not typed in."""
        if self.order_id.state != "sale" or self.qty_delivered_method != "manual":
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
