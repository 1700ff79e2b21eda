"""From a customer's contact to their key account file."""

from odoo import api, fields, models

# What makes somebody a contact of another company.
_EMPLOYER = frozenset(("parent_id", "is_company"))
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

    def write(self, vals):
        if _EMPLOYER.isdisjoint(vals):
            return super().write(vals)
        # Whoever goes to work for another customer leaves behind what was decided; what
        # is still open goes with them. Whoever writes a contact may read no deals.
        lead = self.env["crm.lead"].sudo()
        decided = lead.with_context(active_test=False).search(
            [
                ("partner_id", "child_of", self.ids),
                ("key_account_id", "!=", False),
                ("won_status", "!=", "pending"),
            ]
        )
        with self.env.protecting([lead._fields["key_account_id"]], decided):
            result = super().write(vals)
            if decided:
                self.flush_model(["commercial_partner_id"])
        return result

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
