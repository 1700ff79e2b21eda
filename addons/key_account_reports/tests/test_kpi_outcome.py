from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.key_account.tests.common import speak_chinese

from .outcome_common import OutcomeCommon


@tagged("post_install", "-at_install")
class TestKpiOutcome(OutcomeCommon):
    # ------------------------------------------------------------
    # GRADE
    # ------------------------------------------------------------

    def test_grade_and_what_follows(self):
        for score, name, kinds in (
            (110, "Outstanding", ["bonus", "promotion"]),
            (95, "Good", ["bonus"]),
            (80, "As expected", []),
            (60, "Needs improvement", ["training"]),
            (59.9, "Failed", ["verbal_warning", "training"]),
        ):
            with self.subTest(score=score), self.cr.savepoint() as point:
                sheet = self.confirmed(score)
                self.assertEqual(sheet.grade_name, name)
                self.assertEqual(self.kinds(sheet), kinds)
                for outcome in sheet.outcome_ids:
                    self.assertEqual(outcome.state, "proposed")
                    self.assertEqual(outcome.user_id, self.specialist)
                point.rollback()
            self.env.invalidate_all()

    def test_nothing_measured_has_no_grade(self):
        line = Command.create({"kpi_id": self.kpis["win_rate"].id, "weight": 10})
        sheet = self.make_sheet(line_ids=[line]).with_user(self.director)
        sheet.action_start_self_assessment()
        sheet.action_appraise()
        sheet.action_confirm()
        self.assertEqual((sheet.grade_name, sheet.result_score), ("n/a", "n/a"))
        self.assertFalse(sheet.grade_id or sheet.outcome_ids)

    def test_graded_as_it_is_shown(self):
        sheet = self.confirmed(79.96)
        self.assertEqual(
            (sheet.result_score, sheet.grade_name), ("80.0", "As expected")
        )

    def test_a_score_reads_alike_wherever_it_is_shown(self):
        """Rounded as it is kept: 6.25 is 6.3, and not 6.2 beside it."""
        sheet = self.confirmed(6.25)
        self.assertAlmostEqual(sheet.line_ids.score, 6.25)
        self.assertEqual(
            (sheet.result_score, sheet.score_display, sheet.kept_score_display),
            ("6.3", "6.3", "6.3"),
        )
        self.assertEqual(sheet.line_ids.score_display, "6.3")

    def test_second_in_a_row(self):
        first = self.confirmed(50, date="2025-05-15")
        self.assertFalse(first.again)
        second = self.confirmed(55)
        self.assertTrue(second.again)
        self.assertEqual(
            self.kinds(second), ["verbal_warning", "training", "demotion", "dismissal"]
        )

    def test_two_periods_confirmed_at_once(self):
        second, first = self.appraised(55), self.appraised(55, date="2025-05-15")
        (second | first).with_user(self.director).action_confirm()
        self.assertEqual((first.again, second.again), (False, True))
        self.assertIn("demotion", self.kinds(second))

    def test_not_in_a_row_after_a_better_period(self):
        self.confirmed(70, date="2025-05-15")
        self.assertEqual(self.kinds(self.confirmed(55)), ["verbal_warning", "training"])

    def test_the_row_goes_on_over_what_was_not_scored(self):
        """Failed in the first quarter and in the third: the second in a row, whether
        the quarter between has no sheet or one in which nothing was measured."""
        self.hold_visit(
            self.make_visit("2025-02-12 02:00:00", entered="2025-02-01 00:00:00")
        )
        self.confirmed(50, date="2025-02-15")
        with self.env.cr.savepoint(flush=True) as point:
            self.assertTrue(self.confirmed(55).again)
            point.rollback()
        self.env.invalidate_all()
        between = self.measured_nothing("2025-05-15")
        self.assertEqual(between.grade_name, "n/a")
        self.assertTrue(self.confirmed(55).again)

    def test_what_was_not_scored_is_second_to_nothing(self):
        self.confirmed(50, date="2025-05-15")
        self.assertFalse(self.measured_nothing("2025-08-15").again)

    def test_companys_own_grades(self):
        grade = self.env["key.account.kpi.grade"].create(
            {
                "name": "Passed",
                "company_id": self.company.id,
                "points": 40,
                "follow_ids": [Command.create({"kind": "pay", "days": 7})],
            }
        )
        # Those for all companies have a grade in between.
        sheet = self.confirmed(70)
        self.assertEqual((sheet.grade_id, self.kinds(sheet)), (grade, ["pay"]))
        self.assertEqual(sheet.outcome_ids.due, date(2025, 10, 17))

    def test_a_copy_of_a_grade_waits(self):
        grade = self.env.ref("key_account_reports.kpi_grade_failed")
        copy = grade.copy({"company_id": self.company.id})
        self.assertFalse(copy.active)
        self.assertEqual(copy.follows_text, grade.follows_text)

    def test_a_team_is_not_warned(self):
        team = self.confirmed(50, team=self.team)
        self.assertEqual(self.kinds(team), ["training"])
        self.assertEqual(team.outcome_ids.team_id, self.team)
        self.assertFalse(team.outcome_ids.user_id)
        self.assertIn(self.team.name, team.outcome_ids.display_name)

    def test_thresholds_changed_later_change_nothing(self):
        sheet = self.confirmed(70)
        grades = self.env["key.account.kpi.grade"].search([])
        improve = self.env.ref("key_account_reports.kpi_grade_improve")
        improve.with_context(lang="en_US").name = "Renamed"
        improve.follow_ids.kind = "pay"
        improve.points = 71
        grades.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(sheet.grade_name, "Needs improvement")
        self.assertEqual(sheet.follows_text, "Training")
        self.assertEqual(sheet.result_id.points, 60)
        self.assertEqual(sheet.result_id.below, 80)
        self.assertEqual(self.kinds(sheet), ["training"])

    # ------------------------------------------------------------
    # DECISION
    # ------------------------------------------------------------

    def test_decided_and_done(self):
        outcome = self.confirmed(70).outcome_ids.with_user(self.appraiser)
        outcome.action_accept("Two days with the quality department")
        self.assertEqual(
            (outcome.state, outcome.decided_by_id, outcome.reason),
            ("accepted", self.appraiser, "Two days with the quality department"),
        )
        self.assertEqual(outcome.decided_on, fields.Datetime.now())
        with self.assertRaises(UserError):
            outcome.action_decline("No")
        outcome.with_user(self.director).action_done()
        self.assertEqual((outcome.state, outcome.done_by_id), ("done", self.director))

    def test_declining_needs_a_reason(self):
        outcome = self.confirmed(70).outcome_ids.with_user(self.director)
        for reason in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Say why"):
                outcome.action_decline(reason)
        outcome.action_decline("Was trained in spring")
        self.assertEqual(outcome.state, "declined")
        with self.assertRaises(UserError):
            outcome.action_done()

    def test_the_person_reads_what_was_decided(self):
        """The words are for them: in their language, and from nobody for themselves."""
        speak_chinese(self.env)
        self.specialist.lang = "zh_CN"
        for act in ("action_accept", "action_decline"):
            date = {"action_accept": "2025-08-15", "action_decline": "2025-05-15"}[act]
            outcome = self.confirmed(70, date=date).outcome_ids
            getattr(outcome.with_user(self.director), act)("Two days in January")
            told = self.env["mail.message"].search(
                [("model", "=", outcome._name), ("res_id", "=", outcome.id)]
            )
            notice = told.filtered(
                lambda note: self.specialist.partner_id in note.notified_partner_ids
            )
            with self.subTest(act):
                self.assertEqual(len(notice), 1)
                self.assertIn("Two days in January", notice.body)

    def test_whoever_confirmed_is_reminded(self):
        outcome = self.confirmed(70, by=self.appraiser).outcome_ids
        activity = outcome.activity_ids
        self.assertEqual(activity.user_id, self.appraiser)
        self.assertEqual(activity.date_deadline, outcome.due)
        self.assertEqual(activity.summary, "Decide what follows")
        outcome.with_user(self.director).action_accept()
        self.assertFalse(outcome.activity_ids)

    def test_withdrawn_reminds_nobody(self):
        sheet = self.confirmed(70)
        outcome = sheet.outcome_ids
        self.assertEqual(outcome.activity_ids.user_id, self.director)
        outcome._withdraw()
        self.assertEqual(outcome.state, "withdrawn")
        self.assertFalse(outcome.activity_ids)

    def test_by_the_wizard(self):
        outcome = self.confirmed(70).outcome_ids.with_user(self.director)
        action = outcome.with_context(act="decline").action_open_act()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.director)
            .with_context(**action["context"])
        )
        wizard.words = "No budget"
        wizard.save().action_apply()
        self.assertEqual((outcome.state, outcome.reason), ("declined", "No budget"))

    # ------------------------------------------------------------
    # ACKNOWLEDGEMENT
    # ------------------------------------------------------------

    def test_acknowledged_by_both(self):
        self.specialist.lang = "en_US"
        sheet = self.confirmed(100, by=self.appraiser)
        own = sheet.with_user(self.specialist)
        activity = sheet.activity_ids
        self.assertEqual(activity.user_id, self.specialist)
        self.assertEqual(activity.summary, "Acknowledge your appraisal")
        self.assertTrue(own.may_acknowledge)
        own.action_acknowledge()
        self.assertEqual(
            (own.acknowledgement, own.acknowledged_by_id, own.acknowledged_on),
            ("agreed", self.specialist, fields.Datetime.now()),
        )
        self.assertFalse(sheet.activity_ids)
        by = sheet.with_user(self.appraiser)
        self.assertTrue(by.may_talk)
        by.action_talked_over()
        self.assertEqual(
            (by.talked_by_id, by.talked_on), (self.appraiser, fields.Datetime.now())
        )
        self.assertFalse(own.may_acknowledge or by.may_talk)

    def test_does_not_agree(self):
        sheet = self.confirmed(100, by=self.appraiser)
        own = sheet.with_user(self.specialist)
        for remark in ("", "   ", None):
            with self.assertRaisesRegex(UserError, "do not agree"):
                own.action_acknowledge_with_remark(remark)
        action = own.with_context(act="remark").action_open_act()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.specialist)
            .with_context(**action["context"])
        )
        wizard.words = "The visit in Wuhan is missing"
        wizard.save().action_apply()
        self.assertEqual(
            (own.acknowledgement, own.acknowledgement_remark),
            ("remark", "The visit in Wuhan is missing"),
        )
        self.assertEqual(sheet.activity_ids.user_id, self.appraiser)
        sheet.with_user(self.appraiser).action_talked_over()
        self.assertFalse(sheet.activity_ids)

    def test_reminder_is_in_the_persons_language(self):
        speak_chinese(self.env)
        self.specialist.lang = "zh_CN"
        sheet = self.appraised(100)
        seen = []
        schedule = type(sheet).activity_schedule

        def spy(sheets, *args, **kwargs):
            seen.append(kwargs["summary"])
            return schedule(sheets, *args, **kwargs)

        self.patch(type(sheet), "activity_schedule", spy)
        sheet.with_user(self.director).with_context(lang="en_US").action_confirm()
        [summary] = seen
        expected = sheet.with_context(lang="zh_CN").env._("Acknowledge your appraisal")
        self.assertEqual(summary, expected)

    def test_team_is_acknowledged_by_its_manager(self):
        sheet = self.confirmed(100, team=self.team)
        self.assertEqual(sheet.activity_ids.user_id, self.manager)
        with self.assertRaises(AccessError):
            sheet.with_user(self.director).action_acknowledge()
        sheet.with_user(self.manager).action_acknowledge()
        self.assertEqual(sheet.acknowledged_by_id, self.manager)

    def test_somebody_else_signs_off_when_whoever_appraised_is_gone(self):
        sheet = self.confirmed(100, by=self.appraiser)
        self.assertFalse(sheet.with_user(self.manager).may_talk)
        other = self._user("ka_other_director", "key_account.group_director")
        self.assertFalse(sheet.with_user(other).may_talk)
        (self.appraiser | self.director).active = False
        self.env.invalidate_all()
        sheet.with_user(other).action_talked_over()
        self.assertEqual(sheet.talked_by_id, other)

    def waiting(self, user):
        """``{key: the sheets that it opens}`` of the user's figures above My Day."""
        self.env.flush_all()
        self.env.invalidate_all()
        home = self.env["key.account.home"].with_user(user)
        found = {}
        for tile in home.read_tiles():
            action = home.open_tile(tile["key"])
            if tile["count"] and action["res_model"] == self.Sheet._name:
                found[tile["key"]] = self.Sheet.search(action["domain"])
        return found

    def test_what_is_to_be_acknowledged_stands_in_my_day(self):
        sheet = self.confirmed(100, by=self.appraiser)
        self.assertEqual(self.waiting(self.specialist), {"acknowledge": sheet})
        for user in (self.colleague, self.manager, self.appraiser):
            self.assertFalse(self.waiting(user))
        sheet.with_user(self.specialist).action_acknowledge_with_remark("Wuhan")
        self.assertFalse(self.waiting(self.specialist))
        self.assertEqual(self.waiting(self.appraiser), {"talk_over": sheet})
        sheet.with_user(self.appraiser).action_talked_over()
        self.assertFalse(self.waiting(self.appraiser))

    def test_what_follows_stands_in_the_day_of_who_decides(self):
        def waits(user):
            self.env.flush_all()
            self.env.invalidate_all()
            home = self.env["key.account.home"].with_user(user)
            counts = {tile["key"]: tile["count"] for tile in home.read_tiles()}
            return counts.get("outcomes", 0)

        users = (self.appraiser, self.director, self.specialist, self.manager)
        before = [waits(user) for user in users]
        outcome = self.confirmed(70, by=self.appraiser).outcome_ids
        after = [waits(user) for user in users]
        new = [now - then for now, then in zip(after, before, strict=True)]
        self.assertEqual(new, [1, 1, 0, 0])
        outcome.with_user(self.appraiser).action_decline("Has been trained already")
        self.assertEqual([waits(user) for user in users], before)

    def test_what_a_team_has_to_say_stands_in_its_managers_day(self):
        sheet = self.appraised(100, team=self.team)
        sheet.with_user(self.director).action_return()
        sheet.with_user(self.director).action_start_self_assessment()
        self.team.user_id = self.manager
        self.assertEqual(self.waiting(self.manager), {"self_assessment": sheet})
        self.assertFalse(self.waiting(self.specialist))
        sheet.with_user(self.director).action_appraise()
        sheet.with_user(self.director).action_confirm()
        self.assertEqual(self.waiting(self.manager), {"acknowledge": sheet})
        self.assertFalse(self.waiting(self.director))

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    def test_everybody_concerned_opens_the_sheet(self):
        sheet = self.confirmed(50)
        for user in (self.specialist, self.manager, self.director, self.appraiser):
            with self.subTest(user.name), Form(sheet.with_user(user)) as form:
                self.assertEqual(form.grade_name, "Failed")
                self.assertEqual(form.follows_text, "Verbal warning, Training")

    def test_lists_of_many_cost_no_more(self):
        def queries(sheets):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sheets.with_user(self.director).web_read(
                {"grade_name": {}, "kept_score_display": {}, "acknowledgement": {}}
            )
            sheets.outcome_ids.with_user(self.director).web_read(
                {"display_name": {}, "state": {}, "due": {}, "may_decide": {}}
            )
            return self.env.cr.sql_log_count - before

        def some(count, prefix):
            sheets = self.Sheet
            for index in range(count):
                user = self._user(f"{prefix}_{index}", "key_account.group_specialist")
                sheets |= self.confirmed(None, user=user)
            self.assertEqual(len(sheets.outcome_ids), count)
            return sheets

        sheets = some(1, "warm")
        queries(sheets)
        small, large = queries(some(2, "small")), queries(some(12, "large"))
        self.assertLessEqual(large, small)

    def test_due_by_the_companys_day(self):
        with freeze_time("2025-10-10 20:00:00"):
            outcome = self.confirmed(70).outcome_ids
        # In Shanghai it is the eleventh.
        self.assertEqual(outcome.due, date(2025, 10, 11) + timedelta(days=60))
