from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import KeyAccountCommon


class SurveyCase(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Question = cls.env["key.account.survey.question"]
        cls.Question.search([]).action_archive()
        cls.turnover, cls.decides, cls.note = cls.Question.create(
            [
                {
                    "name": "Turnover",
                    "section": "finance",
                    "answer_type": "float",
                    "weight": 3,
                    "required": True,
                    "validity_months": 12,
                },
                {"name": "Who decides", "section": "decision_makers", "required": True},
                {"name": "Note", "answer_type": "text"},
            ]
        )
        cls.for_agencies = cls.Question.create(
            {"name": "Region", "kind": "agency", "required": True, "weight": 4}
        )
        partner = cls.env["res.partner"].create(
            {"name": "Survey Co", "is_company": True}
        )
        cls.file = (
            cls.env["key.account"]
            .with_user(cls.specialist)
            .create({"partner_id": partner.id, "team_id": cls.team.id})
        )

    def _answer(self, question, file=None):
        return (file or self.file).answer_ids.filtered(
            lambda a: a.question_id == question
        )


@tagged("post_install", "-at_install")
class TestSurvey(SurveyCase):
    def test_a_new_file_has_a_blank_row_per_question_of_its_kind(self):
        asked = self.file.answer_ids.question_id
        self.assertEqual(asked, self.turnover | self.decides | self.note)
        self.assertEqual(self.file.profile_completeness, 0.0)
        self.assertFalse(any(self.file.answer_ids.mapped("answered")))

    def test_completeness_counts_weight_of_required_answers(self):
        self._answer(self.turnover).value_number = 12.5
        self.assertEqual(self.file.profile_completeness, 75.0)
        self._answer(self.note).value_text = "Optional answers do not raise it"
        self.assertEqual(self.file.profile_completeness, 75.0)
        self._answer(self.decides).value_char = "Mr Wang, purchasing director"
        self.assertEqual(self.file.profile_completeness, 100.0)
        self.decides.active = False
        self._answer(self.turnover).value_number = 0
        self.assertEqual(self.file.profile_completeness, 100.0, "zero is an answer")
        self._answer(self.turnover).answered_on = False
        self.assertEqual(self.file.profile_completeness, 0.0)

    def test_an_answer_knows_when_and_by_whom(self):
        answer = self._answer(self.decides)
        answer.with_user(self.support).write(
            {"value_char": "Mr Wang", "source": "visit"}
        )
        self.assertEqual(answer.user_id, self.support)
        self.assertEqual(answer.answered_on, fields.Date.context_today(answer))
        answer.value_char = False
        self.assertFalse(answer.answered or answer.answered_on or answer.user_id)

    def test_an_expired_answer_counts_as_missing(self):
        answer = self._answer(self.turnover)
        answer.write({"value_number": 9, "answered_on": "2026-01-15"})
        with freeze_time("2027-01-15"):
            self.env.add_to_compute(answer._fields["is_current"], answer)
            self.assertTrue(answer.is_current, "the last day counts")
            self.assertEqual(str(answer.expires_on), "2027-01-15")
        with freeze_time("2027-01-16"), self.enter_registry_test_mode():
            self.env.ref("key_account.cron_expire_answers").method_direct_trigger()
            self.env.invalidate_all()
            self.assertTrue(answer.is_expired)
            self.assertEqual(self.file.profile_completeness, 0.0)
            self.env.ref("key_account.cron_expire_answers").method_direct_trigger()
            answer.value_number = 10
            self.assertEqual(self.file.profile_completeness, 75.0)

    def test_a_shorter_validity_concerns_answers_already_given(self):
        answer = self._answer(self.turnover)
        long_ago = fields.Date.context_today(answer) - relativedelta(months=3)
        answer.write({"value_number": 9, "answered_on": long_ago})
        self.assertEqual(self.file.profile_completeness, 75.0)
        self.turnover.validity_months = 2
        self.assertEqual(self.file.profile_completeness, 0.0)

    def test_a_new_question_is_put_to_accounts_at_once(self):
        self._answer(self.turnover).value_number = 1
        extra = self.Question.create({"name": "New", "required": True, "weight": 4})
        self.assertIn(extra, self.file.answer_ids.question_id)
        self.assertEqual(self.file.profile_completeness, 37.5)
        foreign = self.Question.create(
            {"name": "Elsewhere", "required": True, "company_id": self.other_company.id}
        )
        self.assertNotIn(foreign, self.file.answer_ids.question_id)
        rows = len(self.file.answer_ids)
        self.file.with_user(self.specialist).action_fill_survey()
        self.assertEqual(
            len(self.file.answer_ids), rows, "topping up twice adds nothing"
        )

    def test_another_kind_of_account_is_asked_other_questions(self):
        self.file.survey_kind = "agency"
        self.assertIn(self.for_agencies, self.file.answer_ids.question_id)
        self._answer(self.for_agencies).value_char = "East China"
        self.assertEqual(self.file.profile_completeness, 50.0)
        self.file.survey_kind = "prospect"
        self.assertEqual(self.file.profile_completeness, 0.0)

    def test_answers_of_every_type_are_shown(self):
        values = {
            "char": ("short", "short"),
            "text": ("long", "long"),
            "integer": (1200, "1,200"),
            "float": (1.5, "1.50"),
            "date": ("2026-05-04", "05/04/2026"),
            "boolean": ("no", "No"),
        }
        field = {"integer": "number", "float": "number"}
        for answer_type, (value, shown) in values.items():
            question = self.Question.create(
                {"name": answer_type, "answer_type": answer_type}
            )
            answer = self._answer(question)
            self.assertFalse(answer.value)
            answer[f"value_{field.get(answer_type, answer_type)}"] = value
            self.assertTrue(answer.answered)
            self.assertEqual(answer.value, shown)

    def test_a_choice_is_one_of_its_question(self):
        question = self.Question.create(
            {
                "name": "Inspection",
                "answer_type": "selection",
                "option_ids": [
                    Command.create({"name": "Full"}),
                    Command.create({"name": "None"}),
                ],
            }
        )
        other = self.Question.create(
            {
                "name": "x",
                "answer_type": "selection",
                "option_ids": [Command.create({"name": "y"})],
            }
        )
        answer = self._answer(question)
        answer.value_selection = question.option_ids[0]
        self.assertEqual(answer.value, "Full")
        with self.assertRaisesRegex(ValidationError, "Full, None"):
            answer.value_selection = other.option_ids

    def test_a_choice_has_choices(self):
        """Nobody could answer one without: the form asks for them, and the browser
        saves no required list that is empty."""
        arch = etree.fromstring(self.Question.get_view(view_type="form")["arch"])
        [choices] = arch.xpath("//field[@name='option_ids']")
        self.assertEqual(choices.get("required"), "answer_type == 'selection'")

    def test_answered_questions_are_archived_not_deleted(self):
        self._answer(self.decides).value_char = "Mr Wang"
        with self.assertRaisesRegex(UserError, "Who decides.*Archive"):
            self.decides.unlink()
        self.note.unlink()
        self.assertNotIn("Note", self.file.answer_ids.question_id.mapped("name"))
        with self.assertRaises(ValidationError):
            self.decides.answer_type = "date"

    def test_the_form_edits_answers(self):
        with Form(self.file.with_user(self.specialist)) as form:
            index = self.file.answer_ids.ids.index(self._answer(self.turnover).id)
            with form.answer_ids.edit(index) as line:
                line.value_number = 42
                line.source = "annual report"
        self.assertEqual(self.file.profile_completeness, 75.0)

    def test_defaults_are_there(self):
        shipped = self.env["ir.model.data"].search_count(
            [
                ("module", "=", "key_account"),
                ("model", "=", "key.account.survey.question"),
            ]
        )
        self.assertGreaterEqual(shipped, 20)

    def test_filling_many_files_costs_the_same(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{number}", "is_company": True} for number in range(30)]
        )
        costs = []
        for chunk in (partners[:5], partners[5:]):
            accounts = self.env["key.account"].create(
                [{"partner_id": p.id} for p in chunk]
            )
            accounts.answer_ids.unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            accounts._fill_survey()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 2)

    def test_a_year_is_a_year(self):
        founded = self.Question.create(
            {"name": "Founded", "answer_type": "year", "required": True}
        )
        row = self.file.answer_ids.filtered(lambda a: a.question_id == founded)
        row.with_user(self.specialist).value_number = 1998
        self.assertEqual(row.value, "1998")
        self.assertTrue(row.is_current)
        for wrong in (98, 1998.5, fields.Date.today().year + 1, -1998):
            with self.assertRaisesRegex(ValidationError, "Founded"):
                row.with_user(self.specialist).value_number = wrong

    def test_the_year_of_foundation_is_typed(self):
        founded = self.env.ref("key_account.question_founded")
        self.assertEqual(founded.answer_type, "year")
