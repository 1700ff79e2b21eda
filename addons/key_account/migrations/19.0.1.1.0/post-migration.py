"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def ask_for_a_year(env):
    """The year of foundation is typed, where nobody has answered it in another form."""
    question = env.ref("key_account.question_founded", raise_if_not_found=False)
    if question and question.answer_type == "char":
        answers = env["key.account.survey.answer"]
        answered = answers.search_count(
            [("question_id", "=", question.id), ("answered", "=", True)], limit=1
        )
        if not answered:
            question.answer_type = "year"


STEPS = (ask_for_a_year,)
