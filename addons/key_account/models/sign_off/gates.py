"""The gate that asks for the sign-off, and what all gates about the quotation share."""

from odoo import fields, models

from ...rules.states import FREE
from ..process.gate_facts import GateFacts


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("ruling",),
            ("approval", "Quotation is signed off"),
            ("checklist",),
        ],
        ondelete={"approval": "cascade"},
    )

    def _get_sentence_approval(self):
        return self.env._(
            "The latest quotation is signed off, or lies within the author's authority."
        )

    def _check_approval(self, leads):
        return self._check_order(
            leads,
            lambda order: order.authority_state in FREE,
            self.env._("is not signed off"),
        )

    def _open_approval(self, lead):
        return lead.action_open_live_order()

    def _check_order(self, leads, is_met, problem):
        """Check the latest live quotation of each lead."""
        orders = GateFacts.of(leads)["orders"]
        none = self.env._("There is no quotation.")
        messages = {}
        for lead_id in leads._ids:
            order = orders.get(lead_id)
            if not order:
                messages[lead_id] = none
            elif is_met(order):
                messages[lead_id] = None
            else:
                messages[lead_id] = self.env._(
                    "Quotation %(order)s %(problem)s.",
                    order=order.name,
                    problem=problem,
                )
        return messages


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _live_order_fields(self):
        return [*super()._live_order_fields(), "key_account_id", "authority_state"]
