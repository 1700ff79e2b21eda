"""Which open quotations are measured again, and when.

Guards measure anew whatever is stored. The stored state, which lists and the portal go
by, follows at once where people and their authority change. Where prices, costs or
credit limits do, a scheduled action brings it up to date a moment later, so that
whoever changes one does not wait for every quotation.
"""

from odoo import api, models
from odoo.fields import Domain

from ...rules.states import UNDECIDED
from ..shared.batch import in_batches

_CRON = "key_account.cron_measure_again"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _mark_undecided(self, companies):
        """Measure again what is undecided in these companies: what they allow, or what
        they measure, has changed."""
        self._mark_found(
            Domain("company_id", "in", companies.ids)
            & Domain.OR(
                [
                    [("authority_state", "!=", "not_applicable")],
                    [("key_account_id", "!=", False)],
                    [("team_id.is_key_account", "=", True)],
                ]
            )
        )

    @api.model
    def _mark_undecided_of_teams(self, teams):
        """The same for what these teams sell, and for their accounts: who leads them,
        or their policy, has changed."""
        self._mark_found(
            Domain(
                "company_id", "in", list(self.env["res.company"]._key_account_modes())
            )
            & (
                Domain("team_id", "in", teams.ids)
                | Domain("key_account_id.team_id", "in", teams.ids)
            )
        )

    @api.model
    def _mark_found(self, domain):
        """Measure again what is undecided here, and ask who decides it now."""
        orders = self._found_for_all(domain & Domain("state", "in", UNDECIDED))
        orders._mark_authority()
        orders.filtered("sign_off_deadline")._route_again()

    @api.model
    def _route_waiting(self, domain):
        """Ask anew for what waits for sign-off in this domain."""
        waiting = Domain("authority_state", "=", "pending") & Domain(domain)
        self._found_for_all(waiting)._route_again()

    @api.model
    def _found_for_all(self, domain):
        """All quotations of this domain, with full rights: whoever changes a limit, a
        team or a company need not see what that bears on."""
        return self.sudo().search(domain)

    @api.model
    def _measure_again_later(self, *dimensions):
        """Have open quotations measured again, if a company with controls measures one
        of these dimensions; once per transaction, and without a query where none
        does."""
        Company, data = self.env["res.company"], self.env.cr.precommit.data
        if _CRON in data or not any(
            not set(dimensions).isdisjoint(
                Company._key_account_dimension_codes(company)
            )
            for company in Company._key_account_modes()
        ):
            return
        # In memory of this transaction: nothing is asked twice, whatever it changes.
        data[_CRON] = True
        # Whoever manages the scheduled actions may have deleted it.
        if cron := self.env.ref(_CRON, raise_if_not_found=False):
            cron.sudo()._trigger()

    @api.model
    def _cron_measure_again(self):
        """Bring the stored authority state of open quotations up to date."""
        companies = list(self.env["res.company"]._key_account_modes())
        open_orders = (
            Domain("company_id", "in", companies)
            & Domain("state", "in", UNDECIDED)
            & Domain("authority_state", "!=", "not_applicable")
        )

        def measure(orders):
            orders._mark_authority()
            # The state first: whether anybody is to be asked depends on it.
            orders.flush_recordset()
            orders.filtered("sign_off_deadline")._route_again()

        in_batches(self.sudo(), open_orders, measure)
