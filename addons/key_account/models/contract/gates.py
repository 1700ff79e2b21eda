"""Gates that ask for the contract: a complete quotation, the customer's signature, the
contract review, and agreements as documents of the deal.
"""

from odoo import fields, models
from odoo.tools import is_html_empty

from ..process.gate_facts import GateFacts
from ..shared.label import listed
from ..shared.links import read_links

# What hangs on a quotation that gates ask for.
_LOOKED_AT = ("agreement_ids", "signature_ids")
# What tells whether a line carries a price.
_TERM_FIELDS = (
    "order_id",
    "display_type",
    "is_downpayment",
    "product_uom_qty",
    "combo_item_id",
)


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("ruling",),
            ("quotation", "Quotation is complete"),
            ("approval",),
            ("signature", "Customer has signed"),
            ("contract_review", "Contract review has passed"),
            ("checklist",),
        ],
        ondelete={
            "quotation": "cascade",
            "signature": "cascade",
            "contract_review": "cascade",
        },
    )

    # ------------------------------------------------------------
    # KIND: DOCUMENT IS THERE
    # ------------------------------------------------------------

    def _get_document_label(self):
        """The agreement's type by its name, where there is one of that code."""
        # Whoever reads the manual need not see agreements.
        types = self.env["key.account.agreement.type"].sudo()
        kind = types.search([("code", "=", self.document_type or "")], limit=1)
        return kind.name or super()._get_document_label()

    def _leads_with_document(self, leads):
        """Agreements of the deal as well, or listed by its quotations, that have left
        the draft state.
        """
        agreements = self.env["key.account.agreement"].search(
            [
                ("type_id.code", "=", self.document_type),
                ("state", "in", ["ready", "signed"]),
                "|",
                ("opportunity_id", "in", leads.ids),
                ("order_ids.opportunity_id", "in", leads.ids),
            ]
        )
        found = {
            lead.id
            for agreement in agreements
            for lead in agreement.opportunity_id | agreement.order_ids.opportunity_id
            if lead.partner_id.commercial_partner_id
            == agreement.key_account_id.partner_id
            # What another company agreed with the same customer is none of this deal.
            and lead._key_account_company() == agreement.company_id
        }
        return super()._leads_with_document(leads) | found

    # ------------------------------------------------------------
    # KIND: QUOTATION IS COMPLETE
    # ------------------------------------------------------------

    def _get_sentence_quotation(self):
        return self.env._("The latest quotation is complete.")

    def _check_quotation(self, leads):
        orders = GateFacts.of(leads)["orders"]
        missing = self._union(leads)._missing_parts()
        none = self.env._("There is no quotation.")
        messages = {}
        for lead_id in leads._ids:
            order = orders.get(lead_id)
            parts = missing.get(order.id) if order else None
            if not order:
                messages[lead_id] = none
            elif parts:
                messages[lead_id] = self.env._(
                    "Quotation %(order)s lacks: %(parts)s",
                    order=order.name,
                    parts=listed(self.env, parts),
                )
            else:
                messages[lead_id] = None
        return messages

    def _open_quotation(self, lead):
        return lead.action_open_live_order()

    # ------------------------------------------------------------
    # KINDS: CUSTOMER HAS SIGNED, CONTRACT REVIEW HAS PASSED
    # ------------------------------------------------------------

    def _get_sentence_signature(self):
        return self.env._("The customer has signed the latest quotation.")

    def _check_signature(self, leads):
        signed = self._union(leads)._key_account_signed()
        return self._check_order(
            leads,
            lambda order: order in signed,
            self.env._("carries no signature of the customer that binds"),
        )

    def _get_sentence_contract_review(self):
        return self.env._("The contract review has passed, or none is asked for.")

    def _check_contract_review(self, leads):
        open_ones = self._union(leads).filtered(
            lambda order: order.state != "sale" and order.contract_state != "passed"
        )
        asking = open_ones._asking_contract_review()
        return self._check_order(
            leads,
            lambda order: order not in asking,
            self.env._("has not passed the contract review"),
        )

    _open_signature = _open_contract_review = _open_quotation

    def _union(self, leads):
        """The quotations that count of these opportunities."""
        orders = GateFacts.of(leads)["orders"]
        # Those of all stages at once, and what either kind looks at.
        read_links((self.env["sale.order"].union(*orders.values()), _LOOKED_AT))
        return self.env["sale.order"].union(
            *(orders[lead_id] for lead_id in leads._ids if lead_id in orders)
        )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _live_order_fields(self):
        return [
            *super()._live_order_fields(),
            "contract_state",
            "payment_term_id",
            "commitment_date",
            "handover_terms",
            "signed_on",
        ]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _missing_parts(self, offering=None):
        """{order id: what a complete quotation still needs}, for the gate of step 6,
        which asks as superuser.

        :param offering: those with a line that carries a price, where that is known
        """
        if offering is None:
            offering = self._offering()
        texts = {
            "lines": self.env._("at least one product line"),
            "payment": self.env._("payment terms"),
            "delivery": self.env._("delivery date"),
            "handover": self.env._("handover terms"),
        }
        missing = {}
        for order in self:
            there = {
                "lines": order in offering,
                "payment": order.payment_term_id,
                "delivery": order.commitment_date,
                "handover": not is_html_empty(order.handover_terms),
            }
            parts = [text for part, text in texts.items() if not there[part]]
            missing[order.id] = parts + order.agreement_ids._missing_texts()
        return missing

    def _offering(self):
        """Those with a line that carries a price; one query."""
        lines = self.env["sale.order.line"].search_fetch(
            [("order_id", "in", self.ids)], _TERM_FIELDS
        )
        terms = lines.filtered(
            lambda line: line._is_term() and not line._is_combo_part()
        )
        return terms.order_id
