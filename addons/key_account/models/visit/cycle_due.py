"""Which accounts a plan finds due, and how often."""

from collections import defaultdict

from pytz import timezone

from odoo import fields, models
from odoo.fields import Domain

from ...rules import revisit as revisit_rules
from ...rules import visit_cycle
from ...rules.working_time import begins
from ..account.key_account import ENDED_STATES

HELD = ("held", "reported", "reviewed")
# Visits that were held, by the moment at which they were; where that was not kept, by
# the planned one.
_HELD_BY = (
    (Domain("state", "in", HELD) & Domain("held_end", "!=", False), "held_end"),
    (Domain("state", "in", HELD) & Domain("held_end", "=", False), "date_start"),
)


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
        # Whoever stands in goes for them.
        stands = self._standing_in() & Domain("user_id", "in", self.person_ids.ids)
        stands = Domain("member_ids", "any", stands)
        whose |= stands & teams
        if user in self.person_ids:
            own = self._standing_in() & Domain("user_id", "=", user.id)
            whose |= Domain("member_ids", "any", own)
        nobodys = Domain("user_id", "=", False) | Domain("user_id.active", "=", False)
        found = accounts.with_context(active_test=True).search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "not in", ENDED_STATES)
            & (whose | (nobodys & teams))
        )
        return found._filtered_access("write")

    def _standing_in(self):
        """Domain of the members of account teams who stand in for the one responsible
        on some day of the month."""
        first, after = self._span()
        return (
            Domain("stands_in_for_id", "!=", False)
            & Domain("date_from", "<", after)
            & Domain("date_to", ">=", first)
        )

    def _stands(self, accounts):
        """``{account: [(who, first day, last day)]}`` of who stands in for the one
        responsible now."""
        members = self.env["key.account.member"].search(
            Domain("key_account_id", "in", accounts.ids) & self._standing_in(),
            order="date_from, id",
        )
        found = defaultdict(list)
        for each in members:
            if each.stands_in_for_id == each.key_account_id.user_id:
                span = (each.user_id.id, each.date_from, each.date_to)
                found[each.key_account_id.id].append(span)
        return found

    def _dues(self):
        accounts = self._accounts()
        stands, revisits = self._stands(accounts), self._revisits(accounts)
        days, last = self._visited(accounts)
        dropped = defaultdict(int)
        for line in self.line_ids:
            if line.state == "dropped":
                dropped[line.key_account_id] += 1
            elif line.state == "proposed":
                day = self.company_id._key_account_day(line.date_start)
                days[line.key_account_id].append(day)
        policies = self.env["key.account.policy"]._by_grade(self.company_id)
        dues, people = [], set(self.person_ids.ids)
        # Where a customer is stands on the partner, which is read for the plan only.
        for account in accounts.sudo():
            policy = policies[self.company_id.id, account.grade or False]
            held = tuple(sorted(days[account]))
            wanted = visit_cycle.wanted(
                policy.visits_per_month, self.month, last.get(account)
            )
            wanted -= len(held) + dropped[account]
            if revisit := revisits.get(account):
                # One of those that are due anyway, else one more.
                wanted = max(wanted, 1)
            if wanted <= 0:
                continue
            week = revisit_rules.revisit_week(self.month, revisit[0]) if revisit else 0
            dues.append(
                visit_cycle.Due(
                    account.id,
                    wanted,
                    tuple(
                        who
                        for who in (
                            account.user_id.id,
                            *(who for who, _first, _last in stands[account.id]),
                        )
                        if who in people
                    ),
                    account.grade or "",
                    policy.visit_week or "any",
                    policy.visit_half_day or "any",
                    self._area_of(account.partner_id),
                    held,
                    account.user_id.id,
                    tuple(stands[account.id]),
                    week,
                )
            )
        return dues, {account.id: revisits[account][1] for account in revisits}

    def _area_of(self, partner):
        return (partner.city or partner.state_id.name or "").strip()

    # ---------------------------------------- revisits

    def _revisits(self, accounts):
        """``{account: (day, occasion)}`` of the revisits that fall due by the month's
        end, that nobody has planned, and that this plan has not settled."""
        settled = self.line_ids.filtered(
            lambda line: (
                line.occasion != revisit_rules.CYCLE
                and line.state in ("proposed", "dropped")
            )
        )
        files = accounts._with_merged()
        revisits = Domain("key_account_id", "in", list(files))
        revisits &= Domain("purpose", "=", "revisit")
        visits = self._visits_of_all()
        ahead = visits._read_group(
            revisits
            & Domain("state", "in", ("planned", "confirmed"))
            & Domain("date_end", ">=", fields.Datetime.now()),
            ["key_account_id"],
        )
        last = {}
        for held, name in _HELD_BY:
            self._take_latest(last, revisits & held, name, files)
        open_ = accounts - settled.key_account_id
        open_ -= open_.browse(files[account.id] for [account] in ahead)
        found = {
            account: revisit_rules.revisit_due(self.month, days)
            for account, days in self._revisit_days(open_, last).items()
        }
        return {account: revisit for account, revisit in found.items() if revisit}

    def _revisit_days(self, accounts, last):
        """``{account: [(day, occasion)]}`` on which customers are to be revisited: by
        the months of their policy, since the last revisit or the opening of their first
        file.

        :param last: ``{account: day of the last revisit}``
        """
        company, found = self.company_id, defaultdict(list)
        policies = self.env["key.account.policy"]._by_grade(company)
        opened = accounts._first_opened()
        for account in accounts:
            months = policies[company.id, account.grade or False].revisit_months
            if months > 0 and account.state in ("active", "dormant"):
                since = last.get(account, company._key_account_day(opened[account]))
                day = fields.Date.add(since, months=months)
                found[account].append((day, revisit_rules.REVISIT))
        return found

    def _visited(self, accounts):
        """Days of this month on which accounts are visited anyway, and the last day
        before it: ``({account: [day]}, {account: day})``. What was planned for a day
        that went by without it is no visit."""
        company, files = self.company_id, accounts._with_merged()
        first, after = map(self._midnight, self._span())
        today = self._midnight(company._key_account_today())
        of_these = Domain("key_account_id", "in", list(files))
        ahead = Domain("state", "in", ("planned", "confirmed"))
        visits = self._visits_of_all()
        days, last = defaultdict(list), {}
        ahead &= Domain("date_start", ">=", today)
        for which, name in (*_HELD_BY, (ahead, "date_start")):
            those = of_these & which
            for visit in visits.search_fetch(
                those & Domain(name, ">=", first) & Domain(name, "<", after),
                ["key_account_id", name],
            ):
                day = company._key_account_day(visit[name])
                days[accounts.browse(files[visit.key_account_id.id])].append(day)
            self._take_latest(last, those & Domain(name, "<", first), name, files)
        return days, last

    def _visits_of_all(self):
        """Visits to the customers of a plan, to be counted: those in files that were
        merged into theirs are not for everybody to read, that they took place is."""
        return self.env["key.account.visit"].sudo()

    def _take_latest(self, last, domain, name, files):
        """Put the day of the latest of these visits into ``{account: day}``.

        :param files: ``{file id: account id}``
        """
        for file, moment in self._visits_of_all()._read_group(
            domain, ["key_account_id"], [f"{name}:max"]
        ):
            account = file.with_env(self.env).browse(files[file.id])
            day = self.company_id._key_account_day(moment)
            last[account] = max(day, last.get(account, day))

    def _midnight(self, day):
        """When a day begins where the company works, naive in UTC."""
        company = self.company_id
        return begins(day, timezone(company._key_account_time_zone(company.id)))
