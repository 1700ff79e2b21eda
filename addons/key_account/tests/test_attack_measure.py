"""What terms are measured with, and what stands beside them"""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackMeasure(AttackCase):
    def pricelist(self, *items, **vals):
        return self.env["product.pricelist"].create(
            {
                "name": "Prices",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create({"applied_on": "3_global", **item}) for item in items
                ],
                **vals,
            }
        )

    def confirmed(self):
        order = self.make_order()
        self.rpc(self.specialist, order, "action_confirm")
        return order

    # When it is measured

    def test_dated_to_a_day_of_lower_prices(self):
        """date_order: a quotation dated back, or forward, to a day whose reference
        prices were half of today's | specialist | measured with prices of a day on
        which it was there: held"""
        today = fields.Date.today()
        before, after = today - timedelta(days=40), today + timedelta(days=40)
        price = {"compute_price": "fixed", "fixed_price": 1000.0}
        cheap = {"compute_price": "fixed", "fixed_price": 500.0}
        self.company.key_account_reference_pricelist_id = self.pricelist(
            {**cheap, "date_end": before},
            {
                **price,
                "date_start": before + timedelta(days=1),
                "date_end": after - timedelta(days=1),
            },
            {**cheap, "date_start": after},
        )
        for day in (before - timedelta(days=1), after + timedelta(days=1)):
            self.rpc(self.specialist, self.order, "write", {"date_order": str(day)})
            self.refused_rpc(self.specialist, self.order, "action_quotation_sent")
            self.refused_rpc(self.specialist, self.order, "action_confirm")

    def test_dated_to_a_day_of_a_weaker_currency(self):
        """date_order: an offer in a foreign currency dated to a day when that was worth
        a hundredth | specialist | converted at a rate of a day on which it was there:
        held"""
        own = self.company.currency_id
        foreign = self.env["res.currency"].create({"name": "KAF", "symbol": "F"})
        today = fields.Date.today()
        for day, rate in ((today - timedelta(days=400), 100.0), (today, 1.0)):
            self.env["res.currency.rate"].create(
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": foreign.id,
                    "company_id": self.company.id,
                }
            )
        pricelist = self.pricelist(
            {"compute_price": "fixed", "fixed_price": 1000.0}, currency_id=foreign.id
        )
        order = self.make_order(quantity=200.0, pricelist_id=pricelist.id)
        self.assertNotEqual(order.currency_id, own)
        self.assertEqual(order.authority_state, "required")
        day = str(today - timedelta(days=300))
        self.rpc(self.specialist, order, "write", {"date_order": day})
        words = self.refused_rpc(self.specialist, order, "action_confirm", order=order)
        self.assertIn("Amount", words)

    def test_base_of_agreed_prices(self):
        """Agreed prices made of another pricelist, whose prices, or currency, are
        changed, or moved to another list, after the manager approved them | Sales
        administrator | the approval is withdrawn: held"""
        base = self.pricelist({"compute_price": "fixed", "fixed_price": 1000.0})
        agreed = self.pricelist(
            {
                "compute_price": "formula",
                "base": "pricelist",
                "base_pricelist_id": base.id,
            }
        )
        self.account.agreed_pricelist_id = agreed
        currency = self.env.ref("base.EUR")
        currency.active = True
        for records, vals in (
            (base.item_ids, {"fixed_price": 500.0}),
            (base, {"item_ids": [Command.create({"fixed_price": 500.0})]}),
            (agreed, {"currency_id": currency.id}),
            (base.item_ids[:1], {"pricelist_id": self.pricelist().id}),
        ):
            self.account.with_user(self.manager).action_approve_agreed_pricelist()
            self.rpc(self.sales_admin, records, "write", vals)
            self.assertFalse(self.account.agreed_approved_on)
        self.refused_rpc(self.specialist, self.order, "action_confirm")

    # What hides what is promised

    def test_totals_by_hand_in_extra_tax_data(self):
        """extra_tax_data of a line: Odoo prints and bills by it, and keeps the stored
        total | specialist | the total follows, and is measured: held"""
        country = self.env.ref("base.us").id
        group = self.env["account.tax.group"].create(
            {"name": "Sales", "company_id": self.company.id, "country_id": country}
        )
        tax = self.env["account.tax"].create(
            {
                "name": "Tenth",
                "amount": 10.0,
                "company_id": self.company.id,
                "country_id": country,
                "tax_group_id": group.id,
            }
        )
        order = self.make_order()
        line = order.order_line
        self.rpc(self.specialist, line, "write", {"tax_ids": [Command.set(tax.ids)]})
        amounts = {"tax_amount": 10.0, "base_amount": 100.0}
        forged = {
            "price_unit": 1000.0,
            "quantity": 1.0,
            "discount": 0.0,
            "rate": 1.0,
            "currency_id": order.currency_id.id,
            "manual_total_excluded": 100.0,
            "manual_total_excluded_currency": 100.0,
            "manual_tax_amounts": {
                str(tax.id): {
                    **amounts,
                    **{f"{name}_currency": value for name, value in amounts.items()},
                }
            },
        }
        fingerprint = order._terms_fingerprint()
        self.rpc(self.specialist, line, "write", {"extra_tax_data": forged})
        self.env.flush_all()
        self.assertEqual(order.amount_total, 110.0, "as it is printed")
        self.assertNotEqual(order._terms_fingerprint(), fingerprint)
        self.reopened(order)

    def test_expense_that_costs_less_than_nothing(self):
        """A line of -800 on a confirmed order, as a reinvoiced expense | specialist |
        a term like any other: not invoiced before sign-off; one that costs something
        is billed"""
        travel = self.env["product.product"].create(
            {
                "name": "Travel",
                "type": "service",
                "expense_policy": "cost",
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )
        vals = {"product_id": travel.id, "is_expense": True, "product_uom_qty": 1.0}
        for price, state in ((80.0, "within"), (-800.0, "required")):
            order = self.confirmed()
            self.rpc(
                self.specialist,
                self.env["sale.order.line"],
                "create",
                [{**vals, "order_id": order.id, "price_unit": price}],
            )
            self.env.flush_all()
            self.assertEqual(order.authority_state, state)
            self.assertEqual(bool(order._may_not("invoice")), price < 0)

    def test_agreement_listed_from_its_own_side(self):
        """order_ids of an agreement: a document put on, or taken off, a signed
        quotation without writing that | specialist | not signed any more; another
        account's is refused"""
        vals = {
            "name": "Quality",
            "key_account_id": self.account.id,
            "body": "<p>A</p>",
        }
        agreement = self.env["key.account.agreement"].create(vals)
        order = self.signed()
        version = order.terms_version
        link = {"order_ids": [Command.link(order.id)]}
        self.rpc(self.specialist, agreement, "write", link)
        self.unsigned(order)
        self.assertFalse(order.signed_on)
        self.assertGreater(order.terms_version, version)
        foreign = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        other = self.env["key.account.agreement"].create(
            {**vals, "key_account_id": foreign.id}
        )
        self.refused_rpc(
            self.specialist, other, "write", link, order=order, savepoint=True
        )
