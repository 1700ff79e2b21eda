"""A trader becomes our agent in a region: application, trial, revisits, evaluation."""

import base64

from odoo import Command, models

from .cast import Account, Person
from .evaluations import Evaluation

TEAM = "agencies"
AGENT = Account(
    "hengyuan",
    "zh",
    "specialist",
    -84,
    "C",
    "ccc",
    21,
    (320.0, 26.0, 85, 0.0),
    people=(
        Person(
            "owner",
            "decision_maker",
            "supporter",
            "5",
            "accepted",
            "独家代理权，区域价格保护",
        ),
    ),
)
# Who has only begun: the application form is with them.
CANDIDATE = Account(
    "jinhu",
    "zh",
    "specialist_2",
    -19,
    None,
    "ccc",
    9,
    (110.0, 9.0, 38, 0.0),
    people=(
        Person(
            "owner",
            "decision_maker",
            "neutral",
            "5",
            "met",
            "陕西、甘肃独家；样品和技术支持",
        ),
    ),
)
# What is to be sold in a year.
TARGETS = {"hengyuan": 1_800_000.0, "jinhu": 900_000.0}
# What an applicant says beyond what every customer is asked.
APPLICATION = {
    "region": "四川、重庆，下设 6 个销售网点，业务员 12 人",
    "warehouse": "成都仓库 3200 m²，自有货车 4 辆，48 小时内送达",
    "other_brands": "某品牌液压件川渝代理（2019 年起），无同类铸件",
}
# Working days from today, what for, what came of it.
VISITS = (
    (-72, "development", "实地查看仓库和三个网点，与申请表一致；团队稳定，资金充足。"),
    (-45, "revisit", "首批货到位，完成产品培训；两家重点客户已报价。"),
    (-27, "revisit", "成交 4 家，回款按期；建议增加样品展示。"),
    (-8, "revisit", "试用期任务完成 92 %，无串货；希望转为正式代理。"),
)
NEXT_REVISIT = 6
EVALUATION = Evaluation(
    "hengyuan", -3, (320, 11, 35, 52, 5.8, 6.4, 48, 35, 15), "34444343443"
)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield (
            -85,
            9.3,
            lambda: self._make_team_of(TEAM, "Agencies 代理商组", "regional_agency"),
        )
        yield AGENT.start, 9.2, self._find_agent
        yield CANDIDATE.start, 9.4, self._find_candidate
        yield CANDIDATE.start + 3, 15.8, self._confirm_candidate
        yield AGENT.start + 2, 11.2, lambda: self._grade(AGENT)
        yield -81, 16.3, self._confirm_need
        yield -78, 15.4, self._apply
        yield -76, 10.3, self._review_application
        for day, purpose, summary in VISITS:
            yield from self._agent_visit(clock, day, purpose, summary)
        yield -71, 15.1, self._agent_moves_on
        yield -66, 14.3, lambda: self._file_letter(clock)
        yield -62, 10.9, self._sign_agency
        yield EVALUATION.day, 14.9, lambda: self._evaluate(EVALUATION)
        yield EVALUATION.day, 16.9, lambda: self._confirm_evaluation(EVALUATION)
        yield -3, 11.6, lambda: self._plan_agent_visit(clock, NEXT_REVISIT, "revisit")

    def _agency(self):
        """The opportunity, as who works on it has it before them."""
        env = self._env_of(self._user(AGENT.user), "china")
        return self._ref("deal_agency").with_env(env)

    def _find_agent(self):
        name = "川渝区域代理 Agency Sichuan and Chongqing"
        self._name_it("deal_agency", self._find_agency(AGENT, name))

    def _find_candidate(self):
        name = "陕甘区域代理 Agency Shaanxi and Gansu"
        self._name_it("deal_agency_west", self._find_agency(CANDIDATE, name))

    def _find_agency(self, account, name):
        self._open_account(account)
        env = self._env_of(self._user(account.user), "china")
        self._account(account.code).with_env(env).survey_kind = "agency"
        return env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": self._partner(account, "owner").id,
                "company_id": self._company("china").id,
                "team_id": self._team(TEAM).id,
                "user_id": self._user(account.user).id,
                "expected_revenue": TARGETS[account.code],
            }
        )

    def _confirm_candidate(self):
        """Money, authority and need are there: the form is sent."""
        env = self._env_of(self._user(CANDIDATE.user), "china")
        lead = self._ref("deal_agency_west").with_env(env)
        self._tick_stage(lead)
        self._ask(CANDIDATE)
        lead.action_next_step()

    def _confirm_need(self):
        self._tick_stage(self._agency())
        self._ask(AGENT)
        self._agent_moves_on()

    def _apply(self):
        """The printed form came back filled in."""
        env = self._env_of(self._user(AGENT.user), "china")
        for row in self._account(AGENT.code).with_env(env).answer_ids:
            text = APPLICATION.get(self._question_code(row))
            if text:
                row.write({"value_text": text, "source": "代理申请表"})
        self._agent_moves_on()

    def _review_application(self):
        lead = self._agency()
        self._tick_stage(lead.with_env(self._env_of_manager("china")))

    def _tick_stage(self, lead):
        """Everything that is to be ticked off in this step, then on to the next."""
        self._tick_some(lead)
        lead.action_next_step()

    def _agent_moves_on(self):
        self._agency().action_next_step()

    def _plan_agent_visit(self, clock, day, purpose):
        env = self._env_of(self._user(AGENT.user), "china")
        visit = env["key.account.visit"].create(
            {
                "key_account_id": self._account(AGENT.code).id,
                "opportunity_ids": [Command.set(self._agency().ids)],
                "contact_ids": [Command.set(self._partner(AGENT, "owner").ids)],
                "purpose": purpose,
                "date_start": clock.at(day, 10.0),
                "date_end": clock.at(day, 11.5),
            }
        )
        self._name_it(f"visit_agency_{visit.id}", visit)
        return visit

    def _agent_visit(self, clock, day, purpose, summary):
        """(day, hour, what) of one visit to the agent."""
        made = []

        def plan():
            made.append(self._plan_agent_visit(clock, day, purpose))
            made[0].action_confirm()
            made[0].preparation_ids.action_done()

        def report():
            made[0].write({"summary": f"<p>{summary}</p>", "outcome": "achieved"})
            made[0].action_report()

        def review():
            visit = made[0].with_env(self._env_of_manager("china"))
            visit.action_review(
                {
                    "review_potential": 4,
                    "review_standing": 3,
                    "review_value": 4,
                    "review_difficulty": 2,
                    "guidance": "按代理政策执行，关注回款和价格秩序。",
                }
            )
            visit.sudo().activity_ids.action_feedback()

        yield day - 3, 11.4, plan
        yield day, 11.8, lambda: made[0].action_hold()
        yield day, 16.7, report
        yield day + 1, 10.2, review

    def _file_letter(self, clock):
        """What was agreed stands in a letter of intent."""
        env = self._env_of(self._user(AGENT.user), "china")
        letter = env["key.account.agreement"].create(
            {
                "name": "代理意向书 Letter of intent",
                "type_id": self.env.ref(
                    "key_account.agreement_type_letter_of_intent"
                ).id,
                "key_account_id": self._account(AGENT.code).id,
                "opportunity_id": self._agency().id,
                "file": base64.b64encode(b"%PDF-1.4 letter of intent"),
                "file_name": "letter_of_intent.pdf",
                "date_from": clock.day(-66),
            }
        )
        letter.action_ready()
        self._agent_moves_on()

    def _sign_agency(self):
        """The agency contract is on file, signed by both: the trial begins."""
        lead = self._agency()
        lead.env["ir.attachment"].create(
            {
                "name": "agency contract 代理合同.pdf",
                "raw": b"%PDF-1.4 agency contract",
                "res_model": "crm.lead",
                "res_id": lead.id,
            }
        )
        self._tick_stage(lead)
