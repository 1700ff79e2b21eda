"""Ways to plan visits for others, or past their calendars."""

from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED, AttackCase

PLAN = "key.account.visit.plan"
LINE = "key.account.visit.plan.line"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 06:00:00")
class TestAttackVisitPlan(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.specialist | cls.colleague | cls.manager).tz = "UTC"

    def make(self, user, people, context=None, **vals):
        values = {"month": "2026-04-01", "company_id": self.company.id, **vals}
        if people is not None:
            values["person_ids"] = [Command.set(people.ids)]
        self.env.flush_all()
        self.env.invalidate_all()
        ids = self.rpc(user, self.env[PLAN], "create", [values], context=context)
        return self.env[PLAN].browse(ids)

    def proposed(self, user=None):
        plan = self.make(user or self.specialist, self.specialist)
        self.rpc(user or self.specialist, plan, "action_propose")
        return plan

    def no_visit(self):
        self.env.invalidate_all()
        self.assertFalse(self.account.visit_ids)

    def test_for_others(self):
        """Visits planned for somebody else | colleague, another team's manager,
        salesperson, customer; as value, as default in the context, with a forged
        context | refused"""
        people = self.specialist
        default = {"default_person_ids": people.ids}
        for user in (self.colleague, self.other_manager, self.outsider, self.contact):
            for given, context in ((people, None), (people, FORGED), (None, default)):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    self.make(user, given, context=context)
        self.assertFalse(self.env[PLAN].search([("person_ids", "in", people.ids)]))

    def test_others_added_later(self):
        """People of others added to one's own plan | specialist, with a forged context
        | refused"""
        plan = self.make(self.colleague, self.colleague)
        for command in (Command.link(self.specialist.id), Command.set([1])):
            for context in (None, FORGED):
                with self.assertRaises(AccessError):
                    self.rpc(
                        self.colleague,
                        plan,
                        "write",
                        {"person_ids": [command]},
                        context=context,
                    )

    def test_what_only_proposing_says(self):
        """State, account, visit, planner of a plan written | its planner, with a
        forged context | refused"""
        plan = self.proposed()
        line = plan.line_ids[:1]
        for record, vals in (
            (line, {"state": "accepted"}),
            (line, {"key_account_id": self.account.id}),
            (line, {"visit_id": 1}),
            (line, {"moved": False}),
            (plan, {"user_id": self.manager.id}),
            (plan, {"proposed_on": "2026-01-01 00:00:00"}),
        ):
            for context in (None, FORGED):
                with self.subTest(vals), self.assertRaises(AccessError):
                    self.rpc(self.specialist, record, "write", vals, context=context)
        self.no_visit()

    def test_line_moved_to_the_end_of_all_calendars(self):
        """date_start, date_end of a line in the year 9999 | its planner | refused with
        a sentence, no server error"""
        line = self.proposed().line_ids[:1]
        for name in ("date_start", "date_end"):
            with self.assertRaisesRegex(UserError, "the year 9999"):
                vals = {name: "9999-12-31 23:59:59"}
                self.rpc(self.specialist, line, "write", vals)

    def test_line_made_by_hand(self):
        """Line of a plan made without proposing | its planner; through the form of the
        plan, by import | refused"""
        plan = self.proposed()
        vals = {"plan_id": plan.id, "key_account_id": self.account.id}
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.env[LINE], "create", [vals])
        with self.assertRaises(AccessError):
            self.rpc(
                self.specialist,
                plan,
                "write",
                {"line_ids": [Command.create({"key_account_id": self.account.id})]},
            )

    def test_accept_the_plan_of_another(self):
        """Proposed visits accepted, moved, dropped | specialist for whom a manager
        plans, colleague, another team's manager | refused"""
        plan = self.proposed(self.manager)
        line = plan.line_ids[:1]
        for user in (self.specialist, self.colleague, self.other_manager):
            for method, *args in (
                ("action_accept",),
                ("action_drop", "I do not want to"),
                ("write", {"date_start": "2026-04-20 08:00:00"}),
            ):
                with self.subTest((user.login, method)):
                    with self.assertRaises(AccessError):
                        self.rpc(user, line, method, *args)
        self.no_visit()

    def test_accept_after_the_role_has_ended(self):
        """Plan for a team's people accepted | manager who no longer manages the team |
        refused, no visit is made"""
        plan = self.proposed(self.manager)
        self.team.user_id = self.team.key_account_manager_ids = False
        self.env.flush_all()
        # Even where the accounts can still be opened.
        self.account.member_ids = [Command.create({"user_id": self.manager.id})]
        self.env.flush_all()
        for method in ("action_accept", "action_propose"):
            with self.assertRaises(AccessError) as refused:
                self.rpc(self.manager, plan, method)
            self.assertIn(self.specialist.name, str(refused.exception))
        self.no_visit()

    def test_lines_of_accounts_of_others(self):
        """Lines of plans read, with a forged context | colleague, salesperson, another
        team's manager, customer | none is found"""
        plan = self.proposed()
        for user in (self.colleague, self.other_manager):
            for context in (None, FORGED):
                found = self.rpc(user, self.env[LINE], "search", [], context=context)
                self.assertFalse(set(found) & set(plan.line_ids.ids))
                found = self.rpc(user, self.env[PLAN], "search", [], context=context)
                self.assertNotIn(plan.id, found)
        for user in (self.outsider, self.contact):
            with self.assertRaises(AccessError):
                self.rpc(user, self.env[LINE], "search", [])

    def test_onto_what_is_private(self):
        """Visit dragged onto a private meeting | manager, with a forged context |
        refused without a word of the meeting"""
        self.env["calendar.event"].with_context(no_mail_to_attendees=True).create(
            {
                "name": "At the doctor's",
                "privacy": "private",
                "user_id": self.specialist.id,
                "partner_ids": [Command.set(self.specialist.partner_id.ids)],
                "start": datetime(2026, 4, 20, 8),
                "stop": datetime(2026, 4, 20, 12),
            }
        )
        plan = self.proposed(self.manager)
        for context in (None, FORGED):
            with self.assertRaises(UserError) as refused:
                self.rpc(
                    self.manager,
                    plan.line_ids[:1],
                    "write",
                    {"date_start": "2026-04-20 08:00:00"},
                    context=context,
                )
            self.assertNotIn("doctor", str(refused.exception))

    def test_visits_of_others_given_away(self):
        """Visit of somebody else given to oneself, or to a friend, by the wizard |
        colleague, another team's manager, salesperson; chosen in the list, named as a
        line, with a forged context | refused, or not found"""
        give = self.env["key.account.visit.give"]
        visit = self.env["key.account.visit"].create(
            {
                "key_account_id": self.account.id,
                "user_id": self.specialist.id,
                "date_start": datetime(2026, 3, 9, 9),
            }
        )
        chosen = {"active_model": visit._name, "active_ids": visit.ids}
        vals = {
            "from_user_id": self.specialist.id,
            "date_from": "2026-03-01",
            "date_to": "2026-03-31",
            "reason": "Mine",
        }
        line = {"visit_id": visit.id, "to_user_id": self.colleague.id}
        for user in (self.colleague, self.other_manager, self.outsider):
            for context in (chosen, {**FORGED, **chosen}):
                with self.subTest(user.login), self.assertRaises(UserError):
                    ids = self.rpc(user, give, "create", [vals], context=context)
                    [found] = self.rpc(user, give.browse(ids), "read", ["line_ids"])
                    self.assertFalse(found["line_ids"])
                    self.rpc(user, give.browse(ids), "action_give", context=context)
                with self.subTest(user.login), self.assertRaises(AccessError):
                    lines = [Command.create(line)]
                    ids = self.rpc(
                        user,
                        give,
                        "create",
                        [{**vals, "line_ids": lines}],
                        context=context,
                    )
                    self.rpc(user, give.browse(ids), "action_give", context=context)
        self.env.invalidate_all()
        self.assertEqual(visit.user_id, self.specialist)
        self.assertFalse(self.account.member_ids)

    def test_own_visit_given_to_a_colleague(self):
        """One's own visit given to a colleague, whose figures it then counts in |
        specialist | refused: the manager or sales support does"""
        visit = self.env["key.account.visit"].create(
            {
                "key_account_id": self.account.id,
                "user_id": self.specialist.id,
                "date_start": datetime(2026, 3, 9, 9),
            }
        )
        with self.assertRaises(AccessError):
            visit.with_user(self.specialist)._give_to(self.colleague, "Not my thing")

    def test_coverage_of_others(self):
        """Coverage of accounts of others read, with a forged context | colleague,
        another team's manager, salesperson | none is found"""
        coverage = self.env["key.account.visit.coverage"]
        for user in (self.colleague, self.other_manager):
            for context in (None, FORGED):
                self.assertFalse(
                    self.rpc(user, coverage, "search", [], context=context)
                )
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, coverage, "search", [])
