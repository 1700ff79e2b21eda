"""Plans of a year: approved ones changed through their parts, figures typed or read of
others"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_attack_parent import ParentCase

_PARTS = ("competitor", "factor", "budget", "objective", "action")


@tagged("post_install", "-at_install")
class TestAttackPlan(ParentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._year(cls.account, cls.specialist)
        cls.secret = cls._year(cls.other, cls.colleague)
        cls.env.flush_all()

    @classmethod
    def _year(cls, account, user):
        return (
            cls.env["key.account.plan"]
            .with_user(user)
            .create(
                {
                    "kind": "year",
                    "key_account_id": account.id,
                    "contingency": "Another tool",
                    "competitor_ids": [Command.create({"name": "Secret Works"})],
                    "factor_ids": [Command.create({"name": "Quality"})],
                    "budget_ids": [Command.create({"name": "Fair", "amount": 5.0})],
                    "objective_ids": [Command.create({"name": "Win"})],
                    "action_ids": [
                        Command.create(
                            {
                                "name": "Call",
                                "user_id": user.id,
                                "date_due": "2030-01-01",
                            }
                        )
                    ],
                }
            )
        )

    def test_parts_of_an_approved_plan(self):
        """Parts of an approved plan changed, deleted, added, moved out of it and into
        it, by themselves | specialist, manager, support | refused"""
        self.plan.with_user(self.manager).action_approve()
        draft = self.own["key.account.plan"]
        for name in _PARTS:
            part = self.plan[f"{name}_ids"][:1]
            loose = part.browse(self.own[part._name].id)
            for user in (self.specialist, self.manager, self.support):
                for record, method, arguments in (
                    (part, "write", [{"name": "x"}]),
                    (part, "write", [{"plan_id": draft.id}]),
                    (part, "unlink", []),
                    (loose, "write", [{"plan_id": self.plan.id}]),
                    (
                        part.browse(),
                        "create",
                        [{"plan_id": self.plan.id, "name": "x"}],
                    ),
                ):
                    with self.subTest(part=name, method=method, user=user.login):
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            self.rpc(user, record, method, *arguments)

    def test_figures_typed(self):
        """What they bought, what was expected and came, which year it is: written,
        created, as default of the context | specialist, manager | refused"""
        for vals in (
            {"purchased_before": 1e6},
            {"share_of_purchases": 99.0},
            {"expected_value": 1e6},
            {"cost_total": 5.0},
            {"budget_total": 1.0},
            {"revenue_result": 1e6},
            {"visit_result": 99},
            {"fiscal_year": "1999"},
            {"items_to": "2020-01-01"},
        ):
            for user in (self.specialist, self.manager):
                with self.subTest(vals=vals, user=user.login):
                    with self.assertRaises(AccessError):
                        self.rpc(user, self.plan, "write", vals)
                    made = {"kind": "year", "key_account_id": self.account.id}
                    made |= {"date_from": "2040-01-01"}
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.rpc(user, self.plan.browse(), "create", {**made, **vals})
        context = {"default_fiscal_year": "1999"}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.rpc(
                self.specialist, self.plan.browse(), "create", made, context=context
            )
        Item = self.env["key.account.plan.item"]
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, Item, "create", {"plan_id": self.plan.id})

    def test_a_second_year_by_other_ways(self):
        """A second plan for one year: imported, of a deal turned into one, unarchived |
        specialist | refused, with the plan's name"""
        Plan = self.env["key.account.plan"]
        result = self.rpc(
            self.specialist,
            Plan,
            "load",
            ["kind", "key_account_id/.id"],
            [["year", str(self.account.id)]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("already", result["messages"][0]["message"])
        deal = self.own["key.account.plan"]
        with self.assertRaisesRegex(UserError, "already"), self.env.cr.savepoint():
            self.rpc(
                self.specialist,
                deal,
                "write",
                {"kind": "year", "date_from": self.plan.date_from},
            )

    def test_plans_of_others(self):
        """The plan of a colleague's account: read, its parts, the white space of their
        account, its figures read again, a second one for their year | specialist,
        other manager, salesperson | nothing found, refused, not named"""
        for user in (self.specialist, self.other_manager, self.outsider):
            for method, arguments in (
                ("read", [["expected_value", "name"]]),
                ("action_load_items", []),
                ("action_close", []),
                ("action_approve", []),
                ("copy", []),
            ):
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        self.rpc(user, self.secret, method, *arguments)
        Space = self.env["key.account.white.space"]
        found = self.rpc(
            self.specialist, Space, "search", [("key_account_id", "=", self.other.id)]
        )
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, Space, "search", [])
        vals = {"kind": "year", "key_account_id": self.other.id}
        with self.assertRaises(AccessError) as refusal, self.env.cr.savepoint():
            self.rpc(self.specialist, self.plan.browse(), "create", vals)
        self.assertNotIn("Secret", str(refusal.exception))

    def test_results_after_closing(self):
        """Results, outcomes and words of a closed plan changed | specialist, manager |
        refused"""
        self.plan.with_user(self.manager).action_approve()
        mine = self.plan.with_user(self.specialist)
        mine.objective_ids.write({"result": "Won", "outcome": "reached"})
        mine.write({"result": "Good"})
        mine.action_close()
        for user in (self.specialist, self.manager):
            for record, vals in (
                (self.plan, {"result": "Excellent"}),
                (self.plan.objective_ids, {"outcome": "missed"}),
                (self.plan.objective_ids, {"result_value": 5.0}),
                (self.plan.objective_ids, {"result": "x"}),
            ):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    self.rpc(user, record, "write", vals)

    def test_budget_taken_back_once_it_is_spent(self):
        """A plan of the year whose budget the costs are measured by: revised, archived,
        by RPC, web_save | specialist, support | refused, it counts; the manager may,
        and whoever wrote it where nothing is booked yet
        """
        self.plan.with_user(self.manager).action_approve()
        self.assertFalse(self.account.analytic_account_id)
        self.rpc(self.specialist, self.plan, "action_revise")
        analytic = self.env["account.analytic.plan"].create({"name": "Key accounts"})
        self.company.key_account_analytic_plan_id = analytic
        self.plan.with_user(self.manager).action_approve()
        self.assertTrue(self.account.analytic_account_id)
        for user in (self.specialist, self.support):
            for attempt in (
                ("action_revise",),
                ("action_archive",),
                ("write", {"active": False}),
                ("web_save", {"active": False}, {}),
            ):
                with self.subTest(attempt), self.assertRaises(AccessError):
                    self.rpc(user, self.plan, *attempt, context=FORGED)
        self.assertEqual((self.plan.state, self.plan.active), ("approved", True))
        self.rpc(self.manager, self.plan, "action_revise")
        self.assertEqual(self.plan.state, "draft")

    def test_cost_account_chosen_by_hand(self):
        """The cost account of a key account: written, made at creation | specialist,
        manager | refused"""
        for user in (self.specialist, self.manager):
            with self.assertRaises(AccessError):
                self.rpc(user, self.account, "write", {"analytic_account_id": 1})
