"""Payment terms and taxes of what was signed off or signed stay."""

from odoo import api, models
from odoo.exceptions import UserError

from ..shared.label import listed


class KeyAccountRecorded(models.AbstractModel):
    """Odoo keeps what invoices are made with, and takes any other of these off
    quotations without a word: what was approved would be another thing, and no
    signature binds that any more."""

    _name = "key.account.recorded"
    _description = "What recorded quotations name"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        # Which quotations those are is not for everybody to read.
        orders = self.env["sale.order"].sudo().with_context(active_test=False)
        kept = self.filtered(
            lambda record: orders.search_count(
                [("authority_bound", "=", True), *record._named_in_quotations()],
                limit=1,
            )
        )
        if kept:
            raise UserError(kept._recorded_text(listed(self.env, kept.mapped("name"))))

    def _named_in_quotations(self):
        """Hook: the domain of the quotations that name one of these."""
        raise NotImplementedError

    def _recorded_text(self, names):
        """Hook: why these are kept."""
        raise NotImplementedError


class AccountPaymentTerm(models.Model):
    _name = "account.payment.term"
    _inherit = ["key.account.recorded", "account.payment.term"]

    def _named_in_quotations(self):
        return [("payment_term_id", "in", self.ids)]

    def _recorded_text(self, names):
        return self.env._(
            "Quotations on record, signed off or signed, are paid by these payment"
            " terms, so they cannot be deleted: %s. Archive them instead.",
            names,
        )


class AccountTax(models.Model):
    _name = "account.tax"
    _inherit = ["key.account.recorded", "account.tax"]

    def _named_in_quotations(self):
        groups = self.sudo().with_context(active_test=False)
        groups = groups.search([("children_tax_ids", "in", self.ids)])
        return [("order_line.tax_ids", "in", (self | groups).ids)]

    def _recorded_text(self, names):
        return self.env._(
            "Quotations on record, signed off or signed, name these taxes, so they"
            " cannot be deleted: %s. Archive them instead.",
            names,
        )
