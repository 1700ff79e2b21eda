from odoo import api, models

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

    def _untaxed_reference(self, price):
        """A unit price without those taxes of the line that are included in prices."""
        self.ensure_one()
        taxes = self.tax_ids.filtered("price_include")
        if price is None or not taxes:
            return price
        result = taxes.compute_all(
            price,
            self.currency_id,
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
