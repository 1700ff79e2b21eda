"""An account on one page: its deals and its work, as the reader sees them."""

from datetime import datetime

from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.key_account.models.shared.label import selection_label

# As many of each as leave room for the people on one page.
_DEALS = 4
_TASKS = 2


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _overview_file(self):
        self.ensure_one()
        return self.env._("Account overview - %s", self.name)

    def _may_be_printed(self, name):
        """Whether the reader may see a field; paper shows no more than the screen."""
        return self._has_field_access(self._fields[name], "read")

    def _overview_deals(self):
        """The largest open deals that the reader may see."""
        self.ensure_one()
        deals = self.opportunity_ids._filtered_access("read").filtered(
            lambda deal: (
                deal.active
                and deal.type == "opportunity"
                and deal.won_status == "pending"
            )
        )
        return deals.sorted("expected_revenue", reverse=True)[:_DEALS]

    def _overview_agenda(self):
        """``[(kind, what, who, until)]``: visits to come, open feedback and risks that
        the reader may see."""
        self.ensure_one()
        visits = self._overview_some(
            "visit_ids", lambda v: v.state in ("planned", "confirmed")
        )
        risks = self._overview_some(
            "risk_ids", lambda r: r.state == "open" and r.level != "low"
        )
        rows = [
            (
                self.env._("Visit"),
                visit.objectives or selection_label(visit, "purpose", visit.purpose),
                visit.user_id.name or "",
                self._overview_day(visit.date_start),
            )
            for visit in visits._by_agenda()[:_TASKS]
        ]
        rows += [
            (
                self.env._("Feedback"),
                feedback.display_name,
                feedback.user_id.name or "",
                self._overview_day(feedback.next_due),
            )
            for feedback in self._overview_some("open_feedback_ids")[:_TASKS]
        ]
        return rows + [
            (
                self.env._("Risk"),
                risk.name,
                risk.user_id.name or "",
                self._overview_day(risk.next_assessment),
            )
            for risk in risks.sorted("score", reverse=True)[:_TASKS]
        ]

    def _overview_day(self, moment):
        """The day of a date or moment, by the reader's clock."""
        if isinstance(moment, datetime):
            moment = fields.Datetime.context_timestamp(self, moment).date()
        return format_date(self.env, moment) if moment else ""

    def _overview_some(self, name, func=lambda record: True):
        return self[name]._filtered_access("read").filtered(func)
