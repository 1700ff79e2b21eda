"""What colleagues and customers suggested, and what became of it."""

from datetime import timedelta

from odoo import models

# Code: account or none, who, how many days ago, what, topic, confidential.
SUGGESTIONS = {
    "crates": (
        "hongda",
        "specialist_2",
        -38,
        "周转箱与客户产线一致",
        "宏达希望泵壳用其产线的周转箱交货，省去一次倒箱。",
        "delivery",
        False,
    ),
    "drawings": (
        None,
        "specialist",
        -25,
        "One place for released drawings",
        "Twice this year a quotation was made from a drawing that had been replaced.",
        "process",
        False,
    ),
    "reachable": (
        None,
        "specialist",
        -9,
        "Decisions on Friday afternoon",
        "Requests that come on Friday lie until Tuesday; name somebody who stands in.",
        "process",
        True,
    ),
    "sample_case": (
        "rheintal",
        "specialist_europe",
        -5,
        "A case with sample parts for first visits",
        "Dr Vogel wants to touch the painted and the bare housing before she decides.",
        "product",
        False,
    ),
    "price_sheet": (
        None,
        "support",
        -3,
        "Price sheet with the date of the steel surcharge",
        "Customers ask every month which surcharge a price contains.",
        "price",
        False,
    ),
}


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for code, (_account, _who, day, *_rest) in SUGGESTIONS.items():
            yield day, 9.4, lambda code=code: self._suggest(code)
        yield -31, 10.5, lambda: self._decide_crates(clock)
        yield -6, 16.2, self._finish_crates
        yield -20, 11.0, self._postpone_drawings

    def _suggest(self, code):
        account, who, _day, name, text, topic, confidential = SUGGESTIONS[code]
        user = self._user(who)
        values = {
            "name": name,
            "description": text,
            "topic": topic,
            "confidential": confidential,
        }
        team = None
        if account:
            account = self._account(account)
            team = self._team_code(account)
            values.update(
                source="customer",
                key_account_id=account.id,
                partner_id=account.partner_id.child_ids[:1].id,
            )
        model = self._env_of(user, team)["key.account.suggestion"]
        self._name_it(f"suggestion_{code}", model.create(values))

    def _suggestion(self, code, env):
        return self._ref(f"suggestion_{code}").with_env(env)

    def _decide_crates(self, clock):
        env = self._env_of_manager("china")
        self._suggestion("crates", env).action_judge(
            "accepted",
            "4",
            "2",
            "客户明确提出，投入小，可复制到其他客户。",
            goal="宏达全部泵壳用客户周转箱交货",
            responsible=self._user("specialist_2").id,
            due=clock.day(-31) + timedelta(days=24),
        )

    def _finish_crates(self):
        env = self._env_of(self._user("specialist_2"), "china")
        suggestion = self._suggestion("crates", env)
        suggestion.action_done("第一批周转箱已到位，本月起全部按此交货。")
        suggestion.action_told_customer()
        manager = self._suggestion("crates", self._env_of_manager("china"))
        manager.action_thank("部门例会表扬，奖励 500 元。")

    def _postpone_drawings(self):
        team = self._suggestion("drawings", self.env).sudo().team_id
        env = self._env_of(team.user_id)
        self._suggestion("drawings", env).action_judge(
            "later", "5", "4", "Part of the document system planned for next year."
        )
