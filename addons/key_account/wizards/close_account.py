from odoo import fields, models

from ..models.shared.working_time import today_of


class KeyAccountClose(models.TransientModel):
    """Asks why, and since when, before an account is lost or dropped."""

    _name = "key.account.close"
    _description = "End an Account"
    _inherit = ["key.account.look"]
    _under = frozenset(("key_account_ids",))

    key_account_ids = fields.Many2many(
        "key.account",
        string="Accounts",
        required=True,
        default=lambda self: self._default_key_account_ids(),
    )
    kind = fields.Selection(
        [("lost", "The customer is lost"), ("dropped", "Development ends")],
        required=True,
        default="lost",
    )
    reason = fields.Char(required=True)
    date = fields.Date(required=True, default=lambda self: self._default_date())

    def _default_key_account_ids(self):
        if self.env.context.get("active_model") != "key.account":
            return False
        return self.env.context.get("active_ids")

    def _default_date(self):
        """Today where the company of the accounts works: a day that has come there."""
        accounts = self.env["key.account"].browse(self._default_key_account_ids() or [])
        return today_of(accounts)

    def action_close(self):
        if self.kind == "lost":
            self.key_account_ids.action_lose(self.reason, self.date)
        else:
            self.key_account_ids.action_drop(self.reason)
        return {"type": "ir.actions.act_window_close"}
