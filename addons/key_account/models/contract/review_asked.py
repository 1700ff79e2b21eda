"""Whether a contract review stands before confirmation: company and teams say so."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _asks_contract_review(self):
        """Whether a review stands before confirmation: mode observe holds up nothing,
        and so begins none."""
        self.ensure_one()
        return bool(self._asking_contract_review())

    def _asking_contract_review(self):
        """Those of these for which it does."""
        return self.filtered(
            lambda order: order.company_id._key_account_enforces()
        )._wanting_contract_review()

    def _wants_contract_review(self):
        """Whether company or team ask for a review; in mode observe it is noted that
        there was none."""
        self.ensure_one()
        return bool(self._wanting_contract_review())

    def _wanting_contract_review(self):
        """Those of these for which they do."""
        name = "key_account_contract_review"

        def is_wanted(order):
            general = order.company_id._key_account_setting(name)
            return any(
                own == "yes" if own else general
                for own in (
                    team._key_account_policy(name) for team in order._reviewing_teams()
                )
            )

        concerned = self.sudo()._key_account_concerned()
        # All say the same that the same team sells to the same customer.
        alike = concerned.grouped(
            lambda order: (order.company_id, order.team_id, order.key_account_id)
        )
        wanted = concerned.browse().union(
            *(orders for orders in alike.values() if is_wanted(orders[0]))
        )
        return (concerned & wanted).with_env(self.env)

    def _reviewing_teams(self):
        """The teams that say whether, and by whom, it is reviewed: of whoever sells it,
        and of the account, as with limits. Teams without a process say nothing where
        another one does."""
        teams = self.team_id._authority_teams(self.key_account_id)
        known = self.env["crm.team"]._key_account_team_ids()
        return [team for team in teams if team.id in known] or teams
