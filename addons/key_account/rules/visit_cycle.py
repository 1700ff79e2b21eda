"""Whom to visit in a month, and when: the plan generator, in plain Python.

Each person's day has a few free times, all of one length (the way there included). The
visits that are due are matched with these days so that as many as possible find one:
a flow of least cost, filled visit by visit in the order of importance. A visit that has
found a day keeps having one; so whoever is left out could be placed by nobody, and one
more free day never places fewer. What a day costs says what is preferred, in this
order: the week that the policy says, the person responsible, days with others of the
same area, an even load.

Times are naive and of one time zone, the person's; days are theirs.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .visit_flow import Month, week_of

WEEKS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
GRADES = "ABCD"
IMPORTANT = ("A",)
# Why a visit that is due finds no day.
NOBODY, NO_WORK, AWAY, BUSY, APART, FULL, STAND_IN = (
    *("nobody", "no_work", "away", "busy", "apart", "full", "stand_in"),
)
_NOON = 12
_NOISE = 1e-6


@dataclass(frozen=True)
class Due:
    """An account that is due this month, and how often it still is.

    ``people``: who may go, the one responsible first. ``held``: days of this month on
    which it is visited anyway; ``week`` and ``half`` as the policy says them.
    ``stands``: (who, first day, last day) of those who stand in for ``responsible``,
    and go in their place on these days and on no others. ``revisit_week``: the week in
    which one of the visits, a revisit, falls due; 0 for none.
    """

    account: int
    wanted: int = 1
    people: tuple = ()
    grade: str = ""
    week: str = "any"
    half: str = "any"
    area: str = ""
    held: tuple = ()
    responsible: int = 0
    stands: tuple = ()
    revisit_week: int = 0

    @property
    def important(self):
        return self.grade in IMPORTANT

    def goes(self, person, day):
        """Whether this person goes there on a day."""
        there = {who for who, first, last in self.stands if first <= day <= last}
        if there:
            return person in there
        return not self.stands or person == self.responsible


@dataclass(frozen=True)
class Person:
    """Somebody's month: ``slots`` are the free (start, end) of one visit each;
    ``taken`` how many visits stand on a day already; ``works`` and ``present`` whether
    there was working time at all, and whether holidays and time off left any."""

    id: int
    slots: tuple = ()
    taken: dict = field(default_factory=dict)
    works: bool = True
    present: bool = True


@dataclass(frozen=True)
class Placed:
    account: int
    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Missing:
    account: int
    reason: str


# ------------------------------------------------------------
# WHO IS DUE
# ------------------------------------------------------------


def wanted(per_month, month, last=None):
    """How many visits a month asks for, those that stand there already included.

    Several a month, or one: so many, a fraction spread over the months. Fewer: one,
    when as many months have passed since the month of the last visit; 0.33 is one a
    quarter, 0.67 one every month and a half: after one month and after two, in turn.

    :param month: any day of it
    :param last: day of the last visit before this month; None where there was none
    """
    if per_month <= 0:
        return 0
    number = _number(month)
    if per_month >= 1:
        return _until(number, per_month) - _until(number - 1, per_month)
    if last is None:
        return 1
    least, most = months_between(per_month)
    gone = number - _number(last)
    if least <= gone < most:
        # Which of both it is this time.
        return int(_until(number, per_month) > _until(_number(last), per_month))
    return int(gone >= most)


def months_between(per_month):
    """(least, most) months from one visit to the next, of less than one a month: the
    same where it is one every so many, as two decimals say it.

    >>> [months_between(rate) for rate in (0.5, 0.33, 0.17, 0.08, 0.67, 0.4)]
    [(2, 2), (3, 3), (6, 6), (12, 12), (1, 2), (2, 3)]
    """
    whole = math.ceil(1 / per_month - 0.5)
    if abs(per_month - 1 / whole) <= 0.005 + _NOISE:
        return whole, whole
    return math.floor(1 / per_month), math.ceil(1 / per_month)


def _number(day):
    """Which month a day lies in, counted on and on."""
    return day.year * 12 + day.month


def _until(number, per_month):
    """How many visits all months up to this one ask for."""
    return int((number + 1) * per_month + _NOISE)


def weeks_wanted(due):
    """The week in which each visit still due is best. None: any. That of a revisit is
    taken by the one next to it."""
    weeks = _weeks_of_policy(due)
    if due.revisit_week and weeks:
        off = [abs((week or due.revisit_week) - due.revisit_week) for week in weeks]
        weeks[off.index(min(off))] = due.revisit_week
    return weeks


def _weeks_of_policy(due):
    """The first as the policy says, the others evenly after it, without those next to
    which the account is visited anyway."""
    if due.week not in WEEKS:
        return [None] * due.wanted
    total = due.wanted + len(due.held)
    first = WEEKS[due.week]
    weeks = [min(first + 4 * nth // total, 4) for nth in range(total)]
    for day in sorted(due.held):
        weeks.remove(min(weeks, key=lambda week: (abs(week - week_of(day)), week)))
    return weeks


# ------------------------------------------------------------
# THE FOUR STEPS
# ------------------------------------------------------------


def step_after(last, failed=False):
    """The step (1–4) to take after the last visit held: the next one, or the same
    again where that visit achieved nothing.

    :param last: step of that visit; None where there was none
    """
    if not last:
        return 1
    return last if failed else min(last + 1, 4)


def is_joint(grade, visits_before):
    """Whether a visit is one to make together with the superior: the second to an
    important account."""
    return grade in IMPORTANT and visits_before == 1


# ------------------------------------------------------------
# FREE TIMES
# ------------------------------------------------------------


def cut(work, busy, length):
    """The free times of one length that fit in working time.

    :param work: (start, end) in which the person works; may touch or overlap
    :param busy: (start, end) in which they have something else
    :param length: timedelta of one visit
    """
    slots = []
    for start, end in free(work, busy):
        while start + length <= end:
            slots.append((start, start + length))
            start += length
    return tuple(slots)


def free(work, busy):
    """Working time without what is taken; both lists of (start, end)."""
    left, taken = [], merged(busy)
    for start, end in merged(work):
        for from_, to in taken:
            if to <= start or from_ >= end:
                continue
            if from_ > start:
                left.append((start, from_))
            start = max(start, to)
        if start < end:
            left.append((start, end))
    return left


def merged(spans):
    """The same times, in order, without overlaps."""
    found = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found


def fits(span, work, busy):
    """Why a visit cannot take place then: None, ``NO_WORK`` or ``BUSY``."""
    start, end = span
    if not any(from_ <= start and end <= to for from_, to in merged(work)):
        return NO_WORK
    return BUSY if any(from_ < end and start < to for from_, to in busy) else None


# ------------------------------------------------------------
# THE PLAN
# ------------------------------------------------------------


def propose(dues, people, per_day):
    """The plan: ``(placed, missing)``, each in a settled order.

    :param dues: :class:`Due`, one per account
    :param people: :class:`Person`
    :param per_day: most visits of a person on a day
    """
    people = {person.id: person for person in sorted(people, key=lambda p: p.id)}
    dues = sorted(dues, key=_rank)
    days = {
        (person.id, day): _room(person, day, slots, per_day)
        for person in people.values()
        for day, slots in _by_day(person).items()
    }
    weeks = {due.account: weeks_wanted(due) for due in dues}
    flow = Month(dues, weeks, days, _area_days(dues, days, per_day))
    # The first of each before the second of any.
    left = []
    for nth in range(max((due.wanted for due in dues), default=0)):
        for due in dues:
            if nth < due.wanted and not flow.place(due, nth):
                left.append(due)
    chosen = defaultdict(list)
    by_account = {due.account: due for due in dues}
    for account, person, day in flow.chosen():
        chosen[person, day].append(by_account[account])
    placed = [
        visit
        for (person, day), those in sorted(chosen.items())
        for visit in _hours(those, people[person], _by_day(people[person])[day])
    ]
    missing = [Missing(due.account, _why(due, people, days)) for due in left]
    return placed, sorted(missing, key=lambda each: (each.account, each.reason))


def _rank(due):
    """The important first; so that the order of the input says nothing, by number."""
    grade = GRADES.find(due.grade) if due.grade else -1
    return (grade if grade >= 0 else len(GRADES), due.account)


def _by_day(person):
    days = defaultdict(list)
    for start, end in sorted(person.slots):
        days[start.date()].append((start, end))
    return days


def _room(person, day, slots, per_day):
    """(how many more fit on this day, how many stand on it)"""
    taken = person.taken.get(day, 0)
    return max(min(len(slots), per_day - taken), 0), taken


def _area_days(dues, days, per_day):
    """``{(person, area, day)}``: in each week, a person's days are dealt out to the
    areas where they have most to do, to each as many as it fills; where there are more
    areas than days, areas share one."""
    visits = defaultdict(lambda: defaultdict(int))
    for due in dues:
        for week in weeks_wanted(due) if due.people and due.area else ():
            # Without a week it may be any: a quarter of it in each.
            for each in (week,) if week else (1, 2, 3, 4):
                visits[due.people[0], each][due.area] += 4 if week else 1
    free_days = defaultdict(list)
    for (person, day), (room, _taken) in sorted(days.items()):
        if room:
            free_days[person, week_of(day)].append(day)
    found = set()
    for key, areas in sorted(visits.items()):
        load = sorted(areas.items(), key=lambda each: (-each[1], each[0]))
        share = {area: 0 for area, _count in load}
        for day in free_days[key]:
            # Whose visits fill one more day, the fullest first.
            open_ = [
                (count / (share[area] + 1), area)
                for area, count in load
                if not share[area] or count > share[area] * 4 * per_day
            ]
            if open_:
                area = min(open_, key=lambda each: (-each[0], each[1]))[1]
                share[area] += 1
                found.add((key[0], area, day))
        for nth, (area, _count) in enumerate(load):
            if free_days[key] and not share[area]:
                found.add((key[0], area, free_days[key][nth % len(free_days[key])]))
    return found


def _hours(dues, person, slots):
    """When on its day each visit is: the important in the morning, unless the policy
    says otherwise; what is near to each other in a row."""
    morning = [slot for slot in slots if slot[0].hour < _NOON]
    afternoon = [slot for slot in slots if slot[0].hour >= _NOON]
    halves = {
        "morning": morning + afternoon,
        "afternoon": afternoon + morning[::-1],
        "any": slots,
    }
    taken, visits = set(), []
    for due in sorted(dues, key=lambda due: (_turn(due), due.area, _rank(due))):
        half = "morning" if due.important and due.half == "any" else due.half
        slot = next(slot for slot in halves[half] if slot not in taken)
        taken.add(slot)
        visits.append(Placed(due.account, person.id, *slot))
    return sorted(visits, key=lambda visit: visit.start)


def _turn(due):
    """Who chooses first on a day: the important, then who wants a certain half."""
    return 0 if due.important else 1 if due.half != "any" else 2


def _why(due, people, days):
    """Why this account has found no day (any more): the first that is in the way."""
    those = [people[person] for person in due.people if person in people]
    if _stood_in_for_elsewhere(due, people, days):
        return STAND_IN
    if not those:
        return NOBODY
    if not any(person.works for person in those):
        return NO_WORK
    if not any(person.present for person in those):
        return AWAY
    if not any(person.slots for person in those):
        return BUSY
    ids = {person.id for person in those}
    open_ = {
        day
        for (person, day), (room, _t) in days.items()
        if person in ids and room and due.goes(person, day)
    }
    if not open_:
        return FULL
    visited = {week_of(day) for day in due.held}
    apart = {week_of(day) for day in open_} - visited
    return APART if len(apart) < due.wanted else FULL


def _stood_in_for_elsewhere(due, people, days):
    """Whether those who stand in are not planned for, and leave no day over."""
    if not due.stands or any(who in people for who, _first, _last in due.stands):
        return False
    return not any(due.goes(who, day) for who, day in days if who in due.people)


def month_days(month):
    """First day of this month and of the next."""
    first = date(month.year, month.month, 1)
    return first, (first + timedelta(days=32)).replace(day=1)
