"""The grade of an account, as far as limits of authority go by it."""

from odoo import models


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _has_graded_limits(self):
        Limit = self.env["key.account.authority.limit"]
        rows = Limit._rows(self.company_id.id, self.company_id._key_account_today())
        return super()._has_graded_limits() or any(row.grade for row in rows)
