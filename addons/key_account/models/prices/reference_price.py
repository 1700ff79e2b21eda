"""Reference prices (参考价格): what discounts are measured against."""

from odoo import api, models

from ...rules import prices
from ..shared.remembered import forget
from .price_reading import NoRate, Reading


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def unlink(self):
        """Whose prices are agreed or referred to is kept in memory."""
        res = super().unlink()
        forget(self.env)
        return res


class KeyAccountReferencePrice(models.AbstractModel):
    """Finds reference prices for many products at once.

    The account's agreed pricelist comes first (approved by a manager, dated), then the
    company's reference pricelist, then the list price. A product that one of them does
    not price falls to the next.
    """

    _name = "key.account.reference.price"
    _description = "Reference Price"

    @api.model
    def _sources(self, account, company, day):
        """The pricelists to be asked, in turn, on a day."""
        agreed = self.env["key.account"]._agreed_pricelist(account, day)
        reference = agreed.browse(
            company._key_account_reference_pricelist(company.id) or ()
        )
        return tuple(pricelist for pricelist in (agreed, reference) if pricelist)

    @api.model
    def _tables(self, sources, asked, uom, currency, company, day, facts):
        """``{key: table}`` of prices per unit ``uom`` in ``currency``, as on ``day``
        (:mod:`rules.prices`); breaks are in the product's unit. None: it cannot be
        said, as where a currency has no rate.

        :param asked: ``{key: product}``, each in the context of its options
        :param facts: those of the products
        """
        products = self.env["product.product"].union(*asked.values())
        reading = Reading(products, company, day)
        context = {"key_account_reading": reading}
        lists = [
            pricelist.with_company(company).with_context(**context)
            for pricelist in sources
        ]
        return {
            key: self._table_of(
                lists,
                product.with_company(company).with_context(**context),
                (uom or product.uom_id, currency, day),
                facts[product.id],
                company,
            )
            for key, product in asked.items()
        }

    @api.model
    def _table_of(self, lists, product, wanted, fact, company):
        """The table of one product; ``wanted`` is (unit, currency, day)."""
        uom, currency, day = wanted
        breaks = set().union(*(one._key_account_breaks(product) for one in lists))
        rows = []
        for start in (None, *sorted(breaks)):
            own, price = self._price(lists, product, start or 0.0, uom, fact)
            price = own._key_account_convert(price, currency, company, day)
            rows.append((start, price))
        return prices.table_of(rows)

    @api.model
    def _price(self, lists, product, quantity, uom, fact):
        """(currency, price of a unit) of the first list that prices the product; else
        its list price. No price where it hangs on a currency without a rate."""
        for pricelist in lists:
            try:
                price = pricelist._key_account_price(product, quantity, uom)
            except NoRate:
                return pricelist.currency_id, None
            if price is not None:
                return pricelist.currency_id, price
        return self._list_price(product, uom, fact)

    @api.model
    def _list_price(self, product, uom, fact):
        """(currency, list price of a unit), as ``_price_compute()`` has it.

        That one reads whole products, the main company and the attributes of every
        product anew, although most prices are in its currency and most products have
        no attributes.
        """
        if fact.variants:
            price = product._price_compute("list_price", uom=uom)[product.id]
        else:
            extra = product.env.context.get("no_variant_attributes_price_extra", 0.0)
            price = fact.list_price + extra
            if uom.id != fact.uom_id:
                price = uom.browse(fact.uom_id)._compute_price(price, uom)
        # A product's company need not be one of the reader's.
        companies = self.env["res.company"].sudo()
        currency = companies.browse(fact.company_id or ()).currency_id
        return currency or companies._key_account_main_currency(), price

    @api.model
    def _untaxed(self, price, product, tax_ids, company):
        """A price without those taxes of the product that are included in its prices
        (``ProductFacts.included_tax_ids``), not rounded; those of a quotation may be
        others, by the fiscal position."""
        if price is None or not tax_ids:
            return price
        taxes = self.env["account.tax"].browse(tax_ids)
        taxes = taxes._filter_taxes_by_company(company)
        return taxes._key_account_untaxed(price, product) if taxes else price

    @api.model
    def _shares_of_choices(self, product, currency, company, day):
        """``{choice: share}`` of the price of a combo, as Odoo deals it out: by what
        each costs by itself; nothing where it hangs on a currency without a rate."""
        choices = product.with_company(company).product_tmpl_id.combo_ids
        worth = {
            choice: choice.currency_id._key_account_convert(
                choice.base_price, currency, company, day
            )
            for choice in choices
        }
        if None in worth.values():
            return {}
        total, last = sum(worth.values()), choices[-1:]
        # Odoo gives the last one what is left.
        return {
            choice: alone / total if total else float(choice == last)
            for choice, alone in worth.items()
        }

    @api.model
    def _untaxed_combo(self, price, product, currency, company, day):
        """The price of a combo of which nobody has said yet what is chosen, without the
        taxes that are included in the prices of its parts. Odoo asks none of the combo
        itself. Where items of a choice differ, the one that leaves most: nobody has
        more room for having named none."""
        shares = self._shares_of_choices(product, currency, company, day)
        if price is None or not shares:
            return None if product.product_tmpl_id.combo_ids else price
        items = product.product_tmpl_id.combo_ids.combo_item_ids.product_id
        facts = items._key_account_facts()
        return sum(
            max(
                self._untaxed(
                    price * share, item, facts[item.id].included_tax_ids, company
                )
                for item in choice.combo_item_ids.product_id
            )
            for choice, share in shares.items()
        )

    @api.model
    def _steps(self, currency):
        """What prices are rounded to: the decimals of prices, those of the currency."""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return (10.0**-digits, currency.rounding)
