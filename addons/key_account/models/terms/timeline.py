"""Orders in the history of their account."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class KeyAccountTimeline(models.Model):
    _inherit = "key.account.timeline"

    @api.model
    def _sources(self):
        return {**super()._sources(), 4: self._orders()}

    @api.model
    def _orders(self):
        return self._entries(
            "sale.order",
            "deal",
            Domain("state", "=", "sale") & Domain("key_account_id", "!=", False),
            moment="date_order",
            code=SQL("'order.sale'::varchar"),
            amount="amount_untaxed",
            currency_id="currency_id",
        )

    @api.model
    def _code_labels(self):
        return {**super()._code_labels(), "order.sale": self.env._("Order confirmed")}
