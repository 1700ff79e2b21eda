"""Who reviews a contract, for which function and within which time."""

from odoo import api, fields, models

from ..shared.label import selection_labels

FUNCTIONS = [
    ("technical", "Technical"),
    ("production", "Production"),
    ("quality", "Quality"),
    ("finance", "Finance"),
    ("legal", "Legal"),
]


class KeyAccountContractReviewFunction(models.Model):
    """Which function reviews, who does it and within which time: the template of a
    review."""

    _name = "key.account.contract.review.function"
    _description = "Contract Review Function"
    _inherit = ["key.account.single", "key.account.kept"]
    _single = frozenset(("function", "team_id", "company_id"))
    _order = "company_id, sequence, id"

    sequence = fields.Integer(default=10)
    function = fields.Selection(FUNCTIONS, required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "crm.team",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: for all teams of the company. A team with functions of its own is"
        " reviewed by these alone.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "key_account_review_function_user_rel",
        "function_id",
        "user_id",
        string="Reviewers",
        required=True,
    )
    question = fields.Text(
        translate=True,
        default=lambda self: self.env._(
            "Are the requirements understood? Are we capable of them? Have all"
            " differences between contract and quotation been resolved?"
        ),
        help="What the function answers for: requirements understood, capable,"
        " differences resolved.",
    )
    hours = fields.Float(string="Time limit (working hours)", default=8.0)
    active = fields.Boolean(default=True)

    _one_per_company = models.UniqueIndex(
        "(company_id, COALESCE(team_id, 0), function) WHERE active",
        "Each function reviews once per company, or once per team.",
    )

    @api.depends("function")
    def _compute_display_name(self):
        labels = selection_labels(self, "function")
        for record in self:
            record.display_name = labels.get(record.function, "")

    def _single_text(self):
        return self.env._(
            "Each function reviews once per company, or once per team: make a new one"
            " and choose its function or team."
        )

    def _for_order(self, order):
        """The functions that review an order: its team's own, else the company's; where
        another team has the account, those of both, so that whoever sells does not
        choose who judges by choosing a team."""
        rows = self.with_context(active_test=True)
        rows = rows.search([("company_id", "=", order.company_id.id)])
        general = rows.filtered(lambda row: not row.team_id)
        found = self.browse()
        for team in order._reviewing_teams():
            own = rows.filtered(
                lambda row, team=team: row.team_id and row.team_id == team
            )
            found |= own or general
        return found.sorted()
