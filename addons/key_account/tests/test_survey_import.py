"""Answers from a spreadsheet."""

import io
from datetime import timedelta

from openpyxl import load_workbook

from odoo import Command
from odoo.tests import HttpCase, tagged

from .test_survey import SurveyCase

FIELDS = ["key_account_id", "question_id", "value", "source", "answered_on"]


@tagged("post_install", "-at_install")
class TestSurveyImport(HttpCase, SurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.since, cls.steel, cls.export = cls.Question.create(
            [
                {"name": "Founded in", "answer_type": "year"},
                {
                    "name": "What they buy",
                    "answer_type": "selection",
                    "option_ids": [
                        Command.create({"name": "Steel"}),
                        Command.create({"name": "Castings"}),
                    ],
                },
                {"name": "Exports", "answer_type": "boolean"},
            ]
        )
        cls.today = cls.company._key_account_today()

    def load(self, *rows, user=None):
        answers = self.env["key.account.survey.answer"].with_user(
            user or self.specialist
        )
        rows = [[*row, *[""] * (len(FIELDS) - len(row))] for row in rows]
        return answers.with_context(import_file=True).load(FIELDS, rows)

    def refused(self, *rows, user=None):
        """``{row: what is wrong}`` of an import that writes nothing."""
        before = self.file.sudo().answer_ids.mapped("value")
        result = self.load(*rows, user=user)
        self.assertFalse(result["ids"])
        self.env.invalidate_all()
        self.assertEqual(self.file.sudo().answer_ids.mapped("value"), before)
        return {
            message["rows"]["from"]: message["message"]
            for message in result["messages"]
        }

    def test_rows_find_the_questions_they_answer(self):
        count = len(self.file.answer_ids)
        day = (self.today - timedelta(days=9)).isoformat()
        result = self.load(
            [self.file.code, "Turnover", "1,250.5", "Annual report", day],
            ["Survey Co", "Who decides", "Mr Wang"],
            [self.file.code, "Founded in", "1998.0"],
            [self.file.code, "What they buy", "castings"],
            [self.file.code, "Exports", "yes"],
            [self.file.code, "Note", "", "Hearsay", day],
        )
        self.assertFalse(result["messages"])
        self.env.invalidate_all()
        self.assertEqual(len(self.file.answer_ids), count, "nothing twice")
        turnover = self._answer(self.turnover)
        self.assertEqual(turnover.value_number, 1250.5)
        self.assertEqual(turnover.source, "Annual report")
        self.assertEqual(turnover.answered_on.isoformat(), day)
        self.assertEqual(turnover.user_id, self.specialist)
        self.assertEqual(self._answer(self.decides).value_char, "Mr Wang")
        self.assertEqual(self._answer(self.decides).answered_on, self.today)
        self.assertEqual(self._answer(self.since).value_number, 1998)
        self.assertEqual(self._answer(self.steel).value_selection.name, "Castings")
        self.assertEqual(self._answer(self.export).value_boolean, "yes")
        note = self._answer(self.note)
        self.assertFalse(
            note.answered or note.source or note.answered_on, "a blank row says nothing"
        )
        self.assertEqual(self.file.profile_completeness, 100.0)

    def test_twice_is_the_same(self):
        row = [self.file.code, "Who decides", "Mr Wang"]
        self.load(row)
        self.load(row)
        asked = self.file.answer_ids.filtered(
            lambda each: each.question_id == self.decides
        )
        self.assertEqual(len(asked), 1)

    def test_each_row_says_what_is_wrong(self):
        by_row = self.refused(
            [self.file.code, "Turnover", "much"],
            [self.file.code, "Founded in", "2990"],
            [self.file.code, "What they buy", "Gold"],
            [self.file.code, "Region", "East"],
            [self.file.code, "Who decides", "Mr Wang"],
        )
        self.assertIn("not a number", by_row[0])
        self.assertIn("not later than", by_row[1])
        self.assertIn("Steel, Castings", by_row[2])
        self.assertIn("not asked of", by_row[3])
        self.assertNotIn(4, by_row)

    def test_days_are_possible_and_not_over(self):
        def on(days):
            return (self.today + timedelta(days=days)).isoformat()

        words = self.refused([self.file.code, "Turnover", "1", "", on(1)])[0]
        self.assertIn("has not come", words)
        words = self.refused([self.file.code, "Turnover", "1", "", on(-400)])[0]
        self.assertIn("expired on", words)
        self.load([self.file.code, "Turnover", "5", "", on(-3)])
        words = self.refused([self.file.code, "Turnover", "1", "", on(-9)])[0]
        self.assertIn("older than", words)
        self.assertEqual(self._answer(self.turnover).value_number, 5)

    def test_only_into_files_that_one_may_change(self):
        for user in (self.colleague, self.other_manager):
            self.assertTrue(self.refused([self.file.code, "Turnover", "1"], user=user))
        self.assertFalse(self._answer(self.turnover).answered)

    def test_an_export_comes_back(self):
        self.load([self.file.code, "Turnover", "5"])
        rows = self.file.answer_ids
        exported = rows.sudo().export_data([".id", "value"])["datas"]
        exported[0][1] = exported[0][1] or "x"
        answers = self.env["key.account.survey.answer"].with_user(self.specialist)
        result = answers.load([".id", "value"], [row for row in exported if row[1]])
        self.assertFalse(result["messages"])
        self.assertEqual(self._answer(self.turnover).value_number, 5)

    def test_the_template_is_filled_in_and_comes_back(self):
        self.authenticate("ka_specialist", "ka_specialist")
        answers = self.env["key.account.survey.answer"].with_user(self.specialist)
        [template] = answers.with_context(
            default_key_account_id=self.file.id
        ).get_import_templates()
        response = self.url_open(template["template"])
        sheet = load_workbook(io.BytesIO(response.content)).active
        head, *lines = sheet.iter_rows(values_only=True)
        labels = [answers._fields[name].string for name in FIELDS]
        self.assertEqual(list(head[:5]), labels)
        asked = self.file.answer_ids.question_id.mapped("name")
        self.assertEqual([line[1] for line in lines], asked)
        filled = [
            [line[0], line[1], "Mr Wang" if line[1] == "Who decides" else ""]
            for line in lines
        ]
        self.assertFalse(self.load(*filled)["messages"])
        self.assertEqual(self._answer(self.decides).value, "Mr Wang")
        self.authenticate("ka_colleague", "ka_colleague")
        response = self.url_open(template["template"])
        self.assertNotIn(
            self.file.code.encode(),
            b"".join(
                str(cell).encode()
                for row in load_workbook(io.BytesIO(response.content)).active.values
                for cell in row
            ),
        )

    def test_searches_do_not_grow(self):
        def queries(count):
            rows = [
                [self.file.code, question.name, "x"]
                for question in self.Question.create(
                    [{"name": f"Question {count} {n}"} for n in range(count)]
                )
            ]
            vals = [
                {
                    "values": {
                        "key_account_id": self.file.id,
                        "question_id": self.Question.search([("name", "=", row[1])]).id,
                        "value": "x",
                    }
                }
                for row in rows
            ]
            answers = self.env["key.account.survey.answer"].with_user(self.specialist)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            answers._match_rows(vals)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(30), queries(3) + 2)
