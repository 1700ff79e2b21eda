import base64

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common import KeyAccountCommon
from .test_signature import SIGNATURE


@tagged("post_install", "-at_install")
class TestAccountMove(KeyAccountCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.billing = cls._user("ka_billing", "account.group_account_invoice")
        cls.auditor = cls._user("ka_auditor", "account.group_account_readonly")
        # Sales rights of one's own documents hide the order, not what stands behind the
        # invoice.
        cls.both = cls._user(
            "ka_both", "account.group_account_invoice,sales_team.group_sale_salesman"
        )

    def signed_order(self):
        agreement = self.env["key.account.agreement"].create(
            {
                "name": "Handover",
                "type_id": self.env.ref("key_account.agreement_type_handover").id,
                "key_account_id": self.account.id,
                "file": base64.b64encode(b"%PDF handover"),
                "file_name": "handover.pdf",
                "state": "ready",
            }
        )
        order = self.make_order(
            discount=8.0,
            require_signature=True,
            agreement_ids=[Command.set(agreement.ids)],
        )
        self.approve(order)
        order.with_user(self.specialist).action_quotation_sent()
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {
                "signature": SIGNATURE,
                "signed_by": "Buyer",
                "signed_on": "2026-01-02 03:04:05",
            }
        )
        order.with_user(self.specialist).action_confirm()
        return order

    def test_the_accountant_opens_the_signed_quotation_from_the_invoice(self):
        order = self.signed_order()
        move = order._create_invoices()
        files = order.signature_ids._signed_files()
        self.assertEqual(len(files), 2)
        self.env.flush_all()
        for user in (self.billing, self.auditor, self.both):
            own = move.with_user(user)
            self.env.invalidate_all()
            self.assertTrue(own.key_account_signed)
            self.assertIn("Buyer", own.key_account_contract_info)
            action = self.rpc(user, own, "action_open_signed_quotation")
            self.authenticate(user.login, user.login)
            response = self.url_open(action["url"])
            self.assertEqual(response.content, files[0].raw)
            for file in files:
                self.assertIn(file._signed_url(move), own.key_account_conditions)
                response = self.url_open(file._signed_url(move))
                self.assertEqual(response.content, file.raw, user.login)
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, move, "action_open_signed_quotation")

    def test_nobody_else_opens_it(self):
        order = self.signed_order()
        move = order._create_invoices()
        other = self.env["ir.attachment"].create({"name": "x", "raw": b"secret"})
        url = order.signature_ids.attachment_id._signed_url(move)
        self.env.flush_all()
        self.authenticate("ka_outsider", "ka_outsider")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("ka_billing", "ka_billing")
        for address in (
            other._signed_url(move),
            order.signature_ids.attachment_id._signed_url(self.customer),
            f"/key_account/signed/account.move/0/{other.id}",
        ):
            self.assertEqual(self.url_open(address).status_code, 404, address)

    def test_conditions_that_matter_for_payment(self):
        order = self.signed_order()
        order.sudo()._set_kept({"contract_number": "KC2026/0001"})
        order.sudo().write({"require_payment": True, "prepayment_percent": 0.3})
        move = order._create_invoices().with_user(self.billing)
        block = str(move.key_account_conditions)
        for part in (
            "KC2026/0001",
            "Buyer",
            "01/02/2026",
            self.payment_term.name,
            "30%",
            "Ex works, inspection on arrival.",
            "handover.pdf",
        ):
            self.assertIn(part, block)
        self.assertNotIn("alert", block)

    def test_down_payment_invoices_show_it_too(self):
        order = self.signed_order()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30})
        )
        wizard.create_invoices()
        move = order.invoice_ids.with_user(self.billing)
        self.assertTrue(move.key_account_signed)
        self.assertIn("Buyer", move.key_account_conditions)

    def test_what_was_changed_is_marked(self):
        order = self.signed_order()
        move = order._create_invoices().with_user(self.billing)
        self.rpc(self.specialist, order.order_line, "write", {"price_unit": 2000.0})
        self.env.invalidate_all()
        self.assertIn("no longer what was signed", move.key_account_conditions)
        self.assertNotIn("has been changed since", move.key_account_conditions)
        other = self.env["ir.attachment"].create({"name": "x", "raw": b"other"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s WHERE id = %s",
            (other.store_fname, order.signature_ids.attachment_id.id),
        )
        self.env.invalidate_all()
        self.assertIn("has been changed since", move.key_account_conditions)

    def test_the_salesperson_opens_the_invoice_of_their_order(self):
        """As the button on the quotation does: with every field of its form."""
        order = self.signed_order()
        invoice = order._create_invoices()
        reader = invoice.with_user(self.specialist)
        form = etree.fromstring(reader.get_view(view_type="form")["arch"])
        names = {node.get("name") for node in form.iter("field")}
        self.env.flush_all()
        self.env.invalidate_all()
        spec = {name: {} for name in names & reader._fields.keys()}
        self.assertIn("payment_count", spec)
        [read] = reader.web_read(spec)
        self.assertEqual(read["payment_count"], 0)

    def test_an_invoice_without_contract_shows_nothing(self):
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.plain_customer.id}
        )
        self.assertFalse(move.key_account_signed or move.key_account_conditions)

    def test_the_accountant_has_a_list_of_what_is_to_be_invoiced(self):
        order = self.signed_order()
        action = self.env.ref("key_account.order_to_invoice_action").sudo()
        orders = self.env["sale.order"].with_user(self.billing)
        view = action.view_ids[0].view_id
        arch = etree.fromstring(orders.get_view(view.id, "list")["arch"])
        shown = [field.get("name") for field in arch.iter("field")]
        self.assertIn("contract_number", shown)
        self.assertIn("payment_term_id", shown)
        found = orders.search(safe_eval(action.domain))
        self.assertIn(order, found)
        # Every column is one that the accountant may read.
        found.read(shown)
        order._create_invoices()
        self.assertNotIn(order, orders.search(safe_eval(action.domain)))

    def test_the_accountant_invoices_from_that_list(self):
        order = self.signed_order()
        action = self.rpc(self.billing, order, "action_invoice_key_account")
        self.assertEqual(action["res_model"], "account.move")
        invoice = order.invoice_ids.with_user(self.billing)
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(invoice.amount_untaxed, order.amount_untaxed)
        self.assertTrue(invoice.key_account_signed)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_only_who_makes_invoices_does_so_from_that_list(self):
        order = self.signed_order()
        for user in (self.auditor, self.specialist):
            with self.assertRaises(AccessError):
                self.rpc(user, order, "action_invoice_key_account")
        self.assertFalse(order.invoice_ids)

    def test_what_was_changed_for_the_worse_is_not_invoiced_from_that_list(self):
        order = self.signed_order()
        self.rpc(self.specialist, order.order_line, "write", {"price_unit": 600.0})
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.rpc(self.billing, order, "action_invoice_key_account")
        self.assertFalse(order.invoice_ids)
