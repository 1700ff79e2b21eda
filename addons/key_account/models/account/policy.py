"""What a customer of this importance is due."""

from odoo import models


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _policy(self):
        """The policy that holds for this account's company and importance; an empty
        record, whose numbers are zero, where there is none. For many accounts ask
        ``key.account.policy`` once, ``_by_grade()``."""
        self.ensure_one()
        company = self.company_id
        policies = self.env["key.account.policy"]._by_grade(company)
        return policies.get(
            (company.id, self.grade or False), self.env["key.account.policy"]
        )
