from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestCrmLeadAccount(StageCommon):
    """What the process makes of the account: agencies on trial, relationships that go
    back.
    """

    def process(self, code):
        team = self.env["crm.team"].create(
            {
                "name": code,
                "company_id": self.company.id,
                "user_id": self.manager.id,
                "key_account_manager_ids": [Command.set(self.manager.ids)],
                "is_key_account": True,
            }
        )
        team._load_stage_template(code)
        stages = {
            stage.template_code.partition(".")[2]: stage
            for stage in team._key_account_stages()
        }
        return team, stages

    def let_pass(self, lead, stage):
        """As a manager of the team may."""
        lead.with_user(self.manager)._pass_by_override(stage, "Agreed by telephone")
        self.env.flush_all()

    def test_signing_begins_the_trial_and_passing_makes_the_agency(self):
        team, stages = self.process("regional_agency")
        lead = self.make_lead(team_id=team.id)
        self.let_pass(lead, stages["contract_drafted"])
        self.assertEqual(self.account.state, "candidate")
        self.let_pass(lead, stages["trial"])
        end = fields.Date.today() + relativedelta(months=3)
        self.assertEqual(self.account.state, "trial")
        self.assertEqual(self.account.trial_end, end)
        activity = self.account.activity_ids.filtered(
            lambda a: a.summary == "Evaluate the trial"
        )
        self.assertEqual(activity.user_id, self.manager)
        self.assertLess(activity.date_deadline, end)
        kinds = stages["trial"].gate_ids.mapped("kind")
        self.assertIn("evaluation", kinds, "no formal agency without it")
        self.let_pass(lead, stages["won"])
        self.assertEqual(self.account.state, "trial", "nobody has evaluated it")
        self.evaluate()
        self.let_pass(lead, stages["trial"])
        self.let_pass(lead, stages["won"])
        self.assertEqual(self.account.state, "active")

    def evaluate(self):
        evaluation = self.env["key.account.evaluation"].with_user(self.specialist)
        evaluation = evaluation.create({"key_account_id": self.account.id})
        evaluation.line_ids[0].write({"actual": 100, "known": True, "judgement": "5"})
        evaluation.action_finish()

    def test_an_archived_file_is_nobodys_whatever_the_context(self):
        self.account.active = False
        lead = self.make_lead()
        self.assertFalse(lead.key_account_id)
        lead.partner_id = self.plain_customer
        lead.with_context(active_test=False).partner_id = self.customer
        self.env.flush_all()
        self.assertFalse(lead.key_account_id)

    def test_a_customer_does_not_go_on_trial(self):
        self.account.state = "active"
        team, stages = self.process("regional_agency")
        lead = self.make_lead(team_id=team.id)
        self.let_pass(lead, stages["trial"])
        self.assertEqual(self.account.state, "active")
        self.assertFalse(self.account.trial_end)

    def test_off_means_off(self):
        team, stages = self.process("regional_agency")
        lead = self.make_lead(team_id=team.id)
        self.put(lead, stages["trial"])
        self.assertEqual(self.account.state, "candidate")

    def test_a_relationship_goes_back_and_begins_its_checklist_anew(self):
        team, stages = self.process("seven_phases")
        lead = self.make_lead(team_id=team.id)
        crisis, growth = stages["crisis_handling"], stages["stable_growth"]
        self.let_pass(lead, crisis)
        gate = crisis.gate_ids.filtered(lambda gate: gate.kind == "checklist")
        for check in gate.check_ids:
            lead.with_user(self.specialist).action_tick(check.id)
        self.assertIsNone(gate._check(lead)[lead.id])
        self.move(lead, growth)
        self.move(lead, crisis)
        self.assertEqual(lead.stage_id, crisis, "back without any gate")
        self.assertIn("The causes are removed", gate._check(lead)[lead.id])

    def test_an_order_wins_only_where_nothing_comes_after_it(self):
        for code, wins in (("five_stages", True), ("six_phases", False)):
            self.company.key_account_mode = "observe"
            team, stages = self.process(code)
            lead = self.make_lead(team_id=team.id)
            order = self.make_order(opportunity_id=lead.id, team_id=team.id)
            lead._win_by_order(order)
            with self.subTest(code):
                self.assertEqual(lead.stage_id == stages["won"], wins)
