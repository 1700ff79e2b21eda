"""Fields: what is ours alone on records that others may read"""

from unittest.mock import patch

from odoo import models
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import AttackCase

OURS = ("key_account", "key_account_reports")
# What the set-up of Odoo's own records says to every employee: how a team works, and
# with which deadlines. Nothing of a customer, a deal or a person's authority.
EMPLOYEE_MODELS = {"crm.stage", "crm.team", "res.company"}


class Closing(models.BaseModel):
    """Another module, which closes a field of Odoo in code."""

    _register = False

    def _has_field_access(self, field, operation):
        return field.name != "phone" and super()._has_field_access(field, operation)


@tagged("post_install", "-at_install")
class TestAttackFields(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._user("ka_employee", "base.group_user")
        cls.public = cls.env.ref("base.public_user")

    def of_others(self):
        """(model, our fields on it) for every model that is not ours."""
        for name in sorted(self.registry):
            model = self.env[name]
            if model._original_module in OURS or model._abstract:
                continue
            fields = [
                field
                for field in model._fields.values()
                if field._modules and field._modules[0] in OURS and not field.inherited
            ]
            if fields and not model._transient:
                yield model, fields

    def readable(self, user):
        """Our fields that this user may read on models that they may read."""
        found = {}
        for model, fields in self.of_others():
            asked = model.with_user(user)
            if not asked.has_access("read"):
                continue
            described = asked.fields_get([field.name for field in fields])
            if described:
                found[model._name] = set(described)
        return found

    def test_no_field_of_ours_is_open(self):
        """fields_get of every model of Odoo that has fields of ours, as the public, as
        the customer | public user, portal user | no field of ours, whatever other
        modules let them read"""
        count = 0
        for model, fields in self.of_others():
            for field in fields:
                for user in (self.public, self.contact, self.stranger):
                    asked = model.with_user(user)
                    self.assertFalse(asked._has_field_access(field, "read"), field)
                    self.assertFalse(asked._has_field_access(field, "write"), field)
                count += 1
        self.assertGreater(count, 80)
        for user in (self.public, self.contact):
            self.assertFalse(self.readable(user))

    def test_odoo_says_the_same(self):
        """Each field of the seven models, by the short way that Odoo's open fields take
        | public, customer, employee, sales administrator | open or closed as Odoo says
        """
        users = (self.public, self.contact, self.employee, self.sales_admin)
        inner = self.env.registry["key.account.inner"]._inherit_children
        for name in sorted(inner):
            model = self.env[name]
            self.assertTrue(model._open_names, name)
            for user in users:
                asked = model.with_user(user)
                short = self.open_fields(asked)
                sets = dict.fromkeys(("_open_names", "_inner_names"), frozenset())
                with patch.multiple(self.registry[name], **sets):
                    self.assertEqual(self.open_fields(asked), short, name)
        self.assertGreaterEqual(len(inner), 7)

    def test_another_module_is_asked(self):
        """A field of Odoo that another module closes in code | sales administrator |
        closed, that module goes on being asked"""

        class Lead(self.registry["crm.lead"], Closing):
            _register = False

        leads = self.env["crm.lead"].with_user(self.sales_admin)
        closing = Lead(leads.env, (), ())
        closing._post_model_setup__()
        self.assertNotIn("phone", self.open_fields(closing))
        self.assertIn("phone", self.open_fields(leads))

    def open_fields(self, model):
        return {
            field.name
            for field in model._fields.values()
            if model._has_field_access(field, "read")
        }

    def test_models_of_ours(self):
        """Access to every model of ours | public user, portal user | none"""
        for name in self.registry:
            model = self.env[name]
            if model._original_module not in OURS or model._abstract:
                continue
            for user in (self.public, self.contact):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(model.with_user(user).has_access(operation), name)

    def test_the_customer_reads_the_quotation(self):
        """read, web_read, search_read, search, order, formatted_read_group by who must
        sign off, discount, author | the customer's portal user | refused"""
        order = self.sent(8.0)
        names = (
            "authority_level_id",
            "terms_author_id",
            "authority_discount",
            "authority_valid_until",
            "authority_state",
            "approver_ids",
            "key_account_id",
        )
        orders = self.env["sale.order"]
        read = self.rpc(self.contact, order, "read", ["name", "amount_total"])
        self.assertEqual(read[0]["name"], order.name, "their own quotation")
        for name in names:
            for method, args in (
                ("search_read", [[(name, "!=", False)], ["name"]]),
                ("search", [[(name, "!=", False)], 0, 1, "id"]),
                ("search_count", [[(name, "=", False)]]),
                ("search", [[], 0, 1, name]),
                ("formatted_read_group", [[], [name], ["__count"]]),
                ("search_read", [[], [name]]),
            ):
                with self.subTest(name, method=method), self.assertRaises(AccessError):
                    self.rpc(self.contact, orders, method, *args)
            with self.assertRaises(AccessError):
                self.rpc(self.contact, order, "read", [name])
            with self.assertRaises(AccessError):
                self.rpc(self.contact, order, "web_read", {name: {}})
        with self.assertRaises(AccessError):
            self.rpc(
                self.contact,
                self.env["sale.order.line"],
                "search_read",
                [("order_id.authority_discount", ">", 5)],
                ["name"],
            )

    def test_what_an_employee_reads(self):
        """Fields of ours on models of Odoo that every employee may read | plain
        employee | how teams work, and the company's settings"""
        found = self.readable(self.employee)
        meeting = found.pop("calendar.event", set())
        # Private, and empty for others: see the calendar's attacks.
        self.assertEqual(meeting, {"key_account_visit_id"})
        self.assertEqual(found.keys(), EMPLOYEE_MODELS)
