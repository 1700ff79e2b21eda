from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import KeyAccountCommon


class ObserveCommon(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "observe"

    def observed(self, order):
        self.env.invalidate_all()
        return self.env["key.account.observation"].search([("order_id", "=", order.id)])


@tagged("post_install", "-at_install")
class TestObservation(ObserveCommon):
    def test_what_would_have_been_stopped_is_noted_and_happens(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order.state, "sale")
        seen = self.observed(order)
        self.assertEqual(
            (seen.action, seen.user_id, seen.dimension, seen.required_level_id),
            ("confirm", self.specialist, "discount", self.levels[30]),
        )
        self.assertAlmostEqual(seen.amount, 820.0)
        self.assertIn("18.0 %", seen.reasons)
        self.assertEqual(seen.key_account_id, self.account)

    def test_within_authority_nothing_is_noted(self):
        order = self.make_order()
        order.with_user(self.specialist).action_confirm()
        self.assertFalse(self.observed(order))

    def test_in_mode_enforce_nothing_is_noted(self):
        self.company.key_account_mode = "enforce"
        order = self.make_order(discount=18.0)
        with self.assertRaisesRegex(Exception, "cannot be confirmed"):
            order.with_user(self.specialist).action_confirm()
        self.assertFalse(self.observed(order))

    def test_the_same_is_noted_once_a_day_other_terms_again(self):
        order = self.make_order(discount=18.0)
        for _again in range(2):
            order.with_user(self.specialist)._assert_may("send")
        self.assertEqual(len(self.observed(order)), 1)
        order.with_user(self.specialist).order_line.discount = 19.0
        order.with_user(self.specialist)._assert_may("send")
        self.assertEqual(len(self.observed(order)), 2)

    def test_confirmed_without_sign_off_stays_so_and_holds_nothing_up(self):
        order = self.make_order(discount=18.0)
        self.assertEqual(order.authority_level_id, self.levels[30])
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.authority_level_id, self.levels[30])
        shown = order.with_user(self.specialist).authority_preview
        self.assertIn("Confirmed without sign-off", shown)
        # Measured again after the controls have come: still not as if it were signed
        # off, and nothing of it is held up.
        self.company.key_account_mode = "enforce"
        order._mark_authority()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        order.with_user(self.accountant)._assert_may("invoice")
        # Worse terms are another matter.
        order.with_user(self.specialist).order_line.discount = 60.0
        with self.assertRaisesRegex(UserError, "cannot be invoiced yet"):
            order.with_user(self.accountant)._assert_may("invoice")

    def test_confirmed_without_sign_off_can_be_signed_off_afterwards(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "pending")
        order.with_user(self.manager).action_approve()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")

    def test_an_approval_of_better_terms_is_not_shown_as_that_of_these(self):
        order = self.approve(self.make_order(8.0))
        order.with_user(self.specialist).order_line.discount = 18.0
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")

    def test_confirmed_within_or_approved_is_shown_as_that(self):
        within, approved = self.make_order(), self.approve(self.make_order(8.0))
        for order in within, approved:
            order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        self.assertEqual(within.authority_state, "within")
        self.assertEqual(approved.authority_state, "approved")

    def test_a_contract_review_that_would_have_come_first_is_noted(self):
        self.company.key_account_contract_review = True
        order = self.make_order()
        order.with_user(self.specialist).action_confirm()
        self.assertEqual((order.state, order.contract_state), ("sale", "none"))
        self.assertFalse(order.contract_review_ids)
        self.assertIn("contract review", self.observed(order).reasons)

    def test_a_mail_template_is_noted(self):
        order = self.make_order(discount=18.0)
        template = self.env.ref("sale.email_template_edi_sale")
        template.with_user(self.specialist)._generate_template(order.ids, ["subject"])
        self.assertEqual(self.observed(order).action, "send")

    def test_nobody_writes_or_deletes_an_observation(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist)._assert_may("send")
        seen = self.observed(order)
        for user in (self.specialist, self.director, self.configurator):
            for method, args in (
                ("write", [{"reasons": ""}]),
                ("unlink", []),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, seen, method, *args)
        with self.assertRaises(AccessError):
            seen.sudo().unlink()

    def test_who_reads_it(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist)._assert_may("send")
        seen = self.observed(order)
        for user, may in (
            (self.specialist, True),
            (self.manager, True),
            (self.director, True),
            (self.colleague, False),
            (self.outsider, False),
        ):
            self.assertEqual(seen.with_user(user).has_access("read"), may, user.login)


@tagged("post_install", "-at_install")
class TestObservationOnline(ObserveCommon, HttpCase):
    def test_a_page_is_noted_once_for_whoever_sees_it(self):
        portal = new_test_user(
            self.env,
            login="ka_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        portal.partner_id.parent_id = self.customer
        order = self.make_order(discount=18.0)
        order.sudo().message_subscribe(portal.partner_id.ids)
        order.with_user(self.specialist).action_quotation_sent()
        before = self.observed(order)
        self.authenticate("ka_portal", "ka_portal")
        page = self.url_open(f"/my/orders/{order.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(order.name, page.text)
        seen = self.observed(order) - before
        self.assertEqual((seen.action, seen.user_id), ("portal", portal))
        self.url_open(f"/my/orders/{order.id}")
        self.assertEqual(self.observed(order) - before, seen)

    def test_a_read_only_cursor_is_noted_after_it(self):
        order = self.make_order(discount=18.0)
        self.env.flush_all()
        with self.registry.cursor(readonly=True) as cr:
            self.assertTrue(cr.readonly)
            env = self.env(cr=cr, user=self.specialist)
            env["sale.order"].browse(order.id)._assert_may("send")
            self.assertFalse(self.observed(order))
            after = list(cr.postcommit._funcs)
        # What a real cursor does once it has committed.
        for function in after:
            function()
        self.assertEqual(self.observed(order).action, "send")
