"""A payment term that was signed off or signed stays."""

from odoo import api, models
from odoo.exceptions import UserError

from ..shared.label import listed


class AccountPaymentTerm(models.Model):
    """Odoo keeps what invoices are paid by, and takes any other term off quotations
    without a word: what was approved would be another thing, and no signature binds
    that any more."""

    _inherit = "account.payment.term"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        # Which quotations those are is not for everybody to read.
        orders = self.env["sale.order"].sudo().with_context(active_test=False)
        terms = orders._read_group(
            [("payment_term_id", "in", self.ids), ("authority_bound", "=", True)],
            ["payment_term_id"],
        )
        if terms:
            kept = self.browse(term.id for (term,) in terms)
            raise UserError(
                self.env._(
                    "Quotations on record, signed off or signed, are paid by these"
                    " payment terms, so they cannot be deleted: %s. Archive them"
                    " instead.",
                    listed(self.env, kept.mapped("name")),
                )
            )
