"""Orders of key accounts until they are handed over: promised for when, when done."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules import delivery as rules
from ...rules.evidence import said
from ..shared import optional
from ..shared.batch import in_batches
from ..shared.label import listed
from ..shared.working_time import assert_has_come, today_of

CANCELLED = "cancelled"


class KeyAccountDelivery(models.Model):
    """One confirmed order of a key account: promised for which day, handed over on
    which. The promise is kept as it was when the order was confirmed.

    Where its goods leave from stock (sale_stock), the delivery says when all of them
    were; else somebody who looks after the account does. A day that stands is changed
    by a manager with a reason.
    """

    _name = "key.account.delivery"
    _description = "Delivery to a Key Account"
    _inherit = ["key.account.kept"]
    _order = "promised_on desc, id desc"

    name = fields.Char(string="Order", required=True, readonly=True)
    order_id = fields.Many2one(
        "sale.order",
        string="Sales order",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        compute="_compute_key_account_id",
        store=True,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        help="That of the order, also after contacts were merged.",
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="key_account_id.team_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        readonly=True,
        ondelete="restrict",
        help="Who was responsible for the order when it was confirmed.",
    )
    confirmed_on = fields.Date("Confirmed on", required=True, readonly=True)
    promised_on = fields.Date(
        string="Promised for",
        readonly=True,
        index=True,
        help="The delivery date of the contract when it was confirmed.",
    )
    handed_over_on = fields.Date(
        "Handed over on",
        readonly=True,
        index=True,
        help="The day on which everything that was ordered was handed over.",
    )
    state = fields.Selection(
        [
            (rules.OPEN, "In progress"),
            (rules.ON_TIME, "On time"),
            (rules.LATE, "Late"),
            (rules.UNPROMISED, "No day was promised"),
            (CANCELLED, "Cancelled"),
        ],
        required=True,
        readonly=True,
        default=rules.OPEN,
        index=True,
    )
    days_late = fields.Integer(
        "Days late",
        compute="_compute_days_late",
        help="So far, where it is still in progress.",
    )
    entered_by_id = fields.Many2one(
        "res.users", string="Entered by", readonly=True, ondelete="restrict"
    )
    entered_on = fields.Datetime("Entered on", readonly=True)
    reason = fields.Char(
        string="Why the day was changed", readonly=True, help="By a manager."
    )
    revisit_on = fields.Date(
        string="Revisit due",
        readonly=True,
        help="As many days after it was handed over as the account's policy says.",
    )

    _once = models.UniqueIndex("(order_id)", "This order is followed already.")

    # ---------------------------------------- compute

    @api.depends("order_id.key_account_id")
    def _compute_key_account_id(self):
        for each in self:
            each.key_account_id = each.order_id.key_account_id or each.key_account_id

    @api.depends("promised_on", "handed_over_on", "state")
    def _compute_days_late(self):
        for each in self:
            ended = each.state in (CANCELLED, rules.UNPROMISED)
            day = each.promised_on
            each.days_late = (
                0
                if ended or not day
                else rules.days_late(day, each.handed_over_on, today_of(each))
            )

    # ---------------------------------------- actions

    def action_hand_over(self, day=None, reason=None):
        """All of it was handed over on this day (today by default), says whoever looks
        after the account; a day that stands is changed by a manager with a reason."""
        self.check_access("read")
        self._assert_looks_after()
        day = fields.Date.to_date(day) or None
        for each in self:
            assert_has_come(each, day or today_of(each))
        self._assert_not_from_stock()
        self._assert_may_correct(reason)
        for each in self:
            before = each.handed_over_on
            each._hand_over(day or today_of(each), self.env.user)
            if before:
                each._note_correction(before, reason)
        return True

    def action_open_order(self):
        self.ensure_one()
        return self.order_id.get_formview_action()

    # ---------------------------------------- business

    def _hand_over(self, day, user=None):
        """With the rights of the process: nobody writes a delivery by hand."""
        for each in self.sudo():
            each._write_kept(
                {
                    "handed_over_on": day,
                    "state": rules.state(each.promised_on, day),
                    "entered_by_id": user.id if user else False,
                    "entered_on": fields.Datetime.now(),
                    "revisit_on": rules.revisit_on(
                        day, each.key_account_id._policy().revisit_days
                    ),
                }
            )

    def _note_correction(self, before, reason):
        self.sudo()._write_kept({"reason": said(reason)})
        self.order_id.sudo()._message_log(
            body=self.env._(
                "Handed over on %(after)s, not on %(before)s: %(reason)s",
                after=format_date(self.env, self.handed_over_on),
                before=format_date(self.env, before),
                reason=said(reason),
            ),
            author_id=self.env.user.partner_id.id,
        )

    @api.model
    def _cron_from_stock(self):
        """Every day: what has left from stock in full is handed over."""
        orders = self.env["sale.order"]
        if "delivery_status" not in orders._fields:
            return
        domain = Domain("state", "=", rules.OPEN)
        domain &= Domain("order_id.delivery_status", "=", "full")
        in_batches(self.sudo(), domain, lambda batch: batch._take_from_stock())

    def _take_from_stock(self):
        found = optional.handed_over_from_stock(self.order_id)
        for each in self.filtered(lambda each: each.order_id in found):
            each._hand_over(each.company_id._key_account_day(found[each.order_id]))

    # ---------------------------------------- who may, and when

    def _assert_looks_after(self):
        """Whoever may change the file of the customer."""
        accounts = self.key_account_id
        if foreign := accounts - accounts._filtered_access("write"):
            raise AccessError(
                self.env._(
                    "Whether an order was handed over is entered by whoever looks after"
                    " the account. Ask the specialist or sales support of: %s.",
                    listed(self.env, foreign.mapped("display_name")),
                )
            )
        if cancelled := self.filtered(lambda each: each.state == CANCELLED):
            raise UserError(
                self.env._(
                    "These orders were cancelled: %s.",
                    listed(self.env, cancelled.mapped("name")),
                )
            )

    def _assert_not_from_stock(self):
        """Where goods leave from stock, their delivery says it."""
        ours = self.filtered(
            # Which goods have left is told to whoever looks after the account.
            lambda each: optional.is_delivered_from_stock(each.order_id.sudo())
        )
        if ours:
            raise UserError(
                self.env._(
                    "The goods of these orders leave from stock; they are handed over"
                    " when all of their deliveries are done: %s.",
                    listed(self.env, ours.mapped("name")),
                )
            )

    def _assert_may_correct(self, reason):
        """A day that stands is changed by a manager of the team, with a reason."""
        standing = self.filtered("handed_over_on")
        accounts = standing.key_account_id
        if accounts - accounts._managed_by_user():
            raise AccessError(
                self.env._(
                    "The day on which these were handed over is on record; only the"
                    " manager of the team can change it: %s.",
                    listed(self.env, standing.mapped("name")),
                )
            )
        if standing and not said(reason):
            raise UserError(
                self.env._(
                    "Say why the day was changed, for: %s.",
                    listed(self.env, standing.mapped("name")),
                )
            )
