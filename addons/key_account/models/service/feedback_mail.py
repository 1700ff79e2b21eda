"""Feedback that comes in by mail: whose it is, and that we have received it."""

from odoo import api, fields, models
from odoo.tools import email_normalize, format_date, html2plaintext

from ...rules import incoming
from ..shared.secret_link import without_keys

_RECEIVED = "key_account.mail_template_feedback_received"
_ANSWER = "key_account.mail_template_feedback_answer"
# Other mail hosts do not answer what says of itself that nobody wrote it.
_BY_US = {"Auto-Submitted": "auto-replied"}
# No mail is a novel; its message in the chatter holds all of it.
DESCRIPTION = 10_000
_ADDRESS = 320


def words_of_mail(msg_dict):
    """What a mail says, as plain text, without the keys of links that it quotes."""
    words = html2plaintext(msg_dict.get("body") or "").strip()
    return without_keys(words)[:DESCRIPTION]


class KeyAccountFeedback(models.Model):
    """A mail to the company's address becomes a complaint: a question taken for a
    complaint is answered too early, a complaint taken for a question too late. Support
    or the manager corrects the kind."""

    _name = "key.account.feedback"
    _inherit = ["key.account.feedback"]
    _primary_email = "email_from"
    _kept = frozenset(("email_from", "acknowledged_on", "customer_wrote_on"))

    email_from = fields.Char(
        string="Sender",
        readonly=True,
        copy=False,
        help="From which address it came by mail.",
    )
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, index="btree_not_null"
    )
    acknowledged_on = fields.Datetime(
        string="Receipt confirmed on", readonly=True, copy=False
    )
    customer_wrote_on = fields.Datetime(
        string="Customer wrote on",
        readonly=True,
        copy=False,
        help="The last word that came from the customer, by mail or on the portal.",
    )

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for feedback in self:
            # By the standard no address is longer; an index holds no more.
            address = email_normalize(feedback.email_from or "") or ""
            feedback.email_normalized = address if len(address) <= _ADDRESS else False

    # ---------------------------------------- gateway

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        self._assert_gateway()
        sender = email_normalize(msg_dict.get("email_from") or "") or False
        given = dict(custom_values or {})
        company = self.env["res.company"].browse(given.get("company_id")).exists()
        company = company or self.env.company
        account, contact = self._whose_address(company, sender)
        if contact:
            # Of several contacts with this address: the one it was taken for.
            msg_dict["author_id"] = contact.id
        subject = incoming.subject_said(msg_dict.get("subject"))
        values = {
            "kind": "complaint",
            **given,
            "name": subject or self.env._("Mail without a subject"),
            "description": words_of_mail(msg_dict),
            "channel": "mail",
            "company_id": company.id,
            "key_account_id": account.id,
            "partner_id": contact.id,
        }
        known = {
            "email_from": msg_dict.get("email_from"),
            "customer_wrote_on": fields.Datetime.now(),
        }
        # What the alias gives in addition is not opened by this.
        own = self.with_company(company)._unlocked(known)
        feedback = own.create([{**values, **known}]).with_env(self.env)
        feedback._acknowledge()
        feedback._ask_whose_it_is()
        return feedback

    def message_update(self, msg_dict, update_vals=None):
        self._assert_gateway()
        result = super().message_update(msg_dict, update_vals)
        author = self.env["res.partner"].browse(msg_dict.get("author_id") or [])
        for feedback in self:
            if feedback._is_of_customer(author, msg_dict.get("email_from")):
                feedback._customer_wrote()
        return result

    @api.model
    def _whose_address(self, company, sender):
        """The account and the contact of whoever writes from this address, in this
        company; each empty where it is not certain.

        An address that two customers share is nobody's: what one of them says is not
        for the other. A closed file (archived) takes nothing new.
        """
        none = self.env["key.account"], self.env["res.partner"]
        if not sender:
            return none
        # Whose mail it is does not hang on what the gateway's user may read.
        contacts = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("email_normalized", "=", sender),
                    ("company_id", "in", (False, company.id)),
                ],
                order="is_company, id",
            )
        )
        if contacts.user_ids.filtered(lambda user: not user.share):
            # A colleague, who hands on what they were told.
            return none
        customers = contacts.commercial_partner_id
        accounts = (
            self.env["key.account"]
            .sudo()
            .search(
                [("partner_id", "in", customers.ids), ("company_id", "=", company.id)]
            )
        )
        if len(accounts) > 1 or (not accounts and len(customers) > 1):
            return none
        customer = accounts.partner_id or customers
        own = contacts.filtered(
            lambda contact: contact.commercial_partner_id == customer
        )
        return accounts, own[:1]

    def _is_of_customer(self, author, email_from=None):
        """Whether a message by this contact, or from this address, is the customer's
        own word."""
        self.ensure_one()
        if author:
            if author.user_ids.filtered(lambda user: not user.share):
                return False
            if author.commercial_partner_id == self._customer():
                return True
        sender = email_normalize(email_from or "")
        return bool(sender) and sender == self.email_normalized

    def _customer(self):
        """The company whose feedback it is; empty where nobody knows."""
        self.ensure_one()
        account = self.key_account_id
        return account.partner_id or self.partner_id.commercial_partner_id

    # ---------------------------------------- what follows from it

    def _customer_wrote(self):
        """The customer has written again: we do not wait for them any more; what is
        over already is looked at by a person, who may reopen it. A "thank you" reopens
        nothing."""
        self.ensure_one()
        self._write_kept({"customer_wrote_on": fields.Datetime.now()})
        if self.state == "waiting":
            self._resume()
        elif self.state in ("resolved", "cancelled"):
            self._ask_to_look()

    def _ask_to_look(self):
        person = self.user_id or self._desk_person()
        if not person:
            return
        words = self.with_context(lang=person.lang).env._(
            "The customer has written again. Reopen it where it is not over."
        )
        # Once, whatever else is to be done about it.
        if self.activity_ids.filtered(
            lambda activity: activity.automated and activity.summary == words
        ):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo", summary=words, user_id=person.id
        )

    def _ask_whose_it_is(self):
        """Nobody's yet: somebody at the desk puts it under an account."""
        self.ensure_one()
        person = self._desk_person()
        if self.key_account_id or not person:
            return
        words = self.with_context(lang=person.lang).env._(
            "From %s: put it under an account, or answer it.", self.email_from or "?"
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo", summary=words, user_id=person.id
        )

    def _desk_person(self):
        """Who looks at what belongs to no account: a supporter of a key-account team of
        the company, else a manager."""
        self.ensure_one()
        teams = self._desk(self.company_id)
        people = teams.key_account_support_ids + teams._key_account_managers()
        return people.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )[:1]

    # ---------------------------------------- receipt

    def _acknowledge(self):
        """Tell the customer, once, that it is here, and until when we answer."""
        self.ensure_one()
        template = self.env.ref(_RECEIVED, raise_if_not_found=False)
        if (
            not template
            or self.acknowledged_on
            or not incoming.takes_answers(self._answer_address())
            or self._is_address_of_colleague(self._answer_address())
        ):
            return
        self._write_kept({"acknowledged_on": fields.Datetime.now()})
        # Whoever wrote to us says nothing here: the company does.
        author = self.company_id.sudo().partner_id
        self._mail_customer(template, headers=repr(_BY_US), author_id=author.id)

    def _tell_customer(self):
        result = super()._tell_customer()
        for feedback in self:
            feedback._send_answer()
        return result

    def _send_answer(self):
        """Mail what was answered just now, with the link to the portal; where there is
        no address, it is told otherwise, and stands on the portal."""
        self.ensure_one()
        template = self.env.ref(_ANSWER, raise_if_not_found=False)
        address = self._answer_address()
        if not template or not incoming.takes_answers(address):
            words = self.env._(
                "The answer was not mailed: there is no address that somebody reads."
                " Please tell the customer yourself."
            )
            self._message_log(body=words)
            return
        self._mail_customer(template)

    def _mail_customer(self, template, **values):
        """Mail this, as soon as it holds; later where Odoo's mails are queued."""
        # The key of the link is not for people to make.
        mail_id = template.sudo().send_mail(self.id, email_values=values)
        if self.env.context.get("mail_notify_force_send", True):
            self.env["mail.mail"].sudo().browse(mail_id).send_after_commit()

    def _answer_address(self):
        """The address to which the customer is answered, or False."""
        self.ensure_one()
        return self.partner_id.email_normalized or self.email_normalized

    @api.model
    def _is_address_of_colleague(self, sender):
        # Who works here is no question of who reads users.
        users = self.env["res.users"].sudo()
        own = [("share", "=", False), ("email_normalized", "=", sender)]
        return bool(sender and users.search_count(own, limit=1))

    def _reply_address(self):
        """Where the customer's next mail goes, so that it comes back to this one."""
        self.ensure_one()
        return self._notify_get_reply_to()[self.id] or ""

    def _customer_language(self):
        self.ensure_one()
        own = self.partner_id.lang or self._customer().lang
        return own or self.company_id.partner_id.lang or self.env.lang

    def _answer_due_said(self):
        """Until when we answer, as a customer says it: in their language, in the time
        of the company."""
        self.ensure_one()
        if not self.answer_due:
            return False
        company = self.company_id
        zone = company._key_account_time_zone(company.id)
        lang = self._customer_language()
        due = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), self.answer_due
        )
        day = format_date(self.env, due.date(), lang_code=lang, date_format="long")
        return f"{day} {due:%H:%M}"

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        # Answers come back to the address of feedback, where it has one.
        replies = super()._notify_get_reply_to_batch(defaults, author_ids)
        for feedback in self.sudo():
            if address := feedback.company_id._key_account_feedback_address():
                author = (author_ids or {}).get(feedback.id)
                replies[feedback.id] = self._notify_get_reply_to_formatted_email(
                    address, author_id=author
                )
        return replies


class KeyAccountStakeholder(models.Model):
    _inherit = "key.account.stakeholder"

    def _anonymise(self):
        """What they told us stays, for it counts; their address does not."""
        rows = self._every_row()
        feedback = self.env["key.account.feedback"].sudo()
        feedback = feedback.search(
            [("partner_id", "in", rows.partner_id.ids), ("email_from", "!=", False)]
        )
        result = super()._anonymise()
        feedback._write_kept({"email_from": False})
        return result
