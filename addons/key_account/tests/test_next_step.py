"""Next steps by rule: which lines there are, for whom, and when they vanish."""

import runpy
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules import get_module_path
from odoo.tests import tagged

from .common import KeyAccountCommon


class NextStepCase(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.account)
        cls.env["key.account.policy"]._by_grade(cls.company)[
            cls.company.id, False
        ].write({"visits_per_month": 2, "revisit_months": 6, "evaluation_months": 12})

    def lines(self, user=None, code=None, **domain):
        """The lines of this rule, as this user (the specialist) finds them."""
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.env["key.account.next.step.line"].with_user(
            user or self.specialist
        )
        found = lines.search([(name, "=", value) for name, value in domain.items()])
        return found.filtered(lambda line: not code or line.step_id.code == code)

    def visit(self, user=None, **vals):
        user = user or self.specialist
        start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        values = {
            "key_account_id": self.account.id,
            "user_id": user.id,
            "date_start": start,
            "objectives": "To know the buyers.",
            **vals,
        }
        return self.env["key.account.visit"].with_user(user).create(values)

    def held(self, days=0, **vals):
        """A visit that was held so many days ago."""
        visit = self.visit(**vals)
        moment = fields.Datetime.now() - timedelta(days=days)
        visit._write_kept(
            {
                "state": "held",
                # On the same day at any hour.
                "held_start": moment.replace(minute=0, second=0, microsecond=0),
                "held_end": moment,
            }
        )
        return visit

    def aged(self, days):
        """The file was opened so long ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=days), self.account.id],
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestNextStep(NextStepCase):
    # ------------------------------------------------------------
    # VISITS
    # ------------------------------------------------------------

    def test_a_visit_of_today_is_whose_it_is(self):
        visit = self.visit()
        line = self.lines(code="visit_today")
        self.assertEqual(line.res_id, visit.id)
        self.assertEqual((line.urgency, line.mine), ("2", True))
        self.assertEqual(line.user_id, self.specialist)
        self.assertEqual(line.subject, visit.display_name)
        self.assertFalse(self.lines(self.manager, "visit_today").mine)

    def test_who_takes_part_is_reminded_as_well(self):
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        self.visit(participant_ids=[Command.create({"user_id": self.colleague.id})])
        line = self.lines(self.colleague, "visit_today")
        self.assertTrue(line.mine)
        self.assertEqual(line.user_id, self.specialist)

    def test_a_visit_of_tomorrow_is_no_line_yet(self):
        self.visit(date_start=fields.Datetime.now() + timedelta(days=1, hours=1))
        self.assertFalse(self.lines(code="visit_today"))

    def test_a_visit_whose_day_is_over_is_overdue(self):
        self.visit(date_start=fields.Datetime.now() - timedelta(days=3))
        self.assertEqual(self.lines(code="visit_today").urgency, "1")

    def test_report_then_review_then_nothing(self):
        visit = self.held()
        self.assertFalse(self.lines(code="visit_today"))
        line = self.lines(code="report")
        self.assertEqual((line.res_id, line.mine), (visit.id, True))
        self.assertEqual(line.action_open()["res_id"], visit.id)
        visit.write({"summary": "<p>Met them.</p>", "outcome": "achieved"})
        visit.write({"met_ids": [Command.set(self.customer.ids)]})
        visit.write({"next_step": "Quote", "next_date": self.today})
        visit.action_report()
        self.assertFalse(self.lines(code="report"))
        self.assertFalse(self.lines(code="review").mine)
        line = self.lines(self.manager, "review")
        self.assertEqual((line.mine, line.user_id), (True, self.manager))
        self.assertFalse(self.lines(self.director, "review").mine)
        scores = ("potential", "standing", "value", "difficulty")
        judged = {f"review_{name}": 4 for name in scores}
        visit.with_user(self.manager).action_review(judged)
        self.assertFalse(self.lines(self.manager, "review"))

    def test_the_managers_own_report_is_the_directors_turn(self):
        self.held(user=self.manager)._write_kept(
            {
                "state": "reported",
                "reported_on": fields.Datetime.now(),
                "reported_by_id": self.manager.id,
            }
        )
        self.assertFalse(self.lines(self.manager, "review").mine)
        self.assertTrue(self.lines(self.director, "review").mine)

    def test_visit_overdue_by_the_policy(self):
        self.aged(14)
        self.assertFalse(self.lines(code="visit_overdue"), "every 15 days")
        self.aged(16)
        line = self.lines(code="visit_overdue")
        self.assertEqual(line.key_account_id, self.account)
        self.assertEqual(line.date, self.today - timedelta(days=1))
        self.assertIn("never", line.reason)
        self.held(days=3)
        self.assertFalse(self.lines(code="visit_overdue"))

    def test_visit_overdue_since_the_last_one_held(self):
        self.aged(400)
        self.held(days=20)
        line = self.lines(code="visit_overdue")
        self.assertEqual(line.since, self.today - timedelta(days=20))
        self.assertEqual(line.date, self.today - timedelta(days=5))

    def test_a_planned_visit_does_away_with_the_overdue_one(self):
        self.aged(40)
        line = self.lines(code="visit_overdue")
        action = line.action_open()
        self.assertEqual(action["res_model"], "key.account.visit")
        self.assertEqual(action["context"]["default_key_account_id"], self.account.id)
        visit = self.visit(date_start=fields.Datetime.now() + timedelta(days=9))
        self.assertFalse(self.lines(code="visit_overdue"))
        visit.action_cancel("They moved.")
        self.assertTrue(self.lines(code="visit_overdue"))

    def test_no_visits_by_policy_is_no_visit_overdue(self):
        self.aged(400)
        policy = self.account._policy()
        policy.write({"visits_per_month": 0, "revisit_months": 6})
        line = self.lines(code="visit_overdue")
        opened = self.today - timedelta(days=400)
        self.assertEqual(line.date, fields.Date.add(opened, months=6))
        policy.revisit_months = 0
        self.assertFalse(self.lines(code="visit_overdue"))

    def test_the_policy_is_that_of_importance_and_company(self):
        self.aged(20)
        self.account._write_kept({"grade": "A"})
        policies = self.env["key.account.policy"]
        general = policies._by_grade(self.company)[self.company.id, "A"]
        general.visits_per_month = 0.5
        self.assertFalse(self.lines(code="visit_overdue"))
        general.copy({"company_id": self.company.id, "visits_per_month": 3})
        self.assertTrue(self.lines(code="visit_overdue"))

    def test_sponsor_meeting(self):
        self.account.write({"sponsor_id": self.director.id, "sponsor_cycle_months": 3})
        self.assertFalse(self.lines(code="sponsor_meeting"))
        self.aged(100)
        line = self.lines(code="sponsor_meeting")
        self.assertTrue(line.mine)
        action = line.action_open()
        self.assertEqual(action["context"]["default_purpose"], "sponsor")
        self.held(days=1)
        self.assertTrue(self.lines(code="sponsor_meeting"), "no sponsor's visit")
        self.held(days=1, purpose="sponsor")
        self.assertFalse(self.lines(code="sponsor_meeting"))

    # ------------------------------------------------------------
    # THE FILE
    # ------------------------------------------------------------

    def test_file(self):
        codes = {line.step_id.code for line in self.lines(urgency="4")}
        self.assertLessEqual({"profile", "decision_maker", "plan_missing"}, codes)
        self.env["key.account.stakeholder"].create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.customer.id,
                "role": "decision_maker",
            }
        )
        self.assertFalse(self.lines(code="decision_maker"))
        plan = self.env["key.account.plan"].create(
            {"key_account_id": self.account.id, "kind": "year"}
        )
        self.assertFalse(self.lines(code="plan_missing"))
        plan.write(
            {
                "date_from": self.today - timedelta(days=30),
                "date_to": self.today - timedelta(days=1),
            }
        )
        self.assertTrue(self.lines(code="plan_missing"), "it is over")
        rule = self.env.ref("key_account.next_step_profile")
        self.assertIn("80 %", self.lines(code="profile").reason)
        rule.threshold = 0
        self.assertFalse(self.lines(code="profile"))

    def test_a_risk_that_is_high_or_to_be_judged_again(self):
        risk = (
            self.env["key.account.risk"]
            .with_user(self.specialist)
            .create({"key_account_id": self.account.id, "name": "One model"})
        )
        self.assertFalse(self.lines(code="risk"))
        risk.write({"probability": "5", "impact": "5"})
        line = self.lines(code="risk")
        self.assertEqual((line.res_model, line.res_id), (risk._name, risk.id))
        self.assertIn("25 of 25", line.reason)
        self.assertFalse(self.lines(self.colleague, "risk"))
        risk.write({"probability": "1"})
        self.assertFalse(self.lines(code="risk"))
        risk._write_kept({"next_assessment": self.today})
        self.assertTrue(self.lines(code="risk"))
        risk.action_end()
        self.assertFalse(self.lines(code="risk"))

    def test_evaluation_stale(self):
        evaluation = self.env["key.account.evaluation"].create(
            {
                "key_account_id": self.account.id,
                "date": self.today - timedelta(days=300),
            }
        )
        self.assertFalse(self.lines(code="evaluation_stale"))
        evaluation._write_kept({"state": "done"})
        self.assertFalse(self.lines(code="evaluation_stale"))
        self.account._policy().evaluation_months = 6
        line = self.lines(code="evaluation_stale")
        self.assertEqual(line.since, evaluation.date)
        self.assertEqual(line.number, 6)

    def test_file_to_look_through(self):
        policy = self.account._policy()
        policy.file_review_months = 6
        self.aged(150)
        self.assertFalse(self.lines(code="file_review"))
        self.aged(200)
        line = self.lines(code="file_review")
        self.assertEqual((line.key_account_id, line.urgency), (self.account, "4"))
        self.assertIn("never", line.reason)
        with self.assertRaises(AccessError):
            self.rpc(
                self.specialist,
                self.account,
                "write",
                {"file_reviewed_on": self.today},
            )
        with self.assertRaises(AccessError):
            self.rpc(self.colleague, self.account, "action_file_reviewed")
        self.rpc(self.specialist, self.account, "action_file_reviewed")
        self.assertEqual(self.account.file_reviewed_by_id, self.specialist)
        self.assertFalse(self.lines(code="file_review"))
        self.account._write_kept({"file_reviewed_on": self.today - timedelta(190)})
        self.assertTrue(self.lines(code="file_review"))
        policy.file_review_months = 0
        self.assertFalse(self.lines(code="file_review"))

    def test_birthday_of_a_decision_maker(self):
        person = self.env["key.account.stakeholder"].create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.customer.id,
                "role": "decision_maker",
                "birthday": date(1970, 3, 2),
            }
        )

        def due(today):
            with patch.object(
                type(self.env["key.account.next.step"]), "_today", lambda self: today
            ):
                line = self.lines(code="birthday")
                return line.date

        self.assertFalse(due(date(2027, 2, 22)))
        self.assertEqual(due(date(2027, 2, 23)), date(2027, 3, 2))
        self.assertEqual(due(date(2027, 3, 2)), date(2027, 3, 2))
        self.assertFalse(due(date(2027, 3, 3)))
        person.birthday = date(1972, 2, 29)
        self.assertEqual(due(date(2027, 2, 25)), date(2027, 2, 28))
        self.assertEqual(due(date(2028, 2, 25)), date(2028, 2, 29))
        person.birthday = date(1980, 1, 3)
        self.assertEqual(due(date(2027, 12, 30)), date(2028, 1, 3), "next year's")
        person.role = "user"
        self.assertFalse(due(date(2027, 12, 30)))

    def test_trial_ending(self):
        self.account._write_kept(
            {"state": "trial", "trial_end": self.today + timedelta(days=20)}
        )
        self.assertFalse(self.lines(code="trial_ending"))
        self.env.ref("key_account.next_step_trial_ending").days = 20
        self.assertEqual(self.lines(code="trial_ending").urgency, "3")

    def test_ended_accounts_ask_for_nothing(self):
        self.aged(400)
        self.assertTrue(self.lines())
        self.account.with_user(self.manager).action_drop("No need.")
        self.assertFalse(self.lines())

    def test_nor_do_their_people_and_risks(self):
        """Of an account dropped, or archived; in a file that was merged they are those
        of the customer, as before."""
        contact = {"name": "Li", "parent_id": self.customer.id}
        self.account.stakeholder_ids.create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.customer.create(contact).id,
                "role": "decision_maker",
                "birthday": self.today.replace(year=1972),
            }
        )
        grave = {"name": "Cash", "probability": "5", "impact": "5"}
        self.account.risk_ids.create({"key_account_id": self.account.id, **grave})

        def asked():
            return sorted({*self.lines().step_id.mapped("code")} & {"birthday", "risk"})

        self.assertEqual(asked(), ["birthday", "risk"])
        account = self.account.with_user(self.manager)
        account.action_archive()
        self.assertFalse(asked())
        account.action_unarchive()
        self.assertEqual(asked(), ["birthday", "risk"])
        account.action_drop("No need.")
        self.assertFalse(asked())
        account.action_reopen()
        survivor = self.account.create(
            {"partner_id": self.plain_customer.id, "team_id": self.team.id}
        )
        self.account.sudo()._merge_into(survivor)
        self.assertEqual(asked(), ["birthday", "risk"])

    # ------------------------------------------------------------
    # QUOTATIONS
    # ------------------------------------------------------------

    def test_sign_off_is_on_the_list_of_who_is_asked(self):
        order = self.make_order(discount=8)
        order.action_request_approval()
        line = self.lines(self.manager, "sign_off")
        self.assertEqual((line.res_id, line.mine), (order.id, True))
        self.assertFalse(self.lines(code="sign_off"))
        self.assertFalse(self.lines(self.director, "sign_off"))
        order.with_user(self.manager).action_approve()
        self.assertFalse(self.lines(self.manager, "sign_off"))

    def test_quotation_expiring(self):
        order = self.make_order(validity_date=self.today + timedelta(days=5))
        self.assertFalse(self.lines(code="quotation_expiring"), "not with the customer")
        order.action_quotation_sent()
        line = self.lines(code="quotation_expiring")
        self.assertEqual(line.res_id, order.id)
        self.assertEqual(line.subject, f"{order.name} - {self.customer.name}")
        order.validity_date = self.today + timedelta(days=30)
        self.assertFalse(self.lines(code="quotation_expiring"))

    def test_order_without_word(self):
        order = self.make_order()
        order.action_confirm()

        def silent_for(days):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE sale_order SET date_order = %s WHERE id = %s",
                [fields.Datetime.now() - timedelta(days=days), order.id],
            )
            self.env.cr.execute(
                "UPDATE mail_message SET date = %s"
                " WHERE model = 'sale.order' AND res_id = %s",
                [fields.Datetime.now() - timedelta(days=days), order.id],
            )
            self.env.invalidate_all()
            return self.lines(code="order_silent")

        self.assertFalse(silent_for(13))
        line = silent_for(20)
        self.assertEqual((line.res_id, line.user_id), (order.id, order.user_id))
        self.assertEqual(line.since, self.today - timedelta(days=20))
        self.assertEqual(line.urgency, "1")
        ours = order.with_user(self.specialist)
        ours.message_post(body="For us alone", message_type="comment")
        self.assertTrue(self.lines(code="order_silent"), "that was not for them")
        ours.message_post(
            body="It is on its way.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(self.lines(code="order_silent"))
        self.assertTrue(silent_for(20))
        self.held(days=3)
        self.assertFalse(self.lines(code="order_silent"))

    def test_a_contract_to_review_is_on_the_list_of_who_is_asked(self):
        self.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        order = self.make_order()
        order.sudo()._make_contract_review()
        line = self.lines(self.reviewer)
        self.assertEqual(line.step_id.code, "contract_review")
        self.assertEqual((line.mine, line.user_id), (True, self.reviewer))
        self.assertIn(f"{order.name} - {order.partner_id.display_name}:", line.subject)
        self.assertFalse(line.key_account_id)
        review = order.contract_review_ids
        self.assertEqual(line.action_open()["res_id"], review.id)
        self.assertFalse(self.lines(self.manager, "contract_review"))
        item = review.item_ids.with_user(self.reviewer)
        item.write({"understood": True, "capable": True, "resolved": True})
        item.action_pass()
        self.assertFalse(self.lines(self.reviewer))

    def test_an_order_to_invoice_is_on_the_list_of_who_invoices(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        order = self.make_order()
        order.action_confirm()
        plain = self.make_order(partner=self.plain_customer, team_id=self.plain_team.id)
        plain.action_confirm()
        self.assertEqual(plain.invoice_status, "to invoice")
        line = self.lines(self.accountant)
        self.assertEqual((line.step_id.code, line.res_id), ("to_invoice", order.id))
        self.assertEqual((line.mine, line.user_id), (True, self.accountant))
        self.assertFalse(line.key_account_id)
        self.assertEqual(line.date, self.today + timedelta(days=37))
        self.assertEqual(line.action_open()["res_id"], order.id)
        self.assertFalse(self.lines(self.director, "to_invoice"))
        order.sudo()._create_invoices()
        self.assertFalse(self.lines(self.accountant))

    # ------------------------------------------------------------
    # RULES ARE DATA
    # ------------------------------------------------------------

    def test_every_rule_that_comes_along_is_known(self):
        for rule in self.env["key.account.next.step"].search([]):
            with self.subTest(rule=rule.code):
                self.assertTrue(hasattr(rule, f"_due_{rule.code}"))

    def test_an_archived_rule_is_silent(self):
        self.env.ref("key_account.next_step_plan_missing").active = False
        self.assertFalse(self.lines(code="plan_missing"))

    def test_an_update_brings_the_rules_that_are_new(self):
        path = Path(get_module_path("key_account"), "migrations/19.0.1.7.0")
        make = runpy.run_path(str(path / "post-next_steps.py"))["make_next_steps"]
        rules = self.env["key.account.next.step"].search(
            [("code", "in", ("contract_review", "to_invoice"))]
        )
        rules.unlink()
        for _turn in range(2):
            make(self.env)
            self.assertEqual(
                rules.search([("code", "in", ("contract_review", "to_invoice"))])
                .sorted("code")
                .mapped("days"),
                [0, 7],
            )

    def test_whoever_sets_a_rule_reads_what_it_says(self):
        rules = self.env["key.account.next.step"].search([])
        for rule in rules:
            self.assertNotIn("%(", rule.example, rule.code)
        rule = rules.filtered(lambda step: step.code == "profile")
        rule.threshold, rule.days = 70.5, 9
        rule.reason = "%(number)s of %(threshold)s in %(days)s, %(odd)s"
        self.assertEqual(rule.example, "12 of 70.5 in 9, %(odd)s")

    def test_a_company_has_its_own_rule(self):
        general = self.env.ref("key_account.next_step_profile")
        own = general.copy({"company_id": self.company.id, "threshold": 50})
        self.assertEqual(self.lines(code="profile").step_id, own)
        own.active = False
        self.assertFalse(self.lines(code="profile"))
        own.unlink()
        self.assertEqual(self.lines(code="profile").step_id, general)

    def test_a_rule_needs_somebody_to_look_for_it(self):
        with self.assertRaises(ValidationError):
            self.env["key.account.next.step"].create(
                {"name": "Nonsense", "code": "nonsense", "reason": "None."}
            )

    # ------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------

    def test_lists_as_the_client_asks_for_them(self):
        self.aged(100)
        found = self.rpc(
            self.specialist,
            self.env["key.account.next.step.line"],
            "web_read_group",
            [("mine", "=", True)],
            ["urgency"],
            ["__count"],
        )
        self.assertEqual(
            [group["urgency"] for group in found["groups"]], ["1", "4"], found
        )
        self.assertEqual(
            self.account.with_user(self.specialist).action_view_next_steps()["domain"],
            [("key_account_id", "in", self.account.ids)],
        )

    def test_what_is_done_says_so(self):
        line = self.lines(code="decision_maker")
        self.env["key.account.stakeholder"].create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.customer.id,
                "role": "decision_maker",
            }
        )
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "done already"):
            line.action_open()

    def test_ten_times_the_accounts_cost_no_more_queries(self):
        """Two sizes: the list as a grouped list, page and count."""

        def ask():
            self.env.flush_all()
            self.env.invalidate_all()
            lines = self.env["key.account.next.step.line"].with_user(self.manager)
            before = self.cr.sql_log_count
            lines.web_read_group([], ["urgency"], ["__count"])
            found = lines.web_search_read(
                [],
                {
                    name: {}
                    for name in ("date", "subject", "reason", "urgency", "res_id")
                }
                | {
                    name: {"fields": {"display_name": {}}}
                    for name in ("step_id", "user_id", "key_account_id")
                },
                limit=80,
            )
            return found["length"], self.cr.sql_log_count - before

        def more(count):
            self.env["key.account"].create(
                [
                    {
                        "partner_id": partner.id,
                        "team_id": self.team.id,
                        "user_id": self.specialist.id,
                    }
                    for partner in self.env["res.partner"].create(
                        [{"name": f"Works {n}"} for n in range(count)]
                    )
                ]
            )

        more(3)
        ask()
        few, cost = ask()
        more(36)
        many, ten_times = ask()
        self.assertGreater(many, few * 5)
        self.assertLessEqual(ten_times, cost)
        self.assertLess(cost, 30)
