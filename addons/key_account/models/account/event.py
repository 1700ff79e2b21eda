"""The history of an account: its state, owner, team and importance, as they changed."""

from datetime import date as Date
from typing import NamedTuple

from odoo import api, fields, models

from ...rules.evidence import said
from ..shared.label import selection_labels
from ..shared.working_time import today_of
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
]
# Kind of a change: the field of the account that changes.
FOLLOWED = {"state": "state", "owner": "user_id", "team": "team_id", "grade": "grade"}
# Account field: the event's fields of what was before and what is from then on.
_PAIRS = {
    "state": ("old_state", "new_state"),
    "user_id": ("old_user_id", "new_user_id"),
    "team_id": ("old_team_id", "new_team_id"),
    "grade": ("old_grade", "new_grade"),
}


class Occasion(NamedTuple):
    """When and why that happens which the process is about to write. RPC carries no
    instance of this class, so nobody else dates a change."""

    day: Date | None = None
    reason: str | None = None


class KeyAccountEvent(models.Model):
    """What happened to an account: insert-only. The day it happened is ``date``, the
    day it was entered ``create_date``."""

    _name = "key.account.event"
    _description = "Account History"
    _inherit = ["key.account.evidence"]
    _order = "date desc, id desc"
    _rec_name = "kind"

    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, string="What")
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
        "crm.team", string="Sales team before", ondelete="set null"
    )
    new_team_id = fields.Many2one("crm.team", string="Sales team", ondelete="set null")
    old_grade = fields.Selection(GRADES, string="Importance before")
    new_grade = fields.Selection(GRADES, string="Importance")
    old_value = fields.Char(string="Before", compute="_compute_values")
    new_value = fields.Char(string="From then on", compute="_compute_values")

    _of_account_on_day = models.Index("(key_account_id, date, id)")

    @api.depends(*(name for pair in _PAIRS.values() for name in pair))
    def _compute_values(self):
        states = selection_labels(self, "new_state")
        for event in self.sudo():
            event.old_value, event.new_value = (
                ", ".join(
                    part
                    for part in (
                        states.get(event[f"{side}_state"]),
                        event[f"{side}_user_id"].name,
                        event[f"{side}_team_id"].name,
                        event[f"{side}_grade"],
                    )
                    if part
                )
                for side in ("old", "new")
            )

    @api.depends("kind", "date", "key_account_id")
    def _compute_display_name(self):
        kinds = selection_labels(self, "kind")
        for event in self:
            event.display_name = f"{event.key_account_id.display_name}: " + (
                kinds.get(event.kind) or ""
            )


class KeyAccount(models.Model):
    _inherit = "key.account"

    event_ids = fields.One2many(
        "key.account.event", "key_account_id", string="History", copy=False
    )

    def _on_occasion(self, day=None, reason=None):
        """These accounts, whose changes are noted with this day (default: the day on
        which they are written) and this reason."""
        occasion = Occasion(day, said(reason) or None)
        return self.with_context(key_account_occasion=occasion)

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._note_change(
            "opened",
            [
                {pair[1]: account._noted(name) for name, pair in _PAIRS.items()}
                for account in accounts
            ],
        )
        return accounts

    def write(self, vals):
        followed = {kind: name for kind, name in FOLLOWED.items() if name in vals}
        if not followed:
            return super().write(vals)
        before = {
            kind: [account._noted(name) for account in self]
            for kind, name in followed.items()
        }
        result = super().write(vals)
        for kind, name in followed.items():
            old, new = _PAIRS[name]
            changes = {
                account: {old: value, new: account._noted(name)}
                for account, value in zip(self, before[kind], strict=True)
                if account._noted(name) != value
            }
            accounts = self.browse([account.id for account in changes])
            accounts._note_change(kind, list(changes.values()))
        return result

    def _noted(self, name):
        """What an event says of this field; asked with full rights: who changes one may
        lose sight of the account by it."""
        value = self.sudo()[name]
        return value.id if self._fields[name].type == "many2one" else value

    def _note_change(self, kind, changes):
        """Record that this happened to these accounts, one row each."""
        occasion = self.env.context.get("key_account_occasion")
        if not isinstance(occasion, Occasion):
            occasion = Occasion()
        events = self.env["key.account.event"]._record(
            [
                {
                    "key_account_id": account.id,
                    "kind": kind,
                    "date": occasion.day or today_of(account.sudo()),
                    "reason": occasion.reason,
                    "user_id": self.env.uid,
                    **change,
                }
                for account, change in zip(self, changes, strict=True)
            ]
        )
        return events
