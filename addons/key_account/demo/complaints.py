"""What customers complained of and asked, and a team whose crisis one of them is."""

from typing import NamedTuple

from odoo import models

from .department import TEAMS
from .history_told import Told, told_before

TEAM = "care"

TOLD = (
    Told(
        *("crisis", "hongda", "complaint", "critical", "phone"),
        "壳体漏油，客户产线停线",
        "三台试装壳体在台架试验中渗油，客户质量部要求当日到场。",
        "<p>已派质量工程师到场，库存全部复检，合格件今日发出。</p>",
        "",
        "",
        steps=(
            (-1, 9.2, "receive"),
            (-1, 11.0, "answer"),
            (-1, 14.0, "ours"),
        ),
    ),
    Told(
        *("overdue", "jiangnan", "complaint", "normal", "mail"),
        "第二批行星架包装受潮",
        "防锈袋破损，部分表面有锈点。",
        "",
        "",
        "",
        steps=((-4, 10.3, "receive"),),
    ),
    Told(
        *("waiting", "beichen", "complaint", "normal", "visit"),
        "轴箱体孔位与图纸不符",
        "客户称第 7 件孔位超差，尚未提供检测报告。",
        "<p>请将超差件及检测报告寄回，我们复测后答复。</p>",
        "",
        "",
        steps=(
            (-6, 15.0, "receive"),
            (-5, 9.5, "answer"),
            (-5, 9.7, "wait"),
        ),
    ),
    Told(
        *("resolved", "baxter", "complaint", "normal", "phone"),
        "Flatness out of tolerance on 12 housings",
        "Incoming inspection found 0.08 mm where 0.05 mm is allowed.",
        "<p>Twelve replacement housings leave tomorrow by air, at our cost.</p>",
        "Clamping force of a new fixture deformed thin walls",
        "Fixture changed, first piece of each lot measured unclamped",
        steps=(
            (-18, 9.4, "receive"),
            (-18, 14.2, "answer"),
            (-17, 10.0, "ours"),
            (-14, 16.0, "resolve"),
        ),
    ),
    Told(
        *("theirs", "tanaka", "complaint", "minor", "mail"),
        "Joint housings do not fit the new arm",
        "The bore pattern differs from their drawing.",
        "<p>The parts follow revision C, as ordered; revision D was issued later.</p>",
        "Ordered by an outdated drawing",
        "Orders name the revision; ours is confirmed with each order",
        steps=(
            (-12, 10.1, "receive"),
            (-12, 15.5, "answer"),
            (-11, 9.6, "theirs"),
            (-11, 13.3, "resolve"),
        ),
    ),
    Told(
        *("question", "lanhai", "question", "normal", "phone"),
        "齿轮箱壳体能否提供 3.2 材质证书",
        "客户认证需要船级社 3.2 证书。",
        "",
        "",
        "",
        steps=((-1, 14.3, "receive"),),
    ),
)


class Relationship(NamedTuple):
    """Where a relationship stands that began before anybody wrote it down."""

    account: str
    name: str
    step: str
    day: int
    reason: str
    ticked: int
    amount: float


RELATIONSHIPS = (
    Relationship(
        "daiyue",
        "岱岳矿机备件合作 Daiyue, spare parts",
        "stable_growth",
        -17,
        "合作近两年，按月返单，直接进入稳定增长",
        2,
        1_300_000.0,
    ),
    Relationship(
        "baxter",
        "Baxter, care of the relationship",
        "stable_growth",
        -16,
        "Customer for two years, orders come by themselves",
        1,
        3_900_000.0,
    ),
    Relationship(
        "meridian",
        "Meridian, from trial order to supplier",
        "first_cooperation",
        -15,
        "The trial order is delivered; what went before is in the file",
        2,
        1_700_000.0,
    ),
    Relationship(
        "tanaka",
        "Tanaka, into their arms",
        "deep_contact",
        -13,
        "Analysis and first visit were made for the joint housings",
        1,
        2_200_000.0,
    ),
)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield (
            -20,
            9.3,
            lambda: self._make_team_of(
                TEAM, "Customer Care 客户维系组", "seven_phases"
            ),
        )
        yield -19, 10.2, self._open_care
        for told in (*TOLD, *told_before()):
            for day, hour, step in told.steps:
                happen = getattr(self, f"_fb_{step}")
                yield day, hour, lambda told=told, happen=happen: happen(told)
        yield -1, 12.0, self._enter_crisis
        for each in RELATIONSHIPS:
            yield each.day, 10.8, lambda each=each: self._care_for(each)

    def _feedback(self, told, user=None):
        feedback = self._ref(f"feedback_{told.code}")
        team = self._team_code(feedback.key_account_id)
        return feedback.with_env(self._env_of(user or feedback.user_id, team))

    def _support_of(self, told):
        """Sales support of the department whose customer it is."""
        team = self._team_code(self._account(told.account))
        return self._user(TEAMS[team]["support"][0])

    # ---------------------------------------- what happens

    def _fb_receive(self, told):
        """Sales support takes it down, for whoever has the account."""
        account = self._account(told.account)
        env = self._env_of(self._support_of(told), self._team_code(account))
        feedback = env["key.account.feedback"].create(
            {
                "key_account_id": account.id,
                "partner_id": account.stakeholder_ids[:1].partner_id.id,
                **{
                    name: getattr(told, name)
                    for name in ("kind", "severity", "channel", "name", "description")
                },
            }
        )
        self._name_it(f"feedback_{told.code}", feedback)

    def _fb_answer(self, told):
        feedback = self._feedback(told)
        feedback.answer_draft = told.answer
        feedback.action_answer()

    def _fb_wait(self, told):
        self._feedback(told).action_wait("等待客户寄回超差件及检测报告")

    def _fb_resolve(self, told):
        feedback = self._feedback(told)
        feedback.root_cause = told.cause
        feedback.corrective_action = told.action
        feedback.action_resolve()

    def _fb_ours(self, told):
        reason = "复测确认 Confirmed by our own measurement"
        self._feedback(told, self._support_of(told)).action_judge("ours", reason)

    def _fb_theirs(self, told):
        reason = "Revision on the order compared with the delivery note"
        self._feedback(told, self._support_of(told)).action_judge("customer", reason)

    # ---------------------------------------- the team, and its crisis

    def _open_care(self):
        """A customer of many years comes in where the relationship stands."""
        name = "宏达年度合作维系 Hongda, care of the relationship"
        self._name_it("lead_care", self._begin_with("hongda", TEAM, name, 6_500_000.0))

    def _care_for(self, each):
        lead = self._begin_with(each.account, TEAM, each.name, each.amount)
        self._name_it(f"lead_care_{each.account}", lead)
        self._place(lead, f"seven_phases.{each.step}", each.reason)
        self._tick_some(lead, each.ticked)

    def _enter_crisis(self):
        """The complaint is what the crisis phase is about: its gate stays shut until it
        is resolved."""
        self._place(
            self._ref("lead_care"),
            "seven_phases.crisis_handling",
            "多年老客户，因投诉直接进入危机处理 In crisis by a complaint",
        )
