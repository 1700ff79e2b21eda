"""Evidence of what the customer signed."""

import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ...rules.states import UNDECIDED

# Characters that are kept of what somebody says they are.
MAX_FUNCTION = 100


def sha256(content):
    """Hexadecimal SHA-256 of a file's bytes; of no bytes where there is no file."""
    return hashlib.sha256(content or b"").hexdigest()


class KeyAccountSignature(models.Model):
    """A signature, or the confirmation of one filed on paper: insert-only.

    ``fingerprint`` is the SHA-256 of the commercial terms, ``sha256`` of the document
    as signed.
    """

    _name = "key.account.signature"
    _description = "Signatures"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "signed_by"

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="restrict", index=True
    )
    key_account_id = fields.Many2one("key.account", ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    event = fields.Selection(
        [
            ("signature", "Signature"),
            ("confirmation", "Confirmation of a scan"),
            ("reset", "Cleared: quotation reset to draft"),
        ],
        required=True,
        default="signature",
    )
    confirmed_signature_id = fields.Many2one(
        "key.account.signature", ondelete="restrict"
    )
    confirmation_ids = fields.One2many(
        "key.account.signature", "confirmed_signature_id"
    )
    method = fields.Selection(
        [("portal", "Portal"), ("scan", "Scanned return")], required=True
    )
    signed_by = fields.Char(required=True)
    function = fields.Char(string="Signer's function")
    signed_on = fields.Datetime(required=True)
    entered_on = fields.Datetime(required=True, default=fields.Datetime.now)
    entered_by_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    ip = fields.Char(string="Network address")
    fingerprint = fields.Char(required=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="Document as signed", ondelete="restrict"
    )
    sha256 = fields.Char(string="SHA-256 of the document")
    image = fields.Binary(attachment=True)
    image_sha256 = fields.Char(string="SHA-256 of the picture")
    document_ids = fields.One2many(
        "key.account.signature.document", "signature_id", string="Signed agreements"
    )
    binding = fields.Boolean(
        compute="_compute_binding",
        help="The quotation as it is now is what was signed here.",
    )
    intact = fields.Boolean(
        compute="_compute_intact",
        help="Every document is still, byte for byte, the one that was signed.",
    )

    _anonymous_values = {
        "signed_by": "-",
        "function": False,
        "ip": False,
        "image": False,
        "image_sha256": False,
    }

    @api.model_create_multi
    def create(self, vals_list):
        signatures = super().create(vals_list)
        signatures.order_id._set_process({"authority_bound": True})
        return signatures

    def _compute_binding(self):
        for signature in self:
            order = signature.order_id.sudo()
            signature.binding = order._current_signature() == signature

    def _compute_intact(self):
        # The web client asks for sizes instead of contents; these are hashed.
        for signature in self:
            evidence = signature.sudo().with_context(bin_size=False)
            signature.intact = (
                sha256(evidence.attachment_id.raw) == evidence.sha256
                and sha256(base64.b64decode(evidence.image or b""))
                == (evidence.image_sha256 or sha256(b""))
                and all(evidence.document_ids.mapped("intact"))
            )

    def _signed_files(self):
        """The documents of these signatures: the quotation, then its agreements."""
        return self.sudo().attachment_id | self.sudo().document_ids.attachment_id

    def _counts(self):
        """Signatures that count: on the portal at once, on paper once a second person
        confirmed."""
        return self.filtered(
            lambda s: (
                s.event == "signature" and (s.method == "portal" or s.confirmation_ids)
            )
        )

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        return self.sudo().attachment_id._open_signed(self)

    def action_confirm_scan(self):
        """A second person confirms that the scan shows the approved terms, signed."""
        for signature in self:
            order = signature.order_id
            order.check_access("write")
            if signature.method != "scan" or signature.event != "signature":
                raise UserError(self.env._("Only a filed scan is confirmed."))
            if signature.confirmation_ids:
                raise UserError(
                    self.env._(
                        "The scan has been confirmed already, by %s.",
                        signature.confirmation_ids[0].entered_by_id.name,
                    )
                )
            if signature.entered_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "The scan of %s is confirmed by a second person, not by who"
                        " filed it.",
                        order.name,
                    )
                )
            if not signature.sudo().intact:
                raise UserError(
                    self.env._(
                        "The filed document of %s has been changed since.", order.name
                    )
                )
            if signature.fingerprint != order._terms_fingerprint():
                raise UserError(
                    self.env._(
                        "The terms of %s have changed since the scan was filed: they"
                        " need a new signature.",
                        order.name,
                    )
                )
            order._assert_may("sign")
            self._record(
                [
                    {
                        "order_id": order.id,
                        "key_account_id": order.sudo().key_account_id.id,
                        "company_id": order.company_id.id,
                        "event": "confirmation",
                        "confirmed_signature_id": signature.id,
                        "method": "scan",
                        "signed_by": signature.signed_by,
                        "signed_on": signature.signed_on,
                        "entered_by_id": self.env.uid,
                        "fingerprint": signature.fingerprint,
                        "attachment_id": signature.attachment_id.id,
                        "sha256": signature.sha256,
                    }
                ]
            )
            signature.invalidate_recordset(["confirmation_ids"])
            if not order._has_to_be_paid():
                order.sudo()._validate_order()
        return True


class KeyAccountSignatureDocument(models.Model):
    """An agreement that was signed together with the quotation, as it was then."""

    _name = "key.account.signature.document"
    _description = "Signed Agreements"
    _inherit = ["key.account.evidence"]
    _order = "signature_id, id"

    signature_id = fields.Many2one(
        "key.account.signature", required=True, ondelete="restrict", index=True
    )
    agreement_id = fields.Many2one(
        "key.account.agreement", ondelete="restrict", index="btree_not_null"
    )
    key_account_id = fields.Many2one(
        related="signature_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(related="signature_id.company_id", store=True)
    name = fields.Char(required=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="Document", required=True, ondelete="restrict"
    )
    sha256 = fields.Char(string="SHA-256", required=True)
    intact = fields.Boolean(compute="_compute_intact")

    def _compute_intact(self):
        for document in self:
            evidence = document.sudo().with_context(bin_size=False)
            document.intact = sha256(evidence.attachment_id.raw) == evidence.sha256

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        return self.sudo().attachment_id._open_signed(self.signature_id)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    signature_ids = fields.One2many(
        "key.account.signature",
        "order_id",
        string="Signatures",
        readonly=True,
        groups="sales_team.group_sale_salesman",
    )

    def _current_signature(self, binding=True):
        """The last signature that counts; with ``binding`` only if it binds the present
        terms."""
        self.ensure_one()
        signatures = self.sudo().signature_ids
        if not signatures:
            return signatures
        reset = max(signatures.filtered(lambda s: s.event == "reset").ids, default=0)
        signature = signatures._counts().sorted("id")[-1:]
        if binding and signature.id and signature.id < reset:
            return signature.browse()
        if binding and signature and signature.fingerprint != self._terms_fingerprint():
            return signature.browse()
        return signature

    def _clear_signature_on_reset(self):
        """A quotation that was reset to draft is signed anew, unchanged or not."""
        for order in self.sudo().filtered("authority_bound"):
            signature = order._current_signature()
            if signature:
                self.env["key.account.signature"]._record(
                    [
                        {
                            "order_id": order.id,
                            "key_account_id": order.key_account_id.id,
                            "company_id": order.company_id.id,
                            "event": "reset",
                            "method": signature.method,
                            "signed_by": signature.signed_by,
                            "signed_on": signature.signed_on,
                            "entered_by_id": self.env.uid,
                            "fingerprint": signature.fingerprint,
                            "attachment_id": signature.attachment_id.id,
                            "sha256": signature.sha256,
                        }
                    ]
                )

    def _after_bound_terms_changed(self):
        self._release_signature_if_changed()
        super()._after_bound_terms_changed()

    def _shown_terms(self):
        """The part of an address that says which terms a page shows."""
        self.ensure_one()
        if not self._key_account_concerned():
            return ""
        return f"&terms={self._terms_fingerprint()}"

    def _file_portal_signature(self):
        """Keep what the customer just signed: the document, its hash, who, when, from
        where."""
        for order in self.sudo():
            content = (
                self.env["ir.actions.report"]
                .sudo()
                ._render_qweb_pdf("sale.action_report_saleorder", [order.id])[0]
            )
            image = order.with_context(bin_size=False).signature
            order._file_signature(
                content,
                f"{order.name}-signed.pdf",
                method="portal",
                signed_by=order.signed_by,
                function=order._signer_function(),
                signed_on=order.signed_on or fields.Datetime.now(),
                ip=request.httprequest.remote_addr if request else False,
                image=image,
                image_sha256=sha256(base64.b64decode(image or b"")),
            )

    def _signer_function(self):
        """What whoever signs says of themselves; else what the customer's files say, by
        name, else by login."""
        self.ensure_one()
        asked = request.httprequest.args.get("signer_function") if request else ""
        if stated := (asked or "").strip()[:MAX_FUNCTION]:
            return stated
        contacts = self.partner_id | self.partner_id.commercial_partner_id.child_ids
        named = contacts.filtered(lambda contact: contact.name == self.signed_by)
        visitor = request.env.user.partner_id if request else contacts.browse()
        return named[:1].function or (visitor & contacts).function

    def _proposed_function(self):
        """What the page proposes to whoever signs; False where it does not ask."""
        self.ensure_one()
        if not self._key_account_concerned():
            return False
        return self.sudo()._signer_function() or self.partner_id.function or ""

    def _file_signature(self, content, file_name, **values):
        self.ensure_one()
        order = self.sudo()
        attachment = order._attach(file_name, content)
        signature = self.env["key.account.signature"]._record(
            [
                {
                    "order_id": order.id,
                    "key_account_id": order.key_account_id.id,
                    "company_id": order.company_id.id,
                    "entered_by_id": self.env.uid,
                    "fingerprint": order._terms_fingerprint(),
                    "attachment_id": attachment.id,
                    "sha256": sha256(content),
                    **values,
                }
            ]
        )
        self.env["key.account.signature.document"]._record(
            [
                order._signed_agreement(signature, agreement)
                for agreement in order.agreement_ids
            ]
        )
        return signature

    def _attach(self, name, content):
        """A file of this order, which whoever reads the order may read."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": "sale.order",
                    "res_id": self.id,
                    "company_id": self.company_id.id,
                }
            )
        )

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

    def _file_signed_return(self, document, file_name, signed_by, function, signed_on):
        """File a quotation that came back signed on paper; it counts once confirmed."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in UNDECIDED:
            raise UserError(self.env._("%s is no quotation any more.", self.name))
        self._assert_may("sign")
        return self._file_signature(
            base64.b64decode(document),
            file_name,
            method="scan",
            signed_by=signed_by,
            function=function,
            signed_on=signed_on,
        )

    has_signed_document = fields.Boolean(compute="_compute_signed_document")
    signed_document_changed = fields.Boolean(
        compute="_compute_signed_document",
        help="A file that the customer signed is no longer what it was.",
    )

    @api.depends("signature_ids")
    def _compute_signed_document(self):
        for order in self:
            signatures = order.sudo().signature_ids
            order.has_signed_document = bool(signatures and signatures._counts())
            order.signed_document_changed = not all(signatures.mapped("intact"))

    def action_open_signed_quotation(self):
        self.ensure_one()
        self.check_access("read")
        signature = self._current_signature(binding=False)
        if not signature:
            raise UserError(self.env._("%s has not been signed.", self.name))
        return signature.attachment_id._open_signed(self)

    def _signed_files(self):
        """What was signed for these orders, as it is opened from here."""
        return self.sudo().signature_ids._signed_files()
