"""States by the process"""

import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .attack_common import FORGED, AttackCase

FILE = base64.b64encode(b"%PDF-1.4 first").decode()
OTHER = base64.b64encode(b"%PDF-1.4 second").decode()


@tagged("post_install", "-at_install")
class TestAttackStates(AttackCase):
    """What an agreement is, is said by what happened with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lawyer = cls._user("ka_lawyer", "key_account.group_contract_reviewer")
        cls.env["key.account.contract.review.function"].create(
            {
                "function": "legal",
                "company_id": cls.company.id,
                "user_ids": [Command.set((cls.reviewer | cls.lawyer).ids)],
            }
        )
        cls.handover = cls.env.ref("key_account.agreement_type_handover")
        cls.agency = cls.env.ref("key_account.agreement_type_agency")

    def values(self, **vals):
        return {
            "name": "Handover 2026",
            "type_id": self.handover.id,
            "key_account_id": self.account.id,
            "file": FILE,
            **vals,
        }

    def draft(self, user=None, **vals):
        model = self.env["key.account.agreement"]
        made = self.rpc(user or self.specialist, model, "create", [self.values(**vals)])
        return model.browse(made)

    def ready(self):
        agreement = self.draft()
        self.rpc(self.specialist, agreement, "action_ready")
        return agreement

    def signed(self):
        """An agreement signed and confirmed with its quotation."""
        agreement = self.ready()
        order = self.sent(
            require_signature=True, agreement_ids=[Command.set(agreement.ids)]
        )
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {"signature": self.picture(), "signed_by": "Wang"}
        )
        order.with_user(public).sudo()._validate_order()
        self.env.flush_all()
        self.assertEqual((order.state, agreement.state), ("sale", "signed"))
        self.assertTrue(agreement.signed_on)
        return agreement

    def picture(self):
        return "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

    def denied(self, user, records, method, *args, **kwargs):
        self.env.flush_all()
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.rpc(user, records, method, *args, **kwargs)
        self.env.invalidate_all()
        return str(caught.exception)

    def everybody(self):
        return self.specialist, self.support, self.manager, self.director

    def test_signed_by_hand(self):
        """state = signed, legal_check, ended by write, create, import, in the context
        and by a personal default | every role, also as superuser | refused; the default
        has no effect"""
        agreement = self.ready()
        model = agreement.browse()
        for user in self.everybody():
            for state in ("signed", "legal_check", "ended", "draft"):
                self.denied(user, agreement, "write", {"state": state}, context=FORGED)
                if state != "draft":
                    self.denied(user, model, "create", [self.values(state=state)])
                    self.denied(
                        user,
                        model,
                        "create",
                        [self.values()],
                        context={"default_state": state},
                    )
        with self.assertRaises(AccessError):
            agreement.sudo().write({"state": "signed"})
        found = self.rpc(
            self.specialist,
            model,
            "load",
            ["name", "type_id/.id", "key_account_id/.id", "state"],
            [["Old", str(self.handover.id), str(self.account.id), "Signed"]],
        )
        self.assertFalse(found["ids"])
        self.env["ir.default"].set(
            model._name, "state", "signed", user_id=self.specialist.id
        )
        self.assertEqual(self.draft().state, "draft")

    def test_signed_set_back(self):
        """A signed agreement set back to draft, ended and set back, made ready again,
        checked again, changed | every role | refused: it stays as it was signed"""
        agreement = self.signed()
        for user in self.everybody():
            for method in (
                "action_draft",
                "action_ready",
                "action_request_legal_check",
            ):
                self.denied(user, agreement, method)
        self.rpc(self.specialist, agreement, "action_end")
        self.assertEqual(agreement.state, "ended")
        for user in self.everybody():
            for method in (
                "action_draft",
                "action_ready",
                "action_request_legal_check",
            ):
                self.denied(user, agreement, method)
            for vals in (
                {"file": OTHER},
                {"file_name": "other.pdf"},
                {"body": "<p>Other</p>"},
                {"name": "Other"},
                {"type_id": self.agency.id},
                {"date_to": "2062-01-01"},
                {"signed_on": False},
            ):
                self.denied(user, agreement, "write", vals)
        self.assertEqual(agreement.state, "ended")
        # A form that sends back what it shows changes nothing.
        self.rpc(self.specialist, agreement, "write", {"name": agreement.name})
        self.rpc(self.specialist, agreement, "write", {"type_id": self.handover.id})

    def test_type_changed_after_ready(self):
        """Ready as a type without legal check, then changed into one that needs it |
        specialist, by write and by the form | a draft again, which is checked first"""
        for by_form in (True, False):
            agreement = self.ready()
            if by_form:
                with Form(agreement.with_user(self.specialist)) as form:
                    form.type_id = self.agency
            else:
                self.rpc(
                    self.specialist, agreement, "write", {"type_id": self.agency.id}
                )
            self.env.invalidate_all()
            self.assertEqual(agreement.state, "draft")
            self.denied(self.specialist, agreement, "action_ready")
            self.denied(self.specialist, agreement, "write", {"state": "ready"})

    def test_content_changed_after_the_check(self):
        """Text, days, account of an agreement that has passed its legal check | its
        drafter | the check falls with what it was about"""
        other = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        for vals in (
            {"body": "<p>All liability is ours</p>"},
            {"date_to": "2062-01-01"},
            {"file": OTHER},
            {"key_account_id": other.id},
        ):
            agreement = self.draft(type_id=self.agency.id)
            self.rpc(self.specialist, agreement, "action_request_legal_check")
            self.rpc(self.lawyer, agreement, "action_legal_pass")
            self.assertEqual(agreement.state, "ready")
            self.rpc(self.specialist, agreement, "write", vals)
            self.env.invalidate_all()
            self.assertEqual(agreement.state, "draft")
            self.assertFalse(agreement.legal_checked_on)

    def test_legal_check_of_ones_own(self):
        """Drafted, named somebody else as drafter, and checked; or sold with one's own
        quotation | specialist who reviews for legal | refused"""
        both = self._user(
            "ka_both",
            "key_account.group_specialist,key_account.group_contract_reviewer",
        )
        self.env["key.account.contract.review.function"].search(
            [("function", "=", "legal")]
        ).user_ids |= both
        self.account.member_ids.create(
            {"key_account_id": self.account.id, "user_id": both.id}
        )
        agreement = self.draft(user=both, type_id=self.agency.id)
        self.rpc(both, agreement, "write", {"drafter_id": self.specialist.id})
        self.rpc(both, agreement, "action_request_legal_check")
        self.assertEqual(agreement.legal_user_ids, self.reviewer | self.lawyer)
        self.denied(both, agreement, "action_legal_pass")
        self.assertEqual(agreement.state, "legal_check")

    def test_cover_of_a_checked_document(self):
        """public, name, mimetype, access_token of the document of an agreement that is
        ready or signed | every role | refused"""
        for agreement in (self.ready(), self.signed()):
            files = self.env["ir.attachment"].search(
                [
                    ("res_model", "=", agreement._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", agreement.id),
                ]
            )
            self.assertTrue(files)
            for user in self.everybody():
                for vals in (
                    {"public": True},
                    {"name": "other.pdf"},
                    {"mimetype": "text/html"},
                    {"access_token": "known"},
                ):
                    self.denied(user, files, "write", vals)
