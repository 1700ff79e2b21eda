"""Working time: what a number of hours or days means. The calendar itself is Odoo's."""

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
