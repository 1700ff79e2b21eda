import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon

FILE = base64.b64encode(b"%PDF-1.4 first")
OTHER = base64.b64encode(b"%PDF-1.4 second")


@tagged("post_install", "-at_install")
class TestAgreement(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["key.account.contract.review.function"].create(
            {
                "function": "legal",
                "company_id": cls.company.id,
                "user_ids": [Command.set(cls.reviewer.ids)],
            }
        )

    def draft(self, kind="agency", **values):
        return (
            self.env["key.account.agreement"]
            .with_user(self.specialist)
            .create(
                {
                    "name": "Agency 2026",
                    "type_id": self.env.ref(f"key_account.agreement_type_{kind}").id,
                    "key_account_id": self.account.id,
                    "file": FILE,
                    "file_name": "agency.pdf",
                    **values,
                }
            )
        )

    def checked(self, **values):
        agreement = self.draft(**values)
        agreement.action_request_legal_check()
        self.rpc(self.reviewer, agreement, "action_legal_pass")
        return agreement

    def test_types_are_data(self):
        kinds = self.env["key.account.agreement.type"].search([])
        self.assertTrue(
            {"handover", "quality", "confidentiality", "letter_of_intent", "agency"}
            <= set(kinds.mapped("code"))
        )
        own = {"name": "Framework", "code": "framework", "needs_legal_check": True}
        self.rpc(self.configurator, kinds.browse(), "create", [own])
        with self.assertRaises(AccessError):
            self.rpc(self.director, kinds.browse(), "create", [{**own, "code": "x"}])

    def test_a_type_without_legal_check_is_ready_at_once(self):
        agreement = self.draft("handover")
        agreement.action_ready()
        self.assertEqual(agreement.state, "ready")

    def test_legal_check_by_the_legal_function(self):
        agreement = self.draft()
        with self.assertRaisesRegex(ValidationError, "has not passed its legal check"):
            agreement.action_ready()
        with self.assertRaises(ValidationError):
            self.rpc(self.specialist, agreement, "write", {"state": "ready"})
        for values in (
            {"legal_checked_on": "2026-01-01 00:00:00"},
            {"legal_checked_by_id": self.reviewer.id},
            {"legal_user_ids": [Command.link(self.specialist.id)]},
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, agreement, "write", values)
        agreement.action_request_legal_check()
        self.assertEqual(agreement.state, "legal_check")
        self.assertIn(self.reviewer, agreement.activity_ids.user_id)
        for user in (self.specialist, self.manager, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, agreement, "action_legal_pass")
        self.assertEqual(agreement.with_user(self.reviewer).file, FILE)
        self.rpc(self.reviewer, agreement, "action_legal_pass")
        self.assertEqual(agreement.state, "ready")
        self.assertEqual(agreement.legal_checked_by_id, self.reviewer)
        self.assertTrue(agreement.legal_checked_on)
        self.assertFalse(agreement.activity_ids)

    def test_a_reviewer_sees_only_what_they_were_asked(self):
        agreement = self.draft()
        with self.assertRaises(AccessError):
            self.rpc(self.reviewer, agreement, "read", ["name"])

    def test_refused_goes_back_to_the_drafter(self):
        agreement = self.draft()
        agreement.action_request_legal_check()
        with self.assertRaisesRegex(UserError, "what has to be changed"):
            self.rpc(self.reviewer, agreement, "action_legal_refuse", " ")
        Refusal = self.env["key.account.legal.refusal"]
        self.assertFalse(Refusal.with_user(self.specialist).has_access("create"))
        wizard = Form(
            Refusal.with_user(self.reviewer).with_context(active_id=agreement.id)
        )
        wizard.comment = "No liability cap"
        wizard.save().action_apply()
        self.assertEqual(agreement.state, "draft")
        self.assertEqual(agreement.activity_ids.user_id, self.specialist)
        self.assertIn("No liability cap", str(agreement.activity_ids.note))

    def test_another_file_resets_the_check(self):
        agreement = self.checked()
        agreement.file = OTHER
        self.assertEqual(agreement.state, "draft")
        self.assertFalse(agreement.legal_checked_on)
        with self.assertRaises(ValidationError):
            agreement.action_ready()

    def test_another_file_by_the_attachment_resets_the_check(self):
        agreement = self.checked()
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", agreement._name),
                ("res_id", "=", agreement.id),
                ("res_field", "=", "file"),
            ]
        )
        self.rpc(self.specialist, file, "write", {"datas": OTHER.decode()})
        self.env.invalidate_all()
        self.assertEqual(agreement.state, "draft")
        self.assertFalse(agreement.legal_checked_on)

    def test_nobody_to_check_is_said(self):
        self.env["key.account.contract.review.function"].search([]).unlink()
        with self.assertRaisesRegex(UserError, "Nobody may check"):
            self.draft().action_request_legal_check()

    def test_nobody_checks_what_they_drafted(self):
        own = self.draft(drafter_id=self.reviewer.id)
        with self.assertRaisesRegex(UserError, "Nobody may check"):
            own.action_request_legal_check()
        functions = self.env["key.account.contract.review.function"].search(
            [("company_id", "=", self.company.id)]
        )
        second = self._user("ka_lawyer", "key_account.group_contract_reviewer")
        functions.user_ids |= second
        own.action_request_legal_check()
        self.assertEqual(own.legal_user_ids, second)

    def test_agreements_of_another_account_stay_there(self):
        account = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        foreign = self.draft("handover", key_account_id=account.id)
        with self.assertRaisesRegex(ValidationError, "belongs to another account"):
            self.make_order(agreement_ids=[Command.set(foreign.ids)])

    def test_agreed_before_files_were_merged_is_agreed_with_the_customer(self):
        """With a quotation of the file that stays, and for the work that is offered
        once an agreement is signed."""
        partner = self.env["res.partner"].create({"name": "Old", "is_company": True})
        vals = {"partner_id": partner.id, "company_id": self.company.id}
        vals |= {"team_id": self.team.id, "user_id": self.specialist.id}
        old = self.env["key.account"].create(vals)
        agreement = self.draft("handover", key_account_id=old.id)
        diagnosis = self.env["key.account.diagnosis"].with_user(self.specialist)
        diagnosis = diagnosis.create({"key_account_id": self.account.id})
        agreement._write_kept({"state": "signed"})
        self.assertFalse(diagnosis._with_signed_agreement())
        customer = self.account.partner_id
        self.env["base.partner.merge.automatic.wizard"].with_context(
            active_model="res.partner", active_ids=(partner | customer).ids
        ).create({"dst_partner_id": customer.id}).action_merge()
        self.env.invalidate_all()
        self.assertEqual(old.merged_into_id, self.account)
        order = self.make_order(agreement_ids=[Command.set(agreement.ids)])
        self.assertEqual(order.agreement_ids, agreement)
        self.assertEqual(diagnosis._with_signed_agreement(), diagnosis)

    def test_an_agreement_is_written_beside_its_quotation(self):
        """Its account, deal and quotation are known there; that it is ready is said."""
        order = self.make_order()
        action = self.rpc(self.specialist, order, "action_write_agreement")
        written = Form(
            self.env["key.account.agreement"]
            .with_user(self.specialist)
            .with_context(**action["context"]),
            view=self.env["ir.ui.view"].browse(action["views"][0][0]),
        )
        written.name = "Handover at plant 2"
        written.type_id = self.env.ref("key_account.agreement_type_handover")
        written.body = "<p>Accepted within two days.</p>"
        agreement = written.save()
        self.assertEqual(agreement.key_account_id, self.account)
        self.assertEqual(order.agreement_ids, agreement)
        self.assertEqual(agreement.state, "draft")
        self.rpc(self.specialist, agreement, "action_ready")
        self.assertEqual(agreement.state, "ready")

    def test_nobody_writes_an_agreement_beside_a_strangers_quotation(self):
        """
        what | who | result
        the dialog of a quotation | a salesperson of another team | refused
        its context sent by hand | the same | refused, nothing is listed
        """
        order = self.make_order()
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, order, "action_write_agreement")
        context = order.with_user(self.specialist).action_write_agreement()["context"]
        values = {
            "name": "Mine",
            "type_id": self.env.ref("key_account.agreement_type_handover").id,
            "body": "<p>Free of charge.</p>",
        }
        agreements = self.env["key.account.agreement"]
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, agreements, "create", [values], context=context)
        self.assertFalse(order.agreement_ids)

    def test_unchecked_agreements_hold_the_quotation(self):
        agreement = self.draft()
        order = self.make_order(
            discount=8.0, agreement_ids=[Command.set(agreement.ids)]
        )
        with self.assertRaisesRegex(ValidationError, "Agency 2026"):
            order.with_user(self.specialist).action_request_approval()
        within = self.make_order(agreement_ids=[Command.set(agreement.ids)])
        for method in ("action_quotation_send", "action_quotation_sent"):
            with self.assertRaisesRegex(UserError, "Agency 2026.*legal check"):
                self.rpc(self.specialist, within, method)
        self.assertTrue(within._held())
        self.assertIn("Agency 2026", " ".join(within._missing_parts()[within.id]))
        agreement.action_request_legal_check()
        self.assertIn("legal check", " ".join(within._missing_parts()[within.id]))
        self.rpc(self.reviewer, agreement, "action_legal_pass")
        self.assertFalse(within._held())
        self.approve(order)
        within.with_user(self.specialist).action_quotation_sent()
        self.assertEqual(within.state, "sent")

    def test_the_approval_covers_the_document_it_was_given_for(self):
        agreement = self.draft("handover")
        order = self.make_order(
            discount=8.0, agreement_ids=[Command.set(agreement.ids)]
        )
        self.approve(order)
        before = order._terms_fingerprint()
        agreement.file = OTHER
        self.env.flush_all()
        self.assertNotEqual(order._terms_fingerprint(), before)
        self.assertEqual(order.authority_state, "required")
        agreement.file = FILE
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")
        order.with_user(self.specialist).agreement_ids = False
        self.env.flush_all()
        self.assertEqual(
            order.authority_state, "approved", "a document less is no risk"
        )

    def test_another_document_asks_anew(self):
        order = self.approve(self.make_order(discount=8.0))
        agreement = self.draft("handover")
        order.with_user(self.specialist).agreement_ids = agreement
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")

    def test_other_validity_of_an_approved_agreement_asks_anew(self):
        agreement = self.checked()
        order = self.make_order(8.0, agreement_ids=[Command.set(agreement.ids)])
        self.approve(order)
        self.rpc(self.specialist, agreement, "write", {"date_to": "2040-01-01"})
        self.env.flush_all()
        self.assertFalse(agreement.legal_checked_on, "it was checked without that")
        self.assertEqual(order.authority_state, "required")

    def test_lists_on_quotation_and_account(self):
        agreement = self.draft("handover")
        order = self.make_order(agreement_ids=[Command.set(agreement.ids)])
        self.assertEqual(agreement.order_ids, order)
        action = self.env.ref("key_account.agreement_key_account_action")
        self.assertIn("key_account_id", action.domain)
        form = self.rpc(
            self.specialist, self.env["key.account"], "get_view", view_type="form"
        )
        self.assertIn(f'name="{action.id}"', form["arch"])

    def test_an_ended_agreement_is_missing(self):
        agreement = self.draft("handover", date_to="2020-01-01")
        agreement.action_ready()
        order = self.make_order(agreement_ids=[Command.set(agreement.ids)])
        self.assertIn("has ended", " ".join(order._missing_parts()[order.id]))

    def test_copies_start_anew(self):
        copy = self.checked().copy()
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.legal_checked_on or copy.file or copy.order_ids)
