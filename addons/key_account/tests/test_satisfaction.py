from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon, speak_chinese
from .satisfaction_common import LI, Satisfied


@tagged("post_install", "-at_install")
class TestSatisfaction(Satisfied, KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_people()
        cls.account._write_kept({"state": "active"})

    def wizard(self, user=None):
        return Form(
            self.env["key.account.satisfaction.send"]
            .with_user(user or self.specialist)
            .with_context(active_model="key.account", active_ids=self.account.ids)
        )

    # ---------------------------------------- whom, and how

    def test_the_wizard_says_who_is_asked_and_why_others_are_not(self):
        with self.wizard() as form:
            send = form.save()
        lines = {line.stakeholder_id.partner_id: line for line in send.line_ids}
        self.assertTrue(lines[self.li].ask)
        self.assertFalse(lines[self.wu].ask)
        self.assertFalse(lines[self.wu].why_not)
        self.assertIn("no valid email", lines[self.silent].why_not)
        self.assertFalse(self.mails())
        send.action_send()
        survey = self.account.satisfaction_ids
        self.assertEqual((survey.partner_id, survey.state), (self.li, "sent"))
        self.assertEqual(survey.requested_by_id, self.specialist)
        self.assertEqual(survey.user_id, self.specialist)
        self.assertEqual(len(survey.answer_ids), 5)
        self.assertEqual(self.mails().mapped("email_to"), [LI])

    def test_whoever_is_marked_is_asked_instead(self):
        self.people[1].asked_satisfaction = True
        self.assertEqual(self.people._satisfaction_chosen(), self.people[1])
        self.assertIn("Mr Wu", self.account.satisfaction_hint)

    def test_nobody_is_asked_twice_nor_against_their_will(self):
        survey = self._ask()
        with self.assertRaisesRegex(UserError, "not answered the last survey"):
            self._ask(wave="2030-06")
        self.answered(survey, 5)
        with self.assertRaisesRegex(UserError, "asked in this wave"):
            self._ask()
        self._ask(wave="2030-06")
        self.env["mail.blacklist"]._add(self.wu.email)
        with self.assertRaisesRegex(UserError, "blacklist"):
            self._ask(self.people[1])
        self.env["mail.blacklist"]._remove(self.wu.email)
        self.wu.email = self.specialist.email
        with self.assertRaisesRegex(UserError, "address of a colleague"):
            self._ask(self.people[1])
        self.assertEqual(len(self.account.satisfaction_ids), 2)

    def test_in_the_contacts_language(self):
        speak_chinese(self.env)
        question = self.env.ref("key_account.satisfaction_question_product")
        question.with_context(lang="zh_CN").question = "您对产品质量是否满意？"
        self.li.lang = "zh_CN"
        survey = self._ask()
        self.assertEqual(survey.lang, "zh_CN")
        self.assertIn("您对产品质量是否满意？", survey.answer_ids.mapped("question"))

    def test_questions_are_data(self):
        question = self.env.ref("key_account.satisfaction_question_price")
        question.with_user(self.configurator).action_archive()
        questions = question.with_user(self.configurator)
        never_asked = questions.create({"name": "Bags", "question": "And our bags?"})
        never_asked.action_archive()
        questions.create({"name": "Samples", "question": "And our samples?"})
        self.assertEqual(len(self._ask().answer_ids), 5)
        asked = self.env.ref("key_account.satisfaction_question_product")
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            asked.with_user(self.configurator).unlink()
        never_asked.unlink()

    # ---------------------------------------- the answer

    def test_answered_once(self):
        survey = self._ask()
        self.assertTrue(self.answered(survey, 4, 5, comment="  All well "))
        self.assertEqual(survey.state, "answered")
        self.assertEqual(survey.mean, 4.8)
        self.assertEqual(survey.comment, "All well")
        self.assertFalse(survey.feedback_id)
        self.assertFalse(self.answered(survey, 1, comment="No"))
        self.assertEqual((survey.mean, survey.comment), (4.8, "All well"))

    def test_questions_may_be_left_out_but_not_all(self):
        survey = self._ask()
        with self.assertRaisesRegex(UserError, "at least one"):
            survey.sudo()._answer({}, "Only words")
        self.assertEqual(survey.state, "sent")
        first = survey.sudo().answer_ids[0]
        survey.sudo()._answer({first.id: 3})
        self.assertEqual((survey.marks, survey.mean), (1, 3.0))

    def test_low_marks_become_feedback_once(self):
        survey = self._ask()
        self.answered(survey, 5, 1, 4, comment="The last pump leaked")
        self.assertTrue(survey.is_low)
        feedback = survey.feedback_id
        self.assertEqual(
            (feedback.channel, feedback.kind, feedback.state),
            ("survey", "opinion", "open"),
        )
        self.assertEqual(feedback.key_account_id, self.account)
        self.assertEqual(feedback.partner_id, self.li)
        self.assertIn("Delivery 1", feedback.name)
        self.assertIn("The last pump leaked", feedback.description)
        for user in (self.specialist, self.support, self.manager):
            self.assertTrue(feedback.with_user(user).has_access("read"))
        survey.sudo()._make_feedback()
        self.assertEqual(survey.feedback_id, feedback)

    def test_low_is_a_setting(self):
        self.company.key_account_satisfaction_low = 0
        survey = self._ask()
        self.answered(survey, 1)
        self.assertFalse(survey.feedback_id)

    def test_too_late(self):
        survey = self._ask()
        with freeze_time(survey.sent_on + timedelta(days=22)):
            self.assertFalse(self.answered(survey, 5))
            self.run_cron()
        self.assertEqual(survey.state, "expired")
        self.assertFalse(self.answered(survey, 5))

    # ---------------------------------------- by itself

    def _days_later(self, survey, days):
        last = self.mails()[-1:].id
        with freeze_time(survey.sent_on + timedelta(days=days)):
            self.run_cron()
        return self.mails(last)

    def test_reminders_stop_by_themselves(self):
        survey = self._ask()
        self.assertFalse(self._days_later(survey, 2))
        self.assertEqual(self._days_later(survey, 8).mapped("email_to"), [LI])
        self.assertEqual(len(self._days_later(survey, 16)), 1)
        self.assertFalse(self._days_later(survey, 20), "at most two")
        self.assertEqual(survey.reminders, 2)

    def test_nobody_is_reminded_who_has_answered_or_left(self):
        first, second = self._ask(self.people[:2])
        self.answered(first, 4)
        self.wu.action_archive()
        self.assertFalse(self._days_later(second, 9))
        self.wu.action_unarchive()
        self.env["mail.blacklist"]._add(self.wu.email)
        # The job reads it in a transaction of its own.
        self.env.invalidate_all()
        self.assertFalse(self._days_later(second, 10))

    def test_whose_account_has_ended_is_not_reminded(self):
        """They can still say what they think, with the link that they have."""
        survey = self._ask()
        state = self.account.state
        self.account._set_kept({"state": "dropped", "lost_reason": "Moved"})
        self.assertFalse(self._days_later(survey, 9))
        self.account._set_kept({"state": state})
        self.assertTrue(self._days_later(survey, 10))
        self.account._set_kept({"state": "dropped", "lost_reason": "Moved"})
        self.assertTrue(self.answered(survey, 1))
        self.assertTrue(survey.feedback_id)

    def test_by_policy_only_where_it_is_switched_on(self):
        self.run_cron()
        self.assertFalse(self.account.satisfaction_ids)
        self.company.key_account_satisfaction_auto = True
        policies = self.env["key.account.policy"].search([])
        policies.satisfaction_months = 0
        self.run_cron()
        self.assertFalse(self.account.satisfaction_ids)
        policies.satisfaction_months = 6
        self.run_cron()
        survey = self.account.satisfaction_ids
        self.assertEqual(survey.partner_id, self.li)
        self.assertFalse(survey.requested_by_id)
        self.answered(survey, 4)
        self.run_cron()
        self.assertEqual(self.account.satisfaction_ids, survey)
        with freeze_time(survey.sent_on + timedelta(days=190)):
            self.run_cron()
        self.assertEqual(len(self.account.satisfaction_ids), 2)

    # ---------------------------------------- figures

    def test_rates_of_groups_are_of_their_sums(self):
        self.assertEqual(self.account.satisfaction_last, "n/a")
        first, _second = self._ask(self.people[:2])
        self.answered(first, 5, 3)
        domain = [("key_account_id", "=", self.account.id)]
        for model in ("key.account.satisfaction", "key.account.satisfaction.answer"):
            [[mean, rate]] = (
                self.env[model]
                .with_user(self.manager)
                ._read_group(domain, [], ["mean:avg", "response_rate:avg"])
            )
            self.assertAlmostEqual(float(mean), 3.4)
            self.assertEqual(float(rate), 50.0)
        by_question = self.env["key.account.satisfaction.answer"]._read_group(
            domain, ["question_id"], ["mean:avg", "response_rate:avg"]
        )
        self.assertEqual(float(by_question[0][1]), 5.0)
        self.account.invalidate_recordset()
        said = self.account.with_user(self.specialist).satisfaction_last
        self.assertIn("mean 3.40; 1 of 2 answered (50.0 %)", said)

    def test_the_mean_reads_alike_in_the_list_and_on_the_account(self):
        """Eight marks that come to 33: 4.125, and 4.13 wherever it stands, with the
        decimal comma of whoever reads it."""
        self.env["key.account.satisfaction.question"].search([]).active = False
        self.env["key.account.satisfaction.question"].create(
            [{"name": f"No. {n}", "question": f"No. {n}?"} for n in range(8)]
        )
        first, _second = self._ask(self.people[:2])
        self.answered(first, *[4] * 7, 5)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(first.mean, 4.13)
        reader = self.account.with_user(self.specialist)
        said = "mean 4.13; 1 of 2 answered (50.0 %)"
        self.assertIn(said, reader.satisfaction_last)
        self.env["res.lang"].search([("code", "=", "en_US")]).decimal_point = ","
        self.env.invalidate_all()
        self.assertIn("mean 4,13", reader.satisfaction_last)

    def test_without_an_answer_there_is_no_mean(self):
        self._ask()
        [[mean, rate]] = self.env["key.account.satisfaction"]._read_group(
            [("key_account_id", "=", self.account.id)],
            [],
            ["mean:avg", "response_rate:avg"],
        )
        self.assertIsNone(mean or None)
        self.assertEqual(float(rate), 0.0)
        self.account.invalidate_recordset()
        self.assertIn("mean n/a", self.account.satisfaction_last)

    def test_many_accounts_take_no_more_queries(self):
        def cost(accounts):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            accounts.mapped("satisfaction_last")
            accounts._satisfaction_due({False: 12})
            accounts.stakeholder_ids._satisfaction_reasons("2030-05")
            return self.env.cr.sql_log_count - before

        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "email": f"c{n}@x.example"} for n in range(20)]
        )
        accounts = self.env["key.account"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                    "stakeholder_ids": [Command.create({"partner_id": partner.id})],
                }
                for partner in partners
            ]
        )
        self.env.flush_all()
        cost(accounts[:2])
        self.assertLessEqual(cost(accounts), cost(accounts[:2]) + 1)

    # ---------------------------------------- what stays

    def test_forgotten_and_merged(self):
        survey = self._ask()
        self.answered(survey, 4, comment="I am pregnant")
        other = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.account._merge_into(other)
        self.env.flush_all()
        self.assertEqual(survey.key_account_id, other)
        self.assertEqual(survey.answer_ids.key_account_id, other)
        self.people[0]._anonymise()
        self.assertFalse(survey.comment or survey.email)
        self.assertEqual(survey.mean, 4.0)
        self.assertEqual(fields.Date.to_date(survey.expires_on), survey.expires_on)
