from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging two customers keeps the files of both.

    Core moves every foreign key by SQL and deletes what then clashes. Before it does,
    one file per company survives and the others are archived, pointing to it;
    afterwards the orders and opportunities find the survivor. Visits, logs and evidence
    stay where they were made.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        customer = dst_partner.commercial_partner_id
        self._archive_clashing_accounts(src_partners | dst_partner | customer, customer)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        accounts = self.env["key.account"].sudo().with_context(active_test=False)
        accounts = accounts.search([("partner_id", "=", dst_partner.id)])
        if customer != dst_partner:
            accounts._write_process({"partner_id": customer.id})
        accounts._relink_documents(customer)
        return result

    def _archive_clashing_accounts(self, partners, customer):
        """Leave one active account per company among those of these partners."""
        accounts = (
            self.env["key.account"]
            .sudo()
            .search([("partner_id", "in", partners.ids)], order="create_date, id")
        )
        for group in accounts.grouped("company_id").values():
            own = group.filtered(lambda a: a.partner_id == customer)
            survivor = (own or group)[0]
            (group - survivor)._merge_into(survivor)
