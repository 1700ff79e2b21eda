"""The contract review of a quotation: when it begins, what it stops, how it ends."""

from markupsafe import Markup

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules.states import IN_REVIEW, UNDECIDED
from ..shared.label import in_clauses, labelled, listed, noted

# What was signed is on its way to being an order: time does not end it, and the
# customer does not edit it.
_GOES_ON = ("to_review", "in_review", "passed")


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _kept = frozenset(("contract_state", "contract_number", "contract_review_ids"))

    contract_state = fields.Selection(
        [
            ("none", "None"),
            ("to_review", "To review"),
            ("in_review", "In review"),
            ("passed", "Passed"),
            ("failed", "Failed"),
        ],
        string="Contract review",
        default="none",
        readonly=True,
        copy=False,
    )
    _contract_state_idx = models.Index(
        "(contract_state) WHERE contract_state <> 'none'"
    )
    contract_number = fields.Char(
        "Contract number", readonly=True, copy=False, prefetch="key_account"
    )
    contract_review_ids = fields.One2many(
        "key.account.contract.review",
        "order_id",
        string="Contract reviews",
        readonly=True,
        groups="key_account.group_specialist,key_account.group_support",
    )

    contract_can_start = fields.Boolean(compute="_compute_contract_can_start")
    confirmation_waits = fields.Boolean(
        compute="_compute_contract_can_start",
        groups="base.group_user",
        help="Confirming would be refused: the customer has to sign first, or the"
        " functions have not passed their review.",
    )

    @api.depends("contract_state")
    def _compute_is_expired(self):
        res = super()._compute_is_expired()
        # A signed quotation does not expire while it is being reviewed.
        for order in self:
            if order.contract_state in _GOES_ON:
                order.is_expired = False
        return res

    def _approval_goes_on(self):
        return self.contract_state in _GOES_ON or super()._approval_goes_on()

    def _obstacles(self, action, found):
        obstacles = super()._obstacles(action, found)
        if action == "pay" and self.contract_state in IN_REVIEW:
            obstacles.append(
                self.env._("The contract review comes first: it has not been passed.")
            )
        if not self._is_ordering(action):
            return obstacles
        if self._wants_contract_review() and self.contract_state != "passed":
            obstacles.append(
                self.env._(
                    "The contract review has not been passed: reviewers give their"
                    " verdict, or “Start contract review” begins it."
                )
            )
        if not self._reviewed_terms_hold():
            obstacles.append(
                self.env._("The terms have changed since they were reviewed.")
            )
        return obstacles

    def _reviewed_terms_hold(self):
        """Whether what a review has passed is what is confirmed now."""
        self.ensure_one()
        if self.contract_state != "passed":
            return True
        review = self.contract_review_ids.sorted("id")[-1:]
        return not review or self._has_fingerprint(review.fingerprint)

    def _after_reset(self):
        result = super()._after_reset()
        self._clear_signature_on_reset()
        self._close_reviews(self.env._("The quotation was reset to draft."))
        return result

    def _after_cancel(self):
        result = super()._after_cancel()
        self._close_reviews(self.env._("The quotation was cancelled."))
        return result

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and self.contract_state not in IN_REVIEW

    def _can_be_edited_on_portal(self):
        if self.contract_state in _GOES_ON or self.signed_on or self._unoffered():
            return (
                super()._can_be_edited_on_portal() and not self._key_account_concerned()
            )
        return super()._can_be_edited_on_portal()

    def _start_contract_review(self):
        """Start the review of those that ask for one; return the orders that must wait
        for it."""
        waiting = self.filtered(
            lambda order: (
                order.state in UNDECIDED
                and order._asks_contract_review()
                and order.contract_state != "passed"
            )
        )
        # Whoever signs or pays starts it, and has no rights on reviews.
        for order in waiting.sudo():
            if order.contract_state not in ("in_review", "failed"):
                order._make_contract_review()
        return waiting

    def action_start_contract_review(self):
        """Put a signed quotation to its reviewers: for the first time where no function
        had been set up, or again after one failed."""
        self.check_access("write")
        # Whoever sells begins a review that only its reviewers may write.
        for order in self.sudo():
            found = order._authority_found()[order]
            obstacles = order._obstacles("review", found)
            if not order.contract_can_start:
                obstacles.append(self.env._("No contract review is due."))
            if obstacles:
                raise UserError(
                    "\n".join(
                        [self.env._("%s cannot be reviewed:", order.name), *obstacles]
                    )
                )
            order._close_reviews(self.env._("Reviewed anew."))
            order._make_contract_review()
        return True

    @api.depends(
        "state",
        "contract_state",
        "company_id",
        "team_id",
        "key_account_id",
        "require_signature",
        "signature_ids",
        "terms_version",
    )
    def _compute_contract_can_start(self):
        controlled = self.filtered(
            lambda order: (
                order.state in UNDECIDED and order.company_id._key_account_enforces()
            )
        )._key_account_concerned()
        (self - controlled).contract_can_start = False
        (self - controlled).confirmation_waits = False
        for order in controlled:
            unsigned = order.require_signature and not order._current_signature()
            reviewed = order.contract_state == "passed"
            asked = not reviewed and order._asks_contract_review()
            order.contract_can_start = (
                asked and not unsigned and order.contract_state != "in_review"
            )
            order.confirmation_waits = asked or unsigned

    def _number_contract(self):
        """What is signed bears its number, where contracts are numbered."""
        for order in self:
            if not order.contract_number and order._asks_contract_review():
                number = order.company_id._next_contract_number()
                order._set_kept({"contract_number": number})

    def _make_contract_review(self):
        self.ensure_one()
        functions = self.env["key.account.contract.review.function"]._for_order(self)
        functions = functions.filtered("user_ids")
        if not functions:
            self._write_kept({"contract_state": "to_review"})
            self._tell_salesperson(
                lambda order: order.env._(
                    "Contract review: no function has been set up for %s.", order.name
                )
            )
            return
        number = self.contract_number or self.company_id._next_contract_number()
        self._write_kept({"contract_state": "in_review", "contract_number": number})
        self._set_kept({"authority_bound": True})
        now = fields.Datetime.now()
        review = self.env["key.account.contract.review"]._begin(
            {**self._review_values(functions), "date_start": now},
            [self._review_item_values(function, now) for function in functions],
        )
        review.item_ids._ask()
        self.env["key.account.webhook"]._announce("review_asked", review)
        self._note_for_salesperson(
            lambda order: order.env._(
                "Contract review %(number)s has begun. Verdicts are asked of:"
                " %(asked)s.",
                number=number,
                asked=in_clauses(
                    order.env,
                    (
                        noted(
                            order.env,
                            item.with_env(order.env)._function_label(),
                            listed(order.env, item.user_ids.mapped("name")),
                        )
                        for item in review.item_ids
                    ),
                ),
            )
        )

    def _review_values(self, functions):
        """Values of a review by these functions, of the terms as they are now."""
        reviewers = functions.user_ids
        # Whoever signs or pays, this is for the reviewers to read.
        reader = self.with_context(
            lang=reviewers._common_lang(), tz=reviewers[:1].tz or self.env.user.tz
        )
        return {
            "order_id": self.id,
            "order_name": self.name,
            "key_account_id": self.key_account_id.id,
            "partner_name": self.partner_id.display_name,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "amount_untaxed": self.amount_untaxed,
            "fingerprint": self._terms_fingerprint(),
            "summary": reader._review_summary(),
        }

    def _review_item_values(self, function, now):
        reader = function.with_context(lang=function.user_ids._common_lang())
        return {
            "sequence": function.sequence,
            "function": function.function,
            "question": reader.question,
            "user_ids": [Command.set(function.user_ids.ids)],
            "deadline": self.company_id._key_account_deadline(
                now, function.hours, "hours"
            ),
        }

    def _review_summary(self):
        parts = [self._terms_snapshot()]
        if self.payment_term_id:
            parts.append(
                Markup("<p><b>%s</b> %s</p>")
                % (self.env._("Payment:"), self.payment_term_id.name)
            )
        if self.commitment_date:
            # The day where we work, whoever signs or reads it where.
            day = format_date(self.env, self._local_day(self.commitment_date))
            parts.append(Markup("<p><b>%s</b> %s</p>") % (self.env._("Delivery:"), day))
        if self.handover_terms:
            parts.append(
                Markup("<p><b>%s</b></p>%s")
                % (self.env._("Handover:"), self.handover_terms)
            )
        requirements = Markup().join(
            Markup("<li>%s</li>")
            % (
                labelled(self.env, requirement.name, requirement.our_standard)
                if requirement.our_standard
                else requirement.name
            )
            for requirement in self.requirement_ids
        )
        if requirements:
            parts.append(
                Markup("<p><b>%s</b></p><ul>%s</ul>")
                % (self.env._("Requirements:"), requirements)
            )
        return Markup().join(parts)

    def _after_contract_verdict(self, review):
        """All passed: the order is confirmed by itself. One failed: back to the
        specialist."""
        if not self._has_fingerprint(review.fingerprint):
            self._close_reviews(self.env._("The terms changed after signing."))
            return
        if review.state != "in_review":
            # Those of others, too.
            asked = review.sudo()
            asked.activity_unlink(["key_account.mail_activity_contract_review"])
        if review.state == "failed":
            self._write_kept({"contract_state": "failed"})
            failed = review.item_ids.filtered(lambda item: item.verdict == "failed")
            self._tell_salesperson(
                lambda order: order.env._(
                    "Contract review failed: %s",
                    in_clauses(
                        order.env,
                        (item._verdict_text() for item in failed.with_env(order.env)),
                    ),
                )
            )
        elif review.state == "passed":
            self._write_kept({"contract_state": "passed"})
            self._note_for_salesperson(
                lambda order: order.env._(
                    "Contract review %s has been passed.", order.contract_number
                )
            )
            self._confirm_after_review()

    def _confirm_after_review(self):
        """Confirm by itself, or wait for the prepayment. The reviewer's verdict stands
        whatever stops the confirmation; the salesperson is told what it was."""
        if self.state not in UNDECIDED or self._has_to_be_paid():
            return
        try:
            with self.env.cr.savepoint():
                self.with_user(SUPERUSER_ID)._validate_order()
        except UserError as error:
            self.invalidate_recordset()
            reason = error.args[0]
            self._tell_salesperson(
                lambda order: order.env._(
                    "%(order)s passed its contract review, but could not be confirmed:"
                    " %(reason)s",
                    order=order.name,
                    reason=reason,
                )
            )

    def _close_reviews(self, reason):
        """End open reviews because what they reviewed is no longer what is offered;
        whoever changes it has no rights on reviews."""
        orders = self.sudo().filtered(
            lambda order: order.contract_state != "none" and order.state != "sale"
        )
        open_reviews = orders.contract_review_ids.filtered(
            lambda review: review.state in ("in_review", "passed")
        )
        open_reviews._write_kept({"closed_reason": reason})
        for order in open_reviews.order_id:
            order.message_post(body=reason, subtype_xmlid="mail.mt_note")
        open_reviews.activity_unlink(["key_account.mail_activity_contract_review"])
        open_reviews.item_ids._deadline_refresh()
        orders._write_kept({"contract_state": "none"})

    def _salesperson(self):
        """Who is told of this quotation: whoever sells it, or a manager of the team
        where they have left."""
        order = self.sudo()
        seller = order.user_id or order.terms_author_id or order.create_uid
        if not seller.active:
            managers = order.team_id._key_account_managers()
            seller = managers.filtered("active")[:1] or seller
        return seller.with_env(self.env)

    def _tell_salesperson(self, text_for):
        """An activity in the language of whoever sells.

        :param text_for: function of the order, as they read it
        """
        for order in self:
            user = order._salesperson()
            text = text_for(order.with_context(lang=user.lang))
            order.activity_schedule(
                "key_account.mail_activity_follow_up",
                user_id=user.id,
                summary=text[:250],
                # Long reasons are read in full below the summary.
                note=text if len(text) > 250 else False,
            )

    def _note_for_salesperson(self, text_for):
        """A note on the quotation, as by :meth:`_tell_salesperson`; not in the name of
        a customer who has set it off."""
        speaker = {}
        if self.env.user.share:
            speaker["author_id"] = self.env.ref("base.partner_root").id
        for order in self:
            reader = order.with_context(lang=order._salesperson().lang)
            order.message_post(
                body=text_for(reader), subtype_xmlid="mail.mt_note", **speaker
            )
