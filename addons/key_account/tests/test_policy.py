"""Which policy holds for whom, and that the settings say the same."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestPolicy(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["key.account.policy"]
        cls.policies.search([]).unlink()
        cls.shared = cls.policies.create(
            [
                {
                    "grade": grade,
                    "evaluation_months": months,
                    "visits_per_month": visits,
                }
                for grade, months, visits in (("A", 6, 2), ("B", 12, 1), ("D", 12, 0))
            ]
        )

    def by_grade(self, company=None):
        companies = company or self.company
        found = self.policies._by_grade(companies)
        return [found[companies.id, grade] for grade in ("A", "B", "C", "D", False)]

    def test_the_companys_own_holds_before_the_shared_one(self):
        a, b, d = self.shared
        none = self.policies
        self.assertEqual(self.by_grade(), [a, b, none, d, d])
        own = self.policies.create({"grade": "A", "company_id": self.company.id})
        self.assertEqual(self.by_grade(), [own, b, none, d, d])
        self.assertEqual(self.by_grade(self.other_company), [a, b, none, d, d])
        own.unlink()
        self.assertEqual(self.by_grade(), [a, b, none, d, d])

    def test_of_an_account(self):
        self.assertEqual(self.account._policy().grade, "D")
        self.account.grade = "A"
        policy = self.account.with_user(self.specialist)._policy()
        self.assertEqual((policy.grade, policy.visits_per_month), ("A", 2))
        self.account.grade = "C"
        self.assertEqual(self.account._policy().visits_per_month, 0, "nothing is due")

    def test_the_setting_and_the_policies_are_one_truth(self):
        self.assertEqual(self.company.key_account_evaluation_months, 12)
        self.company.key_account_evaluation_months = 12
        self.assertFalse(self.policies.search([("company_id", "!=", False)]))
        self.company.key_account_evaluation_months = 9
        self.env.invalidate_all()
        self.assertEqual(self.company.key_account_evaluation_months, 9)
        own = self.policies.search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(own.mapped("grade")), ["A", "B", "C", "D"])
        self.assertEqual(own.mapped("evaluation_months"), [9] * 4)
        self.assertEqual(own.filtered(lambda p: p.grade == "A").visits_per_month, 2)
        self.assertEqual(self.other_company.key_account_evaluation_months, 12)
        own.filtered(lambda p: p.grade == "D").evaluation_months = 3
        self.env.invalidate_all()
        self.assertEqual(self.company.key_account_evaluation_months, 3)

    def test_one_per_importance_and_company(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.policies.create({"grade": "A"})
        with self.assertRaisesRegex(UserError, "one policy"):
            self.shared[0].copy()

    def test_no_query_for_which_one_holds(self):
        self.by_grade()
        self.shared.mapped("visits_per_month")
        with self.assertQueryCount(0):
            self.by_grade()
