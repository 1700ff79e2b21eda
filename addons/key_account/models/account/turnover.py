"""What was invoiced this year and last year, kept by the daily job."""

import json

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from ...rules import turnover as rules

_COLUMNS = ("turnover_year", "turnover_same", "turnover_last", "turnover_months")


class KeyAccount(models.Model):
    """Invoiced and posted, less what was credited, untaxed, in company currency, by the
    date of the invoice and in the fiscal year of the company.

    Whoever may read the account is told, as of its orders: what comes of an account
    does not hang on who may read which invoice.
    """

    _inherit = "key.account"

    turnover_year = fields.Monetary(
        string="Invoiced this year",
        readonly=True,
        copy=False,
        help="Untaxed, less what was credited, up to the day of the figures.",
    )
    turnover_same = fields.Monetary(
        string="Invoiced last year until the same day", readonly=True, copy=False
    )
    turnover_last = fields.Monetary(
        string="Invoiced last year", readonly=True, copy=False
    )
    # {"from": first day of last year, "months": its sums, then those of this year}.
    turnover_months = fields.Json(string="Invoiced by month", readonly=True, copy=False)
    turnover_trend = fields.Float(
        string="Invoiced compared with last year (%)",
        compute="_compute_turnover_trend",
        digits=(7, 1),
        aggregator=None,
        help="Over what was invoiced last year until the same day; said only where"
        " something was.",
    )
    turnover_chart = fields.Json("Turnover chart", compute="_compute_turnover_chart")

    # ---------------------------------------- compute

    @api.depends("turnover_year", "turnover_same")
    def _compute_turnover_trend(self):
        for account in self:
            trend = rules.growth(account.turnover_year, account.turnover_same)
            account.turnover_trend = trend or 0.0

    @api.depends("turnover_months", "company_id")
    @api.depends_context("lang")
    def _compute_turnover_chart(self):
        """What the chart draws and its table says; nothing is asked for it."""
        for account in self:
            account.turnover_chart = account._draw_turnover()

    def _draw_turnover(self):
        kept = self.turnover_months
        if not kept:
            return False
        starts = rules.month_starts(fields.Date.to_date(kept["from"]))
        sums = kept["months"]
        currency = self.company_id.currency_id

        def year(index):
            months = slice(index * rules.MONTHS, (index + 1) * rules.MONTHS)
            ends = starts[months][-1].year
            return {
                "name": str(ends),
                "sums": sums[months],
                "texts": [
                    format_amount(self.env, amount, currency, trailing_zeroes=False)
                    for amount in sums[months]
                ],
            }

        return {
            "months": [
                format_date(self.env, day, date_format="LLL")
                for day in starts[rules.MONTHS :]
            ],
            "years": [year(0), year(1)],
        }

    # ---------------------------------------- the job

    def _keep_turnover(self):
        """Read the invoices of all these accounts and keep what they come to: one query
        and one statement, however many. Nothing hangs on these columns, and no history
        is written of them; what is the same is not written again."""
        if not self:
            return
        spans = {company: self._turnover_years(company) for company in self.company_id}
        sums = self._invoiced_by_month(spans)
        rows = [
            (account.id, *account._turnover_row(spans[account.company_id], found))
            for account in self
            for found in [sums.get(account.id)]
        ]
        self.env.cr.execute(
            """
            UPDATE key_account AS account
               SET turnover_year = found.year, turnover_same = found.same,
                   turnover_last = found.last, turnover_months = found.months
              FROM unnest(%s::int[], %s::numeric[], %s::numeric[], %s::numeric[],
                          %s::jsonb[]) AS found (id, year, same, last, months)
             WHERE account.id = found.id
               AND (COALESCE(account.turnover_year, 0),
                    COALESCE(account.turnover_same, 0),
                    COALESCE(account.turnover_last, 0), account.turnover_months)
                   IS DISTINCT FROM (found.year, found.same, found.last, found.months)
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )
        self.invalidate_recordset(_COLUMNS)

    def _turnover_row(self, span, sums):
        """What is kept of this account; of one that was invoiced nothing, nothing."""
        if not sums:
            return 0, 0, 0, None
        found = rules.turnover(sums)
        rounded = self.company_id.currency_id.round
        kept = {
            "from": fields.Date.to_string(span.before),
            "months": [rounded(amount) for amount in found.months],
        }
        totals = map(rounded, (found.year, found.same, found.last))
        return *totals, json.dumps(kept)

    @api.model
    def _turnover_years(self, company):
        today = company._key_account_today()
        # Which year it is hangs on nobody's rights.
        dates = company.sudo().compute_fiscalyear_dates(today)
        return rules.years(dates["date_from"], today)

    def _invoiced_by_month(self, spans):
        """``{account id: rows of (month, sum, of it until the same day)}``; of whom
        Odoo has as the customer of an invoice, wherever its contact works by now."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH span (company_id, starts, until, same_day) AS (VALUES %(spans)s)
                SELECT account.id,
                       width_bucket(move.invoice_date, span.starts) - 1,
                       SUM(move.amount_untaxed_signed),
                       SUM(move.amount_untaxed_signed)
                           FILTER (WHERE move.invoice_date <= span.same_day)
                  FROM key_account account
                  JOIN span ON span.company_id = account.company_id
                  JOIN account_move move
                    ON move.commercial_partner_id = account.partner_id
                   AND move.company_id = account.company_id
                   AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND move.invoice_date BETWEEN span.starts[1] AND span.until
                 WHERE account.id = ANY(%(accounts)s)
              GROUP BY 1, 2
                """,
                spans=SQL(", ").join(
                    SQL(
                        "(%s, %s::date[], %s::date, %s::date)",
                        company.id,
                        rules.month_starts(span.before),
                        span.today,
                        span.same_day,
                    )
                    for company, span in spans.items()
                ),
                accounts=self.ids,
            )
        )
        found = {}
        for account, month, amount, until in rows:
            found.setdefault(account, []).append((month, amount or 0, until or 0))
        return {
            account: [(m, float(amount), float(until)) for m, amount, until in sums]
            for account, sums in found.items()
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    # What a customer was invoiced is asked of the customer; Odoo has no index of it.
    _key_account_customer_idx = models.Index(
        "(commercial_partner_id, invoice_date)"
        " WHERE move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )
