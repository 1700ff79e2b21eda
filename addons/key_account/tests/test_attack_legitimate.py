"""What has to go on working: approved quotations, plain ones, observe and off"""

import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .attack_common import PIXEL, AttackCase


@tagged("post_install", "-at_install")
class TestAttackLegitimate(AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.biller = cls._user(
            "ka_biller",
            "account.group_account_invoice,sales_team.group_sale_salesman_all_leads",
        )

    def whole_way(self, order, user=None):
        """Mail, print, page, chatter, signature, confirmation, invoice: as anywhere."""
        user = user or self.specialist
        customer = order.partner_id
        self.rpc(user, self.template, "send_mail", order.id)
        self.compose(user, order)
        self.rpc(user, order, "action_quotation_sent")
        self.assertEqual(order.state, "sent")
        report = self.env["ir.actions.report"].with_user(user)
        html = report._render_qweb_html("sale.report_saleorder", order.ids)[0]
        self.assertNotIn(b"not approved", html.lower())
        order._portal_ensure_token()
        self.env.flush_all()
        self.authenticate(None, None)
        token = order.access_token
        page = self.url_open(f"/my/orders/{order.id}?access_token={token}")
        self.assertIn(order.name, page.text)
        chatter = {
            "thread_model": "sale.order",
            "thread_id": order.id,
            "token": token,
        }
        result = self.make_jsonrpc_request("/mail/chatter_fetch", chatter)
        self.assertTrue(json.dumps(result))
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": token, "name": "Buyer", "signature": PIXEL},
        )
        self.assertTrue(result.get("force_refresh"), result)
        self.env.invalidate_all()
        self.assertEqual((order.state, order.signed_by), ("sale", "Buyer"))
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_user(self.biller)
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "delivered"})
        )
        self.rpc(self.biller, wizard, "create_invoices")
        invoice = order.sudo().invoice_ids
        self.rpc(self.biller, invoice, "action_post")
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.partner_id, customer)

    def compose(self, user, order):
        composer = (
            self.env["mail.compose.message"]
            .with_user(user)
            .create(
                {
                    "model": "sale.order",
                    "res_ids": str(order.ids),
                    "template_id": self.template.id,
                }
            )
        )
        composer._action_send_mail()

    def test_approved(self):
        """Mail, composer, marking as sent, print, page, chatter, signature,
        confirmation, invoice of an approved quotation | specialist, customer,
        accountant | all of it works"""
        self.whole_way(self.approved(require_signature=True))

    def test_within_authority(self):
        """The same of a quotation within the specialist's limits | specialist,
        customer, accountant | all of it works, nobody is asked"""
        order = self.make_order(discount=4.0, require_signature=True)
        self.whole_way(order)
        self.assertFalse(order.approval_ids)

    def test_plain_quotation(self):
        """The same of another team's quotation at half the price | salesman of that
        team, customer, accountant | as in plain Odoo"""
        order = self.make_order(
            discount=50.0,
            partner=self.plain_customer,
            team_id=self.plain_team.id,
            user=self.outsider,
            require_signature=True,
        )
        self.assertEqual(order.authority_state, "not_applicable")
        self.whole_way(order, self.outsider)

    def test_observe(self):
        """The same of a quotation beyond every limit, in mode observe | specialist,
        customer, accountant | all of it works; it is marked as required"""
        self.company.key_account_mode = "observe"
        order = self.make_order(discount=50.0, require_signature=True)
        self.assertEqual(order.authority_state, "required")
        self.whole_way(order)

    def test_off(self):
        """The same in mode off | specialist, customer, accountant | all of it works;
        nothing is measured"""
        self.company.key_account_mode = "off"
        order = self.make_order(discount=50.0, require_signature=True)
        self.assertEqual(order.authority_state, "not_applicable")
        self.whole_way(order)

    def test_tools_in_observe_and_off(self):
        """Another team or customer, scheduling, share, payment link, staff's signature
        fields, down payment on a quotation, in modes observe and off | specialist,
        biller | as in plain Odoo"""
        self.specialist.group_ids |= self.env.ref("base.group_partner_manager")
        for mode in ("observe", "off"):
            self.company.key_account_mode = mode
            order = self.make_order(discount=50.0)
            self.rpc(
                self.specialist,
                order,
                "write",
                {"signed_by": "Me", "team_id": self.plain_team.id},
            )
            link = (
                self.env["payment.link.wizard"]
                .with_user(self.specialist)
                .create({"res_model": "sale.order", "res_id": order.id, "amount": 1.0})
                .link
            )
            self.assertIn("access_token", link)
            share = (
                self.env["portal.share"]
                .with_user(self.specialist)
                .create(
                    {
                        "res_model": "sale.order",
                        "res_id": order.id,
                        "partner_ids": [Command.set(self.customer.ids)],
                    }
                )
            )
            share.action_send_mail()
            wizard = (
                self.env["sale.advance.payment.inv"]
                .with_user(self.biller)
                .with_context(active_model="sale.order", active_ids=order.ids)
                .create({"advance_payment_method": "percentage", "amount": 10.0})
            )
            self.rpc(self.biller, wizard, "create_invoices")
            self.assertTrue(order.sudo().invoice_ids, mode)

    def test_deals_and_words_in_observe_and_off(self):
        """A deal that becomes a lead again, what was said on a deal and a quotation
        changed by an administrator of sales, a file there replaced, in modes observe
        and off | specialist, Sales administrator | as in plain Odoo; in mode enforce
        refused"""
        for mode in ("enforce", "observe", "off"):
            self.company.key_account_mode = mode
            deal = self.env["crm.lead"].create(
                {
                    "name": "Deal",
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                }
            )
            attempts = [(self.specialist, deal, {"type": "lead"})]
            for record in (deal, self.make_order(discount=50.0)):
                said = record.with_user(self.manager).message_post(
                    body="Fine", message_type="comment"
                )
                file = self.env["ir.attachment"].with_user(self.manager)
                place = {"res_model": record._name, "res_id": record.id}
                file = file.create({"name": "a.txt", "raw": b"a", **place})
                attempts += [
                    (self.sales_admin, said, {"body": "Other"}),
                    (self.sales_admin, file, {"raw": b"b"}),
                ]
            self.env.flush_all()
            for user, record, vals in attempts:
                with self.subTest(mode=mode, model=record._name):
                    if mode == "enforce":
                        with self.assertRaises(UserError):
                            self.rpc(user, record, "write", vals)
                    else:
                        self.rpc(user, record, "write", vals)

    def test_corrections_of_a_held_quotation(self):
        """Another contact, salesperson, delivery date, lines of a held quotation; a
        message of one's own; print and preview | specialist | all of it works"""
        for vals in (
            {"partner_id": self.contact.partner_id.id},
            {"commitment_date": "2040-01-01 00:00:00"},
            {"order_line": [Command.update(self.line.id, {"discount": 40.0})]},
            {"note": "<p>Draft</p>"},
            {"validity_date": "2040-01-01"},
        ):
            self.rpc(self.specialist, self.order, "write", vals)
        self.env.flush_all()
        self.assertEqual(self.order.authority_state, "required")
        message = self.order.with_user(self.specialist).message_post(
            body="Which colour?", partner_ids=self.customer.ids
        )
        self.assertIn(self.customer, message.notified_partner_ids)
        self.rpc(self.specialist, self.order, "action_preview_sale_order")
        self.rpc(self.specialist, self.order, "action_cancel")
        self.rpc(self.specialist, self.order, "action_draft")
        self.assertEqual(self.order.state, "draft")

    def test_deleting_a_draft(self):
        """Deleting a draft for which nobody was asked | specialist's Sales
        administrator | deleted, as in plain Odoo"""
        self.rpc(self.sales_admin, self.order, "unlink")
        self.assertFalse(self.order.exists())
