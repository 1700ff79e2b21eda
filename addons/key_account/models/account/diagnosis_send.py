"""The diagnosis reaches the customer: by mail with its PDF, and on the portal."""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules.evidence import said, signer
from ..shared.act import meet
from ..shared.composer import composer

# Set by the button's composer: what the mail that it sends is about.
_PUT_BEFORE = "key_account_put_before"
_TEMPLATE = "key_account.mail_template_diagnosis"
# No column needs more, and what comes from outside has an end.
_MOST = {"name": 128, "note": 4000}


class KeyAccountDiagnosis(models.Model):
    """Portal users have no right to this model: what the customer reads is shown by
    ``controllers/diagnosis.py``, to their own people or whoever has the link."""

    _name = "key.account.diagnosis"
    _inherit = ["key.account.secret.link", "key.account.diagnosis"]
    _kept = frozenset(("answer_channel", "answered_name"))

    contact_id = fields.Many2one(
        "res.partner",
        string="Put before",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', customer_id)]",
        help="Who at the customer receives it, in whose language.",
    )
    customer_id = fields.Many2one(
        related="key_account_id.partner_id", string="Customer"
    )
    inner_note = fields.Text(
        string="For us alone",
        copy=False,
        help="Never printed, mailed or shown to the customer.",
    )
    answered_name = fields.Char(string="Answered as", readonly=True, copy=False)
    answer_channel = fields.Selection(
        [
            ("portal", "On the portal, logged in"),
            ("link", "By the link in the mail"),
            ("staff", "Recorded by us"),
        ],
        string="Answered",
        readonly=True,
        copy=False,
    )
    solution_hint = fields.Char("Solution hint", compute="_compute_solution_hint")

    # ---------------------------------------- compute

    @api.depends("key_account_id")
    def _compute_contact_id(self):
        for diagnosis in self:
            account = diagnosis.key_account_id
            contact = diagnosis.contact_id
            if contact.commercial_partner_id != account.partner_id:
                people = account.stakeholder_ids.sorted(
                    lambda person: person.role != "decision_maker"
                )
                # Some are advisers from outside: it is put before the customer's own.
                own = people.partner_id.filtered(
                    lambda person, account=account: (
                        person.commercial_partner_id == account.partner_id
                    )
                )
                contact = own[:1] or account.partner_id
            diagnosis.contact_id = contact

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_solution_hint(self):
        accepted = self.filtered(lambda diagnosis: diagnosis.state == "accepted")
        signed = accepted._with_signed_agreement()
        for diagnosis in self:
            diagnosis.solution_hint = False
            if diagnosis in signed:
                diagnosis.solution_hint = self.env._(
                    "Accepted, and an agreement is signed: detailed solution work can"
                    " be offered."
                )
            elif diagnosis in accepted:
                diagnosis.solution_hint = self.env._(
                    "Accepted. Detailed solution work is offered after the agreement is"
                    " signed: there is none with this customer yet."
                )

    def _with_signed_agreement(self):
        """Hook: those whose customer has signed an agreement; ``contract`` answers."""
        return self.browse()

    def _compute_access_url(self):
        for diagnosis in self:
            diagnosis.access_url = f"/my/diagnoses/{diagnosis.id}"

    # ---------------------------------------- constraints

    @api.constrains("contact_id", "key_account_id")
    def _check_contact(self):
        for diagnosis in self:
            contact, account = diagnosis.contact_id, diagnosis.key_account_id
            if contact and contact.commercial_partner_id != account.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(diagnosis)s: it is put before somebody of %(customer)s."
                        " Choose one of their contacts.",
                        diagnosis=diagnosis.name,
                        customer=account.partner_id.display_name,
                    )
                )

    # ---------------------------------------- CRUD

    def _free_names(self):
        return super()._free_names() | {"inner_note", "access_token"}

    # ---------------------------------------- sending

    def action_send_by_mail(self):
        """Mail it to the customer, with its PDF and the link to answer; it is with the
        customer once the mail is sent."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            self._assert_complete()
        if not self.contact_id.email:
            raise UserError(
                self.env._(
                    "%(contact)s has no email address. Enter it on the contact, or"
                    " choose somebody else under “Put before”.",
                    contact=self.contact_id.display_name
                    or self.key_account_id.display_name,
                )
            )
        return composer(
            self,
            self.env._("Put before the Customer"),
            _TEMPLATE,
            **{_PUT_BEFORE: self._content_digest()},
        )

    def message_post(self, **kwargs):
        if digest := self.env.context.get(_PUT_BEFORE):
            self._assert_unchanged(digest)
            self.filtered(lambda diagnosis: diagnosis.state == "draft").action_send()
        return super().message_post(**kwargs)

    def _secret_readers(self):
        return self.customer_id, self.contact_id.email_normalized

    def _message_mail_after_hook(self, mails):
        # Several at once, mailed from a list.
        self.filtered(lambda diagnosis: diagnosis.state == "draft").action_send()
        return super()._message_mail_after_hook(mails)

    def _content_digest(self):
        """What the customer would read, in short: changed as soon as any of it is."""
        self.ensure_one()
        parts = [self.name, self.why_us, self.contact_id.id]
        parts += [
            (line.name, line.root_cause, line.evidence, line.cost)
            for line in self.problem_ids
        ]
        parts += [(line.kind, line.name, line.amount) for line in self.value_ids]
        return hashlib.blake2b(repr(parts).encode()).hexdigest()

    def _assert_unchanged(self, digest):
        for diagnosis in self:
            if diagnosis._content_digest() != digest:
                raise UserError(
                    self.env._(
                        "%s has been changed since this mail was opened, so the mail"
                        " has the former PDF. Discard the mail, and open it again.",
                        diagnosis.name,
                    )
                )

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id"]

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        # What colleagues write to each other is not for whoever has the link.
        if not self.env.user._is_internal():
            return self.browse()
        return super()._get_thread_with_access(thread_id, **kwargs)

    # ---------------------------------------- print

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Diagnosis - %s", self.name)

    def _customer_language(self):
        """In which language the customer reads it."""
        self.ensure_one()
        return (
            self.contact_id.lang or self.key_account_id.partner_id.lang or self.env.lang
        )

    # ---------------------------------------- the answer

    def _answer_from_outside(self, answer, user, name=None, note=None):
        """Record what the customer answers on the portal, once.

        :param answer: ``accepted`` or ``rejected``
        :param user: who is visiting; the public user where it is by the link
        :raise UserError: it says what is missing, or that it was answered already
        """
        self.ensure_one()
        # Of two answers at the same time one waits, and finds the other.
        meet(self)
        self._assert_with_customer()
        name = (signer(name) or "")[: _MOST["name"]]
        note = said(note)[: _MOST["note"]]
        if answer not in ("accepted", "rejected"):
            raise UserError(self.env._("Please choose whether you accept it."))
        if not name:
            raise UserError(self.env._("Please enter your name."))
        if answer == "rejected" and not note:
            raise UserError(
                self.env._("Please tell us in a few words what you do not agree with.")
            )
        visitor, customer = user.partner_id, self.key_account_id.partner_id
        contact = self.contact_id if user._is_public() else visitor
        if contact.commercial_partner_id != customer:
            contact = customer
        self._set_answer(
            answer,
            contact,
            note=note,
            answered_name=name,
            answer_channel="link" if user._is_public() else "portal",
            recorded_by_id=user.id,
        )
        self._tell_author(name, note)

    def _tell_author(self, name, note):
        author = self.user_id
        told = self.with_context(lang=author.lang)
        if self.state == "accepted":
            words = told.env._(
                "%(name)s has accepted “%(diagnosis)s”.",
                name=name,
                diagnosis=self.name,
            )
        else:
            words = told.env._(
                "%(name)s has not accepted “%(diagnosis)s”.",
                name=name,
                diagnosis=self.name,
            )
        told.message_notify(
            subject=words,
            body=f"{words} {note}".strip(),
            partner_ids=author.partner_id.ids,
            author_id=told.env.ref("base.partner_root").id,
        )


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, res_ids, *args, **kwargs):
        # By RPC or a server action, without the composer: what is mailed is complete,
        # and with the customer from then on.
        if self.model == "key.account.diagnosis":
            diagnoses = self.env["key.account.diagnosis"].browse(res_ids).exists()
            drafts = diagnoses.filtered(lambda diagnosis: diagnosis.state == "draft")
            drafts.check_access("write")
            drafts.action_send()
        return super().send_mail_batch(res_ids, *args, **kwargs)
