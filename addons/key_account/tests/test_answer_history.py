"""The profile of a past day, worked out by hand."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .attack_common import FORGED, AttackCase
from .test_account_history import HistoryCase


class AnswerCase(HistoryCase):
    """Turnover weighs 3 and holds for 12 months, who decides weighs 1, a note nothing.
    The file is opened on 2024-01-10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Question = cls.env["key.account.survey.question"]
        Question.search([]).action_archive()
        cls.questions = Question.create(
            [
                {
                    "name": "Turnover",
                    "answer_type": "float",
                    "weight": 3,
                    "required": True,
                    "validity_months": 12,
                },
                {"name": "Who decides", "weight": 1, "required": True},
                {"name": "Note", "weight": 9},
            ]
        )
        with freeze_time("2024-01-10 08:00"):
            cls.file = cls.make_account("Huaxin Pumps")
        cls.turnover, cls.decides, cls.note = cls.file.answer_ids.sorted("question_id")
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE key_account_survey_answer SET create_date = '2024-01-10 08:00'"
            " WHERE id IN %s",
            [tuple(cls.file.answer_ids.ids)],
        )
        cls.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestAnswerHistory(AnswerCase):
    def answer(self, day, answer, **vals):
        with freeze_time(f"{day} 08:00"):
            answer.with_user(self.specialist).write(vals)

    def test_the_completeness_of_a_past_day(self):
        self.answer("2024-02-01", self.turnover, value_number=120, source="Report")
        self.answer("2024-03-01", self.note, value_char="Family firm")
        self.answer("2024-06-01", self.decides, value_char="Mr Li")
        self.answer("2024-09-01", self.decides, value_char=False)
        self.answer("2025-05-01", self.turnover, value_number=150)
        # Entered late: it was not in the file on the day on which it was told.
        self.answer(
            "2025-06-01", self.decides, value_char="Ms Wu", answered_on="2025-04-01"
        )
        for day, percent in {
            "2024-01-09": None,
            "2024-01-10": 0,
            "2024-01-31": 0,
            "2024-02-01": 75,
            "2024-05-31": 75,
            "2024-06-01": 100,
            "2024-08-31": 100,
            "2024-09-01": 75,
            "2025-02-01": 75,
            "2025-02-02": 0,
            "2025-04-30": 0,
            "2025-05-01": 75,
            "2025-06-01": 100,
            "2026-05-01": 100,
            "2026-05-02": 25,
        }.items():
            with self.subTest(day):
                told = self.file._completeness_on(date.fromisoformat(day))
                self.assertEqual(told, {self.file: percent})

    def test_former_answers_are_kept(self):
        self.answer("2024-02-01", self.turnover, value_number=120, source="Report")
        with freeze_time("2024-08-01 08:00"):
            self.turnover.with_user(self.manager).write({"value_number": 150})
        self.answer("2024-09-01", self.turnover, value_number=150)
        action = self.turnover.with_user(self.specialist).action_view_former()
        changes = self.env["key.account.survey.change"].with_user(self.specialist)
        changes = changes.search(action["domain"], order="id")
        self.assertEqual(
            [(c.date, c.changed_by_id, c.value, c.source) for c in changes],
            [
                (date(2024, 2, 1), self.specialist, "120.00", "Report"),
                (date(2024, 8, 1), self.manager, "150.00", "Report"),
                (date(2024, 9, 1), self.specialist, "150.00", "Report"),
            ],
        )
        self.assertEqual(
            changes.mapped("expires_on"),
            [date(2025, 2, 1), date(2025, 8, 1), date(2025, 9, 1)],
        )

    def test_a_row_that_is_taken_away_is_told_as_taken_back(self):
        self.answer("2024-02-01", self.decides, value_char="Mr Li")
        with freeze_time("2024-05-01 08:00"):
            with self.assertRaisesRegex(UserError, "empty the answer"):
                self.decides.with_user(self.specialist).unlink()
            # A program may: what it takes away is told all the same.
            self.decides.sudo().unlink()
        with freeze_time("2024-06-01 08:00"):
            self.file.with_user(self.specialist).action_fill_survey()
        self.assertEqual(self.file._completeness_on("2024-04-30")[self.file], 25)
        self.assertEqual(self.file._completeness_on("2024-06-02")[self.file], 0)
        with self.assertRaisesRegex(UserError, "Archive"):
            self.questions[1].unlink()

    def test_a_question_that_came_later_was_not_missing_before(self):
        with freeze_time("2024-02-01 08:00"):
            self.turnover.value_number = 120
            self.decides.value_char = "Mr Li"
        self.env["key.account.survey.question"].create(
            {"name": "Late", "weight": 4, "required": True}
        )
        self.assertEqual(self.file._completeness_on("2024-03-01")[self.file], 100)
        self.assertEqual(self.file.profile_completeness, 12.5)

    def test_how_many_queries_whatever_the_number(self):
        more = self.file
        for number in range(9):
            more |= self.make_account(f"Number {number}")
        counted = []
        more._completeness_on("2025-01-01")
        for accounts in (more[:1], more):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            accounts._completeness_on("2025-01-01")
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counted)


@tagged("post_install", "-at_install")
class TestAttackAnswers(AttackCase, AnswerCase):
    def test_former_answers_rewritten(self):
        """create, write, unlink of key.account.survey.change, with forged contexts |
        specialist, manager, director, bot | refused: they stay as they were"""
        self.rpc(self.specialist, self.decides, "write", {"value_char": "Mr Li"})
        change = self.env["key.account.survey.change"].search(
            [("question_id", "=", self.decides.question_id.id)]
        )
        self.assertEqual(change.value, "Mr Li")
        vals = {
            "key_account_id": self.file.id,
            "question_id": self.decides.question_id.id,
            "date": "2024-01-10",
            "answered": True,
            "changed_by_id": self.specialist.id,
        }
        for user in (self.specialist, self.manager, self.director, self.bot):
            for method, args in (
                ("create", [[vals]]),
                ("write", [{"date": "2024-01-10", "value": "Ms Wu"}]),
                ("unlink", []),
            ):
                records = change.browse() if method == "create" else change
                self.refused_rpc(user, records, method, *args, context=FORGED)
        self.assertEqual(change.value, "Mr Li")

    def test_former_answers_read_by_others(self):
        """search and read of key.account.survey.change, action_view_former | a
        colleague, another manager | nothing is found; refused"""
        self.rpc(self.specialist, self.decides, "write", {"value_char": "Mr Li"})
        change = self.env["key.account.survey.change"].search(
            [("question_id", "=", self.decides.question_id.id)]
        )
        for user in (self.colleague, self.other_manager):
            self.assertFalse(change.with_user(user).search([("id", "=", change.id)]))
            self.refused_rpc(user, change, "read", ["value"])
            self.refused_rpc(user, self.decides, "action_view_former")
