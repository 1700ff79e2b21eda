import io

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request

from ..models.shared.label import field_label

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What people typed is text, whatever it begins with.
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_COLUMNS = ("key_account_id", "question_id", "value", "source", "answered_on")


class SurveyTemplate(http.Controller):
    """A spreadsheet with the questions of the survey, to be filled in and imported."""

    @http.route(
        "/key_account/survey_template.xlsx", type="http", auth="user", readonly=True
    )
    def survey_template(self, account_id=None):
        answers = request.env["key.account.survey.answer"]
        if not answers.has_access("read"):
            raise request.not_found()
        account = self._get_account(account_id)
        content = self._write(answers, account, self._get_questions(account))
        name = request.env._("Profile survey %s.xlsx", account.code or "")
        headers = [
            ("Content-Type", KIND),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers)

    def _get_account(self, account_id):
        accounts = request.env["key.account"]
        if str(account_id or "").isdecimal():
            # By record rule: whose file one may not read is not named here.
            return accounts.search([("id", "=", int(account_id))])
        return accounts

    def _get_questions(self, account):
        questions = request.env["key.account.survey.question"]
        if account:
            return questions._asked_of(account)[account].with_env(request.env)
        return questions.search([])

    def _write(self, answers, account, questions):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, PLAIN) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            labels = [field_label(answers, name) for name in _COLUMNS]
            # This one is for whoever fills it in, and is not imported.
            sheet.write_row(0, 0, [*labels, request.env._("How to answer")], bold)
            for number, question in enumerate(questions, start=1):
                sheet.write_row(number, 0, [account.code or "", question.name])
                sheet.write(number, len(labels), answers._ways_to_answer(question))
            sheet.set_column(0, 0, 16)
            sheet.set_column(1, 2, 44)
            sheet.set_column(3, 5, 24)
        return file.getvalue()
