"""What was entered late: after the period's end, or long after it happened. Plain
Python, no database."""

from datetime import timedelta


def is_late(happened, entered, end, days):
    """Whether what happened in a period was entered late.

    :param end: the first moment after the period, in the same clock as the others
    :param days: from how many days after the event on; counted in hours, so that no
        time zone moves it

    >>> from datetime import datetime
    >>> end = datetime(2025, 10, 1)
    >>> visit = datetime(2025, 9, 20, 9)
    >>> is_late(visit, datetime(2025, 9, 27, 9), end, 7)
    False
    >>> is_late(visit, datetime(2025, 9, 27, 9, 1), end, 7)
    True
    >>> is_late(datetime(2025, 9, 30, 20), datetime(2025, 10, 1), end, 7)
    True
    """
    return entered >= end or entered > happened + timedelta(days=days)


def share(late, entered):
    """Share in percent; None where nothing was entered.

    >>> share(1, 8), share(0, 3), share(0, 0)
    (12.5, 0.0, None)
    """
    return 100.0 * late / entered if entered else None
