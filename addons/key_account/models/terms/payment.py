"""What the customer asked for as terms of payment, beside those of the quotation."""

from odoo import models

from ...rules import payment as rules


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _contradicted_payment(self):
        """Requirements of this quotation and its deal that ask for another payment than
        its payment term says."""
        self.ensure_one()
        order = self.sudo()
        lines = order.requirement_ids | order.opportunity_id.requirement_ids
        asked = lines.filtered(
            lambda line: line.kind == "payment" and line.state != "dropped"
        )
        if not asked:
            return asked
        term = order.payment_term_id
        parts, discount = term._key_account_parts(), term._key_account_cash_discount()
        return asked.filtered(
            lambda line: rules.contradicts(
                line.our_standard or line.name, parts, discount
            )
        )
