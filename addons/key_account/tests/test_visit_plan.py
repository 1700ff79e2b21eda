"""A month of visits: proposed, moved, dropped, accepted."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.visit.free_time import FreeTime
from .common import KeyAccountCommon

DAY = timedelta(days=1)
NOW = "2026-03-04 06:00:00"


class VisitPlanCase(KeyAccountCommon):
    """It is Wednesday, March 4; April is planned, which begins on a Wednesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.specialist | cls.colleague | cls.manager
        people.tz = "UTC"
        cls.account.sudo().grade = "A"

    def _account(self, name, grade=False, user=None, city=False, **vals):
        partner = self.env["res.partner"].create(
            {"name": name, "is_company": True, "city": city}
        )
        return self.env["key.account"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": (self.specialist if user is None else user).id,
                "grade": grade,
                **vals,
            }
        )

    def _plan(self, user=None, people=None, month="2026-04-15", propose=True):
        user = user or self.specialist
        plan = self.env["key.account.visit.plan"].with_user(user)
        plan = plan.create(
            {
                "month": month,
                "company_id": self.company.id,
                "person_ids": [Command.set((people or user).ids)],
            }
        )
        if propose:
            plan.action_propose()
        return plan

    def _visit(self, start, account=None, user=None, **vals):
        return self.env["key.account.visit"].create(
            {
                "key_account_id": (account or self.account).id,
                "user_id": (user or self.specialist).id,
                "date_start": start,
                **vals,
            }
        )

    def days(self, lines):
        return sorted(fields.Date.to_string(line.date_start) for line in lines)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisitPlan(VisitPlanCase):
    def test_a_month_from_proposal_to_visits(self):
        wuxi = self._account("Wuxi Gears", "B", city="Wuxi")
        nobody = self._account("Nobody's", "B", user=self.env["res.users"])
        plan = self._plan(self.manager, self.specialist)
        self.assertEqual(plan.month, fields.Date.to_date("2026-04-01"))
        placed = plan.visit_line_ids
        self.assertEqual(placed.mapped("state"), ["proposed"] * 3)
        twice = placed.filtered(lambda line: line.key_account_id == self.account)
        weeks = [(line.date_start.day - 1) // 7 + 1 for line in twice]
        self.assertEqual(weeks, [1, 3])
        self.assertEqual({line.date_start.hour for line in twice}, {8})
        once = placed - twice
        self.assertEqual(once.key_account_id, wuxi)
        self.assertEqual(once.area, "Wuxi")
        self.assertTrue(8 <= once.date_start.day <= 14)
        self.assertEqual(plan.missing_line_ids.key_account_id, nobody)
        self.assertEqual(plan.missing_line_ids.reason, "nobody")
        self.assertFalse(self.account.visit_ids)
        mails = self.env["mail.mail"].sudo().search_count([])
        plan.action_accept()
        self.env.flush_all()
        visits = plan.line_ids.visit_id
        self.assertEqual(len(visits), 3)
        self.assertEqual(set(visits.mapped("state")), {"planned"})
        self.assertEqual(visits.user_id, self.specialist)
        self.assertEqual(set(visits.mapped("purpose")), {"development"})
        self.assertFalse(visits.activity_ids)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        notified = self.env["mail.notification"].sudo()
        self.assertFalse(
            notified.search([("mail_message_id", "in", visits.message_ids.ids)])
        )

    def test_whoever_stands_in_goes(self):
        """Who is away is visited for by who stands in, in either's plan; where these
        are not planned for, the account is named with the reason."""
        self.account.with_user(self.manager)._stand_in(
            self.colleague, fields.Date.to_date("2026-04-01"), "2026-04-30"
        )
        self.env.flush_all()
        alone = self._plan(self.manager, self.specialist).line_ids
        self.assertEqual(set(alone.mapped("reason")), {"stand_in"})
        mine = self._plan(self.manager, self.colleague).line_ids
        self.assertEqual(mine.key_account_id, self.account)
        self.assertEqual(mine.user_id, self.colleague)
        lines = self._plan(self.manager, self.specialist | self.colleague).line_ids
        self.assertEqual(lines.mapped("state"), ["proposed"] * 2)
        self.assertEqual(lines.user_id, self.colleague)
        lines.action_accept()
        self.assertEqual(lines.visit_id.user_id, self.colleague)

    def test_proposing_again_keeps_what_was_decided(self):
        accounts = self.env["key.account"].union(
            *(self._account(f"Gear {number}", "B") for number in range(4))
        )
        plan = self._plan()
        lines = {line.key_account_id: line for line in plan.visit_line_ids}
        accepted, dropped, moved, open_ = (lines[account] for account in accounts)
        accepted.action_accept()
        for nothing in (None, "", " \n"):
            with self.assertRaises(UserError):
                dropped.action_drop(nothing)
        dropped.action_drop("They move house")
        moved.date_start = datetime(2026, 4, 28, 13)
        self.assertEqual(moved.date_end, datetime(2026, 4, 28, 15))
        plan.action_propose()
        self.assertFalse(open_.exists())
        self.assertEqual(accepted.state, "accepted")
        self.assertEqual(dropped.drop_reason, "They move house")
        self.assertEqual(self.days(moved), ["2026-04-28"])
        by_account = plan.line_ids.grouped("key_account_id")
        self.assertEqual([len(by_account[account]) for account in accounts], [1] * 4)
        dropped.action_take_back()
        plan.action_propose()
        self.assertFalse(dropped.exists())
        self.assertIn(accounts[1], plan.visit_line_ids.key_account_id)

    def free_days(self, **vals):
        """Free times of the specialist in the first two weeks of April, as their clock
        shows them: ``(day of the week, from, to)``."""
        resource = self.env["resource.resource"].create(
            {
                "name": "S",
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "tz": "UTC",
                **vals,
            }
        )
        self.env.flush_all()
        first = fields.Date.to_date("2026-04-01")
        found = FreeTime(self.company, self.specialist, first, first + 14 * DAY)
        resource.unlink()
        return [
            (f"{start:%a}", f"{start:%H}", f"{end:%H}")
            for start, end in found.work[self.specialist.id]
        ]

    def test_flexible_hours_are_those_of_weeks(self):
        """Eight hours a day, forty a week: from Monday to Friday, whatever day the
        month begins on (April, on a Wednesday), and on whatever clock."""
        week = ["Mon", "Tue", "Wed", "Thu", "Fri"]
        flexible = self.env["resource.calendar"].create(
            {
                "name": "Flexible",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "schedule_type": "flexible",
                "hours_per_day": 8.0,
                "hours_per_week": 40.0,
            }
        )
        flexible.full_time_required_hours = 40.0
        for zone in ("UTC", "Asia/Shanghai", "America/Los_Angeles"):
            with self.subTest(zone):
                self.specialist.tz = zone
                found = self.free_days(calendar_id=flexible.id, tz=zone)
                days = [day for day, _from, _to in found]
                self.assertEqual(days, week[2:] + week + week[:2])
                self.assertEqual({each[1:] for each in found}, {("08", "16")})

    def test_whoever_works_at_any_hour_visits_when_the_company_works(self):
        """Without a calendar Odoo has a person work day and night."""
        company = self.free_days(calendar_id=self.company.resource_calendar_id.id)
        self.assertNotIn("Sat", {day for day, _from, _to in company})
        self.assertEqual(self.free_days(calendar_id=False), company)

    def test_calendars_visits_and_meetings_are_respected(self):
        """Holidays, time off, visits and busy meetings leave one half-day."""
        calendar = self.company.resource_calendar_id
        leaves = self.env["resource.calendar.leaves"]
        resource = self.env["resource.resource"].create(
            {
                "name": "S",
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "calendar_id": calendar.id,
                "tz": "UTC",
            }
        )
        for start, end, values in (
            ("2026-04-01", "2026-04-10", {"name": "Anywhere"}),
            ("2026-04-11", "2026-04-16", {}),
            ("2026-04-17", "2026-04-26", {"resource_id": resource.id}),
        ):
            leaves.create(
                {
                    "name": "Away",
                    "calendar_id": calendar.id,
                    "date_from": f"{start} 00:00:00",
                    "date_to": f"{end} 23:59:59",
                    **values,
                }
            )
        # As they come from elsewhere: of no company.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_calendar_leaves SET company_id = NULL"
            " WHERE calendar_id = %s AND name = 'Anywhere'",
            [calendar.id],
        )
        self.env.invalidate_all()
        other = self._account("Other", "B", user=self.colleague)
        other.member_ids = [Command.create({"user_id": self.specialist.id})]
        self._visit("2026-04-27 08:00", other, date_end="2026-04-27 17:00:00")
        event = {"name": "Fair", "user_id": self.specialist.id}
        event["partner_ids"] = [Command.set(self.specialist.partner_id.ids)]
        events = self.env["calendar.event"].with_context(
            no_mail_to_attendees=True, dont_notify=True
        )
        events.create(
            [
                {
                    **event,
                    "allday": True,
                    "start": "2026-04-28",
                    "stop": "2026-04-29",
                },
                {
                    **event,
                    "start": "2026-04-30 10:30:00",
                    "stop": "2026-04-30 14:30:00",
                },
                {
                    **event,
                    "start": "2026-04-30 15:00:00",
                    "stop": "2026-04-30 16:00:00",
                    "show_as": "free",
                },
            ]
        )
        plan = self._plan()
        line = plan.visit_line_ids
        self.assertEqual(line.date_start, datetime(2026, 4, 30, 8))
        self.assertEqual(plan.missing_line_ids.reason, "apart")
        # Dragged onto a free time it goes, and nowhere else.
        line.write(
            {
                "date_start": datetime(2026, 4, 30, 14, 30),
                "date_end": datetime(2026, 4, 30, 16, 30),
            }
        )
        for start, says in (
            ("2026-04-30 12:30:00", "does not work"),
            ("2026-04-20 08:00:00", "does not work"),
            ("2026-04-27 08:00:00", "something else"),
            ("2026-04-28 08:00:00", "something else"),
            ("2026-04-30 13:00:00", "something else"),
            ("2026-05-06 08:00:00", "not in the month"),
            ("2026-03-03 08:00:00", "is over"),
        ):
            with self.subTest(start), self.assertRaises(UserError) as refused:
                line.date_start = start
            self.assertIn(says, str(refused.exception))
            self.assertNotIn("Fair", str(refused.exception))

    def test_time_zones(self):
        """Working time is that of the company's clock, half-days those of the
        person's."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.specialist.tz = "Asia/Shanghai"
        lines = self._plan().visit_line_ids
        self.assertEqual({line.date_start.hour for line in lines}, {0})

    def test_a_moved_line_is_of_its_day_where_clocks_are_ahead(self):
        """The morning of 1 April in Auckland is March in UTC: the other visit of the
        month is in its third week, not beside it in the first."""
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        self.specialist.tz = "Pacific/Auckland"
        plan = self._plan()
        day = self.company._key_account_day
        moved = plan.visit_line_ids.sorted("date_start")[0]
        moved.date_start = datetime(2026, 3, 31, 20)
        self.assertEqual(str(day(moved.date_start)), "2026-04-01")
        plan.action_propose()
        days = [day(line.date_start).day for line in plan.visit_line_ids]
        self.assertEqual(sorted(days)[0], 1)
        self.assertTrue(15 <= sorted(days)[1] <= 21, days)

    def test_existing_visits_count(self):
        self._visit("2026-04-02 09:00:00")
        line = self._plan().visit_line_ids
        self.assertTrue(15 <= line.date_start.day <= 21)
        self._visit("2026-04-16 09:00:00")
        self.assertFalse(self._plan().line_ids)

    def test_every_second_month(self):
        self.account.sudo().grade = "C"
        self.assertTrue(self._plan().visit_line_ids)
        self._visit("2026-03-20 09:00:00")
        self.assertFalse(self._plan().line_ids)
        self.assertTrue(self._plan(month="2026-05-01").visit_line_ids)

    def test_capacity_is_the_companys(self):
        for number in range(12):
            self._account(f"Gear {number}", "B", city="Wuxi")
        self.company.key_account_visits_per_day = 2
        self.company.key_account_visit_hours = 4
        plan = self._plan()
        load = {}
        for line in plan.visit_line_ids:
            self.assertEqual(line.date_end - line.date_start, timedelta(hours=4))
            load.setdefault(line.date_start.date(), []).append(line)
        self.assertLessEqual(max(map(len, load.values())), 2)
        self.assertEqual(plan.proposed_count, 14)

    def test_a_line_that_found_no_day_is_placed_by_hand(self):
        self._visit("2026-04-01 08:00", date_end="2026-04-30 17:00:00")
        plan = self._plan()
        line = plan.missing_line_ids
        self.assertEqual(line.reason, "busy")
        self.account.visit_ids.action_cancel("They are away")
        line.date_start = datetime(2026, 4, 2, 8)
        self.assertEqual(line.state, "proposed")
        self.assertEqual(line.user_id, self.specialist)
        self.assertFalse(line.reason)

    def test_what_was_taken_meanwhile_is_not_accepted(self):
        plan = self._plan()
        first = plan.visit_line_ids[0]
        other = self._account("Other", user=self.colleague)
        other.member_ids = [Command.create({"user_id": self.specialist.id})]
        self._visit(first.date_start, other)
        with self.assertRaises(UserError) as refused:
            plan.action_accept()
        self.assertIn("something else", str(refused.exception))
        self.assertEqual(set(plan.visit_line_ids.mapped("state")), {"proposed"})
        plan.action_propose()
        plan.action_accept()
        with self.assertRaises(UserError):
            plan.action_accept()

    def test_what_has_ended_or_changed_hands_is_not_accepted(self):
        """What was proposed is a proposal of that day: who is a customer no more is not
        due, and nobody is sent to whom they cannot open."""
        ended = self._account("Ended", "B")
        given = self._account("Given", "B")
        plan = self._plan(self.manager, self.specialist | self.colleague)
        ended.with_user(self.manager).action_drop("Moved away")
        given.with_user(self.manager).user_id = self.colleague
        with self.assertRaises(UserError) as refused:
            plan.action_accept()
        for words in (
            "Ended: the account has ended",
            "Given: Ka Specialist cannot open the account",
            "anew",
        ):
            self.assertIn(words, str(refused.exception))
        self.assertFalse((ended | given).visit_ids)
        plan.action_propose()
        self.assertNotIn(ended, plan.line_ids.key_account_id)
        plan.action_accept()
        self.assertEqual(given.visit_ids.user_id, self.colleague)

    def test_who_plans_for_whom(self):
        for user, people in (
            (self.specialist, self.specialist),
            (self.manager, self.specialist | self.colleague),
            (self.support, self.specialist),
            (self.director, self.specialist),
        ):
            self.assertTrue(self._plan(user, people).visit_line_ids, user.name)
        for user, people in (
            (self.colleague, self.specialist),
            (self.other_manager, self.specialist),
            (self.specialist, self.manager),
        ):
            with self.subTest(user.name), self.assertRaises(AccessError) as refused:
                self._plan(user, people)
            self.assertIn(people.name, str(refused.exception))
        plan = self._plan(self.manager, self.specialist)
        self.assertTrue(plan.with_user(self.specialist).has_access("read"))
        self.assertFalse(plan.with_user(self.specialist).has_access("write"))
        self.assertFalse(plan.with_user(self.colleague).has_access("read"))

    def test_the_form(self):
        with Form(self.env["key.account.visit.plan"].with_user(self.manager)) as form:
            form.month = "2026-04-20"
            form.person_ids.add(self.manager)
        plan = form.record
        team = self.specialist | self.colleague
        self.assertEqual(plan.person_ids, self.manager | team)
        plan.action_propose()
        self.assertIn("Ka Specialist", plan.display_name)
        with self.assertRaises(UserError):
            plan.month = "2026-05-01"
        action = plan.action_open_calendar()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.key_account_id, self.account)
        copy = plan.copy()
        self.assertFalse(copy.line_ids)

    def _customer(self, name="Wuxi Gears", **vals):
        """An active customer of years, whom the policy has visited nobody."""
        account = self._account(name, "D", **vals)
        account._write_kept({"state": "active"})
        policy = self.env["key.account.policy"]._by_grade(self.company)
        policy[self.company.id, "D"].visits_per_month = 0
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account SET create_date = '2020-01-01' WHERE id = %s",
            [account.id],
        )
        self.env.invalidate_all()
        return account

    def test_revisits_by_cycle(self):
        """Due though the policy asks for no visit; not where one is planned, and not
        before the months of the policy are over."""
        customer = self._customer()
        plan = self._plan()
        line = plan.line_ids.filtered(lambda each: each.key_account_id == customer)
        self.assertEqual((line.occasion, line.state), ("revisit", "proposed"))
        self.assertLessEqual(line.date_start.day, 7, "overdue: in the first week")
        others = plan.line_ids - line
        self.assertEqual(set(others.mapped("occasion")), {"cycle"})
        plan.action_propose()
        line = plan.line_ids.filtered(lambda each: each.key_account_id == customer)
        self.assertEqual(len(line), 1)
        line.action_accept()
        self.assertEqual(line.visit_id.purpose, "revisit")
        plan.action_propose()
        again = plan.line_ids.filtered(lambda each: each.key_account_id == customer)
        self.assertEqual(again, line)
        line.visit_id.action_cancel("They are closed", False)
        plan.action_propose()
        again = plan.line_ids.filtered(lambda each: each.key_account_id == customer)
        self.assertEqual(sorted(again.mapped("state")), ["accepted", "proposed"])

    def test_a_revisit_is_one_of_those_that_are_due(self):
        """Two by the policy, one of them the revisit, in the week where it falls due;
        the last one counts to the day."""
        self.account._write_kept({"state": "active"})
        policy = self.env["key.account.policy"]._by_grade(self.company)
        policy[self.company.id, "A"].revisit_months = 3
        for day, expected in ((28, {"cycle": 1, "revisit": 1}), (31, {"cycle": 2})):
            with self.subTest(day):
                visit = self._visit(f"2026-01-{day} 09:00:00", purpose="revisit")
                visit._write_kept({"state": "reviewed"})
                if day == 31:
                    # Three months later it is the last of April.
                    policy[self.company.id, "A"].revisit_months = 4
                plan = self._plan()
                found = {}
                for line in plan.visit_line_ids:
                    found[line.occasion] = found.get(line.occasion, 0) + 1
                self.assertEqual(found, expected)
                if day == 28:
                    revisit = plan.visit_line_ids.filtered(
                        lambda line: line.occasion == "revisit"
                    )
                    self.assertGreaterEqual(revisit.date_start.day, 22)

    def test_a_revisit_that_is_dropped_or_finds_no_day(self):
        customer = self._customer(user=self.env["res.users"])
        plan = self._plan(self.manager, self.specialist)
        line = plan.missing_line_ids.filtered(
            lambda each: each.key_account_id == customer
        )
        self.assertEqual((line.occasion, line.reason), ("revisit", "nobody"))
        line.action_drop("Closed for the year")
        plan.action_propose()
        self.assertEqual(line.exists().state, "dropped")
        self.assertNotIn(
            customer, (plan.visit_line_ids | plan.missing_line_ids).key_account_id
        )

    def test_a_month_that_is_over(self):
        with self.assertRaises(UserError):
            self._plan(month="2026-02-01")

    def test_queries_do_not_grow_with_the_accounts(self):
        counts = []
        for number in range(6):
            self._account(f"First {number}", "B", city="Wuxi")
        for more in (0, 60):
            for number in range(more):
                self._account(f"More {number}", "C", city="Suzhou")
            plan = self._plan(propose=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            free = plan.env["key.account.visit.plan"].browse(plan.id)
            free._propose()
            self.env.flush_all()
            counts.append((self.env.cr.sql_log_count - before, len(plan.line_ids)))
        self.assertEqual(counts[1][1] - counts[0][1], 60)
        # One more batch of lines is inserted with each hundred.
        self.assertLessEqual(counts[1][0], counts[0][0] + 2)
