"""The two clocks of a feedback: until the answer, and until it is resolved."""

from odoo import fields, models

from ...rules import feedback as rules


class KeyAccountFeedback(models.Model):
    """Both begin when the customer told us, in the working time of the company, by the
    hours of the policy for the account's importance. What they are measured with stays:
    a policy or an importance that changes later moves no running deadline.
    """

    _name = "key.account.feedback"
    _inherit = ["key.account.feedback", "key.account.deadline.mixin"]

    answer_limit = fields.Float(
        string="Hours to answer", readonly=True, copy=False, aggregator=None
    )
    resolution_limit = fields.Float(
        string="Hours to resolve", readonly=True, copy=False, aggregator=None
    )
    answer_hours = fields.Float(
        string="Answered after (working hours)",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Without the hours in which we waited for the customer.",
    )
    resolution_hours = fields.Float(
        string="Resolved after (working hours)",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Without the hours in which we waited for the customer.",
    )
    answer_in_time = fields.Boolean(
        string="Answered in time", readonly=True, copy=False
    )
    resolution_in_time = fields.Boolean(
        string="Resolved in time", readonly=True, copy=False
    )
    waiting_since = fields.Datetime("Waiting since", readonly=True, copy=False)

    # ---------------------------------------- what may take how long

    def _limits(self):
        """``{feedback: (hours to answer, hours to resolve)}`` by the policy of now."""
        policies = self.env["key.account.policy"]._by_grade(self.company_id)
        found = {}
        for feedback in self:
            # The account's importance decides, whoever may read the account.
            grade = feedback.sudo().key_account_id.grade
            policy = policies[feedback.company_id.id, grade]
            found[feedback] = tuple(
                rules.limit(
                    policy[f"{feedback.kind}_{what}"],
                    feedback.severity,
                    policy.critical_percent,
                )
                for what in ("hours", "resolution_hours")
            )
        return found

    def _measure(self, no_more=False):
        """Take the hours from the policy as it is now, and set both clocks by them; an
        answer that was given stays as it was measured.

        :param no_more: whether they only become fewer, whatever the policy and the
            importance of the account have become since
        """
        for feedback, (answer, resolution) in self._limits().items():
            limits = {"resolution_limit": resolution}
            if not feedback.answered_on:
                limits["answer_limit"] = answer
            if no_more:
                limits = {
                    name: rules.fewer(feedback[name], hours)
                    for name, hours in limits.items()
                }
            feedback._set_kept(limits)
        self._set_clocks()

    def _pauses(self):
        """``{feedback: Pauses}``, those that are over."""
        # Evidence, read in full whoever asks: no clock hangs on that.
        events = self.env["key.account.feedback.event"].sudo()
        events = events.search([("feedback_id", "in", self.ids)], order="id")
        by_id = events.grouped("feedback_id")
        return {
            feedback: rules.pauses(
                [
                    (event.kind, event.date)
                    for event in by_id.get(feedback.with_env(events.env), events[:0])
                ]
            )
            for feedback in self
        }

    def _set_clocks(self):
        """Deadlines by what happened until now, and which of them is next."""
        for feedback, pauses in self._pauses().items():
            company, start = feedback.company_id, feedback.received_on
            values = {
                "resolution_due": self._deadline_after(
                    company, start, feedback.resolution_limit, pauses.resolution
                )
            }
            if not feedback.answered_on:
                values["answer_due"] = self._deadline_after(
                    company, start, feedback.answer_limit, pauses.answer
                )
            feedback._set_kept(values)
            feedback._set_kept({"next_due": feedback._next_due()})
        self._deadline_refresh()

    def _next_due(self):
        self.ensure_one()
        return rules.next_due(
            self.state, bool(self.answered_on), self.answer_due, self.resolution_due
        )

    def _taken(self, clock):
        """Working hours since it was received by now, as this clock counts them."""
        self.ensure_one()
        pauses = getattr(self._pauses()[self], clock)
        now = fields.Datetime.now()
        return self._deadline_taken(self.company_id, self.received_on, now, pauses)
