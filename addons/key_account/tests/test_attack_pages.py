"""What other modules put into a quotation, changed behind the signature"""

import json
from base64 import b64encode
from io import BytesIO
from unittest import skipUnless

from lxml import etree

from odoo.exceptions import UserError
from odoo.modules.module import get_manifest
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileWriter

from ..rules import envelope
from .attack_common import AttackCase
from .neighbour_common import NeighbourCase

BUILDER = "sale_pdf_quote_builder"


@tagged("post_install", "-at_install")
@skipUnless(get_manifest(BUILDER), f"without {BUILDER} there are no such pages")
class TestAttackPages(AttackCase):
    def setUp(self):
        super().setUp()
        if "quotation.document" not in self.env:
            self.skipTest(f"{BUILDER} is not installed")
        writer = PdfFileWriter()
        writer.add_blank_page(width=72, height=72)
        with BytesIO() as page:
            writer.write(page)
            self.pdf = b64encode(page.getvalue())
        self.header, self.footer = self.env["quotation.document"].create(
            [
                {"name": "first.pdf", "datas": self.pdf, "document_type": "header"},
                {"name": "last.pdf", "datas": self.pdf, "document_type": "footer"},
            ]
        )
        self.typed = json.dumps(
            {"header": {str(self.header.id): {"custom_form_fields": {"x": "30 %"}}}}
        )

    def document_of_product(self, line):
        return self.env["product.document"].create(
            {
                "name": "data.pdf",
                "datas": self.pdf,
                "res_model": "product.product",
                "res_id": line.product_id.id,
                "attached_on_sale": "inside",
            }
        )

    def test_pages_after_signing(self):
        """A page added to, or taken off, a quotation that the customer has signed, what
        is typed into one, a page of a product on a line: by write, web_save |
        specialist, accountant | not signed any more; evidence kept"""
        for user in (self.specialist, self.accountant):
            for vals in (
                {"quotation_document_ids": [[4, self.footer.id]]},
                {"quotation_document_ids": [[5]]},
                {"customizable_pdf_form_fields": self.typed},
            ):
                for method, rest in (("write", ()), ("web_save", ({"name": {}},))):
                    order = self.signed(quotation_document_ids=[(4, self.header.id)])
                    with self.subTest(user=user.login, vals=vals, method=method):
                        self.rpc(user, order, method, vals, *rest)
                        self.unsigned(order)
                        self.assertFalse(order.signed_on)
        order = self.signed()
        document = self.document_of_product(order.order_line)
        vals = {"product_document_ids": [[4, document.id]]}
        self.rpc(self.specialist, order.order_line, "write", vals)
        self.unsigned(order)
        self.assertFalse(order.signed_on)

    def test_pages_of_a_confirmed_order(self):
        """The same once the order is confirmed | specialist, manager | refused; the
        signature binds what it bound"""
        order = self.signed(quotation_document_ids=[(4, self.header.id)])
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order.state, "sale")
        for user in (self.specialist, self.manager):
            for vals in (
                {"quotation_document_ids": [[4, self.footer.id]]},
                {"customizable_pdf_form_fields": self.typed},
            ):
                with self.assertRaises(UserError):
                    self.rpc(user, order, "write", vals)
            self.env.invalidate_all()
            self.assertTrue(order._current_signature())

    def test_pages_chosen_before(self):
        """Pages chosen before the customer signs, by whoever prepares the quotation;
        saved again as they are; what was signed before pages were told apart |
        specialist, sales support | as before: nobody is asked, the signature binds"""
        order = self.sent(
            prepayment_percent=1.0, require_signature=True, require_payment=True
        )
        author, state = order.terms_author_id, order.authority_state
        pages = {
            "quotation_document_ids": [[4, self.header.id]],
            "customizable_pdf_form_fields": self.typed,
        }
        self.rpc(self.support, order, "write", pages)
        self.assertEqual(order.terms_author_id, author)
        self.assertEqual(order.authority_state, state)
        order = self.signed(**{name: value for name, value in pages.items()})
        self.rpc(self.specialist, order, "write", pages)
        self.env.invalidate_all()
        self.assertTrue(order._current_signature())
        terms = order.sudo()._commercial_terms()
        self.assertTrue(terms["pages"])
        del terms["incoterm"]
        self.assertTrue(order._has_fingerprint(envelope.fingerprint(terms)))
        del terms["pages"]
        self.assertTrue(order._has_fingerprint(envelope.fingerprint(terms)))
        del terms["note"]
        self.assertFalse(order._has_fingerprint(envelope.fingerprint(terms)))


@tagged("post_install", "-at_install")
class TestAttackIncoterm(NeighbourCase):
    def setUp(self):
        super().setUp()
        self.needs("sale_stock")
        self.free, self.paid = (
            self.env.ref("account.incoterm_" + code) for code in ("FOB", "DDP")
        )
        self.agreed = {"incoterm": self.free.id, "incoterm_location": "Shanghai"}

    def test_incoterm_after_signing(self):
        """Who bears the freight, or from where, changed on a quotation that the
        customer has signed: by write, web_save | specialist, accountant | not signed
        any more; evidence kept"""
        for user in (self.specialist, self.accountant):
            for vals in (
                {"incoterm": self.paid.id},
                {"incoterm": False, "incoterm_location": False},
                {"incoterm_location": "Hamburg"},
            ):
                for method, rest in (("write", ()), ("web_save", ({"name": {}},))):
                    order = self.signed(**self.agreed)
                    with self.subTest(user=user.login, vals=vals, method=method):
                        self.rpc(user, order, method, vals, *rest)
                        self.unsigned(order)
        order = self.signed()
        self.rpc(self.specialist, order, "write", self.agreed)
        self.unsigned(order, "nothing was agreed when it was signed")

    def test_incoterm_is_announced(self):
        """The same, typed into the form | specialist | told before it is saved"""
        order = self.signed(**self.agreed).with_user(self.specialist)
        order.env.flush_all()
        view = order.get_views([(False, "form")])["views"]["form"]["arch"]
        field = etree.fromstring(view).find(".//field[@name='incoterm']")
        self.assertEqual(field.get("on_change"), "1")
        told = order.onchange(
            {"incoterm": self.paid.id}, ["incoterm"], {"incoterm": {}}
        )
        self.assertIn("Buyer Wang has signed", told["warning"]["message"])

    def test_incoterm_of_a_confirmed_order(self):
        """The same once the order is confirmed | specialist, manager | refused; with a
        reason on record, and then the change is to be signed, too"""
        order = self.signed(**self.agreed)
        order.with_user(self.specialist).action_confirm()
        for user in (self.specialist, self.manager):
            with self.assertRaisesRegex(UserError, "Change signed terms"):
                self.rpc(user, order, "write", {"incoterm": self.paid.id})
        self.env.invalidate_all()
        self.assertTrue(order._current_signature())
        Wizard = self.env["key.account.signed.change"].with_user(self.specialist)
        wizard = Wizard.create({"order_id": order.id, "reason": "They pay the ship"})
        self.assertTrue(wizard.has_incoterm)
        self.assertEqual(wizard.incoterm_location, "Shanghai")
        wizard.incoterm = self.paid
        wizard.action_change()
        self.assertEqual(order.incoterm, self.paid)
        self.assertFalse(order._current_signature())
        self.assertTrue(order.signature_ids)

    def test_incoterm_agreed_before(self):
        """Set before the customer signs; saved again as it is; signed before Incoterms
        were told apart | specialist, sales support | as before: nobody is asked, the
        signature binds"""
        order = self.sent(
            prepayment_percent=1.0, require_signature=True, require_payment=True
        )
        author, state = order.terms_author_id, order.authority_state
        self.rpc(self.support, order, "write", self.agreed)
        self.assertEqual(order.terms_author_id, author)
        self.assertEqual(order.authority_state, state)
        order = self.signed(**self.agreed)
        self.rpc(self.specialist, order, "write", self.agreed)
        self.env.invalidate_all()
        self.assertTrue(order._current_signature())
        terms = order.sudo()._commercial_terms()
        self.assertEqual(terms.pop("incoterm"), [self.free.id, "Shanghai"])
        self.assertTrue(order._has_fingerprint(envelope.fingerprint(terms)))
        del terms["pages"]
        self.assertTrue(order._has_fingerprint(envelope.fingerprint(terms)))
        del terms["note"]
        self.assertFalse(order._has_fingerprint(envelope.fingerprint(terms)))
