"""Other channels than mail"""

from unittest.mock import patch

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

    def test_mailing_by_text_whose_time_has_come(self):
        """SMS to many, as a mailing of quotations (mass_mailing_sms) makes them |
        Odoo's scheduled action | what is held is left out, the others go"""
        other = self.approved()
        values = {
            "res_model": "sale.order",
            "composition_mode": "mass",
            "body": PRICE,
            "res_ids": str((self.order | other).ids),
            "mass_keep_log": True,
        }
        cron = self.env["ir.cron"].create(
            {
                "name": "Text",
                "model_id": self.env["ir.model"]._get("sms.composer").id,
                "state": "code",
                "code": f"model.create({values})._action_send_sms()",
                "interval_type": "days",
            }
        )
        before = self.texts(), self.trace(self.order)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.texts(), before[0] + 1)
        self.assertEqual(self.trace(self.order), before[1])
        self.assertIn("Only 920", other.message_ids[0].body)

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

    # -- letters ----------------------------------------------------------------

    def letter(self, user, order, **vals):
        """A letter by post with the quotation, as it waits for the printer."""
        return (
            self.env["snailmail.letter"]
            .with_user(user)
            .create(
                {
                    "model": order._name,
                    "res_id": order.id,
                    "partner_id": self.customer.id,
                    "report_template": self.env.ref("sale.action_report_saleorder").id,
                    **vals,
                }
            )
        )

    def test_letter_by_post(self):
        """snailmail.letter of the quotation | specialist, manager, OdooBot | refused,
        no letter"""
        if "snailmail.letter" not in self.env:
            self.skipTest("snailmail is not installed")
        letters = self.env["snailmail.letter"].sudo()
        before = letters.search_count([])
        for user in (self.specialist, self.manager, self.bot):
            self.refused(
                self.letter, user, self.order, says="cannot go to the customer yet"
            )
        self.assertEqual(letters.search_count([]), before)

    def test_letter_that_waited(self):
        """The same made while it was approved, with a cover and without; printed after
        another discount was given | OdooBot, by the job | not printed"""
        if "snailmail.letter" not in self.env:
            self.skipTest("snailmail is not installed")
        order = self.approved()
        waiting = [self.letter(self.specialist, order, cover=each) for each in (0, 1)]
        order.with_user(self.specialist).order_line.discount = 40.0
        self.env.flush_all()
        for letter in waiting:
            letter = letter.with_user(self.bot)
            self.refused(
                letter._fetch_attachment,
                order=order,
                says="cannot go to the customer yet",
            )
            self.assertFalse(letter.attachment_id)

    def test_letters_behind_it(self):
        """The same, and the letters that wait behind it | Odoo's scheduled action | it
        waits, they are printed; it is once it is signed off"""
        if "snailmail.letter" not in self.env:
            self.skipTest("snailmail is not installed")
        orders = [self.approved() for _each in range(2)]
        letters = [self.letter(self.specialist, order) for order in orders]
        held = orders[0]
        held.with_user(self.specialist).order_line.discount = 40.0
        self.env.flush_all()
        printed = []
        cron = self.env.ref("snailmail.snailmail_print")

        def run():
            printed.clear()
            Letter = type(letters[0])
            with (
                patch.object(Letter, "_is_valid_address", lambda *_each: True),
                patch.object(
                    Letter,
                    "_snailmail_print_valid_address",
                    lambda each: printed.append(each.id),
                ),
                self.enter_registry_test_mode(),
            ):
                cron.method_direct_trigger()

        run()
        self.assertNotIn(letters[0].id, printed)
        self.assertIn(letters[1].id, printed)
        self.assertEqual(letters[0].state, "pending")
        held.with_user(self.specialist).action_request_approval()
        held.with_user(self.general_manager).action_approve()
        self.env.flush_all()
        run()
        self.assertIn(letters[0].id, printed)

    def test_letter_of_an_approved_quotation(self):
        """The same of an approved quotation | specialist | made, and printed"""
        if "snailmail.letter" not in self.env:
            self.skipTest("snailmail is not installed")
        letter = self.letter(self.specialist, self.approved())
        self.assertEqual(letter.state, "pending")
        report = letter.report_template.with_context(snailmail_layout=True)
        html, _kind = report._render_qweb_html(report.report_name, [letter.res_id])
        self.assertIn("Pump", html.decode())
