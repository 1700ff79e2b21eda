"""Evidence: forged, changed, deleted"""

import base64
from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED, PIXEL, AttackCase


@tagged("post_install", "-at_install")
class TestAttackEvidence(AttackCase):
    def roles(self):
        return (
            self.specialist,
            self.support,
            self.manager,
            self.director,
            self.configurator,
            self.accountant,
            self.sales_admin,
        )

    def approval_values(self):
        return {
            "order_id": self.order.id,
            "company_id": self.company.id,
            "event": "approve",
            "user_id": self.general_manager.id,
            "capacity": "level",
            "inputs": {},
        }

    def signature_values(self):
        return {
            "order_id": self.order.id,
            "company_id": self.company.id,
            "method": "portal",
            "signed_by": "Buyer Wang",
            "signed_on": "2030-01-01 00:00:00",
            "entered_by_id": self.specialist.id,
            "fingerprint": self.order._terms_fingerprint(),
        }

    def forbidden(self, user, records, method, *args, **kwargs):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc(user, records, method, *args, **kwargs)
        self.env.invalidate_all()

    def test_forged_approval(self):
        """key.account.approval created over RPC, with every context key | every role |
        refused"""
        for user in self.roles():
            for context in ({}, FORGED):
                self.forbidden(
                    user,
                    self.env["key.account.approval"],
                    "create",
                    [self.approval_values()],
                    context=context,
                )
        self.assertFalse(self.order.approval_ids)

    def test_forged_approval_by_import(self):
        """key.account.approval by load() and web_save | specialist, director |
        refused"""
        Approval = self.env["key.account.approval"]
        for user in (self.specialist, self.director):
            try:
                result = self.rpc(
                    user,
                    Approval,
                    "load",
                    ["order_id/.id", "company_id/.id", "event", "user_id/.id"],
                    [
                        [
                            str(self.order.id),
                            str(self.company.id),
                            "approve",
                            str(self.general_manager.id),
                        ]
                    ],
                )
                self.assertFalse(result["ids"])
            except UserError:
                self.env.invalidate_all()
            self.forbidden(
                user, Approval, "web_save", [], self.approval_values(), {"event": {}}
            )
        self.assertFalse(self.order.approval_ids)

    def test_forged_approval_through_the_order(self):
        """Commands on approval_ids, signature_ids, contract_review_ids of the order |
        specialist, director | refused"""
        for name, values in (
            ("approval_ids", self.approval_values()),
            ("signature_ids", self.signature_values()),
            ("contract_review_ids", {"fingerprint": "x"}),
        ):
            values.pop("order_id", None)
            for user in (self.specialist, self.director):
                vals = {name: [Command.create(values)]}
                self.refused_rpc(user, self.order, "write", vals)

    def test_forged_approval_as_superuser(self):
        """The same as superuser, by sudo and by server action | OdooBot | refused"""
        for name, values in (
            ("key.account.approval", self.approval_values()),
            ("key.account.signature", self.signature_values()),
        ):
            for model in (self.env[name].sudo(), self.env[name].with_user(self.bot)):
                with self.assertRaises(AccessError):
                    model.create(values)
                with self.assertRaises(AccessError):
                    model.with_context(**FORGED).create(values)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Forge",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "state": "code",
                "code": "env['key.account.approval'].create(%r)"
                % self.approval_values(),
            }
        )
        self.refused(action.with_user(self.bot).run)

    def test_approval_changed_or_deleted(self):
        """write and unlink of an event and of its terms | every role, superuser |
        refused"""
        order = self.approved()
        event = order.approval_ids.sorted("id")[-1]
        for records, vals in (
            (event, {"valid_until": "2099-12-31"}),
            (event, {"inputs": {}}),
            (event.term_ids[:1], {"value": 99.0}),
        ):
            for user in self.roles():
                self.forbidden(user, records, "write", vals)
                self.forbidden(user, records, "unlink")
            with self.assertRaises(AccessError):
                records.sudo().write(vals)
            with self.assertRaises(AccessError):
                records.sudo().unlink()

    def test_forged_signature(self):
        """key.account.signature created over RPC | every role | refused"""
        for user in self.roles():
            for context in ({}, FORGED):
                self.forbidden(
                    user,
                    self.env["key.account.signature"],
                    "create",
                    [self.signature_values()],
                    context=context,
                )
        self.assertFalse(self.order.signature_ids)

    def test_signature_changed_or_deleted(self):
        """write and unlink of a signature | every role, superuser | refused"""
        signature = self.signed().signature_ids
        vals = {"fingerprint": "x"}
        for user in self.roles():
            self.forbidden(user, signature, "write", vals)
            self.forbidden(user, signature, "unlink")
        with self.assertRaises(AccessError):
            signature.sudo().write(vals)
        with self.assertRaises(AccessError):
            signature.sudo().unlink()

    def test_signing_for_the_customer(self):
        """signature, signed_by, signed_on of an approved and a held quotation, alone
        or with the state draft | specialist, manager, accountant | refused"""
        order = self.sent(require_signature=True)
        for user in (self.specialist, self.manager, self.accountant):
            for vals in (
                {"signature": PIXEL, "signed_by": "Me"},
                {"signed_by": "Me"},
                {"signed_on": "2030-01-01 00:00:00"},
                {"state": "draft", "signed_by": "Me"},
                {"state": "sale", "signature": PIXEL, "signed_by": "Me"},
            ):
                self.refused_rpc(user, order, "write", vals, order=order)
                self.refused_rpc(user, self.order, "write", vals)

    def test_new_quotation_that_is_signed(self):
        """create with signature, and default_signed_by in the context | specialist |
        unsigned"""
        order = self.make_order(
            signature=PIXEL, signed_by="Me", signed_on="2030-01-01 00:00:00"
        )
        self.assertFalse(order.signature or order.signed_on or order.signature_ids)
        new = self.rpc(
            self.specialist,
            self.env["sale.order"],
            "create",
            [{"partner_id": self.customer.id, "team_id": self.team.id}],
            context={"default_signed_by": "Me", "default_signature": PIXEL},
        )
        order = self.env["sale.order"].browse(new)
        self.assertFalse(order.signature or order.signature_ids)

    def test_image_through_the_attachment(self):
        """The order's signature image made as ir.attachment with res_field, past the
        order | specialist | counts as no signature: not confirmed"""
        order = self.sent(require_signature=True)
        with suppress(UserError):
            self.rpc(
                self.specialist,
                self.env["ir.attachment"],
                "create",
                {
                    "name": "signature",
                    "res_model": "sale.order",
                    "res_field": "signature",
                    "res_id": order.id,
                    "datas": PIXEL,
                },
            )
        self.env.invalidate_all()
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)
        self.assertFalse(order.signature_ids)

    def test_image_of_the_evidence(self):
        """The evidence's own image written as ir.attachment | specialist, director,
        Sales administrator | no access"""
        signature = self.signed().signature_ids
        image = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "key.account.signature"),
                ("res_field", "=", "image"),
                ("res_id", "=", signature.id),
            ]
        )
        self.assertTrue(image)
        for user in (self.specialist, self.director, self.sales_admin):
            self.forbidden(user, image, "write", {"datas": "Zm9v"})
            self.forbidden(user, image, "unlink")

    def test_document_as_signed(self):
        """The signed PDF overwritten, moved or deleted | specialist, accountant, Sales
        administrator, superuser | refused; still intact"""
        signature = self.signed().signature_ids
        file = signature.attachment_id
        self.assertTrue(signature.intact)
        calls = (
            ("write", {"datas": "Zm9v"}),
            ("write", {"res_model": "res.partner", "res_id": self.customer.id}),
            ("unlink",),
        )
        for user in (self.specialist, self.accountant, self.sales_admin, self.bot):
            for call in calls:
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.rpc(user, file, *call)
        for name, *arguments in calls:
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                getattr(file.sudo(), name)(*arguments)
        self.env.invalidate_all()
        self.assertTrue(signature.intact)

    def test_order_with_evidence(self):
        """Deleting a quotation whose sign-off is on record, cancelled first |
        specialist, Sales administrator | refused: cancel it"""
        order = self.approved()
        self.rpc(self.specialist, order, "action_cancel")
        for user in (self.specialist, self.sales_admin):
            self.forbidden(user, order, "unlink")
            self.assertTrue(order.exists())

    def file_scan(self, user, order):
        wizard = (
            self.env["key.account.signed.return"]
            .with_user(user)
            .create(
                {
                    "order_id": order.id,
                    "document": base64.b64encode(b"%PDF-1.4 scan"),
                    "file_name": "scan.pdf",
                    "signed_by": "Buyer Wang",
                }
            )
        )
        return self.rpc(user, wizard, "action_file")

    def test_scan_filed_by_ones_own_defaults(self):
        """ir.default of ir.attachment: for everybody to open, another address in its
        place, a key one knows, a field by which nobody finds it; then a scan is filed |
        specialist | filed as by anybody"""
        forged = {
            "public": True,
            "type": "url",
            "url": "https://example.com/other",
            "access_token": "known",
            "res_field": "note",
            "description": "Other terms",
        }
        Default = self.env["ir.default"]
        for name, value in forged.items():
            args = "ir.attachment", name, value
            self.rpc(self.specialist, Default, "set", *args, user_id=True)
        order = self.sent(require_signature=True)
        self.file_scan(self.specialist, order)
        scan = order.signature_ids.attachment_id
        self.assertEqual(scan.type, "binary")
        for name in forged.keys() - {"type"}:
            self.assertFalse(scan[name], name)

    def test_scan_by_one_person(self):
        """Filing a scan and confirming it alone | specialist, support | refused; not
        confirmed"""
        for user in (self.specialist, self.support):
            order = self.sent(require_signature=True)
            self.file_scan(user, order)
            scan = order.signature_ids
            self.refused_rpc(user, scan, "action_confirm_scan", order=order)
            self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def test_scan_of_a_held_quotation(self):
        """Filing a scan of terms that nobody approved | specialist | refused"""
        self.refused(self.file_scan, self.specialist, self.order)

    def test_scan_of_other_terms(self):
        """Terms changed between filing and confirming the scan | specialist |
        confirmation refused"""
        order = self.sent(require_signature=True)
        self.file_scan(self.specialist, order)
        self.rpc(self.specialist, order.order_line, "write", {"discount": 7.0})
        self.env.flush_all()
        self.refused_rpc(
            self.manager, order.signature_ids, "action_confirm_scan", order=order
        )

    def test_signature_from_before_the_reset(self):
        """Signed, reset to draft (which clears the signature), confirmed |
        specialist | refused: it has to be sent and signed again"""
        order = self.signed()
        self.rpc(self.specialist, order, "action_draft")
        self.env.flush_all()
        self.assertFalse(order.signed_on)
        self.unsigned(order)
        self.assertFalse(order._has_to_be_signed(), "no offer until it is sent")
        self.rpc(self.specialist, order, "action_quotation_sent")
        self.assertTrue(order._has_to_be_signed())

    def test_signature_cleared_by_hand(self):
        """The customer's signature removed | specialist, manager | refused"""
        order = self.signed()
        for user in (self.specialist, self.manager):
            for vals in ({"signature": False}, {"signed_on": False}):
                self.refused_rpc(user, order, "write", vals, order=order)

    def test_contract_review(self):
        """A review created, passed or its verdicts written by others than its
        reviewers | specialist, manager, director, reviewer of another function |
        refused"""
        self.team.key_account_contract_review = "yes"
        self.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        other = self._user("ka_other", "key_account.group_contract_reviewer")
        order = self.signed(require_payment=False)
        order.sudo()._validate_order()
        self.env.flush_all()
        self.assertEqual(order.contract_state, "in_review")
        item = order.contract_review_ids.item_ids
        review = order.contract_review_ids
        for user in (self.specialist, self.manager, self.director, other):
            self.forbidden(user, item, "action_pass")
            self.forbidden(user, item, "write", {"verdict": "passed"})
            self.forbidden(user, review, "write", {"fingerprint": "x"})
            self.forbidden(user, review, "unlink")
            self.forbidden(user, review.browse(), "create", [{"order_id": order.id}])
            self.forbidden(user, item.browse(), "create", [{"review_id": review.id}])
        self.forbidden(self.reviewer, item, "write", {"verdict": "passed"})
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def test_terms_that_were_not_reviewed(self):
        """A tax rate edited, so unnoticed by the order, after the review has passed |
        accounting administrator | not confirmed"""
        self.team.key_account_contract_review = "yes"
        tax = self.env["account.tax"].create(
            {
                "name": "Tax",
                "amount": 13.0,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.cn").id,
                "tax_group_id": self.env["account.tax.group"]
                .create(
                    {
                        "name": "Tax",
                        "company_id": self.company.id,
                        "country_id": self.env.ref("base.cn").id,
                    }
                )
                .id,
            }
        )
        self.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        order = self.approved(require_payment=True, prepayment_percent=1.0)
        order.with_user(self.specialist).order_line.tax_ids = tax
        order.sudo()._start_contract_review()
        self.rpc(self.reviewer, order.contract_review_ids.item_ids, "action_pass")
        self.env.flush_all()
        self.assertEqual((order.state, order.contract_state), ("draft", "passed"))
        tax.amount = 50.0
        self.env.invalidate_all()
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)

    def test_picture_put_in_place_of_the_signature(self):
        """ir.attachment made, or moved, where the order keeps its signature |
        specialist, Sales administrator | refused: nothing is shown as signed"""
        order = self.sent(require_signature=True)
        place = {
            "res_model": "sale.order",
            "res_id": order.id,
            "res_field": "signature",
        }
        Attachment = self.env["ir.attachment"]
        for user in (self.specialist, self.sales_admin):
            values = {"name": "signature", "datas": PIXEL}
            self.refused_rpc(
                user, Attachment, "create", [{**values, **place}], order=order
            )
            defaults = {f"default_{name}": value for name, value in place.items()}
            self.refused_rpc(
                user, Attachment, "create", [values], order=order, context=defaults
            )
            beside = {**values, **place, "res_field": False}
            file = Attachment.with_user(user).create(beside)
            self.refused_rpc(
                user, file, "write", {"res_field": "signature"}, order=order
            )
        self.assertFalse(order.signature)
