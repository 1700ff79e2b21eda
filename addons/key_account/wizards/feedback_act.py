from odoo import fields, models

from ..models.service.feedback import FAULTS


class KeyAccountFeedbackAct(models.TransientModel):
    """Ask for the reason that a step of a feedback needs."""

    _name = "key.account.feedback.act"
    _description = "Step of a Feedback"
    _inherit = ["key.account.look"]
    _under = frozenset(("feedback_ids",))

    feedback_ids = fields.Many2many(
        "key.account.feedback",
        required=True,
        default=lambda self: self._default_feedback(),
    )
    act = fields.Selection(
        [
            ("wait", "Wait for the customer"),
            ("reopen", "Take up again"),
            ("cancel", "Cancel"),
            ("judge", "Judge whose fault it was"),
        ],
        required=True,
        default="wait",
    )
    fault = fields.Selection(FAULTS, string="Whose fault")
    reason = fields.Text(required=True)

    def _default_feedback(self):
        if self.env.context.get("active_model") != "key.account.feedback":
            return self.env["key.account.feedback"]
        ids = self.env.context.get("active_ids")
        return self.env["key.account.feedback"].browse(ids)

    def action_apply(self):
        self.ensure_one()
        if self.act == "wait":
            self.feedback_ids.action_wait(self.reason)
        elif self.act == "reopen":
            self.feedback_ids.action_reopen(self.reason)
        elif self.act == "cancel":
            self.feedback_ids.action_cancel(self.reason)
        else:
            self.feedback_ids.action_judge(self.fault, self.reason)
        return {"type": "ir.actions.act_window_close"}
