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
        if vals.get("state") != "posted" or "key_account_posted_on" in vals:
            return super().write(vals)
        # What is posted already is not entered again.
        sold = self.filtered(
            lambda move: move.state != "posted" and move.is_sale_document(True)
        )
        entered = {"key_account_posted_on": fields.Datetime.now()}
        if sold == self:
            # In one statement: so are most.
            opened = self._unlocked(entered)
            return super(AccountMove, opened).write({**vals, **entered})
        result = super().write(vals)
        sold._set_kept(entered)
        return result
