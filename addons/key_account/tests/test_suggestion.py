"""Suggestions: made, judged, carried out, thanked for; who reads them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon, speak_chinese


class SuggestionCommon(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.customer.id}
        )

    def suggest(self, user=None, **values):
        suggestion = (
            self.env["key.account.suggestion"]
            .with_user(user or self.specialist)
            .with_context(allowed_company_ids=self.company.ids)
            .create({"name": "One drawing for both gearboxes", **values})
        )
        self.env.flush_all()
        return suggestion

    def judge(self, suggestion, decision="declined", user=None, **values):
        plan = {}
        if decision == "accepted":
            plan = {
                "goal": "One drawing",
                "responsible": self.colleague.id,
                "due": fields.Date.today() + timedelta(days=20),
            }
        suggestion.with_user(user or self.manager).action_judge(
            decision, "4", "2", "Saves a day", **{**plan, **values}
        )

    def notices(self, user, suggestion):
        return self.env["mail.message"].search(
            [
                ("model", "=", suggestion._name),
                ("res_id", "=", suggestion.id),
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )


@tagged("post_install", "-at_install")
class TestSuggestion(SuggestionCommon):
    def test_what_somebody_noted_down_stays(self):
        """A decision ends what the process has asked for, and nothing else: neither a
        to-do of one's own, nor what another automation has scheduled."""
        suggestion = self.suggest()
        todo = "mail.mail_activity_data_todo"
        own = suggestion.sudo().activity_schedule(todo, user_id=self.manager.id)
        own.automated = False
        other = suggestion.sudo().activity_schedule(todo, user_id=self.manager.id)
        self.judge(suggestion, "accepted")
        suggestion.with_user(self.colleague).action_done("One drawing is in use")
        self.assertEqual(suggestion.sudo().activity_ids, own | other)

    def test_the_whole_way(self):
        """Collected, accepted, carried out, thanked for; the proposer is told of each
        step, in their language, whoever carries it out is asked."""
        suggestion = self.suggest()
        self.assertTrue(suggestion.number.startswith("I"))
        self.assertEqual(suggestion.user_id, self.specialist)
        self.assertEqual(suggestion.team_id, self.team)
        asked = suggestion.sudo().activity_ids
        self.assertEqual(asked.user_id, self.manager)
        self.judge(suggestion, "accepted")
        self.assertEqual(suggestion.state, "accepted")
        self.assertEqual(suggestion.judged_by_id, self.manager)
        asked = suggestion.sudo().activity_ids
        self.assertEqual(asked.user_id, self.colleague)
        self.assertEqual(asked.date_deadline, suggestion.due)
        self.assertIn(suggestion.name, asked.summary)
        self.assertEqual(len(self.notices(self.specialist, suggestion)), 1)
        suggestion.with_user(self.colleague).action_done("One drawing is in use")
        self.assertEqual(suggestion.state, "done")
        self.assertTrue(suggestion.done_on)
        self.assertFalse(suggestion.sudo().activity_ids)
        suggestion.with_user(self.manager).action_thank("500 yuan")
        told = self.notices(self.specialist, suggestion)
        self.assertEqual(len(told), 3)
        self.assertIn("500 yuan", told[0].body)

    def test_told_in_the_language_of_the_proposer(self):
        speak_chinese(self.env)
        self.specialist.lang = "zh_CN"
        suggestion = self.suggest()
        self.judge(suggestion, "later")
        label = dict(
            suggestion._fields["state"]._description_selection(
                self.env(context={"lang": "zh_CN"})
            )
        )["later"]
        self.assertIn(label, self.notices(self.specialist, suggestion).body)

    def test_decided_anew_until_it_is_carried_out(self):
        suggestion = self.suggest()
        self.judge(suggestion, "later")
        self.judge(suggestion, "accepted")
        with self.assertRaisesRegex(UserError, "Adopted"):
            self.judge(suggestion, "declined")

    def test_what_is_accepted_says_who_and_until_when(self):
        suggestion = self.suggest()
        with self.assertRaisesRegex(UserError, "the goal, who carries it out, until"):
            self.judge(suggestion, "accepted", goal=" ", responsible=None, due=None)
        yesterday = fields.Date.today() - timedelta(days=2)
        with self.assertRaises(ValidationError):
            self.judge(suggestion, "accepted", due=yesterday)
        self.assertEqual(suggestion.state, "collected")

    def test_nobody_is_asked_who_could_not_open_it(self):
        suggestion = self.suggest(confidential=True)
        with self.assertRaisesRegex(ValidationError, "Ka Outsider"):
            self.judge(suggestion, "accepted", responsible=self.outsider.id)
        self.judge(suggestion, "accepted", responsible=self.reviewer.id)
        mine = suggestion.with_user(self.reviewer)
        self.assertEqual(mine.goal, "One drawing")

    def test_of_a_customer(self):
        """They are told by a person, and that is noted."""
        suggestion = self.suggest(
            source="customer",
            key_account_id=self.account.id,
            partner_id=self.contact.id,
        )
        with self.assertRaises(UserError):
            suggestion.action_told_customer()
        self.judge(suggestion)
        suggestion.action_told_customer()
        self.assertEqual(suggestion.told_by_id, self.specialist)
        with self.assertRaises(ValidationError):
            self.suggest(
                source="customer",
                key_account_id=self.account.id,
                partner_id=self.plain_customer.id,
            )
        own = self.suggest()
        self.judge(own)
        with self.assertRaisesRegex(UserError, "told anyway"):
            own.action_told_customer()

    def test_changed_until_it_is_judged(self):
        suggestion = self.suggest()
        suggestion.name = "One drawing for all gearboxes"
        self.judge(suggestion)
        suggestion.write({"name": suggestion.name})
        with self.assertRaisesRegex(UserError, "Subject"):
            suggestion.name = "Two drawings"

    def test_taken_back(self):
        suggestion = self.suggest()
        suggestion.action_withdraw("Done already")
        self.assertEqual(suggestion.state, "withdrawn")
        self.assertFalse(suggestion.sudo().activity_ids)
        with self.assertRaises(UserError):
            self.judge(suggestion)

    def test_asked_where_no_manager_can(self):
        """Of a manager, of somebody in no team, of a team whose leader is gone: a
        director has it in their list."""
        loner = self._user("ka_loner", "key_account.group_specialist")
        for user in (self.manager, loner):
            with self.subTest(user.login):
                asked = self.suggest(user=user).sudo().activity_ids.user_id
                self.assertEqual(len(asked), 1)
                self.assertTrue(asked.has_group("key_account.group_director"))
        self.team.key_account_manager_ids = self.director
        self.manager.sudo().active = False
        asked = self.suggest().sudo().activity_ids.user_id
        self.assertEqual(asked, self.director)

    def test_of_an_account_of_another_company(self):
        """It stands where its account does, from the first day and later on."""
        suggestion = self.suggest(key_account_id=self.account.id)
        self.specialist.sudo().company_ids |= self.other_company
        self.account.sudo().write(
            {
                "company_id": self.other_company.id,
                "team_id": self.env["crm.team"]
                .create({"name": "Europe", "company_id": self.other_company.id})
                .id,
            }
        )
        self.env.flush_all()
        self.assertEqual(suggestion.company_id, self.other_company)

    def test_the_form_and_its_steps(self):
        with Form(self.env["key.account.suggestion"].with_user(self.support)) as form:
            form.name = "Kanban bins"
        suggestion = form.record
        wizard = self.env["key.account.suggestion.act"].with_user(self.manager)
        with Form(
            wizard.with_context(
                default_act="judge", default_suggestion_id=suggestion.id
            )
        ) as form:
            form.decision = "declined"
            form.value = form.effort = "1"
            form.words = "Too dear"
        form.record.action_apply()
        self.assertEqual(suggestion.state, "declined")
        self.assertEqual(suggestion.reason, "Too dear")

    def test_overdue(self):
        suggestion = self.suggest()
        self.judge(suggestion, "accepted")
        late = [("is_overdue", "=", True)]
        found = self.env["key.account.suggestion"].search(late)
        self.assertNotIn(suggestion, found)
        suggestion._set_kept({"due": fields.Date.today() - timedelta(days=3)})
        self.env.flush_all()
        found = self.env["key.account.suggestion"].search(late)
        self.assertIn(suggestion, found)
        self.assertTrue(suggestion.is_overdue)

    def test_overdue_by_the_day_where_it_stands(self):
        """Whichever company whoever looks works in just now."""
        self.company.resource_calendar_id.tz = "Pacific/Kiritimati"
        self.other_company.resource_calendar_id.tz = "Pacific/Pago_Pago"
        suggestion = self.suggest()
        self.judge(suggestion, "accepted")
        suggestion._set_kept({"due": self.other_company._key_account_today()})
        self.env.flush_all()
        both = (self.other_company | self.company).ids
        model = suggestion.sudo().with_context(allowed_company_ids=both)
        self.assertTrue(model.is_overdue)
        self.assertIn(model, model.search([("is_overdue", "=", True)]))
        self.assertNotIn(model, model.search([("is_overdue", "=", False)]))
        yesterday = self.other_company._key_account_today()
        self.manager.company_ids |= self.other_company
        with self.assertRaisesRegex(ValidationError, "The day by which"):
            self.judge(
                suggestion.with_company(self.other_company), "accepted", due=yesterday
            )

    def test_somebody_else_has_it_in_hand(self):
        suggestion = self.suggest()
        busy = patch.object(
            self.env.registry[suggestion._name],
            "lock_for_update",
            side_effect=LockError("Cannot grab a lock on records"),
        )
        with busy, self.assertRaisesRegex(UserError, "Somebody else is working on I"):
            self.judge(suggestion)

    def test_lists_cost_the_same_for_many(self):
        """Opened as a list by the manager: two, and twenty."""
        specification = {
            name: {}
            for name in ("number", "name", "state", "is_overdue", "value", "due")
        } | {
            name: {"fields": {"display_name": {}}}
            for name in ("user_id", "key_account_id", "responsible_id", "team_id")
        }
        counts = []
        for more in (2, 18):
            for number in range(more):
                self.suggest(key_account_id=self.account.id, name=f"No. {number}")
            self.env.invalidate_all()
            model = self.env["key.account.suggestion"].with_user(self.manager)
            before = self.env.cr.sql_log_count
            model.web_search_read([], specification)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
