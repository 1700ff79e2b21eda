"""The customer's factory audit: a visit, and the gate that asks for it."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestFactoryAudit(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.env["crm.stage.gate"].create(
            {"stage_id": cls.first.id, "kind": "audit"}
        )

    def missing(self, lead=None):
        lead = lead or self.lead
        self.env.flush_all()
        return self.gate._check(lead)[lead.id]

    def audit(self, result, **vals):
        return self.meet_visit(self.lead, result, purpose="audit", **vals)

    def test_a_passed_audit_opens_the_gate(self):
        self.assertIn("No factory audit", self.missing())
        self.meet_visit(self.lead)
        self.assertIn("No factory audit", self.missing(), "any visit will not do")
        days = timedelta(days=3)
        failed = self.audit("failed", date_start=fields.Datetime.now() - days)
        self.assertIn(f"“{failed.display_name}” was not passed", self.missing())
        self.audit("remarks")
        self.assertIsNone(self.missing(), "the latest one counts")

    def test_the_gate_leads_to_the_audit(self):
        action = self.gate._open(self.lead.with_user(self.specialist))
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"]["default_purpose"], "audit")
        form = Form(
            self.env["key.account.visit"]
            .with_user(self.specialist)
            .with_context(**action["context"])
        )
        form.date_start = fields.Datetime.now() + timedelta(days=5)
        visit = form.save()
        self.assertEqual((visit.purpose, visit.method), ("audit", "reception"))
        self.assertEqual(self.gate._open(self.lead)["res_id"], visit.id)

    def test_the_report_says_what_came_of_it(self):
        with self.assertRaisesRegex(UserError, "the result of the audit"):
            self.audit(False)

    def test_findings_are_said_where_there_are_some(self):
        visit = self.env["key.account.visit"].with_user(self.specialist)
        visit = visit.create(
            {
                "key_account_id": self.account.id,
                "purpose": "audit",
                "date_start": fields.Datetime.now() - timedelta(days=1),
                "contact_ids": [Command.set(self.contact.ids)],
            }
        )
        visit.action_confirm()
        visit.action_hold()
        report = {"summary": "All day", "outcome": "achieved"}
        visit.write({**report, "audit_result": "remarks"})
        with self.assertRaisesRegex(UserError, "what the audit found"):
            visit.action_report()
        visit.audit_findings = "Gauge 12 without calibration"
        visit.action_report()
        self.assertEqual(visit.state, "reported")

    def test_what_was_reported_of_it_stands(self):
        """`audit_result` of a failed audit is changed after its report; another visit is called an audit | specialist | refused"""  # noqa: E501
        failed = self.audit("failed")
        visit = self.meet_visit(self.lead)
        for record, vals in (
            (failed, {"audit_result": "passed"}),
            (failed, {"audit_findings": "None"}),
            (visit, {"purpose": "audit"}),
        ):
            with self.assertRaises(UserError):
                self.rpc(self.specialist, record, "write", vals)
        self.assertIn("was not passed", self.missing())
        failed.with_user(self.manager).action_return("Look again")
        self.rpc(self.specialist, failed, "write", {"audit_result": "passed"})

    def test_none_is_asked_for(self):
        check = self.env["key.account.stage.check"].create(
            {"gate_id": self.gate.id, "name": "The customer asks for no factory audit"}
        )
        self.assertIn("No factory audit", self.missing())
        self.assertIn("asks for no factory audit", self.gate.sentence)
        [item] = self.gate._get_panel_items(self.lead)
        self.assertFalse(item["done"])
        self.lead.with_user(self.specialist).action_tick(check.id)
        self.assertIsNone(self.missing())
        self.lead.with_user(self.specialist).action_tick(check.id, False)
        self.assertIn("No factory audit", self.missing())
        with self.assertRaises(AccessError):
            self.rpc(self.outsider, self.lead, "action_tick", check.id)

    def test_the_gate_costs_the_same_for_many(self):
        leads = self.lead.union(*(self.make_lead(name=f"L{n}") for n in range(20)))
        self.env["key.account.stage.check"].create(
            {"gate_id": self.gate.id, "name": "None"}
        )
        self.env.flush_all()

        def cost(some):
            self.env.invalidate_all()
            some.fetch(["partner_id", "name"])
            before = self.env.cr.sql_log_count
            self.gate._check(some)
            return self.env.cr.sql_log_count - before

        cost(leads)
        self.assertLessEqual(cost(leads), cost(leads[:2]) + 1)

    def test_the_opening_template_asks_for_sample_and_audit(self):
        team = self.env["crm.team"].create(
            {"name": "Opening", "company_id": self.company.id, "is_key_account": True}
        )
        team._load_stage_template("five_stages")
        stages = team._key_account_stages().with_context(lang="en_US")
        self.assertEqual(
            stages[1].gate_ids.mapped("kind"),
            ["checklist", "sample", "profile", "visit"],
        )
        audit = stages[4].gate_ids.filtered(lambda gate: gate.kind == "audit")
        self.assertEqual(len(audit.check_ids), 1)
        ticks = stages.gate_ids.check_ids.mapped("name")
        self.assertNotIn("The sample meets the agreed standard", ticks)

    def test_stages_that_are_there_stay_as_they_are(self):
        """As a team has them that was given the template before it asked for these."""
        team = self.env["crm.team"].create(
            {"name": "Opening", "company_id": self.company.id, "is_key_account": True}
        )
        team._load_stage_template("five_stages")
        stages = team._key_account_stages().with_context(lang="en_US")
        stages.gate_ids.filtered(lambda g: g.kind in ("sample", "audit")).unlink()
        old = "The sample meets the agreed standard"
        stages[1].gate_ids[0].check_ids = [Command.create({"name": old})]
        before = [(gate.kind, set(gate.check_ids.ids)) for gate in stages.gate_ids]
        team._load_stage_template("five_stages")
        stages._translate_template()
        self.env.invalidate_all()
        now = [(gate.kind, set(gate.check_ids.ids)) for gate in stages.gate_ids]
        self.assertEqual(now, before)
        self.assertIn(old, stages.gate_ids.check_ids.mapped("name"))
