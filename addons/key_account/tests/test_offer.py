"""A given offer stands, until its validity date; one that has expired is not decided
on."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .attack_common import PIXEL
from .test_money import MoneyCommon


class OfferCommon(MoneyCommon):
    def given(self, discount=0.0, **vals):
        """Sent to the customer, within authority."""
        vals = {"require_signature": True, "pricelist_id": self.pricelist().id, **vals}
        order = self.make_order(discount=discount, **vals)
        order.with_user(self.specialist).action_quotation_sent()
        self.env.flush_all()
        self.assertEqual((order.state, order.authority_state), ("sent", "within"))
        return order

    def sign(self, order):
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {
                "signature": PIXEL,
                "signed_by": "Buyer Wang",
                "signed_on": fields.Datetime.now(),
            }
        )
        self.env.flush_all()

    def measured(self, order):
        """As the scheduled action leaves it."""
        self.env.flush_all()
        order._mark_authority()
        self.env.flush_all()
        return order.authority_state


@tagged("post_install", "-at_install")
class TestOffer(OfferCommon):
    def test_a_list_price_takes_no_offer_back(self):
        draft = self.make_order(pricelist_id=self.pricelist().id)
        order = self.given()
        self.pump.list_price = 1100.0
        self.assertEqual(self.measured(order), "within")
        self.assertEqual(self.measured(draft), "required", "nobody was given it")
        self.assertFalse(order._may_not("sign"))
        self.sign(order)
        self.assertTrue(order._current_signature())

    def test_neither_does_an_agreed_price_a_rate_or_a_cost(self):
        self.agree(self.pricelist(self.fixed(1000.0)))
        self.levels[10].limit_ids.filtered(
            lambda limit: limit.dimension == "amount"
        ).value = 1000.0
        order = self.given()
        self.account.with_user(self.specialist).agreed_pricelist_id = False
        self.pump.list_price = 2000.0
        self.assertEqual(self.measured(order), "within")
        usd = self.given(
            pricelist_id=self.pricelist(self.fixed(140.0), currency=self.usd).id,
            order_line=[(0, 0, {"product_id": self.valve.id, "price_unit": 14.0})] * 10,
        )
        self.env["res.currency.rate"].create(
            {
                "name": self.company._key_account_today(),
                "rate": 0.07,
                "currency_id": self.usd.id,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.measured(usd), "within")

    def test_changed_terms_are_measured_at_today_s_prices(self):
        order = self.given(discount=2.0)
        self.pump.list_price = 1100.0
        line = order.order_line.with_user(self.specialist)
        line.discount = 1.0
        self.assertEqual(self.measured(order), "within", "better than what was given")
        line.discount = 3.0
        self.assertEqual(self.measured(order), "required")
        line.discount = 2.0
        self.assertEqual(self.measured(order), "within")
        order.with_user(self.specialist).order_line = [
            (0, 0, {"product_id": self.valve.id, "price_unit": 100.0})
        ]
        self.assertEqual(self.measured(order), "required", "another product")

    def test_what_the_customer_sees_changed_is_given_as_it_is(self):
        order = self.given()
        order.order_line.with_user(self.specialist).discount = 4.0
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")
        self.pump.list_price = 1100.0
        self.assertEqual(self.measured(order), "within")

    def test_it_ends_with_its_validity_date(self):
        today = self.company._key_account_today()
        order = self.given(validity_date=today + timedelta(days=5))
        self.assertEqual(order.authority_valid_until, False)
        self.pump.list_price = 1100.0
        self.assertEqual(self.measured(order), "within")
        self.assertEqual(order.authority_valid_until, order.validity_date)
        # What is given longer now is not what was given.
        order.with_user(self.specialist).validity_date = today + timedelta(days=90)
        self.env.flush_all()
        with freeze_time(f"{today + timedelta(days=6)} 12:00:00"):
            self.assertIn(order, order.search(order._authority_ended()))
            self.assertEqual(self.measured(order), "required")
            self.assertTrue(order._may_not("sign"))

    def test_without_a_validity_date_it_ends_as_an_approval(self):
        order = self.given(validity_date=False)
        order.validity_date = False
        self.pump.list_price = 1100.0
        self.assertEqual(self.measured(order), "within")
        today = self.company._key_account_today()
        with freeze_time(f"{today + timedelta(days=31)} 12:00:00"):
            self.assertEqual(self.measured(order), "required")

    def test_who_has_lost_authority_has_lost_it(self):
        order = self.given(discount=4.0)
        self.levels[10].limit_ids.filtered(
            lambda limit: limit.dimension == "discount"
        ).value = 3.0
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")

    def test_what_is_measured_since_was_not_known_then(self):
        order = self.given()
        self.company.key_account_dimensions = "discount,amount,margin"
        self.pump.list_price = 1100.0
        self.assertEqual(self.measured(order), "required")

    def test_back_to_draft_it_is_no_offer(self):
        order = self.given()
        order.with_user(self.specialist).action_cancel()
        order.with_user(self.specialist).action_draft()
        self.pump.list_price = 1100.0
        self.assertEqual(self.measured(order), "required")

    # What has expired

    def test_no_sign_off_of_what_has_expired(self):
        today = self.company._key_account_today()
        order = self.make_order(discount=8.0, validity_date=today)
        asked = self.make_order(discount=8.0, validity_date=today)
        asked.with_user(self.specialist).action_request_approval()
        with freeze_time(f"{today + timedelta(days=1)} 12:00:00"):
            self.env.invalidate_all()
            self.assertTrue(order.is_expired)
            with self.assertRaisesRegex(UserError, "validity date has passed"):
                self.rpc(self.specialist, order, "action_request_approval")
            with self.assertRaisesRegex(UserError, "validity date has passed"):
                self.rpc(self.manager, asked, "action_approve", "fine")
            # It can still be given back.
            self.rpc(self.manager, asked, "action_send_back", "A new date, please")
            order.with_user(self.specialist).validity_date = today + timedelta(days=9)
            self.rpc(self.specialist, order, "action_request_approval")
            self.rpc(self.manager, order, "action_approve")
        self.assertFalse(asked.approval_ids.filtered(lambda e: e.event == "approve"))

    def test_no_sign_off_of_what_is_cancelled(self):
        order = self.make_order(discount=8)
        order.sudo()._action_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled"):
            self.rpc(self.specialist, order, "action_request_approval")
        order.sudo().action_draft()
        self.rpc(self.specialist, order, "action_request_approval")
        self.assertEqual(order.authority_state, "pending")

    def test_the_validity_date_is_the_company_s_day(self):
        for zone, moment, expired in (
            ("Pacific/Auckland", "2026-03-02 10:30:00", False),
            ("Pacific/Auckland", "2026-03-02 11:30:00", True),
            ("Asia/Shanghai", "2026-03-02 15:30:00", False),
            ("Asia/Shanghai", "2026-03-02 16:30:00", True),
            ("Europe/Berlin", "2026-03-02 23:30:00", True),
            ("America/New_York", "2026-03-03 04:30:00", False),
            ("America/New_York", "2026-03-03 05:30:00", True),
        ):
            with self.subTest(zone=zone, moment=moment), freeze_time(moment):
                self.company.resource_calendar_id.tz = zone
                order = self.make_order(validity_date="2026-03-02")
                self.assertEqual(order.is_expired, expired)

    def test_nobody_signs_what_has_expired(self):
        today = self.company._key_account_today()
        order = self.given(validity_date=today)
        with freeze_time(f"{today + timedelta(days=1)} 12:00:00"):
            self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, "validity date"):
                self.sign(order)
        self.assertFalse(order.signature)

    # Payment

    def test_payment_that_was_asked_for_beside_the_terms(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 % now, balance 60 days",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 30.0, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 70.0, "nb_days": 60}),
                ],
            }
        )
        lead = self.deal()
        order = self.make_order(payment_term_id=term.id, opportunity_id=lead.id)

        def strip():
            self.env.invalidate_all()
            return str(order.with_user(self.specialist).authority_preview)

        self.assertNotIn("balance 60 days", strip())
        line = self.env["key.account.requirement"].create(
            {
                "name": "60 days after delivery",
                "kind": "payment",
                "opportunity_id": lead.id,
            }
        )
        self.assertIn("60 days after delivery", strip())
        self.assertIn("30 % now, balance 60 days", strip())
        line.state = "dropped"
        self.assertNotIn("60 days after delivery", strip())

    def test_a_payment_term_on_record_is_not_deleted(self):
        """Odoo would take it off the quotation without a word, and what the customer
        signed would bind no more."""
        days = {"value": "percent", "value_amount": 100, "nb_days": 30}
        signed, approved, unused = self.env["account.payment.term"].create(
            [
                {"name": name, "line_ids": [Command.create(days)]}
                for name in ("Signed 30", "Approved 30", "Unused 30")
            ]
        )
        order = self.given(payment_term_id=signed.id)
        self.sign(order)
        self.approve(self.make_order(discount=8.0, payment_term_id=approved.id))
        draft = self.make_order(payment_term_id=unused.id)
        self.accountant.group_ids |= self.env.ref("account.group_account_manager")
        terms = (signed | approved | unused).with_user(self.accountant)
        for term in (signed, approved):
            with self.subTest(term.name):
                with self.assertRaisesRegex(UserError, term.name) as refusal:
                    terms.unlink()
                self.assertNotIn("Unused", str(refusal.exception))
                self.assertNotIn(order.name, str(refusal.exception))
        self.assertTrue(order._current_signature())
        signed.with_user(self.accountant).action_archive()
        self.assertTrue(order._current_signature())
        unused.with_user(self.accountant).unlink()
        draft.invalidate_recordset()
        self.assertFalse(draft.payment_term_id)
