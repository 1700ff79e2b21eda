"""Ways round what stands under an account: defaults, days, other companies, forms"""

from datetime import timedelta

from psycopg2 import DatabaseError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_attack_parent import ParentCase


class _ByDefault:
    def own_default(self, user, model, name, value):
        """What every employee may do for themselves by RPC."""
        self.env["ir.default"].with_user(user).set(model, name, value, user_id=True)

    def ways(self, user, model, name, record):
        """Contexts by which a new record gets this parent unseen: said by the context,
        then by the user's own default."""
        yield {f"default_{name}": record.id}
        self.own_default(user, model, name, record.id)
        yield {}

    def forbidden(self, user, records, method, *args, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(UserError) as refusal:
            self.rpc(user, records, method, *args, **kwargs)
        self.env.invalidate_all()
        return str(refusal.exception)

    def refused_under(self, model, name, parent, vals, says):
        """No record of this model comes under the parent unseen."""
        for context in self.ways(self.specialist, model, name, parent):
            words = self.forbidden(
                self.specialist, self.env[model], "create", [vals], context=context
            )
            self.assertIn(says, words)

    def onchange(self, user, records, values, spec, context=None):
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            args = (values, list(values), spec)
            args = args if records else ([], *args)
            found = self.rpc(user, records, "onchange", *args, context=context)
        except UserError as refusal:
            return str(refusal)
        finally:
            self.env.invalidate_all()
        return repr(found)


@tagged("post_install", "-at_install")
class TestAttackAccountMore(_ByDefault, ParentCase):
    # ---------------------------------------- parents said by a default

    def _diagnosis(self):
        return (
            self.env["key.account.diagnosis"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "why_us": "One clamping.",
                    "problem_ids": [
                        Command.create({"name": "Leaks", "root_cause": "Run-out"})
                    ],
                }
            )
        )

    def test_line_of_a_sent_diagnosis(self):
        """Problem, value added to a diagnosis that is with the customer, named by the
        context or by one's own default | specialist | refused; it stays as it was sent
        """
        diagnosis = self._diagnosis()
        diagnosis.action_send()
        for model in ("key.account.diagnosis.problem", "key.account.diagnosis.value"):
            self.refused_under(
                model, "diagnosis_id", diagnosis, {"name": "More"}, "stays as it is"
            )
        self.assertEqual(len(diagnosis.problem_ids), 1)
        self.assertFalse(diagnosis.value_ids)

    def test_line_of_an_approved_plan(self):
        """Objective added to an approved plan, named by the context or by one's own
        default | its author | refused"""
        plan = self.own["key.account.plan"]
        plan._write_kept({"state": "approved"})
        before = plan.objective_ids
        model = "key.account.plan.objective"
        says = "stays as it was approved"
        self.refused_under(model, "plan_id", plan, {"name": "More"}, says)
        self.assertEqual(plan.objective_ids, before)

    def test_line_of_a_finished_evaluation(self):
        """Criterion added to a finished evaluation, named by the context or by one's
        own default | specialist | refused; score and grade stay"""
        criterion = self.env["key.account.criterion"].create(
            {
                "name": "Late",
                "weight": 100,
                "method": "judgement",
                "company_id": self.company.id,
            }
        )
        evaluation = self.env["key.account.evaluation"].create(
            {"key_account_id": self.account.id}
        )
        evaluation.line_ids.filtered(lambda e: e.criterion_id == criterion).unlink()
        evaluation._write_kept({"state": "done"})
        score = evaluation.score
        model = "key.account.evaluation.line"
        vals = {"criterion_id": criterion.id, "judgement": "5"}
        self.refused_under(model, "evaluation_id", evaluation, vals, "is finished")
        self.assertEqual(evaluation.score, score)

    def test_kind_in_a_team_by_default(self):
        """A file called strategic in a team that is not one's own, which only one's own
        default names | manager | refused"""
        theirs = self.env["crm.team"].create(
            {
                "name": "Others",
                "company_id": self.company.id,
                "user_id": self.other_manager.id,
                "is_key_account": True,
            }
        )
        self.own_default(self.manager, "key.account", "team_id", theirs.id)
        for vals in ({}, {"team_id": False}):
            self.forbidden(
                self.manager,
                self.env["key.account"],
                "create",
                [{"partner_id": self.plain_customer.id, "kind": "strategic", **vals}],
            )

    # ---------------------------------------- days that have not come

    def test_evaluation_of_a_day_to_come(self):
        """Evaluation dated years ahead, so that no later one is the latest and it is
        never stale: written, created, by one's own default | specialist | refused"""
        day = fields.Date.today() + timedelta(days=1000)
        model = self.env["key.account.evaluation"]
        evaluation = self.own[model._name]
        self.forbidden(self.specialist, evaluation, "write", {"date": day})
        vals = {"key_account_id": self.account.id}
        self.forbidden(self.specialist, model, "create", [{**vals, "date": day}])
        self.own_default(self.specialist, model._name, "date", str(day))
        self.forbidden(self.specialist, model, "create", [vals])
        self.assertLess(evaluation.date, day)

    def test_answer_of_a_day_to_come(self):
        """Answer to the survey dated years ahead, so that it never expires | specialist
        | refused"""
        answer = self.account.answer_ids[:1]
        day = fields.Date.today() + timedelta(days=1000)
        self.forbidden(
            self.specialist,
            answer,
            "write",
            {"value_char": "Yes", "answered_on": day},
        )
        self.assertFalse(answer.answered_on)

    def test_stand_in_of_days_gone(self):
        """Standing in from and until days that are gone | the manager | refused"""
        wizard = self.env["key.account.handover"]
        today = fields.Date.today()
        ids = self.rpc(
            self.manager,
            wizard,
            "create",
            [
                {
                    "kind": "away",
                    "from_user_id": self.specialist.id,
                    "to_user_id": self.colleague.id,
                    "key_account_ids": [Command.set(self.account.ids)],
                    "date_from": today - timedelta(days=30),
                    "date_to": today - timedelta(days=20),
                }
            ],
        )
        before = self.account.member_ids
        self.forbidden(self.manager, wizard.browse(ids), "action_hand_over")
        self.assertEqual(self.account.member_ids, before)

    def test_trial_of_nobody(self):
        """Trial begun, or made longer, of no account at all, by RPC and by the wizard |
        the manager | nothing happens, no server error"""
        day = fields.Date.today() + timedelta(days=10)
        accounts = self.env["key.account"]
        for method in ("action_start_trial", "action_extend_trial"):
            self.rpc(self.manager, accounts, method, [], day, "because")

    # ---------------------------------------- other companies

    def test_settings_moved_to_another_company(self):
        """A company's policy, rule of next steps, survey question, criterion, known
        problem moved to a company where one does not work | configuration | refused"""
        vals = {"company_id": self.company.id}
        step = self.env["key.account.next.step"].search([], limit=1)
        records = [
            self.env["key.account.policy"]._own_of(self.company)[:1],
            step.copy({**vals, "name": "Own"}),
            self.env["key.account.survey.question"].create({**vals, "name": "Own?"}),
            self.env["key.account.criterion"].create(
                {**vals, "name": "Own", "weight": 1, "method": "judgement"}
            ),
            self.env["key.account.problem"].create({**vals, "name": "Own"}),
        ]
        through = []
        for record in records:
            self.env.flush_all()
            try:
                with self.env.cr.savepoint():
                    self.rpc(
                        self.configurator,
                        record,
                        "write",
                        {"company_id": self.other_company.id},
                    )
            except UserError:
                continue
            finally:
                self.env.invalidate_all()
            through.append(record._name)
        self.assertFalse(through)

    def test_account_moved_to_another_company(self):
        """Account moved to a company where one does not work | its manager | refused"""
        team = self.env["crm.team"].create(
            {
                "name": "Everywhere",
                "company_id": False,
                "user_id": self.manager.id,
                "is_key_account": True,
            }
        )
        account = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": team.id,
                "user_id": False,
            }
        )
        self.forbidden(
            self.manager, account, "write", {"company_id": self.other_company.id}
        )

    def test_settings_of_another_company(self):
        """Deadlines and scores of a company where one does not work: written through
        the settings form by a company that the context or one's own default names, read
        by its form | configuration | refused, not shown"""
        other = self.other_company
        other.key_account_report_hours = 77.25
        model = "key.account.company.settings"
        for context in self.ways(self.configurator, model, "company_id", other):
            self.forbidden(
                self.configurator,
                self.env[model],
                "create",
                [{"key_account_report_hours": 1.0}],
                context=context,
            )
        self.assertEqual(other.key_account_report_hours, 77.25)
        shown = self.onchange(
            self.configurator,
            self.env[model],
            {"company_id": other.id},
            {"company_id": {}, "key_account_report_hours": {}},
        )
        self.assertNotIn("77.25", shown)

    def test_handover_of_two_companies(self):
        """Accounts of a company where one does not work, on the list of whoever
        leaves | director | not among them"""
        leaving = self.env.user
        self.account.user_id = leaving
        there = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.other_company.id,
                "team_id": False,
                "user_id": leaving.id,
            }
        )
        shown = self.onchange(
            self.director,
            self.env["key.account.handover"],
            {"from_user_id": leaving.id},
            {
                "from_user_id": {},
                "key_account_ids": {"fields": {"display_name": {}}},
                "opportunity_count": {},
            },
        )
        self.assertIn(self.account.name, shown)
        self.assertNotIn(there.name, shown)
        self.assertNotIn(f"[4, {there.id}", shown)

    def test_problem_of_another_company(self):
        """Words and root cause of a known problem of another company, taken over into
        one's own diagnosis, saved or in its form | specialist | refused, not shown"""
        problem = self.env["key.account.problem"].create(
            {
                "name": "Cavitation",
                "root_cause": "Inlet too narrow",
                "company_id": self.other_company.id,
            }
        )
        diagnosis = self._diagnosis()
        model = self.env["key.account.diagnosis.problem"]
        self.forbidden(
            self.specialist,
            model,
            "create",
            [{"diagnosis_id": diagnosis.id, "problem_id": problem.id}],
        )
        self.forbidden(
            self.specialist,
            diagnosis.problem_ids,
            "write",
            {"problem_id": problem.id, "root_cause": False},
        )
        shown = self.onchange(
            self.specialist,
            model,
            {"diagnosis_id": diagnosis.id, "problem_id": problem.id},
            {"name": {}, "root_cause": {}},
        )
        self.assertNotIn("Inlet", shown)

    def test_form_opened_on_others(self):
        """Form of a new diagnosis, risk, plan opened on a colleague's account, which
        only the context or one's own default names | specialist | refused, not shown"""
        for model in ("key.account.diagnosis", "key.account.plan", "key.account.risk"):
            spec = {"name": {}, "key_account_id": {"fields": {"display_name": {}}}}
            for context in self.ways(
                self.specialist, model, "key_account_id", self.other
            ):
                shown = self.onchange(
                    self.specialist, self.env[model], {}, spec, context=context
                )
                self.assertNotIn("Turbines", shown)

    def test_customer_of_another_company(self):
        """Address and telephone of another company's contact, through the form of a new
        account or of a person | specialist | refused, not shown"""
        foreign = self.env["res.partner"].create(
            {
                "name": "Secret Mills",
                "phone": "+86 555 0101",
                "email": "hidden@mills.example.com",
                "company_id": self.other_company.id,
            }
        )
        shown = self.onchange(
            self.specialist,
            self.env["key.account"],
            {"partner_id": foreign.id},
            {"name": {}, "partner_email": {}, "partner_phone": {}},
        )
        shown += self.onchange(
            self.specialist,
            self.env["key.account.stakeholder"],
            {"key_account_id": self.account.id, "partner_id": foreign.id},
            {"name": {}, "email": {}, "phone": {}},
        )
        for word in ("Mills", "hidden", "0101"):
            self.assertNotIn(word, shown)

    # ---------------------------------------- figures

    def test_margin_by_a_specialist(self):
        """Margin of an account read, sorted, filtered, grouped, summed by, directly and
        through its plans | specialist | refused"""
        self.account._set_kept({"value_margin": 12345.0})
        accounts, plans = self.env["key.account"], self.env["key.account.plan"]
        above = [("value_margin", ">", 1)]
        calls = [
            (self.account, "read", [["value_margin"]]),
            (self.account, "web_read", [{"value_margin": {}}]),
            (self.account, "export_data", [["name", "value_margin"]]),
            (accounts, "search", [above]),
            (accounts, "search_count", [above]),
            (accounts, "name_search", ["", above]),
            (accounts, "search_read", [[], ["name"], 0, None, "value_margin desc"]),
            (accounts, "formatted_read_group", [[], ["value_margin"], ["__count"]]),
            (accounts, "formatted_read_group", [[], ["state"], ["value_margin:sum"]]),
            (accounts, "formatted_read_group", [[], ["state"], ["value_margin:max"]]),
            (plans, "search", [[("key_account_id.value_margin", ">", 1)]]),
            (plans, "search", [[("key_account_id", "any", above)]]),
            (
                plans,
                "formatted_read_group",
                [[], ["key_account_id.value_margin"], ["__count"]],
            ),
        ]
        through = []
        for records, method, args in calls:
            try:
                self.rpc(self.specialist, records, method, *args)
            except (UserError, ValueError):
                continue
            through.append((records._name, method, args))
        self.assertFalse(through)

    def test_figures_by_lines_of_a_form(self):
        """What was invoiced to a colleague's customer, by naming their plan as a line
        of one's own account's form | specialist | not shown"""
        plan = self.env["key.account.plan"].create(
            {"kind": "year", "key_account_id": self.other.id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.other_customer.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.pump.id, "price_unit": 7391826.0}
                    )
                ],
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'sale' WHERE id = %s", [order.id]
        )
        plan._set_kept({"revenue_result": 7391826.0})
        for values in ({"kind": "year", "state": "closed"}, {}):
            shown = self.onchange(
                self.specialist,
                self.account,
                {"plan_ids": [Command.update(plan.id, values), Command.link(plan.id)]},
                {"plan_ids": {"fields": {"revenue_so_far": {}}}},
            )
            self.assertNotIn("7391826", shown)

    @mute_logger("odoo.sql_db")
    def test_numbers_that_break_my_day(self):
        """Months of a sponsor's cycle, of a policy, days of a rule so many that no
        calendar has the day | specialist, configuration | refused; My Day opens"""
        much = 2_147_483_647
        self.account.sponsor_id = self.director
        policy = self.env["key.account.policy"]._own_of(self.company)
        step = self.env["key.account.next.step"].search([("code", "=", "trial_ending")])
        tries = [
            (self.specialist, self.account, "sponsor_cycle_months"),
            (self.configurator, policy, "evaluation_months"),
            (self.configurator, policy, "revisit_months"),
            (self.configurator, policy, "visits_per_month"),
            (self.configurator, policy, "trial_months"),
            (self.configurator, step, "days"),
        ]
        through = []
        for user, records, name in tries:
            self.env.flush_all()
            try:
                with self.env.cr.savepoint():
                    self.rpc(user, records, "write", {name: much})
                    self.env.flush_all()
            except (UserError, DatabaseError):
                self.env.invalidate_all()
                continue
            through.append(name)
        self.assertFalse(through)

    # ---------------------------------------- who takes over

    def test_customer_taken_on_for_who_cannot_open_it(self):
        """A proposal accepted for a portal user, a salesperson without the role,
        somebody archived | the manager | refused; no file is opened"""
        proposal = self.env["key.account.proposal"]._create_kept(
            [
                {
                    "partner_id": self.plain_customer.id,
                    "company_id": self.company.id,
                    "state": "open",
                }
            ]
        )
        archived = self._user("ka_gone", "key_account.group_specialist")
        archived.active = False
        through = []
        for person in (self.contact, self.outsider, archived):
            self.env.flush_all()
            try:
                with self.env.cr.savepoint():
                    self.rpc(
                        self.manager,
                        proposal,
                        "write",
                        {"team_id": self.team.id, "user_id": person.id},
                    )
                    self.rpc(self.manager, proposal, "action_accept")
            except UserError:
                self.env.invalidate_all()
                continue
            through.append(person.login)
            break
        self.assertFalse(through)

    def test_told_of_a_file_one_may_read_no_more(self):
        """Messages on the file and its risks, by following it, after it was handed
        over | whoever had it | not told"""
        risk = (
            self.env["key.account.risk"]
            .with_user(self.specialist)
            .create({"key_account_id": self.account.id, "name": "Price"})
        )
        former = self.specialist.partner_id
        for record in (self.account, risk):
            record.message_subscribe(former.ids)
        self.account.with_user(self.manager).user_id = self.colleague
        self.env.flush_all()
        told = []
        for record in (self.account, risk):
            message = record.with_user(self.manager).message_post(
                body="They pay late.", subtype_xmlid="mail.mt_comment"
            )
            if former in message.notified_partner_ids:
                told.append(record._name)
        self.assertFalse(told)

    def test_frame_of_tasks(self):
        """The methods of the frame that risks and obstacles share, called on the frame
        itself and on a colleague's risk | specialist, salesperson | refused"""
        risk = self.theirs.get("key.account.risk") or self.env[
            "key.account.risk"
        ].create({"key_account_id": self.other.id, "name": "Theirs"})
        for user in (self.specialist, self.outsider):
            for method in ("action_end", "action_reopen"):
                self.forbidden(
                    user, self.env["key.account.task"].browse(risk.id), method
                )
                self.forbidden(user, risk, method)
            self.forbidden(user, risk, "action_assess")
        self.assertEqual(risk.state, "open")
