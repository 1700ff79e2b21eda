"""The step of a new visit, and who comes along."""

from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, tagged

from .test_visit_plan import NOW, VisitPlanCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisitStep(VisitPlanCase):
    def _held(self, step, outcome="achieved", start="2026-03-02 09:00:00", **vals):
        visit = self._visit(start, step=step, **vals)
        visit._write_kept({"state": "held", "held_start": start, "held_end": start})
        visit.outcome = outcome
        return visit

    def test_step_follows_from_the_last_visit_held(self):
        first = self._visit("2026-03-05 09:00:00")
        self.assertEqual(first.step, "1")
        # One that was not held says nothing.
        self.assertEqual(self._visit("2026-03-06 09:00:00").step, "1")
        self._held("2", start="2026-03-02 09:00:00")
        self.assertEqual(self._visit("2026-03-06 09:00:00").step, "3")
        self._held("3", "not_achieved", start="2026-03-03 09:00:00")
        self.assertEqual(self._visit("2026-03-06 09:00:00").step, "3")
        self._held("4", start="2026-03-03 11:00:00")
        self.assertEqual(self._visit("2026-03-06 09:00:00").step, "4")
        # What somebody says stands, and what is no step has none.
        self.assertEqual(self._visit("2026-03-06 09:00:00", step="2").step, "2")
        self.assertFalse(self._visit("2026-03-06 09:00:00", purpose="survey").step)
        first.purpose = "revisit"
        self.assertEqual(first.step, "1")

    def test_superior_comes_along_on_the_second_visit(self):
        create = self.env["key.account.visit"].with_user(self.specialist).create
        start = datetime(2026, 3, 9, 9)
        values = {"key_account_id": self.account.id, "date_start": start}
        first, second, third = create([dict(values) for _each in range(3)])
        self.assertFalse(first.participant_ids)
        self.assertEqual(second.participant_ids.user_id, self.manager)
        self.assertEqual(second.participant_ids.role, "Joint visit")
        self.assertFalse(third.participant_ids)

    def test_superior_comes_along_where_a_calendar_names_the_account(self):
        visits = self.env["key.account.visit"].with_user(self.specialist)
        visits = visits.with_context(default_key_account_id=self.account.id)
        create = visits.create
        first = create({"date_start": "2026-03-09 09:00:00"})
        second = create({"date_start": "2026-03-10 09:00:00"})
        self.assertFalse(first.participant_ids)
        self.assertEqual(second.participant_ids.user_id, self.manager)

    def test_superior_can_be_taken_off(self):
        self._visit("2026-03-09 09:00:00")
        self.assertFalse(
            self._visit("2026-03-10 09:00:00", participant_ids=[]).participant_ids
        )
        other = self._account("Other", "A")
        self._visit("2026-03-09 09:00:00", other)
        named = [Command.create({"user_id": self.colleague.id})]
        visit = self._visit("2026-03-10 09:00:00", other, participant_ids=named)
        self.assertEqual(visit.participant_ids.user_id, self.colleague)

    def test_form(self):
        self._visit("2026-03-09 09:00:00")
        form = Form(self.env["key.account.visit"].with_user(self.specialist))
        form.key_account_id = self.account
        self.assertEqual(form.step, "1")
        self.assertEqual(len(form.participant_ids), 1)
        form.date_start = datetime(2026, 3, 10, 9)
        visit = form.save()
        self.assertEqual(visit.participant_ids.user_id, self.manager)

    def test_others_go_alone(self):
        plain = self._account("Plain", "B")
        for account in (plain, self._account("Manager's", "A", user=self.manager)):
            for day in (9, 10):
                visit = self._visit(
                    datetime(2026, 3, day, 9), account, user=account.user_id
                )
                self.assertFalse(visit.participant_ids)

    def test_plan_brings_the_superior(self):
        self._plan().action_accept()
        visits = self.account.visit_ids.sorted("date_start")
        self.assertFalse(visits[0].participant_ids)
        self.assertEqual(visits[1].participant_ids.user_id, self.manager)
