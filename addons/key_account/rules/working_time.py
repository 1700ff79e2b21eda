"""Working time: what a number of hours or days means. The calendar itself is Odoo's."""

from datetime import datetime, time, timedelta

import pytz

HOURS = "hours"
DAYS = "days"
UNITS = (HOURS, DAYS)


def working_hours(amount, unit, hours_per_day):
    """Express ``amount`` in working hours.

    A working day is the calendar's average day in hours, not what is left of the day it
    starts on: one day from Friday 15:00 ends on Monday 15:00, not on Friday evening.

    :param amount: how many, zero or more
    :param unit: ``hours`` or ``days``
    :param hours_per_day: of the company's calendar
    :raise ValueError: for another unit or a negative amount
    """
    if unit not in UNITS:
        raise ValueError(f"Unknown unit of working time: {unit!r}")
    if amount < 0:
        raise ValueError(f"Working time cannot be negative: {amount!r}")
    return amount * hours_per_day if unit == DAYS else amount


def is_in_time(done, deadline):
    """Not later than the deadline; without one, nothing done is late."""
    return bool(done) and (not deadline or done <= deadline)


def hours_within(work, start, end):
    """Hours between two moments that fall into the working intervals.

    :param work: list of (start, end) that do not overlap
    """
    seconds = sum(
        max((min(stop, end) - max(begin, start)).total_seconds(), 0.0)
        for begin, stop in work
    )
    return seconds / 3600


def moment_after(work, start, hours):
    """When ``hours`` of working time have passed since ``start``.

    :param work: list of (start, end) in order, that do not overlap
    :return: None where ``work`` does not reach that far

    >>> from datetime import datetime as at
    >>> moment_after([(at(2026, 1, 2, 8), at(2026, 1, 2, 12))], at(2026, 1, 1), 1)
    datetime.datetime(2026, 1, 2, 9, 0)
    """
    left = timedelta(hours=hours)
    for begin, stop in work:
        begin = max(begin, start)
        if stop <= begin:
            continue
        if left <= stop - begin:
            return begin + left
        left -= stop - begin
    return None


def moment_before(work, end, hours):
    """When to begin, so that ``hours`` of working time are left until ``end``.

    :param work: list of (start, end) in order, that do not overlap
    :return: None where ``work`` does not reach back that far

    >>> from datetime import datetime as at
    >>> moment_before([(at(2026, 1, 2, 8), at(2026, 1, 2, 12))], at(2026, 1, 3), 1)
    datetime.datetime(2026, 1, 2, 11, 0)
    """
    if hours <= 0:
        return end
    left = timedelta(hours=hours)
    for begin, stop in reversed(work):
        stop = min(stop, end)
        if stop <= begin:
            continue
        if stop - begin >= left:
            return stop - left
        left -= stop - begin
    return None


def weeks_later(moment, weeks, zone):
    """The same time of the same day, weeks later, as clocks show it in a time zone.

    :param moment: naive, in UTC; so is what is returned

    >>> from datetime import datetime as at
    >>> weeks_later(at(2026, 3, 23, 8), 1, pytz.timezone("Europe/Berlin"))
    datetime.datetime(2026, 3, 30, 7, 0)
    """
    there = pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)
    later = zone.localize(there + timedelta(weeks=weeks))
    return later.astimezone(pytz.utc).replace(tzinfo=None)


def begins(day, zone):
    """When a day begins in a time zone: naive, in UTC. Where clocks are put back to
    midnight, it begins with the first of the two.

    >>> from datetime import date
    >>> begins(date(2026, 4, 1), pytz.timezone("Asia/Shanghai"))
    datetime.datetime(2026, 3, 31, 16, 0)
    >>> begins(date(2026, 10, 25), pytz.timezone("Atlantic/Azores"))
    datetime.datetime(2026, 10, 25, 0, 0)
    """
    midnight = datetime.combine(day, time())
    try:
        there = zone.localize(midnight, is_dst=None)
    except pytz.InvalidTimeError as error:
        twice = isinstance(error, pytz.AmbiguousTimeError)
        there = zone.localize(midnight, is_dst=twice)
    return there.astimezone(pytz.utc).replace(tzinfo=None)
