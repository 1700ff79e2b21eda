"""Next steps that a customer's quotations and orders ask for."""

from odoo import fields, models
from odoo.fields import Domain


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    def _due_quotation_expiring(self):
        """Quotations with the customer whose validity ends within the days of the
        rule; long expired ones are history."""
        today = self._today()
        return self._steps(
            "sale.order",
            Domain("key_account_id", "!=", False)
            & Domain("state", "=", "sent")
            & Domain("validity_date", "<=", fields.Date.add(today, days=self.days))
            & Domain("validity_date", ">=", fields.Date.subtract(today, days=30)),
            account="key_account_id",
            date="validity_date",
            user="user_id",
        )
