from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestSaleOrderGuard(KeyAccountCommon):
    """Attacks on an unapproved quotation: none may get it to the customer, signed or
    confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("sale.email_template_edi_sale")

    def setUp(self):
        super().setUp()
        self.order = self.make_order(discount=50.0)

    def refused(self, call, *args, **kwargs):
        with self.assertRaises(UserError) as error:
            call(*args, **kwargs)
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")
        return str(error.exception)

    def test_state_by_rpc(self):
        for user in (self.specialist, self.manager, self.director, self.accountant):
            for state in ("sent", "sale"):
                self.refused(self.rpc, user, self.order, "write", {"state": state})

    def test_terms_and_state_in_one_write(self):
        order = self.make_order(discount=2.0)
        with self.assertRaises(UserError):
            self.rpc(
                self.specialist,
                order,
                "write",
                {
                    "order_line": [
                        Command.update(order.order_line.id, {"discount": 60.0})
                    ],
                    "state": "sale",
                },
            )

    def test_buttons(self):
        for method in (
            "action_confirm",
            "action_quotation_sent",
            "action_quotation_send",
        ):
            self.refused(self.rpc, self.specialist, self.order, method)

    def test_the_message_says_what_where_and_what_to_do(self):
        message = self.refused(self.rpc, self.specialist, self.order, "action_confirm")
        self.assertIn(self.order.name, message)
        self.assertIn("50.0 %", message)
        self.assertIn("General manager", message)
        self.assertIn("Request sign-off", message)

    def test_forged_contexts(self):
        for context in (
            {"mark_so_as_sent": True},
            {"tracking_disable": True, "mail_notrack": True},
            {"key_account_evidence": True, "key_account_release": True},
            {"default_state": "sale", "send_email": True},
            {"install_mode": True, "import_file": True},
        ):
            self.refused(
                self.rpc, self.specialist, self.order, "action_confirm", context=context
            )
        self.refused(
            self.rpc,
            self.specialist,
            self.order,
            "message_post",
            body="Hello",
            context={"mark_so_as_sent": True},
        )

    def test_create_in_a_later_state(self):
        values = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "order_line": [
                Command.create({"product_id": self.pump.id, "discount": 60.0})
            ],
        }
        Order = self.env["sale.order"]
        with self.assertRaises(UserError):
            self.rpc(self.specialist, Order, "create", [{**values, "state": "sale"}])
        with self.assertRaises(UserError):
            self.rpc(
                self.specialist,
                Order,
                "create",
                [values],
                context={"default_state": "sale"},
            )
        with self.assertRaises(UserError):
            self.rpc(
                self.specialist,
                Order,
                "web_save",
                [],
                {**values, "state": "sent"},
                {"state": {}},
            )

    def test_import(self):
        result = self.rpc(
            self.specialist,
            self.env["sale.order"],
            "load",
            [
                "partner_id/.id",
                "state",
                "order_line/product_id/.id",
                "order_line/discount",
            ],
            [[str(self.customer.id), "sale", str(self.pump.id), "60"]],
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])

    def test_swallowed_exception_leaves_nothing_behind(self):
        try:
            self.order.with_user(self.specialist).write({"state": "sale"})
        except UserError:
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")

    def test_mail_template(self):
        self.refused(
            self.rpc,
            self.specialist,
            self.template,
            "send_mail",
            self.order.id,
            force_send=True,
        )

    def test_composer_single_and_mass(self):
        for mode in ("comment", "mass_mail"):

            def compose(mode=mode):
                composer = (
                    self.env["mail.compose.message"]
                    .with_user(self.specialist)
                    .create(
                        {
                            "model": "sale.order",
                            "res_ids": str(self.order.ids),
                            "composition_mode": mode,
                            "template_id": self.template.id,
                        }
                    )
                )
                composer._compute_subject()
                composer._action_send_mail()

            self.refused(compose)

    def test_server_action(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Confirm",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "state": "code",
                "code": "records.action_confirm()",
            }
        )
        self.refused(
            action.with_user(self.specialist)
            .with_context(
                active_model="sale.order",
                active_ids=self.order.ids,
                active_id=self.order.id,
            )
            .run
        )

    def test_object_write_server_action(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Confirm",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "state": "object_write",
                "update_path": "state",
                "selection_value": self.env["ir.model.fields.selection"]
                .search(
                    [
                        ("field_id.model", "=", "sale.order"),
                        ("field_id.name", "=", "state"),
                        ("value", "=", "sale"),
                    ]
                )
                .id,
            }
        )
        self.refused(
            action.with_context(
                active_model="sale.order",
                active_ids=self.order.ids,
                active_id=self.order.id,
            ).run
        )

    def test_down_payment_on_an_unapproved_quotation(self):
        def invoice():
            wizard = (
                self.env["sale.advance.payment.inv"]
                .with_context(active_model="sale.order", active_ids=self.order.ids)
                .create({"advance_payment_method": "percentage", "amount": 10})
            )
            wizard.create_invoices()

        self.refused(invoice)

    def test_payment_link(self):
        def link():
            return (
                self.env["payment.link.wizard"]
                .with_context(active_model="sale.order", active_id=self.order.id)
                .create(
                    {"res_model": "sale.order", "res_id": self.order.id, "amount": 1}
                )
                .link
            )

        self.refused(link)

    def test_staff_cannot_sign(self):
        approved = self.approve(self.make_order(discount=8.0))
        for order in (approved, self.order):
            for values in (
                {"signature": "R0lGODlhAQABAAAAACw=", "signed_by": "Me"},
                {"signed_by": "Me"},
                {"signed_on": "2026-01-01 00:00:00"},
            ):
                with self.assertRaises(UserError):
                    self.rpc(self.specialist, order, "write", values)

    def test_a_new_quotation_is_unsigned(self):
        order = self.make_order(signed_by="Me", signed_on="2026-01-01 00:00:00")
        self.assertFalse(order.signed_on)

    def test_the_customer_signs_nothing_that_is_held(self):
        public = self.env.ref("base.public_user")
        signed = {"signature": "R0lGODlhAQABAAAAACw=", "signed_by": "Buyer"}
        words = self.refused(self.order.with_user(public).sudo().write, signed)
        self.assertFalse(self.order.signature_ids or self.order.signed_by)
        # What holds it up is for the department.
        self.assertIn("being prepared", words)
        self.assertNotIn("General manager", words)

    def test_nothing_is_rendered_for_the_customer(self):
        approved = self.approve(self.make_order(discount=8.0))
        for user in self.env.ref("base.public_user"), self.specialist:
            report = self.env["ir.actions.report"].with_user(user).sudo()
            render = report._render_qweb_html
            self.assertIn(b"920.00", render("sale.report_saleorder", approved.ids)[0])
            if user._is_internal():
                self.assertTrue(render("sale.report_saleorder", self.order.ids))
            else:
                self.refused(render, "sale.report_saleorder", self.order.ids)

    def test_prices_that_rise_meanwhile_are_measured_anew(self):
        order = self.make_order()
        self.pump.list_price = 2000.0
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")
        with self.assertRaisesRegex(UserError, "50.0 %"):
            self.rpc(self.specialist, order, "action_confirm")

    def test_copy_is_unapproved_and_unsigned(self):
        approved = self.approve(self.make_order(discount=8.0))
        copy = approved.with_user(self.specialist).copy()
        self.env.flush_all()
        self.assertEqual(copy.authority_state, "required")
        self.assertFalse(copy.approval_ids)

    def test_line_moves_between_orders_reopen(self):
        approved = self.approve(self.make_order(discount=8.0))
        line = self.order.order_line
        self.rpc(self.specialist, line, "write", {"order_id": approved.id})
        self.env.invalidate_all()
        self.assertEqual(approved.authority_state, "required")
        with self.assertRaises(UserError):
            approved.with_user(self.specialist).action_confirm()

    def test_changes_after_approval(self):
        approved = self.approve(self.make_order(discount=8.0))
        line = approved.order_line
        for model, values in (
            (line, {"discount": 90.0}),
            (line, {"price_unit": 1.0}),
            (line, {"product_uom_qty": 10_000.0}),
        ):
            before = {name: model[name] for name in values}
            self.rpc(self.specialist, model, "write", values)
            self.env.flush_all()
            self.assertEqual(approved.authority_state, "required", values)
            with self.assertRaises(UserError):
                self.rpc(self.specialist, approved, "action_confirm")
            self.rpc(self.specialist, model, "write", before)
            self.env.flush_all()
            self.assertEqual(approved.authority_state, "approved", values)

    def test_accountants_cannot_slip_a_price_in(self):
        approved = self.approve(self.make_order(discount=8.0))
        self.rpc(self.accountant, approved.order_line, "write", {"price_unit": 10.0})
        self.env.flush_all()
        self.assertEqual(approved.authority_state, "required")
        with self.assertRaises(UserError):
            self.rpc(self.accountant, approved, "write", {"state": "sale"})

    def test_approved_goes_all_the_way(self):
        approved = self.approve(self.make_order(discount=8.0))
        approved.with_user(self.specialist).action_quotation_sent()
        self.assertEqual(approved.state, "sent")
        approved.with_user(self.specialist).action_confirm()
        self.assertEqual(approved.state, "sale")

    def test_cancel_withdraws_the_request(self):
        self.order.with_user(self.specialist).action_request_approval()
        self.order.with_user(self.specialist).action_cancel()
        self.assertEqual(self.order.approval_ids.sorted("id")[-1].event, "withdraw")

    def test_signature_required_means_signed_before_confirmation(self):
        approved = self.approve(self.make_order(discount=8.0, require_signature=True))
        with self.assertRaisesRegex(UserError, "has not signed"):
            approved.with_user(self.specialist).action_confirm()

    def test_changes_after_confirmation_stop_the_invoice(self):
        approved = self.approve(self.make_order(discount=8.0))
        approved.with_user(self.specialist).action_confirm()
        self.rpc(self.specialist, approved.order_line, "write", {"price_unit": 100.0})
        self.env.flush_all()
        with self.assertRaises(UserError):
            approved._create_invoices()

    def test_orders_confirmed_before_the_controls_stay_free(self):
        self.company.key_account_mode = "off"
        order = self.make_order(discount=80.0)
        order.action_confirm()
        self.company.key_account_mode = "enforce"
        order._mark_authority()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "not_applicable")
        order._assert_may("invoice")

    def test_payment_is_kept_and_nothing_hangs(self):
        provider = (
            self.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Test",
                    "company_id": self.company.id,
                    "code": "none",
                    "state": "test",
                }
            )
        )
        method = self.env["payment.method"].sudo().search([], limit=1) or self.env[
            "payment.method"
        ].sudo().create({"name": "M", "code": "m"})
        for state in ("pending", "done"):
            order = self.make_order(discount=50.0)
            tx = (
                self.env["payment.transaction"]
                .sudo()
                .create(
                    {
                        "provider_id": provider.id,
                        "payment_method_id": method.id,
                        "amount": 0.01,
                        "currency_id": order.currency_id.id,
                        "partner_id": order.partner_id.id,
                        "reference": f"tx-{state}",
                        "state": state,
                        "sale_order_ids": [Command.set(order.ids)],
                    }
                )
            )
            # No journal is set up here; what account_payment books is not under test.
            with patch.object(
                type(tx),
                "_create_payment",
                lambda self, **kw: self.env["account.payment"],
            ):
                tx._post_process()
            self.assertEqual(order.state, "draft", state)
            self.assertIn(self.manager, order.activity_ids.user_id, state)


@tagged("post_install", "-at_install")
class TestSaleOrderPortal(KeyAccountCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.env,
            login="ka_portal",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.portal_user.partner_id.parent_id = cls.customer

    def page(self, order, token=True, suffix=""):
        query = f"?access_token={order.access_token}" if token else "?"
        return self.url_open(f"/my/orders/{order.id}{query}{suffix}")

    def test_the_contract_advertises_no_software(self):
        """Odoo's "Connect with your software!" stays on the quotations of others."""
        plain = self.make_order(partner=self.plain_customer, team_id=self.plain_team.id)
        shown = {}
        with patch.object(
            type(plain), "_get_edi_builders", lambda order: [order.env["res.partner"]]
        ):
            for order in (self.make_order(), plain):
                order.with_user(order.user_id).action_quotation_sent()
                order._portal_ensure_token()
                shown[order] = self.page(order).text
                self.assertIn(order.name, shown[order])
        ours, others = shown.values()
        for words in ("portal_connect_software_modal", "good CRM software"):
            self.assertNotIn(words, ours)
            self.assertIn(words, others)

    def test_held_quotation_shows_a_neutral_page(self):
        order = self.make_order(discount=50.0)
        order._portal_ensure_token()
        response = self.page(order)
        self.assertIn("being prepared", response.text)
        self.assertNotIn(order.name, response.text)
        self.assertNotIn("Director", response.text)
        pdf = self.page(order, suffix="&report_type=pdf")
        self.assertNotIn("application/pdf", pdf.headers["Content-Type"])

    def test_portal_user_without_token_and_by_rpc(self):
        order = self.make_order(discount=50.0, partner=self.portal_user.partner_id)
        self.assertEqual(order.key_account_id, self.account)
        self.env.flush_all()
        self.authenticate("ka_portal", "ka_portal")
        self.assertNotIn(order.name, self.page(order, token=False).text)
        for record in (order, order.order_line):
            with self.assertRaises(AccessError):
                self.rpc(self.portal_user, record, "read", ["id", "name"])
            found = self.rpc(
                self.portal_user, record.browse(), "search", [("id", "=", record.id)]
            )
            self.assertFalse(found)

    def test_portal_signature_of_a_held_quotation(self):
        order = self.make_order(discount=50.0, require_signature=True)
        order._portal_ensure_token()
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.access_token,
                "name": "Buyer",
                "signature": "R0lGODlhAQABAAAAACw=",
            },
        )
        self.assertIn("error", result)
        order.invalidate_recordset()
        self.assertFalse(order.signed_on)

    def test_portal_chatter_of_a_held_quotation(self):
        order = self.make_order(discount=50.0)
        order._portal_ensure_token()
        public = self.env.ref("base.public_user")
        thread = order.with_user(public)._get_thread_with_access(
            order.id, token=order.access_token
        )
        self.assertFalse(thread)

    def test_approved_quotation_shows(self):
        order = self.approve(self.make_order(discount=8.0))
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
        self.assertIn(order.name, self.page(order).text)

    def test_confirmed_order_stays_visible(self):
        order = self.approve(self.make_order(discount=8.0))
        order.with_user(self.specialist).action_confirm()
        order._portal_ensure_token()
        self.rpc(self.specialist, order.order_line, "write", {"price_unit": 1.0})
        self.env.flush_all()
        self.assertIn(order.name, self.page(order).text)
