"""What an approval covers: nothing worse than what was approved, or confirmed."""

from odoo import models

from ...rules import authority as rules
from ...rules import envelope
from ...rules.states import UNAPPROVED


def _kept(categories):
    """What was measured by category, as JSON keeps it."""
    return {"/".join(map(str, key)): value for key, value in categories.items()}


def _read_categories(kept):
    found = {}
    for name, value in kept.items():
        dimension, scope, category = name.split("/")
        found[dimension, scope, int(category)] = value
    return found


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _broken_since(self, inputs):
        """Terms that are worse now, measured with the inputs of then; identities that
        changed."""
        if not inputs:
            return ["inputs"]
        changed = envelope.foreign_identity(
            self._with_customer_now(inputs), self._identity()
        )
        approved = {
            tuple(key.split("/")): value for key, value in inputs["worst"].items()
        }
        terms = self._terms(inputs)
        measures = rules.measure_terms(terms, self._dimension_codes())
        worst = envelope.worst(measures)
        broken = envelope.broken_terms(approved, worst, measures)
        approved = _read_categories(inputs.get("worst_of_categories", {}))
        worst = envelope.worst_of_categories(measures)
        for key in envelope.broken_terms(approved, worst, measures):
            if key[:2] not in broken:
                broken.append(key[:2])
        if terms.reference_value <= inputs["reference_value"] + rules.TOLERANCE:
            # A lower discount needs nobody.
            broken = [
                key for key in broken if not rules.DIMENSIONS[key[0]].grows_with_price
            ]
        return changed + broken

    def _with_customer_now(self, inputs):
        """Inputs that name the customer as it is known now, where it was merged since
        they were kept."""
        customer = inputs["partner"]
        if customer == self._key_account_customer().id:
            return inputs
        now = self.env["key.account.merge"]._customer_now(customer)
        return {**inputs, "partner": now}

    def _confirmed_inputs(self):
        """What was confirmed, or nothing. The field is for nobody to read; whether the
        terms are still the same is asked for everybody."""
        self.ensure_one()
        return self.sudo().authority_confirmed

    def _confirmed_envelope_holds(self):
        """After confirmation: nothing is worse than what was confirmed (or no control
        applied then)."""
        confirmed = self._confirmed_inputs()
        return not confirmed or not self._broken_since(confirmed)

    def _cancelled_as_confirmed(self):
        """Cancelled with the terms it was once confirmed with."""
        self.ensure_one()
        return (
            self.state == "cancel"
            and bool(self._confirmed_inputs())
            and self._confirmed_envelope_holds()
        )

    def _confirmed_as(self):
        """(authority state, level that was needed) of an order whose terms are those
        that were confirmed: what nobody had signed off, as in mode observe, is not
        shown as if somebody had."""
        Level = self.env["key.account.authority.level"]
        confirmed = self._confirmed_inputs()
        if not confirmed:
            return "not_applicable", Level
        event = self._last_sign_off()
        if UNAPPROVED not in confirmed:
            return "approved" if event == "approve" else "within", Level
        # An approval from before was of better terms; one from after unmarks them.
        state = {"request": "pending", "escalate": "pending", "reject": "rejected"}
        level = Level._by_sequence(self.company_id, confirmed[UNAPPROVED])
        return state.get(event, "required"), level

    def _confirmed_unapproved(self):
        """Whether the terms are as they were confirmed, when nothing was stopped:
        controls that came later do not hold up this order."""
        confirmed = self.state == "sale" and self._confirmed_inputs()
        return (
            bool(confirmed)
            and UNAPPROVED in confirmed
            and self._confirmed_envelope_holds()
        )

    def _envelope_inputs(self, found=None):
        """Inputs with the measured worst values: what an approval covers from now
        on."""
        self.ensure_one()
        inputs = found.inputs if found else self._measuring_inputs()[self]
        terms = found.terms if found else self._terms(inputs)
        measures = rules.measure_terms(terms, self._dimension_codes())
        worst = envelope.worst(measures)
        categories = envelope.worst_of_categories(measures)
        return {
            **inputs,
            **self._identity(inputs),
            "worst": {"/".join(key): value for key, value in worst.items()},
            **({"worst_of_categories": _kept(categories)} if categories else {}),
            "reference_value": terms.reference_value,
            **self._frozen_details(),
        }

    def _frozen_details(self):
        """Hook: what else is kept, for whoever compares later; ``sign_off`` keeps the
        lines."""
        return {}
