"""Template 1: requirement determination in eight steps, then Won."""

from .parts import (
    MANAGER,
    PAPER_ELECTRONIC_MINUTES,
    PAPER_OR_ELECTRONIC,
    SPECIALIST,
    Gate,
    Step,
    Template,
    Text,
)

EIGHT_STEPS = Template(
    code="eight_steps",
    name=Text("Requirement determination in eight steps", "需求确定流程（八步）"),
    purpose=Text(
        "From the development plan to the signed quotation: settle what the customer"
        " needs, decide whether we can and should meet it, quote, sign off, sign.",
        "从拟定工作计划到客户签字回传：明确客户需求，判定能否及是否应当满足，报价、签"
        "字批准、签约。",
    ),
    won=Text("Won", "成交"),
    steps=(
        Step(
            code="development_plan",
            name=Text("Development plan", "拟定工作计划"),
            role="specialist",
            participants=Text("Functions concerned", "相关部门"),
            duties=(
                Text(
                    "From what is known of the customer and of us, plan development"
                    " and visits.",
                    "根据对客户和本公司情况的了解，拟定客户开发（拜访）计划。",
                ),
                Text(
                    "Divide the work; name duties, standards and dates.",
                    "明确工作分工、职责、标准和时间要求。",
                ),
                Text("Set the steps of each phase.", "确定各阶段的工作步骤。"),
                Text("Discuss whether the plan is feasible.", "讨论计划的可行性。"),
                Text(
                    "Prepare a contingency plan where one is needed.",
                    "必要时制定备份方案。",
                ),
            ),
            limit=2,
            unit="days",
            standard=Text("Simple, clear, feasible", "简单、明了、可行"),
            inputs=Text("Customer profile survey", "客户综合信息调查表"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text("Development (visit) plan", "客户开发（拜访）计划"),
            gates=(Gate("plan"), Gate("profile", 40)),
        ),
        Step(
            code="visit",
            name=Text("Visit", "沟通拜访"),
            role="specialist",
            participants=None,
            duties=(
                Text(
                    "Choose whom to visit and what to discuss.",
                    "确定拜访对象和沟通内容。",
                ),
                Text(
                    "Obtain settled requirements: quality standard, target price,"
                    " inspection"
                    " method.",
                    "了解并确认客户需求：质量标准、目标价格、检验方法。",
                ),
                Text(
                    "Guide and train the customer where needed.",
                    "必要时对客户进行引导和培训。",
                ),
            ),
            limit=0,
            unit="visit",
            standard=Text(
                "Well prepared, process in hand, requirements clear and complete",
                "准备充分、过程可控、需求清晰完整",
            ),
            inputs=Text(
                "Customer profile survey; our technical and production capability",
                "客户综合信息调查表；本公司技术和生产能力",
            ),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text(
                "Trip report and meeting minutes; letter of intent where reached",
                "出差报告和会谈纪要；达成意向时的意向书",
            ),
            gates=(Gate("visit", 1), Gate("requirement")),
        ),
        Step(
            code="review",
            name=Text("Manager's review", "审核工作总结"),
            role="manager",
            participants=SPECIALIST,
            duties=(
                Text(
                    "Judge the customer's potential, standing, development value and"
                    " difficulty.",
                    "判断客户的潜力、地位、开发价值和开发难度。",
                ),
                Text("Check whether the plan is feasible.", "审核计划的可行性。"),
                Text("Give guidance.", "提出开发指示。"),
                Text(
                    "State the specialist's authority and duties in this deal.",
                    "明确专员在本项目中的权限和职责。",
                ),
            ),
            limit=1,
            unit="days",
            standard=Text(
                "Sound judgement, clear responsibility", "判断准确、责任明确"
            ),
            inputs=Text("Trip report, meeting minutes", "出差报告、会谈纪要"),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Guidance; revised plan", "开发指示；修订后的计划"),
            gates=(Gate("review"),),
        ),
        Step(
            code="authority_check",
            name=Text("Authority check", "判断权限"),
            role="specialist",
            participants=None,
            duties=(
                Text(
                    "Settle technical requirements, packing, delivery and payment.",
                    "确定技术要求、包装、交期和付款条件。",
                ),
                Text("Prepare the quotation.", "准备报价。"),
                Text(
                    "Compare with reference prices and with your own authority.",
                    "对照参考价格和本人权限。",
                ),
            ),
            limit=1,
            unit="days",
            standard=Text("Accurate", "准确"),
            inputs=Text("Requirements, guidance", "客户需求、开发指示"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text(
                "Quotation intention, or exception request", "报价意向，或反馈申请报告"
            ),
            gates=(Gate("requirement"),),
        ),
        Step(
            code="ruling",
            name=Text("Ruling", "需求判定"),
            role="manager",
            participants=None,
            duties=(
                Text(
                    "Judge whether we can and should meet the requirement.",
                    "判断能否以及是否应当满足该需求。",
                ),
                Text("Rule: quote, revise or abandon.", "作出判定：报价、修改或放弃。"),
            ),
            limit=1,
            unit="days",
            standard=Text("Complete information", "信息完整"),
            inputs=Text("Exception request", "反馈申请报告"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text("Ruling with its reason", "判定结果及理由"),
            gates=(Gate("ruling"),),
            skip_rule="no_exception",
        ),
        Step(
            code="quotation",
            name=Text("Formal quotation", "正式报价"),
            role="specialist",
            participants=None,
            duties=(
                Text(
                    "Settle technical requirements, material, delivery, packing,"
                    " cleaning and"
                    " service.",
                    "确定技术要求、材料、交期、包装、清洗和服务。",
                ),
                Text("Settle handover and payment terms.", "确定交接要求和付款条件。"),
                Text(
                    "Prepare the quotation contract and the agreements.",
                    "编制报价合同和交接等协议。",
                ),
            ),
            limit=5,
            unit="hours",
            standard=Text("No error", "无差错"),
            inputs=Text("Requirements", "客户需求"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text("Quotation contract and agreements", "报价合同和协议"),
            gates=(Gate("quotation"),),
        ),
        Step(
            code="sign_off",
            name=Text("Sign-off", "签字批准"),
            role="manager",
            participants=SPECIALIST,
            duties=(
                Text(
                    "Check conditions, price, delivery, payment and handover.",
                    "审核条件、价格、交期、付款条件和交接要求。",
                ),
                Text("Sign.", "签字。"),
            ),
            limit=4,
            unit="hours",
            standard=Text("Careful", "认真仔细"),
            inputs=Text("Quotation contract, agreements", "报价合同、协议"),
            medium=Text("Paper", "书面"),
            outputs=Text("Approved quotation", "已批准的报价合同"),
            gates=(Gate("approval"),),
        ),
        Step(
            code="signed_return",
            name=Text("Signed return", "客户签字回传"),
            role="specialist",
            participants=MANAGER,
            duties=(
                Text("Send the approved quotation.", "发送已批准的报价合同。"),
                Text("Agree the remaining points.", "就未尽事项与客户达成一致。"),
                Text("Obtain the customer's signature.", "取得客户签字。"),
                Text(
                    "File the signed quotation in the customer's folder.",
                    "将签字合同归入客户档案备案。",
                ),
            ),
            limit=5,
            unit="days",
            standard=Text("Returned soon", "及时回传"),
            inputs=Text("Approved quotation", "已批准的报价合同"),
            medium=Text("Telephone, e-mail", "电话、电子邮件"),
            outputs=Text("Signed quotation contract", "客户签字的报价合同"),
            gates=(Gate("signature"), Gate("contract_review")),
        ),
    ),
)
