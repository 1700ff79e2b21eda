"""Terms that the customer signed, changed after confirmation without saying so"""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.contract.signed_terms import _Changing
from .attack_common import FORGED, AttackCase
from .test_signature import SIGNATURE


@tagged("post_install", "-at_install")
class TestAttackSigned(AttackCase):
    def setUp(self):
        super().setUp()
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
            }
        )
        self.signed = self.make_order(
            discount=4.0, require_signature=True, opportunity_id=lead.id
        )
        self.answer = self.env["key.account.requirement"].create(
            {"name": "Housing", "opportunity_id": lead.id, "our_standard": "AISI 304"}
        )
        self.answer.sudo()._write_kept({"order_id": self.signed.id})
        self.sign(self.signed)

    def sign(self, order):
        order.with_user(self.specialist).action_quotation_sent()
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {
                "signature": SIGNATURE,
                "signed_by": "Zhao Min",
                "signed_on": "2026-01-02 03:04:05",
            }
        )
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()

    def kept(self, user, records, method, *args, **kwargs):
        self.refused_rpc(
            user,
            records,
            method,
            *args,
            order=self.signed,
            says="Zhao Min",
            savepoint=True,
            **kwargs,
        )
        self.assertTrue(self.signed._current_signature(), "it still binds")

    def test_terms_of_a_signed_order(self):
        """Delivery date, handover, payment terms, note or customer of a signed and
        confirmed order, by write | specialist, manager, Sales administrator | refused;
        the signature binds what it bound"""
        other = self.env["account.payment.term"].create({"name": "In a year"})
        branch = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": self.customer.id}
        )
        for vals in (
            {"commitment_date": "2027-06-01"},
            {"commitment_date": False},
            {"handover_terms": "<p>Whatever suits</p>"},
            {"payment_term_id": other.id},
            {"note": "<p>No warranty</p>"},
            {"partner_id": branch.id},
        ):
            for user in (self.specialist, self.manager, self.sales_admin):
                self.kept(user, self.signed, "write", vals)

    def test_terms_by_other_ways(self):
        """The same by web_save, by an import, together with another field, with every
        context key | specialist | refused"""
        vals = {"commitment_date": "2027-06-01"}
        self.kept(self.specialist, self.signed, "web_save", vals, specification={})
        both = {"client_order_ref": "PO 1", **vals}
        self.kept(self.specialist, self.signed, "write", both)
        context = {**FORGED, "key_account_changing": True}
        self.kept(self.specialist, self.signed, "write", vals, context=context)
        fields = [".id", "commitment_date"]
        rows = [[str(self.signed.id), "2027-06-01 10:00:00"]]
        result = self.rpc(self.specialist, self.env["sale.order"], "load", fields, rows)
        self.assertIn("Zhao Min", result["messages"][0]["message"])
        self.assertTrue(self.signed._current_signature())

    def test_terms_that_a_template_brings(self):
        """sale_order_template_id, whose note is another one, and which asks for no
        signature: of a signed and confirmed order, by write and web_save; of a signed
        quotation; of one that has to be signed | specialist | refused; the signature is
        taken off; they are the author of these terms, and nothing is confirmed unsigned
        """
        template = self.env["sale.order.template"].create(
            {
                "name": "Short",
                "company_id": self.company.id,
                "note": "<p>No warranty</p>",
                "require_signature": False,
            }
        )
        vals = {"sale_order_template_id": template.id}
        self.kept(self.specialist, self.signed, "write", vals)
        self.kept(self.specialist, self.signed, "web_save", vals, specification={})
        waiting = AttackCase.signed(self)
        self.rpc(self.specialist, waiting, "write", vals)
        self.assertIn("No warranty", waiting.note)
        self.assertFalse(waiting.signature or waiting._current_signature())
        offered = self.sent(require_signature=True)
        offered.sudo()._set_kept({"terms_author_id": self.manager})
        version = offered.terms_version
        self.rpc(self.specialist, offered, "write", vals)
        self.assertEqual(offered.terms_author_id, self.specialist)
        self.assertGreater(offered.terms_version, version)
        self.reopened(offered)

    def test_address_that_brings_no_terms(self):
        """partner_shipping_id of an offer of the manager's, where the taxes stay; where
        they are others | sales support | theirs as before; the terms of whoever wrote
        it"""
        order = self.make_order(user=self.manager)
        there, abroad = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.customer.id}
                for name in ("Store", "Abroad")
            ]
        )
        abroad.property_account_position_id = self.env[
            "account.fiscal.position"
        ].create({"name": "Export", "company_id": self.company.id})
        for place, author in ((there, self.manager), (abroad, self.support)):
            order.with_user(self.support).write({"partner_shipping_id": place.id})
            self.assertEqual(order.terms_author_id, author)

    def test_the_step_is_for_the_order_it_names(self):
        """What the step on one order triggers, inheriting its context, writes on
        another signed order | specialist | refused; the other binds what it bound"""
        other = self.make_order(discount=4.0, require_signature=True)
        self.sign(other)
        inherited = other.with_user(self.specialist).with_context(
            key_account_changing=_Changing(self.signed.ids)
        )
        with self.assertRaises(UserError), self.cr.savepoint():
            inherited.write({"note": "<p>Free of charge</p>"})
        self.assertTrue(other._current_signature(), "it still binds")

    def test_answers_of_a_signed_order(self):
        """What was answered to a requirement, changed, moved away, added or deleted
        after confirmation, from the line and from the order | specialist, superuser
        code | refused"""
        for vals in ({"our_standard": "Steel"}, {"order_id": False}, {"name": "X"}):
            for line in (self.answer, self.answer.sudo()):
                with self.assertRaisesRegex(Exception, "Zhao Min|process itself"):
                    with self.env.cr.savepoint():
                        line.with_user(self.specialist).sudo(line.env.su).write(vals)
        with self.assertRaisesRegex(Exception, "Zhao Min"), self.env.cr.savepoint():
            self.answer.sudo().unlink()
        command = [(2, self.answer.id, 0)]
        self.kept(self.specialist, self.signed, "write", {"requirement_ids": command})

    def test_changing_them_without_rights(self):
        """The step that changes signed terms, or the dialog that completes a contract,
        on an order that is not one's own | salesman without role, reviewer | refused,
        nothing of it is shown"""
        own = self.env.ref("sales_team.group_sale_salesman")
        self.outsider.group_ids |= own
        for model in ("key.account.signed.change", "key.account.contract.completion"):
            with self.assertRaises(AccessError):
                self.rpc(
                    self.outsider,
                    self.env[model],
                    "create",
                    {"order_id": self.signed.id, "reason": "x"},
                )
        stranger = self._user("ka_other_specialist", "key_account.group_specialist")
        spec = {name: {} for name in ("order_id", "commitment_date", "handover_terms")}
        for model in ("key.account.signed.change", "key.account.contract.completion"):
            for values, names, context in (
                ({}, [], {"default_order_id": self.signed.id}),
                ({"order_id": self.signed.id}, ["order_id"], {}),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(
                        stranger,
                        self.env[model],
                        "onchange",
                        [],
                        values,
                        names,
                        spec,
                        context=context,
                    )
        for method in ("action_change_signed_terms", "action_complete_contract"):
            with self.assertRaises(AccessError):
                self.rpc(stranger, self.signed, method)

    def test_an_incomplete_contract(self):
        """A quotation whose deal asks for a complete contract, without delivery date:
        signed off, sent, marked as sent by write or from a list | specialist, Sales
        administrator | refused, nothing is asked of anybody"""
        bare = self.make_order(
            discount=4.0,
            opportunity_id=self.signed.opportunity_id.id,
            commitment_date=False,
        )
        for user in (self.specialist, self.sales_admin):
            for method, *args in (
                ("action_quotation_send",),
                ("action_quotation_sent",),
                ("write", {"state": "sent"}),
                ("web_save", {"state": "sent"}, {}),
            ):
                self.refused_rpc(
                    user, bare, method, *args, order=bare, says="delivery date"
                )
        bare.order_line.discount = 8.0
        self.env.flush_all()
        self.refused_rpc(
            self.specialist,
            bare,
            "action_request_approval",
            order=bare,
            says="delivery date",
        )
