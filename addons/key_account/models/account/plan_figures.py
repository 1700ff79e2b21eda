"""What the figures say of the accounts of plans: set-based, for all plans at once."""

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..shared.working_time import today_of

# So many items are named; the rest is one row.
MOST_ITEMS = 50


def order_day():
    """The day of a row ``ordered`` in the time zone of its row ``plan``."""
    return SQL("(ordered.date_order AT TIME ZONE 'UTC' AT TIME ZONE plan.zone)::date")


def orders_of(files, customer):
    """The orders of a customer as a row ``ordered`` (SQL): those of its files, wherever
    whoever ordered works by now, and of its people those of no file. Either is found by
    an index.

    :param files: SQL, the ids of its files
    :param customer: SQL, its id
    """
    return SQL(
        """
        JOIN LATERAL (
             SELECT each.* FROM unnest(%(files)s) AS file (id)
               JOIN sale_order each ON each.key_account_id = file.id
          UNION ALL
             SELECT each.* FROM res_partner contact
               JOIN sale_order each ON each.partner_id = contact.id
                AND each.key_account_id IS NULL
              WHERE contact.commercial_partner_id = %(customer)s
             ) ordered ON TRUE
        """,
        files=files,
        customer=customer,
    )


class KeyAccountPlan(models.Model):
    """Orders count by their day in the time zone of the company, in its currency at
    the rate of the order; invoices by their date."""

    _inherit = "key.account.plan"

    revenue_so_far = fields.Monetary("Revenue so far", compute="_compute_so_far")
    visits_so_far = fields.Integer("Visits so far", compute="_compute_so_far")
    revenue_result = fields.Monetary(
        "Revenue result",
        readonly=True,
        copy=False,
        help="Invoiced when the plan was closed.",
    )
    visit_result = fields.Integer(
        "Visit result", readonly=True, copy=False, help="Held when the plan was closed."
    )

    @api.depends("state", "date_from", "date_to", "key_account_id")
    def _compute_so_far(self):
        years = self.filtered(lambda plan: plan.kind == "year" and plan._origin)
        running = years.filtered(lambda plan: plan.state != "closed")
        figures = running._origin._figures({"revenue", "visits"})
        for plan in self:
            found = figures.get(plan._origin)
            closed = plan in years and not found
            plan.revenue_so_far = (
                found["revenue"] if found else closed and plan.revenue_result
            )
            plan.visits_so_far = (
                found["visits"] if found else closed and plan.visit_result
            )

    def _figures(self, metrics):
        """``{plan: {metric: number}}`` of the period of each; one query per metric.

        With full rights: what comes of an account does not hang on who may read which
        invoice, and whoever reads the plan is told.
        """
        plans = self.sudo()
        plans.flush_recordset()
        numbers = {name: getattr(plans, f"_figure_{name}")() for name in metrics}
        return {
            plan: {name: found.get(plan.id, 0.0) for name, found in numbers.items()}
            for plan in self
        }

    def _figure_revenue(self):
        """Invoiced and posted, less what was credited; untaxed, company currency."""
        return self._asked(
            SQL(
                """
                SELECT plan.id, SUM(move.amount_untaxed_signed)
                  FROM %(plans)s
                  JOIN account_move move
                    ON move.commercial_partner_id = plan.customer_id
                   AND move.company_id = plan.company_id
                   AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND move.invoice_date BETWEEN plan.first AND plan.last
              GROUP BY plan.id
                """,
                plans=self._periods(),
            )
        )

    def _figure_orders(self):
        """Confirmed orders, untaxed, company currency; rounded as its amounts are, of
        which the target is one."""
        found = self._asked(
            SQL(
                """
                SELECT plan.id, SUM(ordered.amount_untaxed
                       / COALESCE(NULLIF(ordered.currency_rate, 0), 1))
                  FROM %(orders)s
              GROUP BY plan.id
                """,
                orders=self._orders(),
            )
        )
        currencies = {plan.id: plan.currency_id for plan in self}
        return {id_: currencies[id_].round(amount) for id_, amount in found.items()}

    def _figure_categories(self):
        """How many product categories they bought of."""
        return self._asked(
            SQL(
                """
                SELECT plan.id, COUNT(DISTINCT template.categ_id)
                  FROM %(orders)s
                  JOIN sale_order_line line ON line.order_id = ordered.id
                   AND line.display_type IS NULL AND line.product_uom_qty > 0
                   AND line.price_subtotal >= 0
                   AND line.is_downpayment IS NOT TRUE
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
              GROUP BY plan.id
                """,
                orders=self._orders(),
            )
        )

    def _figure_visits(self):
        """Hook: visits held, ``{plan id: number}``; the room of visits counts them."""
        return {}

    # ---------------------------------------- items

    def _load_items(self):
        """What each customer ordered in the 12 months before the plan, one query.

        With full rights: nobody may type these rows, and orders of colleagues count.
        """
        plans = self.sudo()
        plans.item_ids.unlink()
        spans = {plan.id: plan._items_span() for plan in plans}
        rows, totals = defaultdict(list), defaultdict(float)
        for plan_id, *row in plans._items_bought(spans):
            rows[plan_id].append(row)
            totals[plan_id] += row[3]
        Item = plans.env["key.account.plan.item"]
        Item._create_kept(
            [vals for plan in plans for vals in plan._prepare_items(rows[plan.id])]
        )
        for plan in plans:
            first, last = spans[plan.id]
            plan._write_kept(
                {
                    "items_from": first,
                    "items_to": last,
                    "purchased_before": totals[plan.id],
                }
            )

    def _items_span(self):
        # What is ordered on the first day of the plan is its own.
        last = today = today_of(self)
        if self.date_from and self.date_from <= today:
            last = self.date_from - relativedelta(days=1)
        return last - relativedelta(months=12, days=-1), last

    def _items_bought(self, spans):
        """Rows of plan id, product id, unit id, quantity, amount, last day."""
        if not spans:
            return []
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT plan.id, line.product_id, line.product_uom_id,
                       SUM(line.product_uom_qty),
                       SUM(line.price_subtotal
                           / COALESCE(NULLIF(ordered.currency_rate, 0), 1)) AS amount,
                       MAX(%(day)s)
                  FROM %(orders)s
                  JOIN sale_order_line line ON line.order_id = ordered.id
                   AND line.display_type IS NULL AND line.is_downpayment IS NOT TRUE
              GROUP BY plan.id, line.product_id, line.product_uom_id
              ORDER BY plan.id, amount DESC
                """,
                day=order_day(),
                orders=self._orders(spans),
            )
        )

    def _prepare_items(self, rows):
        """The first ones by name, the rest as one."""
        products = self.env["product.product"].browse(row[0] for row in rows)
        named, rest = rows[:MOST_ITEMS], rows[MOST_ITEMS:]
        made = [
            {
                "plan_id": self.id,
                "name": product.display_name or self.env._("Without a product"),
                "product_id": product.id,
                "uom_id": uom_id,
                "quantity": quantity,
                "amount": amount,
                "last_order": day,
            }
            for product, (_id, uom_id, quantity, amount, day) in zip(
                products, named, strict=False
            )
        ]
        if rest:
            made.append(
                {
                    "plan_id": self.id,
                    "name": self.env._("%(number)s other items", number=len(rest)),
                    "amount": sum(row[3] for row in rest),
                    "last_order": max(row[4] for row in rest),
                }
            )
        return made

    # ---------------------------------------- tooling

    def _asked(self, query):
        if not self:
            return {}
        self.env.flush_all()
        return dict(self.env.execute_query(query))

    def _periods(self, spans=None):
        """Table ``plan`` (id, company, customer, ids of its files, first and last day,
        time zone)."""
        files = defaultdict(list)
        for file, account in self.key_account_id._with_merged().items():
            files[account].append(file)
        spans = spans or {plan.id: plan._span() for plan in self}
        zones = {
            plan.id: plan.company_id._key_account_time_zone(plan.company_id.id)
            for plan in self
        }
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s::int[], %s::date, %s::date, %s)",
                plan.id,
                plan.company_id.id,
                plan.key_account_id.partner_id.id,
                files[plan.key_account_id.id],
                *spans[plan.id],
                zones[plan.id],
            )
            for plan in self
        )
        return SQL(
            """
            (VALUES %s) AS plan (id, company_id, customer_id, files, first, last, zone)
            """,
            rows,
        )

    def _orders(self, spans=None):
        """The same with ``ordered``: the confirmed orders of the period."""
        return SQL(
            """
            %(plans)s %(orders)s
             AND ordered.company_id = plan.company_id
             AND ordered.state = 'sale'
             AND %(day)s BETWEEN plan.first AND plan.last
            """,
            plans=self._periods(spans),
            orders=orders_of(SQL("plan.files"), SQL("plan.customer_id")),
            day=order_day(),
        )

    def _span(self):
        first = self.date_from or fields.Date.to_date("1900-01-01")
        return first, self.date_to or first + relativedelta(years=1, days=-1)
