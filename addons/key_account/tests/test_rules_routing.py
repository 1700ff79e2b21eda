import random

from odoo.tests import BaseCase

from ..rules.routing import Route, Rung, escalated, route, stand_in_for

ALL = frozenset("abcdefgh")


def ladder(*rungs):
    return [Rung(level, frozenset(people)) for level, people in rungs]


class TestRouting(BaseCase):
    def test_lowest_sufficient_level(self):
        found = route(ladder((10, "ah"), (20, "bc"), (30, "d")), 20, {"a"}, ALL)
        self.assertEqual(found, Route(20, frozenset("bc")))

    def test_team_first(self):
        steps = ladder((20, "bc"), (30, "d"))
        self.assertEqual(route(steps, 20, set(), ALL, team=lambda: {"c"}).people, {"c"})
        self.assertEqual(route(steps, 20, {"c"}, ALL, team=lambda: {"c"}).people, {"b"})

    def test_nobody_free_goes_up(self):
        steps = ladder((20, "b"), (30, "d"))
        self.assertEqual(route(steps, 20, {"b"}, ALL).level, 30)
        self.assertEqual(route(steps, 20, set(), ALL - {"b"}).level, 30)

    def test_nobody_at_all(self):
        steps = ladder((20, "b"), (30, "d"))
        self.assertEqual(route(steps, 30, {"d"}, ALL), Route(30))
        self.assertEqual(route(steps, 40, set(), ALL), Route())

    def test_sole_at_the_top_only_by_policy(self):
        steps = ladder((20, "b"), (30, "d"))
        self.assertEqual(
            route(steps, 20, {"b", "d"}, ALL, sole=True),
            Route(30, frozenset("d"), {}, True),
        )
        self.assertFalse(route(steps, 20, {"b", "d"}, ALL).people)

    def test_who_stands_in_is_asked_beside(self):
        steps = ladder((20, "b"), (30, "d"))
        found = route(steps, 20, {"a"}, ALL, stand_ins={"b": "c"})
        self.assertEqual((found.people, found.stand_ins), ({"b", "c"}, {"c": "b"}))

    def test_delegating_is_no_way_round(self):
        steps = ladder((20, "b"), (30, "d"))
        # The author lends nothing; an author who stands in gains nothing.
        self.assertEqual(
            route(steps, 20, {"b"}, ALL, stand_ins={"b": "c"}).people, {"d"}
        )
        self.assertEqual(
            route(steps, 20, {"c"}, ALL, stand_ins={"b": "c"}).people, {"b"}
        )
        # Whoever has left lends nothing either.
        self.assertIsNone(stand_in_for("b", {"b": "c"}, set(), ALL - {"b"}))

    def test_escalation_goes_to_the_next_level_with_somebody(self):
        steps = ladder((20, "b"), (30, "d"), (40, "e"))
        self.assertEqual(escalated(steps, 20, {"a"}, ALL).people, {"d"})
        self.assertEqual(escalated(steps, 20, {"d"}, ALL).people, {"e"})
        self.assertEqual(escalated(steps, 40, set(), ALL), Route())

    def test_properties(self):
        chance = random.Random(8)
        people = sorted(ALL)

        def some(most):
            return frozenset(chance.sample(people, chance.randint(0, most)))

        for _case in range(3000):
            steps = [Rung(level, some(3)) for level in (10, 20, 30, 40)]
            required = chance.choice((10, 20, 30, 40))
            involved, able, team = some(3), some(8), some(4)
            stand_ins = {
                person: chance.choice([p for p in people if p != person])
                for person in some(3)
            }
            allowed = chance.random() < 0.5
            found = route(
                steps, required, involved, able, lambda t=team: t, stand_ins, allowed
            )
            self.assertLessEqual(found.people, able)
            self.assertGreaterEqual(found.level, required)
            if not found.sole:
                self.assertFalse(found.people & involved)
            else:
                self.assertTrue(allowed)
                self.assertEqual(found.level, 40)
            reaching = {
                p for rung in steps if rung.level >= required for p in rung.people
            }
            if reaching & able - involved:
                self.assertTrue(found.people)
                self.assertFalse(found.sole)
            # Without anybody on leave, only people of that level are asked.
            rung = next(rung for rung in steps if rung.level == found.level)
            self.assertLessEqual(found.people - found.stand_ins.keys(), rung.people)
            for delegate, person in found.stand_ins.items():
                self.assertEqual(stand_ins[person], delegate)
                self.assertIn(person, rung.people & able - involved)
