"""Writes of lines: a change of terms, and totals that nobody types in."""

from odoo import api, models

from ..shared import optional

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
        "linked_line_id",
        "extra_tax_data",
        "is_downpayment",
        "is_expense",
        "product_no_variant_attribute_value_ids",
    )
)
# Computed from the terms, and stored: nobody types them in.
LINE_TOTALS = frozenset(
    (
        "price_subtotal",
        "price_total",
        "price_tax",
        "price_reduce_taxexcl",
        "price_reduce_taxinc",
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
        if not LINE_TOTALS.isdisjoint(vals):
            self.order_id._assert_computed(LINE_TOTALS.intersection(vals), self)
        if LINE_TERMS.isdisjoint(vals):
            return super().write(vals)
        orders = self.order_id
        res = super().write(vals)
        if "extra_tax_data" in vals:
            # Odoo prints and bills by it, and does not compute the totals again.
            self.modified(["tax_ids"])
        (orders | self.order_id if "order_id" in vals else orders)._terms_changed()
        return res

    def unlink(self):
        orders = self.order_id
        res = super().unlink()
        orders._terms_changed()
        return res
