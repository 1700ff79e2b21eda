"""Feedback of customers: how long what may take, and which of its clocks runs.

Source: chapter "After the signature". Plain Python: moments are any comparable values.

Two clocks begin when the customer told us. The one of the answer stops for good with
the first answer, the one of the resolution with the resolution. Waiting for the
customer stops both, and so does cancelling; while something is resolved, the second
stands still. Either goes on from there when it is taken up again.
"""

from typing import NamedTuple

MINOR, NORMAL, CRITICAL = "minor", "normal", "critical"
SEVERITIES = [(MINOR, "Minor"), (NORMAL, "Normal"), (CRITICAL, "Critical")]

# Events that stop a clock, and those by which it goes on.
WAIT, RESUME, RESOLVE, CANCEL, REOPEN = "wait", "resume", "resolve", "cancel", "reopen"
_STOPS = {WAIT: RESUME, RESOLVE: REOPEN, CANCEL: REOPEN}


class Pauses(NamedTuple):
    """For which times the clocks stood still: lists of (begin, end)."""

    answer: list
    resolution: list


def limit(hours, severity, critical_percent):
    """Working hours that something may take; zero is never due.

    >>> limit(8, "critical", 50), limit(8, "minor", 50), limit(0, "critical", 50)
    (4.0, 8, 0)
    """
    if severity != CRITICAL or not hours:
        return hours
    return hours * critical_percent / 100


def fewer(before, after):
    """The fewer of two numbers of hours, of which zero is never due.

    >>> fewer(4, 8), fewer(8, 4), fewer(0, 8), fewer(8, 0)
    (4, 4, 8, 8)
    """
    return min(filter(None, (before, after)), default=0)


def pauses(events):
    """The pauses that are over, out of what happened.

    :param events: iterable of (kind, moment), in the order in which they happened

    >>> pauses([("wait", 2), ("resume", 5), ("resolve", 7), ("reopen", 9)])
    Pauses(answer=[(2, 5)], resolution=[(2, 5), (7, 9)])
    """
    begun, found = {}, Pauses([], [])
    for kind, moment in events:
        if kind in _STOPS:
            begun.setdefault(_STOPS[kind], (kind, moment))
        elif kind in begun:
            why, begin = begun.pop(kind)
            found.resolution.append((begin, moment))
            if why != RESOLVE:
                found.answer.append((begin, moment))
    return found


def next_due(state, answered, answer_due, resolution_due):
    """Which deadline runs out next; None where no clock runs.

    >>> next_due("open", False, 5, 9), next_due("answered", True, 5, 9)
    (5, 9)
    """
    if state not in ("open", "answered"):
        return None
    running = [resolution_due] if answered else [answer_due, resolution_due]
    return min(filter(None, running), default=None)
