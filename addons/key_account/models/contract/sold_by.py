"""Who sold what an invoice bills, where it bills orders of several salespeople."""

from odoo import fields, models


class AccountMoveLine(models.Model):
    """An invoice has one salesperson and one team: those of the first of the orders
    that are billed together. What others sold says so itself, as it was when it was
    billed; a credit note, or an invoice that replaces this one, says it as well."""

    _inherit = "account.move.line"

    key_account_seller_id = fields.Many2one(
        "res.users",
        string="Sold by",
        index="btree_not_null",
        groups="base.group_user",
        help="Where the invoice bills orders of key accounts that several people sold:"
        " whoever sold this, if it is not the salesperson of the invoice.",
    )
    key_account_seller_team_id = fields.Many2one(
        "crm.team",
        string="Sold by team",
        index="btree_not_null",
        groups="base.group_user",
    )

    def _keep_seller(self):
        """Keep who sold what these lines bill, where the invoice does not say it."""
        for line in self:
            move, order = line.move_id, line.sale_line_ids.order_id[-1:]
            theirs = (order.user_id, order.team_id)
            if (
                order.key_account_id
                and order.user_id
                and theirs != (move.invoice_user_id, move.team_id)
            ):
                line.key_account_seller_id, line.key_account_seller_team_id = theirs


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        if len(self) > 1:
            # Whoever bills need not be allowed to read whose orders these are.
            for move in moves.sudo():
                lines = move.invoice_line_ids
                if len(lines.sale_line_ids.order_id) > 1:
                    lines._keep_seller()
        return moves
