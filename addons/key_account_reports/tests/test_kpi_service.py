"""KPIs of service, each figure worked out by hand: the third quarter of 2025."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .test_kpi_catalogue import NOW, CatalogueCase

# Periods and kinds as the chapter's catalogue says them.
CATALOGUE = {
    "sales_plan_completion": ("plan", "amount", "qy"),
    "development_plan_completion": ("plan", "number", "qy"),
    "new_account_rate": ("ratio", "number", "qy"),
    "lost_accounts": ("count", "number", "mqy"),
    "churn_rate": ("ratio", "number", "qy"),
    "revenue_churn": ("ratio", "amount", "y"),
    "valid_complaints": ("count", "number", "qy"),
    "feedback_timeliness": ("ratio", "number", "qy"),
    "complaint_timeliness": ("ratio", "number", "qy"),
    "revisit_rate": ("ratio", "number", "qy"),
    "visit_plan_completion": ("ratio", "number", "mq"),
    "visit_frequency": ("ratio", "number", "mq"),
    "report_timeliness": ("ratio", "number", "mq"),
    "review_timeliness": ("ratio", "number", "mq"),
    "stage_timeliness": ("ratio", "number", "mq"),
    "profile_completeness": ("ratio", "number", "qy"),
    "service_cost_ratio": ("ratio", "amount", "qy"),
    "satisfaction": ("mean", "rating", "y"),
    "collection_rate": ("ratio", "amount", "mqy"),
    "sales_cycle": ("median", "days", "qy"),
    "delivery_on_time": ("ratio", "number", "qy"),
    "interest_conversion": ("ratio", "number", "qy"),
    "win_rate": ("ratio", "number", "qy"),
    "approval_turnaround": ("median", "hours", "mq"),
    "margin_conceded": ("count", "amount", "qy"),
}
LOWER = {
    *("lost_accounts", "churn_rate", "revenue_churn", "valid_complaints"),
    *("service_cost_ratio", "sales_cycle", "approval_turnaround", "margin_conceded"),
}


class ServiceActs:
    """What people do about feedback, mixed in before a case of ours. The calendar works
    from 8 to 12 and from 13 to 17 in Shanghai (midnight to four, five to nine, UTC)."""

    @classmethod
    def set_hours(cls):
        policies = cls.env["key.account.policy"]._by_grade(cls.company)
        for kind in ("complaint", "opinion", "question"):
            policies[cls.company.id, False].write(
                {f"{kind}_hours": 8, f"{kind}_resolution_hours": 40}
            )
        cls.env.flush_all()

    @classmethod
    def tell(cls, received, account=None, kind="complaint", **vals):
        """Feedback that came in at a moment (UTC) and was entered at once."""
        with freeze_time(vals.pop("entered", received)):
            return cls.env["key.account.feedback"].create(
                {
                    "name": "Bores out of tolerance",
                    "key_account_id": (account or cls.mine).id,
                    "kind": kind,
                    "received_on": received,
                    **vals,
                }
            )

    @classmethod
    def answer(cls, feedback, moment):
        with freeze_time(moment):
            feedback.answer_draft = "<p>We measure again.</p>"
            feedback.action_answer()

    @classmethod
    def resolve(cls, feedback, moment):
        with freeze_time(moment):
            feedback.root_cause = "Worn reamer"
            feedback.corrective_action = "Tool life is counted"
            feedback.action_resolve()

    @classmethod
    def judge(cls, feedback, fault="ours", moment=NOW):
        with freeze_time(moment):
            feedback.with_user(cls.director).action_judge(fault, "Seen in the shop")

    @classmethod
    def hand_over(cls, record, user, moment):
        with freeze_time(moment):
            record.user_id = user
            cls.env.flush_all()


class ServiceCase(ServiceActs, CatalogueCase):
    """The department has a colleague to whom accounts may go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_hours()
        cls.other = cls.make_account("Other", "2024-06-03", state="active")
        cls.mine = cls.make_account("Mine", "2024-06-03", state="active")

    def aside(self, code, who=None, period="quarter", day=date(2025, 7, 1)):
        who = who or self.specialist
        span = self.company._key_account_period(period, day)
        users = who if who._name == "res.users" else self.env["res.users"]
        teams = who if who._name == "crm.team" else self.env["crm.team"]
        kpi = self.kpis[code]
        return kpi._figures(self.company, span, users, teams)[kpi, who].aside


@tagged("post_install", "-at_install")
class TestKpiCatalogue(CatalogueCase):
    def test_all_of_the_catalogue_is_there(self):
        letters = {"monthly": "m", "quarterly": "q", "yearly": "y"}
        for code, (kind, unit, periods) in CATALOGUE.items():
            kpi = self.kpis.get(code)
            with self.subTest(code):
                self.assertTrue(kpi)
                self.assertEqual((kpi.kind, kpi.unit), (kind, unit))
                measured = [letter for name, letter in letters.items() if kpi[name]]
                self.assertEqual("".join(measured), periods)
                self.assertEqual(kpi.lower_is_better, code in LOWER)
                self.assertTrue(kpi.description and kpi.numerator_label)
                if kind == "ratio":
                    self.assertTrue(kpi.denominator_label)

    def test_each_number_opens_records_that_have_a_list(self):
        for code, kpi in self.kpis.items():
            if code not in CATALOGUE:
                continue
            with self.subTest(code):
                facts = kpi._facts(self.company, self.quarter)
                action = kpi._action_records(self.env[facts.model], kpi.name)
                self.assertEqual(action["res_model"], facts.model)
                self.env[facts.model].get_views([(False, "list"), (False, "form")])

    def test_a_period_without_anything_is_not_applicable(self):
        """A period of long ago, and one that has not come: no zero, and no error."""
        nobody = self._user("ka_nobody", "key_account.group_specialist")
        for code, (kind, _unit, _periods) in CATALOGUE.items():
            for day in (date(1999, 1, 1), date(2031, 1, 1)):
                found = self.measured(code, nobody, "year", day)
                with self.subTest(code, day=day):
                    counts = kind == "count" and code != "margin_conceded"
                    self.assertEqual(found[2], 0 if counts else None)


@tagged("post_install", "-at_install")
class TestKpiComplaints(ServiceCase):
    def test_by_the_day_received_whose_the_account_was_then(self):
        """Ours, of July, entered in September when the account was the colleague's;
        one undecided, one the customer's, one cancelled, one a question."""
        self.hand_over(self.mine, self.colleague, "2025-08-15 02:00:00")
        ours = self.tell("2025-07-15 02:00:00", entered="2025-09-01 02:00:00")
        later = self.tell("2025-08-20 02:00:00")
        open_ = self.tell("2025-07-16 02:00:00", entered="2025-07-16 02:00:00")
        theirs = self.tell("2025-07-17 02:00:00", entered="2025-07-17 02:00:00")
        self.judge(ours | later)
        self.judge(theirs, "customer")
        cancelled = self.tell("2025-07-18 02:00:00")
        self.judge(cancelled)
        with freeze_time(NOW):
            cancelled.with_user(self.director).action_cancel("Entered twice")
        self.tell("2025-07-18 02:00:00", kind="question")
        self.assertEqual(self.measured("valid_complaints"), (1, None, 1))
        self.assertEqual(self.aside("valid_complaints"), 1)
        self.assertEqual(self.records("valid_complaints"), ours)
        self.assertEqual(self.records("valid_complaints", "aside"), open_)
        self.assertEqual(
            self.measured("valid_complaints", self.colleague), (1, None, 1)
        )
        self.assertEqual(self.measured("valid_complaints", self.team), (2, None, 2))

    def test_an_account_of_whom_nothing_is_recorded(self):
        """As those from before its history was kept, that nobody had then."""
        told = self.tell("2025-07-15 02:00:00")
        self.judge(told)
        self.env.flush_all()
        # Evidence is deleted by nobody; here it was never there.
        self.env.cr.execute(
            "DELETE FROM key_account_event WHERE key_account_id = %s", [self.mine.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.measured("valid_complaints"), (0, None, 0))
        self.assertEqual(self.measured("valid_complaints", self.team), (0, None, 0))

    def test_as_many_queries_for_ten_times_as_many(self):
        """Of feedback, and of accounts that changed hands."""
        codes = ("valid_complaints", "feedback_timeliness", "complaint_timeliness")
        codes += ("satisfaction", "delivery_on_time", "service_cost_ratio")
        codes += ("revenue_churn",)

        def cost():
            self.env.flush_all()
            found = []
            for code in codes:
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.measured(code)
                found.append(self.env.cr.sql_log_count - before)
            return found

        self.tell("2025-08-04 02:00:00")
        cost()
        few = cost()
        for number in range(9):
            account = self.make_account(f"Many {number}", "2025-01-01")
            self.tell("2025-08-04 02:00:00", account)
            self.hand_over(account, self.colleague, "2025-08-10 02:00:00")
        self.assertEqual(cost(), few)

    def test_the_quarter_ends_at_midnight_in_shanghai(self):
        last = self.tell("2025-09-30 15:59:59")
        first = self.tell("2025-09-30 16:00:00")
        self.judge(last | first)
        self.assertEqual(self.records("valid_complaints"), last)

    def test_of_another_account_than_it_was_entered_for(self):
        self.hand_over(self.other, self.colleague, "2025-07-01 02:00:00")
        complaint = self.tell("2025-07-15 02:00:00", user_id=self.support.id)
        self.judge(complaint)
        with freeze_time(NOW):
            complaint.with_user(self.director).key_account_id = self.other
        self.assertEqual(self.measured("valid_complaints"), (0, None, 0))
        self.assertEqual(
            self.measured("valid_complaints", self.colleague), (1, None, 1)
        )

    def test_under_a_file_that_was_merged_later(self):
        """Entered for another account and put right, under the colleague's file that
        becomes one with mine in October: received in July, it stays the colleague's."""
        twin = self.make_account("Twin", "2024-06-03", self.colleague, state="active")
        complaint = self.tell("2025-07-15 02:00:00", self.other)
        self.judge(complaint)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with freeze_time(NOW):
            complaint.with_user(self.director).key_account_id = twin
            into = self.mine.partner_id
            wizard._merge((twin.partner_id | into).ids, into)
        self.env.invalidate_all()
        self.assertEqual(complaint.key_account_id, self.mine)
        self.assertEqual(self.measured("valid_complaints"), (0, None, 0))
        self.assertEqual(
            self.measured("valid_complaints", self.colleague), (1, None, 1)
        )
        self.env.cr.execute(
            "UPDATE key_account_feedback SET entered_on = received_on + '9 days'"
            " WHERE id = %s",
            [complaint.id],
        )
        for who, late in ((self.specialist, 0), (self.colleague, 1)):
            self.assertEqual(self.make_sheet(user=who).late, late)


@tagged("post_install", "-at_install")
class TestKpiClocks(ServiceCase):
    """A Monday, 4 August 2025; answers are due after a working day, at the same
    hour."""

    def test_in_time_late_open_and_waiting(self):
        prompt = self.tell("2025-08-04 02:00:00")
        late = self.tell("2025-08-04 02:00:00", kind="question")
        self.tell("2025-08-04 02:00:00", kind="opinion")
        waits = self.tell("2025-08-04 02:00:00")
        stopped = self.tell("2025-08-04 02:00:00")
        gone = self.tell("2025-08-04 02:00:00")
        self.assertEqual(prompt.answer_due, datetime(2025, 8, 5, 2))
        self.answer(prompt, "2025-08-05 02:00:00")
        self.answer(late, "2025-08-05 02:00:01")
        with freeze_time("2025-08-04 03:00:00"):
            waits.action_wait("They send drawings")
        with freeze_time("2025-08-06 03:00:00"):
            stopped.action_wait("They send drawings")
            gone.with_user(self.director).action_cancel("Entered twice")
        # One answered, one late, one open and overdue, one made to wait when it was
        # late; what waits in time is not due, and what was cancelled counts nowhere.
        self.assertEqual(self.measured("feedback_timeliness"), (1, 4, 25))
        self.assertEqual(self.records("feedback_timeliness"), prompt)
        self.assertEqual(self.measured("feedback_timeliness", self.team), (1, 4, 25))

    def test_what_runs_is_not_late_yet(self):
        with freeze_time("2025-08-04 06:00:00"):
            early = self.tell("2025-08-04 02:00:00")
            self.tell("2025-08-04 02:00:00")
            self.assertEqual(self.measured("feedback_timeliness"), (0, 0, None))
            self.answer(early, "2025-08-04 05:00:00")
            self.assertEqual(self.measured("feedback_timeliness"), (1, 1, 100))

    def test_counts_for_who_was_responsible_then(self):
        """The colleague had it when it ran out, whoever takes it over afterwards; the
        specialist answered theirs before giving it away."""
        self.mine.member_ids = [Command.create({"user_id": self.colleague.id})]
        self.env.flush_all()
        overdue = self.tell("2025-08-04 02:00:00", user_id=self.colleague.id)
        self.hand_over(overdue, self.specialist, "2025-08-06 02:00:00")
        self.answer(overdue, "2025-08-06 03:00:00")
        prompt = self.tell("2025-08-04 02:00:00")
        self.answer(prompt, "2025-08-04 03:00:00")
        self.hand_over(prompt, self.colleague, "2025-08-06 02:00:00")
        self.assertEqual(self.measured("feedback_timeliness"), (1, 1, 100))
        self.assertEqual(
            self.measured("feedback_timeliness", self.colleague), (0, 1, 0)
        )
        self.assertEqual(self.measured("feedback_timeliness", self.team), (1, 2, 50))

    def test_a_team_of_then(self):
        later = self.env["crm.team"].create(
            {"name": "Later", "company_id": self.company.id, "is_key_account": True}
        )
        self.answer(self.tell("2025-08-04 02:00:00"), "2025-08-04 03:00:00")
        with freeze_time("2025-09-01 02:00:00"):
            self.mine.team_id = later
            self.env.flush_all()
        self.tell("2025-09-01 03:00:00")
        self.assertEqual(self.measured("feedback_timeliness", self.team), (1, 1, 100))
        self.assertEqual(self.measured("feedback_timeliness", later), (0, 1, 0))

    def test_complaints_resolved_and_taken_up_again(self):
        """Resolved in July with time left, and taken up again in October: no longer in
        the third quarter. Its answer stays."""
        done = self.tell("2025-08-04 02:00:00")
        again = self.tell("2025-08-04 02:00:00")
        late = self.tell("2025-08-04 02:00:00")
        self.tell("2025-08-04 02:00:00")
        self.tell("2025-08-04 02:00:00", kind="question")
        for complaint in (done, again, late):
            self.answer(complaint, "2025-08-04 03:00:00")
        self.resolve(done, "2025-08-08 02:00:00")
        self.resolve(again, "2025-08-08 02:00:00")
        self.resolve(late, "2025-08-20 02:00:00")
        self.assertEqual(self.measured("complaint_timeliness"), (2, 4, 50))
        with freeze_time("2025-10-09 02:00:00"):
            again.action_reopen("It leaks again")
        self.assertEqual(self.measured("complaint_timeliness"), (1, 3, 33.33))
        self.assertEqual(self.records("complaint_timeliness"), done)
        self.assertEqual(self.measured("feedback_timeliness")[0], 3)
        with freeze_time("2025-11-10 02:00:00"):
            fourth = self.measured("complaint_timeliness", day=date(2025, 10, 1))
            self.assertEqual(fourth, (0, 1, 0))


@tagged("post_install", "-at_install")
class TestKpiSatisfaction(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asked = 0

    def survey(self, mark, day, account=None, **vals):
        """A survey of two questions; not answered where there is no mark."""
        account = account or self.mine
        type(self).asked += 1
        done = (
            {
                "state": "answered",
                "answered": 1,
                "answered_on": f"{day} 02:00:00",
                "mark": 2 * mark,
                "marks": 2,
            }
            if mark
            else {"state": "expired"}
        )
        return self.env["key.account.satisfaction"]._create_kept(
            [
                {
                    "key_account_id": account.id,
                    "company_id": self.company.id,
                    "team_id": account.team_id.id,
                    "user_id": account.user_id.id,
                    "partner_id": account.partner_id.id,
                    "wave": f"wave {self.asked}",
                    "sent_on": f"{day} 01:00:00",
                    "expires_on": day,
                    "access_token": f"key {self.asked}".ljust(32, "x"),
                    **done,
                    **vals,
                }
            ]
        )

    def test_mean_from_enough_answers(self):
        """5, 4, 3 and 4 are four answers, and too few; with a fifth it is 4.2."""
        self.kpis["satisfaction"].min_records = 5
        for mark in (5, 4, 3, 4):
            self.survey(mark, "2025-08-10")
        unanswered = self.survey(0, "2025-09-01")
        year = {"period": "year", "day": date(2025, 7, 1)}
        self.assertEqual(self.measured("satisfaction", **year), (0, 0, None))
        self.survey(5, "2025-08-11")
        self.survey(1, "2024-12-31")
        self.survey(0, "2025-10-10")
        self.assertEqual(self.measured("satisfaction", **year), (42, 10, 4.2))
        self.assertEqual(self.aside("satisfaction", **year), 1)
        self.assertEqual(self.records("satisfaction", "aside"), unanswered)
        self.assertEqual(self.measured("satisfaction", self.team, **year)[2], 4.2)

    def test_the_response_rate_stands_beside(self):
        for mark in (5, 4, 3, 0):
            self.survey(mark, "2025-08-10")
        kpi = self.kpis["satisfaction"]
        kpi.min_records = 4
        span = self.company._key_account_period("year", date(2025, 7, 1))
        self.Figure._compute(
            self.company, span, kpi, self.specialist, self.env["crm.team"]
        )
        figure = self.Figure.search(
            [("kpi_id", "=", kpi.id), ("company_id", "=", self.company.id)]
        )
        self.assertFalse(figure.applicable)
        self.assertEqual(figure.value_display, "n/a")
        self.assertEqual(figure.aside_display, "Response rate: 75.0 %")
        sheet = self.make_sheet(
            period="year",
            line_ids=[Command.create({"kpi_id": kpi.id, "default_target": 4.0})],
        )
        sheet.action_measure_now()
        line = self.line(sheet, "satisfaction")
        self.assertEqual(line.value_display, "n/a")
        self.assertEqual(line.aside_display, "Response rate: 75.0 %")
        kpi.min_records = 3
        sheet.action_measure_now()
        line.invalidate_recordset()
        self.assertEqual((line.value, line.score), (4, 100))


@tagged("post_install", "-at_install")
class TestKpiDelivery(ServiceCase):
    def deliver(self, promised, handed=None, confirmed="2025-07-01", **vals):
        order = self.env["sale.order"].create(
            {"partner_id": self.mine.partner_id.id, "company_id": self.company.id}
        )
        state = "open"
        if handed:
            state = "on_time" if handed <= promised else "late"
        return self.env["key.account.delivery"]._create_kept(
            [
                {
                    "name": order.name,
                    "order_id": order.id,
                    "key_account_id": self.mine.id,
                    "user_id": self.specialist.id,
                    "confirmed_on": confirmed,
                    "promised_on": promised,
                    "handed_over_on": handed,
                    "state": state,
                    **vals,
                }
            ]
        )

    def test_on_time_of_what_was_due(self):
        on_time = self.deliver("2025-08-20", "2025-08-20")
        self.deliver("2025-08-20", "2025-08-21")
        overdue = self.deliver("2025-09-30")
        self.deliver("2025-08-20", state="cancelled")
        self.deliver("2025-10-01", "2025-09-15")
        self.deliver("2025-08-21", "2025-08-21", user_id=self.colleague.id)
        self.assertEqual(self.measured("delivery_on_time"), (1, 3, 33.33))
        self.assertEqual(self.records("delivery_on_time"), on_time)
        self.assertIn(overdue, self.records("delivery_on_time", "denominator"))
        self.assertEqual(self.measured("delivery_on_time", self.colleague)[:2], (1, 1))
        self.assertEqual(self.measured("delivery_on_time", self.team)[:2], (2, 4))
        fourth = self.measured("delivery_on_time", day=date(2025, 10, 1))
        self.assertEqual(fourth, (1, 1, 100))

    def test_what_is_promised_for_today_is_not_late(self):
        self.deliver("2025-10-10")
        fourth = {"day": date(2025, 10, 1)}
        self.assertEqual(self.measured("delivery_on_time", **fourth), (0, 0, None))
        with freeze_time("2025-10-10 17:00:00"):
            late = self.measured("delivery_on_time", **fourth)
        self.assertEqual(late, (0, 1, 0), "in Shanghai it is the 11th")

    def test_the_team_of_when_it_was_promised(self):
        later = self.env["crm.team"].create(
            {"name": "Later", "company_id": self.company.id, "is_key_account": True}
        )
        self.deliver("2025-08-20", "2025-08-20")
        with freeze_time("2025-09-01 02:00:00"):
            self.mine.team_id = later
            self.env.flush_all()
        self.assertEqual(self.measured("delivery_on_time", self.team)[:2], (1, 1))
        self.assertEqual(self.measured("delivery_on_time", later)[:2], (0, 0))


@tagged("post_install", "-at_install")
class TestKpiCost(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The plan that every database has: a new one changes the model of its lines.
        cls.analytic, _others = cls.env["account.analytic.plan"]._get_all_plans()
        cls.company.key_account_analytic_plan_id = cls.analytic

    def budget(self, account, amount, approved=True):
        plan = self.env["key.account.plan"].create(
            {
                "name": "Year",
                "kind": "year",
                "key_account_id": account.id,
                "date_from": "2025-01-01",
                "date_to": "2025-12-31",
                "budget_ids": amount is not None
                and [Command.create({"name": "Service", "amount": amount})],
            }
        )
        if approved:
            plan._write_kept({"state": "approved"})
            account._open_analytic_account()
        self.env.flush_all()
        return plan

    def book(self, amount, account, day):
        return self.env["account.analytic.line"].create(
            {
                "name": "Work",
                "amount": amount,
                "date": day,
                "company_id": self.company.id,
                self.analytic._column_name(): account.analytic_account_id.id,
            }
        )

    def test_a_quarter_has_its_days_of_the_budget(self):
        """36 500 a year are 100 a day: 9 200 for the 92 days of the quarter."""
        self.budget(self.mine, 36500)
        self.book(-4600, self.mine, "2025-07-01")
        self.book(-2300, self.mine, "2025-09-30")
        self.book(-1000, self.mine, "2025-10-01")
        self.book(500, self.mine, "2025-08-01")
        self.assertEqual(self.measured("service_cost_ratio"), (6900, 9200, 75))
        year = self.measured("service_cost_ratio", period="year")
        self.assertEqual(year, (7900, 36500, 21.64))
        self.assertEqual(self.records("service_cost_ratio"), self.mine)

    def test_no_budget_is_not_a_budget_of_zero(self):
        self.other._open_analytic_account()
        self.book(-300, self.other, "2025-08-01")
        self.assertEqual(self.measured("service_cost_ratio"), (0, 0, None))
        self.assertEqual(self.aside("service_cost_ratio"), 300)
        self.budget(self.other, None)
        self.assertEqual(self.measured("service_cost_ratio"), (0, 0, None))
        self.budget(self.mine, 0)
        self.book(-200, self.mine, "2025-08-01")
        self.assertEqual(self.measured("service_cost_ratio"), (200, 0, None))
        self.assertEqual(self.aside("service_cost_ratio"), 300)

    def test_a_draft_is_no_budget_and_unknown_cost_is_not_zero(self):
        self.budget(self.other, 36500, approved=False)
        plan = self.budget(self.mine, 36500, approved=False)
        plan._write_kept({"state": "approved"})
        self.env.flush_all()
        self.assertFalse(self.mine.analytic_account_id)
        self.assertEqual(self.measured("service_cost_ratio"), (0, 0, None))

    def test_each_has_their_days(self):
        """From 31 August on it is the colleague's: 61 days and 31."""
        self.budget(self.mine, 36500)
        self.hand_over(self.mine, self.colleague, "2025-08-31 02:00:00")
        self.book(-610, self.mine, "2025-08-30")
        self.book(-3100, self.mine, "2025-08-31")
        self.assertEqual(self.measured("service_cost_ratio"), (610, 6100, 10))
        self.assertEqual(
            self.measured("service_cost_ratio", self.colleague), (3100, 3100, 100)
        )
        team = self.measured("service_cost_ratio", self.team)
        self.assertEqual(team, (3710, 9200, 40.33))


@tagged("post_install", "-at_install")
class TestKpiRevenue(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)

    def bill(self, account, amount, day, refund=False, user=None):
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund" if refund else "out_invoice",
                "partner_id": account.partner_id.id,
                "invoice_date": day,
                "invoice_user_id": (user or self.specialist).id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pumps", "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        move.action_post()
        self.env.flush_all()
        return move

    def test_lost_and_shrunk(self):
        """Mine 1000 → 700, Other 500 → 0, a third 200 → 900: 800 of 1700."""
        third = self.make_account("Third", "2024-01-01", state="active")
        new = self.make_account("New", "2025-01-01", state="active")
        with freeze_time("2026-02-01 02:00:00"):
            for account, before, now in (
                (self.mine, 1200, 700),
                (self.other, 500, 0),
                (third, 200, 900),
                (new, 0, 400),
            ):
                if before:
                    self.bill(account, before, "2024-12-31")
                if now:
                    self.bill(account, now, "2025-01-01")
            self.bill(self.mine, 200, "2024-12-31", refund=True)
            year = {"period": "year", "day": date(2025, 7, 1)}
            self.assertEqual(self.measured("revenue_churn", **year), (800, 1700, 47.06))
            self.assertEqual(
                self.kpis["revenue_churn"]._records(
                    self.company,
                    self.company._key_account_period("year", date(2025, 1, 1)),
                    self.specialist,
                    "numerator",
                ),
                self.mine | self.other,
            )

    def test_a_running_year_is_compared_with_the_same_days(self):
        """On 10 October 2025: what was sold after 10 October 2024 is not missed."""
        self.bill(self.mine, 300, "2024-10-10")
        self.bill(self.mine, 5000, "2024-10-11")
        self.bill(self.mine, 240, "2025-03-01")
        year = {"period": "year", "day": date(2025, 7, 1)}
        self.assertEqual(self.measured("revenue_churn", **year), (60, 300, 20))

    def test_each_has_their_days(self):
        """A year of 365 days, of which the last 73 are the colleague's: a fifth."""
        day = date(2026, 1, 1) - timedelta(days=73)
        self.hand_over(self.mine, self.colleague, f"{day} 02:00:00")
        self.bill(self.mine, 1000, "2024-03-01")
        self.bill(self.mine, 500, "2025-03-01")
        year = {"period": "year", "day": date(2025, 7, 1)}
        with freeze_time("2026-02-01 02:00:00"):
            mine = self.measured("revenue_churn", **year)
            theirs = self.measured("revenue_churn", self.colleague, **year)
            team = self.measured("revenue_churn", self.team, **year)
        self.assertEqual(mine, (400, 800, 50))
        self.assertEqual(theirs, (100, 200, 50))
        self.assertEqual(team, (500, 1000, 50))
