"""A letter of intent that is filed tells that the customer is interested (意向)."""

from odoo import api, models

_LETTER = "letter_of_intent"


class KeyAccountAgreement(models.Model):
    _inherit = "key.account.agreement"

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._note_letter()
        return agreements

    def write(self, vals):
        result = super().write(vals)
        if not {"file", "type_id", "key_account_id"}.isdisjoint(vals):
            self._note_letter()
        return result

    def _note_letter(self):
        """Filed is what has a document: a draft without tells nothing of them."""
        letters = self.filtered(lambda a: a.type_id.code == _LETTER and a.file)
        letters.key_account_id._become_interested(
            self.env._("A letter of intent is filed")
        )
