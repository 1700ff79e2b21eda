"""Template 2: the six phases of a key-account sale. The tasks are checklist gates."""

from .parts import (
    MANAGER,
    MINUTES,
    PAPER_ELECTRONIC_MINUTES,
    PAPER_OR_ELECTRONIC,
    Gate,
    Step,
    Template,
    Text,
)

SIX_PHASES = Template(
    code="six_phases",
    name=Text("Key-account sale in six phases", "大客户销售六阶段"),
    purpose=Text(
        "Large projects that are tendered: each phase ends at a milestone, and what"
        " has to be done for it is a checklist.",
        "适用于招投标的大型项目：每一阶段以关键节点结束，应完成的任务列为检查清单。",
    ),
    won=Text("Closed out", "已结项"),
    won_by_order=False,
    steps=(
        Step(
            code="develop",
            name=Text("Develop", "项目开发"),
            role="specialist",
            participants=Text("Sales support, technical department", "内勤、技术部门"),
            duties=(
                Text(
                    "Find projects in the territory and confirm each with a second"
                    " source.",
                    "在所辖区域内发掘项目，并通过第二信息来源核实。",
                ),
                Text(
                    "Gather requirements, purchase schedule and budget.",
                    "收集客户需求、采购进度和预算。",
                ),
                Text(
                    "Learn who competes and by which criteria the customer decides.",
                    "了解竞争对手和客户的决策标准。",
                ),
                Text(
                    "Find the people who decide, and win a coach.",
                    "找到关键决策人，发展内线。",
                ),
                Text(
                    "Judge whether the project fits our strategy.",
                    "判断项目是否符合公司战略。",
                ),
            ),
            limit=10,
            unit="days",
            standard=Text(
                "Reliable project information: from the customer, dated, with its"
                " source",
                "项目信息可靠：来自客户、注明日期和来源",
            ),
            inputs=Text(
                "Market information, customer profile survey",
                "市场信息、客户综合信息调查表",
            ),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Project information sheet", "项目信息表"),
            gates=(
                Gate(
                    "checklist",
                    label=Text(
                        "Milestone: reliable project information",
                        "关键节点：项目信息可靠",
                    ),
                    checks=(
                        Text("Requirements are gathered", "已收集客户需求"),
                        Text("The purchase schedule is known", "已掌握采购进度"),
                        Text("The budget is known", "已了解项目预算"),
                        Text("The competition is known", "已了解竞争情况"),
                        Text("The decision criteria are known", "已了解决策标准"),
                        Text("The project fits our strategy", "项目符合公司战略"),
                    ),
                ),
                Gate("profile", 40),
            ),
        ),
        Step(
            code="qualify",
            name=Text("Qualify", "立项"),
            role="manager",
            participants=Text(
                "Specialist, technical department, finance", "专员、技术部门、财务部门"
            ),
            duties=(
                Text(
                    "Judge Money, Authority and Need with their evidence.",
                    "按MAN法则（资金、决策权、需求）逐项判断并附依据。",
                ),
                Text(
                    "Judge whether we can win, and what it would cost.",
                    "评估赢单可能性和投入成本。",
                ),
                Text(
                    "Decide whether the deal is taken on; name the project team.",
                    "决定是否立项，确定项目小组。",
                ),
                Text(
                    "Write the project plan with steps, people, dates and a"
                    " contingency plan.",
                    "制定项目计划，明确步骤、人员、时间和备份方案。",
                ),
            ),
            limit=3,
            unit="days",
            standard=Text(
                "A clear yes or no with its reason", "明确立项与否并说明理由"
            ),
            inputs=Text("Project information sheet", "项目信息表"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text("Deal qualification, project plan", "立项报告、项目计划"),
            gates=(
                Gate(
                    "checklist",
                    label=Text(
                        "Milestone: deal qualification decided",
                        "关键节点：完成立项决策",
                    ),
                    checks=(
                        Text(
                            "Chances, effort and risk are judged",
                            "已评估赢单机会、投入和风险",
                        ),
                        Text("The project team is named", "已确定项目小组"),
                        Text("The deal is taken on", "已批准立项"),
                    ),
                ),
                Gate("qualification"),
                Gate("plan"),
            ),
        ),
        Step(
            code="propose",
            name=Text("Propose", "提案"),
            role="specialist",
            participants=Text("Technical department, manager", "技术部门、部门经理"),
            duties=(
                Text(
                    "Examine the customer's problems and their root causes on site.",
                    "深入客户现场，查明问题及其根本原因。",
                ),
                Text(
                    "Write the diagnosis report and have the customer accept it.",
                    "编写诊断报告并取得客户认可。",
                ),
                Text(
                    "Present the proposal to those who decide and those who use.",
                    "向决策者和使用者讲解方案。",
                ),
                Text(
                    "Advance the relationship with every person who has a say.",
                    "有效推进与各关键人员的关系。",
                ),
                Text(
                    "Bring our strengths into the decision criteria.",
                    "使我方优势体现在客户的决策标准中。",
                ),
            ),
            limit=15,
            unit="days",
            standard=Text(
                "The relationship is effectively advanced; the customer accepts the"
                " diagnosis",
                "客户关系有效推进，诊断获得客户认可",
            ),
            inputs=Text(
                "Project plan, customer's problems", "项目计划、客户存在的问题"
            ),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Diagnosis report, proposal", "诊断报告、提案"),
            gates=(
                Gate(
                    "checklist",
                    label=Text(
                        "Milestone: relationship effectively advanced",
                        "关键节点：客户关系有效推进",
                    ),
                    checks=(
                        Text(
                            "The key decision maker has received us",
                            "关键决策人已接待我方",
                        ),
                        Text("A coach is won", "已发展内线"),
                        Text("The proposal has been presented", "已讲解提案"),
                        Text(
                            "Our strengths are among the decision criteria",
                            "我方优势已纳入决策标准",
                        ),
                    ),
                ),
                Gate("diagnosis"),
                Gate("visit", 2),
            ),
        ),
        Step(
            code="tender",
            name=Text("Tender", "招投标"),
            role="specialist",
            participants=Text(
                "Technical department, finance, manager", "技术部门、财务部门、部门经理"
            ),
            duties=(
                Text(
                    "Obtain the tender documents, or agree on a negotiated tender.",
                    "取得招标文件，或争取议标。",
                ),
                Text(
                    "Analyse requirements, evaluation method and competitors.",
                    "分析招标要求、评标办法和竞争对手。",
                ),
                Text(
                    "Settle price and terms, have them signed off, and write the bid.",
                    "确定价格和条件并获得签字批准，编制投标文件。",
                ),
                Text(
                    "Hand in the bid in time and answer questions.",
                    "按时递交投标文件并答疑。",
                ),
            ),
            limit=10,
            unit="days",
            standard=Text("Complete, without error, in time", "完整、无差错、按时"),
            inputs=Text("Tender documents, proposal", "招标文件、提案"),
            medium=Text("Paper, sealed", "书面密封文件"),
            outputs=Text("Bid, award notice", "投标文件、中标通知"),
            gates=(
                Gate(
                    "checklist",
                    label=Text(
                        "Milestone: bid or negotiated tender", "关键节点：投标或议标"
                    ),
                    checks=(
                        Text("The tender documents are analysed", "已分析招标文件"),
                        Text(
                            "The bid is handed in, or a negotiated tender is agreed",
                            "已递交投标文件，或已确定议标",
                        ),
                        Text("Questions are answered", "已完成答疑"),
                        Text(
                            "We are awarded, or chosen to negotiate",
                            "已中标，或被选为谈判对象",
                        ),
                    ),
                ),
                Gate("quotation"),
                Gate("approval"),
            ),
        ),
        Step(
            code="negotiate",
            name=Text("Negotiate", "商务谈判"),
            role="specialist",
            participants=MANAGER,
            duties=(
                Text(
                    "Prepare the negotiation: aims, limits, what we give for what.",
                    "做好谈判准备：目标、底线、让步与交换条件。",
                ),
                Text(
                    "Negotiate price, delivery, payment, acceptance and warranty.",
                    "就价格、交期、付款、验收和质保进行谈判。",
                ),
                Text(
                    "Have the contract reviewed and approved inside.",
                    "完成合同内部评审和批准。",
                ),
                Text("Sign the contract and file it.", "签订合同并备案。"),
            ),
            limit=10,
            unit="days",
            standard=Text(
                "Within authority, every point in writing",
                "在权限范围内，各项条款均有书面约定",
            ),
            inputs=Text("Award notice, bid", "中标通知、投标文件"),
            medium=MINUTES,
            outputs=Text("Signed contract", "已签订的合同"),
            gates=(Gate("approval"), Gate("signature"), Gate("contract_review")),
        ),
        Step(
            code="implement",
            name=Text("Implement", "项目实施"),
            role="specialist",
            participants=Text(
                "Production, quality, technical service, finance",
                "生产、质量、技术服务、财务部门",
            ),
            duties=(
                Text(
                    "Hand the project over to those who carry it out.",
                    "向实施部门进行项目交底。",
                ),
                Text(
                    "Follow production, delivery and installation; keep the"
                    " customer informed.",
                    "跟踪生产、交付和安装，及时向客户通报进展。",
                ),
                Text("Obtain the customer's acceptance.", "取得客户验收。"),
                Text("Collect what is due.", "按合同回款。"),
                Text(
                    "Close the project out: result, cost, lessons, next opportunities.",
                    "项目结项：总结成果、成本、经验教训和后续机会。",
                ),
            ),
            limit=60,
            unit="days",
            standard=Text(
                "As agreed, accepted at the first inspection", "按约履行，一次验收合格"
            ),
            inputs=Text("Signed contract", "已签订的合同"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text(
                "Acceptance certificate, close-out report", "验收证明、结项报告"
            ),
            gates=(
                Gate(
                    "checklist",
                    label=Text(
                        "Milestone: acceptance and close-out", "关键节点：验收并结项"
                    ),
                    checks=(
                        Text("Everything agreed is delivered", "已按约定全部交付"),
                        Text("The customer has accepted", "客户已验收"),
                        Text("What is due is collected", "应收款项已回款"),
                        Text("The close-out report is written", "已完成结项报告"),
                    ),
                ),
            ),
        ),
    ),
)
