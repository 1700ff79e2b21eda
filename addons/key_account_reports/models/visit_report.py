"""Visits planned, held, reported and reviewed, for the pivot and for the KPIs."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.key_account.models.shared.label import selection_labels


class KeyAccountVisitReport(models.Model):
    """One row per visit, with the counts that visit KPIs are made of.

    The KPIs sum these same columns, so a pivot filtered to a period shows what the
    sheet says.
    """

    _name = "key.account.visit.report"
    _description = "Visit Analysis"
    _inherit = ["key.account.ratio.report"]
    _auto = False
    _order = "date_start desc, id desc"
    _rec_name = "visit_id"
    _depends = {
        "key.account": ["partner_id", "grade", "state"],
        "key.account.visit": [
            *(
                "key_account_id",
                "company_id",
                "team_id",
                "user_id",
                "purpose",
                "step",
                "method",
                "state",
            ),
            *(
                "outcome",
                "failure_reason",
                "date_original",
                "date_start",
                "held_start",
                "held_end",
            ),
            *(
                "reported_on",
                "report_in_time",
                "reviewed_on",
                "review_in_time",
                "unplanned",
            ),
            "cancelled_by_customer",
            "is_history",
        ],
    }

    visit_id = fields.Many2one("key.account.visit", readonly=True)
    key_account_id = fields.Many2one("key.account", string="Key account", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    grade = fields.Selection(
        selection="_selection_grade", string="Importance", readonly=True
    )
    purpose = fields.Selection(selection="_selection_purpose", readonly=True)
    step = fields.Selection(selection="_selection_step", readonly=True)
    method = fields.Selection(selection="_selection_method", readonly=True)
    state = fields.Selection(selection="_selection_state", readonly=True)
    outcome = fields.Selection(selection="_selection_outcome", readonly=True)
    failure_reason = fields.Selection(
        string="Failure reason", selection="_selection_failure_reason", readonly=True
    )
    date_original = fields.Datetime(string="Originally planned", readonly=True)
    date_start = fields.Datetime(string="Planned", readonly=True)
    date_held = fields.Datetime(string="Held on", readonly=True)
    reported_on = fields.Datetime(string="Reported on", readonly=True)
    reviewed_on = fields.Datetime(string="Reviewed on", readonly=True)

    planned_due = fields.Integer(string="Planned and due", readonly=True)
    planned_held = fields.Integer(string="Planned and held", readonly=True)
    unplanned_held = fields.Integer(string="Held unplanned", readonly=True)
    held = fields.Integer(readonly=True)
    reported = fields.Integer(readonly=True)
    reported_in_time = fields.Integer(string="Reported in time", readonly=True)
    reviewed = fields.Integer(readonly=True)
    reviewed_in_time = fields.Integer(string="Reviewed in time", readonly=True)
    duration = fields.Float(string="Hours on site", readonly=True)
    visit_plan_completion = fields.Float(
        string="Visit plan completion (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
    )
    report_timeliness = fields.Float(
        string="Report timeliness (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    review_timeliness = fields.Float(
        string="Review timeliness (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )

    # ------------------------------------------------------------
    # SELECTIONS: the visit's own
    # ------------------------------------------------------------

    @api.model
    def _selection_grade(self):
        return self._selection_of("key.account", "grade")

    @api.model
    def _selection_purpose(self):
        return self._selection_of("key.account.visit", "purpose")

    @api.model
    def _selection_step(self):
        return self._selection_of("key.account.visit", "step")

    @api.model
    def _selection_method(self):
        return self._selection_of("key.account.visit", "method")

    @api.model
    def _selection_state(self):
        return self._selection_of("key.account.visit", "state")

    @api.model
    def _selection_outcome(self):
        return self._selection_of("key.account.visit", "outcome")

    @api.model
    def _selection_failure_reason(self):
        return self._selection_of("key.account.visit", "failure_reason")

    @api.model
    def _selection_of(self, model, name):
        return list(selection_labels(self.env[model], name).items())

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s", SQL(", ").join(self._select()), self._from())

    def _select(self):
        """Columns; extend the list to add measures."""
        columns = [
            SQL(
                """
                visit.id, visit.id AS visit_id, visit.key_account_id, visit.company_id,
                visit.user_id, visit.purpose, visit.step, visit.method, visit.state,
                visit.outcome, visit.failure_reason, visit.date_original,
                visit.date_start, visit.reported_on, visit.reviewed_on,
                account.partner_id, visit.team_id, account.grade,
                fact.date_held, fact.planned_due, fact.planned_held,
                fact.unplanned_held, fact.held, fact.reported, fact.reported_in_time,
                fact.reviewed, fact.reviewed_in_time,
                EXTRACT(EPOCH FROM visit.held_end - visit.held_start) / 3600 AS duration
                """
            )
        ]
        for name, (numerator, denominator) in self._ratios().items():
            columns.append(
                SQL(
                    "100.0 * fact.%s / NULLIF(fact.%s, 0) AS %s",
                    SQL.identifier(numerator),
                    SQL.identifier(denominator),
                    SQL.identifier(name),
                )
            )
        return columns

    def _from(self):
        return SQL(
            """
            key_account_visit visit
            -- Each has one; a left join costs nothing where nothing of it is asked.
            LEFT JOIN key_account account ON account.id = visit.key_account_id
            CROSS JOIN LATERAL (%(flags)s) flag
            CROSS JOIN LATERAL (
                SELECT CASE WHEN flag.held
                            THEN COALESCE(visit.held_end, visit.date_start)
                       END AS date_held,
                       (flag.due AND NOT flag.unplanned AND NOT flag.excused)::int
                           AS planned_due,
                       (flag.held AND NOT flag.unplanned)::int AS planned_held,
                       (flag.held AND flag.unplanned)::int AS unplanned_held,
                       flag.held::int AS held,
                       flag.reported::int AS reported,
                       (flag.reported AND COALESCE(visit.report_in_time, FALSE))::int
                           AS reported_in_time,
                       flag.reviewed::int AS reviewed,
                       (flag.reviewed AND COALESCE(visit.review_in_time, FALSE))::int
                           AS reviewed_in_time
            ) fact
            """,
            flags=self._flags(),
        )

    def _flags(self):
        """What a visit is, decided once.

        Due: its original date has come, or it was held earlier than that. Excused: the
        customer called it off and the reason is known. Unplanned: entered when it had
        begun already. A visit of the past is none of it.
        """
        return SQL(
            """
            SELECT visit.state IN ('held', 'reported', 'reviewed')
                       AND visit.is_history IS NOT TRUE AS held,
                   visit.state IN ('reported', 'reviewed')
                       AND visit.is_history IS NOT TRUE AS reported,
                   visit.state = 'reviewed'
                       AND visit.is_history IS NOT TRUE AS reviewed,
                   (visit.date_original <= %(now)s
                       OR visit.state IN ('held', 'reported', 'reviewed'))
                       AND visit.is_history IS NOT TRUE AS due,
                   COALESCE(visit.unplanned, FALSE) AS unplanned,
                   visit.state = 'cancelled'
                       AND COALESCE(visit.cancelled_by_customer, FALSE) AS excused
            """,
            now=fields.Datetime.now(),
        )

    # ------------------------------------------------------------
    # AGGREGATES
    # ------------------------------------------------------------

    @api.model
    def _ratios(self):
        return {
            "visit_plan_completion": ("planned_held", "planned_due"),
            "report_timeliness": ("reported_in_time", "held"),
            "review_timeliness": ("reviewed_in_time", "reported"),
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_visit(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "key.account.visit",
            "view_mode": "form",
            "res_id": self.visit_id.id,
        }
