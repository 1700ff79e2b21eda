"""Taxes and payment terms that a signed quotation rests on.

They are the accountants' to change, who need not see quotations. What the customer
signed binds no more then: whoever sells is told on that day, instead of finding out
when the order is refused.
"""

from odoo import models

from ...rules.states import UNDECIDED
from ..shared.label import listed


class KeyAccountRecorded(models.AbstractModel):
    _inherit = "key.account.recorded"

    # Fields of which a quotation says something, to the customer who signs it.
    _said_in_terms = frozenset()

    def write(self, vals):
        if self._said_in_terms.isdisjoint(vals):
            return super().write(vals)
        orders, signed = self._quotations_upon()
        result = super().write(vals)
        orders._pages_changed()
        signed._tell_signed_upon(self)
        return result

    def _quotations_upon(self):
        """Undecided quotations that rest on these and were signed, or reviewed; and
        those whose signature binds. All others, old ones among them, may be many, and
        nothing is bound by them."""
        # Which quotations those are is not for everybody to read.
        orders = self.env["sale.order"].sudo()
        bound = [
            ("authority_bound", "=", True),
            ("state", "in", UNDECIDED),
            "|",
            ("signature_ids", "!=", False),
            ("contract_state", "!=", "none"),
        ]
        orders = orders.search([*bound, *self._named_in_quotations()])
        return orders, orders.filtered(lambda order: order._current_signature())


class AccountTax(models.Model):
    _inherit = "account.tax"

    _said_in_terms = frozenset(
        ("amount", "amount_type", "price_include_override", "children_tax_ids")
    )


class ResCompany(models.Model):
    """Taxes that say nothing of it are in the price, or come on top, as their company
    says."""

    _inherit = "res.company"

    def write(self, vals):
        if "account_price_include" not in vals:
            return super().write(vals)
        # Whoever sets a company up need not read its taxes.
        taxes = self.env["account.tax"].sudo().with_context(active_test=False)
        taxes = taxes.search(
            [("company_id", "in", self.ids), ("price_include_override", "=", False)]
        )
        orders, signed = taxes._quotations_upon()
        result = super().write(vals)
        # What Odoo has read of them does not follow their company.
        taxes.invalidate_model(["price_include"])
        orders._pages_changed()
        for order in signed:
            named = order.order_line.tax_ids
            order._tell_signed_upon((named | named.children_tax_ids) & taxes)
        return result


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    _said_in_terms = frozenset(
        (
            "line_ids",
            "early_discount",
            "discount_percentage",
            "discount_days",
            "early_pay_discount_computation",
        )
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tell_signed_upon(self, changed):
        """Of these quotations, which were signed until now, tell those that are not any
        more, because of what was changed."""
        unbound = self.filtered(lambda order: not order._current_signature())

        def text_for(order):
            return order.env._(
                "Changed in the accounts: %(what)s. This quotation no longer says what"
                " %(name)s signed: have it signed again.",
                what=listed(order.env, changed.with_env(order.env).mapped("name")),
                name=order._current_signature(binding=False).signed_by,
            )

        unbound._tell_salesperson(text_for)
