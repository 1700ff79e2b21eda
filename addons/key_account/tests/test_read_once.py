"""What a request reads: once, together, and no more of a record than it asks for."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.sql_db import Cursor
from odoo.tests import Form, tagged

from .common import KeyAccountCommon
from .stage_common import StageCommon

# Of a quotation of one line, in a company where one person may sign off.
REQUESTED, APPROVED = 45, 40


@contextmanager
def asked(env):
    """The text of all queries that are made meanwhile."""
    texts = []
    execute = Cursor.execute

    def written_down(cursor, query, *args, **kwargs):
        texts.append(getattr(query, "code", query))
        return execute(cursor, query, *args, **kwargs)

    env.flush_all()
    env.invalidate_all()
    with patch.object(Cursor, "execute", written_down):
        yield texts


def rows_read(texts, table):
    """Queries that read records of a table, not only their ids."""
    start = f'SELECT "{table}"."id", '
    own = f'FROM "{table}" WHERE "{table}"."id" IN'
    return [text for text in texts if text.startswith(start) and own in text]


@tagged("post_install", "-at_install")
class TestDealReadOnce(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        deal = {"opportunity_id": cls.lead.id, "key_account_id": cls.account.id}
        cls.plans = cls.env["key.account.plan"].create([deal, deal])
        cls.visit = cls.env["key.account.visit"].create(
            {
                "key_account_id": cls.account.id,
                "opportunity_ids": [Command.set(cls.lead.ids)],
                "date_start": "2030-01-07 09:00:00",
                "purpose": "development",
                "user_id": cls.specialist.id,
            }
        )

    def test_what_hangs_on_a_deal_is_counted_by_one_query(self):
        other = self.lead.copy({"name": "Another deal"})
        plain = self.lead.copy({"team_id": self.plain_team.id, "partner_id": False})
        leads = self.lead | other | plain
        self.plans[0].active = False
        names = ("plan_count", "visit_count", "diagnosis_count")
        leads.mapped("plan_count")
        leads.mapped("team_id.name")
        leads.invalidate_recordset(names)
        with self.assertQueryCount(1):
            found = [[lead[name] for name in names] for lead in leads]
        self.assertEqual(found, [[1, 1, 0], [0, 0, 0], [0, 0, 0]])
        self.assertEqual(
            self.lead.with_context(active_test=False).mapped("plan_count"), [1]
        )

    def test_a_deal_of_others_is_not_asked_what_hangs_on_it(self):
        plain = self.lead.copy({"team_id": self.plain_team.id, "partner_id": False})
        with asked(self.env) as texts:
            self.assertEqual(plain.visit_count, 0)
        self.assertFalse(
            [text for text in texts if "key_account_" in text.lower()[:80]]
        )

    def test_the_panel_reads_the_steps_at_once(self):
        lead = self.lead.with_user(self.specialist)
        spec = {"can_override_gates": {}, "gate_state": {}, "stage_panel": {}}
        lead.web_read(spec)
        with asked(self.env) as texts:
            [shown] = lead.web_read(spec)
        self.assertTrue(shown["stage_panel"]["next"])
        self.assertEqual(len(rows_read(texts, "crm_stage")), 1)

    def form(self, lead):
        """Queries of opening a form of an opportunity, as the web client does."""
        lead = lead.with_user(self.specialist)
        spec = Form(lead)._view["fields_spec"]
        lead.web_read(spec)
        with asked(self.env) as texts:
            lead.web_read(spec)
        return texts

    def test_the_form_asks_six_queries_more(self):
        """What the form of a plain team's opportunity does not ask: obstacles, gates,
        plans, the customer's file, requirements and rulings, figures of buttons."""
        plain = self.lead.copy(
            {"team_id": self.plain_team.id, "user_id": self.specialist.id}
        )
        plain.stage_id = self.env["crm.stage"].search([("team_ids", "=", False)])[:1]
        plain.partner_id, self.lead.partner_id = self.plain_customer, self.customer
        # Odoo looks for other deals of all contacts of a customer.
        self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.plain_customer.id}
        )
        own, other = self.form(self.lead), self.form(plain)
        self.assertLessEqual(len(own) - len(other), 6, "\n".join(own))

    def test_requirements_and_rulings_are_read_together(self):
        self.outside(self.lead)
        self.settled(self.lead)
        self.lead.with_user(self.specialist).action_request_ruling("10 % more")
        lead = self.lead.with_user(self.manager)
        lead.mapped("team_id.name")
        with asked(self.env) as texts:
            self.assertEqual(lead.requirement_count, 2)
            self.assertTrue(lead.has_requirements_to_quote)
        tables = ("key_account_requirement", "key_account_ruling")
        self.assertEqual(
            len([text for text in texts if any(name in text for name in tables)]), 1
        )
        self.assertEqual((lead.ruling_state, lead.can_rule), ("requested", True))

    def test_plans_of_many_deals_are_one_query(self):
        self.meet_plan(self.lead)
        leads = self.lead | self.lead.copy({"name": "Another deal"})
        gates = self.first.sudo().gate_ids.filtered(lambda gate: gate.kind == "plan")
        leads.mapped("name")
        gates.mapped("name")
        with asked(self.env) as texts:
            found = gates._check_plan(leads)
        self.assertEqual(len([text for text in texts if "key_account_plan" in text]), 1)
        self.assertFalse(found[leads[0].id])
        self.assertIn("no plan", found[leads[1].id])

    def test_gates_say_of_a_plan_what_the_plan_says(self):
        lead = self.lead.copy({"name": "Another deal"})
        plan = self.env["key.account.plan"].create(
            {
                "opportunity_id": lead.id,
                "contingency": "  ",
                "action_ids": [
                    Command.create({"name": "Second", "sequence": 20}),
                    Command.create({"name": "First", "sequence": 10}),
                ],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        found = plan._lacking_of_deals(lead.ids)
        self.assertEqual(found, {lead.id: [plan._missing_parts()]})
        self.assertEqual(len(found[lead.id][0]), 4)
        plan.write(
            {
                "contingency": "Another supplier",
                "objective_ids": [Command.create({"name": "First order"})],
            }
        )
        plan.action_ids.write({"user_id": self.specialist.id, "date_due": "2030-01-07"})
        self.assertEqual(plan._lacking_of_deals(lead.ids), {lead.id: [[]]})

    def test_odoos_own_fields_are_read_without_asking_whose_they_are(self):
        lead = self.lead.with_user(self.specialist)
        asked = []
        Lead = self.env.registry["crm.lead"]
        is_colleague = Lead._is_read_by_colleague

        def counted(record):
            asked.append(record)
            return is_colleague(record)

        self.patch(Lead, "_is_read_by_colleague", counted)
        names = ("name", "partner_id", "company_id", "stage_id")
        lead.mapped("name")
        asked.clear()
        for name in names:
            self.assertTrue(lead[name])
        self.assertFalse(asked)
        self.assertTrue(lead.key_account_id)
        self.assertTrue(asked)


@tagged("post_install", "-at_install")
class TestSignOffReadsOnce(KeyAccountCommon):
    def request(self, order):
        with asked(self.env) as texts:
            self.rpc(self.specialist, order, "action_request_approval")
            self.env.flush_all()
        return texts

    def approve(self, order):
        with asked(self.env) as texts:
            self.rpc(self.manager, order, "action_approve")
            self.env.flush_all()
        return texts

    def test_quotation_people_and_file_are_read_once(self):
        first, second = self.make_order(discount=8.0), self.make_order(discount=8.0)
        # What is kept in memory for everybody is there from now on.
        self.request(first)
        self.approve(first)
        for texts in (self.request(second), self.approve(second)):
            for table in ("sale_order", "key_account"):
                self.assertEqual(len(rows_read(texts, table)), 1, table)
            # The customer, and together all colleagues who write or are written to.
            self.assertLessEqual(len(rows_read(texts, "res_partner")), 2)
            # A file has many columns, and a few of them are wanted.
            [file] = rows_read(texts, "key_account")
            self.assertLess(file.count('"key_account".'), 12)
        self.assertEqual(second.authority_state, "approved")

    def test_how_many_queries_the_way_takes(self):
        """The counts that a request for sign-off, and a decision, had come down to."""
        first, second = self.make_order(discount=8.0), self.make_order(discount=8.0)
        self.request(first)
        self.approve(first)
        requested, approved = self.request(second), self.approve(second)
        self.assertLessEqual(len(requested), REQUESTED, "\n".join(requested))
        self.assertLessEqual(len(approved), APPROVED, "\n".join(approved))

    def test_what_asked_for_the_decision_goes_and_nothing_else(self):
        order, other = self.make_order(discount=8.0), self.make_order(discount=8.0)
        self.request(order)
        self.request(other)
        activity = order.activity_ids
        file = self.env["ir.attachment"].create(
            {"name": "a", "res_model": "mail.activity", "res_id": activity.id}
        )
        done = activity.copy({"active": False})
        by_hand = activity.copy({"automated": False})
        self.approve(order)
        self.assertFalse(activity.exists())
        self.assertFalse(file.exists())
        self.assertEqual((done | by_hand).exists(), done | by_hand)
        self.assertEqual(order.activity_ids, by_hand)
        self.assertTrue(other.activity_ids)

    def test_rules_ask_for_nobody_of_a_list(self):
        """Who was asked at any time comes with the quotations themselves."""
        orders = self.make_order(discount=2.0) | self.make_order(discount=8.0)
        self.request(orders[1])
        for user in (self.specialist, self.manager):
            with asked(self.env) as texts:
                orders.with_user(user).web_search_read(
                    [("id", "in", orders.ids)], {"name": {}, "order_line": {}}
                )
                orders.with_user(user).check_access("read")
            self.assertFalse(
                [text for text in texts if "key_account_sign_off_user_rel" in text]
            )

    def test_without_a_deal_nobody_looks_whether_the_contract_is_complete(self):
        order = self.make_order(discount=2.0)
        self.env.flush_all()
        self.env.invalidate_all()
        order.mapped("opportunity_id")
        order.mapped("team_id")
        with asked(self.env) as texts:
            self.assertFalse(order.contract_incomplete)
        self.assertFalse([text for text in texts if "sale_order_line" in text])
