from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestScorecard(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Criterion = cls.env["key.account.criterion"]
        Criterion.search([]).active = False
        cls.sales, cls.credit = Criterion.create(
            [
                {"name": "Sales", "method": "figure", "standard": 100, "weight": 60},
                {"name": "Credit", "method": "judgement", "standard": 5, "weight": 40},
            ]
        )

    def test_criteria_that_came_later_are_loaded(self):
        (self.sales | self.credit).active = False
        evaluation = self.env["key.account.evaluation"].with_user(self.specialist)
        evaluation = evaluation.create({"key_account_id": self.account.id})
        self.assertFalse(evaluation.line_ids)
        with self.assertRaisesRegex(UserError, "no criteria.*Configuration"):
            self.rpc(self.specialist, evaluation, "action_load_criteria")
        (self.sales | self.credit).active = True
        for _again in range(2):
            self.rpc(self.specialist, evaluation, "action_load_criteria")
            criteria = evaluation.line_ids.criterion_id
            self.assertEqual(criteria, self.sales | self.credit)
            self.assertEqual(len(evaluation.line_ids), 2)

    def evaluate(self, sales=None, credit=None, user=None, finish=True, **vals):
        evaluation = self.env["key.account.evaluation"].with_user(
            user or self.specialist
        )
        evaluation = evaluation.create({"key_account_id": self.account.id, **vals})
        first, second = evaluation.line_ids
        if sales is not None:
            first.write({"actual": sales, "known": True})
        if credit:
            second.judgement = credit
        if finish:
            evaluation.action_finish()
        return evaluation

    def gate(self, **vals):
        return self.env["crm.stage.gate"].create(
            {"stage_id": self.first.id, "kind": "evaluation", **vals}
        )

    # -- evaluating ------------------------------------------------------------

    def test_proposed_criteria_sum_to_a_hundred(self):
        proposed = self.env["ir.model.data"].search(
            [("model", "=", "key.account.criterion"), ("module", "=", "key_account")]
        )
        criteria = self.env["key.account.criterion"].browse(proposed.mapped("res_id"))
        self.assertEqual(sum(criteria.mapped("weight")), 100)

    def test_grade_of_the_account_follows_the_latest_evaluation(self):
        evaluation = self.evaluate(sales=100, credit="3")
        self.assertAlmostEqual(evaluation.score, 84)
        self.assertEqual((evaluation.grade, evaluation.coverage), ("A", 100))
        self.assertEqual(self.account.grade, "A")
        self.assertEqual(evaluation.done_by_id, self.specialist)
        old = fields.Date.today() - timedelta(days=30)
        self.evaluate(sales=0, credit="1", date=old)
        self.assertEqual(self.account.grade, "A", "an older one changes nothing")
        self.evaluate(sales=0, credit="1")
        self.assertEqual(self.account.grade, "D")
        self.assertEqual(len(self.account.evaluation_ids), 3, "history is kept")

    def test_a_missing_figure_lowers_the_coverage_only(self):
        evaluation = self.evaluate(credit="4")
        self.assertEqual((evaluation.score, evaluation.coverage), (80, 40))
        self.assertEqual(self.evaluate(sales=0, credit="4").score, 32)

    def test_thresholds_are_the_company_s(self):
        self.company.key_account_grade_a = 90
        self.assertEqual(self.evaluate(sales=100, credit="3").grade, "B")
        with self.assertRaisesRegex(ValidationError, "fall from A to C"):
            self.company.key_account_grade_b = 95

    def test_wrong_weights_and_standards_are_named(self):
        evaluation = self.evaluate(sales=100, finish=False)
        self.sales.weight = 50
        self.assertEqual(evaluation.line_ids[0].weight, 60, "as it was that day")
        with self.assertRaisesRegex(ValidationError, "sum to 90"):
            self.evaluate(sales=100)
        with self.assertRaisesRegex(ValidationError, "standard of “Sales”"):
            self.sales.standard = 0
        with self.assertRaisesRegex(ValidationError, "floor of “Sales”"):
            self.sales.write({"standard": 100, "floor": 3})

    def test_nothing_judged_cannot_be_finished(self):
        with self.assertRaisesRegex(UserError, "nothing is judged"):
            self.evaluate()

    def test_finished_stays_as_it_is(self):
        evaluation = self.evaluate(sales=100)
        for change in (
            lambda: evaluation.write({"note": "x"}),
            lambda: evaluation.write({"line_ids": [Command.clear()]}),
            lambda: evaluation.line_ids[0].write({"actual": 1}),
            lambda: evaluation.line_ids[0].unlink(),
            lambda: evaluation.sudo().unlink(),
        ):
            with self.assertRaisesRegex(UserError, "finished and stays"):
                change()
        for vals in ({"state": "draft"}, {"done_by_id": self.manager.id}):
            with self.assertRaises(AccessError):
                evaluation.sudo().write(vals)
            with self.assertRaises(AccessError):
                evaluation.create({"key_account_id": self.account.id, "state": "done"})
        again = evaluation.browse(evaluation.action_repeat()["res_id"])
        self.assertEqual((again.state, again.line_ids[0].actual), ("draft", 100))

    def test_the_manager_sets_another_grade_with_a_reason(self):
        draft = self.evaluate(sales=10, credit="1", finish=False)
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            draft.manager_grade = "A"
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            self.evaluate(manager_grade="A")
        managed = draft.with_user(self.manager)
        managed.manager_grade = "B"
        with self.assertRaisesRegex(UserError, "give the reason"):
            managed.action_finish()
        managed.manager_reason = "Market leader next year"
        managed.action_finish()
        self.assertEqual((draft.score_grade, draft.grade), ("D", "B"))
        self.assertEqual(self.account.grade, "B")

    def test_importance_is_not_set_by_hand(self):
        account = self.account.with_user(self.specialist)
        with self.assertRaises(AccessError):
            account.grade = "A"
        self.account.with_user(self.manager).grade = "C"
        self.evaluate(sales=100)
        with self.assertRaisesRegex(UserError, "latest evaluation"):
            self.account.with_user(self.manager).grade = "C"
        with self.assertRaisesRegex(UserError, "latest evaluation"):
            self.account.sudo().grade = "C"
        partner = self.env["res.partner"].create({"name": "New", "is_company": True})
        vals = {"partner_id": partner.id, "team_id": self.team.id, "grade": "A"}
        with self.assertRaisesRegex(AccessError, "comes from its evaluation"):
            account.create(vals)

    def test_stale(self):
        self.evaluate(sales=100, date=fields.Date.today() - timedelta(days=300))
        self.assertFalse(self.account.evaluation_stale)
        self.company.key_account_evaluation_months = 6
        self.account.invalidate_recordset()
        self.assertTrue(self.account.evaluation_stale)

    def test_form(self):
        action = self.account.with_user(self.specialist).action_evaluate()
        evaluation = self.env[action["res_model"]].browse(action["res_id"])
        with Form(evaluation.with_user(self.specialist)) as form:
            with form.line_ids.edit(0) as line:
                line.actual = 80
                self.assertTrue(line.known)
        self.assertAlmostEqual(evaluation.score, 80)
        again = self.account.with_user(self.specialist).action_evaluate()
        self.assertEqual(again["res_id"], evaluation.id, "the draft goes on")

    def test_who_reads_an_evaluation(self):
        evaluation = self.evaluate(sales=100)
        readers = {"specialist", "manager", "director", "support"}
        for role in ("colleague", "other_manager", *readers):
            for record in (evaluation, evaluation.line_ids[0]):
                self.assertEqual(
                    record.with_user(getattr(self, role)).has_access("read"),
                    role in readers,
                    role,
                )

    def test_the_gate_leads_straight_to_the_evaluation(self):
        gate = self.gate(min_grade="B")
        action = self.lead.with_user(self.specialist).action_open_gate(gate.id)
        self.assertEqual(action["res_model"], "key.account.evaluation")
        # The panel's client opens it by itself: no view is guessed for it.
        self.assertEqual(action["views"], [(False, "form")])
        evaluation = self.account.evaluation_ids
        self.assertEqual((action["res_id"], evaluation.state), (evaluation.id, "draft"))

    # -- the gate --------------------------------------------------------------

    def test_gate(self):
        gate = self.gate(min_grade="B")
        self.assertIn("not been evaluated", gate._check(self.lead)[self.lead.id])
        self.evaluate(sales=10, finish=False)
        self.assertIn("not been evaluated", gate._check(self.lead)[self.lead.id])
        self.evaluate(sales=60)
        self.assertIn("graded C", gate._check(self.lead)[self.lead.id])
        self.evaluate(sales=70)
        self.assertFalse(gate._check(self.lead)[self.lead.id])
        self.assertEqual(gate.name, "Evaluated B or better")

    def test_gate_asks_for_a_recent_one(self):
        gate = self.gate(min_grade="D", max_age_days=90)
        self.evaluate(sales=99, date=fields.Date.today() - timedelta(days=91))
        self.assertIn("older than 90 days", gate._check(self.lead)[self.lead.id])
        self.evaluate(sales=99, date=fields.Date.today() - timedelta(days=90))
        self.assertFalse(gate._check(self.lead)[self.lead.id])
        with self.assertRaisesRegex(ValidationError, "negative"):
            gate.max_age_days = -1
        with self.assertRaisesRegex(ValidationError, "least grade"):
            gate.min_grade = False

    # -- limits by grade -------------------------------------------------------

    def test_limits_follow_a_grade_that_a_manager_confirmed(self):
        self.account.with_user(self.manager).grade = "C"
        self.assertEqual(self.account.limit_grade, "C")
        limit = {"level_id": self.levels[10].id, "dimension": "discount", "value": 30.0}
        self.env["key.account.authority.limit"].create({**limit, "grade": "A"})
        order = self.make_order(discount=25.0)
        evaluation = self.evaluate(sales=100, credit="5")
        self.env.flush_all()
        self.assertEqual((self.account.grade, self.account.limit_grade), ("A", "C"))
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(evaluation.activity_ids.user_id, self.manager)
        for user in (self.specialist, self.colleague, self.other_manager):
            with self.assertRaises(AccessError):
                self.rpc(user, evaluation, "action_confirm")
        self.rpc(self.manager, evaluation, "action_confirm")
        self.env.flush_all()
        self.assertEqual(evaluation.confirmed_by_id, self.manager)
        self.assertFalse(evaluation.activity_ids)
        self.assertEqual(self.account.limit_grade, "A")
        self.assertEqual(order.authority_state, "within")
        with self.assertRaisesRegex(UserError, "nothing to confirm"):
            self.rpc(self.manager, evaluation, "action_confirm")

    def test_a_manager_s_own_evaluation_is_confirmed(self):
        evaluation = self.evaluate(sales=100, credit="5", user=self.manager)
        self.assertEqual(evaluation.confirmed_by_id, self.manager)
        self.assertEqual(self.account.limit_grade, "A")
