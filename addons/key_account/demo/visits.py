from odoo import Command, fields, models

from . import texts

# Planned so many working days ahead.
AHEAD = 12
LAST = 12


class KeyAccountDemo(models.AbstractModel):
    """The regular visits to the accounts, past and to come."""

    _inherit = "key.account.demo"

    def _revisit_events(self, clock, account, number):
        """(day, hour, what) of regular visits; ``number`` shifts hours and outcomes."""
        rounds = range(account.start + AHEAD + 4, LAST, account.revisits)
        for turn, day in enumerate(rounds, start=number):
            revisit = Revisit(self, clock, account, day, turn)
            yield from revisit.events()


class Revisit:
    """A regular visit. Most go well; some are late, cancelled or forgotten."""

    def __init__(self, demo, clock, account, day, turn):
        self.demo = demo
        self.clock = clock
        self.account = account
        self.day = day
        self.turn = turn
        self.shift = 7 if account.team == "europe" else 0
        self.hour = (9.5, 10.0, 13.5, 15.0)[turn % 4] + self.shift

    def events(self):
        yield self.day - AHEAD, 11.2 + self.shift, self.plan
        if self.turn % 7 in (3, 5):
            yield self.day - 1, 16.0 + self.shift, self.cancel
            return
        yield self.day - 2, 9.4 + self.shift, self.confirm
        report = self.day + (3 if self.turn % 6 == 4 else 0)
        yield self.day, self.hour + 1.2, self.hold
        yield report, 17.4 + self.shift, self.report
        yield report + (3 if self.turn % 8 == 3 else 1), 10.7 + self.shift, self.review

    def by(self, user):
        return self.demo._env_of(user, self.account.team)

    def plan(self):
        env = self.by(self.demo._user(self.account.user))
        account = self.demo._account(self.account.code)
        people = [
            self.demo._partner(self.account, person.code)
            for person in self.account.people
        ]
        contact = people[self.turn % len(people)]
        self.visit = env["key.account.visit"].create(
            {
                "key_account_id": account.id,
                "contact_ids": [Command.set(contact.ids)],
                "purpose": ("revisit", "service", "revisit", "collection")[
                    self.turn % 4
                ],
                "method": ("onsite", "video", "onsite", "phone")[self.turn % 4],
                "step": "3",
                "date_start": self.clock.at(self.day, self.hour),
                "date_end": self.clock.at(self.day, self.hour + 1),
            }
        )
        self.demo._name_it(f"revisit_{self.account.code}_{self.visit.id}", self.visit)

    def confirm(self):
        self.visit.action_confirm()
        self.visit.preparation_ids.action_done()

    def cancel(self):
        by_customer = self.turn % 7 == 5
        whose = texts.CANCELLED if by_customer else texts.CANCELLED_BY_US
        self.visit.action_cancel(whose[self.account.lang], by_customer)

    def hold(self):
        self.visit.action_hold()

    def report(self):
        lang = self.account.lang
        summary, outcome = texts.REVISIT[lang][self.turn % 4]
        vals = {"summary": f"<p>{summary}</p>", "outcome": outcome}
        if outcome == "not_achieved":
            vals.update(failure_reason="other", failure_note=texts.FAILURE[lang])
        if self.turn % 3 == 0:
            vals["satisfaction"] = 3 + self.turn % 2
        self.visit.write(vals)
        if self.turn % 6 == 0:
            self.demo._photograph(self.visit)
        self.visit.action_report()

    def review(self):
        manager = self.demo._team(self.account.team).user_id
        visit = self.visit.with_env(self.by(manager))
        base = 4 if self.account.grade == "A" else 3
        visit.action_review(
            {
                "review_potential": base,
                "review_standing": base,
                "review_value": min(5, base + self.turn % 2),
                "review_difficulty": 2 + self.turn % 3,
                "review_feasibility": "feasible",
                "guidance": texts.GUIDANCE[self.account.lang][self.turn % 3],
            }
        )
        if fields.Date.today() < self.clock.day(-3):
            visit.sudo().activity_ids.action_feedback()
