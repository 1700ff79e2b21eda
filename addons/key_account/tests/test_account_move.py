from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import KeyAccountCommon
from .test_signature import SIGNATURE


@tagged("post_install", "-at_install")
class TestAccountMove(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )

    def test_the_accountant_opens_the_signed_quotation_from_the_invoice(self):
        order = self.approve(self.make_order(discount=8.0, require_signature=True))
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
        order._create_invoices()
        move = order.invoice_ids
        readonly = self._user("ka_billing", "account.group_account_invoice")
        move = move.with_user(readonly)
        self.assertTrue(move.key_account_signed)
        self.assertIn("Buyer", move.key_account_contract_info)
        action = self.rpc(readonly, move, "action_open_signed_quotation")
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].rsplit("/", 1)[1])
        )
        self.assertEqual(
            attachment.with_user(readonly).raw, order.signature_ids.attachment_id.raw
        )
        # Sales rights of one's own documents hide the order, not what stands behind the
        # invoice.
        both = self._user(
            "ka_both", "account.group_account_invoice,sales_team.group_sale_salesman"
        )
        action = self.rpc(both, move, "action_open_signed_quotation")
        self.assertTrue(attachment.with_user(both).raw)
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, move, "action_open_signed_quotation")
