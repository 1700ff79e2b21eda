"""What to know before going there: computed where the page is read, for no list."""

from odoo import api, fields, models
from odoo.tools import formatLang


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    open_commitment_ids = fields.Many2many(
        "key.account.visit.commitment",
        string="Still open",
        compute="_compute_open_commitment_ids",
    )
    overdue_invoices = fields.Char(compute="_compute_overdue_invoices")
    survey_gap_count = fields.Integer(
        string="Questions without an answer",
        compute="_compute_survey_gap_count",
        aggregator=None,
    )

    @api.depends("key_account_id", "date_start")
    def _compute_open_commitment_ids(self):
        """What was promised at earlier visits, by either side, and is not done."""
        found = self.env["key.account.visit.commitment"].search(
            [
                ("key_account_id", "in", self.key_account_id.ids),
                ("done_on", "=", False),
                ("carried_to_id", "=", False),
                ("visit_id.state", "in", ("reported", "reviewed")),
            ]
        )
        by_account = found.grouped("key_account_id")
        for visit in self:
            promised = by_account.get(visit.key_account_id, found.browse())
            visit.open_commitment_ids = promised.filtered(
                lambda line, visit=visit: (
                    line.visit_id != visit._origin
                    and visit.date_start
                    and line.visit_id.date_start <= visit.date_start
                )
            )

    @api.depends("key_account_id")
    @api.depends_context("uid", "lang")
    def _compute_overdue_invoices(self):
        """How many; how much is for those who may read invoices anyway."""
        told = self.env.user.has_group("account.group_account_readonly") or (
            self.env.user.has_group("account.group_account_invoice")
        )
        overdue = self.key_account_id._overdue_invoices()
        for visit in self:
            count, amount = overdue.get(visit.key_account_id, (0, 0.0))
            currency = visit.company_id.currency_id
            if not count:
                visit.overdue_invoices = False
            elif told:
                visit.overdue_invoices = self.env._(
                    "%(count)s overdue, %(amount)s in all",
                    count=count,
                    amount=formatLang(self.env, amount, currency_obj=currency),
                )
            else:
                visit.overdue_invoices = self.env._("%s overdue", count)

    @api.depends("key_account_id")
    def _compute_survey_gap_count(self):
        counts = dict(
            self.env["key.account.survey.answer"]._read_group(
                self._gap_domain(), ["key_account_id"], ["__count"]
            )
        )
        for visit in self:
            visit.survey_gap_count = counts.get(visit.key_account_id, 0)

    def _gap_domain(self):
        return [
            ("key_account_id", "in", self.key_account_id.ids),
            ("question_id.active", "=", True),
            ("required", "=", True),
            ("is_current", "=", False),
        ]

    def action_open_survey_gaps(self):
        """The questions that this visit could answer."""
        self.ensure_one()
        action = self.key_account_id.action_open_survey()
        return {**action, "domain": self._gap_domain()}


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _overdue_invoices(self):
        """``{account: (how many, how much in company currency)}`` of what its customer
        should have paid to its company.

        With full rights: that there is something is told to whoever visits; the sum is
        not, but by those who may read invoices.
        """
        found = {}
        for company, accounts in self.grouped("company_id").items():
            rows = (
                self.env["account.move"]
                .sudo()
                ._read_group(
                    [
                        ("company_id", "=", company.id),
                        ("commercial_partner_id", "in", accounts.partner_id.ids),
                        ("move_type", "=", "out_invoice"),
                        ("state", "=", "posted"),
                        ("payment_state", "in", ("not_paid", "partial")),
                        ("invoice_date_due", "<", company._key_account_today()),
                    ],
                    ["commercial_partner_id"],
                    ["__count", "amount_residual_signed:sum"],
                )
            )
            by_customer = {partner.id: each for partner, *each in rows}
            for account in accounts:
                if row := by_customer.get(account.partner_id.id):
                    found[account] = tuple(row)
        return found
