from odoo import Command, fields
from odoo.tests import tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestStageCost(StageCommon):
    """What many opportunities cost, told by comparing two sizes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.gate_ids.unlink()
        email_cc = cls.env["ir.model.fields"]._get("crm.lead", "email_cc")
        parameters = {
            "field": {"field_id": email_cc.id},
            "domain": {"domain": "[('expected_revenue', '>', 1000)]"},
            "document": {"document_type": "minutes"},
            "profile": {"number": 40},
            "checklist": {"check_ids": [Command.create({"name": "Budget known"})]},
        }
        kinds = cls.env["crm.stage.gate"]._fields["kind"].get_values(cls.env)
        cls.first.gate_ids = [
            Command.create({"kind": kind, **parameters.get(kind, {})}) for kind in kinds
        ]
        cls.many = cls.make_leads(60)
        cls.few = cls.many[:4]

    @classmethod
    def make_leads(cls, count):
        """Deals of as many customers, each with a file, a requirement, a plan and a
        quotation.
        """
        customers = cls.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(count)]
        )
        common = {
            "company_id": cls.company.id,
            "team_id": cls.team.id,
            "user_id": cls.specialist.id,
        }
        cls.env["key.account"].create(
            [{**common, "partner_id": customer.id} for customer in customers]
        )
        leads = cls.env["crm.lead"].create(
            [
                {
                    **common,
                    "name": f"Deal {customer.name}",
                    "type": "opportunity",
                    "partner_id": customer.id,
                }
                for customer in customers
            ]
        )
        own = [{"opportunity_id": lead.id} for lead in leads]
        cls.env["key.account.requirement"].create(
            [{**vals, "name": "Steel"} for vals in own]
        )
        cls.env["key.account.plan"].create(own)
        cls.env["sale.order"].create(
            [
                {
                    **common,
                    "opportunity_id": lead.id,
                    "partner_id": lead.partner_id.id,
                    "order_line": [
                        Command.create({"product_id": cls.pump.id}),
                    ],
                }
                for lead in leads
            ]
        )
        leads.action_tick(cls.first.gate_ids.check_ids.id)
        return leads

    def count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_checking_many_with_all_kinds_costs_what_few_cost(self):
        self.assertEqual(len(self.first.gate_ids), 20)

        def check(leads):
            return self.count(lambda: self.first.gate_ids._evaluate(leads))

        check(self.few)
        self.assertLessEqual(check(self.many), check(self.few))

    def test_moving_many_costs_no_check_each(self):
        """Beside what plain Odoo writes for each, in observe mode so that they move."""
        self.company.key_account_mode = "observe"
        plain = self.env["crm.stage"].create(
            [
                {"name": name, "team_ids": [Command.set(self.plain_team.ids)]}
                for name in ("One", "Two")
            ]
        )
        vals = {"team_id": self.plain_team.id, "stage_id": plain[0].id}
        others = self.env["crm.lead"].create(
            [{"name": f"Plain {n}", "type": "opportunity", **vals} for n in range(60)]
        )

        def move(leads, stage):
            return self.count(lambda: leads.write({"stage_id": stage.id}))

        move(others[:1], plain[1])
        move(self.many[59], self.visit_step)
        more = move(self.many[4:44], self.visit_step) - move(others[4:44], plain[1])
        less = move(self.many[:4], self.visit_step) - move(others[:4], plain[1])
        # Each event of the log is a row of its own, inserted together with the others.
        self.assertLessEqual(more, less + 3)

    def test_pipeline_of_many_cards_costs_what_few_cost(self):
        spec = {
            name: {}
            for name in ("name", "gate_state", "gate_missing_count", "stage_deadline")
        }
        Lead = self.env["crm.lead"].with_user(self.specialist)

        def cards(leads):
            return self.count(
                lambda: Lead.web_search_read([("id", "in", leads.ids)], spec)
            )

        cards(self.few)
        self.assertLessEqual(cards(self.many), cards(self.few))
        found = Lead.web_search_read([("id", "in", self.few.ids)], spec)["records"]
        self.assertTrue(all(card["gate_missing_count"] > 2 for card in found))

    def test_card_and_panel_look_at_the_gates_once(self):
        lead = self.many[0].with_user(self.specialist)
        panel = {"stage_panel": {}}
        both = {**panel, "gate_state": {}, "gate_summary": {}}

        def read(spec):
            return self.count(lambda: lead.web_read(spec))

        read(both)
        self.assertEqual(read(both), read(panel))

    def test_kinds_share_what_they_read_of_the_quotation(self):
        kinds = ("quotation", "approval", "signature", "contract_review")
        gates = self.first.gate_ids.filtered(lambda gate: gate.kind in kinds)
        self.assertEqual(len(gates), len(kinds))

        def check(gates):
            return self.count(lambda: gates._evaluate(self.few))

        check(gates)
        alone = sum(check(gate) for gate in gates)
        # Alone, each reads the gate and searches for the quotation.
        self.assertLessEqual(check(gates), alone - 2 * (len(kinds) - 1))

    def test_cards_of_plain_teams_cost_nothing_more(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Plain {n}",
                    "type": "opportunity",
                    "team_id": self.plain_team.id,
                    "user_id": self.specialist.id,
                }
                for n in range(3)
            ]
        )
        Lead = self.env["crm.lead"].with_user(self.specialist)
        plain = {"name": {}, "stage_id": {}, "team_id": {}}
        own = {**plain, "gate_state": {}, "gate_missing_count": {}, "gate_summary": {}}
        domain = [("id", "in", leads.ids)]
        Lead.web_search_read(domain, own)
        without = self.count(lambda: Lead.web_search_read(domain, plain))
        self.assertEqual(self.count(lambda: Lead.web_search_read(domain, own)), without)

    def test_deadlines_of_many_that_enter_at_once(self):
        now = fields.Datetime.now()

        def enter(leads):
            return self.count(
                lambda: leads.sudo()._write_kept({"stage_entered_on": now})
            )

        # Each month that deadlines reach into is kept for everybody.
        enter(self.few)
        enter(self.many)
        self.assertLessEqual(enter(self.many), enter(self.few))
