"""Writes of lines: a change of terms, and totals that nobody types in."""

from odoo import api, models

from ..shared import optional
from ..shared.unlocked import unlock

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
        *optional.price_fields(),
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


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _force_lines_to_invoice_policy_order(self):
        # Odoo's own way of billing what is paid before it is delivered.
        orders = unlock(self, "sale.order.line", ("qty_to_invoice",))
        return super(SaleOrder, orders)._force_lines_to_invoice_policy_order()

    def _held_by_process(self):
        return self._key_account_concerned().filtered(
            lambda order: order.company_id._key_account_enforces()
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"
    # Odoo's timesheets put back the status that they have just found.
    _not_kept = frozenset(("invoice_status",))

    def _held_by_process(self):
        held = self.order_id._held_by_process()
        return self.filtered(lambda line: line.order_id in held)

    def _is_unchanged(self, name, value):
        # Less than what is due may be billed; Odoo's timesheets do so.
        return super()._is_unchanged(name, value) or (
            name == "qty_to_invoice"
            and all(0 <= value <= line.qty_to_invoice for line in self)
        )

    def _assert_not_counted_otherwise(self, delivered, now=False):
        """Raise where so much, beyond the order, is not what a warehouse or timesheets
        have counted: Odoo's form lets nobody type it in there. They write with full
        rights.

        :param now: what has been counted already may be sent along
        """
        if self.env.su:
            return
        units = self._fields["qty_delivered"].convert_to_cache(delivered, self)
        typed = self.filtered(
            lambda line: (
                line.qty_delivered_method != "manual"
                and units > line.product_uom_qty
                and not (now and units == line.qty_delivered)
            )
        )
        typed.order_id._assert_computed({"qty_delivered"}, typed)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line, vals in zip(lines, vals_list, strict=True):
            if vals.get("qty_delivered"):
                line._assert_not_counted_otherwise(vals["qty_delivered"])
        lines.order_id._terms_changed()
        return lines

    def write(self, vals):
        if not LINE_TOTALS.isdisjoint(vals):
            self.order_id._assert_computed(LINE_TOTALS.intersection(vals), self)
        if vals.get("qty_delivered"):
            self._assert_not_counted_otherwise(vals["qty_delivered"], now=True)
        if LINE_TERMS.isdisjoint(vals):
            return super().write(vals)
        orders, author = self.order_id, None
        if "order_id" in vals:
            self._assert_may_be_merged()
            author = self._who_priced()
        res = super().write(vals)
        if author:
            self._priced_by(author)
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
