"""Lists read together are what Odoo reads one by one; working time that is kept for
everybody is what the calendar says."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from ..models.shared.links import read_links
from .common import KeyAccountCommon
from .stage_common import StageCommon
from .test_read_once import asked

LISTS = ("order_line", "agreement_ids", "approval_ids", "sign_off_user_ids")


@tagged("post_install", "-at_install")
class TestLinks(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["key.account.agreement.type"].search([], limit=1)

    def make_agreement(self, name):
        return self.env["key.account.agreement"].create(
            {"name": name, "key_account_id": self.account.id, "type_id": self.kind.id}
        )

    def orders(self):
        orders = self.make_order(discount=8.0) | self.make_order(discount=9.0)
        orders[0].agreement_ids = self.make_agreement("B") | self.make_agreement("A")
        orders[0].order_line = [
            Command.create({"product_id": self.valve.id, "sequence": 1}),
            Command.create({"product_id": self.valve.id, "sequence": 99}),
        ]
        for order in orders:
            order.with_user(self.specialist).action_request_approval()
        return orders.sudo()

    def found(self, orders):
        return [[order[name].ids for name in LISTS] for order in orders]

    def test_the_same_in_the_same_order(self):
        orders = self.orders()
        self.env.flush_all()
        self.env.invalidate_all()
        one_by_one = self.found(orders)
        self.assertTrue(all(one_by_one[0]))
        self.env.invalidate_all()
        with asked(self.env) as texts:
            read_links((orders, LISTS))
        self.assertEqual(len(texts), 1)
        self.assertEqual(self.found(orders), one_by_one)

    def test_what_is_there_stays(self):
        order = self.orders()[:1]
        self.env.flush_all()
        self.env.invalidate_all()
        lines = order.order_line
        read_links((order, ["order_line"]))
        with self.assertQueryCount(0):
            read_links((order, ["order_line"]))
        self.assertEqual(order.order_line, lines)

    def test_by_the_rules_of_whoever_reads(self):
        order = self.orders()[:1]
        names = ["agreement_ids", "contract_review_ids", "requirement_ids"]
        tables = ("key_account_agreement", "key_account_requirement")
        # It becomes theirs, for a customer whose file they do not see.
        for user, is_seen in ((self.specialist, True), (self.colleague, False)):
            with self.subTest(user.login):
                order.user_id = user
                self.env.flush_all()
                self.env.invalidate_all()
                alone = order.with_user(user)
                with asked(self.env) as texts:
                    alone.fetch(names)
                reading = [t for t in texts if any(table in t for table in tables)]
                self.assertEqual(len(reading), 1)
                seen = [alone[name].ids for name in names]
                self.assertEqual(bool(seen[0]), is_seen)
                self.env.invalidate_all()
                self.assertEqual([alone[name].ids for name in names], seen)


@tagged("post_install", "-at_install")
class TestKeptWorkingTime(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Two shifts", "tz": "Asia/Shanghai", "company_id": cls.company.id}
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.holiday = cls.env["resource.calendar.leaves"].create(
            {
                "name": "Festival",
                "calendar_id": cls.calendar.id,
                "company_id": cls.company.id,
                "date_from": "2026-02-27 16:00:00",
                "date_to": "2026-03-03 15:59:59",
            }
        )

    def test_it_is_what_odoo_finds(self):
        start = datetime(2026, 2, 20, 1, 30)
        for hours in (0, 0.25, 8, 40, 75.5, 160, 400):
            for days in range(0, 20, 3):
                moment = start + timedelta(days=days, hours=days)
                with self.subTest(hours=hours, moment=moment):
                    self.assertEqual(
                        self.company._key_account_deadline(moment, hours, "hours"),
                        self.company._key_account_planned(moment, hours),
                    )

    def test_hours_between_are_what_odoo_finds(self):
        first, last = datetime(2026, 2, 20, 1, 30), datetime(2026, 3, 20, 4, 0)
        kept = self.company._key_account_kept_work(first, last)
        found = self.company._key_account_work(self.calendar, first, last)

        def total(work):
            return sum((end - begin).total_seconds() for begin, end in work)

        self.assertTrue(kept)
        self.assertEqual(total(kept), total(found))
        # Asked of many months at once, it is looked up.
        self.assertIsNone(
            self.company._key_account_kept_work(first, last + timedelta(days=90))
        )

    def test_it_is_read_once(self):
        moment = datetime(2026, 3, 9, 2, 0)
        deadline = self.company._key_account_deadline(moment, 8, "hours")
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.assertEqual(
                self.company._key_account_deadline(moment, 8, "hours"), deadline
            )
            self.company._key_account_working_hours([(moment, deadline)])

    def test_whatever_changes_it_is_seen_at_once(self):
        moment = datetime(2026, 3, 2, 1, 0)

        def deadline():
            return self.company._key_account_deadline(moment, 4, "hours")

        during = deadline()
        self.holiday.date_to = "2026-03-02 15:59:59"
        shorter = deadline()
        self.assertLess(shorter, during)
        other = self.holiday.copy(
            {"date_from": "2026-03-02 16:00:00", "date_to": "2026-03-04 15:59:59"}
        )
        longer = deadline()
        self.assertGreater(longer, during)
        other.resource_id = self.env["resource.resource"].create({"name": "Somebody"})
        self.assertEqual(deadline(), shorter, "one person's leave is no holiday")
        other.resource_id = False
        self.assertEqual(deadline(), longer)
        other.unlink()
        self.assertEqual(deadline(), shorter)
        self.calendar.attendance_ids.filtered(lambda a: a.dayofweek == "1").unlink()
        self.assertGreater(deadline(), shorter)
        self.calendar.tz = "UTC"
        moved = deadline()
        self.calendar.attendance_ids.filtered(
            lambda a: a.day_period == "morning"
        ).hour_from = 10.0
        self.assertGreater(deadline(), moved)
