"""Template 5: winning and appointing a regional agency, with a three-month trial."""

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

REGIONAL_AGENCY = Template(
    code="regional_agency",
    name=Text("Regional agency", "区域代理商开发"),
    purpose=Text(
        "Find, examine and appoint an agent for a region: application, visit,"
        " agency contract, three-month trial with an evaluation before its end.",
        "区域代理商的寻找、审查与任命：申请、考察、签约、三个月试用及到期前考核。",
    ),
    won=Text("Formal agency", "正式代理"),
    won_by_order=False,
    activates=True,
    steps=(
        Step(
            code="found",
            name=Text("Found", "发现目标"),
            role="specialist",
            participants=Text("Sales support", "内勤"),
            duties=(
                Text(
                    "Look for capable traders in the region that is to be covered.",
                    "在待开发区域内寻找有实力的经销商。",
                ),
                Text(
                    "Check that the region is free, or becomes free.",
                    "确认该区域尚无代理或即将空缺。",
                ),
                Text(
                    "Open the account file with address and contact.",
                    "建立客户档案，登记地址和联系人。",
                ),
            ),
            limit=5,
            unit="days",
            standard=Text(
                "The region is free; who decides is known", "区域空缺，决策人明确"
            ),
            inputs=Text("Market plan, canvassing reports", "市场规划、扫街日报"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text("Candidate agent with account file", "意向代理商及其档案"),
            gates=(
                Gate(
                    "field",
                    field="partner_id",
                    label=Text("The candidate is named", "意向代理商已登记"),
                ),
                Gate(
                    "checklist",
                    label=Text("The region is clear", "区域明确"),
                    checks=(
                        Text("The region is defined and free", "代理区域明确且空缺"),
                        Text("The person who decides is known", "已知决策人"),
                    ),
                ),
            ),
        ),
        Step(
            code="need_confirmed",
            name=Text("Need confirmed", "确认意向"),
            role="specialist",
            participants=None,
            duties=(
                Text(
                    "Present the company, its products and its agency policy.",
                    "介绍公司、产品和代理政策。",
                ),
                Text(
                    "Find out whether they want an agency, and can pay for it.",
                    "了解对方的代理意愿和资金实力。",
                ),
                Text(
                    "Judge Money, Authority and Need with their evidence.",
                    "按MAN法则逐项判断并附依据。",
                ),
            ),
            limit=5,
            unit="days",
            standard=Text(
                "Wish and means are confirmed by the person who decides",
                "意愿和实力经决策人确认",
            ),
            inputs=Text("Account file, agency policy", "客户档案、代理政策"),
            medium=Text("Telephone, e-mail, visit", "电话、电子邮件、拜访"),
            outputs=Text("Confirmed need", "已确认的代理意向"),
            gates=(Gate("qualification"),),
        ),
        Step(
            code="application_form",
            name=Text("Application form", "填写代理申请表"),
            role="support",
            participants=SPECIALIST,
            duties=(
                Text(
                    "Set the account's survey to “Agency application”, print the"
                    " form and send it.",
                    "将客户调查类型设为“代理商申请”，打印申请表并发送给对方。",
                ),
                Text(
                    "Help the candidate to fill it in completely.", "协助对方完整填写。"
                ),
                Text(
                    "Enter the answers with their date and source.",
                    "录入申请内容并注明日期和来源。",
                ),
            ),
            limit=5,
            unit="days",
            standard=Text("Complete, signed by the applicant", "内容完整、申请人签章"),
            inputs=Text("Empty application form", "空白代理申请表"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text("Completed application form", "填写完整的代理申请表"),
            gates=(
                Gate(
                    "profile",
                    80,
                    label=Text(
                        "Application form is complete to 80 %",
                        "代理申请表完整度达到 80%",
                    ),
                ),
            ),
        ),
        Step(
            code="data_reviewed",
            name=Text("Data reviewed", "资料审核"),
            role="manager",
            participants=Text("Finance, sales support", "财务部门、内勤"),
            duties=(
                Text(
                    "Check licence, figures and creditworthiness.",
                    "审核营业执照、经营数据和资信。",
                ),
                Text(
                    "Check sales network, staff, storage and transport.",
                    "审核销售网络、人员、仓储和运输能力。",
                ),
                Text("Decide whether the candidate is visited.", "决定是否实地考察。"),
            ),
            limit=2,
            unit="days",
            standard=Text("Checked against originals", "与原件核对无误"),
            inputs=Text("Completed application form, licences", "代理申请表、证照"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text("Result of the review", "审核意见"),
            gates=(
                Gate(
                    "checklist",
                    label=Text("The data are reviewed", "资料审核通过"),
                    checks=(
                        Text(
                            "Licence and tax registration are valid",
                            "营业执照和税务登记有效",
                        ),
                        Text("Creditworthiness is sufficient", "资信合格"),
                        Text(
                            "Network, staff, storage and transport suffice",
                            "网络、人员、仓储和运输满足要求",
                        ),
                    ),
                ),
            ),
        ),
        Step(
            code="first_visit",
            name=Text("First visit", "首次考察"),
            role="specialist",
            participants=MANAGER,
            duties=(
                Text(
                    "See office, storage and sales outlets on site.",
                    "实地考察办公、仓储和销售网点。",
                ),
                Text(
                    "Compare what is seen with what the form says.",
                    "将实际情况与申请表对照。",
                ),
                Text(
                    "Talk about region, targets, prices and support.",
                    "洽谈代理区域、销售目标、价格和支持政策。",
                ),
            ),
            limit=0,
            unit="visit",
            standard=Text(
                "Well prepared, findings with pictures", "准备充分，考察结果附照片"
            ),
            inputs=Text("Result of the review", "审核意见"),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Visit report, manager's review", "考察报告、经理审核意见"),
            gates=(Gate("visit", 1), Gate("review")),
        ),
        Step(
            code="intention",
            name=Text("Intention", "达成意向"),
            role="specialist",
            participants=MANAGER,
            duties=(
                Text(
                    "Agree region, products, yearly target, prices and payment.",
                    "商定代理区域、产品、年度目标、价格和付款方式。",
                ),
                Text(
                    "Agree how the three-month trial is measured.",
                    "商定三个月试用期的考核标准。",
                ),
                Text("Put it into a letter of intent.", "签订意向书。"),
            ),
            limit=10,
            unit="days",
            standard=Text("Every condition in writing", "各项条件均有书面约定"),
            inputs=Text("Visit report", "考察报告"),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Letter of intent", "意向书"),
            gates=(
                Gate(
                    "document",
                    document="letter_of_intent",
                    label=Text("Letter of intent is there", "意向书已签订"),
                ),
            ),
        ),
        Step(
            code="contract_drafted",
            name=Text("Agency contract drafted", "拟定代理合同"),
            role="support",
            participants=Text(
                "Specialist, manager, finance", "专员、部门经理、财务部门"
            ),
            duties=(
                Text(
                    "Draft the agency contract from the letter of intent.",
                    "根据意向书拟定代理合同。",
                ),
                Text(
                    "Have it checked by the functions concerned and approved by the"
                    " manager.",
                    "经相关部门会审并由部门经理批准。",
                ),
                Text(
                    "Have both sides sign it; file the signed copy.",
                    "双方签章，合同备案。",
                ),
            ),
            limit=5,
            unit="days",
            standard=Text(
                "No error, no deviation from the policy without approval",
                "无差错，未经批准不得偏离代理政策",
            ),
            inputs=Text("Letter of intent", "意向书"),
            medium=Text("Paper", "书面"),
            outputs=Text("Signed agency contract", "已签订的代理合同"),
            gates=(
                Gate(
                    "document",
                    document="agency",
                    label=Text("Agency contract is there", "代理合同已拟定"),
                ),
                Gate(
                    "checklist",
                    label=Text("The agency contract is signed", "代理合同已签订"),
                    checks=(
                        Text("Approved by the manager", "部门经理已批准"),
                        Text("Signed by both sides and filed", "双方已签章并备案"),
                    ),
                ),
            ),
        ),
        Step(
            code="trial",
            name=Text("Signed, three-month trial", "签约试合作（三个月）"),
            role="manager",
            participants=Text("Specialist, sales support", "专员、内勤"),
            duties=(
                Text(
                    "Train the agent's people in products and policy.",
                    "对代理商人员进行产品和政策培训。",
                ),
                Text(
                    "Visit once a month; help to win the first customers.",
                    "每月回访，协助开发首批客户。",
                ),
                Text(
                    "Measure sales, collection and market order against what was"
                    " agreed.",
                    "对照约定考核销售、回款和市场秩序。",
                ),
                Text(
                    "Evaluate before the trial ends, and decide.",
                    "试用期满前完成考核并作出决定。",
                ),
            ),
            limit=60,
            unit="days",
            standard=Text("Evaluated before the trial ends", "试用期满前完成考核"),
            inputs=Text("Signed agency contract", "已签订的代理合同"),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Evaluation of the trial", "试用期考核结果"),
            gates=(
                Gate(
                    "evaluation",
                    grade="C",
                    days=90,
                    label=Text(
                        "Trial is evaluated: grade C or better",
                        "试用期考核达到 C 级及以上",
                    ),
                ),
                Gate("visit", 3),
            ),
            begins="trial",
        ),
    ),
)
