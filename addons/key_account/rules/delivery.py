"""Handed over as promised or not (chapter 05, "After the order").

Days are those of the company. Only what is handed over in full is handed over: the day
is that of the last part.
"""

from datetime import timedelta

OPEN, ON_TIME, LATE, UNPROMISED = "open", "on_time", "late", "unpromised"


def state(promised, handed_over):
    """Return how a delivery stands.

    :param promised: day that the contract promised, None without any
    :param handed_over: day on which the last part was handed over, None before
    """
    if not handed_over:
        return OPEN
    if not promised:
        return UNPROMISED
    return ON_TIME if handed_over <= promised else LATE


def days_late(promised, handed_over, today):
    """Return by how many days it is late, so far; None without a promise."""
    if not promised:
        return None
    return max(((handed_over or today) - promised).days, 0)


def revisit_on(handed_over, days):
    """Return when the customer is to be revisited; None where never."""
    return handed_over + timedelta(days=days) if handed_over and days > 0 else None
