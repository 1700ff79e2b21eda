import itertools
from datetime import date

from odoo.tests import BaseCase, tagged

from ..rules import account_state, completeness, qualification

JUDGEMENTS = (qualification.OPEN, qualification.CONFIRMED, qualification.REFUSED)


@tagged("post_install", "-at_install")
class TestRulesQualification(BaseCase):
    """Money, Authority, Need → likelihood, over all 27 combinations."""

    def test_examples(self):
        for judgements, expected in (
            (("confirmed", "confirmed", "confirmed"), "A"),
            (("confirmed", "open", "open"), "B"),
            (("open", "confirmed", "confirmed"), "B"),
            (("open", "open", "open"), "C"),
            (("confirmed", "confirmed", "refused"), "C"),
            (("refused", "refused", "refused"), "C"),
        ):
            with self.subTest(judgements):
                self.assertEqual(qualification.likelihood(*judgements), expected)

    def test_order_does_not_matter(self):
        for judgements in itertools.product(JUDGEMENTS, repeat=3):
            grades = {
                qualification.likelihood(*p) for p in itertools.permutations(judgements)
            }
            self.assertEqual(len(grades), 1, judgements)

    def test_a_better_judgement_never_lowers_the_likelihood(self):
        better = {"refused": "open", "open": "confirmed"}
        for judgements in itertools.product(JUDGEMENTS, repeat=3):
            before = qualification.likelihood(*judgements)
            for place in range(3):
                if judgements[place] not in better:
                    continue
                improved = list(judgements)
                improved[place] = better[judgements[place]]
                self.assertLessEqual(qualification.likelihood(*improved), before)

    def test_unjudged_names_what_is_open(self):
        self.assertEqual(
            qualification.unjudged(
                {"Money": "open", "Authority": "refused", "Need": None}
            ),
            ["Money", "Need"],
        )


@tagged("post_install", "-at_install")
class TestRulesCompleteness(BaseCase):
    def test_examples(self):
        item = completeness.Item
        for items, expected in (
            ([], 100.0),
            ([item(3, False, False)], 100.0),
            ([item(3, True, False)], 0.0),
            ([item(3, True, True), item(1, True, False)], 75.0),
            ([item(3, True, False), item(9, False, True)], 0.0),
            ([item(0, True, False), item(2, True, True)], 100.0),
        ):
            with self.subTest(items):
                self.assertEqual(completeness.completeness(items), expected)

    def test_properties_over_all_small_surveys(self):
        kinds = [
            completeness.Item(weight, required, current)
            for weight in (0, 1, 2.5)
            for required in (True, False)
            for current in (True, False)
        ]
        for items in itertools.product(kinds, repeat=3):
            share = completeness.completeness(items)
            self.assertTrue(0.0 <= share <= 100.0)
            # Optional answers change nothing.
            for item in (
                completeness.Item(5, False, True),
                completeness.Item(5, False, False),
            ):
                self.assertEqual(completeness.completeness([*items, item]), share)
            # Another answer never lowers it.
            answered = [items[0]._replace(current=True), *items[1:]]
            self.assertGreaterEqual(completeness.completeness(answered), share)

    def test_validity(self):
        self.assertEqual(completeness.expiry(date(2024, 1, 31), 1), date(2024, 2, 29))
        self.assertIsNone(completeness.expiry(date(2024, 1, 31), 0))
        self.assertIsNone(completeness.expiry(None, 12))
        last_day = date(2024, 2, 29)
        self.assertTrue(completeness.is_current(True, last_day, last_day))
        self.assertFalse(completeness.is_current(True, last_day, date(2024, 3, 1)))
        self.assertTrue(completeness.is_current(True, None, date(2099, 1, 1)))
        self.assertFalse(completeness.is_current(False, None, last_day))


@tagged("post_install", "-at_install")
class TestRulesAccountState(BaseCase):
    def test_churn_can_be_neither_hidden_nor_invented(self):
        for state in account_state.ALLOWED:
            if state not in ("candidate", "dropped"):
                self.assertFalse(account_state.may_become(state, "dropped"), state)
        self.assertFalse(account_state.may_become("candidate", "lost"))

    def test_a_signature_is_always_possible_and_keeps_a_trial(self):
        for state in account_state.ALLOWED:
            after = account_state.after_signature(state)
            self.assertTrue(account_state.may_become(state, after))
            self.assertEqual(after, "trial" if state == "trial" else "active")

    def test_the_more_living_state_survives_a_merge(self):
        self.assertEqual(account_state.most_living(["lost", "candidate"]), "candidate")
        self.assertEqual(
            account_state.most_living(["active", "trial", "dropped"]), "active"
        )
        for state in account_state.ALLOWED:
            self.assertEqual(account_state.most_living([state]), state)
