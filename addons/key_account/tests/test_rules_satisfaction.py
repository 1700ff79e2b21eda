from datetime import date, timedelta
from random import Random

from odoo.tests import BaseCase, tagged

from ..rules import satisfaction as rules

DAY = date(2030, 5, 15)


@tagged("post_install", "-at_install")
class TestRulesSatisfaction(BaseCase):
    def test_who_is_marked_goes_before_who_decides(self):
        people = [(1, False, True), (2, False, False), (3, False, True)]
        self.assertEqual(rules.chosen(people), [1, 3])
        self.assertEqual(rules.chosen([*people, (4, True, False)]), [4])
        self.assertEqual(rules.chosen([]), [])

    def test_each_reason(self):
        base = rules.Contact(1, "li@golden.example.com")
        for change, why in (
            ({}, None),
            ({"active": False}, rules.ARCHIVED),
            ({"address": None}, rules.NO_MAIL),
            ({"colleague": True}, rules.COLLEAGUE),
            ({"blocked": True}, rules.BLOCKED),
            ({"running": True}, rules.RUNNING),
            ({"in_wave": True}, rules.WAVE),
        ):
            self.assertEqual(rules.reasons([base._replace(**change)]), {1: why})
        twice = [base, base._replace(id=2)]
        self.assertEqual(rules.reasons(twice), {1: None, 2: rules.TWICE})
        # Who is not asked takes nobody's turn.
        twice[0] = base._replace(blocked=True)
        self.assertEqual(rules.reasons(twice), {1: rules.BLOCKED, 2: None})

    def test_due(self):
        self.assertFalse(rules.is_due(DAY, None, 0))
        self.assertFalse(rules.is_due(DAY, date(2000, 1, 1), 0))
        self.assertTrue(rules.is_due(DAY, None, 12))
        self.assertTrue(rules.is_due(DAY, date(2029, 5, 15), 12))
        self.assertFalse(rules.is_due(DAY, date(2029, 5, 16), 12))
        # The end of a month is reached also by a shorter one.
        self.assertTrue(rules.is_due(date(2030, 2, 28), date(2029, 8, 31), 6))

    def test_what_is_done_next(self):
        def act(today=DAY, expires=DAY, mailed=DAY - timedelta(days=7), **given):
            values = {"reminders": 0, "most": 2, "every": 7, "reachable": True}
            return rules.next_act(today, expires, mailed, **{**values, **given})

        self.assertEqual(act(), rules.REMIND)
        self.assertEqual(act(expires=DAY - timedelta(days=1)), rules.EXPIRE)
        self.assertIsNone(act(mailed=DAY - timedelta(days=6)))
        self.assertIsNone(act(reminders=2))
        self.assertIsNone(act(most=0))
        self.assertIsNone(act(reachable=False))

    def test_reminders_stop_whatever_the_settings(self):
        random = Random(5)
        for _case in range(200):
            most, every = random.randint(0, 10), random.randint(0, 30)
            expires = DAY + timedelta(days=random.randint(1, 60))
            day, mailed, sent = DAY, DAY, 0
            while (
                act := rules.next_act(day, expires, mailed, sent, most, every, True)
            ) != rules.EXPIRE:
                if act:
                    self.assertGreaterEqual((day - mailed).days, every)
                    mailed, sent = day, sent + 1
                day += timedelta(days=1)
            self.assertEqual(day, expires + timedelta(days=1))
            self.assertLessEqual(sent, most)

    def test_figures(self):
        self.assertIsNone(rules.rate(0, 0))
        self.assertEqual(rules.rate(0, 3), 0.0)
        self.assertTrue(rules.is_low([5, 5, 2], 2))
        self.assertFalse(rules.is_low([3, 3], 2))
        self.assertFalse(rules.is_low([1], 0))
        random = Random(5)
        for _case in range(200):
            marks = [random.choice(rules.MARKS) for _each in range(5)]
            mean = sum(marks) / len(marks)
            for threshold in rules.MARKS:
                if mean <= threshold:
                    # What the mean calls low is low by a question.
                    self.assertTrue(rules.is_low(marks, threshold))
