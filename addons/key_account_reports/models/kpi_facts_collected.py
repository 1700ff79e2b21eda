"""What of the sales has been collected: money, by the day it was there."""

from odoo import models
from odoo.tools import SQL

from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    _inherit = "key.account.kpi"

    def _sales_facts_collected(self, company, period):
        """Payments matched with the invoices of key accounts, by the day both were
        there, at the rate of the invoice; tax taken out pro rata, but that a discount
        for paying early which is taken off before tax is no tax.

        An entry that settles an invoice counts as far as it brought money: what was
        written off, discounted for early payment, withheld or netted with what we owe
        is not collected, whether it stands in the payment's own entry or in another.
        Matching an invoice with its credit note brings none; paying a credit note out
        takes money away; exchange differences are not the customer's money.
        """
        for name in ("account.partial.reconcile", "account.payment", "account.account"):
            self.env[name].flush_model()
        self.env["account.payment.term"].flush_model()
        return KpiFacts(
            "account.move",
            SQL(
                """
                WITH sales AS MATERIALIZED (%(sales)s),
                matched AS MATERIALIZED (%(matched)s),
                entry AS MATERIALIZED (%(entries)s),
                collected AS (%(collected)s)
                SELECT sales.move_id AS record_id, sales.user_id, sales.team_id,
                       sales.untaxed * collected.part AS numerator,
                       0 AS denominator, 0 AS aside
                  FROM sales
                  JOIN collected ON collected.move_id = sales.move_id
                 WHERE collected.part <> 0
                """,
                sales=self._sql_invoiced(company, self._sql_settled_moves(period)),
                matched=self._sql_matched(period),
                entries=self._sql_entries(),
                collected=self._sql_collected(),
            ),
        )

    def _sql_collected(self):
        """Which part of each sale was collected."""
        return SQL(
            """
            SELECT matched.move_id, SUM(CASE
                   WHEN matched.side <> -1
                   THEN matched.amount / ABS(move.amount_total) * LEAST(GREATEST(
                        -entry.money / NULLIF(entry.repaid, 0), 0), 1)
                   WHEN entry.taken IS NULL
                   THEN matched.amount / ABS(move.amount_total) * LEAST(GREATEST(
                        entry.money / NULLIF(entry.settled, 0), 0), 1)
                   ELSE matched.amount / ABS(move.amount_total)
                        - matched.early * entry.taken / ABS(CASE
                          WHEN term.early_pay_discount_computation
                               IN ('excluded', 'mixed')
                          THEN NULLIF(move.amount_untaxed, 0)
                          ELSE move.amount_total END)
                   END) AS part
              FROM matched
              JOIN entry ON entry.move_id = matched.entry_id
              JOIN account_move move
                ON move.id = matched.move_id AND move.amount_total <> 0
         LEFT JOIN account_payment_term term
                ON term.id = move.invoice_payment_term_id
          GROUP BY matched.move_id
            """
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
                                ELSE partial.credit_amount_currency END)) AS amount,
                   SUM(%(early)s) AS early
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
            early=self._sql_early(),
            start=period.start,
            end=period.end,
        )

    def _sql_early(self):
        """What of an invoice (``receivable``), in its own currency, may be taken off by
        the entry that settles all of it at once, and in time."""
        return SQL(
            """
            CASE WHEN receivable.balance > 0 AND entry.date <= receivable.discount_date
                  AND partial.debit_move_id = receivable.id
                  AND partial.debit_amount_currency = receivable.amount_currency
                 THEN receivable.amount_currency - receivable.discount_amount_currency
                 ELSE 0 END
            """
        )

    def _sql_entries(self):
        """What came in by each entry (on bank, cash or card accounts, or on the account
        on which its payment is outstanding), and what debts of customers, and debts to
        them, it settles with that. ``taken``: where what it falls short of these debts
        is what may be taken off for paying early, the share of that which was; nothing
        else, as what is written off, says so."""
        return SQL(
            """
            SELECT sums.move_id, sums.money, sums.settled, sums.repaid,
                   CASE WHEN sums.currencies = 1 AND ABS(sums.short - spared.early)
                             <= GREATEST(0.01, 0.005 * spared.early)
                        THEN sums.short / spared.early END AS taken
              FROM (
                SELECT part.move_id,
                       SUM(part.balance) FILTER (WHERE part.is_money) AS money,
                       -SUM(part.balance) FILTER (WHERE part.side = -1) AS settled,
                       SUM(part.balance) FILTER (WHERE part.side = 1) AS repaid,
                       -COALESCE(SUM(part.amount_currency) FILTER (
                            WHERE part.is_money OR part.side = -1), 0) AS short,
                       COUNT(DISTINCT part.currency_id) FILTER (
                            WHERE part.is_money OR part.side = -1) AS currencies
                  FROM (
                    SELECT line.move_id, line.balance, line.amount_currency,
                           line.currency_id,
                           account.account_type IN ('asset_cash',
                                                    'liability_credit_card')
                           OR COALESCE(line.account_id IN (
                                       journal.default_account_id,
                                       payment.outstanding_account_id), FALSE)
                               AS is_money,
                           CASE WHEN account.account_type = 'asset_receivable'
                                THEN SIGN(line.balance) END AS side
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                      JOIN account_move move ON move.id = line.move_id
                      JOIN account_journal journal ON journal.id = move.journal_id
                 LEFT JOIN account_payment payment
                        ON payment.id = move.origin_payment_id
                     WHERE line.move_id IN (SELECT entry_id FROM matched)
                  ) part
              GROUP BY part.move_id
              ) sums
         LEFT JOIN (%(spared)s) spared ON spared.entry_id = sums.move_id
            """,
            spared=self._sql_spared(),
        )

    def _sql_spared(self):
        """What may be taken off for paying early by each entry, of all that it settles,
        whoever bought it."""
        return SQL(
            """
            SELECT entry.id AS entry_id, SUM(%(early)s) AS early
              FROM (SELECT DISTINCT entry_id FROM matched WHERE early > 0) asked
              JOIN account_move entry ON entry.id = asked.entry_id
              JOIN account_move_line counterpart ON counterpart.move_id = entry.id
              JOIN account_partial_reconcile partial
                ON partial.credit_move_id = counterpart.id
              JOIN account_move_line receivable
                ON receivable.id = partial.debit_move_id
               AND receivable.display_type = 'payment_term'
               AND receivable.currency_id = counterpart.currency_id
          GROUP BY entry.id
            """,
            early=self._sql_early(),
        )
