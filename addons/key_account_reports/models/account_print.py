"""An account on one page: its deals and its work, as the reader sees them."""

from odoo import models

from odoo.addons.key_account.models.shared.label import selection_label

# As many of each as leave room for the people on one page.
_DEALS = 5
_TASKS = 3


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _overview_file(self):
        self.ensure_one()
        return self.env._("Account overview - %s", self.name)

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
        visits = self._overview_some("visit_ids", lambda v: v.state == "planned")
        risks = self._overview_some(
            "risk_ids", lambda r: r.state == "open" and r.level != "low"
        )
        rows = [
            (
                self.env._("Visit"),
                visit.objectives or selection_label(visit, "purpose", visit.purpose),
                visit.user_id.name,
                visit.date_start,
            )
            for visit in visits.sorted("date_start")[:_TASKS]
        ]
        rows += [
            (
                self.env._("Feedback"),
                feedback.display_name,
                feedback.user_id.name,
                feedback.next_due,
            )
            for feedback in self._overview_some("open_feedback_ids")[:_TASKS]
        ]
        return rows + [
            (
                self.env._("Risk"),
                risk.name,
                risk.user_id.name,
                risk.next_assessment,
            )
            for risk in risks.sorted("score", reverse=True)[:_TASKS]
        ]

    def _overview_some(self, name, func=lambda record: True):
        return self[name]._filtered_access("read").filtered(func)
