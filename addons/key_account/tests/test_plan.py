from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestPlan(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partner = cls.env["res.partner"].create({"name": "Plan Co", "is_company": True})
        cls.file = (
            cls.env["key.account"]
            .with_user(cls.specialist)
            .create({"partner_id": partner.id, "team_id": cls.team.id})
        )
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Castings",
                "type": "opportunity",
                "partner_id": partner.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
                "company_id": cls.env.company.id,
            }
        )
        cls.today = fields.Date.context_today(cls.lead)

    def _plan(self, user=None, **vals):
        return (
            self.env["key.account.plan"]
            .with_user(user or self.specialist)
            .create({"opportunity_id": self.lead.id, **vals})
        )

    def _complete_plan(self, user=None):
        return self._plan(
            user,
            contingency="Offer a trial order",
            objective_ids=[Command.create({"name": "First order", "target": "1"})],
            action_ids=[
                Command.create(
                    {
                        "name": "Visit",
                        "user_id": self.specialist.id,
                        "date_due": self.today,
                    }
                )
            ],
        )

    def test_a_deal_plan_belongs_to_the_account_of_its_opportunity(self):
        plan = self._plan()
        self.assertEqual(plan.key_account_id, self.file)
        self.assertEqual(plan.name, "Plan Co – Castings")
        with self.assertRaisesRegex(ValidationError, "opportunity"):
            self.env["key.account.plan"].create(
                {"key_account_id": self.file.id, "kind": "deal"}
            )
        other = self.env["key.account"].create(
            {
                "partner_id": self.env["res.partner"]
                .create({"name": "O", "is_company": True})
                .id,
                "user_id": self.specialist.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "Plan Co"):
            self._plan(key_account_id=other.id)

    def test_missing_parts_are_named(self):
        plan = self._plan(action_ids=[Command.create({"name": "Visit"})])
        self.assertEqual(
            plan._missing_parts(),
            [
                "an objective",
                "person and date of the action “Visit”",
                "the contingency plan",
            ],
        )
        with self.assertRaisesRegex(
            UserError, "(?s)Castings.*objective.*Visit.*contingency"
        ):
            plan.with_user(self.manager).action_approve()
        self.assertEqual(plan.state, "draft")
        self.assertEqual(self._complete_plan()._missing_parts(), [])

    def test_approval_by_the_manager_not_by_the_author(self):
        plan = self._complete_plan()
        for user in (self.specialist, self.support):
            with self.assertRaisesRegex(AccessError, "manager"):
                plan.with_user(user).action_approve()
        plan.with_user(self.manager).action_approve()
        self.assertEqual((plan.state, plan.approved_by_id), ("approved", self.manager))

    def test_own_plan_is_approved_by_another_manager_where_there_is_one(self):
        plan = self._complete_plan(self.manager)
        second = self._user("ka_second", "key_account.group_manager")
        self.team.key_account_manager_ids |= second
        with self.assertRaises(AccessError):
            plan.with_user(self.manager).action_approve()
        plan.with_user(second).action_approve()
        self.team.user_id = self.team.key_account_manager_ids = self.manager
        sole = self._complete_plan(self.manager)
        sole.with_user(self.manager).action_approve()
        self.assertEqual(sole.state, "approved")

    def test_approval_is_not_written_by_hand(self):
        plan = self._complete_plan()
        for vals in ({"state": "approved"}, {"approved_by_id": self.manager.id}):
            for user in (self.specialist, self.manager):
                with self.assertRaises(AccessError):
                    plan.with_user(user).write(vals)
                with self.assertRaises(AccessError):
                    plan.with_user(user).sudo().write(vals)
                with self.assertRaises(AccessError):
                    self._plan(user, **vals)
        forced = self.env["key.account.plan"].with_user(self.specialist)
        with self.assertRaises(AccessError):
            forced.with_context(default_state="approved").create(
                {"opportunity_id": self.lead.id}
            )
        plan.with_user(self.manager).action_approve()
        self.assertEqual(plan.copy().state, "draft")

    def test_an_approved_plan_stays_as_approved_until_revised(self):
        plan = self._complete_plan()
        plan.with_user(self.manager).action_approve()
        mine = plan.with_user(self.specialist)
        for change in (
            {"contingency": "none"},
            {"objective_ids": [Command.create({"name": "More"})]},
            {"action_ids": [Command.clear()]},
            {"action_ids": [Command.update(plan.action_ids.id, {"name": "Call"})]},
        ):
            with self.assertRaisesRegex(UserError, "Revise"):
                mine.write(change)
        with self.assertRaises(UserError):
            self.env["key.account.plan.action"].with_user(self.specialist).with_context(
                default_plan_id=plan.id
            ).create({"name": "Sneaked in"})
        with self.assertRaises(UserError):
            mine.unlink()
        mine.action_revise()
        mine.contingency = "Another supplier for the tooling"
        self.assertEqual((plan.state, plan.approved_by_id.id), ("draft", False))

    def test_people_are_reminded_and_done_is_done(self):
        outsider = self._user("ka_engineer", "base.group_user")
        plan = self._complete_plan()
        plan.action_ids = [
            Command.create(
                {"name": "Drawing", "user_id": outsider.id, "date_due": self.today}
            )
        ]
        plan.with_user(self.manager).action_approve()
        visit, drawing = plan.action_ids
        self.assertEqual(visit.activity_id.user_id, self.specialist)
        self.assertFalse(drawing.activity_id)
        self.assertIn(outsider.name, plan.message_ids[0].body)
        activity = visit.activity_id
        visit.with_user(self.specialist).action_done()
        self.assertEqual(visit.done_on, self.today)
        self.assertFalse(activity.active)
        self.assertEqual(plan.progress, 50.0)

    def test_closing_needs_results(self):
        plan = self._complete_plan()
        plan.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "results"):
            plan.with_user(self.specialist).action_close()
        plan.with_user(self.specialist).result = "First order won"
        plan.with_user(self.specialist).action_close()
        self.assertEqual(plan.state, "closed")

    def test_the_form_writes_a_plan(self):
        with Form(
            self.env["key.account.plan"]
            .with_user(self.specialist)
            .with_context(default_key_account_id=self.file.id)
        ) as form:
            form.opportunity_id = self.lead
            with form.objective_ids.new() as objective:
                objective.name = "First order"
        self.assertEqual(form.record.key_account_id, self.file)
        self.assertTrue(form.record.name)
