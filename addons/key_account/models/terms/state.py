"""The commercial terms of a quotation compared with authority: its stored state."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...rules import authority as rules
from ...rules import envelope
from ...rules.states import CONTROLLED, OPEN_EVENTS, UNDECIDED
from ..shared import optional
from ..shared.ir_cron import is_cron

# A write of one of these is a change of commercial terms.
ORDER_TERMS = frozenset(
    (
        "partner_id",
        "company_id",
        "currency_id",
        "pricelist_id",
        "payment_term_id",
        "commitment_date",
        "note",
        "fiscal_position_id",
        "order_line",
        "agreement_ids",
        "handover_terms",
        "requirement_ids",
        "user_id",
        "require_signature",
        "require_payment",
        "prepayment_percent",
    )
)
# What the authority state is computed from.
MEASURED_FIELDS = (
    "state",
    "company_id",
    "team_id",
    "user_id",
    "key_account_id",
    "key_account_id.state",
    "key_account_id.limit_grade",
    "key_account_id.team_id",
    "terms_author_id",
    "currency_id",
    "opportunity_id",
    "validity_date",
    "payment_term_id",
    "commitment_date",
    "require_signature",
    "require_payment",
    "prepayment_percent",
    "order_line.product_id",
    "order_line.product_uom_qty",
    "order_line.product_uom_id",
    "order_line.price_subtotal",
    "order_line.display_type",
    "order_line.customer_lead",
    "requirement_ids.able",
    "requirement_ids.state",
    "opportunity_id.requirement_ids.able",
    "opportunity_id.requirement_ids.state",
    "approval_ids",
    "agreement_ids",
)
# Kept by the process itself; nobody writes them by hand or over RPC.
PROCESS_FIELDS = frozenset(
    (
        "key_account_id",
        "authority_state",
        "authority_level_id",
        "authority_valid_until",
        "terms_author_id",
        "promised_on",
        "approver_ids",
        "sign_off_requester_id",
        "sign_off_requested_on",
        "sign_off_escalated",
        "sign_off_user_ids",
        "sign_off_deadline",
        "authority_confirmed",
        "authority_bound",
        "terms_version",
        "contract_state",
        "contract_number",
        "approval_ids",
        "signature_ids",
        "contract_review_ids",
    )
)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    key_account_id = fields.Many2one(
        "key.account",
        compute="_compute_key_account_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    # What hardly any request asks for is read in a group of its own ("prefetch"), not
    # with every quotation.
    terms_author_id = fields.Many2one(
        "res.users",
        string="Terms by",
        readonly=True,
        copy=False,
        help="The last colleague who changed commercial terms.",
    )
    promised_on = fields.Datetime(
        string="Delivery promised on",
        readonly=True,
        copy=False,
        help="When the delivery date was promised: whether it undercuts lead times is"
        " seen on that day.",
        prefetch="key_account",
    )
    authority_state = fields.Selection(
        [
            ("not_applicable", "Not applicable"),
            ("within", "Within authority"),
            ("required", "Sign-off required"),
            ("pending", "Sign-off pending"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
        ],
        string="Authority",
        compute="_compute_authority_state",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    authority_level_id = fields.Many2one(
        "key.account.authority.level",
        string="Decided by level",
        compute="_compute_authority_state",
        store=True,
        copy=False,
        prefetch="key_account",
    )
    authority_valid_until = fields.Date(
        string="Authority until",
        compute="_compute_authority_state",
        store=True,
        copy=False,
        index="btree_not_null",
        help="The last day of the approval, of the room given for the deal, or of the"
        " limits in force; after it the customer sees nothing before it is measured"
        " again.",
        prefetch="key_account",
    )
    authority_held = fields.Boolean(
        compute="_compute_authority_held",
        help="Must not reach the customer now: sign-off is missing and the company"
        " enforces it.",
    )
    authority_preview = fields.Html(
        compute="_compute_authority_preview", sanitize=False, groups="base.group_user"
    )
    authority_confirmed = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        groups="base.group_system",
        help="What was confirmed: the envelope that later changes are compared with.",
    )
    terms_version = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts the changes of commercial terms. Each writes the row of the order,"
        " so that whoever decides or signs at the same moment meets the change.",
    )
    authority_bound = fields.Boolean(
        readonly=True,
        copy=False,
        help="Sign-off was asked for, or somebody signed: changed terms are compared"
        " with that.",
    )
    approver_ids = fields.Many2many(
        "res.users",
        "sale_order_key_account_approver_rel",
        "order_id",
        "user_id",
        string="Asked to sign off",
        readonly=True,
        copy=False,
    )
    sign_off_user_ids = fields.Many2many(
        "res.users",
        "sale_order_key_account_sign_off_user_rel",
        "order_id",
        "user_id",
        string="Asked at any time",
        readonly=True,
        copy=False,
        help="Whoever was asked to sign off goes on reading what it was about.",
    )
    approval_ids = fields.One2many(
        "key.account.approval",
        "order_id",
        string="Sign-off history",
        readonly=True,
        groups="sales_team.group_sale_salesman",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")
    requirement_ids = fields.One2many(
        "key.account.requirement",
        "order_id",
        string="Requirements",
        groups="key_account.group_specialist,key_account.group_support",
    )
    agreement_ids = fields.Many2many(
        "key.account.agreement",
        "sale_order_key_account_agreement_rel",
        "order_id",
        "agreement_id",
        string="Agreements",
        copy=False,
        groups="key_account.group_specialist,key_account.group_support",
    )
    handover_terms = fields.Html(
        string="Handover terms",
        help="How, where and by whom the goods are handed over and accepted.",
        prefetch="key_account",
    )
    authority_discount = fields.Float(
        string="Discount (%)",
        compute="_compute_authority_discount",
        help="Weighted, against reference prices.",
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.model
    def _authority_depends(self):
        """Fields that decide on the authority state; where other modules keep costs,
        those as well."""
        line_fields = self.env["sale.order.line"]._fields
        return MEASURED_FIELDS + tuple(
            f"order_line.{name}"
            for name in optional.cost_fields()
            if name in line_fields
        )

    @api.depends("partner_id", "company_id")
    def _compute_key_account_id(self):
        partners = self.partner_id.commercial_partner_id
        # An archived file (one merged away) is nobody's, whatever the context says.
        accounts = self.env["key.account"].sudo().with_context(active_test=True)
        if partners:
            accounts = accounts.search([("partner_id", "in", partners.ids)])
        found = {
            (account.partner_id.id, account.company_id.id): account.id
            for account in accounts
        }
        for order in self:
            key = (order.partner_id.commercial_partner_id.id, order.company_id.id)
            order.key_account_id = found.get(key, False)

    @api.depends(lambda self: self._authority_depends())
    def _compute_authority_state(self):
        concerned = self._key_account_concerned()
        rest = self - concerned
        rest.authority_state = "not_applicable"
        rest.authority_level_id = False
        rest.authority_valid_until = False
        if concerned:
            found = concerned._authority_found()
            for order in concerned:
                order.authority_state = found[order].state
                order.authority_level_id = found[order].level
                order.authority_valid_until = found[order].until

    @api.depends(
        "authority_state",
        "order_line.price_subtotal",
        "order_line.product_uom_qty",
        "order_line.discount",
    )
    @api.depends_context("lang", "uid")
    def _compute_authority_preview(self):
        concerned = self._key_account_concerned()
        (self - concerned).authority_preview = False
        # What is stored tells enough where there is nothing to explain.
        explained = concerned.filtered(lambda order: not order._preview_is_quiet())
        found = explained._authority_found() if explained else {}
        for order in concerned:
            order.authority_preview = order._preview(found.get(order))

    @api.depends("authority_state", "state", "company_id")
    def _compute_authority_held(self):
        modes = self.env["res.company"]._key_account_modes()
        for order in self:
            order.authority_held = (
                order.authority_state in ("required", "pending", "rejected")
                and order.state in UNDECIDED
                and modes.get(order.company_id.id) == "enforce"
            )

    @api.depends("authority_state", "approver_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for order in self:
            order.can_decide = (
                order.authority_state == "pending"
                and self.env.user in order.approver_ids
            )

    @api.depends("order_line.price_subtotal")
    def _compute_authority_discount(self):
        concerned = self._key_account_concerned()
        (self - concerned).authority_discount = 0.0
        inputs = concerned._measuring_inputs(("discount",))
        for order in concerned:
            worst = envelope.worst(
                rules.measure_terms(order._terms(inputs[order]), ("discount",))
            )
            order.authority_discount = worst.get(("discount", "order")) or 0.0

    # ------------------------------------------------------------
    # Scope
    # ------------------------------------------------------------

    def _key_account_concerned(self):
        """Orders that the controls concern: of a key account, or of a key-account
        team."""
        modes = self.env["res.company"]._key_account_modes()
        if not modes:
            return self.browse()
        teams = self.env["crm.team"]._key_account_team_ids()
        orders = self.sudo().filtered(
            lambda order: (
                order.company_id.id in modes
                and (
                    order.team_id.id in teams
                    or order.key_account_id.state in CONTROLLED
                )
                and not optional.is_webshop_cart(order)
            )
        )
        return orders.with_env(self.env) if orders else self.browse()

    def _key_account_customer(self):
        """The company that buys: the account's, which needs no look at the contact."""
        return self.key_account_id.partner_id or self.partner_id.commercial_partner_id

    # ------------------------------------------------------------
    # Stored state
    # ------------------------------------------------------------

    def _set_process(self, values):
        """Set stored fields of the process, and what depends on them, without the whole
        chain of ``write()``: nothing else hangs on them, and this happens with every
        change of terms."""
        if not self:
            return
        for name, value in values.items():
            field = self._fields[name]
            self.env.remove_to_compute(field, self)
            with self.env.protecting([field], self):
                self[name] = value
        self.modified(list(values))

    def _mark_authority(self):
        """Have the stored authority state of these orders computed again."""
        for name in ("authority_state", "authority_level_id", "authority_valid_until"):
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    def _authority_ended(self):
        """Domain of quotations whose approval, the room given for the deal, or the
        limits they were measured with, have ended since."""
        return Domain("state", "in", UNDECIDED) & Domain(
            "authority_valid_until", "<", fields.Date.context_today(self)
        )

    # ------------------------------------------------------------
    # Changes of terms
    # ------------------------------------------------------------

    def _promise_changes(self, vals):
        """Orders whose delivery date another one replaces with this write."""
        if "commitment_date" not in vals:
            return self.browse()
        date = fields.Datetime.to_datetime(vals["commitment_date"]) or False
        return self.filtered(lambda order: order.commitment_date != date)

    @api.model
    def _acting_person(self):
        """The internal person who acts here, with whatever rights the code has: a
        server action or ``sudo()`` makes nobody else of them. Neither the portal nor a
        cron is a person, whoever the cron runs as.
        """
        user = self.env.user
        if not user._is_internal() or user._is_superuser():
            return None
        return None if is_cron(self.env) else user

    def _terms_changed(self):
        """Called after terms changed: remember who did, free what was bound to the old
        terms."""
        modes = self.env["res.company"]._key_account_modes()
        orders = self.sudo().filtered(lambda order: order.company_id.id in modes)
        person = self._acting_person() if orders else None
        if person:
            others = orders.filtered(lambda order: order.terms_author_id != person)
            others._set_process({"terms_author_id": person})
        concerned = orders._key_account_concerned()
        for order in concerned:
            order._set_process({"terms_version": order.terms_version + 1})
        bound = concerned.filtered(
            lambda order: order.authority_bound and order.state != "cancel"
        )
        for order in bound:
            order._release_signature_if_changed()
            last = order._last_event()
            if last.event in OPEN_EVENTS and order.authority_state != "pending":
                order._log_approval(
                    "supersede", capacity="system", user=order.terms_author_id
                )
                order._close_requests()
