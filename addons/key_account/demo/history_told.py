"""What customers complained of in two years: less and less, and answered sooner."""

from typing import NamedTuple


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


# Account, day, days until answer and end, severity, what, answer, cause, action.
BEFORE = (
    (
        *("changfeng", -471, 4, 26, "normal"),
        "阀块油口毛刺 6 件",
        "装配时发现交叉孔毛刺。",
        "已补发 6 件，库存复检。",
        "去毛刺工序未列入检验",
        "增加内窥镜检查",
    ),
    (
        *("harlow", -447, 3, 21, "normal"),
        "Bores below tolerance on 4 spindle housings",
        "Measured on arrival: 0.012 mm under size.",
        "Four replacements were sent by air.",
        "Tool worn beyond its limit",
        "Tool life is counted by the machine",
    ),
    (
        *("bergfeld", -418, 5, 30, "critical"),
        "Cracks in two flanges",
        "Found by dye penetrant before assembly.",
        "The batch is blocked and replaced; the forge examines it.",
        "Forging temperature of one heat too low",
        "Certificate of the heat is read before machining",
    ),
    (
        *("hongda", -389, 2, 18, "normal"),
        "首批壳体标签与送货单不符",
        "两箱标签贴错，仓库无法入库。",
        "当日到场更换标签。",
        "贴标凭手写清单",
        "标签改由系统打印",
    ),
    (
        *("changfeng", -346, 6, 24, "critical"),
        "交货延误 9 天，客户停线半天",
        "十月批次晚到，总装停线。",
        "剩余数量改空运，运费由我方承担。",
        "外协热处理积压",
        "增加第二家热处理供应商",
    ),
    (
        *("daiyue", -301, 0, 12, "normal"),
        "轴箱体防锈油不足",
        "库存两周后出现锈点。",
        "上门处理并更换防锈油。",
        "防锈油浓度未按季节调整",
        "每周测浓度并记录",
    ),
    (
        *("baxter", -252, 0, 14, "normal"),
        "PPAP papers incomplete",
        "Control plan of the second fixture is missing.",
        "Complete papers were handed in the next day.",
        "Second fixture added after the first submission",
        "Papers are renewed with each change of fixture",
    ),
    (
        *("xiangjiang", -205, 1, 9, "minor"),
        "发票税号填写错误",
        "税号少一位，无法认证。",
        "已作废重开。",
        "客户资料录入错误",
        "税号由系统校验",
    ),
    (
        *("vandijk", -164, 0, 7, "minor"),
        "Crate without packing list",
        "Goods-in had to count 80 brackets by hand.",
        "The list was sent at once; returned crates are checked.",
        "Printer out of order on that day",
        "Packing list goes by e-mail as well",
    ),
    (
        *("rheintal", -21, 0, 6, "normal"),
        "Paint damaged on three housings",
        "Edges touched each other on the pallet.",
        "Repainted on site by our partner on Thursday.",
        "Spacers were left out",
        "Spacers are part of the packing instruction",
    ),
)


def told_before():
    """Each received, answered, judged to be ours and resolved."""
    for number, row in enumerate(BEFORE):
        account, day, answer, end, severity, name, what, said, cause, action = row
        yield Told(
            *(f"before_{number}", account, "complaint", severity, "mail", name, what),
            *(f"<p>{said}</p>", cause, action),
            steps=(
                (day, 9.9, "receive"),
                (day + answer, 14.4, "answer"),
                (day + answer, 17.2, "ours"),
                (min(day + end, -2), 16.4, "resolve"),
            ),
        )
