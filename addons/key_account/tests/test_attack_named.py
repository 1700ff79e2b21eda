"""Names told by forms: of what somebody names by its number, and may not read"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_attack_parent import ParentCase

SECRET = "Secret Turbines"


@tagged("post_install", "-at_install")
class TestAttackNamed(ParentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._user("ka_employee", "base.group_user")
        cls.strangers = cls.specialist, cls.employee, cls.outsider

    def answer(self, user, model, values, spec, context=None):
        """What the form says, as text: when it opens, when it is changed; nothing where
        it is refused."""
        said = ""
        records = self.env[model] if isinstance(model, str) else model
        for names in ([], list(values)):
            self.env.invalidate_all()
            try:
                with self.env.cr.savepoint(), mute_logger("odoo.models"):
                    said += str(
                        self.rpc(
                            user,
                            records,
                            "onchange",
                            *(() if records else ([],)),
                            dict(values),
                            names,
                            spec,
                            context=context,
                        )
                    )
            except UserError:
                continue
        return said

    def naming(self, target):
        """(model, field) of each field by which a record of a model is named."""
        return [
            (name, field.name)
            for name, model in self.registry.models.items()
            if not model._abstract
            for field in model._fields.values()
            if field.type == "many2one" and field.comodel_name == target
        ]

    def test_counting_numbers_up(self):
        """onchange with the number of a colleague's account or visit in each field of
        each model that can name one, as value, as default of the context | specialist,
        plain employee, salesperson | refused, or no name"""
        tried = 0
        for target in ("key.account", "key.account.visit"):
            record = self.theirs[target]
            self.assertIn(SECRET, record.display_name)
            for model, name in self.naming(target):
                tried += 1
                spec = {name: {"fields": {"display_name": {}}}}
                for user in self.strangers:
                    with self.subTest(model=model, field=name, user=user.login):
                        said = self.answer(user, model, {name: record.id}, spec)
                        self.assertNotIn(SECRET, said)
                        context = {f"default_{name}": record.id}
                        said = self.answer(user, model, {}, spec, context)
                        self.assertNotIn(SECRET, said)
        self.assertGreater(tried, 20)

    def test_documents_of_odoo(self):
        """onchange with the number of a colleague's quotation, deal or task in each
        field of ours that can name one, as value, as default of the context |
        specialist, plain employee, salesperson | refused, or no name"""
        tried = 0
        lead = self.theirs["crm.lead"]
        lead.name = SECRET
        order = self.theirs["sale.order"]
        task = lead.activity_schedule(
            "mail.mail_activity_data_todo", summary=SECRET, user_id=self.colleague.id
        )
        for record, secret in ((order, order.name), (lead, SECRET), (task, SECRET)):
            for model, name in self.naming(record._name):
                field = self.env[model]._fields[name]
                if not next(iter(field._modules), "").startswith("key_account"):
                    continue
                tried += 1
                spec = {name: {"fields": {"display_name": {}}}}
                for user in self.strangers:
                    with self.subTest(model=model, field=name, user=user.login):
                        said = self.answer(user, model, {name: record.id}, spec)
                        self.assertNotIn(secret, said)
                        context = {f"default_{name}": record.id}
                        said = self.answer(user, model, {}, spec, context)
                        self.assertNotIn(secret, said)
        self.assertGreater(tried, 20)

    def test_opened_on_a_record_there_is(self):
        """onchange of one's own records as if their forms opened, with the number of a
        colleague's account or visit as default of the context | specialist | refused,
        or no name"""
        tried = 0
        for target in ("key.account", "key.account.visit"):
            for model, name in self.naming(target):
                if own := self.own.get(model):
                    tried += 1
                    context = {f"default_{name}": self.theirs[target].id}
                    spec = {name: {"fields": {"display_name": {}}}}
                    with self.subTest(model=model, field=name):
                        said = self.answer(self.specialist, own, {}, spec, context)
                        self.assertNotIn(SECRET, said)
        self.assertGreater(tried, 10)

    def test_by_model_and_number(self):
        """onchange of an activity, a message, a rating, which name what they are about
        by its model and number; the same in a line of another form | specialist, plain
        employee, salesperson | refused, no name"""
        visit = self.theirs["key.account.visit"]
        number = self.env["ir.model"]._get_id(visit._name)
        about = {"res_model_id": number, "res_id": visit.id}
        shown = {"fields": {"display_name": {}}}
        lead = {"opportunity_id": {"fields": {"key_account_id": shown}}}
        place = {"res_model": visit._name, "res_id": visit.id}
        tries = (
            ("mail.activity", about, {"res_name": {}}),
            ("mail.activity", place, {"res_name": {}}),
            (
                "mail.message",
                {"model": visit._name, "res_id": visit.id},
                {"record_name": {}},
            ),
            ("rating.rating", place, {"res_name": {}}),
            (
                "crm.lead",
                {"order_ids": [[0, "new", {"key_account_id": self.other.id}]]},
                {"order_ids": {"fields": {"key_account_id": shown}}},
            ),
            (
                "calendar.event",
                {"opportunity_id": {"key_account_id": self.other.id}},
                lead,
            ),
        )
        for user in self.strangers:
            for model, values, spec in tries:
                with self.subTest(user=user.login, model=model, values=values):
                    said = self.answer(user, model, values, spec)
                    self.assertNotIn(SECRET, said)

    def test_what_one_may_read_goes_on(self):
        """The form of an activity on one's own visit; of a new quotation for a
        customer whose file one may not read, and of one there is | specialist,
        salesperson | named as before"""
        visit = self.own["key.account.visit"]
        number = self.env["ir.model"]._get_id(visit._name)
        about = {"res_model_id": number, "res_id": visit.id}
        said = self.answer(self.specialist, "mail.activity", about, {"res_name": {}})
        self.assertIn(visit.display_name, said)
        spec = {
            "partner_id": {"fields": {"display_name": {}}},
            "key_account_id": {"fields": {"display_name": {}}},
            "note": {},
        }
        salesman = self.outsider
        customer = self.other_customer
        self.assertFalse(self.other.with_user(salesman).has_access("read"))
        orders = self.env["sale.order"]
        values = {"partner_id": customer.id, "key_account_id": self.other.id}
        said = self.rpc(
            salesman, orders, "onchange", [], values, ["partner_id"], {**spec}
        )
        self.assertNotIn("warning", said)
        order = orders.with_user(salesman).create({"partner_id": customer.id})
        said = self.rpc(
            salesman,
            order,
            "onchange",
            {**values, "note": "x", "order_line": [Command.clear()]},
            ["note"],
            {**spec},
        )
        self.assertNotIn("warning", said)
