"""What gates ask of the account file: its evaluation, its diagnosis."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...rules import scorecard
from .scorecard import GRADES


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("evaluation", "Customer is evaluated (scorecard)"),
            ("diagnosis", "Diagnosis is accepted by the customer"),
        ],
        ondelete={"evaluation": "cascade", "diagnosis": "cascade"},
    )
    min_grade = fields.Selection(
        GRADES, string="At least grade", default="C", help="Of the latest evaluation."
    )
    max_age_days = fields.Integer(
        string="Not older than (days)", help="0: however old.", aggregator=None
    )

    @api.constrains("min_grade", "max_age_days")
    def _check_evaluation_parameters(self):
        self._check_parameters()

    def _get_parameter_problem(self):
        if self.kind == "evaluation" and not self.min_grade:
            return self.env._("choose the least grade.")
        if self.kind == "evaluation" and self.max_age_days < 0:
            return self.env._("the age in days cannot be negative.")
        return super()._get_parameter_problem()

    def _get_ready_made_name(self):
        if self.kind == "evaluation" and self.min_grade:
            if self.max_age_days:
                return self.env._(
                    "Evaluated %(grade)s or better within %(days)d days",
                    grade=self.min_grade,
                    days=self.max_age_days,
                )
            return self.env._("Evaluated %(grade)s or better", grade=self.min_grade)
        return super()._get_ready_made_name()

    def _check_evaluation(self, leads):
        latest = leads.key_account_id._latest_evaluations()
        oldest = fields.Date.context_today(self) - relativedelta(days=self.max_age_days)
        return {
            lead.id: self._get_evaluation_problem(
                lead.key_account_id, latest.get(lead.key_account_id), oldest
            )
            for lead in leads
        }

    def _get_evaluation_problem(self, account, evaluation, oldest):
        if not account:
            return self._get_no_account_text()
        if not evaluation:
            return self.env._("The customer has not been evaluated.")
        if self.max_age_days and evaluation.date < oldest:
            return self.env._(
                "The evaluation of %(date)s is older than %(days)d days.",
                date=evaluation.date,
                days=self.max_age_days,
            )
        if not scorecard.reaches(evaluation.grade, self.min_grade):
            return self.env._(
                "The customer is graded %(is)s, at least %(needed)s is needed.",
                **{"is": evaluation.grade, "needed": self.min_grade},
            )
        return None

    def _open_evaluation(self, lead):
        if not lead.key_account_id:
            return lead.action_open_key_account()
        action = lead.key_account_id.action_evaluate()
        return {**action, "views": [(False, "form")]}

    def _check_diagnosis(self, leads):
        texts = {
            "draft": self.env._("The diagnosis has not been put before the customer."),
            "sent": self.env._("The customer has not accepted the diagnosis yet."),
            "rejected": self.env._("The customer did not accept the diagnosis."),
        }
        none = self.env._("There is no diagnosis report.")
        messages = {}
        for lead_id, diagnoses in leads._diagnoses().items():
            states = diagnoses.mapped("state")
            accepted = "accepted" in states
            messages[lead_id] = (
                None if accepted else texts[states[0]] if states else none
            )
        return messages

    def _open_diagnosis(self, lead):
        return lead.action_open_diagnoses()
