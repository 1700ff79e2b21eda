"""Visits still ahead when their account changes hands, or ends."""

from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .test_visit_plan import NOW, VisitPlanCase

LEFT, ENDED = "give them to that colleague", "has ended"


def at(day, hour=9):
    return datetime(2026, 3, day, hour)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisitAhead(VisitPlanCase):
    def asked(self, words, account=None):
        """The activities of an account that say so."""
        found = (account or self.account).sudo().activity_ids
        return found.filtered(lambda each: words in (each.summary or ""))

    def link(self, visit):
        return f'data-oe-model="key.account.visit" data-oe-id="{visit.id}"'

    def give(self, **vals):
        vals = {"user_id": self.colleague.id, **vals}
        self.rpc(self.manager, self.account, "write", vals)

    def hand_over(self):
        wizard = self.env["key.account.handover"].with_user(self.manager)
        wizard = wizard.create(
            {
                "from_user_id": self.specialist.id,
                "to_user_id": self.colleague.id,
                "key_account_ids": [Command.set(self.account.ids)],
                "reason": "Leaves",
            }
        )
        wizard.action_hand_over()

    def prepared(self, visit, person):
        item = {"name": "Pack samples", "visit_id": visit.id, "user_id": person.id}
        return self.env["key.account.visit.preparation"].create(item)

    def test_whoever_gets_an_account_is_asked_for_the_visits_left(self):
        ahead, later = self._visit(at(9)), self._visit(at(16))
        theirs = self._visit(at(10), user=self.manager)
        self.give()
        [asked] = self.asked(LEFT)
        self.assertEqual(asked.user_id, self.colleague)
        self.assertIn(self.specialist.name, asked.summary)
        for visit in ahead | later:
            self.assertIn(self.link(visit), asked.note)
            self.assertEqual(visit.user_id, self.specialist, "nothing moves unasked")
        self.assertNotIn(self.link(theirs), asked.note)
        self.assertTrue(ahead.with_user(self.colleague).has_access("write"))

    def test_what_is_named_of_the_preparation_is_left_too(self):
        visit = self._visit(at(9), user=self.manager)
        item = self.prepared(visit, self.specialist)
        self.give()
        [asked] = self.asked(LEFT)
        self.assertIn(f"{self.specialist.name}: Pack samples", asked.note)
        asked.unlink()
        item._set_kept({"done_on": NOW, "done_by_id": self.specialist.id})
        self.give(user_id=self.specialist.id)
        self.give()
        self.assertFalse(self.asked(LEFT))

    def test_nothing_is_left_of_what_is_over_or_unchanged(self):
        self._visit(at(2))
        self._visit(at(9)).action_cancel("They are away", "customer")
        self.give()
        self.give()
        self.assertFalse(self.asked(LEFT))

    def test_where_nobody_gets_it_a_manager_is_asked(self):
        self._visit(at(9))
        self.give(user_id=False)
        self.assertEqual(self.asked(LEFT).user_id, self.manager)

    def test_a_change_of_hands_gives_them_along(self):
        visit = self._visit(at(9))
        self.hand_over()
        self.assertEqual(visit.user_id, self.colleague)
        self.assertFalse(self.asked(LEFT))

    def test_a_change_of_hands_says_what_is_left(self):
        self.prepared(self._visit(at(9)), self.specialist)
        self.hand_over()
        self.assertEqual(self.asked(LEFT).user_id, self.colleague)

    def test_nobody_says_that_visits_were_given_along(self):
        """Whatever comes with a call: it carries no instance."""
        self._visit(at(9))
        vals = {"user_id": self.colleague.id}
        context = {"key_account_given": True}
        self.rpc(self.manager, self.account, "write", vals, context=context)
        self.assertTrue(self.asked(LEFT))

    def test_whoever_has_visits_at_an_ended_account_is_asked(self):
        visits = self._visit(at(9)) | self._visit(at(16), user=self.manager)
        reason = "Bought elsewhere"
        self.rpc(self.manager, self.account, "action_drop", reason)
        asked = self.asked(ENDED)
        self.assertEqual(asked.user_id, self.specialist | self.manager)
        self.assertEqual(set(visits.mapped("state")), {"planned"})
        for visit in visits:
            [own] = asked.filtered(lambda each, v=visit: each.user_id == v.user_id)
            self.assertIn(self.link(visit), own.note)

    def test_of_whoever_cannot_open_it_the_specialist_is_asked(self):
        self._visit(at(9), user=self.manager)
        self.team.write(
            {"user_id": False, "key_account_manager_ids": [Command.clear()]}
        )
        self.account.with_user(self.director).action_drop("Bought elsewhere")
        self.assertEqual(self.asked(ENDED).user_id, self.specialist)

    def test_visits_in_merged_files_are_named(self):
        other = self._account("Golden Gate Motors Ltd", user=self.colleague)
        visit = self._visit(at(9), other, self.colleague)
        other._merge_into(self.account)
        self.account.with_user(self.manager).action_drop("Bought elsewhere")
        self.assertIn(self.link(visit), self.asked(ENDED).note)
