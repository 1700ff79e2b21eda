import doctest
import random
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.key_account.rules import revisit as revisit_rules
from odoo.addons.key_account.rules import visit_cycle
from odoo.addons.key_account.rules.visit_cycle import Due, Missing, Person

MARCH = [date(2026, 3, 1) + timedelta(days=number) for number in range(31)]
WORKDAYS = [day for day in MARCH if day.weekday() < 5]
POLICY = {"A": (2, "first"), "B": (1, "second"), "C": (1, "third"), "D": (1, "third")}


def at(day, hour):
    return datetime.combine(day, time(hour))


def slots(days, hours=(8, 10, 13, 15)):
    return tuple((at(day, hour), at(day, hour + 2)) for day in days for hour in hours)


def due(number, grade, people=(1,), **values):
    wanted, week = POLICY[grade]
    values = {"wanted": wanted, "week": week, **values}
    return Due(number, grade=grade, people=people, **values)


def drawn(rng):
    """A month at random: some accounts, people with some of their days free."""
    people = []
    for number in range(1, rng.randint(2, 4)):
        days = sorted(rng.sample(WORKDAYS, rng.randint(0, 12)))
        free = [slot for slot in slots(days) if rng.random() < 0.7]
        taken = {day: rng.randint(0, 2) for day in days if rng.random() < 0.3}
        people.append(Person(number, tuple(free), taken))
    dues = []
    for number in range(rng.randint(1, 40)):
        who = rng.sample([1, 2, 3], rng.randint(0, 2))
        held = tuple(sorted(rng.sample(MARCH, rng.randint(0, 1))))
        dues.append(
            due(
                number,
                rng.choice("ABCD"),
                tuple(who),
                half=rng.choice(("any", "any", "morning", "afternoon")),
                area=rng.choice(("", "Suzhou", "Wuxi", "Ningbo")),
                held=held,
                revisit_week=rng.choice((0, 0, 1, 2, 3, 4)),
            )
        )
    return dues, people


@tagged("post_install", "-at_install")
class TestVisitCycleRules(BaseCase):
    def test_who_stands_in(self):
        """On the days of who stands in, they go and the one responsible does not; one
        who is not planned for is named as the reason."""
        days = WORKDAYS[:10]
        both = [Person(1, slots(WORKDAYS)), Person(2, slots(WORKDAYS))]
        away = ((2, days[0], days[-1]),)
        those = [
            due(number, "A", (1, 2), responsible=1, stands=away) for number in range(6)
        ]
        placed, missing = visit_cycle.propose(those, both, 4)
        self.assertFalse(missing)
        self.assertEqual({each.person for each in placed}, {1, 2})
        for each in placed:
            stood_in = days[0] <= each.start.date() <= days[-1]
            self.assertEqual(each.person, 2 if stood_in else 1)
        whole = ((2, MARCH[0], MARCH[-1]),)
        [alone] = [due(1, "A", (1,), wanted=1, responsible=1, stands=whole)]
        placed, missing = visit_cycle.propose([alone], both[:1], 4)
        self.assertFalse(placed)
        self.assertEqual(missing, [Missing(1, visit_cycle.STAND_IN)])

    def test_how_many(self):
        """A two a month, B one, C every second month, D one a quarter."""
        may = date(2026, 5, 20)
        self.assertEqual(visit_cycle.wanted(2, may), 2)
        self.assertEqual(visit_cycle.wanted(1, may, date(2026, 4, 30)), 1)
        self.assertEqual(visit_cycle.wanted(0, may), 0)
        for per_month, due_in in ((0.5, 5), (0.33, 6)):
            for month in range(4, 8):
                with self.subTest(per_month=per_month, month=month):
                    found = visit_cycle.wanted(
                        per_month, date(2026, month, 1), date(2026, 3, 31)
                    )
                    self.assertEqual(found, int(month >= due_in))
        self.assertEqual(visit_cycle.wanted(0.33, may), 1)
        one_and_a_half = [
            visit_cycle.wanted(1.5, date(2026, month, 1)) for month in range(1, 13)
        ]
        self.assertEqual(sum(one_and_a_half), 18)

    def visited_when_due(self, per_month, last, months=120):
        """Gaps between the visits of somebody who is visited whenever it is due."""
        gaps, gap = [], 0
        for nth in range(months):
            month = date(2026 + nth // 12, nth % 12 + 1, 1)
            gap += 1
            if visit_cycle.wanted(per_month, month, last):
                gaps.append(gap)
                last, gap = month, 0
        return gaps

    def test_a_month_and_a_half(self):
        """0.67 a month are eight a year, 0.4 are 24 in five years; 0.33 is one a
        quarter for ever, 0.17 one in half a year, 0.08 one a year."""
        self.assertFalse(doctest.testmod(visit_cycle).failed)
        last = date(2025, 12, 1)
        gaps = self.visited_when_due(0.67, last, 12)
        self.assertEqual((len(gaps), set(gaps)), (8, {1, 2}))
        gaps = self.visited_when_due(0.4, last, 60)
        self.assertEqual((len(gaps), set(gaps)), (24, {2, 3}))
        for per_month, months in (
            (0.5, 2),
            (0.33, 3),
            (0.25, 4),
            (0.17, 6),
            (0.08, 12),
        ):
            gaps = self.visited_when_due(per_month, last, 240)
            self.assertEqual(set(gaps), {months}, per_month)

    def test_as_many_as_are_asked_for(self):
        """Whatever the cycle and whenever the last visit was, in ten years as many as
        the cycle says, none sooner than it asks, and none of them twice as late."""
        rng = random.Random(23)
        for _each in range(300):
            per_month = rng.randint(5, 99) / 100
            least, most = visit_cycle.months_between(per_month)
            last = date(2025, rng.randint(1, 12), 1)
            with self.subTest(per_month=per_month, last=last):
                gaps = self.visited_when_due(per_month, last)[1:]
                self.assertLessEqual(set(gaps), {least, most})
                cycle = least if least == most else 1 / per_month
                self.assertLessEqual(abs(sum(gaps) / cycle - len(gaps)), 1.0 + 1e-6)

    def test_steps(self):
        steps = [visit_cycle.step_after(last) for last in (None, 1, 2, 3, 4)]
        self.assertEqual(steps, [1, 2, 3, 4, 4])
        self.assertEqual(visit_cycle.step_after(2, failed=True), 2)
        joint = [
            (grade, before)
            for grade in ("A", "B", "C", "D", False)
            for before in range(4)
            if visit_cycle.is_joint(grade, before)
        ]
        self.assertEqual(joint, [("A", 1)])

    def test_which_week(self):
        days = [date(2026, 3, day) for day in (1, 7, 8, 14, 15, 22, 29, 31)]
        weeks = [visit_cycle.week_of(day) for day in days]
        self.assertEqual(weeks, [1, 1, 2, 2, 3, 4, 4, 4])
        self.assertEqual(visit_cycle.weeks_wanted(due(1, "A")), [1, 3])
        self.assertEqual(visit_cycle.weeks_wanted(due(1, "B")), [2])
        self.assertEqual(visit_cycle.weeks_wanted(due(1, "D")), [3])
        # One of the two stands in the first week: the other is in the third.
        half = due(1, "A", wanted=1, held=(date(2026, 3, 4),))
        self.assertEqual(visit_cycle.weeks_wanted(half), [3])
        self.assertEqual(visit_cycle.weeks_wanted(due(1, "B", week="any")), [None])

    def test_which_revisit(self):
        """The first that falls due by the month's end answers for all of them."""
        cycle, delivery = revisit_rules.REVISIT, revisit_rules.DELIVERY
        march = date(2026, 3, 20)
        last, next_ = date(2026, 3, 31), date(2026, 4, 1)
        self.assertIsNone(revisit_rules.revisit_due(march, []))
        self.assertIsNone(revisit_rules.revisit_due(march, [(next_, cycle)]))
        self.assertEqual(
            revisit_rules.revisit_due(march, [(last, cycle), (last, delivery)]),
            (last, delivery),
        )
        overdue = date(2025, 11, 30)
        found = revisit_rules.revisit_due(march, [(last, delivery), (overdue, cycle)])
        self.assertEqual(found, (overdue, cycle))
        self.assertEqual(revisit_rules.revisit_week(march, overdue), 1)
        self.assertEqual(revisit_rules.revisit_week(march, last), 4)

    def test_the_week_of_a_revisit(self):
        """It takes the place of the visit next to it, of the earlier of two."""
        for wanted, week, best, weeks in (
            (1, "first", 3, [3]),
            (2, "first", 4, [1, 4]),
            (2, "first", 2, [2, 3]),
            (2, "any", 2, [2, None]),
            (2, "first", 0, [1, 3]),
        ):
            with self.subTest(week=week, best=best):
                that = due(1, "A", wanted=wanted, week=week, revisit_week=best)
                self.assertEqual(visit_cycle.weeks_wanted(that), weeks)
        that = due(1, "A", revisit_week=4)
        placed, _missing = visit_cycle.propose([that], [Person(1, slots(WORKDAYS))], 3)
        [revisit] = revisit_rules.revisits([that], placed)
        self.assertEqual(visit_cycle.week_of(revisit.start), 4)

    def test_one_revisit_of_each(self):
        """Whatever the month: where one falls due and a visit is placed, one of these
        is the revisit, and none is nearer to its week."""
        rng = random.Random(6)
        for number in range(60):
            dues, people = drawn(rng)
            with self.subTest(number):
                placed, _missing = visit_cycle.propose(dues, people, 2)
                found = revisit_rules.revisits(dues, placed)
                of = Counter(visit.account for visit in found)
                those = {each.account: each for each in dues if each.revisit_week}
                some = {visit.account for visit in placed} & set(those)
                self.assertEqual(of, {account: 1 for account in some})
                self.assertLessEqual(found, set(placed))
                for visit in found:
                    week = those[visit.account].revisit_week
                    off = [
                        abs(visit_cycle.week_of(each.start) - week)
                        for each in placed
                        if each.account == visit.account
                    ]
                    nearest = abs(visit_cycle.week_of(visit.start) - week)
                    self.assertEqual(nearest, min(off))
                rng.shuffle(placed)
                self.assertEqual(revisit_rules.revisits(dues[::-1], placed), found)

    def test_free_times(self):
        day = WORKDAYS[0]
        work = [(at(day, 8), at(day, 12)), (at(day, 13), at(day, 17))]
        busy = [(at(day, 9), at(day, 10)), (at(day, 16), at(day, 18))]
        found = visit_cycle.cut(work, busy, timedelta(hours=2))
        hours = [(start.hour, end.hour) for start, end in found]
        self.assertEqual(hours, [(10, 12), (13, 15)])
        why = visit_cycle.fits((at(day, 12), at(day, 13)), work, busy)
        self.assertEqual(why, visit_cycle.NO_WORK)
        why = visit_cycle.fits((at(day, 15), at(day, 17)), work, busy)
        self.assertEqual(why, visit_cycle.BUSY)
        self.assertIsNone(visit_cycle.fits((at(day, 10), at(day, 12)), work, busy))

    def test_example(self):
        """The example of the manual: each in the week of its importance, the A in the
        morning, the two of the same city on one day."""
        dues = [
            due(1, "A", area="Suzhou"),
            due(2, "B", area="Wuxi"),
            due(3, "B", area="Wuxi"),
            due(4, "C", area="Ningbo"),
            due(5, "D", people=()),
        ]
        placed, missing = visit_cycle.propose(dues, [Person(1, slots(WORKDAYS))], 3)
        days = defaultdict(list)
        for visit in placed:
            days[visit.account].append(visit.start)
        self.assertEqual([visit_cycle.week_of(start) for start in days[1]], [1, 3])
        self.assertEqual({start.hour for start in days[1]}, {8})
        self.assertEqual(visit_cycle.week_of(days[2][0]), 2)
        self.assertEqual(days[2][0].date(), days[3][0].date())
        self.assertEqual([days[2][0].hour, days[3][0].hour], [8, 10])
        self.assertEqual(visit_cycle.week_of(days[4][0]), 3)
        self.assertEqual(missing, [Missing(5, visit_cycle.NOBODY)])

    def test_the_load_is_even(self):
        dues = [due(number, "B") for number in range(8)]
        placed, _missing = visit_cycle.propose(dues, [Person(1, slots(WORKDAYS))], 4)
        load = Counter(visit.start.date() for visit in placed)
        self.assertEqual(sorted(load.values()), [1, 1, 2, 2, 2])

    def test_the_important_are_placed_first_and_in_the_morning(self):
        days = WORKDAYS[:1]
        dues = [due(number, "D") for number in range(5)] + [due(9, "A", wanted=1)]
        placed, missing = visit_cycle.propose(dues, [Person(1, slots(days))], 2)
        self.assertEqual(placed[0].account, 9)
        self.assertEqual({each.reason for each in missing}, {visit_cycle.FULL})
        afternoon = due(1, "B", half="afternoon")
        placed, _missing = visit_cycle.propose(
            [due(9, "A", wanted=1), afternoon], [Person(1, slots(days))], 4
        )
        self.assertEqual([visit.start.hour for visit in placed], [8, 13])

    def test_reasons(self):
        free = slots(WORKDAYS[:1])
        for person, reason in (
            (Person(2, free), visit_cycle.NOBODY),
            (Person(1, works=False, present=False), visit_cycle.NO_WORK),
            (Person(1, present=False), visit_cycle.AWAY),
            (Person(1), visit_cycle.BUSY),
            (Person(1, free, {WORKDAYS[0]: 3}), visit_cycle.FULL),
        ):
            with self.subTest(reason):
                placed, missing = visit_cycle.propose([due(1, "B")], [person], 3)
                self.assertEqual((placed, missing), ([], [Missing(1, reason)]))
        # One week is free, and two visits are due.
        placed, missing = visit_cycle.propose([due(1, "A")], [Person(1, free)], 3)
        self.assertEqual(len(placed), 1)
        self.assertEqual(missing, [Missing(1, visit_cycle.APART)])

    def test_properties(self):
        """Whatever the month: nothing outside free times, never two at once, no more a
        day than may be, never twice in a week; all placed or named; the same in any
        order."""
        rng = random.Random(4)
        for number in range(60):
            dues, people = drawn(rng)
            per_day = rng.randint(1, 4)
            with self.subTest(number):
                placed, missing = visit_cycle.propose(dues, people, per_day)
                free = {person.id: set(person.slots) for person in people}
                for visit in placed:
                    self.assertIn((visit.start, visit.end), free[visit.person])
                taken = Counter((visit.person, visit.start) for visit in placed)
                self.assertLessEqual(max(taken.values(), default=0), 1)
                load = Counter((visit.person, visit.start.date()) for visit in placed)
                for person in people:
                    for day, count in person.taken.items():
                        if load[person.id, day]:
                            load[person.id, day] += count
                self.assertLessEqual(max(load.values(), default=0), per_day)
                weeks = Counter(
                    (each.account, visit_cycle.week_of(day))
                    for each in dues
                    for day in each.held
                )
                weeks += Counter(
                    (visit.account, visit_cycle.week_of(visit.start))
                    for visit in placed
                )
                self.assertLessEqual(max(weeks.values(), default=0), 1)
                of = Counter(each.account for each in (*placed, *missing))
                self.assertEqual(of, {each.account: each.wanted for each in dues})
                rng.shuffle(dues)
                rng.shuffle(people)
                again = visit_cycle.propose(dues, people, per_day)
                self.assertEqual(again, (placed, missing))

    def test_one_more_free_day_never_places_fewer(self):
        rng = random.Random(5)
        for number in range(60):
            dues, people = drawn(rng)
            with self.subTest(number):
                before, _missing = visit_cycle.propose(dues, people, 2)
                some = rng.choice(people)
                used = {start.date() for start, _end in some.slots}
                day = rng.choice([day for day in WORKDAYS if day not in used])
                people.remove(some)
                more = some.slots + slots([day])
                people.append(Person(some.id, more, some.taken))
                after, _missing = visit_cycle.propose(dues, people, 2)
                self.assertGreaterEqual(len(after), len(before))
