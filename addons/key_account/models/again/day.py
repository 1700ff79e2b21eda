"""Another day: approvals, grants and limits end, delegations begin and end.

Entered by the scheduled action of the deadlines, with its full rights.
"""

from odoo import api, models

from ..shared.batch import in_batches


class KeyAccountDeadlineNotice(models.Model):
    _inherit = "key.account.deadline.notice"

    @api.model
    def _begin_day(self):
        return (
            super()._begin_day()
            and self._measure_ended()
            and self._route_waiting()
            and self._win_decided()
        )

    @api.model
    def _win_decided(self):
        """What a confirmed order lacked to win its deal may have been done since, or
        have come with the day."""
        return in_batches(
            self.env["crm.lead"],
            [("confirmed_order_id", "!=", False), ("won_status", "=", "pending")],
            lambda batch: batch._win_decided(),
        )

    @api.model
    def _measure_ended(self):
        """An approval, a grant, a limit end with their last day: what lists and the
        customer's access go by follows, and so do requirement lines."""
        orders = self.env["sale.order"]
        lines = self.env["key.account.requirement"]
        return in_batches(
            orders, orders._authority_ended(), lambda batch: batch._mark_authority()
        ) and in_batches(
            lines, lines._authority_ended(), lambda batch: batch._measure_again()
        )

    @api.model
    def _route_waiting(self):
        """Delegations begin and end with the day: ask those who decide today."""
        orders = self.env["sale.order"]
        return in_batches(
            orders,
            [("sign_off_deadline", "!=", False)],
            lambda batch: batch._route_again(),
        )
