"""Figures of My Day: contracts to review, papers, what is with the customer."""

from odoo import api, models
from odoo.fields import Domain


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
                self.env._("Orders to invoice"),
                "sale.order",
                [
                    ("state", "=", "sale"),
                    ("invoice_status", "=", "to invoice"),
                    ("key_account_id", "!=", False),
                ],
                "key_account.order_to_invoice_action",
                46,
                quiet=True,
            )
        return tiles

    @api.model
    def _reviews_of_mine(self):
        uid = self.env.uid
        open_ = Domain("user_ids", "in", uid) & Domain("verdict", "=", "open")
        return [
            *self._tile(
                "reviews",
                self.env._("Contracts to review"),
                "key.account.contract.review",
                Domain("state", "=", "in_review") & Domain("item_ids", "any", open_),
                "key_account.contract_review_action",
                16,
            ),
            *self._tile(
                "legal_checks",
                self.env._("Legal checks"),
                "key.account.agreement",
                [("state", "=", "legal_check"), ("legal_user_ids", "in", uid)],
                "key_account.agreement_legal_action",
                17,
                quiet=True,
            ),
        ]

    @api.model
    def _papers_of(self, teams):
        out = Domain("state", "=", "sent") & Domain("key_account_id", "!=", False)
        return [
            *self._tile(
                "papers",
                self.env._("Agreements to complete"),
                "key.account.agreement",
                Domain("state", "in", ("draft", "legal_check"))
                & Domain("key_account_id.team_id", "in", teams.ids),
                "key_account.agreement_action",
                42,
            ),
            *self._tile(
                "contracts_out",
                self.env._("Contracts with the customer"),
                "sale.order",
                out & Domain("key_account_id.team_id", "in", teams.ids),
                "key_account.quotation_action",
                44,
            ),
        ]
