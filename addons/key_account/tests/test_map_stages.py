from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestMapStages(StageCommon):
    """A team with running opportunities becomes a key-account team, and is one no
    longer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Stage = cls.env["crm.stage"]
        cls.old_hands = cls.env["crm.team"].create(
            {
                "name": "Old hands",
                "company_id": cls.company.id,
                "user_id": cls.manager.id,
            }
        )
        cls.shared = Stage.search([("team_ids", "=", False)], order="sequence")
        cls.own = Stage.create(
            {
                "name": "Talks",
                "sequence": 50,
                "team_ids": [Command.set(cls.old_hands.ids)],
            }
        )
        cls.start = cls.shared[0]
        cls.plain_won = cls.shared.filtered("is_won")[:1]
        make = cls.make_lead
        common = {"team_id": cls.old_hands.id, "user_id": False}
        cls.running = make(stage_id=cls.start.id, **common)
        cls.running |= make(stage_id=cls.start.id, **common)
        cls.talking = make(stage_id=cls.own.id, **common)
        cls.lost = make(stage_id=cls.own.id, **common)
        cls.lost.action_set_lost()
        cls.done = make(stage_id=cls.plain_won.id, **common)

    def wizard(self, team=None, user=None, **vals):
        wizard = (
            self.env["key.account.map.stages"]
            .with_user(user or self.configurator)
            .create({"team_id": (team or self.old_hands).id, **vals})
        )
        wizard.action_next()
        return wizard

    def choose(self, wizard, stage, code):
        target = wizard.target_ids.filtered(
            lambda t: (t.template_code or "").endswith(code)
        )
        with Form(wizard) as form:
            index = wizard.line_ids.stage_id.ids.index(stage.id)
            with form.line_ids.edit(index) as line:
                line.target_id = target

    def test_each_old_stage_is_asked_for_with_its_count(self):
        wizard = self.wizard()
        counts = {line.stage_id: line.opportunity_count for line in wizard.line_ids}
        self.assertEqual(counts, {self.start: 2, self.own: 1, self.plain_won: 1})
        self.assertEqual(wizard.opportunity_count, 4)
        self.assertFalse(self.old_hands.is_key_account, "nothing is made yet")
        self.assertEqual(self.old_hands._key_account_stages(), self.own)

    def test_everything_is_brought_in_and_logged_as_initial_load(self):
        wizard = self.wizard()
        self.choose(wizard, self.own, ".quotation")
        wizard.action_apply()
        stages = self.old_hands._key_account_stages()
        self.assertTrue(self.old_hands.is_key_account)
        self.assertEqual(len(stages), 9)
        self.assertEqual(self.running.stage_id, stages[0])
        self.assertEqual(self.talking.stage_id, stages[5])
        self.assertEqual(self.done.stage_id, stages[8])
        self.assertEqual(self.done.won_status, "won")
        self.assertEqual(self.lost.stage_id, self.own, "lost ones stay where they are")
        for lead in self.running | self.talking:
            self.assertEqual(self.log(lead).mapped("how"), ["initial"])
            self.assertTrue(lead.stage_entered_on)
        self.assertEqual(self.log(self.talking).stage_id, stages[5])

    def test_what_is_taken_up_again_begins_the_process(self):
        """In what it was lost nobody works any more: no column, no step, no time."""
        self.wizard().action_apply()
        stages = self.old_hands._key_account_stages()
        also = self.make_lead(team_id=self.old_hands.id, user_id=False)
        self.put(also, stages[2])
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        also.action_set_lost(lost_reason_id=reason.id)
        both = self.lost | also
        self.rpc(self.manager, both, "action_unarchive")
        self.env.invalidate_all()
        self.assertEqual(self.lost.stage_id, stages[0])
        self.assertTrue(self.lost.stage_entered_on and self.lost.stage_deadline)
        entered = self.log(self.lost)
        self.assertEqual((entered.event, entered.how), ("enter", "reopen"))
        self.assertEqual(also.stage_id, stages[2], "its step is one still")
        self.assertTrue(all(lead.active for lead in both))
        self.assertEqual(set(both.mapped("won_status")), {"pending"})

    def test_stages_of_earlier_times_show_nowhere(self):
        self.wizard().action_apply()
        self.assertTrue(self.own.exists().is_retired)
        stages = self.old_hands._key_account_stages()
        choice = self.env["crm.stage"].search(
            [("pipeline_team_id", "=", self.old_hands.id)]
        )
        self.assertEqual(choice, stages)
        Lead = self.env["crm.lead"].with_context(default_team_id=self.old_hands.id)
        columns = Lead._read_group_stage_ids(self.env["crm.stage"], [])
        self.assertEqual(columns, stages)
        lead = self.make_lead(team_id=self.old_hands.id, user_id=False)
        self.assertEqual(lead.stage_id, stages[0])

    def test_gates_hold_from_the_first_move(self):
        wizard = self.wizard()
        self.choose(wizard, self.own, ".quotation")
        wizard.action_apply()
        stages = self.old_hands._key_account_stages()
        for context in ({}, {"key_account_initial": True}, {"initial": "initial"}):
            with self.assertRaisesRegex(ValidationError, "missing"):
                self.rpc(
                    self.director,
                    self.talking,
                    "write",
                    {"stage_id": stages[6].id, "user_id": self.director.id},
                    context=context,
                )

    def test_winning_is_no_matter_of_mapping(self):
        wizard = self.wizard()
        won = wizard.target_ids.filtered("is_won")
        wizard.line_ids.filtered(lambda line: not line.is_won).target_id = won
        with self.assertRaisesRegex(UserError, "stay running"):
            wizard.action_apply()
        self.assertEqual(self.talking.won_status, "pending")

    def test_nothing_is_left_out(self):
        wizard = self.wizard()
        wizard.line_ids.filtered(lambda line: line.stage_id == self.own).unlink()
        with self.assertRaisesRegex(UserError, "1 opportunities stand in “Talks”"):
            wizard.action_apply()
        self.assertFalse(self.old_hands.is_key_account)
        with self.assertRaisesRegex(UserError, "Talks|New"):
            self.rpc(
                self.configurator, self.old_hands, "write", {"is_key_account": True}
            )

    def test_the_process_of_another_team(self):
        wizard = self.wizard(source="team", process_team_id=self.team.id)
        self.assertEqual(wizard.target_ids.stage_id, self.stages)
        wizard.action_apply()
        self.assertEqual(self.old_hands._key_account_stages(), self.stages)
        self.assertEqual(self.running.stage_id, self.first)

    def test_changing_the_process(self):
        self.wizard().action_apply()
        wizard = self.wizard(template_code="six_phases")
        wizard.action_apply()
        stages = self.old_hands._key_account_stages()
        self.assertEqual(len(stages), 7)
        self.assertEqual(self.running.stage_id, stages[0])
        self.assertEqual(
            self.log(self.running[0]).mapped(lambda e: f"{e.event} {e.how}"),
            ["enter initial", "leave move", "enter initial"],
        )
        self.wizard(template_code="eight_steps").action_apply()
        self.assertEqual(len(self.old_hands._key_account_stages()), 9, "and back")

    def test_turning_it_off_keeps_the_opportunities(self):
        self.wizard().action_apply()
        leads = self.running | self.talking | self.done | self.lost
        where = [(lead.stage_id, lead.active) for lead in leads]
        self.rpc(self.configurator, self.old_hands, "write", {"is_key_account": False})
        self.assertEqual([(lead.stage_id, lead.active) for lead in leads], where)
        self.assertFalse(any(leads.mapped("stage_entered_on")))
        self.running[0].stage_id = self.start
        self.assertEqual(self.running[0].stage_id, self.start, "plain again")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_configuration_decides(self):
        for user in (self.specialist, self.manager, self.director):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.wizard(user=user)
        wizard = self.wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.director).action_apply()
        with self.assertRaises(AccessError):
            self.old_hands.with_user(self.director)._begin_process(
                self.stages, {self.start: self.return_step}
            )

    def test_costs_do_not_grow_with_the_opportunities(self):
        for _number in range(3):
            self.make_lead(team_id=self.old_hands.id, stage_id=self.start.id)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            self.old_hands._running_by_stage()


@tagged("post_install", "-at_install")
class TestPlainPipeline(TransactionCase):
    """A company with its own pipelines sees no difference in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = new_test_user(
            cls.env, login="ka_plain", groups="sales_team.group_sale_salesman"
        )
        cls.team = cls.env["crm.team"].create({"name": "Plain"})
        cls.own = cls.env["crm.stage"].create(
            {"name": "Own", "team_ids": [Command.set(cls.team.ids)]}
        )

    def look(self):
        """What a plain salesperson is given of the pipeline of the team."""
        self.env.invalidate_all()
        Lead = self.env["crm.lead"].with_user(self.outsider)
        lead = Lead.with_context(default_team_id=self.team.id).create(
            {"name": "Quick", "type": "opportunity", "user_id": self.outsider.id}
        )
        results = {"start": lead.stage_id}
        for name, context in {
            "team": {"default_team_id": self.team.id},
            "mine": {"show_user_team_stages": True},
            "all": {},
        }.items():
            groups = Lead.with_context(**context, read_group_expand=True)
            groups = groups.web_read_group(
                [("team_id", "=", self.team.id)], ["stage_id"], ["__count"]
            )["groups"]
            results[name] = [(g["stage_id"], g["__count"]) for g in groups]
        stages = self.env["crm.stage"].with_user(self.outsider)
        results["stages"] = stages.search([("team_ids", "in", [False, self.team.id])])
        results["choice"] = stages.search([("pipeline_team_id", "=", self.team.id)])
        lead.action_set_won()
        results["won"] = lead.stage_id
        lead.team_id = self.env["crm.team"].search(
            [("is_key_account", "=", False), ("id", "!=", self.team.id)], limit=1
        )
        results["moved"] = lead.stage_id
        lead.sudo().unlink()
        return results

    def test_before_and_after(self):
        before = self.look()
        self.assertIn(self.own, before["choice"])
        self.assertEqual(before["stages"], before["choice"])
        for code in ("eight_steps", "six_phases"):
            team = self.env["crm.team"].create({"name": code, "is_key_account": True})
            team._load_stage_template(code)
        self.assertEqual(self.look(), before)
