"""Suggestions"""

import contextlib

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import FORGED, AttackCase
from .test_suggestion import SuggestionCommon


@tagged("post_install", "-at_install")
class TestAttackSuggestion(AttackCase, SuggestionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["key.account.suggestion"]

    def own_and_confidential(self):
        return self.suggest(name="The manager is too slow", confidential=True)

    def test_judged_by_its_proposer(self):
        """A manager judges and thanks for what they suggested themselves | manager |
        refused; the director judges it"""
        own = self.suggest(user=self.manager)
        self.refused(self.judge, own, "accepted")
        self.judge(own, user=self.director)
        self.refused(own.action_thank, "A day off")

    def test_judged_by_others(self):
        """Judged by specialist, support, reviewer, a manager of another team | each |
        refused"""
        suggestion = self.suggest()
        for user in (self.colleague, self.support, self.reviewer, self.other_manager):
            with self.subTest(user=user.login):
                self.refused(self.judge, suggestion, user=user)
        self.assertEqual(suggestion.state, "collected")

    def test_what_the_process_keeps(self):
        """State, judgement, result written or created, by values, context, personal
        defaults, import | proposer, manager | refused or without effect"""
        forged = {
            "state": "done",
            "value": "5",
            "effort": "1",
            "reason": "Good",
            "judged_by_id": self.manager.id,
            "goal": "All",
            "responsible_id": self.colleague.id,
            "result": "Fine",
            "thanks": "1000 yuan",
            "user_id": self.colleague.id,
            "number": "I1",
            "is_public": False,
            "access_user_ids": [(6, 0, self.outsider.ids)],
            "told_on": "2026-01-01",
        }
        suggestion = self.suggest()
        for user in (self.specialist, self.manager):
            for name, value in forged.items():
                with self.subTest(name=name, user=user.login):
                    self.refused(
                        self.rpc,
                        user,
                        suggestion,
                        "write",
                        {name: value},
                        context=FORGED,
                    )
                    made = {"name": "Mine", name: value}
                    self.refused_rpc(user, self.model, "create", [made])
        for name in ("state", "result", "thanks"):
            self.env["ir.default"].with_user(self.specialist).set(
                self.model._name, name, forged[name], user_id=True
            )
        clean = self.suggest()
        self.assertEqual(clean.state, "collected")
        self.assertFalse(clean.result or clean.thanks)

    def test_words_of_others(self):
        """What somebody said is changed, or made public, by who reads it | colleague,
        support, manager | refused; a manager may make it confidential"""
        suggestion = self.own_and_confidential()
        self.refused_rpc(self.manager, suggestion, "write", {"name": "All good"})
        self.refused_rpc(self.manager, suggestion, "write", {"confidential": False})
        public = self.suggest()
        for user in (self.colleague, self.support):
            self.refused_rpc(user, public, "write", {"name": "All good"})
        self.rpc(self.manager, public, "write", {"confidential": True})
        self.assertFalse(public.is_public)
        self.refused_rpc(self.manager, public, "write", {"confidential": False})

    def test_confidential_ones(self):
        """Read, searched, counted, named, exported, followed | colleague, support,
        reviewer, another team's manager, accountant | nothing of it"""
        suggestion = self.own_and_confidential()
        own = [("id", "=", suggestion.id)]
        on_it = [
            ("res_model", "=", self.model._name),
            ("res_id", "=", suggestion.id),
        ]
        self.env["ir.attachment"].with_user(self.specialist).create(
            {"name": "slow.pdf", "raw": b"%PDF-1", **{n: v for n, _o, v in on_it}}
        )
        for user in (self.colleague, self.support, self.reviewer, self.other_manager):
            with self.subTest(user=user.login):
                self.assertFalse(self.rpc(user, self.model, "search", own))
                self.assertFalse(
                    self.rpc(user, self.model, "name_search", "too slow", [])
                )
                groups = self.rpc(
                    user,
                    self.model,
                    "formatted_read_group",
                    own,
                    groupby=["state"],
                    aggregates=["__count"],
                )
                self.assertFalse(sum(group["__count"] for group in groups))
                for method, args in (
                    ("read", [["name"]]),
                    ("export_data", [["name"]]),
                    ("message_post", []),
                    ("action_done", ["Mine"]),
                    ("action_withdraw", ["Mine"]),
                ):
                    # Odoo asks for the right to a message once it is there.
                    self.refused_rpc(user, suggestion, method, *args, savepoint=True)
                with contextlib.suppress(AccessError):
                    mine = user.partner_id.ids
                    self.rpc(user, suggestion, "message_subscribe", mine)
                self.assertNotIn(user.partner_id, suggestion.message_partner_ids)
                for name in ("ir.attachment", "mail.activity"):
                    self.assertFalse(self.env[name].with_user(user).search(on_it))
                messages = self.env["mail.message"].with_user(user)
                self.assertFalse(
                    messages.search(
                        [
                            ("model", "=", self.model._name),
                            ("res_id", "in", suggestion.ids),
                        ]
                    )
                )
        self.assertTrue(self.rpc(self.manager, self.model, "search", own))
        self.assertTrue(self.rpc(self.director, self.model, "search", own))

    def test_told_to_a_follower_who_may_not_read(self):
        """The proposer lets a colleague follow a confidential one | specialist | what
        is written there is not told to the colleague"""
        suggestion = self.own_and_confidential()
        suggestion.message_subscribe(self.colleague.partner_id.ids)
        message = suggestion.with_user(self.manager).message_post(
            body="I see", subtype_xmlid="mail.mt_comment"
        )
        self.assertNotIn(self.colleague.partner_id, message.sudo().notified_partner_ids)

    def test_about_an_account_of_others(self):
        """Put under, or moved under, an account that one may not read | a specialist
        of another team | refused; without an account it is theirs"""
        stranger = self._user("ka_newcomer", "key_account.group_specialist")
        with self.assertRaises(AccessError):
            self.suggest(user=stranger, key_account_id=self.account.id)
        own = self.suggest(user=stranger)
        self.refused_rpc(stranger, own, "write", {"key_account_id": self.account.id})

    def test_deleted(self):
        """Deleted | proposer, manager, director | refused"""
        suggestion = self.suggest()
        for user in (self.specialist, self.manager, self.director):
            self.refused_rpc(user, suggestion, "unlink")

    def test_the_wizard_shows_nothing(self):
        """The wizard is opened on a confidential one | colleague | refused"""
        suggestion = self.own_and_confidential()
        wizard = self.env["key.account.suggestion.act"]
        values = {"suggestion_id": suggestion.id, "act": "judge", "words": "x"}
        self.refused_rpc(self.colleague, wizard, "create", [values])
        self.refused_rpc(
            self.colleague, wizard, "onchange", [], values, [], {"act": {}}
        )

    def test_of_an_account_that_others_share(self):
        """Read, commanded, searched for through the account's list of suggestions |
        the account's specialist, its support | confidential ones of others are not
        there"""
        suggestion = self.suggest(
            user=self.support, key_account_id=self.account.id, confidential=True
        )
        own = self.account
        [told] = self.rpc(self.specialist, own, "read", ["suggestion_ids"])
        self.assertFalse(told["suggestion_ids"])
        domain = [("suggestion_ids.name", "=", suggestion.name)]
        self.assertFalse(self.rpc(self.specialist, own.browse(), "search", domain))
        for command in (
            Command.update(suggestion.id, {"confidential": False}),
            Command.unlink(suggestion.id),
            Command.delete(suggestion.id),
        ):
            values = {"suggestion_ids": [command]}
            self.refused_rpc(self.specialist, own, "write", values, savepoint=True)
        self.assertTrue(suggestion.confidential)

    def test_told_by_somebody_else(self):
        """Who told the customer is overwritten once it is said | the account's support,
        its manager | refused, until there is something new to tell"""
        suggestion = self.suggest(source="customer", key_account_id=self.account.id)
        self.judge(suggestion, "later")
        self.rpc(self.specialist, suggestion, "action_told_customer")
        for user in (self.support, self.manager):
            self.refused_rpc(user, suggestion, "action_told_customer")
        self.assertEqual(suggestion.told_by_id, self.specialist)
        self.judge(suggestion, "accepted")
        self.assertFalse(suggestion.told_on)
        self.rpc(self.support, suggestion, "action_told_customer")
        self.rpc(self.colleague, suggestion, "action_done", "In use")
        self.assertFalse(suggestion.told_by_id)

    def test_who_carried_it_out_before(self):
        """A confidential one is given to somebody else, e.g. as whoever had it leaves |
        the former one | reads it no more, says nothing of its result, has nothing to do
        with it"""
        suggestion = self.own_and_confidential()
        self.judge(suggestion, "accepted")
        self.assertTrue(suggestion.with_user(self.colleague).name)
        self.judge(suggestion, "accepted", responsible=self.support.id)
        self.env.invalidate_all()
        self.refused_rpc(self.colleague, suggestion, "read", ["name"])
        self.refused_rpc(
            self.colleague, suggestion, "action_done", "Mine", savepoint=True
        )
        self.assertEqual(suggestion.activity_ids.user_id, self.support)
        self.rpc(self.support, suggestion, "action_done", "Done")

    def test_activities_of_others_stay(self):
        """Judging ends what others have put into their own lists by hand | manager |
        what was scheduled by hand stays"""
        suggestion = self.suggest()
        by_hand = suggestion.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.specialist.id,
            summary="Ask the works",
            automated=False,
        )
        self.judge(suggestion)
        self.assertTrue(by_hand.exists())
        self.assertEqual(suggestion.sudo().activity_ids, by_hand)

    def test_the_team_gets_another_manager(self):
        """The team's manager is another one, the account goes to another team | who
        managed it before | reads and judges the confidential one no more"""
        suggestion = self.suggest(key_account_id=self.account.id, confidential=True)
        team = self.env["crm.team"].create(
            {
                "name": "Second",
                "company_id": self.company.id,
                "user_id": self.other_manager.id,
            }
        )
        team.is_key_account = True
        self.account.team_id = team
        self.env.flush_all()
        self.env.invalidate_all()
        self.refused_rpc(self.manager, suggestion, "read", ["name"])
        self.refused_rpc(
            self.manager,
            suggestion,
            "action_judge",
            "later",
            "1",
            "1",
            "x",
            savepoint=True,
        )
        self.judge(suggestion, user=self.other_manager)
