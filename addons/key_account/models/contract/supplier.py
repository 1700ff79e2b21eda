"""Who signs a contract for the supplier: somebody whose authority covers its terms."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _signs_for_supplier(self):
        """Whoever has the authority to sign these terms: who approved them, else the
        salesperson, whose own limits cover them.

        :return: ``(name, name of their level)``; no name while the approval that
            these terms need is missing and the company enforces it
        """
        self.ensure_one()
        # Printed for the customer, who has no rights on either.
        order = self.sudo()
        if approval := order._standing_approval():
            return approval.by_whom, approval.level_id.name
        if order.authority_held:
            return "", ""
        return order.user_id.name or "", order._deciding_level().name or ""
