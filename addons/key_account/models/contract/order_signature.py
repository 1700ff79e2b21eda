"""The customer's signature of a quotation: kept as evidence, freed with other terms."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ...rules.evidence import said, signer
from ...rules.states import UNDECIDED
from ..shared.label import listed
from ..shared.unlocked import unlock
from .signature import sha256

# Characters that are kept of what somebody says they are.
MAX_FUNCTION = 100


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _kept = frozenset(("signature_ids",))

    signature_ids = fields.One2many(
        "key.account.signature",
        "order_id",
        string="Signatures",
        readonly=True,
        groups="sales_team.group_sale_salesman",
    )
    has_signed_document = fields.Boolean(compute="_compute_signed_document")
    signed_document_changed = fields.Boolean(
        compute="_compute_signed_document",
        help="A file that the customer signed is no longer what it was.",
    )

    @api.depends("signature_ids")
    def _compute_signed_document(self):
        for order in self:
            signatures = order._signatures()
            order.has_signed_document = bool(signatures and signatures._counts())
            order.signed_document_changed = not all(signatures.mapped("intact"))

    def _signatures(self):
        """All that is on record. Whoever reads a quotation, signs it or bills it learns
        whether it is signed, without rights on the evidence."""
        return self.sudo().signature_ids

    def _current_signature(self, binding=True):
        """The last signature that counts; with ``binding`` only if it binds the present
        terms."""
        self.ensure_one()
        signatures = self._signatures()
        if not signatures:
            return signatures
        reset = max(signatures.filtered(lambda s: s.event == "reset").ids, default=0)
        signature = signatures._counts().sorted("id")[-1:]
        if binding and signature.id and signature.id < reset:
            return signature.browse()
        if binding and signature and not self._has_fingerprint(signature.fingerprint):
            return signature.browse()
        return signature

    def _has_to_be_signed(self):
        # What was taken back is neither signed nor declined: it is no offer.
        if self._unoffered():
            return False
        # A confirmed scan is as good as a signature on the portal; a signature on other
        # terms (a tax rate was edited) is none.
        if not self._signatures():
            return super()._has_to_be_signed()
        return (
            self.require_signature
            and self.state in UNDECIDED
            and not self.is_expired
            and not self._current_signature()
        )

    def _unoffered(self):
        """Those that a page opened before must neither sign nor decline: they were
        taken back, and are no offer until they are sent again."""
        return (
            self._set_back()
            ._key_account_concerned()
            .filtered(lambda order: order.company_id._key_account_enforces())
        )

    def _key_account_signed(self):
        """Orders whose customer's signature binds the terms as they are."""
        return self.filtered(
            lambda order: (
                order._current_signature()
                or (order.signed_on and not order._key_account_concerned())
            )
        )

    def _obstacles(self, action, found):
        obstacles = super()._obstacles(action, found)
        if self._is_ordering(action) or action == "review":
            if self.require_signature and not self._key_account_signed():
                obstacles.append(
                    self.env._(
                        "The customer has not signed these terms: send it for"
                        " signature, or file the"
                        " signed return."
                    )
                )
        return obstacles

    def _assert_may_write_signature(self, vals):
        signing = super()._assert_may_write_signature(vals)
        if unoffered := signing._unoffered():
            raise UserError(
                self.env._(
                    "%s was set back to draft: send it to the customer again before it"
                    " is signed.",
                    listed(self.env, unoffered.mapped("name")),
                )
            )
        expired = signing.filtered(
            lambda order: (
                order.company_id._key_account_enforces() and order._has_expired()
            )
        )
        if expired:
            raise UserError(
                self.env._(
                    "The validity date of %s has passed: it cannot be signed any more."
                    " Ask for a new quotation.",
                    listed(self.env, expired.mapped("name")),
                )
            )
        return signing

    def _clear_signature_on_reset(self):
        """A quotation that was reset to draft is signed anew, unchanged or not."""
        for order in self.filtered("authority_bound"):
            signature = order._current_signature()
            if signature:
                signature._record_again("reset")

    def _after_bound_terms_changed(self):
        self._release_signature_if_changed()
        return super()._after_bound_terms_changed()

    def _release_signature_if_changed(self):
        """Clear the order's signature when the signed terms are no longer these
        (evidence stays)."""
        self.ensure_one()
        signature = self._current_signature(binding=False)
        if (
            signature
            and self.state in UNDECIDED
            and not self._has_fingerprint(signature.fingerprint)
        ):
            if self.signed_on or self.signature:
                self._clear_signature()
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
            if review and not self._has_fingerprint(review.fingerprint):
                self._close_reviews(self.env._("The terms changed."))
        self._forget_outdated_scan()

    def _shown_terms(self):
        """The part of an address that says which terms a page shows."""
        self.ensure_one()
        if not self._key_account_concerned():
            return ""
        return f"&terms={self._terms_fingerprint()}"

    def _after_signing(self):
        result = super()._after_signing()
        # The customer signs, and has no rights on what is kept of it.
        orders = self.sudo()
        orders._number_contract()
        orders._file_portal_signature()
        return result

    def _file_portal_signature(self):
        """Keep what the customer just signed: the document, its hash, who, when, from
        where."""
        Report = self.env["ir.actions.report"]
        for order in self:
            content = Report._render_qweb_pdf(
                "sale.action_report_saleorder", [order.id]
            )[0]
            image = order.with_context(bin_size=False).signature
            order._file_signature(
                content,
                f"{order.name}-signed.pdf",
                method="portal",
                signed_by=signer(order.signed_by),
                function=order._signer_function(),
                signed_on=order._signing_moment(),
                ip=request.httprequest.remote_addr if request else False,
                image=image,
                image_sha256=sha256(base64.b64decode(image or b"")),
            )

    def _signing_moment(self):
        """When it is signed on the portal: now, by the clock of the server, whatever
        was written."""
        now = fields.Datetime.now()
        return min(self.signed_on or now, now)

    def _signer_function(self):
        """What whoever signs says of themselves; else what the customer's files say, by
        name, else by login."""
        self.ensure_one()
        asked = request.httprequest.args.get("signer_function") if request else ""
        if stated := said(asked)[:MAX_FUNCTION]:
            return stated
        contacts = self.partner_id | self.partner_id.commercial_partner_id.child_ids
        named = contacts.filtered(lambda contact: contact.name == self.signed_by)
        visitor = request.env.user.partner_id if request else contacts.browse()
        return named[:1].function or (visitor & contacts).function

    def _proposed_signer(self):
        """Whose name the page proposes: whoever is logged in there, else the contact
        that the quotation is for; nobody where that is a company."""
        self.ensure_one()
        visitor = request.env.user if request else self.env.user
        people = self.partner_id
        if not visitor._is_public() and not visitor._is_internal():
            people = visitor.partner_id | people
        return people.filtered(lambda person: not person.is_company)[:1].name or ""

    def _proposed_function(self):
        """What the page proposes to whoever signs; False where it does not ask."""
        self.ensure_one()
        if not self._key_account_concerned():
            return False
        return self._signer_function() or self.partner_id.function or ""

    def _file_signature(self, content, file_name, **values):
        """Keep a document that was signed, and the agreements that go with it; with
        all rights, which whoever signs or files it has not.

        :param values: of the signature: method, by whom, when, …
        :return: the signature
        """
        self.ensure_one()
        attachment = self._attach(file_name, content)
        signature = self.env["key.account.signature"]._record(
            [
                {
                    "order_id": self.id,
                    "key_account_id": self.key_account_id.id,
                    "company_id": self.company_id.id,
                    "entered_by_id": self.env.uid,
                    "fingerprint": self._terms_fingerprint(),
                    "attachment_id": attachment.id,
                    "sha256": sha256(content),
                    **self._signed_figures(),
                    **values,
                }
            ]
        )
        self.env["key.account.signature.document"]._record(
            [
                self._signed_agreement(signature, agreement)
                for agreement in self.agreement_ids
            ]
        )
        # Whatever was filed before counts no more.
        self._end_scan_activity()
        return signature

    def _attach(self, name, content):
        """A file of this order, which whoever reads the order may read."""
        files = self.env["ir.attachment"]
        values = {
            "name": name,
            "raw": content,
            "res_model": "sale.order",
            "res_id": self.id,
            "company_id": self.company_id.id,
        }
        # Whoever files it has defaults of their own, by which everybody could open it,
        # nobody find it, or another page be opened in its place.
        return unlock(files, files._name).create(values).with_env(self.env)

    def _signed_agreement(self, signature, agreement):
        """Values of the evidence of an agreement: its own copy of the document."""
        name, content = agreement._document()
        return {
            "signature_id": signature.id,
            "agreement_id": agreement.id,
            "name": agreement.name,
            "attachment_id": self._attach(name, content).id,
            "sha256": sha256(content),
        }

    def action_open_signed_quotation(self):
        self.ensure_one()
        self.check_access("read")
        signature = self._current_signature(binding=False)
        if not signature:
            raise UserError(self.env._("%s has not been signed.", self.name))
        return signature.attachment_id._open_signed(self)

    def _signed_files(self):
        """What was signed for these orders, as it is opened from here."""
        return self._signatures()._signed_files()
