"""Mails made with full rights for whoever sends them: said by others, elsewhere"""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackSpeaking(AttackCase):
    def setUp(self):
        super().setUp()
        self.account.with_user(self.manager).message_post(
            body="Not below 10 %", message_type="comment"
        )
        self.said = self.last(self.account)
        self.boss = self.manager.partner_id
        self.env.flush_all()

    def last(self, record):
        record.invalidate_recordset(["message_ids"])
        return record.sudo().message_ids.sorted("id")[-1:]

    def own_template(self, user, model="res.partner", **vals):
        """One that anybody who may write mail templates has."""
        # Beside a website Odoo tries it out on a record of whichever company.
        return (
            self.env["mail.template"]
            .with_user(user)
            .sudo()
            .create(
                {
                    "name": "Mine",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "subject": "About it",
                    "body_html": "<p>I agree</p>",
                    **vals,
                }
            )
            .sudo(False)
        )

    def send(self, user, values, template=None, record=None, context=None):
        template = template or self.own_template(user)
        record = record or user.partner_id
        return self.rpc(
            user,
            template,
            "send_mail",
            record.id,
            email_values=values,
            context=context,
        )

    def test_message_written_anew(self):
        """mail.template.send_mail, send_mail_batch of one's own template, with the
        number of what a manager said on an account: as value, in the context, as one's
        own default | specialist, plain salesperson who may not read it | refused, or
        of no effect"""
        for user in (self.specialist, self.outsider):
            template = self.own_template(user)
            partner = user.partner_id
            values = {"mail_message_id": self.said.id, "body": "<p>20 % is fine</p>"}
            for method, to in (
                ("send_mail", partner.id),
                ("send_mail_batch", partner.ids),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, template, method, to, email_values=values)
            named = {"default_mail_message_id": self.said.id}
            self.send(user, {"body": "<p>20 % is fine</p>"}, context=named)
            self.env["ir.default"].with_user(user).set(
                "mail.mail", "mail_message_id", self.said.id, user_id=True
            )
            self.send(user, {"body": "<p>20 % is fine</p>"})
            self.env.invalidate_all()
            self.assertIn("Not below 10 %", self.said.body)
            self.assertEqual(self.said.author_id, self.boss)

    def test_said_elsewhere(self):
        """The same with another record than the template's: an account, a quotation, a
        deal that one may not read | plain salesperson, specialist of another account |
        refused, nothing is said there"""
        deal = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "partner_id": self.customer.id,
            }
        )
        for record in (self.account, self.order, deal):
            before = self.last(record)
            for user in (self.outsider, self.colleague):
                for number in (record.id, str(record.id)):
                    with self.subTest(record=record, number=number):
                        with self.assertRaises(AccessError):
                            self.send(user, {"model": record._name, "res_id": number})
            self.assertEqual(self.last(record), before)

    def test_said_in_the_name_of_another(self):
        """The same, and the composer for many, on what one may read: the manager as
        author, by value, by the template's sender, in the context; a day long ago, a
        change that nobody made | specialist | sent, as their own words of now; on a
        plain contact as in plain Odoo"""
        account, mine = self.account, self.specialist.partner_id
        template = self.own_template(
            self.specialist, account._name, email_from=self.manager.email
        )
        field = self.env["ir.model.fields"]._get(account._name, "name")
        tracked = {"field_id": field.id, "new_value_char": "x"}
        forged = {
            "author_id": self.boss.id,
            "date": "2020-01-01 00:00:00",
            "message_type": "notification",
            "tracking_value_ids": [(0, 0, tracked)],
        }
        for values, context in (
            (forged, None),
            (None, None),
            (None, {"default_author_id": self.boss.id}),
            (None, {"default_date": "2020-01-01 00:00:00"}),
        ):
            self.send(self.specialist, values, template, account, context)
            self.own_words(account, mine)
        composer = self.env["mail.compose.message"].with_user(self.specialist)
        composer.create(
            {
                "model": account._name,
                "res_ids": str(account.ids),
                "composition_mode": "mass_mail",
                "subject": "About it",
                "body": "<p>I agree</p>",
                "author_id": self.boss.id,
            }
        ).action_send_mail()
        self.own_words(account, mine)
        self.send(self.outsider, {"author_id": self.boss.id})
        self.assertEqual(self.last(self.outsider.partner_id).author_id, self.boss)

    def own_words(self, record, author):
        said = self.last(record)
        self.assertNotEqual(said, self.said)
        self.assertIn("I agree", said.body)
        self.assertEqual(said.author_id, author)
        self.assertGreater(said.date.year, 2020)
        self.assertEqual(said.message_type, "email_outgoing")
        self.assertFalse(said.tracking_value_ids)

    def test_files_of_others(self):
        """The same with a file of a colleague's account by its number, to one's own
        address; by the composer for many | plain salesperson | refused; one's own file
        is sent"""
        secret = self.env["ir.attachment"].create(
            {
                "name": "Prices.txt",
                "raw": b"secret",
                "res_model": self.account._name,
                "res_id": self.account.id,
            }
        )
        for command in ((4, secret.id), (6, 0, secret.ids), secret.id):
            with self.assertRaises(AccessError):
                self.send(self.outsider, {"attachment_ids": [command]})
        with self.assertRaises(AccessError):
            composer = self.env["mail.compose.message"].with_user(self.outsider)
            composer.create(
                {
                    "model": "res.partner",
                    "res_ids": str(self.outsider.partner_id.ids),
                    "composition_mode": "mass_mail",
                    "subject": "x",
                    "body": "x",
                    "attachment_ids": [(6, 0, secret.ids)],
                }
            ).action_send_mail()
        own = self.env["ir.attachment"].with_user(self.outsider)
        own = own.create({"name": "Mine.txt", "raw": b"mine"})
        self.send(self.outsider, {"attachment_ids": [(4, own.id)]})
        template = self.own_template(self.outsider, attachment_ids=[(4, own.id)])
        self.send(self.outsider, None, template)
