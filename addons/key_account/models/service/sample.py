"""Samples for a customer: what is asked for, and to which standard."""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...rules import sample as rules
from ..shared.label import field_label, listed

# What is made, to what standard, and until when: agreed with the customer, it stands.
_AGREED = frozenset(
    "opportunity_id key_account_id subject product_id kind quantity contact_id"
    " requested_on standard drawing_ids promised_date".split()
)


class KeyAccountSample(models.Model):
    """A sample (样品) for an opportunity: requested, its standard agreed, checked by a
    named person of ours before it leaves, sent, received, judged by the customer.

    The way through the states is a control: ``state``, and who did what when, are
    written by the ``action_*`` methods alone, which check who may. The day by which it
    is sent is a promise, with the deadline that all promises have.
    """

    _name = "key.account.sample"
    _description = "Sample"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "id desc"
    _rec_names_search = ["name", "subject"]
    # A drawing of others is not shown by hanging it on one's own sample.
    _under = frozenset(("key_account_id", "opportunity_id", "drawing_ids"))
    _under_derived = frozenset(("key_account_id",))
    _check_company_auto = True

    name = fields.Char(
        string="Sample No.", default="New", required=True, readonly=True, copy=False
    )
    subject = fields.Char(
        string="Sample",
        required=True,
        compute="_compute_subject",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    opportunity_id = fields.Many2one(
        "crm.lead",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain=(
            "[('type', '=', 'opportunity'), ('key_account_id', '!=', False),"
            " ('key_account_id', '=?', key_account_id)]"
        ),
    )
    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        compute="_compute_key_account_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="key_account_id.team_id", store=True, index=True, precompute=True
    )
    customer_id = fields.Many2one(related="key_account_id.partner_id")
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("agreed", "Standard agreed"),
            ("checked", "Checked"),
            ("sent", "Sent"),
            ("received", "Received"),
            ("judged", "Result known"),
            ("cancelled", "Cancelled"),
        ],
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    # The request
    product_id = fields.Many2one("product.product", check_company=True)
    kind = fields.Selection(
        [
            ("stock", "From stock"),
            ("adapted", "Adapted product"),
            ("drawing", "To the customer's drawing"),
            ("trial", "Trial batch"),
        ],
        default="drawing",
        required=True,
    )
    quantity = fields.Float(default=1.0, required=True, aggregator=None)
    uom_id = fields.Many2one("uom.uom", string="Unit", compute="_compute_uom_id")
    drawing_ids = fields.Many2many(
        "ir.attachment",
        "key_account_sample_drawing_rel",
        "sample_id",
        "attachment_id",
        string="Drawings and standards",
        copy=False,
        ondelete="restrict",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Asked for by",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', customer_id)]",
        help="Who at the customer wants it.",
    )
    requested_on = fields.Date(
        string="Asked for on",
        required=True,
        default=lambda self: self.env.company._key_account_today(),
        copy=False,
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Requested by",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Who of ours made the request; somebody else checks the sample.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        index=True,
        tracking=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Who sees to it that it is sent as promised.",
    )
    note = fields.Text(string="Inner note", copy=False)

    # The standard
    standard = fields.Text(
        string="Agreed standard",
        help="What it is judged by: dimensions, material, surface, tests, quantity.",
    )

    # Rounds
    former_id = fields.Many2one(
        "key.account.sample",
        string="Former round",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The sample that was refused, for which this one is made.",
    )
    later_ids = fields.One2many("key.account.sample", "former_id", copy=False)
    round = fields.Integer(default=1, readonly=True, copy=False, aggregator="max")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "At least something has to be sent as a sample."
    )
    _one_next_round = models.UniqueIndex(
        "(former_id) WHERE former_id IS NOT NULL AND state != 'cancelled'",
        "A refused sample has one next round.",
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("product_id")
    def _compute_subject(self):
        for sample in self:
            sample.subject = sample.subject or sample.product_id.display_name

    @api.depends("product_id")
    def _compute_uom_id(self):
        for sample in self:
            sample.uom_id = sample.product_id.uom_id

    @api.depends("opportunity_id")
    def _compute_key_account_id(self):
        for sample in self:
            sample.key_account_id = (
                sample.opportunity_id.key_account_id or sample.key_account_id
            )

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for sample in self:
            parts = (sample.name if sample.id else False, sample.subject)
            sample.display_name = " · ".join(part for part in parts if part)

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("opportunity_id", "key_account_id")
    def _check_opportunity(self):
        for sample in self:
            account = sample.opportunity_id.key_account_id
            if account != sample.key_account_id:
                raise ValidationError(
                    self.env._(
                        "The sample “%(sample)s” is for %(account)s, but its"
                        " opportunity belongs to another customer. Choose an"
                        " opportunity of %(account)s.",
                        sample=sample.subject,
                        account=sample.key_account_id.display_name,
                    )
                )

    @api.constrains("requested_on", "company_id")
    def _check_requested_on(self):
        for sample in self:
            if sample.requested_on > sample.company_id._key_account_today():
                raise ValidationError(
                    self.env._(
                        "“%s”: a sample cannot have been asked for on a day that is"
                        " still to come.",
                        sample.subject,
                    )
                )

    @api.constrains("contact_id", "key_account_id")
    def _check_contact(self):
        for sample in self.filtered("contact_id"):
            sample._assert_of_customer(sample.contact_id)

    def _assert_of_customer(self, contact):
        self.ensure_one()
        customer = self.key_account_id.partner_id
        if not contact or contact.commercial_partner_id != customer:
            raise ValidationError(
                self.env._(
                    "“%(sample)s”: choose one of the contacts of %(customer)s.",
                    sample=self.subject,
                    customer=customer.display_name,
                )
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_has_account(vals_list)
        samples = super().create(vals_list)
        for sample in samples:
            # Numbers are given one by one, whoever may read the sequence.
            numbers = self.env["ir.sequence"].sudo()
            numbers = sample.company_id._key_account_counting(numbers)
            number = numbers.next_by_code(self._name)
            sample._set_kept({"name": number or f"SP{sample.id:05}"})
        samples._file_drawings()
        return samples

    def write(self, vals):
        self._assert_kept(vals)
        self._assert_open(vals)
        result = super().write(vals)
        if "drawing_ids" in vals:
            self._file_drawings()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_requests(self):
        # What was agreed once was promised, also where it is changed just now.
        if kept := self.filtered(
            lambda s: s.state != rules.REQUESTED or s.former_id or s.first_promised
        ):
            raise UserError(
                self.env._(
                    "%s cannot be deleted: what was agreed with a customer is kept."
                    " Cancel it with a reason.",
                    listed(self.env, kept.mapped("display_name")),
                )
            )

    def _assert_may_move(self, vals):
        if vals.get("opportunity_id"):
            # It takes its account along, which the deal alone may not open.
            lead_id = self._to_id("opportunity_id", vals["opportunity_id"])
            lead = self.env["crm.lead"].sudo().browse(lead_id).exists()
            vals = {"key_account_id": lead.key_account_id.id, **vals}
        return super()._assert_may_move(vals)

    @api.model
    def _assert_has_account(self, vals_list):
        """A deal whose customer has no file has nobody who may read its samples."""
        for lead in self._said_parents("opportunity_id", vals_list):
            if lead.has_access("read"):
                lead._assert_key_account()

    def _assert_open(self, vals):
        """What was agreed with the customer, and what has been checked, stands."""
        names = self._frozen_names().intersection(vals)
        if not names or self._is_by_process(names):
            return
        changed = {
            name
            for name in names
            for sample in self
            if name in sample._frozen_in_state() and not sample._says(name, vals[name])
        }
        if changed:
            labels = sorted(field_label(self, name) for name in changed)
            raise UserError(
                self.env._(
                    "%(samples)s: %(fields)s stand as agreed with the customer. Press"
                    " “Change the Standard” as long as it has not been sent; then it is"
                    " agreed and checked anew.",
                    samples=listed(self.env, self.mapped("display_name")),
                    fields=listed(self.env, labels),
                )
            )

    @api.model
    def _frozen_names(self):
        """Hook: what stands from some state on; each class adds its own."""
        return _AGREED

    def _frozen_in_state(self):
        """Hook: what of this sample stands by now."""
        self.ensure_one()
        return frozenset() if self.state == rules.REQUESTED else _AGREED

    def _says(self, name, value):
        """Whether it says this already: forms send along what they show."""
        if self._fields[name].type == "many2many":
            made = {Command.CREATE, Command.UPDATE}
            if any(command[0] in made for command in self._commands(value)):
                return False
            return not self._moves(name, value, set(self[name].ids))
        return self._is_unchanged(name, value)

    def _file_drawings(self):
        """Files that were uploaded before the sample was there are its own: whoever
        reads it, as the one who checks it, reads them."""
        for sample in self:
            # Whose upload it is was asked when it was put here.
            loose = sample.drawing_ids.sudo().filtered(lambda file: not file.res_id)
            loose.write({"res_model": self._name, "res_id": sample.id})

    # ------------------------------------------------------------
    # THE STANDARD
    # ------------------------------------------------------------

    def _fingerprint(self):
        """What was agreed, in one value: words, what is made, how much, and what stands
        in the files, which can be changed elsewhere."""
        self.ensure_one()
        # Files are read as they are, whoever asks.
        files = self.sudo().drawing_ids.sorted("id")
        parts = (
            self.subject,
            self.product_id.id,
            self.kind,
            self.quantity,
            (self.standard or "").strip(),
            [(file.id, file.checksum) for file in files],
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


class KeyAccount(models.Model):
    _inherit = "key.account"

    sample_ids = fields.One2many(
        "key.account.sample", "key_account_id", string="Samples", copy=False
    )

    def _is_used(self):
        return super()._is_used() or bool(self.sample_ids)

    def _merge_into(self, survivor):
        """What was promised goes, as the deal does, with the file that stays; with full
        rights: of whomever the files are."""
        result = super()._merge_into(survivor)
        samples = self.sudo().sample_ids
        # While files are merged, opportunities and files do not fit each other.
        samples._set_kept({"key_account_id": survivor.id})
        return result
