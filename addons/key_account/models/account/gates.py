"""Gates that ask for the customer's file, its evaluation and diagnosis, and the deal's
plan.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ...rules import scorecard
from ..shared.label import listed
from ..shared.working_time import today_of
from .scorecard import GRADES


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("document",),
            ("profile", "Profile is complete enough"),
            ("qualification", "Customer is qualified (MAN)"),
            ("plan", "Deal plan is complete"),
            ("checklist",),
            ("evaluation", "Customer is evaluated (scorecard)"),
            ("diagnosis", "Diagnosis is accepted by the customer"),
        ],
        ondelete={
            "profile": "cascade",
            "qualification": "cascade",
            "plan": "cascade",
            "evaluation": "cascade",
            "diagnosis": "cascade",
        },
    )
    min_grade = fields.Selection(
        GRADES, string="At least grade", default="C", help="Of the latest evaluation."
    )
    max_age_days = fields.Integer(
        string="Not older than (days)", help="0: however old.", aggregator=None
    )

    def _get_no_account_text(self):
        return self.env._("The customer has no key account file.")

    # ------------------------------------------------------------
    # KIND: PROFILE IS COMPLETE ENOUGH
    # ------------------------------------------------------------

    def _get_name_profile(self):
        return self.env._(
            "Profile is complete to at least %(number)g %%", number=self.number
        )

    def _get_problem_profile(self):
        if not 0 < self.number <= 100:
            return self.env._("the number is a percentage above 0 and up to 100.")
        return None

    def _get_sentence_profile(self):
        return self.env._(
            "The customer's profile survey is complete to at least %(number)g %%.",
            number=self.number,
        )

    def _check_profile(self, leads):
        messages = {}
        for account, own in leads.grouped("key_account_id").items():
            text = None
            if not account:
                text = self._get_no_account_text()
            elif account.profile_completeness < self.number:
                text = self.env._(
                    "The profile survey is complete to %(is)d %%, %(needed)d %% are"
                    " needed.",
                    **{"is": account.profile_completeness, "needed": self.number},
                )
            messages.update(dict.fromkeys(own._ids, text))
        return messages

    def _open_profile(self, lead):
        action = lead.action_open_key_account()
        if not lead.key_account_id:
            return action
        # On the page whose answers are missing.
        view = self.env.ref("key_account.key_account_view_form_profile")
        return {**action, "views": [(view.id, "form")]}

    # ------------------------------------------------------------
    # KIND: CUSTOMER IS QUALIFIED
    # ------------------------------------------------------------

    def _get_sentence_qualification(self):
        return self.env._(
            "Money, Authority and Need of the customer are each judged, with evidence."
        )

    def _check_qualification(self, leads):
        messages = {}
        for lead in leads:
            account = lead.key_account_id
            if not account:
                messages[lead.id] = self._get_no_account_text()
            elif undecided := account._unjudged_parts():
                messages[lead.id] = self.env._(
                    "Not judged yet: %(questions)s.",
                    questions=listed(self.env, undecided),
                )
            else:
                messages[lead.id] = None
        return messages

    def _open_qualification(self, lead):
        return lead.action_open_key_account()

    # ------------------------------------------------------------
    # KIND: DEAL PLAN IS COMPLETE
    # ------------------------------------------------------------

    def _get_sentence_plan(self):
        return self.env._(
            "The plan of the deal has an objective, steps with people and dates, and a"
            " contingency."
        )

    def _check_plan(self, leads):
        found = self.env["key.account.plan"]._lacking_of_deals(leads.ids)
        missing = self.env._("There is no plan for this deal.")
        return {
            lead_id: self._get_plan_problem(found[lead_id])
            if lead_id in found
            else missing
            for lead_id in leads._ids
        }

    def _get_plan_problem(self, lacking):
        """None when one plan is complete, else what the latest one lacks."""
        if not all(lacking):
            return None
        return self.env._(
            "The deal's plan lacks: %(parts)s", parts=listed(self.env, lacking[0])
        )

    def _open_plan(self, lead):
        return lead.action_open_plans()

    # ------------------------------------------------------------
    # KIND: CUSTOMER IS EVALUATED
    # ------------------------------------------------------------

    @api.constrains("min_grade", "max_age_days")
    def _check_evaluation_parameters(self):
        self._check_parameters()

    @api.model
    def _prepare_of(self, gate):
        vals = super()._prepare_of(gate)
        if gate.kind == "evaluation":
            vals.update(min_grade=gate.grade, max_age_days=gate.days)
        return vals

    def _get_problem_evaluation(self):
        if not self.min_grade:
            return self.env._("choose the least grade.")
        if self.max_age_days < 0:
            return self.env._("the age in days cannot be negative.")
        return None

    def _get_name_evaluation(self):
        if not self.min_grade:
            return None
        if not self.max_age_days:
            return self.env._("Evaluated %(grade)s or better", grade=self.min_grade)
        return self.env._(
            "Evaluated %(grade)s or better within %(days)d days",
            grade=self.min_grade,
            days=self.max_age_days,
        )

    @api.model
    def _sentence_fields(self):
        return [*super()._sentence_fields(), "min_grade", "max_age_days"]

    def _get_sentence_evaluation(self):
        if not self.max_age_days:
            return self.env._(
                "The customer is evaluated %(grade)s or better.",
                grade=self.min_grade or "…",
            )
        return self.env._(
            "The customer is evaluated %(grade)s or better, no more than %(days)d days"
            " ago.",
            grade=self.min_grade or "…",
            days=self.max_age_days,
        )

    def _check_evaluation(self, leads):
        latest = leads.key_account_id._latest_evaluations()
        oldest = today_of(leads) - relativedelta(days=self.max_age_days)
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
                date=format_date(self.env, evaluation.date),
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

    # ------------------------------------------------------------
    # KIND: DIAGNOSIS IS ACCEPTED
    # ------------------------------------------------------------

    def _get_sentence_diagnosis(self):
        return self.env._("The customer has accepted the diagnosis report.")

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
