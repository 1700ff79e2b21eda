"""Sign-off in figures: who asks, who decides, how long it takes, what is conceded."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.key_account.models.shared.label import selection_labels

ENDINGS = ("approve", "reject", "send_back", "withdraw", "supersede")


class KeyAccountApprovalReport(models.Model):
    """One row per request for sign-off, with how it ended; one per observation: what
    would have been stopped had the controls been enforced; one per override of a gate;
    and one per signature, with what was conceded by whose authority.

    Amounts are in company currency, as frozen by the event. Working hours are those
    recorded with the decision, by the company's calendar; elapsed hours are from the
    request to its end.
    """

    _name = "key.account.approval.report"
    _description = "Sign-off Analysis"
    _inherit = ["key.account.ratio.report"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _depends = {
        "key.account.approval": [
            *("order_id", "key_account_id", "company_id", "event", "user_id"),
            *("level_id", "required_level_id", "capacity", "date", "amount"),
            *("discount", "working_hours"),
        ],
        "key.account.approval.term": [
            *("approval_id", "dimension", "within", "required_level_id"),
        ],
        "key.account.authority.level": ["sequence"],
        "key.account.observation": [
            *("order_id", "key_account_id", "company_id", "action", "user_id"),
            *("date", "dimension", "required_level_id", "amount"),
        ],
        "key.account.signature": [
            *("order_id", "key_account_id", "company_id", "team_id", "signed_on"),
            *("salesperson_id", "level_id", "is_valued", "net_value", "event"),
            "reference_value",
        ],
        "key.account.stage.log": [
            *("event", "how", "opportunity_id", "key_account_id", "company_id"),
            *("team_id", "responsible_id", "user_id", "date"),
        ],
        "sale.order": ["team_id", "opportunity_id"],
    }

    kind = fields.Selection(
        [
            ("request", "Request"),
            ("observation", "Would have been stopped"),
            ("override", "Override of a gate"),
            ("concession", "Signed"),
        ],
        readonly=True,
    )
    order_id = fields.Many2one("sale.order", string="Quotation", readonly=True)
    opportunity_id = fields.Many2one("crm.lead", readonly=True)
    key_account_id = fields.Many2one("key.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Requested by", readonly=True)
    required_level_id = fields.Many2one(
        "key.account.authority.level", string="Needed level", readonly=True
    )
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    level_id = fields.Many2one(
        "key.account.authority.level", string="Deciding level", readonly=True
    )
    capacity = fields.Selection(
        selection="_selection_capacity", string="Decided as", readonly=True
    )
    dimension = fields.Selection(
        selection="_selection_dimension",
        string="Main reason",
        readonly=True,
        help="The term that needs the highest level.",
    )
    action = fields.Selection(
        selection="_selection_action", string="What happened", readonly=True
    )
    result = fields.Selection(
        [
            ("open", "Waiting"),
            ("approve", "Approved"),
            ("reject", "Rejected"),
            ("send_back", "Sent back"),
            ("withdraw", "Withdrawn"),
            ("supersede", "Superseded"),
            ("observed", "Not stopped"),
            ("override", "Let through by ruling"),
            ("signed", "Signed"),
        ],
        readonly=True,
    )
    date = fields.Datetime(string="Requested on", readonly=True)
    date_decided = fields.Datetime(string="Decided on", readonly=True)
    amount = fields.Monetary(string="Untaxed amount", readonly=True)
    discount = fields.Float(
        string="Discount (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    requests = fields.Integer(readonly=True)
    decided = fields.Integer(readonly=True)
    approved = fields.Integer(readonly=True)
    rejected = fields.Integer(string="Not approved", readonly=True)
    observed = fields.Integer(string="Would have been stopped", readonly=True)
    overrides = fields.Integer(readonly=True)
    hours = fields.Float(
        string="Elapsed hours to decision",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
    )
    working_hours = fields.Float(
        string="Working hours to decision",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
    )
    approval_rate = fields.Float(
        string="Approved (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    reference_value = fields.Monetary("Reference value", readonly=True)
    net_value = fields.Monetary(string="Signed value", readonly=True)
    conceded = fields.Monetary(
        readonly=True, help="Reference value less what was signed."
    )
    concession = fields.Float(
        string="Conceded (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )

    @api.depends("order_id")
    def _compute_display_name(self):
        # Whoever reads a row may not see the quotation of a colleague.
        for row, all_of in zip(self, self.sudo(), strict=True):
            row.display_name = all_of.order_id.display_name

    @api.model
    def _selection_capacity(self):
        approval = self.env["key.account.approval"]
        return list(selection_labels(approval, "capacity").items())

    @api.model
    def _selection_dimension(self):
        term = self.env["key.account.approval.term"]
        return list(selection_labels(term, "dimension").items())

    @api.model
    def _selection_action(self):
        observation = self.env["key.account.observation"]
        return list(selection_labels(observation, "action").items())

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        rows = (
            self._requests(),
            self._observations(),
            self._overrides(),
            self._concessions(),
        )
        return SQL(" UNION ALL ").join(rows)

    def _requests(self):
        """Requests with the first event that ended each, and their main reason.

        Each has its quotation: where nothing of it is shown, an outer join is left out
        by the database, and a million quotations are not read. Nor is the main reason
        looked for, an expression and no join, where nobody asks for it.
        """
        return SQL(
            """
            SELECT request.id::bigint * 4 AS id,
                   'request' AS kind,
                   request.order_id, quotation.opportunity_id, request.key_account_id,
                   request.company_id,
                   quotation.team_id, request.user_id, request.required_level_id,
                   CASE WHEN ending.decided = 1 THEN ending.user_id END
                       AS decided_by_id,
                   ending.level_id,
                   CASE WHEN ending.decided = 1 THEN ending.capacity END AS capacity,
                   (%(main)s) AS dimension, NULL AS action,
                   COALESCE(ending.event, 'open') AS result,
                   request.date,
                   CASE WHEN ending.decided = 1 THEN ending.date END AS date_decided,
                   request.amount, request.discount,
                   1 AS requests,
                   COALESCE(ending.decided, 0) AS decided,
                   COALESCE(ending.approved, 0) AS approved,
                   COALESCE(ending.decided - ending.approved, 0) AS rejected,
                   0 AS observed, 0 AS overrides,
                   CASE WHEN ending.decided = 1
                        THEN EXTRACT(EPOCH FROM ending.date - request.date) / 3600
                   END AS hours,
                   CASE WHEN ending.decided = 1 THEN ending.working_hours END
                       AS working_hours,
                   CASE WHEN ending.decided = 1 THEN 100.0 * ending.approved END
                       AS approval_rate,
                   NULL::numeric AS reference_value, NULL::numeric AS net_value,
                   NULL::numeric AS conceded, NULL::numeric AS concession
              FROM key_account_approval request
              LEFT JOIN sale_order quotation ON quotation.id = request.order_id
              LEFT JOIN LATERAL (%(ending)s) ending ON TRUE
             WHERE request.event = 'request'
            """,
            ending=self._ending(),
            main=self._main_reason(),
        )

    def _ending(self):
        return SQL(
            """
            SELECT event.event, event.user_id, event.level_id, event.date,
                   event.capacity, event.working_hours,
                   (event.event IN ('approve', 'reject', 'send_back'))::int AS decided,
                   (event.event = 'approve')::int AS approved
              FROM key_account_approval event
             WHERE event.order_id = request.order_id
               AND event.id > request.id
               AND event.event IN %(endings)s
             ORDER BY event.id
             LIMIT 1
            """,
            endings=ENDINGS,
        )

    def _main_reason(self):
        # A term that no level may accept has no level, and comes first.
        return SQL(
            """
            SELECT term.dimension
              FROM key_account_approval_term term
              LEFT JOIN key_account_authority_level level
                     ON level.id = term.required_level_id
             WHERE term.approval_id = request.id AND NOT term.within
             ORDER BY level.sequence DESC NULLS FIRST, term.scope DESC, term.id
             LIMIT 1
            """
        )

    def _observations(self):
        return SQL(
            """
            SELECT seen.id::bigint * 4 + 1, 'observation',
                   seen.order_id, quotation.opportunity_id, seen.key_account_id,
                   seen.company_id,
                   quotation.team_id, seen.user_id, seen.required_level_id,
                   NULL, NULL, NULL, seen.dimension, seen.action, 'observed',
                   seen.date, NULL, seen.amount, NULL,
                   0, 0, 0, 0, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL
              FROM key_account_observation seen
              LEFT JOIN sale_order quotation ON quotation.id = seen.order_id
            """
        )

    def _overrides(self):
        """Steps that a deal was let through although a gate was closed."""
        return SQL(
            """
            SELECT log.id::bigint * 4 + 2, 'override',
                   NULL, log.opportunity_id, log.key_account_id, log.company_id,
                   log.team_id, log.responsible_id, NULL,
                   log.user_id, NULL, NULL, NULL, NULL, 'override',
                   log.date, log.date, NULL, NULL,
                   0, 0, 0, 0, 0, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL
              FROM key_account_stage_log log
             WHERE log.event = 'leave' AND log.how = 'override'
            """
        )

    def _concessions(self):
        """The last signature of each quotation, where its values were recorded."""
        return SQL(
            """
            SELECT signed.id::bigint * 4 + 3, 'concession',
                   signed.order_id, quotation.opportunity_id, signed.key_account_id,
                   signed.company_id,
                   signed.team_id, signed.salesperson_id, NULL,
                   NULL, signed.level_id, NULL, NULL, NULL, 'signed',
                   signed.signed_on, NULL, NULL, NULL,
                   0, 0, 0, 0, 0, 0, NULL, NULL, NULL,
                   signed.reference_value, signed.net_value,
                   signed.reference_value - signed.net_value,
                   100.0 * (signed.reference_value - signed.net_value)
                       / NULLIF(signed.reference_value, 0)
              FROM (
                SELECT DISTINCT ON (signature.order_id) signature.*
                  FROM key_account_signature signature
                 WHERE %(counts)s
              ORDER BY signature.order_id, signature.signed_on DESC, signature.id DESC
              ) signed
              JOIN sale_order quotation ON quotation.id = signed.order_id
             WHERE signed.is_valued AND quotation.state <> 'cancel'
            """,
            counts=self.env["key.account.kpi"]._sql_signature_counts(),
        )

    # ------------------------------------------------------------
    # AGGREGATES
    # ------------------------------------------------------------

    @api.model
    def _ratios(self):
        return {
            "approval_rate": ("approved", "decided"),
            "concession": ("conceded", "reference_value"),
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_order(self):
        """The quotation; of an override the opportunity."""
        self.ensure_one()
        record = self.order_id or self.opportunity_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "view_mode": "form",
            "res_id": record.id,
        }
