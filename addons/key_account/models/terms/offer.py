"""A given offer stands: what lay within authority when the customer got it is measured
by what was known then, until its validity date."""

from datetime import timedelta

from odoo import fields, models

from ...rules.states import FREE, UNDECIDED

# In the place of what was offered: it was set back to draft since.
_SET_BACK = {"set_back": True}


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _kept = frozenset(("authority_offered",))

    authority_offered = fields.Json(
        readonly=True,
        copy=False,
        # Read of those that need it, in one go, and never with anything else.
        prefetch="key_account_offer",
        groups="base.group_system",
        help="What was offered within authority, and what it was measured with: a later"
        " list price or rate takes no offer back.",
    )

    def _compute_is_expired(self):
        res = super()._compute_is_expired()
        modes = self.env["res.company"]._key_account_modes()
        for order in self:
            if order.company_id.id in modes:
                order.is_expired = order._has_expired()
        return res

    def _has_expired(self):
        """Whether the customer could accept it until a day that is over, where the
        company works."""
        self.ensure_one()
        last = self.state in UNDECIDED and self.validity_date
        return bool(last) and last < self.company_id._key_account_today()

    # ------------------------------------------------------------
    # What was offered
    # ------------------------------------------------------------

    def _keep_offers(self, found, anew=False):
        """Keep what was just found of these quotations, as far as the customer has them
        and they lie within authority.

        :param anew: they are given now; else only what differs from what was given
        """
        for order in self.sudo():
            measured = order.state == "sent" and found.get(order)
            if measured and measured.state == "within" and order.id:
                if anew or order._standing_offer() is None:
                    order._set_kept({"authority_offered": order._as_offer(measured)})

    def _as_offer(self, found):
        self.ensure_one()
        return {
            **self._envelope_inputs(found),
            "codes": list(self._dimension_codes()),
            "until": fields.Date.to_string(self._offer_valid_until()),
        }

    def _offer_valid_until(self):
        """The last day on which the terms of today bind us."""
        days = self.company_id._key_account_setting("key_account_approval_days") or 30
        return self.validity_date or self.company_id._key_account_today() + timedelta(
            days=days
        )

    def _standing_offer(self):
        """What was offered, where that still holds: the terms are nowhere worse, it has
        not ended, and nothing is measured that was not measured then."""
        self.ensure_one()
        offer = self.sudo().authority_offered if self.state == "sent" else None
        if not offer or offer == _SET_BACK:
            return None
        today = fields.Date.to_string(self.company_id._key_account_today())
        known = set(offer["codes"]).issuperset(self._dimension_codes())
        if not known or offer["until"] < today or self._broken_since(offer):
            return None
        return offer

    def _take_offers_back(self):
        """These are drafts again: what the customer had is no offer any more, until it
        is given to them anew."""
        # Whoever sets it back has no rights on what was offered.
        taken = self._key_account_concerned().sudo()
        taken._set_kept({"authority_offered": _SET_BACK})

    def _give_again(self):
        """The customer is given a link to these as they are, draft or not."""
        # Nor has whoever shares it.
        self._set_back().sudo()._set_kept({"authority_offered": False})

    def _set_back(self):
        """Those that were set back to draft, and not given to the customer since."""
        drafts = self.filtered(lambda order: order.state == "draft")
        return drafts.filtered(
            lambda order: order.sudo().authority_offered == _SET_BACK
        )

    def _found_as_offered(self, found, grants):
        """The same quotation, found by what was known when it was given, where it lies
        within the limits of today by that; else as it was found.

        Limits, levels and what was given for the deal are those in force: who has lost
        authority has lost it.
        """
        if found.state in FREE or (offer := self._standing_offer()) is None:
            return found
        terms = self._terms(offer)
        state, level, decision, _until = self._authority_of(terms, grants)
        if state != "within":
            return found
        until = fields.Date.from_string(offer["until"])
        until = min(until, found.until or until)
        return found._replace(
            state=state,
            level=level,
            decision=decision,
            until=until,
            inputs=offer,
            terms=terms,
        )
