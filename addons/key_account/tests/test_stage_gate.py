from datetime import timedelta
from textwrap import dedent

from odoo import Command, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import HttpCase, tagged
from odoo.tools import file_open, mute_logger

from .common import speak_chinese
from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestStageGate(StageCommon):
    def assertRefused(self, *texts):
        """The move is refused and the message says all of this."""
        return self.assertRaisesRegex(ValidationError, "(?s)" + ".*".join(texts))

    # -- each kind ----------------------------------------------------------

    def check(self, kind, lead=None, **vals):
        gate = self.env["crm.stage.gate"].create(
            {"stage_id": self.first.id, "kind": kind, **vals}
        )
        lead = lead or self.lead
        return gate._check(lead)[lead.id]

    def field(self, name):
        return self.env["ir.model.fields"]._get("crm.lead", name).id

    def test_field(self):
        self.assertIn("Email", self.check("field", field_id=self.field("email_cc")))
        self.lead.email_cc = "a@b.example.com"
        self.assertFalse(self.check("field", field_id=self.field("email_cc")))

    def test_field_that_shows_nothing(self):
        """A text of blanks, a page of empty paragraphs, opens no gate."""
        for name, nothing, words in (
            ("email_cc", " \u200b", "a@b.example.com"),
            ("description", "<p>&nbsp;\u200b<br></p>", "<p>Pumps</p>"),
        ):
            self.lead[name] = nothing
            self.assertTrue(self.check("field", field_id=self.field(name)))
            self.lead[name] = words
            self.assertFalse(self.check("field", field_id=self.field(name)))

    def test_domain(self):
        rich = "[('expected_revenue', '>', 1000)]"
        self.assertIn("rich", self.check("domain", domain=rich, label="rich"))
        self.lead.expected_revenue = 2000
        self.assertFalse(self.check("domain", domain=rich))

    def test_document(self):
        self.assertIn("minutes", self.check("document", document_type="minutes"))
        self.env["ir.attachment"].create(
            {
                "name": "Minutes 3 May.pdf",
                "res_model": "crm.lead",
                "res_id": self.lead.id,
            }
        )
        self.assertFalse(self.check("document", document_type="minutes"))
        self.assertTrue(self.check("document", document_type="quality"))
        agreement = self.env["key.account.agreement"].create(
            {
                "name": "Quality",
                "type_id": self.env.ref("key_account.agreement_type_quality").id,
                "key_account_id": self.account.id,
                "opportunity_id": self.lead.id,
            }
        )
        self.assertTrue(self.check("document", document_type="quality"), "a draft")
        agreement.state = "ready"
        self.assertFalse(self.check("document", document_type="quality"))

    def test_profile(self):
        self.account._set_kept({"profile_completeness": 39})
        self.assertIn("39", self.check("profile", number=40))
        self.account._set_kept({"profile_completeness": 40})
        self.assertFalse(self.check("profile", number=40))
        stranger = self.make_lead(partner_id=self.plain_customer.id)
        self.assertIn(
            "no key account file", self.check("profile", lead=stranger, number=1)
        )

    def test_qualification(self):
        self.assertIn("Money", self.check("qualification"))
        self.account.sudo().write(
            dict.fromkeys(
                ("man_money_evidence", "man_authority_evidence", "man_need_evidence"),
                "Known",
            )
            | dict.fromkeys(("man_money", "man_authority", "man_need"), "confirmed")
        )
        self.assertFalse(self.check("qualification"))

    def test_what_is_not_judged_is_named_in_the_readers_language(self):
        speak_chinese(self.env)
        money = self.env["ir.model.fields"]._get("key.account", "man_money")
        money.update_field_translations("field_description", {"zh_CN": "资金"})
        gate = self.env["crm.stage.gate"].create(
            {"stage_id": self.first.id, "kind": "qualification"}
        )
        reader = gate.with_context(lang="zh_CN")
        self.assertIn("资金", reader._check(self.lead)[self.lead.id])

    def test_plan(self):
        self.assertIn("no plan", self.check("plan"))
        empty = self.env["key.account.plan"].create({"opportunity_id": self.lead.id})
        self.assertIn("objective", self.check("plan"))
        self.meet_plan(self.lead)
        self.assertFalse(self.check("plan"))
        empty.unlink()
        self.assertFalse(self.check("plan"))

    def test_visit_and_review(self):
        self.assertTrue(self.check("visit"))
        self.assertIn("no reported visit", self.check("review"))
        visit = self.meet_visit(self.lead)
        self.assertFalse(self.check("visit"))
        self.assertIn("1 of 2", self.check("visit", number=2))
        self.assertIn("not been reviewed", self.check("review"))
        self.meet_review(visit)
        self.assertFalse(self.check("review"))

    def test_requirement(self):
        self.assertIn("No requirement", self.check("requirement"))
        line = self.requirement(self.lead)
        self.assertIn("open", self.check("requirement"))
        line.action_drop()
        self.assertIn("No requirement", self.check("requirement"))
        self.settled(self.lead)
        self.outside(self.lead)
        self.assertFalse(self.check("requirement"))

    def test_quotation_kinds(self):
        kinds = ("quotation", "approval", "signature", "contract_review")
        for kind in kinds:
            self.assertIn("no quotation", self.check(kind))
        order = self.make_order(discount=30, opportunity_id=self.lead.id)
        self.assertFalse(self.check("quotation"))
        self.assertIn("not signed off", self.check("approval"))
        self.assertIn("no signature", self.check("signature"))
        order.commitment_date = False
        self.assertIn("delivery date", self.check("quotation"))
        self.make_order(opportunity_id=self.lead.id)
        self.assertFalse(self.check("approval"), "the latest live one counts")
        self.assertFalse(self.check("contract_review"), "none is asked for")
        self.company.key_account_contract_review = True
        self.assertIn("contract review", self.check("contract_review"))

    def install_example(self):
        """The add-on that the README shows, as Odoo builds its model class."""
        with file_open("key_account/readme/EXTEND.rst") as readme:
            text = readme.read()
        block = text.partition(".. code-block:: python\n")[2].partition("\n- **")[0]
        example = {"__name__": "odoo.addons.gate_example.models"}
        exec(compile(dedent(block), "EXTEND.rst", "exec"), example)
        Gate = self.registry["crm.stage.gate"]
        definitions = models.MetaModel._module_to_models__
        self.addCleanup(definitions.pop, "gate_example")
        self.addCleanup(self.registry._setup_models__, self.env.cr, [Gate._name])
        self.addCleanup(setattr, Gate, "_base_classes__", Gate._base_classes__)
        add_to_registry(self.registry, example["CrmStageGate"])
        self.registry._setup_models__(self.env.cr, [Gate._name])

    def test_another_add_on_adds_a_kind_by_one_method(self):
        self.install_example()
        self.meet_plan(self.lead)
        Gate = self.env["crm.stage.gate"]
        vals = {"stage_id": self.first.id, "kind": "no_overdue"}
        gate = Gate.browse(self.rpc(self.configurator, Gate, "create", [vals]))
        self.assertEqual(gate.name, "No activity is overdue")
        activity = self.lead.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.today() - timedelta(days=1),
            user_id=self.specialist.id,
        )
        with self.assertRefused("Development plan: 1 activities are overdue"):
            self.move(self.lead, self.visit_step)
        lead = self.lead.with_user(self.specialist)
        line = next(x for x in lead.stage_panel["gates"] if x["id"] == gate.id)
        self.assertEqual((line["met"], line["link"]), (False, True))
        action = self.rpc(self.specialist, lead, "action_open_gate", gate.id)
        # The panel's client opens it by itself: no view is guessed for it.
        self.assertEqual(
            (action["res_model"], len(action["views"])), ("mail.activity", 2)
        )
        activity.with_user(self.specialist).action_done()
        self.move(self.lead, self.visit_step)
        self.assertEqual(self.lead.stage_id, self.visit_step)

    def test_a_kind_whose_add_on_is_gone_stays_shut(self):
        gate = self.first.gate_ids[0]
        self.env.cr.execute(
            "UPDATE crm_stage_gate SET kind = 'gone' WHERE id = %s", [gate.id]
        )
        gate.invalidate_recordset()
        with self.assertRefused("add-on that checks"):
            self.move(self.lead, self.visit_step)

    # -- each way a stage can change ---------------------------------------

    def test_write(self):
        with self.assertRefused("Pumps 2027", "no plan", "profile survey"):
            self.move(self.lead, self.visit_step)
        self.meet_plan(self.lead)
        self.move(self.lead, self.visit_step)
        self.assertEqual(self.lead.stage_id, self.visit_step)

    def test_jumping_asks_for_all_between(self):
        with self.assertRefused("Development plan", "Visit", "Manager's review"):
            self.move(self.lead, self.check_step)

    def test_back_is_free(self):
        self.put(self.lead, self.return_step)
        self.move(self.lead, self.first)
        self.assertEqual(self.lead.stage_id, self.first)

    def test_forged_contexts_open_nothing(self):
        from ..models.process.lead_gate import Override

        forged = {
            "ids": self.lead.ids,
            "lead_ids": self.lead.ids,
            "stage_id": self.visit_step.id,
            "reason": "x",
        }
        for context in (
            {"key_account_override": True},
            {"key_account_override": forged},
            {"key_account_override": [self.lead.ids, self.visit_step.id, "x"]},
            {"key_account_facts": {"orders": {}, "requirements": {}}},
            {"default_stage_id": self.visit_step.id},
            {"active_test": False},
            {"tracking_disable": True, "install_mode": True, "import_file": True},
        ):
            with self.subTest(context), self.assertRaises(ValidationError):
                self.rpc(
                    self.specialist,
                    self.lead,
                    "write",
                    {"stage_id": self.visit_step.id},
                    context=context,
                )
        # Even the real thing opens only what it was given for.
        real = Override(frozenset([0]), self.visit_step.id, "x")
        with self.assertRaises(ValidationError):
            self.lead.with_context(key_account_override=real).stage_id = self.visit_step

    def test_superuser_opens_nothing(self):
        with self.assertRaises(ValidationError):
            self.lead.sudo().write({"stage_id": self.won.id})
        with self.assertRaises(ValidationError):
            self.lead.with_user(self.env.ref("base.user_root")).stage_id = self.won

    def test_create(self):
        vals = {
            "name": "Straight there",
            "type": "opportunity",
            "partner_id": self.customer.id,
            "team_id": self.team.id,
            "company_id": self.company.id,
        }
        Lead = self.env["crm.lead"]
        for extra, context in (
            ({"stage_id": self.check_step.id}, {}),
            ({"stage_id": self.won.id}, {}),
            ({}, {"default_stage_id": self.won.id}),
        ):
            with self.subTest(extra=extra), self.assertRaises(ValidationError):
                self.rpc(
                    self.specialist,
                    Lead,
                    "create",
                    [{**vals, **extra}],
                    context=context,
                )
        # The team follows from the salesperson when it is not given.
        vals.pop("team_id")
        with self.assertRaises(ValidationError):
            self.rpc(
                self.specialist,
                Lead,
                "create",
                [
                    {
                        **vals,
                        "user_id": self.specialist.id,
                        "stage_id": self.check_step.id,
                    }
                ],
            )
        self.rpc(self.specialist, Lead, "create", [{**vals, "stage_id": self.first.id}])

    def test_create_in_the_second_step_with_everything_there(self):
        self.account._set_kept({"profile_completeness": 60})
        plan = {
            "kind": "deal",
            "key_account_id": self.account.id,
            "contingency": "A trial order",
            "objective_ids": [Command.create({"name": "First order"})],
            "action_ids": [
                Command.create(
                    {
                        "name": "Call",
                        "user_id": self.specialist.id,
                        "date_due": fields.Date.today(),
                    }
                )
            ],
        }
        with self.assertRefused("no plan"):
            self.make_lead(stage_id=self.visit_step.id)
        self.first.gate_ids[0].active = False
        lead = self.make_lead(
            stage_id=self.visit_step.id, key_account_plan_ids=[Command.create(plan)]
        )
        self.assertEqual(lead.stage_id, self.visit_step)

    def test_import(self):
        result = self.rpc(
            self.specialist,
            self.env["crm.lead"],
            "load",
            ["name", "team_id/.id", "stage_id/.id", "partner_id/.id"],
            [["Imported", self.team.id, self.check_step.id, self.customer.id]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("Development plan", str(result["messages"]))
        self.assertFalse(self.env["crm.lead"].search([("name", "=", "Imported")]))

    def test_mass_write_names_everybody_and_moves_nobody(self):
        other = self.make_lead(name="Valves 2027")
        self.meet_plan(other)
        third = self.make_lead(name="Filters 2027")
        with self.assertRefused("Pumps 2027", "Filters 2027"):
            self.move(self.lead | other | third, self.visit_step)
        self.assertEqual((self.lead | other | third).stage_id, self.first)

    def test_team_change_into_a_later_step(self):
        shared = self.check_step
        shared.team_ids = [Command.link(self.plain_team.id)]
        lead = self.make_lead(team_id=self.plain_team.id, stage_id=shared.id)
        self.assertEqual(lead.stage_id, shared)
        with self.assertRefused("Development plan"):
            self.rpc(self.specialist, lead, "write", {"team_id": self.team.id})
        with self.assertRefused("Development plan"):
            self.rpc(
                self.specialist,
                lead,
                "write",
                {"team_id": self.team.id, "stage_id": self.return_step.id},
            )
        plain = self.make_lead(team_id=self.plain_team.id)
        self.rpc(self.specialist, plain, "write", {"team_id": self.team.id})
        self.assertEqual(plain.stage_id, self.first)
        self.assertEqual(self.log(plain).mapped("event"), ["enter"])

    def test_salesperson_change_that_changes_the_team(self):
        self.check_step.team_ids = [Command.link(self.plain_team.id)]
        self.plain_team.member_ids = self.outsider
        lead = self.make_lead(
            team_id=self.plain_team.id,
            stage_id=self.check_step.id,
            user_id=self.outsider.id,
        )
        with self.assertRefused("Development plan"):
            lead.with_user(self.outsider).sudo().write({"user_id": self.specialist.id})

    def test_leaving_the_team_is_no_way_to_win(self):
        shared_won = self.env["crm.stage"].search(
            [("team_ids", "=", False), ("is_won", "=", True)], limit=1
        )
        with self.assertRefused("Development plan"):
            self.rpc(
                self.specialist,
                self.lead,
                "write",
                {"team_id": self.plain_team.id, "stage_id": shared_won.id},
            )
        with self.assertRefused("Development plan"):
            self.move(self.lead, shared_won)

    def test_stages_of_others_are_refused(self):
        shared = self.env["crm.stage"].search([("team_ids", "=", False)], limit=1)
        with self.assertRefused("not a stage of the team"):
            self.move(self.lead, shared)
        with self.assertRefused("not a stage of the team"):
            self.rpc(self.specialist, self.lead, "write", {"stage_id": False})

    def test_won_action(self):
        for method in ("action_set_won", "action_set_won_rainbowman"):
            with self.assertRefused("Development plan", "Signed return"):
                self.rpc(self.specialist, self.lead, method)
        self.lead.write({"probability": 20, "active": False})
        with self.assertRaises(ValidationError):
            self.rpc(self.specialist, self.lead, "action_set_won")
        self.assertFalse(self.lead.active, "nothing is half done")

    def test_making_a_stage_won(self):
        with self.assertRefused("Pumps 2027", "Development plan"):
            self.rpc(self.configurator, self.first, "write", {"is_won": True})
        with self.assertRefused("Development plan"):
            self.first.sudo().is_won = True
        self.assertEqual(self.lead.won_status, "pending")

    def test_other_company_does_not_open(self):
        self.other_company.key_account_mode = "off"
        self.team.company_id = False
        with self.assertRaises(ValidationError):
            self.lead.write(
                {"company_id": self.other_company.id, "stage_id": self.visit_step.id}
            )

    def test_convert_and_merge(self):
        raw = self.make_lead(type="lead", name="Raw")
        self.rpc(self.specialist, raw, "convert_opportunity", self.customer)
        self.assertEqual(raw.stage_id, self.first)
        self.put(self.lead, self.visit_step)
        line = self.requirement(raw, name="Blue")
        merged = (self.lead | raw).merge_opportunity()
        self.assertEqual(merged, self.lead)
        self.assertEqual(merged.stage_id, self.visit_step)
        self.assertEqual(line.opportunity_id, merged)
        foreign = self.log(merged).filtered(lambda row: row.origin_ref != merged.id)
        self.assertEqual(set(foreign.mapped("origin_ref")), {raw.id})

    def test_merge_into_the_key_account_team(self):
        plain = self.make_lead(
            team_id=self.plain_team.id, name="Plain one", partner_id=False
        )
        other = self.make_lead(
            team_id=self.plain_team.id, name="Plain two", partner_id=False
        )
        merged = (plain | other).merge_opportunity(team_id=self.team.id)
        self.assertEqual(merged.team_id, self.team)
        self.assertEqual(merged.stage_id, self.first)

    # -- skipping, observing, overriding -------------------------------------

    def test_ruling_is_skipped_when_nothing_lies_outside(self):
        self.put(self.lead, self.check_step)
        self.settled(self.lead)
        self.move(self.lead, self.quotation_step)
        self.assertEqual(self.log(self.lead)[-1].how, "skip")
        self.assertIn("Ruling", self.log(self.lead)[-1].reason)

    def test_ruling_is_asked_for_when_something_does(self):
        self.put(self.lead, self.check_step)
        self.outside(self.lead)
        with self.assertRefused("Ruling", "not been asked"):
            self.move(self.lead, self.quotation_step)

    def test_a_stage_is_skipped_where_its_condition_holds(self):
        self.first.write(
            {"skip_rule": "domain", "skip_domain": "[('expected_revenue', '<', 100)]"}
        )
        self.lead.expected_revenue = 5000
        with self.assertRefused("Development plan"):
            self.move(self.lead, self.visit_step)
        self.lead.expected_revenue = 50
        self.move(self.lead, self.visit_step)
        self.assertEqual(self.log(self.lead)[-1].how, "skip")
        for wrong in ("[]", "[('nothing', '=', 1)]", "nonsense"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                self.first.skip_domain = wrong

    def test_observe_logs_and_lets_pass(self):
        self.company.key_account_mode = "observe"
        self.move(self.lead, self.visit_step)
        self.assertIn("Would have been stopped", self.log(self.lead)[-1].reason)

    def test_off_asks_nothing(self):
        self.company.key_account_mode = "off"
        self.move(self.lead, self.visit_step)
        self.assertFalse(self.log(self.lead)[-1].reason)

    def test_override(self):
        self.manager.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        wizard = (
            self.env["key.account.gate.override"]
            .with_user(self.manager)
            .create(
                {"lead_ids": [Command.set(self.lead.ids)], "reason": "Known for years"}
            )
        )
        self.assertEqual(wizard.stage_id, self.visit_step)
        self.assertIn("no plan", wizard.missing)
        wizard.action_let_pass()
        self.assertEqual(self.lead.stage_id, self.visit_step)
        last = self.log(self.lead)[-1]
        self.assertEqual((last.how, last.reason), ("override", "Known for years"))
        self.assertEqual(last.user_id, self.manager)
        self.assertEqual(self.log(self.lead)[-2].how, "override")
        with self.assertRaises(ValidationError):
            self.move(self.lead, self.review_step)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_override_is_for_managers_of_the_team(self):
        Wizard = self.env["key.account.gate.override"]
        vals = {
            "lead_ids": [Command.set(self.lead.ids)],
            "stage_id": self.visit_step.id,
            "reason": "Please",
        }
        for user in (
            self.specialist,
            self.support,
            self.configurator,
            self.other_manager,
        ):
            with self.subTest(user.name), self.assertRaises(AccessError):
                Wizard.with_user(user).create(vals).action_let_pass()
        Wizard.with_user(self.director).create(vals).action_let_pass()
        self.assertEqual(self.lead.stage_id, self.visit_step)

    # -- cost -----------------------------------------------------------------

    def test_two_hundred_cost_what_two_cost(self):
        def count(leads):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for stage in self.stages:
                stage.gate_ids._evaluate(leads)
            return self.env.cr.sql_log_count - before

        leads = self.env["crm.lead"].union(
            *(self.make_lead(name=f"Deal {number}") for number in range(40))
        )
        for lead in leads:
            self.requirement(lead)
        few = count(leads[:2])
        many = count(leads)
        self.assertLessEqual(many, few + 2)

    def test_cards_cost_no_query_each(self):
        leads = self.env["crm.lead"].union(
            *(self.make_lead(name=f"Deal {number}") for number in range(30))
        )

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.specialist).read(["gate_state", "stage_deadline"])
            return self.env.cr.sql_log_count - before

        count(leads)  # what everybody asks for the first time is asked now
        self.assertLessEqual(count(leads), count(leads[:2]))

    def test_plain_leads_cost_nothing(self):
        plain = self.env["crm.stage"].search([("team_ids", "=", False)], limit=2)
        lead = self.make_lead(team_id=self.plain_team.id, stage_id=plain[0].id)
        self.env.flush_all()
        plain.mapped("is_won")
        lead.mapped("team_id.name")
        self.env["crm.team"]._key_account_team_ids()
        with self.assertQueryCount(0):
            planned = lead._planned_places(
                {"stage_id": plain[1].id}, {lead: lead._place()}
            )
            self.assertEqual(planned[lead].stage, plain[1])


@tagged("post_install", "-at_install")
class TestStageGateHttp(HttpCase, StageCommon):
    @mute_logger("odoo.addons.crm.controllers.main", "odoo.http")
    def test_won_and_lost_links_change_nothing(self):
        lead = self.lead
        self.specialist.password = "ka_specialist_pw"
        self.authenticate("ka_specialist", "ka_specialist_pw")
        self.url_open(
            lead._notify_get_action_link("controller", controller="/lead/case_mark_won")
        )
        lead.invalidate_recordset()
        self.assertEqual((lead.stage_id, lead.won_status), (self.first, "pending"))
        self.url_open(
            lead._notify_get_action_link(
                "controller", controller="/lead/case_mark_lost"
            )
        )
        lead.invalidate_recordset()
        self.assertTrue(lead.active)
        self.assertEqual(lead.won_status, "pending")
