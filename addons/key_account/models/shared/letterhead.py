"""A long address in the letterhead: it gets its room, instead of lying on the text."""

from odoo import models

from ...rules import letterhead

# Layouts of Odoo's whose logo stands above the address.
_LOGO_ABOVE = ("web.external_layout_standard", "web.external_layout_bubble")
# Whose forms these are, by the first part of a report's name.
_OURS = ("key_account.", "key_account_reports.", "sale.report_saleorder")


class ResCompany(models.Model):
    _inherit = "res.company"

    def _key_account_letterhead(self, dpi):
        """Millimetres that the letterhead takes at the top of a page."""
        self.ensure_one()
        # The layout is a view, which whoever prints has no rights on.
        company = self.sudo()
        address = company.company_details
        if company.is_company_details_empty:
            partner = company.partner_id
            address = f"{partner.name}\n{partner._display_address()}"
        layout = company.external_report_layout_id.key or _LOGO_ABOVE[0]
        above = bool(company.logo) and layout in _LOGO_ABOVE
        return letterhead.height(str(address or ""), above, dpi)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        data = super()._get_rendering_context(report, docids, data)
        if report.report_name.startswith(_OURS):
            data.update(self._letterhead_room(report, data.get("docs")))
        return data

    def _letterhead_room(self, report, docs):
        """Values for Odoo's page: more room at its top than the paper format leaves,
        where the letterhead of a document's company needs it."""
        paper = report.get_paperformat()
        companies = self.env.company
        if docs and "company_id" in docs._fields:
            companies = docs.company_id or companies
        dpi = paper.dpi or 90
        needed = max(company._key_account_letterhead(dpi) for company in companies)
        lacking = needed - paper.margin_top
        if lacking <= 0:
            return {}
        return {
            "data_report_margin_top": needed,
            "data_report_header_spacing": paper.header_spacing + round(lacking),
        }
