"""Which grade a score is, and what follows from it. Plain Python, no database.

Grades are said by the points from which they hold. Together they leave no gap: each is
half-open, up to where the next one begins, and the lowest reaches down to zero.
"""

import math
from datetime import timedelta
from typing import NamedTuple

EACH, AGAIN = "each", "again"
# What can follow for a whole team: a team is neither warned nor promoted.
OF_TEAMS = frozenset(("bonus", "pay", "training"))
# Within this time before the end of a period the one before counts as "in a row".
YEAR = timedelta(days=366)


class Grade(NamedTuple):
    """A grade and the points from which it holds; ``key`` says which it is."""

    points: float
    key: object


class Result(NamedTuple):
    """How an earlier period ended: the last day of it, its score, and the grade that it
    was then: which, and from where to where it reached."""

    last_day: object
    score: float
    key: object
    points: float
    below: float


def graded_score(score):
    """The score by which is graded: as it is shown, to one decimal.

    >>> graded_score(79.96), graded_score(79.94), graded_score(59.95)
    (80.0, 79.9, 60.0)
    """
    return math.floor(score * 10 + 0.5 + 1e-9) / 10


def grade_of(score, grades):
    """The grade that a score is; None where nothing was scored, or there are none.

    >>> grades = [Grade(0, "failed"), Grade(60, "to improve"), Grade(80, "as expected")]
    >>> [grade_of(score, grades).key for score in (0, 59.9, 60, 79.9, 80, 120)]
    ['failed', 'failed', 'to improve', 'to improve', 'as expected', 'as expected']
    >>> grade_of(None, grades), grade_of(50, [])
    (None, None)
    """
    if score is None or not grades:
        return None
    reached = [grade for grade in grades if grade.points <= score]
    if reached:
        return max(reached, key=lambda grade: grade.points)
    return min(grades, key=lambda grade: grade.points)


def bounds(grade, grades):
    """From where to where a grade reaches, half-open: ``(points, below)``. The lowest
    begins at nothing, the highest has no end.

    >>> grades = [Grade(10, "failed"), Grade(60, "good"), Grade(90, "best")]
    >>> [bounds(grade, grades) for grade in grades]
    [(0.0, 60), (60, 90), (90, inf)]
    """
    above = [other.points for other in grades if other.points > grade.points]
    lowest = grade.points == min(other.points for other in grades)
    return (0.0 if lowest else grade.points, min(above, default=math.inf))


def is_again(grade, grades, last_day, before):
    """Whether the period before, whose :class:`Result` is ``before``, ended in the same
    grade: by the thresholds of then and of now, and within a year.

    >>> from datetime import date
    >>> grades = [Grade(0, "failed"), Grade(60, "good")]
    >>> spring = Result(date(2025, 3, 31), 55.0, "failed", 0.0, 60.0)
    >>> is_again(grades[0], grades, date(2025, 6, 30), spring)
    True
    >>> is_again(grades[0], grades, date(2026, 6, 30), spring)
    False
    >>> is_again(grades[1], grades, date(2025, 6, 30), spring)
    False
    """
    points, below = bounds(grade, grades)
    return is_again_within(Grade(points, grade.key), below, last_day, before)


def is_again_within(grade, below, last_day, before):
    """The same of a grade that reached from its points up to ``below``, as it was kept.

    >>> from datetime import date
    >>> spring = Result(date(2025, 3, 31), 55.0, "failed", 0.0, 60.0)
    >>> is_again_within(Grade(0.0, "failed"), 60.0, date(2025, 6, 30), spring)
    True
    """
    if before is None or last_day - before.last_day > YEAR:
        return False
    reach = (grade.points, below)
    was_the_same = before.key == grade.key or (before.points, before.below) == reach
    return was_the_same and grade.points <= before.score < below


def what_follows(rules, again, of_team=False):
    """Of these pairs (occasion, kind) the kinds that follow, in their order, each once.

    >>> rules = [("each", "warning"), ("again", "demotion"), ("again", "warning")]
    >>> what_follows(rules, again=False), what_follows(rules, again=True)
    (['warning'], ['warning', 'demotion'])
    >>> what_follows([("each", "bonus"), ("each", "promotion")], False, of_team=True)
    ['bonus']
    """
    kinds = dict.fromkeys(
        kind
        for occasion, kind in rules
        if (occasion == EACH or again) and (kind in OF_TEAMS or not of_team)
    )
    return list(kinds)
