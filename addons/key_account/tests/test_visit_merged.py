"""Visits in files that were merged are visits to the same customer."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import Form, tagged

from ..rules import revisit
from .test_next_step import NextStepCase
from .test_visit_plan import NOW, VisitPlanCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisitsOfMergedFiles(VisitPlanCase):
    """Visited every other month: in the first file, which was merged into the second,
    which was merged into the third."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.sudo().grade = "C"

    def merged(self):
        first, second = (self._account(name, "C") for name in ("First", "Second"))
        return first, lambda: (
            first.sudo()._merge_into(second),
            second.sudo()._merge_into(self.account),
        )

    def held(self, account, start, **vals):
        visit = self._visit(start, account)
        kept = {"state": "held", "held_start": start, "held_end": start, **vals}
        visit._write_kept(kept)
        return visit

    def coverage(self, period):
        coverage = self.env["key.account.visit.coverage"].with_user(self.manager)
        coverage.invalidate_model()
        row = coverage.search(
            [("key_account_id", "=", self.account.id), ("period", "=", period)]
        )
        return (row.due, row.planned, row.held, row.missing)

    def planned(self):
        plan = self._plan(self.specialist)
        lines = plan.line_ids.filtered(lambda x: x.key_account_id == self.account)
        plan.unlink()
        return len(lines)

    def test_whoever_was_visited_then_is_not_due(self):
        first, merge = self.merged()
        self.held(first, "2026-03-02 09:00:00")
        self.assertEqual(self.planned(), 1)
        self.assertEqual(self.coverage("this"), (1, 0, 0, 1))
        self.assertEqual(self.coverage("next"), (1, 0, 0, 1))
        merge()
        self.assertEqual(self.planned(), 0)
        self.assertEqual(self.coverage("this"), (1, 0, 1, 0))
        self.assertEqual(self.coverage("next"), (0, 0, 0, 0))

    def test_a_visit_that_is_planned_there_is_planned(self):
        first, merge = self.merged()
        self._visit("2026-04-15 09:00:00", first)
        merge()
        self.assertEqual(self.planned(), 0)
        self.assertEqual(self.coverage("next"), (1, 1, 0, 0))

    def test_a_visit_that_is_planned_there_is_seen_here(self):
        """Counted and listed among the visits of the file that stays, and its next step
        stands there; whoever may not read the first file sees none of it."""
        first, merge = self.merged()
        visit = self._visit("2026-03-10 09:00:00", first)
        merge()
        self.env.flush_all()
        with freeze_time("2026-03-11 09:00:00"):
            account = self.account.with_user(self.manager)
            self.assertEqual(account.visit_count, 1)
            listed = self.env["key.account.visit"].with_user(self.manager)
            listed = listed.search(account.action_view_visits()["domain"])
            self.assertEqual(listed, visit)
            step = account.next_step_ids.filtered(lambda x: x.res_id == visit.id)
            self.assertEqual(step.step_id.code, "visit_today")
            lines = self.env["key.account.next.step.line"].with_user(self.manager)
            lines = lines.search(account.action_view_next_steps()["domain"])
            self.assertIn(step, lines)
            self.assertEqual(account.next_step_count, len(lines))
            first.sudo().user_id = self.colleague
            visit.sudo()._write_kept({"user_id": self.colleague.id})
            visit.sudo().participant_ids.unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            account = self.account.with_user(self.specialist)
            self.assertFalse(first.with_user(self.specialist).has_access("read"))
            self.assertEqual(account.visit_count, 0)
            self.assertNotIn(visit.id, account.next_step_ids.mapped("res_id"))

    def test_what_was_reached_goes_on(self):
        """The third step after the second; the last report, the manager's scores."""
        first, merge = self.merged()
        held = self.held(first, "2026-03-02 09:00:00", step="2")
        scores = {"review_potential": 4, "review_value": 5, "review_difficulty": 2}
        held._write_kept(
            {"state": "reviewed", "reviewed_on": "2026-03-03 09:00:00", **scores}
        )
        merge()
        visit = self._visit("2026-03-20 09:00:00")
        self.assertEqual(visit.step, "3")
        self.assertEqual(visit.previous_visit_id, held)
        self.assertEqual(self.account.last_visit_id, held)
        self.assertEqual(self.account.next_visit_id, visit)
        self.account._take_over_reviews()
        self.assertEqual(self.account.review_value, 5)
        plan = self.env["key.account.plan"].create(
            {
                "name": "Year",
                "kind": "year",
                "key_account_id": self.account.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
            }
        )
        self.assertEqual(plan.visits_so_far, 1)

    def test_what_was_promised_there_is_open_here(self):
        """By the last report, which is in the first file, as the third has it."""
        first, merge = self.merged()
        held = self.held(first, "2026-03-02 09:00:00")
        promises = self.env["key.account.visit.commitment"]
        promise = promises.create({"visit_id": held.id, "name": "Send the drawings"})
        held._write_kept({"state": "reported", "reported_on": "2026-03-03 09:00:00"})
        merge()
        visit = self._visit("2026-03-20 09:00:00")
        self.assertEqual(visit.open_commitment_ids, promise)
        with Form(visit) as form:
            self.assertEqual(form.record.open_commitment_ids, promise)

    def test_whom_it_met_has_been_met(self):
        first, merge = self.merged()
        contact = self.env["res.partner"].create(
            {"name": "Li", "parent_id": self.customer.id}
        )
        person = self.env["key.account.stakeholder"].create(
            {"key_account_id": self.account.id, "partner_id": contact.id}
        )
        held = self.held(first, "2026-03-02 09:00:00")
        # As where both contacts were merged.
        self.env.cr.execute(
            "INSERT INTO key_account_visit_met_rel VALUES (%s, %s)",
            [held.id, contact.id],
        )
        self.env.invalidate_all()
        self.assertFalse(person.last_contact)
        merge()
        self.assertEqual(str(person.last_contact), "2026-03-02")

    def test_the_second_visit_is_made_together(self):
        self.account.sudo().grade = "A"
        first, merge = self.merged()
        self.held(first, "2026-03-02 09:00:00")
        merge()
        leader = self.account.team_id.user_id
        self.assertTrue(leader)
        visit = self._visit("2026-03-20 09:00:00")
        self.assertEqual(visit.participant_ids.user_id, leader)


@tagged("post_install", "-at_install")
class TestOverdueOfMergedFiles(NextStepCase):
    def test_whoever_was_visited_then_is_not_overdue(self):
        partner = self.env["res.partner"].create({"name": "Old", "is_company": True})
        old = self.account.create(
            {
                "partner_id": partner.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.aged(40)
        visit = self.held(days=3, key_account_id=old.id)
        self.assertTrue(self.lines(code="visit_overdue"))
        old.sudo()._merge_into(self.account)
        self.assertFalse(self.lines(code="visit_overdue"))
        visit._write_kept({"state": "cancelled"})
        line = self.lines(code="visit_overdue")
        self.assertEqual(line.key_account_id, self.account)
        visit._write_kept(
            {
                "state": "planned",
                "date_start": fields.Datetime.now() + timedelta(days=2),
                "date_end": fields.Datetime.now() + timedelta(days=2, hours=1),
            }
        )
        self.assertFalse(self.lines(code="visit_overdue"))

    def old(self, days):
        """A file that was opened so long ago, of whom nobody ever visited."""
        partner = self.env["res.partner"].create({"name": "Old", "is_company": True})
        old = self.account.create(
            {
                "partner_id": partner.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=days), old.id],
        )
        self.env.invalidate_all()
        return old

    def test_whoever_was_never_visited_waits_since_the_first_file(self):
        """Every 15 days: 40 days after the first of both was opened that was over 25
        days ago, though the one that stays was opened today."""
        old = self.old(40)
        self.assertEqual(self.lines(code="visit_overdue").key_account_id, old)
        old.sudo()._merge_into(self.account)
        line = self.lines(code="visit_overdue")
        self.assertEqual(line.key_account_id, self.account)
        self.assertEqual(line.date, self.today - timedelta(days=25))

    def test_whoever_was_never_revisited_waits_since_the_first_file(self):
        """Every six months, in the list of what is due and in the plan."""
        self.account._write_kept({"state": "active"})
        old = self.old(200)
        plan = self.env["key.account.visit.plan"].create(
            {"month": self.today, "company_id": self.company.id}
        )
        month = plan.month

        def revisits():
            days = plan._revisit_days(self.account, {})[self.account]
            return revisit.revisit_due(month, days)

        self.assertFalse(self.lines(code="revisit_cycle"))
        self.assertFalse(revisits())
        old.sudo()._merge_into(self.account)
        self.assertEqual(self.lines(code="revisit_cycle").key_account_id, self.account)
        opened = self.today - timedelta(days=200)
        self.assertEqual(
            revisits(), (fields.Date.add(opened, months=6), revisit.REVISIT)
        )
