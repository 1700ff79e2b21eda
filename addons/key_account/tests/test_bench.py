from itertools import product

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_visit import VisitCommon


@tagged("post_install", "-at_install")
class TestBench(VisitCommon):
    """Requirement, quotation and grant are answered by one bench."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["crm.team"].create(
            {
                "name": "Second team",
                "company_id": cls.company.id,
                "user_id": cls.other_manager.id,
                "is_key_account": True,
            }
        )
        cls.second._load_stage_template("eight_steps")
        cls.other_lead = cls.lead.create(
            {
                "name": "Pumps 2028",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.second.id,
                "company_id": cls.company.id,
            }
        )
        machines = cls.env["product.category"].create({"name": "Machines"})
        cls.pump.categ_id = machines.create({"name": "A", "parent_id": machines.id})
        cls.levels[20].write({"user_ids": [Command.clear()], "team_leader": True})
        cls.env["key.account.authority.limit"].create(
            [
                {"level_id": cls.levels[level].id, "dimension": "discount", **vals}
                for level, vals in (
                    (10, {"value": 9.0, "team_id": cls.team.id}),
                    (10, {"value": 3.0, "team_id": cls.second.id}),
                    (10, {"value": 7.0, "grade": "A"}),
                    (10, {"value": 8.0, "product_category_id": machines.id}),
                    (20, {"value": 6.0, "grade": "B", "team_id": cls.second.id}),
                )
            ]
        )

    def grant(self, user, value, giver=None, lead=None):
        return (
            self.env["key.account.authority.grant"]
            .with_user(giver or self.director)
            .create(
                {
                    "opportunity_id": (lead or self.lead).id,
                    "company_id": self.company.id,
                    "user_id": user.id,
                    "dimension": "discount",
                    "value": value,
                }
            )
        )

    def asked(self, person, lead=None):
        """A line of what the customer asks for, and a quotation that promises it."""
        lead = lead or self.lead
        lead.user_id = person
        line = self.env["key.account.requirement"].create(
            {
                "name": "8 % less",
                "kind": "target_price",
                "opportunity_id": lead.id,
                "product_id": self.pump.id,
                "target_price": 920.0,
            }
        )
        order = self.make_order(
            8.0, user=person, opportunity_id=lead.id, team_id=lead.team_id.id
        )
        return line, order

    def assert_same_answer(self, line, order):
        self.env.flush_all()
        measured = order._authority_found()[order].decision.verdicts
        (verdict,) = (
            verdict
            for verdict in measured
            if (verdict.measure.dimension, verdict.measure.scope)
            == ("discount", "line")
        )
        self.assertEqual(
            (line.within_authority == "yes", line.authority_limit),
            (verdict.within, line._limit_text(verdict.limit)),
        )
        return line.authority_limit

    def test_a_requirement_answers_as_its_quotation(self):
        people = (self.specialist, self.colleague, self.manager, self.outsider)
        teams, found = (self.team, self.second), set()
        for person, lead in product(people, (self.lead, self.other_lead)):
            line, order = self.asked(person, lead)
            for granted in (False, True):
                if granted:
                    self.grant(self.colleague, 8.5, lead=lead)
                for team, grade in product(teams, (False, "A", "B")):
                    self.account.write({"team_id": team.id, "grade": grade})
                    with self.subTest(
                        person=person.name,
                        granted=granted,
                        team=lead.team_id.name,
                        of_account=team.name,
                        grade=grade,
                    ):
                        found.add(self.assert_same_answer(line, order))
        # The cases tell limits apart, else they would prove nothing.
        self.assertGreaterEqual(len(found), 6, found)

    def test_the_stricter_team_counts_for_a_requirement(self):
        line, order = self.asked(self.specialist)
        self.pump.categ_id = False
        self.env.flush_all()
        self.assertEqual(line.within_authority, "yes")
        self.account.team_id = self.second
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.assertEqual((line.within_authority, line.state), ("no", "outside"))

    def test_a_visit_without_a_deal_is_measured_as_one_of_the_account_s_team(self):
        visit = self.plan(opportunity_ids=[])
        visit.requirement_ids = [
            Command.create(
                {"name": "Less", "product_id": self.valve.id, "target_price": 91.0}
            )
        ]
        line = visit.requirement_ids
        self.assertEqual(line.within_authority, "yes")
        self.account.team_id = self.second
        self.env.flush_all()
        self.assertEqual(line.within_authority, "no")

    def test_nobody_gives_beyond_the_stricter_of_both_teams(self):
        self.assertTrue(self.grant(self.specialist, 10.0, giver=self.manager))
        self.account.team_id = self.second
        # Leading the deal's team gives no authority in that of the account.
        with self.assertRaisesRegex(AccessError, "beyond your own limit"):
            self.grant(self.specialist, 10.0, giver=self.manager)
