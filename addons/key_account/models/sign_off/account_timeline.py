"""Sign-off in the history of the account: what was decided on quotations."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...rules.states import DECISIONS


class KeyAccountTimeline(models.Model):
    _inherit = "key.account.timeline"

    kind = fields.Selection(selection_add=[("sign_off", "Sign-off")])

    @api.model
    def _sources(self):
        return {**super()._sources(), 5: self._decisions()}

    @api.model
    def _decisions(self):
        return self._entries(
            "key.account.approval",
            "sign_off",
            Domain("event", "in", DECISIONS)
            & Domain("key_account_id", "!=", False)
            & self._of_readable("order_id", "sale.order"),
            moment="date",
            code=("sign_off.", "event"),
            note="comment",
        )

    @api.model
    def _code_labels(self):
        return {
            **super()._code_labels(),
            "sign_off.approve": self.env._("Signed off"),
            "sign_off.reject": self.env._("Sign-off refused"),
            "sign_off.send_back": self.env._("Sent back for changes"),
        }
