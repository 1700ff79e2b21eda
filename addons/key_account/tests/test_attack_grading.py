"""Attacks on gradings and on the door "promotion"."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_identification import PromotionCommon


@tagged("post_install", "-at_install")
class TestAttackGrading(PromotionCommon):
    def test_value_class_by_hand(self):
        """Value class, figures and recommendation written by RPC | specialist, manager
        | refused: recorded by the process"""
        for values in (
            {"value_class": "vip"},
            {"value_revenue": 1e9},
            {"review_advice": "develop"},
            {"evaluation_stale_on": "2099-01-01"},
            {"strategy_approved_by_id": self.director.id},
        ):
            for user in (self.specialist, self.manager):
                with self.subTest(values), self.assertRaises(AccessError):
                    self.rpc(user, self.account, "write", values, context=FORGED)

    def test_on_the_target_list_by_oneself(self):
        """A specialist puts their own account on the target list, or makes one that
        is | specialist | refused: the manager of the team decides"""
        with self.assertRaisesRegex(AccessError, "Kind and place"):
            values = {"target_list": "target", "target_rank": 1}
            self.rpc(self.specialist, self.account, "write", values, context=FORGED)
        values = {
            "partner_id": self.plain_customer.id,
            "team_id": self.team.id,
            "target_list": "target",
        }
        with self.assertRaisesRegex(AccessError, "Kind and place"):
            self.rpc(
                self.specialist,
                self.env["key.account"],
                "create",
                [values],
                context=FORGED,
            )

    def test_proposal_decided_past_the_buttons(self):
        """State, figures, who decided written by RPC | manager, director | refused:
        recorded by the process"""
        proposal = self.ready()
        for values in (
            {"state": "accepted"},
            {"revenue": 1e9},
            {"criteria": "margin"},
            {"approved_by_id": self.director.id},
            {"key_account_id": self.account.id},
            {"partner_id": self.customer.id},
        ):
            for user in (self.manager, self.director):
                with self.subTest(values), self.assertRaises(AccessError):
                    self.rpc(user, proposal, "write", values, context=FORGED)

    def test_proposal_made_by_hand(self):
        """A proposal created by RPC | manager, director | refused: only the job
        proposes"""
        values = {"partner_id": self.small.id, "company_id": self.company.id}
        for user in (self.manager, self.director):
            with self.assertRaises(AccessError):
                self.rpc(
                    user,
                    self.env["key.account.proposal"],
                    "create",
                    [values],
                    context=FORGED,
                )

    def test_strategy_changed_while_the_director_reads_it(self):
        """Strategy and person in charge changed after acceptance | the manager who
        accepted | refused: the director decides on what was put before them"""
        self.company.key_account_approve_strategy = True
        proposal = self.ready()
        self.rpc(self.manager, proposal, "action_accept")
        for values in ({"strategy": "Other"}, {"user_id": self.manager.id}):
            with self.assertRaisesRegex(AccessError, "by a director"):
                self.rpc(self.manager, proposal, "write", values, context=FORGED)
        self.assertEqual(proposal.strategy, "Begin with spare parts.")

    def test_accepted_twice(self):
        """An accepted proposal accepted, declined again | manager | refused: it is
        decided"""
        proposal = self.ready()
        self.rpc(self.manager, proposal, "action_accept")
        for method in ("action_accept", "action_decline", "action_approve"):
            with self.assertRaisesRegex(UserError, "Accepted"):
                self.rpc(self.manager, proposal, method, context=FORGED)

    def test_margin_of_a_customer_by_group_or_search(self):
        """The margin of an account searched or grouped by | specialist | refused: for
        managers"""
        accounts = self.env["key.account"]
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, accounts, "search", [("value_margin", ">", 0)])
        with self.assertRaises(AccessError):
            self.rpc(
                self.specialist,
                accounts,
                "formatted_read_group",
                [],
                ["state"],
                ["value_margin:sum"],
            )
