"""What the sign-off of quotations has to do with the opportunity."""

from odoo import models

from ...rules.states import UNDECIDED


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _after_lost(self):
        """Nobody is asked for a sign-off in a lost deal any more."""
        result = super()._after_lost()
        for lead in self:
            orders = lead.order_ids.filtered(lambda order: order.state in UNDECIDED)
            if orders:
                orders._withdraw_requests(
                    self.env._(
                        "The opportunity was lost: %(why)s", why=lead._get_lost_text()
                    )
                )
        return result
