"""What was signed is served as it was signed."""

import io

from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Serve the document as signed, instead of rendering it a second time."""
        report = self._get_report(report_ref)
        if (
            report.model != "sale.order"
            or not res_ids
            or report != self._signed_quotation_report()
        ):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        signed = {}
        # A file is at hand without reading the quotation: ask before it is given out.
        self.env["sale.order"].browse(res_ids).check_access("read")
        orders = self.env["sale.order"].sudo().with_context(bin_size=False)
        for order in orders.browse(res_ids).filtered("signature_ids"):
            signature = order._current_signature()
            if signature.method == "portal" and signature.attachment_id:
                signed[order.id] = {
                    "stream": io.BytesIO(signature.attachment_id.raw),
                    "attachment": signature.attachment_id,
                }
        rest = [res_id for res_id in res_ids if res_id not in signed]
        streams = (
            super()._render_qweb_pdf_prepare_streams(report_ref, data, rest)
            if rest
            else {}
        )
        return {res_id: signed.get(res_id) or streams[res_id] for res_id in res_ids}

    @api.model
    def _signed_quotation_report(self):
        return self.env.ref("sale.action_report_saleorder")
