"""The address to which customers write: one of a company, off until it is named."""

from odoo import api, fields, models
from odoo.exceptions import UserError

_MODEL = "key.account.feedback"


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_feedback_alias_id = fields.Many2one(
        "mail.alias",
        string="Alias of feedback",
        copy=False,
        ondelete="set null",
        prefetch="key_account",
    )
    key_account_feedback_alias = fields.Char(
        string="Address for feedback",
        compute="_compute_key_account_feedback_alias",
        inverse="_inverse_key_account_feedback_alias",
        help="What stands before the @, e.g. “complaints”. A mail to it becomes"
        " feedback of the customer who sent it. Empty: none is taken.",
    )
    key_account_feedback_domain = fields.Char(
        string="Domain of feedback", compute="_compute_key_account_feedback_domain"
    )

    @api.depends("key_account_feedback_alias_id")
    def _compute_key_account_feedback_alias(self):
        for company in self:
            # Its aliases are Odoo's, of which not everybody may read.
            alias = company.sudo().key_account_feedback_alias_id
            company.key_account_feedback_alias = alias.alias_name

    @api.depends("key_account_feedback_alias_id", "alias_domain_id")
    def _compute_key_account_feedback_domain(self):
        for company in self:
            own = company.sudo()
            alias = own.key_account_feedback_alias_id
            domain = alias.alias_domain_id or own.alias_domain_id
            company.key_account_feedback_domain = domain.name

    def _inverse_key_account_feedback_alias(self):
        for company in self:
            # Whoever may write the company; aliases themselves belong to Odoo's
            # administrators.
            own = company.sudo()
            name = (company.key_account_feedback_alias or "").partition("@")[0].strip()
            alias = own.key_account_feedback_alias_id
            if not name:
                alias.unlink()
            elif alias:
                alias.alias_name = name
            else:
                own.key_account_feedback_alias_id = own._make_feedback_alias(name)

    def _make_feedback_alias(self, name):
        if not self.alias_domain_id:
            raise UserError(
                self.env._(
                    "%s has no domain for mail yet. Enter one in Settings / General"
                    " Settings / Alias Domain, then name the address for feedback.",
                    self.display_name,
                )
            )
        return self.env["mail.alias"].create(
            {
                "alias_name": name,
                "alias_domain_id": self.alias_domain_id.id,
                "alias_model_id": self.env["ir.model"]._get_id(_MODEL),
                "alias_defaults": repr({"company_id": self.id}),
                "alias_contact": "everyone",
            }
        )

    def _key_account_feedback_address(self):
        """Where answers about feedback go, so that they come back to it; or False."""
        alias = self.key_account_feedback_alias_id
        return alias.alias_full_name if alias.alias_domain_id else False


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_feedback_alias = fields.Char(
        related="company_id.key_account_feedback_alias", readonly=False
    )
    key_account_feedback_domain = fields.Char(
        related="company_id.key_account_feedback_domain"
    )
