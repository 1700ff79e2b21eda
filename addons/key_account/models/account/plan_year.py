"""The plan of an account's year: one page, in parts that can be compared."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules import forecast
from ..shared.working_time import today_of

# What says for which year of which account a plan is.
_DATED = {"kind", "date_from", "key_account_id", "active"}
_COSTS = tuple(f"cost_{name}" for name in forecast.COSTS)


class KeyAccountPlan(models.Model):
    """A plan of kind ``year``: one per account and fiscal year of its company.

    Situation (strengths and weaknesses, competitors, what the customer buys by, what
    they buy from us), targets, forecast, budget. All amounts are in the currency of
    the company.
    """

    _inherit = "key.account.plan"
    _kept = frozenset(("fiscal_year",))

    currency_id = fields.Many2one(related="company_id.currency_id")
    fiscal_year = fields.Char(
        "Fiscal year",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Of the company.",
    )
    swot_strengths = fields.Text(string="Strengths")
    swot_weaknesses = fields.Text(string="Weaknesses")
    swot_opportunities = fields.Text(string="Chances")
    swot_threats = fields.Text(string="Threats")
    customer_purchases = fields.Monetary(
        string="Customer's purchases",
        help="What the customer buys of our kind in a year, from everybody.",
    )
    share_of_purchases = fields.Float(
        string="Our share (%)",
        compute="_compute_share_of_purchases",
        store=True,
        digits=(6, 1),
        aggregator=None,
        help="What they ordered from us in the last 12 months, of all they buy.",
    )
    revenue_target = fields.Monetary("Revenue target")
    visit_target = fields.Integer(
        string="Visits planned",
        compute="_compute_visit_target",
        store=True,
        readonly=False,
        help="By the policy of the account, where nobody says otherwise.",
    )
    forecast_revenue = fields.Monetary(string="Revenue")
    forecast_margin = fields.Monetary(string="Margin")
    cost_stock_interest = fields.Monetary(string="Interest on stock")
    cost_staff = fields.Monetary(string="Staff")
    cost_travel = fields.Monetary(string="Travel")
    cost_service = fields.Monetary(string="Service")
    cost_overhead = fields.Monetary(string="Overhead")
    cost_total = fields.Monetary(
        string="Costs", compute="_compute_expected_value", store=True
    )
    risk_factor = fields.Float(
        string="Risk factor (%)",
        digits=(5, 1),
        aggregator=None,
        help="Share of the margin that is expected not to come.",
    )
    expected_value = fields.Monetary(
        "Expected value",
        compute="_compute_expected_value",
        store=True,
        help="Margin less the risk factor's share of it, less all costs.",
    )

    _one_a_year = models.UniqueIndex(
        "(key_account_id, fiscal_year) WHERE active AND fiscal_year IS NOT NULL",
        "This account has a plan for that year already.",
    )

    # ---------------------------------------- compute

    @api.depends("customer_purchases", "purchased_before")
    def _compute_share_of_purchases(self):
        for plan in self:
            plan.share_of_purchases = (
                forecast.share(plan.purchased_before, plan.customer_purchases) or 0.0
            )

    @api.depends("kind", "key_account_id")
    def _compute_visit_target(self):
        for plan in self:
            account = plan.key_account_id
            drafted = plan.kind == "year" and plan.state == "draft"
            if drafted and account and not plan.visit_target:
                plan.visit_target = round(12 * account._policy().visits_per_month)

    @api.depends("forecast_margin", "risk_factor", *_COSTS)
    def _compute_expected_value(self):
        for plan in self:
            costs = [plan[name] for name in _COSTS]
            # What is out of range is refused when it is saved.
            risk = min(max(plan.risk_factor, 0.0), 100.0)
            plan.cost_total = sum(costs)
            plan.expected_value = forecast.expected_value(
                plan.forecast_margin, costs, risk
            )

    @api.onchange("kind", "key_account_id")
    def _onchange_year(self):
        account = self.key_account_id
        if self.kind == "year" and account and not self.date_to:
            day = self.date_from or today_of(account)
            self.date_from, self.date_to = self._fiscal_dates(account, day)

    # ---------------------------------------- constraints

    @api.constrains("risk_factor", "customer_purchases", *_COSTS)
    def _check_forecast(self):
        for plan in self:
            if not 0.0 <= plan.risk_factor <= 100.0:
                raise ValidationError(
                    self.env._(
                        "%(plan)s: the risk factor is the share of the margin that is"
                        " not expected to come in, between 0 and 100 %%.",
                        plan=plan.name,
                    )
                )
            if any(plan[name] < 0 for name in ("customer_purchases", *_COSTS)):
                raise ValidationError(
                    self.env._(
                        "%(plan)s: costs and purchases are entered as positive"
                        " amounts.",
                        plan=plan.name,
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        vals_list = [self._with_year(vals) for vals in vals_list]
        self._assert_one_a_year(
            [
                (vals["key_account_id"], vals["fiscal_year"])
                for vals in vals_list
                if vals["fiscal_year"] and vals.get("active", True)
            ]
        )
        dated = self._unlocked(("fiscal_year",))
        plans = super(KeyAccountPlan, dated).create(vals_list).with_env(self.env)
        years = plans.filtered(lambda plan: plan.kind == "year")
        # Those whose account is that of their opportunity.
        for plan in years.filtered(lambda plan: not plan.fiscal_year):
            year = plan._year_with({})
            self._assert_one_a_year([(plan.key_account_id.id, year)], but=plan)
            plan._write_kept({"fiscal_year": year})
        years._load_items()
        return plans

    def write(self, vals):
        if not vals.keys() & _DATED or self._is_by_process(vals):
            return super().write(vals)
        self._assert_kept(vals)
        years = {plan: plan._year_with(vals) for plan in self}
        self._assert_one_a_year(
            [
                (self._to_id("key_account_id", account), year)
                for plan, year in years.items()
                for account in (vals.get("key_account_id", plan.key_account_id.id),)
                if year and vals.get("active", plan.active)
            ],
            but=self,
        )
        result = super().write(vals)
        for plan, year in years.items():
            if plan.fiscal_year != year:
                plan._write_kept({"fiscal_year": year})
        return result

    def copy_data(self, default=None):
        """A year's plan is copied for the next year."""
        data = super().copy_data(default)
        if {"date_from", "key_account_id"}.intersection(default or ()):
            return data
        for plan, vals in zip(self, data, strict=True):
            if plan.kind != "year":
                continue
            vals.pop("name", None)
            for name, after in (("date_from", 0), ("date_to", 1)):
                # A year that ends in February ends with its last day.
                day, one = vals.get(name), relativedelta(days=after)
                vals[name] = day and day + one + relativedelta(years=1) - one
        return data

    # ---------------------------------------- business: one a year

    @api.model
    def _fiscal_dates(self, account, day):
        """First and last day of the fiscal year of the account's company."""
        # Which year it is hangs on nobody's rights.
        company = account.sudo().company_id or self.env.company.sudo()
        dates = company.compute_fiscalyear_dates(day)
        return dates["date_from"], dates["date_to"]

    @api.model
    def _fiscal_year(self, account, day):
        return forecast.year_label(*self._fiscal_dates(account, day))

    @api.model
    def _with_year(self, vals):
        """The values of a new plan with what makes it one of a fiscal year."""
        names = [n for n in ("kind", "key_account_id") if n not in vals]
        given = {**self.default_get(names), **vals}
        account_id = self._to_id("key_account_id", given.get("key_account_id"))
        if given.get("kind") != "year" or not account_id:
            return {**vals, "fiscal_year": False}
        account = self.env["key.account"].browse(account_id)
        context = self.env.context
        day = vals.get("date_from", context.get("default_date_from"))
        day = fields.Date.to_date(day) or today_of(account.sudo())
        first, last = self._fiscal_dates(account, day)
        vals = {**vals, "key_account_id": account_id}
        if not vals.get("date_from") and not context.get("default_date_from"):
            vals["date_from"] = first
        if not vals.get("date_to") and not context.get("default_date_to"):
            vals["date_to"] = last
        return {**vals, "fiscal_year": forecast.year_label(first, last)}

    def _year_with(self, vals):
        """The fiscal year of this plan once these values are written."""
        self.ensure_one()
        account_id = self._to_id(
            "key_account_id", vals.get("key_account_id", self.key_account_id.id)
        )
        day = fields.Date.to_date(vals.get("date_from", self.date_from))
        if vals.get("kind", self.kind) != "year" or not account_id or not day:
            return False
        return self._fiscal_year(self.env["key.account"].browse(account_id), day)

    @api.model
    def _assert_one_a_year(self, pairs, but=None):
        """Name the plan there is before the index refuses.

        :param pairs: (account id, fiscal year) of plans about to be written
        """
        if not pairs:
            return
        # Only what the user may read is named; the others are refused anyhow.
        plans = self.search([("key_account_id", "in", [pair[0] for pair in pairs])])
        for plan in plans - (but or self.browse()):
            if (plan.key_account_id.id, plan.fiscal_year) in pairs:
                raise UserError(
                    self.env._(
                        "%(account)s has a plan for %(year)s already: %(plan)s."
                        " Continue with that one, or choose another year.",
                        account=plan.key_account_id.display_name,
                        year=plan.fiscal_year,
                        plan=plan.name,
                    )
                )
        if len(set(pairs)) < len(pairs):
            raise UserError(
                self.env._(
                    "An account has one plan per year. Enter one for each year only."
                )
            )

    # ---------------------------------------- business

    def _missing_parts(self):
        missing = super()._missing_parts()
        if self.kind != "year":
            return missing
        return missing + [
            self.env._("the target of “%(objective)s”", objective=objective.name)
            for objective in self.objective_ids
            if objective.metric != "text" and not objective.target_value
        ]
