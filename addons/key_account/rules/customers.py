"""What the histories of accounts say of a period: who was there, came, went. Plain
Python, no database.

A customer's terms are as ``account_terms`` reads them; days are those of the company. A
period has a ``start`` and an ``end`` and is half-open.
"""

from typing import NamedTuple

from . import account_terms, visit_cycle

# An account that stands so has not gone further than being looked at.
CANDIDATE = "candidate"


class Prospect(NamedTuple):
    """When an account counted as a prospect first in a period, and when it became
    interested, and signed, in it; None where it did not."""

    since: object
    interested: object = None
    signed: object = None


def was_active(terms, day):
    """Whether somebody was a customer as this day began: also whom we lost on it.

    >>> from datetime import date
    >>> term = account_terms.Term(date(2025, 1, 1), date(2025, 7, 1))
    >>> was_active([term], date(2025, 7, 1)), was_active([term], date(2025, 1, 1))
    (True, False)
    """
    return any(
        term.start < day and (term.end is None or term.end >= day) for term in terms
    )


def lost_in(terms, period):
    """Days on which a customer was lost in the period."""
    return [
        term.end for term in terms if term.end and period.start <= term.end < period.end
    ]


def won_in(terms, period):
    """The day on which somebody became a customer for the first time, where that lies
    in the period: who returns is no new one."""
    first = terms[0].start if terms else None
    return first if first and period.start <= first < period.end else None


def first_signed(told_of_files):
    """The day of a customer's first signed order: on which the account became active by
    it, or on which it was signed on trial. None where there was none yet, and of those
    who were customers when their file was opened.

    :param told_of_files: changes of each file of the customer, in the order in which
        they were entered
    """
    if any(told and told[0].state in account_terms.RUNNING for told in told_of_files):
        return None
    signing = (account_terms.SIGNED, *account_terms.RUNNING)
    days = [c.day for told in told_of_files for c in told if c.state in signing]
    return min(days, default=None)


def prospect_in(opened, changes, terms, period):
    """What a file was as a prospect in this period; None where it was none.

    Prospects at the start are candidates who had not become interested; new ones were
    opened in the period. Whoever signs without a word of interest before has become
    interested by that.

    :param opened: the day on which the file was opened
    :param changes: its own, in the order in which they were entered
    """
    if opened >= period.end:
        return None
    interest = account_terms.interested_on(changes)
    signed = terms[0].start if terms else None
    since = max(opened, period.start)
    went = min((day for day in (interest, signed) if day), default=None)
    if went and went < since:
        return None
    if opened < period.start:
        changes_before = [c for c in changes if c.day < period.start]
        if account_terms.state_on(changes_before, period.start) != CANDIDATE:
            return None

    def inside(day):
        return day if day and period.start <= day < period.end else None

    return Prospect(since, inside(went), inside(signed))


def visits_due(per_month, months, held):
    """How many visits a cycle asks for in these months (their first days), of somebody
    who is visited whenever it asks.

    :param held: days of visits held before the months
    """
    last = max(held, default=None)
    due = 0
    for month in months:
        wanted = visit_cycle.wanted(per_month, month, last)
        if wanted:
            due, last = due + wanted, month
    return due
