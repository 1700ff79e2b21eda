"""What other modules put into the quotation is part of what is signed: pages before and
after it, and the Incoterm with its place.

Neither is measured, so nobody is asked for another sign-off.
"""

from odoo import models

from ...rules.states import UNDECIDED
from ..shared import optional

_PAGES = frozenset((*optional.page_fields(), *optional.delivery_term_fields()))
_LINE_PAGES = frozenset(optional.line_page_fields())


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _has_onchange(self, field, other_fields):
        # What takes the signature off is announced while it is typed.
        return field.name in _PAGES or super()._has_onchange(field, other_fields)

    def onchange(self, values, field_names, fields_spec):
        result = super().onchange(values, field_names, fields_spec)
        if not _PAGES.isdisjoint(field_names) and "warning" not in result:
            result.update(self._onchange_signed_terms() or {})
        return result

    def write(self, vals):
        if names := _PAGES.intersection(vals):
            self._assert_signed_terms(
                lambda order: any(order._is_other_term(n, vals[n]) for n in names)
            )
        res = super().write(vals)
        if names:
            self._pages_changed()
        return res

    def _commercial_terms(self):
        terms = super()._commercial_terms()
        lines = self.order_line.sorted(lambda line: (line.sequence, line.id))
        return {
            **terms,
            "pages": optional.pages(self, lines),
            "incoterm": optional.delivery_terms(self),
        }

    def _lists_of_terms(self):
        return [*super()._lists_of_terms(), *optional.page_lists(self)]

    def _former_terms(self, terms):
        # Signed before pages, and later Incoterms, were told apart: what is signed
        # today says that there are none.
        former = super()._former_terms
        found = former(terms)
        for later in ("incoterm", "pages"):
            terms = {name: terms[name] for name in terms.keys() - {later}}
            found += [terms, *former(terms)]
        return found

    def _pages_changed(self):
        """Free what was signed with other pages. Who chooses them is no author of
        terms."""
        orders = self.sudo().filtered(
            lambda order: order.authority_bound and order.state in UNDECIDED
        )
        for order in orders._key_account_concerned():
            order._set_kept({"terms_version": order.terms_version + 1})
            order._after_bound_terms_changed()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def write(self, vals):
        res = super().write(vals)
        if not _LINE_PAGES.isdisjoint(vals):
            self.order_id._pages_changed()
        return res
