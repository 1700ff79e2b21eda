"""The next step that sign-off asks for: to decide."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    def _due_sign_off(self):
        """Quotations on which the reader is asked to decide.

        It stands on nobody else's list, and without the account: whoever is asked need
        not be able to read the file.
        """
        query = self._find(
            "sale.order",
            Domain("authority_state", "=", "pending")
            & Domain("approver_ids", "in", self.env.uid),
        )
        if query is None:
            return None
        orders = self.env["sale.order"]
        deadline = orders._field_to_sql(query.table, "sign_off_deadline", query)
        return self._select(
            "sale.order",
            query,
            date=self._day(deadline),
            user=SQL("%s", self.env.uid),
            mine=SQL("TRUE"),
        )
