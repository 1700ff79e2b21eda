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
        """Quotations whose evidence of signature falls in the period, by what was
        signed: what is put into an order afterwards the customer has not signed. Where
        that was not recorded, as it is, at the order's rate.

        A quotation signed again counts once, when it was signed last, for who sold it
        then; a cancelled one not at all.
        """
        return KpiFacts(
            "sale.order",
            SQL(
                """
                SELECT so.id AS record_id,
                       COALESCE(signed.salesperson_id, so.user_id) AS user_id,
                       COALESCE(signed.team_id, so.team_id) AS team_id,
                       CASE WHEN signed.is_valued THEN signed.net_value
                            ELSE so.amount_untaxed
                                 / COALESCE(NULLIF(so.currency_rate, 0), 1)
                            END AS numerator,
                       0 AS denominator, 0 AS aside
                  FROM (%(signed)s) signed
                  JOIN sale_order so ON so.id = signed.order_id
                """,
                signed=self._sql_signed(company, period, "DESC"),
            ),
        )

    def _sql_signature_counts(self):
        """On the portal at once, on paper once a second person confirmed the scan; none
        that was cleared when its quotation was reset to draft."""
        return SQL(
            """
            signature.event = 'signature'
            AND (signature.method = 'portal' OR EXISTS (
                 SELECT FROM key_account_signature confirmation
                  WHERE confirmation.confirmed_signature_id = signature.id))
            AND NOT EXISTS (
                 SELECT FROM key_account_signature cleared
                  WHERE cleared.order_id = signature.order_id
                    AND cleared.event = 'reset' AND cleared.id > signature.id)
            """
        )

    def _sales_facts_invoiced(self, company, period):
        """Posted invoices less credit notes of key accounts, by invoice date.

        The second half adds no row. Without it PostgreSQL sees what people and teams
        are chosen from, expects as many groups as lines, and sorts all lines in one
        process; with it each worker sums up its own.
        """
        inside = self._sql_dated(period.start, period.end)
        return KpiFacts(
            "account.move",
            SQL(
                """
                SELECT sales.move_id AS record_id, sales.user_id, sales.team_id,
                       sales.untaxed AS numerator, 0 AS denominator, 0 AS aside
                  FROM (%(sales)s) sales
             UNION ALL
                SELECT NULL, NULL, NULL, NULL, NULL, NULL WHERE FALSE
                """,
                sales=self._sql_sold_lines(company, inside),
            ),
        )

    def _sql_dated(self, start, end):
        """Documents (``move``) of these days, the last one left out."""
        # The plain column has an index; a draft only, or an entry, has no such date.
        return SQL(
            """
            (move.invoice_date >= %(start)s AND move.invoice_date < %(end)s
             OR move.invoice_date IS NULL
            AND move.date >= %(start)s AND move.date < %(end)s)
            """,
            start=start,
            end=end,
        )

    def _sql_invoiced(self, company, documents=None):
        """Untaxed sales to key accounts by invoice or credit note (negative), in
        company currency; beside it what the whole document comes to, whoever buys.

        :param documents: SQL, rows of ``account_move`` that count; all by default
        """
        return SQL(
            """
            SELECT sold.move_id, sold.date, sold.user_id, sold.team_id,
                   SUM(sold.untaxed) AS untaxed,
                   MAX(sold.document_untaxed) AS document_untaxed
              FROM (%(sold)s) sold
          GROUP BY sold.move_id, sold.date, sold.user_id, sold.team_id
            """,
            sold=self._sql_sold_lines(company, SQL("TRUE"), documents),
        )

    def _sql_sold_lines(self, company, inside, documents=None):
        """Lines of invoices and credit notes (negative) that are sales to key accounts.

        Lines that bill an order belong to its key account (of several order lines, the
        last one's) and are credited to who the invoice says sold it, or the line itself
        where the invoice bills orders of several people; a credit note takes from whom
        the invoice it reverses gave, whoever entered it. Lines without
        an order (a credit note typed by hand) belong to the key account that the
        customer is, and are credited to whose it was on their day, or on that of the
        invoice that they reverse.

        All lines are read once, and nothing is looked up line by line: either takes
        several times as long with many invoices.

        :param inside: SQL, which documents (``move``) count
        :param documents: SQL, rows of ``account_move`` among which these are; all by
            default. What has to be looked up elsewhere stands here: as a condition it
            would be asked last, of all that was joined by then.
        """
        names = ("account.move", "account.move.line", "sale.order", "sale.order.line")
        for name in (*names, "key.account"):
            self.env[name].flush_model()
        user, team, kept = self._sql_sold_by()
        return SQL(
            """
            SELECT line.move_id, COALESCE(move.invoice_date, move.date) AS date,
                   %(user)s AS user_id, %(team)s AS team_id, -line.balance AS untaxed,
                   COALESCE(so.key_account_id, account.id) AS key_account_id,
                   %(whole)s AS document_untaxed
                   %(documents)s
                   %(kept)s
             WHERE move.company_id = %(company)s
               AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND %(inside)s
               AND (so.key_account_id IS NOT NULL
                    OR so.id IS NULL AND account.user_id IS NOT NULL)
               %(once)s
            """,
            user=user,
            team=team,
            kept=kept,
            whole=self._sql_document_untaxed(),
            documents=self._sql_documents(company, documents),
            company=company.id,
            inside=inside,
            once=self._sql_once(),
        )

    def _sql_document_untaxed(self):
        """What all lines of a document (``move``) come to, without what it was rounded
        by for being paid in cash: few are, and theirs alone are looked up."""
        return SQL(
            """
            CASE WHEN move.invoice_cash_rounding_id IS NULL
                 THEN move.amount_untaxed_signed
                 ELSE move.amount_untaxed_signed + (
                    SELECT COALESCE(SUM(rounded.balance), 0)
                      FROM account_move_line rounded
                     WHERE rounded.move_id = move.id
                       AND rounded.display_type = 'rounding'
                       AND rounded.tax_repartition_line_id IS NULL) END
            """
        )

    def _sql_once(self):
        """Lines that bill several order lines count once, by the last of these. Which
        they are is asked before: few or none, and to rule them out line by line would
        take longer than all the rest."""
        rows = SQL("FROM sale_order_line_invoice_rel")
        [[once]] = self.env.execute_query(
            SQL("SELECT COUNT(*) = COUNT(DISTINCT invoice_line_id) %s", rows)
        )
        if once:
            return SQL()
        several = self.env.execute_query(
            SQL(
                "SELECT invoice_line_id %s GROUP BY invoice_line_id"
                " HAVING COUNT(*) > 1",
                rows,
            )
        )
        return SQL(
            """
            AND (rel.invoice_line_id IS NULL OR rel.invoice_line_id <> ALL(%s)
                 OR NOT EXISTS (
                    SELECT FROM sale_order_line_invoice_rel later
                     WHERE later.invoice_line_id = rel.invoice_line_id
                       AND later.order_line_id > rel.order_line_id))
            """,
            [line_id for [line_id] in several],
        )

    def _sql_documents(self, company, documents=None):
        """Documents and their lines, with the orders that these bill, or else with the
        key account that the customer is, and whose it was then.

        Few columns go from join to join: of as many lines as a year has, each more is
        memory for all of them. That a line bills no order is seen by the order; that a
        document is a credit note, by what it is joined with.
        """
        return SQL(
            """
              FROM %(documents)s move
              JOIN account_move_line line
                ON line.move_id = move.id AND line.display_type = 'product'
         LEFT JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
         LEFT JOIN sale_order_line sol ON sol.id = rel.order_line_id
         LEFT JOIN sale_order so ON so.id = sol.order_id
         LEFT JOIN (%(refunds)s) refund ON refund.id = move.id
         LEFT JOIN (%(owned)s) account
                ON so.id IS NULL
               AND account.partner_id = move.commercial_partner_id
               AND COALESCE(refund.date, move.invoice_date, move.date) >= account.since
               AND COALESCE(refund.date, move.invoice_date, move.date) < account.until
            """,
            documents=documents or SQL("account_move"),
            owned=self._sql_owned(company),
            refunds=self._sql_refunds(company),
        )

    def _sql_sold_by(self):
        """The person and the team that get the credit for a line: whom its invoice
        keeps for the order, else whom it names; and the join by which that is known.
        Whether any invoice keeps somebody is asked before, as few or none do."""
        credited = (
            self._sql_credited("user_id", "invoice_user_id"),
            self._sql_credited("team_id", "team_id"),
        )
        keeping = SQL(
            "SELECT id, key_account_sold_by AS sold_by FROM account_move"
            " WHERE key_account_sold_by IS NOT NULL"
        )
        # In the order of the index, which has those few alone: a table that was not
        # analysed since is read whole otherwise.
        if not self.env.execute_query(SQL("%s ORDER BY id LIMIT 1", keeping)):
            return (*credited, SQL())
        user, team = (
            SQL("COALESCE((kept.sold_by -> so.id::text ->> %s)::int, %s)", place, each)
            for place, each in enumerate(credited)
        )
        join = SQL(
            "LEFT JOIN (%s) kept ON kept.id = COALESCE(refund.document_id, move.id)",
            keeping,
        )
        return user, team, join

    def _sql_credited(self, name, on_document):
        """Who gets the credit for a line, by hand or of an order."""
        return SQL(
            """
            CASE WHEN so.id IS NULL
                 THEN COALESCE(NULLIF(account.%(name)s, 0), move.%(on_document)s)
                 WHEN refund.id IS NOT NULL
                 THEN COALESCE(
                      refund.%(on_document)s, so.%(name)s, move.%(on_document)s)
                 ELSE COALESCE(move.%(on_document)s, so.%(name)s) END
            """,
            name=SQL.identifier(name),
            on_document=SQL.identifier(on_document),
        )

    def _sql_owned(self, company):
        """Customers that are key accounts of the company, and whose they were from when
        to when; where nothing is recorded of that, whose they are; 0 for nobody, so
        that who it was says as well that it is a key account.

        A file that was archived takes nothing back; of several files of a customer the
        one in use counts, or else the last."""
        return SQL(
            """
            SELECT file.id, file.partner_id, held.since, held.until,
                   COALESCE(held.user_id, file.user_id, 0) AS user_id,
                   COALESCE(held.team_id, file.team_id, 0) AS team_id
              FROM (
                SELECT DISTINCT ON (partner_id) id, partner_id, user_id, team_id
                  FROM key_account
                 WHERE company_id = %(company)s AND merged_into_id IS NULL
              ORDER BY partner_id, active DESC, id DESC
              ) file
              JOIN (%(held)s) held ON held.account_id = file.id
            """,
            held=self._sql_held(company),
            company=company.id,
        )

    def _sql_refunds(self, company):
        """Credit notes, with what the invoices say that they reverse."""
        return SQL(
            """
            SELECT note.id, document.id AS document_id,
                   document.invoice_user_id, document.team_id,
                   COALESCE(document.invoice_date, document.date) AS date
              FROM account_move note
         LEFT JOIN account_move document ON document.id = note.reversed_entry_id
             WHERE note.move_type = 'out_refund' AND note.company_id = %s
            """,
            company.id,
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
        """Facts from the visit analysis: KPI and pivot count by the same expressions;
        for the team that had the account then."""
        start, end = rules.utc_bounds(period, company._key_account_timezone())
        self.env["key.account.visit"].flush_model()
        return KpiFacts(
            "key.account.visit",
            SQL(
                """
                SELECT visit.visit_id AS record_id, visit.user_id,
                       COALESCE(held.team_id, visit.team_id) AS team_id,
                       %(numerator)s AS numerator, %(denominator)s AS denominator,
                       %(aside)s AS aside
                  FROM %(visits)s visit
             LEFT JOIN (%(held)s) held
                    ON held.account_id = visit.key_account_id
                   AND %(day)s >= held.since AND %(day)s < held.until
                 WHERE visit.company_id = %(company)s
                   AND visit.%(moment)s >= %(start)s AND visit.%(moment)s < %(end)s
                """,
                numerator=SQL.identifier("visit", numerator),
                denominator=SQL.identifier("visit", denominator),
                aside=SQL.identifier("visit", aside) if aside else SQL("0"),
                visits=self.env["key.account.visit.report"]._table_sql,
                company=company.id,
                moment=SQL.identifier(moment),
                held=self._sql_held(company),
                day=self._sql_day(company, SQL.identifier("visit", moment)),
                start=start,
                end=end,
            ),
        )
