import random
from datetime import datetime, timedelta
from itertools import product

from odoo.tests import BaseCase, tagged

from odoo.addons.key_account.rules import requirement, working_time


@tagged("post_install", "-at_install")
class TestWorkingTimeRules(BaseCase):
    def test_units(self):
        self.assertEqual(working_time.working_hours(8, "hours", 7.5), 8)
        self.assertEqual(working_time.working_hours(2, "days", 7.5), 15)
        for amount, unit in ((1, "weeks"), (-1, "hours")):
            with self.assertRaises(ValueError):
                working_time.working_hours(amount, unit, 8)

    def test_in_time(self):
        noon = datetime(2030, 1, 1, 12)
        self.assertTrue(working_time.is_in_time(noon, noon))
        self.assertTrue(working_time.is_in_time(noon, False))
        self.assertFalse(working_time.is_in_time(noon + timedelta(seconds=1), noon))
        self.assertFalse(working_time.is_in_time(False, noon))

    def test_ahead_of_a_moment(self):
        day = datetime(2030, 1, 1)
        work = [
            (day + timedelta(days=n, hours=8), day + timedelta(days=n, hours=16))
            for n in range(10)
        ]
        end = day + timedelta(days=5, hours=10)
        for hours, begin in (
            (0, end),
            (1, day + timedelta(days=5, hours=9)),
            (2, day + timedelta(days=5, hours=8)),
            (3, day + timedelta(days=4, hours=15)),
            (10, day + timedelta(days=4, hours=8)),
            (1000, None),
        ):
            self.assertEqual(working_time.moment_before(work, end, hours), begin)

    def test_ahead_of_a_moment_lies_exactly_so_much_work(self):
        numbers = random.Random(12)
        for _i in range(300):
            moment, work = datetime(2030, 1, 1), []
            for _j in range(numbers.randrange(1, 12)):
                begin = moment + timedelta(minutes=numbers.randrange(1, 900))
                moment = begin + timedelta(minutes=numbers.randrange(1, 600))
                work.append((begin, moment))
            end = datetime(2030, 1, 1) + timedelta(minutes=numbers.randrange(9000))
            hours = numbers.uniform(0.01, 30)
            begin = working_time.moment_before(work, end, hours)
            if begin is None:
                first = work[0][0]
                self.assertLess(working_time.hours_within(work, first, end), hours)
            else:
                self.assertAlmostEqual(
                    working_time.hours_within(work, begin, end), hours, 5
                )


@tagged("post_install", "-at_install")
class TestRequirementRules(BaseCase):
    def test_examples(self):
        self.assertEqual(requirement.discount(950, 1000), 5)
        self.assertIsNone(requirement.discount(950, 0))
        self.assertEqual(requirement.within(5, 5), "yes")
        self.assertEqual(requirement.within(5.01, 5), "no")
        self.assertEqual(requirement.within(5, None), "no")
        # Without authority nothing is promised, as on a quotation: not the list price.
        self.assertEqual(requirement.within(0, None), "no")
        self.assertEqual(requirement.within(0, 0), "yes")
        self.assertEqual(requirement.within(99, float("inf")), "yes")
        self.assertEqual(requirement.within(None, 5), "open")

    def test_more_room_never_narrows_and_a_better_price_never_hurts(self):
        numbers = random.Random(19)
        for _i in range(500):
            reference = numbers.uniform(1, 10_000)
            low, high = sorted(numbers.uniform(0, 2 * reference) for _j in range(2))
            small, large = sorted(numbers.uniform(0, 100) for _j in range(2))
            order = ("no", "yes")
            verdicts = {
                (price, limit): order.index(
                    requirement.within(requirement.discount(price, reference), limit)
                )
                for price, limit in product((low, high), (small, large))
            }
            self.assertLessEqual(verdicts[low, small], verdicts[high, small])
            self.assertLessEqual(verdicts[low, small], verdicts[low, large])

    def test_states_for_every_judgement(self):
        able = (False, "yes", "with_condition", "no")
        within = (False, "yes", "no", "open")
        for now, can, may in product(
            ("open", "settled", "outside", "dropped"), able, within
        ):
            after = requirement.state(now, can, may, ruled=False)
            if now == "dropped":
                self.assertEqual(after, "dropped")
            elif "no" in (can, may):
                self.assertEqual(after, "outside")
            else:
                self.assertNotEqual(after, "outside")
                if after == "settled":
                    self.assertTrue(requirement.may_settle(can, may))
            self.assertEqual(requirement.state(now, can, may, ruled=True), now)
