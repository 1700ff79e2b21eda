"""What gates of several kinds ask of the same opportunities, read once for all."""

from functools import cached_property

from odoo import models

# What gates look at in a quotation.
_ORDER_FIELDS = (
    "name",
    "opportunity_id",
    "company_id",
    "team_id",
    "key_account_id",
    "state",
    "authority_state",
    "contract_state",
    "payment_term_id",
    "commitment_date",
    "handover_terms",
    "signed_on",
)


class Facts:
    """The work of some opportunities, as it is while their gates are looked at.

    Made for one evaluation and thrown away with it, so that nothing in it can be out of
    date. It travels in the context, where no caller over RPC can put an instance.
    """

    def __init__(self, leads):
        # The caller's context, which anybody may send, has no say in what is a fact.
        context = {"lang": leads.env.context.get("lang")}
        self._leads = leads.with_env(leads.env(su=True, context=context))
        self._ids = frozenset(leads._ids)

    @classmethod
    def of(cls, leads):
        """Those that are known already, or new ones."""
        facts = leads.env.context.get("key_account_facts")
        known = isinstance(facts, cls) and facts._ids.issuperset(leads._ids)
        return facts if known else cls(leads)

    @cached_property
    def orders(self):
        """``{lead id: the quotation or order that counts}``"""
        return self._leads._live_orders()

    @cached_property
    def rulings(self):
        """``{lead id: exception events, latest first}``"""
        return self._leads._exception_events()

    @cached_property
    def visits(self):
        """``{lead id: visits held and reported, the latest first}``"""
        return self._leads._reported_visits()

    @cached_property
    def requirements(self):
        """``{lead id: {state: ids of the lines}}``"""
        return self._leads._requirements_by_state()


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _live_orders(self):
        """The quotation or order that counts for each opportunity: the latest that is
        not cancelled. ``{lead id: order}``; one query.
        """
        orders = self.env["sale.order"].sudo()
        orders = orders.search_fetch(
            [("opportunity_id", "in", self.ids), ("state", "!=", "cancel")],
            _ORDER_FIELDS,
            order="id",
        )
        return {order.opportunity_id.id: order for order in orders}

    def _reported_visits(self):
        """``{lead id: visits}`` held and reported, the latest first."""
        # A lost opportunity that is about to be taken up again was visited, too.
        visits = self.env["key.account.visit"].sudo().with_context(active_test=False)
        visits = visits.search(
            [
                ("opportunity_ids", "in", self.ids),
                ("state", "in", ["reported", "reviewed"]),
            ],
            order="date_start desc, id desc",
        )
        by_lead = {}
        for visit in visits:
            for lead_id in visit.opportunity_ids._ids:
                by_lead.setdefault(lead_id, []).append(visit)
        return by_lead

    def _requirements_by_state(self):
        """``{lead id: {state: ids of the lines}}``; one query."""
        groups = (
            self.env["key.account.requirement"]
            .sudo()
            ._read_group(
                [("opportunity_id", "in", self.ids)],
                ["opportunity_id", "state"],
                ["id:array_agg"],
            )
        )
        by_lead = {}
        for lead, state, ids in groups:
            by_lead.setdefault(lead.id, {})[state] = ids
        return by_lead
