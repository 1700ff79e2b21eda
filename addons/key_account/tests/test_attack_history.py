"""Customers made, passed, kept or brought back by a click; history written by hand"""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .attack_common import FORGED, AttackCase
from .test_account_history import HistoryCase


@tagged("post_install", "-at_install")
class TestAttackHistory(AttackCase, HistoryCase):
    def setUp(self):
        super().setUp()
        self.file = self.make_account("Huaxin Pumps")

    def state_stays(self, user, state, says="manager of"):
        before = self.file.state
        for context in ({}, FORGED):
            self.refused(
                self.rpc,
                user,
                self.file,
                "write",
                {"state": state},
                context=context,
                says=says,
            )
            self.assertEqual(self.file.state, before)

    def test_made_a_customer_by_a_click(self):
        """action_activate, write of state, load by import, with forged contexts | the
        account's specialist, sales support | refused; a candidate stays one, without a
        day since when it is a customer"""
        for user in (self.specialist, self.support):
            self.state_stays(user, "active")
            self.refused_rpc(user, self.file, "action_activate", says="manager of")
        loaded = self.rpc(
            self.specialist,
            self.file.browse(),
            "load",
            [".id", "state"],
            [[str(self.file.id), "active"]],
        )
        self.assertFalse(loaded["ids"])
        self.assertIn("manager of", str(loaded["messages"]))
        self.assertEqual(self.file.state, "candidate")
        self.assertFalse(self.file.won_date)
        self.rpc(self.manager, self.file, "action_activate")
        self.assertEqual(self.file.won_date, fields.Date.today())

    def test_opened_as_a_customer(self):
        """create with state active, dormant, lost | a specialist | refused; nothing is
        opened"""
        partner = self.plain_customer
        for state in ("active", "dormant", "lost", "dropped"):
            vals = {"partner_id": partner.id, "team_id": self.team.id, "state": state}
            self.refused_rpc(
                self.specialist, self.file.browse(), "create", [vals], says="candidate"
            )
        self.assertFalse(self.file.search([("partner_id", "=", partner.id)]))

    def test_a_trial_passed_unevaluated(self):
        """action_activate and write of state | the manager | refused while nobody has
        evaluated the customer in the trial; a specialist is refused after it, too"""
        self.rpc(self.specialist, self.file, "action_start_trial")
        self.state_stays(self.manager, "active", says="evaluation")
        self.evaluate(self.file)
        self.state_stays(self.specialist, "active")
        self.rpc(self.manager, self.file, "action_activate")
        self.assertEqual(self.file.state, "active")

    def test_a_trial_without_end(self):
        """trial_end written, emptied, given another day; a trial begun with an end in
        the past | the specialist | refused; the end stays"""
        self.rpc(self.specialist, self.file, "write", {"state": "trial"})
        end = self.file.trial_end
        self.assertTrue(end)
        for value in (False, "2030-01-01"):
            self.refused_rpc(self.specialist, self.file, "write", {"trial_end": value})
        self.refused_rpc(
            self.specialist, self.file, "action_extend_trial", "2030-01-01", "x"
        )
        self.assertEqual(self.file.trial_end, end)
        other = self.make_account("Second")
        self.refused_rpc(self.specialist, other, "action_start_trial", "2020-01-01")
        self.assertEqual(other.state, "candidate")

    def test_a_trial_made_longer_without_a_word(self):
        """action_extend_trial without a day, without a reason, with one that shows
        nothing | the manager | refused; the end stays"""
        self.rpc(self.specialist, self.file, "write", {"state": "trial"})
        end, day = self.file.trial_end, "2099-01-01"
        for attempt in ((False, "x"), (None, "x"), (day, ""), (day, "\u200b")):
            self.refused_rpc(self.manager, self.file, "action_extend_trial", *attempt)
        self.assertEqual(self.file.trial_end, end)
        self.rpc(self.manager, self.file, "action_extend_trial", day, "Winter")
        self.assertEqual(str(self.file.trial_end), day)

    def test_brought_back_and_put_to_sleep(self):
        """action_reopen, action_mark_dormant, write of state | a specialist | refused;
        the account stays lost, and active"""
        self.rpc(self.manager, self.file, "action_activate")
        self.refused_rpc(self.specialist, self.file, "action_mark_dormant")
        self.assertEqual(self.file.state, "active")
        self.rpc(self.manager, self.file, "action_lose", "Price")
        for state in ("candidate", "trial", "active"):
            self.state_stays(self.specialist, state)
        self.refused_rpc(self.specialist, self.file, "action_reopen")
        self.assertEqual(self.file.state, "lost")

    def test_lost_again_without_a_word(self):
        """write of state lost on an account that was lost before and has returned | the
        manager | refused: the old reason does not explain the new loss"""
        self.rpc(self.manager, self.file, "action_activate")
        self.rpc(self.manager, self.file, "action_lose", "Price")
        self.rpc(self.manager, self.file, "action_reopen")
        self.rpc(self.manager, self.file, "action_activate")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc(self.manager, self.file, "write", {"state": "lost"})
        self.assertEqual(self.file.state, "active")
        self.refused_rpc(
            self.manager,
            self.file,
            "action_lose",
            "Price",
            "2999-01-01",
            says="not come",
        )

    def test_history_written_by_hand(self):
        """create, write, unlink, copy of key.account.event; event_ids of the account; a
        day and reason in the context | specialist, manager, director, bot | refused,
        or of no effect: events stay as they were noted"""
        event = self.file.event_ids
        vals = {
            "key_account_id": self.file.id,
            "kind": "state",
            "date": "2020-01-01",
            "new_state": "active",
            "user_id": self.specialist.id,
        }
        for user in (self.specialist, self.manager, self.director, self.bot):
            for method, args in (
                ("create", [[vals]]),
                ("write", [{"date": "2020-01-01"}]),
                ("unlink", []),
            ):
                records = event.browse() if method == "create" else event
                self.refused_rpc(user, records, method, *args, context=FORGED)
            self.refused_rpc(
                user, self.file, "write", {"event_ids": [(0, 0, vals)]}, context=FORGED
            )
        forged = {"key_account_occasion": ["2020-01-01", "Backdated"], **FORGED}
        self.rpc(self.manager, self.file, "action_activate", context=forged)
        self.assertEqual(self.file.won_date, fields.Date.today())
        self.assertEqual(self.file.event_ids.mapped("reason"), [False, False])

    def test_day_and_reason_of_another_account(self):
        """A change written together with one that has a day and a reason | the process
        | neither is said of the other account"""
        other = self.env["key.account"].create(
            {"partner_id": self.plain_customer.id, "team_id": self.team.id}
        )
        file = self.file.with_env(self.env)
        both = file._on_occasion("2024-02-03", "Parental leave") | other
        both.write({"user_id": self.colleague.id})
        mine, theirs = (
            account.event_ids.filtered(lambda event: event.kind == "owner")
            for account in (self.file, other)
        )
        self.assertEqual(mine.reason, "Parental leave")
        self.assertEqual(str(mine.date), "2024-02-03")
        self.assertFalse(theirs.reason)
        self.assertNotEqual(str(theirs.date), "2024-02-03")

    def test_team_that_stands_in_a_history(self):
        """Team deleted with which an account was | director, superuser code | refused,
        named, archived instead"""
        team = self.file.with_env(self.env).team_id
        self.assertTrue(team)
        with self.assertRaisesRegex(UserError, "Archive them instead"):
            team.unlink()
        team.active = False

    def test_read_by_whoever_may_not_read_the_account(self):
        """search, read of key.account.event | colleague, another manager, accountant |
        nothing is found; reading refused"""
        event = self.file.event_ids
        for user in (self.colleague, self.other_manager):
            self.assertFalse(event.with_user(user).search([("id", "=", event.id)]))
            self.refused_rpc(user, event, "read", ["reason"])
        self.refused_rpc(self.accountant, event, "read", ["reason"])

    def test_judged_without_a_word(self):
        """create and write of man_money, man_authority, man_need without evidence, with
        blank characters, by emptying the evidence; author and day written | the
        specialist | refused; what was judged stays"""
        for name in ("man_money", "man_authority", "man_need"):
            for vals in (
                {name: "confirmed"},
                {name: "refused", f"{name}_evidence": " \u200b "},
                {f"{name}_user_id": self.manager.id},
                {f"{name}_date": "2026-01-01"},
            ):
                self.refused_rpc(self.specialist, self.file, "write", vals)
            self.assertEqual(self.file[name], "open")
            self.rpc(
                self.specialist,
                self.file,
                "write",
                {name: "confirmed", f"{name}_evidence": "Seen"},
            )
            self.refused_rpc(
                self.specialist, self.file, "write", {f"{name}_evidence": False}
            )
            self.assertEqual(self.file[f"{name}_evidence"], "Seen")
        vals = {"partner_id": self.plain_customer.id, "man_need": "confirmed"}
        self.refused_rpc(self.specialist, self.file.browse(), "create", [vals])
