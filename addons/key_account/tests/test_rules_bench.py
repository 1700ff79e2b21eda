import math
import random

from odoo.tests import BaseCase, tagged

from ..rules.authority import LimitRow, Measure
from ..rules.bench import Bench, Given, Level, Team, level_of

SPECIALIST, COLLEAGUE, MANAGER, LEADER, NOBODY = 1, 2, 3, 4, 5
NORTH, SOUTH = 101, 102
LADDER = (
    Level(10, 1, frozenset((SPECIALIST, COLLEAGUE))),
    Level(20, 2, frozenset((MANAGER,)), leader=True),
    Level(30, 3, frozenset((MANAGER,))),
)
ROWS = (
    LimitRow(10, "discount", 5.0),
    LimitRow(10, "discount", 9.0, team=NORTH),
    LimitRow(10, "discount", 3.0, team=SOUTH),
    LimitRow(10, "discount", 7.0, grade="A"),
    LimitRow(10, "discount", 8.0, category=7),
    LimitRow(20, "discount", 10.0),
    LimitRow(30, "discount", math.inf),
    LimitRow(10, "margin", 25.0),
    LimitRow(10, "margin", 30.0, team=SOUTH),
)
DISCOUNT = Measure("discount", 8.5)


def bench(*teams, **more):
    return Bench(ROWS, LADDER, tuple(teams) or (Team(),), **more)


@tagged("post_install", "-at_install")
class TestRulesBench(BaseCase):
    def test_the_highest_level_somebody_stands_on(self):
        self.assertEqual(level_of(LADDER, MANAGER), 30)
        self.assertEqual(level_of(LADDER, SPECIALIST), 10)
        self.assertIsNone(level_of(LADDER, NOBODY))
        self.assertEqual(level_of(LADDER, LEADER, leader=LEADER), 20)
        self.assertIsNone(level_of(LADDER, LEADER, leader=MANAGER))
        self.assertIsNone(level_of(LADDER, None, leader=None))

    def test_of_two_teams_the_stricter_holds(self):
        for teams, limit, margin in (
            ((), 5.0, 25.0),
            ((NORTH,), 9.0, 25.0),
            ((SOUTH,), 3.0, 30.0),
            ((NORTH, SOUTH), 3.0, 30.0),
            ((None, NORTH), 5.0, 25.0),
        ):
            asked = bench(*map(Team, teams))
            self.assertEqual(asked.limit(SPECIALIST, DISCOUNT), limit, teams)
            self.assertEqual(asked.limit(SPECIALIST, Measure("margin", 1)), margin)

    def test_who_leads_one_team_only_has_no_authority_for_both(self):
        self.assertEqual(bench(Team(NORTH, LEADER)).limit(LEADER, DISCOUNT), 10.0)
        both = bench(Team(NORTH, LEADER), Team(SOUTH, MANAGER))
        self.assertIsNone(both.limit(LEADER, DISCOUNT))
        self.assertIsNone(both.level(LEADER))

    def test_grade_and_category_count(self):
        self.assertEqual(bench(grade="A").limit(SPECIALIST, DISCOUNT), 7.0)
        asked = bench(ancestors={9: (7, 9)})
        of_category = Measure("discount", 8.5, "line", category=9)
        self.assertEqual(asked.limit(SPECIALIST, of_category), 8.0)
        self.assertEqual(asked.limit(SPECIALIST, DISCOUNT), 5.0)

    def test_what_was_given_is_for_one_person_in_one_dimension(self):
        asked = bench(granted={(SPECIALIST, "discount"): (Given(9.0),)})
        self.assertEqual(asked.limit(SPECIALIST, DISCOUNT), 9.0)
        self.assertEqual(asked.limit(COLLEAGUE, DISCOUNT), 5.0)
        self.assertEqual(asked.limit(SPECIALIST, Measure("margin", 1)), 25.0)

    def test_nobody_gives_more_than_they_may_do_in_a_category(self):
        rows = (*ROWS, LimitRow(20, "discount", 8.6, category=7))
        of_category = Measure("discount", 8.5, "line", category=7)
        for by, limit in ((LEADER, 8.6), (MANAGER, 9.0), (NOBODY, 8.0), (None, 9.0)):
            asked = Bench(
                rows,
                LADDER,
                (Team(None, LEADER),),
                ancestors={7: (7,)},
                granted={(SPECIALIST, "discount"): (Given(9.0, by),)},
            )
            self.assertEqual(asked.limit(SPECIALIST, DISCOUNT), 9.0, by)
            if by is not None:
                self.assertEqual(asked.limit(SPECIALIST, of_category), limit, by)

    def test_the_weakest_of_the_people_decides(self):
        def required(*people, **more):
            return bench(**more).decide((DISCOUNT,), people).required_level

        self.assertIsNone(required(MANAGER))
        self.assertEqual(required(MANAGER, SPECIALIST), 20)
        self.assertEqual(required(SPECIALIST, MANAGER), 20)
        self.assertEqual(required(), 20, "nobody has no authority")
        self.assertEqual(required(MANAGER, always=True), 30)
        self.assertEqual(required(MANAGER, NOBODY, always=True), 20)
        given = {(SPECIALIST, "discount"): (Given(9.0),)}
        self.assertIsNone(required(MANAGER, SPECIALIST, granted=given))

    def test_one_more_team_or_person_never_allows_more(self):
        rng = random.Random(9)
        people = (SPECIALIST, COLLEAGUE, MANAGER, LEADER, NOBODY)
        for _round in range(300):
            teams = [
                Team(rng.choice((None, NORTH, SOUTH)), rng.choice((*people, None)))
                for _index in range(rng.randint(1, 3))
            ]
            measure = Measure("discount", rng.uniform(0, 12))
            asked = rng.sample(people, rng.randint(1, 3))
            fewer = bench(*teams[:1]).decide((measure,), asked[:1]).required_level
            more = bench(*teams).decide((measure,), asked).required_level
            self.assertGreaterEqual(more or 0, fewer or 0)
