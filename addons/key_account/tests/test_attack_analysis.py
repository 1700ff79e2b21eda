"""Risks, obstacles, the purchasing process: entered for others, moved, forged"""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_attack_parent import ParentCase

_MODELS = ("key.account.risk", "key.account.obstacle", "key.account.purchase.step")


@tagged("post_install", "-at_install")
class TestAttackAnalysis(ParentCase):
    def test_read_what_is_others(self):
        """Risks, obstacles and purchasing steps of a colleague's account: read, search,
        group, export, copy | specialist, other manager, salesperson | nothing found,
        refused"""
        for model in _MODELS:
            theirs = self.theirs[model]
            for user in (self.specialist, self.other_manager, self.outsider):
                with self.subTest(model=model, user=user.login):
                    for method, arguments in (
                        ("read", [["display_name"]]),
                        ("export_data", [["display_name"]]),
                        ("copy", []),
                        ("write", [{"company_id": False}]),
                        ("unlink", []),
                    ):
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            self.rpc(user, theirs, method, *arguments)
            found = self.rpc(self.specialist, theirs.browse(), "search", [])
            self.assertNotIn(theirs.id, found)
            self.assertIn(self.own[model].id, found)

    def test_actions_on_what_is_others(self):
        """The buttons of a colleague's risk, obstacle and account | specialist |
        refused, nothing changed"""
        for record, method in (
            (self.theirs["key.account.risk"], "action_end"),
            (self.theirs["key.account.risk"], "action_assess"),
            (self.theirs["key.account.risk"], "action_reopen"),
            (self.theirs["key.account.obstacle"], "action_end"),
            (self.other, "action_fill_purchase_steps"),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                self.rpc(self.specialist, record, method)
        self.assertEqual(self.theirs["key.account.risk"].state, "open")
        self.assertEqual(len(self.other.purchase_step_ids), 1)

    def test_assessment_forged(self):
        """When a risk was judged, by whom, until when that holds, its points, that it
        is closed: written, created, as default of the context | specialist, manager |
        refused"""
        risk = self.own["key.account.risk"]
        for vals in (
            {"next_assessment": "2099-01-01"},
            {"assessed_on": "2020-01-01"},
            {"assessed_by_id": self.manager.id},
            {"score": 1},
            {"level": "low"},
            {"state": "done"},
            {"ended_by_id": self.manager.id},
        ):
            for user in (self.specialist, self.manager):
                with self.subTest(vals=vals, user=user.login):
                    with self.assertRaises(AccessError):
                        self.rpc(user, risk, "write", vals)
                    with self.assertRaises(AccessError):
                        self.rpc(
                            user,
                            risk.browse(),
                            "create",
                            {"key_account_id": self.account.id, "name": "R", **vals},
                        )
        for vals in ({"risk_level": False}, {"risk_assessment": "2099-01-01"}):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, self.account, "write", vals)

    def test_task_for_who_cannot_open_it(self):
        """A risk or an obstacle given to somebody who may not read the account, in one
        step or by moving it afterwards | specialist | refused, no activity"""
        for model in ("key.account.risk", "key.account.obstacle"):
            task = self.own[model]
            vals = {"user_id": self.outsider.id, "date_due": "2030-01-01"}
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.rpc(self.specialist, task, "write", vals)
        activities = self.env["mail.activity"].search(
            [("user_id", "=", self.outsider.id)]
        )
        self.assertFalse(activities)

    def test_decider_of_others(self):
        """A person of a colleague's account named as who decides on one's own step |
        specialist | refused, not named"""
        person = self.theirs["key.account.stakeholder"]
        step = self.own["key.account.purchase.step"]
        words = self.refused(step, "write", {"decider_id": person.id})
        self.assertNotIn("Secret", words)

    def refused(self, record, method, *arguments):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            self.rpc(self.specialist, record, method, *arguments)
        return str(refusal.exception)
