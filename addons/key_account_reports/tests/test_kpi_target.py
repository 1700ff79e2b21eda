from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rules import kpi as rules
from .common import KeyAccountReportsCommon

QUARTERS = ("2025-01-15", "2025-04-15", "2025-07-15", "2025-10-15")


@tagged("post_install", "-at_install")
class TestKpiTarget(KeyAccountReportsCommon):
    def _plan(self, subject, period=None):
        kpi = self.kpis["sales_plan_completion"]
        users = subject if subject._name == "res.users" else self.env["res.users"]
        teams = subject if subject._name == "crm.team" else self.env["crm.team"]
        period = period or self.quarter
        return kpi._targets(self.company, period, users, teams)[kpi, subject]

    def test_period_is_the_companys_fiscal_quarter(self):
        target = self.make_target(100, user=self.specialist)
        self.assertEqual(
            [str(target.date_from), str(target.date_to)], ["2025-07-01", "2025-09-30"]
        )
        self.company.write({"fiscalyear_last_month": "1", "fiscalyear_last_day": 31})
        fiscal = self.make_target(100, user=self.colleague)
        self.assertEqual(
            [str(fiscal.date_from), str(fiscal.date_to)], ["2025-08-01", "2025-10-31"]
        )
        self.assertEqual(str(target.date_from), "2025-07-01", "what was agreed stays")

    def test_team_takes_its_members_team(self):
        self.assertEqual(self.make_target(100, user=self.specialist).team_id, self.team)

    def test_a_target_says_what_it_is_counted_in(self):
        """An amount in the currency of the company, a rate in per cent, a median in
        hours."""
        for code, unit in (
            ("sales_plan_completion", self.company.currency_id.symbol),
            ("visit_plan_completion", "%"),
            ("approval_turnaround", "hours"),
            ("lost_accounts", ""),
        ):
            target = self.make_target(9, user=self.specialist, kpi=code)
            self.assertEqual(target.value_unit, unit, code)

    def test_months_make_a_quarter(self):
        for month in ("2025-07-01", "2025-08-01"):
            self.make_target(100, user=self.specialist, period="month", date=month)
        self.assertIsNone(self._plan(self.specialist), "a month is missing")
        self.make_target(100, user=self.specialist, period="month", date="2025-09-30")
        self.assertEqual(self._plan(self.specialist), 300)

    def test_rates_of_months_do_not_add_up(self):
        """90 % in each month are 90 % in the quarter; two lost accounts a month are
        six."""

        def target(code):
            kpi, who = self.kpis[code], self.specialist
            return kpi._targets(self.company, self.quarter, who, self.env["crm.team"])[
                kpi, who
            ]

        for month in ("2025-07-01", "2025-08-01", "2025-09-01"):
            for code, value in (
                ("visit_plan_completion", 90),
                ("approval_turnaround", 12),
                ("lost_accounts", 2),
            ):
                self.make_target(
                    value, user=self.specialist, kpi=code, period="month", date=month
                )
        self.assertEqual(target("visit_plan_completion"), 90)
        self.assertEqual(target("approval_turnaround"), 12)
        self.assertEqual(target("lost_accounts"), 6)

    def test_team_without_plan_has_its_peoples(self):
        self.make_target(100, user=self.specialist)
        self.make_target(50, user=self.colleague)
        self.assertEqual(self._plan(self.team), 150)
        self.make_target(400, team=self.team)
        self.assertEqual(self._plan(self.team), 400)

    def test_a_year_of_quarters_and_months(self):
        """Three quarters by themselves and the fourth by its months: 6,000; of a rate
        the mean of the months, three of each quarter."""
        by_quarter = (("2025-01-15", 1000), ("2025-04-15", 1500), ("2025-07-15", 2000))
        for day, value in by_quarter:
            self.make_target(value, user=self.specialist, date=day)
        year = self.company._key_account_period("year", self.quarter.start)
        for month, value in ((10, 500), (11, 400), (12, 600)):
            self.assertIsNone(self._plan(self.specialist, year))
            day = f"2025-{month}-15"
            self.make_target(value, user=self.specialist, period="month", date=day)
        self.assertEqual(self._plan(self.specialist, year), 6000)
        rates = [
            (self.company._key_account_period("quarter", date.fromisoformat(day)), 90)
            for day, _value in by_quarter
        ]
        rates += [
            (self.company._key_account_period("month", date(2025, month, 1)), 80)
            for month in (10, 11, 12)
        ]
        self.assertEqual(rules.target_of(year, rates, adds_up=False), 87.5)

    def test_whoever_went_to_another_team_has_a_plan_in_both(self):
        """100 a quarter here until June and 50 there afterwards, beside a colleague
        with 1,000 a quarter here: 4,200 and 100 of the year."""
        other = self.env["crm.team"].create(
            {"name": "South", "company_id": self.company.id, "user_id": self.manager.id}
        )
        year = self.company._key_account_period("year", self.quarter.start)
        for number, day in enumerate(QUARTERS):
            self.assertIsNone(self._plan(other, year))
            self.make_target(1000, user=self.colleague, date=day)
            team, value = (self.team, 100) if number < 2 else (other, 50)
            self.make_target(value, user=self.specialist, team=team, date=day)
        self.assertEqual(self._plan(self.team, year), 4200)
        self.assertEqual(self._plan(other, year), 100)
        self.assertEqual(self._plan(self.specialist, year), 300)
        self.assertEqual(self._plan(self.team), 1000)

    def test_what_does_not_add_up_has_no_sum(self):
        """Plans of two people do, also of two quarters; not with a rate, with that of
        their team, with a year's, or rates with each other."""

        def total(*targets):
            ids = [target.id for target in targets]
            groups = self.env["key.account.kpi.target"]._read_group(
                [("id", "in", ids)], [], ["value:sum"]
            )
            return groups[0][0]

        one = self.make_target(100, user=self.specialist)
        two = self.make_target(50, user=self.colleague)
        later = self.make_target(30, user=self.colleague, date="2025-11-15")
        self.assertEqual(total(one, two, later), 180)
        team = self.make_target(200, team=self.team)
        year = self.make_target(400, user=self.specialist, period="year")
        visits = "visit_plan_completion"
        rate = self.make_target(80, user=self.specialist, kpi=visits)
        theirs = self.make_target(90, user=self.colleague, kpi=visits)
        for others in ((one, rate), (one, team), (one, year), (rate, theirs)):
            self.assertFalse(total(*others))
        self.assertEqual(total(rate), 80)

    def test_one_target_per_subject_and_period(self):
        self.make_target(100, user=self.specialist)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.make_target(200, user=self.specialist, date="2025-07-01")

    def test_percentages_end_at_a_hundred(self):
        with self.assertRaises(ValidationError):
            self.make_target(110, user=self.specialist, kpi="report_timeliness")

    def test_locked_means_locked(self):
        target = self.make_target(100, user=self.specialist)
        target.action_lock()
        for call in (
            lambda: self.rpc(self.director, target, "write", {"value": 1}),
            lambda: self.rpc(self.director, target, "write", {"locked": False}),
            lambda: self.rpc(self.director, target, "unlink"),
            lambda: (
                self.env["key.account.kpi.target"].browse(target.id).write({"value": 1})
            ),
        ):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(target.value, 100)
        target.action_unlock()
        target.value = 120

    def test_lock_is_no_value_to_enter(self):
        Target = self.env["key.account.kpi.target"]
        values = {
            "kpi_id": self.kpis["sales_plan_completion"].id,
            "company_id": self.company.id,
            "user_id": self.specialist.id,
            "value": 5,
        }
        with self.assertRaises(UserError):
            self.rpc(self.director, Target, "create", {**values, "locked": True})
        by_default = {"default_locked": True}
        with self.assertRaises(UserError):
            self.rpc(self.director, Target, "create", values, context=by_default)
        target = self.rpc(self.director, Target, "create", values)
        self.assertFalse(Target.browse(target).locked)

    def test_directors_set_and_people_read(self):
        target = self.make_target(100, user=self.specialist)
        for user in (self.specialist, self.manager, self.appraiser):
            self.assertEqual(target.with_user(user).value, 100)
            for method in ("action_lock", "action_unlock"):
                with self.assertRaises(AccessError):
                    self.rpc(user, target, method)
            with self.assertRaises(AccessError):
                self.rpc(user, target, "write", {"value": 1})
        with self.assertRaises(AccessError):
            target.with_user(self.colleague).read(["value"])
        with self.assertRaises(AccessError):
            target.with_user(self.outsider).read(["value"])
