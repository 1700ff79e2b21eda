"""Whether the terms of a quotation lie within authority, and who decides else."""

from datetime import date
from typing import NamedTuple

from odoo import models

from ...rules import authority as rules
from ...rules.states import UNDECIDED
from ..shared.links import read_links


class Found(NamedTuple):
    """What measuring a quotation found: its authority state, the level that decides (or
    decided), the engine's decision, the last day on which this state holds (if it
    ends), the inputs it was measured with, and the terms."""

    state: str
    level: models.BaseModel
    decision: rules.Decision
    until: date | bool
    inputs: dict
    terms: rules.Terms


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # Authority
    # ------------------------------------------------------------

    def _found_as_offered(self, found, grants):
        """Hook: what was found, or what stands because it was offered (``offer``)."""
        return found

    def _authority_found(self):
        """``{order: Found}``, measured now."""
        # With all rights: what is found does not hang on what whoever asks may read.
        orders, found = self.sudo(), {}
        # What was asked for, or signed, is compared with what it was about.
        read_links((orders.filtered("authority_bound"), self._links_of_a_decision()))
        inputs, grants = orders._measuring_inputs(), orders._grants_in_force()
        Limit = self.env["key.account.authority.limit"]
        for asked, order in zip(self, orders, strict=True):
            terms = order._terms(inputs[order])
            state, level, decision, until = order._authority_of(terms, grants)
            if state != "approved" and order.state in UNDECIDED:
                lead, company = order.opportunity_id, order.company_id
                until = Limit._last_day_of(company, lead, grants)
            measured = Found(state, level, decision, until, inputs[order], terms)
            found[asked] = order._found_as_offered(measured, grants)
        return found

    def _keep_found(self, found):
        """Store what was just found, which a change of the order's state did not
        change."""
        for order in self.filtered(lambda order: order in found):
            state, level, _decision, until, *_rest = found[order]
            order._set_kept(
                {
                    "authority_state": state,
                    "authority_level_id": level.id,
                    "authority_valid_until": until,
                }
            )

    def _grants_in_force(self):
        """What was given in the deals of these quotations, and has not ended."""
        return self.env["key.account.authority.grant"]._in_force(self.opportunity_id)

    def _authority_of(self, terms, grants):
        """Authority state, level and decision for these terms, and the last day of an
        approval."""
        self.ensure_one()
        Level = self.env["key.account.authority.level"]
        measures = rules.measure_terms(terms, self._dimension_codes())
        decision = self._decide(measures, grants)
        level = Level._by_sequence(self.company_id, decision.required_level)
        if self._cancelled_as_confirmed():
            return (*self._confirmed_as(), decision, False)
        if self.state == "sale":
            if self._confirmed_envelope_holds():
                return (*self._confirmed_as(), decision, False)
        elif decision.required_level is None:
            return ("within", Level, decision, False)
        if answer := self._sign_off_answer(level):
            state, level, until = answer
            return (state, level, decision, until)
        if decision.required_level:
            return ("required", level, decision, False)
        return ("within", Level, decision, False)

    def _sign_off_answer(self, level):
        """Hook: (authority state, level, last day) that sign-off gives to these terms,
        or None; ``sign_off`` knows.

        :param level: the level that decides
        """
        return None

    def _last_sign_off(self):
        """Hook: what happened last in sign-off, as the code of its event; ``sign_off``
        knows."""
        return False

    def _decide(self, measures, grants):
        """The engine's decision for these measures, with the limits in force today."""
        self.ensure_one()
        people = (self.terms_author_id or self.create_uid) | self.user_id
        return self._bench(grants).decide(measures, people.ids)

    def _bench(self, grants):
        """Whom to ask about this quotation.

        :param grants: those in force, of its deal and of others
        """
        company, account, categories = self.company_id, self.key_account_id, None
        if self._limits_by_category():
            categories = self.order_line.product_id.categ_id
        return self.env["key.account.authority.limit"]._bench(
            company,
            self.team_id._authority_teams(account),
            account=account,
            categories=categories,
            granted=grants._given(self.opportunity_id, company, self.partner_id),
        )

    def _limits_by_category(self):
        Limit = self.env["key.account.authority.limit"]
        return Limit._are_by_category(self.company_id)
