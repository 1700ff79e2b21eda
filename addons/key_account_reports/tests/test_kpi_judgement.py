from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import KeyAccountReportsCommon

AFTERWARDS = "2025-10-10 06:00:00"


class JudgementCase(KeyAccountReportsCommon):
    """A supporter, judged by the leader of the team (60) and HR (40); a specialist who
    is measured by two KPIs and judged by one, by the director (60) and HR (40)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(AFTERWARDS))
        cls.general_manager.group_ids = cls.env.ref("key_account.group_manager")
        judged = cls.sets["specialist"].copy({"name": "With judgement"})
        judged.line_ids[-1:].kpi_id = cls.kpis["archive_quality"]
        judged.appraiser_ids = [
            Command.create(
                {"role": "director", "weight": 60, "user_id": cls.director.id}
            ),
            Command.create({"role": "hr", "weight": 40, "user_id": cls.appraiser.id}),
        ]
        cls.judged_set = judged
        support = cls.env.ref("key_account_reports.kpi_set_support")
        support.appraiser_ids.filtered(
            lambda each: each.role == "hr"
        ).user_id = cls.appraiser
        cls.Judgement = cls.env["key.account.kpi.judgement"]

    def asked(self, user=None, **vals):
        """A sheet that is with its appraisers."""
        user = user or self.specialist
        if user == self.specialist:
            vals.setdefault("set_id", self.judged_set.id)
        sheet = self.make_sheet(user=user, **vals)
        sheet.with_user(user).action_start_self_assessment()
        sheet.with_user(user).action_ask_appraisers()
        return sheet

    def rows(self, sheet, user):
        """The rows of one appraiser, as they see them."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Judgement.with_user(user).search(
            [("sheet_id", "=", sheet.id), ("user_id", "=", user.id)], order="sequence"
        )

    def level(self, kpi, points):
        return kpi.level_ids.filtered(lambda level: level.points == points)

    def judge(self, sheet, user, points, give=True):
        rows = self.rows(sheet, user).filtered("line_id")
        for row in rows:
            row.level_id = self.level(row.kpi_id, points)
        if give:
            rows.appraiser_id.action_give()
        return rows


@tagged("post_install", "-at_install")
class TestKpiJudgement(JudgementCase):
    # ------------------------------------------------------------
    # WHO JUDGES
    # ------------------------------------------------------------

    def test_when_all_have_given_theirs_it_stands_in_the_managers_day(self):
        def waits():
            self.env.flush_all()
            self.env.invalidate_all()
            home = self.env["key.account.home"].with_user(self.manager)
            return {tile["key"]: tile["count"] for tile in home.read_tiles()}.get(
                "sheets_to_appraise"
            )

        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        self.assertFalse(waits(), "human resources have not said theirs")
        self.judge(sheet, self.appraiser, 80)
        self.assertEqual(waits(), 1)
        sheet.with_user(self.manager).action_appraise()
        self.assertFalse(waits())

    def test_asked_are_the_roles_of_the_set(self):
        sheet = self.asked()
        seats = sheet.appraiser_ids
        self.assertEqual(
            [(seat.role, seat.user_id, seat.weight) for seat in seats],
            [("director", self.director, 60), ("hr", self.appraiser, 40)],
        )
        for seat in seats:
            about = seat.judgement_ids.mapped("about")
            self.assertEqual(about, ["Archive quality", "On the whole"])
        self.assertEqual(sheet.activity_ids.user_id, self.director | self.appraiser)

    def test_supporter_by_leader_and_hr(self):
        sheet = self.asked(self.support)
        self.assertEqual(sheet.team_id, self.team)
        self.assertEqual(sheet.appraiser_ids.user_id, self.manager | self.appraiser)
        self.assertEqual(
            sheet.line_ids.kpi_id.mapped("code"),
            ["skill", "research", "problem_solving", "innovation"],
        )

    def test_nobody_appraises_themselves(self):
        """Whoever has the role and is measured is passed over."""
        self.judged_set.appraiser_ids.user_id = False
        sheet = self.Sheet.with_user(self.appraiser).create(
            {
                "company_id": self.company.id,
                "date": "2025-08-15",
                "user_id": self.director.id,
                "team_id": self.team.id,
                "set_id": self.judged_set.id,
            }
        )
        sheet.action_start_self_assessment()
        sheet.action_ask_appraisers()
        self.assertNotIn(self.director, sheet.appraiser_ids.user_id)

    def test_nobody_to_ask(self):
        self.judged_set.appraiser_ids.unlink()
        sheet = self.make_sheet(set_id=self.judged_set.id)
        sheet.with_user(self.specialist).action_start_self_assessment()
        with self.assertRaisesRegex(UserError, "nobody appraises it"):
            sheet.with_user(self.specialist).action_ask_appraisers()
        self.assertEqual(sheet.state, "self_assessment")

    def test_judged_sheets_are_handed_over_first(self):
        sheet = self.make_sheet(set_id=self.judged_set.id)
        sheet.with_user(self.manager).action_start_self_assessment()
        with self.assertRaisesRegex(UserError, "With the appraisers"):
            sheet.with_user(self.manager).action_appraise()

    # ------------------------------------------------------------
    # WHAT IT COMES TO
    # ------------------------------------------------------------

    def test_score_is_the_weighted_mean(self):
        sheet = self.asked()
        line = self.line(sheet, "archive_quality")
        self.judge(sheet, self.director, 80)
        self.assertFalse(line.applicable, "one is missing")
        self.judge(sheet, self.appraiser, 60)
        self.assertFalse(line.applicable, "not appraised yet")
        sheet.with_user(self.manager).action_appraise()
        self.assertEqual((line.score, line.value), (72, 72))
        self.assertEqual((line.numerator_display, line.denominator_display), ("", ""))
        self.assertEqual(sheet.score, 72)
        self.assertFalse(sheet.activity_ids)

    def test_left_out_with_a_reason(self):
        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        rows = self.rows(sheet, self.appraiser).filtered("line_id")
        with self.assertRaisesRegex(UserError, "Archive quality"):
            rows.appraiser_id.action_give()
        rows.remark = "Saw no file of theirs."
        rows.appraiser_id.action_give()
        sheet.with_user(self.manager).action_appraise()
        self.assertEqual(self.line(sheet, "archive_quality").score, 80)

    def test_nobody_judged(self):
        sheet = self.asked()
        for user in (self.director, self.appraiser):
            rows = self.rows(sheet, user)
            rows.remark = "Not to be judged."
            rows.appraiser_id.action_give()
        sheet.with_user(self.manager).action_appraise()
        line = self.line(sheet, "archive_quality")
        self.assertFalse(line.applicable)
        self.assertEqual(line.score_display, "n/a")

    def test_the_persons_own_level_counts_nowhere(self):
        sheet = self.make_sheet(set_id=self.judged_set.id)
        sheet.with_user(self.specialist).action_start_self_assessment()
        own = self.rows(sheet, self.specialist)
        self.assertEqual(len(own), 3)
        row = own.filtered(lambda row: row.kind == "judged")
        row.level_id = self.level(row.kpi_id, 100)
        (own - row)[:1].remark = "The fair was called off."
        sheet.with_user(self.specialist).action_ask_appraisers()
        seen = self.rows(sheet, self.director).filtered("line_id")
        self.assertIn("Excellent", seen.self_level)
        self.judge(sheet, self.director, 30)
        self.judge(sheet, self.appraiser, 30)
        sheet.with_user(self.manager).action_appraise()
        self.assertEqual(self.line(sheet, "archive_quality").score, 30)

    def test_beside_what_is_computed_stands_its_result(self):
        """Where nobody chooses a level, the person sees what they speak of."""
        sheet = self.make_sheet(set_id=self.judged_set.id)
        own = sheet.with_user(self.specialist)
        own.action_start_self_assessment()
        for row in own.self_judgement_ids:
            computed = row.kind != "judged"
            result = row.line_id.value_display if computed else ""
            self.assertEqual((row.result, bool(row.result)), (result, computed))
        kinds = set(own.self_judgement_ids.mapped("kind"))
        self.assertGreater(len(kinds), 1)
        self.assertIn("judged", kinds)

    def test_going_on_without_one(self):
        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        with self.assertRaisesRegex(UserError, "Ka Appraiser"):
            sheet.with_user(self.manager).action_appraise()
        with self.assertRaises(UserError):
            sheet.with_user(self.director).action_appraise()
        with self.assertRaises(AccessError):
            sheet.with_user(self.manager).missing_reason = "Away"
        sheet.with_user(self.director).missing_reason = "Ill until November."
        with self.assertRaises(UserError):
            sheet.with_user(self.manager).action_appraise()
        sheet.with_user(self.director).action_appraise()
        self.assertEqual(sheet.state, "appraised")
        self.assertEqual(self.line(sheet, "archive_quality").score, 80)

    def test_standing_in(self):
        """Another director appraises instead; what the first had begun is gone."""
        other = self._user("ka_director_2", "key_account.group_director")
        sheet = self.asked()
        self.judge(sheet, self.director, 30, give=False)
        seat = sheet.appraiser_ids[0]
        with self.assertRaises(AccessError):
            seat.with_user(self.manager).action_take_over()
        seat.with_user(other).action_take_over()
        self.assertEqual(seat.user_id, other)
        self.assertFalse(seat.judgement_ids.level_id)
        self.assertFalse(self.rows(sheet, self.director))
        self.judge(sheet, other, 80)
        self.assertEqual(sheet.activity_ids.user_id, self.appraiser)

    def test_standing_in_twice(self):
        """Who appraises already, or is measured, appraises instead of nobody."""
        group = self.env.ref("key_account.group_director")
        self.appraiser.group_ids |= group
        self.specialist.group_ids |= group
        sheet = self.asked()
        seat = sheet.appraiser_ids[0]
        for user in (self.appraiser, self.specialist):
            with self.assertRaises(AccessError):
                seat.with_user(user).action_take_over()
        self.assertEqual(seat.user_id, self.director)

    # ------------------------------------------------------------
    # BACK AND FOR GOOD
    # ------------------------------------------------------------

    def test_returned_it_is_given_anew(self):
        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        sheet.with_user(self.manager).action_return()
        self.assertFalse(sheet.appraiser_ids.filtered("given_on"))
        self.assertFalse(sheet.activity_ids)
        sheet.with_user(self.specialist).action_start_self_assessment()
        sheet.with_user(self.specialist).action_ask_appraisers()
        rows = self.rows(sheet, self.director).filtered("line_id")
        self.assertEqual(rows.points, 80, "what was judged is there, to be changed")
        self.assertFalse(rows.given)

    def test_confirmed_it_stays(self):
        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        self.judge(sheet, self.appraiser, 60)
        sheet.with_user(self.manager).action_appraise()
        sheet.with_user(self.director).action_confirm()
        kpi = self.kpis["archive_quality"]
        self.level(kpi, 80).with_user(self.configurator).points = 10
        self.judged_set.appraiser_ids.weight = 1
        self.env.invalidate_all()
        line = self.line(sheet, "archive_quality")
        self.assertEqual((line.score, sheet.score), (72, 72))
        snapshot = sheet.snapshot_ids.filtered(lambda each: each.kpi_id == kpi)
        said = [
            (each["role"], each["level"], each["points"])
            for each in snapshot.judgements
        ]
        self.assertIn(("director", "Good", 80), said)
        self.assertIn(("hr", "Sufficient", 60), said)
        self.assertFalse(snapshot.records)
        action = line.with_user(self.specialist).action_open_numerator()
        found = self.Judgement.with_user(self.specialist).search(action["domain"])
        self.assertEqual(found.mapped("points"), [80, 60])

    def test_level_changed_while_the_sheet_runs(self):
        """What was judged keeps the points it was judged by."""
        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        self.level(self.kpis["archive_quality"], 80).points = 81
        self.judge(sheet, self.appraiser, 60)
        sheet.with_user(self.manager).action_appraise()
        self.assertEqual(self.line(sheet, "archive_quality").score, 72)

    # ------------------------------------------------------------
    # THE CATALOGUE
    # ------------------------------------------------------------

    def test_sets_weigh_hundred(self):
        for role in ("specialist", "manager", "support", "team"):
            kpi_set = self.env.ref(f"key_account_reports.kpi_set_{role}")
            self.assertEqual(kpi_set.weight, 100, role)
            for line in kpi_set.line_ids:
                self.assertEqual(line.default_target, line.kpi_id.default_target)

    def test_every_judged_kpi_has_described_levels(self):
        judged = self.env["key.account.kpi"].search([("kind", "=", "judged")])
        self.assertEqual(len(judged), 8)
        for kpi in judged:
            self.assertIn(len(kpi.level_ids), (4, 5), kpi.code)
            self.assertTrue(all(kpi.level_ids.mapped("description")))

    def test_a_judged_kpi_of_ones_own(self):
        KPI = self.env["key.account.kpi"].with_user(self.configurator)
        kpi = KPI.create({"name": "Team spirit", "code": "spirit", "kind": "judged"})
        with self.assertRaises(ValidationError):
            kpi.kind = "ratio"
        with self.assertRaisesRegex(ValidationError, "judged by"):
            self.kpis["report_timeliness"].with_user(self.configurator).kind = "judged"
        with self.assertRaisesRegex(ValidationError, "measured"):
            self.env["key.account.kpi.level"].create(
                {
                    "kpi_id": self.kpis["visit_plan_completion"].id,
                    "name": "Good",
                    "points": 80,
                    "description": "In time.",
                }
            )
        with self.assertRaisesRegex(ValidationError, "no target"):
            self.make_target(80, user=self.specialist, kpi="archive_quality")

    def test_no_figures_are_stored(self):
        Figure = self.env["key.account.kpi.figure"]
        self.assertFalse(
            [each for each in Figure._portions() if each.kpi.kind == "judged"]
        )
        sheet = self.asked()
        sheet.action_measure_now()
        self.assertFalse(Figure.search([("kpi_id.kind", "=", "judged")]))

    def test_level_in_use_is_archived(self):
        sheet = self.asked()
        self.judge(sheet, self.director, 80)
        level = self.level(self.kpis["archive_quality"], 80)
        with self.assertRaisesRegex(UserError, "Archive the level"):
            level.with_user(self.configurator).unlink()
        level.with_user(self.configurator).active = False
        self.assertEqual(sheet.judgement_ids.filtered("level_id").level_name, "Good")

    def test_a_level_is_read_in_the_readers_language(self):
        """As long as it is called what it was; else as it was called then."""
        self.env["res.lang"]._activate_lang("zh_CN")
        sheet = self.asked()
        level = self.level(self.kpis["archive_quality"], 80)
        level.with_context(lang="zh_CN").name = "良好"
        row = self.rows(sheet, self.director).filtered("line_id")[:1]
        row.with_context(lang="zh_CN").level_id = level.with_context(lang="zh_CN")
        row.with_context(lang="zh_CN").flush_recordset()
        self.env.invalidate_all()
        self.assertEqual(row.level_name, "良好")
        self.assertEqual(row.level_words, "Good")
        level.with_context(lang="zh_CN").name = "不错"
        self.assertEqual(row.level_words, "良好")

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    def test_forms(self):
        sheet = self.make_sheet(set_id=self.judged_set.id)
        sheet.with_user(self.specialist).action_start_self_assessment()
        self.env.flush_all()
        self.env.invalidate_all()
        with Form(sheet.with_user(self.specialist)) as form:
            with form.self_judgement_ids.edit(2) as row:
                row.level_id = self.level(self.kpis["archive_quality"], 100)
                row.remark = "All files are up to date."
        sheet.with_user(self.specialist).action_ask_appraisers()
        self.env.invalidate_all()
        seat = sheet.appraiser_ids[0].with_user(self.director)
        with Form(seat) as form:
            with form.judgement_ids.edit(0) as row:
                row.level_id = self.level(self.kpis["archive_quality"], 60)
        seat.action_give()
        action = self.env.ref("key_account_reports.kpi_seat_action")
        self.assertEqual(action.res_model, seat._name)

    def test_work_list_costs_the_same_for_ten_times_as_many(self):
        def cost(users):
            for user in users:
                self.asked(user, set_id=self.judged_set.id)
            self.env.flush_all()
            self.env.invalidate_all()
            spec = {
                name: {"fields": {"display_name": {}}}
                if name in ("person_id", "team_id", "user_id")
                else {}
                for name in (
                    *("person_id", "team_id", "user_id", "date_from", "date_to"),
                    *("role", "asked_on", "given_on", "state"),
                )
            }
            seats = self.env["key.account.kpi.sheet.appraiser"].with_user(self.director)
            domain = [
                *(("user_id", "=", self.director.id), ("given_on", "=", False)),
                ("state", "=", "appraisal"),
                ("person_id", "in", users.ids),
            ]
            before = self.env.cr.sql_log_count
            found = seats.web_search_read(domain, spec)
            self.assertEqual(found["length"], len(users))
            return self.env.cr.sql_log_count - before

        def people(count, prefix):
            users = [
                self._user(f"{prefix}_{index}", "key_account.group_specialist")
                for index in range(count)
            ]
            return self.env["res.users"].union(*users)

        cost(people(1, "warm"))
        small, large = cost(people(1, "small")), cost(people(10, "large"))
        self.assertLessEqual(large, small)
