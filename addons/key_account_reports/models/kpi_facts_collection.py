"""What of the invoices due in a period was received by its end."""

from odoo import models
from odoo.tools import SQL

from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    _inherit = "key.account.kpi"

    def _kpi_facts_collection_rate(self, company, period):
        """Received on invoices due in the period ÷ due, taxes included, in company
        currency at the rate of the invoice.

        Due is what an invoice, or an instalment of it, asks for on a day of the period,
        less what was credited. Received is what brought money by the end of the period:
        not what was written off, discounted for early payment or netted, which stays
        due. Of an invoice that also bills others, the share of the key account counts.
        """
        for name in ("account.partial.reconcile", "account.payment", "account.account"):
            self.env[name].flush_model()
        return KpiFacts(
            "account.move",
            SQL(
                """
                WITH sales AS MATERIALIZED (%(sales)s),
                due AS MATERIALIZED (%(due)s),
                matched AS MATERIALIZED (%(matched)s),
                entry AS MATERIALIZED (%(entries)s),
                owed AS (%(owed)s)
                SELECT sales.move_id AS record_id, sales.user_id, sales.team_id,
                       owed.received * sales.untaxed
                           / NULLIF(sales.document_untaxed, 0) AS numerator,
                       owed.due * sales.untaxed
                           / NULLIF(sales.document_untaxed, 0) AS denominator,
                       0 AS aside
                  FROM sales
                  JOIN owed ON owed.move_id = sales.move_id
                """,
                sales=self._sql_invoiced(company, self._sql_due_moves(company, period)),
                matched=self._sql_matched_due(period),
                entries=self._sql_entries(),
                due=self._sql_due(period),
                owed=self._sql_owed(company.currency_id.decimal_places),
            ),
        )

    def _sql_due_moves(self, company, period):
        """Documents that ask for something on days of the period."""
        return SQL(
            """
            (SELECT asking.* FROM account_move asking
              WHERE asking.move_type <> 'out_refund'
                AND asking.id IN (
                    SELECT part.move_id FROM account_move_line part
                     WHERE part.display_type = 'payment_term'
                       AND part.company_id = %(company)s AND part.balance > 0
                       AND part.date_maturity >= %(start)s
                       AND part.date_maturity < %(end)s))
            """,
            company=company.id,
            start=period.start,
            end=period.end,
        )

    def _sql_due(self, period):
        """What the invoices ask for on days of the period, in company currency.

        Joined, not asked for by IN: of that PostgreSQL expects 200 invoices, whatever
        there are, and looks each up by itself.
        """
        return SQL(
            """
            SELECT part.id, part.move_id, part.balance,
                   ABS(part.balance / NULLIF(part.amount_currency, 0)) AS rate
              FROM (SELECT DISTINCT move_id FROM sales) document
              JOIN account_move_line part ON part.move_id = document.move_id
             WHERE part.display_type = 'payment_term' AND part.balance > 0
               AND part.date_maturity >= %(start)s AND part.date_maturity < %(end)s
            """,
            start=period.start,
            end=period.end,
        )

    def _sql_owed(self, digits):
        """What each document asks for, less what was credited, and what of that was
        received; rounded, so that of a document in another currency that was credited
        in full nothing is due."""
        return SQL(
            """
            SELECT due.move_id,
                   ROUND(SUM(due.balance) - COALESCE(SUM(paid.credited), 0), %(digits)s)
                       AS due,
                   ROUND(COALESCE(SUM(paid.received), 0), %(digits)s) AS received
              FROM due
         LEFT JOIN (%(paid)s) paid ON paid.due_id = due.id
          GROUP BY due.move_id
            """,
            paid=self._sql_paid(),
            digits=digits,
        )

    def _sql_paid(self):
        """What of each was credited, and what of what settled it was money."""
        return SQL(
            """
            SELECT matched.due_id,
                   SUM(matched.amount) FILTER (
                        WHERE matched.move_type = 'out_refund') AS credited,
                   SUM(CASE WHEN entry.taken IS NOT NULL
                            THEN matched.amount - matched.early * entry.taken
                            ELSE matched.amount * LEAST(GREATEST(
                                 entry.money / NULLIF(entry.settled, 0), 0), 1) END
                   ) FILTER (WHERE matched.move_type = 'entry') AS received
              FROM matched
         LEFT JOIN entry ON entry.move_id = matched.entry_id
          GROUP BY matched.due_id
            """
        )

    def _sql_matched_due(self, period):
        """How much of what is due, in company currency at the rate of its invoice, was
        settled by the end of the period, and by which entry; exchange differences are
        not the customer's money."""
        return SQL(
            """
            SELECT due.id AS due_id, entry.id AS entry_id, entry.move_type,
                   SUM(partial.debit_amount_currency * due.rate) AS amount,
                   SUM(%(early)s * due.rate) AS early
              FROM due
              JOIN account_move_line receivable ON receivable.id = due.id
              JOIN account_partial_reconcile partial ON partial.debit_move_id = due.id
              JOIN account_move_line counterpart
                ON counterpart.id = partial.credit_move_id
              JOIN account_move entry
                ON entry.id = counterpart.move_id AND entry.state = 'posted'
             WHERE partial.max_date < %(end)s
               AND NOT EXISTS (
                    SELECT FROM account_partial_reconcile difference
                     WHERE difference.exchange_move_id = entry.id
                   )
          GROUP BY due.id, entry.id, entry.move_type
            """,
            early=self._sql_early(),
            end=period.end,
        )
