"""What customers told us, in the history of their account."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class KeyAccountTimeline(models.Model):
    _inherit = "key.account.timeline"

    kind = fields.Selection(selection_add=[("feedback", "Feedback")])

    @api.model
    def _sources(self):
        received = Domain("key_account_id", "!=", False)
        received &= Domain("state", "!=", "cancelled")
        return {
            **super()._sources(),
            8: self._feedback(received, "received_on", ("feedback.", "kind")),
            9: self._feedback(
                received & Domain("resolved_on", "!=", False),
                "resolved_on",
                SQL("'feedback.resolved'"),
            ),
        }

    @api.model
    def _feedback(self, domain, moment, code):
        return self._entries(
            "key.account.feedback",
            "feedback",
            domain,
            moment=moment,
            code=code,
        )

    @api.model
    def _code_labels(self):
        return {
            **super()._code_labels(),
            "feedback.complaint": self.env._("Complaint received"),
            "feedback.opinion": self.env._("Opinion received"),
            "feedback.question": self.env._("Question received"),
            "feedback.resolved": self.env._("Feedback resolved"),
        }
