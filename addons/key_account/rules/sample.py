"""The way of a sample: what may be done when, was it sent as promised, does it count.

Source: chapter "After the signature", samples. Plain Python: days are dates, in the
time zone of the company.
"""

REQUESTED, AGREED, CHECKED, SENT, RECEIVED, JUDGED, CANCELLED = STATES = (
    "requested",
    "agreed",
    "checked",
    "sent",
    "received",
    "judged",
    "cancelled",
)
# What is still ours to do: until then the promise to the customer runs.
UNSENT = (REQUESTED, AGREED, CHECKED)
# What has left the house was checked before.
LEFT = (SENT, RECEIVED, JUDGED)
ACCEPTED, REMARKS, REFUSED = RESULTS = ("accepted", "remarks", "refused")

# An act, and the states in which it can be done.
ACTS = {
    "agree": (REQUESTED,),
    "revise": (AGREED, CHECKED),
    "promise": UNSENT,
    "check": (AGREED,),
    "send": (CHECKED,),
    "receive": (SENT,),
    # Some tell what they think of it, and never that it had come.
    "judge": (SENT, RECEIVED),
    "cancel": (REQUESTED, AGREED, CHECKED, SENT, RECEIVED),
}


def may(act, state):
    """Whether this can be done with a sample in this state.

    >>> may("send", "checked"), may("send", "agreed")
    (True, False)
    """
    return state in ACTS[act]


def day_problem(day, first, today):
    """``early`` or ``late`` where something cannot have happened on ``day``: before
    what comes before it, or on a day that has not come; else None.

    :param first: the day of what comes before it, None where nothing does
    """
    if day > today:
        return "late"
    return "early" if first and day < first else None


def in_time(day, promised):
    """Whether it left by the day first promised: ``yes``, ``no``, or None where nothing
    was promised.

    >>> from datetime import date
    >>> in_time(date(2026, 3, 2), date(2026, 3, 2)), in_time(date(2026, 3, 2), None)
    ('yes', None)
    """
    if not promised:
        return None
    return "yes" if day <= promised else "no"


def counts(state, result):
    """Whether the customer has accepted it, with remarks or without."""
    return state == JUDGED and result in (ACCEPTED, REMARKS)


def verdict(samples, needed):
    """What a deal lacks that asks for accepted samples: None, or in a word.

    :param samples: (state, result) of each of its samples, the latest first
    :param needed: how many have to be accepted
    :return: ``none`` (there is no sample), ``refused`` (the latest was, and none is on
        its way), ``waiting`` (one is on its way), ``few`` (some, but not enough)
    """
    samples = [each for each in samples if each[0] != CANCELLED]
    if sum(counts(*each) for each in samples) >= needed:
        return None
    if any(state != JUDGED for state, _result in samples):
        return "waiting"
    if any(counts(*each) for each in samples):
        return "few"
    return "refused" if samples else "none"
