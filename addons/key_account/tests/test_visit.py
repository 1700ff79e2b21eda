from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval
from odoo.tools.translate import code_translations

from ..rules.authority import Measure
from .common import KeyAccountCommon, speak_chinese

SCORES = {
    "review_potential": 4,
    "review_standing": 3,
    "review_value": 5,
    "review_difficulty": 2,
}
ACL_LOGGERS = ("odoo.models", "odoo.addons.base.models.ir_rule")


class VisitCommon(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Ms Li",
                "parent_id": cls.customer.id,
                "email": "li@golden.example.com",
            }
        )
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Pumps 2027",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
                "company_id": cls.company.id,
            }
        )

    def plan(self, user=None, **vals):
        yesterday = fields.Datetime.now() - timedelta(days=1)
        return (
            self.env["key.account.visit"]
            .with_user(user or self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date_start": yesterday,
                    "contact_ids": [Command.set(self.contact.ids)],
                    "opportunity_ids": [Command.set(self.lead.ids)],
                    **vals,
                }
            )
        )

    def report(self, visit, **vals):
        """Bring a planned visit up to its report."""
        visit.action_confirm()
        visit.action_hold()
        visit.write({"summary": "They need pumps.", "outcome": "achieved", **vals})
        visit.action_report()
        return visit


@tagged("post_install", "-at_install")
class TestVisit(VisitCommon):
    # -- whom it reaches ----------------------------------------------

    def test_a_commitment_reaches_only_who_can_open_the_visit(self):
        engineer = self._user("ka_engineer", "base.group_user")
        abroad = self._user("ka_far", "key_account.group_director")
        abroad.write(
            {
                "company_id": self.other_company.id,
                "company_ids": [Command.set(self.other_company.ids)],
            }
        )
        visit = self.plan()
        for user in (engineer, abroad, self.manager, self.director):
            self.env["key.account.visit.commitment"].create(
                {"visit_id": visit.id, "name": user.login, "user_id": user.id}
            )
        self.report(visit, next_step="Send samples", next_date="2030-01-15")
        told = visit.message_ids.filtered(lambda m: "Not reminded" in (m.body or ""))
        self.assertEqual(len(told), 1)
        self.assertIn(engineer.name, told.body)
        self.assertIn(abroad.name, told.body)
        self.assertNotIn(self.manager.name, told.body)
        for line in visit.commitment_ids:
            reached = line.user_id not in (engineer | abroad)
            self.assertEqual(bool(line.activity_id), reached, line.name)
            if reached:
                self.assertEqual(line.activity_id.user_id, line.user_id)
                self.assertIn(line.name, line.activity_id.summary)
        asked = self.env["mail.activity"].sudo().search([("res_id", "=", visit.id)])
        self.assertFalse(asked.user_id & (engineer | abroad))
        self.assertEqual(visit.next_activity_id.summary, "Send samples")

    # -- the whole way ------------------------------------------------

    def test_the_subject_follows_what_is_chosen(self):
        """In a new form by the account and the purpose, until somebody writes one."""
        visits = self.env["key.account.visit"].with_user(self.specialist)
        with Form(visits) as form:
            self.assertFalse(form.name)
            form.key_account_id = self.account
            self.assertEqual(form.name, "Golden Gate Motors – Development")
            form.purpose = "service"
            self.assertEqual(form.name, "Golden Gate Motors – Service")
            form.name = "The new line"
            form.purpose = "survey"
            self.assertEqual(form.name, "The new line")
            form.date_start = fields.Datetime.now() + timedelta(days=1)

    def test_from_plan_to_review(self):
        visit = self.plan()
        self.assertEqual(visit.name, "Golden Gate Motors – Development")
        self.assertEqual(visit.date_end - visit.date_start, timedelta(hours=1))
        self.report(visit, next_step="Send samples", next_date="2030-01-15")
        self.assertEqual(
            visit.met_ids, self.contact, "whom we wanted to meet is proposed"
        )
        self.assertEqual(visit.reported_by_id, self.specialist)
        judged = visit.with_user(self.manager)
        judged.write({**SCORES, "guidance": "Invite them to the factory."})
        judged.action_review()
        self.assertEqual(visit.state, "reviewed")
        self.assertEqual(visit.reviewed_by_id, self.manager)

    def test_the_mail_leads_to_the_review(self):
        """In the language of whoever reviews."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        self.env.flush_all()
        french = {
            "Open and decide": "Ouvrir et décider",
            "The report waits for your review.": "Le rapport vous attend.",
        }
        group, visit = self.listen(), self.plan()
        with patch.dict(
            code_translations.python_translations, {("key_account", "fr_FR"): french}
        ):
            self.report(visit)
            links = self.links_of_mail(self.manager)
        told = visit.sudo().message_ids.filtered("partner_ids")
        self.assertEqual(told.partner_ids, self.manager.partner_id)
        self.assertIn("Le rapport vous attend.", told.body)
        self.assertIn(
            f"model={visit._name}&res_id={visit.id}", links["Ouvrir et décider"]
        )
        review = self.env.ref("key_account.visit_view_form_review").id
        self.assertEqual(visit.with_user(self.manager).get_formview_id(), review)
        self.assertNotEqual(visit.get_formview_id(), review)
        self.assertEqual(group(visit), ["visit_to_review"])

    def test_the_form_asks_for_account_and_date_only(self):
        with Form(self.env["key.account.visit"].with_user(self.specialist)) as form:
            form.key_account_id = self.account
            form.date_start = datetime(2030, 5, 6, 9)
        visit = form.save()
        self.assertEqual(visit.user_id, self.specialist)
        self.assertEqual(visit.date_original, datetime(2030, 5, 6, 9))

    def test_moving_the_start_keeps_the_length_and_the_original_date(self):
        visit = self.plan(
            date_start="2030-05-06 09:00:00", date_end="2030-05-06 11:00:00"
        )
        visit.date_start = "2030-05-02 08:00:00"
        self.assertEqual(visit.date_end, datetime(2030, 5, 2, 10))
        self.assertEqual(visit.date_original, datetime(2030, 5, 6, 9))

    def test_check_in_and_out(self):
        visit = self.plan(date_start="2030-05-06 09:00:00")
        visit.action_confirm()
        with freeze_time("2030-05-06 09:10:00"):
            visit.action_check_in()
        with freeze_time("2030-05-06 10:40:00"):
            visit.action_hold()
        self.assertEqual(visit.held_start, datetime(2030, 5, 6, 9, 10))
        self.assertEqual(visit.held_end, datetime(2030, 5, 6, 10, 40))

    def test_entered_later_the_planned_hours_count(self):
        visit = self.plan(
            date_start="2030-05-06 09:00:00", date_end="2030-05-06 11:00:00"
        )
        visit.action_confirm()
        with freeze_time("2030-05-08 16:00:00"):
            visit.action_hold()
        self.assertEqual(visit.held_start, datetime(2030, 5, 6, 9))
        self.assertEqual(visit.held_end, datetime(2030, 5, 6, 11))

    def test_steps_come_in_order(self):
        visit = self.plan()
        for step in (
            "action_check_in",
            "action_hold",
            "action_report",
            "action_review",
        ):
            with self.assertRaisesRegex(UserError, "Planned"):
                getattr(visit.with_user(self.manager), step)()
        visit.action_confirm()
        with self.assertRaisesRegex(UserError, "Confirmed"):
            visit.action_confirm()

    def test_a_visit_ahead_cannot_be_held(self):
        visit = self.plan(date_start=fields.Datetime.now() + timedelta(days=3))
        visit.action_confirm()
        for step in ("action_check_in", "action_hold"):
            with self.assertRaisesRegex(UserError, "day has not come"):
                getattr(visit, step)()
        with self.assertRaises(ValidationError):
            visit.held_start = fields.Datetime.now() + timedelta(days=1)

    def test_from_the_plan_to_the_report_at_once(self):
        visit = self.plan(date_end=fields.Datetime.now() - timedelta(hours=23))
        action = visit.action_hold_and_report()
        self.assertEqual((visit.state, action["res_id"]), ("held", visit.id))
        self.assertEqual(
            (visit.held_start, visit.held_end), (visit.date_start, visit.date_end)
        )
        self.assertEqual(visit.calendar_event_id.user_id, self.specialist)
        visit.action_hold_and_report()
        self.assertEqual(visit.state, "held")
        ahead = self.plan(date_start=fields.Datetime.now() + timedelta(days=3))
        # Nothing is half done: it is not confirmed either.
        with self.assertRaises(UserError):
            ahead.action_hold_and_report()
        self.assertEqual(ahead.state, "planned")
        ahead._write_kept({"state": "cancelled"})
        with self.assertRaisesRegex(UserError, "Confirmed"):
            ahead.action_hold_and_report()
        with self.assertRaises(AccessError):
            self.plan().with_user(self.other_manager).action_hold_and_report()

    def test_its_deal_is_one_click_away(self):
        visit = self.plan()
        self.assertEqual(visit.action_open_deals()["res_id"], self.lead.id)
        second = self.lead.copy({"name": "A second deal"})
        visit.opportunity_ids |= second
        found = self.env["crm.lead"].search(visit.action_open_deals()["domain"])
        self.assertEqual(found, self.lead | second)

    def test_all_that_is_missing_is_said_at_once(self):
        visits = self.plan(contact_ids=[]) | self.plan(name="Second", contact_ids=[])
        visits.action_confirm()
        visits.action_hold()
        visits[1].write({"outcome": "not_achieved", "summary": "Nobody there."})
        with self.assertRaises(UserError) as caught:
            visits.action_report()
        message = str(caught.exception)
        for part in (
            visits[0].name,
            "who was met",
            "the summary",
            "the outcome",
            "Second",
            "why",
        ):
            self.assertIn(part, message)
        self.assertEqual(set(visits.mapped("state")), {"held"})

    def test_cancelled_with_a_reason_and_planned_again(self):
        visit = self.plan()
        visit.action_confirm()
        event = visit.calendar_event_id
        with self.assertRaisesRegex(UserError, "please say"):
            visit.action_cancel(" ")
        visit.action_cancel("The buyer is ill")
        self.assertEqual(
            (visit.state, visit.cancelled_by_id), ("cancelled", self.specialist)
        )
        self.assertFalse(event.exists())
        visit.action_replan("2030-06-03 09:00:00")
        self.assertEqual((visit.state, visit.cancel_reason), ("planned", False))
        self.assertEqual(visit.date_start, datetime(2030, 6, 3, 9))

    def test_the_customer_called_it_off(self):
        ours, theirs = self.plan(), self.plan()
        for visit, by_customer in ((ours, False), (theirs, True)):
            wizard = Form(
                self.env["key.account.visit.reason"]
                .with_user(self.specialist)
                .with_context(default_visit_ids=visit.ids)
            )
            wizard.reason, wizard.by_customer = "Ill", by_customer
            wizard.save().action_apply()
        self.assertFalse(ours.cancelled_by_customer)
        self.assertTrue(theirs.cancelled_by_customer)
        for name in ("unplanned", "cancelled_by_customer"):
            with self.assertRaises(AccessError):
                theirs.write({name: False})
        theirs.action_replan()
        self.assertFalse(theirs.cancelled_by_customer)

    def test_entered_when_it_had_begun_it_was_not_planned(self):
        self.assertTrue(self.plan().unplanned)
        ahead = self.plan(date_start=fields.Datetime.now() + timedelta(days=3))
        self.assertFalse(ahead.unplanned)

    def test_reason_wizard(self):
        visit = self.plan()
        action = visit.with_context(visit_step="cancel").action_ask_reason()
        wizard = (
            self.env["key.account.visit.reason"]
            .with_user(self.specialist)
            .with_context(**action["context"])
            .create({"reason": "Fair was cancelled"})
        )
        wizard.action_apply()
        self.assertEqual(visit.cancel_reason, "Fair was cancelled")

    def test_opportunities_are_of_the_account(self):
        other = self.lead.copy({"partner_id": self.plain_customer.id})
        with self.assertRaisesRegex(ValidationError, "do not belong"):
            self.plan(opportunity_ids=[Command.set(other.ids)])

    def test_the_last_visit_is_shown(self):
        first = self.report(self.plan(), next_step="Send samples")
        second = self.plan(date_start=fields.Datetime.now())
        self.assertEqual(second.previous_visit_id, first)
        self.assertEqual(second.previous_next_step, "Send samples")
        self.assertFalse(first.previous_visit_id)

    # -- deadlines ----------------------------------------------------

    def test_report_due_in_working_hours_review_in_working_days(self):
        self.company.resource_calendar_id.tz = "UTC"
        visit = self.plan(
            date_start="2026-05-08 14:00:00", date_end="2026-05-08 15:00:00"
        )
        visit.action_confirm()
        with freeze_time("2026-05-08 15:00:00"):  # Friday; 8–12, 13–17
            visit.action_hold()
        self.assertEqual(visit.report_deadline, datetime(2026, 5, 11, 15))
        visit.write({"summary": "Fine", "outcome": "achieved"})
        with freeze_time("2026-05-11 15:00:00"):
            visit.action_report()
        self.assertTrue(visit.report_in_time)
        self.assertEqual(visit.review_deadline, datetime(2026, 5, 12, 15))
        with freeze_time("2026-05-12 15:00:01"):
            visit.with_user(self.manager).action_review(SCORES)
        self.assertFalse(visit.review_in_time)

    def test_holidays_of_the_own_company_count(self):
        self.company.resource_calendar_id.tz = "UTC"
        monday = {
            "name": "Holiday",
            "date_from": "2026-05-11 00:00:00",
            "date_to": "2026-05-11 23:59:59",
        }
        leaves = self.env["resource.calendar.leaves"]
        friday = datetime(2026, 5, 8, 15)
        leaves.with_company(self.other_company).create(monday).flush_recordset()
        due = self.company._key_account_deadline(friday, 8, "hours")
        self.assertEqual(due, datetime(2026, 5, 11, 15))
        leaves.with_company(self.company).create(monday).flush_recordset()
        due = self.company._key_account_deadline(friday, 8, "hours")
        self.assertEqual(due, datetime(2026, 5, 12, 15))
        self.assertEqual(self.company._key_account_deadline(friday, 1, "days"), due)

    def test_without_a_calendar_plain_time_counts(self):
        self.company.resource_calendar_id = False
        start = datetime(2026, 5, 8, 15)
        self.assertEqual(
            self.company._key_account_deadline(start, 8, "hours"),
            start + timedelta(hours=8),
        )
        self.assertEqual(
            self.company._key_account_deadline(start, 1, "days"),
            start + timedelta(days=1),
        )

    def test_returned_report_is_due_again_and_a_late_one_stays_late(self):
        self.company.resource_calendar_id.tz = "UTC"
        visit = self.plan(date_start="2026-05-04 09:00:00")
        visit.action_confirm()
        with freeze_time("2026-05-04 10:00:00"):
            visit.action_hold()
            visit.write({"summary": "Fine", "outcome": "achieved"})
        with freeze_time("2026-05-06 10:00:00"):
            visit.action_report()
            self.assertFalse(visit.report_in_time)
            visit.with_user(self.manager).action_return("Whom did you meet?")
        self.assertEqual((visit.state, visit.reported_on), ("held", False))
        self.assertEqual(visit.report_deadline, datetime(2026, 5, 7, 10))
        with freeze_time("2026-05-06 11:00:00"):
            visit.action_report()
        self.assertFalse(visit.report_in_time)

    # -- who may ------------------------------------------------------

    @mute_logger(*ACL_LOGGERS)
    def test_only_managers_of_the_team_and_directors_review(self):
        visit = self.report(self.plan())
        for user in (self.specialist, self.support, self.other_manager, self.colleague):
            with self.assertRaises(AccessError):
                self.rpc(user, visit, "action_review", SCORES)
            with self.assertRaises(AccessError):
                self.rpc(user, visit, "action_return", "No")
            with self.assertRaises(AccessError):
                self.rpc(user, visit, "write", SCORES)
        self.assertEqual(visit.state, "reported")
        self.rpc(self.director, visit, "action_review", SCORES)
        self.assertEqual(visit.state, "reviewed")

    def test_nobody_reviews_their_own_visit_while_others_manage(self):
        visit = self.report(self.plan(user=self.manager))
        self.assertFalse(visit.with_user(self.manager).can_review)
        with self.assertRaises(AccessError):
            visit.with_user(self.manager).action_review(SCORES)
        # Entered by the support: it is the manager's visit all the same.
        entered = self.report(self.plan(user=self.support, user_id=self.manager.id))
        self.assertFalse(entered.with_user(self.manager).can_review)
        (self.director | self.general_manager).action_archive()
        self.env["res.users"].search(
            [("all_group_ids", "in", self.env.ref("key_account.group_director").id)]
        ).group_ids -= self.env.ref("key_account.group_director")
        visit.invalidate_recordset(["can_review"])
        self.assertTrue(visit.with_user(self.manager).can_review)
        visit.with_user(self.manager).action_review(SCORES)

    def test_a_review_judges_everything(self):
        visit = self.report(self.plan()).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Difficulty"):
            visit.action_review({"review_potential": 3})
        with self.assertRaisesRegex(UserError, "not part of a review"):
            visit.action_review({**SCORES, "state": "planned"})

    @mute_logger(*ACL_LOGGERS)
    def test_colleagues_and_others_do_not_see_the_visit(self):
        visit = self.plan()
        for user in (
            self.colleague,
            self.other_manager,
            self.outsider,
            self.accountant,
        ):
            with self.assertRaises(AccessError):
                self.rpc(user, visit, "read", ["name"])
        for user in (self.specialist, self.support, self.manager, self.director):
            self.rpc(user, visit, "read", ["name"])

    # -- the way through the states is a control ----------------------

    @mute_logger(*ACL_LOGGERS)
    def test_no_rpc_writes_what_the_steps_write(self):
        visit = self.plan()
        now = fields.Datetime.to_string(fields.Datetime.now())
        attempts = [
            {"state": "reviewed"},
            {"state": "planned"},
            {"reported_on": now},
            {"reviewed_on": now},
            {"reviewed_by_id": self.manager.id},
            {"report_deadline": now},
            {"report_in_time": True},
            {"date_original": now},
            {"to_reschedule": True},
            {"team_id": self.plain_team.id},
        ]
        contexts = [
            {},
            {"key_account_step": True},
            {"key_account_step": {}},
            {"install_mode": True},
        ]
        for vals in attempts:
            for user in (self.specialist, self.manager, self.director):
                for context in contexts:
                    with self.assertRaises(AccessError):
                        self.rpc(user, visit, "write", vals, context=context)
                    with self.assertRaises(AccessError):
                        self.rpc(
                            user,
                            visit,
                            "web_save",
                            vals,
                            {"state": {}},
                            context=context,
                        )

    @mute_logger(*ACL_LOGGERS)
    def test_no_create_import_or_default_starts_later(self):
        visits = self.env["key.account.visit"]
        vals = {"key_account_id": self.account.id, "date_start": "2030-05-06 09:00:00"}
        with self.assertRaises(AccessError):
            self.rpc(self.manager, visits, "create", [{**vals, "state": "reviewed"}])
        with self.assertRaises(AccessError):
            self.rpc(
                self.manager,
                visits,
                "create",
                [vals],
                context={"default_state": "reviewed"},
            )
        with self.assertRaises(AccessError):
            self.rpc(self.manager, visits, "create", [{**vals, **SCORES}])
        result = self.rpc(
            self.manager,
            visits,
            "load",
            ["key_account_id/.id", "date_start", "state"],
            [[str(self.account.id), "2030-05-06 09:00:00", "Reviewed"]],
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])
        created = self.rpc(
            self.specialist, visits, "create", [{**vals, "state": "planned"}]
        )
        self.assertEqual(visits.browse(created).state, "planned")

    def test_superuser_rights_open_nothing(self):
        visit = self.plan()
        with self.assertRaises(AccessError):
            visit.sudo().state = "reviewed"
        with self.assertRaises(AccessError):
            visit.sudo().create(
                {
                    "key_account_id": self.account.id,
                    "date_start": "2030-05-06",
                    "state": "held",
                }
            )
        self.report(visit)
        with self.assertRaises(AccessError):
            visit.sudo().write(SCORES)
        with self.assertRaises(AccessError):
            visit.with_user(self.specialist).sudo().action_review(SCORES)

    def test_copying_starts_anew(self):
        visit = self.report(self.plan())
        copy = visit.copy({"date_start": "2030-05-06 09:00:00"})
        self.assertEqual(copy.state, "planned")
        self.assertFalse(copy.reported_on or copy.summary or copy.calendar_event_id)
        self.assertEqual(copy.date_original, copy.date_start)

    def test_what_was_reported_and_reviewed_stands(self):
        visit = self.report(
            self.plan(participant_ids=[Command.create({"user_id": self.manager.id})])
        )
        visit.summary = "A word added before the review"
        for vals in (
            {"held_end": "2026-01-01 00:00:00"},
            {"user_id": self.colleague.id},
            {"date_start": "2026-01-01 00:00:00"},
            {"key_account_id": self.account.id},
        ):
            with self.assertRaisesRegex(UserError, "no longer be changed"):
                visit.write(vals)
        visit.commitment_ids = [Command.create({"name": "Send samples"})]
        visit.with_user(self.manager).action_review(SCORES)
        for vals in ({"summary": "Other"}, {"outcome": "partly"}, {"name": "Other"}):
            with self.assertRaisesRegex(UserError, "no longer be changed"):
                visit.with_user(self.director).write(vals)
        with self.assertRaises(UserError):
            visit.with_user(self.manager).write({"guidance": "Something else"})
        for line in (visit.participant_ids, visit.commitment_ids):
            with self.assertRaisesRegex(UserError, "reviewed"):
                line.unlink()
        with self.assertRaisesRegex(UserError, "reviewed"):
            visit.commitment_ids.name = "Send nothing"
        with self.assertRaisesRegex(UserError, "reviewed"):
            visit.commitment_ids.create({"visit_id": visit.id, "name": "Later"})

    def test_what_happened_is_not_deleted(self):
        planned, reported = self.plan(), self.report(self.plan())
        planned.unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            reported.unlink()

    # -- what follows -------------------------------------------------

    def activities(self, visit, xmlid):
        kind = self.env.ref(f"key_account.{xmlid}")
        return visit.sudo().activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_activities_follow_the_steps(self):
        visit = self.plan()
        visit.action_confirm()
        visit.action_hold()
        due = self.activities(visit, "mail_activity_visit_report")
        self.assertEqual(due.user_id, self.specialist)
        visit.write({"summary": "Fine", "outcome": "achieved"})
        visit.action_report()
        self.assertFalse(self.activities(visit, "mail_activity_visit_report"))
        self.assertEqual(
            self.activities(visit, "mail_activity_visit_review").user_id, self.manager
        )
        visit.with_user(self.manager).action_return("Whom did you meet?")
        self.assertFalse(self.activities(visit, "mail_activity_visit_review"))
        self.assertEqual(len(self.activities(visit, "mail_activity_visit_report")), 1)
        visit.action_report()
        visit.with_user(self.manager).action_review(SCORES)
        self.assertFalse(self.activities(visit, "mail_activity_visit_review"))

    def test_commitments_and_next_step_become_activities_once(self):
        visit = self.report(
            self.plan(),
            next_step="Call again",
            next_date="2030-01-15",
            commitment_ids=[
                Command.create(
                    {
                        "name": "Samples",
                        "date": "2030-01-10",
                        "user_id": self.support.id,
                    }
                ),
                Command.create({"name": "Drawings", "side": "theirs"}),
            ],
        )
        follow_up = self.activities(visit, "mail_activity_follow_up")
        self.assertEqual(len(follow_up), 3)
        self.assertIn(self.support, follow_up.user_id)
        self.assertIn("The customer promised: Drawings", follow_up.mapped("summary"))
        visit.with_user(self.manager).action_return("More, please")
        visit.action_report()
        self.assertEqual(len(self.activities(visit, "mail_activity_follow_up")), 3)

    def test_the_manager_gives_authority_with_the_review(self):
        visit = self.report(self.plan()).with_user(self.manager)
        visit.grant_ids = [
            Command.create(
                {
                    "opportunity_id": self.lead.id,
                    "company_id": self.company.id,
                    "user_id": self.specialist.id,
                    "dimension": "discount",
                    "value": 8.0,
                }
            )
        ]
        visit.action_review(SCORES)
        bench = self.env["key.account.authority.limit"]._bench_of_deal(
            self.company, self.lead, self.account, grants=visit.sudo().grant_ids
        )
        asked = Measure("discount", None)
        self.assertEqual(bench.limit(self.specialist.id, asked), 8.0)

    def test_screens_open_for_each_role(self):
        visit = self.report(self.plan())
        for user in (self.specialist, self.support, self.manager, self.director):
            for action in ("action_open_report", "action_open_review"):
                view_id = self.rpc(user, visit, action)["views"][0][0]
                with Form(visit.with_user(user), view=view_id):
                    pass
            Form(visit.with_user(user), view="key_account.visit_view_form")

    def test_many_visits_cost_no_more_searches_than_one(self):
        def steps(visits):
            visits.action_hold()
            visits.write({"summary": "Fine", "outcome": "achieved"})
            visits.action_report()
            visits.env.flush_all()
            visits.env.invalidate_all()
            return visits.mapped("is_overdue"), visits.mapped("can_review")

        few = self.plan() | self.plan()
        many = self.env["key.account.visit"].union(*(self.plan() for _i in range(12)))
        (few | many).action_confirm()
        counts = []
        for visits in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            steps(visits)
            counts.append(self.cr.sql_log_count - before)
        # Mail writes a message for each visit; nothing else may grow with their number.
        self.assertLess(counts[1] - counts[0], 10 * 8, counts)

    def test_the_deal_shows_the_guidance(self):
        visit = self.report(self.plan()).with_user(self.manager)
        visit.action_review({**SCORES, "guidance": "Offer the bigger pump."})
        lead = self.lead.with_user(self.specialist)
        self.assertEqual(lead.visit_guidance, "Offer the bigger pump.")
        # A later review without a word leaves what was said.
        self.report(self.plan()).with_user(self.manager).action_review(dict(SCORES))
        self.assertEqual(lead.visit_guidance, "Offer the bigger pump.")
        self.assertFalse(self.lead.copy_data()[0].get("visit_guidance"))


@tagged("post_install", "-at_install")
class TestAgenda(VisitCommon):
    def test_today_first_then_the_next_then_the_past(self):
        now = fields.Datetime.now().replace(hour=12, minute=0)
        days = {
            0: "today",
            1: "tomorrow",
            40: "later",
            -1: "yesterday",
            -40: "long ago",
        }
        for day, name in reversed(sorted(days.items())):
            self.plan(
                name=name,
                date_start=now + timedelta(days=day),
                date_end=now + timedelta(days=day, hours=1),
            )
        visits = self.env["key.account.visit"].with_user(self.specialist)
        visits = visits.with_context(tz="UTC")
        found = visits.search([("name", "in", list(days.values()))], order="agenda")
        self.assertEqual(found.mapped("name"), list(days.values()))
        self.assertEqual(found.sorted("name")._by_agenda(), found)
        # So they stand in the account's file, and on no other page than the first.
        view = self.env.ref("key_account.key_account_view_form")
        file = self.account.with_user(self.specialist).with_context(tz="UTC")
        arch = etree.fromstring(file.get_view(view.id, "form")["arch"])
        (shown,) = arch.xpath("//field[@name='visit_ids']/list")
        spec = {"fields": {"name": {}}, "limit": 2, "order": shown.get("default_order")}
        (row,) = file.web_read({"visit_ids": spec})
        names = [visit.get("name") for visit in row["visit_ids"]]
        self.assertEqual(names[:2], ["today", "tomorrow"])

    def test_the_place_opens_the_map_of_the_country(self):
        speak_chinese(self.env)
        visit = self.plan(place="Gate 3 & 4, Wuxi 无锡")
        english = visit.with_context(lang="en_US").map_url
        chinese = visit.with_context(lang="zh_CN").map_url
        self.assertIn("google.com/maps", english)
        self.assertIn("uri.amap.com", chinese)
        for link in (english, chinese):
            self.assertIn("Gate%203%20%26%204", link)
        self.assertFalse(self.plan(place=False).map_url)

    def test_the_customers_contact_counts_the_visits(self):
        customer = self.customer.with_user(self.specialist)
        self.assertEqual(customer.meeting_count, 0)
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        visit = self.plan(date_start=tomorrow)
        visit.action_confirm()
        customer.invalidate_recordset(["meeting_count"])
        self.assertEqual(customer.meeting_count, 1)
        self.assertEqual(customer.key_account_id, self.account)
        action = customer.action_open_key_account()
        self.assertEqual(action["res_id"], self.account.id)
        # Somebody who may not open the file learns nothing of it.
        stranger = self.customer.with_user(self.outsider)
        stranger.invalidate_recordset(["meeting_count"])
        self.assertEqual(stranger.meeting_count, 0)
        with self.assertRaises(AccessError):
            stranger.read(["key_account_id"])

    def test_managers_and_support_see_the_teams_visits(self):
        visit = self.plan()
        arch = etree.fromstring(self.env.ref("key_account.visit_view_search").arch)
        (found,) = arch.xpath("//filter[@name='filter_ours']/@domain")
        for action in ("visit_action", "visit_action_to_report"):
            context = self.env.ref(f"key_account.{action}").context
            self.assertIn("search_default_filter_ours", context)
        for user, sees in (
            (self.specialist, True),
            (self.manager, True),
            (self.support, True),
            (self.director, False),
        ):
            domain = safe_eval(found, {"uid": user.id})
            visits = visit.with_user(user).search(domain)
            self.assertEqual(visit.id in visits.ids, sees, user.login)


@tagged("post_install", "-at_install")
class TestMissing(VisitCommon):
    """The refusal names the fields, for the screen to mark them."""

    def fields_of(self, visit, method):
        with self.assertRaises(UserError) as refusal:
            getattr(visit, method)()
        return refusal.exception.context["key_account_missing"]

    def test_in_a_report(self):
        visit = self.plan()
        visit.action_confirm()
        visit.action_hold()
        visit.met_ids = False
        wanted = ["met_ids", "outcome", "summary"]
        self.assertEqual(self.fields_of(visit, "action_submit_report"), wanted)
        visit.write({"outcome": "not_achieved", "summary": "Nobody was there"})
        wanted = ["failure_reason"]
        self.assertEqual(self.fields_of(visit, "action_submit_report"), wanted)

    def test_in_a_review(self):
        visit = self.report(self.plan())
        review = visit.with_user(self.manager)
        self.assertEqual(self.fields_of(review, "action_review"), sorted(SCORES))
        review.review_value = 3
        self.assertNotIn("review_value", self.fields_of(review, "action_review"))
