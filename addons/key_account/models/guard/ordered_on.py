"""An order does not become a later one: whether a customer still orders, and how much
in a year, is counted by its date."""

from odoo import fields, models
from odoo.exceptions import AccessError

from ..shared.label import field_label, listed


class SaleOrder(models.Model):
    """Odoo dates an order when it is confirmed, and shows the date as read-only from
    then on. Over RPC an old order would be of this year, and a customer who orders
    nothing never asleep."""

    _inherit = "sale.order"

    def write(self, vals):
        if self.env.su or {"date_order", "state"}.isdisjoint(vals):
            return super().write(vals)
        if "date_order" in vals and vals.get("state", "sale") == "sale":
            self._assert_ordered_on(fields.Datetime.to_datetime(vals["date_order"]))
        confirming = self.browse()
        if vals.get("state") == "sale":
            confirming = self.filtered(lambda order: order.state != "sale")
        result = super().write(vals)
        now = fields.Datetime.now()
        ahead = confirming.filtered(
            lambda order: order.date_order and order.date_order > now
        )
        if ahead := ahead._held_by_process():
            ahead._set_kept({"date_order": now})
        return result

    def _assert_ordered_on(self, moment):
        """Raise where one of these was confirmed before that."""
        dated = self.filtered(
            lambda order: (
                order.state == "sale"
                and moment
                and order.date_order
                and order.date_order < moment
            )
        )
        if dated := dated._held_by_process():
            raise AccessError(
                self.env._(
                    "%(orders)s: confirmed before that, so not a later order"
                    " (%(field)s). Choose an order confirmed afterwards.",
                    orders=listed(self.env, dated.mapped("name")),
                    field=field_label(self, "date_order"),
                )
            )
