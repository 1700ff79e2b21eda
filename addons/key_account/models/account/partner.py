"""From a customer's contact to their key account file."""

from odoo import api, fields, models

_READERS = "key_account.group_specialist,key_account.group_support"


class ResPartner(models.Model):
    _inherit = "res.partner"

    key_account_id = fields.Many2one(
        "key.account",
        string="Key account",
        compute="_compute_key_account_id",
        groups=_READERS,
        help="The file kept of this customer in the present companies, if you may read"
        " it.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_key_account_id(self):
        companies = self.commercial_partner_id
        files = self.env["key.account"].search([("partner_id", "in", companies.ids)])
        file_of = {file.partner_id: file for file in files.sorted("id", reverse=True)}
        for partner in self:
            partner.key_account_id = file_of.get(partner.commercial_partner_id, False)

    def action_open_key_account(self):
        """Open the file, as far as it may be read."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "key.account",
            "res_id": self.key_account_id.id,
            "views": [(False, "form")],
        }
