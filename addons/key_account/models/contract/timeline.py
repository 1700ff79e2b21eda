"""Contracts and signatures in the history of their account."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class KeyAccountTimeline(models.Model):
    _inherit = "key.account.timeline"

    kind = fields.Selection(selection_add=[("contract", "Contracts")])

    @api.model
    def _sources(self):
        return {
            **super()._sources(),
            6: self._signatures(),
            7: self._agreements(),
        }

    @api.model
    def _signatures(self):
        return self._entries(
            "key.account.signature",
            "contract",
            Domain("key_account_id", "!=", False)
            & self._of_readable("order_id", "sale.order"),
            moment="entered_on",
            code=("signature.", "event"),
            note="signed_by",
            user_id="entered_by_id",
        )

    @api.model
    def _agreements(self):
        return self._entries(
            "key.account.agreement",
            "contract",
            Domain("signed_on", "!=", False),
            moment="signed_on",
            code=SQL("'agreement.signed'::varchar"),
            user_id="drafter_id",
        )

    @api.depends("res_model", "res_id")
    def _compute_subject(self):
        """What was signed, of a signature: who signed stands beside it."""
        result = super()._compute_subject()
        of_signatures = self.filtered(
            lambda entry: entry.res_model == "key.account.signature"
        )
        signatures = self.env["key.account.signature"].browse(
            of_signatures.mapped("res_id")
        )
        for entry, signature in zip(of_signatures, signatures, strict=True):
            entry.subject = signature.order_id.display_name
        return result

    @api.model
    def _code_labels(self):
        return {
            **super()._code_labels(),
            "signature.signature": self.env._("Quotation signed"),
            "signature.confirmation": self.env._("Signed paper confirmed"),
            "signature.reset": self.env._("Signature cleared"),
            "agreement.signed": self.env._("Agreement signed"),
        }
