"""What the screens show of a feedback beside itself."""

from odoo import api, fields, models


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"

    can_handle = fields.Boolean(compute="_compute_can")
    can_judge = fields.Boolean(compute="_compute_can")
    can_cancel = fields.Boolean(compute="_compute_can")
    is_overdue = fields.Boolean("Is overdue", compute="_compute_is_overdue")

    @api.depends("key_account_id", "user_id", "company_id")
    @api.depends_context("uid")
    def _compute_can(self):
        """Asked on the form only: no list shows it."""
        judged = self._of_user(self._judges())
        cancelled = self._of_user(self._cancellers())
        for feedback in self:
            # As it stands: while another account is chosen, it goes on being open.
            nobodys = not feedback._origin.key_account_id
            feedback.can_handle = nobodys or feedback in judged
            feedback.can_judge = feedback in judged
            feedback.can_cancel = feedback in cancelled

    @api.depends("next_due")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for feedback in self:
            feedback.is_overdue = bool(feedback.next_due) and feedback.next_due < now
