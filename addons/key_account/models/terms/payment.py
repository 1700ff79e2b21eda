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
        # While it is edited, the same line comes as its new self, too.
        lines = (order.requirement_ids | order.opportunity_id.requirement_ids)._origin
        asked = lines.filtered(
            lambda line: line.kind == "payment" and line.state != "dropped"
        )
        if not asked:
            return asked
        term = order.payment_term_id
        discount = term._key_account_cash_discount()
        readings = [term._key_account_parts()]
        if order.require_payment and order.prepayment_percent:
            # As the term says, or with what is paid first and its part of the rest.
            percent = 100.0 * order.prepayment_percent
            readings.append(rules.prepaid(readings[0], percent))
        return asked.filtered(
            lambda line: all(
                rules.contradicts(line.our_standard or line.name, parts, discount)
                for parts in readings
            )
        )
