"""What an account may cost in a year, and where it is booked."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..shared.label import listed
from ..shared.working_time import today_of

BUDGETS = [
    ("staff", "Staff"),
    ("travel", "Travel"),
    ("reception", "Reception and events"),
    ("samples", "Samples"),
    ("service", "Service"),
    ("other", "Other"),
]


class KeyAccountPlanBudget(models.Model):
    """A line of the budget, in company currency."""

    _name = "key.account.plan.budget"
    _description = "Budget Line of a Plan"
    _inherit = ["key.account.plan.part"]
    _order = "sequence, id"

    name = fields.Char(string="What for", required=True)
    kind = fields.Selection(BUDGETS, required=True, default="other")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary()

    @api.constrains("amount")
    def _check_amount(self):
        for line in self:
            if line.amount < 0:
                raise ValidationError(
                    self.env._(
                        "%(line)s: a budget is entered as a positive amount.",
                        line=line.name,
                    )
                )


class KeyAccountPlan(models.Model):
    _inherit = "key.account.plan"

    budget_ids = fields.One2many("key.account.plan.budget", "plan_id", copy=True)
    budget_total = fields.Monetary(
        string="Budget in all", compute="_compute_budget_total", store=True
    )

    @api.depends("budget_ids.amount")
    def _compute_budget_total(self):
        for plan in self:
            plan.budget_total = sum(plan.budget_ids.mapped("amount"))

    def write(self, vals):
        if "active" in vals and not self._is_by_process(vals):
            self._assert_may_end_budget()
        return super().write(vals)

    def action_approve(self):
        result = super().action_approve()
        self.filtered("budget_total").key_account_id._open_analytic_account()
        return result

    def action_revise(self):
        self._assert_may_end_budget()
        return super().action_revise()

    def _assert_may_end_budget(self):
        """What an account costs is measured by its budget: whoever spends it does not
        say that there is none."""
        counted = self.filtered(
            lambda plan: (
                plan.kind == "year"
                and plan.state != "draft"
                and plan.budget_ids
                and plan.date_from
                and plan.date_from <= today_of(plan)
                and plan.key_account_id.analytic_account_id
            )
        )
        managed = counted.key_account_id._managed_by_user()
        if held := counted.filtered(lambda plan: plan.key_account_id not in managed):
            raise AccessError(
                self.env._(
                    "%(plans)s: what the customer costs is measured by the budget of"
                    " this plan. Ask the manager of the account's team to revise or"
                    " archive it.",
                    plans=listed(self.env, held.mapped("name")),
                )
            )


class KeyAccount(models.Model):
    _inherit = "key.account"
    _kept = frozenset(("analytic_account_id",))

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        string="Cost account",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Made when the first budget of the account is approved, if the company"
        " has chosen an analytic plan for its key accounts.",
    )

    def _open_analytic_account(self):
        """One for each that has none, where the company wants it.

        With full rights: whoever approves a budget keeps no books.
        """
        for account in self.sudo().filtered(lambda a: not a.analytic_account_id):
            plan = account.company_id.key_account_analytic_plan_id
            if plan:
                made = (
                    self.env["account.analytic.account"]
                    .sudo()
                    .create(
                        {
                            "name": account.name,
                            "code": account.code,
                            "plan_id": plan.id,
                            "partner_id": account.partner_id.id,
                            "company_id": account.company_id.id,
                        }
                    )
                )
                account._write_kept({"analytic_account_id": made.id})


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_analytic_plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Analytic plan of key accounts",
        ondelete="set null",
        prefetch="key_account",
        help="Where costs of key accounts are booked. Empty: no analytic accounts are"
        " made.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_analytic_plan_id = fields.Many2one(
        related="company_id.key_account_analytic_plan_id", readonly=False
    )
