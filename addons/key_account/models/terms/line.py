"""One line of a quotation: whether it is a term, and how the rules measure it."""

from odoo import models

from ...rules import authority as rules
from ..shared import optional


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_term(self):
        """Whether this line is measured against authority.

        A down payment never is. What delivery, expenses and loyalty programmes add to a
        confirmed order is not agreed anew with every parcel.
        """
        self.ensure_one()
        if self.display_type or self._is_down_payment():
            return False
        return self.order_id.state != "sale" or not (
            self._is_reinvoiced_expense()
            or self._is_delivery_cost()
            or self._is_reward()
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
        """What the carrier costs: a service that is paid for. Goods, and what makes the
        order cheaper, are terms, whatever somebody flags them."""
        return (
            self._is_delivery()
            and self.price_subtotal >= 0.0
            and self.product_id.product_tmpl_id.type == "service"
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

    def _is_offered(self):
        """Shown at a price and not taken yet: an option, a line without quantity."""
        return not self.product_uom_qty and self.order_id.state != "sale"

    def _untaxed_unit_price(self):
        """What one unit costs the customer, untaxed; also where none is taken yet."""
        price = self.price_unit * (1.0 - (self.discount or 0.0) / 100.0)
        taxes = self.tax_ids.compute_all(
            price,
            self.currency_id,
            1.0,
            product=self.product_id,
            partner=self.order_id.partner_id,
        )
        return taxes["total_excluded"]

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

    def _price_of_options(self):
        """What the chosen options (that make no variant) add to the price of a unit."""
        options = self._options()
        if not options:
            return 0.0
        product, order = self.product_id, self.order_id
        extra = product._get_no_variant_attributes_price_extra(options)
        if self.product_uom_id and self.product_uom_id != product.uom_id:
            extra = product.uom_id._compute_price(extra, self.product_uom_id)
        return product.currency_id._convert(
            extra, order.currency_id, order.company_id, order.date_order
        )

    def _is_reward(self):
        return optional.is_reward(self)

    def _stored_product(self):
        return self.product_id._origin or self.product_id

    def _measured(self, inputs, parts, by_category):
        """The line as the rules measure it; a combo with its parts.

        :param by_category: limits are for categories, so the product's is wanted
        """
        self.ensure_one()
        product = self._stored_product()
        net = self.price_subtotal + sum(part.price_subtotal for part in parts)
        reference = inputs["reference"].get(self._price_key()) if product else None
        if self._is_offered():
            net = self._untaxed_unit_price()
        elif reference is not None:
            reference *= self.product_uom_qty
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
        )

    def _cost(self, unit_costs):
        """Cost of these lines together; None where one of them has none."""
        cost = 0.0
        for line in self:
            unit = unit_costs.get(line._price_key())
            if unit is None:
                return None
            cost += unit * line.product_uom_qty
        return cost

    def _unit_cost(self):
        """Cost per unit in the currency of the order: sale_margin's where installed,
        else the product's in the company of the order; None where there is none."""
        self.ensure_one()
        cost = optional.cost_of_line(self)
        if not cost:
            product, order = self._stored_product(), self.order_id
            rate = order._measuring_rate(order._measuring_day())
            cost = product.standard_price * rate
            if self.product_uom_id != product.uom_id:
                cost = product.uom_id._compute_price(cost, self.product_uom_id)
        return cost or None

    def _lead_days(self):
        """The lead time of the line; that of the product where it is longer, for the
        line's can be shortened by whoever makes the promise."""
        self.ensure_one()
        product = optional.lead_days_of_product(self._stored_product())
        return max(self.customer_lead or 0.0, product or 0.0)

    def _untaxed_reference(self, price, tax_ids):
        """A reference price without the taxes that are included in it."""
        self.ensure_one()
        order = self.order_id
        return self.env["key.account.reference.price"]._untaxed(
            price,
            self._stored_product(),
            tax_ids,
            order.currency_id,
            order.company_id,
            order.partner_id,
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
