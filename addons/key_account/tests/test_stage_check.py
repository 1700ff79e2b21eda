from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestStageCheck(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.gate_ids.active = False
        cls.gate = cls.env["crm.stage.gate"].create(
            {
                "stage_id": cls.first.id,
                "kind": "checklist",
                "check_ids": [
                    Command.create({"name": "Budget known", "sequence": 1}),
                    Command.create({"name": "Schedule known", "sequence": 2}),
                ],
            }
        )
        cls.budget, cls.schedule = cls.gate.check_ids

    def tick(self, check, done=True, lead=None, user=None):
        return self.rpc(
            user or self.specialist, lead or self.lead, "action_tick", check.id, done
        )

    def missing(self, lead=None):
        lead = lead or self.lead
        return self.gate._check(lead)[lead.id]

    def test_gate_names_what_is_to_be_ticked(self):
        with self.assertRaisesRegex(ValidationError, "Budget known, Schedule known"):
            self.move(self.lead, self.visit_step)
        self.tick(self.budget)
        self.assertEqual(self.missing(), "To be ticked: Schedule known.")
        self.tick(self.schedule)
        self.move(self.lead, self.visit_step)

    def test_who_and_when_is_kept_and_a_tick_can_be_taken_back(self):
        self.tick(self.budget)
        self.tick(self.budget)
        self.tick(self.budget, done=False)
        events = self.lead.stage_tick_ids.sorted("id")
        self.assertEqual(events.mapped("done"), [True, False], "no event for nothing")
        self.assertEqual(events.user_id, self.specialist)
        self.assertEqual(events[0].check_name, "Budget known")
        self.assertTrue(all(events.mapped("date")))
        self.assertIn("Budget known", self.missing())

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_who_may_write_the_opportunity_ticks(self):
        for user in (self.outsider, self.appraiser, self.colleague):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.tick(self.budget, user=user)
        self.assertFalse(self.lead.stage_tick_ids)

    def test_ticks_are_evidence(self):
        self.tick(self.budget)
        event = self.lead.stage_tick_ids
        for records in (event, event.with_user(self.manager), event.sudo()):
            with self.assertRaises(AccessError):
                records.write({"done": False})
            with self.assertRaises(AccessError):
                records.unlink()
        with self.assertRaises(AccessError):
            event.sudo().create({"opportunity_id": self.lead.id})
        with self.assertRaisesRegex(UserError, "Archive them"):
            self.budget.unlink()
        self.schedule.unlink()

    def test_items_of_another_process_cannot_be_ticked(self):
        plain = self.make_lead(team_id=self.plain_team.id)
        with self.assertRaisesRegex(UserError, "not an item of the process"):
            self.tick(self.budget, lead=plain)

    def test_an_empty_checklist_stays_shut_an_archived_item_is_not_asked_for(self):
        self.tick(self.budget)
        self.schedule.active = False
        self.assertFalse(self.missing())
        self.budget.active = False
        self.assertIn("no items", self.missing())

    def test_merged_ticks_go_along(self):
        other = self.make_lead(name="Raw")
        self.tick(self.budget, lead=other)
        self.tick(self.schedule)
        self.put(self.lead, self.visit_step)
        merged = (self.lead | other).merge_opportunity()
        self.assertEqual(merged, self.lead)
        self.assertFalse(self.missing(merged))
        self.assertIn(other.id, merged.stage_tick_ids.mapped("origin_ref"))

    def test_panel_shows_items_with_who_and_when(self):
        self.tick(self.budget)
        self.env.invalidate_all()
        panel = self.lead.with_user(self.specialist).stage_panel
        gate = next(gate for gate in panel["gates"] if gate["id"] == self.gate.id)
        budget, schedule = gate["items"]
        self.assertTrue(budget["done"] and budget["writable"])
        self.assertIn(self.specialist.name, budget["who"])
        self.assertEqual((schedule["done"], schedule["who"]), (False, ""))
        self.lead.user_id = self.colleague
        panel = self.lead.with_user(self.manager).stage_panel
        self.assertEqual(
            panel["gates"][0]["items"][0]["writable"],
            self.lead.with_user(self.manager).has_access("write"),
        )
