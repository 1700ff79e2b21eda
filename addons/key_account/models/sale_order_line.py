from odoo import api, models

from ..rules import authority as rules
from . import optional

# A change of one of these is a change of commercial terms.
LINE_TERMS = frozenset(
    (
        "product_id",
        "product_uom_qty",
        "product_uom_id",
        "price_unit",
        "discount",
        "tax_ids",
        "name",
        "order_id",
        "display_type",
        "combo_item_id",
        "customer_lead",
        *optional.cost_fields(),
    )
)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._terms_changed()
        return lines

    def write(self, vals):
        if LINE_TERMS.isdisjoint(vals):
            return super().write(vals)
        orders = self.order_id
        res = super().write(vals)
        (orders | self.order_id if "order_id" in vals else orders)._terms_changed()
        return res

    def unlink(self):
        orders = self.order_id
        res = super().unlink()
        orders._terms_changed()
        return res

    # ------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------

    def _is_term(self):
        """Whether this line is measured against authority.

        A down payment never is. What delivery, expenses and loyalty programmes add to a
        confirmed order is not agreed anew with every parcel.
        """
        self.ensure_one()
        if self.display_type or self.is_downpayment or self.is_expense:
            return False
        return self.order_id.state != "sale" or not (
            self._is_delivery() or self._is_reward()
        )

    def _combo_parts(self):
        """The lines that make up a combo; they carry its price."""
        self.ensure_one()
        if self.product_id.product_tmpl_id.type != "combo":
            return self.browse()
        return self.linked_line_ids.filtered("combo_item_id")

    def _is_reward(self):
        return optional.is_reward(self)

    def _stored_product(self):
        return self.product_id._origin or self.product_id

    def _price_key(self):
        """What prices and costs are kept by: the product in a unit."""
        return f"{self._stored_product().id}:{self.product_uom_id.id}"

    def _measured(self, inputs):
        """The line as the rules measure it; a combo with its parts."""
        self.ensure_one()
        parts = self._combo_parts()
        product = self._stored_product()
        reference = inputs["reference"].get(self._price_key()) if product else None
        if reference is not None:
            reference *= self.product_uom_qty
        lead = inputs.get("lead", {})
        return rules.Line(
            where=(self.name or product.name or "").split("\n")[0],
            net=self.price_subtotal + sum(part.price_subtotal for part in parts),
            reference=reference,
            category=product.product_tmpl_id.categ_id.id or None,
            cost=(parts or self)._cost(inputs.get("cost", {})),
            lead_days=max(
                lead.get(str(line._stored_product().id), 0.0) for line in self | parts
            ),
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
            product, rate = self._stored_product(), self.order_id.currency_rate or 1.0
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

    def _untaxed_reference(self, price):
        """A reference price without those taxes of the product that are included in its
        prices; those of the line may be others, by the fiscal position."""
        self.ensure_one()
        company = self.order_id.company_id
        taxes = self._stored_product().product_tmpl_id.taxes_id
        taxes = taxes.filtered("price_include")
        taxes = taxes._filter_taxes_by_company(company) if taxes else taxes
        if price is None or not taxes:
            return price
        result = taxes.compute_all(
            price,
            self.order_id.currency_id,
            1.0,
            product=self.product_id,
            partner=self.order_id.partner_id,
        )
        return result["total_excluded"]

    def _commercial_terms(self):
        self.ensure_one()
        return [
            self.product_id.id,
            self.display_type or "",
            self.name or "",
            repr(self.product_uom_qty),
            self.product_uom_id.id,
            repr(self.price_unit),
            repr(self.discount),
            [
                [t.id, repr(t.amount), t.amount_type, t.price_include]
                for t in self.tax_ids.sorted("id")
            ],
        ]
