import importlib.util
from datetime import date
from pathlib import Path

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules import get_module_path
from odoo.tests import Form, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 06:00:00")
class TestPlanYear(KeyAccountCommon):
    def _plan(self, user=None, **vals):
        return (
            self.env["key.account.plan"]
            .with_user(user or self.specialist)
            .create({"kind": "year", "key_account_id": self.account.id, **vals})
        )

    def _complete_plan(self, *objectives, **vals):
        action = {
            "name": "Quality day",
            "user_id": self.specialist.id,
            "date_due": "2026-06-01",
        }
        return self._plan(
            contingency="Offer the cast variant",
            objective_ids=[
                Command.create(each)
                for each in objectives or ({"name": "No complaint", "target": "0"},)
            ],
            action_ids=[Command.create(action)],
            **vals,
        )

    def _order(self, day, quantity=1.0, confirm=True, **vals):
        order = self.make_order(quantity=quantity, **vals)
        order = order.sudo()
        self.company.sudo().key_account_mode = "off"
        if confirm:
            order.action_confirm()
        order.date_order = day
        self.company.sudo().key_account_mode = "enforce"
        return order

    # ---------------------------------------- one a year

    def test_the_year_is_the_companys(self):
        plan = self._plan()
        self.assertEqual(plan.fiscal_year, "2026")
        self.assertEqual(
            (plan.date_from, plan.date_to), (date(2026, 1, 1), date(2026, 12, 31))
        )
        self.assertEqual(plan.name, "Golden Gate Motors – 2026")
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "3"})
        other = self._plan(date_from="2026-05-01")
        self.assertEqual(other.fiscal_year, "2026/27")
        self.assertEqual(
            (other.date_from, other.date_to), (date(2026, 5, 1), date(2027, 3, 31))
        )

    def test_one_per_account_and_year(self):
        plan = self._plan()
        with self.assertRaisesRegex(UserError, "2026 already"):
            self._plan(date_from="2026-11-01")
        with self.assertRaisesRegex(UserError, "one plan per year"):
            vals = {
                "kind": "year",
                "key_account_id": self.account.id,
                "date_from": "2028-01-01",
            }
            plan.create([vals, vals])
        following = self._plan(date_from="2027-01-01")
        with self.assertRaisesRegex(UserError, "2026 already"):
            following.date_from = "2026-02-01"
        following.write({"date_from": "2028-01-01", "date_to": "2028-12-31"})
        self.assertEqual(following.fiscal_year, "2028")
        plan.active = False
        again = self._plan()
        self.assertEqual(again.fiscal_year, "2026")
        with self.assertRaisesRegex(UserError, "2026 already"):
            plan.active = True

    def test_a_copy_is_next_years(self):
        plan = self._complete_plan(swot_strengths="Measuring room")
        copy = plan.copy()
        self.assertEqual((copy.fiscal_year, copy.state), ("2027", "draft"))
        self.assertEqual(copy.name, "Golden Gate Motors – 2027")
        self.assertEqual(copy.swot_strengths, "Measuring room")
        self.assertEqual(copy.objective_ids.name, "No complaint")
        with self.assertRaisesRegex(UserError, "2027 already"):
            plan.copy()

    def test_a_copy_has_the_leap_day(self):
        self.company.write({"fiscalyear_last_month": "2", "fiscalyear_last_day": 28})
        plan = self._plan(date_from="2026-03-01")
        days = []
        for _year in range(3):
            plan = plan.copy()
            days.append(str(plan.date_to))
        self.assertEqual(days, ["2028-02-29", "2029-02-28", "2030-02-28"])
        self.assertEqual(str(plan.date_from), "2029-03-01")

    def test_a_deal_may_have_several(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
            }
        )
        for _n in range(2):
            deal = self._plan(kind="deal", opportunity_id=lead.id)
            self.assertFalse(deal.fiscal_year)
        deal.kind = "year"
        self.assertEqual(deal.fiscal_year, "2026")

    def test_on_the_account(self):
        mine = self.account.with_user(self.specialist)
        action = mine.action_plan_year()
        self.assertFalse(action.get("res_id"))
        with Form(
            self.env[action["res_model"]]
            .with_user(self.specialist)
            .with_context(**action["context"])
        ) as form:
            self.assertEqual(form.date_to, date(2026, 12, 31))
            form.swot_threats = "A second source in Chakan"
        self.assertEqual(mine.action_plan_year()["res_id"], form.record.id)

    # ---------------------------------------- the forecast

    def test_the_example_of_the_manual(self):
        plan = self._plan(
            forecast_revenue=1_200_000,
            forecast_margin=300_000,
            cost_stock_interest=12_000,
            cost_staff=60_000,
            cost_travel=15_000,
            cost_service=20_000,
            cost_overhead=18_000,
            risk_factor=20,
        )
        self.assertEqual(plan.cost_total, 125_000)
        self.assertEqual(plan.expected_value, 115_000)

    def test_impossible_figures(self):
        for vals, words in (
            ({"risk_factor": 101}, "between 0 and 100 %"),
            ({"risk_factor": -1}, "between 0 and 100 %"),
            ({"cost_staff": -5}, "positive"),
            ({"risk_factor": float("nan")}, "not a number"),
        ):
            with (
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                self._plan(**vals)
        for name, vals in (
            ("competitor_ids", {"name": "Rival", "share": 130}),
            ("budget_ids", {"name": "Fair", "amount": -1}),
        ):
            with (
                self.assertRaisesRegex(ValidationError, vals["name"]),
                self.env.cr.savepoint(),
            ):
                self._plan(**{name: [Command.create(vals)]})

    def test_visits_by_policy(self):
        self.account._policy().sudo().visits_per_month = 1.5
        self.assertEqual(self._plan().visit_target, 18)
        self.assertEqual(
            self._plan(date_from="2027-01-01", visit_target=6).visit_target, 6
        )

    # ---------------------------------------- what the figures say

    def test_what_they_bought_is_read_from_the_orders(self):
        self._order("2026-02-01", 3)
        self._order("2025-03-10", 2)
        self._order("2025-03-01", 50)  # more than 12 months ago
        self._order("2026-02-02", 70, confirm=False)
        self._order("2026-02-02", 90, partner=self.plain_customer)
        contact = self.env["res.partner"].create(
            {"name": "Plant 2", "parent_id": self.customer.id}
        )
        self._order("2026-03-01", 4, partner=contact)
        plan = self._plan(date_from="2026-03-04", customer_purchases=36_000)
        self.assertEqual(plan.item_ids.product_id, self.pump)
        self.assertEqual(plan.item_ids.quantity, 9)
        self.assertEqual(plan.item_ids.amount, 9_000)
        self.assertEqual(plan.item_ids.last_order, date(2026, 3, 1))
        self.assertEqual((plan.purchased_before, plan.share_of_purchases), (9_000, 25))
        self._order("2026-03-02", 1)
        plan.action_load_items()
        self.assertEqual(plan.item_ids.quantity, 10)

    def test_the_first_day_is_the_plan_s_own(self):
        for day, quantity in (
            ("2024-12-31", 1),
            ("2025-01-01", 2),
            ("2025-12-31", 4),
            ("2026-01-01", 8),
        ):
            self._order(day, quantity)
        plan = self._plan()
        self.assertEqual(plan.item_ids.quantity, 6)
        self.assertEqual(
            (plan.items_from, plan.items_to), (date(2025, 1, 1), date(2025, 12, 31))
        )

    def test_orders_in_another_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "KAX",
                "symbol": "x",
                "rate_ids": [
                    Command.create(
                        {
                            "name": "2025-01-01",
                            "rate": 0.5,
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "X", "currency_id": currency.id, "company_id": self.company.id}
        )
        order = self._order("2026-02-01", 2, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        order.order_line.price_unit = 500.0
        plan = self._plan(date_from="2026-03-04")
        self.assertEqual(plan.item_ids.amount, 2_000)
        plan.write({"date_from": "2026-01-01"})
        self.assertEqual(plan._figures({"orders"})[plan]["orders"], 2_000)

    def test_the_rest_is_one_row(self):
        rows = [
            [self.pump.id, self.pump.uom_id.id, 1.0, 100.0 - n, date(2026, 1, 1)]
            for n in range(53)
        ]
        items = self._plan()._prepare_items(rows)
        self.assertEqual(len(items), 51)
        self.assertEqual(items[-1]["name"], "3 other items")
        self.assertEqual(items[-1]["amount"], 50 + 49 + 48)

    def test_figures_cost_the_same_for_more_plans(self):
        def cost(number):
            plans = self.env["key.account.plan"].browse()
            for n in range(number):
                partner = self.env["res.partner"].create({"name": f"C{n}"})
                account = self.env["key.account"].create(
                    {
                        "partner_id": partner.id,
                        "company_id": self.company.id,
                        "team_id": self.team.id,
                        "user_id": self.specialist.id,
                    }
                )
                plans |= self._plan(key_account_id=account.id)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            plans._figures({"revenue", "orders", "visits", "categories"})
            return self.env.cr.sql_log_count - start

        cost(1)
        self.assertEqual(cost(2), cost(20))

    # ---------------------------------------- approved, closed

    def test_numbers_need_a_target(self):
        plan = self._complete_plan({"name": "More visits", "metric": "visits"})
        self.assertEqual(plan._missing_parts(), ["the target of “More visits”"])
        with self.assertRaisesRegex(UserError, "More visits"):
            plan.with_user(self.manager).action_approve()
        plan.objective_ids.target_value = 10
        plan.with_user(self.manager).action_approve()
        self.assertEqual(plan.state, "approved")

    def test_an_approved_plan_stays_in_all_its_parts(self):
        plan = self._complete_plan(
            competitor_ids=[Command.create({"name": "Rival", "share": 40})],
            factor_ids=[Command.create({"name": "Quality"})],
            budget_ids=[Command.create({"name": "Fair", "amount": 10})],
        )
        plan.with_user(self.manager).action_approve()
        mine = plan.with_user(self.specialist)
        for vals in (
            {"swot_strengths": "x"},
            {"forecast_margin": 5.0},
            {"risk_factor": 5.0},
            {"revenue_target": 5.0},
            {"visit_target": 5},
            {"customer_purchases": 5.0},
            {"competitor_ids": [Command.create({"name": "x"})]},
            {"competitor_ids": [Command.update(plan.competitor_ids.id, {"share": 1})]},
            {"factor_ids": [Command.clear()]},
            {"budget_ids": [Command.update(plan.budget_ids.id, {"amount": 1})]},
            {
                "objective_ids": [
                    Command.update(plan.objective_ids.id, {"target_value": 1})
                ]
            },
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "Revise"):
                mine.write(vals)
        with self.assertRaisesRegex(UserError, "Revise"):
            mine.action_load_items()

    def test_closed_with_the_result_of_each_objective(self):
        self._order("2026-02-10", 7)
        self.pump.categ_id = self.env["product.category"].create({"name": "Pumps"})
        plan = self._complete_plan(
            {"name": "Orders", "metric": "orders", "target_value": 10_000},
            {"name": "Wide", "metric": "categories", "target_value": 1},
            {"name": "Visits", "metric": "visits", "target_value": 4},
            {"name": "Audits", "metric": "number", "target_value": 2},
            {"name": "No complaint", "target": "0"},
        )
        plan.with_user(self.manager).action_approve()
        mine = plan.with_user(self.specialist)
        mine.result = "A good year"
        with self.assertRaisesRegex(UserError, "(?s)Audits, No complaint"):
            mine.action_close()
        orders, wide, visits, audits, words = mine.objective_ids
        audits.write({"result": "Both passed", "result_value": 2})
        words.write({"result": "One, not ours", "outcome": "partly"})
        orders.result_value = 99_999  # what is typed does not count
        mine.action_close()
        self.assertEqual(
            [(o.result_value, o.outcome) for o in plan.objective_ids],
            [
                (7_000, "missed"),
                (1, "reached"),
                (0, "missed"),
                (2, "reached"),
                (0, "partly"),
            ],
        )
        self.assertEqual(plan.state, "closed")
        for change in (
            lambda: words.write({"outcome": "reached"}),
            lambda: audits.write({"result_value": 5}),
            lambda: mine.write({"result": "An excellent year"}),
        ):
            with self.assertRaisesRegex(UserError, "closed"):
                change()

    def test_invoiced(self):
        order = self._order("2026-02-10", 7)
        self.env["account.journal"].create(
            {
                "name": "Sales",
                "type": "sale",
                "code": "KAS",
                "company_id": self.company.id,
            }
        )
        account = self.env["account.account"].create(
            {
                "name": "Income",
                "code": "KA4000",
                "account_type": "income",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        receivable = account.copy(
            {"code": "KA1100", "account_type": "asset_receivable", "reconcile": True}
        )
        self.customer.with_company(
            self.company
        ).property_account_receivable_id = receivable
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": "2026-03-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Pump",
                            "quantity": 1,
                            "price_unit": 750,
                            "account_id": account.id,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        plan = self._plan()
        self.assertEqual(plan.revenue_so_far, 0)
        move.action_post()
        plan.invalidate_recordset()
        self.assertEqual(plan.revenue_so_far, 750)
        self.assertEqual(order.state, "sale")

    # ---------------------------------------- budget

    def test_a_cost_account_at_the_first_budget(self):
        plan = self._complete_plan(
            budget_ids=[
                Command.create({"name": "Fair", "kind": "reception", "amount": 3_000}),
                Command.create({"name": "Trips", "kind": "travel", "amount": 2_000}),
            ]
        )
        self.assertEqual(plan.budget_total, 5_000)
        plan.with_user(self.manager).action_approve()
        self.assertFalse(self.account.analytic_account_id)
        analytic = self.env["account.analytic.plan"].create({"name": "Key accounts"})
        self.company.key_account_analytic_plan_id = analytic
        plan.with_user(self.specialist).action_revise()
        plan.with_user(self.manager).action_approve()
        made = self.account.analytic_account_id
        self.assertEqual(
            (made.plan_id, made.partner_id, made.company_id),
            (analytic, self.customer, self.company),
        )
        following = self._complete_plan(
            date_from="2027-01-01",
            budget_ids=[Command.create({"name": "Fair", "amount": 1})],
        )
        following.with_user(self.manager).action_approve()
        self.assertEqual(self.account.analytic_account_id, made)

    def test_no_account_without_a_budget(self):
        self.company.key_account_analytic_plan_id = self.env[
            "account.analytic.plan"
        ].create({"name": "Key accounts"})
        self._complete_plan().with_user(self.manager).action_approve()
        self.assertFalse(self.account.analytic_account_id)
        with self.assertRaises(AccessError):
            self.account.with_user(self.specialist).analytic_account_id = (
                self.env["account.analytic.account"].search([], limit=1) or 1
            )

    # ---------------------------------------- plans of an earlier version

    def test_an_update_tells_the_year_of_the_latest_plan(self):
        older = self._plan(situation="<p>They buy by quality.</p>")
        older.active = False
        newer = self._plan()
        self.env.flush_all()
        # As two plans of one year stood there before they were told apart.
        self.env.cr.execute(
            "UPDATE key_account_plan SET fiscal_year = NULL, active = TRUE"
            " WHERE id IN %s",
            [(older.id, newer.id)],
        )
        self.env.invalidate_all()
        path = Path(get_module_path("key_account"), "migrations/19.0.1.2.0")
        spec = importlib.util.spec_from_file_location(
            "post_migration", path / "post-migration.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.date_year_plans(self.env)
        self.assertEqual((newer.fiscal_year, older.fiscal_year), ("2026", False))
        self.assertIn("quality", older.situation)
        migration.date_year_plans(self.env)
        self.assertFalse(older.fiscal_year)
