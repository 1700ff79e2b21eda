"""Giving a contract another customer by merging contacts"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import AttackCase

PARTNER_MANAGER = "base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestAttackMerge(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ["base.group_user", PARTNER_MANAGER]
        if cls.beside("website"):
            # Odoo's own merge reads who visited the website, by the clerk's rights.
            groups.append("website.group_website_designer")
        cls.clerk = cls._user("ka_clerk", ",".join(groups))
        for user in cls.specialist | cls.manager | cls.outsider:
            user.group_ids = [Command.link(cls.env.ref(PARTNER_MANAGER).id)]
        cls.twin = cls._company("Golden Gate Motors Ltd.")
        cls.buyer, cls.buyer_again = cls.env["res.partner"].create(
            [
                {
                    "name": "Buyer Wang",
                    "parent_id": cls.customer.id,
                    "email": "wang@golden.example.com",
                }
            ]
            * 2
        )

    @classmethod
    def _company(cls, name, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": "buyer@golden.example.com",
                **vals,
            }
        )

    def merge(self, user, partners, into):
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(user)
            .with_context(active_model="res.partner", active_ids=partners.ids)
            .create({"dst_partner_id": into.id})
        )
        self.rpc(user, wizard, "action_merge")
        self.env.invalidate_all()

    def stays(self, order, user, partners, into, says):
        """The merge is refused; the order keeps its customer."""
        customer = order.partner_id
        self.refused(self.merge, user, partners, into, order=order, says=says)
        self.assertEqual(order.partner_id, customer)
        self.assertTrue(partners.exists() == partners)
        self.assertFalse(self.env["key.account.merge"].search([]))

    # What holds

    def test_duplicate_customer_after_everything(self):
        """A duplicate of the customer is merged after approval, signature or
        confirmation | whoever keeps contacts | both stand; it is billed"""
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        approved, signed = self.approved(), self.signed()
        confirmed = self.sent()
        confirmed.with_user(self.specialist).action_confirm()
        self.merge(self.clerk, self.customer | self.twin, self.twin)
        self.env.flush_all()
        orders = approved | signed | confirmed
        self.assertEqual(orders.partner_id, self.twin)
        self.assertEqual(orders.key_account_id, self.account)
        self.assertEqual(approved.authority_state, "approved")
        self.assertTrue(signed._current_signature())
        self.assertEqual(signed.signed_by, "Buyer Wang")
        self.rpc(self.specialist, approved, "action_confirm")
        self.assertEqual(approved.state, "sale")
        self.assertTrue(confirmed._create_invoices())

    def test_merged_twice(self):
        """A customer that was merged is merged again, other terms then | whoever keeps
        contacts | the signature stands; a changed price unbinds it"""
        signed, third = self.signed(), self._company("Golden Gate")
        self.merge(self.clerk, self.customer | self.twin, self.twin)
        self.merge(self.clerk, self.twin | third, third)
        self.assertEqual(signed.partner_id, third)
        self.assertTrue(signed._current_signature())
        self.assertEqual(signed.authority_state, "approved")
        signed.order_line.with_user(self.specialist).price_unit += 1.0
        self.unsigned(signed)

    def test_contact_person(self):
        """Only the contact person of a signed quotation is merged, into one of the same
        company | the salesperson | the signature stands"""
        signed = self.signed(partner=self.buyer)
        self.merge(self.specialist, self.buyer | self.buyer_again, self.buyer_again)
        self.assertEqual(signed.partner_id, self.buyer_again)
        self.assertEqual(signed.key_account_id, self.account)
        self.assertEqual(signed.authority_state, "approved")
        self.assertTrue(signed._current_signature())

    def test_contact_person_without_company(self):
        """The contact person is merged into a duplicate that names no company | the
        salesperson | the one that stays is of the company; the signature stands"""
        signed = self.signed(partner=self.buyer)
        loose = self.buyer.copy({"parent_id": False})
        self.merge(self.specialist, self.buyer | loose, loose)
        self.assertEqual(loose.commercial_partner_id, self.customer)
        self.assertEqual(signed.key_account_id, self.account)
        self.assertTrue(signed._current_signature())
        self.assertEqual(signed.authority_state, "approved")

    def test_company_of_the_contact_person(self):
        """The company behind the contact person is merged | whoever keeps contacts |
        approval and signature stand"""
        signed = self.signed(partner=self.buyer)
        self.merge(self.clerk, self.customer | self.twin, self.twin)
        self.assertEqual(signed.partner_id.commercial_partner_id, self.twin)
        self.assertEqual(signed.authority_state, "approved")
        self.assertTrue(signed._current_signature())

    def test_grant(self):
        """Authority granted in a deal, whose customer is merged | whoever keeps
        contacts | what was granted holds"""
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
            }
        )
        self.env["key.account.authority.grant"].with_user(self.manager).create(
            {
                "opportunity_id": lead.id,
                "user_id": self.specialist.id,
                "dimension": "discount",
                "value": 9.0,
                "reason": "Reference customer",
            }
        )
        self.merge(self.clerk, self.customer | self.twin, self.twin)
        self.env.flush_all()
        order = self.make_order(discount=8.0, partner=self.twin, opportunity_id=lead.id)
        self.assertEqual(order.authority_state, "within")

    # What does not go

    def test_swap_by_the_salesperson(self):
        """A signed quotation to one customer is made another's: both are merged | its
        salesperson, and its manager who asked for it | refused"""
        signed = self.signed()
        self.stays(
            signed,
            self.specialist,
            self.customer | self.twin,
            self.twin,
            "Ask a colleague",
        )

    def test_swap_with_all_rights(self):
        """The same with superuser rights, as a server action has | its salesperson |
        refused"""
        signed = self.signed()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = wizard.with_user(self.specialist).sudo()
        partners = self.customer | self.twin
        self.refused(
            wizard._merge, partners.ids, self.twin, order=signed, says="Ask a colleague"
        )
        self.assertTrue(self.customer.exists())

    def test_swap_of_two_accounts(self):
        """The customer of a signed quotation is merged into another key account |
        a colleague outside | refused; by the manager of both allowed"""
        self.env["key.account"].create(
            {
                "partner_id": self.twin.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.colleague.id,
            }
        )
        signed = self.signed()
        both = self.customer | self.twin
        for user in (self.clerk, self.outsider):
            self.stays(signed, user, both, self.twin, "a manager of both")
        self.merge(self.manager, both, self.twin)
        self.assertTrue(signed._current_signature())

    def test_prices_of_another_account(self):
        """Agreed prices of one key account are had for another: both are merged | a
        colleague outside | refused"""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Agreed", "company_id": self.company.id}
        )
        self.account.agreed_pricelist_id = pricelist
        self.account.with_user(self.manager).action_approve_agreed_pricelist()
        self.env["key.account"].create(
            {
                "partner_id": self.twin.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
            }
        )
        both = self.customer | self.twin
        self.stays(self.order, self.outsider, both, self.twin, "a manager of both")

    def test_swap_by_tax_ids(self):
        """Two companies with tax IDs of their own are merged after one has signed |
        anybody, administrators included | refused"""
        self.customer.vat, self.twin.vat = "91310000MA1FL0000A", "91310000MA1FL0000B"
        signed = self.signed()
        both = self.customer | self.twin
        for user in (self.clerk, self.bot):
            self.stays(signed, user, both, self.twin, "different tax IDs")

    def test_swap_by_a_person(self):
        """The person who signed is merged into a person of another company | anybody,
        administrators included | refused"""
        signed = self.signed(partner=self.buyer)
        stranger = self.buyer.copy({"parent_id": self.plain_customer.id})
        both = self.buyer | stranger
        for user in (self.specialist, self.clerk, self.bot):
            self.stays(signed, user, both, stranger, "keep both contacts")

    def test_swap_by_what_stays(self):
        """A person without company, who signed, stays and takes the company of the one
        merged into them | anybody | refused"""
        loose = self.buyer.copy({"parent_id": False})
        signed = self.signed(partner=loose)
        both = self.buyer | loose
        for user in (self.clerk, self.bot):
            self.stays(signed, user, both, loose, "keep both contacts")

    def test_forged_merge(self):
        """key.account.merge is created, or changed, so that one customer passes for
        another | director, salesman, superuser | refused"""
        Merge = self.env["key.account.merge"]
        vals = {
            "from_id": self.customer.id,
            "from_name": "x",
            "into_id": self.twin.id,
            "into_name": "y",
            "partner_id": self.twin.id,
            "same_customer": True,
            "merged_by_id": self.env.uid,
        }
        for user in (self.director, self.specialist, self.bot):
            with self.assertRaises(AccessError):
                self.rpc(user, Merge, "create", [vals])
        self.merge(self.clerk, self.customer | self.twin, self.twin)
        noted = Merge.search([])
        self.assertEqual(noted.merged_by_id, self.clerk)
        self.assertEqual(noted.from_name, "Golden Gate Motors")
        with self.assertRaises(AccessError):
            noted.same_customer = False
        with self.assertRaises(AccessError):
            noted.unlink()
