"""Who may promise what in one deal: asked in the same words for a quotation, a
requirement, a grant, a ruling, and for terms that are tried out.

Source: chapter "Authority limits, sign-off and evidence", sections "Levels, limits,
grants" and "Whose authority". People, teams and categories are their database ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

from . import authority
from .authority import DIMENSIONS, UNLIMITED


class Level(NamedTuple):
    """A level of a company's ladder, and who stands on it."""

    sequence: int
    id: int
    people: frozenset
    # Whoever leads the team counts as well.
    leader: bool = False


class Given(NamedTuple):
    """What somebody was given for this deal, and by whom."""

    value: float
    by: int | None = None


class Team(NamedTuple):
    """A team whose limits count; ``None`` where nobody's team sells, or nobody
    leads."""

    id: int | None = None
    leader: int | None = None


def level_of(ladder, person, leader=None):
    """Sequence of the highest level that a person stands on, or None.

    :param leader: who leads the team
    """
    sequences = [
        level.sequence
        for level in ladder
        if person in level.people or (level.leader and leader and leader == person)
    ]
    return max(sequences, default=None)


@dataclass(frozen=True)
class Bench:
    """What is decided with, on one day, in one company, for one customer.

    Where two teams count, the stricter holds: of their limits, and of the levels that
    somebody has in them.

    ``rows`` are the limits in force, ``ladder`` all levels, lowest first, ``ancestors``
    what each category lies below (itself included), ``granted`` what was given for
    this deal (:class:`Given`) by (person, dimension), and ``always`` says that even
    what lies within is signed off by the next level.
    """

    rows: tuple[authority.LimitRow, ...]
    ladder: tuple[Level, ...]
    teams: tuple[Team, ...] = (Team(),)
    grade: str | None = None
    ancestors: Mapping = field(default_factory=dict)
    granted: Mapping = field(default_factory=dict)
    always: bool = False

    def level(self, person):
        """Sequence of the level whose limits a person has; None is no authority."""
        levels = [level_of(self.ladder, person, team.leader) for team in self.teams]
        return None if None in levels else min(levels)

    def limit_of_level(self, level, measure):
        """What a level may go to in what was measured; None is no authority."""
        categories = self.ancestors.get(measure.category, ())
        limits = (
            authority.effective_limit(
                self.rows, level, measure.dimension, team.id, self.grade, categories
            )
            for team in self.teams
        )
        return reduce(DIMENSIONS[measure.dimension].stricter, limits, UNLIMITED)

    def limit(self, person, measure):
        """What a person may go to: as their level, or as they were given for this
        deal."""
        return self._limit(person, self.level(person), measure)

    def _limit(self, person, level, measure):
        given = self.granted.get((person, measure.dimension), ())
        return authority.personal_limit(
            measure.dimension,
            self.limit_of_level(level, measure),
            [self._worth(each, level, measure) for each in given],
        )

    def _worth(self, given, level, measure):
        """How far it goes what a person of ``level`` was given: where a category has a
        limit of its own, nobody gives away more than they may do in it; nor does
        somebody who has no level any more."""
        if measure.category is None:
            return given.value
        by = self.level(given.by)
        by = level if by is None else by
        own = self.limit_of_level(by, measure)
        if own == self.limit_of_level(by, replace(measure, category=None)):
            return given.value
        return DIMENSIONS[measure.dimension].stricter(given.value, own)

    def decide(self, measures, people):
        """The engine's decision, by the weakest of these people in each term.

        :return: :class:`authority.Decision`
        """
        levels = {person: self.level(person) for person in people}

        def limit_of_weakest(measure):
            limits = (self._limit(*standing, measure) for standing in levels.items())
            stricter = DIMENSIONS[measure.dimension].stricter
            return reduce(stricter, limits, UNLIMITED) if levels else None

        return authority.decide(
            measures,
            [level.sequence for level in self.ladder],
            self.limit_of_level,
            limit_of_weakest,
            author_level=None
            if None in levels.values()
            else min(levels.values(), default=None),
            always=self.always,
        )
