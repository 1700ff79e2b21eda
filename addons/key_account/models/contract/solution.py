"""Detailed solution work is offered after the agreement is signed."""

from odoo import models


class KeyAccountDiagnosis(models.Model):
    _inherit = "key.account.diagnosis"

    def _with_signed_agreement(self):
        agreements = self.env["key.account.agreement"]
        if not self or not agreements.has_access("read"):
            return self.browse()
        files = self.key_account_id._with_merged()
        signed = agreements._read_group(
            [
                ("key_account_id", "in", list(files)),
                ("state", "=", "signed"),
            ],
            ["key_account_id"],
        )
        accounts = {files[account.id] for (account,) in signed}
        return self.filtered(lambda diagnosis: diagnosis.key_account_id.id in accounts)
