"""Who rules on an exception request (chapter 01, "Ruling").

A manager rules to quote within their own limits; what lies beyond goes to the next
level that has somebody to ask, from level to level up to the top.
"""

from typing import NamedTuple

from . import authority

WAITING = ("request", "forward")


class Rung(NamedTuple):
    """A level of the ladder and who could rule there now."""

    sequence: int
    users: frozenset


def wanted(grants, discounts):
    """What a ruling to quote would allow: the highest value per dimension.

    :param grants: ``[(dimension, value)]`` that are to be given
    :param discounts: per cent, as measured on the lines outside
    """
    highest = {}
    for dimension, value in [*grants, *(("discount", d) for d in discounts)]:
        rule = authority.DIMENSIONS[dimension]
        known = highest.get(dimension)
        highest[dimension] = value if known is None else rule.wider(known, value)
    return highest


def beyond(wanted, limits):
    """The dimensions in which it lies beyond somebody's own limits; no limit is no
    authority.
    """
    return sorted(
        dimension
        for dimension, value in wanted.items()
        if limits.get(dimension) is None
        or authority.DIMENSIONS[dimension].exceeds(value, limits[dimension])
    )


def next_rung(rungs, above):
    """The lowest rung above somebody's own where somebody can be asked, or None.

    :param above: sequence of their own level, None when they are on none
    """
    higher = [r for r in rungs if r.users and (above is None or r.sequence > above)]
    return min(higher, key=lambda rung: rung.sequence, default=None)
