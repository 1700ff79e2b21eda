"""Whose deal it is, by the terms that are offered in it."""

from odoo import models

from ...rules.states import UNDECIDED


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _own_to(self):
        """Also of whoever made the terms of what is offered in it, or sells that."""
        offered = self.order_ids.filtered(lambda order: order.state in UNDECIDED)
        return super()._own_to() | offered.terms_author_id | offered.user_id
