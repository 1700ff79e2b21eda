from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestAgreedPricelist(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreed = cls.make_pricelist("Agreed", cls.pump, 800.0)
        cls.today = fields.Date.today()

    @classmethod
    def make_pricelist(cls, name, product, price):
        item = {
            "compute_price": "fixed",
            "fixed_price": price,
            "applied_on": "0_product_variant",
            "product_id": product.id,
        }
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "item_ids": [Command.create(item)],
            }
        )

    def agree(self, **vals):
        account = self.account.with_user(self.specialist)
        account.write({"agreed_pricelist_id": self.agreed.id, **vals})
        account.with_user(self.manager).action_approve_agreed_pricelist()

    def discount(self, product=None, price=800.0, **vals):
        line = {"product_id": (product or self.pump).id, "price_unit": price}
        return self.make_order(
            order_line=[Command.create(line)], **vals
        ).authority_discount

    def test_counts_once_a_manager_has_approved_it(self):
        order = self.make_order(discount=20.0)
        self.assertEqual(order.authority_state, "required")
        self.account.with_user(self.specialist).agreed_pricelist_id = self.agreed
        # What another request has remembered is not what it rests on.
        self.env.registry.clear_cache()
        self.assertAlmostEqual(self.discount(), 20.0)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.account, "action_approve_agreed_pricelist")
        self.rpc(self.manager, self.account, "action_approve_agreed_pricelist")
        self.env.flush_all()
        self.assertAlmostEqual(self.discount(), 0.0)
        self.assertEqual(order.authority_state, "within")
        self.assertEqual(self.account.agreed_approved_by_id, self.manager)

    def test_without_prices_there_is_nothing_to_approve(self):
        with self.assertRaisesRegex(UserError, "choose the pricelist"):
            self.account.with_user(self.manager).action_approve_agreed_pricelist()

    def test_nobody_writes_the_approval(self):
        for vals in (
            {"agreed_approved_on": "2026-01-01 00:00:00"},
            {"agreed_approved_by_id": self.manager.id},
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, self.account, "write", vals)

    def test_a_change_asks_for_approval_again(self):
        other = self.make_pricelist("Other", self.pump, 700.0)
        for change in (
            lambda: self.account.write({"agreed_pricelist_id": other.id}),
            lambda: self.account.write({"agreed_until": "2030-01-01"}),
            lambda: self.agreed.item_ids.write({"fixed_price": 500.0}),
            lambda: self.agreed.write({"item_ids": [Command.clear()]}),
        ):
            self.agree()
            self.assertTrue(self.account.agreed_approved_on)
            change()
            self.assertFalse(self.account.agreed_approved_on)
            self.assertAlmostEqual(self.discount(), 20.0)

    def test_holds_between_its_dates(self):
        self.agree(agreed_from=self.today + timedelta(days=1))
        self.assertAlmostEqual(self.discount(), 20.0)
        self.agree(agreed_from=self.today, agreed_until=self.today)
        self.assertAlmostEqual(self.discount(), 0.0)
        yesterday = self.today - timedelta(days=1)
        self.agree(agreed_from=False, agreed_until=yesterday)
        self.assertAlmostEqual(self.discount(), 20.0)
        self.agree(agreed_from=self.today, agreed_until=self.today)
        with self.assertRaisesRegex(ValidationError, "before they begin"):
            self.account.agreed_until = self.today - timedelta(days=1)

    def test_what_it_lacks_falls_to_the_reference_then_to_the_list_price(self):
        self.agree()
        self.assertAlmostEqual(self.discount(self.valve, 80.0), 20.0)
        self.company.key_account_reference_pricelist_id = self.make_pricelist(
            "Reference", self.valve, 160.0
        )
        self.assertAlmostEqual(self.discount(self.valve, 80.0), 50.0)
        # What was agreed comes before the company's reference.
        self.company.key_account_reference_pricelist_id = self.make_pricelist(
            "Reference of pumps", self.pump, 1600.0
        )
        self.assertAlmostEqual(self.discount(), 0.0)

    # -- requirements of a deal -------------------------------------------------

    def requirement(self, price):
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        line = self.env["key.account.requirement"].with_user(self.specialist)
        return line.create(
            {
                "name": "A cheap pump",
                "kind": "target_price",
                "opportunity_id": lead.id,
                "product_id": self.pump.id,
                "target_price": price,
            }
        )

    def assertMeasuredAsQuoted(self, line, discount, state):
        self.env.flush_all()
        found = (line.measured_discount, line.state)
        self.assertEqual(found, (discount, state))
        quoted = self.discount(price=line.target_price)
        self.assertAlmostEqual(quoted, discount)

    def test_requirements_are_measured_as_the_quotation_will_be(self):
        line = self.requirement(760.0)
        self.assertMeasuredAsQuoted(line, 24.0, "outside")
        self.agree(agreed_until=self.today)
        self.assertMeasuredAsQuoted(line, 5.0, "open")
        # Prices that are no longer approved count no longer.
        self.account.with_user(self.specialist).agreed_until = False
        self.assertMeasuredAsQuoted(line, 24.0, "outside")

    def test_requirements_follow_the_reference_pricelist(self):
        line = self.requirement(760.0)
        reference = self.make_pricelist("Reference", self.pump, 800.0)
        self.company.key_account_reference_pricelist_id = reference
        self.assertMeasuredAsQuoted(line, 5.0, "open")

    def test_requirements_are_measured_without_included_taxes(self):
        group = self.env["account.tax.group"].create(
            {"name": "Included", "company_id": self.company.id}
        )
        self.pump.taxes_id = self.env["account.tax"].create(
            {
                "name": "Included",
                "amount": 25.0,
                "price_include_override": "tax_included",
                "tax_group_id": group.id,
                "country_id": self.env.ref("base.be").id,
                "company_id": self.company.id,
            }
        )
        # 1000 with, 800 without the tax.
        line = self.requirement(760.0)
        self.assertEqual((line.measured_discount, line.state), (5.0, "open"))
