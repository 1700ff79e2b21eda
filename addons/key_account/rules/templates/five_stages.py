"""Template 3: the five stages of opening a key account."""

from .parts import (
    MANAGER,
    PAPER_ELECTRONIC_MINUTES,
    PAPER_OR_ELECTRONIC,
    Gate,
    Step,
    Template,
    Text,
)

FIVE_STAGES = Template(
    code="five_stages",
    name=Text("Opening a key account in five stages", "大客户开发五阶段"),
    purpose=Text(
        "From a company that might need us to a customer who buys: samples, value"
        " assessment, relationship, top-level close.",
        "从潜在目标到正式成交：样品确认、价值评估、关系建立、高层促成。",
    ),
    won=Text("Account opened", "开发成功"),
    steps=(
        Step(
            code="target",
            name=Text("Target", "锁定目标"),
            role="specialist",
            participants=Text("Sales support", "内勤"),
            duties=(
                Text(
                    "Search the territory for companies with a potential need.",
                    "在所辖区域内寻找有潜在需求的企业。",
                ),
                Text(
                    "Learn the age, the size and the state of their business.",
                    "了解企业的成立年限、规模和经营状况。",
                ),
                Text(
                    "Open the account file and begin the profile survey.",
                    "建立客户档案，开始填写客户综合信息调查表。",
                ),
                Text(
                    "Choose the targets worth developing, and rank them.",
                    "筛选值得开发的目标客户并排序。",
                ),
            ),
            limit=5,
            unit="days",
            standard=Text(
                "Facts instead of guesses; every target has a reason",
                "以事实为依据，每个目标均有理由",
            ),
            inputs=Text("Market information, trade directories", "市场信息、行业名录"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text(
                "List of target customers, account file", "目标客户清单、客户档案"
            ),
            gates=(
                Gate(
                    "checklist",
                    label=Text("The target is understood", "目标情况明确"),
                    checks=(
                        Text("There is a potential need", "存在潜在需求"),
                        Text(
                            "Age, size and state of the business are known",
                            "已了解企业年限、规模和经营状况",
                        ),
                    ),
                ),
                Gate("profile", 20),
            ),
        ),
        Step(
            code="information_sample",
            name=Text("Information and sample", "信息收集与样品"),
            role="specialist",
            participants=Text("Technical department, production", "技术部门、生产部门"),
            duties=(
                Text(
                    "Win a coach who explains how the customer buys.",
                    "发展内线，了解客户的采购方式。",
                ),
                Text(
                    "Record purchase process, decision makers and decision cycle.",
                    "掌握采购流程、决策人和决策周期。",
                ),
                Text(
                    "Learn about the present suppliers and our chance against each.",
                    "了解现有供应商及我方对各家的机会。",
                ),
                Text(
                    "Rank the factors that decide the purchase.",
                    "对影响采购的关键因素排序。",
                ),
                Text(
                    "Agree the standard of the sample, make and deliver it, follow"
                    " the test.",
                    "约定样品标准，制作并送样，跟踪检验结果。",
                ),
            ),
            limit=15,
            unit="days",
            standard=Text(
                "Sample to the agreed standard; information confirmed by a second"
                " source",
                "样品符合约定标准；信息经第二来源核实",
            ),
            inputs=Text(
                "Account file, drawings, sample request", "客户档案、图纸、样品申请"
            ),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Accepted sample, purchasing analysis", "合格样品、采购分析"),
            gates=(
                Gate(
                    "checklist",
                    label=Text("The information is complete", "信息齐备"),
                    checks=(
                        Text("A coach is won", "已发展内线"),
                        Text("The purchase process is known", "已掌握采购流程"),
                        Text("The decision makers are known", "已掌握决策人"),
                        Text("The present suppliers are known", "已了解现有供应商"),
                        Text("The decision cycle is known", "已了解决策周期"),
                        Text("The key factors are ranked", "关键因素已排序"),
                    ),
                ),
                Gate(
                    "sample",
                    label=Text(
                        "The sample meets the agreed standard", "样品达到约定标准"
                    ),
                ),
                Gate("profile", 60),
                Gate("visit", 1),
            ),
        ),
        Step(
            code="value_assessment",
            name=Text("Value assessment", "价值评估"),
            role="manager",
            participants=Text(
                "Specialist, technical department, finance", "专员、技术部门、财务部门"
            ),
            duties=(
                Text(
                    "Judge the probability of success and name the obstacles.",
                    "评估成功概率，列出主要障碍。",
                ),
                Text(
                    "Estimate the expense to be expected, in time and cost.",
                    "预计开发费用、时间和成本。",
                ),
                Text(
                    "Estimate our possible share of the customer's purchases.",
                    "估算我方可占客户采购的份额。",
                ),
                Text(
                    "Judge business risk, credit risk and technical difficulty.",
                    "评估经营风险、资信风险和技术难度。",
                ),
                Text(
                    "Decide on the development programme: aims, steps, people, budget.",
                    "确定开发方案：目标、步骤、人员和预算。",
                ),
            ),
            limit=3,
            unit="days",
            standard=Text(
                "Figures with their source, risks named, a clear decision",
                "数据有来源、风险明确、结论清晰",
            ),
            inputs=Text(
                "Purchasing analysis, profile survey, sample result",
                "采购分析、客户综合信息调查表、样品检验结果",
            ),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text(
                "Value assessment, development programme", "价值评估报告、开发方案"
            ),
            gates=(
                Gate(
                    "checklist",
                    label=Text("The value is assessed", "价值评估完成"),
                    checks=(
                        Text("Probability and obstacles", "成功概率与障碍"),
                        Text("Expected expense, time and cost", "预计费用、时间和成本"),
                        Text("Possible share of purchases", "可占采购份额"),
                        Text("Business and credit risk", "经营风险和资信风险"),
                        Text("Technical difficulty", "技术难度"),
                    ),
                ),
                Gate("qualification"),
                Gate(
                    "plan",
                    label=Text("Development programme is complete", "开发方案完整"),
                ),
            ),
        ),
        Step(
            code="relationship",
            name=Text("Relationship", "建立关系"),
            role="specialist",
            participants=MANAGER,
            duties=(
                Text(
                    "Build the relationship with the key decision maker.",
                    "与关键决策人建立关系。",
                ),
                Text(
                    "Spread the influence to users, technicians and purchasers.",
                    "将影响扩展到使用、技术和采购人员。",
                ),
                Text(
                    "Learn everybody's motives and where they stand.",
                    "了解各方动机和立场。",
                ),
                Text("Remove the obstacles one by one.", "逐一排除障碍。"),
            ),
            limit=20,
            unit="days",
            standard=Text(
                "The key decision maker trusts us; nobody with a say is left out",
                "取得关键决策人信任，不遗漏任何有影响力的人员",
            ),
            inputs=Text("Development programme", "开发方案"),
            medium=Text("Visits, telephone, meetings", "拜访、电话、会谈"),
            outputs=Text("Relationship map, visit reports", "关系图、拜访报告"),
            gates=(
                Gate(
                    "checklist",
                    label=Text("The relationship carries", "关系稳固"),
                    checks=(
                        Text(
                            "Relationship with the key decision maker",
                            "已与关键决策人建立关系",
                        ),
                        Text(
                            "Influence spread to the others who have a say",
                            "影响已扩展到其他相关人员",
                        ),
                    ),
                ),
                Gate("visit", 3),
                Gate("review"),
            ),
        ),
        Step(
            code="close",
            name=Text("Close", "促成合作"),
            role="manager",
            participants=Text(
                "Specialist, director, technical department, production",
                "专员、营销总监、技术部门、生产部门",
            ),
            duties=(
                Text(
                    "Arrange the contact between the top levels of both sides.",
                    "安排双方高层会晤。",
                ),
                Text(
                    "Prepare and pass the customer's factory audit.",
                    "做好准备并通过客户验厂。",
                ),
                Text(
                    "Give full support: technology, quality, delivery, terms.",
                    "在技术、质量、交付和商务条件上全力支持。",
                ),
                Text(
                    "Quote, negotiate and obtain the signature.",
                    "报价、谈判并取得客户签字。",
                ),
            ),
            limit=15,
            unit="days",
            standard=Text(
                "Everybody concerned stands behind it; audit without major finding",
                "各方全力配合，验厂无重大不符合项",
            ),
            inputs=Text(
                "Relationship map, requirements, development programme",
                "关系图、客户需求、开发方案",
            ),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text(
                "Audit report, signed quotation contract",
                "验厂报告、客户签字的报价合同",
            ),
            gates=(
                Gate(
                    "checklist",
                    label=Text("The customer is convinced", "客户决定合作"),
                    checks=(
                        Text("Top-level contact has taken place", "高层已会晤"),
                        Text("Full support is promised inside", "内部已确认全力支持"),
                    ),
                ),
                Gate(
                    "audit",
                    label=Text(
                        "The factory audit is passed, or none is asked for",
                        "验厂通过，或客户不要求验厂",
                    ),
                    checks=(
                        Text(
                            "The customer asks for no factory audit", "客户不要求验厂"
                        ),
                    ),
                ),
                Gate("approval"),
                Gate("signature"),
                Gate("contract_review"),
            ),
        ),
    ),
)
