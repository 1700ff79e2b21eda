"""What the customers are worth, how some are to be developed, who could join them."""

from odoo import models

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
        self.env["key.account"]._cron_value_classes()
        china = self._company("china")
        china.key_account_propose_orders = 1
        china.key_account_approve_strategy = True
        self.env["key.account.proposal"]._cron_identify()
