"""The arithmetic of KPIs: periods, ratios, targets, scores. Plain Python, no database.

Values and scores are in percent or points (50.0 is one half); ``None`` is "n/a" and
never becomes 0 or 100 on its way through these functions.
"""

import calendar
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytz

MONTHS = {"month": 1, "quarter": 3, "year": 12}
# How many periods back may still have to be computed: a year.
LOOK_BACK = {"month": 12, "quarter": 4, "year": 1}
DEFAULT_CAP = 120.0
# Kinds of which the months of a quarter come to its figure.
ADDS_UP = ("plan", "count")
# Kinds whose value is one number of each fact, not a share.
OF_EACH = ("median", "mean")
# Kinds that have no whole to show beside the value, and those that have no part either.
WITHOUT_DENOMINATOR = ("count", "median", "judged")
WITHOUT_PARTS = ("median", "judged")


class Period(NamedTuple):
    """Half-open: ``start`` belongs to the period, ``end`` is the first day after it."""

    kind: str
    start: date
    end: date

    @property
    def last_day(self):
        return self.end - timedelta(days=1)

    def contains(self, other):
        return self.start <= other.start and other.end <= self.end


class Part(NamedTuple):
    """What one person contributed in one team. ``aside`` is shown beside, never
    computed with."""

    numerator: float = 0.0
    denominator: float = 0.0
    aside: float = 0.0


# ------------------------------------------------------------
# PERIODS
# ------------------------------------------------------------


def fiscal_year(day, last_month=12, last_day=31):
    """The fiscal year around ``day`` as a period; a last day of 28 February means the
    month's end.

    >>> fiscal_year(date(2025, 2, 1), 3, 31)
    Period(kind='year', start=datetime.date(2024, 4, 1), end=datetime.date(2025, 4, 1))
    """
    end = _year_end(day.year, last_month, last_day)
    if day > end:
        start, end = end, _year_end(day.year + 1, last_month, last_day)
    else:
        start = _year_end(day.year - 1, last_month, last_day)
    one_day = timedelta(days=1)
    return Period("year", start + one_day, end + one_day)


def period_around(kind, day, last_month=12, last_day=31):
    """The month, quarter or year of the fiscal calendar that ``day`` lies in.

    A fiscal year that ends on 31 January has its first quarter from February to April:

    >>> period_around("quarter", date(2025, 4, 30), 1, 31).start
    datetime.date(2025, 2, 1)
    """
    year = fiscal_year(day, last_month, last_day)
    if kind == "year":
        return year
    step = MONTHS[kind]
    starts = [_add_months(year.start, months) for months in range(0, 12, step)] + [
        year.end
    ]
    for start, end in zip(starts, starts[1:], strict=False):
        if start <= day < end:
            return Period(kind, start, end)
    raise ValueError(f"{day} lies outside its own fiscal year {year}")


def ordinal(period, last_month=12, last_day=31):
    """Which month or quarter of its fiscal year a period is, counted from 1."""
    year = fiscal_year(period.start, last_month, last_day)
    months = (
        (period.start.year - year.start.year) * 12
        + period.start.month
        - year.start.month
    )
    return months // MONTHS[period.kind] + 1


def utc_bounds(period, timezone):
    """First moment of the period and first moment after it, as naive UTC.

    The third quarter begins in Shanghai (UTC+8) at four in the afternoon of 30 June,
    UTC:

    >>> quarter = Period("quarter", date(2025, 7, 1), date(2025, 10, 1))
    >>> utc_bounds(quarter, "Asia/Shanghai")[0]
    datetime.datetime(2025, 6, 30, 16, 0)
    """
    zone = pytz.timezone(timezone or "UTC")
    return tuple(_begins(day, zone) for day in (period.start, period.end))


# ------------------------------------------------------------
# VALUES
# ------------------------------------------------------------


def total(parts):
    """Sum of parts. A team's rate is the ratio of its total, never a mean of its
    people's rates.

    Ann holds 1 of 2 visits, Bo 9 of 10: the team stands at 10 of 12, not at the mean of
    50 and 90:

    >>> team = total([Part(1, 2), Part(9, 10)])
    >>> round(ratio(team.numerator, team.denominator), 1)
    83.3
    """
    parts = list(parts)
    return Part(
        sum(part.numerator for part in parts),
        sum(part.denominator for part in parts),
        sum(part.aside for part in parts),
    )


def ratio(numerator, denominator):
    """Percent, uncapped; a denominator of zero is n/a.

    >>> ratio(150, 100), ratio(0, 4), ratio(3, 0)
    (150.0, 0.0, None)
    """
    if not denominator:
        return None
    return 100.0 * numerator / denominator


def value(kind, numerator, denominator, middle=None):
    """The value of a KPI of this kind, uncapped; None where there is nothing to
    measure.

    >>> value("ratio", 3, 4), value("plan", 50, 0), value("count", 0, None)
    (75.0, None, 0)
    >>> value("mean", 9.0, 2), value("mean", 0.0, 0), value("median", 9.0, 2, 4.0)
    (4.5, None, 4.0)
    """
    if kind == "count":
        return numerator
    if kind == "median":
        return middle
    if kind == "mean":
        return numerator / denominator if denominator else None
    return ratio(numerator, denominator)


def filling(period, targets):
    """Those of these pairs (Period, anything) that together are this period: the one
    that is it, else shorter ones, of those that begin on one day the longest; None
    where they leave a gap.

    >>> quarter = Period("quarter", date(2025, 1, 1), date(2025, 4, 1))
    >>> month = Period("month", date(2025, 4, 1), date(2025, 5, 1))
    >>> both = [(month, 5), (quarter, 9)]
    >>> [value for _span, value in filling(Period("", quarter.start, month.end), both)]
    [9, 5]
    >>> filling(Period("", quarter.start, date(2025, 7, 1)), both) is None
    True
    """
    longest = {}
    for pair in targets:
        other = pair[0]
        best = longest.get(other.start)
        if period.contains(other) and (not best or other.end > best[0].end):
            longest[other.start] = pair
    parts, day = [], period.start
    while day in longest:
        parts.append(longest[day])
        day = parts[-1][0].end
    return parts if day == period.end else None


def target_of(period, targets, adds_up=True):
    """The target entered for exactly this period, else what shorter ones that fill it
    come to: their sum, or the mean of what does not add up (a rate, a mean, a median),
    of each month as much.

    ``targets`` are pairs (Period, value). Three quarters do not make a year, so they
    make no target: ``None``.

    >>> starts = [date(2025, month, 1) for month in (1, 2, 3, 4)]
    >>> months = [(Period("month", *starts[i : i + 2]), 10) for i in range(3)]
    >>> quarter = Period("quarter", starts[0], starts[3])
    >>> target_of(quarter, months), target_of(quarter, months, adds_up=False)
    (30, 10.0)
    """
    parts = filling(period, targets)
    if parts is None or len(parts) == 1:
        return parts and parts[0][1]
    if adds_up:
        return sum(value for _other, value in parts)
    months = [(MONTHS[other.kind], value) for other, value in parts]
    return sum(m * value for m, value in months) / sum(m for m, _value in months)


# ------------------------------------------------------------
# SCORES
# ------------------------------------------------------------


def score(value, target, lower_is_better=False, counts=False, cap=DEFAULT_CAP):
    """Points for a value against its target: value ÷ target; target ÷ value if lower is
    better.

    Between 0 and ``cap``. Nothing to measure, or no target, is n/a. A target of zero is
    n/a too, unless the KPI counts and lower is better: then zero reached is the full
    score and anything else none.

    Planned 200 000, sold 150 000: 75 points. Sold 300 000: 150 %, capped at 120 points.

    >>> score(75.0, 100.0), score(150.0, 100.0), score(None, 100.0), score(80.0, 0.0)
    (75.0, 120.0, None, None)
    >>> score(4, 2, lower_is_better=True)
    50.0
    >>> score(0, 0, lower_is_better=True, counts=True)
    100.0
    """
    if value is None or target is None:
        return None
    if not target:
        if lower_is_better and counts:
            return 0.0 if value > 0 else 100.0
        return None
    if lower_is_better:
        points = 100.0 * target / value if value > 0 else cap
    else:
        points = 100.0 * value / target
    return min(max(points, 0.0), cap)


def weighted_score(weights_and_scores):
    """Weighted mean of scores. What is n/a has no score, and its weight is shared out.

    Weights 50, 30, 20 with 80 points, n/a and 100 points: (50·80 + 20·100) ÷ 70.

    >>> round(weighted_score([(50, 80.0), (30, None), (20, 100.0)]), 2)
    85.71
    """
    scored = [
        (weight, points) for weight, points in weights_and_scores if points is not None
    ]
    weight = sum(weight for weight, _points in scored)
    if not weight:
        return None
    return sum(weight * points for weight, points in scored) / weight


# ------------------------------------------------------------
# TOOLING
# ------------------------------------------------------------


def _begins(day, zone):
    """When a day begins; where clocks are put back to midnight (in Havana on 1 November
    2026), with the first of the two.

    >>> _begins(date(2026, 11, 1), pytz.timezone("America/Havana"))
    datetime.datetime(2026, 11, 1, 4, 0)
    """
    midnight = datetime.combine(day, time.min)
    try:
        there = zone.localize(midnight, is_dst=None)
    except pytz.InvalidTimeError as error:
        there = zone.localize(midnight, isinstance(error, pytz.AmbiguousTimeError))
    return there.astimezone(pytz.utc).replace(tzinfo=None)


def _year_end(year, month, day):
    longest = calendar.monthrange(year, month)[1]
    if month == 2 and day >= 28:
        day = longest
    return date(year, month, min(day, longest))


def _add_months(day, months):
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
