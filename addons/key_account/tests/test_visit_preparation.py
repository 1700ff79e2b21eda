import importlib.util
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCase

from .test_visit import VisitCommon

# A Wednesday; the company works from 8 to 12 and 13 to 17, in UTC.
START = "2030-05-08 10:00:00"


@tagged("post_install", "-at_install")
class TestVisitPreparation(VisitCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "40 hours", "tz": "UTC", "company_id": cls.company.id}
        )
        cls.items = cls.env["key.account.visit.preparation"]

    def reception(self, **vals):
        with freeze_time("2030-04-01 09:00:00"):
            return self.plan(**{"method": "reception", "date_start": START, **vals})

    def item(self, visit, words):
        return visit.preparation_ids.filtered(lambda item: words in item.name)

    def run_job(self, moment):
        cron_class = type(self.env["ir.cron"])
        with freeze_time(moment), patch.object(cron_class, "_commit_progress"):
            self.items._cron_ask()

    def asked(self, visit):
        activities = self.env["mail.activity"].sudo()
        return activities.search(
            [
                ("res_model", "=", "key.account.visit"),
                ("res_id", "=", visit.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("key_account.mail_activity_preparation").id,
                ),
            ]
        )

    # ------------------------------------------------------------
    # THE CHECKLIST
    # ------------------------------------------------------------

    def test_a_reception_starts_with_its_checklist(self):
        visit = self.reception()
        due = {item.name: item.date_due for item in visit.preparation_ids}
        # Five working days ahead, over a weekend; a day ahead; half a day.
        self.assertEqual(
            due["Invitation letter with time and place"], datetime(2030, 5, 1, 10)
        )
        self.assertEqual(
            due["Meeting room: projector, air and seats"], datetime(2030, 5, 7, 10)
        )
        self.assertEqual(due["Documents and tea"], datetime(2030, 5, 7, 15))
        # Cleared up an hour after it has ended.
        self.assertEqual(
            self.item(visit, "cleared up").date_due, datetime(2030, 5, 8, 12)
        )
        self.assertEqual(
            {"host", "welcome", "tour", "talk", "minutes", "superior", "clear"},
            set(visit.preparation_ids.mapped("role")),
        )

    def test_a_day_ahead_is_24_hours_at_least(self):
        """Of a visit in the evening, too, whose own working day lies before it."""
        for start, room in (
            ("2030-05-08 17:00:00", datetime(2030, 5, 7, 17)),
            ("2030-05-08 19:00:00", datetime(2030, 5, 7, 19)),
            # Over a weekend it is a working day, as it was.
            ("2030-05-06 10:00:00", datetime(2030, 5, 3, 10)),
        ):
            visit = self.reception(date_start=start)
            self.assertEqual(self.item(visit, "Meeting room").date_due, room)
        tea = self.item(self.reception(date_start="2030-05-08 19:00:00"), "tea")
        self.assertEqual(tea.date_due, datetime(2030, 5, 8, 13))

    def test_holidays_are_no_working_time(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Labour day",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2030-05-01 00:00:00",
                "date_to": "2030-05-03 23:59:59",
            }
        )
        invitation = self.item(self.reception(), "Invitation letter")
        self.assertEqual(invitation.date_due, datetime(2030, 4, 26, 10))

    def test_another_method_has_another_checklist_and_keeps_what_was_done(self):
        visit = self.reception()
        self.item(visit, "Invitation letter").action_done()
        visit.write({"preparation_ids": [Command.create({"name": "Buy flowers"})]})
        with freeze_time("2030-04-02 09:00:00"):
            visit.method = "video"
        names = set(visit.preparation_ids.mapped("name"))
        self.assertIn("Buy flowers", names)
        self.assertIn("Invitation letter with time and place", names)
        self.assertIn("Link sent, sound and picture tried out", names)
        self.assertNotIn("Documents and tea", names)

    def test_what_has_begun_is_not_prepared(self):
        self.assertFalse(self.plan(method="reception").preparation_ids)

    def test_in_the_words_of_the_responsible_by_the_company_s_own_list(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        templates = self.env["key.account.visit.preparation.template"]
        templates.search([("method", "=", "phone")]).active = False
        mine = templates.create(
            {"name": "Ring twice", "method": "phone", "company_id": self.company.id}
        )
        mine.with_context(lang="fr_FR").name = "Sonner deux fois"
        templates.create(
            {
                "name": "Not ours",
                "method": "phone",
                "company_id": self.other_company.id,
            }
        )
        self.specialist.lang = "fr_FR"
        visit = self.reception(method="phone")
        self.assertEqual(visit.preparation_ids.mapped("name"), ["Sonner deux fois"])

    def test_a_copy_has_a_checklist_of_its_own(self):
        visit = self.reception()
        visit.preparation_ids.action_done()
        with freeze_time("2030-04-01 09:00:00"):
            copy = visit.copy()
        self.assertEqual(len(copy.preparation_ids), len(visit.preparation_ids))
        self.assertFalse(any(copy.preparation_ids.mapped("done_on")))

    def test_typed_in_the_form(self):
        visit = self.reception()
        with (
            freeze_time("2030-04-02 09:00:00"),
            Form(visit.with_user(self.specialist)) as form,
            form.preparation_ids.new() as line,
        ):
            line.name = "Buy flowers"
            line.user_id = self.colleague
        flowers = self.item(visit, "flowers")
        self.assertEqual(flowers.user_id, self.colleague)
        self.assertEqual(flowers.date_due, datetime(2030, 5, 7, 10))

    # ------------------------------------------------------------
    # ASKED WHEN IT IS DUE
    # ------------------------------------------------------------

    def test_asked_once_when_it_comes_due(self):
        visit = self.reception()
        room = self.item(visit, "Meeting room")
        room.user_id = self.support
        self.run_job("2030-04-30 17:00:00")
        self.assertFalse(self.asked(visit))
        for _twice in range(2):
            self.run_job("2030-05-07 10:30:00")
        self.assertEqual(room.activity_id.user_id, self.support)
        self.assertEqual(room.activity_id.summary, room.name)
        self.assertEqual(str(room.activity_id.date_deadline), "2030-05-07")
        invitation = self.item(visit, "Invitation letter")
        self.assertEqual(invitation.activity_id.user_id, self.specialist)
        self.assertFalse(self.item(visit, "Documents and tea").activity_id)
        due = visit.preparation_ids.filtered("asked_on")
        self.assertEqual(len(self.asked(visit)), len(due))

    def test_done_here_is_done_there(self):
        visit = self.reception()
        self.run_job("2030-05-07 10:30:00")
        room, invitation = (
            self.item(visit, words) for words in ("Meeting room", "Invitation")
        )
        room.with_user(self.support).action_done()
        self.assertFalse(room.activity_id.active)
        self.assertEqual(room.done_by_id, self.support)
        invitation.activity_id.with_user(self.specialist).action_feedback()
        self.assertEqual(invitation.done_by_id, self.specialist)
        room.action_undo()
        self.run_job("2030-05-07 10:40:00")
        self.assertTrue(room.activity_id.active)

    def test_it_follows_the_visit(self):
        visit = self.reception()
        self.run_job("2030-05-07 10:30:00")
        self.item(visit, "Invitation").action_done()
        with freeze_time("2030-05-07 11:00:00"):
            visit.date_start = "2030-05-22 10:00:00"
        room = self.item(visit, "Meeting room")
        self.assertEqual(room.date_due, datetime(2030, 5, 21, 10))
        self.assertFalse(self.asked(visit), "nobody is asked yet")
        self.run_job("2030-05-21 10:00:00")
        self.assertTrue(room.activity_id)
        with freeze_time("2030-05-21 11:00:00"):
            visit.with_user(self.manager).user_id = self.manager
        self.run_job("2030-05-21 11:30:00")
        self.assertEqual(room.activity_id.user_id, self.manager)
        with freeze_time("2030-05-21 12:00:00"):
            visit.with_user(self.manager).action_cancel("They are ill")
        self.assertFalse(self.asked(visit))

    def test_held_it_only_asks_for_what_comes_after(self):
        visit = self.reception()
        self.run_job("2030-05-08 09:00:00")
        with freeze_time("2030-05-08 12:00:00"):
            visit.action_confirm()
            visit.action_hold()
        self.assertFalse(self.asked(visit))
        self.run_job("2030-05-09 17:00:00")
        self.assertEqual(
            set(self.asked(visit).mapped("summary")),
            {"Minutes of the talk", "Room cleared up, documents collected"},
        )

    def test_only_who_can_open_the_visit_is_asked(self):
        visit = self.reception()
        engineer = self._user("ka_engineer", "base.group_user")
        self.item(visit, "Meeting room").user_id = engineer
        self.run_job("2030-05-07 10:30:00")
        self.assertFalse(self.asked(visit).filtered(lambda a: a.user_id == engineer))
        told = visit.message_ids.filtered(lambda m: "Not reminded" in (m.body or ""))
        self.assertEqual(len(told), 1)
        self.assertIn(engineer.name, told.body)

    def test_one_run_costs_no_query_per_visit(self):
        few = [self.reception() for _i in range(2)]
        self.env.flush_all()
        costs = []
        for visits in (few, [self.reception() for _i in range(20)]):
            due = self.items.union(*(visit.preparation_ids for visit in visits))
            due = due.filtered(lambda item: item.moment == "before").sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            with freeze_time("2030-05-08 09:00:00"):
                due._ask()
                self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - start)
        self.assertLess(costs[1], costs[0] + 40, costs)

    def test_no_mail_goes_out(self):
        with self.mock_mail_gateway(), self.mock_mail_app():
            self.reception()
            self.run_job("2030-05-08 09:00:00")
            self.env.cr.flush()
        self.assertFalse(self._mails)

    # ------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------

    def test_nobody_says_who_did_it(self):
        item = self.reception().preparation_ids[0]
        for vals in (
            {"done_on": "2030-05-01 08:00:00"},
            {"done_by_id": self.manager.id},
            {"date_due": "2030-05-01 08:00:00"},
            {"asked_on": False},
        ):
            with self.assertRaises(AccessError):
                item.with_user(self.specialist).write(vals)
        stranger = self._user("ka_stranger_there", "key_account.group_specialist")
        for method in ("action_done", "action_undo"):
            with self.assertRaises(AccessError):
                self.rpc(stranger, item, method)

    def test_the_checklist_of_a_reviewed_visit_stands(self):
        visit = self.plan()
        self.report(visit)
        visit.with_user(self.manager).action_review(
            dict.fromkeys(
                (
                    "review_potential",
                    "review_standing",
                    "review_value",
                    "review_difficulty",
                ),
                3,
            )
        )
        with self.assertRaises(UserError):
            self.items.with_user(self.specialist).create(
                {"visit_id": visit.id, "name": "Too late"}
            )


@tagged("post_install", "-at_install")
class TestVisitBriefing(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outgoing = cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "KAS",
                "type": "sale",
                "company_id": cls.company.id,
            }
        )
        cls.income = cls.env["account.account"].create(
            {
                "name": "Income",
                "code": "KA400",
                "account_type": "income",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        receivable = cls.env["account.account"].create(
            {
                "name": "Receivable",
                "code": "KA110",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.customer.with_company(
            cls.company
        ).property_account_receivable_id = receivable

    def invoice(self, due):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "journal_id": self.outgoing.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Pumps",
                            "price_unit": 500.0,
                            "tax_ids": [],
                            "account_id": self.income.id,
                        }
                    )
                ],
            }
        )
        invoice.invoice_payment_term_id = False
        invoice.invoice_date_due = due
        invoice.action_post()
        return invoice

    def test_overdue_invoices_without_and_with_the_right_to_read_them(self):
        today = self.company._key_account_today()
        for days in (-40, -10, 10):
            self.invoice(today + timedelta(days=days))
        visit = self.plan()
        said = visit.with_user(self.specialist).overdue_invoices
        self.assertEqual(said, "2 overdue")
        self.specialist.group_ids |= self.env.ref("account.group_account_invoice")
        visit.invalidate_recordset(["overdue_invoices"])
        told = visit.with_user(self.specialist).overdue_invoices
        self.assertIn("1,000", told)
        self.assertIn("2 overdue", told)

    def test_gaps_of_the_survey(self):
        visit = self.plan()
        self.account._fill_survey()
        required = self.account.answer_ids.filtered("required")
        self.assertEqual(visit.survey_gap_count, len(required))
        action = visit.with_user(self.specialist).action_open_survey_gaps()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, required)

    def test_read_for_many_it_costs_no_query_each(self):
        names = ["open_commitment_ids", "overdue_invoices", "survey_gap_count"]
        visits = self.env["key.account.visit"]
        for turn in range(20):
            customer = self.env["res.partner"].create(
                {"name": f"Customer {turn}", "is_company": True}
            )
            account = self.account.copy({"partner_id": customer.id})
            visits |= self.plan(
                key_account_id=account.id, opportunity_ids=[], contact_ids=[]
            )
        costs = []
        for some in (visits[:2], visits):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.with_user(self.specialist).read(names)
            costs.append(self.env.cr.sql_log_count - start)
        self.assertLess(costs[1], costs[0] + 4, costs)

    def test_what_was_promised_and_is_still_open(self):
        last = self.plan()
        promise = {"visit_id": last.id, "side": "theirs"}
        drawings, samples = self.env["key.account.visit.commitment"].create(
            [{**promise, "name": "Drawings"}, {**promise, "name": "Samples"}]
        )
        coming = self.plan(date_start="2030-05-08 10:00:00")
        self.assertFalse(coming.open_commitment_ids, "not reported yet")
        self.report(last)
        coming.invalidate_recordset()
        self.assertEqual(coming.open_commitment_ids, drawings | samples)
        self.assertFalse(last.open_commitment_ids, "its own are its own")
        drawings.with_user(self.specialist).action_done()
        samples.activity_id.with_user(self.specialist).action_feedback()
        coming.invalidate_recordset()
        self.assertFalse(coming.open_commitment_ids)
        self.assertEqual(samples.done_by_id, self.specialist)

    def test_an_update_ends_what_nobody_is_reminded_of(self):
        path = Path(get_module_path("key_account"), "migrations/19.0.1.3.0")
        spec = importlib.util.spec_from_file_location(
            "post_migration", path / "post-migration.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        visit, coming = self.plan(), self.plan()
        lines = self.env["key.account.visit.commitment"].create(
            [
                {"visit_id": visit.id, "name": name}
                for name in ("done", "deleted", "open")
            ]
            + [{"visit_id": coming.id, "name": "not reported"}]
        )
        self.report(visit)
        done, deleted, _open, _ahead = lines
        done.activity_id.action_feedback()
        deleted.activity_id.unlink()
        done._set_kept({"done_on": False, "done_by_id": False})
        self.env.flush_all()
        migration.end_commitments(self.env)
        self.assertEqual(lines.filtered("done_on").mapped("name"), ["done", "deleted"])

    def test_reviewed_it_can_still_be_ticked_off(self):
        visit = self.plan()
        promise = self.env["key.account.visit.commitment"].create(
            {"visit_id": visit.id, "name": "Drawings"}
        )
        self.report(visit)
        visit.with_user(self.manager).action_review(
            dict.fromkeys(
                (
                    "review_potential",
                    "review_standing",
                    "review_value",
                    "review_difficulty",
                ),
                3,
            )
        )
        promise.with_user(self.specialist).action_done()
        self.assertTrue(promise.done_on)
        with self.assertRaises(UserError):
            promise.with_user(self.specialist).name = "Something else"
