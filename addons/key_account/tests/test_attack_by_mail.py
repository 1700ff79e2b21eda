"""What is brought in as a mail: in the name of others, where one may not write"""

from email.message import EmailMessage

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_attack_parent import ParentCase


@tagged("post_install", "-at_install")
class TestAttackByMail(ParentCase):
    def setUp(self):
        super().setUp()
        self.count = 0

    def mail(self, sender, to="", words="30 % is fine"):
        self.count += 1
        mail = EmailMessage()
        mail["From"] = sender
        if to:
            mail["To"] = to
        mail["Subject"] = "Pumps"
        mail["Message-Id"] = f"<{self.count}@attack.example.com>"
        mail.set_content(words)
        return mail.as_string()

    def bring(self, user, *args, **kwargs):
        gateway = self.env["mail.thread"]
        return self.rpc(user, gateway, "message_process", *args, **kwargs)

    def half_price(self, **vals):
        line = {"product_id": self.pump.id, "discount": 50.0}
        return {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "team_id": self.team.id,
            "user_id": self.general_manager.id,
            "payment_term_id": self.payment_term.id,
            "order_line": [Command.create(line)],
            **vals,
        }

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_quotation_of_the_general_manager(self):
        """mail.thread.message_process over RPC: a mail whose first line names the
        general manager, with the values of a quotation at half the price | specialist,
        salesperson, reviewer, portal contact | refused, none is made"""
        orders = self.env["sale.order"]
        before = orders.search_count([])
        values = self.half_price()
        nested = {"sale_order_ids": [Command.create(self.half_price())]}
        people = self.specialist, self.outsider, self.reviewer, self.contact
        for user in people:
            for model, given in (("sale.order", values), ("res.partner", nested)):
                mail = self.mail(self.general_manager.email)
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.bring(user, model, mail, custom_values=given)
        self.assertEqual(orders.search_count([]), before)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_records_and_words_of_others(self):
        """The same with a visit under a colleague's account, a level with oneself in
        it, a limit; with the number of a colleague's account, visit, deal, so that
        the manager says something there | specialist, salesperson | refused, nothing
        is made or said"""
        level = {
            "name": "Mine",
            "sequence": 5,
            "company_id": self.company.id,
            "user_ids": [Command.set(self.specialist.ids)],
        }
        made = (
            ("key.account.visit", {"key_account_id": self.other.id}),
            ("key.account.plan", {"key_account_id": self.other.id}),
            ("key.account.authority.level", level),
        )
        said = [self.other, self.theirs["key.account.visit"], self.other_lead]
        for user in (self.specialist, self.outsider):
            for model, values in made:
                count = self.env[model].search_count([])
                mail = self.mail(self.manager.email)
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.bring(user, model, mail, custom_values=values)
                self.assertEqual(self.env[model].search_count([]), count)
            for record in said:
                messages = record.message_ids
                mail = self.mail(self.manager.email)
                with self.subTest(user=user.login, said=record._name):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.bring(user, record._name, mail, thread_id=record.id)
                record.invalidate_recordset()
                self.assertEqual(record.message_ids, messages)

    def test_feedback_entered_as_a_mail(self):
        """message_new and message_update of feedback by RPC, with a sender and a moment
        that nobody wrote | specialist | refused"""
        message = {"email_from": "buyer@golden.example.com", "subject": "Pumps"}
        Feedback = self.env["key.account.feedback"]
        before = Feedback.search_count([])
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, Feedback, "message_new", message, {})
        self.assertEqual(Feedback.search_count([]), before)
        feedback = Feedback.create({"name": "x", "key_account_id": self.account.id})
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, feedback, "message_update", message)
        self.assertFalse(feedback.customer_wrote_on)

    def test_a_mail_as_it_comes(self):
        """A program that brings in a mail for the pipeline of another team, without
        values of its own | a salesperson without a role | the lead is made"""
        mail = self.mail("wu@stranger.example.com")
        lead_id = self.bring(self.outsider, "crm.lead", mail)
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(lead.email_from, "wu@stranger.example.com")

    def test_defaults_of_an_address(self):
        """A mail in the general manager's name to the address of a sales team, whose
        defaults make a quotation at half the price with the deal | Odoo's Sales
        administrator, whoever writes the mail | it is nobody's who could promise it:
        held"""
        domain = self.env["mail.alias.domain"].search([], limit=1)
        domain = domain or domain.create({"name": "east.example.com"})
        self.company.alias_domain_id = domain
        vals = self.half_price()
        # As it is typed there.
        vals["order_line"] = [[0, 0, vals["order_line"][0][2]]]
        defaults = {"type": "opportunity", "order_ids": [[0, 0, vals]]}
        self.plain_team.with_user(self.sales_admin).write(
            {
                "use_leads": True,
                "alias_name": "pumps",
                "alias_domain_id": domain.id,
                "alias_defaults": repr(defaults),
            }
        )
        address = f"pumps@{domain.name}"
        mail = self.mail(self.general_manager.email, address)
        self.env["mail.thread"].message_process(False, mail)
        order = self.env["sale.order"].search([], order="id desc", limit=1)
        self.assertEqual(order.order_line.discount, 50.0)
        self.assertNotEqual(order.terms_author_id, self.general_manager)
        self.refused_rpc(self.general_manager, order, "action_confirm", order=order)

    def test_the_server_goes_on(self):
        """A mail for a record of one's choice, brought in by the server or an
        administrator; an answer to a message, by whoever brings it | OdooBot,
        administrator, salesperson | taken in, as in plain Odoo"""
        admin = self._user(
            "ka_admin", "base.group_system,sales_team.group_sale_manager"
        )
        sender = "stranger@example.com"
        root = self.env["mail.thread"].with_user(self.bot)
        for bring in (
            lambda mail: root.message_process("crm.lead", mail),
            lambda mail: self.bring(admin, "crm.lead", mail),
        ):
            made = bring(self.mail(sender))
            self.assertEqual(self.env["crm.lead"].browse(made).email_from, sender)
