"""A page of visits is read by the ids of its rows."""

from odoo import models
from odoo.tools import SQL, Query


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    # What the accounts that somebody may read have, the last first. Whose they are and
    # how far is in it, so that counting, filtering and sorting reads no row.
    _account_idx = models.Index(
        "(key_account_id, date_start DESC, id DESC)"
        " INCLUDE (company_id, team_id, user_id, state, report_in_time)"
    )

    def _fetch_query(self, query, fields):
        """Which visits stand on a page is found in an index; only their rows are read.

        PostgreSQL else reads the rows of all visits that somebody may read, to sort
        them and leave all but a page.
        """
        if query.limit and query.order and not query._joins:
            page = Query(self.env, self._table, query._tables[self._table])
            page.add_where(
                SQL("%s IN %s", SQL.identifier(self._table, "id"), query.subselect())
            )
            page.order = query.order
            query = page
        return super()._fetch_query(query, fields)
