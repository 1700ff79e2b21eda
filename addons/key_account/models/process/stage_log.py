"""The stage log: who entered, handed on and left which stage, when, and how."""

from odoo import fields, models

from .crm_stage import RESPONSIBLE_ROLES


class KeyAccountStageLog(models.Model):
    """Who entered and left which stage of which opportunity, when, and how, and whose
    it became in between.

    It, not the mail tracking, feeds durations and KPIs.
    """

    _name = "key.account.stage.log"
    _description = "Stage Log"
    _inherit = ["key.account.evidence"]
    _order = "date desc, id desc"
    _rec_name = "stage_name"

    event = fields.Selection(
        [("enter", "Enter"), ("hand_on", "Handed on"), ("leave", "Leave")],
        required=True,
        readonly=True,
    )
    opportunity_id = fields.Many2one(
        "crm.lead", required=True, ondelete="restrict", index=True, readonly=True
    )
    origin_ref = fields.Integer(
        string="Opportunity number",
        readonly=True,
        aggregator=None,
        help="The opportunity this happened to; after a merge it differs from the one"
        " that stays.",
    )
    stage_id = fields.Many2one(
        "crm.stage", ondelete="restrict", index=True, readonly=True
    )
    stage_name = fields.Char(string="Stage as named then", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Done by", ondelete="restrict", readonly=True
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    role = fields.Selection(
        RESPONSIBLE_ROLES,
        string="Step of",
        readonly=True,
        help="Whose step it was by the process then.",
    )
    credited_id = fields.Many2one(
        "res.users",
        string="Counts for",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        help="Whose step it was: the manager of the team for a manager's step, else"
        " the salesperson. A step left late counts for whoever had it when its time"
        " ran out. Empty where it was not recorded then.",
    )
    former_id = fields.Many2one(
        "res.users",
        string="Counted for before",
        ondelete="restrict",
        readonly=True,
        help="Whose step it was until it was handed on.",
    )
    date = fields.Datetime(required=True, index=True, readonly=True)
    deadline = fields.Datetime(readonly=True)
    entered_on = fields.Datetime(
        "Entered on",
        readonly=True,
        help="When the stage that is left, or handed on, was entered.",
    )
    duration = fields.Float(
        string="Duration (hours)",
        readonly=True,
        aggregator="avg",
        help="From entering to leaving.",
    )
    working_hours = fields.Float(
        "Hours taken",
        readonly=True,
        aggregator="avg",
        help="From entering to leaving, by the company's calendar with its holidays.",
    )
    in_time = fields.Boolean(
        "In time", readonly=True, help="Left before its deadline, or without one."
    )
    how = fields.Selection(
        [
            ("move", "Moved"),
            ("skip", "Skipped by rule"),
            ("override", "Override"),
            ("lost", "Marked as lost"),
            ("won", "Won"),
            ("reopen", "Reopened"),
            ("initial", "Initial load"),
            ("merge", "Merged into another"),
            ("hand_on", "Handed on"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    company_id = fields.Many2one(
        "res.company", ondelete="restrict", index=True, readonly=True
    )
    team_id = fields.Many2one(
        "crm.team", ondelete="restrict", index=True, readonly=True
    )

    # Few among many, and a row each of the analysis of sign-off.
    _overrides = models.Index("(date) WHERE event = 'leave' AND how = 'override'")
    # Few among many: whose a step became while it ran.
    _hand_ons = models.Index("(origin_ref, id) WHERE event = 'hand_on'")
