"""One line of a quotation: whether it is a term, and how the rules measure it."""

from functools import partial

from odoo import models

from ...rules import authority as rules
from ...rules import prices
from ..shared import optional


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["key.account.kept", "sale.order.line"]

    def _is_term(self):
        """Whether this line is measured against authority.

        A down payment never is. What delivery and expenses add to a confirmed order is
        not agreed anew with every parcel. What a loyalty programme takes off is a term
        before and after: who writes lines can name any reward.
        """
        self.ensure_one()
        if self.display_type or self._is_down_payment():
            return False
        return self.order_id.state != "sale" or not (
            self._is_reinvoiced_expense() or self._is_delivery_cost()
        )

    def _is_down_payment(self):
        """Odoo's own down-payment lines sell nothing; the flag alone can be set by
        anybody who writes lines."""
        return self.is_downpayment and not self.product_uom_qty

    def _is_reinvoiced_expense(self):
        return (
            self.is_expense
            and self.price_subtotal >= 0.0
            and self.product_id.expense_policy != "no"
        )

    def _is_delivery_cost(self):
        """What the carrier costs: a service that carriers are billed as. Goods, other
        services, and what makes the order cheaper are terms, whatever somebody flags
        them."""
        return (
            self._is_delivery()
            and self.price_subtotal >= 0.0
            and self.product_id.product_tmpl_id.type == "service"
            and optional.is_of_carrier(self._stored_product())
        )

    def _is_delivery_given(self):
        """Free by the carrier's own rule: nobody gave it away here."""
        return self._is_delivery() and optional.is_delivery_given(
            self.order_id,
            self._stored_product(),
            self.order_id._measuring_rate(self.order_id._measuring_day()),
        )

    def _combo_parts(self):
        """The lines that make up a combo; they carry its price. Asked where the order
        has combos at all: it reads the product."""
        self.ensure_one()
        if self.product_id.product_tmpl_id.type != "combo":
            return self.browse()
        return self._get_linked_lines().filtered(lambda line: line._is_combo_part())

    def _is_combo_part(self):
        """Whether the price of a combo covers this line: one item of each choice, as
        many as of the combo itself. Odoo looks at the item only when it is set."""
        self.ensure_one()
        item = self.combo_item_id
        if not item:
            return False
        combo = self._get_linked_line()
        if not combo:
            return False
        same_choice = combo._get_linked_lines().filtered(
            lambda line: line.combo_item_id.combo_id == item.combo_id
        )
        return (
            same_choice[:1] == self
            and combo.order_id == self.order_id
            and item.product_id == self.product_id
            and item.combo_id in combo.product_template_id.combo_ids
            and self.product_uom_qty == combo.product_uom_qty
        )

    def _extra_key(self):
        """What the extra price of this part of a combo is kept by, beside the prices:
        the item and its chosen options."""
        options = sorted(self._options()._origin.ids)
        return ":".join(map(str, (f"+{self.combo_item_id.id}", *options)))

    def _extra_price(self, currency, day, facts):
        """What this part adds to the price of its combo, untaxed, in ``currency``: for
        the item, and for its chosen options. Odoo takes it as a number of whatever
        currency the quotation is in; None where it hangs on one without a rate."""
        product, company = self._stored_product(), self.order_id.company_id
        extra = self.combo_item_id.extra_price
        extra += product._get_no_variant_attributes_price_extra(self._options())
        own = self.combo_item_id.currency_id
        extra = own._key_account_convert(extra, currency, company, day)
        taxes = facts[product.id].included_tax_ids
        if extra is None or not taxes:
            return extra
        untaxed = self.env["key.account.reference.price"]._untaxed
        # A tax of so much a piece is asked once, and is in the share of the combo.
        share = untaxed(0.0, product, taxes, company)
        return untaxed(extra, product, taxes, company) - share

    def _share_key(self, part):
        """What the share of a part in the price of this combo is kept by."""
        return f"%{self._stored_product().id}:{part.combo_item_id.id}"

    def _untaxed_shares(self, table, facts):
        """``{key: share}`` of the parts of this combo: how much of its price each
        carries, as Odoo deals it out, without the taxes that are included in the prices
        of that part. Odoo asks none of the combo itself; where it names some, its
        reference price has been reckoned without them. Nothing where taxes do not
        differ; None for a share that hangs on a currency without a rate.

        :param table: reference prices of the combo, as price lists say them
        """
        product, parts = self._stored_product(), self._combo_parts()
        included = {
            part: facts[part._stored_product().id].included_tax_ids for part in parts
        }
        own = facts[product.id].included_tax_ids
        price = prices.price_at(table, 1.0)
        if not price or all(taxes == own for taxes in included.values()):
            return {}
        order, company = self.order_id, self.order_id.company_id
        Reference = self.env["key.account.reference.price"]
        shares = Reference._shares_of_choices(
            product, order.currency_id, company, order._measuring_day()
        )

        def untaxed_share(price, part):
            whole = Reference._untaxed(price, product, own, company)
            share = shares.get(part.combo_item_id.combo_id)
            if not whole or share is None:
                return None
            taxed, item = price * share, part._stored_product()
            alone = Reference._untaxed(taxed, item, included[part], company)
            # Without the noise of floats: a percentage is the same of every price.
            return round(alone / whole, 12)

        return {
            self._share_key(part): prices.each_price(
                table, partial(untaxed_share, part=part)
            )
            for part in parts
        }

    def _untaxed_share_unchosen(self, table, facts):
        """``{key: share}`` of the price of this combo that is left without the taxes of
        its items while nobody has said which ones: its own line, to which Odoo puts no
        tax, carries the price that a customer asked for. As a requirement is measured.

        :param table: as above
        """
        product, order = self._stored_product(), self.order_id
        if self._combo_parts() or not prices.price_at(table, 1.0):
            return {}
        Reference, company = self.env["key.account.reference.price"], order.company_id
        own = facts[product.id].included_tax_ids

        def untaxed_share(price):
            whole = Reference._untaxed(price, product, own, company)
            alone = Reference._untaxed_combo(
                price, product, order.currency_id, company, order._measuring_day()
            )
            if not whole or alone is None:
                return None
            return round(alone / whole, 12)

        return {self._unchosen_key(): prices.each_price(table, untaxed_share)}

    def _unchosen_key(self):
        """What that share is kept by."""
        return f"%={self._price_key()}"

    def _is_offered(self):
        """Shown at a price and not taken yet: an option, a line without quantity."""
        return not self.product_uom_qty and self.order_id.state != "sale"

    def _untaxed_unit_price(self):
        """What one unit costs the customer, untaxed; also where none is taken yet."""
        price = self._price_after_discount()
        if not self.tax_ids:
            return price
        return self.tax_ids._key_account_untaxed(price, self.product_id)

    def _price_after_discount(self):
        """What a unit costs, as prices are written: with the taxes they include."""
        return self.price_unit * (1.0 - (self.discount or 0.0) / 100.0)

    def _price_key(self):
        """What prices and costs are kept by: the product, with its options, in a
        unit."""
        options = sorted(self._options()._origin.ids)
        parts = [self._stored_product().id, self.product_uom_id.id, *options]
        return ":".join(map(str, parts))

    def _options(self):
        """The chosen options, which make no variant."""
        if self.env["product.attribute"]._key_account_has_options():
            return self.product_no_variant_attribute_value_ids
        return self.env["product.template.attribute.value"]

    def _priced_product(self):
        """The product as price lists are asked for it: with its chosen options."""
        return self._stored_product()._key_account_priced(self._options())

    def _stored_product(self):
        return self.product_id._origin or self.product_id

    def _measured(self, inputs, parts, by_category):
        """The line as the rules measure it; a combo with its parts.

        :param by_category: limits are for categories, so the product's is wanted
        """
        self.ensure_one()
        product = self._stored_product()
        net = sum(line._measured_values()[0] for line in self | parts)
        unit = self._reference(inputs) if product else None
        if parts and unit is not None:
            unit = self._with_extras(unit, parts, inputs)
        elif unit and self._unchosen_key() in inputs["reference"]:
            share = self._for_quantity(inputs["reference"][self._unchosen_key()])
            unit = None if share is None else unit * share
        quantity = 1.0 if self._is_offered() else self._measured_quantity()
        if self._is_offered():
            net = self._untaxed_unit_price()
        reference = None if unit is None else unit * quantity
        if self._is_delivery_given():
            reference = net
        cost = lead = category = None
        if by_category:
            category = product.product_tmpl_id.categ_id.id or None
        if "cost" in inputs:
            cost = (parts or self)._cost(inputs["cost"])
        if "lead" in inputs:
            lead = max(
                inputs["lead"].get(str(line._stored_product().id), 0.0)
                for line in self | parts
            )
        return rules.Line(
            where=(self.name or product.name or "").split("\n")[0],
            net=net,
            reference=reference,
            category=category,
            cost=cost,
            lead_days=lead or 0.0,
            total_rounding=self._total_rounding(len(self | parts)),
            # The price of a combo stands on several lines.
            price_rounding=0.0 if parts else self._price_rounding(net, unit, quantity),
        )

    def _reference(self, inputs):
        """The reference price of a unit, for the quantity of this line; as Odoo asks
        price lists, of this line alone."""
        table = inputs["reference"].get(self._price_key())
        return self._for_quantity(table)

    def _for_quantity(self, table):
        """What a table says for the quantity of this line."""
        if not prices.has_breaks(table):
            return table
        quantity = self.product_uom_id._compute_quantity(
            self.product_uom_qty or 1.0,
            self._stored_product().uom_id,
            raise_if_failure=False,
        )
        return prices.price_at(table, quantity)

    def _with_extras(self, unit, parts, inputs):
        """The reference price of a combo with what its parts cost beside it, and by
        the taxes in the price of each; what was measured before these were looked at
        knows of none."""
        kept = inputs["reference"]
        extras = [kept.get(part._extra_key(), 0.0) for part in parts]
        keys = [self._share_key(part) for part in parts]
        shares = [self._for_quantity(kept.get(key)) for key in keys]
        if not kept.keys() & keys:
            shares = [1.0]
        if None in extras or None in shares:
            return None
        return unit * sum(shares) + sum(extras)

    def _total_rounding(self, count):
        """How far the total of so many lines was rounded; that of what is only offered
        was not."""
        if self._is_offered():
            return 0.0
        return count * self.currency_id.rounding / 2.0

    def _price_rounding(self, net, reference, quantity):
        """How far the net value was rounded by the rounding of the price, which may
        have taxes in it."""
        price = self._price_after_discount()
        if not reference or quantity <= 0.0 or net <= 0.0 or price <= 0.0:
            return 0.0
        untaxed = net / (price * quantity)
        steps = self.env["key.account.reference.price"]._steps(self.currency_id)
        rounding = prices.rounding_of(price, reference / untaxed, steps)
        return rounding * untaxed * quantity

    def _cost(self, unit_costs):
        """Cost of these lines together; None where one of them has none."""
        cost = 0.0
        for line in self:
            unit = unit_costs.get(line._price_key())
            if unit is None:
                return None
            cost += unit * line._measured_quantity()
        return cost

    def _unit_cost(self):
        """Cost per unit in the currency of the order: the product's in the company of
        the order; sale_margin's where that is higher, for it can be lowered by whoever
        makes the promise. None where there is none."""
        self.ensure_one()
        product, order = self._stored_product(), self.order_id
        rate = order._measuring_rate(order._measuring_day())
        # In a currency without a rate it is not known.
        cost = product.standard_price * (rate or 0.0)
        if self.product_uom_id != product.uom_id:
            cost = product.uom_id._compute_price(cost, self.product_uom_id)
        return max(cost, optional.cost_of_line(self) or 0.0) or None

    def _lead_days(self):
        """The lead time of the line; that of the product where it is longer, for the
        line's can be shortened by whoever makes the promise."""
        self.ensure_one()
        product = optional.lead_days_of_product(self._stored_product())
        return max(self.customer_lead or 0.0, product or 0.0)

    def _untaxed_table(self, table, facts):
        """Reference prices without the taxes that are included in them."""
        self.ensure_one()
        product, company = self._stored_product(), self.order_id.company_id
        taxes = facts[product.id].included_tax_ids
        untaxed = self.env["key.account.reference.price"]._untaxed
        return prices.each_price(
            table, lambda price: untaxed(price, product, taxes, company)
        )

    def _commercial_terms(self):
        self.ensure_one()
        # On a form that is being edited, too, where related records are drafts of
        # themselves.
        groups = self.tax_ids.filtered(lambda tax: tax.amount_type == "group")
        taxes = self.tax_ids | groups.children_tax_ids
        return [
            self.product_id.id,
            self.display_type or "",
            self.name or "",
            repr(self.product_uom_qty),
            [self.product_uom_id.id, repr(self.product_uom_id._key_account_factor())],
            repr(self.price_unit),
            repr(self.discount),
            [
                [t.id, repr(t.amount), t.amount_type, t.price_include]
                for t in taxes._origin.sorted("id")
            ],
            # Taxes that were entered by hand, of the few lines that have them.
            *(
                [repr(sorted(self.extra_tax_data.items()))]
                if self.extra_tax_data
                else []
            ),
        ]
