"""Wizards that somebody else has opened"""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_attack_parent import ParentCase

# What a field that a wizard needs may be filled with, by its type.
_FILLED = {
    "boolean": True,
    "integer": 1,
    "float": 1.0,
    "char": "Secret words",
    "text": "Secret words",
    "date": "2030-01-01",
    "datetime": "2030-01-01 08:00:00",
    "binary": "c2VjcmV0",
}


@tagged("post_install", "-at_install")
class TestAttackWizards(ParentCase):
    def wizards(self):
        """The models of all wizards of ours, as superuser code."""
        for name in sorted(self.registry):
            model = self.env[name]
            ours = model._original_module in ("key_account", "key_account_reports")
            if ours and model._transient:
                yield model

    def opened(self, model, user):
        """One that this user has opened: each field that it needs is filled in; none
        where there is nothing to fill it with."""
        model = model.with_user(user).sudo()
        names = [name for name, field in model._fields.items() if field.required]
        given = model.default_get(names)
        vals = {name: self.filled(model._fields[name], user) for name in names}
        vals.update({name: value for name, value in given.items() if value})
        try:
            with self.env.cr.savepoint():
                made = model.create(vals)
                self.env.flush_all()
        except (IntegrityError, UserError):
            return model.browse()
        # Some lines are their wizard's own, which has thrown them away.
        return made.exists()

    def filled(self, field, user):
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type not in ("many2one", "many2many"):
            return _FILLED[field.type]
        comodel = self.env[field.comodel_name]
        if comodel._transient:
            record = self.opened(comodel, user)
        else:
            record = self.theirs.get(comodel._name) or comodel.sudo().search(
                [], limit=1
            )
        return record.id if field.type == "many2one" else record.ids

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_what_somebody_else_entered(self):
        """search_read, read, web_read, write, unlink of every wizard of ours that a
        colleague has opened | specialist, manager, director, support, configuration,
        appraiser | not found; refused, it stays as it is"""
        appraiser = self._user("ka_judge", "key_account.group_appraiser")
        owner = self._user(
            "ka_owner", "key_account.group_director,key_account.group_configuration"
        )
        users = self.specialist | self.manager | self.director | self.support
        users |= self.configurator | self.reviewer | appraiser
        tried = set()
        for model in self.wizards():
            theirs = self.opened(model, owner)
            for user in users if theirs else ():
                if not model.with_user(user).has_access("read"):
                    continue
                tried.add(model._name)
                with self.subTest(model=model._name, user=user.login):
                    found = self.rpc(user, model, "search_read", [], ["create_uid"])
                    self.assertNotIn(theirs.id, [each["id"] for each in found])
                    for method, *args in (
                        ("read", ["create_uid"]),
                        ("web_read", {"create_uid": {}}),
                        ("write", {}),
                        ("unlink",),
                    ):
                        with self.assertRaises(AccessError):
                            self.rpc(user, theirs, method, *args)
                    self.assertTrue(theirs.exists())
        self.assertGreater(len(tried), 15)

    def test_ones_own(self):
        """The same of a wizard that one has opened oneself | specialist | allowed"""
        wizards = self.env["key.account.exception.request"]
        vals = {"opportunity_id": self.own_lead.id, "proposal": "Half the price"}
        made = self.rpc(self.specialist, wizards, "create", vals)
        wizard = wizards.browse(made)
        self.rpc(self.specialist, wizard, "write", {"proposal": "Less"})
        read = self.rpc(self.specialist, wizard, "read", ["proposal"])
        self.assertEqual(read[0]["proposal"], "Less")
        self.rpc(self.specialist, wizard, "unlink")
