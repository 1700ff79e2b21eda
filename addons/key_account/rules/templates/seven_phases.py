"""Template 4: the seven phases of a relationship. The last two recur, and a
relationship can go back: moving back is free, and what is found then is dealt with
again.
"""

from .parts import (
    MANAGER,
    PAPER_ELECTRONIC_MINUTES,
    PAPER_OR_ELECTRONIC,
    Gate,
    Step,
    Template,
    Text,
)

SEVEN_PHASES = Template(
    code="seven_phases",
    name=Text("Relationship in seven phases", "客户关系七阶段"),
    purpose=Text(
        "How a relationship grows: from the first analysis over the trial order to"
        " stable growth. Crisis handling and stable growth recur, and a"
        " relationship can go back.",
        "客户关系的成长过程：从分析、试单到稳定增长。危机处理与稳定增长循环出现，关系"
        "也可能回退。",
    ),
    won=Text("In regular care", "转入常规维护"),
    won_by_order=False,
    steps=(
        Step(
            code="analysis",
            name=Text("Analysis", "客户分析"),
            role="specialist",
            participants=Text("Sales support", "内勤"),
            duties=(
                Text(
                    "Gather what is known of the customer: business, products,"
                    " figures, people.",
                    "收集客户资料：经营、产品、数据和人员。",
                ),
                Text(
                    "Analyse what they need and what we can offer.",
                    "分析客户需求和我方能够提供的价值。",
                ),
                Text(
                    "Decide on the way in: whom to see first, with what.",
                    "确定切入点：先见谁、谈什么。",
                ),
            ),
            limit=5,
            unit="days",
            standard=Text("Complete, from reliable sources", "资料完整、来源可靠"),
            inputs=Text("Public information, trade contacts", "公开信息、行业人脉"),
            medium=PAPER_OR_ELECTRONIC,
            outputs=Text(
                "Customer analysis, profile survey begun",
                "客户分析、客户综合信息调查表（初稿）",
            ),
            gates=(
                Gate("profile", 30),
                Gate(
                    "checklist",
                    label=Text("The way in is clear", "切入点明确"),
                    checks=(
                        Text(
                            "Needs and our offer are compared",
                            "已对照客户需求与我方能力",
                        ),
                        Text("The first contact is chosen", "已确定首个接触对象"),
                    ),
                ),
            ),
        ),
        Step(
            code="market_visit",
            name=Text("Market visit", "市场走访"),
            role="specialist",
            participants=None,
            duties=(
                Text(
                    "Visit the customer's market: their customers, dealers and"
                    " competitors.",
                    "走访客户所在市场：其客户、经销商和竞争对手。",
                ),
                Text(
                    "See on site how our kind of product is used.",
                    "现场了解同类产品的使用情况。",
                ),
                Text(
                    "Leave a good impression and learn the basics.",
                    "留下良好印象，掌握基本情况。",
                ),
            ),
            limit=0,
            unit="visit",
            standard=Text(
                "Well prepared; what was seen is written down the same day",
                "准备充分，当日完成记录",
            ),
            inputs=Text("Customer analysis", "客户分析"),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Visit report", "拜访报告"),
            gates=(Gate("visit", 1),),
        ),
        Step(
            code="deep_contact",
            name=Text("Deep contact", "深度接触"),
            role="specialist",
            participants=MANAGER,
            duties=(
                Text(
                    "Meet the people who decide, approve, use and purchase.",
                    "接触决策、审批、使用和采购人员。",
                ),
                Text(
                    "Listen: motives, problems, wishes, conditions.",
                    "倾听：动机、问题、愿望和条件。",
                ),
                Text(
                    "Win a coach; have the second visit made with the superior.",
                    "发展内线；第二次拜访由上级陪同。",
                ),
            ),
            limit=15,
            unit="days",
            standard=Text(
                "Every role in the purchase is known by name", "采购各角色均已明确到人"
            ),
            inputs=Text("Visit report", "拜访报告"),
            medium=Text("Visits, telephone, meetings", "拜访、电话、会谈"),
            outputs=Text("Stakeholder map, minutes", "关键人员关系图、会谈纪要"),
            gates=(
                Gate("visit", 2),
                Gate("review"),
                Gate(
                    "checklist",
                    label=Text("The people are known", "关键人员明确"),
                    checks=(
                        Text("The key decision maker is met", "已拜会关键决策人"),
                        Text("A coach is won", "已发展内线"),
                    ),
                ),
            ),
        ),
        Step(
            code="substance",
            name=Text("Substance", "实质洽谈"),
            role="specialist",
            participants=Text("Technical department, manager", "技术部门、部门经理"),
            duties=(
                Text(
                    "Settle what is needed: technology, quality, quantity, delivery.",
                    "明确需求：技术、质量、数量和交期。",
                ),
                Text(
                    "Compare it with our capability and our authority.",
                    "对照本公司能力和本人权限。",
                ),
                Text("Agree the conditions of a trial order.", "商定试单条件。"),
                Text(
                    "Quote, and have the quotation signed off.", "报价并获得签字批准。"
                ),
            ),
            limit=10,
            unit="days",
            standard=Text("Requirements clear and complete", "需求清晰完整"),
            inputs=Text(
                "Stakeholder map, our capability", "关键人员关系图、本公司能力"
            ),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text(
                "Settled requirements, approved quotation", "已确认的需求、已批准的报价"
            ),
            gates=(Gate("requirement"), Gate("quotation"), Gate("approval")),
        ),
        Step(
            code="first_cooperation",
            name=Text("First cooperation (trial order)", "首次合作（试单）"),
            role="specialist",
            participants=Text(
                "Production, quality, technical service", "生产、质量、技术服务部门"
            ),
            duties=(
                Text("Obtain the trial order.", "取得试单。"),
                Text(
                    "Follow its production and delivery personally.",
                    "亲自跟踪生产和交付。",
                ),
                Text(
                    "Be there when the goods are received and first used.",
                    "到货和首次使用时到场服务。",
                ),
                Text(
                    "Ask how satisfied the customer is, and improve.",
                    "了解客户满意度并改进。",
                ),
            ),
            limit=30,
            unit="days",
            standard=Text("On time, without complaint", "按时交付、无投诉"),
            inputs=Text("Approved quotation", "已批准的报价"),
            medium=Text("Site, telephone, e-mail", "现场、电话、电子邮件"),
            outputs=Text("Accepted trial order, feedback", "合格的试单、客户反馈"),
            gates=(
                Gate(
                    "signature",
                    label=Text("Customer has signed the trial order", "客户已签署试单"),
                ),
                Gate(
                    "checklist",
                    label=Text("The trial order has succeeded", "试单成功"),
                    checks=(
                        Text("Delivered in time", "已按时交付"),
                        Text("Accepted by the customer", "客户已验收"),
                        Text("Feedback is obtained", "已取得客户反馈"),
                    ),
                ),
            ),
        ),
        Step(
            code="crisis_handling",
            name=Text("Crisis handling", "危机处理"),
            role="manager",
            participants=Text("Specialist, functions concerned", "专员、相关部门"),
            duties=(
                Text(
                    "Answer at once; name one person who speaks for us.",
                    "立即响应，指定统一对外联系人。",
                ),
                Text(
                    "Find what happened and what it costs the customer.",
                    "查明事实及客户损失。",
                ),
                Text(
                    "Agree what is done by when, and do it.", "商定措施和期限并落实。"
                ),
                Text(
                    "Remove the cause; tell the customer how.",
                    "消除根本原因并告知客户。",
                ),
                Text(
                    "Where nothing went wrong, confirm it with the customer.",
                    "未发生问题的，向客户确认。",
                ),
            ),
            limit=3,
            unit="days",
            standard=Text(
                "Fast, honest, closed with the customer", "迅速、诚恳、与客户共同关闭"
            ),
            inputs=Text("Complaints, feedback", "投诉、客户反馈"),
            medium=Text("Telephone, site, letter", "电话、现场、书面函件"),
            outputs=Text("Report of what was done", "处理报告"),
            gates=(
                Gate("feedback"),
                Gate(
                    "checklist",
                    label=Text("Nothing stands between us", "问题已解决"),
                    checks=(
                        Text("The causes are removed", "根本原因已消除"),
                        Text("The customer confirms it", "客户已确认"),
                    ),
                ),
            ),
            recurs=True,
        ),
        Step(
            code="stable_growth",
            name=Text("Stable growth", "稳定增长"),
            role="specialist",
            participants=Text("Manager, director", "部门经理、营销总监"),
            duties=(
                Text(
                    "Visit by the cycle of the account's grade.",
                    "按客户分级的回访周期进行拜访。",
                ),
                Text(
                    "Raise our share of the customer's purchases, product by product.",
                    "逐项提高我方在客户采购中的份额。",
                ),
                Text(
                    "Write the year's plan for the account and review it.",
                    "制定并回顾客户年度计划。",
                ),
                Text("Keep the top levels in contact.", "保持双方高层往来。"),
                Text(
                    "When something goes wrong, take the relationship back to"
                    " crisis handling.",
                    "出现问题时，将客户关系退回危机处理阶段。",
                ),
            ),
            limit=60,
            unit="days",
            standard=Text("Growing, paying, content", "持续增长、按时回款、客户满意"),
            inputs=Text(
                "Account file, feedback, sales figures", "客户档案、客户反馈、销售数据"
            ),
            medium=PAPER_ELECTRONIC_MINUTES,
            outputs=Text("Year plan, growth in share", "年度计划、份额增长"),
            gates=(
                Gate("profile", 80),
                Gate(
                    "checklist",
                    label=Text("The relationship is stable", "关系稳定"),
                    checks=(
                        Text("Repeat orders come by themselves", "客户持续返单"),
                        Text("Payments come in time", "按时回款"),
                        Text("The visit cycle is kept", "按周期回访"),
                    ),
                ),
            ),
            recurs=True,
        ),
    ),
)
