"""Evidence of what the customer signed."""

import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request


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
    binding = fields.Boolean(compute="_compute_binding")
    intact = fields.Boolean(
        compute="_compute_intact",
        help="The document is still, byte for byte, the one that was signed.",
    )

    _anonymous_values = {
        "signed_by": "-",
        "function": False,
        "ip": False,
        "image": False,
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
        for signature in self:
            signature.intact = (
                signature.sudo()._document_hash() == signature.sudo().sha256
            )

    def _document_hash(self):
        content = self.attachment_id.raw or b""
        return hashlib.sha256(content).hexdigest()

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
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}",
            "target": "new",
        }

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
            order._file_signature(
                content,
                f"{order.name}-signed.pdf",
                method="portal",
                signed_by=order.signed_by,
                signed_on=order.signed_on or fields.Datetime.now(),
                ip=request.httprequest.remote_addr if request else False,
                image=order.signature,
            )

    def _file_signature(self, content, file_name, **values):
        self.ensure_one()
        order = self.sudo()
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": file_name,
                    "raw": content,
                    "res_model": "sale.order",
                    "res_id": order.id,
                }
            )
        )
        return self.env["key.account.signature"]._record(
            [
                {
                    "order_id": order.id,
                    "key_account_id": order.key_account_id.id,
                    "company_id": order.company_id.id,
                    "entered_by_id": self.env.uid,
                    "fingerprint": order._terms_fingerprint(),
                    "attachment_id": attachment.id,
                    "sha256": hashlib.sha256(content).hexdigest(),
                    **values,
                }
            ]
        )

    def _file_signed_return(self, document, file_name, signed_by, function, signed_on):
        """File a quotation that came back signed on paper; it counts once confirmed."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("draft", "sent"):
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

    @api.depends("signature_ids")
    def _compute_has_signed_document(self):
        for order in self:
            order.has_signed_document = bool(order.sudo().signature_ids._counts())

    has_signed_document = fields.Boolean(compute="_compute_has_signed_document")

    def action_open_signed_quotation(self):
        self.ensure_one()
        self.check_access("read")
        signature = self._current_signature(binding=False)
        if not signature:
            raise UserError(self.env._("%s has not been signed.", self.name))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{signature.attachment_id.id}",
            "target": "new",
        }
