"""Which accounts a plan finds due, and how often."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...rules import visit_cycle
from ..account.key_account import ENDED_STATES

HELD = ("held", "reported", "reviewed")


class KeyAccountVisitPlan(models.Model):
    _inherit = "key.account.visit.plan"

    def _accounts(self):
        """Accounts that are worked on, of the people of the plan; those of the user's
        teams that are nobody's belong to every plan of theirs."""
        user, accounts = self.env.user, self.env["key.account"]
        teams = Domain("team_id", "in", self._teams(self.company_id).ids)
        whose = Domain("user_id", "in", self.person_ids.ids) & teams
        if user in self.person_ids:
            whose |= Domain("user_id", "=", user.id)
        nobodys = Domain("user_id", "=", False) | Domain("user_id.active", "=", False)
        found = accounts.with_context(active_test=True).search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "not in", ENDED_STATES)
            & (whose | (nobodys & teams))
        )
        return found._filtered_access("write")

    def _dues(self, time_of):
        accounts = self._accounts()
        days, last = self._visited(accounts, time_of)
        dropped = defaultdict(int)
        for line in self.line_ids:
            if line.state == "dropped":
                dropped[line.key_account_id] += 1
            elif line.state == "proposed":
                days[line.key_account_id].append(line.date_start.date())
        policies = self.env["key.account.policy"]._by_grade(self.company_id)
        dues = []
        # Where a customer is stands on the partner, which is read for the plan only.
        for account in accounts.sudo():
            policy = policies[self.company_id.id, account.grade or False]
            held = tuple(sorted(days[account]))
            wanted = visit_cycle.wanted(
                policy.visits_per_month, self.month, last.get(account)
            )
            wanted -= len(held) + dropped[account]
            if wanted <= 0:
                continue
            partner = account.partner_id
            dues.append(
                visit_cycle.Due(
                    account.id,
                    wanted,
                    tuple((account.user_id & self.person_ids).ids),
                    account.grade or "",
                    policy.visit_week or "any",
                    policy.visit_half_day or "any",
                    (partner.city or partner.state_id.name or "").strip(),
                    held,
                )
            )
        return dues

    def _visited(self, accounts, time_of):
        """Days of this month on which accounts are visited anyway, and the last day
        before it: ``({account: [day]}, {account: day})``."""
        first, after = (datetime.combine(day, time()) for day in self._span())
        visits = self.env["key.account.visit"]
        those = Domain("key_account_id", "in", accounts.ids)
        zone = self.company_id._key_account_day
        days = defaultdict(list)
        for visit in visits.search_fetch(
            those
            & Domain("state", "!=", "cancelled")
            & Domain("date_start", ">=", first - timedelta(days=1))
            & Domain("date_start", "<", after + timedelta(days=1)),
            ["key_account_id", "date_start"],
        ):
            day = zone(visit.date_start)
            if first.date() <= day < after.date():
                days[visit.key_account_id].append(day)
        counted = Domain("state", "in", HELD) | (
            Domain("state", "in", ("planned", "confirmed"))
            & Domain("date_start", ">=", fields.Datetime.now())
        )
        earlier = visits._read_group(
            those & counted & Domain("date_start", "<", first),
            ["key_account_id"],
            ["date_start:max"],
        )
        return days, {account: zone(moment) for account, moment in earlier}
