"""What an account's history tells (chapter 03, "History"): when a customer was one.

A term runs from the day on which an account becomes active to the day on which it is
lost or dropped; being dormant does not end it. What was entered later counts later
where two things happened on one day.
"""

from datetime import date
from typing import NamedTuple

RUNNING = ("active", "dormant")
ENDED = ("lost", "dropped")


class Change(NamedTuple):
    """That an account came into this state on this day."""

    day: date
    state: str


class Term(NamedTuple):
    """A customer from ``start`` on, until ``end`` (None: to this day)."""

    start: date
    end: date | None


def terms(changes):
    """Return the terms that these changes of state make, in the order of time.

    :param changes: in the order in which they were entered
    """
    found, start = [], None
    for change in sorted(changes, key=lambda change: change.day):
        if change.state in RUNNING and start is None:
            start = change.day
        elif change.state not in RUNNING and start is not None:
            found.append(Term(start, change.day))
            start = None
    if start is not None:
        found.append(Term(start, None))
    return found


def united(terms_of_files):
    """Return the terms of a customer of whom several files were kept: they were one
    while any of the files says so.

    :param terms_of_files: a list of terms per file
    """
    found = []
    for term in sorted(term for terms_ in terms_of_files for term in _endless(terms_)):
        if found and term.start <= found[-1].end:
            found[-1] = Term(found[-1].start, max(found[-1].end, term.end))
        else:
            found.append(term)
    return [Term(t.start, None if t.end == date.max else t.end) for t in found]


def _endless(terms_):
    return [Term(term.start, term.end or date.max) for term in terms_]


def term_on(terms_, day):
    """Return the term that ran on this day, the day of its start included and that of
    its end not; None where there was none."""
    for term in terms_:
        if term.start <= day and (term.end is None or day < term.end):
            return term
    return None


def last_end(changes):
    """Return the day on which the account was last lost or dropped, or None."""
    days = [change.day for change in changes if change.state in ENDED]
    return max(days, default=None)
