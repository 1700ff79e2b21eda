# ruff: noqa: E501 -- one text, one line
"""Visits out of the ordinary: superiors meet superiors, a customer is surveyed on the
spot, customers come to us."""

from typing import NamedTuple

from odoo import models
from odoo.fields import Command


class Occasion(NamedTuple):
    """``day`` in working days from today; ``who`` takes part, as what. What lies ahead
    is planned, and confirmed where it is ``sure``."""

    code: str
    account: str
    purpose: str
    method: str
    day: int
    hour: float
    hours: float
    objectives: str
    summary: str = ""
    who: tuple = ()
    sure: bool = True
    more: dict = {}
    reviewed: bool = True


SPONSOR_ZH = (("director", "分管领导"),)
SPONSOR_EN = (("director", "Sponsor"),)
OCCASIONS = (
    Occasion(
        *("sponsor_hongda", "hongda", "sponsor", "onsite", -31, 14.0, 2.0),
        "确认平台三优先报价，商谈合肥寄售库存",
        "刘芳总与徐总监、郑副总会晤：平台三由我方优先报价；寄售库存由双方物流部门在月底前提出方案。",
        SPONSOR_ZH,
    ),
    Occasion(
        *("sponsor_hongda_next", "hongda", "sponsor", "onsite", 16, 14.0, 2.0),
        "寄售库存协议定稿；漏油投诉整改结果当面说明",
        who=SPONSOR_ZH,
    ),
    Occasion(
        *("sponsor_jiangnan", "jiangnan", "sponsor", "onsite", 7, 10.0, 2.0),
        "高层会晤：海上风电框架招标，说明锻造产能",
        who=SPONSOR_ZH,
    ),
    Occasion(
        *("sponsor_baxter", "baxter", "sponsor", "video", -27, 9.0, 1.0),
        "Two sources from next year on: what share may be ours?",
        "Ms Whitfield and Ms Liu: two sources stay; our share may rise to a third if the landed cost stays where it is. She comes to Wuxi before the budget is made.",
        SPONSOR_EN,
    ),
    Occasion(
        *("reception_baxter", "baxter", "sponsor", "reception", -15, 9.5, 5.0),
        "They see the five-axis cell and the measuring room; tariffs and stock in Milwaukee",
        "Ms Whitfield and Mr Novak in Wuxi for a day. The burr-free cross bores convinced both; a consignment stock in Milwaukee is to be calculated by the end of the month.",
        (("director", "Host"), ("support", "Welcome, minutes")),
        more={"place": "Head office, room 301, then hall 2"},
    ),
    Occasion(
        *("reception_jiangnan", "jiangnan", "audit", "reception", 13, 9.0, 7.0),
        "质量体系与锻件追溯审核，准备炉号台账和探伤记录",
        who=(("support", "接待、记录"),),
        sure=False,
        more={"place": "总部大楼 302 会议室，锻造车间"},
    ),
    Occasion(
        *("survey_tanaka", "tanaka", "survey", "onsite", -34, 10.0, 3.0),
        "Close the gaps of the profile: volumes, inspection, who signs",
        "Walked the assembly with Ms Tanaka: 1,900 motor flanges and 240 wrists a year, two suppliers each, inspection by sampling. Mr Mori signs up to 200,000.",
    ),
    Occasion(
        *("survey_beichen", "beichen", "survey", "onsite", -26, 9.5, 2.5),
        "补全调查表：年用量、检验方式、付款习惯",
        "与宋主任、曹经理逐项核对调查表：轴箱体年用量约 1200 件，抽检 5 %，货到 90 天付款，年底前集中招标。",
    ),
    Occasion(
        *("survey_huayue", "huayue", "survey", "onsite", 0, 14.0, 2.0),
        "首次实地调查：产能、现有供应商、决策流程",
    ),
    # Europe
    Occasion(
        *("sponsor_rheintal", "rheintal", "sponsor", "onsite", 11, 10.0, 2.0),
        "Frame contract for three years: what do they need for it?",
        who=SPONSOR_EN,
    ),
    Occasion(
        *("reception_rheintal", "rheintal", "audit", "reception", -23, 9.0, 6.0),
        "Process audit of painting and measured bores",
        "Dr Vogel and Mr Hoffmann in Düsseldorf: warehouse, measuring room, and the films from the foundry. One remark on labels, closed the same day.",
        (("support_europe", "Welcome, minutes"), ("manager_europe", "Host")),
        more={
            "place": "Kaistraße 14, meeting room Rhein",
            "audit_result": "remarks",
            "audit_findings": "Labels of painted parts must show the batch; until the next delivery.",
        },
    ),
    Occasion(
        *("reception_lindqvist", "lindqvist", "revisit", "reception", 8, 13.0, 3.0),
        "Class surveyor comes along: certificates 3.2 for the winter yard",
        who=(("support_europe", "Welcome, minutes"),),
        more={"place": "Kaistraße 14, meeting room Rhein"},
    ),
    Occasion(
        *("survey_moreau", "moreau", "survey", "onsite", -29, 9.5, 3.0),
        "Volumes and present suppliers of bogie parts",
        "Mr Bernard showed the welding shop: 900 brackets a year, one supplier with six weeks of delay. Purchasing decides, engineering releases.",
    ),
    Occasion(
        *("survey_nordal", "nordal", "survey", "onsite", -3, 9.0, 3.0),
        "Is there a need for forged flanges, and who decides?",
        "Ms Solberg needs 160 flanges a year in super duplex; two Norwegian suppliers, both full until summer. A sample order is likely.",
        reviewed=False,
    ),
)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for occasion in OCCASIONS:
            yield from self._occasion_events(clock, occasion)

    def _occasion_events(self, clock, occasion):
        """(day, hour, what) of one of them."""
        day, made = occasion.day, []
        shift = 7 if self._occasion_team(occasion) == "europe" else 0
        planned = day - 10 if day < 0 else -4
        yield planned, 13.8, lambda: made.append(self._plan(clock, occasion, shift))
        if occasion.sure:
            yield planned, 14.4, lambda: made[0].action_confirm()
        if day >= 0:
            return
        over = occasion.hour + occasion.hours + shift
        yield day, over + 0.1, lambda: self._hold(made[0])
        yield day, over + 0.8, lambda: self._tell_of(made[0], occasion)
        if occasion.reviewed:
            yield day + 1, 11.6 + shift, lambda: self._judge_visit(made[0])

    def _occasion_team(self, occasion):
        companies = {"rheintal", "lindqvist", "moreau", "nordal"}
        return "europe" if occasion.account in companies else "china"

    def _plan(self, clock, occasion, shift):
        account = self._account(occasion.account)
        team = self._occasion_team(occasion)
        asked = {name for name in occasion.more if not name.startswith("audit_")}
        begin = occasion.hour + shift
        people = account.stakeholder_ids.sorted("influence", reverse=True)
        visit = self._env_of(account.user_id, team)["key.account.visit"].create(
            {
                "key_account_id": account.id,
                "purpose": occasion.purpose,
                "method": occasion.method,
                "objectives": occasion.objectives,
                "contact_ids": [Command.set(people[:2].partner_id.ids)],
                "date_start": clock.at(occasion.day, begin),
                "date_end": clock.at(occasion.day, begin + occasion.hours),
                "participant_ids": [
                    Command.create({"user_id": self._user(who).id, "role": part})
                    for who, part in occasion.who
                ],
                **{name: occasion.more[name] for name in asked},
            }
        )
        return self._name_it(f"visit_{occasion.code}", visit)

    def _hold(self, visit):
        visit.preparation_ids.action_done()
        visit.action_hold()

    def _tell_of(self, visit, occasion):
        found = {
            name: value
            for name, value in occasion.more.items()
            if name.startswith("audit_")
        }
        told = {"summary": f"<p>{occasion.summary}</p>", "outcome": "achieved"}
        visit.write({**told, **found})
        visit.action_report()

    def _judge_visit(self, visit):
        account = visit.key_account_id
        team = self._team_code(account)
        visit.with_env(self._env_of_manager(team)).action_review(
            {
                "review_potential": 4,
                "review_standing": 4,
                "review_value": 4,
                "review_difficulty": 2,
                "review_feasibility": "feasible",
                "guidance": {
                    "zh": "会后三天内书面确认双方约定，并告知分管领导。",
                    "en": "Confirm what was agreed in writing within three days; copy the sponsor.",
                }[account_language(account)],
            }
        )
        visit.sudo().activity_ids.action_feedback()


def account_language(account):
    return "zh" if account.partner_id.lang == "zh_CN" else "en"
