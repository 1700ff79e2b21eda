from odoo import models

from . import cast
from .accounts import account_of

# (account, kind, name, measure, probability, impact, who, until)
RISKS = (
    (
        "hongda",
        "market",
        "订单集中于一款车型，换型后需求下降",
        "争取新平台壳体的同步开发",
        "3",
        "5",
        "manager",
        20,
    ),
    (
        "hongda",
        "contract",
        "年度合同的质量扣款没有上限",
        "续签前与法务约定上限",
        "2",
        "3",
        "",
        None,
    ),
    (
        "baxter",
        "credit",
        "Pays late since the parent company was sold",
        "Ask for a parent guarantee before the next lot",
        "4",
        "3",
        "specialist",
        10,
    ),
)
# (deal, kind, name, plan, who, until, removed)
OBSTACLES = (
    (
        "jiangnan_hub",
        "person",
        "质量经理倾向现有供应商",
        "邀请其参观计量室，并提供过程能力数据",
        "specialist",
        5,
        False,
    ),
    (
        "baxter_block",
        "delivery",
        "No stock near their plant",
        "Offer a consignment stock with the forwarder",
        "specialist",
        8,
        False,
    ),
    (
        "hongda_bracket",
        "price",
        "目标价低于材料成本",
        "提出改用铸造毛坯的方案",
        "specialist",
        -3,
        True,
    ),
)
# {account: (state, how it stands, our action) of each step, in their order}
PURCHASING = {
    "hongda": (
        ("done", "新平台已立项", "确认项目经理和时间表"),
        ("done", "我方已列入供应商名录", ""),
        ("done", "质量第一，交期第二", "提供过程能力数据"),
        ("running", "三家报价，下周评标", "与内线确认评分权重"),
        ("waiting", "", "准备验厂"),
        ("waiting", "", ""),
    ),
    "baxter": (
        ("done", "New block for the 9-litre engine", ""),
        ("done", "We are on the list", ""),
        ("running", "They compare the cost of inspection", "Show our capability data"),
        ("waiting", "", ""),
        ("waiting", "", "Prepare the audit"),
        ("waiting", "", ""),
    ),
}

# Accounts whose next year is being planned: what they bought is read from the orders.
NEXT_YEARS = ("hongda", "baxter")


class KeyAccountDemo(models.AbstractModel):
    """What is known of an account and a deal beyond the file: risks, obstacles, how
    the customer buys."""

    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for risk in RISKS:
            yield -9, 10.4, lambda risk=risk: self._add_risk(clock, *risk)
        for obstacle in OBSTACLES:
            yield -6, 16.7, lambda each=obstacle: self._add_obstacle(clock, *each)
        for code in NEXT_YEARS:
            yield -3, 15.1, lambda code=code: self._plan_next_year(code)
        for code, steps in PURCHASING.items():
            yield -9, 11.2, lambda c=code, s=steps: self._add_purchasing(c, s)

    def _person_of(self, account, who):
        """The user of the story behind a role of the account."""
        if who == "manager":
            return self._team(account.team).user_id
        return self._user(account.user)

    def _env_of_owner(self, account):
        return self._env_of(self._user(account.user), account.team)

    def _add_risk(
        self, clock, code, kind, name, measure, probability, impact, who, until
    ):
        account = account_of(code)
        self._env_of_owner(account)["key.account.risk"].create(
            {
                "key_account_id": self._account(code).id,
                "kind": kind,
                "name": name,
                "measure": measure,
                "probability": probability,
                "impact": impact,
                "user_id": bool(who) and self._person_of(account, who).id,
                "date_due": until is not None and clock.day(until),
            }
        )

    def _add_obstacle(self, clock, code, kind, name, plan, who, until, removed):
        deal = next(deal for deal in cast.DEALS if deal.code == code)
        account = account_of(deal.account)
        obstacle = self._env_of_owner(account)["key.account.obstacle"].create(
            {
                "opportunity_id": self._ref(f"deal_{code}").id,
                "kind": kind,
                "name": name,
                "plan": plan,
                "user_id": self._person_of(account, who).id,
                "date_due": clock.day(until),
            }
        )
        if removed:
            obstacle.action_end()

    def _add_purchasing(self, code, steps):
        record = self._account(code).with_env(self._env_of_owner(account_of(code)))
        record.action_fill_purchase_steps()
        deciders = record.stakeholder_ids.filtered(lambda p: p.role == "decision_maker")
        for step, (state, standing, action) in zip(
            record.purchase_step_ids.sorted("sequence"), steps, strict=True
        ):
            step.write(
                {
                    "state": state,
                    "standing": standing,
                    "our_action": action,
                    "decider_id": state != "waiting" and deciders[:1].id,
                }
            )

    def _plan_next_year(self, code):
        record = self._account(code).with_env(self._env_of_owner(account_of(code)))
        plan = record.plan_ids.filtered(lambda plan: plan.kind == "year")[:1]
        plan.copy()
