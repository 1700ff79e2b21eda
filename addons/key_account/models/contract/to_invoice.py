"""Accountants bill from their own list: Odoo's dialog is for salespeople alone."""

from odoo import models
from odoo.fields import Domain

# Confirmed orders of key accounts of which something is left to invoice.
TO_INVOICE = (
    Domain("state", "=", "sale")
    & Domain("invoice_status", "=", "to invoice")
    & Domain("key_account_id", "!=", False)
)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_invoice_key_account(self):
        """Make the drafts of what is left to invoice, one per customer, and open them.

        What may not be billed is refused as everywhere.

        :raise AccessError: the user may not make invoices, or not read the orders
        """
        self.check_access("read")
        self.env["account.move"].check_access("create")
        return self.action_view_invoice(self._create_invoices(final=True))
