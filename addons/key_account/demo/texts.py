# ruff: noqa: E501 -- one text, one line
"""What people in the demo say and write, in English and in Chinese."""

from typing import NamedTuple


class Ask(NamedTuple):
    """A requirement that is judged by hand: what is asked, and what we supply."""

    kind: str
    asked: str
    standard: str
    able: str = "yes"
    within: str = "yes"
    condition: str = ""


ASKS = {
    "en": {
        "cpk": Ask(
            "quality_standard",
            "Cpk ≥ 1.67 on all bearing seats",
            "Cpk 1.67, measuring report with every lot",
        ),
        "ppap": Ask(
            "quality_standard",
            "PPAP level 3 before series delivery",
            "PPAP level 3 within four weeks of the first articles",
        ),
        "cmm": Ask(
            "inspection",
            "Full dimensional report, five pieces per lot",
            "Coordinate measuring machine, five pieces per lot, kept for ten years",
        ),
        "clean": Ask(
            "cleaning",
            "Residual dirt ISO 16232, largest particle 400 µm",
            "Ultrasonic cleaning line, 400 µm proven by lot",
            "with_condition",
            "yes",
            "Packed in the clean room, lots of 50 at least",
        ),
        "vci": Ask(
            "packing",
            "VCI film, returnable crates, 24 pieces each",
            "VCI film in our blue crates, 24 pieces, label GTL",
        ),
        "six_weeks": Ask(
            "delivery",
            "First articles in six weeks, then monthly call-offs",
            "First articles in six weeks, monthly call-offs with four weeks' notice",
        ),
        "two_weeks": Ask(
            "delivery",
            "Series parts within two weeks of each call-off",
            "Four weeks; two weeks would need a consignment stock",
            "no",
            "no",
        ),
        "net_60": Ask(
            "payment", "60 days net", "30 days end of following month", "yes", "yes"
        ),
        "net_120": Ask(
            "payment",
            "120 days net from receipt of goods",
            "60 days at most by our terms",
            "with_condition",
            "no",
            "With credit insurance",
        ),
        "fob": Ask(
            "handover",
            "FOB Shanghai, packing list and certificate 3.1 with the goods",
            "FOB Shanghai; certificate 3.1, packing list and measuring report with the goods",
        ),
        "dap": Ask(
            "handover",
            "Delivered to the plant, acceptance within five working days",
            "DAP plant; the customer accepts within five working days",
        ),
        "hard_coat": Ask(
            "technical",
            "Hard-anodised, 40 ± 5 µm, bores masked",
            "Hard-anodised 40 ± 5 µm by our approved partner",
        ),
        "material": Ask(
            "material",
            "Melt certificate 3.1 for every heat",
            "Certificate EN 10204 3.1",
        ),
        "open": Ask(
            "technical", "Helium leak test below 10⁻⁵ mbar·l/s", "", "", "open"
        ),
    },
    "zh": {
        "cpk": Ask("quality_standard", "轴承孔 Cpk ≥ 1.67", "Cpk 1.67，每批附检测报告"),
        "ppap": Ask(
            "quality_standard",
            "批量供货前提交 PPAP 3 级资料",
            "首件后四周内提交 PPAP 3 级资料",
        ),
        "cmm": Ask(
            "inspection", "每批五件全尺寸检验报告", "三坐标测量，每批五件，记录保存十年"
        ),
        "clean": Ask(
            "cleaning",
            "清洁度 ISO 16232，最大颗粒 400 µm",
            "超声波清洗线，按批验证 400 µm",
            "with_condition",
            "yes",
            "在洁净间包装，每批不少于 50 件",
        ),
        "vci": Ask(
            "packing",
            "VCI 防锈膜，周转箱，每箱 24 件",
            "VCI 防锈膜，蓝色周转箱，每箱 24 件",
        ),
        "six_weeks": Ask(
            "delivery", "首件六周交付，之后按月要货", "首件六周，按月要货，提前四周通知"
        ),
        "two_weeks": Ask(
            "delivery", "每次要货后两周内交付", "四周；两周交付需设寄售库存", "no", "no"
        ),
        "net_60": Ask("payment", "货到 60 天付款", "月结 30 天"),
        "net_120": Ask(
            "payment",
            "货到 120 天付款",
            "本公司规定最长 60 天",
            "with_condition",
            "no",
            "需投保信用险",
        ),
        "dap": Ask(
            "handover",
            "送货到厂，五个工作日内验收",
            "送货到厂，客户五个工作日内验收并签字",
        ),
        "forging": Ask(
            "material",
            "42CrMo4 锻件，超声波探伤 2 级",
            "42CrMo4 锻件，探伤 2 级，附炉号证书",
        ),
        "material": Ask("material", "每炉提供 3.1 材质证明", "EN 10204 3.1 材质证明"),
        "open": Ask("technical", "氦检漏率低于 10⁻⁵ mbar·l/s", "", "", "open"),
    },
}

# (objective, by what we see it, target)
OBJECTIVES = {
    "en": (
        (
            "Understand the requirement completely",
            "Requirement list signed by both sides",
            "100 %",
        ),
        ("Become the first supplier", "Share of this part", "60 %"),
    ),
    "zh": (
        ("完整掌握客户需求", "双方确认的需求清单", "100 %"),
        ("成为该零件的主供应商", "供货份额", "60 %"),
    ),
}
# (phase, action, duty, standard, working days from the start, who)
ACTIONS = {
    "en": (
        ("Preparation", "Complete the profile survey", "Ask purchasing and quality", "No required answer open", 1, "specialist"),
        ("Visit", "Visit purchasing and design", "Settle quality, price, inspection", "Minutes the same day", 4, "specialist"),
        ("Sample", "First sample with measuring report", "Machine and measure five pieces", "All dimensions within tolerance", 12, "support"),
        ("Offer", "Quotation contract with handover agreement", "Terms complete, signed off", "No error", 9, "specialist"),
    ),
    "zh": (
        ("准备", "补全客户综合信息调查表", "向采购和质量部门了解", "必填项无空缺", 1, "specialist"),
        ("拜访", "拜访采购和研发", "确认质量、价格、检验方法", "当天完成会谈纪要", 4, "specialist"),
        ("样品", "首件样品及检测报告", "加工并检测五件", "全尺寸合格", 12, "support"),
        ("报价", "报价合同和交接协议", "条款完整并经批准", "无差错", 9, "specialist"),
    ),
}  # fmt: skip
SITUATION = {
    "en": "<p>Their present supplier is late and cannot hold the position tolerances. Strength: our"
    " five-axis cell and the measuring room. Weakness: distance, no stock nearby. They buy by"
    " quality first, then by delivery.</p>",
    "zh": "<p>现有供应商交付不及时，位置度不稳定。我方优势：五轴加工单元和计量室；劣势：距离远，"
    "当地无库存。客户采购首先看质量，其次看交期。</p>",
}
CONTINGENCY = {
    "en": "If the price cannot be met: offer the cast variant with fewer machined faces.",
    "zh": "如价格无法满足：提供减少加工面的铸造方案。",
}
VISIT_OBJECTIVES = {
    "en": "Quality standard, target price and inspection method settled; who decides, and by when.",
    "zh": "确认质量标准、目标价格和检验方法；弄清由谁、何时决策。",
}
NEXT_STEP = {
    "en": "Send the quotation and arrange the factory audit",
    "zh": "提交报价并安排验厂",
}
COMMITMENTS = {
    "en": (
        ("ours", "Send the measuring report of the sample"),
        ("theirs", "Release drawing index D"),
    ),
    "zh": (("ours", "提供样品检测报告"), ("theirs", "发放图纸 D 版")),
}
COMPETITORS = {
    "en": "Present supplier: late three times this year. A Korean bidder is 4 % cheaper.",
    "zh": "现供应商今年三次延期交货；另有一家宁波企业报价低约 4%。",
}
GUIDANCE = {
    "en": (
        "Good visit. Do not talk price again before the sample is released; bring our quality"
        " engineer next time.",
        "Keep the conditions high. Find out who besides purchasing decides, and win the plant manager.",
        "Worth the effort. Ask for the annual volume in writing before you promise the tooling.",
    ),
    "zh": (
        "拜访准备充分。样品放行前不再谈价格，下次请质量工程师同行。",
        "条件不要松口。弄清采购之外还有谁参与决策，争取工厂厂长支持。",
        "值得投入。承诺工装之前，请客户书面确认年用量。",
    ),
}
DUTIES = {
    "en": "May settle delivery and packing; price below the limit goes through me.",
    "zh": "交期和包装可自行商定；低于权限的价格须经我批准。",
}
HANDOVER = {
    "en": "<p>FOB Shanghai. Inspection report and certificate 3.1 travel with the goods; the customer"
    " inspects on arrival and accepts or objects within five working days.</p>",
    "zh": "<p>送货到客户工厂。检测报告和材质证明随货；客户到货检验，五个工作日内验收或提出异议。</p>",
}
AGREEMENT = {
    "en": (
        "Handover and acceptance agreement",
        "<p>1. Goods are handed over with packing list, certificate 3.1 and measuring report.<br/>2. The"
        " customer inspects five pieces of each lot.<br/>3. What is found is reported within five working"
        " days; we answer within 24 hours and replace within ten working days.</p>",
    ),
    "zh": (
        "交接与验收协议",
        "<p>1. 交货时随附装箱单、材质证明和检测报告。<br/>2. 客户每批抽检五件。<br/>3. 异议在五个工作日内提出；"
        "我方 24 小时内答复，十个工作日内更换。</p>",
    ),
}
PROPOSAL = {
    "en": "Quote with the longer payment term, secured by credit insurance, and a consignment stock of"
    " two weeks at the customer's cost.",
    "zh": "建议在投保信用险的前提下同意较长账期，并设两周寄售库存，费用由客户承担。",
}
RULING = {
    "en": "The volume is worth it. Quote; credit insurance is a condition.",
    "zh": "用量可观，同意报价；以投保信用险为条件。",
}
ABANDON = {
    "en": "Neither price nor terms leave a margin. We stop here.",
    "zh": "价格和条件都没有利润空间，停止开发。",
}
APPROVE = {
    "en": "Approved. Deliver the first lot in time.",
    "zh": "同意。务必按期交付首批。",
}
REJECT = {
    "en": "The discount eats the margin of the first year. Offer it from the second year on.",
    "zh": "折扣吃掉了第一年的毛利。请改为第二年起给予。",
}
VERDICTS = {
    "en": {
        "technical": "Drawings understood; the five-axis cell is free from week 3.",
        "quality": "Inspection plan agreed, gauges available.",
        "finance": "Payment term within policy, credit checked.",
    },
    "zh": {
        "technical": "图纸无疑问，五轴单元第三周起有空档。",
        "quality": "检验计划已商定，量具齐备。",
        "finance": "付款条件符合规定，资信已核实。",
    },
}
REVISIT = {
    "en": (
        (
            "Deliveries on time, one complaint on packing settled on the spot.",
            "achieved",
        ),
        ("Volume for next quarter confirmed; they ask for smaller lots.", "achieved"),
        (
            "Met the new plant manager; sceptical, wants to see our process capability.",
            "partly",
        ),
        (
            "Buyer was called away; only the quality engineer could be met.",
            "not_achieved",
        ),
    ),
    "zh": (
        ("交付准时，一项包装投诉当场解决。", "achieved"),
        ("确认下季度用量，客户希望减小批量。", "achieved"),
        ("会见新任厂长，态度保留，希望看到过程能力数据。", "partly"),
        ("采购临时外出，只见到质量工程师。", "not_achieved"),
    ),
}
FAILURE = {"en": "Buyer not available", "zh": "采购不在"}
CANCELLED = {
    "en": "The customer has its stock-taking that week",
    "zh": "客户该周盘点",
}
QUESTIONS = {
    "technical": (
        "Are all technical requirements understood, and can we make the parts?",
        "技术要求是否全部理解，能否加工？",
    ),
    "quality": (
        "Can we prove the quality that is asked for? Are differences resolved?",
        "能否证明所要求的质量？差异是否已解决？",
    ),
    "finance": (
        "Do payment term, security and price lie within policy?",
        "付款条件、担保和价格是否符合规定？",
    ),
}
ANSWERS = {
    "en": {
        "unknown": "Not known yet",
        "business": "Own products, sold to makers and operators; 60 % export",
        "quality": "ISO 9001, PPAP level 3, certificate 3.1",
        "delivery": "Weekly call-off to the plant, returnable crates of 24 pieces",
        "suppliers": "Two: the first has 70 %, the second 30 %",
        "process": "Enquiry to three suppliers, technical release, annual contract each December",
        "dissatisfied": "Late deliveries, burrs in cross bores",
        "competitors": "One from Korea: cheaper, weak in measuring; one local: quick, but small",
        "signs": "Purchasing up to 500 thousand, the vice president above",
        "plans": "New line next year, capacity plus a quarter",
    },
    "zh": {
        "unknown": "尚不清楚",
        "business": "自有品牌产品，销往主机厂和运营商，出口占 40 %",
        "quality": "ISO 9001、PPAP 3 级，3.1 材质证明",
        "delivery": "每周要货，送货到厂，周转箱每箱 24 件",
        "suppliers": "两家：第一家 70 %，第二家 30 %",
        "process": "三家询价，技术放行，每年十二月签年度合同",
        "dissatisfied": "交付延期，交叉孔毛刺",
        "competitors": "宁波一家，价格低但检测能力弱；本地一家，反应快但规模小",
        "signs": "采购部 50 万以内，以上由副总裁签字",
        "plans": "明年新增一条生产线，产能增加四分之一",
    },
}
# What confirms, or refuses, money, authority and need.
EVIDENCE = {
    "en": {
        "money": {
            "c": "Annual report, paid our invoices in time",
            "o": "",
            "r": "Bank reports arrears",
        },
        "authority": {
            "c": "Our contact decides, confirmed by the board",
            "o": "",
            "r": "Group purchasing decides",
        },
        "need": {
            "c": "Project released, budget approved",
            "o": "",
            "r": "Make in-house",
        },
    },
    "zh": {
        "money": {"c": "年报良好，回款准时", "o": "", "r": "银行反馈有逾期"},
        "authority": {"c": "联系人有决策权，已核实", "o": "", "r": "由集团统一采购"},
        "need": {"c": "项目已立项，预算已批准", "o": "", "r": "已转为自制"},
    },
}
WON = {"en": "Ordered and delivered as planned.", "zh": "已按计划签约并交付。"}
LOST = {"en": "Price: a local supplier is cheaper", "zh": "价格：当地供应商更低"}
YEAR_OBJECTIVES = {
    "en": (
        ("Raise our share of their housings", "Share of purchases", "30 %"),
        ("No complaint with our fault", "Valid complaints", "0"),
    ),
    "zh": (
        ("提高壳体类零件供货份额", "采购份额", "30 %"),
        ("我方责任投诉为零", "有效投诉次数", "0"),
    ),
}
YEAR_FIGURES = {
    "en": (
        ("Three product categories instead of two", "categories", 3),
        ("See them every month", "visits", 12),
    ),
    "zh": (
        ("供货品类由两类增至三类", "categories", 3),
        ("每月拜访一次", "visits", 12),
    ),
}
YEAR = {
    "en": {
        "swot": {
            "strengths": "Five-axis cell, measuring room; trusted by engineering",
            "weaknesses": "Far away, no stock nearby",
            "opportunities": "The new line wants one source for all safety parts",
            "threats": "A competitor is building a plant near theirs",
        },
        "competitors": (
            ("Their present supplier", 55.0, "Near, on stock", "Late, tolerances"),
            ("A caster from the region", 15.0, "Price", "No machining"),
        ),
        "factors": (
            ("Quality", "better"),
            ("Delivery", "worse"),
            ("Price", "equal"),
        ),
        "budget": (
            ("Visits", "travel", 15_000.0),
            ("Quality day at our plant", "reception", 8_000.0),
            ("Samples of the new line", "samples", 12_000.0),
        ),
    },
    "zh": {
        "swot": {
            "strengths": "五轴加工单元、计量室；技术部门信任我方",
            "weaknesses": "距离远，当地无库存",
            "opportunities": "新生产线希望安全件由一家供货",
            "threats": "竞争对手在其附近建厂",
        },
        "competitors": (
            ("现有供应商", 55.0, "距离近，有库存", "交付不及时，位置度不稳定"),
            ("当地铸造厂", 15.0, "价格", "无机加工能力"),
        ),
        "factors": (
            ("质量", "better"),
            ("交期", "worse"),
            ("价格", "equal"),
        ),
        "budget": (
            ("拜访差旅", "travel", 15_000.0),
            ("我厂质量日接待", "reception", 8_000.0),
            ("新生产线样品", "samples", 12_000.0),
        ),
    },
}
YEAR_ACTIONS = {
    "en": (
        ("Sponsor meets the vice president", 30),
        ("Quality day at our plant", 55),
    ),
    "zh": (("分管领导会见客户副总裁", 30), ("邀请客户来厂开展质量日", 55)),
}
CANCELLED_BY_US = {"en": "Our engineer is ill", "zh": "我方工程师请病假"}
TAKEN_ON = {
    "en": "Taken on: the bid is due before all three of Money, Authority and Need can be proved.",
    "zh": "同意立项：投标截止在即，资金、决策权和需求的证据随后补齐。",
}
DOCUMENTS_CAME = {
    "en": "The tender documents came two weeks early; the second visit is on the way.",
    "zh": "招标文件提前两周发出，第二次拜访随后补上。",
}
# The customer's problems: what, root cause, evidence, cost a year.
DIAGNOSED = {
    "en": (
        (
            "Flanges leak after 2,000 hours",
            "Sealing face is turned in two clampings, run-out up to 0.05 mm",
            "Eleven of 60 parts measured together with their quality department",
            380_000,
        ),
        (
            "Line stops when a lot is late",
            "One source, eight weeks of lead time, no buffer",
            "Three stops this year, by their own records",
            640_000,
        ),
    ),
    "zh": (
        (
            "总装返修率 3.2 %",
            "两次装夹加工，位置度超差",
            "与客户质量部共同测量 60 件，超差 11 件",
            380_000,
        ),
        (
            "供货延误造成停线",
            "单一供应商，交期八周，无安全库存",
            "客户统计本年停线三次",
            640_000,
        ),
    ),
}
# Kind, what it brings, worth a year.
VALUES = {
    "en": (
        ("waste", "Rework of leaking flanges falls away", 310_000),
        ("efficiency", "No line stops: consignment stock at the plant", 520_000),
        ("intangible", "One partner for machining and logistics", 0),
    ),
    "zh": (
        ("waste", "总装返修减少", 310_000),
        ("efficiency", "厂区寄售库存，不再停线", 520_000),
        ("intangible", "加工与物流由同一伙伴负责", 0),
    ),
}
WHY_US = {
    "en": "One clamping on the five-axis cell, every part measured in the line; consignment stock at the plant.",
    "zh": "五轴单元一次装夹，在线全检；可在客户厂区设寄售库存。",
}
DIAGNOSIS_ACCEPTED = {
    "en": "They confirm both causes and the figures.",
    "zh": "客户确认两项原因及损失数据，请我方据此编制方案。",
}

# What was learnt of whom, by language and role: pressures, extent of authority, years in
# office, days until the birthday.
PEOPLE = {
    ("zh", "decision_maker"): (
        "平台二上半年量产；领导要求国产化率达 80%",
        "技术选型可单独决定；50 万元以上须副总批准",
        3,
        6,
    ),
    ("zh", "approver"): ("本年度采购成本须降 5%", "500 万元以内可单独批准", 2, 47),
    ("en", "decision_maker"): (
        "Start of production in the second quarter; scrap rate reported to the board",
        "Alone up to 80 000, tooling included; above that the vice president",
        4,
        9,
    ),
    ("en", "approver"): (
        "Landed cost down by 5 % this year",
        "Alone up to 500 000",
        1,
        73,
    ),
}
