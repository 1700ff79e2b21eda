"""Documents that go with a quotation or an account, and their legal check."""

import base64

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import is_html_empty

from ...rules.states import UNDECIDED

# What is approved and signed of an agreement.
_CONTENT = frozenset(("file", "body", "name", "type_id", "date_from", "date_to"))
# Kept by the legal check itself.
_CHECK = frozenset(("legal_user_ids", "legal_checked_by_id", "legal_checked_on"))
_UNCHECKED = {"legal_checked_by_id": False, "legal_checked_on": False}
_CHECK_ACTIVITY = "key_account.mail_activity_contract_review"


class KeyAccountAgreementType(models.Model):
    """A kind of agreement, and whether it must pass a legal check."""

    _name = "key.account.agreement.type"
    _description = "Agreement Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="By this code a stage gate asks for an agreement."
    )
    sequence = fields.Integer(default=10)
    needs_legal_check = fields.Boolean(
        help="An agreement of this type is checked by the legal function before the"
        " quotation can be signed off or sent."
    )
    active = fields.Boolean(default=True)

    _unique_code = models.Constraint(
        "UNIQUE(code)", "Another type of agreement has this code."
    )


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
    needs_legal_check = fields.Boolean(related="type_id.needs_legal_check")
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
    legal_user_ids = fields.Many2many(
        "res.users",
        "key_account_agreement_legal_user_rel",
        "agreement_id",
        "user_id",
        string="Asked for the legal check",
        readonly=True,
        copy=False,
    )
    legal_checked_by_id = fields.Many2one(
        "res.users", string="Legally checked by", readonly=True, copy=False
    )
    legal_checked_on = fields.Datetime(
        string="Checked on", readonly=True, copy=False, tracking=True
    )
    can_check = fields.Boolean(compute="_compute_can_check")
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

    @api.depends("state", "legal_user_ids")
    @api.depends_context("uid")
    def _compute_can_check(self):
        for agreement in self:
            agreement.can_check = (
                agreement.state == "legal_check"
                and self.env.user in agreement.legal_user_ids
            )

    @api.constrains("state", "legal_checked_on")
    def _check_legally_checked(self):
        # The net below the buttons: no path makes an unchecked document ready.
        for agreement in self.filtered(lambda a: a.state in ("ready", "signed")):
            agreement._assert_checked()

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
        agreements._listed_on(agreements.sudo().order_ids)
        return agreements

    def write(self, vals):
        self._assert_not_check(vals)
        listed = self.sudo().order_ids if "order_ids" in vals else None
        changing = not _CONTENT.isdisjoint(vals)
        if changing:
            self._assert_not_signed()
        res = super().write(vals)
        if changing:
            self._file_changed()
        if listed is not None:
            now = self.sudo().order_ids
            self._listed_on((listed | now) - (listed & now))
        return res

    def _listed_on(self, orders):
        """What a quotation lists is one of its terms, from whichever side it is put
        there."""
        if orders:
            orders._check_agreements()
            orders._mark_authority()
            orders._terms_changed()

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

    def _assert_not_check(self, names):
        if not self.env.su and not _CHECK.isdisjoint(names):
            raise AccessError(
                self.env._("Who checked an agreement, and when, is kept by the check.")
            )

    def _assert_not_signed(self):
        for agreement in self.sudo().filtered(lambda a: a.state == "signed"):
            raise UserError(
                self.env._(
                    "“%(name)s” has been signed: its content stays. Draft a new one.",
                    name=agreement.name,
                )
            )

    def _file_changed(self):
        """Another content: its legal check is void, and so is what the quotations that
        list it were approved and signed with."""
        agreements = self.sudo().exists()
        agreements._assert_not_signed()
        checked = agreements.filtered(
            lambda a: a.legal_checked_on or a.state == "legal_check"
        )
        if checked:
            checked.write({"state": "draft", **_UNCHECKED})
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
        self.sudo().write({"legal_user_ids": [Command.clear()], **_UNCHECKED})
        self.sudo().activity_unlink([_CHECK_ACTIVITY])

    def action_end(self):
        """It holds no longer; what was signed stays."""
        self.state = "ended"

    def action_request_legal_check(self):
        """Put these agreements to whoever reviews for the legal function."""
        for agreement in self:
            agreement.check_access("write")
            agreement._assert_content()
            users = agreement._legal_reviewers() - agreement.drafter_id
            if not users:
                raise UserError(
                    self.env._(
                        "Nobody may check “%(name)s”: Configuration names legal"
                        " reviewers under Contract Review Functions.",
                        name=agreement.name,
                    )
                )
            agreement.state = "legal_check"
            agreement.sudo().legal_user_ids = [Command.set(users.ids)]
            for user in users:
                reader = agreement.with_context(lang=user.lang)
                agreement.sudo().activity_schedule(
                    _CHECK_ACTIVITY,
                    user_id=user.id,
                    summary=reader.env._("Legal check: %s", agreement.name),
                )

    def action_legal_pass(self):
        """The legal function has no objection."""
        self._assert_may_check()
        self.sudo().write(
            {
                "state": "ready",
                "legal_checked_by_id": self.env.uid,
                "legal_checked_on": fields.Datetime.now(),
            }
        )
        self._end_check(self.env._("Legal check passed."))

    def action_legal_refuse(self, comment=None):
        """The legal function objects: back to the drafter, with the reason."""
        self._assert_may_check()
        comment = (comment or "").strip()
        if not comment:
            raise UserError(
                self.env._("Say what has to be changed: the drafter has to know.")
            )
        self.sudo().state = "draft"
        text = self.env._("Legal check not passed: %s", comment)
        self._end_check(text)
        for agreement in self.sudo().filtered("drafter_id"):
            agreement.activity_schedule(
                "key_account.mail_activity_follow_up",
                user_id=agreement.drafter_id.id,
                summary=self.env._("Revise “%s”: legal check.", agreement.name),
                note=text,
            )

    def _end_check(self, text):
        agreements = self.sudo()
        agreements.activity_unlink([_CHECK_ACTIVITY])
        for agreement in agreements.with_user(self.env.user).sudo():
            agreement.message_post(body=text, subtype_xmlid="mail.mt_note")

    # ------------------------------------------------------------
    # Legal check
    # ------------------------------------------------------------

    def _legal_reviewers(self):
        functions = self.env["key.account.contract.review.function"].sudo()
        functions = functions.with_context(active_test=True).search(
            [("company_id", "=", self.company_id.id), ("function", "=", "legal")]
        )
        return functions.user_ids.filtered("active")

    def _unchecked(self):
        """Agreements that a legal check is missing for."""
        return self.filtered(lambda a: a.needs_legal_check and not a.legal_checked_on)

    def _unchecked_texts(self):
        return [
            self.env._(
                "Agreement “%(name)s” (%(type)s) has not passed its legal check.",
                name=agreement.name,
                type=agreement.type_id.name,
            )
            for agreement in self._unchecked()
        ]

    def _assert_checked(self):
        if texts := self.sudo()._unchecked_texts():
            raise ValidationError("\n".join(texts))

    def _assert_content(self):
        if not self.file and is_html_empty(self.body):
            raise UserError(
                self.env._(
                    "“%(name)s” has neither text nor document. Write it or attach it"
                    " first.",
                    name=self.name,
                )
            )

    def _assert_may_check(self):
        self.check_access("read")
        for agreement in self.sudo():
            if agreement.state != "legal_check":
                raise UserError(
                    self.env._("“%s” is not in its legal check.", agreement.name)
                )
            if (
                self.env.user not in agreement.legal_user_ids
                or not self.env.user.has_group("key_account.group_contract_reviewer")
            ):
                raise AccessError(
                    self.env._(
                        "“%(name)s” is checked by %(people)s.",
                        name=agreement.name,
                        people=", ".join(agreement.legal_user_ids.mapped("name")),
                    )
                )

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
        signed = self.sudo().filtered(lambda a: a.state == "ready")
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
        files = self.env["ir.attachment"].sudo()
        files = files.search(
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
