from freezegun import freeze_time
from lxml import etree
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import KeyAccountReportsCommon

AFTERWARDS = "2025-10-10 06:00:00"
VISITS = "visit_plan_completion"
REPORTS = "report_timeliness"


@tagged("post_install", "-at_install")
class TestKpiSheet(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(AFTERWARDS))

    def _third_quarter(self):
        """Four visits planned, three held, two of them reported in time; one more
        unplanned."""
        wednesday = "2025-08-13 02:00:00"
        self.in_time = self.hold_visit(
            self.make_visit(wednesday), reported="2025-08-13 04:00:00"
        )
        self.also_in_time = self.hold_visit(
            self.make_visit("2025-08-14 02:00:00"), reported="2025-08-14 08:00:00"
        )
        self.late = self.hold_visit(
            self.make_visit("2025-08-19 02:00:00"), reported="2025-08-25 02:00:00"
        )
        self.missed = self.make_visit("2025-08-20 02:00:00")
        self.unplanned = self.hold_visit(
            self.make_visit("2025-08-21 02:00:00", entered="2025-08-21 06:00:00"),
            held="2025-08-21 06:00:00",
        )

    def _appraised(self, sheet):
        sheet.with_user(self.manager).action_start_self_assessment()
        sheet.with_user(self.manager).action_appraise()
        return sheet

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def test_figures_of_a_person(self):
        self._third_quarter()
        sheet = self.make_sheet().with_user(self.specialist)
        self.assertEqual(self.figures(sheet, VISITS), (3, 4, 75))
        self.assertEqual(self.line(sheet, VISITS).aside, 1)
        self.assertEqual(self.figures(sheet, REPORTS), (2, 4, 50))
        self.assertEqual(self.figures(sheet, "sales_plan_completion"), (0, 0, None))

    def test_a_kpi_put_on_a_sheet_by_hand_has_its_own_target(self):
        """Four of five marks, where 4.5 are asked for, are not four of a hundred."""
        sheet = self.make_sheet()
        for code, target in (
            ("satisfaction", 4.5),
            ("lost_accounts", 0.0),
            ("profile_completeness", 100.0),
        ):
            line = {"kpi_id": self.kpis[code].id, "weight": 10}
            self.rpc(
                self.director, sheet, "write", {"line_ids": [Command.create(line)]}
            )
            self.assertEqual(self.line(sheet, code).default_target, target)
        line = self.line(sheet, "satisfaction")
        self.rpc(self.director, line, "write", {"default_target": 4.0})
        self.assertEqual(line.default_target, 4.0)

    def test_score_shares_out_the_weight_of_what_is_not_applicable(self):
        self._third_quarter()
        sheet = self.make_sheet()
        sales = self.line(sheet, "sales_plan_completion")
        self.assertFalse(sales.applicable)
        self.assertEqual((sales.value_display, sales.score_display), ("n/a", "n/a"))
        self.assertAlmostEqual(sheet.score, (30 * 75 + 20 * 50) / 50)

    def test_empty_quarter_is_not_applicable(self):
        sheet = self.make_sheet()
        self.assertEqual(sheet.score_display, "n/a")
        self.assertFalse(any(sheet.line_ids.mapped("applicable")))

    def test_what_was_confirmed_reads_as_it_did(self):
        """Three of four visits, against no target: 75 % and no points, before and
        after it is confirmed. What was never computed is no zero."""
        self._third_quarter()
        lines = [
            Command.create({"kpi_id": self.kpis[code].id, "default_target": 0.0})
            for code in (VISITS, "lost_accounts")
        ]
        sheet = self.make_sheet(line_ids=lines)
        told = [line.value_display for line in sheet.line_ids]
        self.assertEqual(told, ["75.0 %", "0"])
        self.assertEqual(self.line(sheet, VISITS).score_display, "n/a")
        self._appraised(sheet).with_user(self.director).action_confirm()
        self.assertEqual([line.value_display for line in sheet.line_ids], told)
        kept = {each.kpi_id: each.value_display for each in sheet.snapshot_ids}
        self.assertEqual([kept[line.kpi_id] for line in sheet.line_ids], told)
        lost = Command.create({"kpi_id": self.kpis["lost_accounts"].id})
        form = self.Sheet.new({"line_ids": [lost]})
        self.assertEqual(form.line_ids.value_display, "n/a")

    def test_target_for_a_ratio(self):
        self._third_quarter()
        self.make_target(60, user=self.specialist, kpi=REPORTS)
        line = self.line(self.make_sheet(), REPORTS)
        self.assertEqual((line.value, line.target), (50, 60))
        self.assertAlmostEqual(line.score, 83.3, places=1)

    def test_team_is_sum_by_sum(self):
        self._third_quarter()
        self.account.user_id = self.colleague
        self.hold_visit(self.make_visit("2025-09-01 02:00:00", user=self.colleague))
        team = self.make_sheet(team=self.team)
        self.assertEqual(self.figures(team, VISITS), (4, 5, 80))

    def test_live_until_confirmed(self):
        sheet = self.make_sheet()
        self.assertEqual(self.figures(sheet, VISITS), (0, 0, None))
        self.hold_visit(self.make_visit("2025-08-13 02:00:00"))
        self.assertEqual(self.figures(sheet, VISITS), (1, 1, 100))

    def test_period_is_half_open_in_the_companys_time(self):
        """The quarter lasts from 30 June 16:00 to 30 September 16:00, UTC."""
        sheet = self.make_sheet()
        early = "2025-06-20 00:00:00"
        for start in ("2025-06-30 15:59:59", "2025-09-30 16:00:00"):
            self.make_visit(start, entered=early)
        self.assertEqual(self.figures(sheet, VISITS), (0, 0, None))
        for start in ("2025-06-30 16:00:00", "2025-09-30 15:59:59"):
            self.make_visit(start, entered=early)
        self.assertEqual(self.figures(sheet, VISITS), (0, 2, 0))

    def test_moving_a_visit_does_not_move_it_out_of_the_plan(self):
        sheet = self.make_sheet()
        visit = self.make_visit("2025-08-13 02:00:00")
        with freeze_time("2025-08-12 00:00:00"):
            visit.write(
                {"date_start": "2025-11-13 02:00:00", "date_end": "2025-11-13 03:00:00"}
            )
        self.assertEqual(self.figures(sheet, VISITS), (0, 1, 0))

    def test_not_due_is_not_missed(self):
        self.make_visit("2025-08-13 02:00:00")
        sheet = self.make_sheet()
        with freeze_time("2025-08-13 01:00:00"):
            self.assertEqual(self.figures(sheet, VISITS), (0, 0, None))
        with freeze_time("2025-08-13 02:00:00"):
            self.assertEqual(self.figures(sheet, VISITS), (0, 1, 0))

    def test_customers_cancellation_is_left_out(self):
        sheet = self.make_sheet()
        visits = [self.make_visit(f"2025-08-1{day} 02:00:00") for day in (2, 3)]
        visits[0].action_cancel("We had no car")
        visits[1].action_cancel("Their buyer is ill", by_customer=True)
        self.assertEqual(self.figures(sheet, VISITS), (0, 1, 0))
        wizard = (
            self.env["key.account.visit.reason"]
            .with_user(self.specialist)
            .create(
                {
                    "visit_ids": self.make_visit("2025-08-15 02:00:00").ids,
                    "reason": "Trade fair",
                    "by_customer": True,
                }
            )
        )
        wizard.action_apply()
        self.assertEqual(self.figures(sheet, VISITS), (0, 1, 0))

    def test_nobody_declares_visits_planned_or_excused(self):
        visit = self.make_visit("2025-08-13 02:00:00")
        for name in ("unplanned", "cancelled_by_customer"):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, visit, "write", {name: True})
        with self.assertRaises(AccessError):
            self.rpc(
                self.specialist,
                visit.browse(),
                "create",
                {
                    "key_account_id": self.account.id,
                    "date_start": "2025-08-13 02:00:00",
                    "unplanned": False,
                },
            )

    # ------------------------------------------------------------
    # RECORDS BEHIND THE NUMBERS
    # ------------------------------------------------------------

    def test_every_number_opens_its_records(self):
        self._third_quarter()
        sheet = self.make_sheet().with_user(self.specialist)
        held = self.in_time | self.also_in_time | self.late
        expected = {
            (VISITS, "numerator"): held,
            (VISITS, "denominator"): held | self.missed,
            (VISITS, "aside"): self.unplanned,
            (REPORTS, "numerator"): self.in_time | self.also_in_time,
            (REPORTS, "denominator"): held | self.unplanned,
        }
        for (code, column), records in expected.items():
            line = self.line(sheet, code)
            action = getattr(line, f"action_open_{column}")()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, records, (code, column))
            self.assertEqual(line[column], len(found))

    def test_plan_opens_its_targets(self):
        target = self.make_target(1000, user=self.specialist)
        self.make_target(500, user=self.colleague)
        line = self.line(self.make_sheet(), "sales_plan_completion")
        action = line.action_open_denominator()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), target)
        self.assertEqual(line.denominator, 1000)

    def test_appraiser_sees_figures_but_no_visits(self):
        self._third_quarter()
        line = self.line(self.make_sheet(), VISITS).with_user(self.appraiser)
        self.assertEqual(line.numerator, 3)
        with self.assertRaisesRegex(AccessError, "not the records behind it"):
            line.action_open_numerator()

    # ------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------

    def test_confirming_freezes_the_figures(self):
        self._third_quarter()
        sheet = self._appraised(self.make_sheet())
        sheet.with_user(self.director).action_confirm()
        self.make_visit("2025-08-27 02:00:00")
        self.account.with_user(self.director).team_id = self.plain_team
        self.assertEqual(self.figures(sheet, VISITS), (3, 4, 75))
        self.assertAlmostEqual(sheet.score, 65)
        action = (
            self.line(sheet, VISITS).with_user(self.director).action_open_numerator()
        )
        self.assertEqual(
            self.env["key.account.visit"].search(action["domain"]),
            self.in_time | self.also_in_time | self.late,
        )

    def test_confirmed_figures_are_evidence(self):
        sheet = self._appraised(self.make_sheet())
        sheet.with_user(self.director).action_confirm()
        snapshots = sheet.sudo().snapshot_ids
        self.assertEqual(len(snapshots), 3)
        for call in (
            lambda: snapshots.write({"numerator": 9}),
            lambda: snapshots.unlink(),
            lambda: snapshots.create({"sheet_id": sheet.id}),
            lambda: self.rpc(self.director, snapshots, "write", {"numerator": 9}),
        ):
            with self.assertRaises(AccessError):
                call()
        for call in (
            lambda: self.rpc(self.director, sheet, "write", {"appraisal_comment": "x"}),
            lambda: self.rpc(self.director, sheet.line_ids, "write", {"weight": 1}),
            lambda: self.rpc(
                self.director, sheet, "write", {"line_ids": [Command.clear()]}
            ),
            lambda: self.rpc(self.director, sheet, "unlink"),
            lambda: sheet.line_ids.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                call()

    def test_target_of_a_confirmed_sheet_stays_locked(self):
        target = self.make_target(1000, user=self.specialist)
        target.action_lock()
        self._appraised(self.make_sheet()).with_user(self.director).action_confirm()
        with self.assertRaisesRegex(UserError, "confirmed appraisal"):
            target.action_unlock()

    def test_confirmed_after_the_period_only(self):
        with freeze_time("2025-09-30 15:00:00"):
            sheet = self._appraised(self.make_sheet())
            with self.assertRaisesRegex(UserError, "period lasts"):
                sheet.with_user(self.director).action_confirm()
        with freeze_time("2025-09-30 16:30:00"):
            sheet.with_user(self.director).action_confirm()

    def test_the_screen_says_at_once_that_the_period_is_not_over(self):
        """Not once somebody has answered whether to go on; the company's day counts."""
        sheet = self.make_sheet()
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        for moment, over in (
            ("2025-09-30 15:59:00", False),
            ("2025-09-30 16:00:00", True),
        ):
            with freeze_time(moment):
                sheet.invalidate_recordset(["is_over"])
                self.assertEqual(sheet.is_over, over, moment)
        arch = etree.fromstring(self.Sheet.get_view(view_type="form")["arch"])
        confirm = arch.find(".//header/button[@name='action_confirm']")
        self.assertIn("not is_over", confirm.get("invisible"))

    def test_state_moves_by_its_buttons_only(self):
        sheet = self.make_sheet()
        for user in (self.specialist, self.manager, self.director):
            with self.assertRaises(UserError):
                self.rpc(user, sheet, "write", {"state": "confirmed"})
        with self.assertRaises(UserError):
            sheet.sudo().write({"state": "confirmed"})
        values = {"user_id": self.colleague.id, "company_id": self.company.id}
        for forged, context in (
            ({"state": "confirmed"}, {}),
            ({}, {"default_state": "confirmed"}),
            ({}, {"default_confirmed_by_id": self.director.id}),
        ):
            with self.assertRaises(UserError):
                self.rpc(
                    self.director,
                    self.Sheet,
                    "create",
                    {**values, **forged},
                    context=context,
                )
        made = self.rpc(self.director, self.Sheet, "create", values)
        made = self.Sheet.browse(made)
        self.assertEqual((made.state, made.confirmed_by_id.id), ("draft", False))
        for method in ("action_appraise", "action_confirm"):
            with self.assertRaises(UserError):
                self.rpc(self.director, sheet, method)

    def test_nobody_appraises_themselves(self):
        own = self.make_sheet(user=self.specialist)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, own, "write", {"appraisal_comment": "Splendid"})
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, own.line_ids, "write", {"weight": 99})
        own.with_user(self.specialist).action_start_self_assessment()
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, own, "action_appraise")
        with self.assertRaises(AccessError):
            self.rpc(
                self.director,
                self.Sheet,
                "create",
                {"user_id": self.director.id, "company_id": self.company.id},
            )
        managers = self.make_sheet(user=self.manager, team_id=self.team.id)
        managers.with_user(self.director).action_start_self_assessment()
        with self.assertRaises(AccessError):
            self.rpc(self.manager, managers, "action_appraise")
        team = self.make_sheet(team=self.team)
        team.with_user(self.director).action_start_self_assessment()
        with self.assertRaises(AccessError):
            self.rpc(self.manager, team, "action_appraise")

    def test_self_assessment_is_the_persons(self):
        sheet = self.make_sheet()
        for user in (self.manager, self.director, self.appraiser):
            with self.assertRaises(AccessError):
                self.rpc(user, sheet, "write", {"self_comment": "Poor"})
        self.rpc(self.specialist, sheet, "write", {"self_comment": "Good"})
        self._appraised(sheet)
        with self.assertRaises(UserError):
            self.rpc(self.specialist, sheet, "write", {"self_comment": "Better"})

    def test_managers_appraise_and_others_confirm(self):
        sheet = self._appraised(self.make_sheet())
        with self.assertRaises(AccessError):
            self.rpc(self.manager, sheet, "action_confirm")
        sheet.with_user(self.appraiser).action_confirm()
        self.assertEqual(sheet.confirmed_by_id, self.appraiser)

    def test_returned_for_completion(self):
        sheet = self._appraised(self.make_sheet())
        sheet.with_user(self.manager).action_return()
        self.assertEqual((sheet.state, sheet.appraised_by_id.id), ("draft", False))

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_own_team_and_all(self):
        sheet = self.make_sheet()
        for user in (self.specialist, self.manager, self.director, self.appraiser):
            self.assertTrue(
                sheet.with_user(user).search([("id", "=", sheet.id)]), user.name
            )
        for user in (self.colleague, self.other_manager, self.support):
            self.assertFalse(
                sheet.with_user(user).search([("id", "=", sheet.id)]), user.name
            )
            self.assertFalse(
                self.env["key.account.kpi.sheet.line"]
                .with_user(user)
                .search([("sheet_id", "=", sheet.id)])
            )
        self.team.key_account_manager_ids |= self.other_manager
        self.env.flush_all()
        self.assertTrue(
            sheet.with_user(self.other_manager).search([("id", "=", sheet.id)])
        )

    def test_other_companys_director_sees_nothing(self):
        sheet = self.make_sheet()
        foreign = new_test_user(
            self.env,
            "ka_foreign_director",
            groups="key_account.group_director",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        sheets = self.Sheet.with_user(foreign).with_context(
            allowed_company_ids=self.other_company.ids
        )
        self.assertFalse(sheets.search([("id", "=", sheet.id)]))

    def test_manager_opens_sheets_of_own_people_only(self):
        self.assertTrue(
            self.rpc(
                self.manager,
                self.Sheet,
                "create",
                {"user_id": self.specialist.id, "company_id": self.company.id},
            )
        )
        with self.assertRaises(AccessError):
            self.rpc(
                self.other_manager,
                self.Sheet,
                "create",
                {"user_id": self.colleague.id, "company_id": self.company.id},
            )

    # ------------------------------------------------------------
    # OPENING SHEETS
    # ------------------------------------------------------------

    def test_set_of_the_role(self):
        sheet = self.make_sheet()
        self.assertEqual(sheet.set_id.role, "specialist")
        self.assertEqual(sheet.line_ids.mapped("weight"), [50, 30, 20])
        self.assertEqual(self.make_sheet(team=self.team).set_id.role, "team")

    def test_one_sheet_per_person_and_period(self):
        self.make_sheet()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.make_sheet(date="2025-07-01")

    def test_form(self):
        with Form(self.Sheet.with_user(self.director)) as form:
            form.user_id = self.specialist
            form.set_id = self.sets["specialist"]
            self.assertEqual(len(form.line_ids), 3)
        self.assertEqual(form.record.team_id, self.team)
        self.assertEqual(len(form.record.line_ids), 3)

    def test_wizard_opens_what_is_missing(self):
        self.make_sheet()
        self.make_sheet(user=self.colleague)
        wizard = (
            self.env["key.account.kpi.open.sheets"]
            .with_user(self.director)
            .create({"company_id": self.company.id, "date": "2025-07-02"})
        )
        self.assertEqual(wizard.team_ids, self.team)
        wizard.action_open()
        sheets = self.Sheet.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            sheets.user_id, self.specialist | self.colleague | self.manager
        )
        self.assertEqual(len(sheets), 4)
        wizard.action_open()
        self.assertEqual(
            self.Sheet.search_count([("company_id", "=", self.company.id)]), 4
        )

    # ------------------------------------------------------------
    # PERFORMANCE
    # ------------------------------------------------------------

    def test_queries_do_not_grow_with_people(self):
        def people(count, prefix):
            return self.env["res.users"].concat(
                *(
                    self._user(f"{prefix}_{index}", "key_account.group_specialist")
                    for index in range(count)
                )
            )

        def queries(users):
            sheets = self.Sheet.browse(
                [self.make_sheet(user=user).id for user in users]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sheets.mapped("score_display")
            return self.env.cr.sql_log_count - before

        self._third_quarter()
        queries(people(2, "warm"))
        small, large = queries(people(2, "small")), queries(people(20, "large"))
        self.assertLessEqual(large, small)
        self.assertLess(small, 30)
