from functools import partial

from dateutil.relativedelta import relativedelta

from odoo import Command, models

from . import cast, texts
from .department import TEAMS
from .history_cast import CUSTOMERS

JUDGEMENTS = {"c": "confirmed", "o": "open", "r": "refused"}


class KeyAccountDemo(models.AbstractModel):
    """The account files: opened, asked about, judged, graded."""

    _inherit = "key.account.demo"

    def _account_events(self, clock, account):
        """What happens to an account: (day, hour, what) each."""
        opened = account.since or account.start
        events = [
            (opened, 9.2, lambda: self._open_account(account)),
            (account.start + 1, 16.0, lambda: self._ask(account)),
            (account.start + 2, 11.0, lambda: self._grade(account)),
            (account.start + 2, 11.5, lambda: self._know(clock, account)),
        ]
        if account.since:
            happen = partial(self._change, account, "action_activate", ())
            events.append((account.since + 1, 9.6, happen))
        if account.grade == "A":
            day = account.start + 3
            events.append((day, 14.0, lambda: self._plan_year(clock, account, day)))
        for day, method, arguments in account.states:
            events.append(
                (
                    day,
                    15.2,
                    lambda m=method, a=arguments: self._change(
                        account,
                        m,
                        [clock.day(x) if isinstance(x, int) else x for x in a],
                    ),
                )
            )
        return events

    def _account(self, code):
        return self._ref(f"account_{code}")

    def _partner(self, account, person):
        return self._ref(f"partner_{account.code}_{person}")

    def _open_account(self, account):
        user = self._user(account.user)
        env = self._env_of(user, account.team)
        active = account.known > 15
        record = env["key.account"].create(
            {
                "partner_id": self._ref(f"partner_{account.code}").id,
                "team_id": self._team(account.team).id,
                "user_id": user.id,
                "survey_kind": "customer" if active else "prospect",
                "stakeholder_ids": [
                    Command.create(
                        {
                            "partner_id": self._partner(account, person.code).id,
                            "role": person.role,
                            "attitude": person.attitude,
                            "influence": person.influence,
                            "relationship_level": person.relation,
                            "motives": person.motives,
                        }
                    )
                    for person in account.people
                ],
            }
        )
        self._name_it(f"account_{account.code}", record)

    def _know(self, clock, account):
        """What was learnt of those who decide: their birthdays come up soon."""
        record = self._account(account.code)
        for person in record.stakeholder_ids.filtered(lambda p: p.influence == "5"):
            role = (account.lang, person.role)
            if role not in texts.PEOPLE:
                continue
            pressures, extent, years, days = texts.PEOPLE[role]
            person.write(
                {
                    "pressures": pressures,
                    "authority_extent": extent,
                    "in_office_since": clock.today - relativedelta(years=years, day=1),
                    "birthday": clock.today
                    + relativedelta(days=days, years=-years - 40),
                }
            )

    def _ask(self, account):
        """Answer the survey as far as is known; judge money, authority, need."""
        env = self._env_of(self._user(account.user), account.team)
        record = self._account(account.code).with_env(env)
        given = self._answers(account)
        source = "Visit, annual report" if account.lang == "en" else "拜访、年报"
        rows = {self._question_code(row): row for row in record.answer_ids}
        for code in [code for code in given if code in rows][: account.known]:
            rows[code].write({**given[code], "source": source})
        names = ("money", "authority", "need")
        judged = dict(zip(names, account.man, strict=True))
        record.write(
            {
                **{
                    f"man_{name}": JUDGEMENTS[letter] for name, letter in judged.items()
                },
                **{
                    f"man_{name}_evidence": texts.EVIDENCE[account.lang][name][letter]
                    for name, letter in judged.items()
                },
                "man_need_kind": "existing" if judged["need"] == "c" else False,
            }
        )

    def _question_code(self, answer):
        xmlid = answer.question_id.get_external_id()[answer.question_id.id]
        return xmlid.removeprefix("key_account.question_")

    def _option(self, code):
        return {"value_selection": self.env.ref(f"key_account.option_{code}").id}

    def _answers(self, account):
        """Answers to the survey's questions, the easy ones first."""
        turnover, volume, employees, share = account.figures
        words = texts.ANSWERS[account.lang]
        deciders = [
            person for person in account.people if person.role == "decision_maker"
        ]
        decider = (
            self._partner(account, deciders[0].code).name
            if deciders
            else words["unknown"]
        )
        return {
            "legal_form": self._option(
                "legal_form_listed" if employees > 3000 else "legal_form_private"
            ),
            "employees": {"value_number": employees},
            "business": {"value_text": words["business"]},
            "founded": {"value_number": 1958 + int(turnover) % 45},
            "quality_standard": {"value_text": words["quality"]},
            "delivery": {"value_text": words["delivery"]},
            "turnover": {"value_number": turnover},
            "purchase_volume": {"value_number": volume},
            "audit": {"value_boolean": "yes"},
            "suppliers": {"value_text": words["suppliers"]},
            "decides": {"value_char": decider},
            "purchase_process": {"value_text": words["process"]},
            "growth": {"value_number": 4.0 + int(volume) % 9},
            "dissatisfied": {"value_text": words["dissatisfied"]},
            "our_share": {"value_number": share},
            "credit": self._option(
                "credit_excellent" if employees > 3000 else "credit_good"
            ),
            "inspection": self._option("inspection_sampling"),
            "competitors": {"value_text": words["competitors"]},
            "signs": {"value_text": words["signs"]},
            "plans": {"value_text": words["plans"]},
            "collection": {"value_number": 60},
        }

    def _grade(self, account):
        """The manager says how much it matters, and who stands by the specialist."""
        record = self._account(account.code).with_env(
            self._env_of_manager(account.team)
        )
        vals = {"grade": account.grade}
        if account.grade == "A":
            vals["sponsor_id"] = self._user("director").id
            vals["sponsor_cycle_months"] = 3
        part = {"en": "Samples, minutes", "zh": "样品、会谈纪要"}[account.lang]
        vals["member_ids"] = [
            Command.create({"user_id": self._user(colleague).id, "role": part})
            for colleague in TEAMS[account.team]["support"]
        ]
        record.write(vals)

    def _plan_year(self, clock, account, day):
        user = self._user(account.user)
        plan = self._env_of(user, account.team)["key.account.plan"].create(
            {
                "kind": "year",
                "key_account_id": self._account(account.code).id,
                "date_from": clock.day(day),
                "contingency": texts.CONTINGENCY[account.lang],
                **self._year_in_figures(account),
                "objective_ids": [
                    Command.create({"name": name, "measure": measure, "target": target})
                    for name, measure, target in texts.YEAR_OBJECTIVES[account.lang]
                ]
                + [
                    Command.create(
                        {"name": name, "metric": metric, "target_value": value}
                    )
                    for name, metric, value in texts.YEAR_FIGURES[account.lang]
                ],
                "action_ids": [
                    Command.create(
                        {
                            "name": name,
                            "user_id": user.id,
                            "date_due": clock.day(days),
                        }
                    )
                    for name, days in texts.YEAR_ACTIONS[account.lang]
                ],
            }
        )
        plan.with_env(self._env_of_manager(account.team)).action_approve()

    def _year_in_figures(self, account):
        """Situation, forecast, targets and budget of an account's year; amounts in
        thousands of what the customer buys of our kind."""
        words = texts.YEAR[account.lang]
        _turnover, volume, _employees, share = account.figures
        bought = volume * 1e6
        revenue = round(bought * max(share, 2.0) / 100, -4)
        return {
            **{f"swot_{name}": text for name, text in words["swot"].items()},
            "customer_purchases": bought,
            "competitor_ids": [
                Command.create(
                    {"name": name, "share": part, "strengths": good, "weaknesses": bad}
                )
                for name, part, good, bad in words["competitors"]
            ],
            "factor_ids": [
                Command.create({"name": name, "standing": standing, "sequence": rank})
                for rank, (name, standing) in enumerate(words["factors"], 1)
            ],
            "revenue_target": revenue,
            "forecast_revenue": revenue,
            "forecast_margin": round(revenue * 0.25, -3),
            "cost_stock_interest": round(revenue * 0.01, -3),
            "cost_staff": round(revenue * 0.05, -3),
            "cost_travel": round(revenue * 0.01, -3),
            "cost_service": round(revenue * 0.015, -3),
            "cost_overhead": round(revenue * 0.015, -3),
            "risk_factor": 20.0,
            "budget_ids": [
                Command.create({"name": name, "kind": kind, "amount": amount})
                for name, kind, amount in words["budget"]
            ],
        }

    def _change(self, account, method, arguments):
        record = self._account(account.code).with_env(
            self._env_of_manager(account.team)
        )
        getattr(record, method)(*arguments)

    def _env_of_manager(self, team_code):
        manager = self._team(team_code).user_id
        return self._env_of(manager, team_code)


def account_of(code):
    """The account of that code in the cast."""
    known = (*cast.ACCOUNTS, *CUSTOMERS)
    return next(account for account in known if account.code == code)
