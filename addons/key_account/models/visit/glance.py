"""The last visit to an account and the next one, for its page."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..shared.label import selection_labels
from .contact import _TOOK_PLACE

_NO_VISIT = (False, False, False)


class KeyAccount(models.Model):
    _inherit = "key.account"

    last_visit_id = fields.Many2one(
        "key.account.visit", string="Last visit", compute="_compute_visits_around"
    )
    last_visit_on = fields.Datetime("Last visit on", compute="_compute_visits_around")
    last_visit_purpose = fields.Char(
        "Last visit purpose", compute="_compute_visits_around"
    )
    next_visit_id = fields.Many2one(
        "key.account.visit", string="Next visit", compute="_compute_visits_around"
    )
    next_visit_on = fields.Datetime("Next visit on", compute="_compute_visits_around")
    next_visit_purpose = fields.Char(
        "Next visit purpose", compute="_compute_visits_around"
    )

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_visits_around(self):
        """As far as the user may read them; one query, however many accounts."""
        found = self._visits_around() if self.ids else {}
        purposes = selection_labels(self.env["key.account.visit"], "purpose")
        for account in self:
            for which in ("last", "next"):
                id_, on, purpose = found.get((account._origin.id, which), _NO_VISIT)
                account[f"{which}_visit_id"] = id_
                account[f"{which}_visit_on"] = on
                account[f"{which}_visit_purpose"] = purposes.get(purpose, False)

    def _visits_around(self):
        """``{(account id, "last" or "next"): (visit id, moment, purpose)}``"""
        visits = self.env["key.account.visit"]
        if not visits.has_access("read"):
            return {}
        files = self._with_merged()
        of_these = Domain("key_account_id", "in", list(files))
        ahead = Domain("state", "in", ("planned", "confirmed"))
        ahead &= Domain("date_start", ">=", fields.Datetime.now())
        last = visits._search(of_these & Domain("state", "in", _TOOK_PLACE))
        following = visits._search(of_these & ahead)
        rows = self.env.execute_query(
            SQL(
                "(%s) UNION ALL (%s)",
                self._first_visits(last, "last", "held_start", SQL("DESC")),
                self._first_visits(following, "next", "date_start", SQL("ASC")),
            )
        )
        found = {}
        # The last of the last ones, and the first of those ahead, of all files.
        for file, which, id_, moment, purpose in sorted(rows, key=lambda row: row[3]):
            key = (files[file], which)
            if which == "last" or key not in found:
                found[key] = (id_, moment, purpose)
        return found

    @api.model
    def _first_visits(self, query, which, name, direction):
        visits = self.env["key.account.visit"]
        rows = query.select(
            SQL("%s AS id", visits._field_to_sql(query.table, "id", query)),
            SQL(
                "%s AS account",
                visits._field_to_sql(query.table, "key_account_id", query),
            ),
            SQL("%s AS moment", visits._field_to_sql(query.table, name, query)),
            SQL("%s AS purpose", visits._field_to_sql(query.table, "purpose", query)),
        )
        return SQL(
            "SELECT DISTINCT ON (account) account, %s, id, moment, purpose"
            " FROM (%s) visit ORDER BY account, moment %s, id %s",
            *(which, rows, direction, direction),
        )

    # ---------------------------------------- actions

    def action_view_last_visit(self):
        return self.last_visit_id.get_formview_action()

    def action_view_next_visit(self):
        return self.next_visit_id.get_formview_action()
