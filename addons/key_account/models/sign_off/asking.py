"""Asking for sign-off, deciding, and who decides."""

from datetime import timedelta

from markupsafe import escape

from odoo import Command, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ...rules import authority as rules
from ...rules.states import OPEN_EVENTS, UNDECIDED
from ..shared.working_time import day_for
from .approval import UNLIMITED_SHOWN


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # Requesting and deciding
    # ------------------------------------------------------------

    def action_request_approval(self):
        """Ask whoever may sign these quotations off; found by level, team and
        availability."""
        for order in self:
            order.check_access("write")
            order._lock_for_decision()
            order.sudo().agreement_ids._assert_checked()
            if order.state == "cancel" or order.authority_state not in (
                "required",
                "rejected",
            ):
                raise UserError(
                    self.env._(
                        "%(order)s needs no sign-off now (it is: %(state)s).",
                        order=order.name,
                        state=order._authority_label(),
                    )
                )
            found = order._found_now()[order]
            level, users, sole = order.sudo()._route(
                found.decision.required_level, self.env.user
            )
            event = order._log_approval(
                "request",
                capacity="author",
                found=found,
                approvers=users,
                level=level,
            )
            order.sudo()._open_request(users, sole)
            order._tell_request(found.decision, users)
            event.flush_recordset()
        return True

    def action_approve(self, comment=None):
        """Sign these quotations off, with the authority of the caller."""
        return self._decide_request("approve", comment)

    def action_reject(self, comment=None):
        """Refuse these quotations; the comment says why."""
        return self._decide_request("reject", comment)

    def action_send_back(self, comment=None):
        """Give these quotations back to be improved; the comment says what."""
        return self._decide_request("send_back", comment)

    def action_withdraw(self):
        """Take an open request back: by whoever asked, or the salesperson."""
        for order in self:
            order.check_access("write")
            order._lock_for_decision()
            last = order.sudo()._last_event()
            if last.event not in OPEN_EVENTS:
                raise UserError(self.env._("%s has no open request.", order.name))
            requester = (
                order.sudo()
                .approval_ids.filtered(lambda a: a.event == "request")
                .sorted("id")[-1:]
            )
            if self.env.user not in (requester.user_id | order.user_id):
                raise UserError(
                    self.env._(
                        "Only %(name)s can withdraw the request for %(order)s.",
                        name=requester.user_id.name,
                        order=order.name,
                    )
                )
            order._log_approval("withdraw", capacity="author")
            order._close_requests()
            order.message_post(
                body=self.env._("The request for sign-off was withdrawn."),
                subtype_xmlid="mail.mt_note",
            )
        return True

    def _withdraw_requests(self, reason):
        """Withdraw open requests because the quotation or the deal has ended."""
        for order in self.sudo():
            if order._last_event().event in OPEN_EVENTS:
                order._log_approval("withdraw", capacity="system", comment=reason)
                order._close_requests()

    def _decide_request(self, event, comment):
        if not self.env.user._is_internal():
            # A refusal would tell the customer who decides, or has decided what.
            raise AccessError(self.env._("Colleagues alone decide on sign-off."))
        comment = (comment or "").strip()
        if event != "approve" and not comment:
            raise UserError(
                self.env._("Say why: a comment is required when not approving.")
            )
        answers, found = self._assert_may_decide_all()
        if event == "approve":
            self.sudo().agreement_ids._assert_checked()
        decided = self.browse().union(*answers)
        for order, (capacity, level, delegator) in answers.items():
            order._log_approval(
                event,
                capacity=capacity,
                level=level,
                comment=comment,
                found=found[order],
                delegator=delegator,
            )
            if event == "approve" and order.state == "sale":
                # From now on this is what was confirmed, whenever it is invoiced.
                confirmed = order.sudo()
                confirmed._set_process(
                    {"authority_confirmed": confirmed._envelope_inputs()}
                )
            order._tell_decision(event, comment)
        # Deleting their activities makes Odoo forget all that was read: at the end.
        decided._close_requests()
        return True

    def _assert_may_decide_all(self):
        """``{order: (capacity, level, delegator)}`` and what was found for them; all or
        none, and one message names each that cannot be decided."""
        answers, refusals, locked = {}, [], self.browse()
        for order in self.sorted("id"):
            try:
                order._lock_for_decision()
                locked += order
            except UserError as refusal:
                refusals.append(str(refusal))
        found = locked._found_now()
        for order in locked:
            try:
                answers[order] = order._assert_may_decide(found[order].decision)
            except UserError as refusal:
                refusals.append(str(refusal))
        if refusals and len(self) > 1:
            raise UserError(
                self.env._(
                    "Nothing was decided. Leave these out, then decide on the others:"
                    "\n%s",
                    "\n".join(f"- {refusal}" for refusal in refusals),
                )
            )
        if refusals:
            raise UserError(refusals[0])
        return answers, found

    def _lock_for_decision(self):
        """One decision at a time: whoever comes second is told who was first.

        A row that somebody else has in hand is refused at once. One that somebody else
        has changed since this request began cannot be locked by PostgreSQL's isolation
        (repeatable read): Odoo then does the request again, on what is there now. So
        what was read before the lock is what is there.
        """
        self.ensure_one()
        try:
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is deciding on %s right now. Look again in a"
                    " moment.",
                    self.name,
                )
            ) from error

    def _assert_may_decide(self, decision):
        """Return (capacity, level, delegator) of the caller, or say why they may not
        decide.

        :param decision: as measured now
        """
        self.ensure_one()
        order, user = self.sudo(), self.env.user
        # The level that suffices: as measured now, and no lower than was asked.
        asked = order._assert_waiting().required_level_id
        needed = max(decision.required_level or 0, asked.sequence or 0)
        level = self.env["key.account.authority.level"]
        own = level._level_of(user, order.company_id, order.team_id)
        involved = order._involved(order._requester())
        nobody = user.browse()
        if user in involved:
            route = order._route(needed, order._requester())
            if not (route.sole and user in route.users):
                raise UserError(
                    self.env._(
                        "Nobody signs off their own quotation: %s waits for somebody"
                        " else.",
                        order.name,
                    )
                )
            return "sole", level._by_sequence(order.company_id, own), nobody
        if own is not None and own >= needed and user._may_sign_off(order.company_id):
            return "level", level._by_sequence(order.company_id, own), nobody
        delegator = order._delegator_of(user, needed, involved)
        if delegator:
            lent = level._level_of(delegator, order.company_id, order.team_id)
            return "delegate", level._by_sequence(order.company_id, lent), delegator
        raise UserError(
            self.env._(
                "%(order)s needs the authority of level %(level)s; yours does not reach"
                " that far.",
                order=order.name,
                level=level._by_sequence(order.company_id, needed).name or needed,
            )
        )

    def _assert_waiting(self):
        """The event that waits for a decision, or who has decided already."""
        self.ensure_one()
        last = self._last_event()
        if last.event in OPEN_EVENTS:
            return last
        if last.event in ("approve", "reject", "send_back"):
            raise UserError(
                self.env._(
                    "%(order)s has been decided already by %(name)s: %(event)s.",
                    order=self.name,
                    name=last.by_whom,
                    event=last._label("event"),
                )
            )
        raise UserError(self.env._("Nobody has asked for sign-off of %s.", self.name))

    def _found_now(self):
        """``{order: Found}``, measured now with all rights: who decides need not see
        all that is measured."""
        return {
            order.with_env(self.env): found
            for order, found in self.sudo()._authority_found().items()
        }

    # ------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------

    def _log_approval(
        self,
        event,
        *,
        capacity,
        found=None,
        level=None,
        required=None,
        comment=None,
        approvers=None,
        user=None,
        delegator=None,
    ):
        """Record one event of the sign-off with the terms as they are now."""
        self.ensure_one()
        order = self.sudo()
        Approval = self.env["key.account.approval"]
        decision = found.decision if found else None
        inputs = order._envelope_inputs(found)
        worst = inputs["worst"]
        fingerprint, last = order._terms_fingerprint(), order._last_event()
        unchanged = last.fingerprint == fingerprint
        if required is None and decision and decision.required_level:
            required = self.env["key.account.authority.level"]._by_sequence(
                order.company_id, decision.required_level
            )
        approval = Approval._record(
            [
                {
                    "order_id": order.id,
                    "key_account_id": order.key_account_id.id,
                    "company_id": order.company_id.id,
                    "event": event,
                    "user_id": (user or self.env.user).id,
                    "capacity": capacity,
                    "delegator_id": delegator.id if delegator else False,
                    "level_id": level.id if level else False,
                    "required_level_id": required.id if required else False,
                    "comment": comment or False,
                    "approver_ids": [Command.set(approvers.ids if approvers else [])],
                    "inputs": inputs,
                    "fingerprint": fingerprint,
                    "snapshot": last.snapshot if unchanged else order._terms_snapshot(),
                    "amount": order.amount_untaxed / (order.currency_rate or 1.0),
                    "discount": worst.get("discount/order") or 0.0,
                    "valid_until": order._approval_valid_until()
                    if event == "approve"
                    else False,
                }
            ]
        )
        if decision:
            self.env["key.account.approval.term"]._record(
                [order._term_values(approval, verdict) for verdict in decision.verdicts]
            )
            order._keep_event(approval, found)
        return approval

    def _keep_event(self, approval, found):
        """Store what an event means for terms that were measured for it a moment ago,
        instead of measuring them once more."""
        if self.state not in UNDECIDED:
            return
        state, level, until = None, found.level, found.until
        if approval.event == "request":
            state = "pending"
        elif approval.event == "approve":
            state, level, until = "approved", approval.level_id, approval.valid_until
        ended = until and until < self.company_id._key_account_today()
        if state and not ended:
            self._set_process(
                {
                    "authority_state": state,
                    "authority_level_id": level.id,
                    "authority_valid_until": until,
                }
            )

    def _term_values(self, approval, verdict):
        measure, limit = verdict.measure, verdict.limit
        required = self.env["key.account.authority.level"]._by_sequence(
            self.company_id, verdict.required_level
        )
        return {
            "approval_id": approval.id,
            "dimension": measure.dimension,
            "scope": measure.scope,
            "where": measure.where,
            "value": measure.value or 0.0,
            "measured": measure.value is not None,
            "has_limit": limit is not None,
            "author_limit": UNLIMITED_SHOWN
            if limit == rules.UNLIMITED
            else (limit or 0.0),
            "unlimited": limit == rules.UNLIMITED,
            "required_level_id": required.id,
            "within": verdict.within,
            "verdict": self._verdict_in_words(verdict),
        }

    def _verdict_in_words(self, verdict):
        """For everybody who reads the history: without the numbers of private
        dimensions."""
        if verdict.is_notice:
            return self.env._("Notice: %s", self._reason(verdict, own=False))
        if verdict.within:
            return self.env._("within")
        return self._reason(verdict, own=False)

    def _approval_valid_until(self):
        days = self.company_id._key_account_setting("key_account_approval_days") or 30
        return self.validity_date or self.company_id._key_account_today() + timedelta(
            days=days
        )

    def _authority_label(self):
        labels = dict(self._fields["authority_state"]._description_selection(self.env))
        return labels.get(self.authority_state, "")

    def _open_request(self, users, sole):
        """Put the request to these people, with its deadline; or say that nobody can
        decide."""
        company = self.company_id
        hours = company._key_account_setting("key_account_sign_off_hours")
        deadline = company._key_account_deadline(fields.Datetime.now(), hours, "hours")
        self._set_process({"sign_off_deadline": deadline})
        self._set_approvers(users)
        if users:
            self._ask(users, sole)
        else:
            self._report_nobody()

    def _set_approvers(self, users):
        """Who is asked; they go on reading what they were asked about."""
        self.approver_ids = [Command.set(users.ids)]
        self.sign_off_user_ids = [Command.link(user.id) for user in users]
        users._become_approvers()

    def _ask(self, users, sole):
        """An activity for each approver; on their telephone it opens the decision."""
        # They are told by the message that says why, too: one mail is enough.
        quiet = self.sudo().with_context(mail_activity_quick_update=True)
        for user in users:
            # In the language of whoever reads it, not of whoever asks.
            reader = self.with_context(lang=user.lang)
            if sole:
                summary = reader.env._("Sole sign-off: %s", self.name)
            else:
                summary = reader.env._("Sign off %s", self.name)
            quiet.activity_schedule(
                "key_account.mail_activity_sign_off",
                user_id=user.id,
                summary=summary,
                date_deadline=day_for(self.env, user, self.sign_off_deadline),
            )

    def _post_later(self, words, users):
        """A note that tells ``users``, in their language. Their mails are made a moment
        later, by the cron that sends messages, so that nobody waits for them.

        :param words: function of the order, as they read it
        """
        for readers in users.grouped("lang").values() or [users]:
            reader = self.with_context(lang=readers[:1].lang or self.env.lang)
            reader._note_later(words(reader), readers.partner_id)

    def _note_later(self, body, partners):
        """What ``message_post()`` does with a scheduled date, without what that looks
        up at once for readers outside: followers are found when it is sent."""
        self.ensure_one()
        order = self.sudo()
        author_id, email_from = order._message_compute_author()
        reply_to = order._notify_get_reply_to(default=email_from, author_id=author_id)
        note_type = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        values = {
            "model": self._name,
            "res_id": self.id,
            "author_id": author_id,
            "email_from": email_from,
            "reply_to": reply_to[self.id],
            "body": escape(body),
            "message_type": "notification",
            "subtype_id": note_type,
            "partner_ids": partners.ids,
            "record_company_id": order.company_id.id,
            "record_alias_domain_id": order.company_id.alias_domain_id.id,
        }
        self.env["mail.message.schedule"].sudo().create(
            {
                "mail_message_id": order._message_create([values]).id,
                "scheduled_datetime": self.env.cr.now() + timedelta(seconds=1),
                "notification_parameters": "{}",
            }
        )

    def _tell_request(self, decision, users):
        self._post_later(
            lambda order: order.env._(
                "Sign-off requested: %s", " ".join(order._reasons(decision, own=False))
            ),
            users,
        )

    def _close_requests(self):
        orders = self.sudo()
        orders.approver_ids = [Command.clear()]
        orders._set_process({"sign_off_deadline": False})
        orders.activity_unlink(["key_account.mail_activity_sign_off"])
        orders._deadline_refresh()

    def _tell_decision(self, event, comment):
        """Who made, sells or requested it learns what was decided, by whom and why."""
        order = self.sudo()
        askers = order._involved(order._requester()) - self.env.user
        decided = order._last_event()

        def words(reader):
            approval = decided.with_env(reader.env)
            return reader.env._(
                "Sign-off: %(event)s by %(name)s. %(comment)s",
                event=approval._label("event"),
                name=approval.by_whom,
                comment=comment,
            ).strip()

        order.with_user(self.env.user).sudo()._post_later(words, askers)
