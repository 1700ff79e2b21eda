"""What a customer should have paid by now."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang


class KeyAccount(models.Model):
    _inherit = "key.account"

    overdue_invoices = fields.Char(
        "Overdue invoices", compute="_compute_overdue_invoices"
    )
    overdue_listed = fields.Boolean(
        string="Overdue invoices can be opened", compute="_compute_overdue_invoices"
    )

    @api.depends("company_id", "partner_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_overdue_invoices(self):
        """How many, and whether the user may open every one of them."""
        overdue = self._overdue_invoices()
        texts = self._overdue_texts(overdue)
        owing = self.filtered(overdue.get)
        listed = owing._overdue_listed()
        for account in self:
            account.overdue_invoices = texts.get(account, False)
            account.overdue_listed = (
                account in owing and listed.get(account) == overdue[account][0]
            )

    def _overdue_texts(self, overdue):
        """``{account: words}`` of what :meth:`_overdue_invoices` found: how many; how
        much is for those who may read invoices anyway."""
        told = self.env.user.has_group("account.group_account_readonly") or (
            self.env.user.has_group("account.group_account_invoice")
        )
        texts = {}
        for account, (count, amount) in overdue.items():
            currency = account.company_id.currency_id
            if told:
                texts[account] = self.env._(
                    "%(count)s overdue, %(amount)s in all",
                    count=count,
                    amount=formatLang(self.env, amount, currency_obj=currency),
                )
            else:
                texts[account] = self.env._("%s overdue", count)
        return texts

    def _overdue_invoices(self):
        """``{account: (how many, how much in company currency)}`` of what its customer
        should have paid to its company: instalments that are due, and no more of the
        invoice.

        With full rights: that there is something is told to whoever visits; the sum is
        not, but by those who may read invoices.
        """
        found = {}
        for company, accounts in self.grouped("company_id").items():
            rows = (
                self.env["account.move.line"]
                .sudo()
                ._read_group(
                    accounts._overdue_lines(company),
                    ["partner_id"],
                    ["move_id:count_distinct", "amount_residual:sum"],
                )
            )
            by_customer = {partner.id: each for partner, *each in rows}
            for account in accounts:
                if row := by_customer.get(account.partner_id.id):
                    found[account] = tuple(row)
        return found

    def _overdue_listed(self):
        """``{account: how many of them the user may open}``"""
        found = {}
        if not self.env["account.move"].has_access("read"):
            return found
        for company, accounts in self.grouped("company_id").items():
            rows = self.env["account.move"]._read_group(
                accounts._overdue_domain(company),
                ["commercial_partner_id"],
                ["__count"],
            )
            counts = {partner.id: count for partner, count in rows}
            for account in accounts:
                found[account] = counts.get(account.partner_id.id, 0)
        return found

    def _overdue_lines(self, company):
        """What is open of invoices of their customers and was due before today."""
        return (
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", company.ids)
            & Domain("display_type", "=", "payment_term")
            & Domain("parent_state", "=", "posted")
            & Domain("date_maturity", "<", company._key_account_today())
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0.0)
            & Domain("move_id.move_type", "in", ("out_invoice", "out_receipt"))
            & Domain("move_id.payment_state", "in", ("not_paid", "partial"))
        )

    def _overdue_domain(self, company):
        """The invoices with such lines; who may read an invoice need not read these."""
        lines = self.env["account.move.line"].sudo()
        rows = lines._read_group(self._overdue_lines(company), ["move_id"])
        return Domain("id", "in", [move.id for [move] in rows])

    def action_view_overdue(self):
        """The invoices that are counted, as far as the user may open them."""
        action = self._action("account.action_move_out_invoice_type")
        action["domain"] = list(self._overdue_domain(self.company_id))
        action["context"] = {"create": False}
        return action
