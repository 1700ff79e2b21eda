"""What looking after a customer costs, against the budget of the year."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..rules import service_cost as rules
from .attack_common import FORGED
from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestRulesServiceCost(TransactionCase):
    def test_no_budget_is_not_a_budget_of_zero(self):
        for actual, budget, state, ratio in (
            (None, None, "unknown", None),
            (None, 100.0, "unknown", None),
            (0.0, None, "none", None),
            (50.0, None, "none", None),
            (0.0, 0.0, "within", None),
            (0.01, 0.0, "over", None),
            (80.0, 100.0, "within", 80.0),
            (100.0, 100.0, "within", 100.0),
            (120.0, 100.0, "over", 120.0),
        ):
            with self.subTest(actual=actual, budget=budget):
                self.assertEqual(rules.state(actual, budget), state)
                self.assertEqual(rules.ratio(actual, budget), ratio)


class ServiceCostCommon(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._key_account_today()
        year = cls.company.compute_fiscalyear_dates(cls.today)
        cls.first, cls.last = year["date_from"], year["date_to"]
        # The plan that every database has: a new one changes the model of its lines.
        cls.analytic, _others = cls.env["account.analytic.plan"]._get_all_plans()
        cls.company.key_account_analytic_plan_id = cls.analytic
        kinds = {"expense": "600000", "income": "700000"}
        cls.general = {
            kind: cls.env["account.account"].create(
                {
                    "name": kind,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(cls.company.ids)],
                }
            )
            for kind, code in kinds.items()
        }

    def plan(self, *amounts, account=None, approved=True):
        plan = self.env["key.account.plan"].create(
            {
                "name": "Year",
                "kind": "year",
                "key_account_id": (account or self.account).id,
                "date_from": self.first,
                "date_to": self.last,
                "budget_ids": [
                    Command.create({"name": "Service", "amount": amount})
                    for amount in amounts
                ],
            }
        )
        if approved:
            plan._write_kept({"state": "approved"})
            plan.key_account_id._open_analytic_account()
        return plan

    def book(self, amount, account=None, **vals):
        cost_account = (account or self.account).analytic_account_id
        return self.env["account.analytic.line"].create(
            {
                "name": "Work",
                "amount": amount,
                "date": self.today,
                "company_id": self.company.id,
                self.analytic._column_name(): cost_account.id,
                **vals,
            }
        )

    def row(self, user=None, account=None):
        self.env.flush_all()
        self.env.invalidate_all()
        costs = self.env["key.account.service.cost"].with_user(user or self.specialist)
        return costs.search([("key_account_id", "=", (account or self.account).id)])


@tagged("post_install", "-at_install")
class TestServiceCost(ServiceCostCommon):
    def test_what_is_a_cost(self):
        self.plan(600.0, 400.0)
        self.book(-300.0)
        self.book(-200.0, general_account_id=self.general["expense"].id)
        self.book(50.0, general_account_id=self.general["expense"].id)
        # No cost: income and its credit note, what was billed, gains by hand.
        self.book(5_000.0, general_account_id=self.general["income"].id)
        self.book(-700.0, general_account_id=self.general["income"].id)
        self.book(-900.0, category="invoice")
        self.book(80.0)
        # Not of this year, not of this customer.
        self.book(-1_000.0, date=self.first - timedelta(days=1))
        self.book(-1_000.0, date=self.last + timedelta(days=1))
        row = self.row()
        self.assertEqual((row.budget, row.actual, row.left), (1_000, 450, 550))
        self.assertEqual((row.ratio, row.state), (45, "within"))
        self.book(-550.0)
        self.assertEqual(self.row().state, "within", "all of it is not beyond it")
        self.book(-0.01)
        self.assertEqual(self.row().state, "over")

    def test_what_was_booked_too_much_is_taken_back(self):
        """Ten hours at 50, of which two were too many: 400. A bill of 100 for a tool
        that is an asset, and the vendor's credit note over it: nothing more."""
        self.plan(1_000.0)
        self.book(-500.0, unit_amount=10)
        self.book(100.0, unit_amount=-2)
        self.assertEqual(self.row().actual, 400)
        for amount in (-100.0, 100.0):
            self.book(amount, category="vendor_bill")
        row = self.row()
        self.assertEqual((row.actual, row.ratio), (400, 40))
        lines = self.env["account.analytic.line"].search(
            row.sudo().action_view_lines()["domain"]
        )
        self.assertEqual(-sum(lines.mapped("amount")), 400)

    def test_no_budget_zero_budget_and_no_cost_account(self):
        plan = self.plan(0.0)
        row = self.row()
        self.assertEqual((row.state, row.has_budget, row.actual), ("within", True, 0))
        self.book(-1.0)
        self.assertEqual(self.row().state, "over")
        plan._write_kept({"state": "draft"})
        plan.budget_ids.unlink()
        plan._write_kept({"state": "approved"})
        row = self.row()
        self.assertEqual((row.state, row.has_budget, row.actual), ("none", False, 1))
        self.account._write_kept({"analytic_account_id": False})
        row = self.row()
        self.assertEqual((row.state, row.has_cost), ("unknown", False))

    def test_a_draft_is_no_budget_and_the_running_year_stands_without_one(self):
        self.assertFalse(self.row())
        self.account._open_analytic_account()
        self.book(-70.0)
        plan = self.plan(500.0, approved=False)
        row = self.row()
        self.assertEqual(
            (row.state, row.actual, row.date_from), ("none", 70, self.first)
        )
        self.assertFalse(row.plan_id)
        plan._write_kept({"state": "approved"})
        row = self.row()
        self.assertEqual((row.plan_id, row.state), (plan, "within"))

    def test_a_plan_without_an_end_is_of_one_year(self):
        """Begun two years ago: what is spent today is none of its cost."""
        plan = self.plan(100.0)
        begun = self.first - relativedelta(years=2)
        plan._write_kept({"date_from": begun, "date_to": False})
        self.book(-30.0, date=begun)
        self.book(-50.0)
        self.env.flush_all()
        rows = self.env["key.account.service.cost"].search(
            [("key_account_id", "=", self.account.id)]
        )
        [row] = rows.filtered("plan_id")
        ended = begun + relativedelta(years=1, days=-1)
        self.assertEqual((row.actual, row.date_to), (30.0, ended))
        self.assertEqual((rows - row).mapped("actual"), [50.0])

    def test_the_rule_says_the_same(self):
        plans = {}
        for nth, amounts in enumerate(((), (0.0,), (100.0,))):
            partner = self.env["res.partner"].create(
                {"name": f"C{nth}", "is_company": True}
            )
            account = self.account.create(
                {"partner_id": partner.id, "team_id": self.team.id}
            )
            plans[account] = self.plan(*amounts, account=account)
        for spent in (0.0, 100.0, 0.01):
            for account, plan in plans.items():
                self.book(-spent, account)
                row = self.row(self.manager, account)
                budget = plan.budget_total if plan.budget_ids else None
                self.assertEqual(row.state, rules.state(row.actual, budget))
                self.assertEqual(
                    row.ratio or None,
                    rules.ratio(row.actual, budget) or None,
                )

    def test_cost_accounts_of_two_plans(self):
        self.plan(100.0)
        self.book(-30.0)
        self.analytic = self.env["account.analytic.plan"].create({"name": "Customers"})
        self.company.key_account_analytic_plan_id = self.analytic
        partner = self.env["res.partner"].create({"name": "Other", "is_company": True})
        other = self.account.create({"partner_id": partner.id, "team_id": self.team.id})
        self.plan(10.0, account=other)
        self.book(-40.0, other)
        self.assertEqual(self.row().actual, 30)
        self.assertEqual(self.row(self.manager, other).actual, 40)

    def test_value_class_takes_it(self):
        self.plan(100.0)
        self.book(-120.0)
        self.book(-40.0, date=self.today - timedelta(days=400))
        self.account._write_kept({"state": "active"})
        self.env["key.account"]._cron_value_classes()
        self.assertEqual(self.account.value_service_cost, 120)
        self.assertEqual(self.account.value_class, False)

    def test_value_class_takes_that_of_a_merged_file(self):
        """It stays what the same customer has cost in twelve months."""
        partner = self.env["res.partner"].create({"name": "Old", "is_company": True})
        old = self.account.create({"partner_id": partner.id, "team_id": self.team.id})
        self.plan(100.0)
        self.plan(100.0, account=old)
        self.book(-50.0)
        self.book(-80.0, account=old)
        self.assertEqual(self.account._service_costs(), {self.account.id: 50.0})
        old.sudo()._merge_into(self.account)
        self.assertEqual(self.account._service_costs(), {self.account.id: 130.0})

    def test_what_was_booked_in_a_merged_file_is_of_the_same_customer(self):
        """Against the budget of the file that stays, which may have no cost account of
        its own."""
        for own in (True, False):
            with self.subTest(own=own):
                stays, gone = self.account.create(
                    [
                        {
                            "partner_id": self.env["res.partner"]
                            .create({"name": f"{name} {own}", "is_company": True})
                            .id,
                            "team_id": self.team.id,
                            "user_id": self.specialist.id,
                        }
                        for name in ("Stays", "Gone")
                    ]
                )
                self.plan(100.0, account=gone)
                self.book(-80.0, account=gone)
                if own:
                    self.plan(100.0, account=stays)
                    self.book(-50.0, account=stays)
                gone.sudo()._merge_into(stays)
                self.env.flush_all()
                row = self.row(self.specialist, stays)
                self.assertEqual(row.actual, 130 if own else 80)
                self.assertEqual(row.state, "over" if own else "none")
                clerk = self.env.user
                lines = self.env["account.analytic.line"].search(
                    row.with_user(clerk).action_view_lines()["domain"]
                )
                self.assertEqual(-sum(lines.mapped("amount")), row.actual)

    def test_on_the_account(self):
        self.plan(100.0)
        self.book(-120.0)
        self.env.invalidate_all()
        row = self.account.with_user(self.specialist).service_cost_ids
        self.assertEqual((row.state, row.ratio), ("over", 120))
        with self.assertRaisesRegex(AccessError, "read by accounting"):
            self.rpc(self.specialist, row, "action_view_lines", context=FORGED)
        clerk = self._user("ka_clerk", "key_account.group_specialist")
        clerk.group_ids |= self.env.ref("analytic.group_analytic_accounting")
        self.account.user_id = clerk
        self.account.user_id = self.specialist
        self.account.member_ids = [Command.create({"user_id": clerk.id})]
        action = self.rpc(clerk, row, "action_view_lines")
        lines = self.env["account.analytic.line"].with_user(clerk)
        self.assertEqual(lines.search(action["domain"]).mapped("amount"), [-120])

    def test_same_number_of_queries_for_ten_times_as_many(self):
        def queries(number):
            partners = self.env["res.partner"].create(
                [{"name": f"Q{number}{n}", "is_company": True} for n in range(number)]
            )
            accounts = self.account.create(
                [
                    {
                        "partner_id": partner.id,
                        "team_id": self.team.id,
                        "user_id": self.specialist.id,
                    }
                    for partner in partners
                ]
            )
            accounts._open_analytic_account()
            self.env.flush_all()
            self.env.invalidate_all()
            costs = self.env["key.account.service.cost"].with_user(self.specialist)
            start = self.env.cr.sql_log_count
            rows = costs.search_fetch(
                [("key_account_id", "in", accounts.ids)], ["budget", "actual", "state"]
            )
            self.assertEqual(len(rows.mapped("state")), number)
            count = self.env.cr.sql_log_count - start
            start = self.env.cr.sql_log_count
            accounts._service_costs()
            return count, self.env.cr.sql_log_count - start

        queries(1)
        self.assertEqual(queries(3), queries(30))


@tagged("post_install", "-at_install")
class TestAttackServiceCost(ServiceCostCommon):
    def test_sums_of_another_s_account(self):
        """Service cost of a file that one may not read, read, summed or searched |
        specialist of another file, manager of another team, accountant, salesperson |
        nothing is told"""
        self.plan(100.0)
        self.book(-120.0)
        row = self.row()
        domain = [("key_account_id", "=", self.account.id)]
        args = ("formatted_read_group", domain, [], ["actual:sum"])
        for user in (self.colleague, self.other_manager):
            found = self.rpc(user, row.browse(), *args, context=FORGED)
            self.assertFalse(found[0]["actual:sum"])
            with self.assertRaises(AccessError):
                self.rpc(user, row, "action_view_lines", context=FORGED)
        for user in (self.accountant, self.outsider, self.reviewer):
            with self.assertRaises(AccessError):
                self.rpc(user, row.browse(), *args, context=FORGED)

    def test_written_by_hand(self):
        """Cost or budget written, made, deleted by RPC | manager, director | refused"""
        self.plan(100.0)
        row = self.row()
        for user in (self.manager, self.director):
            for call in (("write", {"actual": 0}), ("unlink",)):
                with self.assertRaises(AccessError):
                    self.rpc(user, row, *call, context=FORGED)
            values = {"key_account_id": self.account.id, "actual": 1, "state": "over"}
            with self.assertRaises(AccessError):
                self.rpc(user, row.browse(), "create", [values], context=FORGED)
