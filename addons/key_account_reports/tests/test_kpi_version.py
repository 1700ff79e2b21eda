from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .outcome_common import VISITS, OutcomeCommon


@tagged("post_install", "-at_install")
class TestKpiVersion(OutcomeCommon):
    def reopen(self, sheet, by=None, reason="A visit was entered twice"):
        sheet.with_user(by or self.director).action_reopen(reason)
        self.env.flush_all()
        self.env.invalidate_all()
        return sheet

    def again(self, sheet):
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet.with_user(self.director), f"action_{step}")()
        self.env.flush_all()
        self.env.invalidate_all()
        return sheet

    # ------------------------------------------------------------
    # REOPENING
    # ------------------------------------------------------------

    def test_a_new_version_begins(self):
        sheet = self.confirmed(50)
        sheet.with_user(self.specialist).action_acknowledge_with_remark("Too low")
        sheet.with_user(self.director).action_talked_over()
        first = sheet.result_id
        training = sheet.outcome_ids.filtered(lambda each: each.kind == "training")
        training.with_user(self.director).action_accept("In November")
        self.reopen(sheet)
        self.assertEqual((sheet.state, sheet.version), ("draft", 2))
        self.assertFalse(
            sheet.result_id
            or sheet.grade_id
            or sheet.confirmed_by_id
            or sheet.acknowledgement
            or sheet.talked_by_id
        )
        self.assertEqual(len(sheet.snapshot_ids), 1)
        states = {each.kind: each.state for each in sheet.outcome_ids}
        self.assertEqual(
            states, {"verbal_warning": "withdrawn", "training": "accepted"}
        )
        self.assertTrue(training.is_former)
        [version] = sheet.version_ids
        self.assertEqual(
            (version.version, version.reopened_by_id, version.reason),
            (1, self.director, "A visit was entered twice"),
        )
        self.assertEqual(version.result_id, first)
        self.assertEqual(version.score, 50)
        self.assertEqual(version.confirmed_by_id, self.director)
        self.assertEqual(
            (version.acknowledgement, version.acknowledgement_remark),
            ("remark", "Too low"),
        )
        self.assertEqual(version.talked_by_id, self.director)
        self.assertEqual(version.snapshot_ids, sheet.snapshot_ids)
        self.assertEqual(version.outcome_ids, sheet.outcome_ids)
        self.assertIn(
            "A visit was entered twice", "".join(sheet.message_ids.mapped("body"))
        )

    def test_both_versions_keep_their_figures(self):
        """The figures of the new version are computed anew; those of the first stay."""
        sheet = self.confirmed(50)
        self.make_visit("2025-08-20 02:00:00")
        self.assertEqual(self.figures(sheet, VISITS), (1, 1, 100))
        self.reopen(sheet)
        self.assertEqual(self.line(sheet, VISITS).value, 50)
        self.again(sheet)
        first, second = sheet.snapshot_ids.sorted("version")
        self.assertEqual((first.version, first.value, first.score), (1, 100, 50))
        self.assertEqual((second.version, second.value, second.score), (2, 50, 25))
        self.assertEqual(second.value_display, "50.0 %")
        self.assertEqual(second.numerator_display, "1")
        self.assertEqual(second.denominator_display, "2")
        self.assertEqual(self.line(sheet, VISITS).value, 50)
        self.assertEqual(sheet.result_id.version, 2)
        results = self.env["key.account.kpi.result"].search(
            [("sheet_id", "=", sheet.id)], order="version"
        )
        self.assertEqual(results.mapped("score"), [50, 25])
        self.assertEqual(sheet.version_ids.snapshot_ids, first)
        now = sheet.outcome_ids.filtered(lambda each: each.version == 2)
        self.assertEqual(
            now.sorted("id").mapped("kind"), ["verbal_warning", "training"]
        )
        self.assertEqual(set(now.mapped("state")), {"proposed"})

    def test_by_the_job_too(self):
        """The stored figures of a reopened sheet are released, and closed again."""
        sheet = self.confirmed(50)
        Figure = self.env["key.account.kpi.figure"]
        self.make_visit("2025-08-20 02:00:00")
        arguments = (
            self.company,
            sheet._period(),
            self.kpis[VISITS],
            self.specialist,
            self.team,
        )

        def stored():
            Figure._compute(*arguments)
            return Figure._of_sheets(sheet, self.kpis[VISITS])[
                sheet, self.kpis[VISITS].id
            ].value

        self.assertEqual(stored(), 100)
        self.reopen(sheet)
        self.assertEqual(stored(), 50)
        self.again(sheet)
        self.make_visit("2025-08-21 02:00:00")
        self.assertEqual(stored(), 50)

    def test_a_quarter_of_a_confirmed_year(self):
        """What a year's confirmation has closed is open for the quarter's sheet that
        was reopened, and for nobody else's."""
        quarter = self.confirmed(50)
        with freeze_time("2026-01-10 06:00:00"):
            year = self.appraised(100, period="year")
            year.with_user(self.director).action_confirm()
            self.make_visit("2025-08-20 02:00:00")
            self.reopen(quarter)
            self.assertEqual(self.line(quarter, VISITS).value, 50)
            self.assertEqual(self.line(year, VISITS).value, 100)
            closed = self.env["key.account.kpi.figure"]._closed(
                self.company, year._period()
            )
            self.assertIn(("res.users", self.specialist.id), closed)

    def test_only_the_standing_version_counts_as_the_one_before(self):
        first = self.confirmed(50, date="2025-05-15")
        self.reopen(first)
        self.assertFalse(self.confirmed(50).again)

    def test_who_reopens_is_told_of_the_second_in_a_row(self):
        """The later one was confirmed as the second: what follows from that stands, and
        whoever reopens the first reads it before and after."""
        first = self.confirmed(50, date="2025-05-15")
        second = self.confirmed(50)
        self.assertTrue(second.again)
        act = self.env["key.account.kpi.act"].with_user(self.director)
        act = act.create({"sheet_id": first.id, "act": "reopen", "words": "Twice"})
        name = second.with_user(self.director).display_name
        self.assertIn(f"{name} was confirmed as the second in a row", act.warning)
        act.action_apply()
        told = first.message_ids.filtered(lambda m: name in (m.body or ""))
        self.assertEqual(len(told), 1)
        # By now the second one hangs on nothing; nor does the first on the second.
        for sheet, words in ((second, False), (self.again(first), True)):
            act = act.create({"sheet_id": sheet.id, "act": "reopen"})
            self.assertEqual(bool(act.warning), words)
        for outcome in second.outcome_ids.with_user(self.director):
            outcome.action_decline("The first was wrong")
        act = act.create({"sheet_id": first.id, "act": "reopen"})
        self.assertFalse(act.warning)
        other = act.with_user(self.specialist).create({"sheet_id": first.id})
        self.assertFalse(other.warning)

    def test_who_confirms_an_earlier_one_is_told_of_the_later_one(self):
        """Failed in the second quarter and, a quarter later, again: what was confirmed
        in another order than that is told to whoever confirms the earlier one."""
        third = self.confirmed(50)
        self.assertFalse(third.again)

        def told(sheet, words):
            name = third.with_user(self.director).display_name
            bodies = sheet.message_ids.mapped("body")
            return len([body for body in bodies if f"{name} was {words}" in body])

        second = self.confirmed(50, date="2025-05-15")
        self.assertEqual(told(second, "confirmed before"), 1)
        self.reopen(third)
        self.assertTrue(self.again(third).again)
        self.reopen(second)
        self.assertEqual(told(second, "confirmed as the second"), 1)
        second.line_ids.with_user(self.director).default_target = 100
        self.assertEqual(self.again(second).grade_name, "Good")
        self.assertEqual(told(second, "confirmed as the second"), 2)
        # As it was when the later one was confirmed: there is nothing to tell.
        self.reopen(third)
        self.assertFalse(self.again(third).again)
        self.reopen(second)
        self.again(second)
        self.assertEqual(told(second, "confirmed as the second"), 2)
        self.assertEqual(told(second, "confirmed before"), 1)

    def test_a_quarter_confirmed_between_two(self):
        """Failed twice with a quarter between them that is confirmed as good later."""
        self.hold_visit(
            self.make_visit("2025-02-12 02:00:00", entered="2025-02-01 00:00:00")
        )
        self.confirmed(50, date="2025-02-15")
        third = self.confirmed(50)
        self.assertTrue(third.again)
        second = self.confirmed(95, date="2025-05-15")
        [message] = second.message_ids.filtered(
            lambda each: "it is that no more" in (each.body or "")
        )
        self.assertIn(third.with_user(self.director).display_name, message.body)

    def test_a_quarter_between_two_that_is_not_scored_any_more(self):
        """Failed, good, failed; of the good one nothing is left to measure: what came
        before and after it follow on each other now, and whoever confirms that is
        told."""
        self.hold_visit(
            self.make_visit("2025-02-12 02:00:00", entered="2025-02-01 00:00:00")
        )
        self.confirmed(50, date="2025-02-15")
        second = self.confirmed(95, date="2025-05-15")
        third = self.confirmed(50)
        self.assertFalse(third.again)
        self.reopen(second)
        second.line_ids.with_user(self.director).kpi_id = self.kpis["win_rate"]
        self.assertEqual(self.again(second).grade_name, "n/a")
        [message] = second.message_ids.filtered(
            lambda each: "there is nothing measured in" in (each.body or "")
        )
        self.assertIn(third.with_user(self.director).display_name, message.body)
        self.reopen(third)
        self.assertTrue(self.again(third).again)
        # Nothing follows on the one in between: it says nothing of those after it.
        act = self.env["key.account.kpi.act"].with_user(self.director)
        self.assertFalse(act.create({"sheet_id": second.id, "act": "reopen"}).warning)

    # ------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------

    def decide(self, sheet, **acts):
        for outcome in sheet.outcome_ids.with_user(self.director):
            for act in acts.get(outcome.kind, "").split():
                words = {"decline": ["No"], "accept": ["Yes"]}.get(act, [])
                getattr(outcome, f"action_{act}")(*words)

    def standing(self, sheet):
        self.env.invalidate_all()
        return [
            (each.version, each.kind, each.state)
            for each in sheet.outcome_ids.sorted("id")
        ]

    def test_nobody_gets_it_twice(self):
        """A bonus that was paid is not proposed again by the new version; a promotion
        that was declined is."""
        sheet = self.confirmed(95)
        self.assertEqual(self.kinds(sheet), ["bonus"])
        self.decide(sheet, bonus="accept done")
        self.again(self.reopen(sheet))
        self.assertEqual(self.standing(sheet), [(1, "bonus", "done")])
        warned = self.confirmed(50, date="2025-05-15")
        self.decide(warned, verbal_warning="decline", training="accept")
        self.again(self.reopen(warned))
        self.assertEqual(
            self.standing(warned),
            [
                (1, "verbal_warning", "declined"),
                (1, "training", "accepted"),
                (2, "verbal_warning", "proposed"),
            ],
        )
        self.assertFalse(
            warned.outcome_ids.filtered(lambda each: each.kind == "training")
            .sudo()
            .activity_ids
        )

    def test_what_does_not_follow_any_more(self):
        """100 points were 50: the bonus that was accepted is no more due. Whoever
        confirms is reminded, and declines it; what is done stays done."""
        sheet = self.confirmed(100)
        bonus = sheet.outcome_ids.with_user(self.director)
        self.decide(sheet, bonus="accept")
        with self.assertRaises(UserError):
            bonus.action_decline("Not yet reopened")
        self.reopen(sheet)
        self.make_visit("2025-08-20 02:00:00")
        self.again(sheet)
        self.assertEqual(sheet.kept_score, 50)
        self.assertEqual(bonus.sudo().activity_ids.user_id, self.director)
        self.assertEqual(
            self.standing(sheet),
            [
                (1, "bonus", "accepted"),
                (2, "verbal_warning", "proposed"),
                (2, "training", "proposed"),
            ],
        )
        bonus.action_decline("Half of the visits were not held")
        self.assertEqual(bonus.state, "declined")
        self.assertFalse(bonus.sudo().activity_ids)
        done = self.confirmed(100, date="2025-05-15")
        self.decide(done, bonus="accept done")
        self.again(self.reopen(done))
        with self.assertRaises(UserError):
            done.outcome_ids.with_user(self.director).action_decline("Too late")

    def test_a_target_can_be_corrected(self):
        target = self.make_target(50, user=self.specialist, kpi=VISITS)
        target.action_lock()
        sheet = self.confirmed(100)
        self.assertEqual(sheet.kept_score, 120)
        with self.assertRaises(UserError):
            target.action_unlock()
        self.reopen(sheet)
        target.action_unlock()
        target.value = 100
        self.again(sheet)
        self.assertEqual(sheet.kept_score, 100)
        self.assertEqual(sheet.version_ids.score, 120)

    def test_needs_a_reason(self):
        sheet = self.confirmed(50).with_user(self.director)
        for reason in ("", "  ", None, False):
            with self.assertRaisesRegex(UserError, "Say why"):
                sheet.action_reopen(reason)
        action = sheet.with_context(act="reopen").action_open_act()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.director)
            .with_context(**action["context"])
        )
        wizard.words = "A visit is missing"
        wizard.save().action_apply()
        self.assertEqual(sheet.version_ids.reason, "A visit is missing")

    def test_screens(self):
        sheet = self.reopen(self.confirmed(50))
        for user in (self.specialist, self.manager, self.director, self.appraiser):
            with self.subTest(user.name), Form(sheet.with_user(user)) as form:
                self.assertEqual(form.version_count, 1)
            action = sheet.with_user(user).action_open_versions()
            versions = self.env[action["res_model"]].with_user(user)
            found = versions.search(action["domain"])
            self.assertEqual(found.display_name, f"{sheet.display_name} · version 1")
            self.assertEqual(len(found.snapshot_ids), 1)
