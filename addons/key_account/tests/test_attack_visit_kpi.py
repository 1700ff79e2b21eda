"""Visits made to look better than they were"""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_visit import VisitCommon


@tagged("post_install", "-at_install")
class TestAttackVisitCounted(VisitCommon):
    def ahead(self, **vals):
        return self.plan(
            **{"date_start": fields.Datetime.now() + timedelta(days=3), **vals}
        )

    def entered(self, visit, days):
        """As if it had been entered some days ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account_visit SET create_date = create_date - %s WHERE id = %s",
            (timedelta(days=days), visit.id),
        )
        visit.invalidate_recordset(["create_date"])
        return visit

    def test_cancelled_visit_deleted(self):
        """unlink of a visit that was cancelled, also planned again the next day; of one
        that is due and was not held; of one on the eve | specialist, support, manager,
        director | refused, it counts"""
        cancelled = self.ahead()
        cancelled.action_cancel("We had no time")
        replanned = self.entered(self.ahead(), 1)
        replanned.action_cancel("We had no time")
        replanned.action_replan()
        missed = self.entered(self.plan(), 5)
        eve = self.entered(self.ahead(), 1)
        for visit in (cancelled, replanned, missed, eve):
            for user in (self.specialist, self.support, self.manager, self.director):
                with self.assertRaises(UserError):
                    self.rpc(user, visit, "unlink")
            self.assertTrue(visit.exists())
        later = self.ahead(date_start=fields.Datetime.now() + timedelta(minutes=20))
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            if later.company_id._key_account_today() == fields.Date.to_date(
                later.create_date
            ):
                with self.assertRaises(UserError):
                    self.rpc(self.specialist, later, "unlink")
        slip = self.ahead()
        self.rpc(self.specialist, slip, "unlink")
        self.assertFalse(slip.exists(), "a slip of the same day")

    def test_cancelled_visit_rewritten(self):
        """write of date, responsible, account, hours of a cancelled visit | specialist,
        manager | refused"""
        visit = self.ahead()
        visit.action_cancel("We had no time")
        for user in (self.specialist, self.manager):
            for vals in (
                {"date_start": "2031-01-01 09:00:00"},
                {"user_id": self.support.id},
                {"held_end": "2025-01-01 09:00:00"},
            ):
                with self.assertRaises(UserError):
                    self.rpc(user, visit, "write", vals)

    def test_hours_moved(self):
        """The end moved after the visit was held, so that the report is in time: on the
        same day, to another day, to none; the deadline itself | specialist, manager |
        the report is due from the end first entered; another day is refused"""
        start = datetime(2030, 5, 6, 9)
        visit = self.plan(date_start=start, date_end=start + timedelta(hours=1))
        visit.action_confirm()
        with freeze_time("2030-05-06 11:00:00"):
            visit.action_hold()
            due = visit.report_deadline
        with freeze_time("2030-05-09 11:00:00"):
            for user in (self.specialist, self.manager):
                for vals in (
                    {"held_end": "2030-05-09 10:00:00"},
                    {"held_start": "2030-05-09 09:00:00"},
                    {"held_start": "2030-05-05 09:00:00"},
                    {"held_end": False},
                    {"held_first_end": "2030-05-09 10:00:00"},
                    {"report_deadline": "2030-05-19 10:00:00"},
                ):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        self.rpc(user, visit, "write", vals)
            self.rpc(
                self.specialist, visit, "write", {"held_end": "2030-05-06 15:00:00"}
            )
            self.assertEqual(visit.held_end, datetime(2030, 5, 6, 15))
            self.assertEqual(visit.report_deadline, due)
            visit.write({"summary": "Late", "outcome": "achieved"})
            visit.action_report()
        self.assertFalse(visit.report_in_time)

    def test_in_a_colleagues_name(self):
        """A visit planned in a colleague's name: in values, in the context, by one's
        own default; one's own given to them; theirs taken over | specialist, member of
        the account team | refused"""
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        Visit = self.env["key.account.visit"]
        values = {
            "key_account_id": self.account.id,
            "date_start": fields.Datetime.now() + timedelta(days=2),
        }
        for user, other in (
            (self.specialist, self.colleague),
            (self.colleague, self.specialist),
        ):
            for vals, context in (
                ({"user_id": other.id}, {}),
                ({"user_id": str(other.id)}, {}),
                ({}, {"default_user_id": other.id}),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, Visit, "create", {**values, **vals}, context=context)
            self.env["ir.default"].with_user(user).set(
                Visit._name, "user_id", other.id, user_id=True
            )
            with self.assertRaises(AccessError):
                self.rpc(user, Visit, "create", values)
            self.env["ir.default"].search([("user_id", "=", user.id)]).unlink()
        visit = self.ahead()
        for user in (self.specialist, self.colleague):
            with self.assertRaises(AccessError):
                self.rpc(user, visit, "write", {"user_id": self.colleague.id})
        self.assertEqual(visit.user_id, self.specialist)
        due = self.plan()
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, due, "write", {"user_id": self.manager.id})

    def test_for_others_as_usual(self):
        """For others: planned by those who keep the schedules; one's own handed to the
        superior | support, manager, director; specialist | done"""
        for user in (self.support, self.manager, self.director):
            visit = self.plan(user=user, user_id=self.specialist.id)
            self.assertEqual(visit.user_id, self.specialist)
        visit = self.ahead()
        self.rpc(self.specialist, visit, "write", {"user_id": self.specialist.id})
        self.rpc(self.specialist, visit, "write", {"user_id": self.manager.id})
        self.assertEqual(visit.user_id, self.manager)

    def test_tomorrows_visit_today(self):
        """Check-in, hold of a visit of tomorrow by the time zone of the context, of
        oneself, by hours entered before | specialist | refused"""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2030-05-06 10:00:00"):
            visit = self.plan(date_start="2030-05-07 01:00:00")
            visit.action_confirm()
            for zone in ("Pacific/Kiritimati", "Etc/GMT-14", "Etc/GMT+12", False):
                self.specialist.sudo().tz = zone
                for step in ("action_check_in", "action_hold"):
                    with self.assertRaisesRegex(UserError, "day has not come"):
                        self.rpc(self.specialist, visit, step, context={"tz": zone})
            self.rpc(
                self.specialist, visit, "write", {"held_start": "2030-05-06 08:00:00"}
            )
            with self.assertRaisesRegex(UserError, "day has not come"):
                self.rpc(self.specialist, visit, "action_hold")
        with freeze_time("2030-05-06 16:30:00"):
            self.rpc(
                self.specialist,
                visit,
                "action_hold",
                context={"tz": "America/New_York"},
            )
        self.assertEqual(visit.state, "held")

    def test_days_of_the_process(self):
        """Days that the process writes, by the time zone of the context | specialist |
        the company's day, whatever the context says"""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2030-05-06 10:00:00"):
            for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
                lead = self.lead.with_user(self.specialist).with_context(tz=zone)
                today = lead.env.company._key_account_today()
                self.assertEqual(today, datetime(2030, 5, 6).date())
                account = self.account.with_user(self.specialist).with_context(tz=zone)
                vals = account._sign_qualification()
                self.assertEqual(vals["man_date"], today, zone)
                account._end("lost", "Gone")
                self.assertEqual(account.lost_date, today, zone)
