"""Files that were signed stay as they are, whoever writes them and by whatever path."""

from odoo import api, models
from odoo.exceptions import AccessError

from ..shared.as_created import as_created
from ..shared.evidence import is_unlocked, unlocked_evidence
from ..shared.unlocked import fields_start, unlocked

# What makes a file another file, or puts it somewhere else.
_FILE = frozenset(
    ("raw", "datas", "db_datas", "type", "url", "res_model", "res_id", "res_field")
)
# What it is called and taken for, and who may open it.
_COVER = frozenset(
    "name mimetype public access_token company_id original_id description".split()
)
_PLACE = ("res_model", "res_id", "res_field")
_EVIDENCE_MODELS = ("key.account.signature", "key.account.signature.document")
_GUARDED_MODELS = ("sale.order", "key.account.agreement", *_EVIDENCE_MODELS)


def _of_guarded_model(file):
    return file.res_model in _GUARDED_MODELS


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def default_get(self, fields):
        if unlocked(self.env, self._name) is None:
            return super().default_get(fields)
        return fields_start(self, fields)

    @api.model_create_multi
    def create(self, vals_list):
        places = as_created(self, vals_list, _PLACE)
        self._assert_no_picture_of_a_signature(places)
        self._assert_no_other_evidence(places)
        attachments = super().create(vals_list)
        if any(place.get("res_field") for place in places):
            attachments._signed_agreements()._file_changed()
        return attachments

    def write(self, vals):
        guarded = self.browse()
        if not (_FILE | _COVER).isdisjoint(vals):
            guarded = self._assert_not_signed()
        if not _COVER.isdisjoint(vals):
            guarded._assert_covers_stay()
        if not set(_PLACE).isdisjoint(vals):
            places = [{**file._place(), **vals} for file in self]
            self._assert_no_picture_of_a_signature(places)
            self._assert_no_other_evidence(places)
        if _FILE.isdisjoint(vals):
            # Its content and its place stay.
            return super().write(vals)
        agreements = guarded._signed_agreements()
        res = super().write(vals)
        if vals.get("res_field"):
            agreements |= self._signed_agreements()
        agreements._file_changed()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never_what_was_signed(self):
        self._assert_not_signed()._signed_agreements()._file_changed()

    def _place(self):
        return {name: self[name] for name in _PLACE}

    def generate_access_token(self):
        # A mail that is too heavy links to the files it would carry: the server makes
        # up the token, and nobody chooses it.
        if self.env.su and (evidence := self.filtered(_of_guarded_model)._evidence()):
            super(IrAttachment, unlocked_evidence(evidence)).generate_access_token()
        return super().generate_access_token()

    def _assert_no_other_evidence(self, places):
        """A second file in the place of evidence would be shown instead of it."""
        if is_unlocked(self.env):
            return
        if any(place.get("res_model") in _EVIDENCE_MODELS for place in places):
            raise AccessError(
                self.env._(
                    "Files of a signature are filed by the process itself, and by"
                    " nobody else."
                )
            )

    def _assert_covers_stay(self):
        """What an agreement beyond its draft is called, and who may open it, stays; its
        content asks for another check."""
        agreements = self._signed_agreements().sudo()
        if is_unlocked(self.env) or not agreements:
            return
        if begun := agreements.filtered(lambda agreement: agreement.state != "draft"):
            raise AccessError(
                self.env._(
                    "The document of “%(agreement)s” has been checked or signed: what"
                    " it is called and who may open it stays. Set the agreement back"
                    " to draft, or draft a new one.",
                    agreement=begun[0].name,
                )
            )

    def _assert_no_picture_of_a_signature(self, places):
        """A picture put where the customer's signature is shown signs in their name."""
        order_ids = [
            place.get("res_id")
            for place in places
            if place.get("res_field") == "signature"
            and place.get("res_model") == "sale.order"
        ]
        if not order_ids or self.env.su:
            return
        orders = self.env["sale.order"].browse(filter(None, order_ids)).exists()
        concerned = orders._controlled()
        enforced = concerned.filtered(lambda o: o.company_id._key_account_enforces())
        if enforced:
            raise AccessError(enforced._customer_signs_text())

    def _open_signed(self, record):
        """Open this file as it was signed, by the right to read ``record`` alone."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self._signed_url(record),
            "target": "new",
        }

    def _signed_url(self, record):
        return f"/key_account/signed/{record._name}/{record.id}/{self.id}"

    def _signed_agreements(self):
        """The agreements whose document is among these files."""
        files = self.sudo().filtered(
            lambda file: (
                file.res_model == "key.account.agreement" and file.res_field == "file"
            )
        )
        return self.env["key.account.agreement"].browse(files.mapped("res_id"))

    def _assert_not_signed(self):
        """Raise where one of these files is evidence; return those that may matter."""
        guarded = self.sudo().filtered(_of_guarded_model)
        if guarded and not is_unlocked(self.env):
            signed = guarded._evidence()
            if not signed and not self.env.su:
                signed = guarded._order_signatures()
            if signed:
                raise AccessError(
                    self.env._(
                        "“%(file)s” was signed by the customer: it is evidence, and can"
                        " be neither changed, moved nor deleted.",
                        file=signed[0].name,
                    )
                )
        return guarded

    def _evidence(self):
        """Those of these files that a signature refers to."""
        own = self.filtered(lambda file: file.res_model in _EVIDENCE_MODELS)
        rest = (self - own).ids
        if not rest:
            return own
        domain = [("attachment_id", "in", rest)]
        for model in _EVIDENCE_MODELS:
            own |= self.env[model].search(domain).attachment_id
        return own

    def _order_signatures(self):
        """Pictures of the customer's signature on controlled quotations: written
        through the order alone, which asks who writes."""
        pictures = self.filtered(
            lambda file: (
                file.res_model == "sale.order" and file.res_field == "signature"
            )
        )
        orders = self.env["sale.order"].browse(pictures.mapped("res_id"))
        concerned = orders._key_account_concerned().ids
        return pictures.filtered(lambda file: file.res_id in concerned)
