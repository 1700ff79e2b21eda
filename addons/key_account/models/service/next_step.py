"""Next steps that customers' feedback asks for."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .feedback import OPEN_STATES

FEEDBACK = "key.account.feedback"


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    def _due_complaint(self):
        """Complaints that are not resolved, also while the customer is waited for."""
        open_ = Domain("state", "in", OPEN_STATES)
        return self._feedback_lines(Domain("kind", "=", "complaint") & open_)

    def _due_feedback(self):
        """What else customers asked or said: due within the days of the rule, or not
        put under an account yet."""
        until = fields.Date.add(self._today(), days=self.days)
        found = self._find(
            FEEDBACK,
            Domain("kind", "!=", "complaint") & Domain("next_due", "!=", False),
        )
        if found is not None:
            account = self.env[FEEDBACK]._field_to_sql(
                found.table, "key_account_id", found
            )
            found.add_where(
                SQL(
                    "(%s IS NULL OR %s <= %s)",
                    account,
                    self._feedback_day(found),
                    until,
                )
            )
        return self._feedback_select(found)

    def _feedback_lines(self, domain):
        return self._feedback_select(self._find(FEEDBACK, domain))

    def _feedback_day(self, query):
        feedback = self.env[FEEDBACK]
        return self._day(feedback._field_to_sql(query.table, "next_due", query))

    def _feedback_select(self, query):
        """It is the turn of whoever is responsible; of everybody who sees it, where it
        stands under no account and nobody is."""
        if query is None:
            return None
        feedback = self.env[FEEDBACK]
        account, user, received = (
            feedback._field_to_sql(query.table, name, query)
            for name in ("key_account_id", "user_id", "received_on")
        )
        mine = SQL("CASE WHEN %s IS NULL AND %s IS NULL THEN TRUE END", account, user)
        return self._select(
            FEEDBACK,
            query,
            account="key_account_id",
            date=self._feedback_day(query),
            since=self._day(received),
            user="user_id",
            mine=mine,
        )
