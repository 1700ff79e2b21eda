from odoo import api, fields, models
from odoo.exceptions import UserError

from .sale_order_terms import UNDECIDED

AGREEMENT_TYPES = [
    ("handover", "Handover agreement"),
    ("quality", "Quality agreement"),
    ("confidentiality", "Confidentiality agreement"),
    ("letter_of_intent", "Letter of intent"),
    ("agency", "Agency contract"),
    ("other", "Other"),
]


class KeyAccountAgreement(models.Model):
    """A document that goes with a quotation or an account."""

    _name = "key.account.agreement"
    _description = "Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    type = fields.Selection(
        AGREEMENT_TYPES, required=True, default="handover", tracking=True
    )
    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    opportunity_id = fields.Many2one(
        "crm.lead", ondelete="set null", index="btree_not_null"
    )
    drafter_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, tracking=True
    )
    file = fields.Binary(string="Document", attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    body = fields.Html(string="Text", sanitize_attributes=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("ready", "Ready"),
            ("signed", "Signed"),
            ("ended", "Ended"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )
    date_from = fields.Date(string="Valid from")
    date_to = fields.Date(string="Valid until")
    order_ids = fields.Many2many(
        "sale.order",
        "sale_order_key_account_agreement_rel",
        "agreement_id",
        "order_id",
        string="Quotations",
    )

    def action_ready(self):
        for agreement in self:
            if not agreement.file and not agreement.body:
                raise UserError(
                    self.env._(
                        "“%(name)s” has neither text nor document. Write it or attach"
                        " it first.",
                        name=agreement.name,
                    )
                )
        self.state = "ready"

    def action_draft(self):
        self.state = "draft"

    def write(self, vals):
        res = super().write(vals)
        if {"file", "body", "name", "type"} & vals.keys():
            orders = self.sudo().order_ids.filtered(lambda o: o.state in UNDECIDED)
            orders.with_env(self.env).sudo()._terms_changed()
        return res

    def _terms(self):
        """What of these agreements is approved and signed: title, kind, text and the
        file's hash."""
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "in", self.ids),
                ]
            )
        )
        checksum = {
            attachment.res_id: attachment.checksum for attachment in attachments
        }
        return [
            [
                agreement.id,
                agreement.type,
                agreement.name,
                str(agreement.body or ""),
                checksum.get(agreement.id, ""),
            ]
            for agreement in self.sorted("id")
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.sudo().filtered("order_ids")
        if used:
            raise UserError(
                self.env._(
                    "“%(name)s” goes with a quotation. Take it off the quotation"
                    " first, or end it.",
                    name=used[0].name,
                )
            )
