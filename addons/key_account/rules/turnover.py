"""What a customer was invoiced in two years, side by side. Money is in the currency of
one company throughout.
"""

from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from .value_class import growth

MONTHS = 12


class Years(NamedTuple):
    """This year and the one before, as far as this one has come.

    ``before``, ``first``: the days on which they begin; ``today``: the last one that
    counts; ``same_day``: the day of the year before that is compared with it.
    """

    before: date
    first: date
    today: date
    same_day: date


class Turnover(NamedTuple):
    """``months``: 24 sums, the year before first; ``year``: until today; ``same``: of
    the year before until the same day; ``last``: all of it."""

    months: tuple
    year: float
    same: float
    last: float

    @property
    def trend(self):
        """By how much, in percent, more was invoiced than until the same day a year
        before; None where nothing was then."""
        return growth(self.year, self.same)


def years(first, today):
    """Of the year that begins on ``first``; the day after 28 February is compared with
    that day where it has no counterpart."""
    year = relativedelta(years=1)
    return Years(first - year, first, today, today - year)


def turnover(sums):
    """``sums``: rows of (month, sum, of it until the same day of the year before), each
    month at most once: 0 is the first of the year before, 23 the last of this one."""
    months, same = [0.0] * 2 * MONTHS, 0.0
    for month, amount, until in sums:
        months[month] += amount
        if month < MONTHS:
            same += until
    return Turnover(tuple(months), sum(months[MONTHS:]), same, sum(months[:MONTHS]))


def month_starts(before):
    """The days on which the 24 months begin."""
    return [before + relativedelta(months=number) for number in range(2 * MONTHS)]
