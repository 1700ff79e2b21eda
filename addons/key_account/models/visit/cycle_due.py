"""Which accounts a plan finds due, and how often."""

from collections import defaultdict
from datetime import datetime, time

from pytz import UTC, timezone

from odoo import models
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

    def _dues(self):
        accounts = self._accounts()
        days, last = self._visited(accounts)
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

    def _visited(self, accounts):
        """Days of this month on which accounts are visited anyway, and the last day
        before it: ``({account: [day]}, {account: day})``. What was planned for a day
        that went by without it is no visit."""
        company = self.company_id
        first, after = map(self._midnight, self._span())
        today = self._midnight(company._key_account_today())
        those = Domain("key_account_id", "in", accounts.ids) & (
            Domain("state", "in", HELD)
            | Domain("state", "in", ("planned", "confirmed"))
            & Domain("date_start", ">=", today)
        )
        visits = self.env["key.account.visit"]
        days = defaultdict(list)
        for visit in visits.search_fetch(
            those
            & Domain("date_start", ">=", first)
            & Domain("date_start", "<", after),
            ["key_account_id", "date_start"],
        ):
            day = company._key_account_day(visit.date_start)
            days[visit.key_account_id].append(day)
        earlier = visits._read_group(
            those & Domain("date_start", "<", first),
            ["key_account_id"],
            ["date_start:max"],
        )
        return days, {
            account: company._key_account_day(moment) for account, moment in earlier
        }

    def _midnight(self, day):
        """When a day begins where the company works, naive in UTC."""
        company = self.company_id
        zone = timezone(company._key_account_time_zone(company.id))
        begin = zone.localize(datetime.combine(day, time()))
        return begin.astimezone(UTC).replace(tzinfo=None)
