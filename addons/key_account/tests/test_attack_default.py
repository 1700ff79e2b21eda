"""What a guard asks of values, said by a default instead: nobody sees it there"""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .attack_common import PIXEL, AttackCase


@tagged("post_install", "-at_install")
class TestAttackDefault(AttackCase):
    @contextmanager
    def said(self, user, model, vals, how):
        """The context in which these values are said by a default: that of the context,
        or the user's own, as every internal user may set it."""
        if how == "context":
            yield {f"default_{name}": value for name, value in vals.items()}
            return
        Default = self.env["ir.default"]
        for name, value in vals.items():
            self.rpc(user, Default, "set", model, name, value, user_id=True)
        yield {}
        Default.sudo().search([("user_id", "=", user.id)]).unlink()

    def not_made(self, user, model, vals, default, says=""):
        """create with ``vals`` is refused, be ``default`` said by whatever default."""
        records = self.env[model]
        for how in ("context", "own"):
            with self.subTest(model=model, how=how):
                with self.said(user, model, default, how) as context:
                    with self.assertRaisesRegex(UserError, says):
                        self.rpc(user, records, "create", [vals], context=context)
            self.env.invalidate_all()

    def test_team(self):
        """A key-account team, its managers, its supporters, by default_… in the context
        and by ir.default | Odoo's Sales administrator | refused: for Configuration"""
        for default in (
            {"is_key_account": True, "user_id": self.sales_admin.id},
            {"key_account_contract_review": "no"},
        ):
            self.not_made(
                self.sales_admin, "crm.team", {"name": "Mine"}, default, "Configuration"
            )
        context = {"default_key_account_manager_ids": [Command.link(self.outsider.id)]}
        with self.assertRaisesRegex(UserError, "Configuration"):
            self.rpc(
                self.sales_admin,
                self.env["crm.team"],
                "create",
                [{"name": "Mine"}],
                context=context,
            )

    def test_requirement(self):
        """A requirement settled within authority by hand, its product and price by
        default, by which it would be measured | specialist | refused; measured"""
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        vals = {"name": "Half the price", "opportunity_id": lead.id}
        judged = {"able": "yes", "within_authority": "yes"}
        default = {"product_id": self.pump.id, "target_price": 500.0}
        settled = {**vals, **judged, "state": "settled"}
        self.not_made(self.specialist, "key.account.requirement", settled, default)
        for how in ("context", "own"):
            model = "key.account.requirement"
            with self.said(self.specialist, model, default, how) as context:
                made = self.rpc(
                    self.specialist,
                    self.env[model],
                    "create",
                    [{**vals, **judged}],
                    context=context,
                )
            line = self.env[model].browse(made)
            self.assertEqual(line.within_authority, "no", how)
            self.assertEqual(line.state, "outside", how)

    def test_born_lost(self):
        """An opportunity born lost without a reason: active, probability by default,
        the team as text | specialist | refused: why was it lost"""
        vals = {
            "name": "Pumps",
            "type": "opportunity",
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "team_id": self.team.id,
            "user_id": self.specialist.id,
        }
        lost = {"active": False, "probability": 0.0}
        for name, value in lost.items():
            self.not_made(
                self.specialist,
                "crm.lead",
                {**vals, **{n: v for n, v in lost.items() if n != name}},
                {name: value},
                "Why was it lost",
            )
        self.not_made(self.specialist, "crm.lead", vals, lost, "Why was it lost")
        with self.assertRaisesRegex(UserError, "Why was it lost"):
            self.rpc(
                self.specialist,
                self.env["crm.lead"],
                "create",
                [{**vals, "active": False, "probability": "0"}],
            )

    def test_picture_of_a_signature(self):
        """ir.attachment where the customer's signature is shown: its place by default,
        the number of the quotation as text | specialist | refused"""
        place = {
            "res_model": "sale.order",
            "res_field": "signature",
            "res_id": self.order.id,
        }
        vals = {"name": "signature", "datas": PIXEL}
        for names in (("res_id",), ("res_field",), ("res_model", "res_id"), place):
            default = {name: place[name] for name in names}
            rest = {name: place[name] for name in place.keys() - default.keys()}
            self.not_made(
                self.specialist, "ir.attachment", {**vals, **rest}, default, "signs"
            )
        for res_id in (str(self.order.id), float(self.order.id)):
            with self.assertRaises(UserError):
                self.rpc(
                    self.specialist,
                    self.env["ir.attachment"],
                    "create",
                    [{**vals, **place, "res_id": res_id}],
                )
        own = self.rpc(
            self.specialist,
            self.env["ir.attachment"],
            "create",
            [{**vals, "res_model": "sale.order", "res_id": self.order.id}],
        )
        for res_id in (str(self.order.id), float(self.order.id)):
            with self.assertRaises(UserError):
                self.rpc(
                    self.specialist,
                    self.env["ir.attachment"].browse(own),
                    "write",
                    {**place, "res_id": res_id},
                )
        self.env.invalidate_all()
        self.assertFalse(self.order.signature)

    def test_file_of_evidence(self):
        """ir.attachment in the place of a signed quotation, its place by default |
        specialist | refused"""
        signature = self.signed().signature_ids
        default = {"res_model": "key.account.signature", "res_id": signature.id}
        self.not_made(
            self.specialist,
            "ir.attachment",
            {"name": "signed.pdf", "datas": PIXEL},
            default,
            "Files of a signature",
        )

    def test_delegation_to_oneself(self):
        """The sign-off of somebody else lent to oneself: whose, and to whom, by default
        | configuration | refused"""
        vals = {
            "date_from": "2030-01-01",
            "date_to": "2030-01-02",
            "reason": "Away",
            "company_id": self.company.id,
        }
        people = {
            "delegator_id": self.general_manager.id,
            "delegate_id": self.configurator.id,
        }
        for name in people:
            rest = {key: people[key] for key in people if key != name}
            self.not_made(
                self.configurator,
                "key.account.authority.delegation",
                {**vals, **rest},
                {name: people[name]},
                "to themselves",
            )

    def test_feedback_of_another_company(self):
        """Feedback under no account, its company by default: one where the user sits at
        no desk, and would not see it | sales support of one company | refused"""
        self.support.company_ids |= self.other_company
        self.not_made(
            self.support,
            "key.account.feedback",
            {"name": "Late", "description": "A week too late"},
            {"company_id": self.other_company.id},
            "Choose the account",
        )

    def test_answer_of_a_contact(self):
        """An answer to a contact's survey that is none of its choices, the question by
        default | specialist | refused"""
        entry = self.env["key.account.canvass"].with_user(self.specialist)
        entry = entry.create({"name": "Corner Shop"})
        choice = self.env.ref("key_account.option_dealer_mode_retail")
        self.not_made(
            self.specialist,
            "key.account.canvass.answer",
            {"canvass_id": entry.id, "option_id": choice.id},
            {"question_id": self.env.ref("key_account.question_dealer_display").id},
            "not one of its choices",
        )

    def test_file_of_a_contact(self):
        """A file opened for a customer's contact, whom a default names: where the
        customer has a file, and where they have none | specialist | refused; it is the
        customer's, and what is quoted to them is controlled"""
        account = "key.account"
        buyer = {"name": "Buyer", "parent_id": self.customer.id}
        buyer = self.env["res.partner"].create(buyer)
        for vals in ({"partner_id": buyer.id}, {"partner_id": self.customer.id}):
            self.not_made(self.specialist, account, {}, vals, "already has")
        for how in ("context", "own"):
            company = self.env["res.partner"].create({"name": how, "is_company": True})
            other = buyer.create({"name": "Other", "parent_id": company.id})
            vals = {"partner_id": other.id}
            with self.said(self.specialist, account, vals, how) as context:
                records = self.env[account]
                made = self.rpc(self.specialist, records, "create", {}, context=context)
            self.assertEqual(records.browse(made).partner_id, company)
