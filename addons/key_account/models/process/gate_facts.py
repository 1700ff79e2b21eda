"""What gates of several kinds ask of the same opportunities, read once for all."""

from odoo import models

from ..shared.at_hand import at_hand


class GateFacts:
    """The work of some opportunities, as it is while their gates are looked at.

    ``GateFacts.of(leads)["visits"]`` is what ``crm.lead._gate_fact_visits()`` finds,
    asked once, when the first gate wants it. A room adds a fact by such a method.

    Made for one evaluation and thrown away with it, so that nothing in it can be out of
    date. It travels in the context, where no caller over RPC can put an instance.
    """

    def __init__(self, leads):
        # The caller's context, which anybody may send, has no say in what is a fact.
        lang = leads.env.context.get("lang")
        context = {"lang": lang, "key_account_facts": self}
        self._leads = leads.with_env(leads.env(su=True, context=context))
        self._ids = frozenset(leads._ids)
        self._found = {}

    def __getitem__(self, name):
        if name not in self._found:
            self._found[name] = getattr(self._leads, f"_gate_fact_{name}")()
        return self._found[name]

    @classmethod
    def of(cls, leads):
        """Those that are known already, or new ones."""
        facts = leads.env.context.get("key_account_facts")
        known = isinstance(facts, cls) and facts._ids.issuperset(leads._ids)
        return facts if known else cls(leads)


def _buyers(records):
    """``{id: the company that buys}`` of deals or quotations; asked once for each
    contact."""
    contact_of = at_hand(records, "partner_id")
    contacts = records.env["res.partner"].browse(
        filter(None, dict.fromkeys(contact_of.values()))
    )
    buyers = {contact.id: contact.commercial_partner_id for contact in contacts}
    none = contacts.browse()
    return {
        record_id: buyers.get(contact_id, none)
        for record_id, contact_id in contact_of.items()
    }


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _gate_fact_customers(self):
        """``{lead id: the company that buys}``"""
        return _buyers(self)

    def _gate_fact_orders(self):
        """``{lead id: the quotation or order that counts}``"""
        # A quotation to somebody else is none of this deal's, whoever hung it there.
        customers, found = GateFacts.of(self)["customers"], self._live_orders()
        buyers = _buyers(self.env["sale.order"].sudo().union(*found.values()))
        return {
            lead_id: order
            for lead_id, order in found.items()
            if not customers[lead_id] or buyers[order.id] == customers[lead_id]
        }

    def _live_orders(self):
        """The quotation or order that counts for each opportunity: the latest that is
        not cancelled. ``{lead id: order}``; one query.
        """
        orders = self.env["sale.order"].sudo()
        orders = orders.search_fetch(
            [("opportunity_id", "in", self.ids), ("state", "!=", "cancel")],
            self._live_order_fields(),
            order="id",
        )
        deal_of = at_hand(orders, "opportunity_id")
        return {deal_of[order.id]: order for order in orders}

    def _live_order_fields(self):
        """What gates look at in a quotation, read along with it; rooms that ask for
        more of it add their fields.
        """
        return [
            "name",
            "opportunity_id",
            "partner_id",
            "company_id",
            "team_id",
            "state",
        ]
