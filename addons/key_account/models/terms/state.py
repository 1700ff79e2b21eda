"""The commercial terms of a quotation compared with authority: its stored state."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...rules.states import UNDECIDED
from ..shared import optional
from ..shared.memo import Memo

# What the authority state is computed from, as far as these rooms know.
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
)


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _kept = frozenset(
        (
            "authority_state",
            "authority_level_id",
            "authority_valid_until",
            "authority_confirmed",
            "authority_bound",
        )
    )

    # What hardly any request asks for is read in a group of its own ("prefetch"), not
    # with every quotation.
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
    authority_found = Memo(
        string="Measured with",
        compute="_compute_authority_found",
        compute_sudo=True,
        groups=fields.NO_ACCESS,
        help="What the stored state, and whatever explains it on a screen, was found by"
        " in this request. Guards and evidence measure anew.",
    )
    authority_held = fields.Boolean(
        compute="_compute_authority_held",
        help="Must not reach the customer now: sign-off is missing and the company"
        " enforces it.",
    )
    authority_confirmed = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        groups="base.group_system",
        help="What was confirmed: the envelope that later changes are compared with.",
    )
    authority_bound = fields.Boolean(
        readonly=True,
        copy=False,
        help="Sign-off was asked for, or somebody signed: changed terms are compared"
        " with that.",
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.model
    def _authority_depends(self):
        """Hook: fields that decide on the authority state; where other modules keep
        costs, those as well. Later rooms add theirs."""
        line_fields = self.env["sale.order.line"]._fields
        costs = (f"order_line.{name}" for name in optional.cost_fields())
        return (
            *MEASURED_FIELDS,
            *self._added_terms(),
            *(name for name in costs if name.partition(".")[2] in line_fields),
        )

    @api.depends(lambda self: self._authority_depends())
    def _compute_authority_found(self):
        found = self._authority_found()
        for order in self:
            order.authority_found = found[order]

    def _found_at_hand(self):
        """``{order: Found}``, measured once a request as long as nothing changes: for
        the stored state and for screens, which never know of more than it does."""
        # Found together, and nothing else that happened to be read with them.
        orders = self.sudo().browse(self._ids)
        return {order.with_env(self.env): order.authority_found for order in orders}

    @api.depends(lambda self: self._authority_depends())
    def _compute_authority_state(self):
        concerned = self._key_account_concerned()
        rest = self - concerned
        rest.authority_state = "not_applicable"
        rest.authority_level_id = False
        rest.authority_valid_until = False
        if concerned:
            found = concerned._found_at_hand()
            for order in concerned:
                order.authority_state = found[order].state
                order.authority_level_id = found[order].level
                order.authority_valid_until = found[order].until
            # The customer sees changed terms at once, where they have the quotation.
            concerned._keep_offers(found)

    @api.depends("authority_state", "state", "company_id")
    def _compute_authority_held(self):
        modes = self.env["res.company"]._key_account_modes()
        for order in self:
            order.authority_held = (
                order.authority_state in ("required", "pending", "rejected")
                and order.state in UNDECIDED
                and modes.get(order.company_id.id) == "enforce"
            )

    # ------------------------------------------------------------
    # Stored state
    # ------------------------------------------------------------

    def _set_kept(self, values):
        result = super()._set_kept(values)
        self._forget_found()
        return result

    def _mark_authority(self):
        """Have the stored authority state of these orders computed again."""
        for name in ("authority_state", "authority_level_id", "authority_valid_until"):
            self.env.add_to_compute(self._fields[name], self)
        self._forget_found()

    def _forget_found(self):
        """What these orders were measured with may be another by now."""
        self.invalidate_recordset(["authority_found"], flush=False)

    @api.model
    def _authority_ended(self):
        """Domain of quotations whose approval, the room given for the deal, or the
        limits they were measured with, have ended since."""
        ended = self.env["res.company"]._key_account_before_today(
            "authority_valid_until"
        )
        return Domain("state", "in", UNDECIDED) & ended
