"""The scorecard that grades a customer's importance (chapter 03, "Scorecard").

Each criterion compares what is with a standard. The ratio, kept between a floor and a
cap, times the weight gives points; the points of what is known make a score of 0–100,
the score a grade.
"""

import math
from typing import NamedTuple

HIGHER, LOWER = "higher", "lower"
GRADES = ("A", "B", "C", "D")


class Item(NamedTuple):
    """One criterion as judged of one customer. ``actual`` is None where unknown."""

    name: str
    weight: float
    standard: float
    actual: float | None
    direction: str = HIGHER
    floor: float = 0.0
    cap: float = 1.0
    growth: bool = False


class Score(NamedTuple):
    """``value`` and ``coverage`` from 0 to 100; no value where nothing is known."""

    value: float | None
    coverage: float


def problems(items):
    """What makes the scorecard unusable: ``[(problem, name)]``, empty when it is sound.

    ``weights`` (they do not sum to 100; carries the sum), ``weight`` (negative),
    ``standard`` (zero or less), ``bounds`` (floor above cap).
    """
    found = []
    for item in items:
        if item.weight < 0:
            found.append(("weight", item.name))
        if item.standard <= 0:
            found.append(("standard", item.name))
        if item.floor > item.cap:
            found.append(("bounds", item.name))
    total = sum(item.weight for item in items)
    if abs(total - 100) > 0.005:
        found.append(("weights", total))
    return found


def ratio(item):
    """Actual ÷ standard, or its inverse where less is better, within floor and cap.

    Nothing at all of what should be little (a collection cycle of zero) is the best
    there can be.
    """
    if item.direction == LOWER:
        value = item.standard / item.actual if item.actual > 0 else item.cap
    else:
        value = item.actual / item.standard
    return min(max(value, item.floor), item.cap)


def points(item):
    """Weight × ratio; None where the figure is missing."""
    return None if item.actual is None else item.weight * ratio(item)


def score(items):
    """The score of what is known. A missing figure leaves its weight out and lowers the
    coverage; it never counts as zero.
    """
    known = [item for item in items if item.actual is not None]
    total = sum(item.weight for item in items)
    weight = sum(item.weight for item in known)
    if not weight:
        return Score(None, 0.0)
    value = 100 * sum(points(item) for item in known) / weight
    return Score(min(max(value, 0.0), 100.0), 100 * weight / total)


def shown(value):
    """A score as it is shown, to one decimal, which is how it is graded: neither the
    noise of floats nor what nobody sees decides.

    >>> shown(79.96), shown(79.94), shown(100 * (0.7 * 15 + 0.7 * 85) / 100)
    (80.0, 79.9, 70.0)
    """
    return math.floor(value * 10 + 0.5 + 1e-9) / 10


def grade(value, thresholds):
    """The first grade whose threshold the score reaches, D below all of them.

    :param thresholds: least score of A, B and C, falling
    """
    if value is None:
        return None
    for letter, threshold in zip(GRADES, thresholds, strict=False):
        if shown(value) >= threshold:
            return letter
    return GRADES[-1]


def growth(items):
    """The growth potential of a customer, from 0 to 100: what is known of it, out of
    the whole; None where the scorecard does not ask for any.

    Here a missing figure counts as none: a potential that nobody has seen carries
    nobody to the top.
    """
    asked = [item for item in items if item.growth]
    total = sum(item.weight for item in asked)
    if not total:
        return None
    return min(100 * sum(points(item) or 0.0 for item in asked) / total, 100.0)


def held_back(letter, potential, least):
    """The grade, but no A without potential: a scorecard that asks for growth potential
    (not None) gives one only where it is at least ``least``."""
    if letter == GRADES[0] and potential is not None and shown(potential) < least:
        return GRADES[1]
    return letter


def reaches(letter, minimum):
    """Whether a grade is at least another; no grade reaches none."""
    return bool(letter) and GRADES.index(letter) <= GRADES.index(minimum)
