"""Terms of a customer, read from what was entered."""

import random
from datetime import date, timedelta

from odoo.tests import TransactionCase, tagged

from ..rules.account_terms import (
    Change,
    Term,
    lost_on,
    state_on,
    term_on,
    terms,
    united,
    won_on,
)


def day(month, of_month=1, year=2025):
    return date(year, month, of_month)


@tagged("post_install", "-at_install")
class TestRulesAccountTerms(TransactionCase):
    def test_a_term_runs_from_active_to_the_end(self):
        changes = [
            Change(day(1), "candidate"),
            Change(day(2), "trial"),
            Change(day(5), "active"),
            Change(day(8), "dormant"),
            Change(day(9), "active"),
            Change(day(11), "lost"),
        ]
        self.assertEqual(terms(changes), [Term(day(5), day(11))])
        self.assertEqual((won_on(changes), lost_on(changes)), (day(5), day(11)))

    def test_returning_starts_a_new_term(self):
        changes = [
            Change(day(1), "active"),
            Change(day(3), "lost"),
            Change(day(6), "candidate"),
        ]
        self.assertEqual((won_on(changes), lost_on(changes)), (None, None))
        changes.append(Change(day(7), "active"))
        self.assertEqual(terms(changes), [Term(day(1), day(3)), Term(day(7), None)])
        self.assertEqual((won_on(changes), lost_on(changes)), (day(7), None))

    def test_what_is_entered_late_corrects_what_was_entered_between(self):
        changes = [
            Change(day(1), "active"),
            Change(day(8), "dormant"),
            Change(day(6), "lost"),
        ]
        self.assertEqual(terms(changes), [Term(day(1), day(6))])
        self.assertEqual(state_on(changes, day(9)), "lost")
        self.assertEqual(state_on(changes, day(5)), "active")
        self.assertIsNone(state_on(changes, day(1) - timedelta(1)))
        changes = [Change(day(8), "active"), Change(day(6), "lost")]
        self.assertEqual(terms(changes), [], "it was lost before it was one")

    def test_won_by_a_signature_in_the_trial(self):
        changes = [Change(day(2), "trial"), Change(day(3), "signed")]
        self.assertEqual((won_on(changes), terms(changes)), (day(3), []))
        changes.append(Change(day(5), "active"))
        self.assertEqual(won_on(changes), day(3))
        self.assertEqual(terms(changes), [Term(day(5), None)])

    def test_whoever_never_was_a_customer_has_no_term(self):
        changes = [Change(day(2), "candidate"), Change(day(4), "dropped")]
        self.assertEqual((terms(changes), won_on(changes)), ([], None))
        self.assertEqual(lost_on(changes), day(4))

    def test_a_day_of_a_term(self):
        found = [Term(day(2), day(4)), Term(day(6), None)]
        self.assertIsNone(term_on(found, day(1)))
        self.assertEqual(term_on(found, day(2)), found[0])
        self.assertIsNone(term_on(found, day(4)), "on that day it was one no more")
        self.assertEqual(term_on(found, day(12)), found[1])

    def test_files_of_one_customer(self):
        first = [Term(day(1), day(4)), Term(day(9), day(10))]
        second = [Term(day(3), day(6)), Term(day(10), None)]
        self.assertEqual(
            united([first, second]), [Term(day(1), day(6)), Term(day(9), None)]
        )

    def test_terms_never_overlap_and_hold_what_the_timeline_says(self):
        chance = random.Random(7)
        states = ("candidate", "trial", "active", "dormant", "lost", "dropped")
        for _case in range(300):
            changes = [
                Change(day(1) + timedelta(chance.randrange(40)), chance.choice(states))
                for _number in range(chance.randrange(9))
            ]
            found = terms(changes)
            for term, following in zip(found, found[1:], strict=False):
                self.assertLessEqual(term.end, following.start)
            for offset in range(45):
                on = day(1) + timedelta(offset)
                running = state_on(changes, on) in ("active", "dormant")
                self.assertEqual(term_on(found, on) is not None, running, changes)
            self.assertEqual(united([found, found]), united([found]))
