"""Mail about feedback at the door: what a machine sent stays outside, what belongs
together comes together, and what comes without end comes to an end."""

import logging
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.mail import decode_message_header, generate_tracking_message_id

from ...rules import incoming
from .feedback_mail import words_of_mail

_logger = logging.getLogger(__name__)
_MODEL = "key.account.feedback"
# A second mail with the same subject belongs to the first, if that one is open and no
# older than so many days.
_SAME_MATTER_DAYS = 7
# After so many new ones within Odoo's window, whoever writes goes on in the last one.
_NEW_ONES = 5


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if any(route[0] == _MODEL for route in routes):
            return self.env[_MODEL]._routes_taken(message, message_dict, routes)
        return routes


class KeyAccountFeedback(models.Model):
    _name = "key.account.feedback"
    _inherit = ["key.account.feedback"]

    @api.model
    def _routes_taken(self, message, message_dict, routes):
        """Of the routes that Odoo has found for a mail, those by which it goes on.

        Odoo itself leaves aside bounces, its own loop warnings, and mails whose number
        was there already.
        """
        others = [route for route in routes if route[0] != _MODEL]
        sender = email_normalize(message_dict.get("email_from") or "") or ""
        if why := self._by_machine(message, message_dict, sender):
            _logger.info(
                "Mail %s from %s left aside: %s",
                message_dict.get("message_id"),
                sender,
                why,
            )
            return others
        taken = []
        for route in routes:
            if route[0] != _MODEL:
                continue
            thread = self.sudo().browse(route[1] or []).exists()
            thread = thread or self._where_it_belongs(message_dict, sender, route)
            if not thread or thread._takes_one_more(message, message_dict, sender):
                taken.append((_MODEL, thread.id, *route[2:]))
        return others + taken

    @api.model
    def _by_machine(self, message, message_dict, sender):
        headers = {
            name.lower(): decode_message_header(message, name)
            for name in set(message.keys())
        }
        domains = self.env["mail.alias.domain"].sudo().search(Domain.TRUE)
        own = {
            address
            for domain in domains
            for address in (
                domain.catchall_email,
                domain.bounce_email,
                domain.default_from_email,
            )
            if address
        }
        aliases = self.env["mail.alias"].sudo()
        if aliases.search_count([("alias_full_name", "=", sender)], limit=1):
            own.add(sender)
        return incoming.by_machine(
            headers,
            sender,
            message_dict.get("subject"),
            own=own,
            own_domains=tuple(domain.name for domain in domains if domain.name),
        )

    # ---------------------------------------- what belongs together

    @api.model
    def _where_it_belongs(self, message_dict, sender, route):
        """The open feedback that a new mail goes on with, or none.

        Of the same sender: with the same subject, or when too many were new already.
        From an address we do not know also what says the same as another such one: of
        one mail sent from many addresses only one comes in.
        """
        now = self.env.cr.now()
        values = route[2] if isinstance(route[2], dict) else {}
        company_id = values.get("company_id") or self.env.company.id
        recent = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("email_normalized", "=", sender),
                ("create_date", ">=", now - timedelta(days=_SAME_MATTER_DAYS)),
            ],
            order="id desc",
            limit=_NEW_ONES * 4,
        )
        subject = message_dict.get("subject")
        for feedback in recent:
            if feedback._is_open() and incoming.same_subject(feedback.name, subject):
                return feedback
        since = now - timedelta(minutes=self._loop_bounds()[0])
        new = recent.filtered(lambda feedback: feedback.create_date >= since)
        if len(new) >= _NEW_ONES and not self._is_allowed(sender):
            return new[0]
        return self._same_from_strangers(company_id, message_dict, since)

    @api.model
    def _same_from_strangers(self, company_id, message_dict, since):
        subject = incoming.subject_said(message_dict.get("subject"))
        same = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("channel", "=", "mail"),
                ("key_account_id", "=", False),
                ("partner_id", "=", False),
                ("name", "=", subject),
                ("create_date", ">=", since),
            ],
            limit=_NEW_ONES,
        )
        if not same:
            return same
        if any(self._whose_address(same.company_id, self._sender(message_dict))):
            return same.browse()
        words = words_of_mail(message_dict)
        # To the letter, and without a file: by the link of their receipt whoever wrote
        # first reads what joins it.
        if not words or message_dict.get("attachments"):
            return same.browse()
        return same.filtered(lambda feedback: feedback.description == words)[:1]

    @api.model
    def _sender(self, message_dict):
        return email_normalize(message_dict.get("email_from") or "") or ""

    def _is_open(self):
        self.ensure_one()
        return self.state not in ("resolved", "cancelled")

    # ---------------------------------------- what comes to an end

    @api.model
    def _loop_bounds(self):
        """Odoo's own: within how many minutes, how many."""
        get = self.env["ir.config_parameter"].sudo().get_param
        return (
            int(get("mail.gateway.loop.minutes", 120)),
            int(get("mail.gateway.loop.threshold", 20)),
        )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        return [("email_normalized", "=", email_from_normalized)]

    @api.model
    def _is_allowed(self, sender):
        allowed = self.env["mail.gateway.allowed"].sudo()
        return bool(allowed.search_count([("email_normalized", "=", sender)], limit=1))

    def _takes_one_more(self, message, message_dict, sender):
        """Whether a thread takes another mail; the last one it takes says so, to the
        sender and to us, and all after that are dropped without an answer: of a
        thousand mails in a minute nothing comes back a thousand times."""
        self.ensure_one()
        if self._is_allowed(sender) or self._is_address_of_colleague(sender):
            return True
        minutes, most = self._loop_bounds()
        since = self.env.cr.now() - timedelta(minutes=minutes)
        before = (
            self.env["mail.message"]
            .sudo()
            .search_count(
                Domain("model", "=", _MODEL)
                & Domain("res_id", "=", self.id)
                & Domain("message_type", "=", "email")
                & Domain("create_date", ">=", since)
                & (
                    Domain("author_id", "=", False)
                    | Domain("author_id.partner_share", "=", True)
                ),
                limit=most,
            )
        )
        if before == most - 1:
            self._tell_it_ends(message, message_dict, sender)
        return before < most

    def _tell_it_ends(self, message, message_dict, sender):
        minutes, most = self._loop_bounds()
        self._message_log(
            body=self.env._(
                "%(most)s mails within %(minutes)s minutes, the last from %(sender)s:"
                " no more are taken here for the time being.",
                most=most,
                minutes=minutes,
                sender=sender,
            )
        )
        if not incoming.takes_answers(sender):
            return
        self._routing_create_bounce_email(
            message_dict.get("email_from"),
            self.env["ir.qweb"]._render(
                "mail.message_notification_limit_email",
                {"email": message_dict.get("to")},
                minimal_qcontext=True,
                raise_if_not_found=False,
            ),
            message,
            references=(
                f"{message_dict['message_id']}"
                f" {generate_tracking_message_id('loop-detection-bounce-email')}"
            ),
        )
