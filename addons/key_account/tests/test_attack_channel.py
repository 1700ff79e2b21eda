"""Other channels than mail"""

from odoo.tests import tagged

from .attack_common import AttackCase

PRICE = "Only {{ object.amount_total }}: {{ object.get_portal_url() }}"


@tagged("post_install", "-at_install")
class TestAttackChannel(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.phone = "+86 138 0013 8000"
        cls.sms_template = cls.env["sms.template"].create(
            {
                "name": "Offer",
                "model_id": cls.env.ref("sale.model_sale_order").id,
                "body": PRICE,
            }
        )

    def text(self, user, order=None, mode="comment", **vals):
        """A text message written in the composer, and sent."""
        order = order or self.order
        target = {"res_ids": str(order.ids)} if mode == "mass" else {"res_id": order.id}
        composer = (
            self.env["sms.composer"]
            .with_user(user)
            .create(
                {
                    "res_model": "sale.order",
                    "composition_mode": mode,
                    "mass_force_send": False,
                    **target,
                    **vals,
                }
            )
        )
        composer._action_send_sms()
        return composer

    def texts(self):
        return self.env["sms.sms"].sudo().search_count([])

    def test_text_with_a_template(self):
        """SMS of one quotation, with a template | specialist, manager, OdooBot |
        refused, no SMS"""
        before = self.texts()
        for user in (self.specialist, self.manager, self.bot):
            self.refused(
                self.text,
                user,
                template_id=self.sms_template.id,
                says="cannot go to the customer yet",
                savepoint=True,
            )
        self.assertEqual(self.texts(), before)

    def test_texts_with_a_template(self):
        """SMS of several quotations (list), with a template, or with placeholders in
        their words | specialist, OdooBot | refused, no SMS"""
        before = self.texts()
        for user in (self.specialist, self.bot):
            for vals in ({"template_id": self.sms_template.id}, {"body": PRICE}):
                self.refused(self.text, user, mode="mass", savepoint=True, **vals)
        self.assertEqual(self.texts(), before)

    def test_text_by_the_thread(self):
        """_message_sms_with_template of the quotation, from code | specialist, OdooBot
        | refused"""
        for user in (self.specialist, self.bot):
            self.refused(
                self.order.with_user(user)._message_sms_with_template,
                template=self.sms_template,
                says="cannot go to the customer yet",
                savepoint=True,
            )

    def test_text_of_what_may_go(self):
        """SMS with a template of a quotation within authority; plain words about a held
        one | specialist | sent"""
        order = self.make_order(discount=5.0)
        composer = self.text(
            self.specialist, order=order, template_id=self.sms_template.id
        )
        self.assertIn(order.get_portal_url(), composer.body)
        before = self.texts()
        self.text(self.specialist, mode="mass", body="We will call you tomorrow.")
        self.assertEqual(self.texts(), before + 1)
