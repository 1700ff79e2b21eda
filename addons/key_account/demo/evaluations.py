"""How customers were judged by the scorecard, and what grade came out."""

from typing import NamedTuple

from odoo import models

FIGURES = (
    "sales_volume",
    "sales_growth",
    "liquid_assets",
    "collection_cycle",
    "net_margin",
    "return_on_assets",
    "inventory_cycle",
    "open_share",
    "growth_with_us",
)
JUDGEMENTS = (
    "standing",
    "expansion",
    "stable_customers",
    "solvency",
    "creditworthiness",
    "staff",
    "organisation",
    "storage",
    "technical_service",
    "network",
    "planned_projects",
)


class Evaluation(NamedTuple):
    """``figures`` in the order of ``FIGURES``, None where unknown; ``judgements`` one
    digit each in the order of ``JUDGEMENTS``, 0 where unknown."""

    account: str
    day: int
    figures: tuple
    judgements: str
    note: str = ""
    manager_grade: str = ""
    manager_reason: str = ""


EVALUATIONS = (
    Evaluation("hongda", -90, (2100, 9, 42, 66, 6.5, 5.4, 44, 45, 14), "54435444454"),
    Evaluation("hongda", -14, (2350, 12, 46, 58, 7.8, 6.1, 40, 40, 18), "55445454555"),
    Evaluation(
        "baxter",
        -30,
        (3900, 7, 38, 62, 7.1, 5.2, 55, 30, 8),
        "44334443435",
        "Figures from the annual report; staff judged after the factory visit.",
        "A",
        "Reference customer for the American market; the next programme doubles it.",
    ),
    Evaluation("meridian", -60, (1450, 14, 31, 75, 5.5, 4.0, 60, 35, 6), "43434333333"),
    Evaluation(
        "yuanhang",
        -40,
        (15200, 2, None, 110, 2.1, 1.5, None, 70, None),
        "42333333023",
        "流动资产和存货周期未取得，客户为央企下属公司。",
    ),
    Evaluation("xinghuo", -40, (62, -4, 22, 140, 1.2, 0.8, 95, 20, -10), "21222221221"),
    Evaluation("rheintal", -50, (310, 6, 44, 55, 6.9, 5.8, 50, 40, 11), "44445444544"),
)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _evaluation_events(self):
        for number, evaluation in enumerate(EVALUATIONS):
            yield (
                evaluation.day,
                14.2 + number / 10,
                lambda e=evaluation: self._evaluate(e),
            )
            if evaluation.account != "xinghuo":
                yield (
                    evaluation.day,
                    16.2 + number / 10,
                    lambda e=evaluation: self._confirm_evaluation(e),
                )

    def _evaluate(self, spec):
        """The specialist judges; a grade other than the score's is the manager's."""
        account = self._account(spec.account)
        env = self._env_of(account.user_id, self._team_code(account))
        evaluation = env["key.account.evaluation"].create(
            {"key_account_id": account.id, "note": spec.note or False}
        )
        for line in evaluation.line_ids:
            line.write(self._judgement(spec, line.criterion_id))
        if spec.manager_grade:
            evaluation.with_env(self._env_of_manager(self._team_code(account))).write(
                {
                    "manager_grade": spec.manager_grade,
                    "manager_reason": spec.manager_reason,
                }
            )
        evaluation.action_finish()

    def _confirm_evaluation(self, spec):
        """Limits by grade follow what the manager has confirmed."""
        account = self._account(spec.account)
        evaluation = account.evaluation_ids.filtered(
            lambda e: e.state == "done" and not e.confirmed_by_id
        )
        env = self._env_of_manager(self._team_code(account))
        if evaluation:
            evaluation[:1].with_env(env).action_confirm()

    def _judgement(self, spec, criterion):
        """What is known of a criterion, as values of its line."""
        code = self._criterion_code(criterion)
        if code in FIGURES:
            actual = spec.figures[FIGURES.index(code)]
            return {} if actual is None else {"actual": actual}
        digit = spec.judgements[JUDGEMENTS.index(code)]
        return {} if digit == "0" else {"judgement": digit}

    def _criterion_code(self, criterion):
        xmlid = criterion.get_external_id()[criterion.id]
        return xmlid.removeprefix("key_account.criterion_")

    def _team_code(self, account):
        europe = account.company_id == self._company("europe")
        return "europe" if europe else "china"
