import random
from datetime import datetime, timedelta

from odoo.tests import BaseCase

from ..rules.deadlines import URGENCIES, Thresholds, horizon, urgencies_to_tell

NOW = datetime(2026, 3, 2, 10, 0)


def at(hours):
    return NOW + timedelta(hours=hours)


THRESHOLDS = Thresholds(remind=at(2), manager=at(-4), director=at(-12))


class TestDeadlines(BaseCase):
    def test_examples(self):
        for hours, levels in (
            (3, ()),
            (2, ("remind",)),
            (0, ("remind",)),
            (-1, ("overdue",)),
            (-4, ("overdue", "manager")),
            (-20, ("overdue", "manager", "director")),
        ):
            with self.subTest(hours=hours):
                found = urgencies_to_tell(at(hours), NOW, THRESHOLDS)
                self.assertEqual(found, levels)

    def test_without_deadline_nobody_is_told(self):
        self.assertEqual(urgencies_to_tell(None, NOW, THRESHOLDS), ())
        self.assertEqual(urgencies_to_tell(False, NOW, THRESHOLDS), ())

    def test_a_level_can_be_switched_off(self):
        off = Thresholds(None, None, None)
        self.assertEqual(urgencies_to_tell(at(1), NOW, off), ())
        self.assertEqual(urgencies_to_tell(at(-99), NOW, off), ("overdue",))
        self.assertEqual(horizon(NOW, off), NOW)
        self.assertEqual(horizon(NOW, THRESHOLDS), at(2))

    def test_running_twice_tells_nothing_new(self):
        chance = random.Random(5)
        for _case in range(2000):
            deadline = at(chance.uniform(-30, 10))
            told = {level for level in URGENCIES if chance.random() < 0.3}
            first = urgencies_to_tell(deadline, NOW, THRESHOLDS, told)
            self.assertFalse(told & set(first))
            self.assertEqual(
                urgencies_to_tell(deadline, NOW, THRESHOLDS, told | set(first)), ()
            )

    def test_however_often_it_runs_each_level_is_told_once(self):
        chance = random.Random(6)
        for _case in range(500):
            deadline = NOW
            told, runs = [], sorted(chance.uniform(-6, 30) for _run in range(8))
            for hours in runs:
                moment = at(hours)
                thresholds = Thresholds(
                    moment + timedelta(hours=2),
                    moment - timedelta(hours=4),
                    moment - timedelta(hours=12),
                )
                told += urgencies_to_tell(deadline, moment, thresholds, told)
            self.assertEqual(len(told), len(set(told)))
            # In their order, and the last run has brought whatever holds by then.
            self.assertEqual(told, [level for level in URGENCIES if level in told])
            last = runs[-1]
            self.assertEqual("overdue" in told, last > 0)
            self.assertEqual("manager" in told, last >= 4)
            self.assertEqual("director" in told, last >= 12)

    def test_nothing_beyond_the_horizon_is_told(self):
        chance = random.Random(7)
        for _case in range(1000):
            deadline = at(chance.uniform(-20, 20))
            if deadline > horizon(NOW, THRESHOLDS):
                self.assertEqual(urgencies_to_tell(deadline, NOW, THRESHOLDS), ())
