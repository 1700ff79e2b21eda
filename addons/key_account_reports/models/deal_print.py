"""How the sign-off of a quotation and the review of a contract are printed."""

from odoo import api, models
from odoo.tools import format_datetime

from odoo.addons.key_account.models.shared.label import field_label


class ReportApprovalHistory(models.AbstractModel):
    """The sign-off of quotations in print, for whoever reads it on the screen: the
    customer reads the quotation, and nothing of this."""

    _name = "report.key_account_reports.report_approval_history"
    _description = "Approval History"

    @api.model
    def _get_report_values(self, docids, data=None):
        orders = self.env["sale.order"].browse(docids)
        orders.check_access("read")
        self.env["key.account.approval"].check_access("read")
        return {"docs": orders}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _approval_history_file(self):
        self.ensure_one()
        return self.env._("Approval history - %s", self.name)

    def _approved_versions(self, events):
        """``[(when, table)]``: the terms as they were, once for each version of them.

        :param events: of the sign-off, in their order
        """
        versions = {}
        for event in events:
            if event.snapshot:
                date = format_datetime(self.env, event.date, dt_format="short")
                versions.setdefault(event.fingerprint, (date, event.snapshot))
        return list(versions.values())


class KeyAccountContractReview(models.Model):
    _inherit = "key.account.contract.review"

    def _sheet_file(self):
        self.ensure_one()
        number = self.contract_number or self.order_name
        return self.env._("Contract review - %s", number)


class KeyAccountContractReviewItem(models.Model):
    _inherit = "key.account.contract.review.item"

    def _answer_label(self, name):
        """What an answer of the reviewer is called."""
        return field_label(self, name)
