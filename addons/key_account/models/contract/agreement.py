"""Documents that go with a quotation or an account."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...rules.states import UNDECIDED

# What is approved and signed of an agreement.
_CONTENT = frozenset(("file", "body", "name", "type_id", "date_from", "date_to"))


class KeyAccountAgreement(models.Model):
    """A document that goes with a quotation or an account."""

    _name = "key.account.agreement"
    _description = "Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    type_id = fields.Many2one(
        "key.account.agreement.type",
        required=True,
        default=lambda self: self.env["key.account.agreement.type"].search([], limit=1),
        ondelete="restrict",
        tracking=True,
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
            ("legal_check", "Legal check"),
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
        copy=False,
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        given = {name for vals in vals_list for name in vals}
        self._assert_not_check(
            given | {key.removeprefix("default_") for key in self.env.context}
        )
        agreements = super().create(vals_list)
        agreements._listed_on(agreements._quotations())
        return agreements

    def write(self, vals):
        self._assert_not_check(vals)
        listed = self._quotations() if "order_ids" in vals else None
        changing = not _CONTENT.isdisjoint(vals)
        if changing:
            self._assert_not_signed()
        res = super().write(vals)
        if changing:
            self._file_changed()
        if listed is not None:
            now = self._quotations()
            self._listed_on((listed | now) - (listed & now))
        return res

    def _quotations(self):
        """All that list these agreements, whoever may read them."""
        return self.sudo().order_ids

    def _listed_on(self, orders):
        """What a quotation lists is one of its terms, from whichever side it is put
        there."""
        if orders:
            orders._check_agreements()
            orders._mark_authority()
            orders._terms_changed()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.filtered(lambda agreement: agreement._quotations())
        if used:
            raise UserError(
                self.env._(
                    "“%(name)s” goes with a quotation. Take it off the quotation"
                    " first, or end it.",
                    name=used[0].name,
                )
            )

    def _assert_not_signed(self):
        for agreement in self.filtered(lambda a: a.state == "signed"):
            raise UserError(
                self.env._(
                    "“%(name)s” has been signed: its content stays. Draft a new one.",
                    name=agreement.name,
                )
            )

    def _file_changed(self):
        """Another content: its legal check is void, and so is what the quotations that
        list it were approved and signed with."""
        # Whoever writes a file need not see what hangs on it.
        agreements = self.sudo().exists()
        agreements._assert_not_signed()
        agreements._void_check()
        orders = agreements.order_ids.filtered(lambda o: o.state in UNDECIDED)
        if orders:
            orders._mark_authority()
            orders._terms_changed()

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_ready(self):
        for agreement in self:
            agreement._assert_content()
            agreement._assert_checked()
        self.state = "ready"

    def action_draft(self):
        self._assert_not_signed()
        self.state = "draft"
        self._forget_check()

    def _assert_content(self):
        if not self.file and is_html_empty(self.body):
            raise UserError(
                self.env._(
                    "“%(name)s” has neither text nor document. Write it or attach it"
                    " first.",
                    name=self.name,
                )
            )

    def action_end(self):
        """It holds no longer; what was signed stays."""
        self.state = "ended"

    # ------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------

    def _missing_texts(self):
        """What is left to do before these agreements can be signed."""
        if not self:
            return []
        today = fields.Date.context_today(self)
        texts = []
        for agreement in self:
            if agreement.state == "draft":
                text = self.env._("agreement “%s” is still a draft", agreement.name)
            elif agreement.state == "legal_check":
                text = self.env._("legal check of agreement “%s”", agreement.name)
            elif agreement.state == "ended" or (
                agreement.date_to and agreement.date_to < today
            ):
                text = self.env._("agreement “%s” has ended", agreement.name)
            else:
                continue
            texts.append(text)
        return texts

    def _set_signed(self):
        """Signed together with an order: from now on their content stays."""
        signed = self.filtered(lambda a: a.state == "ready")
        if signed:
            signed.state = "signed"

    def _document(self):
        """(name, bytes) of what is signed: the document, or else the text."""
        self.ensure_one()
        agreement = self.with_context(bin_size=False)
        if agreement.file:
            name = agreement.file_name or agreement.name
            return name, base64.b64decode(agreement.file)
        return f"{agreement.name}.html", str(agreement.body or "").encode()

    def _checksums(self):
        """{agreement id: checksum of its file}"""
        if not self:
            return {}
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "in", self.ids),
            ]
        )
        return {file.res_id: file.checksum for file in files}

    def _terms(self):
        """What of these agreements is approved and signed: title, kind, text, the
        file's hash, and from and until when they hold. As they are stored: a form that
        lists them changes nothing of theirs."""
        agreements = self._origin
        checksums = agreements._checksums()
        return [
            [
                agreement.id,
                agreement.type_id.code,
                agreement.name,
                str(agreement.body or ""),
                checksums.get(agreement.id, ""),
                [str(day or "") for day in (agreement.date_from, agreement.date_to)],
            ]
            for agreement in agreements.sorted("id")
        ]
