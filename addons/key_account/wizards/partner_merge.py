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
        # Who may merge contacts need not see their files, and all have to follow.
        files = self.env["key.account"].sudo()
        partners = src_partners | dst_partner | customer
        self._archive_clashing_accounts(
            files.search([("partner_id", "in", partners.ids)], order="create_date, id"),
            customer,
        )
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        accounts = files.with_context(active_test=False).search(
            [("partner_id", "=", dst_partner.id)]
        )
        if customer != dst_partner:
            accounts._write_kept({"partner_id": customer.id})
        accounts._relink_documents(customer)
        return result

    def _archive_clashing_accounts(self, accounts, customer):
        """Leave one of these active per company: the customer's own, or the oldest."""
        for group in accounts.grouped("company_id").values():
            own = group.filtered(lambda a: a.partner_id == customer)
            survivor = (own or group)[0]
            (group - survivor)._merge_into(survivor)
