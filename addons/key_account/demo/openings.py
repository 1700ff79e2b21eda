"""A third team opens accounts in five stages: by samples, of which one was refused."""

from typing import NamedTuple

from odoo import models

from .deals import DealStory

TEAM = "openings"
# Steps of an opening: (name, working days from its start, hour).
STEPS = (
    ("enter", 0, 9.6),
    ("choose", 2, 16.1),
    ("ask_for_sample", 4, 10.4),
    ("agree", 5, 11.3),
    ("check", 9, 15.2),
    ("send", 10, 11.1),
    ("refuse", 14, 10.6),
    ("once_more", 14, 15.3),
    ("agree", 15, 10.2),
    ("check", 20, 14.1),
    ("send", 21, 10.3),
    ("accept", 26, 16.2),
)


class Opening(NamedTuple):
    """``steps`` is how many of ``STEPS`` happen; ``sample`` is what is sent, to which
    standard."""

    code: str
    account: str
    name: str
    start: int
    steps: int
    goods: tuple
    sample: tuple


OPENINGS = (
    Opening(
        "opening_axle",
        "beichen",
        "轴箱体新供应商导入 Axle boxes, new supplier",
        -28,
        len(STEPS),
        goods=(("axle", 400, 5600.0),),
        sample=(
            "轴箱体首件，图号 BC-208 B 版",
            "GE300，按 EN 13749；轴承孔 H7，Ra 1.6；附三坐标检测报告和 3.1 材质证明",
        ),
    ),
    Opening(
        "opening_joint",
        "lanhai",
        "影像设备关节壳体 Joint housings for imaging",
        -8,
        4,
        goods=(("joint", 600, 1420.0),),
        sample=(
            "关节壳体样件，图号 LH-77 A 版",
            "AL7075，硬质阳极氧化 25 µm；洁净包装，序列号可追溯",
        ),
    ),
)


class Further(NamedTuple):
    """An opening that stands in a stage, where nobody wrote down how it got there."""

    code: str
    account: str
    name: str
    amount: float
    step: str
    day: int
    reason: str
    ticked: int


FURTHER = (
    Further(
        "opening_servo",
        "tanaka",
        "Servo housings, second plant",
        1_150_000.0,
        "relationship",
        -16,
        "Samples and value were settled for the joint housings; same people decide",
        1,
    ),
    Further(
        "opening_metro",
        "jiangnan",
        "变桨轴承座导入 Pitch bearing seats",
        2_400_000.0,
        "value_assessment",
        -11,
        "样品已在轮毂项目中确认，客户同意沿用",
        3,
    ),
    Further(
        "opening_boom",
        "huayue",
        "挖掘机支座 Excavator seats",
        860_000.0,
        "",
        -4,
        "",
        1,
    ),
)
REFUSED = "轴承孔 Ra 2.4，超出约定的 1.6；检测报告缺 3 个尺寸"
ACCEPTED = "尺寸全部合格；包装需改为每件独立防锈袋"
CHECKED = ("按图纸全尺寸检测，合格", "轴承孔改为珩磨，Ra 1.2，合格")


class OpeningStory(DealStory):
    """One opening, up to what the customer says of the sample."""

    def events(self):
        self.round = 0
        for name, day, hour in STEPS[: self.deal.steps]:
            yield self.deal.start + day, hour, getattr(self, name)

    def team(self):
        return self.demo._ref(f"team_{TEAM}")

    def by_checker(self, records):
        return self.by(self.demo._user("reviewer"), records)

    def choose(self):
        self.demo._tick_some(self.lead)
        self._next_step()

    def ask_for_sample(self):
        subject, standard = self.deal.sample
        record = self.demo._ref(f"product_{self.deal.goods[0][0]}")
        self.sample = self.by_specialist(self.demo.env["key.account.sample"]).create(
            {
                "opportunity_id": self.lead.id,
                "subject": subject,
                "standard": standard,
                "product_id": record.id,
                "kind": "drawing",
                "quantity": 2,
                "contact_id": self.buyer().id,
                "promised_date": self.clock.day(self.deal.start + 10),
                "checker_id": self.demo._user("reviewer").id,
            }
        )
        self.demo._name_it(f"sample_{self.deal.code}", self.sample)

    def agree(self):
        self.sample.action_agree(self._signer().id)

    def check(self):
        self.by_checker(self.sample).action_check(True, CHECKED[self.round])

    def send(self):
        self.sample.action_send(
            carrier="顺丰 SF Express", tracking_ref=f"SF14{self.sample.id:08}"
        )

    def refuse(self):
        self.sample.action_receive()
        self.sample.action_judge("refused", self._signer().id, note=REFUSED)

    def once_more(self):
        action = self.sample.action_new_round()
        self.sample = self.sample.browse(action["res_id"])
        self.sample.write(
            {
                "promised_date": self.clock.day(self.deal.start + 21),
                "checker_id": self.demo._user("reviewer").id,
            }
        )
        self.demo._name_it(f"sample_{self.deal.code}_2", self.sample)
        self.round = 1

    def accept(self):
        self.sample.action_receive()
        self.sample.action_judge("remarks", self._signer().id, note=ACCEPTED)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield (
            -30,
            9.2,
            lambda: self._make_team_of(TEAM, "Openings 客户开发组", "five_stages"),
        )
        for opening in OPENINGS:
            yield from OpeningStory(self, clock, opening).events()
        for further in FURTHER:
            yield further.day, 14.6, lambda further=further: self._open_further(further)

    def _open_further(self, further):
        lead = self._begin_with(further.account, TEAM, further.name, further.amount)
        self._name_it(f"deal_{further.code}", lead)
        if further.step:
            self._place(lead, f"five_stages.{further.step}", further.reason)
        self._tick_some(lead, further.ticked)
