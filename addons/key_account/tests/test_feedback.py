"""Feedback: its clocks, its way, and who judges it."""

from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon

# A Monday at ten; the company works from 8 to 12 and from 13 to 17.
MONDAY = datetime(2026, 3, 2, 10)


class FeedbackCommon(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.grade = "B"
        cls.contact = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.customer.id}
        )

    def _received(self, user=None, moment=MONDAY, **values):
        """A complaint that this person (the specialist) enters as soon as it comes."""
        with freeze_time(moment):
            return (
                self.env["key.account.feedback"]
                .with_user(user or self.specialist)
                .create(
                    {
                        "name": "Bores out of tolerance",
                        "key_account_id": self.account.id,
                        "partner_id": self.contact.id,
                        **values,
                    }
                )
            )

    def _at(self, day, hour, minute=0):
        """A moment of that Monday's week (0) or later."""
        return MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day)

    def _answered(self, feedback, moment):
        with freeze_time(moment):
            feedback.answer_draft = "<p>We measure again.</p>"
            feedback.action_answer()

    def _resolved(self, feedback, moment):
        with freeze_time(moment):
            feedback.root_cause = "Worn reamer"
            feedback.corrective_action = "Tool life is counted"
            feedback.action_resolve()


@tagged("post_install", "-at_install")
class TestFeedback(FeedbackCommon):
    # ---------------------------------------- clocks

    def test_two_clocks_by_kind_and_grade(self):
        """B: a complaint is answered in 8 working hours and resolved in 40."""
        feedback = self._received()
        self.assertEqual(feedback.answer_due, self._at(1, 10))
        self.assertEqual(feedback.resolution_due, self._at(7, 10))
        self.assertEqual(feedback.next_due, feedback.answer_due)
        question = self._received(kind="question")
        self.assertEqual(question.answer_due, self._at(2, 10))

    def test_what_is_not_saved_yet_has_no_name(self):
        """Then the screen says “New” in the reader's language, not the number does."""
        for name in ("key.account.feedback", "key.account.suggestion", "key.account"):
            self.assertFalse(self.env[name].new({}).display_name, name)
        feedback = self._received()
        self.assertEqual(feedback.display_name, f"{feedback.number} {feedback.name}")

    def test_critical_takes_half(self):
        feedback = self._received(severity="critical")
        self.assertEqual(feedback.answer_due, self._at(0, 15))

    def test_what_is_graver_is_never_due_later(self):
        """The importance has become less since: by that no running deadline is moved,
        nor by calling critical what is."""
        self.account.grade = "A"
        feedback = self._received()
        limits = feedback.answer_limit, feedback.resolution_limit
        self.assertEqual(limits, (4, 24))
        self.account.grade = "D"
        feedback.with_user(self.specialist).severity = "critical"
        limits = feedback.answer_limit, feedback.resolution_limit
        self.assertEqual(limits, (4, 24))
        self.account.grade = "A"
        feedback.with_user(self.specialist).name = "It leaks"
        feedback.with_user(self.support).severity = "normal"
        feedback.with_user(self.specialist).severity = "critical"
        limits = feedback.answer_limit, feedback.resolution_limit
        self.assertEqual(limits, (2, 12))

    def test_received_before_it_was_entered(self):
        """The clocks begin when the customer told us; it may be late when entered."""
        feedback = self._received(received_on=self._at(-7, 10))
        self.assertEqual(feedback.answer_due, self._at(-6, 10))
        self.assertEqual(feedback.entered_on, MONDAY)
        with self.assertRaises(ValidationError):
            self._received(received_on=self._at(0, 11))

    def test_waiting_stops_both_clocks(self):
        feedback = self._received()
        with freeze_time(self._at(0, 16)):
            feedback.action_wait("Sends us samples")
        self.assertEqual((feedback.state, feedback.next_due), ("waiting", False))
        # One hour of Monday, eight of Tuesday, two of Wednesday: eleven later.
        with freeze_time(self._at(2, 10)):
            feedback.action_resume()
        self.assertEqual(feedback.answer_due, self._at(2, 14))
        self.assertEqual(feedback.resolution_due, self._at(8, 14))
        self.assertEqual(feedback.next_due, feedback.answer_due)
        self._answered(feedback, self._at(2, 12))
        self.assertTrue(feedback.answer_in_time)
        # 10-12, 13-16 of Monday, 10-12 of Wednesday
        self.assertAlmostEqual(feedback.answer_hours, 7.0)

    def test_waiting_does_not_heal_what_is_late(self):
        feedback = self._received()
        with freeze_time(self._at(1, 11)):
            feedback.action_wait("Sends us samples")
        with freeze_time(self._at(4, 11)):
            feedback.action_resume()
        self.assertEqual(feedback.answer_due, self._at(1, 10))
        self._answered(feedback, self._at(4, 12))
        self.assertFalse(feedback.answer_in_time)

    def test_holidays_do_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Festival",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": self._at(1, 0),
                "date_to": self._at(3, 23),
            }
        )
        feedback = self._received()
        self.assertEqual(feedback.answer_due, self._at(4, 10))
        with freeze_time(self._at(0, 12)):
            feedback.action_wait("Is closed over the festival")
        with freeze_time(self._at(4, 8)):
            feedback.action_resume()
        # Only the afternoon before the festival was waited for.
        self.assertEqual(feedback.answer_due, self._at(4, 15))

    def test_reopening_keeps_both_clocks(self):
        feedback = self._received()
        self._answered(feedback, self._at(0, 12))
        self._resolved(feedback, self._at(0, 15))
        self.assertEqual(feedback.state, "resolved")
        self.assertTrue(feedback.resolution_in_time)
        self.assertAlmostEqual(feedback.resolution_hours, 4.0)
        with freeze_time(self._at(14, 15)):
            feedback.action_reopen("It happened again")
        self.assertEqual((feedback.state, feedback.reopened), ("open", 1))
        self.assertTrue(feedback.answer_in_time)
        self.assertEqual(feedback.answered_on, self._at(0, 12))
        # 36 hours were left on Monday at three, and are left now.
        self.assertEqual(feedback.resolution_due, self._at(21, 10))
        self.assertEqual(feedback.next_due, feedback.resolution_due)
        with freeze_time(self._at(14, 16)):
            feedback.action_resolve()
        self.assertAlmostEqual(feedback.resolution_hours, 5.0)
        kinds = feedback.event_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["receive", "answer", "resolve", "reopen", "resolve"])

    def test_the_first_answer_counts(self):
        feedback = self._received()
        self._answered(feedback, self._at(0, 12))
        self._answered(feedback, self._at(4, 12))
        self.assertEqual(feedback.answered_on, self._at(0, 12))
        self.assertTrue(feedback.answer_in_time)
        self.assertAlmostEqual(feedback.answer_hours, 2.0)

    def test_policy_of_tomorrow_moves_nothing(self):
        feedback = self._received()
        policies = self.env["key.account.policy"].sudo()._own_of(self.company)
        policies.write({"complaint_hours": 1})
        self.account.grade = "A"
        with freeze_time(self._at(0, 11)):
            feedback.action_wait("Sends us samples")
            feedback.action_resume()
        self.assertEqual(feedback.answer_due, self._at(1, 10))

    def test_never_due(self):
        policies = self.env["key.account.policy"].sudo()._own_of(self.company)
        policies.write({"opinion_hours": 0, "opinion_resolution_hours": 0})
        feedback = self._received(kind="opinion")
        self.assertFalse(feedback.next_due)
        self._answered(feedback, self._at(30, 10))
        self.assertTrue(feedback.answer_in_time)

    # ---------------------------------------- way

    def test_the_whole_way(self):
        feedback = self._received()
        self.assertEqual(feedback.user_id, self.specialist)
        with freeze_time(self._at(0, 11)), self.assertRaisesRegex(UserError, "answer"):
            feedback.action_resolve()
        self._answered(feedback, self._at(0, 11))
        self.assertIn("measure again", feedback.answer)
        self.assertFalse(feedback.answer_draft)
        with freeze_time(self._at(0, 12)):
            with self.assertRaisesRegex(UserError, "root cause"):
                feedback.action_resolve()
        self._resolved(feedback, self._at(0, 13))
        with self.assertRaisesRegex(UserError, "is over"):
            feedback.root_cause = "Their drawing"
        # A form sends back what it shows.
        feedback.write({"root_cause": feedback.root_cause})

    def test_two_at_once(self):
        """The second is told so, in words that say which feedback it is about."""
        feedback = self._received()
        locked = patch.object(
            type(feedback), "lock_for_update", side_effect=LockError("locked")
        )
        with locked, self.assertRaisesRegex(UserError, f"on {feedback.number} Bores"):
            feedback.action_wait("Sends us samples")

    def test_question_needs_no_cause(self):
        feedback = self._received(kind="question")
        self._answered(feedback, self._at(0, 11))
        feedback.action_resolve()
        self.assertEqual(feedback.state, "resolved")

    def test_entered_by_hand_for_a_colleague(self):
        feedback = self._received(self.support)
        self.assertEqual(feedback.user_id, self.specialist)
        self.assertEqual(feedback.entered_by_id, self.support)

    def test_by_a_form(self):
        with Form(self.env["key.account.feedback"].with_user(self.specialist)) as form:
            form.name = "Where is our order?"
            form.kind = "question"
            form.key_account_id = self.account
        self.assertEqual(form.record.user_id, self.specialist)
        self.assertTrue(form.record.number.startswith("F"))

    def test_responsible_can_open_it(self):
        with self.assertRaisesRegex(ValidationError, "account team"):
            self._received(user_id=self.colleague.id)

    # ---------------------------------------- fault

    def test_fault_is_judged_by_support_or_manager(self):
        feedback = self._received()
        with self.assertRaises(AccessError):
            feedback.action_judge("customer", "They mixed the drawings up")
        judged = feedback.with_user(self.support)
        judged.action_judge("ours", "Measured")
        self.assertTrue(feedback.is_valid)
        self.assertEqual(feedback.fault_judged_by_id, self.support)
        feedback.with_user(self.manager).action_judge("none", "Transport")
        self.assertFalse(feedback.is_valid)
        faults = feedback.event_ids.filtered(lambda e: e.kind == "judge")
        self.assertEqual(set(faults.mapped("fault")), {"ours", "none"})

    def test_nobody_judges_what_they_had_to_answer(self):
        feedback = self._received()
        feedback.user_id = self.manager
        with self.assertRaises(AccessError):
            feedback.with_user(self.manager).action_judge("customer", "So they say")
        feedback.with_user(self.manager).user_id = self.specialist
        with self.assertRaises(AccessError):
            feedback.with_user(self.manager).action_judge("customer", "So they say")
        feedback.with_user(self.director).action_judge("ours", "Measured")

    def test_question_has_no_fault(self):
        feedback = self._received(kind="question")
        with self.assertRaisesRegex(UserError, "nobody is at fault"):
            feedback.with_user(self.support).action_judge("ours", "Measured")

    # ---------------------------------------- without an account

    def test_unknown_sender_is_for_the_desk(self):
        feedback = self._received(self.support, key_account_id=False, partner_id=False)
        self.env.flush_all()
        for user in (self.support, self.manager, self.director):
            self.assertTrue(feedback.with_user(user).has_access("read"), user.login)
        for user in (self.specialist, self.other_manager, self.outsider):
            self.assertFalse(feedback.with_user(user).has_access("read"), user.login)
        with self.assertRaisesRegex(UserError, "Choose the account"):
            self._received(key_account_id=False, partner_id=False)
        feedback.with_user(self.support).key_account_id = self.account
        self.assertEqual(feedback.user_id, self.specialist)
        self.assertTrue(feedback.with_user(self.specialist).has_access("read"))
        self.assertEqual(feedback.event_ids.sorted("id")[-1:].kind, "move")

    def test_it_goes_with_its_account_to_another_company(self):
        """The clocks of what is open go on by the hours of that company."""
        feedback = self._received().sudo()
        self.director.company_ids |= self.other_company
        self.env = self.env(
            context={"allowed_company_ids": self.director.company_ids.ids}
        )
        team = self.team.create(
            {
                "name": "Abroad",
                "company_id": self.other_company.id,
                "user_id": self.director.id,
                "is_key_account": True,
            }
        )
        self.account.with_env(self.env).write(
            {
                "company_id": self.other_company.id,
                "team_id": team.id,
                "user_id": self.director.id,
            }
        )
        self.env.flush_all()
        self.assertEqual(feedback.company_id, self.other_company)
        self.assertEqual(feedback.event_ids.company_id, self.other_company)

    def test_the_desk_changes_with_the_team(self):
        feedback = self._received(self.support, key_account_id=False, partner_id=False)
        self.assertTrue(feedback.with_user(self.support).has_access("read"))
        self.team.key_account_support_ids = self.colleague
        self.env.flush_all()
        self.assertFalse(feedback.with_user(self.support).has_access("read"))
        self.assertTrue(feedback.with_user(self.colleague).has_access("read"))
        self.team.active = False
        self.env.flush_all()
        self.assertFalse(feedback.with_user(self.colleague).has_access("read"))


@tagged("post_install", "-at_install")
class TestFeedbackPlaces(FeedbackCommon):
    """Where feedback is seen, and what waits for it."""

    def _visit(self):
        start = self._at(0, 9)
        return self.env["key.account.visit"].create(
            {
                "key_account_id": self.account.id,
                "user_id": self.specialist.id,
                "date_start": start,
                "contact_ids": self.contact.ids,
            }
        )

    def test_from_a_visit(self):
        visit = self._visit().with_user(self.support)
        action = visit.action_new_feedback()
        form = Form(
            self.env["key.account.feedback"]
            .with_user(self.support)
            .with_context(**action["context"])
        )
        form.name = "Packing wet"
        feedback = form.save()
        self.assertEqual(feedback.channel, "visit")
        self.assertEqual(feedback.visit_id, visit)
        self.assertEqual(feedback.partner_id, self.contact)
        self.assertEqual(feedback.user_id, self.specialist)
        self.assertEqual(feedback.entered_by_id, self.support)
        self.assertEqual(visit.feedback_ids, feedback)
        visit.invalidate_recordset()
        self.assertEqual(visit.open_complaint_ids, feedback)

    def test_on_the_account(self):
        feedback = self._received()
        account = self.account.with_user(self.specialist)
        self.assertEqual(account.open_feedback_count, 1)
        self.assertEqual(account.open_feedback_ids, feedback)
        self._answered(feedback, self._at(0, 11))
        self._resolved(feedback, self._at(0, 12))
        account.invalidate_recordset()
        self.assertEqual(account.open_feedback_count, 0)
        self.assertTrue(self.account._is_used())
        partner = self.customer.with_user(self.specialist)
        self.assertEqual(partner.key_account_feedback_count, 1)

    def test_merged_files_keep_what_was_told(self):
        other = self.env["res.partner"].create({"name": "Same", "is_company": True})
        file = self.account.create(
            {
                "partner_id": other.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        mine = self._received()
        theirs = self._received(key_account_id=file.id, partner_id=other.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, self.customer)
        self.assertEqual((mine | theirs).key_account_id, self.account)
        self.assertEqual(theirs.partner_id, self.customer)
        self.assertEqual(theirs.state, "open")

    def test_gate(self):
        """Open complaints shut it, those of nobody's account included; questions, other
        companies' and resolved ones do not."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
            }
        )
        gate = self.env["crm.stage.gate"].create(
            {"stage_id": self.stages[0].id, "kind": "feedback"}
        )
        self.assertIsNone(gate._check(lead)[lead.id])
        self._received(kind="question")
        self.assertIsNone(gate._check(lead)[lead.id])
        complaint = self._received()
        self.assertIn(complaint.number, gate._check(lead)[lead.id])
        with freeze_time(self._at(0, 11)):
            complaint.action_wait("Sends us samples")
        self.assertIn(complaint.number, gate._check(lead)[lead.id])
        self._answered(complaint, self._at(0, 12))
        self._resolved(complaint, self._at(0, 13))
        self.assertIsNone(gate._check(lead)[lead.id])
        loose = self._received(self.support, key_account_id=False)
        self.assertIn(loose.number, gate._check(lead)[lead.id])
        self.assertEqual(gate._open(lead)["res_model"], "key.account.feedback")

    def test_my_day(self):
        complaint = self._received(moment=self._at(0, 10))
        question = self._received(kind="question", moment=self._at(0, 10))
        loose = self._received(
            self.support, key_account_id=False, partner_id=False, kind="question"
        )

        def steps(user):
            model = self.env["key.account.next.step.line"].with_user(user)
            found = model.search([("mine", "=", True)])
            codes = ("complaint", "feedback")
            found = found.filtered(lambda line: line.step_id.code in codes)
            return {(line.step_id.code, line.res_id) for line in found}

        with freeze_time(self._at(0, 12)):
            self.assertEqual(steps(self.specialist), {("complaint", complaint.id)})
            self.assertEqual(steps(self.support), {("feedback", loose.id)})
        with freeze_time(self._at(1, 12)):
            self.assertEqual(
                steps(self.specialist),
                {("complaint", complaint.id), ("feedback", question.id)},
            )
        self._answered(complaint, self._at(1, 13))
        self._resolved(complaint, self._at(1, 14))
        with freeze_time(self._at(1, 15)):
            self.assertEqual(steps(self.specialist), {("feedback", question.id)})

    def test_handed_over_with_the_account(self):
        """Whoever takes the account over answers what is open; who had it until then
        stands in the history."""
        mine, over = self._received(), self._received(kind="question")
        self._answered(over, self._at(0, 11))
        over.action_resolve()
        wizard = (
            self.env["key.account.handover"]
            .with_user(self.manager)
            .create(
                {
                    "from_user_id": self.specialist.id,
                    "to_user_id": self.colleague.id,
                    "key_account_ids": self.account.ids,
                    "reason": "Leaves",
                }
            )
        )
        self.assertEqual(wizard.feedback_count, 1)
        wizard.action_hand_over()
        self.assertEqual(mine.user_id, self.colleague)
        self.assertEqual(over.user_id, self.specialist)
        event = mine.event_ids.filtered(lambda event: event.kind == "assign")
        self.assertEqual(event.responsible_id, self.specialist)

    def test_reminded_then_told_then_silent(self):
        told = self.listen()
        feedback = self._received()
        self.assertEqual(told(feedback), ["feedback_arrived"])
        notices = self.env["key.account.deadline.notice"]
        found = [("res_model", "=", feedback._name), ("res_id", "=", feedback.id)]

        def levels(moment):
            with freeze_time(moment):
                now = moment.replace(tzinfo=None)
                thresholds = self.company._key_account_thresholds(now)
                due = feedback.sudo().search(
                    [*feedback._deadline_domain(now + timedelta(days=9))]
                )
                notices._tell_due(due & feedback.sudo(), now, thresholds)
            return set(notices.search([*found, ("closed", "=", False)]).mapped("level"))

        self.assertEqual(levels(self._at(1, 9)), {"remind"})
        self.assertEqual(levels(self._at(1, 11)), {"overdue"})
        self.assertEqual(told(feedback), ["feedback_arrived", "deadline_overdue"])
        self.assertEqual(feedback.activity_ids.user_id, self.specialist)
        with freeze_time(self._at(1, 12)):
            feedback.action_wait("Sends us samples")
        self.assertFalse(feedback.activity_ids)
        self.assertFalse(levels(self._at(6, 9)))
        with freeze_time(self._at(7, 9)):
            feedback.action_resume()
        self.assertIn("manager", levels(self._at(8, 9)))
        self.assertIn("feedback_escalated", told(feedback))

    def test_job_costs_the_same_for_ten_times_as_many_of_nobody(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            records = self.env["key.account.feedback"].sudo()
            records = records.search([("company_id", "=", self.company.id)])
            before = self.env.cr.sql_log_count
            self.assertEqual(len(records._deadline_due()), len(records))
            return self.env.cr.sql_log_count - before

        def received():
            self._received(self.support, key_account_id=False, partner_id=False)

        received()
        cost()
        few = cost()
        for _number in range(10):
            received()
        self.assertEqual(cost(), few)

    def test_board_and_list_cost_the_same_for_ten_times_as_many(self):
        records = self.env["key.account.feedback"].with_user(self.specialist)
        self._received()
        spec = {
            name: {"fields": {"display_name": {}}}
            if records._fields[name].type == "many2one"
            else {}
            for name in (
                *("number", "name", "kind", "severity", "key_account_id", "state"),
                *("partner_id", "user_id", "received_on", "next_due", "fault"),
                *("is_overdue", "reopened", "team_id"),
            )
        }

        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.web_search_read([], spec, limit=80)
            records.web_read_group([], ["state"], ["__count"])
            return self.env.cr.sql_log_count - before

        cost()
        few = cost()
        for _number in range(10):
            self._received()
        self.assertEqual(cost(), few)
