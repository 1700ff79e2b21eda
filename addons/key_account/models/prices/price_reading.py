"""A reading of price lists: each as Odoo itself asks it, in its own currency, with
few queries for however many products and quantities."""

from collections import defaultdict
from datetime import datetime, time

from pytz import UTC, timezone

from odoo import models


class NoRate(Exception):
    """A price is made of one in a currency that has no rate."""


class Reading:
    """What one reading of price lists shares; it travels in the context, where no
    caller can send an instance of this class.

    A price counts for a day of the company, not for an hour, so that quotations of one
    day are measured together: that of the day's end.
    """

    def __init__(self, products, company, day):
        self.products, self.day = products, day
        zone = timezone(company._key_account_time_zone(company.id))
        end = zone.localize(datetime.combine(day, time(23, 59, 59)))
        self.moment = end.astimezone(UTC).replace(tzinfo=None)
        self.items = {}

    @classmethod
    def of(cls, records):
        """The reading that these records are asked for, or None."""
        reading = records.env.context.get("key_account_reading")
        return reading if isinstance(reading, cls) else None


class Items:
    """What a price list says of all products of a reading, found by product."""

    def __init__(self, items):
        self.items, self.found = items, {}
        self.places = defaultdict(list)
        for place, item in enumerate(items):
            key = None
            if item.applied_on == "0_product_variant":
                key = ("variant", item.product_id.id)
            elif item.applied_on == "1_product":
                key = ("product", item.product_tmpl_id.id)
            self.places[key].append(place)

    def of(self, product):
        """What may concern this product, in the order of the list."""
        if product._name != "product.product" or len(product) != 1:
            return self.items
        if product.id not in self.found:
            keys = (
                ("variant", product.id),
                ("product", product.product_tmpl_id.id),
                None,
            )
            places = sorted(place for key in keys for place in self.places.get(key, ()))
            ids = [self.items.ids[place] for place in places]
            self.found[product.id] = self.items.browse(ids)
        return self.found[product.id]


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        reading = Reading.of(self)
        if reading is None:
            return super()._get_applicable_rules(products, date, **kwargs)
        if self.id not in reading.items:
            reading.items[self.id] = Items(
                super()._get_applicable_rules(
                    reading.products, reading.moment, **kwargs
                )
            )
        return reading.items[self.id].of(products)

    def _key_account_breaks(self, product):
        """From which quantities, in the product's unit, other prices hold for it."""
        reading, breaks = Reading.of(self), set()
        for item in self._get_applicable_rules(product, reading.day):
            if item._is_applicable_for(product, float("inf")):
                breaks.add(item.min_quantity)
                if item.base == "pricelist" and item.base_pricelist_id:
                    breaks |= item.base_pricelist_id._key_account_breaks(product)
        return {quantity for quantity in breaks if quantity > 0.0}

    def _key_account_price(self, product, quantity, uom):
        """The price of a unit ``uom`` in the currency of this list, for a quantity in
        the product's unit; None where the list does not price the product.

        :raises NoRate: where it hangs on a currency without a rate
        """
        reading = Reading.of(self)
        for item in self._get_applicable_rules(product, reading.day):
            if item._is_applicable_for(product, quantity):
                amount = product.uom_id._compute_quantity(quantity, uom, round=False)
                return item._compute_price(
                    product, amount, uom, date=reading.day, currency=self.currency_id
                )
        return None


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _compute_base_price(self, product, quantity, uom, date, currency, **kwargs):
        if Reading.of(self) is not None:
            own = self._key_account_base_currency(product)
            if own._key_account_rate(currency, self.env.company, date) is None:
                raise NoRate
        return super()._compute_base_price(
            product, quantity, uom, date, currency, **kwargs
        )

    def _key_account_base_currency(self, product):
        """The currency of what this price is made of."""
        if self.base == "pricelist" and self.base_pricelist_id:
            return self.base_pricelist_id.currency_id
        if self.base == "standard_price":
            return product.cost_currency_id
        return product.currency_id
