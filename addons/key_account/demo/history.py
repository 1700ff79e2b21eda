"""Two years before the story: customers come and go, and are visited every month."""

from odoo import models
from odoo.fields import Command

from . import cast, texts
from .history_cast import CUSTOMERS, GUIDANCE, REPORTS

# From the first round of visits to the last, and how far they lie apart.
FIRST, LAST, EVERY = -506, 14, 30
AHEAD = 9
PURPOSES = ("revisit", "revisit", "service", "revisit", "collection")


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for account in CUSTOMERS:
            yield from self._account_events(clock, account)
        visited = [account for account in cast.ACCOUNTS if account.since]
        visited += [account for account in CUSTOMERS if account.states]
        people = sorted({account.user for account in visited})
        for number, person in enumerate(people):
            mine = [account for account in visited if account.user == person]
            days = range(FIRST + 5 * number, LAST, EVERY)
            for turn, day in enumerate(days, start=number):
                customers = [each for each in mine if visited_on(each, day)]
                if customers:
                    yield from Round(self, clock, customers, day, turn).events()


def visited_on(account, day):
    """Whether a customer is on a round of that day: not before they are one, not after
    they are lost, nor once the regular visits of the story begin."""
    came, gone = account.since or account.start, LAST + EVERY
    if account.since:
        gone = account.start
    for state_day, method, _arguments in account.states:
        if method == "action_activate":
            came = state_day
        elif method == "action_lose":
            gone = state_day
    return came + AHEAD < day < gone - 5


class Round:
    """One person's visits of a day, one of them on site, each step taken for all at
    once. Reports come late less often than they did in the beginning."""

    def __init__(self, demo, clock, customers, day, turn):
        self.demo, self.clock, self.customers = demo, clock, customers
        self.day, self.turn = day, turn
        self.team = customers[0].team
        # Half of the hours that Europe begins later: visits are early there.
        self.shift = 3.5 if self.team == "europe" else 0
        self.env = demo._env_of(demo._user(customers[0].user), self.team)

    def events(self):
        late = self.turn % (3 if self.day < -260 else 7) == 1
        slow = self.turn % (4 if self.day < -260 else 9) == 2
        reported = self.day + (4 if late else 0)
        yield self.day - AHEAD, 10.3 + self.shift, self.plan
        yield self.day, 16.9 + self.shift, self.hold
        yield reported, 17.3 + self.shift, self.report
        yield reported + (6 if slow else 1), 11.4 + self.shift, self.review

    def plan(self):
        visits = self.env["key.account.visit"].create(
            [
                self._planned(account, index)
                for index, account in enumerate(self.customers)
            ]
        )
        visits.action_confirm()
        self.visits = visits
        self.demo._name_them("round", visits)

    def _planned(self, account, index):
        turn = self.turn + index
        hour = (9.0, 13.5, 14.5, 15.5)[index % 4] + self.shift
        buyer = self.demo._partner(account, "buyer")
        return {
            "key_account_id": self.demo._account(account.code).id,
            "contact_ids": [Command.set(buyer.ids)],
            "purpose": PURPOSES[turn % len(PURPOSES)],
            "method": ("video", "phone")[turn % 2] if index else "onsite",
            "date_start": self.clock.at(self.day, hour),
            "date_end": self.clock.at(self.day, hour + (0.75 if index else 2.5)),
        }

    def hold(self):
        if self.turn % 8 == 5 and len(self.visits) > 1:
            by_customer = self.turn % 16 == 5
            whose = texts.CANCELLED if by_customer else texts.CANCELLED_BY_US
            last = self.visits[-1:]
            last.action_cancel(whose[self.customers[-1].lang], by_customer)
            self.visits -= last
        self.visits.preparation_ids.action_done()
        self.visits.action_hold()

    def report(self):
        for index, visit in enumerate(self.visits):
            lang = self.customers[index].lang
            summary, outcome = REPORTS[lang][(self.turn + 2 * index) % 6]
            vals = {"summary": f"<p>{summary}</p>", "outcome": outcome}
            if outcome == "not_achieved":
                vals.update(failure_reason="other", failure_note=texts.FAILURE[lang])
            visit.write(vals)
        self.visits.action_report()

    def review(self):
        manager = self.demo._env_of_manager(self.team)
        self.visits.with_env(manager).action_review(
            {
                "review_potential": 3,
                "review_standing": 3 + self.turn % 2,
                "review_value": 3,
                "review_difficulty": 2 + self.turn % 2,
                "review_feasibility": "feasible",
                "guidance": GUIDANCE[self.customers[0].lang],
            }
        )
        self.visits.sudo().activity_ids.action_feedback()
