"""Personal notes on people"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_attack_parent import ParentCase

NOTES = "plays go on Sundays"
SPEC = {"personal_notes": {}, "may_see_personal_notes": {}, "key_account_id": {}}


@tagged("post_install", "-at_install")
class TestAttackNotes(ParentCase):
    """The sponsor reads the files of both accounts, and owns a third; notes are not
    for them. Sales support likewise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sponsor = cls._user("ka_sponsor", "key_account.group_specialist")
        (cls.account | cls.other).sponsor_id = cls.sponsor
        # On the account team one may read them.
        cls.own["key.account.member"].unlink()
        cls.third = cls.env["key.account"].create(
            {
                "partner_id": cls.plain_customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.sponsor.id,
            }
        )
        cls.person = cls.own["key.account.stakeholder"]
        cls.person.with_user(cls.specialist).personal_notes = NOTES
        cls.env.flush_all()
        cls.env.invalidate_all()

    def shown(self, user, record, values, spec=None):
        spec = spec or SPEC
        ids = [] if record else [[]]
        found = self.rpc(user, record, "onchange", *ids, values, list(values), spec)
        self.env.invalidate_all()
        return str(found["value"])

    def test_in_a_form(self):
        """onchange of a person with no account, or with one's own; with the right to
        see said by the form | sponsor, sales support | nothing shown"""
        for user in (self.sponsor, self.support):
            for values in (
                {"key_account_id": False},
                {"key_account_id": self.third.id},
                {"may_see_personal_notes": True, "key_account_id": False},
                {},
            ):
                try:
                    shown = self.shown(user, self.person, values)
                except AccessError as error:
                    shown = str(error)
                self.assertNotIn(NOTES, shown)
        self.person.invalidate_recordset()
        mine = self.person.with_user(self.specialist)
        self.assertEqual(mine.personal_notes, NOTES)

    def test_in_the_form_of_an_account(self):
        """onchange of one's own account with the person linked to it | sponsor |
        nothing shown"""
        spec = {"stakeholder_ids": {"fields": SPEC}}
        for commands in (
            [Command.link(self.person.id)],
            [Command.update(self.person.id, {"key_account_id": False})],
        ):
            for account in (self.third, self.account):
                try:
                    values = {"stakeholder_ids": commands}
                    shown = self.shown(self.sponsor, account, values, spec)
                except UserError as error:
                    shown = str(error)
                self.assertNotIn(NOTES, shown)

    def test_moved_or_copied(self):
        """The person moved, or copied, to an account of one's own | sponsor, sales
        support | refused, or without the notes"""
        for user in (self.sponsor, self.support):
            with self.assertRaises(AccessError):
                self.rpc(user, self.person, "write", {"key_account_id": self.third.id})
            self.assertEqual(self.person.key_account_id, self.account)
            copy = self.person.with_user(user).copy({"key_account_id": self.third.id})
            self.assertFalse(copy.sudo().personal_notes_stored)
        self.rpc(self.manager, self.person, "write", {"key_account_id": self.third.id})
        self.assertEqual(self.person.sudo().personal_notes_stored, NOTES)

    def test_nobodys_by_default(self):
        """A new person in a form, without an account | sponsor | nobody's notes"""
        person = self.env["key.account.stakeholder"].with_user(self.sponsor).new({})
        self.assertFalse(person.may_see_personal_notes)

    def test_noted_by_ones_own_default(self):
        """ir.default of the field in which notes are kept, which nobody may write; then
        a person is entered | specialist, sales support | entered without notes"""
        people = self.env["key.account.stakeholder"]
        for user in (self.specialist, self.support):
            args = people._name, "personal_notes_stored", "Likes presents"
            self.rpc(user, self.env["ir.default"], "set", *args, user_id=True)
            contact = self.env["res.partner"].create(
                {"name": "Mr Wu", "parent_id": self.customer.id}
            )
            vals = {"key_account_id": self.account.id, "partner_id": contact.id}
            made = people.browse(self.rpc(user, people, "create", vals))
            self.assertFalse(made.sudo().personal_notes_stored)
