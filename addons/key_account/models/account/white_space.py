"""What customers buy from us, and what not: account × product category."""

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .plan_figures import order_day, orders_of


class KeyAccountWhiteSpace(models.Model):
    """One row per account and category of what its company sells: whether they ordered
    of it in the last 12 months, and how much.

    Read from the orders when it is opened, by one query over the accounts that the
    user may read. Amounts are in the currency of the account's company, at the rate
    that Odoo keeps with each order (one to one where its currency had none), untaxed.
    """

    _name = "key.account.white.space"
    _description = "White Space"
    _auto = False
    _rec_name = "category_id"
    _order = "key_account_id, amount desc, category_id"

    key_account_id = fields.Many2one("key.account", readonly=True)
    user_id = fields.Many2one("res.users", string="Specialist", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    category_id = fields.Many2one(
        "product.category", string="Product category", readonly=True
    )
    state = fields.Selection(
        [("bought", "Bought"), ("not", "Not bought")],
        string="In 12 months",
        readonly=True,
    )
    bought = fields.Integer(string="Categories bought", readonly=True)
    amount = fields.Monetary(string="Ordered", readonly=True)
    last_order = fields.Date("Last order", readonly=True)

    @property
    def _table_query(self):
        self.env["sale.order.line"].flush_model()
        self.env["sale.order"].flush_model()
        self.env["product.template"].flush_model()
        # Their rules are asked here: the rows of other accounts are not even read.
        accounts = self.env["key.account"]._search([])
        return SQL(
            """
            WITH %(categories)s
            SELECT account.id::bigint * 1000000 + category.categ_id AS id,
                   account.id AS key_account_id, account.user_id, account.team_id,
                   account.company_id, company.currency_id,
                   category.categ_id AS category_id,
                   CASE WHEN ordered_of.account_id IS NULL THEN 'not' ELSE 'bought' END
                       AS state,
                   (ordered_of.account_id IS NOT NULL)::int AS bought,
                   COALESCE(ordered_of.amount, 0) AS amount, ordered_of.last_order
              FROM account
              JOIN res_company company ON company.id = account.company_id
              JOIN category ON category.account_id = account.id
         LEFT JOIN ordered_of ON ordered_of.account_id = account.id
               AND ordered_of.categ_id = category.categ_id
            """,
            categories=self._categories(accounts.subselect()),
        )

    def _categories(self, accounts):
        """The accounts with the categories that each ordered of or could have."""
        merged = self.env["key.account"]._merged_away()
        return SQL(
            """
            account AS MATERIALIZED (
                SELECT id, partner_id, company_id, user_id, team_id,
                       id || ARRAY(
                        SELECT file.id FROM unnest(%(files)s::int[], %(into)s::int[])
                            AS file (id, into_id)
                         WHERE file.into_id = key_account.id) AS files
                  FROM key_account
                 WHERE id IN %(accounts)s
            ), span (company_id, first, last, zone) AS (%(spans)s),
            sold AS (%(sold)s), ordered_of AS (%(ordered)s
            ), category AS (
                SELECT account.id AS account_id, sold.categ_id
                  FROM account JOIN sold ON sold.company_id = account.company_id
                 UNION
                SELECT account_id, categ_id FROM ordered_of
            )
            """,
            accounts=accounts,
            files=list(merged),
            into=list(merged.values()),
            spans=self._spans(),
            sold=self._sold(),
            ordered=self._ordered(),
        )

    def _sold(self):
        """Categories of what each company sells."""
        return SQL(
            """
            SELECT DISTINCT company.company_id, template.categ_id
              FROM (SELECT DISTINCT company_id FROM account) company
              JOIN product_template template
                ON template.company_id IS NULL
                OR template.company_id = company.company_id
             WHERE template.sale_ok AND template.active
               AND template.categ_id IS NOT NULL
            """
        )

    def _ordered(self):
        """What each account ordered of which category, less what was given back: what
        makes an order cheaper is no goods of its own, nor is what came back."""
        return SQL(
            """
            SELECT account.id AS account_id, template.categ_id,
                   SUM(line.price_subtotal
                       / COALESCE(NULLIF(ordered.currency_rate, 0), 1)) AS amount,
                   MAX(%(day)s) FILTER (WHERE line.product_uom_qty > 0) AS last_order
              FROM account
              JOIN span plan ON plan.company_id = account.company_id
              %(orders)s
               AND ordered.company_id = account.company_id
               AND ordered.state = 'sale'
               AND %(day)s BETWEEN plan.first AND plan.last
              JOIN sale_order_line line ON line.order_id = ordered.id
               AND line.display_type IS NULL AND line.product_uom_qty <> 0
               AND line.is_downpayment IS NOT TRUE
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template
                ON template.id = product.product_tmpl_id
             WHERE template.categ_id IS NOT NULL
          GROUP BY account.id, template.categ_id
            HAVING BOOL_OR(line.product_uom_qty > 0 AND line.price_subtotal >= 0)
            """,
            day=order_day(),
            orders=orders_of(SQL("account.files"), SQL("account.partner_id")),
        )

    def _spans(self):
        """The last 12 months of each company, by its own day."""
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        return SQL(
            "VALUES %s",
            SQL(", ").join(
                SQL(
                    "(%s, %s::date, %s::date, %s)",
                    company.id,
                    (today := company._key_account_today())
                    - relativedelta(months=12, days=-1),
                    today,
                    company._key_account_time_zone(company.id),
                )
                for company in companies
            ),
        )


class KeyAccount(models.Model):
    _inherit = "key.account"

    def action_view_white_space(self):
        action = self._action("key_account.white_space_action")
        action["domain"] = [("key_account_id", "=", self.id)]
        action["context"] = {}
        return action
