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


def _day(_person, visit):
    return visit.start.date()


def share_out(visits, people, is_free, load=None, day_of=_day):
    """``{number of the visit: person}`` of those for whom somebody has time: who knows
    the account first, then who has the least that day, then the least in all.

    :param visits: :class:`Given`
    :param people: ids of those who may take over
    :param is_free: ``is_free(person, visit, others)``, where ``others`` are the
        (start, end) of what they have just been given
    :param load: ``{(person, day): visits they have already}``
    :param day_of: ``day_of(person, visit)``: on which day it is for them
    """
    load, total = Counter(load or {}), Counter()
    spans, given = defaultdict(list), {}
    for visit in sorted(visits, key=lambda each: (each.start, each.number)):
        able = [person for person in people if is_free(person, visit, spans[person])]
        if not able:
            continue
        person = min(
            able,
            key=lambda each, visit=visit: (
                each not in visit.known_by,
                load[each, day_of(each, visit)],
                total[each],
                each,
            ),
        )
        given[visit.number] = person
        spans[person].append((visit.start, visit.end))
        load[person, day_of(person, visit)] += 1
        total[person] += 1
    return given
