"""Portal, print and links"""

import json

from lxml import html

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, freeze_time, tagged

from .attack_common import PIXEL, AttackCase


@tagged("post_install", "-at_install")
class TestAttackPortal(AttackCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.order.partner_id = self.contact.partner_id
        self.order._portal_ensure_token()
        self.order.require_signature = True
        self.env.flush_all()
        self.assertEqual(self.order.authority_state, "required")

    def page(self, order=None, token=True, path="", query=""):
        order = order or self.order
        token = f"access_token={order.access_token}" if token else ""
        return self.url_open(f"/my/orders/{order.id}{path}?{token}{query}")

    def neutral(self, response, order=None):
        """Nothing of the quotation, no reason, no file."""
        order = order or self.order
        self.assertNotIn("application/pdf", response.headers["Content-Type"])
        self.assertNotIn("xml", response.headers["Content-Type"])
        for word in (order.name, "Pump", "General manager", "sign-off", "500.00"):
            self.assertNotIn(word, response.text)

    def call(self, path, order=None, **params):
        order = order or self.order
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/{path}",
            {"access_token": order.access_token, **params},
        )

    def sign(self, order=None, query="", **params):
        params = {"name": "Buyer", "signature": PIXEL, **params}
        return self.call(f"accept{query}", order, **params)

    def unsigned_still(self, order=None):
        self.env.invalidate_all()
        order = order or self.order
        self.assertFalse(order.signed_on or order.signature)
        self.assertFalse(order.signature_ids)
        self.assertIn(order.state, ("draft", "sent"))

    def unsigned(self, order):
        self.env.invalidate_all()
        self.assertFalse(order.signed_on or order.signature or order.signature_ids)

    # The page

    def test_page_by_link(self):
        """/my/orders/<id> by an old link | anybody with the token | a neutral page
        without name, price or reason"""
        response = self.page()
        self.neutral(response)
        self.assertIn("being prepared", response.text)

    def test_page_without_token(self):
        """/my/orders/<id> | portal contact of the customer, with and without token |
        the neutral page"""
        self.authenticate("ka_contact", "ka_contact")
        for token in (True, False):
            self.neutral(self.page(token=token))

    def test_page_of_another_customer(self):
        """/my/orders/<id> of a sent quotation | portal contact of another customer,
        wrong token, no token | sent away, no word of it"""
        order = self.sent()
        self.authenticate("ka_stranger", "ka_stranger")
        self.neutral(self.page(order, token=False), order)
        self.neutral(self.url_open(f"/my/orders/{order.id}?access_token=no"), order)

    def test_files_of_the_page(self):
        """report_type=pdf, html, text, and download | anybody with the token | the
        neutral page"""
        for kind in ("pdf", "html", "text"):
            self.neutral(self.page(query=f"&report_type={kind}"))
            self.neutral(self.page(query=f"&report_type={kind}&download=true"))

    def test_list_of_quotations(self):
        """/my/quotes, /my/orders, the counters | portal contact | not listed, unlike
        one that is approved"""
        order = self.sent(partner=self.contact.partner_id)
        other = self.sent(partner=self.contact.partner_id)
        order.with_user(self.specialist).order_line.discount = 60.0
        self.env.flush_all()
        self.assertEqual((order.state, order.authority_state), ("sent", "required"))
        self.authenticate("ka_contact", "ka_contact")
        for path in ("/my/quotes", "/my/orders", "/my"):
            self.assertNotIn(order.name, self.url_open(path).text)
        self.assertIn(other.name, self.url_open("/my/quotes").text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["quotation_count"]}
        )
        self.assertEqual(counters["quotation_count"], 1)

    def test_documents(self):
        """/my/orders/<id>/document/<id> (product documents) | anybody with the token |
        not handed out"""
        document = self.env["product.document"].create(
            {
                "name": "price.txt",
                "raw": b"secret price",
                "res_model": "product.product",
                "res_id": self.pump.id,
                "attached_on_sale": "quotation",
            }
        )
        self.env.flush_all()
        path = f"/document/{document.id}"
        self.assertNotIn("secret price", self.page(path=path).text)
        approved = self.sent()
        self.assertIn("secret price", self.page(approved, path=path).text)

    def test_edi(self):
        """/my/orders/<id>/download_edi (XML) | anybody with the token | not handed
        out, unlike that of an approved quotation"""
        # As by the module for UBL, which need not be installed.
        self.patch(
            type(self.order), "_get_edi_builders", lambda order: [self.EdiBuilder()]
        )
        self.neutral(self.page(path="/download_edi"))
        order = self.sent()
        response = self.page(order, path="/download_edi")
        self.assertEqual(response.text, f"<Order>{order.name}</Order>")

    class EdiBuilder:
        def _export_order(self, order):
            return f"<Order>{order.name}</Order>".encode()

        def _export_invoice_filename(self, order):
            return "order.xml"

    def test_link_of_a_notification(self):
        """/mail/view with the token of a notification | anybody | ends on the neutral
        page"""
        query = f"model=sale.order&res_id={self.order.id}"
        token = self.order.access_token
        response = self.url_open(f"/mail/view?{query}&access_token={token}")
        self.neutral(response)

    def test_approval_that_has_expired(self):
        """The page, and reading over RPC, of a quotation whose approval has ended |
        anybody with the token, portal contact | neutral page; over RPC not found"""
        order = self.sent(partner=self.contact.partner_id, validity_date=None)
        until = order.approval_ids.sorted("id")[-1].valid_until
        self.assertIn(order.name, self.page(order).text)
        after = fields.Date.add(until, days=1)
        for record in (order, order.order_line):
            self.assertTrue(self.rpc(self.contact, record, "read", ["display_name"]))
        with freeze_time(after):
            self.env.invalidate_all()
            # Before anything has measured it anew.
            self.assertEqual(order.authority_state, "approved")
            for record in (order, order.order_line):
                domain = [("id", "in", record.ids)]
                found = self.rpc(self.contact, record.browse(), "search_count", domain)
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    self.rpc(self.contact, record, "read", ["display_name"])
            self.assertTrue(order._held())
            self.neutral(self.page(order), order)
            self.refused(
                self.rpc, self.specialist, order, "action_confirm", order=order
            )

    # Acts on the portal

    def test_signature(self):
        """/my/orders/<id>/accept | anybody with the token, portal contact | an error
        without reason; nothing signed"""
        # Nothing but the signature is due: no confirmation follows that would fail.
        self.order.write(
            {
                "require_signature": True,
                "require_payment": True,
                "prepayment_percent": 1.0,
            }
        )
        self.env.flush_all()
        for login in (None, "ka_contact"):
            self.authenticate(login, login)
            result = self.sign()
            self.assertIn("error", result)
            self.assertNotIn("General manager", result["error"])
            self.unsigned_still()

    def test_signature_without_token(self):
        """/my/orders/<id>/accept with no or another quotation's token | anybody |
        an error; nothing signed"""
        order = self.sent(require_signature=True)
        for token in (None, "", "no", self.order.access_token):
            result = self.sign(order, access_token=token)
            self.assertIn("error", result)
            self.unsigned_still(order)

    def test_signature_of_stale_terms(self):
        """/my/orders/<id>/accept from a page opened before the terms changed | customer
        with the token | asked to reload; nothing signed"""
        order = self.sent(require_signature=True)
        query = "?" + order._shown_terms().lstrip("&")
        order.with_user(self.specialist).order_line.discount = 6.0
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")
        result = self.sign(order, query)
        self.assertIn("changed", result["error"])
        self.unsigned_still(order)

    def test_signature_of_what_was_taken_back(self):
        """/my/orders/<id>/accept from a page opened before it was cancelled, set back
        to draft; anew, until it is sent or shared again | customer with the token,
        portal contact | an error; nothing signed"""
        for discount in (0.0, 8.0):
            order = self.make_order(discount=discount, require_signature=True)
            order.partner_id = self.contact.partner_id
            order = self.approve(order) if discount else order
            order.with_user(self.specialist).action_quotation_sent()
            order._portal_ensure_token()
            query = "?" + order._shown_terms().lstrip("&")
            for method in ("action_cancel", "action_draft"):
                self.rpc(self.specialist, order, method)
                for login in (None, "ka_contact"):
                    self.authenticate(login, login)
                    self.assertIn("error", self.sign(order, query))
                    self.unsigned(order)
            self.assertEqual(order.state, "draft")
            self.rpc(self.specialist, order, "action_quotation_sent")
            # Straight from sent to draft, too.
            self.rpc(self.specialist, order, "action_draft")
            self.assertIn("error", self.sign(order, query))
            self.unsigned(order)
        self.authenticate(None, None)
        self.rpc(self.specialist, order, "action_quotation_sent")
        self.assertNotIn("error", self.sign(order, query))

    def test_signature_of_a_draft_that_is_shared(self):
        """/my/orders/<id>/accept of a draft by a link that was shared, for the first
        time or after it was set back | customer with the token | signed"""
        self.specialist.group_ids |= self.env.ref("base.group_partner_manager")
        for set_back in (False, True):
            order = self.approved(require_signature=True)
            order._portal_ensure_token()
            if set_back:
                self.rpc(self.specialist, order, "action_quotation_sent")
                self.rpc(self.specialist, order, "action_draft")
                share = self.env["portal.share"].with_user(self.specialist)
                share = share.create(
                    {
                        "res_model": "sale.order",
                        "res_id": order.id,
                        "partner_ids": [Command.set(self.customer.ids)],
                    }
                )
                share.action_send_mail()
            self.assertEqual(order.state, "draft")
            self.assertNotIn("error", self.sign(order))

    def test_signature_by_staff(self):
        """/my/orders/<id>/accept with the token | specialist, manager, accountant,
        logged in | an error; nothing signed"""
        order = self.sent(require_signature=True)
        for login in ("ka_specialist", "ka_manager", "ka_accountant"):
            self.authenticate(login, login)
            self.assertIn("error", self.sign(order))
            self.unsigned_still(order)

    def test_signature_after_the_approval_ended(self):
        """/my/orders/<id>/accept when the approval is older than it may be | customer
        with the token | an error; nothing signed"""
        order = self.sent(require_signature=True)
        with freeze_time(fields.Date.add(fields.Date.today(), days=400)):
            self.assertIn("error", self.sign(order))
        self.unsigned_still(order)

    def test_decline(self):
        """/my/orders/<id>/decline | anybody with the token | nothing happens to it"""
        self.authenticate(None, None)
        self.url_open(
            f"/my/orders/{self.order.id}/decline",
            data={
                "access_token": self.order.access_token,
                "decline_message": "no",
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")

    def decline(self, order, query=""):
        return self.url_open(
            f"/my/orders/{order.id}/decline?access_token={order.access_token}{query}",
            data={
                "decline_message": "Too expensive",
                "csrf_token": http.Request.csrf_token(self),
            },
        )

    def test_decline_of_what_was_taken_back(self):
        """/my/orders/<id>/decline, from a page opened before it was set back to draft,
        or its terms changed; of what was sent | customer with the token, portal contact
        | told that it cannot be rejected, it stays; cancelled"""
        for login in (None, "ka_contact"):
            order = self.make_order(require_signature=True)
            order.partner_id = self.contact.partner_id
            order.with_user(self.specialist).action_quotation_sent()
            order._portal_ensure_token()
            self.env.flush_all()
            self.authenticate(login, login)
            opened = self.page(order).text
            shown = order._shown_terms()
            self.assertIn(f"{order.access_token}{shown}".replace("&", "&amp;"), opened)
            self.rpc(self.specialist, order, "action_draft")
            self.assertIn("message=cant_reject", self.decline(order, shown).url)
            self.assertIn("message=cant_reject", self.decline(order).url)
            self.env.invalidate_all()
            self.assertEqual(order.state, "draft")
            self.assertNotIn("#modaldecline", self.buttons(order))
            self.rpc(self.specialist, order, "action_quotation_sent")
            self.assertIn("#modaldecline", self.buttons(order))
            order.with_user(self.specialist).order_line.discount = 2.0
            self.env.flush_all()
            self.assertIn("message=cant_reject", self.decline(order, shown).url)
            self.env.invalidate_all()
            self.assertEqual(order.state, "sent")
            self.decline(order, order._shown_terms())
            self.env.invalidate_all()
            self.assertEqual(order.state, "cancel")

    def buttons(self, order):
        """The acts that the page of this quotation offers."""
        page = html.fromstring(self.page(order).text)
        return page.xpath("//a/@data-bs-target")

    def test_decline_by_staff(self):
        """/my/orders/<id>/decline with the token | manager, reviewer, accountant,
        logged in | told that it cannot be rejected; it stays"""
        order = self.sent(require_signature=True)
        for login in ("ka_manager", "ka_reviewer", "ka_accountant"):
            self.authenticate(login, login)
            self.decline(order)
            self.env.invalidate_all()
            self.assertEqual(order.state, "sent")

    def test_cancel(self):
        """action_cancel() with full rights, as a page of the shop does of a cart it
        merges | customer, public | refused while the quotation is held; within limits
        it is cancelled"""
        for user in (self.contact, self.env.ref("base.public_user")):
            order = self.order.with_user(user).sudo()
            with self.assertRaisesRegex(UserError, "being prepared"):
                order.action_cancel()
        self.assertEqual(self.order.state, "draft")
        within = self.make_order()
        within.with_user(self.contact).sudo().action_cancel()
        self.assertEqual(within.state, "cancel")
        self.order.with_user(self.specialist).action_cancel()
        self.assertEqual(self.order.state, "cancel")

    def optional(self, order, discount=0.0):
        """An optional line below the quotation, not taken yet."""
        order.with_user(self.specialist).write(
            {
                "order_line": [
                    Command.create(
                        {
                            "display_type": "line_section",
                            "name": "Options",
                            "is_optional": True,
                            "sequence": 90,
                        }
                    ),
                    Command.create(
                        {
                            "product_id": self.valve.id,
                            "product_uom_qty": 0.0,
                            "discount": discount,
                            "sequence": 91,
                        }
                    ),
                ]
            }
        )
        self.env.flush_all()
        return order.order_line.filtered(lambda line: line.product_id == self.valve)

    def test_quantities(self):
        """/my/orders/<id>/update_line_dict of a held quotation | anybody with the
        token | nothing changes"""
        line = self.optional(self.order)
        self.call("update_line_dict", line_id=line.id, input_quantity=7)
        self.env.invalidate_all()
        self.assertEqual(line.product_uom_qty, 0.0)

    def test_quantities_of_ordinary_lines(self):
        """update_line_dict of a line that is not optional, of an approved quotation |
        customer with the token | nothing changes"""
        order = self.sent()
        line = order.order_line
        self.call("update_line_dict", order, line_id=line.id, input_quantity=70)
        self.env.invalidate_all()
        self.assertEqual(line.product_uom_qty, 1.0)

    def test_quantities_beyond_what_was_approved(self):
        """update_line_dict of an optional line until the amount needs sign-off |
        customer with the token | it is held again: neither signed nor shown"""
        order = self.make_order(require_signature=True)
        line = self.optional(order)
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")
        self.call("update_line_dict", order, line_id=line.id, input_quantity=5_000)
        self.env.invalidate_all()
        self.assertEqual(line.product_uom_qty, 5_000)
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.terms_author_id, self.specialist)
        self.neutral(self.page(order), order)
        self.assertIn("error", self.sign(order))

    def test_price_of_an_option(self):
        """A discount of 90 % on an option that nobody has taken yet | specialist |
        measured like any line: sign-off required"""
        order = self.make_order()
        self.assertEqual(order.authority_state, "within")
        self.optional(order, discount=90.0)
        self.assertEqual(order.authority_state, "required")
        self.refused_rpc(self.specialist, order, "action_quotation_sent", order=order)

    def test_quantities_while_signed(self):
        """update_line_dict between signature and prepayment | customer with the token |
        nothing changes"""
        order = self.approved(require_signature=True, require_payment=True)
        line = self.optional(order)
        self.approve(order)
        order.with_user(self.specialist).action_quotation_sent()
        order._portal_ensure_token()
        self.env.flush_all()
        self.assertTrue(self.sign(order).get("force_refresh"))
        self.env.invalidate_all()
        self.assertEqual(order.state, "sent")
        self.call("update_line_dict", order, line_id=line.id, input_quantity=7)
        self.env.invalidate_all()
        self.assertEqual(line.product_uom_qty, 0.0)

    def test_transaction(self):
        """/my/orders/<id>/transaction, whatever the amount; of what was cancelled, set
        back to draft, or has passed its last day | anybody with the token | refused, no
        transaction, unlike for an approved quotation"""
        provider = self.env["payment.provider"].sudo()
        provider = provider.create(
            {"name": "Test", "company_id": self.company.id, "state": "test"}
        )
        method = self.env["payment.method"].sudo()
        method = method.search([], limit=1) or method.create({"name": "M", "code": "m"})
        params = {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "token_id": None,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my",
        }
        for amount in (0.01, 500.0, 5000.0):
            with self.assertRaises(JsonRpcException):
                self.call("transaction", amount=amount, **params)
        self.assertFalse(self.order.sudo().transaction_ids)
        order = self.sent(require_payment=True)
        self.call("transaction", order, amount=order.amount_total, **params)
        self.assertEqual(order.sudo().transaction_ids.amount, order.amount_total)
        order = self.sent(require_payment=True)
        for taken_back in ("action_cancel", "action_draft"):
            self.rpc(self.specialist, order, taken_back)
            with self.assertRaises(JsonRpcException):
                self.call("transaction", order, amount=order.amount_total, **params)
        passed = fields.Date.subtract(fields.Date.today(), days=2)
        order = self.make_order(validity_date=passed, require_payment=True)
        order._portal_ensure_token()
        with self.assertRaises(JsonRpcException):
            self.call("transaction", order, amount=order.amount_total, **params)
        self.assertFalse(order.sudo().transaction_ids)

    # Chatter

    def test_chatter(self):
        """Messages of the portal chatter | anybody with the token, portal contact |
        nothing"""
        self.order.with_user(self.specialist).message_post(
            body="Special price 500.00 for the Pump",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env.flush_all()
        for login in (None, "ka_contact"):
            self.authenticate(login, login)
            with self.assertRaises(JsonRpcException):
                self.chatter(self.order)
        # As it is where nothing is held.
        self.authenticate(None, None)
        order = self.sent()
        order.with_user(self.specialist).message_post(
            body="Special price",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env.flush_all()
        self.assertIn("Special price", json.dumps(self.chatter(order)))

    def chatter(self, order):
        return self.make_jsonrpc_request(
            "/mail/chatter_fetch",
            {
                "thread_model": "sale.order",
                "thread_id": order.id,
                "token": order.access_token,
            },
        )

    def test_post_in_the_chatter(self):
        """/mail/message/post with the token | anybody, portal contact | refused, unlike
        on an approved quotation"""
        self.env.flush_all()
        before = self.order.message_ids
        for login in (None, "ka_contact"):
            self.authenticate(login, login)
            with self.assertRaises(JsonRpcException):
                self.post(self.order)
        self.env.invalidate_all()
        self.assertEqual(self.order.message_ids, before)
        order = self.sent(partner=self.contact.partner_id)
        self.post(order)
        self.env.invalidate_all()
        self.assertIn("Hello", str(order.message_ids[:1].body))

    def post(self, order):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "sale.order",
                "thread_id": order.id,
                "token": order.access_token,
                "post_data": {
                    "body": "Hello",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )

    def test_attachments(self):
        """/web/content of a file of the held quotation | portal contact | not found"""
        file = self.env["ir.attachment"].create(
            {
                "name": "quotation.txt",
                "raw": b"secret price",
                "res_model": "sale.order",
                "res_id": self.order.id,
            }
        )
        self.env.flush_all()
        self.authenticate("ka_contact", "ka_contact")
        response = self.url_open(f"/web/content/{file.id}")
        self.assertNotIn("secret price", response.text)

    # RPC of the portal contact

    def test_reading(self):
        """read, search_read, web_read of order and lines, access_token included |
        portal contact | refused, nothing found"""
        for record in (self.order, self.line):
            for names in (["id", "display_name"], ["price_unit"], ["access_token"]):
                names = [name for name in names if name in record._fields]
                if not names:
                    continue
                with self.assertRaises(AccessError):
                    self.rpc(self.contact, record, "read", names)
            for method, arguments in (
                ("search", [[("id", "in", record.ids)]]),
                ("search_read", [[("id", "in", record.ids)], ["id"]]),
                ("search_count", [[("id", "in", record.ids)]]),
            ):
                found = self.rpc(self.contact, record.browse(), method, *arguments)
                self.assertFalse(found)

    def test_searching_by_name_and_grouping(self):
        """name_search, formatted_read_group, export_data | portal contact | nothing"""
        Order = self.env["sale.order"]
        self.assertFalse(self.rpc(self.contact, Order, "name_search", self.order.name))
        groups = self.rpc(
            self.contact,
            Order,
            "formatted_read_group",
            [("id", "=", self.order.id)],
            ["state"],
            ["amount_total:sum"],
        )
        self.assertFalse(groups)
        with self.assertRaises(UserError):
            self.rpc(self.contact, self.order, "export_data", ["name"])

    def test_writing(self):
        """write, action_confirm, message_post, get_portal_url over RPC | portal
        contact | refused"""
        for method, arguments in (
            ("write", [{"signed_by": "Me", "signature": PIXEL}]),
            ("write", [{"state": "sale"}]),
            ("action_confirm", []),
            ("action_quotation_sent", []),
            ("get_portal_url", []),
            ("action_approve", []),
            ("action_request_approval", []),
        ):
            with self.subTest(method):
                self.refused_rpc(self.contact, self.order, method, *arguments)

    def test_reports(self):
        """/report/pdf, html, text of quotation, pro forma and raw | portal contact |
        refused"""
        self.authenticate("ka_contact", "ka_contact")
        for kind in ("pdf", "html", "text"):
            for report in (
                "sale.report_saleorder",
                "sale.report_saleorder_pro_forma",
                "sale.report_saleorder_raw",
            ):
                response = self.url_open(f"/report/{kind}/{report}/{self.order.id}")
                self.assertNotEqual(response.status_code, 200)
                self.neutral(response)

    def test_report_download(self):
        """/report/download | portal contact | refused"""
        self.authenticate("ka_contact", "ka_contact")
        path = f"/report/pdf/sale.report_saleorder/{self.order.id}"
        response = self.url_open(
            "/report/download?data=" + json.dumps([path, "qweb-pdf"])
        )
        self.neutral(response)

    # What staff would hand over

    def test_share(self):
        """Share wizard: its link, its mail | specialist, Sales administrator who may
        edit contacts | refused"""
        for user in (self.specialist, self.sales_admin):
            user.group_ids |= self.env.ref("base.group_partner_manager")

            def share(user=user):
                wizard = (
                    self.env["portal.share"]
                    .with_user(user)
                    .create(
                        {
                            "res_model": "sale.order",
                            "res_id": self.order.id,
                            "partner_ids": [Command.set(self.customer.ids)],
                        }
                    )
                )
                wizard.action_send_mail()

            self.refused(share, savepoint=True)
            self.refused_rpc(
                user,
                self.env["portal.share"],
                "default_get",
                ["res_model", "res_id", "share_link"],
                context={
                    "active_model": "sale.order",
                    "active_id": self.order.id,
                },
            )

    def test_payment_link(self):
        """Payment link wizard | specialist, accountant | refused"""
        for user in (self.specialist, self.accountant):

            def link(user=user):
                wizard = (
                    self.env["payment.link.wizard"]
                    .with_user(user)
                    .create(
                        {
                            "res_model": "sale.order",
                            "res_id": self.order.id,
                            "amount": 1.0,
                        }
                    )
                )
                return wizard.link

            self.refused(link, savepoint=True)

    def test_own_link(self):
        """The portal address asked for over RPC, and a token written by hand |
        specialist | the address leads to the neutral page"""
        self.rpc(self.specialist, self.order, "write", {"access_token": "guess"})
        url = self.rpc(self.specialist, self.order, "get_portal_url")
        self.env.flush_all()
        self.assertIn("guess", url)
        self.neutral(self.url_open(url))

    def test_preview_by_staff(self):
        """The portal page | specialist, logged in | shown: they preview it"""
        self.order._portal_ensure_token()
        self.env.flush_all()
        self.authenticate("ka_specialist", "ka_specialist")
        page = self.url_open(self.order.get_portal_url()).text
        self.assertIn(self.order.name, page)
        self.assertNotIn("being prepared", page)

    def test_print_by_staff(self):
        """Printing | specialist | allowed, with "not approved" across each page"""
        report = self.env["ir.actions.report"].with_user(self.specialist)
        html = report._render_qweb_html("sale.report_saleorder", self.order.ids)[0]
        self.assertIn(b"not approved", html.lower())
        approved = self.approved()
        html = report._render_qweb_html("sale.report_saleorder", approved.ids)[0]
        self.assertNotIn(b"not approved", html.lower())
