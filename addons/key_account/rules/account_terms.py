"""What an account's history tells (chapter 03, "History"): when a customer was one.

A term runs from the day on which an account becomes active to the day on which it is
lost or dropped; being dormant does not end it. What is entered later corrects what was
entered before, from the day on which it happened: a loss that is entered late was a
loss on its day, whatever was entered between.
"""

from datetime import date
from typing import NamedTuple

RUNNING = ("active", "dormant")
ENDED = ("lost", "dropped")
# The first order was signed; the file went up in another one of the same customer.
SIGNED, MERGED = "signed", "merged"
# The need was confirmed, or a letter of intent filed: no prospect any more (意向).
INTEREST = "interest"
_NO_STATES = (SIGNED, INTEREST)


class Change(NamedTuple):
    """That an account came into this state on this day."""

    day: date
    state: str


class Term(NamedTuple):
    """A customer from ``start`` on, until ``end`` (None: to this day)."""

    start: date
    end: date | None


def timeline(changes):
    """Return what held from which day on, in the order of time.

    :param changes: in the order in which they were entered
    """
    line = []
    for change in changes:
        if change.state in _NO_STATES:
            continue
        while line and line[-1].day > change.day:
            line.pop()
        line.append(change)
    return line


def terms(changes):
    """Return the terms that these changes make, in the order of time.

    :param changes: in the order in which they were entered
    """
    found, start = [], None
    for change in timeline(changes):
        if change.state in RUNNING:
            start = start or change.day
        elif start:
            found.append(Term(start, change.day))
            start = None
    return [*found, Term(start, None)] if start else found


def united(terms_of_files):
    """Return the terms of a customer of whom several files were kept: they were one
    while any of the files says so.

    :param terms_of_files: a list of terms per file
    """
    found = []
    endless = (
        Term(term.start, term.end or date.max)
        for terms_ in terms_of_files
        for term in terms_
    )
    for term in sorted(endless):
        if found and term.start <= found[-1].end:
            found[-1] = Term(found[-1].start, max(found[-1].end, term.end))
        else:
            found.append(term)
    return [Term(t.start, None if t.end == date.max else t.end) for t in found]


def term_on(terms_, day):
    """Return the term that ran on this day, the day of its start included and that of
    its end not; None where there was none."""
    for term in terms_:
        if term.start <= day and (term.end is None or day < term.end):
            return term
    return None


def state_on(changes, day):
    """Return the state of this day, or None before there was one.

    :param changes: in the order in which they were entered
    """
    states = [c.state for c in timeline(changes) if c.day <= day]
    return states[-1] if states else None


def won_on(changes):
    """Return since when the account has been a signed customer, or None: the day of the
    first signed order or of becoming active, whichever came first, since it was opened
    or has returned.

    :param changes: in the order in which they were entered
    """
    won, ended = None, False
    for change in changes:
        if change.state in ENDED:
            ended = True
            continue
        if ended and change.state != MERGED:
            won, ended = None, False
        if change.state in RUNNING or change.state == SIGNED:
            won = min(won, change.day) if won else change.day
    return won


def interested_on(changes):
    """Return since when the account has been interested, or None: the first time since
    it was opened or has returned.

    :param changes: in the order in which they were entered
    """
    since, ended = None, False
    for change in changes:
        if change.state in ENDED:
            ended = True
        elif ended and change.state != MERGED:
            since, ended = None, False
        if change.state == INTEREST:
            since = since or change.day
    return since


def lost_on(changes):
    """Return since when the account has been lost or dropped, None where it is not.

    :param changes: in the order in which they were entered
    """
    states = [c for c in changes if c.state not in (*_NO_STATES, MERGED)]
    return states[-1].day if states and states[-1].state in ENDED else None
