"""Who takes over the visits of somebody who is away."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Given:
    """A visit to be made by somebody else, at its own time; ``known_by``: who can open
    the account already."""

    number: int
    start: datetime
    end: datetime
    known_by: frozenset = frozenset()


def share_out(visits, people, is_free, load=None):
    """``{number of the visit: person}`` of those for whom somebody has time: who knows
    the account first, then who has the least that day, then the least in all.

    :param visits: :class:`Given`
    :param people: ids of those who may take over
    :param is_free: ``is_free(person, visit, others)``, where ``others`` are the
        (start, end) of what they have just been given
    :param load: ``{(person, day): visits they have already}``
    """
    load, total = Counter(load or {}), Counter()
    spans, given = defaultdict(list), {}
    for visit in sorted(visits, key=lambda each: (each.start, each.number)):
        day = visit.start.date()
        able = [person for person in people if is_free(person, visit, spans[person])]
        if not able:
            continue
        person = min(
            able,
            key=lambda each, visit=visit, day=day: (
                each not in visit.known_by,
                load[each, day],
                total[each],
                each,
            ),
        )
        given[visit.number] = person
        spans[person].append((visit.start, visit.end))
        load[person, day] += 1
        total[person] += 1
    return given
