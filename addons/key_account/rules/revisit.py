"""Which revisit falls due in a month, and which visit of its plan is one. Days are
dates of where the company works."""

from collections import defaultdict

from .visit_cycle import month_days
from .visit_flow import week_of

# What a visit of a plan is about.
CYCLE, DELIVERY, REVISIT = "cycle", "delivery", "revisit"


def revisit_due(month, days):
    """The revisit that falls due in a month or was due before, ``(day, occasion)``; the
    first of several, for one visit answers all of them; None where none does.

    :param days: (day, ``DELIVERY`` or ``REVISIT``) of those that nobody has made since
    """
    _first, after = month_days(month)
    return min((each for each in days if each[0] < after), default=None)


def revisit_week(month, day):
    """The week of a month in which a revisit is best: where it falls due, or the first,
    where it was due before."""
    return week_of(day) if day >= month_days(month)[0] else 1


def revisits(dues, placed):
    """Those of the placed visits that are the revisits: of each account one, in or next
    to the week in which it falls due, the earlier of two."""
    by_account = defaultdict(list)
    for visit in placed:
        by_account[visit.account].append(visit)
    return {
        min(
            by_account[due.account],
            key=lambda visit, week=due.revisit_week: (
                abs(week_of(visit.start) - week),
                visit.start,
            ),
        )
        for due in dues
        if due.revisit_week and by_account[due.account]
    }
