"""KPIs of deals: steps in time, won and lost, how long, what was given away."""

from odoo import fields, models
from odoo.tools import SQL

from ..rules import kpi as rules
from .kpi import KpiFacts
from .stage_stay import STAY_CREDITED


class KeyAccountKpi(models.Model):
    """What is counted was recorded when it happened: in the stage log, with the
    decision, with the signature."""

    _inherit = "key.account.kpi"

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    def _kpi_facts_stage_timeliness(self, company, period):
        """Steps left by their deadline ÷ steps left or overdue.

        A step left in time counts when it was left; one that was not, when it was due:
        each once, and what was late is no better for being left. What a deal moves back
        to in the period counts as it is left at last: moving to and fro makes nothing
        better. Steps without a deadline, and of merged deals, are left out. It counts
        for whose step it was when it was left in time, or else when its time ran out;
        for nobody where that was not recorded.
        """
        self.env["key.account.stage.log"].flush_model()
        return KpiFacts(
            "key.account.stage.log",
            SQL(
                """
                SELECT COALESCE(gone.id, entry.id) AS record_id,
                       %(credited)s AS user_id,
                       entry.team_id, stay.in_time::int AS numerator,
                       1 AS denominator, 0 AS aside
                  FROM (
                    SELECT *, LEAD(id) OVER (PARTITION BY origin_ref ORDER BY id)
                              AS next_id
                      FROM key_account_stage_log
                     WHERE company_id = %(company)s AND event <> 'hand_on'
                  ) entry
             LEFT JOIN key_account_stage_log gone
                    ON gone.id = entry.next_id AND gone.event = 'leave'
            CROSS JOIN LATERAL (
                    SELECT COALESCE(gone.deadline, entry.deadline) AS deadline,
                           COALESCE(gone.in_time, FALSE) AS in_time,
                           CASE WHEN gone.in_time THEN gone.date ELSE
                           COALESCE(gone.deadline, entry.deadline) END AS counts_on
                  ) stay
                 WHERE entry.event = 'enter' AND stay.deadline IS NOT NULL
                   AND COALESCE(gone.how, '') <> 'merge'
                   AND stay.counts_on >= %(start)s
                   AND stay.counts_on < LEAST(%(end)s, %(now)s)
                   AND NOT EXISTS (
                        SELECT FROM key_account_stage_log again
                         WHERE stay.in_time AND gone.how <> 'lost'
                           AND (again.event, again.origin_ref, again.stage_id)
                             = ('enter', entry.origin_ref, entry.stage_id)
                           AND again.id > entry.id AND again.date < %(end)s)
                """,
                company=company.id,
                now=fields.Datetime.now(),
                credited=STAY_CREDITED,
                **self._moments(company, period),
            ),
        )

    def _kpi_facts_win_rate(self, company, period):
        """Won ÷ (won + lost) opportunities closed, by what happened to each last in the
        period; it counts for who sold it then. That its team is followed no more, or
        again, takes back nothing that was won."""
        for name in ("key.account.stage.log", "crm.lead"):
            self.env[name].flush_model()
        return KpiFacts(
            "crm.lead",
            SQL(
                """
                SELECT last.opportunity_id AS record_id,
                       last.responsible_id AS user_id, last.team_id,
                       (last.event = 'enter')::int AS numerator,
                       1 AS denominator, 0 AS aside
                  FROM (
                    SELECT DISTINCT ON (log.origin_ref) log.*
                      FROM key_account_stage_log log
                 LEFT JOIN crm_lead lead ON lead.id = log.opportunity_id
                 LEFT JOIN crm_stage stood ON stood.id = log.stage_id
                     WHERE log.company_id = %(company)s
                       AND log.event <> 'hand_on'
                       AND NOT (COALESCE(stood.is_won, FALSE)
                                AND lead.won_status = 'won'
                                AND (log.event, log.how) IN
                                    (('leave', 'move'), ('enter', 'initial')))
                       AND log.date >= %(start)s AND log.date < %(end)s
                  ORDER BY log.origin_ref, log.id DESC
                  ) last
             LEFT JOIN crm_stage stage ON stage.id = last.stage_id
                 WHERE last.event = 'leave' AND last.how = 'lost'
                    OR last.event = 'enter' AND last.how <> 'initial'
                   AND (last.how = 'won' OR stage.is_won)
                """,
                company=company.id,
                **self._moments(company, period),
            ),
        )

    # ------------------------------------------------------------
    # SIGN-OFF AND SIGNATURE
    # ------------------------------------------------------------

    def _kpi_facts_approval_turnaround(self, company, period):
        """Working hours from request to decision, of the decisions of the period; for
        who decided. Decisions whose hours were not recorded are left out."""
        self.env["key.account.approval"].flush_model()
        return KpiFacts(
            "key.account.approval",
            SQL(
                """
                SELECT decision.id AS record_id, decision.user_id,
                       COALESCE(decision.team_id, so.team_id) AS team_id,
                       decision.working_hours AS numerator,
                       1 AS denominator, 0 AS aside
                  FROM key_account_approval decision
                  JOIN sale_order so ON so.id = decision.order_id
                 WHERE decision.company_id = %(company)s
                   AND decision.event IN ('approve', 'reject', 'send_back')
                   AND decision.working_hours IS NOT NULL
                   AND decision.date >= %(start)s AND decision.date < %(end)s
                """,
                company=company.id,
                **self._moments(company, period),
            ),
        )

    def _kpi_facts_margin_conceded(self, company, period):
        """Reference value − net value of the quotations signed in the period, in
        company currency; a quotation signed again counts when it was signed last."""
        return KpiFacts(
            "key.account.signature",
            SQL(
                """
                SELECT signed.id AS record_id, signed.salesperson_id AS user_id,
                       signed.team_id,
                       signed.reference_value - signed.net_value AS numerator,
                       1 AS denominator, 0 AS aside
                  FROM (%(signed)s) signed
                 WHERE signed.is_valued
                """,
                signed=self._sql_signed(company, period, "DESC"),
            ),
        )

    def _kpi_facts_sales_cycle(self, company, period):
        """Days from the opportunity to its first signature, of those signed in the
        period; from the first of those that were merged into one."""
        for name in ("crm.lead", "key.account.stage.log"):
            self.env[name].flush_model()
        return KpiFacts(
            "sale.order",
            SQL(
                """
                SELECT first.order_id AS record_id,
                       COALESCE(first.salesperson_id, so.user_id) AS user_id,
                       COALESCE(first.team_id, so.team_id) AS team_id,
                       GREATEST(EXTRACT(EPOCH FROM first.signed_on
                           - LEAST(COALESCE(lead.date_conversion, lead.create_date),
                                   merged.since)), 0) / 86400 AS numerator,
                       1 AS denominator, 0 AS aside
                  FROM (
                    SELECT DISTINCT ON (deal.opportunity_id) signature.*,
                           deal.opportunity_id
                      FROM key_account_signature signature
                      JOIN sale_order deal ON deal.id = signature.order_id
                     WHERE signature.company_id = %(company)s
                       AND deal.opportunity_id IS NOT NULL
                       AND deal.key_account_id IS NOT NULL
                       AND deal.state <> 'cancel'
                       AND %(counts)s
                  ORDER BY deal.opportunity_id, signature.signed_on, signature.id
                  ) first
                  JOIN sale_order so ON so.id = first.order_id
                  JOIN crm_lead lead ON lead.id = first.opportunity_id
             LEFT JOIN LATERAL (
                    -- The others are gone; the log says when they began.
                    SELECT MIN(log.date) AS since
                      FROM key_account_stage_log log
                     WHERE log.opportunity_id = lead.id AND log.origin_ref <> lead.id
                  ) merged ON TRUE
                 WHERE first.signed_on >= %(start)s AND first.signed_on < %(end)s
                """,
                company=company.id,
                counts=self._sql_signature_counts(),
                **self._moments(company, period),
            ),
        )

    def _sql_signed(self, company, period, order):
        """The first (``ASC``) or last (``DESC``) signature of each quotation that was
        not cancelled, where it falls in the period."""
        ours = SQL(
            "signature.company_id = %s AND so.key_account_id IS NOT NULL", company.id
        )
        return SQL(
            """
            SELECT * FROM (%(signatures)s) one
             WHERE one.signed_on >= %(start)s AND one.signed_on < %(end)s
            """,
            signatures=self._sql_signature_of_each(ours, order),
            **self._moments(company, period),
        )

    def _sql_signature_of_each(self, which, order="DESC"):
        """One signature of each quotation that was not cancelled, as above.

        :param which: SQL, of these signatures (``signature``) and orders (``so``)
        """
        for name in ("key.account.signature", "sale.order"):
            self.env[name].flush_model()
        return SQL(
            """
            SELECT DISTINCT ON (signature.order_id) signature.*
              FROM key_account_signature signature
              JOIN sale_order so ON so.id = signature.order_id
             WHERE %(which)s AND so.state <> 'cancel' AND %(counts)s
          ORDER BY signature.order_id, signature.signed_on %(order)s,
                   signature.id %(order)s
            """,
            which=which,
            counts=self._sql_signature_counts(),
            order=SQL(order),
        )

    def _moments(self, company, period):
        """First moment of a period and first after it, in UTC, as SQL takes them."""
        start, end = rules.utc_bounds(period, company._key_account_timezone())
        return {"start": start, "end": end}
