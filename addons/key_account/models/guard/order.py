"""Writes of a quotation, all through the one question: its state, the customer's
signature, totals, and what the process keeps."""

from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ...rules.states import FREE, UNAPPROVED
from ..shared import optional
from ..shared.label import field_label, listed
from .proof import assert_picture, assert_signed_by_somebody
from .scope import SCOPE

SIGNATURE_FIELDS = frozenset(("signature", "signed_by", "signed_on"))
# Computed from the terms, and stored: nobody types them in.
ORDER_TOTALS = frozenset(
    ("amount_untaxed", "amount_tax", "amount_total", "currency_rate")
)
_GUARDED = (
    ORDER_TOTALS
    | SIGNATURE_FIELDS
    | {"state", "opportunity_id", "team_id", *optional.cart_fields()}
)
# Of a new quotation these are what is said of it, and nothing that is said unseen.
_SPOKEN = SIGNATURE_FIELDS | {"state"}
# Compared by identity: the process itself clears a signature whose terms have changed.
_RELEASE = object()


class Checked(NamedTuple):
    """These orders have just been checked for this state. A caller can send any context
    over RPC, but no instance of this class; it holds for the one write it
    accompanies."""

    order_ids: frozenset
    state: str


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _no_default = _SPOKEN
    # A term like others: whoever changes it has the quotation measured again.
    _not_kept = frozenset(("currency_id",))

    @api.constrains("state")
    def _check_state_allowed(self):
        # The net below the checks in create() and write(): whatever path was taken.
        checked = self.env.context.get("key_account_checked")
        for state, action in (("sent", "send"), ("sale", "confirm")):
            orders = self.filtered(lambda order, state=state: order.state == state)
            if isinstance(checked, Checked) and checked.state == state:
                orders = orders.browse(set(orders.ids) - checked.order_ids)
            orders._assert_may(action)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        spoken = {
            name: self.env.context[f"default_{name}"]
            for name in _SPOKEN
            if f"default_{name}" in self.env.context
        }
        vals_list = [{**spoken, **vals} for vals in vals_list]
        given = {name for vals in vals_list for name in vals}
        targets = []
        for vals in vals_list:
            state = vals.get("state")
            held = state in ("sent", "sale") and self._will_be_concerned(vals)
            targets.append(state if held else None)
            if held:
                # Written afterwards, through the same check as any change of state.
                vals["state"] = "draft"
                for name in SIGNATURE_FIELDS:
                    vals.pop(name, None)
            if vals.get("commitment_date"):
                vals["promised_on"] = fields.Datetime.now()
        promising = self._unlocked(("promised_on",))
        orders = super(SaleOrder, promising).create(vals_list)
        for order, state in zip(orders, targets, strict=True):
            if state:
                order.write({"state": state})
        if not SIGNATURE_FIELDS.isdisjoint(given):
            orders._drop_forged_signature()
        orders._terms_changed()
        return orders

    def write(self, vals):
        if self._guarded_fields().isdisjoint(vals):
            return super().write(vals)
        if not SCOPE.isdisjoint(vals) and (watching := self._scope_to_watch()):
            return self._write_watched(vals, *watching)
        self._assert_kept(vals)
        self._assert_computed(ORDER_TOTALS.intersection(vals))
        if vals.get("state") in ("sent", "sale"):
            rest, moving, found, checked = self._ask_for_state(vals)
            orders = self.with_context(key_account_checked=checked)
            res = super(SaleOrder, orders).write({**rest, "state": vals["state"]})
            moving._after_state(vals["state"], found)
            return res
        if vals.get("state") == "cancel":
            self._assert_may_be_cancelled()
        signing = self._assert_may_write_signature(vals)
        resetting = self.browse()
        if vals.get("state") == "draft":
            resetting = self.filtered(lambda order: order.state != "draft")
        promised = self._promise_changes(vals)
        res = super().write(vals)
        if promised:
            promised._set_kept({"promised_on": fields.Datetime.now()})
        if not self._order_terms().isdisjoint(vals):
            self._terms_changed()
        if signing:
            signing._after_signing()
        if vals.get("state") == "draft":
            resetting._take_offers_back()
            self._after_reset()
        elif vals.get("state") == "cancel":
            self._withdraw_requests(self.env._("The quotation was cancelled."))
            self._after_cancel()
        return res

    def _ask_for_state(self, vals):
        """Before orders are marked as sent or confirmed.

        :return: (values still to be written, orders that change, what was found of
            them, what says that these have been asked for)
        """
        # Terms first, then the check, then the state: nothing slips in together with
        # it.
        rest = {name: value for name, value in vals.items() if name != "state"}
        moving = self.filtered(lambda order: order.state != vals["state"])
        if not self._guarded_fields().isdisjoint(rest):
            self.write(rest)
            rest = {}
        found = moving._assert_may("send" if vals["state"] == "sent" else "confirm")
        checked = Checked(frozenset(self._ids), vals["state"])
        return rest, moving, found, checked

    def _after_state(self, state, found):
        if state == "sale":
            self._after_confirmation(found)
        else:
            self._keep_found(found)
            self._keep_offers(found, anew=True)

    @api.model
    @tools.ormcache()
    def _guarded_fields(self):
        """Fields that ``write`` looks at; all others are written without a question."""
        return _GUARDED | self._order_terms()

    def _assert_computed(self, names, records=None):
        """Totals follow from the terms; typed in, they would hide what is measured and
        what is to be paid."""
        concerned = self._key_account_concerned() if names else self.browse()
        enforced = concerned.filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        if enforced:
            # Access first, then words.
            enforced.check_access("read")
            described = self if records is None else records
            raise AccessError(
                self.env._(
                    "%(fields)s of %(orders)s follow from prices and quantities, and"
                    " cannot be entered. Change the lines.",
                    fields=listed(
                        self.env,
                        (field_label(described, name) for name in sorted(names)),
                    ),
                    orders=listed(self.env, enforced.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # Afterwards
    # ------------------------------------------------------------

    def _after_confirmation(self, found):
        """Hook: what was confirmed is what later changes are compared with;
        ``contract`` adds that the deal is won.

        :param found: as measured for the check, by order
        """
        concerned = self._controlled()
        for order in concerned:
            measured = found.get(order)
            confirmed = order._envelope_inputs(measured)
            if measured and measured.state not in FREE:
                confirmed[UNAPPROVED] = measured.level.sequence
            order._set_kept({"authority_confirmed": confirmed})
            state, level = order._confirmed_as()
            order._set_kept(
                {
                    "authority_state": state,
                    "authority_level_id": level.id,
                    "authority_valid_until": False,
                }
            )
        for cart in self._key_account_carts().sudo():
            # The shop's, until a colleague changes it.
            cart._set_kept({"authority_confirmed": cart._envelope_inputs()})

    def _after_signing(self):
        """Hook: the customer has just signed these on the portal; ``contract`` keeps
        the evidence."""

    def _after_reset(self):
        """Hook: these were reset to draft; ``contract`` ends signature and review."""

    def _after_cancel(self):
        """Hook: these were cancelled; ``contract`` ends their review."""

    # ------------------------------------------------------------
    # Signature
    # ------------------------------------------------------------

    def _assert_may_write_signature(self, vals):
        """Orders that the customer signs with this write; staff cannot sign for the
        customer."""
        if SIGNATURE_FIELDS.isdisjoint(vals):
            return self.browse()
        if (
            self.env.context.get("key_account_release") is _RELEASE
            or vals.get("state") == "draft"
        ):
            if not any(vals.get(name) for name in SIGNATURE_FIELDS):
                return self.browse()
        concerned = self._key_account_concerned()
        enforced = concerned.filtered(lambda o: o.company_id._key_account_enforces())
        # The portal writes as superuser, for whoever holds the link; staff write as
        # themselves.
        by_staff = self.env.user._is_internal() and not self.env.user._is_superuser()
        if enforced and (by_staff or not vals.get("signature")):
            enforced.check_access("read")
            raise UserError(enforced._customer_signs_text())
        if vals.get("signature"):
            concerned._assert_may("sign")
            if concerned:
                assert_signed_by_somebody(self.env, vals.get("signed_by"))
                assert_picture(self.env, vals["signature"])
            return concerned
        return self.browse()

    def _customer_signs_text(self):
        """Why nobody else signs these."""
        return self.env._(
            "Only the customer signs %s, on the portal. A quotation signed on paper is"
            " filed with “File signed return”.",
            listed(self.env, self.mapped("name")),
        )

    def _drop_forged_signature(self):
        """A new quotation is unsigned, whatever its values or defaults said."""
        forged = self._key_account_concerned().filtered(
            lambda order: order.signature or order.signed_by or order.signed_on
        )
        if forged:
            forged._clear_signature()

    def _clear_signature(self):
        """Take the signature off the quotation; what is on record of it stays."""
        self.with_context(key_account_release=_RELEASE).write(
            {"signature": False, "signed_by": False, "signed_on": False}
        )

    # ------------------------------------------------------------
    # Invoicing
    # ------------------------------------------------------------

    def _prepare_invoice(self):
        self._assert_may("invoice")
        return super()._prepare_invoice()

    # ------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        recorded = self.filtered("authority_bound")
        if recorded:
            raise UserError(
                self.env._(
                    "Sign-off or signature of %s is on record, which stays. Cancel it"
                    " instead of deleting it.",
                    listed(self.env, recorded.mapped("name")),
                )
            )
