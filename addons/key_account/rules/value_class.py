"""What a customer is worth to us (chapter 03, "Four gradings"): value class, and what a
manager's review advises. Money is in the currency of one company throughout.
"""

from math import ceil
from typing import NamedTuple

BELOW_ZERO, MOST_VALUABLE, MOST_GROWABLE = "bz", "vip", "mgc"
DEVELOP, CARE, WARM, LEAVE = "develop", "care", "warm", "leave"


class Worth(NamedTuple):
    """Twelve months of one customer; None is what nobody knows.

    ``growth`` in percent, ``potential`` from 1 to 5; ``active``: ranks among the most
    valuable.
    """

    margin: float | None = None
    service_cost: float | None = None
    growth: float | None = None
    potential: float | None = None
    active: bool = True


class Thresholds(NamedTuple):
    """``vip_share`` of the active customers in percent, ``growth`` in percent,
    ``potential`` from 1 to 5."""

    vip_share: float = 20.0
    growth: float = 20.0
    potential: float = 4.0


def percent(part, whole):
    """A part in percent, without the noise of floats: what comes to 20 percent reaches
    20.

    >>> 100 * (1.26 - 1.05) / 1.05 < 20, percent(1.26 - 1.05, 1.05)
    (True, 20.0)
    """
    return round(100 * part / whole, 9)


def growth(now, before):
    """By how much, in percent, more was bought than before; None where nothing was
    bought before: what begins does not grow."""
    return percent(now - before, before) if before > 0 else None


def is_below_zero(worth):
    """Whether the customer costs more than they bring. A service cost that nobody knows
    is left out; without a margin nothing is said. The noise of floats is no loss.

    >>> is_below_zero(Worth(0.3, 0.1 + 0.2)), is_below_zero(Worth(0.3, 0.31))
    (False, True)
    """
    if worth.margin is None:
        return False
    return round(worth.margin - (worth.service_cost or 0), 6) < 0


def is_most_growable(worth, thresholds):
    """Whether growth or potential reaches its threshold; a threshold of 0 asks for
    nothing and makes nobody growable."""
    return any(
        limit > 0 and figure is not None and figure >= limit
        for figure, limit in (
            (worth.growth, thresholds.growth),
            (worth.potential, thresholds.potential),
        )
    )


def vip_margin(worths, share):
    """The least margin that stands in the top share (in percent) of active customers;
    None where nobody does. Part of a customer counts as one; who ties with the last is
    in as well."""
    active = [worth for worth in worths if worth.active]
    margins = sorted((worth.margin for worth in active if _earns(worth)), reverse=True)
    places = min(ceil(len(active) * share / 100 - 1e-9), len(margins))
    return margins[places - 1] if places > 0 else None


def classes(worths, thresholds):
    """``{key: class or None}`` of all customers of one company, ``{key: Worth}``: below
    zero first, then most valuable, then most growable."""
    least = vip_margin(worths.values(), thresholds.vip_share)
    found = {}
    for key, worth in worths.items():
        if is_below_zero(worth):
            found[key] = BELOW_ZERO
        elif least is not None and worth.active and (worth.margin or 0) >= least:
            found[key] = MOST_VALUABLE
        elif is_most_growable(worth, thresholds):
            found[key] = MOST_GROWABLE
        else:
            found[key] = None
    return found


def advice(value, difficulty, high):
    """What value and difficulty (1 to 5, 0 or None: not judged) advise; ``high`` is
    where either begins to be high."""
    if not value or not difficulty:
        return None
    if value >= high:
        return CARE if difficulty >= high else DEVELOP
    return LEAVE if difficulty >= high else WARM


def _earns(worth):
    return worth.margin is not None and worth.margin > 0 and not is_below_zero(worth)
