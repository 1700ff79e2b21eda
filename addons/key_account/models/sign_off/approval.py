from odoo import api, fields, models

from ...rules import authority as rules
from ..authority.dimension import dimensions

# What a number without limit is written down as.
UNLIMITED_SHOWN = -1.0


class KeyAccountApproval(models.Model):
    """One event in the sign-off of a quotation: insert-only; the last event is the
    state."""

    _name = "key.account.approval"
    _description = "Approvals"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "event"

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="restrict", index=True
    )
    key_account_id = fields.Many2one("key.account", ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    event = fields.Selection(
        [
            ("request", "Requested"),
            ("approve", "Approved"),
            ("reject", "Rejected"),
            ("send_back", "Sent back"),
            ("withdraw", "Withdrawn"),
            ("supersede", "Superseded"),
            ("escalate", "Escalated"),
        ],
        required=True,
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, ondelete="restrict"
    )
    capacity = fields.Selection(
        [
            ("author", "Author"),
            ("level", "Authority level"),
            ("delegate", "Delegate"),
            ("sole", "Sole sign-off"),
            ("system", "System"),
        ],
        required=True,
        default="level",
    )
    delegator_id = fields.Many2one(
        "res.users",
        string="On behalf of",
        ondelete="restrict",
        help="Whose authority the delegate decided with.",
    )
    by_whom = fields.Char(string="Decided by", compute="_compute_by_whom")
    level_id = fields.Many2one("key.account.authority.level", ondelete="restrict")
    required_level_id = fields.Many2one(
        "key.account.authority.level", ondelete="restrict"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    comment = fields.Text()
    term_ids = fields.One2many(
        "key.account.approval.term", "approval_id", string="Measured terms"
    )
    approver_ids = fields.Many2many(
        "res.users",
        "key_account_approval_approver_rel",
        "approval_id",
        "user_id",
        string="Asked",
    )
    inputs = fields.Json(
        groups="key_account.group_manager",
        help="Rates, reference prices, costs, receivable and identities the terms were"
        " measured with.",
    )
    fingerprint = fields.Char()
    snapshot = fields.Html(string="As it was", sanitize=False)
    amount = fields.Monetary(string="Untaxed amount")
    discount = fields.Float(string="Discount (%)")
    valid_until = fields.Date()

    _anonymous_values = {"comment": False}

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events.order_id._set_process({"authority_bound": True})
        return events

    @api.depends("user_id", "delegator_id")
    @api.depends_context("lang")
    def _compute_by_whom(self):
        for approval in self:
            name = approval.user_id.name
            if approval.delegator_id:
                name = self.env._(
                    "%(name)s on behalf of %(delegator)s",
                    name=name,
                    delegator=approval.delegator_id.name,
                )
            approval.by_whom = name

    @api.depends("event", "order_id")
    def _compute_display_name(self):
        labels = dict(self._fields["event"]._description_selection(self.env))
        for approval in self:
            approval.display_name = (
                f"{approval.order_id.name}: {labels.get(approval.event)}"
            )


class KeyAccountApprovalTerm(models.Model):
    """A term as it was measured for a request or an approval."""

    _name = "key.account.approval.term"
    _description = "Approved terms"
    _inherit = ["key.account.evidence"]
    _order = "id"

    approval_id = fields.Many2one(
        "key.account.approval", required=True, ondelete="restrict", index=True
    )
    key_account_id = fields.Many2one(
        related="approval_id.key_account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="approval_id.company_id", store=True, precompute=True
    )
    dimension = fields.Selection(dimensions, required=True)
    scope = fields.Selection(
        [("order", "Order"), ("line", "Line")], required=True, default="order"
    )
    where = fields.Char()
    # The numbers of private dimensions are for managers: everybody else reads them as
    # shown.
    value = fields.Float(digits=(16, 2), groups="key_account.group_manager")
    measured = fields.Boolean(default=True)
    author_limit = fields.Float(
        digits=(16, 2),
        groups="key_account.group_manager",
        help="-1 where unlimited.",
    )
    unlimited = fields.Boolean()
    shown_value = fields.Char(string="Measured as", compute="_compute_shown")
    shown_limit = fields.Char(string="Author's limit", compute="_compute_shown")
    has_limit = fields.Boolean()
    required_level_id = fields.Many2one(
        "key.account.authority.level", ondelete="restrict"
    )
    within = fields.Boolean()
    verdict = fields.Char(help="In words, in the language of whoever asked.")

    @api.depends("dimension", "measured", "has_limit", "unlimited", "within")
    @api.depends_context("uid", "lang")
    def _compute_shown(self):
        """Value and limit by the unit of their dimension; private ones for managers."""
        is_manager = self.env.user.has_group("key_account.group_manager")
        Limit = self.env["key.account.authority.limit"]
        for term in self:
            rule, stored = rules.DIMENSIONS.get(term.dimension), term.sudo()
            currency = stored.company_id.currency_id
            if not rule or (rule.private and not is_manager):
                term.shown_value = self._shown_side(term, rule)
                term.shown_limit = ""
                continue
            limit = stored.author_limit if term.has_limit else None
            if term.unlimited:
                limit = rules.UNLIMITED
            term.shown_limit = Limit._shown(term.dimension, limit, currency)
            term.shown_value = (
                Limit._shown(term.dimension, stored.value, currency)
                if term.measured
                else self.env._("not measured")
            )

    def _shown_side(self, term, rule):
        """Of a private dimension: only on which side of the limit it lies."""
        if not rule or not term.measured:
            return self.env._("not measured")
        if term.within:
            return self.env._("within the limit")
        if rule.lower_is_worse:
            return self.env._("below the limit")
        return self.env._("beyond the limit")
