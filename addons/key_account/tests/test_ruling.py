from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import speak_chinese
from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestRuling(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "off"
        cls.lead.stage_id = cls.ruling_step
        cls.company.key_account_mode = "enforce"

    def ask(self, **vals):
        line = self.outside(self.lead, **vals)
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        return line

    def rule(self, *args, user=None, **kwargs):
        self.rpc(user or self.manager, self.lead, "action_rule", *args, **kwargs)
        self.env.invalidate_all()

    def test_request(self):
        with self.assertRaisesRegex(UserError, "nothing needs a ruling"):
            self.rpc(self.specialist, self.lead, "action_request_ruling", "Anyway")
        line = self.outside(self.lead)
        self.assertEqual(self.lead.ruling_state, "needed")
        with self.assertRaisesRegex(UserError, "propose"):
            self.rpc(self.specialist, self.lead, "action_request_ruling", " ")
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        event = self.lead.ruling_ids
        self.assertEqual((event.event, event.proposal), ("request", "Buy it in"))
        self.assertEqual(event.requirement_ids, line)
        self.assertIn("Stainless steel", event.requirement_text)
        self.assertEqual(event.key_account_id, self.account)
        self.lead.invalidate_recordset(["ruling_state"])
        self.assertEqual(self.lead.ruling_state, "requested")
        self.assertEqual(self.lead.activity_ids.user_id, self.manager)

    def test_the_mail_leads_to_the_ruling(self):
        told = self.listen()
        self.ask()
        event = self.lead.ruling_ids
        link = self.links_of_mail(self.manager)["Open and decide"]
        self.assertIn(f"model=key.account.ruling&res_id={event.id}", link)
        self.assertTrue(event.with_user(self.manager).can_rule)
        self.assertEqual(told(event), ["ruling_asked"])
        self.rule("quote", "Worth it")
        self.assertEqual(told(self.lead.ruling_ids[0]), ["ruling_made"])

    def test_read_by_who_does_not_see_the_deal(self):
        """Somebody on the account's team reads what is asked and ruled there; the deal
        and its quotation are a colleague's, by Odoo's own rules."""
        line = self.ask()
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        self.env["key.account.member"].create(
            {"key_account_id": self.account.id, "user_id": self.colleague.id}
        )
        gate = self.env["crm.stage.gate"].search([("kind", "=", "field")], limit=1)
        gate = gate or self.env["crm.stage.gate"].create(
            {
                "stage_id": self.ruling_step.id,
                "kind": "field",
                "field_id": self.env.ref("crm.field_crm_lead__description").id,
            }
        )
        self.env.flush_all()
        for records, names in (
            (line, ["display_name", "user_id"]),
            (self.lead.ruling_ids, ["display_name"]),
            (order.approval_ids, ["display_name"]),
            (gate, ["name", "sentence"]),
        ):
            with self.subTest(records._name):
                self.env.invalidate_all()
                for row in self.rpc(self.colleague, records, "read", names):
                    self.assertTrue(all(row.values()))
        self.env.invalidate_all()
        for records in (self.lead, order):
            self.assertFalse(records.with_user(self.colleague).has_access("read"))

    def test_quote(self):
        line = self.ask()
        with self.assertRaisesRegex(ValidationError, "waits"):
            self.move(self.lead, self.quotation_step)
        self.rule("quote", "Worth it")
        self.assertEqual(line.state, "settled")
        self.assertFalse(self.lead.activity_ids)
        self.assertEqual(self.lead.ruling_state, "quote")
        self.move(self.lead, self.quotation_step)
        self.assertEqual(self.lead.stage_id, self.quotation_step)

    def test_what_was_ruled_is_not_called_skipped(self):
        self.ask()
        self.rule("quote", "Worth it")
        self.assertFalse(self.ruling_step._skipped(self.lead))
        self.move(self.lead, self.quotation_step)
        self.assertFalse(self.log(self.lead, how="skip"))

    def test_quote_with_a_grant(self):
        self.ask()
        self.rule("quote", "Big one", grants=[{"dimension": "discount", "value": 9}])
        grant = self.lead.ruling_ids[0].grant_id
        self.assertEqual((grant.user_id, grant.value), (self.specialist, 9))
        self.assertEqual(grant.granted_by_id, self.manager)

    def test_beyond_the_managers_limits_it_goes_up(self):
        line = self.ask()
        grants = [{"dimension": "discount", "value": 15}]
        self.rule("quote", "Big one", grants=grants, category="strategy")
        forward = self.lead.ruling_ids[0]
        self.assertEqual(forward.event, "forward")
        self.assertEqual(forward.forwarded_to_ids, self.director)
        self.assertEqual(forward.level_id, self.levels[30])
        self.assertEqual((forward.user_id, forward.reason), (self.manager, "Big one"))
        self.assertIn("15", forward.proposal)
        self.assertEqual(self.lead.activity_ids.user_id, self.director)
        self.assertEqual(self.lead.ruling_state, "requested")
        self.assertEqual(line.state, "outside")
        with self.assertRaisesRegex(ValidationError, "waits"):
            self.move(self.lead, self.quotation_step)
        with self.assertRaisesRegex(AccessError, "Ka Director"):
            self.rule("revise", "Changed my mind")
        self.rule("quote", "Agreed", user=self.director, grants=grants)
        grant = self.lead.ruling_ids[0].grant_id
        self.assertEqual((grant.granted_by_id, grant.value), (self.director, 15))
        self.assertEqual(line.state, "settled")
        self.assertEqual(
            self.lead.ruling_ids.mapped("event"), ["ruling", "forward", "request"]
        )

    def test_who_is_asked_rules_from_the_request(self):
        self.ask()
        self.assertTrue(self.lead.with_user(self.manager).can_rule)
        self.assertFalse(self.lead.with_user(self.specialist).can_rule)
        self.rule("quote", "Big", grants=[{"dimension": "discount", "value": 15}])
        event = self.lead.ruling_ids[0]
        self.assertFalse(event.with_user(self.manager).can_rule)
        self.assertTrue(event.with_user(self.director).can_rule)
        action = self.rpc(self.director, event, "action_rule")
        self.assertEqual(action["context"]["default_opportunity_id"], self.lead.id)
        wizard = (
            self.env["key.account.rule"]
            .with_user(self.director)
            .create(
                {
                    "opportunity_id": self.lead.id,
                    "decision": "quote",
                    "reason": "Agreed",
                    "category": "strategy",
                }
            )
        )
        self.assertIn("Big", wizard.forwarded_by)
        self.assertFalse(wizard.forwards_to, "within the director's limits")
        wizard.action_rule()
        self.env.invalidate_all()
        self.assertEqual(self.lead.ruling_state, "quote")
        self.assertFalse(event.with_user(self.director).can_rule)

    def test_it_goes_up_to_the_top_and_no_further(self):
        self.ask()
        grants = [{"dimension": "discount", "value": 45}]
        self.rule("quote", "Big one", grants=grants)
        self.rule("quote", "Very big", user=self.director, grants=grants)
        self.assertEqual(self.lead.ruling_ids[0].forwarded_to_ids, self.general_manager)
        self.levels[40].limit_ids.write({"unlimited": False, "value": 40})
        with self.assertRaisesRegex(UserError, "nobody above you"):
            self.rule("quote", "Too big", user=self.general_manager, grants=grants)
        self.assertEqual(
            self.lead.ruling_ids.mapped("event"), ["forward", "forward", "request"]
        )
        self.rule("abandon", "Too big for us", user=self.general_manager)
        self.assertEqual(self.lead.won_status, "lost")

    def test_what_was_measured_counts_without_any_grant(self):
        line = self.requirement(
            self.lead,
            kind="target_price",
            product_id=self.pump.id,
            quantity=5,
            target_price=850,
        )
        self.assertEqual((line.state, line.measured_discount), ("outside", 15))
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Take it")
        self.rule("quote", "Worth it")
        self.assertEqual(self.lead.ruling_ids[0].event, "forward")
        self.assertEqual(line.state, "outside")
        self.rule("quote", "Worth it", user=self.director)
        self.assertEqual(line.state, "settled")

    def test_what_a_manager_may_in_its_category_counts(self):
        category = self.env["product.category"].create({"name": "Castings"})
        self.pump.categ_id = category
        self.levels[20].limit_ids = [
            Command.create(
                {
                    "dimension": "discount",
                    "value": 6,
                    "product_category_id": category.id,
                }
            )
        ]
        line = self.requirement(
            self.lead,
            kind="target_price",
            product_id=self.pump.id,
            quantity=5,
            target_price=920,
        )
        self.assertEqual((line.state, line.measured_discount), ("outside", 8))
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Take it")
        self.rule("quote", "Worth it")
        self.assertEqual(self.lead.ruling_ids[0].event, "forward")
        self.rule("quote", "Worth it", user=self.director)
        self.assertEqual(line.state, "settled")

    def test_a_level_without_people_is_passed_over(self):
        self.levels[30].user_ids = False
        self.ask()
        self.rule("quote", "Big", grants=[{"dimension": "discount", "value": 15}])
        self.assertEqual(self.lead.ruling_ids[0].forwarded_to_ids, self.general_manager)

    def test_nobody_to_rule_is_said(self):
        self.team.write({"user_id": False, "key_account_manager_ids": [(5,)]})
        self.outside(self.lead)
        with self.assertRaisesRegex(UserError, "has no manager"):
            self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        self.assertFalse(self.lead.ruling_ids)

    def test_reasons_are_counted(self):
        self.ask()
        self.rule("revise", "Ask for brass", category="capability")
        rulings = self.env["key.account.ruling"].with_user(self.manager)
        groups = rulings.formatted_read_group(
            [("opportunity_id", "=", self.lead.id), ("event", "=", "ruling")],
            ["category"],
            ["__count"],
        )
        self.assertEqual(
            [(g["category"], g["__count"]) for g in groups], [("capability", 1)]
        )

    def test_revise(self):
        line = self.ask()
        self.rule("revise", "Ask for brass")
        self.assertEqual(self.lead.stage_id, self.check_step)
        self.assertEqual(line.state, "outside")
        self.put(self.lead, self.ruling_step)
        with self.assertRaisesRegex(ValidationError, "revise"):
            self.move(self.lead, self.quotation_step)

    def test_abandon(self):
        speak_chinese(self.env)
        self.ask()
        order = self.make_order(discount=8, opportunity_id=self.lead.id)
        order.with_user(self.specialist).action_request_approval()
        self.rule("abandon", "No steel foundry within reach")
        self.assertEqual(self.lead.won_status, "lost")
        names = ("Abandoned by the manager's ruling", "经理判定放弃")
        for language, name in zip(("en_US", "zh_CN"), names, strict=True):
            reason = self.lead.lost_reason_id.with_context(lang=language)
            self.assertEqual(reason.name, name)
        self.assertEqual(self.account.state, "dropped")
        self.assertEqual(order.authority_state, "required", "withdrawn")
        self.assertEqual(self.log(self.lead)[-1].how, "lost")

    def test_abandon_keeps_an_account_with_other_deals(self):
        self.make_lead(name="Another")
        self.ask()
        self.rule("abandon", "Not this one")
        self.assertEqual(self.account.state, "candidate")

    def test_only_managers_of_the_team_rule(self):
        self.ask()
        for user in (self.specialist, self.colleague, self.support, self.other_manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.rule("quote", "Fine", user=user)
        with self.assertRaisesRegex(UserError, "reason"):
            self.rule("quote", "")
        with self.assertRaises(UserError):
            self.rule("perhaps", "Who knows")
        self.rule("quote", "Fine", user=self.director)
        with self.assertRaisesRegex(UserError, "no exception request"):
            self.rule("revise", "Second thoughts")

    def test_nobody_rules_on_their_own_request(self):
        self.team.key_account_manager_ids |= self.other_manager
        self.lead.user_id = self.manager
        self.outside(self.lead)
        self.rpc(self.manager, self.lead, "action_request_ruling", "Buy it in")
        with self.assertRaisesRegex(AccessError, "another manager"):
            self.rule("quote", "I like it")
        self.rule("quote", "Right", user=self.other_manager)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_rulings_are_evidence(self):
        self.ask()
        event = self.lead.ruling_ids
        for user in (self.specialist, self.manager, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, event, "write", {"event": "ruling", "decision": "quote"})
            with self.assertRaises(AccessError):
                self.rpc(
                    user,
                    event.browse(),
                    "create",
                    [
                        {
                            "event": "ruling",
                            "decision": "quote",
                            "opportunity_id": self.lead.id,
                        }
                    ],
                )
            with self.assertRaises(AccessError):
                self.rpc(user, event, "unlink")

    def test_wizards(self):
        self.outside(self.lead)
        request = (
            self.env["key.account.exception.request"]
            .with_user(self.specialist)
            .create({"opportunity_id": self.lead.id, "proposal": "Buy it in"})
        )
        self.assertEqual(request.requirement_ids.mapped("name"), ["Stainless steel"])
        notice = request.action_send()
        self.assertIn("Told: %s." % self.manager.name, notice["params"]["message"])
        self.manager.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        rule = (
            self.env["key.account.rule"]
            .with_user(self.manager)
            .create(
                {
                    "opportunity_id": self.lead.id,
                    "decision": "quote",
                    "reason": "Worth it",
                    "category": "strategy",
                    "grant_ids": [(0, 0, {"dimension": "discount", "value": 7})],
                }
            )
        )
        self.assertEqual(rule.proposal, "Buy it in")
        rule.action_rule()
        self.assertEqual(self.lead.ruling_ids[0].decision, "quote")
        self.assertEqual(self.lead.ruling_ids[0].grant_id.value, 7)

    def listed(self, user, *domain):
        rulings = self.env["key.account.ruling"].with_user(user)
        return rulings.search([("opportunity_id", "=", self.lead.id), *domain])

    def test_what_waits_for_whom_is_a_list(self):
        self.ask()
        request = self.lead.ruling_ids
        for user, expected in (
            (self.manager, request),
            (self.director, request),
            (self.specialist, request.browse()),
        ):
            found = self.listed(user, ("can_rule", "=", True))
            self.assertEqual(found, expected, user.login)
            others = self.listed(user, ("can_rule", "=", False))
            self.assertEqual(others, request - expected, user.login)
        self.assertEqual(self.listed(self.specialist, ("waits", "=", True)), request)
        self.assertTrue(request.waits)
        self.assertFalse(request.answer)

    def test_a_request_shows_its_ruling(self):
        self.ask()
        request = self.lead.ruling_ids
        self.rule("revise", "Too dear")
        request = request.with_user(self.specialist)
        self.assertEqual(
            (request.answer, request.answer_reason), ("revise", "Too dear")
        )
        self.assertFalse(request.waits)
        self.assertFalse(self.listed(self.manager, ("can_rule", "=", True)))
        self.assertFalse(self.listed(self.manager, ("waits", "=", True)))
        ruling = self.lead.ruling_ids - request
        self.assertFalse(ruling.waits or ruling.answer_id)
        self.assertEqual(ruling.answer, "revise")

    def test_what_was_ruled_is_said_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        ruling = self.env["key.account.ruling"]
        option = self.env["ir.model.fields"]._get(ruling._name, "decision")
        option.selection_ids.filtered(lambda each: each.value == "revise").with_context(
            lang="fr_FR"
        ).name = "À revoir"
        answer = ruling.with_context(lang="fr_FR").fields_get(["answer", "decision"])
        self.assertEqual(answer["answer"]["selection"], answer["decision"]["selection"])
        self.assertIn(("revise", "À revoir"), answer["answer"]["selection"])

    def test_a_request_asked_again_is_answered_by_the_next_ruling(self):
        self.ask()
        first = self.lead.ruling_ids
        self.rule("revise", "Too dear")
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy elsewhere")
        second = self.lead.ruling_ids - first - first.answer_id
        self.assertEqual(self.listed(self.manager, ("can_rule", "=", True)), second)
        self.rule("quote", "Now it is worth it")
        self.assertEqual(first.answer, "revise")
        self.assertEqual(second.answer, "quote")

    def test_the_wizard_says_what_became_of_it(self):
        self.ask()
        wizard = (
            self.env["key.account.rule"]
            .with_user(self.manager)
            .create(
                {
                    "opportunity_id": self.lead.id,
                    "decision": "revise",
                    "reason": "Too dear",
                    "category": "price",
                }
            )
        )
        told = wizard.action_rule()["params"]
        self.assertIn("Revise", told["message"])
        self.assertIn(self.specialist.name, told["message"])

    def test_the_list_costs_the_same_for_one_and_for_ten(self):
        counts = []
        for more in (1, 9):
            for _each in range(more):
                self.company.key_account_mode = "off"
                lead = self.lead.copy({"stage_id": self.ruling_step.id})
                self.company.key_account_mode = "enforce"
                self.outside(lead)
                self.rpc(self.specialist, lead, "action_request_ruling", "Buy it in")
            rulings = self.env["key.account.ruling"].with_user(self.manager)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rulings.search([("event", "=", "request")]).read(
                ["waits", "answer", "reason"]
            )
            counts.append(self.env.cr.sql_log_count - before)
        one, ten = counts
        self.assertLessEqual(ten, one)
