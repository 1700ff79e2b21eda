"""Who has been without an order for so long: asked every week, of all accounts."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules import loss as rules
from ..shared.batch import in_batches

# What was asked, and would be asked again just so.
_SAME = ("kind", "limit_months", "since")


class KeyAccount(models.Model):
    _inherit = "key.account"

    @api.model
    def _cron_propose_losses(self):
        """Every week, in portions; run twice it finds the same and writes nothing."""
        domain = Domain("state", "in", list(rules.MAY_BECOME))
        accounts = self.sudo().with_context(active_test=True)
        in_batches(accounts, domain, lambda batch: batch._propose_losses())

    def _propose_losses(self):
        """Ask about those of these accounts who have not ordered for the months of
        their policy; what is asked of others lapses. A constant number of queries."""
        losses, files = self.env["key.account.loss"], self._with_merged()
        known = losses.search_fetch(
            Domain("key_account_id", "in", list(files))
            & Domain("state", "in", ("open", "declined")),
            ["key_account_id", "state", "ask_again_on", *_SAME],
        )
        found = self._long_without_order()
        standing = known.filtered(lambda each: each.state == "open")
        gone = standing.filtered(
            lambda each: (
                found.get(each.key_account_id.id, ())[:3]
                != tuple(each[name] for name in _SAME)
            )
        )
        gone._lapse()
        # Before the next question about the same account: one is open at a time.
        gone.flush_recordset(["state"])
        asked = (standing - gone).key_account_id
        today = {c: c._key_account_today() for c in self.company_id}
        declined = known.filtered(
            lambda each: (
                each.state == "declined"
                and each.ask_again_on
                and each.ask_again_on > today[each.key_account_id.company_id]
            )
        )
        # About a file that was merged: about the customer.
        asked |= self.browse(files[each.key_account_id.id] for each in declined)
        new = self.browse(found).filtered(lambda account: account not in asked)
        revenues = new._revenues_until({id_: row[2] for id_, row in found.items()})
        losses._create_kept(
            [
                {
                    "key_account_id": account.id,
                    "kind": kind,
                    "limit_months": limit,
                    "since": since,
                    "last_order_on": order,
                    "proposed_on": today[account.company_id],
                    "revenue": revenues.get(account.id, 0.0),
                }
                for account in new
                for kind, limit, since, order in (found[account.id],)
            ]
        )

    def _long_without_order(self):
        """``{account id: (kind, months of the policy, since, day of the last order)}``
        of those to be asked about; a constant number of queries.

        With full rights: when a customer ordered last does not hang on who asks.
        """
        found = {}
        accounts = self.sudo()
        policies = self.env["key.account.policy"]._by_grade(accounts.company_id)
        told = accounts._last_ordered()
        for account in accounts:
            company = account.company_id
            policy = policies[company.id, account.grade or False]
            moment, revived, begun = told[account.id]
            order = moment and company._key_account_day(moment)
            opened = company._key_account_day(begun)
            # A file that is entered late says since when they have been a customer.
            since = rules.counted_from(order, revived, account.won_date or opened)
            months = {
                rules.DORMANT: policy.dormant_months,
                rules.LOST: policy.lost_months,
            }
            today = company._key_account_today()
            if answer := rules.proposed(account.state, since, today, months):
                found[account.id] = (*answer, since, order)
        return found

    def _last_ordered(self):
        """``{account id: (moment of the last confirmed order, day on which they last
        became a customer or came on trial, moment at which their first file was
        opened)}``, None where neither was; in whichever of their files."""
        self.env["sale.order"].flush_model(["key_account_id", "state", "date_order"])
        files = self._with_merged()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT file.account_id, max(ordered.moment), min(account.create_date)
                  FROM unnest(%s::int[], %s::int[]) AS file (id, account_id)
                  JOIN key_account AS account ON account.id = file.id
             LEFT JOIN (SELECT key_account_id, max(date_order) AS moment
                          FROM sale_order
                         WHERE key_account_id = ANY(%s) AND state = 'sale'
                      GROUP BY key_account_id) AS ordered
                       ON ordered.key_account_id = file.id
              GROUP BY file.account_id
                """,
                list(files),
                list(files.values()),
                list(files),
            )
        )
        revived = {
            id_: max((each.day for each in came if not each.by_merger), default=None)
            for id_, came in self._came_into(["active", "trial"], ["state"]).items()
        }
        return {id_: (moment, revived[id_], begun) for id_, moment, begun in rows}

    def _revenues_until(self, days):
        """``{account id: confirmed orders of the twelve months up to a day}``, untaxed,
        in company currency; an order without a rate is not measured.

        :param days: ``{account id: day}``
        """
        if not self:
            return {}
        zones = {
            company: company._key_account_time_zone(company.id)
            for company in self.company_id
        }
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.id, sum(o.amount_untaxed / o.currency_rate)
                  FROM unnest(%s::int[], %s::date[], %s::text[])
                       AS asked (id, day, zone)
                  JOIN sale_order AS o ON o.key_account_id = asked.id
                 WHERE o.state = 'sale' AND o.currency_rate <> 0
                   AND ((o.date_order AT TIME ZONE 'UTC') AT TIME ZONE asked.zone)::date
                       BETWEEN asked.day - INTERVAL '1 year' + INTERVAL '1 day'
                           AND asked.day
              GROUP BY asked.id
                """,
                self.ids,
                [days[id_] for id_ in self.ids],
                [zones[account.company_id] for account in self],
            )
        )
        return {id_: float(amount or 0) for id_, amount in rows}
