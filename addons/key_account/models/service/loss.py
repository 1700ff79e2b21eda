"""Customers without an order for long: proposed as dormant or lost, decided by a
manager."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ...rules import loss as rules
from ...rules.evidence import said
from ..shared.label import labelled, listed
from ..shared.missing import missing
from ..shared.working_time import assert_has_come, today_of

OPEN = "open"
# What whoever decides says.
_SAID = frozenset(("reason", "happened_on", "ask_again_months"))


class KeyAccountLoss(models.Model):
    """An account that has not ordered for the months of its policy, with the figures of
    that day. The manager of its team accepts, which makes it dormant or lost, or
    declines, and is not asked again for some months. An order that comes ends the
    question. Each question stays as it was decided.

    Only the weekly job makes them; nothing here changes an account but who accepts.
    """

    _name = "key.account.loss"
    _description = "Proposed as Dormant or Lost"
    _inherit = ["key.account.kept"]
    _order = "state desc, since, id"
    _rec_name = "key_account_id"
    _no_default = _SAID

    key_account_id = fields.Many2one(
        "key.account", string="Account", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="key_account_id.team_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(related="key_account_id.user_id", string="Specialist")
    account_state = fields.Selection(
        related="key_account_id.state", string="Status of the account"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [(rules.DORMANT, "Dormant"), (rules.LOST, "Lost")],
        string="Proposed as",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            (OPEN, "To decide"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("lapsed", "Lapsed"),
        ],
        default=OPEN,
        required=True,
        readonly=True,
        index=True,
    )
    proposed_on = fields.Date("Proposed on", required=True, readonly=True)
    last_order_on = fields.Date(string="Last order", readonly=True)
    since = fields.Date(
        string="Without an order since",
        required=True,
        readonly=True,
        help="The day of the last order, or on which they became a customer or came"
        " on trial since then.",
    )
    months = fields.Integer(
        string="Months without an order", compute="_compute_months", aggregator=None
    )
    limit_months = fields.Integer(
        string="Asked after (months)",
        readonly=True,
        aggregator=None,
        help="By the policy of the account's importance.",
    )
    revenue = fields.Monetary(
        string="Orders of 12 months before",
        readonly=True,
        help="Of the twelve months up to the last order, untaxed, in company currency.",
    )
    reason = fields.Char(help="Why it is so, or why it is not.")
    happened_on = fields.Date(
        string="So since",
        help="Since when they are dormant or lost. Empty: since today.",
    )
    ask_again_months = fields.Integer(
        string="Ask again in (months)",
        default=3,
        aggregator=None,
        help="When you decline: how long nobody is asked again about this account.",
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    decided_on = fields.Datetime("Decided on", readonly=True)
    ask_again_on = fields.Date(string="Not asked before", readonly=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _one_open = models.UniqueIndex(
        "(key_account_id) WHERE state = 'open'",
        "A decision about this account has been asked for already.",
    )
    _ask_again_within = models.Constraint(
        "CHECK (ask_again_months BETWEEN 1 AND 120)",
        "Ask again in 1 to 120 months.",
    )

    # ---------------------------------------- compute

    @api.depends("since")
    def _compute_months(self):
        for company, losses in self.grouped("company_id").items():
            today = (company or self.env.company)._key_account_today()
            for each in losses:
                each.months = bool(each.since) and rules.full_months(each.since, today)

    @api.depends("state", "key_account_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for each in self:
            account = each.key_account_id
            asked = each.state == OPEN and account
            since = {account: each.create_date}
            each.can_decide = bool(asked and account._decided_by_user(since))

    @api.depends("key_account_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for each in self:
            name = each.key_account_id.display_name or ""
            each.display_name = labelled(self.env, name, kinds.get(each.kind, ""))

    # ---------------------------------------- CRUD

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals) and not _SAID.isdisjoint(vals):
            self.check_access("write")
            self._assert_open()
            self._assert_decides()
        return super().write(vals)

    # ---------------------------------------- actions

    def action_accept(self):
        """It is so: the accounts become dormant, or lost, on the day that is said."""
        self._assert_to_decide()
        self._assert_still()
        for each in self:
            account, day = each.key_account_id, each.happened_on or today_of(each)
            account.check_access("write")
            account._assert_may_write({"state": each.kind})
            each._assert_day(day)
            each._decide("accepted", happened_on=day)
            if each.kind == rules.LOST:
                account.action_lose(each.reason, day)
            else:
                account._on_occasion(day, each.reason).action_mark_dormant()
        return True

    def action_decline(self):
        """It is not so: they stay what they are, and nobody is asked for a while."""
        self._assert_to_decide()
        for each in self:
            pause = relativedelta(months=each.ask_again_months)
            each._decide("declined", ask_again_on=today_of(each) + pause)
        return True

    def action_open_account(self):
        self.ensure_one()
        return self.key_account_id.get_formview_action()

    # ---------------------------------------- business

    def _decide(self, state, **vals):
        self._write_kept(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                **vals,
            }
        )

    def _lapse(self):
        """Nobody needs to decide this any more."""
        self.filtered(lambda each: each.state == OPEN)._write_kept({"state": "lapsed"})

    # ---------------------------------------- who may, and when

    def _assert_to_decide(self):
        self.check_access("write")
        self._assert_open()
        self._assert_decides()
        if silent := self.filtered(lambda each: not said(each.reason)):
            raise missing(
                self.env._(
                    "Say the reason first, for: %s.",
                    listed(self.env, silent.mapped("display_name")),
                ),
                {"reason"},
            )

    def _assert_open(self):
        if decided := self.filtered(lambda each: each.state != OPEN):
            raise UserError(
                self.env._(
                    "These are decided, or an order has come, and stay as they are:"
                    " %s.",
                    listed(self.env, decided.mapped("display_name")),
                )
            )

    def _assert_decides(self):
        """The manager of the team, or a director; nobody about an account of their own
        as long as somebody else decides."""
        since = {each.key_account_id: each.create_date for each in self}
        foreign = self.key_account_id - self.key_account_id._decided_by_user(since)
        if foreign:
            raise AccessError(
                self.env._(
                    "Whether a customer is dormant or lost is decided by the manager of"
                    " the team. Ask the manager of: %s.",
                    listed(self.env, foreign.mapped("display_name")),
                )
            )

    def _assert_still(self):
        """No order has come, and the account is still what it was asked about."""
        found = self.key_account_id._long_without_order()
        gone = self.filtered(
            lambda each: (
                found.get(each.key_account_id.id, (None,))[0]
                not in (each.kind, rules.LOST)
            )
        )
        if gone:
            raise UserError(
                self.env._(
                    "These have ordered since, or are something else by now, so that"
                    " nothing is left to decide: %s.",
                    listed(self.env, gone.mapped("display_name")),
                )
            )

    def _assert_day(self, day):
        assert_has_come(self, day)
        if self.last_order_on and day < self.last_order_on:
            raise ValidationError(
                self.env._(
                    "%(account)s ordered on %(order)s, so they were a customer on"
                    " %(day)s. Enter a later day.",
                    account=self.key_account_id.display_name,
                    order=format_date(self.env, self.last_order_on),
                    day=format_date(self.env, day),
                )
            )


class KeyAccount(models.Model):
    _inherit = "key.account"

    loss_ids = fields.One2many(
        "key.account.loss",
        "key_account_id",
        string="To decide: dormant or lost",
        domain=[("state", "=", OPEN)],
    )

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "active"}.isdisjoint(vals):
            self._answer_losses()
        return result

    def _set_won(self, date):
        result = super()._set_won(date)
        # An order has come.
        self._answer_losses()
        return result

    def _answer_losses(self):
        """What is asked about these accounts is answered; with full rights: whoever
        confirms an order, or changes an account, decides nothing by it."""
        losses = self.env["key.account.loss"].sudo()
        losses.search(
            [("key_account_id", "in", self.ids), ("state", "=", OPEN)]
        )._lapse()
