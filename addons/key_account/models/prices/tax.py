"""Prices with and without the taxes that are included in them; never rounded."""

from odoo import models


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _key_account_untaxed(self, price, product):
        """The price of a unit without these taxes, where they are included in it; not
        rounded."""
        found = self._get_tax_details(
            price, 1.0, rounding_method="round_globally", product=product
        )
        return found["total_excluded"]

    def _key_account_taxed(self, price, product):
        """The price of a unit that is ``price`` without those of these taxes that are
        included in prices."""
        included = self._flatten_taxes_and_sort_them()[0].filtered("price_include")
        if not included:
            return price
        found = included._get_tax_details(
            price,
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_excluded",
        )
        return found["total_included"]
