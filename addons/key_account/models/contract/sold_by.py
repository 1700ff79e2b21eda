"""Who sold what an invoice bills, where it bills orders of several salespeople."""

from odoo import fields, models


class AccountMove(models.Model):
    """An invoice has one salesperson and one team: those of the first of the orders
    that are billed together. Who sold the others is kept with it, as it was when they
    were billed, and goes on to an invoice that replaces this one."""

    _name = "account.move"
    _inherit = ["key.account.kept", "account.move"]

    key_account_sold_by = fields.Json(
        string="Sold by",
        readonly=True,
        copy=False,
        help="Where it bills orders of key accounts that several people sold, by order:"
        " salesperson and team, if they are not those of the invoice.",
    )
    _key_account_sold_by_idx = models.Index(
        "(id) WHERE key_account_sold_by IS NOT NULL"
    )

    def _keep_sellers(self):
        """Keep who sold what is billed here, where the invoice does not say it."""
        for move in self:
            orders = move.invoice_line_ids.sale_line_ids.order_id
            told = (move.invoice_user_id, move.team_id)
            sold = {
                str(order.id): [order.user_id.id, order.team_id.id]
                for order in orders
                if order.key_account_id
                and order.user_id
                and (order.user_id, order.team_id) != told
            }
            if len(orders) > 1 and sold:
                move._set_kept({"key_account_sold_by": sold})

    def _keep_sellers_of(self, origins):
        """Keep of what these bill instead of other invoices what was kept of it."""
        sold = {}
        for kept in origins.filtered("key_account_sold_by"):
            sold |= kept.key_account_sold_by
        if sold:
            self._set_kept({"key_account_sold_by": sold})


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        action = super().reverse_moves(is_modify=is_modify)
        if is_modify:
            # Whoever keeps the books need not read whose orders these are.
            self.new_move_ids.sudo()._keep_sellers_of(self.move_ids.sudo())
        return action

    def _modify_default_reverse_values(self, origin_move):
        """What replaces the invoice of an order was sold by whoever sold that: Odoo
        names the accountant who corrects it."""
        values = super()._modify_default_reverse_values(origin_move)
        # Whose customer it is is not for whoever keeps the books to read.
        origin = origin_move.sudo()
        if origin.invoice_line_ids.sale_line_ids.order_id.key_account_id:
            values["invoice_user_id"] = origin.invoice_user_id.id
            values["team_id"] = origin.team_id.id
        return values


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        if len(self) > 1:
            # Whoever bills need not be allowed to read whose orders these are.
            moves.sudo()._keep_sellers()
        return moves
