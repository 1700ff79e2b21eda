"""Who judges what no fact tells, and what their judgements come to. Plain Python."""

from typing import NamedTuple

# Whoever is measured speaks, too: it is shown beside, and never counted.
SELF = "self"


class Seat(NamedTuple):
    """One who appraises on a sheet: for which role, with what weight."""

    role: str
    weight: float
    person: int


class Judgement(NamedTuple):
    """The points of the level that somebody chose; None: they did not judge this."""

    role: str
    weight: float
    points: float | None
    given: bool


def seats(roles, excluded=()):
    """Who appraises: for each role the first of its holders who is not excluded and
    does not appraise for another role already. A role that nobody can fill is left out.

    ``roles`` are (role, weight, holders in the order in which they are asked). The role
    with the fewest holders chooses first: who alone is HR appraises as HR, though they
    are a director as well:

    >>> [seat.person for seat in seats([("director", 60, [1, 2]), ("hr", 40, [1])])]
    [2, 1]
    >>> seats([("director", 60, [1, 2]), ("hr", 40, [3])], excluded=[1, 3])
    [Seat(role='director', weight=60, person=2)]
    """
    free = [
        (role, weight, [person for person in holders if person not in excluded])
        for role, weight, holders in roles
    ]
    taken = {}
    for role, _weight, holders in sorted(free, key=lambda each: len(each[2])):
        left = [person for person in holders if person not in taken.values()]
        if left:
            taken[role] = left[0]
    return [
        Seat(role, weight, taken[role])
        for role, weight, _holders in free
        if role in taken
    ]


def points(judgements):
    """The weighted mean of what was judged and given; None while nobody did.

    The director 80 points with weight 60, HR 60 points with weight 40, the person
    themselves 100, which does not count: (60·80 + 40·60) ÷ 100.

    >>> points(
    ...     [
    ...         Judgement("director", 60, 80.0, True),
    ...         Judgement("hr", 40, 60.0, True),
    ...         Judgement("self", 40, 100.0, True),
    ...     ]
    ... )
    72.0
    >>> points([Judgement("director", 60, 80.0, False)]) is None
    True
    """
    counted = [
        (each.weight, each.points)
        for each in judgements
        if each.given and each.points is not None and each.role != SELF
    ]
    weight = sum(weight for weight, _points in counted)
    if not weight:
        return None
    return sum(weight * points for weight, points in counted) / weight
