"""What customers complained of and asked, and a team whose crisis one of them is."""

from typing import NamedTuple

from odoo import models

TEAM = "care"


class Told(NamedTuple):
    """``steps`` are (working day, hour, what happens): see the methods ``_fb_*``."""

    code: str
    account: str
    kind: str
    severity: str
    channel: str
    name: str
    description: str
    answer: str
    cause: str
    action: str
    steps: tuple


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


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield -20, 9.3, self._make_care_team
        yield -19, 10.2, self._open_care
        for told in TOLD:
            for day, hour, step in told.steps:
                happen = getattr(self, f"_fb_{step}")
                yield day, hour, lambda told=told, happen=happen: happen(told)
        yield -1, 12.0, self._enter_crisis

    def _feedback(self, told, user=None):
        feedback = self._ref(f"feedback_{told.code}")
        env = self._env_of(user or feedback.user_id, "china")
        return feedback.with_env(env)

    # ---------------------------------------- what happens

    def _fb_receive(self, told):
        """Sales support takes it down, for whoever has the account."""
        account = self._account(told.account)
        env = self._env_of(self._user("support"), "china")
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
        self._feedback(told, self._user("support")).action_judge("ours", reason)

    def _fb_theirs(self, told):
        reason = "Revision on the order compared with the delivery note"
        self._feedback(told, self._user("support")).action_judge("customer", reason)

    # ---------------------------------------- the team, and its crisis

    def _make_care_team(self):
        """By the wizard, as whoever configures the process would do it."""
        team = self.env["crm.team"].create(
            {
                "name": "Customer Care 客户维系组",
                "company_id": self._company("china").id,
                "user_id": self._user("manager").id,
            }
        )
        env = self._env_of(self._user("configuration"), "china")
        wizard = env["key.account.map.stages"].create(
            {"team_id": team.id, "template_code": "seven_phases"}
        )
        wizard.action_next()
        wizard.action_apply()
        self._name_it(f"team_{TEAM}", team)

    def _open_care(self):
        """A customer of many years comes in where the relationship stands."""
        account = self._account("hongda")
        env = self._env_of(account.user_id, "china")
        lead = env["crm.lead"].create(
            {
                "name": "宏达年度合作维系 Hongda, care of the relationship",
                "type": "opportunity",
                "partner_id": account.partner_id.id,
                "team_id": self._ref(f"team_{TEAM}").id,
                "user_id": account.user_id.id,
            }
        )
        self._name_it("lead_care", lead)

    def _enter_crisis(self):
        """The complaint is what the crisis phase is about: its gate stays shut until it
        is resolved."""
        lead = self._ref("lead_care")
        stages = self.env["crm.stage"].search(
            [
                ("team_ids", "in", lead.team_id.ids),
                ("template_code", "=", "seven_phases.crisis_handling"),
            ]
        )
        manager = lead.with_env(self._env_of(self._user("manager"), "china"))
        manager._pass_by_override(
            stages, "多年老客户，因投诉直接进入危机处理 In crisis by a complaint"
        )
