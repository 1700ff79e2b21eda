"""Whether a quotation is complete enough to go on."""

from odoo import models

# What tells whether a line carries a price.
_TERM_FIELDS = (
    "order_id",
    "display_type",
    "is_downpayment",
    "product_uom_qty",
    "combo_item_id",
)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _missing_parts(self):
        """{order id: what a complete quotation still needs}, for the gate of step 6."""
        offering = self._offering()
        texts = {
            "lines": self.env._("at least one product line"),
            "payment": self.env._("payment terms"),
            "delivery": self.env._("delivery date"),
            "handover": self.env._("handover terms"),
        }
        missing = {}
        for order in self.sudo():
            handover = str(order.handover_terms or "").strip("<p>/br \n")
            there = {
                "lines": order in offering,
                "payment": order.payment_term_id,
                "delivery": order.commitment_date,
                "handover": handover,
            }
            parts = [text for part, text in texts.items() if not there[part]]
            missing[order.id] = parts + order.agreement_ids._missing_texts()
        return missing

    def _offering(self):
        """Those with a line that carries a price; one query."""
        lines = self.env["sale.order.line"].sudo()
        lines = lines.search_fetch([("order_id", "in", self.ids)], _TERM_FIELDS)
        terms = lines.filtered(
            lambda line: line._is_term() and not line._is_combo_part()
        )
        return terms.order_id
