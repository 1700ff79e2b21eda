"""From whom an answer, or a resolution, is due, and who is told when it is late."""

from odoo import api, models

from ..shared.deadline import Due


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"

    @api.model
    def _deadline_domain(self, until):
        return [("next_due", "<=", until)]

    def _deadline_due(self):
        running = self.filtered("next_due")
        directors = self._key_account_directors(running.company_id)
        handlers = running._handlers()
        by_feedback = running._teams()
        dues = {}
        for feedback in running:
            account = feedback.key_account_id
            company = feedback.company_id
            teams = by_feedback[feedback]
            readers = account.access_user_ids | handlers[feedback]
            managers = teams._deciders(feedback.user_id, directors=directors[company])
            first = feedback.user_id.filtered("active") & readers
            if not first and not account:
                # Whoever puts it under an account.
                first = teams.key_account_support_ids.filtered("active")
            dues[feedback] = Due(
                # Whoever gets it is told anew.
                key=f"{feedback._due_clock()} {feedback.reopened}"
                f" {feedback.user_id.id or ''}",
                deadline=feedback.next_due,
                company=company,
                responsible=first or managers,
                managers=managers,
                directors=directors[company],
            )
        return dues

    def _deadline_event(self, urgency):
        if urgency in ("manager", "director"):
            return "feedback_escalated"
        return super()._deadline_event(urgency)

    def _due_clock(self):
        self.ensure_one()
        return "resolution" if self.answered_on else "answer"

    def _deadline_name(self):
        if self._due_clock() == "answer":
            return self.env._("answer to %s", self.display_name)
        return self.env._("resolution of %s", self.display_name)
