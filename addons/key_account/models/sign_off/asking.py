"""Asking for sign-off: the request, whom it is put to, and how they hear of it."""

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ...rules.states import OPEN_EVENTS
from ..shared.label import listed
from ..shared.working_time import day_for

_ACTIVITY = "key_account.mail_activity_sign_off"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_request_approval(self):
        """Ask whoever may sign these quotations off; found by level, team and
        availability."""
        self.check_access("write")
        # Asking reads who decides and what is measured, and writes evidence, kept
        # fields and the activities of others: more than whoever asks may.
        for order in self.sudo():
            order._lock_for_decision()
            order._assert_ready_for_sign_off()
            if order.state == "cancel":
                raise UserError(
                    self.env._(
                        "%s is cancelled: set it back to draft before you ask for"
                        " sign-off.",
                        order.name,
                    )
                )
            if order.authority_state not in ("required", "rejected"):
                raise UserError(
                    self.env._(
                        "%(order)s needs no sign-off now (it is: %(state)s).",
                        order=order.name,
                        state=order._authority_label(),
                    )
                )
            found = order._authority_found()[order]
            level, users, sole = order._decided_by(found.decision, self.env.user)
            event = order._log_approval(
                "request",
                capacity="author",
                found=found,
                approvers=users,
                level=level,
            )
            order._open_request(users, sole)
            order._tell_request(found.decision, users)
            event.flush_recordset()
        return True

    def action_withdraw(self):
        """Take an open request back: by whoever asked, or the salesperson."""
        self.check_access("write")
        # As asking, withdrawing writes what the process alone writes.
        for order in self.sudo():
            order._lock_for_decision()
            if order._last_event().event not in OPEN_EVENTS:
                raise UserError(self.env._("%s has no open request.", order.name))
            requester = order._requester()
            if self.env.user not in (requester | order.user_id):
                raise UserError(
                    self.env._(
                        "Only %(name)s can withdraw the request for %(order)s.",
                        name=requester.name,
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

    def _assert_ready_for_sign_off(self):
        """Raise where something else comes before sign-off is asked for, or given: a
        day until which the customer can accept. ``contract`` has agreements checked
        first."""
        expired = self.filtered(
            lambda order: order._has_expired() and not order._approval_goes_on()
        )
        if expired:
            raise UserError(
                self.env._(
                    "%s is no longer valid: its validity date has passed. Set a new one"
                    " before sign-off is requested or given.",
                    listed(self.env, expired.mapped("name")),
                )
            )

    def _withdraw_requests(self, reason):
        """Withdraw open requests because the quotation or the deal has ended."""
        # Whoever ends a deal need not see, nor be able to change, each quotation of it.
        for order in self.sudo():
            if order._last_event().event in OPEN_EVENTS:
                order._log_approval("withdraw", capacity="system", comment=reason)
                order._close_requests()

    # ------------------------------------------------------------
    # The open request
    # ------------------------------------------------------------

    def _open_request(self, users, sole):
        """Put the request to these people, with its deadline; or say that nobody can
        decide."""
        company = self.company_id
        hours = company._key_account_setting("key_account_sign_off_hours")
        deadline = company._key_account_deadline(fields.Datetime.now(), hours, "hours")
        self._set_kept({"sign_off_deadline": deadline})
        self._set_approvers(users)
        if users:
            self._ask(users, sole)
        else:
            self._report_nobody()

    def _set_approvers(self, users):
        """Who is asked; they go on reading what they were asked about."""
        self.ensure_one()
        self._write_kept(
            {
                "approver_ids": [Command.set(users.ids)],
                "sign_off_user_ids": [Command.link(user.id) for user in users],
                "sign_off_readers": sorted((self.sign_off_user_ids | users).ids),
            }
        )
        users._become_approvers()

    def _ask(self, users, sole):
        """An activity for each approver; on their telephone it opens the decision."""
        # They are told by the message that says why, too: one mail is enough.
        quiet = self.with_context(mail_activity_quick_update=True)
        self._meet(users)
        for user in users:
            # In the language of whoever reads it, not of whoever asks.
            reader = self.with_context(lang=user.lang)
            if sole:
                summary = reader.env._("Sole sign-off: %s", self.name)
            else:
                summary = reader.env._("Sign off %s", self.name)
            quiet.activity_schedule(
                _ACTIVITY,
                user_id=user.id,
                summary=summary,
                date_deadline=day_for(self.env, user, self.sign_off_deadline),
                # What Odoo would find out, and write, afterwards.
                res_name=self.display_name,
                user_tz=user.tz,
            )

    def _close_requests(self):
        """Nobody is asked any more."""
        self._write_kept({"approver_ids": [Command.clear()]})
        self._set_kept({"sign_off_deadline": False})
        self.sudo().activity_unlink([_ACTIVITY])
        self._deadline_refresh()

    # ------------------------------------------------------------
    # Telling people
    # ------------------------------------------------------------

    def _meet(self, users):
        """Read at once who is written to, in which language, and by whom."""
        (users | self.env.user).partner_id.mapped("lang")

    def _tell_request(self, decision, users):
        self._post_later(
            lambda order: order.env._(
                "Sign-off requested: %s", " ".join(order._reasons(decision, own=False))
            ),
            users,
        )

    def _post_later(self, words, users):
        """A note that tells ``users``, in their language. Their mails are made a moment
        later, by the cron that sends messages, so that nobody waits for them.

        :param words: function of the order, as they read it
        """
        self._meet(users)
        for readers in users.grouped("lang").values() or [users]:
            reader = self.with_context(lang=readers[:1].lang or self.env.lang)
            reader._note_later([(reader, words(reader), readers.partner_id)])
