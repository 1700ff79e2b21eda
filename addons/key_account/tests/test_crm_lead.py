from datetime import datetime

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .stage_common import StageCommon

MONDAY = datetime(2027, 3, 1, 1, 0)


@tagged("post_install", "-at_install")
class TestCrmLead(StageCommon):
    # -- account --------------------------------------------------------------

    def test_account_follows_customer_and_company(self):
        self.assertEqual(self.lead.key_account_id, self.account)
        contact = self.make_lead(partner_id=self.contact.id)
        self.assertEqual(contact.key_account_id, self.account)
        self.lead.partner_id = self.plain_customer
        self.assertFalse(self.lead.key_account_id)
        elsewhere = self.make_lead(
            company_id=self.other_company.id, team_id=False, user_id=False
        )
        self.assertFalse(elsewhere.key_account_id)

    def test_process_fields_are_nobodys_to_write(self):
        for vals in (
            {"key_account_id": False},
            {"stage_entered_on": "2020-01-01"},
            {"stage_deadline": "2099-01-01"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.rpc(self.specialist, self.lead, "write", vals)
            new = {"name": "New", "team_id": self.team.id}
            Lead = self.env["crm.lead"]
            with self.subTest(create=vals), self.assertRaises(AccessError):
                self.rpc(self.specialist, Lead, "create", [{**new, **vals}])
            context = {f"default_{name}": value for name, value in vals.items()}
            if any(vals.values()):
                with self.subTest(context=context), self.assertRaises(AccessError):
                    self.rpc(self.specialist, Lead, "create", [new], context=context)

    # -- deadline -------------------------------------------------------------

    def test_deadline_from_entry(self):
        with freeze_time(MONDAY):
            lead = self.make_lead()
        self.assertEqual(lead.stage_entered_on, MONDAY)
        self.assertEqual(
            lead.stage_deadline, self.company._key_account_deadline(MONDAY, 2, "days")
        )
        self.assertEqual(self.log(lead).deadline, lead.stage_deadline)
        self.first.time_limit = 9
        self.env.flush_all()
        self.assertEqual(self.log(lead).deadline, lead.stage_deadline)

    def test_visit_step_is_due_with_the_visit(self):
        self.put(self.lead, self.visit_step)
        self.assertFalse(self.lead.stage_deadline)
        visit = self.env["key.account.visit"].create(
            {
                "key_account_id": self.account.id,
                "date_start": datetime(2030, 1, 7, 8),
                "date_end": datetime(2030, 1, 7, 9),
                "opportunity_ids": [Command.set(self.lead.ids)],
            }
        )
        self.assertEqual(self.lead.stage_deadline, datetime(2030, 1, 7, 9))
        visit.date_start = datetime(2030, 1, 8, 8)
        self.assertEqual(self.lead.stage_deadline, datetime(2030, 1, 8, 9))

    # -- log --------------------------------------------------------------------

    def test_log_of_a_deal(self):
        with freeze_time(MONDAY):
            lead = self.make_lead()
            self.meet_plan(lead)
        with freeze_time(datetime(2027, 3, 9)):
            self.move(lead, self.visit_step)
        self.assertEqual(
            [(row.event, row.stage_id, row.how) for row in self.log(lead)],
            [
                ("enter", self.first, "move"),
                ("leave", self.first, "move"),
                ("enter", self.visit_step, "move"),
            ],
        )
        leave = self.log(lead, event="leave")
        self.assertEqual(leave.user_id, self.specialist)
        self.assertEqual(leave.entered_on, MONDAY)
        self.assertFalse(leave.in_time)
        self.assertEqual(leave.duration, 8 * 24 - 1)
        self.assertEqual(leave.company_id, self.company)
        self.assertEqual(leave.key_account_id, self.account)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_log_is_evidence(self):
        row = self.log(self.lead)
        for records in (row, row.sudo()):
            with self.assertRaises(AccessError):
                records.write({"reason": "forged"})
            with self.assertRaises(AccessError):
                records.unlink()
        with self.assertRaises(AccessError):
            row.sudo().create({"event": "enter", "opportunity_id": self.lead.id})
        with self.assertRaisesRegex(UserError, "history"):
            self.lead.unlink()

    # -- lost, reopened -----------------------------------------------------------

    def test_losing_needs_a_reason_and_closes_the_step(self):
        for method, args in (
            ("action_set_lost", ()),
            ("write", ({"active": False, "probability": 0},)),
        ):
            with self.subTest(method), self.assertRaisesRegex(ValidationError, "Why"):
                self.rpc(self.specialist, self.lead, method, *args)
        self.assertTrue(self.lead.active)
        reason = self.env["crm.lost.reason"].create({"name": "Too far"})
        self.rpc(
            self.specialist, self.lead, "action_set_lost", lost_reason_id=reason.id
        )
        self.assertEqual(self.lead.won_status, "lost")
        last = self.log(self.lead)[-1]
        self.assertEqual(
            (last.event, last.how, last.reason), ("leave", "lost", "Too far")
        )
        self.assertFalse(self.lead.stage_deadline)
        self.assertFalse(self.lead.gate_state)
        self.rpc(self.specialist, self.lead, "action_restore")
        last = self.log(self.lead)[-1]
        self.assertEqual((last.event, last.how), ("enter", "reopen"))
        self.assertTrue(self.lead.stage_deadline)

    def test_lost_wizard(self):
        wizard = Form(
            self.env["crm.lead.lost"]
            .with_user(self.specialist)
            .with_context(default_lead_ids=self.lead.ids)
        )
        with self.assertRaises(AssertionError):
            wizard.save()
        wizard.lost_reason_id = self.env["crm.lost.reason"].create({"name": "Price"})
        wizard.save().action_lost_reason_apply()
        self.assertEqual(self.lead.won_status, "lost")

    def test_losing_withdraws_requests(self):
        order = self.make_order(discount=8, opportunity_id=self.lead.id)
        order.with_user(self.specialist).action_request_approval()
        self.assertEqual(order.authority_state, "pending")
        reason = self.env["crm.lost.reason"].create({"name": "Too far"})
        self.rpc(
            self.specialist, self.lead, "action_set_lost", lost_reason_id=reason.id
        )
        self.assertEqual(order.authority_state, "required")

    # -- won by order -------------------------------------------------------------

    def test_won_follows_the_order(self):
        self.put(self.lead, self.return_step)
        order = self.make_order(opportunity_id=self.lead.id)
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order.state, "sale")
        # No signature was asked for, so the gate of the last step is not met.
        self.assertEqual(self.lead.won_status, "pending")
        activity = self.lead.activity_ids
        self.assertIn(order.name, activity.summary)
        self.lead._win_by_order(order)
        self.assertEqual(len(self.lead.activity_ids), 1, "said once")
        self.return_step.gate_ids.filtered(
            lambda gate: gate.kind == "signature"
        ).active = False
        self.lead._win_by_order(order)
        self.assertEqual(self.lead.stage_id, self.won)
        self.assertEqual(self.lead.won_status, "won")
        self.assertEqual(self.log(self.lead)[-1].how, "won")

    # -- screen ----------------------------------------------------------------------

    def test_panel(self):
        panel = self.lead.with_user(self.specialist).stage_panel
        self.assertEqual((panel["position"], panel["count"]), (1, 8))
        self.assertEqual(panel["stage"], "Development plan")
        self.assertEqual(panel["responsible"], "Specialist (Ka Specialist)")
        self.assertEqual(panel["next"], "Visit")
        self.assertEqual([gate["met"] for gate in panel["gates"]], [False, False])
        self.assertTrue(panel["deadline"])
        self.assertIn("<li>", panel["duties"])
        for gate in panel["gates"]:
            action = self.rpc(
                self.specialist, self.lead, "action_open_gate", gate["id"]
            )
            self.assertIn(action["res_model"], ("key.account.plan", "key.account"))

    def test_what_was_held_waits_for_no_planning(self):
        def waits():
            self.env.invalidate_all()
            return self.lead.with_user(self.specialist).stage_panel["waits_for_visit"]

        self.put(self.lead, self.visit_step)
        self.assertTrue(waits())
        visit = self.meet_visit(self.lead)
        self.assertFalse(waits(), "requirements are missing, no visit")
        self.meet_review(visit)
        self.assertTrue(waits(), "nothing is recorded: another visit")
        line = self.settled(self.lead)
        line._write_kept({"state": "open"})
        self.assertFalse(waits(), "what is recorded is to be judged")
        line._write_kept({"state": "settled"})
        self.assertFalse(waits(), "everything is there")

    def test_quoting_is_next_where_the_step_waits_for_nothing_else(self):
        def due():
            self.env.invalidate_all()
            return self.lead.with_user(self.specialist).stage_panel["quotation_due"]

        self.settled(self.lead)
        self.put(self.lead, self.visit_step)
        visit = self.meet_visit(self.lead)
        self.put(self.lead, self.review_step)
        self.assertFalse(due(), "the manager reviews the visit")
        self.meet_review(visit)
        self.assertTrue(due(), "everything is there")
        self.put(self.lead, self.quotation_step)
        self.assertTrue(due())

    def test_the_file_opens_where_its_answers_are_missing(self):
        gate = self.first.gate_ids.filtered(lambda each: each.kind == "profile")
        action = self.rpc(self.specialist, self.lead, "action_open_gate", gate.id)
        self.assertEqual(action["res_id"], self.account.id)
        view = self.env["key.account"].get_view(action["views"][0][0], "form")
        page = etree.fromstring(view["arch"]).find(".//page[@autofocus]")
        self.assertEqual(page.get("name"), "survey")

    def test_a_visit_proposes_whom_it_meets_where_there_is_no_choice(self):
        """The deal's own contact, else the only person known; of several, nobody."""

        def proposed():
            action = self.rpc(self.specialist, self.lead, "action_plan_visit")
            (_set, _id, ids), *_more = action["context"]["default_contact_ids"]
            return self.env["res.partner"].browse(ids)

        self.assertEqual(proposed(), self.contact, "the only one known")
        boss = self.contact.create({"name": "Mr Wu", "parent_id": self.customer.id})
        self.assertFalse(proposed(), "somebody chooses whom to visit")
        self.lead.partner_id = boss
        self.assertEqual(proposed(), boss, "the contact of the deal")

    def test_panel_in_every_step(self):
        """Each gate of each step leads somewhere the specialist can go."""
        for stage in self.stages[:8]:
            self.put(self.lead, stage)
            panel = self.lead.with_user(self.specialist).stage_panel
            self.assertEqual(panel["stage"], stage.name)
            for gate in panel["gates"]:
                action = self.rpc(
                    self.specialist, self.lead, "action_open_gate", gate["id"]
                )
                self.assertTrue(action["res_model"], gate["name"])
        self.put(self.lead, self.won)
        self.assertFalse(self.lead.stage_panel)

    def test_gate_state_on_cards(self):
        self.assertEqual(self.lead.gate_state, "open")
        self.assertIn("no plan", self.lead.gate_summary)
        self.meet_plan(self.lead)
        self.lead.invalidate_recordset(["gate_state", "gate_summary"])
        self.assertEqual(self.lead.gate_state, "met")
        self.rpc(self.specialist, self.lead, "action_next_step")
        self.assertEqual(self.lead.stage_id, self.visit_step)

    def test_next_step_passes_over_the_ruling(self):
        self.put(self.lead, self.check_step)
        self.settled(self.lead)
        self.rpc(self.specialist, self.lead, "action_next_step")
        self.assertEqual(self.lead.stage_id, self.quotation_step)

    def test_form_opens_for_everybody_who_sees_it(self):
        for user in (self.specialist, self.outsider):
            lead = self.make_lead(user_id=user.id, team_id=self.team.id)
            with Form(lead.with_user(user)) as form:
                form.name = "Renamed"

    def test_quotation_from_requirements(self):
        self.settled(
            self.lead,
            kind="target_price",
            product_id=self.pump.id,
            quantity=3,
            target_price=980,
        )
        self.settled(self.lead, kind="handover", name="At the gate")
        self.settled(
            self.lead, kind="packing", name="Wooden box", our_standard="ISPM 15"
        )
        open_line = self.requirement(self.lead, name="Still open")
        action = self.rpc(
            self.specialist, self.lead, "action_quotation_from_requirements"
        )
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(order.opportunity_id, self.lead)
        self.assertEqual(order.order_line.product_id, self.pump)
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(order.order_line.price_unit, 980)
        self.assertIn("At the gate", order.handover_terms)
        packing = order.requirement_ids.filtered(lambda line: line.kind == "packing")
        self.assertIn("Wooden box", packing.name)
        self.assertIn("ISPM 15", packing.our_standard)
        self.assertFalse(order.note, "terms and conditions stay the company's own")
        self.assertEqual(len(order.requirement_ids), 3)
        self.assertFalse(open_line.order_id)
