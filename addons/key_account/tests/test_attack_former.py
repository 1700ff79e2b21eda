"""What the former customer has of a quotation that is made another one's"""

from odoo.tests import HttpCase, tagged

from .attack_common import PIXEL, AttackCase


@tagged("post_install", "-at_install")
class TestAttackFormer(AttackCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.rival = self.env["res.partner"].create(
            {"name": "Silver Coast", "is_company": True}
        )
        self.order = self.make_order(require_signature=True)
        self.order.with_user(self.specialist).action_quotation_sent()
        self.order.message_subscribe(
            (self.contact.partner_id | self.specialist.partner_id).ids
        )
        self.order._portal_ensure_token()
        self.token = self.order.access_token
        self.env.flush_all()

    def page(self, order):
        return self.url_open(f"/my/orders/{order.id}?access_token={self.token}")

    def accept(self, order):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": self.token, "name": "Buyer", "signature": PIXEL},
        )

    def test_link_of_the_former_customer(self):
        """/my/orders/&lt;id> and accept by the link of a quotation, of which another
        customer is named since, by write and web_save | whoever has the former
        customer's link | neither shown nor signed; the new customer's link is another
        """
        self.assertIn(self.order.name, self.page(self.order).text)
        self.rpc(self.specialist, self.order, "write", {"partner_id": self.rival.id})
        self.env.flush_all()
        for word in (self.order.name, "Pump", "Silver Coast"):
            self.assertNotIn(word, self.page(self.order).text)
        self.assertIn("error", self.accept(self.order))
        self.env.invalidate_all()
        self.assertFalse(self.order.signature or self.order.signature_ids)
        self.order._portal_ensure_token()
        self.assertNotEqual(self.order.access_token, self.token)
        self.token = self.order.access_token
        self.env.flush_all()
        self.assertIn(self.order.name, self.page(self.order).text)

    def test_mails_to_the_former_customer(self):
        """What is said on a quotation, of which another customer is named since |
        people of the former customer who followed it | not told; colleagues are"""
        vals = {"partner_id": self.rival.id}
        self.rpc(self.specialist, self.order, "web_save", vals, specification={})
        followers = self.order.message_partner_ids
        self.assertNotIn(self.contact.partner_id, followers)
        self.assertIn(self.specialist.partner_id, followers)

    def test_link_of_the_same_customer(self):
        """Another contact of the same company; another customer of a quotation of a
        plain team; the same in mode observe | specialist, salesperson | the link stays,
        as in plain Odoo"""
        contact = self.contact.partner_id
        self.rpc(self.specialist, self.order, "write", {"partner_id": contact.id})
        plain = self.make_order(
            user=self.outsider, partner=self.plain_customer, team_id=self.plain_team.id
        )
        plain._portal_ensure_token()
        tokens = self.order.access_token, plain.access_token
        self.rpc(self.outsider, plain, "write", {"partner_id": self.rival.id})
        self.company.key_account_mode = "observe"
        self.rpc(self.specialist, self.order, "write", {"partner_id": self.rival.id})
        self.assertEqual((self.order.access_token, plain.access_token), tokens)
        self.assertIn(contact, self.order.message_partner_ids)
