"""A confirmed order of a key account is followed until it is handed over."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules import delivery as rules
from ..shared.composer import composer
from ..shared.label import listed
from .delivery import CANCELLED

DELIVERY = "key.account.delivery"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    delivery_to_enter = fields.Boolean(
        compute="_compute_delivery_to_enter",
        groups="key_account.group_specialist,key_account.group_support",
        help="Confirmed, and nobody has said yet when it was handed over.",
    )

    @api.depends("state")
    def _compute_delivery_to_enter(self):
        confirmed = self._origin.filtered(lambda order: order.state == "sale")
        followed = confirmed._deliveries(("state", "=", rules.OPEN)).order_id
        for order in self:
            order.delivery_to_enter = order._origin in followed

    def _deliveries(self, *domain):
        """What is followed of these orders; with full rights: an order is read by
        others than its account."""
        deliveries = self.env[DELIVERY].sudo()
        if not self:
            return deliveries
        return deliveries.search([("order_id", "in", self.ids), *domain])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_over(self):
        # What was late would go with the order, and count no more.
        counted = self._deliveries(("state", "!=", CANCELLED))
        if counted:
            raise UserError(
                self.env._(
                    "When %s was handed over is on record, which stays. Leave it"
                    " cancelled instead of deleting it.",
                    listed(self.env, counted.mapped("name")),
                )
            )

    def _after_cancel(self):
        result = super()._after_cancel()
        open_ = self._deliveries(("state", "=", rules.OPEN))
        open_._write_kept({"state": CANCELLED})
        return result

    def _after_confirmation(self, found):
        result = super()._after_confirmation(found)
        self._controlled().filtered("key_account_id")._follow_delivery()
        return result

    def _follow_delivery(self):
        """What was promised, and what it costs us, is kept as it is now; one that was
        cancelled and is confirmed again starts anew, unless its promise was broken by
        then: that is not mended by confirming it once more.

        One statement: each confirmation waits for it. Of two at once PostgreSQL stops
        the later one, which Odoo tries again; it would be refused where it looked for
        the row first, and made it then.
        """
        if not self:
            return
        deliveries = self.env[DELIVERY]
        deliveries.flush_model()
        # Whatever they cost, whoever confirms may see it or not.
        lines = self.env["sale.order.line"].sudo()
        lines._flush_costs()
        costs = dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH costs AS (%(costs)s),
                    unknown AS (
                        UPDATE sale_order_line AS line SET confirmed_cost = NULL
                          FROM costs
                         WHERE line.id = costs.id AND costs.cost IS NULL
                           AND line.confirmed_cost IS NOT NULL
                    ),
                    followed AS (%(followed)s)
                    SELECT id, cost FROM costs WHERE cost IS NOT NULL
                    """,
                    costs=lines._sql_costs(SQL("line.order_id = ANY(%s)", self.ids)),
                    followed=self._sql_follow(),
                )
            )
        )
        lines._forget_costs()
        lines._write_costs(costs)
        deliveries.invalidate_model(flush=False)

    def _sql_follow(self):
        """The statement that begins to follow these orders, or does so anew."""
        columns = zip(*(order._promise_kept() for order in self), strict=True)
        return SQL(
            """
            INSERT INTO key_account_delivery AS old (
                order_id, name, key_account_id, company_id, team_id, user_id,
                confirmed_on, promised_on, state,
                create_uid, create_date, write_uid, write_date
            )
            SELECT found.*, 'open', %s, now() AT TIME ZONE 'UTC',
                   %s, now() AT TIME ZONE 'UTC'
              FROM unnest(%s::int[], %s::text[], %s::int[], %s::int[], %s::int[],
                          %s::int[], %s::date[], %s::date[]) AS found
                ON CONFLICT (order_id) DO UPDATE
               SET name = EXCLUDED.name, key_account_id = EXCLUDED.key_account_id,
                   company_id = EXCLUDED.company_id, team_id = EXCLUDED.team_id,
                   user_id = EXCLUDED.user_id, confirmed_on = EXCLUDED.confirmed_on,
                   promised_on = CASE
                       WHEN old.state = 'cancelled' AND old.promised_on < %s
                       THEN old.promised_on ELSE EXCLUDED.promised_on END,
                   state = EXCLUDED.state,
                   write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
             WHERE old.state IN ('open', 'cancelled')
            """,
            *(self.env.uid, self.env.uid, *map(list, columns)),
            self._sql_cancelled_on(),
        )

    def _sql_cancelled_on(self):
        """The day on which what was followed before (``old``) was cancelled, where its
        company works (SQL)."""
        places = self.key_account_id.company_id
        return SQL(
            """(
            SELECT (old.write_date AT TIME ZONE 'UTC' AT TIME ZONE place.zone)::date
              FROM unnest(%s::int[], %s::text[]) AS place (id, zone)
             WHERE place.id = EXCLUDED.company_id)""",
            places.ids,
            [place._key_account_time_zone(place.id) for place in places],
        )

    def _promise_kept(self):
        """What is kept of one order, in the order of the columns above."""
        account, company = self.key_account_id, self.company_id
        promise = self.commitment_date
        return (
            self.id,
            self.name,
            account.id,
            account.company_id.id,
            account.team_id.id or None,
            self.user_id.id or None,
            company._key_account_today(),
            company._key_account_day(promise) if promise else None,
        )

    # ---------------------------------------- actions

    def action_enter_delivery(self):
        """Say on which day the order was handed over."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.delivered_action"
        )
        action["context"] = {"default_delivery_ids": self._deliveries().ids}
        return action

    def action_tell_customer(self):
        """Write to the customer how their order stands; it counts as a word to them."""
        self.ensure_one()
        self.check_access("write")
        return composer(
            self,
            self.env._("Write to the Customer"),
            default_partner_ids=self.partner_id.ids,
            default_subject=self.env._("Your order %s", self.name),
            default_email_layout_xmlid="mail.mail_notification_layout",
        )
