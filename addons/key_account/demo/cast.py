# ruff: noqa: E501 -- one text, one line
"""Accounts and deals of the demo: what the story is about. Days are working days from today."""

from typing import NamedTuple


class Person(NamedTuple):
    """A contact in the customer's buying centre; ``code`` as in res.partner.csv."""

    code: str
    role: str
    attitude: str
    influence: str
    relation: str
    motives: str = ""


class Account(NamedTuple):
    """``man`` judges money, authority, need by their first letter (confirmed, open, refused);
    ``known`` is how many questions of the survey are answered; who was a customer long
    before the story is so ``since`` a day of their own."""

    code: str
    lang: str
    user: str
    start: int
    grade: str | None
    man: str
    known: int
    figures: (
        tuple  # turnover, what they buy of our kind (millions), employees, our share
    )
    people: tuple
    states: tuple = ()  # (day, method, arguments; a number is a day)
    revisits: int = 0  # every so many working days
    team: str = "china"
    since: int | None = None


class Deal(NamedTuple):
    """``until`` is the last step that happens; goods are (product, quantity, asked price).
    ``bargains`` is the quantity, price and payment term asked for after the approval;
    ``unasked`` deals were made in mode observe, without asking anybody."""

    code: str
    account: str
    name: str
    start: int
    until: str
    goods: tuple
    asks: str
    summary: str
    scores: tuple = (4, 4, 4, 3)  # potential, standing, value, difficulty
    user: str = ""
    grant: float = 0.0
    late: bool = False
    by_scan: bool = False
    payment: str = "30days"
    bargains: tuple = ()
    unasked: bool = False


ACCOUNTS = (
    Account(
        "hongda",
        "zh",
        "specialist_2",
        -128,
        "A",
        "ccc",
        19,
        (28600.0, 210.0, 31000, 18.0),
        people=(
            Person(
                "buyer",
                "purchaser",
                "supporter",
                "4",
                "trusted",
                "年度降本 5%，供应不断线",
            ),
            Person(
                "engineer", "decision_maker", "champion", "5", "ally", "平台二按期量产"
            ),
            Person("vp", "approver", "neutral", "5", "met", "供应链国产化"),
            Person(
                "sqe", "gatekeeper", "sceptic", "3", "accepted", "零缺陷，PPAP 一次通过"
            ),
        ),
        revisits=11,
        since=-516,
    ),
    Account(
        "jiangnan",
        "zh",
        "specialist_2",
        -62,
        "A",
        "coc",
        15,
        (9800.0, 85.0, 5200, 0.0),
        people=(
            Person(
                "chief", "decision_maker", "supporter", "5", "accepted", "齿轮箱减重"
            ),
            Person("buyer", "purchaser", "neutral", "3", "met", "账期"),
        ),
        revisits=15,
    ),
    Account(
        "beichen",
        "zh",
        "specialist_2",
        -48,
        "B",
        "coo",
        13,
        (6400.0, 42.0, 3900, 0.0),
        people=(
            Person("buyer", "purchaser", "neutral", "4", "met", "交期"),
            Person("quality", "influencer", "sceptic", "4", "known", "EN 15085 认证"),
        ),
    ),
    Account(
        "lanhai",
        "zh",
        "specialist_2",
        -75,
        "B",
        "cco",
        14,
        (1850.0, 16.0, 980, 4.0),
        people=(
            Person(
                "buyer", "decision_maker", "supporter", "5", "accepted", "洁净与可追溯"
            ),
            Person("rd", "user", "champion", "3", "trusted", "打样快"),
        ),
        states=((-70, "action_start_trial", (12,)),),
    ),
    Account(
        "yuanhang",
        "zh",
        "specialist_2",
        -125,
        "C",
        "cco",
        16,
        (15200.0, 12.0, 8800, 2.0),
        people=(Person("buyer", "decision_maker", "neutral", "4", "accepted", "船期"),),
        states=((-12, "action_mark_dormant", ()),),
        since=-410,
    ),
    Account(
        "huayue",
        "zh",
        "specialist_2",
        -9,
        None,
        "ooo",
        4,
        (4300.0, 30.0, 2600, 0.0),
        people=(),
    ),
    Account(
        "jinqiao",
        "zh",
        "specialist_2",
        -110,
        "C",
        "ccr",
        11,
        (7700.0, 20.0, 12000, 3.0),
        people=(Person("buyer", "purchaser", "opponent", "4", "met", "最低价"),),
        states=(
            (-108, "action_activate", ()),
            (-70, "action_lose", ("客户停产改造，暂停采购",)),
            (-44, "action_reopen", ()),
            (-40, "action_activate", ()),
            (-8, "action_lose", ("价格竞争失利，客户转向当地供应商",)),
        ),
    ),
    Account(
        "xinghuo",
        "zh",
        "specialist_2",
        -45,
        "D",
        "rro",
        9,
        (620.0, 4.0, 700, 0.0),
        people=(Person("buyer", "purchaser", "sceptic", "2", "known", "低价、长账期"),),
    ),
    Account(
        "baxter",
        "en",
        "specialist",
        -120,
        "A",
        "ccc",
        19,
        (3900.0, 64.0, 4100, 22.0),
        people=(
            Person(
                "buyer",
                "purchaser",
                "supporter",
                "4",
                "trusted",
                "Two sources, no line stop",
            ),
            Person(
                "engineer",
                "decision_maker",
                "champion",
                "5",
                "ally",
                "Valve blocks without burrs",
            ),
            Person("vp", "approver", "neutral", "5", "met", "Landed cost, tariffs"),
            Person(
                "quality",
                "gatekeeper",
                "sceptic",
                "3",
                "accepted",
                "PPAP right the first time",
            ),
        ),
        revisits=11,
        since=-520,
    ),
    Account(
        "tanaka",
        "en",
        "specialist",
        -58,
        "B",
        "coc",
        15,
        (2100.0, 28.0, 1300, 0.0),
        people=(
            Person(
                "engineer",
                "decision_maker",
                "supporter",
                "5",
                "accepted",
                "Lighter arms",
            ),
            Person(
                "buyer",
                "purchaser",
                "neutral",
                "3",
                "met",
                "Long-term price, no surprises",
            ),
        ),
        revisits=15,
    ),
    Account(
        "meridian",
        "en",
        "specialist",
        -118,
        "B",
        "cco",
        16,
        (1450.0, 18.0, 2200, 6.0),
        people=(
            Person(
                "buyer",
                "purchaser",
                "supporter",
                "4",
                "trusted",
                "Delivery to the week",
            ),
            Person(
                "plant", "approver", "neutral", "4", "met", "Fewer parts to inspect"
            ),
        ),
        states=((-114, "action_start_trial", (45,)),),
        revisits=14,
    ),
    Account(
        "rheintal",
        "en",
        "specialist_europe",
        -96,
        "A",
        "ccc",
        18,
        (310.0, 7.5, 1150, 15.0),
        people=(
            Person(
                "buyer",
                "purchaser",
                "supporter",
                "4",
                "trusted",
                "One partner for all housings",
            ),
            Person(
                "engineer",
                "decision_maker",
                "champion",
                "5",
                "accepted",
                "Quieter drives",
            ),
        ),
        revisits=14,
        team="europe",
        since=-510,
    ),
    Account(
        "lindqvist",
        "en",
        "specialist_europe",
        -40,
        "B",
        "coc",
        13,
        (58.0, 1.6, 180, 0.0),
        people=(
            Person(
                "buyer", "decision_maker", "supporter", "5", "met", "Class certificates"
            ),
        ),
        team="europe",
    ),
    Account(
        "moreau",
        "en",
        "specialist_europe",
        -44,
        "B",
        "cco",
        14,
        (190.0, 4.2, 640, 0.0),
        people=(
            Person(
                "buyer", "approver", "neutral", "4", "met", "Second source by spring"
            ),
            Person("engineer", "user", "supporter", "3", "accepted", "Weld quality"),
        ),
        team="europe",
    ),
)

DEALS = (
    # Closed in the last months
    Deal(
        "hongda_year",
        "hongda",
        "电驱壳体年度合同 E-drive housings",
        -112,
        "pay",
        goods=(("edrive", 2100, 830.0),),
        asks="cpk ppap vci dap",
        summary="<p>客户确认年度用量，希望由我方承接电驱壳体主要份额。质量标准按 Cpk 1.67，价格以"
        "铝价联动。</p>",
        scores=(5, 5, 5, 3),
    ),
    Deal(
        "yuanhang_housing",
        "yuanhang",
        "主轴箱体 Spindle housings",
        -104,
        "pay",
        goods=(("spindle", 90, 4650.0),),
        asks="cmm vci dap",
        summary="<p>单次项目采购，要求十二月船期前到货；检验按三坐标报告。</p>",
        scores=(2, 4, 2, 2),
        late=True,
    ),
    Deal(
        "meridian_trial",
        "meridian",
        "Guide-rail brackets, trial order",
        -98,
        "pay",
        goods=(("bracket", 700, 235.0),),
        asks="cmm vci fob",
        summary="<p>They want to try us with one elevator line. Quality by coordinate measuring report,"
        " delivery by sea. If the first lot passes, the Chakan plant follows.</p>",
        scores=(4, 3, 4, 2),
    ),
    Deal(
        "baxter_year",
        "baxter",
        "Valve blocks, yearly order",
        -72,
        "pay",
        goods=(("valve", 900, 1190.0), ("tooling", 1, 45000.0)),
        asks="ppap clean vci fob",
        summary="<p>Design released drawing index C. They take 900 blocks a year if PPAP level 3 passes by"
        " the end of the quarter; price accepted in principle.</p>",
        scores=(5, 4, 5, 2),
    ),
    Deal(
        "meridian_buffer",
        "meridian",
        "Buffer plates",
        -34,
        "invoice",
        goods=(("bracket", 900, 234.0),),
        asks="cmm vci fob",
        summary="<p>Follow-up of the trial order: buffer plates on the same terms, 900 pieces before the"
        " monsoon stop.</p>",
        scores=(4, 3, 4, 1),
    ),
    Deal(
        "hongda_tooling",
        "hongda",
        "平台二工装 Tooling, platform 2",
        -36,
        "invoice",
        goods=(("tooling", 4, 44000.0), ("edrive", 300, 845.0)),
        asks="cpk vci dap",
        summary="<p>平台二样件 300 件及四套工装，工装归客户所有，由我方保管。</p>",
        scores=(5, 5, 5, 2),
    ),
    # Lost, abandoned
    Deal(
        "jinqiao_bracket",
        "jinqiao",
        "导轨支架 Brackets",
        -42,
        "lose",
        goods=(("bracket", 900, 229.0),),
        asks="cmm vci dap",
        summary="<p>客户以价格为第一标准，当地供应商报价低 12%。</p>",
        scores=(2, 3, 2, 4),
    ),
    Deal(
        "xinghuo_bracket",
        "xinghuo",
        "农机支架 Harvester brackets",
        -36,
        "rule",
        goods=(("bracket", 800, 180.0),),
        asks="net_120 two_weeks dap",
        summary="<p>目标价比参考价低 25%，并要求 120 天账期和两周交付。</p>",
        scores=(1, 2, 1, 5),
    ),
    # Under way, the furthest first
    Deal(
        "meridian_frame",
        "meridian",
        "Car-frame brackets",
        -15,
        "first_verdict",
        goods=(("bracket", 1500, 228.0),),
        asks="cmm vci six_weeks fob",
        summary="<p>The trial order passed incoming inspection without a finding. They now ask for 1,500"
        " brackets for the car frames, delivery in two lots.</p>",
        scores=(4, 3, 4, 2),
    ),
    Deal(
        "jiangnan_hub",
        "jiangnan",
        "轮毂行星架 Hub carriers",
        -16,
        "first_verdict",
        goods=(("carrier", 20, 17700.0),),
        asks="forging cmm dap",
        summary="<p>总工确认图纸和探伤等级，首批 20 件用于样机。付款条件已谈妥。</p>",
        scores=(5, 4, 5, 4),
        payment="45days",
    ),
    Deal(
        "baxter_block",
        "baxter",
        "Manifold blocks, pilot lot",
        -13,
        "send",
        goods=(("valve", 240, 1190.0),),
        asks="clean cmm vci fob",
        summary="<p>Pilot lot of 240 manifold blocks for the new mobile pump. They need residual dirt below"
        " 400 µm, proven by lot; otherwise our standard terms are fine.</p>",
        scores=(5, 4, 5, 3),
    ),
    Deal(
        "hongda_bracket",
        "hongda",
        "电池包支架 Battery brackets",
        -12,
        "send",
        goods=(("bracket", 1800, 230.0),),
        asks="cpk vci dap",
        summary="<p>电池包支架首批 1800 件，客户要求 Cpk 1.67 并按周转箱供货，其余按年度合同执行。</p>",
        scores=(4, 5, 4, 2),
    ),
    Deal(
        "tanaka_base",
        "tanaka",
        "Base housings B2",
        -10,
        "request_approval",
        goods=(("joint", 300, 1275.0),),
        asks="hard_coat cmm six_weeks fob",
        summary="<p>Ms Tanaka wants the base housing from the same source as the joints. Price target"
        " 1,275; they accept our coating partner.</p>",
        scores=(4, 4, 4, 3),
    ),
    Deal(
        "baxter_spool",
        "baxter",
        "Spool housings, service kit",
        -10,
        "ask_again",
        goods=(("valve", 300, 1170.0),),
        asks="clean cmm vci fob",
        summary="<p>Three hundred spool housings for the service kit. They compare with a bidder from"
        " Korea and will come back on the price.</p>",
        scores=(4, 4, 4, 2),
        bargains=(360, 1140.0, "45days"),
    ),
    Deal(
        "hongda_motor",
        "hongda",
        "电机端盖 Motor end caps",
        -11,
        "request_approval",
        goods=(("edrive", 2000, 800.0),),
        asks="cpk ppap vci dap",
        summary="<p>电机端盖与壳体同平台，客户希望打包供货，目标价 800 元，年用量 2000 件起。</p>",
        scores=(5, 5, 5, 3),
    ),
    Deal(
        "baxter_seal",
        "baxter",
        "Seal carriers, service parts",
        -10,
        "request_approval",
        goods=(("valve", 160, 1220.0),),
        asks="cmm vci fob",
        summary="<p>Service parts for the pumps in the field: 160 seal carriers, no price issue, they want"
        " them before the holidays.</p>",
        scores=(3, 4, 3, 1),
    ),
    Deal(
        "beichen_cover",
        "beichen",
        "轴箱盖 Axle box covers",
        -10,
        "request_approval",
        goods=(("axle", 60, 5350.0),),
        asks="material cmm dap",
        summary="<p>轴箱盖 60 件，与轴箱同批次供货，质量部要求提供材质证明。</p>",
        scores=(4, 4, 4, 3),
        payment="90days_on_the_10th",
    ),
    Deal(
        "lanhai_valve",
        "lanhai",
        "流体阀块 Fluid blocks",
        -14,
        "reject",
        goods=(("valve", 400, 1060.0),),
        asks="clean cmm dap",
        summary="<p>医疗流体阀块，清洁度要求高；客户要求首年即给 15% 折扣。</p>",
        scores=(3, 3, 3, 4),
        late=True,
    ),
    Deal(
        "baxter_valve",
        "baxter",
        "Valve blocks HV-08, annual contract",
        -9,
        "quote",
        goods=(("valve", 1500, 1150.0), ("tooling", 1, 45000.0)),
        asks="ppap clean vci fob",
        summary="<p>They offer 1,500 blocks a year if we meet 1,150 a piece, 8 % below our reference price."
        " Tooling is paid at our price. Decision by the end of the month, their VP signs.</p>",
        scores=(5, 4, 5, 3),
    ),
    Deal(
        "beichen_gear",
        "beichen",
        "轴箱体样件 Axle box samples",
        -9,
        "quote",
        goods=(("axle", 12, 5450.0),),
        asks="material cmm dap",
        summary="<p>先做 12 件样件用于型式试验，价格和条件无异议。</p>",
        scores=(4, 4, 4, 3),
    ),
    Deal(
        "meridian_safety",
        "meridian",
        "Safety-gear housings",
        -8,
        "request",
        goods=(("bracket", 4000, 214.0),),
        asks="two_weeks net_120 cmm fob",
        summary="<p>4,000 housings a year, but at 214 a piece, two weeks after call-off and 120 days net."
        " The plant manager wants one source for all safety parts.</p>",
        scores=(4, 3, 4, 4),
    ),
    Deal(
        "jiangnan_carrier",
        "jiangnan",
        "5 MW 行星架 Planet carriers",
        -8,
        "request",
        goods=(("carrier", 40, 17100.0),),
        asks="forging net_120 dap",
        summary="<p>年需 40 件，目标价 17100 元，要求 120 天账期。总工支持我方方案，采购坚持账期。</p>",
        scores=(5, 4, 5, 4),
    ),
    Deal(
        "tanaka_wrist",
        "tanaka",
        "Wrist housings W3",
        -7,
        "settle",
        goods=(("joint", 240, 1290.0),),
        asks="hard_coat cmm net_60 fob open",
        summary="<p>Wrist housing of the W3 arm, 240 a year. Target price 1,290. They ask about a helium"
        " leak test, which our laboratory has to judge first.</p>",
        scores=(4, 4, 4, 4),
    ),
    Deal(
        "lanhai_chamber",
        "lanhai",
        "真空腔体 Vacuum chambers",
        -7,
        "settle",
        goods=(("spindle", 20, 4600.0),),
        asks="clean cmm dap open",
        summary="<p>真空腔体 20 件，要求氦检漏，需实验室先评估能力。</p>",
        scores=(4, 3, 4, 4),
    ),
    Deal(
        "baxter_pump",
        "baxter",
        "Pump bodies, programme B2",
        -6,
        "report",
        goods=(("valve", 800, 1180.0),),
        asks="ppap clean six_weeks vci fob",
        summary="<p>Met purchasing and design together. Programme B2 starts in spring: 800 pump bodies a"
        " year, target price 1,180. David Novak showed the burr problem of the present supplier on"
        " the microscope; our sample had none.</p><p>Open on their side: drawing index D. The VP decides"
        " after the factory audit.</p>",
    ),
    Deal(
        "hongda_edrive",
        "hongda",
        "电驱壳体平台二 E-drive platform 2",
        -6,
        "report",
        goods=(("edrive", 1100, 820.0),),
        asks="cpk ppap vci dap",
        summary="<p>与采购、研发共同会谈。平台二明年三月量产，首年 1100 件，目标价 820 元。研发总监肯定我方"
        "气密性数据。</p><p>待客户发放 D 版图纸，验厂后由副总裁批准。</p>",
    ),
    Deal(
        "tanaka_gripper",
        "tanaka",
        "Gripper frames",
        -5,
        "hold",
        goods=(("joint", 500, 1320.0),),
        asks="hard_coat cmm fob",
        summary="",
    ),
    Deal(
        "beichen_axle",
        "beichen",
        "轴箱体二期 Axle boxes, phase 2",
        -5,
        "hold",
        goods=(("axle", 160, 5300.0),),
        asks="material cmm dap",
        summary="",
    ),
    Deal(
        "meridian_rail",
        "meridian",
        "Guide-rail brackets, Chakan plant",
        -2,
        "confirm",
        goods=(("bracket", 6000, 229.0),),
        asks="cmm vci fob",
        summary="",
    ),
    Deal(
        "tanaka_joint",
        "tanaka",
        "Joint housings for the T7 cobot",
        -1,
        "draft_plan",
        goods=(("joint", 1400, 1330.0),),
        asks="",
        summary="",
    ),
    Deal(
        "huayue_boom",
        "huayue",
        "动臂支座 Boom seats",
        -3,
        "plan",
        goods=(("bracket", 2500, 232.0),),
        asks="",
        summary="",
    ),
    # Europe
    Deal(
        "rheintal_belt",
        "rheintal",
        "Belt drive housings, rebuild",
        -84,
        "pay",
        goods=(("roller", 60, 560.0),),
        asks="cmm dap",
        summary="<p>Sixty housings for the rebuild of the belt line in Mannheim, wanted at once; the price was"
        " promised on the spot.</p>",
        scores=(3, 3, 3, 2),
        unasked=True,
    ),
    Deal(
        "rheintal_drive",
        "rheintal",
        "Conveyor drive housings 2026",
        -70,
        "pay",
        goods=(("roller", 120, 615.0),),
        asks="cmm vci six_weeks dap",
        summary="<p>Annual demand of 120 drive housings for the airport programme. Dr Vogel insists on"
        " measured bores; price and painting agreed.</p>",
        scores=(4, 4, 5, 2),
    ),
    Deal(
        "rheintal_spare",
        "rheintal",
        "Spare housings, depot Halle",
        -13,
        "send",
        goods=(("roller", 40, 610.0),),
        asks="cmm dap",
        summary="<p>Forty spare housings for the Halle depot, same drawing, painted RAL 7016.</p>",
        scores=(3, 4, 3, 1),
    ),
    Deal(
        "lindqvist_flange",
        "lindqvist",
        "Shaft flanges, ferry Alva",
        -18,
        "sign",
        goods=(("shaft", 30, 1790.0),),
        asks="material cmm dap",
        summary="<p>Thirty flanges with class certificate 3.2 for the ferry Alva. Elsa Lindqvist decides"
        " herself and signs on paper.</p>",
        scores=(3, 3, 4, 2),
        by_scan=True,
    ),
    Deal(
        "moreau_frame",
        "moreau",
        "Bogie brackets, second source",
        -11,
        "request_approval",
        goods=(("bogie", 300, 375.0),),
        asks="material cmm dap",
        summary="<p>They want a second source by spring. Target price 375, which is 8.5 % below our"
        " reference; weld quality is accepted.</p>",
        scores=(4, 4, 4, 3),
    ),
    Deal(
        "moreau_damper",
        "moreau",
        "Damper brackets",
        -7,
        "settle",
        goods=(("bogie", 90, 398.0),),
        asks="material dap open",
        summary="<p>Ninety damper brackets a year. Leak test of the hollow profile still to be judged.</p>",
        scores=(3, 4, 3, 3),
    ),
    Deal(
        "lindqvist_yard",
        "lindqvist",
        "Flanges for the winter yard",
        -2,
        "confirm",
        goods=(("shaft", 24, 1810.0),),
        asks="",
        summary="",
    ),
    Deal(
        "vandijk_plate",
        "vandijk",
        "Side plates for parcel sorters",
        -12,
        "send",
        goods=(("bogie", 160, 402.0),),
        asks="cmm dap",
        summary="<p>160 side plates for the sorters in Venlo, two lots. Willem van Dijk compares with a"
        " welder next door; our measuring report decides it.</p>",
        scores=(3, 4, 3, 2),
    ),
    Deal(
        "rheintal_frame",
        "rheintal",
        "Drive housings, frame contract for three years",
        -8,
        "request",
        goods=(("roller", 900, 572.0),),
        asks="cmm net_120 dap",
        summary="<p>300 housings a year for three years, at 572 a piece and 120 days net. Mr Hoffmann has a"
        " mandate for two suppliers; Dr Vogel wants one.</p>",
        scores=(5, 4, 5, 3),
    ),
    Deal(
        "vandijk_beam",
        "vandijk",
        "Cross beams, prototype",
        -6,
        "report",
        goods=(("bogie", 24, 408.0),),
        asks="material cmm dap",
        summary="<p>Twenty-four prototypes of the cross beam for the new sorter. Series of 400 a year from"
        " autumn if the weld passes the fatigue test.</p>",
    ),
    Deal(
        "nordal_flange",
        "nordal",
        "Riser flanges, super duplex",
        -3,
        "plan",
        goods=(("shaft", 160, 1795.0),),
        asks="",
        summary="",
    ),
    Deal(
        "moreau_door",
        "moreau",
        "Door brackets, regional trains",
        -1,
        "draft_plan",
        goods=(("bogie", 420, 392.0),),
        asks="",
        summary="",
    ),
)
