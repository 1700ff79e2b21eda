from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 06:00:00")
class TestWhiteSpace(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        category = cls.env["product.category"]
        cls.pumps = category.create({"name": "Pumps"})
        cls.valves = category.create({"name": "Valves"})
        cls.pump.categ_id = cls.pumps
        cls.valve.categ_id = cls.valves
        cls.company.key_account_mode = "off"

    def _order(self, day, account=None, confirm=True, **vals):
        order = self.make_order(partner=account and account.partner_id, **vals).sudo()
        if confirm:
            order.action_confirm()
        order.date_order = day
        return order

    def _account(self, name, **vals):
        partner = self.env["res.partner"].create({"name": name, "is_company": True})
        return self.env["key.account"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                **vals,
            }
        )

    def _rows(self, user=None, *domain):
        space = self.env["key.account.white.space"].with_user(user or self.specialist)
        # Rows of a query are as they were when they were read first.
        space.invalidate_model()
        rows = space.search(
            [("category_id", "in", (self.pumps | self.valves).ids), *domain]
        )
        return {
            (row.key_account_id, row.category_id): (row.state, row.bought, row.amount)
            for row in rows
        }

    def test_bought_or_not(self):
        self.assertEqual(
            self._rows(),
            {
                (self.account, self.pumps): ("not", 0, 0),
                (self.account, self.valves): ("not", 0, 0),
            },
        )
        self._order("2026-02-01", quantity=3)
        self._order("2025-03-06", quantity=2)
        self._order("2025-03-03", quantity=40)
        self._order("2026-03-01", quantity=50, confirm=False)
        self.assertEqual(
            self._rows(),
            {
                (self.account, self.pumps): ("bought", 1, 5_000),
                (self.account, self.valves): ("not", 0, 0),
            },
        )

    def test_a_discount_is_no_category_that_they_bought(self):
        """Nor for an objective of the plan; of what they bought it is taken off."""
        lines = [
            Command.create({"product_id": product.id, "price_unit": price})
            for product, price in (
                (self.pump, 1_000),
                (self.pump, -100),
                (self.valve, -50),
            )
        ]
        self._order("2026-02-01", order_line=lines)
        self.assertEqual(
            self._rows(),
            {
                (self.account, self.pumps): ("bought", 1, 900),
                (self.account, self.valves): ("not", 0, 0),
            },
        )
        plan = self.env["key.account.plan"].create(
            {"kind": "year", "key_account_id": self.account.id}
        )
        self.assertEqual(plan._figures({"categories"})[plan]["categories"], 1)

    def test_what_came_back_is_taken_off(self):
        """Ten pumps for 10,000 in January, four of them back in February: 6,000, as the
        plan has it and the orders of twelve months; bought last in January. Valves that
        only came back were bought before."""
        self._order("2026-01-10", quantity=10)
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": -4})
            for product in (self.pump, self.valve)
        ]
        self._order("2026-02-01", order_line=lines).order_line[1].price_unit = 0
        self.assertEqual(
            self._rows(),
            {
                (self.account, self.pumps): ("bought", 1, 6_000),
                (self.account, self.valves): ("not", 0, 0),
            },
        )
        space = self.env["key.account.white.space"].search(
            [
                ("key_account_id", "=", self.account.id),
                ("category_id", "=", self.pumps.id),
            ]
        )
        self.assertEqual(str(space.last_order), "2026-01-10")
        figures = self.account._customer_figures(self.company, self.customer)
        self.assertEqual(figures[self.company.id, self.customer.id].revenue, 6_000)

    def test_each_sees_their_accounts(self):
        other = self._account("Turbines", user_id=self.colleague.id)
        self._order("2026-02-01", account=other)
        self.assertEqual({key[0] for key in self._rows()}, {self.account})
        self.assertEqual({key[0] for key in self._rows(self.colleague)}, {other})
        for user in (self.manager, self.director, self.support):
            self.assertEqual(
                {key[0] for key in self._rows(user)}, {self.account, other}
            )
        self.assertFalse(self._rows(self.other_manager))
        abroad = self._account(
            "Abroad",
            company_id=self.other_company.id,
            team_id=False,
            user_id=False,
        )
        self.assertNotIn(abroad, {key[0] for key in self._rows(self.director)})

    def test_opened_from_the_account(self):
        self._account("Second")
        action = self.account.with_user(self.specialist).action_view_white_space()
        rows = self.env[action["res_model"]].with_user(self.specialist)
        self.assertEqual(rows.search(action["domain"]).key_account_id, self.account)

    def test_a_pivot(self):
        self._order("2026-02-01", quantity=3)
        groups = (
            self.env["key.account.white.space"]
            .with_user(self.manager)
            .formatted_read_group(
                [("category_id", "in", self.pumps.ids)],
                ["key_account_id", "category_id"],
                ["amount:sum", "bought:sum"],
            )
        )
        self.assertEqual(
            [(g["amount:sum"], g["bought:sum"]) for g in groups], [(3_000, 1)]
        )

    def test_more_accounts_cost_no_more_queries(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["key.account.white.space"].with_user(self.manager).web_search_read(
                [],
                {
                    "key_account_id": {"fields": {"display_name": {}}},
                    "category_id": {"fields": {"display_name": {}}},
                    "state": {},
                    "amount": {},
                },
            )
            return self.env.cr.sql_log_count - start

        self._account("C")
        cost()
        few = cost()
        for n in range(20):
            self._account(f"C{n}")
        self.assertEqual(cost(), few)

    def test_kept_for_the_analysis(self):
        """The daily job keeps with the account what its white space shows today, and
        writes nothing when it finds the same."""
        spaces = self.env["key.account.white.space"]
        sold = spaces.search_count([("key_account_id", "=", self.account.id)])
        self._order("2026-02-01")
        self.env["key.account"]._cron_value_classes()
        kept = (self.account.categories_bought, self.account.categories_sold)
        self.assertEqual(kept, (1, sold))
        row = SQL("SELECT ctid FROM key_account WHERE id = %s", self.account.id)
        before = self.env.execute_query(row)
        self.env["key.account"]._cron_value_classes()
        self.assertEqual(self.env.execute_query(row), before)
