import doctest
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..rules import kpi_late as rules
from .common import KeyAccountReportsCommon
from .test_kpi_sales import SalesCase

VISIT, FEEDBACK = "key.account.visit", "key.account.feedback"
AFTERWARDS = "2025-10-10 06:00:00"


@tagged("post_install", "-at_install")
class TestKpiLate(KeyAccountReportsCommon):
    """Shanghai's quarter ends on 30 September at 16:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(AFTERWARDS))

    def visited(self, start, entered):
        """A visit that was held at a moment, and entered at another."""
        visit = self.make_visit(start, entered=entered)
        visit._write_kept({"state": "held", "held_start": start, "held_end": start})
        self.env.flush_all()
        # When a record was made is the database's to say, here.
        self.env.cr.execute(
            "UPDATE key_account_visit SET create_date = %s WHERE id = %s",
            (entered, visit.id),
        )
        self.env.invalidate_all()
        return visit

    def opened_account(self, moment):
        """An account of the specialist, opened then."""
        customer = self.env["res.partner"].create({"name": "Mill", "is_company": True})
        with freeze_time(moment):
            return self.env["key.account"].create(
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                }
            )

    def told(self, received, entered, account):
        with freeze_time(entered):
            feedback = self.env[FEEDBACK].create(
                {
                    "name": "Burrs",
                    "key_account_id": account.id,
                    "received_on": received,
                }
            )
        return feedback

    def test_examples_of_the_docstrings(self):
        self.assertEqual(doctest.testmod(rules).failed, 0)

    def test_visits(self):
        in_time = [
            self.visited("2025-08-13 02:00:00", "2025-08-01 02:00:00"),
            self.visited("2025-08-14 02:00:00", "2025-08-21 02:00:00"),
        ]
        late = [
            self.visited("2025-08-14 02:00:00", "2025-08-21 02:00:01"),
            self.visited("2025-09-30 15:00:00", "2025-09-30 16:00:00"),
        ]
        sheet = self.make_sheet()
        self.assertEqual((sheet.late, sheet.entered), (2, len(in_time + late)))
        self.assertEqual(sheet.late_records, {VISIT: [each.id for each in late]})
        self.assertEqual(sheet.late_display, "2 of 4 (50.0 %)")
        action = sheet.with_user(self.specialist).action_open_late_visits()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(set(found), set(late))

    def test_planned_in_time_and_entered_as_held_afterwards(self):
        """Two visits planned in July for August: one was entered as held on the day,
        one when the quarter was over."""
        on_the_day, afterwards = (
            self.make_visit(f"2025-08-{day} 02:00:00", entered="2025-07-02 02:00:00")
            for day in (13, 14)
        )
        self.hold_visit(on_the_day)
        self.hold_visit(afterwards, held=AFTERWARDS)
        self.assertEqual(str(afterwards.held_end), "2025-08-14 03:00:00")
        self.assertEqual(str(afterwards.held_entered_on), AFTERWARDS)
        sheet = self.make_sheet()
        self.assertEqual((sheet.late, sheet.entered), (1, 2))
        self.assertEqual(sheet.late_records, {VISIT: afterwards.ids})

    def test_the_database_counts_as_the_rule_says(self):
        """Whatever the moments: SQL and the plain function agree."""
        end = datetime(2025, 9, 30, 16)
        moments = [
            (happened, happened + timedelta(hours=hours))
            for happened in (
                datetime(2025, 7, 2, 3),
                datetime(2025, 9, 23, 16),
                datetime(2025, 9, 29, 22),
            )
            for hours in (-30, 0, 23, 24, 7 * 24, 7 * 24 + 1, 400)
        ]
        visits = [self.visited(*map(str, each)) for each in moments]
        for days in (0, 1, 7):
            self.company.key_account_late_days = days
            sheet = self.make_sheet(user=self.specialist)
            expected = {
                visit.id
                for visit, (happened, entered) in zip(visits, moments, strict=True)
                if rules.is_late(happened, entered, end, days)
            }
            self.assertEqual(set(sheet.late_records[VISIT]), expected)
            sheet.unlink()

    def test_feedback_counts_for_whose_the_account_was(self):
        account = self.opened_account("2025-06-01 02:00:00")
        with freeze_time("2025-08-20 02:00:00"):
            account.user_id = self.colleague
        self.env.flush_all()
        before = self.told("2025-08-19 02:00:00", "2025-09-19 02:00:00", account)
        self.told("2025-08-26 02:00:00", "2025-08-27 02:00:00", account)
        own, other = self.make_sheet(), self.make_sheet(user=self.colleague)
        team = self.make_sheet(team=self.team)
        self.assertEqual((own.late, own.entered), (1, 1))
        self.assertEqual(own.late_records, {FEEDBACK: before.ids})
        self.assertEqual((other.late, other.entered), (0, 1))
        self.assertEqual((team.late, team.entered), (1, 2))

    def test_nothing_entered_is_not_applicable(self):
        self.assertEqual(self.make_sheet().late_display, "n/a")

    def test_frozen_with_the_confirmation(self):
        self.visited("2025-08-14 02:00:00", "2025-08-31 02:00:00")
        sheet = self.make_sheet().with_user(self.director)
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet, f"action_{step}")()
        self.company.key_account_late_days = 100
        self.visited("2025-08-15 02:00:00", "2025-10-01 02:00:00")
        sheet.action_measure_now()
        # What may be written on a confirmed sheet has its score kept again.
        follower = self.colleague.partner_id
        sheet.write({"message_partner_ids": [Command.link(follower.id)]})
        self.assertIn(follower, sheet.message_partner_ids)
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=99):
            self.Sheet._cron_keep_scores()
        self.assertEqual((sheet.late, sheet.entered), (1, 1))
        self.assertEqual((sheet.result_id.late, sheet.result_id.entered), (1, 1))

    def test_days_of_the_company(self):
        for days in (-1, 367):
            with self.assertRaises(ValidationError):
                self.company.key_account_late_days = days

    def test_opening_counts_nothing(self):
        """Neither the form nor a list of sheets looks for late entries."""
        self.visited("2025-08-14 02:00:00", "2025-08-31 02:00:00")
        sheet = self.make_sheet()
        self.env.invalidate_all()

        def nothing(*_args):
            self.fail("counted")

        self.patch(type(self.Sheet), "_late_entries", nothing)
        sheet.with_user(self.specialist).web_read({"late_display": {}, "late": {}})

    def test_one_query_for_all_people(self):
        people = [
            self._user(f"ka_late_{index}", "key_account.group_specialist")
            for index in range(12)
        ]

        def queries(users):
            sheets = self.Sheet.browse(
                [self.make_sheet(user=user).id for user in users]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sheets._keep_late()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(people[:1])
        self.assertLessEqual(queries(people[3:]), queries(people[1:3]) + 1)


@tagged("post_install", "-at_install")
class TestKpiLateDocuments(SalesCase):
    """An invoice of 12 August is late from the 20th on in Shanghai, which begins on the
    19th at 16:00 UTC; one of September, from October on."""

    def billed(self, posted, date, **vals):
        with freeze_time(posted):
            invoice = self._invoice(self._order(**vals), date=date)
        self.assertEqual(str(invoice.key_account_posted_on), posted)
        return invoice

    def test_posted_long_after_its_date_or_after_the_period(self):
        self.billed("2025-08-19 15:59:59", "2025-08-12")
        late = self.billed("2025-08-19 16:00:00", "2025-08-12")
        first = self.billed("2025-09-30 15:59:59", "2025-09-30")
        late |= self.billed("2025-09-30 16:00:00", "2025-09-30")
        with freeze_time("2025-10-02 02:00:00"):
            late |= self._credit(first, date="2025-09-30")
        self.billed("2025-10-02 02:00:00", "2025-10-02")
        self.sheet._keep_late()
        # Visits and papers are counted beside those that were in time.
        self.assertEqual((self.sheet.late, self.sheet.entered), (0, 0))
        self.assertEqual(self.sheet.late_records, {"account.move": late.ids})
        self.assertEqual(self.sheet.late_documents, 3)
        action = self.sheet.action_open_late_documents()
        self.assertEqual(self.env["account.move"].search(action["domain"]), late)

    def test_posted_already_is_not_entered_again(self):
        """Whatever is written to what is posted: that stays the day it counted."""
        invoice = self.billed("2025-09-10 02:00:00", "2025-09-10")
        order = self._order()
        order.action_confirm()
        draft = order._create_invoices()
        draft.invoice_date = "2025-09-11"
        with freeze_time("2025-10-06 02:00:00"):
            invoice.write({"state": "posted"})
            self.assertEqual(str(invoice.key_account_posted_on), "2025-09-10 02:00:00")
            (invoice | draft).write({"state": "posted"})
        self.assertEqual(str(invoice.key_account_posted_on), "2025-09-10 02:00:00")
        self.assertEqual(str(draft.key_account_posted_on), "2025-10-06 02:00:00")

    def test_drafted_in_time_and_posted_afterwards(self):
        """When it was posted says when it counted, also for the second time."""
        with freeze_time("2025-09-20 02:00:00"):
            order = self._order()
            order.action_confirm()
            invoice = order._create_invoices()
        with freeze_time("2025-09-22 02:00:00"):
            invoice.invoice_date = "2025-09-22"
            invoice.action_post()
        self.sheet._keep_late()
        self.assertEqual(self.sheet.late_documents, 0)
        with freeze_time("2025-10-06 02:00:00"):
            invoice.button_draft()
            invoice.action_post()
        self.sheet._keep_late()
        self.assertEqual(self.sheet.late_documents, 1)
        # Posted before that was recorded: nobody says that it was late.
        invoice.sudo()._set_kept({"key_account_posted_on": False})
        self.sheet._keep_late()
        self.assertEqual(self.sheet.late_documents, 0)

    def test_one_that_bills_what_two_sold_is_one_of_their_team(self):
        with freeze_time("2025-09-22 02:00:00"):
            orders = self._order() | self._order(user=self.colleague)
            orders.action_confirm()
            invoice = orders._create_invoices()
            self.assertEqual(len(invoice), 1)
            invoice.invoice_date = "2025-08-22"
            invoice.action_post()
        own, team = self.sheet, self.make_sheet(team=self.team)
        own._keep_late()
        for sheet in (own, team, self.make_sheet(user=self.colleague)):
            self.assertEqual(sheet.late_documents, 1)

    def test_confirmed_it_stays_until_it_is_reopened(self):
        self.billed("2025-08-12 02:00:00", "2025-08-12")
        sheet = self.sheet.with_user(self.director)
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet, f"action_{step}")()
        self.billed("2025-10-12 02:00:00", "2025-09-12")
        sheet.action_measure_now()
        self.assertEqual((self._achieved(), sheet.late_documents), (1000, 0))
        sheet.action_reopen("An invoice was posted late")
        self.assertEqual((self._achieved(), sheet.late_documents), (2000, 1))
