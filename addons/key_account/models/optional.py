"""What other modules add to the models here; none of them is a dependency."""

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_reward(self):
        """A line that a loyalty programme or coupon brought (sale_loyalty)."""
        return "is_reward_line" in self._fields and self.is_reward_line
