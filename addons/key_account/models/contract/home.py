"""Figures of My Day: contracts to review, papers, what is with the customer."""

from odoo import api, models
from odoo.fields import Domain

from .to_invoice import TO_INVOICE


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        if self._is("contract_reviewer"):
            tiles += self._reviews_of_mine()
        if supported := self._supported_teams():
            tiles += self._papers_of(supported)
        if self.env.user.has_group("account.group_account_invoice"):
            tiles += self._tile(
                "to_invoice",
                "sale.order",
                TO_INVOICE,
                "key_account.order_to_invoice_action",
                46,
                quiet=True,
                label=self.env._("Orders to invoice"),
            )
        return tiles

    @api.model
    def _reviews_of_mine(self):
        uid = self.env.uid
        open_ = Domain("user_ids", "in", uid) & Domain("verdict", "=", "open")
        return [
            *self._tile(
                "reviews",
                "key.account.contract.review",
                Domain("state", "=", "in_review") & Domain("item_ids", "any", open_),
                "key_account.contract_review_action",
                16,
                label=self.env._("Contracts to review"),
            ),
            *self._tile(
                "legal_checks",
                "key.account.agreement",
                [("state", "=", "legal_check"), ("legal_user_ids", "in", uid)],
                "key_account.agreement_legal_action",
                17,
                quiet=True,
                label=self.env._("Legal checks"),
            ),
        ]

    @api.model
    def _papers_of(self, teams):
        out = Domain("state", "=", "sent") & Domain("key_account_id", "!=", False)
        # What is signed, online or on paper, is with us: reviewed, not waited for.
        out &= Domain("signed_on", "=", False) & Domain("contract_state", "=", "none")
        return [
            *self._tile(
                "papers",
                "key.account.agreement",
                Domain("state", "in", ("draft", "legal_check"))
                & Domain("key_account_id.team_id", "in", teams.ids),
                "key_account.agreement_action",
                42,
                label=self.env._("Agreements to complete"),
            ),
            *self._tile(
                "contracts_out",
                "sale.order",
                out & Domain("key_account_id.team_id", "in", teams.ids),
                "key_account.quotation_action",
                44,
                label=self.env._("Contracts with the customer"),
            ),
        ]
