from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..rules import templates
from .common import speak_chinese
from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestStageTemplate(StageCommon):
    """Loading a template, seeing what it makes, bringing an edited part back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["crm.team"].create(
            {"name": "Tenders", "company_id": cls.company.id, "is_key_account": True}
        )

    def wizard(self, teams=None, code="six_phases", user=None, **vals):
        return (
            self.env["key.account.load.template"]
            .with_user(user or self.configurator)
            .create(
                {
                    "team_ids": [Command.set((teams or self.second).ids)],
                    "template_code": code,
                    **vals,
                }
            )
        )

    def load(self, code, team=None):
        team = team or self.second
        team._load_stage_template(code)
        return team._key_account_stages()

    # -- the five templates ----------------------------------------------

    def test_every_template_makes_its_stages_and_gates(self):
        for code, template in templates.TEMPLATES.items():
            team = self.env["crm.team"].create({"name": code})
            stages = self.load(code, team)
            with self.subTest(code):
                self.assertEqual(len(stages), len(template.steps) + 1)
                self.assertEqual(stages.mapped("is_won")[-1:], [True])
                for stage, step in zip(stages, template.steps, strict=False):
                    self.assertEqual(stage.responsible_role, step.role)
                    self.assertEqual(
                        stage.gate_ids.mapped("kind"), [g.kind for g in step.gates]
                    )
                    for gate, source in zip(stage.gate_ids, step.gates, strict=True):
                        self.assertEqual(len(gate.check_ids), len(source.checks))
                        self.assertTrue(gate.sentence)
                self.assertFalse(
                    self.env["ir.model.data"].search(
                        [("model", "=", "crm.stage"), ("res_id", "in", stages.ids)]
                    ),
                    "no external ids: they outlive the add-on",
                )

    def test_gates_speak_chinese_too(self):
        speak_chinese(self.env)
        stages = self.load("six_phases")
        gate = stages[0].gate_ids[0].with_context(lang="zh_CN")
        self.assertEqual(gate.label, "关键节点：项目信息可靠")
        self.assertEqual(gate.check_ids[2].name, "已了解项目预算")
        self.assertEqual(
            gate.with_context(lang="en_US").check_ids[2].name, "The budget is known"
        )

    def test_a_language_that_comes_later_is_filled_in(self):
        speak_chinese(self.env)
        chinese = self.env["res.lang"]._lang_get("zh_CN")
        people = self.env["res.partner"].with_context(active_test=False)
        people.search([("lang", "=", "zh_CN")]).lang = "en_US"
        if self.beside("website"):
            # A language that a website speaks is not switched off.
            english = self.env["res.lang"]._lang_get("en_US")
            self.env["website"].search([]).write(
                {"language_ids": english.ids, "default_lang_id": english.id}
            )
        chinese.active = False
        stages = self.load("five_stages")
        stages[1].with_context(lang="en_US").name = "Sample"
        chinese.active = True
        stages = stages.with_context(lang="zh_CN")
        self.assertEqual(stages[0].name, "锁定目标")
        self.assertIn("行业名录", stages[0].inputs)
        self.assertEqual(stages[0].gate_ids[0].check_ids[0].name, "存在潜在需求")
        self.assertEqual(stages[1].name, "Sample", "reworded: the company's own")

    # -- the wizard ------------------------------------------------------

    def test_preview_makes_nothing(self):
        before = self.env["crm.stage"].search_count([])
        wizard = self.wizard()
        self.assertEqual(self.env["crm.stage"].search_count([]), before)
        steps = wizard.step_ids
        self.assertEqual(len(steps), 7)
        self.assertEqual(set(steps.mapped("state")), {"new"})
        self.assertEqual(steps[0].name, "Develop")
        self.assertEqual(steps[0].time_text, "10 working days")
        self.assertIn("The budget is known", steps[0].gates)
        self.assertIn("large projects", wizard.purpose.lower())
        self.assertEqual(wizard.new_team_names, "Tenders")

    def test_loading_twice_adds_nothing_and_touches_nothing_else(self):
        own = self.env["crm.stage"].create(
            {"name": "Own", "sequence": 99, "team_ids": [Command.set(self.second.ids)]}
        )
        own.is_retired = True
        self.env.flush_all()
        before = own.read()
        self.wizard().action_load()
        stages = self.second._key_account_stages()
        self.assertEqual(len(stages), 7)
        stages[2].with_context(lang="en_US").name = "Convince"
        stages[5].unlink()
        wizard = self.wizard()
        self.assertFalse(wizard.new_team_names)
        self.assertEqual(
            wizard.step_ids.mapped("state"),
            ["there", "there", "changed", "there", "there", "gone", "there"],
        )
        wizard.action_load()
        self.assertEqual(len(self.second._key_account_stages()), 6)
        self.assertEqual(stages[2].with_context(lang="en_US").name, "Convince")
        own.invalidate_recordset()
        after = own.read()[0]
        self.assertFalse(
            {k: (v, after[k]) for k, v in before[0].items() if v != after[k]}
        )

    def test_several_teams_share_one_process(self):
        third = self.second.copy({"name": "Export", "is_key_account": True})
        self.wizard(self.second | third).action_load()
        stages = self.second._key_account_stages()
        self.assertEqual(len(stages), 7)
        self.assertEqual(third._key_account_stages(), stages)
        fourth = self.second.copy({"name": "South", "is_key_account": True})
        self.wizard(self.second | fourth).action_load()
        self.assertEqual(fourth._key_account_stages(), stages, "joins what is there")
        fifth = self.second.copy({"name": "West", "is_key_account": True})
        self.wizard(fifth, shared=False).action_load()
        self.assertFalse(fifth._key_account_stages() & stages)

    def test_a_second_process_is_not_put_beside_the_first(self):
        wizard = self.wizard(self.team)
        self.assertEqual(wizard.blocked_team_names, "Key Accounts")
        with self.assertRaisesRegex(UserError, "another process"):
            wizard.action_load()
        self.assertEqual(self.team._key_account_stages(), self.stages)

    # -- bringing back -----------------------------------------------------

    def test_differences_are_shown_and_only_the_chosen_are_brought_back(self):
        speak_chinese(self.env)
        first = self.first.with_context(lang="en_US")
        self.visit_step.time_unit = "days"
        first.write({"time_limit": 7, "work_standard": "Quick"})
        first.gate_ids[1].number = 70
        gates = first.gate_ids
        self.check_step.with_context(lang="zh_CN").inputs = "别的"
        wizard = self.wizard(self.team, "eight_steps")
        lines = wizard.difference_ids
        self.assertEqual(
            sorted((line.stage_id.name, line.part) for line in lines),
            [
                ("Authority check", "inputs"),
                ("Development plan", "gate_ids"),
                ("Development plan", "time_limit"),
                ("Development plan", "work_standard"),
                ("Visit", "time_limit"),
            ],
        )
        limit = lines.filtered(
            lambda line: line.stage_id == self.first and line.part == "time_limit"
        )
        self.assertEqual(limit.current, "7 working days")
        self.assertEqual(limit.proposed, "2 working days")
        with self.assertRaisesRegex(UserError, "Tick"):
            wizard.action_restore()
        lines.filtered(
            lambda line: line.part in ("time_limit", "gate_ids", "inputs")
        ).restore = True
        wizard.action_restore()
        self.assertEqual((self.first.time_limit, self.first.time_unit), (2, "days"))
        self.assertEqual(self.visit_step.time_unit, "visit")
        self.assertEqual(first.work_standard, "Quick", "not chosen")
        self.assertEqual(self.first.gate_ids.mapped("number"), [1, 40])
        self.assertFalse(any(gates.mapped("active")), "archived, not deleted")
        chinese = self.check_step.with_context(lang="zh_CN")
        self.assertEqual(chinese.inputs, "客户需求、开发指示")

    def test_a_forged_line_restores_nothing_else(self):
        plain = self.env["crm.stage"].search([("team_ids", "=", False)], limit=1)
        wizard = self.wizard(
            self.team,
            "eight_steps",
            difference_ids=[
                Command.create({"stage_id": plain.id, "part": "name", "restore": True})
            ],
        )
        with self.assertRaisesRegex(UserError, "not made by this template"):
            wizard.action_restore()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_configuration_loads(self):
        for user in (self.specialist, self.manager, self.director, self.outsider):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.wizard(user=user)
        wizard = self.wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).action_load()
        with self.assertRaises(AccessError):
            self.rpc(self.director, self.stages, "_restore_template", ["name"])

    def test_the_form_follows_the_choice(self):
        form = Form(self.env["key.account.load.template"].with_user(self.configurator))
        form.template_code = "seven_phases"
        self.assertEqual(len(form.step_ids), 8)
        form.template_code = "regional_agency"
        self.assertEqual(len(form.step_ids), 9)
