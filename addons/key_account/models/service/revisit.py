"""Revisits: after what was handed over, and by the cycle of the account's policy."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...rules import revisit as revisit_rules
from .delivery_order import DELIVERY

VISIT = "key.account.visit"
# At this hour, where the company works, a revisit is planned at first.
_HOUR = 10
# So many days later nobody comes to ask how it went.
_YEAR = 365


class KeyAccountPolicy(models.Model):
    _inherit = "key.account.policy"

    revisit_days = fields.Integer(
        string="Revisit after delivery (days)",
        default=14,
        aggregator=None,
        tracking=True,
        help="How long after an order was handed over the customer is visited again; 0"
        " is never.",
    )

    _revisit_days_within = models.Constraint(
        "CHECK (revisit_days BETWEEN 0 AND 3660)",
        "A revisit is due 0 to 3660 days after the delivery; 0 is never.",
    )


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    def _due_revisit_delivery(self):
        """What was handed over so long ago, of customers who have not been revisited
        since then and are not going to be: one visit answers for all of them."""
        until = fields.Date.add(self._today(), days=self.days)
        query = self._find(DELIVERY, Domain("revisit_on", "<=", until))
        if query is None:
            return None
        handed = self.env[DELIVERY]._field_to_sql(query.table, "handed_over_on", query)
        account = self.env[DELIVERY]._field_to_sql(query.table, "key_account_id", query)
        query.add_where(SQL("NOT %s", self._revisited(account, handed)))
        query.add_where(SQL("%s >= %s", handed, self._today() - timedelta(days=_YEAR)))
        return self._select(
            DELIVERY,
            query,
            account="key_account_id",
            date="revisit_on",
            since="handed_over_on",
        )

    def _open_revisit_delivery(self, delivery):
        return delivery.action_plan_revisit()

    def _due_revisit_cycle(self):
        """Customers who have not been revisited for the months of their policy, and are
        not going to be; who never was counts from the opening of the file."""
        revisit = Domain("purpose", "=", "revisit")
        query = self._find(
            "key.account",
            Domain("state", "in", ("active", "dormant")) & self._unplanned(revisit),
        )
        if query is None:
            return None
        months = self._policy_of(query, "revisit_months")
        since, base = self._last_visit(query, purpose="revisit")
        query.add_where(SQL("%s > 0", months))
        return self._select_overdue(
            query, since, base, SQL("%s * INTERVAL '1 month'", months), number=months
        )

    def _open_revisit_cycle(self, account):
        action = account.action_new_visit()
        action["context"] = {**action["context"], "default_purpose": "revisit"}
        return action

    @api.model
    def _revisited(self, account, day):
        """Whether this account was revisited, or is going to be, since a day (SQL)."""
        names = ("key_account_id", "purpose", "state")
        self.env[VISIT].flush_model([*names, "date_start", "date_end", "held_end"])
        return SQL(
            """EXISTS (
                SELECT FROM key_account_visit each
                 WHERE each.key_account_id = %(account)s AND each.purpose = 'revisit'
                   AND (each.state IN ('held', 'reported', 'reviewed')
                        AND %(held)s >= %(day)s
                        OR each.state IN ('planned', 'confirmed')
                        AND each.date_end >= now() AT TIME ZONE 'UTC'))""",
            account=self._any_file(account),
            held=self._day(SQL("COALESCE(each.held_end, each.date_start)")),
            day=day,
        )


class KeyAccountVisitPlan(models.Model):
    _inherit = "key.account.visit.plan"

    def _revisit_days(self, accounts, last):
        """Also after what was handed over, of customers who have not been revisited
        since then."""
        found = super()._revisit_days(accounts, last)
        today = self.company_id._key_account_today()
        deliveries = self.env[DELIVERY].search_fetch(
            Domain("key_account_id", "in", accounts.ids)
            & Domain("revisit_on", "!=", False)
            & Domain("handed_over_on", ">=", today - timedelta(days=_YEAR)),
            ["key_account_id", "revisit_on", "handed_over_on"],
        )
        for delivery in deliveries:
            account = delivery.key_account_id
            if account not in last or last[account] < delivery.handed_over_on:
                due = (delivery.revisit_on, revisit_rules.DELIVERY)
                found[account].append(due)
        return found


class KeyAccountDelivery(models.Model):
    _inherit = DELIVERY

    def action_plan_revisit(self):
        """A visit with this purpose is planned for the day it is due, or a day from
        now; where one is planned already, that one is opened."""
        self.ensure_one()
        self.check_access("read")
        account, visits = self.key_account_id, self.env[VISIT]
        ahead = visits.search(
            Domain("key_account_id", "in", list(account._with_merged()))
            & Domain("purpose", "=", "revisit")
            & Domain("state", "in", ("planned", "confirmed"))
            & Domain("date_end", ">=", fields.Datetime.now()),
            order="date_start",
            limit=1,
        )
        visit = ahead or visits.create(
            {
                "key_account_id": account.id,
                "purpose": "revisit",
                "user_id": (account.user_id or self.env.user).id,
                "date_start": self._revisit_moment(),
                "objectives": self.env._(
                    "How %(order)s turned out, handed over on %(day)s.",
                    order=self.name,
                    day=format_date(self.env, self.handed_over_on),
                ),
            }
        )
        return visit._open_visit()

    def _revisit_moment(self):
        """A morning on which the company works, naive in UTC."""
        company = self.company_id
        tomorrow = company._key_account_today() + timedelta(days=1)
        day = max(self.revisit_on or tomorrow, tomorrow)
        zone = pytz.timezone(company._key_account_time_zone(company.id))
        morning = zone.localize(datetime.combine(day, time(_HOUR)))
        morning = morning.astimezone(pytz.utc).replace(tzinfo=None)
        # At the end of a minute of work from then: nobody visits on a holiday.
        begins = company._key_account_deadline(morning, 1 / 60, "hours")
        moved = begins.date() != morning.date()
        return begins - timedelta(minutes=1) if moved else morning
