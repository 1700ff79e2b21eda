"""KPIs told by the history of accounts: who came, who went, who is known how well."""

from datetime import date

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.key_account.models.account.key_account import ENDED_STATES
from odoo.addons.key_account.rules import customers

from ..rules import kpi as rules
from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    """Histories are read with a handful of queries, however many accounts; what they
    say is credited to whose the account was on the day on which it happened."""

    _inherit = "key.account.kpi"

    # ------------------------------------------------------------
    # COMING AND GOING
    # ------------------------------------------------------------

    def _kpi_facts_new_account_rate(self, company, period):
        """Customers won in the period ÷ customers at its start."""
        rows = []
        for account, terms in self._terms_of(company).items():
            if customers.was_active(terms, period.start):
                rows.append((account, period.start, 0, 1, 0))
            if day := customers.won_in(terms, period):
                rows.append((account, day, 1, 0, 0))
        return self._account_facts(company, rows)

    def _kpi_facts_churn_rate(self, company, period):
        """Customers at the start lost in the period ÷ customers at its start; whoever
        was won and lost within it is in neither."""
        rows = []
        for account, terms in self._terms_of(company).items():
            if customers.was_active(terms, period.start):
                rows.append((account, period.start, 0, 1, 0))
                if days := customers.lost_in(terms, period):
                    rows.append((account, days[0], 1, 0, 0))
        return self._account_facts(company, rows)

    def _kpi_facts_lost_accounts(self, company, period):
        """Customers lost in the period: each once, as in the churn rate, though they
        came back and were lost again; for whose they were when they were lost first."""
        rows = [
            (account, days[0], 1, 0, 0)
            for account, terms in self._terms_of(company).items()
            if (days := customers.lost_in(terms, period))
        ]
        return self._account_facts(company, rows)

    def _kpi_facts_development_plan_completion(self, company, period):
        """Accounts whose first signed order falls in the period."""
        accounts, told = self._told_of_all(company)
        rows = []
        for account, ids in accounts._files().items():
            day = customers.first_signed([told.get(id_, ()) for id_ in ids])
            if day and period.start <= day < period.end:
                rows.append((account, day, 1, 0, 0))
        return self._account_facts(company, rows)

    def _kpi_facts_interest_conversion(self, company, period):
        """Prospects that became interested in the period ÷ prospects at its start and
        new ones; those that signed are shown apart."""
        accounts, told = self._told_of_all(company)
        opened, terms = self._opened_on(accounts), self._terms_of(company)
        rows = []
        for account in accounts.ids:
            prospect = opened.get(account) and customers.prospect_in(
                opened[account],
                told.get(account, ()),
                terms.get(account, ()),
                period,
            )
            if not prospect:
                continue
            rows.append((account, prospect.since, 0, 1, 0))
            if prospect.interested:
                rows.append((account, prospect.interested, 1, 0, 0))
            if prospect.signed:
                rows.append((account, prospect.signed, 0, 0, 1))
        return self._account_facts(company, rows)

    # ------------------------------------------------------------
    # STANDING AT THE END
    # ------------------------------------------------------------

    def _kpi_facts_profile_completeness(self, company, period):
        """Σ weight of required questions answered and valid ÷ Σ weight of those asked,
        over the accounts at the end of the period; of a running one, today."""
        day = self._last_day(company, period)
        accounts = self._accounts_on(company, day)
        rows = [
            (account, day, given, asked, 0)
            for account, (given, asked) in accounts._weights_on(day).items()
        ]
        return self._account_facts(company, rows)

    def _kpi_facts_visit_frequency(self, company, period):
        """Accounts visited as often as their cycle asks ÷ accounts that have one, by
        what they are at the end of the period (of a running one, today); from the month
        on in which their file was opened, and until the running one: what later months
        ask for is not due yet. The files of one customer are one account."""
        day = self._last_day(company, period)
        accounts = self._accounts_on(company, day)
        grades = accounts._held_on(day, "grade", ("opened", "initial", "grade"))
        policies = self.env["key.account.policy"]._by_grade(company)
        files = self._accounts_of(company)._files().values()
        together = {id_: ids for ids in files for id_ in ids}
        all_files = accounts.browse(together)
        held = self._visit_days(company, all_files, period)
        opened = self._opened_on(all_files)
        # Each reckoned from the first: after 28 February comes 31 March again.
        months = [
            month
            for nth in range(rules.MONTHS[period.kind])
            if (month := fields.Date.add(period.start, months=nth)) <= day
        ]
        rows = []
        for account in accounts:
            policy = policies[company.id, grades[account] or False]
            per_month = policy.visits_per_month if policy else 0.0
            if per_month <= 0:
                continue
            mine = together[account.id]
            days = [each for id_ in mine for each in held.get(id_, ())]
            before = [each for each in days if each < period.start]
            since = min(opened.get(id_, period.start) for id_ in mine).replace(day=1)
            asked = [month for month in months if month >= since]
            due = customers.visits_due(per_month, asked, before)
            met = len(days) - len(before) >= due
            rows.append((account.id, day, int(met), 1, 0))
        return self._account_facts(company, rows)

    def _visit_days(self, company, accounts, period):
        """``{account id: days of visits held}`` until the end of the period; one
        query."""
        self.env["key.account.visit"].flush_model()
        self.env.cr.execute(
            """
            SELECT visit.key_account_id, ARRAY_AGG(visit.day)
              FROM (
                SELECT key_account_id,
                       (COALESCE(held_end, date_start) AT TIME ZONE 'UTC'
                        AT TIME ZONE %(zone)s)::date AS day
                  FROM key_account_visit
                 WHERE key_account_id = ANY(%(accounts)s)
                   AND state IN ('held', 'reported', 'reviewed')
              ) visit
             WHERE visit.day < %(end)s
          GROUP BY visit.key_account_id
            """,
            {
                "zone": company._key_account_timezone(),
                "accounts": accounts.ids,
                "end": period.end,
            },
        )
        return dict(self.env.cr.fetchall())

    # ------------------------------------------------------------
    # HISTORIES
    # ------------------------------------------------------------

    def _last_day(self, company, period):
        return min(period.last_day, company._key_account_today())

    def _accounts_of(self, company):
        """All files of a company but those merged into others; figures are the same for
        whoever has them computed."""
        accounts = self.env["key.account"].sudo().with_context(active_test=False)
        return accounts.search(
            Domain("company_id", "=", company.id) & Domain("merged_into_id", "=", False)
        )

    def _accounts_on(self, company, day):
        """Accounts that were there at the end of a day, and not lost or dropped: of a
        customer whose file was not there yet, the one that was merged into it."""
        accounts = self._accounts_of(company)
        files = accounts._files()
        there = accounts.browse(id_ for ids in files.values() for id_ in ids)
        there = set(there._opened_by(day).ids)
        opened = accounts.browse(
            account if account in there else max(there.intersection(ids))
            for account, ids in files.items()
            if not there.isdisjoint(ids)
        )
        states = opened._states_on(day)
        return opened.filtered(lambda account: states[account] not in ENDED_STATES)

    def _terms_of(self, company):
        """``{account id: terms as a customer}``."""
        found = self._accounts_of(company)._terms()
        return {account.id: terms for account, terms in found.items()}

    def _told_of_all(self, company):
        """The accounts of a company, and ``{account id: changes}``, of the files merged
        into them too."""
        accounts = self._accounts_of(company)
        files = [id_ for ids in accounts._files().values() for id_ in ids]
        return accounts, accounts.browse(files)._told_changes()

    def _opened_on(self, accounts):
        """``{account id: the day on which its file was opened}``; one query."""
        groups = (
            self.env["key.account.event"]
            .sudo()
            ._read_group(
                Domain("key_account_id", "in", accounts.ids),
                ["key_account_id"],
                ["date:min"],
            )
        )
        return {account.id: day for account, day in groups}

    def _account_facts(self, company, rows):
        """Facts of accounts, credited to whose they were at the end of that day.

        :param rows: (account id, day, numerator, denominator, shown apart)
        """
        accounts = self.env["key.account"].browse(dict.fromkeys(row[0] for row in rows))
        files = accounts._files()
        people = self._held_since(files, "user_id", "owner")
        teams = self._held_since(files, "team_id", "team")
        values = [
            (
                account,
                self._on_day(people.get(account, ()), day),
                self._on_day(teams.get(account, ()), day),
                *numbers,
            )
            for account, day, *numbers in rows
        ]
        # Typed columns, also where there is no row.
        query = SQL(
            """
            SELECT * FROM UNNEST(%s::int[], %s::int[], %s::int[], %s::float[],
                                 %s::float[], %s::float[])
                AS fact (record_id, user_id, team_id, numerator, denominator, aside)
            """,
            *([row[index] for row in values] for index in range(6)),
        )
        return KpiFacts("key.account", query)

    def _held_since(self, files, name, kind):
        """``{account id: [(day, id)]}``: whose an account was from which day on, in the
        order in which it was entered; until its file was opened, whose the one was that
        was merged into it. One query.

        :param files: ``_files()`` of the accounts
        """
        ids = {id_ for merged in files.values() for id_ in merged}.union(files)
        # As rows, not as records: every figure asks for them, of all accounts.
        self.env["key.account.event"].flush_model()
        events = self.env.execute_query(
            SQL(
                """
                SELECT key_account_id, date, %(new)s
                  FROM key_account_event
                 WHERE key_account_id = ANY(%(ids)s)
                   AND kind IN ('opened', 'initial', %(kind)s)
                   AND (%(new)s IS NOT NULL OR kind <> 'initial')
              ORDER BY id
                """,
                new=SQL.identifier(f"new_{name}"),
                ids=list(ids),
                kind=kind,
            )
        )
        found = {}
        for account, day, whose in events:
            found.setdefault(account, []).append((day, whose))
        return {
            account: self._after_earlier_files(found, account, merged)
            for account, merged in files.items()
        }

    def _after_earlier_files(self, found, account, files):
        """Changes of an account, after those of files merged into it from before it had
        one of its own."""
        mine = found.get(account, [])
        opened = min((day for day, _value in mine), default=date.max)
        earlier = [
            change
            for id_ in files
            if id_ != account
            for change in found.get(id_, ())
            if change[0] < opened
        ]
        return earlier + mine

    def _on_day(self, changes, day):
        """What was entered last of what held on this day."""
        found = None
        for since, value in changes:
            if since <= day:
                found = value
        return found
