"""The events of a sign-off, the terms each of them was about, and recording one."""

from odoo import Command, api, fields, models

from ...rules import authority as rules
from ...rules.states import DECISIONS, UNDECIDED
from ..authority.dimension import dimensions
from ..shared.label import labelled, selection_labels

# What a number without limit is written down as.
UNLIMITED_SHOWN = -1.0
# What of it the team's messengers are told.
_TOLD = {
    "request": "approval_asked",
    "escalate": "approval_escalated",
    **dict.fromkeys(DECISIONS, "approval_decided"),
}


class KeyAccountApproval(models.Model):
    """One event in the sign-off of a quotation: insert-only; the last event is the
    state."""

    _name = "key.account.approval"
    _description = "Approvals"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "event"
    # Of somebody's many quotations few were ever asked for.
    _listing = frozenset(("order_id",))

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="restrict", index=True
    )
    key_account_id = fields.Many2one("key.account", ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.team",
        string="Sales team then",
        ondelete="restrict",
        index="btree_not_null",
    )
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
        "key.account.authority.level", string="Required level", ondelete="restrict"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    request_id = fields.Many2one(
        "key.account.approval",
        string="Decides on",
        ondelete="restrict",
        index="btree_not_null",
        help="The request that this decides on.",
    )
    working_hours = fields.Float(
        "Hours taken",
        aggregator="avg",
        help="From the request to this decision, by the company's calendar with its"
        " holidays, as counted then.",
    )
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
    valid_until = fields.Date("Valid until")

    _anonymous_values = {"comment": False}

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events.order_id._set_kept({"authority_bound": True})
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
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = selection_labels(self, "event")
        for approval in self:
            approval.display_name = labelled(
                self.env, approval.sudo().order_id.name, labels.get(approval.event)
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
        "Author limit",
        digits=(16, 2),
        groups="key_account.group_manager",
        help="-1 where unlimited.",
    )
    unlimited = fields.Boolean()
    # Computed with full rights, as the numbers themselves are for managers only.
    shown_value = fields.Char(
        string="Measured as", compute="_compute_shown", compute_sudo=True
    )
    shown_limit = fields.Char(
        string="Author's limit", compute="_compute_shown", compute_sudo=True
    )
    has_limit = fields.Boolean()
    required_level_id = fields.Many2one(
        "key.account.authority.level", string="Required level", ondelete="restrict"
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
            rule = rules.DIMENSIONS.get(term.dimension)
            currency = term.company_id.currency_id
            if not rule or (rule.private and not is_manager):
                term.shown_value = self._side_text(term, rule)
                term.shown_limit = ""
                continue
            limit = term.author_limit if term.has_limit else None
            if term.unlimited:
                limit = rules.UNLIMITED
            term.shown_limit = Limit._value_text(term.dimension, limit, currency)
            term.shown_value = (
                Limit._value_text(term.dimension, term.value, currency, limit)
                if term.measured
                else self.env._("not measured")
            )

    def _side_text(self, term, rule):
        """Of a private dimension: only on which side of the limit it lies."""
        if not rule or not term.measured:
            return self.env._("not measured")
        if term.within:
            return self.env._("within the limit")
        if rule.lower_is_worse:
            return self.env._("below the limit")
        return self.env._("beyond the limit")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _log_approval(self, event, *, capacity, found=None, **details):
        """Record one event of the sign-off with the terms as they are now. Entered with
        full rights, as whatever has to do with an open request.

        :param found: what was measured for it a moment ago, kept with the event
        :param details: as of :meth:`_approval_values`
        """
        self.ensure_one()
        values = self._approval_values(event, capacity, found, **details)
        approval = self.env["key.account.approval"]._record([values])
        if found:
            verdicts = found.decision.verdicts
            self.env["key.account.approval.term"]._record(
                [self._term_values(approval, verdict) for verdict in verdicts]
            )
            self._keep_event(approval, found)
        self._show_in_inbox(approval)
        if told := _TOLD.get(event):
            self.env["key.account.webhook"]._announce(told, self)
        return approval

    def _approval_values(
        self,
        event,
        capacity,
        found,
        *,
        level=None,
        required=None,
        comment=None,
        approvers=None,
        user=None,
        delegator=None,
    ):
        """An event as it is recorded.

        :param level: the level that was asked, or that decided
        :param required: the level that is needed, where it is not the one found
        :param approvers: who is asked
        :param user: whose event it is, where not the caller's
        :param delegator: whose authority the caller decides with
        """
        if required is None and found and found.decision.required_level:
            required = self.env["key.account.authority.level"]._by_sequence(
                self.company_id, found.decision.required_level
            )
        inputs = self._envelope_inputs(found)
        fingerprint, last = self._terms_fingerprint(), self._last_event()
        unchanged = last.fingerprint == fingerprint
        return {
            "order_id": self.id,
            "key_account_id": self.key_account_id.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "event": event,
            "user_id": (user or self.env.user).id,
            "capacity": capacity,
            "delegator_id": delegator.id if delegator else False,
            "level_id": level.id if level else False,
            "required_level_id": required.id if required else False,
            "comment": comment or False,
            "approver_ids": [Command.set(approvers.ids if approvers else [])],
            **self._decided_on(event),
            "inputs": inputs,
            "fingerprint": fingerprint,
            "snapshot": last.snapshot if unchanged else self._terms_snapshot(),
            "amount": self._untaxed_of_company(),
            "discount": inputs["worst"].get("discount/order") or 0.0,
            "valid_until": event == "approve" and self._approval_valid_until(),
        }

    def _decided_on(self, event):
        """Which request a decision ends, and how many working hours that took."""
        if event not in DECISIONS:
            return {}
        requests = self.approval_ids.filtered(lambda a: a.event == "request")
        request = requests.sorted("id")[-1:]
        if not request:
            return {}
        span = (request.date, fields.Datetime.now())
        return {
            "request_id": request.id,
            "working_hours": self.company_id._key_account_working_hours([span])[0],
        }

    def _keep_event(self, approval, found):
        """Store what an event means for terms that were measured for it a moment ago,
        instead of measuring them once more."""
        if self.state not in UNDECIDED:
            return
        state, level, until = None, found.level, found.until
        if approval.event == "request":
            state = "pending"
        elif approval.event == "approve":
            state, level, until = "approved", approval.level_id, approval.valid_until
        ended = until and until < self.company_id._key_account_today()
        if state and not ended:
            self._set_kept(
                {
                    "authority_state": state,
                    "authority_level_id": level.id,
                    "authority_valid_until": until,
                }
            )

    def _term_values(self, approval, verdict):
        measure, limit = verdict.measure, verdict.limit
        required = self.env["key.account.authority.level"]._by_sequence(
            self.company_id, verdict.required_level
        )
        return {
            "approval_id": approval.id,
            "dimension": measure.dimension,
            "scope": measure.scope,
            "where": measure.where,
            "value": measure.value or 0.0,
            "measured": measure.value is not None,
            "has_limit": limit is not None,
            "author_limit": UNLIMITED_SHOWN
            if limit == rules.UNLIMITED
            else (limit or 0.0),
            "unlimited": limit == rules.UNLIMITED,
            "required_level_id": required.id,
            "within": verdict.within,
            "verdict": self._verdict_text(verdict),
        }

    def _approval_valid_until(self):
        return self._offer_valid_until()
