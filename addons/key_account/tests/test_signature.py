import base64
import hashlib
import io

from pypdf import PdfWriter

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.http_routing.tests.common import MockRequest

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

    def sign(self, order, stated=""):
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept?signer_function={stated}",
            {
                "access_token": order.access_token,
                "name": "Buyer Wang",
                "signature": SIGNATURE,
            },
        )
        self.env.invalidate_all()
        return result

    def test_the_day_of_delivery_stands_once(self):
        """In words of ours, which are translated: Odoo's own stands there twice."""
        order = self.sent(commitment_date="2030-05-08 04:00:00")
        page = self.url_open(order.get_portal_url()).text
        self.assertEqual(page.count("05/08/2030"), 1)
        self.assertIn("Delivery date:", page)
        self.assertNotIn("Delivery Date:", page)

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
        signature.invalidate_recordset(["intact"])
        as_in_a_form = signature.with_user(self.specialist).with_context(bin_size=True)
        self.assertTrue(as_in_a_form.intact, "sizes were hashed instead of contents")
        self.assertTrue(signature.ip)
        self.assertEqual(signature.image.decode(), SIGNATURE)
        self.assertEqual(signature.key_account_id, self.account)
        self.assertEqual(signature.fingerprint, order._terms_fingerprint())
        self.assertNotEqual(signature.entered_by_id, self.specialist)
        self.assertEqual(signature.signed_on, order.signed_on)
        self.assertEqual(signature.attachment_id.res_id, order.id)
        self.assertEqual(self.account.state, "active")
        self.assertTrue(self.account.won_date)

    def test_the_signer_reads_no_internal_reason(self):
        order = self.sent()

        def refuse(order):
            raise UserError(order.env._("No analytic account."))

        self.patch(type(order), "action_confirm", refuse)
        error = self.sign(order)["error"]
        self.assertIn("cannot be signed at present", error)
        self.assertNotIn("analytic", error)
        self.assertFalse(order.signed_on or order.signature_ids)

    def tamper(self, attachment):
        """As somebody with access to the filestore would."""
        other = self.env["ir.attachment"].create({"name": "x", "raw": b"other"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s, db_datas = NULL WHERE id = %s",
            (other.store_fname, attachment.id),
        )
        self.env.invalidate_all()

    def agreement(self, content=b"%PDF handover"):
        return (
            self.env["key.account.agreement"]
            .with_user(self.specialist)
            .create(
                {
                    "name": "Handover",
                    "type_id": self.env.ref("key_account.agreement_type_handover").id,
                    "key_account_id": self.account.id,
                    "file": base64.b64encode(content),
                    "file_name": "handover.pdf",
                    "state": "ready",
                }
            )
        )

    def test_what_was_signed_cannot_be_touched(self):
        agreement = self.agreement()
        order = self.sent(agreement_ids=[Command.set(agreement.ids)])
        self.sign(order)
        signature = order.signature_ids
        for file in signature._signed_files():
            for user in (self.specialist, self.manager, self.director):
                for values in (
                    {"raw": "other"},
                    {"datas": "b3RoZXI="},
                    {"res_model": "res.partner", "res_id": self.customer.id},
                    {"type": "url", "url": "https://example.com"},
                ):
                    with self.assertRaises(AccessError):
                        self.rpc(user, file, "write", values)
                with self.assertRaises(AccessError):
                    self.rpc(user, file, "unlink")
            with self.assertRaises(AccessError):
                file.sudo().raw = b"other"
            with self.assertRaises(AccessError):
                file.sudo().unlink()
        pictures = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "=", order.id),
                ("res_field", "=", "signature"),
            ]
        )
        self.assertTrue(pictures)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, pictures, "write", {"datas": SIGNATURE})
        with self.assertRaises(UserError):
            agreement.file = base64.b64encode(b"other")
        self.assertTrue(signature.intact)

    def test_what_the_signer_reads_is_translated_on_the_portal(self):
        # Beside a website, Odoo asks the request for it.
        with MockRequest(self.env):
            modules = self.env["ir.http"]._get_translation_frontend_modules_name()
        self.assertIn("key_account", modules)

    def test_tampering_with_a_document_is_shown(self):
        agreement = self.agreement()
        order = self.sent(agreement_ids=[Command.set(agreement.ids)])
        self.sign(order)
        signature = order.signature_ids
        self.assertFalse(order.signed_document_changed)
        image = self.env["ir.attachment"].search(
            [
                ("res_model", "=", signature._name),
                ("res_id", "=", signature.id),
                ("res_field", "=", "image"),
            ]
        )
        self.assertEqual(len(image), 1)
        for file in signature._signed_files() | image:
            before = file.store_fname
            self.tamper(file)
            self.assertFalse(signature.intact, file.name)
            self.assertTrue(order.signed_document_changed)
            self.env.cr.execute(
                "UPDATE ir_attachment SET store_fname = %s WHERE id = %s",
                (before, file.id),
            )
            self.env.invalidate_all()
            self.assertTrue(signature.intact)

    def test_agreements_are_signed_with_the_quotation(self):
        agreement = self.agreement(b"%PDF handover")
        order = self.sent(agreement_ids=[Command.set(agreement.ids)])
        self.assertEqual(agreement.state, "ready")
        self.sign(order)
        document = order.signature_ids.document_ids
        self.assertEqual(document.agreement_id, agreement)
        self.assertEqual(document.attachment_id.raw, b"%PDF handover")
        self.assertEqual(document.sha256, hashlib.sha256(b"%PDF handover").hexdigest())
        self.assertEqual(document.attachment_id.res_id, order.id)
        self.assertEqual(agreement.state, "signed")
        with self.assertRaises(UserError):
            self.rpc(self.specialist, agreement, "write", {"name": "Other"})

    def test_what_is_signed_along_is_read_before(self):
        agreement, other = self.agreement(), self.agreement(b"%PDF other")
        order = self.sent(agreement_ids=[Command.set(agreement.ids)])
        order._portal_ensure_token()
        self.env.flush_all()
        token = f"?access_token={order.access_token}"
        page = self.url_open(f"/my/orders/{order.id}{token}").text
        path = f"/my/orders/{order.id}/agreement/"
        self.assertIn(f"{path}{agreement.id}{token}", page)
        self.assertIn("You also sign", page)
        file = self.url_open(f"{path}{agreement.id}{token}")
        self.assertEqual(file.content, b"%PDF handover")
        for closed in (f"{agreement.id}", f"{other.id}{token}"):
            self.assertNotIn(b"%PDF", self.url_open(f"{path}{closed}").content)
        order.with_user(self.specialist).order_line.discount = 9.0
        self.env.flush_all()
        held = self.url_open(f"{path}{agreement.id}{token}")
        self.assertNotIn(b"%PDF", held.content)

    def test_another_agreement_file_releases_the_signature(self):
        agreement = self.agreement()
        order = self.sent(
            agreement_ids=[Command.set(agreement.ids)],
            require_payment=True,
            prepayment_percent=1.0,
        )
        self.sign(order)
        self.assertTrue(order.signed_on)
        agreement.file = base64.b64encode(b"other")
        self.env.flush_all()
        self.assertFalse(order.signed_on)
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(
            order.signature_ids.document_ids.attachment_id.raw, b"%PDF handover"
        )

    def test_the_signer_s_function_is_known(self):
        self.env["res.partner"].create(
            {
                "name": "Buyer Wang",
                "function": "Purchasing director",
                "parent_id": self.customer.id,
            }
        )
        order = self.sent()
        self.sign(order)
        self.assertEqual(order.signature_ids.function, "Purchasing director")

    def test_the_signer_says_what_they_are(self):
        order = self.sent()
        order.partner_id.function = "Buyer"
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("signerFunction", page)
        self.assertIn("Buyer", page)
        self.sign(order, stated="Head of%20purchasing " + "x" * 200)
        function = order.signature_ids.function
        self.assertTrue(function.startswith("Head of purchasing x"))
        self.assertEqual(len(function), 100)

    def test_plain_quotations_do_not_ask_what_signers_are(self):
        order = self.make_order(
            partner=self.plain_customer,
            team_id=self.plain_team.id,
            require_signature=True,
        )
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("modalaccept", page)
        self.assertNotIn("signerFunction", page)

    def test_a_person_is_forgotten_the_event_stays(self):
        order = self.sent()
        self.sign(order, stated="Buyer")
        evidence = order.signature_ids
        with self.assertRaises(AccessError):
            self.rpc(self.director, evidence, "_anonymise")
        before = evidence.fingerprint, evidence.sha256, evidence.signed_on
        evidence._anonymise()
        self.env.invalidate_all()
        self.assertEqual((evidence.signed_by, evidence.function), ("-", False))
        self.assertFalse(evidence.ip or evidence.image)
        after = evidence.fingerprint, evidence.sha256, evidence.signed_on
        self.assertEqual(after, before)
        self.assertTrue(evidence.intact, "what was signed has not been changed")
        with self.assertRaises(AccessError):
            evidence.sudo().write({"signed_by": "Somebody"})

    def test_the_document_is_rendered_once(self):
        order = self.sent()
        report = type(self.env["ir.actions.report"])
        original = report._pre_render_qweb_pdf
        runs = []
        page = PdfWriter()
        page.add_blank_page(width=100, height=100)
        buffer = io.BytesIO()
        page.write(buffer)
        pdf = buffer.getvalue()

        def as_in_production(report, *args, **kwargs):
            return original(
                report.with_context(force_report_rendering=True), *args, **kwargs
            )

        def wkhtmltopdf(report, bodies, **kwargs):
            # Made before confirmation: it still is the quotation.
            runs.append((order.state, bodies))
            return pdf

        self.patch(report, "_pre_render_qweb_pdf", as_in_production)
        self.patch(report, "_run_wkhtmltopdf", wkhtmltopdf)
        self.sign(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual([state for state, _bodies in runs], ["sent"])
        signature = order.signature_ids
        content = signature.attachment_id.raw
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertEqual(signature.sha256, hashlib.sha256(content).hexdigest())
        message = order.message_ids.filtered("attachment_ids")[:1]
        self.assertEqual(message.attachment_ids.raw, content)
        self.assertIn("Buyer Wang", str(runs[0][1]))

    def test_changed_taxes_ask_for_another_signature(self):
        tax = self.env["account.tax"].create(
            {
                "name": "13%",
                "amount": 13.0,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.us").id,
                "tax_group_id": self.env["account.tax.group"]
                .create(
                    {
                        "name": "Tax",
                        "company_id": self.company.id,
                        "country_id": self.env.ref("base.us").id,
                    }
                )
                .id,
            }
        )
        order = self.sent(require_payment=True, prepayment_percent=1.0)
        order.order_line.tax_ids = tax
        self.sign(order)
        self.assertFalse(order._has_to_be_signed())
        tax.amount = 6.0
        self.env.invalidate_all()
        self.assertFalse(order._current_signature())
        self.assertTrue(order._has_to_be_signed())

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
        self.assertEqual(
            (scan.signed_by, scan.function, scan.entered_by_id),
            ("Buyer Wang", "Purchasing director", self.specialist),
        )
        with self.assertRaises(UserError):
            order.with_user(self.specialist).action_confirm()
        with self.assertRaises(UserError):
            scan.with_user(self.specialist).action_confirm_scan()
        before = scan.attachment_id.store_fname
        self.tamper(scan.attachment_id)
        with self.assertRaisesRegex(UserError, "has been changed since"):
            self.rpc(self.manager, scan, "action_confirm_scan")
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s WHERE id = %s",
            (before, scan.attachment_id.id),
        )
        self.env.invalidate_all()
        scan.with_user(self.manager).action_confirm_scan()
        self.assertEqual(order.state, "sale")

    def test_a_second_person_is_asked_for_a_scan(self):
        def asked():
            mine = order.activity_ids.filtered(
                lambda activity: activity.activity_type_id == kind
            )
            return mine.user_id

        def file():
            return order.with_user(self.specialist)._file_signed_return(
                b"JVBERi0=", "scan.pdf", "Wang", "Buyer", fields.Datetime.now()
            )

        kind = self.env.ref("key_account.mail_activity_confirm_scan")
        order = self.sent()
        scan = file()
        self.assertEqual(asked(), self.manager)
        self.assertEqual(order.with_user(self.manager).scan_to_confirm_id, scan)
        waiting = [("waits", "=", True), ("order_id", "=", order.id)]
        Signature = self.env["key.account.signature"].with_user(self.manager)
        self.assertEqual(Signature.search(waiting), scan)
        order.with_user(self.specialist).order_line.name = "Pump, revised"
        self.env.invalidate_all()
        self.assertFalse(asked(), "it shows other terms")
        self.assertFalse(order.scan_to_confirm_id or Signature.search(waiting))
        again = file()
        self.assertEqual(Signature.search(waiting), again)
        again.with_user(self.manager).action_confirm_scan()
        self.env.invalidate_all()
        self.assertFalse(asked() or order.scan_to_confirm_id)
        self.assertIn("confirmed", order.message_ids[:2].mapped("body")[0])

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
