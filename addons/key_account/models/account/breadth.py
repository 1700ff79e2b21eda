"""How much of what we sell a customer buys, kept for the analysis of many accounts."""

from odoo import api, fields, models
from odoo.tools import SQL


class KeyAccount(models.Model):
    """The white space of an account in two numbers, computed with its value class."""

    _inherit = "key.account"

    categories_bought = fields.Integer(
        "Categories bought",
        readonly=True,
        copy=False,
        help="Product categories ordered of in 12 months, as of the last computation.",
    )
    categories_sold = fields.Integer(
        string="Categories we sell",
        readonly=True,
        copy=False,
        help="Product categories that this customer could order of.",
    )

    @api.model
    def _compute_values(self, companies):
        result = super()._compute_values(companies)
        accounts = self.search([("company_id", "in", companies.ids)])
        accounts._keep_categories()
        return result

    def _keep_categories(self):
        """How many categories these accounts ordered of; one statement that writes only
        what has changed, and no history: nothing hangs on it."""
        if not self:
            return
        self.env.flush_all()
        white_space = self.env["key.account.white.space"]
        self.env.cr.execute(
            SQL(
                """
                WITH %(categories)s, counted AS (
                    SELECT category.account_id, COUNT(*) AS sold,
                           COUNT(ordered_of.account_id) AS bought
                      FROM category
                 LEFT JOIN ordered_of ON ordered_of.account_id = category.account_id
                       AND ordered_of.categ_id = category.categ_id
                  GROUP BY category.account_id
                )
                UPDATE key_account
                   SET categories_bought = counted.bought,
                       categories_sold = counted.sold
                  FROM counted
                 WHERE key_account.id = counted.account_id
                   AND (key_account.categories_bought, key_account.categories_sold)
                       IS DISTINCT FROM (counted.bought, counted.sold)
                """,
                categories=white_space._categories(self._ids),
            )
        )
        self.invalidate_recordset(["categories_bought", "categories_sold"])
