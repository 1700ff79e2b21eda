"""The file as a whole, looked through from time to time: who did it last, and when."""

from odoo import fields, models

from ..shared.working_time import today_of


class KeyAccount(models.Model):
    _inherit = "key.account"
    _kept = frozenset(("file_reviewed_on", "file_reviewed_by_id"))

    file_reviewed_on = fields.Date(
        "File reviewed on",
        readonly=True,
        copy=False,
        help="When somebody last looked through the whole file. How often that is due,"
        " its policy says.",
    )
    file_reviewed_by_id = fields.Many2one(
        "res.users",
        string="File reviewed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    def action_file_reviewed(self):
        """Whoever keeps the account has looked through its file, and it holds."""
        self.check_access("write")
        for account in self:
            account._write_kept(
                {
                    "file_reviewed_on": today_of(account),
                    "file_reviewed_by_id": self.env.uid,
                }
            )
        self._message_log_batch(
            {
                account.id: self.env._("The file was looked through and is correct.")
                for account in self
            }
        )
        return True
