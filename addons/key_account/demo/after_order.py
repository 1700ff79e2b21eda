"""What follows an order: handed over in time or late, what customers cost, and those
who order no more."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Command

from ..models.shared import optional

# Customer, city, months since their last order, spindles they bought then.
QUIET_CUSTOMERS = (
    ("黄河阀门 Huanghe Valves", "Zhengzhou", 14, 30),
    ("东海起重 Donghai Cranes", "Ningbo", 26, 75),
)
# Share of the year's budget: what for.
SPENT = ((0.62, "Service visits 上门服务工时"), (0.46, "Travel 差旅费"))


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield -1, 17.7, self._hand_over_orders
        yield -1, 17.8, self._spend
        yield -1, 17.9, self._quiet_customers

    def _hand_over_orders(self):
        """What was promised by now came on its day, the last of each company four days
        late; their revisits are due."""
        for code in ("china", "europe"):
            company, env = self._company(code), self._env_of_manager(code)
            today = company._key_account_today()
            deliveries = self.env["key.account.delivery"].search(
                [
                    ("state", "=", "open"),
                    ("company_id", "=", company.id),
                    ("promised_on", "<", today),
                ],
                order="promised_on",
            )
            for delivery in deliveries.with_env(env):
                if optional.is_delivered_from_stock(delivery.order_id.sudo()):
                    # Its own delivery says so, once somebody has picked and packed it.
                    continue
                late = delivery == deliveries[-1:] and len(deliveries) > 1
                day = delivery.promised_on + relativedelta(days=4 if late else 0)
                delivery.action_hand_over(min(day, today))

    def _spend(self):
        """A customer cost more than the budget of their year."""
        company = self._company("china")
        books, _others = self.env["account.analytic.plan"]._get_all_plans()
        company.key_account_analytic_plan_id = books
        plan = self.env["key.account.plan"].search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "year"),
                ("state", "=", "approved"),
                ("budget_total", ">", 0),
            ],
            order="id",
            limit=1,
        )
        account = plan.key_account_id
        account._open_analytic_account()
        self.env["account.analytic.line"].create(
            [
                {
                    "name": what,
                    "amount": -share * plan.budget_total,
                    "date": company._key_account_today(),
                    "company_id": company.id,
                    books._column_name(): account.analytic_account_id.id,
                }
                for share, what in SPENT
                if account
            ]
        )

    def _quiet_customers(self):
        """Customers since long who have not ordered for months: proposed as dormant,
        and as lost."""
        company, manager = self._company("china"), self._env_of_manager("china")
        accounts = self.env["key.account"]
        for name, city, months, quantity in QUIET_CUSTOMERS:
            customer = self.env["res.partner"].create(
                {
                    "name": name,
                    "is_company": True,
                    "city": city,
                    "country_id": self.env.ref("base.cn").id,
                }
            )
            order = (
                self.env["sale.order"]
                .with_company(company)
                .create(
                    {
                        "partner_id": customer.id,
                        "company_id": company.id,
                        "team_id": False,
                        "user_id": False,
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": self._ref("product_spindle").id,
                                    "product_uom_qty": quantity,
                                }
                            )
                        ],
                    }
                )
            )
            order.action_confirm()
            # As of then: confirming says the moment.
            order.date_order -= relativedelta(months=months)
            accounts |= manager["key.account"].create(
                {
                    "partner_id": customer.id,
                    "company_id": company.id,
                    "team_id": self._team("china").id,
                    "user_id": self._user("specialist").id,
                    "state": "active",
                }
            )
        self.env.flush_all()
        accounts.sudo()._propose_losses()
