import random

from odoo.tests import BaseCase, tagged

from ..rules import identification
from ..rules.identification import Criteria, Customer, Floors


@tagged("post_install", "-at_install")
class TestRulesIdentification(BaseCase):
    def test_one_criterion_is_enough(self):
        criteria = Criteria(amount=500_000, orders=12, standing=4)
        met = identification.met
        self.assertEqual(met(Customer(amount=500_000), criteria), ("amount",))
        self.assertEqual(met(Customer(499_999, orders=12), criteria), ("orders",))
        self.assertEqual(met(Customer(standing=3), criteria), ())
        self.assertEqual(
            met(Customer(600_000, orders=20, standing=5), criteria),
            ("amount", "orders", "standing"),
        )

    def test_nothing_asked_proposes_nobody(self):
        best = Customer(1e9, 1e9, 999, 5, 5, 5, 99, 99, 999)
        self.assertEqual(identification.reasons(best, Criteria(), Floors()), ())

    def test_who_lies_below_a_floor_is_excluded(self):
        criteria, good = Criteria(amount=1), Customer(amount=10)
        floors = Floors(margin_rate=5, share=10, growth=0)
        for known in ({"margin_rate": 4.9}, {"share": 9}, {"growth": -1.0}):
            with self.subTest(known):
                customer = good._replace(**known)
                self.assertEqual(identification.excluded(customer, floors), (*known,))
                self.assertEqual(identification.reasons(customer, criteria, floors), ())
        just = good._replace(margin_rate=5, share=10, growth=0)
        self.assertEqual(identification.reasons(just, criteria, floors), ("amount",))

    def test_unknown_excludes_nobody_and_meets_nothing(self):
        floors = Floors(margin_rate=5, share=10, growth=0)
        self.assertEqual(identification.excluded(Customer(amount=1), floors), ())
        self.assertEqual(identification.met(Customer(), Criteria(margin=1)), ())

    def test_properties(self):
        rng = random.Random(7)
        for _try in range(500):
            criteria = Criteria(*(rng.choice([0, rng.uniform(0, 5)]) for _ in range(6)))
            floors = Floors(
                rng.choice([0, 3]), rng.choice([0, 3]), rng.choice([-100, 0])
            )
            customer = Customer(
                *(rng.choice([0, rng.uniform(-5, 6)]) for _ in range(6)),
                *(rng.choice([None, rng.uniform(-9, 9)]) for _ in range(3)),
            )
            found = identification.reasons(customer, criteria, floors)
            for code in found:
                self.assertGreaterEqual(
                    getattr(customer, code), getattr(criteria, code)
                )
                more = customer._replace(**{code: getattr(customer, code) + 1})
                self.assertIn(code, identification.reasons(more, criteria, floors))
            looser = identification.reasons(customer, criteria, Floors())
            self.assertLessEqual(set(found), set(looser))
