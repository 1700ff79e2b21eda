"""Accounts that change hands: one was handed over, two have a stand-in these days."""

from odoo import models
from odoo.fields import Command


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _hands_events(self, clock):
        yield -1, 17.5, self._hand_over_account
        yield -1, 17.6, lambda: self._let_stand_in(clock)

    def _hand_over_account(self):
        """The area of a customer has changed, and with it who visits them."""
        self._change_of_hands(
            ("xinghuo",),
            "specialist",
            kind="leaves",
            reason="区域调整 Areas were drawn anew",
        )

    def _let_stand_in(self, clock):
        """Leave of a week and a half: a colleague finds the next steps on My Day."""
        self._change_of_hands(
            ("tanaka", "meridian"),
            "specialist_2",
            kind="away",
            date_from=clock.day(-1),
            date_to=clock.day(7),
            reason="Annual leave 年假",
        )

    def _change_of_hands(self, names, person, **vals):
        accounts = self.env["key.account"].union(*map(self._account, names))
        env = self._env_of_manager(self._team_code(accounts[0]))
        env["key.account.handover"].create(
            {
                "from_user_id": accounts.user_id.id,
                "to_user_id": self._user(person).id,
                "key_account_ids": [Command.set(accounts.ids)],
                **vals,
            }
        ).action_hand_over()
