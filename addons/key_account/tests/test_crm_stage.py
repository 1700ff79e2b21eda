from ast import literal_eval

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rules import templates
from .common import speak_chinese
from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestCrmStage(StageCommon):
    # -- template -------------------------------------------------------

    def test_template_gives_eight_steps_and_won(self):
        english = [step.name.en for step in templates.EIGHT_STEPS.steps] + ["Won"]
        self.assertEqual(self.stages.with_context(lang="en_US").mapped("name"), english)
        self.assertEqual(self.stages.mapped("is_won"), [False] * 8 + [True])
        self.assertEqual(
            [stage.gate_ids.mapped("kind") for stage in self.stages],
            [
                ["plan", "profile"],
                ["visit", "requirement"],
                ["review"],
                ["requirement"],
                ["ruling"],
                ["quotation"],
                ["approval"],
                ["signature", "contract_review"],
                [],
            ],
        )
        self.assertEqual(self.first.gate_ids[1].number, 40)
        self.assertEqual((self.first.time_limit, self.first.time_unit), (2, "days"))
        self.assertEqual(self.ruling_step.skip_rule, "no_exception")

    def test_template_speaks_chinese(self):
        speak_chinese(self.env)
        chinese = self.stages.with_context(lang="zh_CN")
        steps = templates.EIGHT_STEPS.steps
        self.assertEqual(
            chinese.mapped("name"), [step.name.zh for step in steps] + ["成交"]
        )
        for stage, step in zip(chinese, steps, strict=False):
            self.assertEqual(stage.work_standard, step.standard.zh)
            self.assertEqual(stage.outputs, step.outputs.zh)
            for duty in step.duties:
                self.assertIn(duty.zh, stage.duties)
                self.assertIn(duty.en, stage.with_context(lang="en_US").duties)

    def test_what_was_reworded_is_not_translated_over(self):
        speak_chinese(self.env)
        self.first.with_context(lang="zh_CN").name = "我们的计划"
        self.visit_step.update_field_translations("name", {"zh_CN": "See them"})
        self.visit_step.with_context(lang="en_US").name = "See them"
        self.stages._translate_template()
        self.assertEqual(self.first.with_context(lang="zh_CN").name, "我们的计划")
        self.assertEqual(self.visit_step.with_context(lang="zh_CN").name, "See them")

    def test_twice_adds_nothing_and_deleted_stays_deleted(self):
        self.assertFalse(self.team._load_stage_template("eight_steps"))
        self.stages[7].unlink()
        self.assertFalse(self.team._load_stage_template("eight_steps"))
        self.assertEqual(len(self.team._key_account_stages()), 8)

    def test_two_teams_share_one_process(self):
        other = self.env["crm.team"].create(
            {"name": "Overseas", "is_key_account": True}
        )
        other._share_stages_of(self.team)
        self.assertEqual(other._key_account_stages(), self.stages)
        self.assertFalse(other._load_stage_template("eight_steps"))

    # -- a team sees its own stages only ---------------------------------

    def test_columns_choice_and_start_are_the_teams_own(self):
        Lead = self.env["crm.lead"].with_user(self.specialist)
        for context in (
            {"default_team_id": self.team.id},
            {"show_user_team_stages": True},
            {"key_account_pipeline": True},
        ):
            columns = Lead.with_context(**context)._read_group_stage_ids(
                self.env["crm.stage"], []
            )
            self.assertEqual(columns, self.stages, context)
        choice = self.env["crm.stage"].search([("pipeline_team_id", "=", self.team.id)])
        self.assertEqual(choice, self.stages)
        self.assertEqual(self.lead.stage_id, self.first)

    def second_process(self, **vals):
        """Another team of the manager's, with a process of its own."""
        team = self.env["crm.team"].create(
            {
                "name": "Tenders",
                "company_id": self.company.id,
                "is_key_account": True,
                "key_account_manager_ids": [Command.link(self.manager.id)],
                **vals,
            }
        )
        team._load_stage_template("six_phases")
        return team

    def columns(self, user, action, domain=()):
        """The names of the columns of the pipeline as this user sees them."""
        context = action["context"]
        context = literal_eval(context) if isinstance(context, str) else context
        asked = [*literal_eval(action["domain"]), *domain]
        groups = self.rpc(
            user,
            self.env["crm.lead"],
            "web_read_group",
            asked,
            ["stage_id"],
            context={**context, "read_group_expand": True},
        )["groups"]
        return [group["stage_id"][1] for group in groups]

    def test_who_manages_two_teams_sees_one_process_after_the_other(self):
        def pipeline(user):
            context = {"allowed_company_ids": self.company.ids}
            actions = self.env(user=user.id, su=False, context=context)
            return actions["ir.actions.act_window"]._for_xml_id(
                "key_account.crm_lead_pipeline_action"
            )

        first = self.stages.mapped("name")
        before = pipeline(self.manager)
        self.assertNotIn("search_default_team_id", str(before["context"]))
        self.assertEqual(self.columns(self.manager, before), first)

        other = self.second_process()
        second = other._key_account_stages().mapped("name")
        action = pipeline(self.manager)
        mine = self.env["crm.team"].browse(action["context"]["search_default_team_id"])
        self.assertIn(mine, self.team | other)
        for team, names in ((self.team, first), (other, second)):
            domain = [("team_id", "=", team.id)]
            self.assertEqual(self.columns(self.manager, action, domain), names)
            domain = [("team_id", "ilike", team.name)]
            self.assertEqual(self.columns(self.manager, action, domain), names)
        either = ["|", ("team_id", "=", self.team.id), ("team_id", "=", other.id)]
        both = self.columns(self.manager, action)
        self.assertEqual(self.columns(self.manager, action, either), both)
        self.assertIn(both, (first + second, second + first))
        # The specialist of one team has one pipeline.
        action = pipeline(self.specialist)
        self.assertEqual(self.columns(self.specialist, action), first)
        # A company's own context, with names only the web client knows, stays as it is.
        screen = self.env.ref("key_account.crm_lead_pipeline_action")
        screen.context = "{'default_user_id': uid}"
        self.assertEqual(pipeline(self.manager)["context"], screen.context)

    def test_a_card_made_in_another_teams_column_is_that_teams(self):
        other = self.second_process()
        for stage, team in (
            (other._key_account_stages()[0], other),
            (self.stages[0], self.team),
        ):
            context = {
                "default_team_id": self.team.id,
                "default_stage_id": stage.id,
                "default_type": "opportunity",
            }
            Lead = self.env["crm.lead"]
            lead_id, _name = self.rpc(
                self.manager, Lead, "name_create", "Quick", context=context
            )
            lead = Lead.browse(lead_id)
            self.assertEqual((lead.team_id, lead.stage_id), (team, stage))

    def test_definitions_are_listed_of_teams_one_may_see(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.second_process(company_id=elsewhere.id)._key_account_stages()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.crm_stage_action"
        )
        domain = literal_eval(action["domain"])
        listed = self.env["crm.stage"].with_user(self.configurator).search(domain)
        self.assertEqual(listed & (self.stages | foreign), self.stages)

    def test_other_teams_see_what_they_saw(self):
        plain = self.env["crm.stage"].search([("team_ids", "=", False)])
        self.assertTrue(plain)
        Lead = self.env["crm.lead"].with_user(self.outsider)
        columns = Lead.with_context(default_team_id=self.plain_team.id)
        self.assertEqual(
            columns._read_group_stage_ids(self.env["crm.stage"], []), plain
        )
        choice = self.env["crm.stage"].search(
            [("pipeline_team_id", "=", self.plain_team.id)]
        )
        self.assertEqual(choice, plain)
        self.assertEqual(
            self.env["crm.stage"].search([("pipeline_team_id", "=", False)]), plain
        )
        own = self.env["crm.stage"].create(
            {"name": "Own", "team_ids": [Command.link(self.plain_team.id)]}
        )
        choice = self.env["crm.stage"].search(
            [("pipeline_team_id", "=", self.plain_team.id)]
        )
        self.assertEqual(choice, plain | own)

    def test_plain_leads_move_as_ever(self):
        lead = self.make_lead(team_id=self.plain_team.id, user_id=self.outsider.id)
        plain = self.env["crm.stage"].search([("team_ids", "=", False)])
        self.assertIn(lead.stage_id, plain)
        self.rpc(self.outsider, lead, "write", {"stage_id": plain[-2].id})
        self.rpc(self.outsider, lead, "action_set_won")
        self.assertEqual(lead.won_status, "won")
        self.assertFalse(self.log(lead))
        other = self.make_lead(team_id=self.plain_team.id, user_id=self.outsider.id)
        self.rpc(self.outsider, other, "action_set_lost")
        self.assertEqual(other.won_status, "lost")
        self.assertFalse(other.gate_state)
        self.assertFalse(other.stage_deadline)

    # -- who defines ------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_configuration_defines_stages_and_teams(self):
        sales_manager = self._user("ka_sales_manager", "sales_team.group_sale_manager")
        for user in (self.specialist, self.manager, self.director, sales_manager):
            with self.subTest(user=user.name):
                for vals in (
                    {"is_won": True},
                    {"sequence": 1},
                    {"gate_ids": [Command.clear()]},
                    {"skip_rule": "no_exception"},
                    {"team_ids": [Command.clear()]},
                ):
                    with self.assertRaises(AccessError):
                        self.rpc(user, self.first, "write", vals)
                with self.assertRaises(AccessError):
                    self.rpc(user, self.first.gate_ids, "unlink")
                for vals in (
                    {"is_key_account": False},
                    {"key_account_manager_ids": [Command.link(user.id)]},
                ):
                    with self.assertRaises(AccessError):
                        self.rpc(user, self.team, "write", vals)
        with self.assertRaises(AccessError):
            self.rpc(
                sales_manager,
                self.env["crm.stage"],
                "create",
                [
                    {
                        "name": "Short cut",
                        "is_won": True,
                        "team_ids": [(4, self.team.id)],
                    }
                ],
            )
        shared = self.env["crm.stage"].search([("team_ids", "=", False)], limit=1)
        with self.assertRaises(AccessError):
            self.rpc(sales_manager, shared, "write", {"team_ids": [(4, self.team.id)]})
        self.rpc(sales_manager, self.first, "write", {"fold": True, "color": 3})
        self.rpc(self.configurator, self.first, "write", {"time_limit": 3})
        self.rpc(self.configurator, self.first.gate_ids[1], "write", {"number": 50})
        self.rpc(
            self.configurator,
            self.team,
            "write",
            {"key_account_approval_policy": "always"},
        )

    def test_stages_with_history_stay(self):
        with self.assertRaisesRegex(UserError, "history"):
            self.first.unlink()

    def test_gate_parameters_are_checked(self):
        Gate = self.env["crm.stage.gate"]
        for vals in (
            {"kind": "domain"},
            {"kind": "domain", "domain": "[('no_such_field', '=', 1)]"},
            {"kind": "domain", "domain": "__import__('os')"},
            {"kind": "profile", "number": 140},
            {"kind": "visit", "number": 0},
            {"kind": "field"},
            {"kind": "document"},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                Gate.create({"stage_id": self.first.id, **vals})

    # -- the flag ---------------------------------------------------------

    def test_flagging_a_team_begins_the_log(self):
        team = self.env["crm.team"].create(
            {"name": "Later", "company_id": self.company.id}
        )
        lead = self.make_lead(team_id=team.id)
        self.assertFalse(self.log(lead))
        with self.assertRaisesRegex(UserError, "Map them first"):
            team.is_key_account = True
        team._load_stage_template("eight_steps")
        lead.stage_id = team._key_account_stages()[0]
        team.is_key_account = True
        self.assertEqual(self.log(lead).mapped("how"), ["initial"])
        self.assertTrue(lead.stage_entered_on)
        team.is_key_account = False
        self.assertEqual(self.log(lead).mapped("event"), ["enter", "leave"])
        self.assertFalse(lead.stage_entered_on)

    # -- history ------------------------------------------------------------

    def history(self, stage):
        self.env.flush_all()
        self.env.cr.precommit.run()
        return " ".join(
            stage.sudo().message_ids.mapped(
                lambda m: f"{m.body} {m.tracking_value_ids.mapped('new_value_char')}"
            )
        )

    def test_changes_of_a_definition_are_written_down(self):
        self.history(self.first)
        self.assertFalse(self.first.message_ids, "making it says nothing")
        stage = self.first.with_user(self.configurator)
        stage.work_standard = "One page"
        stage.duties = "<p>Plan it.</p>"
        stage.gate_ids[1].number = 55
        self.env["crm.stage.gate"].with_user(self.configurator).create(
            {"stage_id": stage.id, "kind": "qualification"}
        )
        stage.gate_ids[0].unlink()
        text = self.history(stage)
        for part in ("duties were reworded", "40 %", "55 %", "Gate added", "taken"):
            self.assertIn(part, text)
        values = self.first.message_ids.tracking_value_ids
        self.assertIn("One page", values.mapped("new_value_text"))
        authors = self.first.message_ids.author_id
        self.assertEqual(authors, self.configurator.partner_id)

    def test_plain_stages_keep_no_history(self):
        plain = self.env["crm.stage"].create({"name": "Plain"})
        plain.name = "Plainer"
        self.history(plain)
        self.assertFalse(plain.message_ids)

    def test_definitions_are_checked(self):
        with self.assertRaisesRegex(ValidationError, "negative"):
            self.first.time_limit = -1
        with self.assertRaisesRegex(ValidationError, "one month"):
            self.visit_step.write({"entry_account_state": "trial", "trial_months": 0})
