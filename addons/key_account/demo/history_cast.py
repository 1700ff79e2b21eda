# ruff: noqa: E501 -- one text, one line
"""Customers of long ago: what they bought in two years, and who is lost since. Days are
working days from today."""

from typing import NamedTuple

from .cast import Account, Person

LOST_ZH = "压缩机业务迁往泰国，改在当地采购"

CUSTOMERS = (
    Account(
        "changfeng",
        "zh",
        "specialist_2",
        -518,
        "B",
        "ccc",
        12,
        (5200.0, 18.0, 3400, 6.0),
        people=(
            Person("buyer", "purchaser", "supporter", "4", "accepted", "供货稳定"),
        ),
        states=(
            (-516, "action_activate", ()),
            (-312, "action_lose", (LOST_ZH,)),
        ),
    ),
    Account(
        "daiyue",
        "zh",
        "specialist_2",
        -436,
        "B",
        "cco",
        13,
        (3600.0, 22.0, 2900, 5.0),
        people=(
            Person("buyer", "decision_maker", "supporter", "4", "trusted", "备件及时"),
        ),
        states=((-421, "action_activate", ()),),
    ),
    Account(
        "xiangjiang",
        "zh",
        "specialist_2",
        -352,
        "C",
        "coc",
        10,
        (900.0, 6.0, 650, 7.0),
        people=(Person("buyer", "purchaser", "neutral", "3", "met", "账期"),),
        states=(
            (-338, "action_activate", ()),
            (-142, "action_lose", ("母公司集中采购，已转给集团供应商",)),
        ),
    ),
    Account(
        "harlow",
        "en",
        "specialist",
        -519,
        "B",
        "ccc",
        13,
        (880.0, 14.0, 1500, 8.0),
        people=(
            Person(
                "buyer",
                "decision_maker",
                "supporter",
                "4",
                "trusted",
                "No surprises at incoming inspection",
            ),
        ),
        states=((-517, "action_activate", ()),),
    ),
    Account(
        "santos",
        "en",
        "specialist",
        -330,
        "C",
        "coo",
        10,
        (240.0, 3.5, 420, 4.0),
        people=(
            Person("buyer", "purchaser", "neutral", "3", "met", "Price in local money"),
        ),
        states=(
            (-316, "action_activate", ()),
            (-176, "action_lose", ("Import duty raised: they buy at home now",)),
        ),
    ),
    Account(
        "bergfeld",
        "en",
        "specialist_europe",
        -515,
        "B",
        "ccc",
        12,
        (95.0, 2.4, 380, 6.0),
        people=(
            Person(
                "buyer", "purchaser", "sceptic", "4", "accepted", "Price, every year"
            ),
        ),
        states=(
            (-513, "action_activate", ()),
            (-233, "action_lose", ("Taken over; the new owner casts for himself",)),
        ),
        team="europe",
    ),
    Account(
        "vandijk",
        "en",
        "specialist_europe_2",
        -290,
        "B",
        "cco",
        14,
        (72.0, 2.0, 310, 9.0),
        people=(
            Person(
                "buyer",
                "decision_maker",
                "supporter",
                "5",
                "trusted",
                "Small lots, every second week",
            ),
        ),
        states=((-275, "action_activate", ()),),
        team="europe",
    ),
    Account(
        "nordal",
        "en",
        "specialist_europe_2",
        -34,
        "C",
        "ooc",
        9,
        (130.0, 3.1, 520, 0.0),
        people=(
            Person("buyer", "purchaser", "neutral", "3", "met", "Corrosion at sea"),
        ),
        team="europe",
    ),
)


class Sold(NamedTuple):
    """What an account was invoiced: every so many months between two (months ago), an
    amount that grows from one to the next."""

    product: str
    first: int
    last: int
    every: int
    amount: float
    growth: float


SALES = {
    "hongda": Sold("edrive", 24, 1, 2, 590_000, 1.025),
    "yuanhang": Sold("spindle", 19, 7, 3, 148_000, 0.93),
    "changfeng": Sold("valve", 24, 15, 2, 168_000, 0.91),
    "daiyue": Sold("axle", 19, 1, 3, 186_000, 1.07),
    "xiangjiang": Sold("valve", 15, 8, 2, 63_000, 0.88),
    "baxter": Sold("valve", 23, 1, 2, 310_000, 1.02),
    "harlow": Sold("spindle", 24, 2, 3, 236_000, 0.93),
    "santos": Sold("bracket", 14, 9, 2, 58_000, 0.9),
    "rheintal": Sold("roller", 22, 1, 3, 36_500, 1.03),
    "bergfeld": Sold("shaft", 24, 11, 3, 24_800, 0.93),
    "vandijk": Sold("bogie", 13, 1, 2, 22_400, 1.08),
}
# No month is like the other.
SEASON = (1.0, 1.12, 0.93, 1.07, 0.84, 1.16, 0.97)

# What was reported of a visit, and what came of it.
REPORTS = {
    "zh": (
        ("走访总装线，我方零件装配顺利；对方希望合并小批量订单。", "achieved"),
        ("对账完成，逾期两笔款项本月付清；下半年用量预计持平。", "achieved"),
        ("与质量部一起查看退货 4 件，确认为运输磕碰，已约定新包装。", "achieved"),
        ("新任采购经理到岗，重新介绍我司；对价格有异议，需再谈。", "partly"),
        ("设备部提出两种新备件，索取图纸后报价。", "achieved"),
        ("生产负责人出差，仅与仓库核对库存。", "not_achieved"),
    ),
    "en": (
        ("Walked the assembly line: our parts go in without rework.", "achieved"),
        (
            "Two overdue invoices will be paid this month; volumes stay level.",
            "achieved",
        ),
        (
            "Four returned parts looked at together: damaged in transit, packing changed.",
            "achieved",
        ),
        ("A new buyer has taken over; wants prices compared once more.", "partly"),
        ("Maintenance asks for two more spare parts; drawings follow.", "achieved"),
        (
            "The production manager was travelling; stock was checked only.",
            "not_achieved",
        ),
    ),
}
GUIDANCE = {
    "zh": "保持拜访节奏；新备件报价前先确认图纸版本。",
    "en": "Keep the rhythm; confirm the drawing revision before you quote the spares.",
}
