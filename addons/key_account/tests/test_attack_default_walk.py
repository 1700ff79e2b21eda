"""Every value that is refused for a new record, said by one's own default instead"""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_attack_parent import ParentCase

# What nobody compares, or what a default of means nothing for.
_LEFT_OUT = ("one2many", "many2many", "binary", "json", "html", "text", "char")
_FORGED = {
    "boolean": (True, False),
    "integer": (-5, 99),
    "float": (-5.0, 1e9),
    "monetary": (-5.0, 1e9),
    "date": ("1990-01-01", "2090-01-01"),
    "datetime": ("1990-01-01 00:00:00", "2090-01-01 00:00:00"),
}


def more(case):
    """What else a specialist makes, of these values."""
    account, lead = case.account, case.own_lead
    deal = {"partner_id": case.customer.id, "team_id": case.team.id}
    return {
        "crm.lead": {"name": "Deal", "type": "opportunity", **deal},
        "sale.order": {**deal, "company_id": case.company.id},
        "key.account.feedback": {"name": "Late", "key_account_id": account.id},
        "key.account.sample": {
            "subject": "Ring",
            "key_account_id": account.id,
            "opportunity_id": lead.id,
        },
        "key.account.suggestion": {"name": "Idea"},
        "key.account.market": {"name": "Street", "team_id": case.team.id},
        "key.account.canvass": {"name": "Corner"},
        "key.account.visit.plan": {
            "month": "2030-06-01",
            "person_ids": [Command.set(case.specialist.ids)],
        },
    }


class _Undone(Exception):
    """What was tried is taken back."""


@tagged("post_install", "-at_install")
class TestAttackDefaultWalk(ParentCase):
    def candidates(self, model, name):
        """Values that somebody dishonest would give to a field."""
        field = model._fields[name]
        if field.type == "selection":
            return field.get_values(self.env)
        if field.type != "many2one":
            return _FORGED.get(field.type, ())
        theirs = self.theirs.get(field.comodel_name)
        if theirs:
            return (theirs.id,)
        if field.comodel_name == "res.users":
            return (self.colleague.id, self.manager.id)
        if field.comodel_name == "res.company":
            return (self.other_company.id,)
        return (self.other_customer.id,) if field.comodel_name == "res.partner" else ()

    def created(self, model, vals, said=()):
        """What a new record says in these fields, or None where it is refused; nothing
        of it stays."""
        found = None
        try:
            with self.env.cr.savepoint():
                record = model.create(dict(vals))
                self.env.flush_all()
                record = record.sudo()
                found = {
                    name: record._fields[name].convert_to_write(record[name], record)
                    for name in said
                }
                raise _Undone
        except _Undone:
            return found
        except (UserError, IntegrityError):
            return None
        finally:
            self.env.invalidate_all(flush=False)

    def default(self, model, values, user):
        defaults = self.env["ir.default"].with_user(user)
        for name, value in values.items():
            defaults.set(model._name, name, value, user_id=True)

    def refused(self, model, vals):
        """``{field: value}`` of what is refused when it is said; the first one of each
        field."""
        names = [
            name
            for name, field in model._fields.items()
            if field.store and field.type not in _LEFT_OUT and name not in MAGIC_COLUMNS
        ]
        own, found = self.created(model, vals, names), {}
        for name in names:
            for value in self.candidates(model, name):
                if value != own[name] and (
                    self.created(model, {**vals, name: value}) is None
                ):
                    found[name] = value
                    break
        return found

    @mute_logger("odoo.sql_db")
    def test_whatever_is_refused(self):
        """Each value of each field of each model under an account that is refused when
        a record is made with it, as one's own default, all at once and one by one |
        specialist, manager | refused, or the record has a value of its own"""
        count = 0
        others = {name: (self.specialist, vals) for name, vals in more(self).items()}
        for name, (user, vals) in {**self.made, **others}.items():
            count += self.walked(name, user, vals)
        self.assertGreater(count, 100)

    def walked(self, name, user, vals):
        """How many fields of a model were tried: those in which some value is refused
        where it is said."""
        model = self.env[name].with_user(user)
        if name in self.own and self.created(model, vals) is None:
            # There is one of each kind.
            self.own[name].with_user(user).unlink()
        self.assertIsNotNone(self.created(model, vals), name)
        refused = self.refused(model, vals)
        count = len(refused)
        # What no default fills in is asked of all at once, else one by one.
        silent = refused.keys() & model._start_names()
        together = {field: refused.pop(field) for field in silent}
        self.assertIsNotNone(self.made_by_default(model, vals, together), name)
        for field, value in refused.items():
            self.made_by_default(model, vals, {field: value})
        return count

    def made_by_default(self, model, vals, values):
        """What a record made of ``vals`` says where these are said by defaults: a value
        of its own; None where it is refused."""
        rest = {key: vals[key] for key in vals.keys() - values.keys()}
        with self.env.cr.savepoint(flush=False) as point:
            self.default(model, values, model.env.user)
            said = self.created(model, rest, values)
            point.rollback()
        self.env.registry.clear_cache()
        for field, value in values.items() if said else ():
            with self.subTest(model=model._name, field=field):
                own = said[field]
                own = str(own) if hasattr(own, "isoformat") else own
                self.assertNotEqual(own, value)
        return said
