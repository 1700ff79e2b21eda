"""Taxes and payment terms of a quotation, changed or deleted in the accounts."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_offer import OfferCommon

AGAIN = "have it signed again"


@tagged("post_install", "-at_install")
class TestUnderTerms(OfferCommon):
    def setUp(self):
        super().setUp()
        self.accountant.group_ids |= self.env.ref("account.group_account_manager")
        self.thirteen = self.make_tax(13.0, "VAT 13")
        self.six = self.make_tax(6.0, "VAT 6")
        self.unused = self.make_tax(3.0, "VAT 3")
        self.both = self.make_tax(0.0, "Both")
        self.both.amount_type = "group"
        self.both.children_tax_ids = self.six
        days = {"value": "percent", "value_amount": 100, "nb_days": 30}
        self.term = self.env["account.payment.term"].create(
            {"name": "After 30 days", "line_ids": [Command.create(days)]}
        )
        self.follow_up = self.env.ref("key_account.mail_activity_follow_up")

    def signed_with(self, taxes, **vals):
        order = self.given(payment_term_id=self.term.id, **vals)
        order.order_line.sudo().tax_ids = taxes
        self.env.flush_all()
        self.sign(order)
        self.assertTrue(order._current_signature())
        return order

    def told(self, order):
        """What the salesperson is asked for, by whom it concerns."""
        found = order.activity_ids.filtered(
            lambda each: each.activity_type_id == self.follow_up
        )
        self.assertLessEqual(found.user_id, order.user_id)
        return " ".join(found.mapped("summary"))

    def change(self, record, vals):
        record.with_user(self.accountant).write(vals)
        self.env.flush_all()

    def test_a_tax_under_a_signature(self):
        order, other = self.signed_with(self.thirteen), self.signed_with(self.unused)
        draft = self.given(payment_term_id=self.term.id)
        self.change(self.thirteen, {"amount": 12.0})
        self.assertFalse(order._current_signature())
        self.assertFalse(order.signed_on, "the customer may sign again")
        self.assertIn(AGAIN, self.told(order))
        self.assertIn("VAT 13", self.told(order))
        self.assertIn("Buyer Wang", self.told(order))
        self.assertTrue(other._current_signature())
        for each in other | draft:
            self.assertNotIn(AGAIN, self.told(each))
        # Once: it is not signed any more.
        self.change(self.thirteen, {"amount": 11.0})
        self.assertEqual(self.told(order).count(AGAIN), 1)

    def test_a_part_of_a_group_of_taxes(self):
        order = self.signed_with(self.both)
        self.change(self.six, {"amount": 5.0})
        self.assertIn(AGAIN, self.told(order))

    def test_payment_terms_under_a_signature(self):
        order = self.signed_with(self.thirteen)
        later = [Command.update(self.term.line_ids.id, {"nb_days": 90})]
        self.change(self.term, {"line_ids": later})
        self.assertIn("After 30 days", self.told(order))
        self.assertFalse(order._current_signature())

    def test_whether_taxes_are_in_the_price_says_the_company(self):
        order, other = self.signed_with(self.thirteen), self.signed_with(self.six)
        self.six.price_include_override = "tax_excluded"
        self.sign(other)
        self.assertTrue(other._current_signature())
        include = {"account_price_include": "tax_included"}
        self.company.with_user(self.env.ref("base.user_admin")).write(include)
        self.env.flush_all()
        self.assertFalse(order._current_signature())
        self.assertIn("VAT 13", self.told(order))
        self.assertNotIn("VAT 3", self.told(order))
        self.assertTrue(other._current_signature())
        self.assertNotIn(AGAIN, self.told(other))

    def test_what_says_nothing_else_frees_nothing(self):
        order = self.signed_with(self.thirteen)
        self.change(self.thirteen, {"amount": 13.0, "description": "Value added"})
        self.change(self.thirteen, {"active": False})
        self.change(self.term, {"name": "30 days", "early_discount": False})
        self.assertTrue(order._current_signature())
        self.assertNotIn(AGAIN, self.told(order))

    def test_whoever_sells_is_told_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.specialist.lang = "zh_CN"
        order = self.signed_with(self.thirteen)
        self.change(self.thirteen, {"amount": 12.0})
        self.assertIn("请客户重新签字", self.told(order))

    def test_a_tax_on_record_is_not_deleted(self):
        order = self.signed_with(self.both)
        taxes = (self.six | self.unused).with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "VAT 6") as refusal:
            taxes.unlink()
        self.assertNotIn("VAT 3", str(refusal.exception))
        self.assertNotIn(order.name, str(refusal.exception))
        self.assertTrue(order._current_signature())
        self.unused.with_user(self.accountant).unlink()
        self.assertFalse(self.unused.exists())
