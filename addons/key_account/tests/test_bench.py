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
        """What the customer asks for, 8 % off each, and a quotation that promises it.

        Limits are for the pump's category, none are for the valve's.
        """
        lead = lead or self.lead
        lead.user_id = person
        products = self.pump | self.valve
        lines = self.env["key.account.requirement"].create(
            [
                {
                    "name": product.name,
                    "kind": "target_price",
                    "opportunity_id": lead.id,
                    "product_id": product.id,
                    "target_price": product.list_price * 0.92,
                }
                for product in products
            ]
        )
        order = self.make_order(
            user=person,
            opportunity_id=lead.id,
            team_id=lead.team_id.id,
            order_line=[
                Command.create({"product_id": product.id, "discount": 8.0})
                for product in products
            ],
        )
        return lines, order

    def assert_same_answer(self, lines, order):
        """The limits both were measured by, for the pump and for the valve."""
        self.env.flush_all()
        verdicts = [
            verdict
            for verdict in order._authority_found()[order].decision.verdicts
            if (verdict.measure.dimension, verdict.measure.scope)
            == ("discount", "line")
        ]
        self.assertEqual(
            [(line.within_authority == "yes", line.authority_limit) for line in lines],
            [(v.within, lines._limit_text(v.limit)) for v in verdicts],
        )
        return lines.mapped("authority_limit")

    def test_a_requirement_answers_as_its_quotation(self):
        people = (self.specialist, self.colleague, self.manager, self.outsider)
        teams, found = (self.team, self.second), set()
        for person, lead in product(people, (self.lead, self.other_lead)):
            lines, order = self.asked(person, lead)
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
                        found.update(self.assert_same_answer(lines, order))
        # The cases tell limits apart, else they would prove nothing.
        self.assertGreaterEqual(len(found), 6, found)

    def test_the_stricter_team_counts_for_a_requirement(self):
        lines, order = self.asked(self.specialist)
        self.env.flush_all()
        pump, valve = lines
        self.assertEqual(valve.within_authority, "yes")
        self.account.team_id = self.second
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.assertEqual((valve.within_authority, valve.state), ("no", "outside"))
        self.assertEqual(pump.within_authority, "yes", "its category has a limit")

    def test_another_leader_is_followed(self):
        lines, order = self.asked(self.manager)
        self.assertEqual(self.assert_same_answer(lines, order), ["10 %", "10 %"])
        self.team.user_id = self.other_manager
        self.assertEqual(
            self.assert_same_answer(lines, order), ["no authority", "no authority"]
        )
        self.assertEqual(set(lines.mapped("state")), {"outside"})

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
