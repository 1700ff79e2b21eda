"""Documents that go with a quotation or an account."""

import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext

from ...rules.evidence import said
from ...rules.states import UNDECIDED

# What is approved and signed of an agreement, and whom and what it is for.
_CONTENT = frozenset(
    "file file_name body name type_id date_from date_to key_account_id"
    " opportunity_id".split()
)
# What whoever drafts says of it by hand; all else is the process's word.
_BY_HAND = ("draft", "ready")


class KeyAccountAgreement(models.Model):
    """A document that goes with a quotation or an account.

    Its state follows the process: a draft may be called ready, where its type asks for
    no legal check; that it was checked, signed or has ended is said by the methods that
    see to it. What was signed stays as it was, also once it has ended.
    """

    _name = "key.account.agreement"
    _description = "Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "id desc"
    _under = frozenset(("key_account_id", "opportunity_id", "order_ids"))
    _check_company_auto = True
    _kept = frozenset(("signed_on", "author_id"))
    _no_default = frozenset(("state",))

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
    author_id = fields.Many2one(
        "res.users",
        string="Last changed by",
        readonly=True,
        copy=False,
        help="Who wrote what it says now.",
    )
    file = fields.Binary(string="Document", attachment=True, copy=False)
    file_name = fields.Char("File name", copy=False)
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
    signed_on = fields.Datetime(
        string="Signed on",
        readonly=True,
        copy=False,
        help="When a quotation that it goes with was signed and confirmed.",
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
        self._assert_kept_start(vals_list)
        default = self.env.context.get("default_state") or "draft"
        vals_list = [{"state": default, **vals} for vals in vals_list]
        if any(vals["state"] not in _BY_HAND for vals in vals_list):
            self._refuse_state()
        agreements = super().create(vals_list)
        agreements._set_kept({"author_id": self.env.uid})
        agreements._listed_on(agreements._quotations())
        return agreements

    def write(self, vals):
        self._assert_kept(vals)
        if "state" in vals and not self._is_by_process(("state",)):
            self._assert_state_by_hand(vals["state"])
        listed = self._quotations() if "order_ids" in vals else None
        changing = not _CONTENT.isdisjoint(vals) and self._changed_by(vals)
        if changing:
            changing._assert_not_signed()
        res = super().write(vals)
        if changing:
            changing._file_changed()
        if listed is not None:
            now = self._quotations()
            self._listed_on((listed | now) - (listed & now))
        return res

    def _changed_by(self, vals):
        """Those of these agreements that would say something else; a form sends back
        what it shows."""
        if "file" in vals:
            return self
        return self.filtered(
            lambda agreement: any(
                agreement._fields[name].convert_to_write(agreement[name], agreement)
                != agreement._as_written(name, vals[name])
                for name in _CONTENT.intersection(vals)
            )
        )

    def _as_written(self, name, value):
        field = self._fields[name]
        cached = field.convert_to_cache(value, self, validate=False)
        return field.convert_to_write(field.convert_to_record(cached, self), self)

    def _assert_state_by_hand(self, state):
        """A draft may be called ready; for the rest there are buttons, which see to
        what it takes."""
        moved = self.filtered(lambda agreement: agreement.state != state)
        if moved and (state != "ready" or set(moved.mapped("state")) != {"draft"}):
            self._refuse_state()
        moved._assert_checked()

    def _refuse_state(self):
        raise AccessError(
            self.env._(
                "The state of an agreement follows from what happens with it: press"
                " Ready, Request legal check, Back to draft or End. It is signed with"
                " the quotation that lists it."
            )
        )

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
        for agreement in self.filtered(lambda a: a.state == "signed" or a.signed_on):
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
        agreements._set_kept({"author_id": self.env.uid})
        agreements._void_check()
        orders = agreements.order_ids.filtered(lambda o: o.state in UNDECIDED)
        if orders:
            orders._mark_authority()
            orders._terms_changed()

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_ready(self):
        self.check_access("write")
        self._assert_not_signed()
        for agreement in self:
            agreement._assert_content()
            agreement._assert_checked()
        self._write_kept({"state": "ready"})

    def action_draft(self):
        self.check_access("write")
        self._assert_not_signed()
        self._write_kept({"state": "draft"})
        self._forget_check()

    def _assert_content(self):
        if not self.file and not said(html2plaintext(self.body or "")):
            raise UserError(
                self.env._(
                    "“%(name)s” has neither text nor document. Write it or attach it"
                    " first.",
                    name=self.name,
                )
            )

    def action_end(self):
        """It holds no longer; what was signed stays."""
        self.check_access("write")
        self._write_kept({"state": "ended"})

    # ------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------

    def _missing_texts(self):
        """What is left to do before these agreements can be signed."""
        if not self:
            return []
        texts = []
        for agreement in self:
            today = agreement.company_id._key_account_today()
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
            signed._write_kept({"state": "signed", "signed_on": fields.Datetime.now()})

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
