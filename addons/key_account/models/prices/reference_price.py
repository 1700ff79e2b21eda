"""Reference prices (参考价格): what discounts are measured against."""

from datetime import datetime, time

from odoo import api, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def unlink(self):
        """Whose prices are agreed or referred to is kept in memory."""
        res = super().unlink()
        self.env.registry.clear_cache()
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
    def _unit_prices(self, sources, products, uom, currency, company, day, facts):
        """``{product id: price}`` per unit ``uom`` in ``currency``, as on ``day``;
        ``facts`` are those of the products.

        A price counts for a day, not for an hour, so that quotations of one day are
        measured together: that of the day's end.
        """
        date = datetime.combine(day, time(23, 59, 59))
        prices, missing = {}, products
        for pricelist in sources:
            if not missing:
                break
            found = pricelist.with_company(company)._compute_price_rule(
                missing, 1.0, currency=currency, uom=uom, date=date
            )
            priced = {key: price for key, (price, rule) in found.items() if rule}
            prices.update(priced)
            missing = missing.filtered(lambda p, priced=priced: p.id not in priced)
        if missing:
            prices.update(
                self._list_prices(missing, uom, currency, company, date, facts)
            )
        return prices

    @api.model
    def _list_prices(self, products, uom, currency, company, date, facts):
        """``{product id: list price}``, as ``_price_compute()`` has them.

        That one reads whole products, the main company and the attributes of every
        product anew, although most prices are in its currency and most products have
        no attributes.
        """
        with_attributes = products.filtered(lambda p: facts[p.id].variants)
        prices = with_attributes._price_compute(
            "list_price", uom=uom, currency=currency, company=company, date=date
        )
        main_currency = self.env["res.company"]._key_account_main_currency()
        for product in products - with_attributes:
            fact = facts[product.id]
            price = fact.list_price
            if uom and uom.id != fact.uom_id:
                price = uom.browse(fact.uom_id)._compute_price(price, uom)
            # A product's company need not be one of the reader's.
            own_company = company.browse(fact.company_id or ()).sudo()
            own_currency = own_company.currency_id or main_currency
            if own_currency != currency:
                price = own_currency._convert(price, currency, company, date)
            prices[product.id] = price
        return prices

    @api.model
    def _untaxed(self, price, product, tax_ids, currency, company, partner=None):
        """A price without those taxes of the product that are included in its prices
        (``ProductFacts.included_tax_ids``); those of a quotation may be others, by the
        fiscal position."""
        taxes = self.env["account.tax"].browse(tax_ids)
        taxes = taxes._filter_taxes_by_company(company) if taxes else taxes
        if price is None or not taxes:
            return price
        result = taxes.compute_all(
            price, currency, 1.0, product=product, partner=partner
        )
        return result["total_excluded"]
