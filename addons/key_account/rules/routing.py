"""Who decides a quotation that lies outside its author's authority.

Source: chapter "Authority limits, sign-off and evidence", section "From measure to
decision". Plain Python: people are any hashable, levels are their sequence numbers (a
higher sequence means more authority).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rung:
    """A level of the ladder and the people on it, for one quotation."""

    level: float
    people: frozenset


@dataclass(frozen=True)
class Route:
    """Where a quotation goes.

    ``level`` is None when no level reaches far enough. ``people`` are asked: those of
    the level, and whoever stands in for them; empty when nobody can decide.
    """

    level: float | None = None
    people: frozenset = frozenset()
    stand_ins: dict = field(default_factory=dict)
    sole: bool = False


def stand_in_for(person, stand_ins, involved, able):
    """Who decides for ``person`` in these days, or None.

    Only somebody who could decide lends their authority, so nobody gets round their own
    exclusion by delegating; and what is received is not passed on.
    """
    delegate = stand_ins.get(person)
    if person in involved or person not in able:
        return None
    return delegate if delegate in able and delegate not in involved else None


def route(ladder, required, involved, able, team=frozenset, stand_ins=None, sole=False):
    """Find the lowest sufficient level on which somebody may decide.

    :param ladder: :class:`Rung` of the company, in any order
    :param required: the lowest level that suffices
    :param involved: who may not decide: author of the terms, salesperson, requester
    :param able: who can decide at all: active, internal, in the company
    :param team: says the members of the order's team, who come first on their level;
        asked where there is a choice
    :param stand_ins: ``{person: delegate}`` in force
    :param sole: whether the company lets the only one at the top decide on their own
    """
    stand_ins = stand_ins or {}
    rungs = sorted(
        (rung for rung in ladder if rung.level >= required),
        key=lambda rung: rung.level,
    )
    for rung in rungs:
        free = (rung.people & able) - involved
        if free:
            chosen = (len(free) > 1 and free & team()) or free
            delegates = {
                delegate: person
                for person in chosen
                if (delegate := stand_in_for(person, stand_ins, involved, able))
            }
            return Route(rung.level, chosen | delegates.keys(), delegates)
    if not rungs:
        return Route()
    top = rungs[-1]
    alone = top.people & able & involved if sole else frozenset()
    return Route(top.level, frozenset(alone), {}, bool(alone))


def escalated(ladder, reached, involved, able, stand_ins=None):
    """The next level above ``reached`` on which somebody may decide, or an empty route.

    Nobody goes alone by escalation: it finds other people or none.
    """
    above = [rung for rung in ladder if rung.level > reached]
    found = route(above, reached, involved, able, stand_ins=stand_ins)
    return found if found.people else Route()
