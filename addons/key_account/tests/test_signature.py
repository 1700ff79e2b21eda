import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import KeyAccountCommon

SIGNATURE = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@tagged("post_install", "-at_install")
class TestSignature(KeyAccountCommon, HttpCase):
    def sent(self, **vals):
        order = self.approve(
            self.make_order(discount=8.0, require_signature=True, **vals)
        )
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
        return order

    def sign(self, order):
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.access_token,
                "name": "Buyer Wang",
                "signature": SIGNATURE,
            },
        )
        self.env.invalidate_all()
        return result

    def test_signing_on_the_portal_files_evidence_and_confirms(self):
        order = self.sent()
        result = self.sign(order)
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(order.state, "sale")
        signature = order.signature_ids
        self.assertEqual(len(signature), 1)
        self.assertEqual(
            (signature.method, signature.signed_by), ("portal", "Buyer Wang")
        )
        self.assertTrue(signature.intact)
        self.assertTrue(signature.ip)
        self.assertEqual(signature.attachment_id.res_id, order.id)
        self.assertEqual(self.account.state, "active")
        self.assertTrue(self.account.won_date)

    def test_tampering_with_the_document_is_shown(self):
        order = self.sent()
        self.sign(order)
        order.signature_ids.attachment_id.raw = b"something else"
        order.signature_ids.invalidate_recordset()
        self.assertFalse(order.signature_ids.intact)

    def test_a_change_after_signing_asks_for_a_new_signature(self):
        order = self.sent(require_payment=True, prepayment_percent=1.0)
        self.sign(order)
        self.assertEqual(order.state, "sent")
        self.assertTrue(order.signed_on)
        order.with_user(self.specialist).order_line.discount = 7.0
        self.env.flush_all()
        self.assertFalse(order.signed_on)
        self.assertEqual(len(order.signature_ids), 1)
        self.assertFalse(order._current_signature())

    def test_reset_to_draft_clears_the_signature(self):
        order = self.sent(require_payment=True, prepayment_percent=1.0)
        self.sign(order)
        order.with_user(self.specialist).action_draft()
        self.assertFalse(order.signed_on)
        self.assertTrue(order.signature_ids)

    def test_a_scan_counts_once_a_second_person_confirmed(self):
        order = self.sent()
        wizard = (
            self.env["key.account.signed.return"]
            .with_user(self.specialist)
            .create(
                {
                    "order_id": order.id,
                    "document": base64.b64encode(b"%PDF-scan"),
                    "file_name": "scan.pdf",
                    "signed_by": "Buyer Wang",
                    "function": "Purchasing director",
                }
            )
        )
        wizard.action_file()
        scan = order.signature_ids
        self.assertEqual(scan.method, "scan")
        with self.assertRaises(UserError):
            order.with_user(self.specialist).action_confirm()
        with self.assertRaises(UserError):
            scan.with_user(self.specialist).action_confirm_scan()
        scan.with_user(self.manager).action_confirm_scan()
        self.assertEqual(order.state, "sale")

    def test_evidence_cannot_be_forged(self):
        order = self.sent()
        values = {
            "order_id": order.id,
            "company_id": self.company.id,
            "method": "portal",
            "signed_by": "x",
            "signed_on": "2026-01-01 00:00:00",
            "entered_by_id": self.specialist.id,
            "fingerprint": order._terms_fingerprint(),
        }
        for user in (self.specialist, self.manager, self.director, self.support):
            with self.assertRaises(AccessError):
                self.rpc(user, self.env["key.account.signature"], "create", [values])
        with self.assertRaises(AccessError):
            self.env["key.account.signature"].sudo().create(values)
