import random

from odoo.tests import BaseCase, tagged

from ..rules import ruling


@tagged("-at_install", "post_install")
class TestRulesRuling(BaseCase):
    def test_the_highest_of_what_is_granted_and_measured_counts(self):
        self.assertEqual(
            ruling.wanted([("discount", 7), ("amount", 900)], [12.5, 3]),
            {"discount": 12.5, "amount": 900},
        )
        self.assertEqual(ruling.wanted([], []), {})

    def test_no_limit_is_no_authority(self):
        self.assertEqual(ruling.beyond({"discount": 5}, {}), ["discount"])
        self.assertEqual(ruling.beyond({"discount": 5}, {"discount": 5}), [])
        self.assertEqual(ruling.beyond({"discount": 6}, {"discount": 5}), ["discount"])

    def test_up_one_rung_that_has_people(self):
        rungs = [
            ruling.Rung(40, frozenset({4})),
            ruling.Rung(30, frozenset()),
            ruling.Rung(20, frozenset({2})),
        ]
        self.assertEqual(ruling.next_rung(rungs, 20).sequence, 40)
        self.assertEqual(ruling.next_rung(rungs, None).sequence, 20)
        self.assertIsNone(ruling.next_rung(rungs, 40))

    def test_every_chain_ends_at_the_top(self):
        chance = random.Random(7)
        for _round in range(200):
            rungs = [
                ruling.Rung(10 * n, frozenset(range(chance.randint(0, 2))))
                for n in range(1, 7)
            ]
            above, steps = None, 0
            while rung := ruling.next_rung(rungs, above):
                self.assertTrue(rung.users)
                self.assertTrue(above is None or rung.sequence > above)
                above, steps = rung.sequence, steps + 1
            self.assertEqual(steps, sum(1 for rung in rungs if rung.users))
