"""Whoever ordered goes to work for another customer: what they bought stays."""

from freezegun import freeze_time

from odoo.tests import tagged

from .test_account_glance import NOW, GlanceCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestContactMoves(GlanceCommon):
    """Ms Li ordered three pumps at 1,000 for the customer, and was billed 3,000; then
    she goes to Turbines. In Odoo that is another company above her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "off"
        cls.pump.categ_id = cls.env["product.category"].create({"name": "Pumps"})
        cls.li = cls.env["res.partner"].create(
            {"name": "Li", "parent_id": cls.customer.id}
        )
        cls.turbines = cls.env["res.partner"].create(
            {"name": "Turbines", "is_company": True}
        )

    def sold(self):
        order = self.make_order(partner=self.li, quantity=3).sudo()
        order.action_confirm()
        self.bill("2026-11-02", 3_000, partner=self.li)
        return order

    def open_file(self):
        return self.env["key.account"].create(
            {
                "partner_id": self.turbines.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )

    def said(self, account):
        """What each screen says of an account's orders and invoices."""
        self.env.flush_all()
        self.env["key.account"]._cron_value_classes()
        self.env.invalidate_all()
        plan = account.plan_ids or self.env["key.account.plan"].create(
            {"kind": "year", "key_account_id": account.id}
        )
        figures = plan._figures({"revenue", "orders", "categories"})[plan]
        space = self.env["key.account.white.space"].search(
            [
                ("key_account_id", "=", account.id),
                ("category_id", "=", self.pump.categ_id.id),
            ]
        )
        figure = account._customer_figures(account.company_id).get(
            (account.company_id.id, account.partner_id.id)
        )
        return {
            "value": account.value_revenue,
            "orders": account.order_count,
            "all customers": figure.revenue if figure else 0,
            "plan orders": figures["orders"],
            "plan categories": figures["categories"],
            "white space": space.amount,
            "turnover": account.turnover_year,
            "plan revenue": figures["revenue"],
            "invoices": account.invoice_count,
        }

    ALL = {
        **dict.fromkeys(("value", "all customers", "plan orders", "white space"), 3000),
        **dict.fromkeys(("turnover", "plan revenue"), 3000),
        **dict.fromkeys(("orders", "plan categories", "invoices"), 1),
    }
    NONE = dict.fromkeys(ALL, 0)

    def test_what_she_ordered_stays_with_whom_she_ordered_it_for(self):
        self.sold()
        other = self.open_file()
        self.assertEqual(self.said(self.account), self.ALL)
        self.li.parent_id = self.turbines
        self.assertEqual(self.said(self.account), self.ALL)
        self.assertEqual(self.said(other), self.NONE)

    def test_also_where_her_new_company_gets_a_file_afterwards(self):
        order = self.sold()
        quoted = self.make_order(partner=self.li)
        self.li.parent_id = self.turbines
        other = self.open_file()
        self.env.flush_all()
        self.assertEqual(order.key_account_id, self.account)
        self.assertEqual(quoted.key_account_id, other, "what she asks for now")
        quoted.sudo().action_cancel()
        self.assertEqual(self.said(self.account), self.ALL)
        self.assertEqual(self.said(other), self.NONE)

    def test_what_is_of_no_file_is_of_whom_she_works_for(self):
        """Ordered before anybody kept files, for a company that has none."""
        self.li.parent_id = self.turbines
        order = self.sold()
        self.assertFalse(order.key_account_id)
        figures = self.env["key.account"]._customer_figures(self.company)
        self.assertEqual(figures[self.company.id, self.turbines.id].revenue, 3000)
        self.assertEqual(self.said(self.account), self.NONE)
        self.assertEqual(self.said(self.open_file()), self.ALL)

    def deal(self, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.li.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                **vals,
            }
        )

    def test_what_was_won_and_lost_with_her_stays(self):
        won, lost, open_ = self.deal(), self.deal(), self.deal()
        won.action_set_won()
        lost.action_set_lost()
        other = self.open_file()
        self.li.parent_id = self.turbines
        self.env.flush_all()
        for deal, account in (
            (won, self.account),
            (lost, self.account),
            (open_, other),
        ):
            self.assertEqual(deal.key_account_id, account)
        won.partner_id = self.turbines
        self.assertEqual(won.key_account_id, other, "a customer who was mistaken")

    def test_also_where_the_file_is_opened_afterwards(self):
        won, open_ = self.deal(), self.deal()
        won.action_set_won()
        self.li.parent_id = self.turbines
        self.env.flush_all()
        other = self.open_file()
        self.env.flush_all()
        self.assertEqual(won.key_account_id, self.account)
        self.assertEqual(open_.key_account_id, other)
