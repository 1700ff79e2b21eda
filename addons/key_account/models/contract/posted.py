"""When an invoice was entered, whatever day it is dated."""

from odoo import fields, models


class AccountMove(models.Model):
    """An invoice may be dated into a month that is over: figures of that month show it
    as entered late."""

    _inherit = "account.move"

    key_account_posted_on = fields.Datetime(
        string="Posted on",
        readonly=True,
        copy=False,
        help="When it was posted last, whatever its date.",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "posted":
            # Of many at once in one write, and of nobody who works without controls.
            modes = self.env["res.company"]._key_account_modes()
            sold = self.filtered(
                lambda move: move.company_id.id in modes and move.is_sale_document(True)
            )
            sold._set_kept({"key_account_posted_on": fields.Datetime.now()})
        return result
