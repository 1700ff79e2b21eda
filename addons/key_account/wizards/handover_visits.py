"""What a change of hands leaves of visits ahead is said once, when all has moved."""

from odoo import models

from ..models.visit.ahead import GIVEN_ALONG


class KeyAccountHandover(models.TransientModel):
    _inherit = "key.account.handover"

    def _hand_over(self):
        # What is left may be named for whom the manager may not read.
        accounts = self.key_account_ids.sudo()
        former = {account: account.user_id for account in accounts}
        giving = self.with_context(key_account_given=GIVEN_ALONG)
        result = super(KeyAccountHandover, giving)._hand_over()
        accounts._tell_visits_left(former)
        return result
