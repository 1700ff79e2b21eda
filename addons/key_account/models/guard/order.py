"""What an unapproved quotation cannot do, by any path: every refusal is worded here."""

from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ...rules.states import FREE, IN_REVIEW, UNAPPROVED, UNDECIDED
from ..shared import optional

# Kept by the process itself; nobody writes them by hand or over RPC.
PROCESS_FIELDS = frozenset(
    (
        "key_account_id",
        "authority_state",
        "authority_level_id",
        "authority_valid_until",
        "terms_author_id",
        "promised_on",
        "approver_ids",
        "sign_off_requester_id",
        "sign_off_requested_on",
        "sign_off_escalated",
        "sign_off_user_ids",
        "sign_off_deadline",
        "authority_confirmed",
        "authority_bound",
        "terms_version",
        "contract_state",
        "contract_number",
        "approval_ids",
        "signature_ids",
        "contract_review_ids",
    )
)
SIGNATURE_FIELDS = frozenset(("signature", "signed_by", "signed_on"))
# Computed from the terms, and stored: nobody types them in.
ORDER_TOTALS = frozenset(
    ("amount_untaxed", "amount_tax", "amount_total", "currency_rate")
)
_GUARDED = (
    ORDER_TOTALS
    | SIGNATURE_FIELDS
    | PROCESS_FIELDS
    | {"state", "opportunity_id", "team_id", *optional.cart_fields()}
)
# What tells whether a line carries a price.
_TERM_FIELDS = (
    "order_id",
    "display_type",
    "is_downpayment",
    "product_uom_qty",
    "combo_item_id",
)
# These say whether a quotation is controlled at all.
SCOPE = frozenset(
    ("team_id", "partner_id", "company_id", "user_id", *optional.cart_fields())
)
_SCOPE_WATCHED = object()
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
        given = {name for vals in vals_list for name in vals}
        self._assert_not_process(
            given | {key.removeprefix("default_") for key in self.env.context}
        )
        default_state = self.env.context.get("default_state")
        vals_list = [dict(vals) for vals in vals_list]
        targets = []
        for vals in vals_list:
            state = vals.get("state", default_state)
            held = state in ("sent", "sale") and self._will_be_concerned(vals)
            targets.append(state if held else None)
            if held:
                # Written afterwards, through the same check as any change of state.
                vals["state"] = "draft"
                for name in SIGNATURE_FIELDS:
                    vals.pop(name, None)
            if vals.get("commitment_date"):
                vals["promised_on"] = fields.Datetime.now()
        orders = super().create(vals_list)
        for order, state in zip(orders, targets, strict=True):
            if state:
                order.write({"state": state})
        names = {key.removeprefix("default_") for key in self.env.context}
        if not SIGNATURE_FIELDS.isdisjoint(given | names):
            orders._drop_forged_signature()
        orders._terms_changed()
        return orders

    def write(self, vals):
        if self._guarded_fields().isdisjoint(vals):
            return super().write(vals)
        if not SCOPE.isdisjoint(vals) and (watching := self._scope_to_watch()):
            watched = self.with_context(key_account_scope=_SCOPE_WATCHED)
            bound, strangers = watching
            # Undone with the refusal, should somebody swallow it.
            with self.env.cr.savepoint():
                res = watched.write(vals)
                bound._assert_still_controlled()
                strangers._assert_may_join()
            return res
        self._assert_not_process(vals)
        self._assert_computed(ORDER_TOTALS.intersection(vals))
        if vals.get("state") in ("sent", "sale"):
            # Terms first, then the check, then the state: nothing slips in together
            # with it.
            rest = {name: value for name, value in vals.items() if name != "state"}
            moving = self.filtered(lambda order: order.state != vals["state"])
            if not self._guarded_fields().isdisjoint(rest):
                self.write(rest)
                rest = {}
            found = moving._assert_may("send" if vals["state"] == "sent" else "confirm")
            checked = Checked(frozenset(self._ids), vals["state"])
            res = super(
                SaleOrder, self.with_context(key_account_checked=checked)
            ).write({**rest, "state": vals["state"]})
            if vals["state"] == "sale":
                moving._after_confirmation(found)
            else:
                moving._keep_found(found)
            return res
        signing = self._assert_may_write_signature(vals)
        promised = self._promise_changes(vals)
        res = super().write(vals)
        if promised:
            promised.sudo()._set_process({"promised_on": fields.Datetime.now()})
        if not self._order_terms().isdisjoint(vals):
            self._terms_changed()
        if signing:
            signing._file_portal_signature()
        if vals.get("state") == "draft":
            self._clear_signature_on_reset()
            self._close_reviews(self.env._("The quotation was reset to draft."))
        elif vals.get("state") == "cancel":
            self._withdraw_requests(self.env._("The quotation was cancelled."))
            self._close_reviews(self.env._("The quotation was cancelled."))
        return res

    @api.model
    @tools.ormcache()
    def _guarded_fields(self):
        """Fields that ``write`` looks at; all others are written without a question."""
        return _GUARDED | self._order_terms()

    @api.model
    def _assert_not_process(self, names):
        # Not in _has_field_access(): that is asked whenever a field is read, too.
        kept = () if self.env.su else PROCESS_FIELDS.intersection(names)
        if kept:
            raise AccessError(
                self.env._(
                    "This is kept by the sign-off process itself: %s.",
                    ", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(kept)
                    ),
                )
            )

    def _scope_to_watch(self):
        """(quotations that must not leave the controls with this change, orders that
        were confirmed without them), or None where there is neither."""
        if self.env.context.get("key_account_scope") is _SCOPE_WATCHED:
            return None
        bound = self._bound_to_controls()
        strangers = self.filtered(lambda order: order.state == "sale")
        if strangers:
            modes = self.env["res.company"]._key_account_modes()
            strangers = strangers if modes else self.browse()
            strangers -= strangers._key_account_concerned()
        return (bound, strangers) if bound or strangers else None

    def _bound_to_controls(self):
        """Held quotations that this user cannot take out of the controls: only who
        manages the team or the account can."""
        return self._held().filtered(lambda order: not order._managed_by_user())

    def _managed_by_user(self):
        """Whether the user manages the team of the order, or of its account."""
        self.ensure_one()
        user, order = self.env.user, self.sudo()
        teams = order.team_id | order.key_account_id.team_id
        return user in teams._key_account_managers() or user.has_group(
            "key_account.group_director"
        )

    def _assert_still_controlled(self):
        self.flush_recordset()
        free = self - self._key_account_concerned()
        if free:
            raise UserError(
                self.env._(
                    "%s needs sign-off, and another team, customer or company would"
                    " take it out of the controls. Have the manager of the team do"
                    " it, or cancel it and make a new one.",
                    ", ".join(free.mapped("name")),
                )
            )

    def _assert_may_join(self):
        """Confirmed outside the controls, and now in a key account's name: as good as
        confirmed here. From now on its terms are compared with what they are."""
        self.flush_recordset()
        joining = self._key_account_concerned().filtered(
            lambda order: (
                order.company_id._key_account_enforces()
                and not order.sudo().authority_confirmed
            )
        )
        found = joining._authority_found() if joining else {}
        for order in joining:
            decision = found[order].decision
            outside = decision.required_level is not None
            if outside and not order._managed_by_user():
                raise UserError(
                    "\n".join(
                        [
                            self.env._(
                                "%s was confirmed outside the controls, and its terms"
                                " need sign-off for this customer and team. Have the"
                                " manager of the team move it, or make a quotation:",
                                order.name,
                            ),
                            *(f"- {reason}" for reason in order._reasons(decision)),
                        ]
                    )
                )
            confirmed = order._envelope_inputs(found[order])
            if outside:
                confirmed[UNAPPROVED] = decision.required_level
            order.sudo()._set_process({"authority_confirmed": confirmed})
            order._mark_authority()

    def _assert_computed(self, names, records=None):
        """Totals follow from the terms; typed in, they would hide what is measured and
        what is to be paid."""
        concerned = self._key_account_concerned() if names else self.browse()
        enforced = concerned.filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        if enforced:
            described = self if records is None else records
            raise AccessError(
                self.env._(
                    "%(fields)s of %(orders)s follow from prices and quantities, and"
                    " cannot be entered. Change the lines.",
                    fields=", ".join(
                        described._fields[name]._description_string(self.env)
                        for name in sorted(names)
                    ),
                    orders=", ".join(enforced.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # The one question
    # ------------------------------------------------------------

    def _assert_may(self, action):
        """Raise unless these orders may do ``action``: send, sign, pay, confirm or
        invoice.

        Measures anew; the stored state is for lists. In mode ``observe`` it only notes
        what would have been stopped.

        :return: what was found for the orders concerned, as by ``_authority_found()``
        """
        concerned = self._key_account_concerned()
        if not concerned:
            return {}
        found = concerned._authority_found()
        messages = []
        for order in concerned:
            obstacles = order.sudo()._obstacles(action, found[order])
            if not obstacles:
                continue
            text = "\n".join(f"- {obstacle}" for obstacle in obstacles)
            if order.company_id._key_account_enforces():
                messages.append(f"{order._refusal(action)}\n{text}")
            else:
                order._observe(action, obstacles, found[order])
        if messages and not self.env.user._is_internal():
            # The customer learns that it is not ready, and nothing of our reasons.
            raise UserError(self.env._("This quotation is being prepared."))
        if messages:
            raise UserError("\n\n".join(messages))
        return found

    def _may_not(self, action):
        """Those of these orders for which ``_assert_may(action)`` would raise."""
        concerned = self._key_account_concerned().filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        found = concerned._authority_found() if concerned else {}
        return concerned.filtered(
            lambda order: order.sudo()._obstacles(action, found[order])
        )

    def _held(self, action=None):
        """Quotations that must not reach the customer now (mode enforce, measured
        anew).

        :param action: what is about to happen, to be noted in mode observe
        """
        undecided = self._key_account_concerned().filtered(
            lambda order: not order._stays_visible()
        )
        concerned = undecided.filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        if action:
            (undecided - concerned)._observe_held(action)
        if not concerned:
            return self.browse()
        found = concerned._authority_found()
        return concerned.filtered(
            lambda order: (
                found[order].state not in FREE
                or order.sudo().agreement_ids._unchecked()
            )
        )

    def _stays_visible(self):
        """Confirmed orders stay visible to their customer, cancelled or not; what was
        cancelled before anybody confirmed it can be read like any quotation."""
        self.ensure_one()
        return self.state == "sale" or self._cancelled_as_confirmed()

    def _obstacles(self, action, found):
        self.ensure_one()
        obstacles = []
        if found.state not in FREE and not self._confirmed_unapproved():
            own = self._speaks_to_author()
            obstacles += self._reasons(found.decision, own=own)
            obstacles.append(self._what_to_do(found.state))
        if self.state in UNDECIDED:
            obstacles += self.agreement_ids._unchecked_texts()
        if action == "pay" and self.contract_state in IN_REVIEW:
            obstacles.append(
                self.env._("The contract review comes first: it has not been passed.")
            )
        # Odoo bills a down payment before confirmation, too: not more easily than that.
        ordering = action == "confirm" or (
            action == "invoice" and self.state in UNDECIDED
        )
        if ordering or action == "review":
            if self.require_signature and not self._key_account_signed():
                obstacles.append(
                    self.env._(
                        "The customer has not signed these terms: send it for"
                        " signature, or file the"
                        " signed return."
                    )
                )
        if ordering:
            if self._wants_contract_review() and self.contract_state != "passed":
                obstacles.append(
                    self.env._(
                        "The contract review has not been passed: reviewers give their"
                        " verdict, or “Start contract review” begins it."
                    )
                )
        if ordering and not self._reviewed_terms_hold():
            obstacles.append(
                self.env._("The terms have changed since they were reviewed.")
            )
        return obstacles

    def _what_to_do(self, state):
        if state == "pending":
            names = self._names(self.approver_ids)
            return self.env._(
                "Waiting for sign-off by %s.", names or self.env._("nobody available")
            )
        if state == "rejected":
            return self.env._(
                "It was rejected: improve the terms and request sign-off again."
            )
        return self.env._("Request sign-off on the quotation.")

    def _refusal(self, action):
        texts = {
            "send": self.env._("%s cannot go to the customer yet:", self.name),
            "sign": self.env._("%s cannot be signed yet:", self.name),
            "review": self.env._("%s cannot be reviewed yet:", self.name),
            "pay": self.env._("%s cannot be paid yet:", self.name),
            "confirm": self.env._("%s cannot be confirmed yet:", self.name),
            "invoice": self.env._("%s cannot be invoiced yet:", self.name),
        }
        return texts[action]

    # ------------------------------------------------------------
    # Confirmation
    # ------------------------------------------------------------

    def _after_confirmation(self, found):
        """What was confirmed is what later changes are compared with; the deal is
        won."""
        concerned = self._key_account_concerned()
        # A file has many columns, and these three are all that is wanted of it.
        concerned.sudo().key_account_id.fetch(("partner_id", "state", "won_date"))
        for order in concerned:
            measured, order = found.get(order), order.sudo()
            confirmed = order._envelope_inputs(measured)
            if measured and measured.state not in FREE:
                confirmed[UNAPPROVED] = measured.level.sequence
            order._set_process({"authority_confirmed": confirmed})
            state, level = order._confirmed_as()
            order._set_process(
                {
                    "authority_state": state,
                    "authority_level_id": level.id,
                    "authority_valid_until": False,
                }
            )
            if order.require_signature:
                order.agreement_ids._set_signed()
            account = order.key_account_id
            if account:
                signature = self.env["key.account.signature"]
                if not account.won_date:
                    signature = order._current_signature()
                account._set_won((signature.signed_on or fields.Datetime.now()).date())
            if order.opportunity_id:
                order.opportunity_id._win_by_order(order)

    def _assert_payable(self):
        """Raise where the customer must not pay this quotation now; confirmed orders
        are always paid."""
        self.filtered(lambda order: not order._stays_visible())._assert_may("pay")

    def _payment_obstacles(self):
        """Why a payment may not confirm this quotation; contract review is no obstacle,
        it starts."""
        self.ensure_one()
        found = self._authority_found()[self]
        starts = self._asks_contract_review() and self.contract_state in (
            "none",
            "to_review",
        )
        obstacles = self.sudo()._obstacles("review" if starts else "confirm", found)
        if self.company_id._key_account_enforces():
            return obstacles
        if obstacles:
            self._observe("pay", obstacles, found)
        return []

    def _validate_order(self):
        # The signature path: contract review starts where core would confirm.
        starting = self._start_contract_review()
        rest = self - starting
        if rest:
            return super(SaleOrder, rest)._validate_order()
        return None

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
            raise UserError(
                self.env._(
                    "Only the customer signs %s, on the portal. A quotation signed on"
                    " paper is filed"
                    " with “File signed return”.",
                    ", ".join(enforced.mapped("name")),
                )
            )
        if vals.get("signature"):
            concerned._assert_may("sign")
            return concerned
        return self.browse()

    def _release_signature_if_changed(self):
        """Clear the order's signature when the signed terms are no longer these
        (evidence stays)."""
        self.ensure_one()
        signature = self._current_signature(binding=False)
        if (
            signature
            and self.state in UNDECIDED
            and signature.fingerprint != self._terms_fingerprint()
        ):
            if self.signed_on or self.signature:
                self.with_context(key_account_release=_RELEASE).write(
                    {"signature": False, "signed_by": False, "signed_on": False}
                )
                self.message_post(
                    body=self.env._(
                        "Terms changed after signing: the customer has to sign again."
                    ),
                    subtype_xmlid="mail.mt_note",
                )
            self._close_reviews(self.env._("The terms changed after signing."))
        elif self.contract_state != "none" and self.state in UNDECIDED:
            # Reviewed without the customer's signature.
            review = self.contract_review_ids.sorted("id")[-1:]
            if review and review.fingerprint != self._terms_fingerprint():
                self._close_reviews(self.env._("The terms changed."))

    def _drop_forged_signature(self):
        """A new quotation is unsigned, whatever its values or defaults said."""
        forged = self._key_account_concerned().filtered(
            lambda order: order.signature or order.signed_by or order.signed_on
        )
        if forged:
            forged.with_context(key_account_release=_RELEASE).write(
                {"signature": False, "signed_by": False, "signed_on": False}
            )

    def _has_to_be_signed(self):
        # A confirmed scan is as good as a signature on the portal; a signature on other
        # terms (a tax rate was edited) is none.
        if not self.sudo().signature_ids:
            return super()._has_to_be_signed()
        return (
            self.require_signature
            and self.state in UNDECIDED
            and not self.is_expired
            and not self._current_signature()
        )

    def _key_account_signed(self):
        """Orders whose customer's signature binds the terms as they are."""
        return self.filtered(
            lambda order: (
                order._current_signature()
                or (order.signed_on and not order._key_account_concerned())
            )
        )

    # ------------------------------------------------------------
    # Reaching the customer
    # ------------------------------------------------------------

    def action_quotation_send(self):
        self.filtered(lambda order: not order._stays_visible())._assert_may("send")
        return super().action_quotation_send()

    def _send_order_notification_mail(self, mail_template, *args, **kwargs):
        # What Odoo mails by itself, for a payment or by its cron: what is held now is
        # left out, as raising would hold up everything else.
        if self._held():
            return None
        return super()._send_order_notification_mail(mail_template, *args, **kwargs)

    def _notify_by_email_prepare_rendering_context(self, *args, **kwargs):
        # Staff may write to the customer about a held quotation; Odoo would print its
        # total above whatever they write.
        context = super()._notify_by_email_prepare_rendering_context(*args, **kwargs)
        if self._held():
            context["subtitles"] = context["subtitles"][:1]
        return context

    def _get_share_url(self, *args, **kwargs):
        if not self.env.su or self.env.user._is_internal():
            self._held("send")._assert_may("send")
        return super()._get_share_url(*args, **kwargs)

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        thread = super()._get_thread_with_access(thread_id, **kwargs)
        if thread and not self.env.user._is_internal():
            if thread.sudo()._held("portal"):
                return self.browse()
        return thread

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and self.contract_state not in IN_REVIEW

    def _can_be_edited_on_portal(self):
        if (
            self.contract_state in ("to_review", "in_review", "passed")
            or self.signed_on
        ):
            return (
                super()._can_be_edited_on_portal() and not self._key_account_concerned()
            )
        return super()._can_be_edited_on_portal()

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
        recorded = self.sudo().filtered("authority_bound")
        if recorded:
            raise UserError(
                self.env._(
                    "Sign-off or signature of %s is on record, which stays. Cancel it"
                    " instead of deleting it.",
                    ", ".join(recorded.mapped("name")),
                )
            )

    def _missing_parts(self):
        """{order id: what a complete quotation still needs}, for the gate of step 6."""
        offering = self._offering()
        texts = {
            "lines": self.env._("at least one product line"),
            "payment": self.env._("payment terms"),
            "delivery": self.env._("delivery date"),
            "handover": self.env._("handover terms"),
        }
        missing = {}
        for order in self.sudo():
            handover = str(order.handover_terms or "").strip("<p>/br \n")
            there = {
                "lines": order in offering,
                "payment": order.payment_term_id,
                "delivery": order.commitment_date,
                "handover": handover,
            }
            parts = [text for part, text in texts.items() if not there[part]]
            missing[order.id] = parts + order.agreement_ids._missing_texts()
        return missing

    def _offering(self):
        """Those with a line that carries a price; one query."""
        lines = self.env["sale.order.line"].sudo()
        lines = lines.search_fetch([("order_id", "in", self.ids)], _TERM_FIELDS)
        terms = lines.filtered(
            lambda line: line._is_term() and not line._is_combo_part()
        )
        return terms.order_id
