"""A held quotation is not printed for anybody outside."""

from odoo import models

# Odoo says so for each letter, with whatever value.
_LETTER = "snailmail_layout"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        data = super()._get_rendering_context(report, docids, data)
        if report.model == "sale.order":
            # A letter by post (snailmail) is the customer's copy, whoever prints it.
            internal = self.env.user._is_internal() and _LETTER not in self.env.context
            orders = self.env["sale.order"].browse(docids)
            held = orders._held(None if internal else "portal")
            if held and not internal:
                held._assert_may("send")
            # Staff may look at it; the template prints "not approved" across the page.
            data["key_account_held_ids"] = held.ids
        return data
