"""Attacks on proposals that customers are dormant or lost."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_loss import LossCommon


@tagged("post_install", "-at_install")
class TestAttackLoss(LossCommon):
    def test_decided_past_the_buttons(self):
        """State, kind, day, figures, who decided written by RPC | specialist, manager,
        director | refused: recorded by the process"""
        loss = self.loss(13)
        for values in (
            {"state": "accepted"},
            {"kind": "dormant"},
            {"since": "2020-01-01"},
            {"revenue": 1e9},
            {"decided_by_id": self.director.id},
            {"ask_again_on": "2099-01-01"},
            {"key_account_id": self.account.id},
            {"company_id": self.other_company.id},
        ):
            for user in (self.specialist, self.manager, self.director):
                with self.subTest(values), self.assertRaises(AccessError):
                    self.rpc(user, loss, "write", values, context=FORGED)
        self.assertEqual(loss.state, "open")

    def test_made_or_deleted_by_hand(self):
        """A proposal created, or one that is unwelcome deleted, by RPC | specialist,
        manager, director | refused: only the job proposes"""
        loss = self.loss(13)
        values = {
            "key_account_id": self.account.id,
            "kind": "lost",
            "proposed_on": self.today,
            "since": self.today,
        }
        for user in (self.specialist, self.manager, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, loss.browse(), "create", [values], context=FORGED)
            with self.assertRaises(AccessError):
                self.rpc(user, loss, "unlink", context=FORGED)
        self.assertTrue(loss.exists())

    def test_own_account_ended_by_its_owner(self):
        """A manager who owns the account accepts, or declines, the proposal that it is
        lost, while a director is there to decide | manager | refused: others decide
        about one's own"""
        loss = self.loss(13)
        loss.key_account_id._write_kept({"user_id": self.manager.id})
        loss.reason = "Moved"
        for act in ("action_accept", "action_decline"):
            with self.assertRaisesRegex(AccessError, "decided by the manager"):
                self.rpc(self.manager, loss, act, context=FORGED)
        with self.assertRaises(AccessError):
            self.rpc(self.manager, loss, "write", {"ask_again_months": 120})
        self.assertEqual(loss.key_account_id.state, "active")

    def test_accepted_although_an_order_came(self):
        """The proposal is accepted after an order came that no run of the job has seen
        | manager | refused: nothing is left to decide"""
        loss = self.loss(13)
        loss.reason = "Moved"
        self.sell(loss.key_account_id.partner_id)
        with self.assertRaisesRegex(UserError, "have ordered since"):
            self.rpc(self.manager, loss, "action_accept", context=FORGED)
        self.assertEqual(loss.key_account_id.state, "active")

    def test_decided_twice(self):
        """A proposal that was declined is accepted, or its reason rewritten | manager |
        refused: what is decided stays"""
        loss = self.loss(13)
        loss.reason = "Project"
        self.rpc(self.manager, loss, "action_decline")
        with self.assertRaisesRegex(UserError, "stay as they are"):
            self.rpc(self.manager, loss, "action_accept", context=FORGED)
        with self.assertRaisesRegex(UserError, "stay as they are"):
            self.rpc(self.manager, loss, "write", {"reason": "Other"}, context=FORGED)

    def test_read_by_who_reads_no_file(self):
        """Proposals read, counted or searched | a manager of another team, a reviewer,
        a salesperson | nothing is told"""
        loss = self.loss(13)
        domain = [("key_account_id", "=", loss.key_account_id.id)]
        args = ("search_count", domain)
        self.assertEqual(self.rpc(self.other_manager, loss.browse(), *args), 0)
        for user in (self.reviewer, self.outsider, self.accountant):
            with self.assertRaises(AccessError):
                self.rpc(user, loss.browse(), *args, context=FORGED)
        with self.assertRaises(AccessError):
            self.rpc(self.other_manager, loss, "read", ["revenue"], context=FORGED)
