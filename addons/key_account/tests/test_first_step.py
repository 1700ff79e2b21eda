"""What a company has to set up: done by fact."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestFirstStep(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Step = cls.env["key.account.first.step"].with_user(cls.configurator)

    def states(self, company=None):
        self.env.invalidate_all()
        steps = self.Step.with_company(company or self.company).search([])
        return {step.code: step.state for step in steps}

    def test_done_by_fact(self):
        states = self.states()
        for code in ("people", "team", "levels", "limits", "approver", "enforce"):
            self.assertEqual(states[code], "done", code)
        self.assertEqual(states["feedback_alias"], "open")
        self.assertEqual(self.Step.count_open(), list(states.values()).count("open"))
        self.levels[40].user_ids = False
        self.company.key_account_mode = "observe"
        states = self.states()
        self.assertEqual(
            (states["approver"], states["observe"], states["enforce"]),
            ("open", "done", "open"),
        )

    def test_a_new_company_has_all_before_it(self):
        self.configurator.company_ids |= self.other_company
        self.Step = self.Step.with_context(allowed_company_ids=self.other_company.ids)
        states = self.states(self.other_company)
        for code in ("people", "team", "levels", "limits", "approver", "observe"):
            self.assertEqual(states[code], "open", code)
        self.assertEqual(list(states)[0], "people")
        self.assertEqual(list(states)[-1], "enforce")

    def test_each_opens_its_screen(self):
        for step in self.Step.search([]):
            if step.code == "kpi_targets":
                with self.assertRaisesRegex(UserError, "director"):
                    step.action_open()
                continue
            self.assertTrue(step.action_open()["type"].startswith("ir.actions"))
            self.assertTrue(step.name and step.why)

    def test_what_is_not_needed_is_not_open(self):
        alias = self.Step.search([("code", "=", "feedback_alias")])
        before = self.Step.count_open()
        alias.action_leave()
        self.assertEqual(alias.state, "left")
        self.assertEqual(self.Step.count_open(), before - 1)
        alias.action_take_up()
        self.assertEqual(alias.state, "open")

    def test_who_does_not_configure_sees_none(self):
        steps = self.Step.search([])
        self.assertEqual(self.Step.with_user(self.manager).count_open(), 0)
        for act in ("action_open", "action_leave", "action_take_up", "read"):
            with self.assertRaises(AccessError):
                getattr(steps[:1].with_user(self.manager), act)()

    def test_count_is_cheap(self):
        self.Step.count_open()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self.Step.count_open()

    def test_after_the_set_up(self):
        wizard = self.env["key.account.set.up"].with_user(self.configurator).create({})
        wizard.leader_id = self.manager
        action = wizard.action_apply_first_steps()
        self.assertEqual(action["res_model"], "key.account.first.step")
