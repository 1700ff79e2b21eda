"""A wave of the satisfaction survey: some answered, one of them low, one open."""

from odoo import models

# Account: marks in the order of the questions and words, or None for no answer yet.
ASKED = {
    "hongda": (((4, 2, 3, 2, 4), "交期一再变动，问题答复太慢"),),
    "jiangnan": (((5, 4, 5, 4, 4), ""),),
    "beichen": (((4, 4, 4, 5, 3), "希望能提供价格阶梯"),),
    "lanhai": (None,),
    "baxter": (((5, 4, 4, 5, 5), "Best supplier on paper work, tell your team"),),
    "rheintal": (((4, 5, 3, 4, 4), "Lead times could be shorter"),),
    "lindqvist": (None,),
}
ASKED_ON, ANSWERED_ON = -9, -7


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for code, answers in ASKED.items():
            yield ASKED_ON, 10.5, lambda code=code: self._ask_satisfaction(clock, code)
            for answer in filter(None, answers):
                yield (
                    ANSWERED_ON,
                    15.2,
                    lambda code=code, answer=answer: self._answer_satisfaction(
                        code, *answer
                    ),
                )

    def _ask_satisfaction(self, clock, code):
        """Whoever has the account asks the first who can be asked."""
        account = self._account(code)
        env = self._env_of(account.user_id, self._team_code(account))
        wave = str(clock.at(ASKED_ON, 12.0))[:7]
        people = account.stakeholder_ids
        reasons = people._satisfaction_reasons(wave)
        people = people.filtered(lambda person: not reasons[person])[:1]
        if people:
            people = people.with_env(env)
            survey = people.key_account_id._ask_satisfaction(people, wave)
            self._name_it(f"satisfaction_{code}", survey)

    def _answer_satisfaction(self, code, marks, comment):
        name = f"key_account.demo_satisfaction_{code}"
        if survey := self.env.ref(name, raise_if_not_found=False):
            # The customer, by the link: with full rights, and without a login.
            answers = survey.sudo().answer_ids
            given = dict(zip(answers.ids, marks, strict=True))
            survey.sudo()._answer(given, comment)
