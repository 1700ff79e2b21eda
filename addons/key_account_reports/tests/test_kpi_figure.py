"""Stored figures: computed for everybody at once, read by everything else."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..models.kpi import KpiFacts
from .common import KeyAccountReportsCommon, without_figures

NOW, LATER = "2025-10-10 06:00:00", "2025-10-10 07:00:00"
VISITS = "visit_plan_completion"


@tagged("post_install", "-at_install")
class TestKpiFigure(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.Figure = cls.env["key.account.kpi.figure"]
        # Three KPIs are enough to see how they are computed.
        few = [VISITS, "report_timeliness", "sales_plan_completion"]
        others = cls.env["key.account.kpi"].search([("code", "not in", few)])
        others.active = False
        # The measured company, whatever else the database has.
        cls.classPatch(
            cls.env.registry["key.account.kpi.figure"],
            "_measured_companies",
            lambda figures: cls.company.with_env(figures.env),
        )
        cls.hold_visit(cls.make_visit("2025-08-13 02:00:00"))
        cls.make_visit("2025-08-20 02:00:00")
        cls.account.user_id = cls.colleague
        cls.hold_visit(cls.make_visit("2025-09-01 02:00:00", user=cls.colleague))
        cls.make_visit("2025-10-02 02:00:00", user=cls.colleague)

    def run_job(self, at=NOW):
        # Nothing is committed in a test.
        cron = self.env.registry["ir.cron"]
        with freeze_time(at), patch.object(cron, "_commit_progress", return_value=99):
            self.Figure._cron_compute()
        self.env.invalidate_all()

    def plan_another(self):
        self.account.user_id = self.specialist
        self.make_visit("2025-08-21 02:00:00")

    def figure(self, who, period="quarter", day="2025-07-01", code=VISITS):
        name = "user_id" if who._name == "res.users" else "team_id"
        subject = "person" if name == "user_id" else "team"
        return self.Figure.search(
            [
                ("kpi_id", "=", self.kpis[code].id),
                ("period", "=", period),
                ("date_from", "=", day),
                ("subject", "=", subject),
                (name, "=", who.id),
            ]
        )

    def numbers(self, *args, **kwargs):
        figure = self.figure(*args, **kwargs)
        value = figure.value if figure.applicable else None
        return (figure.numerator, figure.denominator, value)

    # ------------------------------------------------------------
    # COMPUTING
    # ------------------------------------------------------------

    def test_of_everybody_in_running_and_last_periods(self):
        self.run_job()
        self.assertEqual(self.numbers(self.specialist), (1, 2, 50))
        self.assertEqual(self.numbers(self.colleague), (1, 1, 100))
        self.assertEqual(self.numbers(self.colleague, day="2025-10-01"), (0, 1, 0))
        self.assertEqual(
            self.numbers(self.specialist, "month", "2025-09-01"), (0, 0, None)
        )
        self.assertEqual(self.figure(self.specialist).n, 2)
        self.assertEqual(str(self.figure(self.team).computed_at), NOW)
        # Nobody is measured by the year.
        self.assertFalse(self.figure(self.specialist, "year", "2025-01-01"))

    def test_a_team_is_sum_by_sum(self):
        self.run_job()
        self.assertEqual(self.numbers(self.team)[:2], (2, 3))
        self.assertAlmostEqual(self.numbers(self.team)[2], 66.67, places=2)

    def test_whoever_left_keeps_what_counts_for_them(self):
        self.team.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.specialist
        ).unlink()
        self.run_job()
        self.assertEqual(self.numbers(self.specialist), (1, 2, 50))

    def test_what_counts_for_them_no_more_is_gone(self):
        """Of whoever left, and of a team of key accounts no more: as of now, not as it
        was when they were computed last."""
        moved = self.env["key.account.visit"].search(
            [("user_id", "=", self.specialist.id)]
        )
        self.team.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.specialist
        ).unlink()
        self.run_job()
        self.assertEqual(self.numbers(self.specialist), (1, 2, 50))
        self.env.cr.execute(
            "UPDATE key_account_visit SET user_id = %s WHERE id = ANY(%s)",
            [self.colleague.id, moved.ids],
        )
        self.team.is_key_account = False
        self.run_job(LATER)
        self.assertEqual(self.numbers(self.specialist), (0, 0, None))
        self.assertEqual(self.numbers(self.team)[:2], (2, 3))
        self.assertEqual(str(self.figure(self.team).computed_at), LATER)

    def test_stopped_it_makes_up_for_every_kpi(self):
        """A period before the last, of which one KPI alone was computed since."""
        cron = self.env.registry["ir.cron"]
        done = 0
        with patch.object(cron, "_commit_progress", return_value=0):
            while self.Figure._portions_due() and done < 99:
                self.assertEqual(self.Figure._cron_compute(), False, done)
                done += 1
                if len(self.Figure._portions_due()) == 1:
                    self.assertTrue(self.Figure._cron_compute())
        months = self.Figure.search(
            [("period", "=", "month"), ("user_id", "=", self.colleague.id)]
        ).grouped("date_from")
        self.assertEqual(len(months), 13)
        codes = {
            tuple(sorted(found.kpi_id.mapped("code"))) for found in months.values()
        }
        self.assertEqual(codes, {("report_timeliness", VISITS)})

    def test_one_persons_compute_now_puts_off_nobody_else(self):
        self.run_job()
        self.plan_another()
        with freeze_time("2025-10-10 06:50:00"):
            self.figure(self.colleague).with_user(self.colleague).action_compute_now()
        self.run_job(LATER)
        self.assertEqual(self.numbers(self.specialist)[:2], (1, 3))

    def test_run_twice_it_is_the_same_figure(self):
        self.run_job()
        before = self.figure(self.specialist)
        count = self.Figure.search_count([])
        self.plan_another()
        self.run_job(LATER)
        self.assertEqual(self.figure(self.specialist), before)
        self.assertEqual(self.Figure.search_count([]), count)
        self.assertEqual(self.numbers(self.specialist), (1, 3, 100 / 3))
        self.assertEqual(str(before.computed_at), LATER)

    def test_run_late_it_makes_up_for_what_ended_meanwhile(self):
        self.run_job("2025-08-25 00:00:00")
        self.run_job("2026-03-10 00:00:00")
        self.assertEqual(
            self.numbers(self.colleague, "month", "2025-09-01"), (1, 1, 100)
        )
        third = self.figure(self.colleague)
        self.assertEqual(str(third.computed_at), "2026-03-10 00:00:00")
        self.run_job("2026-03-10 01:00:00")
        self.assertEqual(str(third.computed_at), "2026-03-10 00:00:00", "is over")
        last = self.figure(self.colleague, day="2025-10-01")
        self.assertEqual(str(last.computed_at), "2026-03-10 01:00:00")

    def test_stopped_it_goes_on_with_what_is_stalest(self):
        """Stopped every hour after the first portion, it comes round to each of them:
        what it did an hour ago is due again, and waits behind what was done before."""
        without_figures(self.env)
        self.run_job()
        portions = self.Figure._portions()
        self.assertGreater(len(portions), 2)
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=0):
            for hours in range(1, len(portions) + 1):
                moment = fields.Datetime.to_datetime(NOW) + timedelta(hours=hours)
                with freeze_time(moment):
                    self.Figure._cron_compute()
                self.env.invalidate_all()
                done = self.Figure.search([("computed_at", ">", NOW)])
                self.assertEqual(len(done._portions_of_these()), hours)

    def test_what_cannot_be_computed_stops_nothing_else(self):
        kpi = self.env.registry["key.account.kpi"]
        broken = "_kpi_facts_report_timeliness"
        with (
            patch.object(kpi, broken, side_effect=ZeroDivisionError),
            self.assertLogs("odoo.addons.key_account", "ERROR"),
        ):
            self.run_job()
        self.assertEqual(self.numbers(self.specialist), (1, 2, 50))
        self.assertFalse(self.figure(self.specialist, code="report_timeliness"))

    def test_what_was_confirmed_is_left_alone(self):
        self.run_job()
        sheet = self.make_sheet()
        sheet.with_user(self.director).action_start_self_assessment()
        sheet.with_user(self.director).action_appraise()
        sheet.with_user(self.director).action_confirm()
        self.plan_another()
        self.run_job(LATER)
        self.figure(self.specialist).with_user(self.director).action_compute_now()
        self.assertEqual(self.numbers(self.specialist), (1, 2, 50))
        self.assertEqual(
            self.numbers(self.specialist, "month", "2025-09-01"), (0, 0, None)
        )
        self.assertEqual(self.numbers(self.team)[:2], (2, 4), "is nobody's sheet")

    def test_what_no_sheet_was_confirmed_on_goes_on(self):
        """An appraisal was confirmed of the visits, none of their reports."""
        self.run_job()
        lines = [Command.create({"kpi_id": self.kpis[VISITS].id})]
        sheet = self.make_sheet(line_ids=lines).with_user(self.director)
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet, f"action_{step}")()
        self.account.user_id = self.specialist
        self.hold_visit(self.make_visit("2025-08-21 02:00:00"))
        self.run_job(LATER)
        self.assertEqual(self.numbers(self.specialist)[:2], (1, 2))
        reports = self.numbers(self.specialist, code="report_timeliness")
        self.assertEqual(reports[:2], (0, 2))

    def test_period_that_a_sheet_asks_for(self):
        self.make_sheet(period="year")
        self.run_job(LATER)
        year = self.figure(self.specialist, "year", "2025-01-01")
        self.assertEqual((year.numerator, year.denominator), (1, 2))
        self.assertEqual(str(year.computed_at), LATER)

    def test_as_many_queries_for_ten_times_as_many_people(self):
        def cost(people):
            users = self.env["res.users"].concat(*people)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Figure._compute(
                self.company, self.quarter, self.kpis[VISITS], users, self.team
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        people = [
            self._user(f"ka_many_{index}", "key_account.group_specialist")
            for index in range(22)
        ]
        cost(people[:1])
        few, many = cost(people[1:3]), cost(people[2:])
        self.assertLessEqual(many, few)

    # ------------------------------------------------------------
    # KINDS
    # ------------------------------------------------------------

    def test_median_and_mean(self):
        """Hours of three visits: 1, 2 and 6; the colleague's one took 4."""
        users = [self.specialist.id] * 3 + [self.colleague.id]
        rows = SQL(", ").join(
            SQL("(%s, %s, %s, %s, 1, 0)", index, user, self.team.id, number)
            for index, (user, number) in enumerate(
                zip(users, (1.0, 2.0, 6.0, 4.0), strict=True), start=1
            )
        )
        facts = KpiFacts(
            "key.account.visit",
            SQL(
                "SELECT * FROM (VALUES %s) AS row"
                " (record_id, user_id, team_id, numerator, denominator, aside)",
                rows,
            ),
        )
        kpi = self.kpis["report_timeliness"]
        people = self.specialist | self.colleague
        for kind, values in (("median", (2, 4, 3)), ("mean", (3, 4, 3.25))):
            kpi.write({"kind": kind, "unit": "hours"})
            with patch.object(
                self.env.registry["key.account.kpi"],
                "_kpi_facts_report_timeliness",
                return_value=facts,
            ):
                self.Figure._compute(self.company, self.quarter, kpi, people, self.team)
            found = [
                self.figure(who, code="report_timeliness")
                for who in (*people, self.team)
            ]
            self.assertEqual([figure.value for figure in found], list(values), kind)
            self.assertEqual([figure.n for figure in found], [3, 1, 4])
        self.assertEqual(found[2].value_display, "3.25 h")
        self.assertEqual(found[2].denominator_display, "4")

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def test_a_group_is_sum_by_sum_or_nothing(self):
        """In each question that gets no answer, one thing alone differs."""
        self.run_job()
        figures = self.Figure.with_user(self.director)

        def group(*domain):
            ours = ("company_id", "=", self.company.id)
            [[value, count]] = figures._read_group(
                [ours, *domain], [], ["value:avg", "__count"]
            )
            self.assertGreater(count, 1)
            return value

        quarter = [("period", "=", "quarter"), ("date_from", "=", "2025-07-01")]
        people, visits = ("subject", "=", "person"), ("kpi_id.code", "=", VISITS)
        one = ("user_id", "=", self.specialist.id)
        self.assertAlmostEqual(group(*quarter, people, visits), 200 / 3)
        self.assertFalse(group(*quarter, people, one), "KPIs do not add up")
        self.assertFalse(group(people, visits, one), "nor do months and quarters")
        self.assertFalse(group(*quarter, visits), "nor do a team and its people")

    def test_a_group_of_what_is_not_applicable_says_nothing(self):
        self.make_target(100.0, user=self.colleague)
        self.run_job()
        sales, nothing = self.kpis["sales_plan_completion"], self.specialist
        quarter = [("period", "=", "quarter"), ("date_from", "=", "2025-07-01")]

        def value(*domain):
            figures = self.Figure.with_user(self.director).search(
                [*quarter, ("company_id", "=", self.company.id), *domain]
            )
            self.assertTrue(figures)
            domain = [("id", "in", figures.ids)]
            [[value]] = figures._read_group(domain, [], ["value:avg"])
            return value

        plan = ("kpi_id", "=", sales.id)
        self.assertFalse(self.figure(nothing, code=sales.code).applicable)
        self.assertIs(value(plan, ("user_id", "=", nothing.id)), False, "not 0")
        # Sold without a plan, beside whoever sold half of theirs.
        self.figure(nothing, code=sales.code)._set_kept({"numerator": 70.0})
        self.figure(self.colleague, code=sales.code)._set_kept(
            {"numerator": 50.0, "value": 50.0}
        )
        both = (nothing | self.colleague).ids
        self.assertEqual(value(plan, ("user_id", "in", both)), 50.0)

    def test_a_group_of_two_currencies_says_nothing(self):
        self.run_job()
        company = self.other_company
        company.currency_id = self.env.ref(
            "base.EUR" if company.currency_id.name != "EUR" else "base.CNY"
        )
        kpis = self.kpis["sales_plan_completion"] | self.kpis[VISITS]
        self.Figure._compute(company, self.quarter, kpis, self.specialist, self.team)
        found = self.Figure.search(
            [
                ("period", "=", "quarter"),
                ("date_from", "=", "2025-07-01"),
                ("subject", "=", "person"),
                ("user_id", "=", self.specialist.id),
                ("kpi_id", "in", kpis.ids),
            ]
        )
        found._set_kept({"numerator": 5.0, "denominator": 10.0, "applicable": True})
        groups = self.Figure._read_group(
            [("id", "in", found.ids)],
            ["kpi_id"],
            ["value:avg", "numerator:sum", "denominator:sum", "__count"],
        )
        values = {kpi.code: tuple(numbers) for kpi, *numbers in groups}
        self.assertEqual(values[VISITS], (50.0, 10.0, 20.0, 2))
        self.assertEqual(
            values["sales_plan_completion"], (False, False, False, 2), "no CNY and EUR"
        )
        [[both]] = self.Figure._read_group(
            [("id", "in", found.ids)], [], ["numerator:sum"]
        )
        self.assertFalse(both, "nor amounts and visits")

    def test_of_two_companies_each_with_its_team(self):
        """A manager of the other company's team reads what is of that company."""
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        other = self.env["crm.team"].create(
            {
                "name": "KA elsewhere",
                "company_id": self.other_company.id,
                "is_key_account": True,
            }
        )
        self.specialist.company_ids |= self.other_company
        self.env["crm.team.member"].create(
            {"crm_team_id": other.id, "user_id": self.specialist.id}
        )
        kpi = self.kpis[VISITS]
        for company in (self.company, self.other_company):
            self.Figure._compute(
                company, self.quarter, kpi, self.specialist, self.env["crm.team"]
            )
        found = {
            figure.company_id: figure.team_id
            for figure in self.Figure.search(
                [
                    ("user_id", "=", self.specialist.id),
                    ("kpi_id", "=", kpi.id),
                    ("period", "=", "quarter"),
                ]
            )
        }
        self.assertEqual(found, {self.company: self.team, self.other_company: other})

    def test_of_sales_support_in_the_team_that_they_support(self):
        """Whoever may appraise them reads their figures, too."""
        self.team.key_account_support_ids = self.support
        self.assertFalse(self.support.sale_team_id)
        kpi, none = self.kpis[VISITS], self.env["crm.team"]
        self.Figure._compute(self.company, self.quarter, kpi, self.support, none)
        figure = self.figure(self.support)
        self.assertEqual(figure.team_id, self.team)
        self.assertTrue(figure.with_user(self.manager).has_access("read"))
        self.assertFalse(figure.with_user(self.other_manager).has_access("read"))

    def test_time_over_the_scheduler_is_told_what_is_left(self):
        told = []

        def progress(cron, processed=0, *, remaining=None, deactivate=False):
            told.append(remaining)
            return 0

        self.make_sheet()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", progress):
            self.env["key.account.kpi.sheet"]._cron_keep_scores()
        self.assertEqual(len(told), 1)
        self.assertTrue(told[0], "or it would go on in an hour")

    def test_every_number_opens_its_records(self):
        self.run_job()
        figure = self.figure(self.specialist).with_user(self.specialist)
        for column, number in (("numerator", 1), ("denominator", 2)):
            action = getattr(figure, f"action_open_{column}")()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), number)
            self.assertEqual(found.user_id, self.specialist)
        with self.assertRaisesRegex(AccessError, "not the records behind it"):
            figure.with_user(self.appraiser).action_open_numerator()

    def test_records_that_the_reader_may_not_see(self):
        """The specialist's visits, in an account that is a colleague's by now: the list
        is empty, and says of how many; its manager's says nothing of the kind."""
        self.run_job()
        figure = self.figure(self.specialist)
        for user, seen in ((self.specialist, 0), (self.manager, 2)):
            action = figure.with_user(user).action_open_denominator()
            found = self.env["key.account.visit"].with_user(user)
            self.assertEqual(found.search_count(action["domain"]), seen)
            said = "you may see 0 of 2"
            self.assertEqual(f"({said})" in action["name"], not seen)
            self.assertEqual(said in action.get("help", ""), not seen)

    def test_reading_computes_nothing_and_costs_the_same_for_more(self):
        self.run_job()
        kpi = self.env.registry["key.account.kpi"]
        spec = {
            name: {}
            for name in ("kpi_id", "user_id", "value_display", "numerator_display")
        }

        def cost(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            read = self.Figure.with_user(self.director).web_search_read(
                [], spec, limit=limit
            )
            self.assertEqual(len(read["records"]), limit)
            return self.env.cr.sql_log_count - before

        with patch.object(kpi, "_parts", side_effect=AssertionError("computed")):
            cost(2)
            self.assertEqual(cost(2), cost(20))

    def test_asked_for_now(self):
        self.run_job()
        figure = self.figure(self.specialist)
        self.plan_another()
        with freeze_time(LATER):
            figure.with_user(self.specialist).action_compute_now()
        self.assertEqual(self.numbers(self.specialist)[:2], (1, 3))
        self.assertEqual(str(figure.computed_at), LATER)
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, figure, "action_compute_now")
        with self.assertRaisesRegex(UserError, "at most 12"):
            self.Figure.search([]).action_compute_now()

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_own_team_and_all(self):
        self.run_job()
        self.env.flush_all()
        foreign = new_test_user(
            self.env,
            "ka_foreign_director",
            groups="key_account.group_director",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        own = self.figure(self.specialist)
        team = self.figure(self.team)
        for user, seen in (
            (self.specialist, own),
            (self.colleague, own.browse()),
            (self.manager, own | team),
            (self.director, own | team),
            (self.appraiser, own | team),
            (self.other_manager, own.browse()),
            (self.support, own.browse()),
            (foreign, own.browse()),
        ):
            companies = user.company_ids.ids
            figures = self.Figure.with_user(user).with_context(
                allowed_company_ids=companies
            )
            found = figures.search([("id", "in", (own | team).ids)])
            self.assertEqual(found, seen, user.name)
        with self.assertRaises(AccessError):
            self.Figure.with_user(self.outsider).search([])

    def test_nobody_writes_figures(self):
        self.run_job()
        figure = self.figure(self.specialist)
        start = {
            "kpi_id": figure.kpi_id.id,
            "company_id": self.company.id,
            "subject": "person",
            "user_id": self.specialist.id,
            "value": 100.0,
        }
        for user in (
            *(self.specialist, self.manager, self.director),
            *(self.appraiser, self.configurator),
        ):
            for call in (
                ("write", {"value": 100.0}),
                ("web_save", {"value": 100.0}, {}),
                ("unlink",),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, figure, *call)
            with self.assertRaises(AccessError):
                self.rpc(user, figure.browse(), "create", start)
        for call in (
            lambda: figure.sudo().write({"value": 100.0}),
            lambda: figure.sudo().create(start),
            lambda: figure.sudo().unlink(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_figures_are_grouped_in_the_list_alone(self):
        """Cards on a telephone stand below each other, without what is not measured."""
        action = self.env.ref("key_account_reports.kpi_figure_action")
        self.assertNotIn("search_default_group", action.context)
        self.assertIn("search_default_applicable", action.context)
        view = self.env.ref("key_account_reports.kpi_figure_view_list")
        self.assertIn('default_group_by="kpi_id"', view.arch)
