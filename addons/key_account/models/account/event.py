"""The history of an account: what happened, when, and who entered it, insert-only."""

from odoo import api, fields, models

from ..shared.label import labelled, listed, selection_labels
from .key_account import STATES
from .scorecard import GRADES

KINDS = [
    ("opened", "File opened"),
    ("initial", "Initial load"),
    ("state", "State"),
    ("signed", "First order signed"),
    ("interest", "Interested"),
    ("owner", "Specialist"),
    ("team", "Sales team"),
    ("grade", "Importance"),
    ("merged", "Merged"),
]
# Account field: the event's fields of what was before and what is from then on.
PAIRS = {
    "state": ("old_state", "new_state"),
    "user_id": ("old_user_id", "new_user_id"),
    "team_id": ("old_team_id", "new_team_id"),
    "grade": ("old_grade", "new_grade"),
}


class KeyAccountEvent(models.Model):
    """What happened to an account. The day it happened is ``date``, the moment it was
    entered ``create_date``; what is entered later corrects what was entered before,
    from its day on (``rules/account_terms.py``)."""

    _name = "key.account.event"
    _description = "Account History"
    _inherit = ["key.account.evidence"]
    _order = "date desc, id desc"
    _rec_name = "kind"

    # Only a file with which nothing has been done is deleted, and its opening with it.
    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, string="Kind of event")
    date = fields.Date(string="Happened on", required=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Entered by", required=True, ondelete="restrict"
    )
    reason = fields.Char()
    old_state = fields.Selection(STATES, string="State before")
    new_state = fields.Selection(STATES, string="State")
    old_user_id = fields.Many2one(
        "res.users", string="Specialist before", ondelete="restrict"
    )
    new_user_id = fields.Many2one("res.users", string="Specialist", ondelete="restrict")
    old_team_id = fields.Many2one(
        "crm.team", string="Sales team before", ondelete="restrict"
    )
    new_team_id = fields.Many2one("crm.team", string="Sales team", ondelete="restrict")
    old_grade = fields.Selection(GRADES, string="Importance before")
    new_grade = fields.Selection(GRADES, string="Importance")
    old_value = fields.Char(string="Before", compute="_compute_values")
    new_value = fields.Char(string="From then on", compute="_compute_values")

    @api.depends(*(name for pair in PAIRS.values() for name in pair))
    @api.depends_context("lang")
    def _compute_values(self):
        states = selection_labels(self, "new_state")
        for event in self:
            # Whom an account had is told to whoever may read its history.
            known = event.sudo()
            for side in ("old", "new"):
                parts = (
                    states.get(known[f"{side}_state"]),
                    known[f"{side}_user_id"].name,
                    known[f"{side}_team_id"].name,
                    known[f"{side}_grade"],
                )
                event[f"{side}_value"] = listed(self.env, filter(None, parts))

    @api.depends("kind", "key_account_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = selection_labels(self, "kind")
        for event in self:
            account = event.key_account_id.display_name or ""
            event.display_name = labelled(self.env, account, kinds.get(event.kind, ""))
