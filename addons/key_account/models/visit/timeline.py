"""Visits in the history of their account."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..shared.label import selection_labels
from .contact import _TOOK_PLACE


class KeyAccountTimeline(models.Model):
    _inherit = "key.account.timeline"

    kind = fields.Selection(selection_add=[("visit", "Visits")])

    @api.model
    def _sources(self):
        return {**super()._sources(), 3: self._visits()}

    @api.model
    def _visits(self):
        """Those that took place, on the day on which they did."""
        fields_of = self.env["key.account.visit"]._fields

        def column(name):
            field = fields_of[name]
            return SQL.identifier("key_account_visit", name, to_flush=field)

        return self._entries(
            "key.account.visit",
            "visit",
            Domain("state", "in", _TOOK_PLACE),
            moment=SQL("COALESCE(%s, %s)", column("held_start"), column("date_start")),
            code=SQL(
                "'visit.' || COALESCE(%s, %s)", column("outcome"), column("state")
            ),
        )

    @api.model
    def _code_labels(self):
        outcomes = selection_labels(self.env["key.account.visit"], "outcome")
        return {
            **super()._code_labels(),
            **{
                f"visit.{outcome}": self.env._("Visit: %s", label)
                for outcome, label in outcomes.items()
            },
            "visit.held": self.env._("Visit, not reported yet"),
            "visit.reported": self.env._("Visit"),
            "visit.reviewed": self.env._("Visit"),
        }
