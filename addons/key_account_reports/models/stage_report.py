"""How long opportunities stay in each step, and whether in time."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.key_account.models.shared.label import selection_labels

from .stage_stay import STAY_CREDITED, STAY_SELLER


class KeyAccountStageReport(models.Model):
    """One row per stay of an opportunity in a step: since when, until when, how long
    in working time, in time or not, and how it was left.

    It is read from the stage log: an entry and the next event of the same opportunity,
    but that it was handed on. A step that still runs has been left by nobody and counts
    for no rate.
    """

    _name = "key.account.stage.report"
    _description = "Step Analysis"
    _inherit = ["key.account.ratio.report"]
    _auto = False
    _order = "date_entered desc, id desc"
    _rec_name = "stage_name"
    _depends = {
        "key.account.stage.log": [
            *("event", "opportunity_id", "origin_ref", "stage_id", "stage_name"),
            *("responsible_id", "date", "deadline", "working_hours", "in_time"),
            *("how", "key_account_id", "company_id", "team_id", "credited_id"),
            "former_id",
        ],
        "crm.stage": ["sequence", "is_won"],
    }

    opportunity_id = fields.Many2one("crm.lead", readonly=True)
    key_account_id = fields.Many2one("key.account", string="Key account", readonly=True)
    stage_id = fields.Many2one("crm.stage", string="Step", readonly=True)
    stage_name = fields.Char(string="Step as named then", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    credited_id = fields.Many2one(
        "res.users",
        string="Step of",
        readonly=True,
        help="For whom the step counts: a manager's step for the manager, a late one"
        " for whoever had it when its time ran out.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    date_entered = fields.Datetime(string="Entered on", readonly=True)
    date_left = fields.Datetime(string="Left on", readonly=True)
    deadline = fields.Datetime(readonly=True)
    how = fields.Selection(selection="_selection_how", string="Left how", readonly=True)
    steps = fields.Integer(string="Steps entered", readonly=True)
    steps_left = fields.Integer("Steps left", readonly=True)
    left_in_time = fields.Integer("Left in time", readonly=True)
    timed = fields.Integer(
        string="Left with a deadline",
        readonly=True,
        help="What “In time (%)” is a share of: a step without a deadline, or of a deal"
        " that was merged into another, is neither in time nor late.",
    )
    timely = fields.Integer(string="Left by their deadline", readonly=True)
    running = fields.Integer(string="Steps running", readonly=True)
    overdue = fields.Integer(
        string="Running overdue", readonly=True, help="Past the deadline today."
    )
    moved_on = fields.Integer(
        "Moved on",
        readonly=True,
        help="Left for a later step, or won; not: back, or lost.",
    )
    moved_back = fields.Integer(
        string="Moved back", readonly=True, help="Left for an earlier step."
    )
    dropped = fields.Integer(string="Lost here", readonly=True)
    overrides = fields.Integer(
        string="Left by override", readonly=True, help="By the ruling of a manager."
    )
    ended = fields.Integer(
        string="Left, without merges",
        readonly=True,
        help="What the conversion is a share of: a deal merged into another does not"
        " count.",
    )
    conversion = fields.Float(
        string="Went on (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Left for a later step, or won ÷ left.",
    )
    working_hours = fields.Float("Working hours", readonly=True)
    hours_per_step = fields.Float(
        string="Working hours per step", readonly=True, aggregator="avg"
    )
    timeliness = fields.Float(
        string="In time (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )

    @api.model
    def _selection_how(self):
        labels = selection_labels(self.env["key.account.stage.log"], "how")
        return list(labels.items())

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s", SQL(", ").join(self._select()), self._from())

    def _select(self):
        """Columns; extend the list to add measures."""
        return [
            SQL(
                """
                entry.id, entry.opportunity_id, entry.key_account_id, entry.stage_id,
                entry.stage_name, entry.team_id, entry.company_id,
                %s AS user_id, %s AS credited_id,
                entry.date AS date_entered, gone.date AS date_left,
                COALESCE(gone.deadline, entry.deadline) AS deadline, gone.how,
                1 AS steps, (gone.id IS NOT NULL)::int AS steps_left,
                COALESCE(gone.in_time, FALSE)::int AS left_in_time,
                gone.working_hours, gone.working_hours AS hours_per_step,
                fact.timed, fact.timely,
                100.0 * fact.timely / NULLIF(fact.timed, 0) AS timeliness,
                (gone.id IS NULL)::int AS running,
                (gone.id IS NULL AND entry.deadline < %s)::int AS overdue,
                fact.ended, fact.moved_on, fact.moved_back, fact.dropped,
                COALESCE(gone.how = 'override', FALSE)::int AS overrides,
                100.0 * fact.moved_on / NULLIF(fact.ended, 0) AS conversion
                """,
                STAY_SELLER,
                STAY_CREDITED,
                fields.Datetime.now(),
            )
        ]

    def _from(self):
        return SQL(
            """
            (
                SELECT *, LEAD(id) OVER way AS next_id,
                       LEAD(stage_id, 2) OVER way AS after_id
                FROM key_account_stage_log
                WHERE event <> 'hand_on'
                WINDOW way AS (PARTITION BY origin_ref ORDER BY id)
            ) entry
            LEFT JOIN key_account_stage_log gone
                ON gone.id = entry.next_id AND gone.event = 'leave'
            LEFT JOIN crm_stage step ON step.id = entry.stage_id
            LEFT JOIN crm_stage after ON after.id = entry.after_id
            CROSS JOIN LATERAL (
                SELECT (gone.how <> 'merge')::int AS ended,
                       (gone.how <> 'merge'
                        AND COALESCE(gone.deadline, entry.deadline) IS NOT NULL)::int
                           AS timed,
                       (gone.how = 'won' OR after.is_won
                        OR gone.how <> 'lost' AND after.sequence > step.sequence)::int
                           AS moved_on,
                       (gone.how NOT IN ('won', 'lost', 'merge')
                        AND after.sequence < step.sequence)::int AS moved_back,
                       (gone.how = 'lost')::int AS dropped
            ) found
            CROSS JOIN LATERAL (
                SELECT COALESCE(found.ended, 0) AS ended,
                       COALESCE(found.timed, 0) AS timed,
                       COALESCE(found.timed * gone.in_time::int, 0) AS timely,
                       COALESCE(found.moved_on * found.ended, 0) AS moved_on,
                       COALESCE(found.moved_back, 0) AS moved_back,
                       COALESCE(found.dropped, 0) AS dropped
            ) fact
            WHERE entry.event = 'enter'
            """
        )

    # ------------------------------------------------------------
    # AGGREGATES
    # ------------------------------------------------------------

    @api.model
    def _ratios(self):
        return {
            "timeliness": ("timely", "timed"),
            "conversion": ("moved_on", "ended"),
        }

    @api.model
    def _means(self):
        return {"hours_per_step": ("working_hours", "steps_left")}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_opportunity(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "view_mode": "form",
            "res_id": self.opportunity_id.id,
        }
