"""What only the process writes, of every model that keeps something."""

from contextlib import contextmanager, suppress
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, models
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ..models.shared.unlocked import Unlocked
from .common import KeyAccountCommon

FORGED = {
    "boolean": True,
    "integer": 7,
    "float": 7.0,
    "monetary": 7.0,
    "char": "forged",
    "text": "forged",
    "html": "<p>forged</p>",
    "date": "2001-01-01",
    "datetime": "2001-01-01 00:00:00",
    "many2one": 2,
    "many2one_reference": 2,
    "one2many": [Command.set([1])],
    "many2many": [Command.set([1])],
    "json": {"forged": True},
}
REFUSAL = "recorded by the process itself"


@tagged("post_install", "-at_install")
class TestKept(KeyAccountCommon):
    """Walks through all models with kept fields: a new one is attacked the day it is
    made."""

    def kept_models(self):
        """The models with kept fields, as superuser code."""
        names = self.env.registry.descendants(["key.account.kept"], "_inherit")
        for name in sorted(names):
            model = self.env[name]
            evidence = hasattr(model, "_record")
            if not (model._abstract or evidence) and model._kept_names():
                yield model

    def attacks(self):
        """(model, field, forged value) of every kept field there is."""
        for model in self.kept_models():
            for name in sorted(model._kept_names()):
                field = model._fields[name]
                if field.type == "selection":
                    start = field.default(model) if field.default else False
                    choices = field.get_values(self.env)
                    yield model, name, next(c for c in choices if c != start)
                else:
                    yield model, name, FORGED[field.type]

    @contextmanager
    def refused(self):
        with self.assertRaises(AccessError) as refusal:
            yield
        self.assertIn(REFUSAL, str(refusal.exception))

    def test_there_are_models_that_keep_something(self):
        found = {model._name for model in self.kept_models()}
        self.assertLessEqual(
            {
                "account.move",
                "crm.lead",
                "calendar.event",
                "crm.stage",
                "key.account",
                "key.account.agreement",
                "key.account.authority.grant",
                "key.account.contract.review",
                "key.account.contract.review.item",
                "key.account.deadline.notice",
                "key.account.diagnosis",
                "key.account.evaluation",
                "key.account.plan",
                "key.account.requirement",
                "key.account.visit",
                "sale.order",
            },
            found,
        )

    def test_values_are_refused(self):
        for model, name, value in self.attacks():
            with self.subTest(model=model._name, field=name):
                with self.refused():
                    model.write({name: value})
                with self.refused():
                    model.create({name: value})
                with self.refused():
                    model.create([{}, {name: value}])

    def test_a_default_in_the_context_is_refused(self):
        for model, name, value in self.attacks():
            with self.subTest(model=model._name, field=name):
                forging = model.with_context(**{f"default_{name}": value})
                if name in model._left_aside_names():
                    forging._assert_kept_start([{}])
                else:
                    with self.refused():
                        forging.create({})
                self.assertNotEqual(forging.default_get([name]).get(name), value)

    def test_somebodys_own_default_does_not_count(self):
        for model, name, value in self.attacks():
            if model._fields[name].type not in ("one2many", "many2many", "json"):
                with self.subTest(model=model._name, field=name):
                    self.env["ir.default"].set(model._name, name, value)
                    found = model.default_get([name]).get(name)
                    self.assertNotEqual(found, value)

    def test_forged_keys_unlock_nothing(self):
        for model, name, value in self.attacks():
            forgeries = (
                True,
                [model._name, [name]],
                (model._name, frozenset([name])),
                {"model": model._name, "names": [name]},
                Unlocked("res.partner", frozenset([name])),
                Unlocked(model._name, frozenset(["create_uid"])),
            )
            for forgery in forgeries:
                with self.subTest(model=model._name, field=name, forgery=forgery):
                    forging = model.with_context(key_account_unlocked=forgery)
                    with self.refused():
                        forging.write({name: value})
                    with self.refused():
                        forging.create({name: value})

    def test_an_import_is_refused(self):
        for model, name, value in self.attacks():
            if model._fields[name].type in ("boolean", "char", "date", "datetime"):
                with self.subTest(model=model._name, field=name):
                    result = model.load([name], [[str(value)]])
                    self.assertFalse(result["ids"])
                    self.assertIn(REFUSAL, str(result["messages"]))

    def test_the_ways_of_the_process_are_private(self):
        for model in self.kept_models():
            for name in ("_write_kept", "_set_kept", "_unlocked"):
                with self.assertRaises(AccessError):
                    get_public_method(model, name)

    @freeze_time("2026-11-28 10:00:00")
    def test_what_a_form_sends_along_is_accepted(self):
        """A start value changes nothing, be it said by values or by the context."""
        for model in self.kept_models():
            start = model.default_get(sorted(model._kept_names()))
            model._assert_kept_start([start])
            defaults = {f"default_{name}": value for name, value in start.items()}
            model.with_context(**defaults)._assert_kept_start([{}])

    def test_a_copy_starts_anew(self):
        for model in self.kept_models():
            record = model.sudo().with_context(active_test=False).search([], limit=1)
            # Evidence is not copied at all.
            with suppress(AccessError):
                for copied in record.copy_data():
                    self.assertFalse(model._kept_names().intersection(copied))

    def test_a_copy_of_a_grant_is_given_by_whoever_copies(self):
        deal = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        grants = self.env["key.account.authority.grant"].with_user(self.manager)
        grant = grants.create(
            {
                "opportunity_id": deal.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "dimension": "discount",
                "value": 6.0,
            }
        )
        self.assertEqual(grant.granted_by_id, self.manager)
        copied = grant.with_user(self.general_manager).copy()
        self.assertEqual(copied.granted_by_id, self.general_manager)
        self.assertEqual(copied.customer_id, self.customer)

    def test_the_right_is_for_these_fields_alone(self):
        for model in self.kept_models():
            for name in sorted(model._kept_names()):
                unlocked = model._unlocked(["create_uid"])
                with self.subTest(model=model._name, field=name), self.refused():
                    unlocked.write({name: False})
                with self.subTest(model=model._name, field=name), self.refused():
                    unlocked.create({name: False})

    def test_the_right_ends_with_the_write(self):
        """What a write of the process triggers is locked again."""
        carried, write = [], models.BaseModel.write

        def spy(records, vals):
            carried.append(records.env.context.get("key_account_unlocked"))
            return write(records, vals)

        with patch.object(models.BaseModel, "write", spy):
            for model in self.kept_models():
                for name in sorted(model._kept_names()):
                    model._write_kept({name: False})
        self.assertTrue(carried)
        self.assertFalse([each for each in carried if each])
