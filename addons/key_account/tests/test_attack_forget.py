"""People who must be forgotten"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_canvass_forget import ForgetCase
from .test_stakeholder import PeopleCase


@tagged("post_install", "-at_install")
class TestAttackForget(PeopleCase):
    def test_by_others(self):
        """Forgetting a person by RPC | specialist, sales support, manager of another
        team; the private way | refused, nothing forgotten"""
        for user in (self.specialist, self.support, self.other_manager):
            with self.assertRaises(AccessError):
                self.rpc(user, self.person, "action_anonymise")
        with self.assertRaises(AccessError):
            self.rpc(self.manager, self.person, "_anonymise")
        self.assertEqual(self.contact.name, "Ms Li")

    def test_of_another_teams_file(self):
        """Forgetting a person who stands in another team's file, too | manager of one
        team | refused, and the other file is not named; a director may"""
        team = self.team.copy({"name": "Others", "key_account_manager_ids": False})
        team.user_id = self.other_manager
        elsewhere = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "team_id": team.id,
                "user_id": self.other_manager.id,
            }
        )
        self.person.copy({"key_account_id": elsewhere.id})
        with self.assertRaisesRegex(AccessError, "Ask a director") as refusal:
            self.rpc(self.manager, self.person, "action_anonymise")
        self.assertNotIn("Corner Shop", str(refusal.exception))
        self.rpc(self.director, self.person, "action_anonymise")
        self.assertNotEqual(self.contact.name, "Ms Li")

    def test_who_logs_in_or_is_a_company(self):
        """Forgetting somebody with a login, or a company | manager | refused"""
        self.env["res.users"].create(
            {
                "login": "ka_li",
                "partner_id": self.contact.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "can log in"):
            self.rpc(self.manager, self.person, "action_anonymise")
        firm = self.person.copy({"partner_id": self.customer.id})
        with self.assertRaisesRegex(UserError, "not a person"):
            self.rpc(self.manager, firm, "action_anonymise")
        self.assertEqual(self.customer.name, "Golden Gate Motors")


@tagged("post_install", "-at_install")
class TestAttackCanvassForget(ForgetCase):
    def test_by_others(self):
        """Somebody met in the street forgotten by RPC | who entered them, a colleague,
        sales support, manager of another team; the private way | refused"""
        for user in (
            self.specialist,
            self.colleague,
            self.support,
            self.other_manager,
            self.outsider,
        ):
            with self.assertRaises(AccessError):
                self.rpc(user, self.entry, "action_anonymise")
        with self.assertRaises(AccessError):
            self.rpc(self.manager, self.entry, "_forget")
        with self.assertRaises(AccessError):
            self.rpc(self.manager, self.entry, "write", {"forgotten_on": "2026-01-01"})
        self.assertTrue(self.personal(self.entry))

    def test_of_another_team(self):
        """Who was entered by another team, too, forgotten from one's own entry, and by
        a person of one's own file with their telephone | manager of one team | refused,
        and the other entry is not named; a director may"""
        team = self.team.copy({"name": "Others", "key_account_manager_ids": False})
        team.user_id = self.other_manager
        own = self._met("Ours", self.other_manager, market_id=False)
        self.assertEqual(own.team_id, team)
        with self.assertRaisesRegex(AccessError, "Ask a director") as refusal:
            self.rpc(self.other_manager, own, "action_anonymise")
        self.assertNotIn("Lucky", str(refusal.exception))
        contact = self.env["res.partner"].create(
            {
                "name": "Bait",
                "parent_id": self.plain_customer.id,
                "phone": "13912345678",
            }
        )
        account = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "team_id": team.id,
                "user_id": self.other_manager.id,
            }
        )
        bait = account.stakeholder_ids.create(
            {"key_account_id": account.id, "partner_id": contact.id}
        )
        with self.assertRaisesRegex(AccessError, "Ask a director"):
            self.rpc(self.other_manager, bait, "action_anonymise")
        self.assertEqual(contact.name, "Bait")
        self.assertTrue(self.personal(self.entry))
        self.rpc(self.director, own, "action_anonymise")
        self.assertFalse(self.personal(self.entry))
