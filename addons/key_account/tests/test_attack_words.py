"""Refusals, and wizards, that tell of what one may not read"""

import inspect

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SPECIALIST
from .test_attack_parent import ParentCase

# What an argument may well be called with, by its name; anything else gets 1.
_ARGUMENTS = {
    "decision": "quote",
    "reason": "Because",
    "comment": "Because",
    "proposal": "Buy it",
    "body": "Hello",
    "vals": {},
    "values": {},
    "vals_list": [],
    "domain": [],
    "field_names": [],
    "fields": [],
    "fields_spec": {"display_name": {}},
    "specification": {"display_name": {}},
    "groupby": [],
    "date": "2030-01-01",
}
# What belongs to the ORM itself, and answers of no record.
_NOT_CALLED = {"init", "fetch", "browse", "filtered", "filtered_domain", "mapped"}


class WordsCase(ParentCase):
    """Of ``self.theirs``, ``self.beyond`` may read nothing: an employee, a portal user
    and a specialist of another team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.theirs["sale.order"]
        cls.other_lead.name = "Hidden Rotor"
        cls.employee = cls._user("ka_employee", "base.group_user")
        cls.elsewhere = cls._user("ka_elsewhere", SPECIALIST)
        cls.env["crm.team"].create(
            {
                "name": "Elsewhere",
                "company_id": cls.company.id,
                "is_key_account": True,
                "member_ids": [(6, 0, cls.elsewhere.ids)],
            }
        )
        cls.beyond = [cls.employee, cls.stranger, cls.elsewhere]
        line = cls.theirs["key.account.requirement"]
        line._write_kept({"state": "outside"})
        cls.other_lead._record_exception("request", line, proposal="Buy it")
        cls.theirs["key.account.ruling"] = cls.other_lead.ruling_ids[:1]
        cls.env.flush_all()

    def secrets(self):
        return {
            "Hidden Rotor",
            "Secret Turbines",
            "Mr Secret",
            "Quality agreement",
            "Ka Colleague",
            "Ka Manager",
            self.other.code,
            self.theirs["sale.order"].name,
        }

    def told(self, words, by):
        """The secrets that these words tell, the user's own name not among them."""
        return [(by, secret, words) for secret in self.secrets() if secret in words]

    def tried(self, user, records, method, *args, **kwargs):
        """What a call answers, in words; nothing is left of it."""
        self.env.invalidate_all()
        if not records and not hasattr(getattr(records, method), "_api_model"):
            # A method of records is given a list of them, be it an empty one.
            args = ([], *args)
        try:
            with self.env.cr.savepoint():
                answer = str(self.rpc(user, records, method, *args, **kwargs))
                raise _Undone
        except _Undone:
            return answer
        except (UserError, AccessDenied) as error:
            return str(error)
        except Exception:
            # A wrong argument: the caller is told of the code, in a trace of their own.
            return ""
        finally:
            self.env.invalidate_all()


class _Undone(Exception):
    """Nothing of a call shall stay."""


@tagged("post_install", "-at_install")
class TestAttackWords(WordsCase):
    def methods(self, model):
        """Public methods of our modules that RPC reaches on this model."""
        names = set()
        for base in type(model).mro():
            if base.__module__.startswith("odoo.addons.key_account"):
                names.update(vars(base))
        for name in sorted(names - _NOT_CALLED):
            if name.startswith("_") or not inspect.isfunction(
                inspect.unwrap(getattr(type(model), name, None) or _NOT_CALLED.copy)
            ):
                continue
            try:
                yield name, get_public_method(model, name)
            except (AccessError, AttributeError):
                continue

    def arguments(self, method):
        parameters = list(inspect.signature(method).parameters.values())[1:]
        return [
            _ARGUMENTS.get(each.name, 1)
            for each in parameters
            if each.kind == each.POSITIONAL_OR_KEYWORD
        ]

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_access")
    def test_every_public_method(self):
        """Every public method of every model on what one may not read | employee,
        portal customer, specialist of another team | refused in words that name
        nothing of it"""
        told, called = [], 0
        for model, record in self.theirs.items():
            for name, method in self.methods(record):
                arguments = self.arguments(method)
                if getattr(method, "_api_model", False):
                    continue
                for user in self.beyond:
                    if record.with_user(user).has_access("read"):
                        continue
                    for given in (arguments, []):
                        called += 1
                        words = self.tried(user, record, name, *given)
                        told += self.told(words, f"{user.login} {model}.{name}")
        self.assertFalse(told)
        self.assertGreater(called, 300)

    def test_ruling(self):
        """Ruling on a deal one may not read | employee, portal customer, specialist of
        another team | refused, and neither the deal nor who rules is named; a manager
        is told"""
        for user in self.beyond:
            for reason in ("Fine", ""):
                words = self.tried(
                    user, self.other_lead, "action_rule", "quote", reason
                )
                self.assertIn("no access to this opportunity", words)
                self.assertFalse(self.told(words, user.login))

    def test_deciding(self):
        """Approving, rejecting or giving back a quotation one may not read | employee,
        specialist of another team | refused, and nothing of it is named"""
        for user in (self.employee, self.elsewhere):
            for action in ("action_approve", "action_reject", "action_send_back"):
                words = self.tried(user, self.theirs["sale.order"], action, "Fine")
                self.assertIn("no access to this quotation", words)
                self.assertFalse(self.told(words, user.login))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_access")
    def test_confirming(self):
        """Confirming, sending, sharing, mailing a held quotation one may not read, by
        every button of quotation and deal, Odoo's own too | specialist of another team,
        with the right to share | refused, and nothing of it is named"""
        order = self.theirs["sale.order"]
        self.elsewhere.group_ids |= self.env.ref("base.group_partner_manager")
        user, told = self.elsewhere, []
        for record in (order, self.other_lead):
            for name in dir(type(record)):
                if not name.startswith("action_"):
                    continue
                method = get_public_method(record, name)
                if getattr(method, "_api_model", False):
                    continue
                for given in (self.arguments(method), []):
                    words = self.tried(user, record, name, *given)
                    told += self.told(words, f"{record._name} {name}")
        place = {"res_model": "sale.order", "res_id": order.id}
        customer = {"partner_ids": [(6, 0, self.customer.ids)]}
        shares, composers = self.env["portal.share"], self.env["mail.compose.message"]
        words = self.tried(user, shares, "create", [{**place, **customer}])
        told += self.told(words, "portal.share")
        for mode in ("comment", "mass_mail"):
            values = {"composition_mode": mode, "model": "sale.order"}
            values["res_ids"] = str(order.ids)
            composer = composers.with_user(user).create(values)
            told += self.told(self.tried(user, composer, "action_send_mail"), mode)
            values["template_id"] = self.template.id
            told += self.told(self.tried(user, composers, "create", [values]), mode)
        self.assertFalse(told)

    def test_confirmed_with_full_rights(self):
        """What another module confirms with full rights for whoever plans a task for it
        (sale_project) | employee who may not read it; whoever may | refused without its
        terms; with them"""
        for user, told in ((self.appraiser, False), (self.specialist, True)):
            order = self.order.with_user(user).sudo()
            words = self.refused(order.action_confirm)
            self.assertEqual("50.0" in words, told, words)

    def test_writing(self):
        """Writing signature, signer, totals, state of a quotation one may not read |
        employee, portal customer, specialist of another team | refused, and nothing of
        it is named"""
        order = self.theirs["sale.order"]
        told = []
        for user in self.beyond:
            self.assertFalse(order.with_user(user).has_access("read"))
            for vals in (
                {"signature": "iVBORw0KGgo="},
                {"signed_by": "Me"},
                {"signed_on": "2030-01-01 10:00:00"},
                {"amount_total": 1},
                {"state": "sent"},
                {"state": "cancel"},
                {"partner_id": self.customer.id},
                {"payment_term_id": False},
            ):
                words = self.tried(user, order, "write", vals)
                self.assertTrue(words)
                told += self.told(words, f"{user.login} {vals}")
        self.assertFalse(told)

    def test_second_file(self):
        """A second file for a customer of another company | specialist | refused, and
        neither the file nor its company or keeper is named; in the company itself they
        are"""
        vals = {"partner_id": self.other_customer.id}
        words = self.tried(
            self.specialist,
            self.env["key.account"],
            "create",
            [{**vals, "company_id": self.company.id}],
        )
        self.assertIn(self.other.code, words)
        abroad = self._user("ka_abroad", SPECIALIST)
        abroad.write(
            {
                "company_ids": [(6, 0, self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        file = self.env["key.account"].create(
            {
                **vals,
                "company_id": self.other_company.id,
                "user_id": abroad.id,
            }
        )
        words = self.tried(
            self.specialist,
            self.env["key.account"],
            "create",
            [{**vals, "company_id": self.other_company.id}],
        )
        self.assertIn("cannot be opened", words)
        for secret in (file.code, "Europe", "Ka Abroad", "Secret Turbines"):
            self.assertNotIn(secret, words)

    def wizards(self):
        """(model, field, record) of all wizards that are about one of ours."""
        for model in self.env.registry.values():
            if not model._transient or not any(
                base.__module__.startswith("odoo.addons.key_account")
                for base in model.mro()
            ):
                continue
            for field in model._fields.values():
                record = self.theirs.get(field.comodel_name)
                if (
                    record
                    and not field.compute
                    and not field.related
                    and any(each.startswith("key_account") for each in field._modules)
                ):
                    yield model._name, field, record

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    @mute_logger("odoo.sql_db", "odoo.models")
    def test_every_wizard(self):
        """Every wizard opened or created on what one may not read, by value or by the
        context | employee, portal customer, specialist of another team | refused, or
        shows no name"""
        told, seen = [], set()
        for model, field, record in self.wizards():
            seen.add(model)
            wizard = self.env[model]
            many = field.type == "many2many"
            values = (
                [[[6, 0, record.ids]], [[4, record.id]], [[1, record.id, {}]]]
                if many
                else [record.id, {"id": record.id}]
            )
            spec = {
                name: {"fields": {"display_name": {}}} if each.relational else {}
                for name, each in wizard._fields.items()
                if name != "id"
            }
            contexts = [
                {f"default_{field.name}": record.ids if many else record.id},
                {
                    "active_model": record._name,
                    "active_id": record.id,
                    "active_ids": record.ids,
                },
            ]
            for user in self.beyond:
                if record.with_user(user).has_access("read"):
                    continue
                by = f"{user.login} {model}.{field.name}"
                answers = [
                    self.tried(user, wizard, "onchange", {field.name: value}, n, spec)
                    for value in values
                    for n in ([], [field.name])
                ]
                answers += [
                    self.tried(user, wizard, "onchange", {}, [], spec, context=context)
                    for context in contexts
                ]
                answers += [
                    self.tried(user, wizard, "web_save", {field.name: value}, spec)
                    for value in values
                ]
                # Nobody was stopped by nothing but wrong arguments.
                self.assertTrue(any(answers), by)
                for words in answers:
                    told += self.told(words, by)
        self.assertFalse(told)
        self.assertGreaterEqual(len(seen), 8)
