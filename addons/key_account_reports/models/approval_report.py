"""Sign-off in figures: who asks, who decides, how long it takes."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.key_account.models.shared.label import selection_labels

ENDINGS = ("approve", "reject", "send_back", "withdraw", "supersede")


class KeyAccountApprovalReport(models.Model):
    """One row per request for sign-off, with how it ended; and one per observation:
    what would have been stopped had the controls been enforced.

    Amounts are in company currency, as frozen by the event; hours are elapsed hours
    from the request to its end.
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
            "discount",
        ],
        "key.account.approval.term": [
            *("approval_id", "dimension", "within", "required_level_id"),
        ],
        "key.account.authority.level": ["sequence"],
        "key.account.observation": [
            *("order_id", "key_account_id", "company_id", "action", "user_id"),
            *("date", "dimension", "required_level_id", "amount"),
        ],
        "sale.order": ["team_id"],
    }

    kind = fields.Selection(
        [("request", "Request"), ("observation", "Would have been stopped")],
        readonly=True,
    )
    order_id = fields.Many2one("sale.order", string="Quotation", readonly=True)
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
    hours = fields.Float(
        string="Hours to decision", readonly=True, aggregator="avg", digits=(16, 1)
    )
    approval_rate = fields.Float(
        string="Approved (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )

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
        return SQL("%s UNION ALL %s", self._requests(), self._observations())

    def _requests(self):
        """Requests with the first event that ended each, and their main reason."""
        return SQL(
            """
            SELECT request.id * 2 AS id,
                   'request' AS kind,
                   request.order_id, request.key_account_id, request.company_id,
                   quotation.team_id, request.user_id, request.required_level_id,
                   CASE WHEN ending.decided = 1 THEN ending.user_id END
                       AS decided_by_id,
                   ending.level_id, main.dimension, NULL AS action,
                   COALESCE(ending.event, 'open') AS result,
                   request.date,
                   CASE WHEN ending.decided = 1 THEN ending.date END AS date_decided,
                   request.amount, request.discount,
                   1 AS requests,
                   COALESCE(ending.decided, 0) AS decided,
                   COALESCE(ending.approved, 0) AS approved,
                   COALESCE(ending.decided - ending.approved, 0) AS rejected,
                   0 AS observed,
                   CASE WHEN ending.decided = 1
                        THEN EXTRACT(EPOCH FROM ending.date - request.date) / 3600
                   END AS hours,
                   CASE WHEN ending.decided = 1 THEN 100.0 * ending.approved END
                       AS approval_rate
              FROM key_account_approval request
              JOIN sale_order quotation ON quotation.id = request.order_id
              LEFT JOIN LATERAL (%(ending)s) ending ON TRUE
              LEFT JOIN LATERAL (%(main)s) main ON TRUE
             WHERE request.event = 'request'
            """,
            ending=self._ending(),
            main=self._main_reason(),
        )

    def _ending(self):
        return SQL(
            """
            SELECT event.event, event.user_id, event.level_id, event.date,
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
            SELECT seen.id * 2 + 1, 'observation',
                   seen.order_id, seen.key_account_id, seen.company_id,
                   quotation.team_id, seen.user_id, seen.required_level_id,
                   NULL, NULL, seen.dimension, seen.action, 'observed',
                   seen.date, NULL, seen.amount, NULL,
                   0, 0, 0, 0, 1, NULL, NULL
              FROM key_account_observation seen
              JOIN sale_order quotation ON quotation.id = seen.order_id
            """
        )

    # ------------------------------------------------------------
    # AGGREGATES
    # ------------------------------------------------------------

    @api.model
    def _ratios(self):
        return {"approval_rate": ("approved", "decided")}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "view_mode": "form",
            "res_id": self.order_id.id,
        }
