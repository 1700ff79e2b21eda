"""A verdict is due: reminder and escalation."""

from odoo import api, models

from ..shared.deadline import Due


class KeyAccountContractReviewItem(models.Model):
    """The verdict of each function is due; the activity is on the review."""

    _name = "key.account.contract.review.item"
    _inherit = ["key.account.contract.review.item", "key.account.deadline.mixin"]
    _deadline_asked_by = ("key_account.mail_activity_contract_review",)

    @api.model
    def _deadline_domain(self, until):
        return [
            ("verdict", "=", "open"),
            ("review_id.state", "=", "in_review"),
            ("deadline", "<=", until),
        ]

    def _deadline_due(self):
        waiting = self.filtered(
            lambda item: (
                item.verdict == "open"
                and item.deadline
                and item.review_id.state == "in_review"
            )
        )
        directors = self._key_account_directors(waiting.company_id)
        return {
            item: Due(
                key="verdict",
                deadline=item.deadline,
                company=item.company_id,
                responsible=item.user_ids,
                managers=item.review_id.order_id.team_id._key_account_managers(),
                directors=directors[item.company_id],
            )
            for item in waiting
        }

    def _deadline_document(self, urgency=None):
        return self.review_id
