"""Evidence of what the customer signed."""

import base64
import hashlib

from odoo import api, fields, models


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
        "key.account.signature", string="Confirmed signature", ondelete="restrict"
    )
    confirmation_ids = fields.One2many(
        "key.account.signature", "confirmed_signature_id"
    )
    method = fields.Selection(
        [("portal", "Portal"), ("scan", "Scanned return")], required=True
    )
    signed_by = fields.Char("Signed by", required=True)
    function = fields.Char(string="Signer's function")
    signed_on = fields.Datetime("Signed on", required=True)
    entered_on = fields.Datetime(
        "Entered on", required=True, default=fields.Datetime.now
    )
    entered_by_id = fields.Many2one(
        "res.users", string="Entered by", required=True, ondelete="restrict"
    )
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
        string="Binds",
        compute="_compute_binding",
        help="The quotation as it is now is what was signed here.",
    )
    # With all rights: whoever reads the evidence learns whether it was touched.
    intact = fields.Boolean(
        string="File unchanged",
        compute="_compute_intact",
        compute_sudo=True,
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
        signatures.order_id._set_kept({"authority_bound": True})
        signed = signatures.filtered(lambda each: each.event == "signature")
        self.env["key.account.webhook"]._announce("signature_received", signed.order_id)
        return signatures

    def _compute_binding(self):
        for signature in self:
            signature.binding = signature.order_id._current_signature() == signature

    def _compute_intact(self):
        # The web client asks for sizes instead of contents; these are hashed.
        for signature in self:
            evidence = signature.with_context(bin_size=False)
            signature.intact = (
                sha256(evidence.attachment_id.raw) == evidence.sha256
                and sha256(base64.b64decode(evidence.image or b""))
                == (evidence.image_sha256 or sha256(b""))
                and all(evidence.document_ids.mapped("intact"))
            )

    def _signed_files(self):
        """The documents of these signatures: the quotation, then its agreements; for
        whoever may read what they stand behind."""
        signatures = self.sudo()
        return signatures.attachment_id | signatures.document_ids.attachment_id

    def _counts(self):
        """Signatures that count: on the portal at once, on paper once a second person
        confirmed."""
        return self.filtered(
            lambda s: (
                s.event == "signature" and (s.method == "portal" or s.confirmation_ids)
            )
        )

    def _record_again(self, event, **values):
        """Record an event about what was signed here, such as its confirmation."""
        self.ensure_one()
        return self._record(
            [
                {
                    "order_id": self.order_id.id,
                    "key_account_id": self.order_id.key_account_id.id,
                    "company_id": self.order_id.company_id.id,
                    "event": event,
                    "method": self.method,
                    "signed_by": self.signed_by,
                    "signed_on": self.signed_on,
                    "entered_by_id": self.env.uid,
                    "fingerprint": self.fingerprint,
                    "attachment_id": self.attachment_id.id,
                    "sha256": self.sha256,
                    **values,
                }
            ]
        )

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        return self.attachment_id._open_signed(self)


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
    intact = fields.Boolean(compute="_compute_intact", compute_sudo=True)

    def _compute_intact(self):
        for document in self:
            evidence = document.with_context(bin_size=False)
            document.intact = sha256(evidence.attachment_id.raw) == evidence.sha256

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        return self.attachment_id._open_signed(self.signature_id)
