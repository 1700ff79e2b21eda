"""Ways to take over accounts, or to hand over what is not one's own."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED, AttackCase


@tagged("post_install", "-at_install")
class TestAttackHandover(AttackCase):
    def hand_over(self, user, accounts=None, context=None, **vals):
        """The wizard by RPC, as a client would fill it in."""
        accounts = self.account if accounts is None else accounts
        model = self.env["key.account.handover"]
        self.env.flush_all()
        self.env.invalidate_all()
        values = {
            "from_user_id": self.specialist.id,
            "to_user_id": self.colleague.id,
            "key_account_ids": [Command.set(accounts.ids)],
            **vals,
        }
        ids = self.rpc(user, model, "create", [values], context=context)
        wizard = model.browse(ids)
        return self.rpc(user, wizard, "action_hand_over", context=context)

    def stays(self, error, user, *args, **kwargs):
        with self.assertRaises(error) as refusal:
            self.hand_over(user, *args, **kwargs)
        self.env.invalidate_all()
        self.assertEqual(self.account.user_id, self.specialist)
        self.assertFalse(self.account.member_ids)
        return str(refusal.exception)

    def test_by_a_specialist(self):
        """Account taken over by the wizard | specialist, its own and a colleague;
        salesperson, customer on the portal; with a forged context | refused"""
        for user in (self.specialist, self.colleague, self.outsider, self.contact):
            self.stays(AccessError, user)
            self.stays(AccessError, user, context=FORGED)

    def test_account_of_another_team(self):
        """Account of another team handed over | manager who does not manage it, with a
        forged context | refused without its name"""
        for context in (None, FORGED):
            words = self.stays(AccessError, self.other_manager, context=context)
            self.assertNotIn(self.account.name, words)

    def test_account_that_is_readable_only(self):
        """Account of another team handed over | manager who is on its account team |
        refused: its manager decides"""
        self.account.member_ids = [Command.create({"user_id": self.other_manager.id})]
        with self.assertRaises(AccessError):
            self.hand_over(self.other_manager)
        self.env.invalidate_all()
        self.assertEqual(self.account.user_id, self.specialist)

    def test_account_of_another_company(self):
        """Account of another company handed over | director of this one | refused"""
        there = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.other_company.id,
                "team_id": False,
                "user_id": self.env.user.id,
            }
        )
        with self.assertRaises(AccessError):
            self.hand_over(self.director, there, from_user_id=self.env.user.id)
        self.env.invalidate_all()
        self.assertEqual(there.user_id, self.env.user)

    def test_accounts_by_context(self):
        """Accounts named by the context of the wizard | manager of another team | none
        of them is on the list"""
        found = self.rpc(
            self.other_manager,
            self.env["key.account.handover"],
            "onchange",
            [],
            {},
            [],
            {"key_account_ids": {"fields": {"display_name": {}}}, "from_user_id": {}},
            context={
                "active_model": "key.account",
                "active_ids": self.account.ids,
            },
        )
        self.assertFalse(found["value"].get("key_account_ids"))
        self.assertFalse(found["value"].get("from_user_id"))

    def test_to_who_cannot_open_it(self):
        """Account handed to a portal user, a salesperson without the role, somebody
        archived | its manager | refused, nothing moved"""
        archived = self._user("ka_gone", "key_account.group_specialist")
        archived.active = False
        for person in (self.contact, self.outsider, archived):
            words = self.stays(UserError, self.manager, to_user_id=person.id)
            self.assertIn("cannot take over", words)
            self.stays(
                UserError,
                self.manager,
                to_user_id=person.id,
                kind="away",
                date_from="2026-01-01",
                date_to="2099-01-01",
            )

    def test_stand_in_by_a_specialist(self):
        """Standing in for oneself entered as a row of the account team | specialist of
        the account, colleague | whom they stand in for, and when, is refused"""
        rows = {
            "key_account_id": self.account.id,
            "user_id": self.colleague.id,
            "stands_in_for_id": self.specialist.id,
            "date_from": "2026-01-01",
            "date_to": "2099-01-01",
        }
        for user in (self.specialist, self.colleague):
            with self.assertRaises(AccessError):
                self.rpc(user, self.env["key.account.member"], "create", [rows])

    def test_from_somebody_else(self):
        """Account handed over as if it were another's | its manager | refused"""
        self.stays(
            UserError,
            self.manager,
            from_user_id=self.colleague.id,
            to_user_id=self.manager.id,
        )

    # ------------------------------------------------------------
    # WHAT IS CANVASSED
    # ------------------------------------------------------------

    def street(self, user=None):
        """A market and a promise of the specialist's."""
        own = {"user": user or self.specialist}
        market = self.env["key.account.market"].with_user(own["user"])
        market = market.create({"name": "East Gate Market"})
        entry = self.env["key.account.canvass"].with_user(own["user"])
        entry = entry.create({"name": "Secret Shop", "next_date": "2020-01-01"})
        self.env.flush_all()
        return market.sudo(), entry.sudo()

    def test_the_street_of_another_team(self):
        """Market and promises of another team handed over with an account of one's own
        | manager of the other team, with a forged context | refused, or not moved; the
        market is not named"""
        market, entry = self.street()
        team = self.team.copy({"name": "Others", "key_account_manager_ids": False})
        team.user_id = self.other_manager
        own = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "team_id": team.id,
                "user_id": self.specialist.id,
            }
        )
        for context in (None, FORGED):
            with self.assertRaises(AccessError) as refusal:
                self.hand_over(
                    self.other_manager,
                    own,
                    context=context,
                    canvassing=True,
                    market_ids=[Command.set(market.ids)],
                )
            self.assertNotIn("East Gate", str(refusal.exception))
        self.hand_over(self.other_manager, own, canvassing=True)
        self.env.invalidate_all()
        self.assertEqual(own.user_id, self.colleague)
        self.assertEqual(market.user_id, self.specialist)
        self.assertFalse(entry.next_user_id)
        self.assertFalse(entry.with_user(self.colleague).has_access("read"))

    def test_a_market_of_somebody_else(self):
        """Market handed over as if it were the leaver's | manager of its team |
        refused"""
        market, _entry = self.street(self.manager)
        with self.assertRaisesRegex(UserError, "no longer, with"):
            self.hand_over(
                self.manager, canvassing=True, market_ids=[Command.set(market.ids)]
            )
        self.env.invalidate_all()
        self.assertEqual(self.account.user_id, self.specialist)

    def test_taking_over_the_street_by_hand(self):
        """Whose promise it is, and who reads what somebody entered, written by RPC |
        colleague, author, manager | refused"""
        _market, entry = self.street()
        for user in (self.specialist, self.colleague, self.manager):
            for record, values in (
                (entry, {"next_user_id": user.id}),
                (entry.canvasser_id, {"successor_ids": [Command.link(user.id)]}),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, record, "write", values)
            for method in ("_pass_on_next_step", "_let_follow"):
                with self.assertRaises(AccessError):
                    self.rpc(user, entry, method, user.id)

    def test_in_the_name_of_who_left(self):
        """A contact entered, a day handed in, in the name of whom one took over from |
        successor, while the other still works here | refused"""
        _market, entry = self.street()
        self.hand_over(self.manager)
        self.env.invalidate_all()
        self.assertEqual(entry.next_user_id, self.colleague)
        values = {"name": "Ghost", "user_id": self.specialist.id}
        with self.assertRaisesRegex(AccessError, "in your own name"):
            self.rpc(self.colleague, self.env[entry._name], "create", [values])
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, entry.day_id, "action_hand_in")
