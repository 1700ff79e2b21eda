"""What may go wrong with an account, how grave it would be, who sees to it."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...rules import risk
from ..shared.working_time import today_of

JUDGEMENTS = [
    ("1", "1 – very low"),
    ("2", "2 – low"),
    ("3", "3 – medium"),
    ("4", "4 – high"),
    ("5", "5 – very high"),
]
LEVELS = [("low", "Low"), ("medium", "Moderate"), ("high", "High")]


class KeyAccountRisk(models.Model):
    """A risk of an account (market, credit, contract), judged on a day.

    Whoever changes a judgement, or says that it still holds, has assessed the risk
    that day; when it is to be assessed again follows from the policy of the account.
    """

    _name = "key.account.risk"
    _description = "Risk"
    _inherit = ["key.account.task"]
    _order = "state, score desc, next_assessment, id"
    _under = frozenset(("key_account_id",))
    _kept = frozenset(("assessed_on", "assessed_by_id", "next_assessment"))
    _check_company_auto = True

    name = fields.Char(string="Risk")
    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [("market", "Market"), ("credit", "Credit"), ("contract", "Contract")],
        required=True,
        default="market",
        tracking=True,
    )
    probability = fields.Selection(
        JUDGEMENTS, required=True, default="3", tracking=True
    )
    impact = fields.Selection(JUDGEMENTS, required=True, default="3", tracking=True)
    score = fields.Integer(
        compute="_compute_score",
        store=True,
        aggregator="max",
        help="Probability times impact, from 1 to 25.",
    )
    level = fields.Selection(
        LEVELS, compute="_compute_score", store=True, index=True, tracking=True
    )
    measure = fields.Text(help="What we do so that it does not happen, or does less.")
    assessed_on = fields.Date("Assessed on", readonly=True, copy=False)
    assessed_by_id = fields.Many2one(
        "res.users", string="Assessed by", readonly=True, copy=False
    )
    next_assessment = fields.Date(
        "Next assessment",
        readonly=True,
        copy=False,
        index=True,
        help="By the policy of the account's company and importance.",
    )
    state = fields.Selection(selection_add=[("done", "Closed")])
    ended_on = fields.Date(string="Closed on")
    ended_by_id = fields.Many2one(string="Closed by")

    # ---------------------------------------- compute

    @api.depends("probability", "impact")
    def _compute_score(self):
        for each in self:
            each.score = risk.score(int(each.probability), int(each.impact))
            each.level = risk.level(each.score)

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        risks = super().create(vals_list)
        risks._note_assessment()
        return risks

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"probability", "impact"}:
            self._note_assessment()
        return result

    # ---------------------------------------- actions

    def action_assess(self):
        """They are as they were: judged again today."""
        self.check_access("write")
        self._note_assessment()
        return True

    def action_reopen(self):
        result = super().action_reopen()
        self._note_assessment()
        return result

    # ---------------------------------------- business

    def _note_assessment(self):
        for account, risks in self.grouped("key_account_id").items():
            today = today_of(account)
            months = account._policy().risk_months
            risks._write_kept(
                {
                    "assessed_on": today,
                    "assessed_by_id": self.env.uid,
                    "next_assessment": months and today + relativedelta(months=months),
                }
            )


class KeyAccount(models.Model):
    _inherit = "key.account"

    risk_ids = fields.One2many(
        "key.account.risk", "key_account_id", string="Risks", copy=False
    )
    risk_level = fields.Selection(
        LEVELS,
        string="Risk",
        compute="_compute_risk",
        store=True,
        help="The gravest of the open risks.",
    )
    risk_assessment = fields.Date(
        string="Risks to be assessed by",
        compute="_compute_risk",
        store=True,
        help="The first day on which an open risk is to be judged again.",
    )

    @api.depends(
        "risk_ids.state",
        "risk_ids.level",
        "risk_ids.next_assessment",
        "risk_ids.active",
    )
    def _compute_risk(self):
        for account in self:
            risks = account.risk_ids.filtered(lambda r: r.state == "open" and r.active)
            days = [day for day in risks.mapped("next_assessment") if day]
            account.risk_level = risk.gravest(risks.mapped("level")) or False
            account.risk_assessment = min(days, default=False)

    def action_view_risks(self):
        return self._action_of_account("key.account.risk", self.env._("Risks"))
