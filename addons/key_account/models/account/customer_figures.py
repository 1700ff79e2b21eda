"""What customers bought: twelve months and the twelve before, in one question."""

from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...rules import value_class
from ...rules.working_time import begins
from ..shared import optional

MONTHS = 12


class CustomerFigures(NamedTuple):
    """Confirmed orders of twelve months, untaxed, in the currency of the company.

    ``margin``: of the lines whose cost is known, ``costed`` their amount, both less
    what was taken off for a whole order; None where they were not asked for.
    """

    revenue: float = 0.0
    revenue_before: float = 0.0
    orders: int = 0
    margin: float | None = None
    costed: float | None = None

    @property
    def known_margin(self):
        """The margin; None where no cost is known."""
        return self.margin if self.costed else None

    @property
    def margin_rate(self):
        """In percent of what it is the margin of."""
        return value_class.percent(self.margin, self.costed) if self.costed else None

    @property
    def growth(self):
        """In percent over the twelve months before; None where there was nothing."""
        return value_class.growth(self.revenue, self.revenue_before)


class KeyAccount(models.Model):
    _inherit = "key.account"

    @api.model
    def _customer_figures(self, companies, partners=None, margin=True):
        """``{(company id, customer id): CustomerFigures}`` of whoever bought; one
        query, however many. An order counts on the day of its confirmation, at
        the rate that Odoo keeps with it, as in Odoo's own analysis: where its currency
        had no rate on that day that is one to one, also when a rate came later. These
        sums class and propose customers; where a quotation is decided on, such an
        amount is not measured.

        What is in a file was ordered by its customer, wherever whoever ordered it works
        by now.

        A unit costs what it did when its order was confirmed; where that was not kept,
        what its line says, else what its product costs now. Sums are rounded as amounts
        of the company's currency are: what they are compared with is such an amount.

        :param partners: these customers only (commercial partners)
        :param margin: whether to look at every line
        """
        if not companies:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            self._customer_figures_query(companies, partners, margin)
        )
        return {
            (company, partner): CustomerFigures(
                float(revenue or 0),
                float(before or 0),
                orders,
                *((float(earned or 0), float(costed or 0)) if margin else ()),
            )
            for company, partner, revenue, before, orders, earned, costed in rows
        }

    def _customer_figures_query(self, companies, partners, margin):
        wanted = (
            SQL("customer.id = ANY(%s)", partners.ids)
            if partners is not None
            else SQL("TRUE")
        )
        return SQL(
            """
            WITH span (company_id, digits, since, before, until)
                AS (VALUES %(spans)s),
            sold AS (
                SELECT o.company_id, o.partner_id,
                       COALESCE(o.key_account_id, 0) AS file_id,
                       sum(o.amount_untaxed / NULLIF(o.currency_rate, 0))
                           FILTER (WHERE o.date_order >= span.since) AS revenue,
                       sum(o.amount_untaxed / NULLIF(o.currency_rate, 0))
                           FILTER (WHERE o.date_order < span.since) AS before,
                       count(*) FILTER (WHERE o.date_order >= span.since) AS orders
                  FROM sale_order AS o
                  JOIN span ON span.company_id = o.company_id
                 WHERE o.state = 'sale'
                   AND o.date_order >= span.before AND o.date_order < span.until
                   AND %(of_partner)s
              GROUP BY o.company_id, o.partner_id, o.key_account_id
            ), earned AS (%(earned)s)
            SELECT sold.company_id, customer.id,
                   round(sum(sold.revenue), span.digits),
                   round(sum(sold.before), span.digits), sum(sold.orders)::int,
                   round(sum(earned.margin) + (%(taken)s), span.digits),
                   round(sum(earned.costed) + (%(taken)s), span.digits)
              FROM sold
              JOIN span ON span.company_id = sold.company_id
              JOIN res_partner AS contact ON contact.id = sold.partner_id
         LEFT JOIN key_account AS file ON file.id = sold.file_id
        CROSS JOIN LATERAL (
                   SELECT COALESCE(file.partner_id, contact.commercial_partner_id)
                       AS id) AS customer
         LEFT JOIN earned ON earned.company_id = sold.company_id
                         AND earned.partner_id = sold.partner_id
                         AND earned.file_id = sold.file_id
             WHERE %(wanted)s
          GROUP BY sold.company_id, customer.id, span.digits
            """,
            spans=SQL(", ").join(self._span(company) for company in companies),
            of_partner=self._of_partners(partners),
            earned=self._earned_query(partners) if margin else SQL(_NOTHING_EARNED),
            wanted=wanted,
            taken=SQL(_TAKEN),
        )

    def _earned_query(self, partners):
        """What was earned with each customer, by what it is known of; ``taken``: what a
        discount for a whole order takes off, a product that never costs anything."""
        return SQL(
            """
                SELECT line.company_id, line.partner_id, line.file_id,
                       sum(COALESCE(line.amount - line.cost, 0)
                           + COALESCE(line.bought - line.quantity * cost.unit, 0)
                       ) AS margin,
                       sum(COALESCE(line.amount, 0)
                           + CASE WHEN cost.unit IS NULL THEN 0
                                  ELSE COALESCE(line.bought, 0) END) AS costed,
                       sum(line.taken) FILTER (WHERE cost.unit IS NULL) AS taken
                  FROM (%(lines)s) AS line
                  JOIN product_product AS p ON p.id = line.product_id
                  JOIN product_template AS t ON t.id = p.product_tmpl_id
                  JOIN uom_uom AS own ON own.id = t.uom_id
             LEFT JOIN uom_uom AS unit ON unit.id = line.product_uom_id
            CROSS JOIN LATERAL (
                       SELECT NULLIF((p.standard_price ->> line.company_id::text
                              )::numeric, 0) * unit.factor / NULLIF(own.factor, 0)
                       AS unit) AS cost
                 WHERE line.amount IS NOT NULL OR cost.unit IS NOT NULL
                    OR line.taken IS NOT NULL
              GROUP BY line.company_id, line.partner_id, line.file_id
            """,
            lines=self._lines_query(partners),
        )

    def _lines_query(self, partners):
        """What was ordered, by product and unit: there are few beside the lines."""
        lines = self.env["sale.order.line"]
        # In company currency.
        known = SQL(
            "COALESCE(l.confirmed_cost, %s / o.currency_rate)",
            optional.entered_cost(lines, "l"),
        )
        return SQL(
            """
                    SELECT o.company_id, o.partner_id,
                           COALESCE(o.key_account_id, 0) AS file_id,
                           l.product_id, l.product_uom_id,
                           sum(l.price_subtotal / o.currency_rate)
                               FILTER (WHERE %(known)s IS NOT NULL) AS amount,
                           sum(l.product_uom_qty * %(known)s) AS cost,
                           sum(l.price_subtotal / o.currency_rate)
                               FILTER (WHERE %(known)s IS NULL) AS bought,
                           sum(l.price_subtotal / o.currency_rate)
                               FILTER (WHERE %(known)s IS NULL
                                         AND l.price_subtotal < 0) AS taken,
                           sum(l.product_uom_qty)
                               FILTER (WHERE %(known)s IS NULL) AS quantity
                      FROM sale_order AS o
                      JOIN span ON span.company_id = o.company_id
                      JOIN sale_order_line AS l ON l.order_id = o.id
                     WHERE o.state = 'sale' AND o.currency_rate <> 0
                       AND o.date_order >= span.since AND o.date_order < span.until
                       AND l.display_type IS NULL AND l.product_id IS NOT NULL
                       AND %(of_partner)s
                  GROUP BY o.company_id, o.partner_id, o.key_account_id, l.product_id,
                           l.product_uom_id
            """,
            known=known,
            of_partner=self._of_partners(partners),
        )

    @api.model
    def _of_partners(self, partners):
        """Their orders: those of their files, and of their people those of no file."""
        if partners is None:
            return SQL("TRUE")
        return SQL(
            """(o.key_account_id = ANY(ARRAY(
                    SELECT id FROM key_account WHERE partner_id = ANY(%(partners)s)))
                OR o.key_account_id IS NULL
               AND o.partner_id = ANY(ARRAY(
                    SELECT id FROM res_partner
                     WHERE commercial_partner_id = ANY(%(partners)s))))""",
            partners=partners.ids,
        )

    @api.model
    def _span(self, company):
        """The company's days as moments: twelve months, today the last of their days,
        and the twelve before."""
        zone = pytz.timezone(self.env["res.company"]._key_account_time_zone(company.id))
        today = company._key_account_today()

        return SQL(
            "(%s, %s, %s::timestamp, %s::timestamp, %s::timestamp)",
            company.id,
            company.currency_id.decimal_places,
            begins(today - relativedelta(months=MONTHS, days=-1), zone),
            begins(today - relativedelta(months=2 * MONTHS, days=-1), zone),
            begins(today + relativedelta(days=1), zone),
        )


_NOTHING_EARNED = """
                SELECT NULL::int AS company_id, NULL::int AS partner_id,
                       NULL::int AS file_id, NULL::numeric AS margin,
                       NULL::numeric AS costed, NULL::numeric AS taken WHERE FALSE
"""
# What was taken off for a whole order is taken from what is known to be earned; where
# nothing is, there is nothing to take it from.
_TAKEN = """
                   CASE WHEN sum(earned.costed) > 0
                        THEN COALESCE(sum(earned.taken), 0) ELSE 0 END
"""
