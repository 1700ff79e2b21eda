"""The customer of a file stays a customer by itself."""

from odoo import models
from odoo.exceptions import UserError

from ...rules.states import CONTROLLED


class ResPartner(models.Model):
    """A file is of a company. Put under another one, it would no longer be who buys:
    what is quoted to it would be nobody's key account, and free of all controls."""

    _inherit = "res.partner"

    def write(self, vals):
        if self.env.su or {"parent_id", "is_company"}.isdisjoint(vals):
            return super().write(vals)
        # Whoever keeps contacts need not see the files.
        accounts = self.env["key.account"].sudo().with_context(active_test=False)
        accounts = accounts.search(
            [("partner_id", "in", self.ids), ("state", "in", CONTROLLED)]
        ).filtered(lambda account: account.company_id._key_account_enforces())
        if not accounts:
            return super().write(vals)
        with self.env.cr.savepoint():
            result = super().write(vals)
            for customer in accounts.partner_id:
                if customer.commercial_partner_id != customer:
                    raise UserError(
                        self.env._(
                            "“%s” is the customer of a key account, and is not put"
                            " under another company. Merge both contacts where they"
                            " are one, or have the account ended first.",
                            customer.name,
                        )
                    )
        return result
