"""What of the sales has been collected: money, by the day it was there."""

from odoo import models
from odoo.tools import SQL

from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    _inherit = "key.account.kpi"

    def _sales_facts_collected(self, company, period):
        """Payments matched with the invoices of key accounts, by the day both were
        there, tax taken out pro rata, at the rate of the invoice.

        An entry that settles an invoice counts as far as it brought money: what was
        written off, discounted for early payment, withheld or netted with what we owe
        is not collected, whether it stands in the payment's own entry or in another.
        Matching an invoice with its credit note brings none; paying a credit note out
        takes money away; exchange differences are not the customer's money.
        """
        for name in ("account.partial.reconcile", "account.payment", "account.account"):
            self.env[name].flush_model()
        return KpiFacts(
            "account.move",
            SQL(
                """
                WITH sales AS MATERIALIZED (%(sales)s),
                matched AS MATERIALIZED (%(matched)s),
                entry AS MATERIALIZED (%(entries)s),
                collected AS (
                    SELECT matched.move_id, SUM(matched.amount * CASE matched.side
                           WHEN -1 THEN LEAST(GREATEST(
                                entry.money / NULLIF(entry.settled, 0), 0), 1)
                           ELSE LEAST(GREATEST(
                                -entry.money / NULLIF(entry.repaid, 0), 0), 1)
                           END) AS amount
                      FROM matched
                      JOIN entry ON entry.move_id = matched.entry_id
                  GROUP BY matched.move_id
                )
                SELECT sales.move_id AS record_id, sales.user_id, sales.team_id,
                       sales.untaxed * collected.amount / ABS(move.amount_total)
                           AS numerator,
                       0 AS denominator, 0 AS aside
                  FROM sales
                  JOIN collected ON collected.move_id = sales.move_id
                  JOIN account_move move
                    ON move.id = sales.move_id AND move.amount_total <> 0
                 WHERE collected.amount <> 0
                """,
                sales=self._sql_invoiced(company, self._sql_settled_moves(period)),
                matched=self._sql_matched(period),
                entries=self._sql_entries(),
            ),
        )

    def _sql_settled_moves(self, period):
        """Documents of which something was settled on days of the period."""
        return SQL(
            """
            (SELECT settled.* FROM account_move settled
              WHERE settled.id IN (
                    SELECT part.move_id
                      FROM account_partial_reconcile partial
                      JOIN account_move_line part
                        ON part.id IN (partial.debit_move_id, partial.credit_move_id)
                     WHERE partial.max_date >= %(start)s AND partial.max_date < %(end)s
                       AND part.display_type = 'payment_term'))
            """,
            start=period.start,
            end=period.end,
        )

    def _sql_matched(self, period):
        """How much of each sale, in its own currency, entries have settled that are
        neither invoice nor exchange difference; on which side of the entry."""
        return SQL(
            """
            SELECT receivable.move_id, counterpart.move_id AS entry_id,
                   SIGN(counterpart.balance) AS side,
                   SUM(ABS(CASE WHEN receivable.id = partial.debit_move_id
                                THEN partial.debit_amount_currency
                                ELSE partial.credit_amount_currency END)) AS amount
              FROM account_partial_reconcile partial
              JOIN account_move_line receivable
                ON receivable.id IN (partial.debit_move_id, partial.credit_move_id)
               AND receivable.display_type = 'payment_term'
              JOIN account_move_line counterpart
                ON counterpart.id = CASE WHEN receivable.id = partial.debit_move_id
                                         THEN partial.credit_move_id
                                         ELSE partial.debit_move_id END
              JOIN account_move entry
                ON entry.id = counterpart.move_id AND entry.move_type = 'entry'
               AND entry.state = 'posted'
             WHERE partial.max_date >= %(start)s AND partial.max_date < %(end)s
               AND receivable.move_id IN (SELECT move_id FROM sales)
               AND NOT EXISTS (
                    SELECT FROM account_partial_reconcile difference
                     WHERE difference.exchange_move_id = entry.id
                   )
          GROUP BY 1, 2, 3
            """,
            start=period.start,
            end=period.end,
        )

    def _sql_entries(self):
        """What came in by each entry (on bank, cash or card accounts, or on the account
        on which its payment is outstanding), and what debts of customers, and debts to
        them, it settles with that."""
        return SQL(
            """
            SELECT line.move_id,
                   SUM(line.balance) FILTER (
                        WHERE account.account_type IN ('asset_cash',
                                                       'liability_credit_card')
                           OR line.account_id IN (journal.default_account_id,
                                                  payment.outstanding_account_id))
                       AS money,
                   -SUM(line.balance) FILTER (
                        WHERE account.account_type = 'asset_receivable'
                          AND line.balance < 0) AS settled,
                   SUM(line.balance) FILTER (
                        WHERE account.account_type = 'asset_receivable'
                          AND line.balance > 0) AS repaid
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN account_move move ON move.id = line.move_id
              JOIN account_journal journal ON journal.id = move.journal_id
         LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
             WHERE line.move_id IN (SELECT entry_id FROM matched)
          GROUP BY line.move_id
            """
        )
