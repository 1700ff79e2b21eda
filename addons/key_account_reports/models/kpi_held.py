"""Whose an account was on which day, as SQL joins it."""

from datetime import date, datetime

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


def _array(values):
    """Numbers, days or moments as PostgreSQL writes an array, ``{7,NULL,2025-03-31}``:
    one word of the query, where a list would be a thousand to read."""
    return "{%s}" % ",".join("NULL" if each is None else str(each) for each in values)


class KeyAccountKpi(models.Model):
    """Facts of days (a complaint received, a cost booked, an order promised) are joined
    with spans of days in which an account was one person's and one team's: a handful of
    queries however many facts, and no look-up for each."""

    _inherit = "key.account.kpi"

    def _sql_held(self, company):
        """Spans in which the accounts of a company, those merged into others too, were
        one person's and one team's.

        Columns: ``account_id``, ``since``, ``until`` (the first day after it),
        ``user_id``, ``team_id``. What lies before a file was opened is of whoever had
        it first; of those merged into it, if there are any.
        """
        accounts = (
            self.env["key.account"]
            .sudo()
            .with_context(active_test=False)
            .search(Domain("company_id", "=", company.id))
        )
        spans = self._spans_held(accounts)
        return SQL(
            """
            SELECT * FROM UNNEST(%s::int[], %s::date[], %s::date[], %s::int[],
                                 %s::int[])
                AS span (account_id, since, until, user_id, team_id)
            """,
            *(_array(span[index] for span in spans) for index in range(5)),
        )

    def _spans_held(self, accounts):
        files = accounts._files()
        people = self._held_since(files, "user_id", "owner")
        teams = self._held_since(files, "team_id", "team")
        spans = []
        for account in accounts.ids:
            mine = (people.get(account, ()), teams.get(account, ()))
            # Of who had it nothing may be recorded: it is nobody's then.
            days = sorted({day for changes in mine for day, _value in changes})
            days = days or [date.min]
            ends = [*days[1:], date.max]
            for index, (day, end) in enumerate(zip(days, ends, strict=True)):
                since = day if index else date.min
                held = (self._on_day(changes, day) for changes in mine)
                spans.append((account, since, end, *held))
        return spans

    def _sql_survivors(self, company):
        """Files that were merged into others: ``file_id``, and ``account_id``, the one
        that stayed."""
        files = self._accounts_of(company)._files()
        rows = [(id_, to) for to, ids in files.items() for id_ in ids if id_ != to]
        return SQL(
            "SELECT * FROM UNNEST(%s::int[], %s::int[]) AS file (file_id, account_id)",
            *(_array(row[index] for row in rows) for index in range(2)),
        )

    def _sql_feedback_files(self, company):
        """Under which file feedback stood before that one was merged into another: what
        was somebody's then stays theirs. What was put right by hand was never so.

        Columns: ``feedback_id``, ``since``, ``until`` (moments), ``account_id``.
        """
        # Whose it was does not hang on who asks.
        moves = (
            self.env["key.account.feedback.event"]
            .sudo()
            .search(
                Domain("company_id", "=", company.id) & Domain("kind", "=", "move"),
                order="id desc",
            )
        )
        rows = []
        for feedback, those in moves.grouped("feedback_id").items():
            into, spans = feedback.key_account_id, []
            for move in those:
                if move.old_account_id.merged_into_id != into:
                    break
                if spans:
                    spans[-1][1] = move.date
                into = move.old_account_id
                spans.append([feedback.id, datetime.min, move.date, into.id])
            rows += spans
        return SQL(
            """
            SELECT * FROM UNNEST(%s::int[], %s::timestamp[], %s::timestamp[], %s::int[])
                AS file (feedback_id, since, until, account_id)
            """,
            *(_array(row[index] for row in rows) for index in range(4)),
        )

    def _sql_day(self, company, moment):
        """The day of a moment (SQL, in UTC), as the company's clock says it."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            moment,
            company._key_account_timezone(),
        )
