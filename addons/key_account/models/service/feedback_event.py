"""What happened to a feedback, when, and who was responsible then: insert-only."""

from odoo import api, fields, models

from ..shared.label import labelled, selection_labels
from .feedback import FAULTS

KINDS = [
    ("receive", "Entered"),
    ("assign", "Given to somebody else"),
    ("move", "Put under another account"),
    ("wait", "Waits for the customer"),
    ("resume", "Goes on"),
    ("answer", "Answer given"),
    ("resolve", "Resolved"),
    ("reopen", "Taken up again"),
    ("judge", "Fault judged"),
    ("cancel", "Cancelled"),
]


class KeyAccountFeedbackEvent(models.Model):
    """A step of a feedback, with what is counted later: who was responsible, and how
    much working time it had taken by then."""

    _name = "key.account.feedback.event"
    _description = "History of Feedback"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "kind"

    feedback_id = fields.Many2one(
        "key.account.feedback", required=True, ondelete="restrict", index=True
    )
    key_account_id = fields.Many2one(
        related="feedback_id.key_account_id", string="Account", store=True, index=True
    )
    company_id = fields.Many2one(
        related="feedback_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, string="What happened", required=True)
    date = fields.Datetime(string="When", required=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, ondelete="restrict"
    )
    responsible_id = fields.Many2one(
        "res.users", string="Responsible then", ondelete="restrict"
    )
    owner_id = fields.Many2one(
        "res.users", string="Specialist then", ondelete="restrict"
    )
    reason = fields.Char()
    told = fields.Html(string="What the customer was told")
    fault = fields.Selection(FAULTS)
    due = fields.Datetime(string="Was due")
    in_time = fields.Boolean("In time")
    hours = fields.Float(
        string="Working hours",
        aggregator=None,
        help="Working hours since it was received, without those in which we waited.",
    )
    old_account_id = fields.Many2one(
        "key.account", string="Account before", ondelete="restrict"
    )

    _of_feedback_idx = models.Index("(feedback_id, id)")

    @api.depends("kind", "feedback_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = selection_labels(self, "kind")
        for event in self:
            what = event.feedback_id.display_name or ""
            event.display_name = labelled(self.env, what, kinds.get(event.kind, ""))


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"

    event_ids = fields.One2many(
        "key.account.feedback.event", "feedback_id", string="History"
    )
    wait_ids = fields.One2many(
        "key.account.feedback.event",
        "feedback_id",
        string="Waiting times",
        domain=[("kind", "in", ("wait", "resume"))],
    )

    def _note(self, kind, values=None):
        """Write down a step that is taken now, of each of these.

        :param values: ``{feedback: what else the event says}``
        """
        now = fields.Datetime.now()
        if kind == "receive":
            self.env["key.account.webhook"]._announce("feedback_arrived", self)
        return self.env["key.account.feedback.event"]._record(
            [
                {
                    "feedback_id": feedback.id,
                    "kind": kind,
                    "date": now,
                    "user_id": self.env.uid,
                    "responsible_id": feedback.user_id.id,
                    # Whose account it is does not hang on who may read accounts.
                    "owner_id": feedback.sudo().key_account_id.user_id.id,
                    **(values or {}).get(feedback, {}),
                }
                for feedback in self
            ]
        )
