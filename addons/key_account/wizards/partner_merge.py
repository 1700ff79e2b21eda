from odoo import models
from odoo.exceptions import UserError

from ..models.shared.label import listed


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging two customers keeps the files of both.

    Core moves every foreign key by SQL and deletes what then clashes. Before it does,
    one file per company survives and the others are archived, pointing to it;
    afterwards the orders and opportunities find the survivor. Visits, logs and evidence
    stay where they were made; what was signed off or signed holds for the customer that
    stays. So that nobody gives a contract another customer in this way, somebody who is
    no party to it merges, and a person's quotations do not go to another company.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        customer = self._customer_after(src_partners, dst_partner)
        # Who may merge contacts need not see their files, and all have to follow.
        files = self.env["key.account"].sudo()
        partners = src_partners | dst_partner | customer
        accounts = files.search(
            [("partner_id", "in", partners.ids)], order="create_date, id"
        )
        self._assert_may_carry_over(src_partners, dst_partner, customer, accounts)
        self.env["key.account.merge"]._note(src_partners, dst_partner, customer)
        self._archive_clashing_accounts(accounts, customer)
        # Of whomever the proposals are.
        proposals = self.env["key.account.proposal"].sudo()
        merged = src_partners | dst_partner
        proposals.search([("partner_id", "in", merged.ids)])._merge()
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        # As above: of whomever the files are.
        accounts = self.env["key.account"].sudo().with_context(active_test=False)
        person = dst_partner.parent_id and not dst_partner.is_company
        result = super()._update_values(src_partners, dst_partner)
        self.env.invalidate_all()
        if person and accounts.search_count(
            [("partner_id", "in", (dst_partner | dst_partner.parent_id).ids)], limit=1
        ):
            # A person into whom a company was merged still stands for theirs.
            dst_partner.is_company = False
        customer = dst_partner.commercial_partner_id
        if customer != dst_partner:
            moved = accounts.search([("partner_id", "=", dst_partner.id)])
            moved._write_kept({"partner_id": customer.id})
        accounts._relink_documents(customer)
        return result

    def _customer_after(self, sources, partner):
        """The company that is behind the contact that stays, once core has given it
        what it lacks of the others: their parent, or that it is a company."""
        if partner.parent_id:
            return partner.commercial_partner_id
        parent = sources.parent_id[-1:]
        if any((sources | partner).mapped("is_company")) or not parent:
            return partner
        return parent.commercial_partner_id

    def _archive_clashing_accounts(self, accounts, customer):
        """Leave one of these active per company: the customer's own, or the oldest."""
        for group in accounts.grouped("company_id").values():
            own = group.filtered(lambda a: a.partner_id == customer)
            survivor = (own or group)[0]
            (group - survivor)._merge_into(survivor)

    # ------------------------------------------------------------
    # WHAT IS CARRIED OVER
    # ------------------------------------------------------------

    def _assert_may_carry_over(self, sources, partner, customer, accounts):
        """Raise where quotations that were signed off, signed or confirmed would get
        another customer by this merge."""
        orders = self._bound_orders(sources | partner)
        moving = orders.filtered(
            lambda order: order.partner_id.commercial_partner_id != customer
        )
        before = moving.partner_id.commercial_partner_id
        if before - sources:
            self._refuse_another_company(before - sources, customer)
        numbers = {company.vat for company in before | customer if company.vat}
        if moving and len(numbers) > 1:
            self._refuse_two_companies(before, customer)
        if self.env.user._is_admin():
            return
        if self.env.user in self._parties(moving):
            self._refuse_party(before)
        clashing = accounts.grouped("company_id").values()
        agreed = accounts.filtered("agreed_approved_on")
        for files in clashing:
            if len(files) > 1 and (moving or agreed & files):
                # Whom the files are of is asked as whoever merges.
                if files - files._managed_by_user():
                    self._refuse_stranger(files.partner_id - customer or customer)

    def _bound_orders(self, partners):
        """What was decided for these contacts and those below them."""
        # To whomever the quotations are shown, they hold.
        orders = self.env["sale.order"].sudo().with_context(active_test=False)
        return orders.search([("partner_id", "child_of", partners.ids)]).filtered(
            lambda order: order.authority_bound or order.authority_confirmed
        )

    def _parties(self, orders):
        """Those whose quotations they are, or who asked for them to be signed off."""
        asked = orders.approval_ids.filtered(
            lambda approval: approval.event in ("request", "escalate")
        )
        return orders.user_id | orders.terms_author_id | asked.user_id

    def _refuse_another_company(self, companies, customer):
        raise UserError(
            self.env._(
                "Quotations to this contact were signed off, signed or confirmed for"
                " %(company)s: merged like this they would be %(customer)s's. Merge the"
                " two companies first if they are one, or keep both contacts.",
                company=listed(self.env, companies.mapped("display_name")),
                customer=customer.display_name,
            )
        )

    def _refuse_two_companies(self, companies, customer):
        raise UserError(
            self.env._(
                "%(company)s and %(customer)s have different tax IDs, so they are two"
                " companies, and what was signed off or signed for one does not hold"
                " for the other. Correct the tax ID if they are one.",
                company=listed(self.env, (companies - customer).mapped("display_name")),
                customer=customer.display_name,
            )
        )

    def _refuse_party(self, companies):
        raise UserError(
            self.env._(
                "You have quotations to %(company)s that were signed off, signed or"
                " confirmed, and merging gives them another customer. Ask a colleague"
                " who has no part in them to merge these contacts.",
                company=listed(self.env, companies.mapped("display_name")),
            )
        )

    def _refuse_stranger(self, companies):
        raise UserError(
            self.env._(
                "%(company)s has prices or quotations that were agreed, and both"
                " customers are key accounts. They are merged by a manager of both.",
                company=listed(self.env, companies.mapped("display_name")),
            )
        )
