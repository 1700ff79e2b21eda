"""The facts behind each KPI of the catalogue."""

from odoo import models
from odoo.tools import SQL

from ..rules import kpi as rules
from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    """The facts behind each KPI of the catalogue (see ``KpiFacts`` for the columns)."""

    _inherit = "key.account.kpi"

    # ------------------------------------------------------------
    # SALES
    # ------------------------------------------------------------

    def _kpi_facts_sales_plan_completion(self, company, period):
        """Untaxed sales to key accounts in company currency; the basis is the company's
        choice."""
        basis = company.key_account_sales_basis or "invoiced"
        return getattr(self, f"_sales_facts_{basis}")(company, period)

    def _sales_facts_signed(self, company, period):
        """Quotations whose evidence of signature falls in the period, at the order's
        rate.

        A quotation signed again counts once, when it was signed last; a cancelled one
        not at all.
        """
        start, end = rules.utc_bounds(period, company._key_account_timezone())
        self.env["sale.order"].flush_model()
        self.env["key.account.signature"].flush_model()
        return KpiFacts(
            "sale.order",
            SQL(
                """
                SELECT so.id AS record_id, so.user_id, so.team_id,
                       so.amount_untaxed / COALESCE(NULLIF(so.currency_rate, 0), 1)
                           AS numerator,
                       0 AS denominator, 0 AS aside
                  FROM sale_order so
                  JOIN (
                        SELECT signature.order_id, MAX(signature.signed_on) AS signed_on
                          FROM key_account_signature signature
                         WHERE %(counts)s
                      GROUP BY signature.order_id
                       ) signed ON signed.order_id = so.id
                 WHERE so.company_id = %(company)s
                   AND so.key_account_id IS NOT NULL
                   AND so.state <> 'cancel'
                   AND signed.signed_on >= %(start)s AND signed.signed_on < %(end)s
                """,
                counts=self._sql_signature_counts(),
                company=company.id,
                start=start,
                end=end,
            ),
        )

    def _sql_signature_counts(self):
        """On the portal at once, on paper once a second person confirmed the scan."""
        return SQL(
            """
            signature.event = 'signature'
            AND (signature.method = 'portal' OR EXISTS (
                 SELECT FROM key_account_signature confirmation
                  WHERE confirmation.confirmed_signature_id = signature.id))
            """
        )

    def _sales_facts_invoiced(self, company, period):
        """Posted invoices less credit notes of key accounts, by invoice date."""
        # The plain column has an index; a draft only, or an entry, has no such date.
        inside = SQL(
            """
            (move.invoice_date >= %(start)s AND move.invoice_date < %(end)s
             OR move.invoice_date IS NULL
            AND move.date >= %(start)s AND move.date < %(end)s)
            """,
            start=period.start,
            end=period.end,
        )
        return KpiFacts(
            "account.move",
            SQL(
                """
                SELECT sales.move_id AS record_id, sales.user_id, sales.team_id,
                       sales.untaxed AS numerator, 0 AS denominator, 0 AS aside
                  FROM (%(sales)s) sales
                """,
                sales=self._sql_sold_lines(company, inside),
            ),
        )

    def _sql_invoiced(self, company):
        """Untaxed sales to key accounts by invoice or credit note (negative), in
        company currency."""
        return SQL(
            """
            SELECT sold.move_id, sold.date, sold.user_id, sold.team_id,
                   SUM(sold.untaxed) AS untaxed
              FROM (%(sold)s) sold
          GROUP BY sold.move_id, sold.date, sold.user_id, sold.team_id
            """,
            sold=self._sql_sold_lines(company, SQL("TRUE")),
        )

    def _sql_sold_lines(self, company, inside):
        """Lines of invoices and credit notes (negative) that are sales to key accounts.

        Lines that bill an order belong to its key account and are credited to who the
        invoice says sold it; a credit note takes from whom the invoice it reverses
        gave, whoever entered it. Lines without an order (a credit note typed by hand)
        belong to the key account that the customer is, and are credited to whoever is
        responsible for it.

        Both are read at once for all lines: looking up the order of each line takes
        several times as long.

        :param inside: SQL, which documents (``move``) count
        """
        names = ("account.move", "account.move.line", "sale.order", "sale.order.line")
        for name in (*names, "key.account"):
            self.env[name].flush_model()
        documents = SQL(
            """
              FROM account_move move
              JOIN account_move_line line
                ON line.move_id = move.id AND line.display_type = 'product'
            """
        )
        counts = SQL(
            """
                   move.company_id = %(company)s
               AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND %(inside)s
            """,
            company=company.id,
            inside=inside,
        )
        return SQL(
            "(%s) UNION ALL (%s)",
            self._sql_ordered_lines(documents, counts),
            self._sql_lines_by_hand(documents, counts),
        )

    def _sql_ordered_lines(self, documents, counts):
        """Lines that bill an order; of several, the account of the first one."""
        return SQL(
            """
            SELECT DISTINCT ON (line.id) line.move_id,
                   COALESCE(move.invoice_date, move.date) AS date,
                   COALESCE(%(seller)s, so.user_id, move.invoice_user_id) AS user_id,
                   COALESCE(%(team)s, so.team_id, move.team_id) AS team_id,
                   -line.balance AS untaxed
                   %(documents)s
              JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
              JOIN sale_order_line sol ON sol.id = rel.order_line_id
              JOIN sale_order so ON so.id = sol.order_id
             WHERE %(counts)s AND so.key_account_id IS NOT NULL
          ORDER BY line.id, so.key_account_id, so.id
            """,
            documents=documents,
            counts=counts,
            seller=self._sql_of_document("invoice_user_id"),
            team=self._sql_of_document("team_id"),
        )

    def _sql_of_document(self, name):
        """A column of the invoice: of the one that a credit note reverses."""
        return SQL(
            """
            CASE WHEN move.move_type = 'out_refund' THEN (
                      SELECT document.%(name)s FROM account_move document
                       WHERE document.id = move.reversed_entry_id)
                 ELSE move.%(name)s END
            """,
            name=SQL.identifier(name),
        )

    def _sql_lines_by_hand(self, documents, counts):
        return SQL(
            """
            SELECT line.move_id, COALESCE(move.invoice_date, move.date) AS date,
                   COALESCE(account.user_id, move.invoice_user_id) AS user_id,
                   COALESCE(account.team_id, move.team_id) AS team_id,
                   -line.balance AS untaxed
                   %(documents)s
              JOIN key_account account
                ON account.partner_id = move.commercial_partner_id
               AND account.company_id = move.company_id
               AND account.active
             WHERE %(counts)s
               AND NOT EXISTS (
                    SELECT FROM sale_order_line_invoice_rel rel
                     WHERE rel.invoice_line_id = line.id
                   )
            """,
            documents=documents,
            counts=counts,
        )

    # ------------------------------------------------------------
    # VISITS
    # ------------------------------------------------------------

    def _kpi_facts_visit_plan_completion(self, company, period):
        """Planned visits held ÷ planned and due, by original date; unplanned ones
        beside."""
        return self._visit_facts(
            company,
            period,
            "date_original",
            "planned_held",
            "planned_due",
            "unplanned_held",
        )

    def _kpi_facts_report_timeliness(self, company, period):
        """Reports within the limit ÷ visits held, by the date they were held."""
        return self._visit_facts(
            company, period, "date_held", "reported_in_time", "held"
        )

    def _visit_facts(self, company, period, moment, numerator, denominator, aside=None):
        """Facts from the visit analysis: KPI and pivot count by the same
        expressions."""
        start, end = rules.utc_bounds(period, company._key_account_timezone())
        return KpiFacts(
            "key.account.visit",
            SQL(
                """
                SELECT visit.visit_id AS record_id, visit.user_id, visit.team_id,
                       %(numerator)s AS numerator, %(denominator)s AS denominator,
                       %(aside)s AS aside
                  FROM %(visits)s visit
                 WHERE visit.company_id = %(company)s
                   AND visit.%(moment)s >= %(start)s AND visit.%(moment)s < %(end)s
                """,
                numerator=SQL.identifier("visit", numerator),
                denominator=SQL.identifier("visit", denominator),
                aside=SQL.identifier("visit", aside) if aside else SQL("0"),
                visits=self.env["key.account.visit.report"]._table_sql,
                company=company.id,
                moment=SQL.identifier(moment),
                start=start,
                end=end,
            ),
        )
