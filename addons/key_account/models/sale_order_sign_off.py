"""Asking for sign-off, deciding, and who decides."""

from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import LockError, UserError

from ..rules import authority as rules
from .approval import OPEN_EVENTS, UNLIMITED_SHOWN


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
            decision = order._decision_now()
            level, users, sole = order.sudo()._route(decision.required_level)
            event = order._log_approval(
                "request",
                capacity="author",
                decision=decision,
                approvers=users,
                required=level,
            )
            order.sudo().approver_ids = [Command.set(users.ids)]
            if users:
                order._ask(users, sole)
            else:
                order._report_nobody()
            order.message_post(
                body=self.env._(
                    "Sign-off requested: %s", " ".join(order._reasons(decision))
                ),
                subtype_xmlid="mail.mt_note",
            )
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
        return True

    def _withdraw_requests(self, reason):
        """Withdraw open requests because the quotation or the deal has ended."""
        for order in self.sudo():
            if order._last_event().event in OPEN_EVENTS:
                order._log_approval("withdraw", capacity="system", comment=reason)
                order._close_requests()

    def _decide_request(self, event, comment):
        comment = (comment or "").strip()
        if event != "approve" and not comment:
            raise UserError(
                self.env._("Say why: a comment is required when not approving.")
            )
        for order in self:
            order._lock_for_decision()
            capacity, level = order._assert_may_decide()
            decision = order._decision_now()
            order._log_approval(
                event,
                capacity=capacity,
                level=level,
                comment=comment,
                decision=decision,
            )
            if event == "approve" and order.state == "sale":
                # From now on this is what was confirmed, whenever it is invoiced.
                confirmed = order.sudo()
                confirmed._set_process(
                    {"authority_confirmed": confirmed._envelope_inputs()}
                )
            order._close_requests()
            order._tell_decision(event, comment)
        return True

    def _lock_for_decision(self):
        """One decision at a time: whoever comes second is told who was first.

        A row that somebody else has in hand is refused at once. One that somebody else
        has changed since this request began cannot be locked by PostgreSQL's isolation
        (repeatable read): Odoo then does the request again, on what is there now.
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
        self.invalidate_recordset(["approval_ids", "authority_state"])

    def _assert_may_decide(self):
        """Return (capacity, level) of the caller, or say why they may not decide."""
        self.ensure_one()
        order, user = self.sudo(), self.env.user
        last = order._last_event()
        if not last or last.event not in OPEN_EVENTS:
            if last and last.event in ("approve", "reject", "send_back"):
                raise UserError(
                    self.env._(
                        "%(order)s has been decided already by %(name)s: %(event)s.",
                        order=order.name,
                        name=last.user_id.name,
                        event=last.display_name,
                    )
                )
            raise UserError(
                self.env._("Nobody has asked for sign-off of %s.", order.name)
            )
        required = last.required_level_id.sequence
        decision = order._decision_now()
        needed = max(decision.required_level or 0, required or 0)
        level = self.env["key.account.authority.level"]._level_of(
            user, order.company_id, order.team_id
        )
        if order.company_id not in user.company_ids or level is None or level < needed:
            raise UserError(
                self.env._(
                    "%(order)s needs the authority of level %(level)s; yours does not"
                    " reach that far.",
                    order=order.name,
                    level=self.env["key.account.authority.level"]
                    ._by_sequence(order.company_id, needed)
                    .name
                    or needed,
                )
            )
        own = self.env["key.account.authority.level"]._by_sequence(
            order.company_id, level
        )
        requester = (
            order.approval_ids.filtered(lambda a: a.event == "request")
            .sorted("id")[-1:]
            .user_id
        )
        if user in (order.terms_author_id | order.user_id | requester):
            _level, users, sole = order._route(needed)
            if not (sole and user in users):
                raise UserError(
                    self.env._(
                        "Nobody signs off their own quotation: %s waits for somebody"
                        " else.",
                        order.name,
                    )
                )
            return "sole", own
        return "level", own

    def _decision_now(self):
        self.ensure_one()
        return self.sudo()._authority_found()[self.sudo()].decision

    def _route(self, required_level):
        """(level, users, sole): who decides a quotation that needs
        ``required_level``."""
        self.ensure_one()
        Level = self.env["key.account.authority.level"]
        involved = self.terms_author_id | self.user_id
        ladder = [
            row
            for row in Level._ladder(self.company_id.id)
            if row[0] >= (required_level or 0)
        ]
        for _sequence, level_id, user_ids, leader in ladder:
            users = self.env["res.users"].sudo().browse(user_ids)
            if leader:
                users |= self.team_id.user_id
            users = users.filtered(
                lambda u: u.active and self.company_id in u.company_ids
            )
            free = users - involved
            if free:
                team = self.team_id._key_account_managers() | self.team_id.member_ids
                return Level.browse(level_id), (free & team) or free, False
        top = ladder[-1] if ladder else None
        if top and self.company_id.key_account_sole_sign_off:
            members = (
                self.env["res.users"].sudo().browse(top[2]).filtered("active")
                & involved
            )
            if members:
                return Level.browse(top[1]), members, True
        return Level.browse(top[1]) if top else Level, self.env["res.users"], False

    # ------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------

    def _log_approval(
        self,
        event,
        *,
        capacity,
        decision=None,
        level=None,
        required=None,
        comment=None,
        approvers=None,
        user=None,
    ):
        """Record one event of the sign-off with the terms as they are now."""
        self.ensure_one()
        order = self.sudo()
        Approval = self.env["key.account.approval"]
        inputs = order._envelope_inputs()
        worst = inputs["worst"]
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
                    "level_id": level.id if level else False,
                    "required_level_id": required.id if required else False,
                    "comment": comment or False,
                    "approver_ids": [Command.set(approvers.ids if approvers else [])],
                    "inputs": inputs,
                    "fingerprint": order._terms_fingerprint(),
                    "snapshot": order._terms_snapshot(),
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
        return approval

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
            "required_level_id": required.id,
            "within": verdict.within,
            "verdict": self.env._("within")
            if verdict.within
            else self._reason(verdict),
        }

    def _approval_valid_until(self):
        days = self.company_id.key_account_approval_days or 30
        return self.validity_date or fields.Date.context_today(self) + timedelta(
            days=days
        )

    def _authority_label(self):
        labels = dict(self._fields["authority_state"]._description_selection(self.env))
        return labels.get(self.authority_state, "")

    def _ask(self, users, sole):
        """An activity for each approver; on their telephone it opens the decision."""
        for user in users:
            # In the language of whoever reads it, not of whoever asks.
            reader = self.with_context(lang=user.lang)
            if sole:
                summary = reader.env._("Sole sign-off: %s", self.name)
            else:
                summary = reader.env._("Sign off %s", self.name)
            self.sudo().activity_schedule(
                "key_account.activity_sign_off", user_id=user.id, summary=summary
            )

    def _report_nobody(self):
        """Nobody can decide: the request says so, and Configuration is told."""
        group = self.env.ref("key_account.group_configuration").sudo()
        for user in group.user_ids.filtered(lambda u: self.company_id in u.company_ids):
            self.sudo().activity_schedule(
                "key_account.activity_sign_off",
                user_id=user.id,
                summary=self.env._(
                    "Nobody can sign off %s: complete the authority levels.", self.name
                ),
            )

    def _close_requests(self):
        orders = self.sudo()
        orders.approver_ids = [Command.clear()]
        orders.activity_unlink(["key_account.activity_sign_off"])

    def _tell_decision(self, event, comment):
        labels = dict(
            self.env["key.account.approval"]
            ._fields["event"]
            ._description_selection(self.env)
        )
        body = self.env._(
            "Sign-off: %(event)s. %(comment)s", event=labels[event], comment=comment
        )
        order = self.sudo()
        asker = (
            order.terms_author_id | order.user_id
        ).partner_id - self.env.user.partner_id
        order.with_user(self.env.user).sudo().message_post(
            body=body, partner_ids=asker.ids, subtype_xmlid="mail.mt_note"
        )
