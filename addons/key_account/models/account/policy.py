"""What a customer of this importance is due."""

from odoo import api, models


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


class KeyAccountPolicy(models.Model):
    """What accounts keep of their policy follows it."""

    _inherit = "key.account.policy"

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._account_dates_again()
        return policies

    def write(self, vals):
        result = super().write(vals)
        if not {"grade", "company_id", "evaluation_months"}.isdisjoint(vals):
            self._account_dates_again()
        return result

    def unlink(self):
        # The general one holds again for the accounts of those that go.
        result = super().unlink()
        self._account_dates_again()
        return result

    @api.model
    def _account_dates_again(self):
        """With full rights: whoever says what is due reads no files."""
        accounts = self.env["key.account"].sudo().with_context(active_test=False)
        accounts = accounts.search([("evaluation_date", "!=", False)])
        self.env.add_to_compute(accounts._fields["evaluation_stale_on"], accounts)
