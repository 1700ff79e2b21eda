"""Evidence that proves nothing"""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged

from .attack_common import HUGE, PIXEL, AttackCase

NOBODY = ("", "  ", "\u200b\u2060", "\u3164", " - ", "\x00\t\n", None)
NO_FILE = (
    "",
    "!!!",
    base64.b64encode(b"").decode(),
    base64.b64encode(b"   ").decode(),
    base64.b64encode(b"not a picture").decode(),
    base64.b64encode(b"\x89PNG\r\n\x1a\n broken").decode(),
    base64.b64encode(HUGE).decode(),
)


@tagged("post_install", "-at_install")
class TestAttackProof(AttackCase, HttpCase):
    def quotation(self):
        return self.sent(require_signature=True)

    def accept(self, order, **params):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": order.access_token, **params},
        )

    def unsigned_still(self, order):
        self.env.invalidate_all()
        self.assertFalse(order.signed_on or order.signature or order.signed_by)
        self.assertFalse(order.signature_ids)
        self.assertEqual(order.state, "sent")

    def test_signed_by_nobody_on_the_portal(self):
        """accept with the name "", blanks, zero-width characters, a dash, a number,
        none, a name as long as a book | customer with the token | a sentence, and
        nothing is signed"""
        order = self.quotation()
        for name in (*NOBODY, 5, ["Wang"], {"a": 1}, False, "Wang" * 100):
            result = self.accept(order, name=name, signature=PIXEL)
            self.assertIn("name", result["error"])
        self.assertIn("name", self.accept(order, signature=PIXEL)["error"])
        self.assertIn("name", self.accept(order)["error"])
        self.unsigned_still(order)
        self.assertTrue(
            self.accept(order, name=" Wang\u200b", signature=PIXEL)["force_refresh"]
        )
        self.env.invalidate_all()
        self.assertEqual(order.signature_ids.signed_by, "Wang")

    def test_signature_that_is_no_picture(self):
        """accept with an empty, undecodable, broken signature, another type, none |
        customer with the token | a sentence, and nothing is signed"""
        order = self.quotation()
        for picture in (*NO_FILE, None, 5, ["x"], {"a": 1}, False, True):
            result = self.accept(order, name="Wang", signature=picture)
            self.assertIn("signature", result["error"])
        self.assertIn("signature", self.accept(order, name="Wang")["error"])
        self.unsigned_still(order)

    def test_routes_without_their_parameters(self):
        """accept, transaction, update_line_dict without any parameter, or with the
        token as a number | anybody | a sentence; no error of the server"""
        order = self.quotation()
        for path in ("accept", "transaction", "update_line_dict"):
            for params in ({}, {"access_token": 5}, {"access_token": None}):
                try:
                    self.make_jsonrpc_request(f"/my/orders/{order.id}/{path}", params)
                except JsonRpcException as error:
                    self.assertNotIn("TypeError", str(error))
                    self.assertNotIn("ValueError", str(error))
        for params in (
            {},
            {"line_id": "x"},
            {"line_id": order.order_line.id, "input_quantity": "many"},
            {"line_id": order.order_line.id, "input_quantity": {"a": 1}},
        ):
            self.make_jsonrpc_request(
                f"/my/orders/{order.id}/update_line_dict",
                {"access_token": order.access_token, **params},
            )
        with self.assertRaises(JsonRpcException) as caught:
            self.make_jsonrpc_request(
                f"/my/orders/{order.id}/transaction",
                {"access_token": order.access_token},
            )
        self.assertNotIn("TypeError", str(caught.exception))
        self.unsigned_still(order)

    def test_signed_by_nobody_in_the_database(self):
        """signature written without a name, or undecodable, as the portal does |
        superuser | refused before anything is written"""
        order = self.quotation()
        signer = order.with_user(self.env.ref("base.public_user")).sudo()
        for name in NOBODY:
            self.refused(
                signer.write, {"signature": PIXEL, "signed_by": name}, order=order
            )
        for picture in NO_FILE[1:]:
            self.refused(
                signer.write, {"signature": picture, "signed_by": "Wang"}, order=order
            )

    def file(self, order, user=None, **vals):
        values = {
            "order_id": order.id,
            "document": base64.b64encode(b"%PDF-1.4 scan").decode(),
            "file_name": "scan.pdf",
            "signed_by": "Buyer Wang",
            **vals,
        }
        user = user or self.specialist
        model = self.env["key.account.signed.return"]
        wizard = model.browse(self.rpc(user, model, "create", [values]))
        return self.rpc(user, wizard, "action_file")

    def test_scan_of_nobody(self):
        """A signed return with the name "", blanks, zero-width characters | specialist,
        support | refused; nothing is filed"""
        order = self.quotation()
        for user in (self.specialist, self.support):
            for name in ("  ", "\u200b\u2060", "\u3164", " - ", "\t\n"):
                self.refused(
                    self.file, order, user, order=order, savepoint=True, signed_by=name
                )

    def test_scan_that_does_not_open(self):
        """A signed return that is empty, undecodable, neither PDF nor picture |
        specialist | refused; a picture is filed"""
        order = self.quotation()
        for document in filter(None, NO_FILE):
            self.refused(
                self.file, order, order=order, savepoint=True, document=document
            )
        self.file(order, document=PIXEL)
        self.assertEqual(len(order.signature_ids), 1)

    def test_scan_of_an_impossible_day(self):
        """A signed return dated before the quotation, tomorrow, in 2062 | specialist |
        refused"""
        order = self.quotation()
        now = fields.Datetime.now()
        for day in (
            "2062-05-04 03:02:01",
            fields.Datetime.to_string(now + timedelta(days=1)),
            fields.Datetime.to_string(now - timedelta(days=1)),
            "2001-01-01 00:00:00",
        ):
            self.refused(
                self.file,
                order,
                order=order,
                savepoint=True,
                signed_on=day,
                says="Signed on",
            )
        order.date_order = "2000-01-01"
        self.refused(
            self.file,
            order,
            order=order,
            savepoint=True,
            signed_on="2001-01-01 00:00:00",
        )
        self.file(order, signed_on=fields.Datetime.to_string(now))
        self.assertEqual(order.signature_ids.signed_on, now)

    def test_cover_of_signed_files(self):
        """public, name, mimetype, access_token, place and content of the signed PDF
        and of scans; deleting them; a second picture beside the evidence | every role,
        also as superuser | refused"""
        order = self.quotation()
        self.accept(order, name="Wang", signature=PIXEL)
        paper = self.quotation()
        self.file(paper)
        self.env.invalidate_all()
        signatures = order.signature_ids | paper.signature_ids
        files = signatures._signed_files()
        self.assertEqual(len(files), 2)
        pictures = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "key.account.signature"),
                ("res_field", "=", "image"),
                ("res_id", "in", signatures.ids),
            ]
        )
        self.assertTrue(pictures)
        for file in files | pictures:
            for vals in (
                {"public": True},
                {"name": "other.pdf"},
                {"mimetype": "text/html"},
                {"access_token": "known"},
                {"res_model": "res.partner", "res_id": self.customer.id},
                {"res_field": "image_1920"},
                {"datas": PIXEL},
                {"company_id": self.other_company.id},
            ):
                for user in (self.specialist, self.manager, self.sales_admin):
                    self.refused_rpc(user, file, "write", vals, order=order)
                with self.assertRaises(AccessError):
                    file.sudo().write(vals)
            self.refused_rpc(self.specialist, file, "unlink", order=order)
            self.refused_rpc(
                self.specialist, file, "generate_access_token", order=order
            )
        self.refused_rpc(
            self.specialist,
            files.browse(),
            "create",
            [
                {
                    "name": "image",
                    "res_model": "key.account.signature",
                    "res_field": "image",
                    "res_id": order.signature_ids.id,
                    "datas": PIXEL,
                }
            ],
            order=order,
        )
        self.assertTrue(all(signatures.mapped("intact")))
