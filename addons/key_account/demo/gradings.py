"""What the customers are worth, how some are to be developed, who could join them."""

from odoo import models
from odoo.fields import Command

# Account: kind, place on the target list, mode of development, strategy.
GRADINGS = {
    "hongda": ("strategic", None, "solution", "先解决密封漏油，再谈整机泵的份额。"),
    "baxter": (
        "key",
        ("target", 1),
        "reference",
        "Begin with the spare parts of the running line, as at Hongda; then the next"
        " programme.",
    ),
    "yuanhang": (
        "potential",
        ("waiting", 1),
        "project",
        "跟进明年的招标，先入供应商名录。",
    ),
}


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _grading_events(self):
        yield -1, 17.0, self._grade_customers

    def _grade_customers(self):
        for name, (kind, place, mode, strategy) in GRADINGS.items():
            account = self._account(name)
            env = self._env_of_manager(self._team_code(account))
            vals = {"kind": kind, "strategy_mode": mode, "strategy": strategy}
            if place:
                vals["target_list"], vals["target_rank"] = place
            account.with_env(env).write(vals)
        self._sell_besides()
        self.env["key.account"]._cron_value_classes()
        self.env["key.account.proposal"]._cron_identify()

    def _sell_besides(self):
        """A customer of the plain sales department who buys more and more: proposed."""
        company = self._company("china")
        company.write(
            {
                "key_account_propose_amount": 300_000,
                "key_account_exclude_growth": 0,
                "key_account_approve_strategy": True,
            }
        )
        customer = self.env["res.partner"].create(
            {
                "name": "昆仑泵业 Kunlun Pumps",
                "is_company": True,
                "city": "Wuxi",
                "country_id": self.env.ref("base.cn").id,
                "key_account_standing": 4,
                "key_account_potential": 4,
                "key_account_share": 25.0,
            }
        )
        orders = self.env["sale.order"].with_company(company)
        order = orders.create(
            {
                "partner_id": customer.id,
                "company_id": company.id,
                "team_id": False,
                "user_id": False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self._ref("product_spindle").id,
                            "product_uom_qty": 80,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
