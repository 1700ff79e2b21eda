"""What the customer asks for, line by line, and how it is settled."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules import requirement as rules
from ..shared.as_created import as_created
from ..shared.label import field_label, listed

REQUIREMENT_KINDS = [
    ("technical", "Technical"),
    ("material", "Material"),
    ("dimensions", "Dimensions"),
    ("packing", "Packing"),
    ("cleaning", "Cleaning"),
    ("delivery", "Delivery"),
    ("service", "Service"),
    ("quality_standard", "Quality standard"),
    ("inspection", "Inspection"),
    ("target_price", "Target price"),
    ("payment", "Payment"),
    ("handover", "Handover"),
    ("agreement", "Agreement"),
]

# Derived or measured.
_DERIVED = {
    "key_account_id",
    "company_id",
    "is_measured",
    "measured_discount",
    "authority_limit",
}
# What a new line is measured by, or else judged by hand.
_JUDGED = ("product_id", "target_price", "able", "within_authority")


class KeyAccountRequirement(models.Model):
    """What the customer asks for, compared with our capability and authority.

    Lines travel from the visit to the opportunity, the quotation and the contract
    review. A line that we cannot meet, or that the specialist may not promise, lies
    ``outside``: a manager's ruling alone settles it (``_settle_by_ruling``).
    """

    _name = "key.account.requirement"
    _description = "Requirement"
    _inherit = ["mail.thread", "key.account.under"]
    _order = "sequence, id"
    _under = frozenset(("visit_id", "opportunity_id"))
    _no_default = frozenset(("state", "within_authority"))
    _kept = frozenset(("ruling_id", "author_id"))
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        REQUIREMENT_KINDS, default="technical", required=True, index=True
    )
    name = fields.Char(string="What is asked", required=True, tracking=True)
    visit_id = fields.Many2one(
        "key.account.visit",
        string="Source visit",
        ondelete="restrict",
        index=True,
        copy=False,
    )
    opportunity_id = fields.Many2one(
        "crm.lead",
        compute="_compute_opportunity_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        compute="_compute_key_account_id",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        index=True,
        precompute=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Specialist",
        compute="_compute_user_id",
        help="Whose authority the line is compared with.",
    )
    author_id = fields.Many2one(
        "res.users",
        string="Worded by",
        readonly=True,
        copy=False,
        help="Who last said what the customer asks for: they do not rule on it.",
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    product_id = fields.Many2one(
        "product.product", domain=[("sale_ok", "=", True)], check_company=True
    )
    # Of different things: no sum.
    quantity = fields.Float(default=1.0, digits="Product Unit", aggregator=None)
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    target_price = fields.Monetary(
        "Target price", help="Per unit, untaxed.", tracking=True, aggregator=None
    )
    capability_id = fields.Many2one(
        "key.account.capability",
        check_company=True,
        domain="[('kind', '=', kind), ('product_id', 'in', [False, product_id])]",
    )
    our_standard = fields.Text(
        "Our standard",
        compute="_compute_from_capability",
        store=True,
        readonly=False,
        precompute=True,
    )
    able = fields.Selection(
        [("yes", "Yes"), ("with_condition", "With condition"), ("no", "No")],
        string="We are able",
        compute="_compute_from_capability",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    condition = fields.Char(
        compute="_compute_from_capability", store=True, readonly=False, precompute=True
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("settled", "Settled"),
            ("outside", "Outside"),
            ("dropped", "Dropped"),
        ],
        compute="_compute_state",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        copy=False,
        tracking=True,
    )
    ruling_id = fields.Many2one(
        "key.account.ruling",
        string="Settled by ruling",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    _has_origin = models.Constraint(
        "CHECK (visit_id IS NOT NULL OR opportunity_id IS NOT NULL)",
        "A requirement belongs to a visit or to an opportunity.",
    )

    # ---------------------------------------- compute

    @api.depends("visit_id.opportunity_ids")
    def _compute_opportunity_id(self):
        """The opportunity of the visit, where it has one only."""
        for line in self:
            leads = line.visit_id.opportunity_ids
            line.opportunity_id = line.opportunity_id or (
                leads if len(leads) == 1 else False
            )

    @api.depends("opportunity_id.key_account_id", "visit_id.key_account_id")
    def _compute_key_account_id(self):
        for line in self:
            line.key_account_id = (
                line.opportunity_id.key_account_id or line.visit_id.key_account_id
            )

    @api.depends("key_account_id.company_id", "opportunity_id.company_id")
    def _compute_company_id(self):
        for line in self:
            line.company_id = (
                line.key_account_id.company_id
                or line.opportunity_id.company_id
                or self.env.company
            )

    @api.depends("opportunity_id.user_id", "visit_id.user_id", "key_account_id.user_id")
    def _compute_user_id(self):
        # Whoever reads the line may not see the deal.
        for line, all_of in zip(self, self.sudo(), strict=True):
            line.user_id = (
                all_of.opportunity_id.user_id
                or all_of.visit_id.user_id
                or all_of.key_account_id.user_id
            )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.uom_id or line.product_id.uom_id

    @api.depends("company_id", "visit_id.currency_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = (
                line.currency_id
                or line.visit_id.currency_id
                or line.company_id.currency_id
            )

    @api.depends("capability_id")
    def _compute_from_capability(self):
        for line in self:
            capability = line.capability_id
            line.our_standard = capability.standard or line.our_standard
            line.able = capability.able or line.able
            line.condition = capability.condition or line.condition

    @api.depends("able", "within_authority", "ruling_id")
    def _compute_state(self):
        for line in self:
            line.state = rules.state(
                line.state or "open",
                line.able,
                line.within_authority,
                bool(line.ruling_id),
            )

    # ---------------------------------------- constraints

    @api.constrains("visit_id", "opportunity_id")
    def _check_one_account(self):
        for line in self:
            visit_account = line.visit_id.key_account_id
            lead_customer = line.opportunity_id.partner_id.commercial_partner_id
            if (
                visit_account
                and lead_customer
                and visit_account.partner_id != lead_customer
            ):
                raise ValidationError(
                    self.env._(
                        "Requirement “%(line)s”: the visit is to %(visited)s, the"
                        " opportunity"
                        " belongs to %(customer)s. Choose an opportunity of the same"
                        " customer.",
                        line=line.name,
                        visited=visit_account.display_name,
                        customer=lead_customer.display_name,
                    )
                )

    # ---------------------------------------- crud

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_creatable(vals_list)
        lines = super().create(
            [
                self._without_judgement(vals) if self._will_be_measured(said) else vals
                for vals, said in zip(
                    vals_list, as_created(self, vals_list, _JUDGED), strict=True
                )
            ]
        )
        lines._set_kept({"author_id": self.env.uid})
        lines.visit_id._assert_lines_open()
        return lines

    def write(self, vals):
        if self._is_by_process(vals):
            return super().write(vals)
        self._assert_kept(vals)
        self._assert_may_move(vals)
        if vals.get("state") == "settled" and len(vals) > 1:
            # Settled against what the line says then, not against what it said before.
            self.write({name: value for name, value in vals.items() if name != "state"})
            return self.write({"state": "settled"})
        self._assert_writable(vals)
        # Of what is measured, the rest of the values is written without the judgement.
        measured = self.browse()
        if "within_authority" in vals:
            measured = self.filtered(lambda line: line._will_be_measured(vals))
        changed = self._changed_by(vals)
        if ruled := changed.filtered("ruling_id"):
            ruled.sudo()._write_kept({"ruling_id": False})
        moved = changed.filtered(
            lambda line: (
                line.state == "settled"
                and line.opportunity_id.id
                != vals.get("opportunity_id", line.opportunity_id.id)
            )
        )
        result = super(KeyAccountRequirement, self - measured).write(vals)
        if measured:
            result = super(KeyAccountRequirement, measured).write(
                self._without_judgement(vals)
            )
        if not rules.WORDED.isdisjoint(vals):
            changed._set_kept({"author_id": self.env.uid})
        # What was settled for one deal is not settled for another.
        if settled := moved.filtered(lambda line: line.state == "settled"):
            settled.action_reopen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_before_review(self):
        self.visit_id._assert_lines_open()

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name == "ruling_id" and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    # ---------------------------------------- business methods

    def _settle_by_ruling(self, ruling):
        """Settle lines that lay outside, by the manager's ruling to quote."""
        self.sudo()._write_kept({"ruling_id": ruling.id, "state": "settled"})

    @api.model
    def _assert_creatable(self, vals_list):
        state = self.env.context.get("default_state")
        settled = [
            vals
            for vals, said in zip(
                vals_list, as_created(self, vals_list, _JUDGED), strict=True
            )
            if vals.get("state", state) == "settled"
            and (
                self._will_be_measured(said)
                or not rules.may_settle(said.get("able"), said.get("within_authority"))
            )
        ]
        if settled:
            self._raise_outside(
                listed(self.env, (vals.get("name") or "?" for vals in settled))
            )
        self._assert_kept_start(vals_list)

    def _assert_writable(self, vals):
        if derived := sorted(_DERIVED.intersection(vals)):
            raise UserError(
                self.env._(
                    "These follow from the visit, the opportunity and the price and"
                    " cannot be entered: %s",
                    listed(self.env, [field_label(self, name) for name in derived]),
                )
            )
        if "visit_id" in vals:
            self.visit_id._assert_lines_open()
            self.env["key.account.visit"].browse(
                vals["visit_id"] or []
            )._assert_lines_open()
        if vals.get("state") == "settled":
            refused = self.filtered(
                lambda line: (
                    not rules.may_settle(
                        line.able, line.within_authority, bool(line.ruling_id)
                    )
                )
            )
            if refused:
                self._raise_outside(listed(self.env, refused.mapped("name")))
