from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import speak_chinese


@tagged("post_install", "-at_install")
class TestSetUp(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "West Bearings"})
        cls.people = {}
        for name in ("leader", "manager", "member", "support", "director"):
            cls.people[name] = cls._user(
                f"set_up_{name}", "sales_team.group_sale_salesman"
            )
        cls.admin = cls._user(
            "set_up_admin", "key_account.group_configuration,base.group_erp_manager"
        )
        cls.configurator = cls._user("set_up_conf", "key_account.group_configuration")

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def wizard(self, user=None):
        return self.env["key.account.set.up"].with_user(user or self.admin)

    def run_wizard(self, user=None, **changes):
        with Form(self.wizard(user)) as form:
            form.leader_id = self.people["leader"]
            form.manager_ids.add(self.people["manager"])
            form.member_ids.add(self.people["member"])
            form.support_ids.add(self.people["support"])
            for name, value in changes.items():
                setattr(form, name, value)
        wizard = form.save()
        wizard.action_next()
        wizard.action_next()
        return wizard

    def levels(self):
        return self.env["key.account.authority.level"].search(
            [("company_id", "=", self.company.id)], order="sequence"
        )

    def test_installing_alone_changes_nothing(self):
        self.assertEqual(self.company.key_account_mode, "off")
        self.assertFalse(self.levels())

    def test_whoever_configures_opens_the_team(self):
        configurator = new_test_user(
            self.env, login="ka_only_conf", groups="key_account.group_configuration"
        )
        team = self.env["crm.team"].create(
            {"name": "T", "crm_team_member_ids": [(0, 0, {"user_id": self.env.uid})]}
        )
        self.env.invalidate_all()
        seen = team.with_user(configurator)
        self.assertEqual(seen.lead_all_assigned_month_count, 0)
        self.assertEqual(seen.crm_team_member_ids.lead_month_count, 0)

    def test_first_run(self):
        speak_chinese(self.env)
        wizard = self.run_wizard()
        self.assertEqual(wizard.page, "policy")
        self.assertEqual(wizard.mode, "observe")
        action = wizard.action_apply()
        team = self.env["crm.team"].browse(action["context"]["default_team_id"])
        self.assertTrue(team.is_key_account)
        self.assertEqual(team.company_id, self.company)
        self.assertEqual(team.user_id, self.people["leader"])
        self.assertEqual(team.key_account_manager_ids, self.people["manager"])
        self.assertEqual(team.member_ids, self.people["member"])
        self.assertEqual(team.key_account_support_ids, self.people["support"])
        self.assertEqual(len(team._key_account_stages()), 9)
        self.assertEqual(self.company.key_account_mode, "observe")
        self.assertEqual(self.company.key_account_approval_policy, "always")
        levels = self.levels()
        self.assertEqual(levels.mapped("sequence"), [10, 20, 30, 40])
        self.assertEqual(levels[0].user_ids, self.people["member"])
        self.assertEqual(
            levels[1].user_ids, self.people["leader"] | self.people["manager"]
        )
        self.assertEqual(levels[0].with_context(lang="zh_CN").name, "专员")
        limits = {
            dimension: [
                "unlimited" if limit.unlimited else limit.value
                for limit in (level._general_limit(dimension) for level in levels)
            ]
            for dimension in ("discount", "amount")
        }
        self.assertEqual(limits["discount"], [5, 10, 20, "unlimited"])
        self.assertEqual(limits["amount"], [100_000, 500_000, 2_000_000, "unlimited"])
        self.assertTrue(self.people["manager"].has_group("key_account.group_manager"))
        self.assertTrue(
            self.people["leader"].has_group("sales_team.group_sale_salesman_all_leads")
        )
        self.assertTrue(self.people["member"].has_group("key_account.group_specialist"))
        self.assertFalse(self.people["member"].has_group("key_account.group_manager"))
        self.assertTrue(self.people["support"].has_group("key_account.group_support"))

    def test_again_shows_what_is_there_and_changes_only_what_is_changed(self):
        self.run_wizard().action_apply()
        levels, stages = self.levels(), self.env["crm.stage"].search_count([])
        levels[0]._general_limit("discount").value = 6
        levels[1]._general_limit("amount").unlink()
        wizard = self.env["key.account.set.up"].with_user(self.admin).create({})
        self.assertEqual(wizard.level_ids.level_id, levels)
        self.assertEqual(wizard.level_ids[0].discount, 6)
        self.assertEqual(wizard.leader_id, self.people["leader"])
        self.assertEqual(wizard.member_ids, self.people["member"])
        self.assertTrue(wizard.has_stages)
        wizard.level_ids[2].discount = 25
        wizard.mode = "enforce"
        wizard.action_apply()
        self.assertEqual(self.levels(), levels)
        self.assertEqual(self.env["crm.stage"].search_count([]), stages)
        self.assertEqual(levels[0]._general_limit("discount").value, 6)
        self.assertEqual(levels[2]._general_limit("discount").value, 25)
        self.assertFalse(levels[1]._general_limit("amount"), "no row stays no row")
        self.assertEqual(self.company.key_account_mode, "enforce")

    def test_levels_and_teams_of_another_company_stay_as_they_are(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        level = self.env["key.account.authority.level"].create(
            {"name": "Theirs", "company_id": other.id, "sequence": 10}
        )
        team = self.env["crm.team"].create({"name": "Theirs", "company_id": other.id})
        wizard = self.run_wizard()
        own = wizard.team_id
        wizard.level_ids[0].level_id = level
        with self.assertRaises(AccessError):
            wizard.action_apply()
        wizard.level_ids[0].level_id = False
        wizard.team_id = team
        with self.assertRaises(AccessError):
            wizard.action_apply()
        self.assertEqual((level.name, team.is_key_account), ("Theirs", False))
        wizard.team_id = own
        wizard.leader_id = self.people["leader"]
        self.assertTrue(wizard.action_apply())

    def test_a_limit_of_nothing_is_not_the_same_as_no_limit(self):
        self.run_wizard().action_apply()
        levels = self.levels()
        levels[1]._general_limit("discount").unlink()
        wizard = self.env["key.account.set.up"].with_user(self.admin).create({})
        kinds = wizard.level_ids.mapped("discount_kind")
        self.assertEqual(kinds, ["number", "none", "number", "unlimited"])
        wizard.level_ids[0].discount_kind = "none"
        wizard.level_ids[1].discount_kind = "number"
        wizard.level_ids[2].discount_kind = "unlimited"
        wizard.level_ids[3].write({"discount_kind": "number", "discount": 30.0})
        wizard.action_apply()
        limits = [level._general_limit("discount") for level in levels]
        self.assertFalse(limits[0])
        self.assertEqual(
            [(limit.value, limit.unlimited) for limit in limits[1:]],
            [(0.0, False), (0.0, True), (30.0, False)],
        )

    def test_team_with_running_opportunities(self):
        team = self.env["crm.team"].create(
            {"name": "Old hands", "company_id": self.company.id}
        )
        stages = self.env["crm.stage"].search([("team_ids", "=", False)], limit=2)
        running = [
            self.env["crm.lead"].create(
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "team_id": team.id,
                    "stage_id": stage.id,
                    "company_id": self.company.id,
                    "user_id": False,
                }
            )
            for number, stage in enumerate(stages)
        ]
        with Form(self.wizard()) as form:
            form.team_id = team
            form.leader_id = self.people["leader"]
        wizard = form.save()
        wizard.action_next()
        self.assertEqual(wizard.page, "mapping")
        targets = wizard.map_id.target_ids
        with Form(wizard) as form:
            with form.mapping_ids.edit(0) as line:
                line.target_id = targets.filtered(
                    lambda t: t.template_code == "eight_steps.quotation"
                )
        self.assertEqual(wizard.mapping_ids.mapped("opportunity_count"), [1, 1])
        wizard.action_next()
        self.assertEqual(wizard.page, "limits")
        wizard.mode = "enforce"
        wizard.action_apply()
        self.assertEqual(running[0].stage_id.template_code, "eight_steps.quotation")
        self.assertEqual(
            running[1].stage_id.template_code, "eight_steps.development_plan"
        )
        for lead in running:
            log = self.env["key.account.stage.log"].search(
                [("opportunity_id", "=", lead.id)]
            )
            self.assertEqual(log.mapped("how"), ["initial"])
            self.assertTrue(lead.stage_entered_on)

    def test_another_process_is_chosen(self):
        action = self.run_wizard(template_code="six_phases").action_apply()
        team = self.env["crm.team"].browse(action["context"]["default_team_id"])
        self.assertEqual(
            set(team._key_account_stages().mapped("template_code")),
            {
                f"six_phases.{code}"
                for code in (
                    "develop",
                    "qualify",
                    "propose",
                    "tender",
                    "negotiate",
                    "implement",
                    "won",
                )
            },
        )

    def test_second_team_shares_the_process(self):
        self.run_wizard().action_apply()
        first = self.env["crm.team"].search(
            [("is_key_account", "=", True), ("company_id", "=", self.company.id)]
        )
        second = self.env["crm.team"].create(
            {"name": "Overseas", "company_id": self.company.id}
        )
        with Form(self.wizard()) as form:
            form.team_id = second
            form.process_team_id = first
            form.leader_id = self.people["director"]
        form.save().action_apply()
        self.assertEqual(second._key_account_stages(), first._key_account_stages())
        self.assertTrue(second.is_key_account)

    def test_somebody_has_to_decide(self):
        wizard = self.wizard().create({"team_name": "Alone"})
        with self.assertRaisesRegex(UserError, "leader"):
            wizard.action_next()
        with self.assertRaisesRegex(UserError, "leader"):
            wizard.action_apply()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_configuration_sets_up(self):
        with self.assertRaises(AccessError):
            self.wizard(self.people["leader"]).create({})
        wizard = self.wizard().create({})
        with self.assertRaises(AccessError):
            wizard.with_user(self.people["leader"]).sudo().action_apply()

    def test_who_may_not_give_rights_gives_none(self):
        wizard = self.run_wizard(user=self.configurator)
        self.assertFalse(wizard.may_grant_groups)
        self.assertIn("set_up_manager", wizard.without_role)
        wizard.grant_groups = wizard.managers_see_all = True
        wizard.action_apply()
        self.assertFalse(self.people["manager"].has_group("key_account.group_manager"))

    def test_levels_without_people_are_named(self):
        wizard = self.run_wizard()
        self.assertEqual(wizard.empty_levels, "Director, General manager")
        wizard.level_ids.user_ids = self.people["director"]
        self.assertFalse(wizard.empty_levels)

    def test_whoever_sees_no_deals_lands_on_the_team(self):
        wizard = self.run_wizard(self.configurator)
        action = wizard.action_apply()
        self.assertEqual(action["res_model"], "crm.team")
        self.assertEqual(action["res_id"], action["context"]["default_team_id"])

    def test_deadlines_are_configured_without_rights_on_companies(self):
        settings = self.env["key.account.company.settings"]
        with Form(settings.with_user(self.configurator)) as form:
            self.assertEqual(form.key_account_report_hours, 8.0)
            form.key_account_report_hours = 6.0
            form.key_account_grade_c = 35.0
        self.assertEqual(self.company.key_account_report_hours, 6.0)
        self.assertEqual(self.company.key_account_grade_c, 35.0)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_deadlines_are_not_everybodys(self):
        settings = self.env["key.account.company.settings"]
        vals = {"key_account_report_hours": 80.0}
        for person in (self.people["director"], self.people["leader"]):
            with self.assertRaises(AccessError):
                settings.with_user(person).create(vals)
        other = self.env["res.company"].create({"name": "East Bearings"})
        with self.assertRaises(AccessError):
            settings.with_user(self.configurator).create(
                {**vals, "company_id": other.id}
            )
        own = settings.with_user(self.configurator).create({})
        with self.assertRaises(AccessError):
            own.write({**vals, "company_id": other.id})
        companies = self.company | other
        self.assertNotIn(80.0, companies.mapped("key_account_report_hours"))
