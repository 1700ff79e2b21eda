"""Deciding on an open request: who may, and what follows."""

from odoo import models
from odoo.exceptions import AccessError, LockError, UserError

from ...rules.evidence import said
from ...rules.states import DECISIONS, OPEN_EVENTS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_approve(self, comment=None):
        """Sign these quotations off, with the authority of the caller."""
        return self._decide_request("approve", comment)

    def action_reject(self, comment=None):
        """Refuse these quotations; the comment says why."""
        return self._decide_request("reject", comment)

    def action_send_back(self, comment=None):
        """Give these quotations back to be improved; the comment says what."""
        return self._decide_request("send_back", comment)

    def _decide_request(self, event, comment):
        if not self.env.user._is_internal():
            # A refusal would tell the customer who decides, or has decided what.
            raise AccessError(self.env._("Colleagues alone decide on sign-off."))
        self._read_at_once()
        self._assert_open_to_decider()
        comment = said(comment)
        if event != "approve" and not comment:
            raise UserError(
                self.env._("Say why: a comment is required when not approving.")
            )
        # Who decides is asked for their authority, not for the right to write the
        # quotation, or to read all that is measured.
        orders = self.sudo()
        answers, found = orders._assert_may_decide_all()
        if event == "approve":
            orders._assert_ready_for_sign_off()
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
                order._set_kept(
                    {"authority_confirmed": order._envelope_inputs(found[order])}
                )
            order._tell_decision(event, comment)
        # Deleting their activities makes Odoo forget all that was read: at the end.
        orders._close_requests()
        return True

    def _tell_decision(self, event, comment):
        """Who made, sells or requested it learns what was decided, by whom and why."""
        askers = self._involved(self._requester()) - self.env.user
        decided = self._last_event()

        def words(reader):
            approval = decided.with_env(reader.env)
            return reader.env._(
                "Sign-off: %(event)s by %(name)s. %(comment)s",
                event=approval._label("event"),
                name=approval.by_whom,
                comment=comment,
            ).strip()

        self._post_later(words, askers)

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def _assert_open_to_decider(self):
        """A refusal that names a quotation, its level, or who has decided, is for those
        who may read it, who were asked, or who decide on it without being able to."""
        closed = self - self._filtered_access("read")
        for order in closed.sudo().exists():
            if order._was_for(self.env.user):
                closed -= self.browse(order.id)
                continue
            try:
                found = order._authority_found()
                order._assert_may_decide(found[order].decision)
            except UserError:
                # Said below, in words that tell nothing of it.
                continue
            closed -= self.browse(order.id)
        if closed:
            raise AccessError(
                self.env._(
                    "You have no access to this quotation, and are not asked to decide"
                    " on it."
                )
            )

    def _was_for(self, user):
        """Whether they were asked, or could have been: they learn who was first."""
        asked = self.approval_ids
        if user in asked.approver_ids:
            return True
        levels = self.env["key.account.authority.level"]
        own = levels._level_of(user, self.company_id, self.team_id)
        needed = max(asked.required_level_id.mapped("sequence"), default=None)
        able = None not in (own, needed) and own >= needed
        return able and user._may_sign_off(self.company_id)

    def _assert_may_decide_all(self):
        """``{order: (capacity, level, delegator)}`` and what was found for them; all or
        none, and one message names each that cannot be decided. Entered with full
        rights; it is the user who is asked for their authority."""
        answers, refusals, locked = {}, [], self.browse()
        for order in self.sorted("id"):
            try:
                order._lock_for_decision()
                locked += order
            except UserError as refusal:
                refusals.append(str(refusal))
        found = locked._authority_found()
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
            self.lock_for_update()
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
        user = self.env.user
        # The level that suffices: as measured now, and no lower than was asked.
        asked = self._assert_waiting().required_level_id
        needed = max(decision.required_level or 0, asked.sequence or 0)
        level = self.env["key.account.authority.level"]
        own = level._level_of(user, self.company_id, self.team_id)
        involved = self._involved(self._requester())
        # Who is asked for their authority, and who is told what they decided.
        self._meet(involved)
        nobody = user.browse()
        if user in involved:
            route = self._route(needed, self._requester(), decision.enough)
            if not (route.sole and user in route.users):
                raise UserError(
                    self.env._(
                        "Nobody signs off their own quotation: %s waits for somebody"
                        " else.",
                        self.name,
                    )
                )
            return "sole", level._by_sequence(self.company_id, own), nobody
        reaches = own is not None and own >= needed
        if reaches and own in decision.enough and user._may_sign_off(self.company_id):
            level._assert_named_before(user, self.company_id, self._requested_on())
            return "level", level._by_sequence(self.company_id, own), nobody
        delegator = self._delegator_of(user, needed, involved, decision.enough)
        if delegator:
            lent = level._level_of(delegator, self.company_id, self.team_id)
            return "delegate", level._by_sequence(self.company_id, lent), delegator
        raise UserError(self._beyond_text(own if reaches else None, needed))

    def _beyond_text(self, own, needed):
        """Why somebody's authority does not suffice.

        :param own: their level, where it stands high enough and lacks a limit
        """
        level = self.env["key.account.authority.level"]
        if own is not None:
            return self.env._(
                "%(order)s: no limit of your level %(level)s reaches as far as the"
                " terms that lie outside. Whoever is asked decides, or Configuration"
                " completes the limits.",
                order=self.name,
                level=level._by_sequence(self.company_id, own).name,
            )
        return self.env._(
            "%(order)s needs the authority of level %(level)s; yours does not reach"
            " that far.",
            order=self.name,
            level=level._by_sequence(self.company_id, needed).name or needed,
        )

    def _assert_waiting(self):
        """The event that waits for a decision, or who has decided already."""
        self.ensure_one()
        last = self._last_event()
        if last.event in OPEN_EVENTS:
            return last
        if last.event in DECISIONS:
            raise UserError(
                self.env._(
                    "%(order)s has been decided already by %(name)s: %(event)s.",
                    order=self.name,
                    name=last.by_whom,
                    event=last._label("event"),
                )
            )
        raise UserError(self.env._("Nobody has asked for sign-off of %s.", self.name))
