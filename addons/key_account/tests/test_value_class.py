"""Value class, kind and what reviews advise, on accounts with orders."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.shared import optional
from .common import KeyAccountCommon


class GradingCommon(KeyAccountCommon):
    @classmethod
    def sell(cls, partner, quantity=1, months_ago=1, price=1000.0, **vals):
        """A confirmed order of pumps (cost 600 each), as history has it."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "team_id": cls.plain_team.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.pump.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                        }
                    )
                ],
                **vals,
            }
        )
        order.flush_recordset()
        day = fields.Datetime.now() - relativedelta(months=months_ago)
        cls.env.cr.execute(
            "UPDATE sale_order SET state = 'sale', date_order = %s WHERE id = %s",
            [day, order.id],
        )
        order.invalidate_recordset()
        return order

    @classmethod
    def customers(cls, number, prefix="Customer"):
        return cls.env["res.partner"].create(
            [{"name": f"{prefix} {n}", "is_company": True} for n in range(number)]
        )

    @classmethod
    def accounts(cls, partners, state="active"):
        accounts = cls.env["key.account"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "team_id": cls.team.id,
                    "user_id": cls.specialist.id,
                }
                for partner in partners
            ]
        )
        accounts._write_kept({"state": state})
        return accounts


@tagged("post_install", "-at_install")
class TestValueClass(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.with_company(cls.company).standard_price = 600.0
        cls.account._write_kept({"state": "active"})

    def reported_visit(self, days_ago):
        visit = (
            self.env["key.account.visit"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date_start": fields.Datetime.now() - timedelta(days=days_ago),
                }
            )
        )
        visit._write_kept({"state": "reported", "reported_by_id": self.specialist.id})
        return visit

    def compute(self):
        self.env["key.account"]._cron_value_classes()

    def test_figures_it_stands_on(self):
        child = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        self.sell(self.customer, 10)
        self.sell(child, 2)
        self.sell(self.customer, 8, months_ago=14)
        self.sell(self.customer, 50, months_ago=25)
        self.sell(self.plain_customer, 70)
        self.compute()
        account = self.account
        self.assertEqual(account.value_revenue, 12_000)
        self.assertEqual(account.value_revenue_before, 8_000)
        self.assertAlmostEqual(account.value_growth, 50)
        self.assertEqual(account.value_margin, 12 * 400)
        self.assertEqual(account.value_cost_known, 100)
        self.assertEqual(account.value_class, "vip")
        self.assertTrue(account.value_computed_on)

    def test_twelve_months_are_no_day_more(self):
        """What was ordered a year ago to the day is of the twelve months before."""
        self.sell(self.customer, 3, months_ago=0)
        self.sell(self.customer, 5, months_ago=12)
        self.sell(self.customer, 7, months_ago=24)
        self.compute()
        self.assertEqual(self.account.value_revenue, 3_000)
        self.assertEqual(self.account.value_revenue_before, 5_000)

    def test_below_zero(self):
        self.sell(self.customer, 1, price=500.0)
        self.compute()
        self.assertEqual(self.account.value_margin, -100)
        self.assertEqual(self.account.value_class, "bz")

    def test_a_cost_that_nobody_knows_makes_no_margin(self):
        self.pump.with_company(self.company).standard_price = 0.0
        self.sell(self.customer, 10)
        self.compute()
        self.assertEqual(self.account.value_revenue, 10_000)
        self.assertEqual(
            (self.account.value_margin, self.account.value_cost_known), (0, 0)
        )
        self.assertFalse(self.account.value_class)

    def test_margin_of_lines_in_several_units_and_of_several_costs(self):
        """Two pumps and a dozen at 600 each; four drums whose cost nobody knows; three
        pumps whose line says its own cost, 700 in the currency of the order."""
        dozen = self.env.ref("uom.product_uom_dozen")
        drum = self.env["product.product"].create({"name": "Drum"})
        order = self.sell(self.customer, 2)
        lines = [
            {"product_id": self.pump.id, "product_uom_id": dozen.id, "price_unit": 9e3},
            {"product_id": drum.id, "product_uom_qty": 4, "price_unit": 50.0},
            {"product_id": self.pump.id, "product_uom_qty": 3, "price_unit": 800.0},
            {"name": "Note", "display_type": "line_note"},
        ]
        order.order_line = [Command.create(line) for line in lines]
        # Any column of numbers, where sale_margin brings none.
        order.order_line.customer_lead = 0
        order.order_line[3].customer_lead = 700
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'sale', currency_rate = 0.5 WHERE id = %s",
            [order.id],
        )
        self.patch(optional, "cost_column", lambda lines: "customer_lead")
        [figures] = (
            self.env["key.account"]
            ._customer_figures(self.company, self.customer)
            .values()
        )
        self.assertEqual(figures.costed, (2 * 1000 + 9000 + 3 * 800) / 0.5)
        cost = (2 + 12) * 600 + 3 * 700 / 0.5
        self.assertEqual(figures.margin, figures.costed - cost)

    def test_currencies_meet_converted(self):
        dollar = self.env.ref("base.USD")
        euro = self.env.ref("base.EUR")
        foreign = dollar if self.company.currency_id != dollar else euro
        foreign.active = True
        order = self.sell(self.customer, 1, price=1000.0)
        self.env.cr.execute(
            "UPDATE sale_order SET currency_rate = 0.5, currency_id = %s WHERE id = %s",
            [foreign.id, order.id],
        )
        self.compute()
        self.assertEqual(self.account.value_revenue, 2000)
        # With margins, the line's cost of 600 is in the order's currency as well.
        cost = 1200 if self.beside("sale_margin") else 600
        self.assertEqual(self.account.value_margin, 2000 - cost)

    def test_top_fifth_grows_and_the_rest(self):
        partners = self.customers(4)
        others = self.accounts(partners)
        for number, partner in enumerate(partners, start=1):
            self.sell(partner, number)
        self.sell(partners[1], 1, months_ago=15)
        self.sell(partners[2], 9, months_ago=15)
        self.sell(self.customer, 10)
        self.compute()
        self.assertEqual(self.account.value_class, "vip")
        classes = others.mapped(lambda a: a.value_class or None)
        self.assertEqual(classes, [None, "mgc", None, None])
        others[1].action_lose("Closed down")
        self.compute()
        self.assertFalse(others[1].value_class)
        self.company.key_account_vip_share = 50
        self.compute()
        self.assertEqual(others[3].value_class, "vip")

    def test_again_changes_nothing(self):
        self.sell(self.customer, 10)
        self.compute()
        first = self.account.read(["value_class", "value_revenue", "value_growth"])
        self.compute()
        self.assertEqual(
            self.account.read(["value_class", "value_revenue", "value_growth"]), first
        )

    def test_constant_number_of_queries(self):
        """As many for 10·n accounts as for n, but for Odoo's writing of 100 rows at a
        time."""
        few, many = self.customers(10, "Few"), self.customers(100, "Many")
        self.accounts(few)
        for partner in few[:5]:
            self.sell(partner, 3)
        self.env.flush_all()
        self.compute()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.compute()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        small = queries()
        self.accounts(many)
        for partner in many[:50]:
            self.sell(partner, 3)
        self.assertLessEqual(queries(), small + 3)

    def test_who_computes_now(self):
        self.sell(self.customer, 10)
        with self.assertRaisesRegex(AccessError, "manager of the team"):
            self.rpc(self.specialist, self.account, "action_compute_value")
        self.rpc(self.manager, self.account, "action_compute_value")
        self.assertEqual(self.account.value_class, "vip")

    def test_margin_is_for_managers(self):
        self.compute()
        names = ["value_margin", "value_service_cost", "value_cost_known"]
        for name in names:
            with self.subTest(name), self.assertRaises(AccessError):
                self.account.with_user(self.specialist).read([name])
        self.account.with_user(self.manager).read(names)
        self.account.with_user(self.specialist).read(["value_class", "value_revenue"])

    # -- the evaluation grows old ----------------------------------------------

    def test_stale_is_stored_and_found(self):
        Policy = self.env["key.account.policy"]
        Policy._own_of(self.company).evaluation_months = 12
        account, stale = self.account, [("evaluation_stale", "=", True)]
        evaluation = self.env["key.account.evaluation"].create(
            {
                "key_account_id": account.id,
                "date": fields.Date.today() - relativedelta(months=7),
            }
        )
        evaluation.line_ids.filtered(lambda x: x.method == "judgement").judgement = "3"
        evaluation.action_finish()
        self.assertEqual(
            account.evaluation_stale_on,
            evaluation.date + relativedelta(months=12),
        )
        self.assertNotIn(account, account.search(stale))
        self.assertIn(account, account.search([("evaluation_stale", "=", False)]))
        own = Policy._own_of(self.company)
        own.filtered(lambda p: p.grade == account.grade).evaluation_months = 6
        self.assertTrue(account.evaluation_stale)
        self.assertIn(account, account.search(stale))
        own.evaluation_months = 0
        self.assertFalse(account.evaluation_stale_on)
        self.assertNotIn(account, account.search(stale))

    # -- kind and advice -------------------------------------------------------

    def test_kind_is_the_managers(self):
        with self.assertRaisesRegex(AccessError, "Kind and place"):
            self.rpc(self.specialist, self.account, "write", {"kind": "strategic"})
        self.assertFalse(self.account.kind)
        self.rpc(self.manager, self.account, "write", {"kind": "strategic"})
        self.assertEqual(self.account.kind, "strategic")
        values = {"partner_id": self.plain_customer.id, "kind": "key"}
        with self.assertRaisesRegex(AccessError, "Kind and place"):
            self.rpc(self.specialist, self.env["key.account"], "create", [values])
        made = self.rpc(
            self.specialist,
            self.env["key.account"],
            "create",
            [{"partner_id": self.plain_customer.id, "team_id": self.team.id}],
            context={"default_kind": "strategic", "default_target_rank": 1},
        )
        made = self.env["key.account"].browse(made)
        self.assertEqual((made.kind, made.target_rank), (False, 0))

    def test_advice_follows_the_last_review(self):
        visit = self.reported_visit(days_ago=2)
        scores = {
            "review_potential": 5,
            "review_standing": 3,
            "review_value": 5,
            "review_difficulty": 2,
        }
        visit.with_user(self.manager).action_review(scores)
        self.assertEqual(self.account.review_advice, "develop")
        self.compute()
        self.assertEqual(self.account.value_class, "mgc", "by its potential")
        later = self.reported_visit(days_ago=1)
        later.with_user(self.manager).action_review({**scores, "review_difficulty": 5})
        self.assertEqual(self.account.review_advice, "care")

    # -- strategy --------------------------------------------------------------

    def test_changed_strategy_is_approved_no_more(self):
        account = self.account
        account._write_kept({"strategy": "First", **account._approved_strategy()})
        self.assertTrue(account.strategy_approved_by_id)
        account.with_user(self.specialist).strategy = "First"
        self.assertTrue(account.strategy_approved_by_id, "nothing has changed")
        account.with_user(self.specialist).strategy = "Second"
        self.assertFalse(account.strategy_approved_by_id)
