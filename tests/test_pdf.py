"""What is printed: real PDFs by wkhtmltopdf, read back with pypdf."""

import base64
import hashlib
import io
from datetime import timedelta

from pypdf import PdfReader

from odoo import Command, fields
from odoo.tests import HttpCase

from odoo.addons.key_account.models.shared.label import selection_labels
from odoo.addons.key_account.tests.common import KeyAccountCommon

QUOTATION = "sale.action_report_saleorder"
VISIT_REPORT = "key_account_reports.action_report_visit"
DIAGNOSIS = "key_account.action_report_diagnosis"
HISTORY = "key_account_reports.action_report_approval_history"
REVIEW = "key_account_reports.action_report_contract_review"
PEOPLE = "key_account_reports.action_report_stakeholder_map"
# A black dot on white, as drawn with the mouse.
SIGNATURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class PdfCase(KeyAccountCommon, HttpCase):
    test_tags = {"standard", "post_install"}
    test_module = "key_account"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.company.write(
            {
                "logo": cls.company._get_logo(),
                "street": "18 Harbour Road",
                "city": "Ningbo",
                "report_footer": "East Precision · Ningbo",
            }
        )
        cls.customer.write({"street": "7 Mission Street", "city": "San Francisco"})
        cls.chinese = cls.env["res.partner"].create(
            {
                "name": "上海金桥汽车零部件有限公司",
                "is_company": True,
                "lang": "zh_CN",
                "street": "浦东新区金桥路18号",
                "city": "上海",
            }
        )
        cls.chinese_account = cls.account.create(
            {
                "partner_id": cls.chinese.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
            }
        )

    def print(self, report, record, user=None):
        """The PDF as this user prints it, as bytes."""
        reports = self.env["ir.actions.report"].with_user(user or self.specialist)
        content, kind = reports.with_context(
            force_report_rendering=True
        )._render_qweb_pdf(report, record.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF-"))
        return content

    def pages(self, content):
        """The text of each page, white space made one."""
        reader = PdfReader(io.BytesIO(content))
        return [" ".join(page.extract_text().split()) for page in reader.pages]

    def heights(self, content, *texts):
        """Where each text stands on the first page: points from its foot."""
        found = {}

        def visit(text, matrix, place, _font, _size):
            for part in texts:
                if part in text:
                    found.setdefault(part, matrix[5] + matrix[3] * place[5])

        PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=visit)
        return [found[part] for part in texts]

    def assert_no_empty_page(self, content):
        """Below the letterhead and above the foot stands something on each page."""
        for number, page in enumerate(self.pages(content), 1):
            for part in ("18 Harbour Road", "Ningbo", "East Precision", "Page"):
                page = page.replace(part, "")
            self.assertGreater(len(page.strip(" ·/0123456789")), 20, f"page {number}")

    def assert_fonts_embedded(self, content):
        fonts = {}
        for page in PdfReader(io.BytesIO(content)).pages:
            for font in page["/Resources"].get("/Font", {}).values():
                font = font.get_object()
                for real in font.get("/DescendantFonts", [font]):
                    real = real.get_object()
                    descriptor = real.get("/FontDescriptor")
                    embedded = descriptor and any(
                        name in descriptor
                        for name in ("/FontFile", "/FontFile2", "/FontFile3")
                    )
                    fonts[real["/BaseFont"]] = bool(embedded)
        self.assertTrue(fonts)
        self.assertEqual([name for name, embedded in fonts.items() if not embedded], [])


class ContractPdfCase(PdfCase):
    def contract(self, account=None, handover=None, agreement=None, **vals):
        """A quotation with everything that is agreed in it."""
        account = account or self.account
        agreement = self.env["key.account.agreement"].create(
            {
                "name": "Quality agreement for pumps",
                "type_id": self.env.ref("key_account.agreement_type_quality").id,
                "key_account_id": account.id,
                "body": "<p>Deviations are reported within 24 hours.</p>",
                "state": "ready",
                **(agreement or {}),
            }
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": account.partner_id.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
            }
        )
        order = self.make_order(
            partner=account.partner_id,
            opportunity_id=lead.id,
            handover_terms=handover or "<p>Ex works, inspection on arrival.</p>",
            agreement_ids=[Command.set(agreement.ids)],
            require_signature=True,
            **vals,
        )
        self.env["key.account.requirement"].create(
            {
                "opportunity_id": lead.id,
                "kind": "material",
                "name": "Stainless housing",
                "our_standard": "AISI 316",
            }
        )._write_kept({"order_id": order.id})
        self.env.flush_all()
        return order

    def approved(self, **vals):
        return self.approve(self.contract(discount=8.0, **vals))


class TestQuotationContract(ContractPdfCase):
    def test_everything_agreed_is_in_print(self):
        content = self.print(QUOTATION, self.approved())
        pages = self.pages(content)
        text = " ".join(pages)
        for part in (
            "East Precision",
            "Golden Gate Motors",
            "Pump",
            "920.00",
            self.payment_term.name,
            "Stainless housing",
            "AISI 316",
            "Handover",
            "Ex works, inspection on arrival.",
            "Quality agreement for pumps",
            "Deviations are reported within 24 hours.",
        ):
            self.assertIn(part, text)
        self.assertNotIn("NOT APPROVED", text)
        self.assert_fonts_embedded(content)

    def test_six_boxes_have_room_beside_each_other(self):
        """None is so long that it goes into a second line, or touches the next."""
        order = self.approved(
            client_order_ref="RFQ-261112",
            validity_date=fields.Date.today() + timedelta(days=30),
            commitment_date=fields.Datetime.now() + timedelta(days=40),
        )
        order._write_kept({"contract_number": "KC2026/0012"})
        heads = ("Your Reference", "Quotation Date", "Expiration", "Quotation No.")
        lines = self.heights(self.print(QUOTATION, order), *heads)
        self.assertEqual(len({round(line) for line in lines}), 1, lines)

    def test_the_signatures_stay_on_one_page(self):
        lines = [
            Command.create({"product_id": self.valve.id, "name": f"Valve {number}"})
            for number in range(22)
        ]
        order = self.contract(order_line=lines)
        pages = self.pages(self.print(QUOTATION, order))
        self.assertGreater(len(pages), 1)
        signed = [page for page in pages if "For the customer" in page]
        self.assertEqual(len(signed), 1)
        for part in ("Signatures", "For the supplier", "Name, function, date, seal"):
            self.assertIn(part, signed[0])

    def test_nothing_is_cut_where_a_page_ends(self):
        """Neither a line of the goods, nor the terms of payment, however they fall."""
        first, last = "Thirty per cent in advance", "without any deduction"
        clauses = " The balance is due on acceptance." * 12
        self.payment_term.note = f"<p>{first}.{clauses}</p><p>Paid {last}.</p>"
        for count in range(13, 18):
            lines = [
                Command.create(
                    {
                        "product_id": self.valve.id,
                        "name": f"Valve V{number}-\nforged for V{number}-",
                    }
                )
                for number in range(count)
            ]
            order = self.contract(order_line=lines)
            pages = self.pages(self.print(QUOTATION, order))
            ends = [[first in page, last in page] for page in pages]
            self.assertIn([True, True], ends, f"{count} lines: {ends}")
            for number in range(count):
                named = [page.count(f"V{number}-") for page in pages]
                self.assertIn(2, named, f"{count} lines: line {number}")

    def test_no_section_of_the_goods_stands_alone(self):
        """Wherever a page ends: sections, and those within one, stand above a line."""
        for name, columns in (("S", {}), ("D", {"discount": 4.0})):
            for above in range(8, 15, 2):
                lines = [{"name": f"Above {name}{each}-"} for each in range(above)]
                for each in range(4):
                    kind = "line_subsection" if each % 2 else "line_section"
                    lines.append({"name": f"Part {each}-", "display_type": kind})
                    if each != 2:
                        lines.append({"name": f"First {each}-\nforged"})
                goods = [
                    line
                    if "display_type" in line
                    else {**line, **columns, "product_id": self.valve.id}
                    for line in lines
                ]
                order = self.contract(
                    order_line=[Command.create(line) for line in goods]
                )
                pages = self.pages(self.print(QUOTATION, order))
                for heading, line in ((0, 0), (1, 1), (2, 3), (3, 3)):
                    (page,) = [each for each in pages if f"Part {heading}-" in each]
                    self.assertIn(f"First {line}-", page, f"{above} lines above")

    def test_a_long_line_begins_where_it_stands(self):
        """It leaves no page empty, and no line of its text is cut between two."""
        for count in (40, 110):
            text = "\n".join(f"Clause {number}-" for number in range(count))
            line = {"product_id": self.valve.id, "name": text}
            note = {"display_type": "line_note", "name": text.replace("Cl", "Rem")}
            order = self.contract(
                order_line=[Command.create(line), Command.create(note)]
            )
            pages = self.pages(self.print(QUOTATION, order))
            self.assertIn("Clause 0-", pages[0])
            for word in ("Clause", "Remause"):
                for number in range(count):
                    found = [page.count(f"{word} {number}-") for page in pages]
                    self.assertEqual(sum(found), 1, f"{word} {number}: {found}")

    def test_what_is_required_begins_with_its_heading(self):
        """Wherever the page ends: the first line stands below it, on the same page."""
        order = self.contract()
        seen = set()
        for lines in range(8):
            order.note = "<br/>".join(f"Line {number}" for number in range(lines))
            self.env.flush_all()
            pages = self.pages(self.print(QUOTATION, order))
            (page,) = [each for each in pages if "Requirements and our" in each]
            self.assertIn("Stainless housing", page, f"{lines} lines above")
            seen.add(pages.index(page))
        self.assertEqual(seen, {0, 1}, "the page ends above and below it")

    def test_no_heading_of_an_agreement_stands_alone(self):
        """Wherever a page ends: its text begins on the same page, and an agreement's
        name stands above its first heading."""
        articles = "".join(
            f"<h4>Article {number}-</h4><p>Of part {number}- {'as agreed ' * 90}</p>"
            for number in range(9)
        )
        order = self.contract(agreement={"body": articles})
        for lines in range(0, 12, 3):
            order.note = "<br/>".join(f"Line {number}" for number in range(lines))
            self.env.flush_all()
            pages = self.pages(self.print(QUOTATION, order))
            parts = [(f"Article {each}-", f"Of part {each}-") for each in range(9)]
            for heading, text in [("Quality agreement for", "Article 0-"), *parts]:
                (page,) = [each for each in pages if heading in each]
                self.assertIn(text, page, f"{lines} lines above")

    def test_a_chinese_customer_reads_chinese(self):
        self.pump.with_context(lang="zh_CN").name = "不锈钢水泵"
        order = self.contract(
            account=self.chinese_account,
            handover="<p>工厂交货,到货检验。</p>",
            agreement={"name": "质量协议", "body": "<p>偏差应在24小时内通报。</p>"},
        )
        content = self.print(QUOTATION, order)
        text = "".join(self.pages(content)).replace(" ", "")
        for part in (
            "上海金桥汽车零部件有限公司",
            "工厂交货,到货检验。",
            "质量协议",
            "偏差应在24小时内通报。",
        ):
            self.assertIn(part, text)
        self.assert_fonts_embedded(content)

    def test_staff_see_on_every_page_that_it_is_not_approved(self):
        lines = [
            Command.create({"product_id": self.valve.id, "name": f"Valve {number}"})
            for number in range(40)
        ]
        lines[0][2]["discount"] = 18
        order = self.contract(order_line=lines)
        pages = self.pages(self.print(QUOTATION, order))
        self.assertGreater(len(pages), 1)
        for number, page in enumerate(pages, 1):
            self.assertIn("NOT APPROVED", page, f"page {number}")
        approved = self.approve(order, user=self.director)
        self.assertNotIn(
            "NOT APPROVED", " ".join(self.pages(self.print(QUOTATION, approved)))
        )

    def test_what_was_signed_is_served_again_byte_for_byte(self):
        order = self.approved()
        order.with_user(self.specialist).action_quotation_sent()
        # As the portal does: as superuser, for whoever holds the link.
        order = self.env["sale.order"].browse(order.id)
        order.with_context(force_report_rendering=True).write(
            {
                "signature": base64.b64encode(SIGNATURE),
                "signed_by": "Zhao Min",
                "signed_on": fields.Datetime.now(),
            }
        )
        evidence = order.signature_ids
        signed = evidence.attachment_id.raw
        self.assertEqual(evidence.sha256, hashlib.sha256(signed).hexdigest())
        page = next(page for page in self.pages(signed) if "For the customer" in page)
        self.assertIn("Zhao Min", page)
        self.assertNotIn("Name, function, date, seal", page)
        order._validate_order()
        self.assertEqual(order.state, "sale")
        for user in (self.specialist, self.director):
            self.assertEqual(self.print(QUOTATION, order, user=user), signed)


class TestDealForms(ContractPdfCase):
    """Who approved and who signs; the history of sign-off; the review of a contract."""

    def test_who_approved_and_who_signs(self):
        order = self.approved()
        pages = self.pages(self.print(QUOTATION, order))
        page = next(page for page in pages if "For the supplier" in page)
        approval = order.approval_ids.filtered(lambda a: a.event == "approve")
        for part in (
            f"Quotation Contract {order.name}",
            f"{self.manager.name} Signs by authority: {approval.level_id.name}",
            f"Approved by {self.manager.name} ({approval.level_id.name})",
            approval.date.strftime("%m/%d/%Y"),
        ):
            self.assertIn(part, page)

    def test_nobody_signs_what_is_held(self):
        pages = self.pages(self.print(QUOTATION, self.contract(discount=8.0)))
        page = next(page for page in pages if "For the supplier" in page)
        self.assertNotIn("Signs by authority", page)

    def test_the_sign_off_as_it_went(self):
        order = self.approved()
        content = self.print(HISTORY, order)
        text = " ".join(self.pages(content))
        self.assertIn("Approval History", text)
        for event in order.approval_ids:
            self.assertIn(event.user_id.name, text)
            for term in event.term_ids.filtered(lambda term: not term.within):
                self.assertIn(term.shown_value, text)
        self.assert_no_empty_page(content)
        self.assert_fonts_embedded(content)

    def test_a_long_address_lies_on_no_text(self):
        self.company.company_details = (
            "<p>East Precision Manufacturing Company Limited</p><p>18 Harbour Road,"
            " Building 12, Floor 3, Binhu District</p><p>315000 Ningbo, Zhejiang,"
            " People's Republic of China</p><p>Tax ID 91320211</p>"
        )
        self.env.flush_all()
        order = self.approved()
        for report, title in ((HISTORY, "Approval History"), (QUOTATION, "Quotation")):
            content = self.print(report, order)
            address, below = self.heights(content, "91320211", title)
            self.assertGreater(address - below, 20, report)
            self.assert_no_empty_page(content)

    def test_the_review_of_a_contract(self):
        self.team.key_account_contract_review = "yes"
        self.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.reviewer.ids)],
            }
        )
        order = self.approved(account=self.chinese_account)
        self.env["sale.order"].browse(order.id)._make_contract_review()
        review = order.contract_review_ids
        review.item_ids.with_user(self.reviewer).action_pass("图纸无疑问")
        content = self.print(REVIEW, review)
        text = "".join(self.pages(content)).replace(" ", "")
        for part in (review.contract_number, "图纸无疑问", "Technical", "Passed"):
            self.assertIn(part, text)
        self.assertIn(self.reviewer.name.replace(" ", ""), text)
        self.assert_no_empty_page(content)
        self.assert_fonts_embedded(content)


class TestVisitReport(PdfCase):
    def visit(self, account, **vals):
        visit = (
            self.env["key.account.visit"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": account.id,
                    "date_start": fields.Datetime.now(),
                    "contact_ids": [Command.set(account.partner_id.ids)],
                    "objectives": "Settle quality and price",
                    "requirement_ids": [
                        Command.create(
                            {"kind": "material", "name": "Stainless housing"}
                        )
                    ],
                    **vals,
                }
            )
        )
        visit.action_confirm()
        visit.action_hold()
        visit.write({"outcome": "achieved", "next_step": "Quotation for 50 pumps"})
        visit.action_report()
        return visit

    def test_the_report_in_english(self):
        visit = self.visit(
            self.account,
            summary="<p>They need 200 pumps a year.</p>",
            competitors="Delta",
        )
        content = self.print(VISIT_REPORT, visit)
        text = " ".join(self.pages(content))
        for part in (
            "Visit Report",
            "Golden Gate Motors",
            "They need 200 pumps a year.",
            "Stainless housing",
            "Delta",
            "Quotation for 50 pumps",
            "East Precision",
        ):
            self.assertIn(part, text)
        self.assert_fonts_embedded(content)

    def test_the_report_in_chinese(self):
        self.specialist.lang = "zh_CN"
        visit = self.visit(
            self.chinese_account, summary="<p>他们每年需要200台水泵。</p>"
        )
        content = self.print(VISIT_REPORT, visit.with_context(lang="zh_CN"))
        text = "".join(self.pages(content)).replace(" ", "")
        for part in ("上海金桥汽车零部件有限公司", "他们每年需要200台水泵。"):
            self.assertIn(part, text)
        self.assert_fonts_embedded(content)


class TestDiagnosis(PdfCase):
    def diagnosis(self, account, **vals):
        return (
            self.env["key.account.diagnosis"]
            .with_user(self.specialist)
            .create(
                {
                    "name": "Stops on line 2",
                    "key_account_id": account.id,
                    "why_us": "One clamping on the five-axis cell.",
                    "inner_note": "They pay late",
                    "problem_ids": [
                        Command.create(
                            {
                                "name": "Flanges leak",
                                "root_cause": "Two clampings",
                                "evidence": "Eleven of 60 parts",
                                "cost": 380_000,
                            }
                        )
                    ],
                    "value_ids": [
                        Command.create(
                            {"kind": "waste", "name": "No rework", "amount": 310_000}
                        )
                    ],
                    **vals,
                }
            )
        )

    def test_in_english(self):
        content = self.print(DIAGNOSIS, self.diagnosis(self.account))
        text = " ".join(self.pages(content))
        for part in (
            "Diagnosis Report",
            "Golden Gate Motors",
            "Flanges leak",
            "Two clampings",
            "Eleven of 60 parts",
            "380,000.00",
            "Less waste",
            "310,000.00",
            "One clamping on the five-axis cell.",
            "East Precision",
        ):
            self.assertIn(part, text)
        self.assertNotIn("pay late", text)
        self.assert_fonts_embedded(content)

    def test_in_the_customers_language(self):
        diagnosis = self.diagnosis(self.chinese_account, name="总装返修率高")
        content = self.print(DIAGNOSIS, diagnosis)
        text = "".join(self.pages(content)).replace(" ", "")
        for part in ("上海金桥汽车零部件有限公司", "总装返修率高", "诊断报告"):
            self.assertIn(part, text)
        self.assert_fonts_embedded(content)


class TestPeople(PdfCase):
    def test_the_map_is_printed(self):
        self.env["key.account.stakeholder"].create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.env["res.partner"]
                .create({"name": "Ms Li", "parent_id": self.customer.id})
                .id,
                "role": "decision_maker",
                "influence": "5",
                "attitude": "champion",
                "motives": "Series start in spring",
            }
        )
        content = self.print(PEOPLE, self.account)
        text = " ".join(self.pages(content))
        for part in ("Ms Li", "Champion", "Decision maker", "Series start in spring"):
            self.assertIn(part, text)
        self.assert_fonts_embedded(content)


class TestSurvey(PdfCase):
    def test_filled_and_blank(self):
        asked = self.account.answer_ids[:1].question
        filled, blank = (
            self.print(f"key_account_reports.action_report_{name}", self.account)
            for name in ("survey", "survey_blank")
        )
        for content in (filled, blank):
            self.assertIn(asked, " ".join(self.pages(content)))
            self.assert_fonts_embedded(content)
        self.assertIn("Filled in by", " ".join(self.pages(blank)))

    def test_blank_in_chinese(self):
        content = self.print(
            "key_account_reports.action_report_survey_blank", self.chinese_account
        )
        text = "".join(self.pages(content)).replace(" ", "")
        for part in ("上海金桥汽车零部件有限公司", "财务"):
            self.assertIn(part, text)
        self.assert_fonts_embedded(content)


class TestFileForms(PdfCase):
    """The account on one page, its scorecard, the manual of the department."""

    def test_an_account_is_on_one_page(self):
        self.env["key.account.stakeholder"].create(
            [
                {
                    "key_account_id": self.account.id,
                    "partner_id": self.env["res.partner"]
                    .create({"name": f"Ms Li {number}", "parent_id": self.customer.id})
                    .id,
                    "role": "decision_maker",
                    "influence": number,
                    "attitude": "champion",
                }
                for number in "12345"
            ]
        )
        self.env["crm.lead"].create(
            [
                {
                    "name": f"Pumps for plant {number}",
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                    "company_id": self.company.id,
                    "expected_revenue": number * 1000,
                }
                for number in range(1, 8)
            ]
        )
        self.account.strategy = "Series first, spare parts later."
        self.env.flush_all()
        content = self.print(
            "key_account_reports.action_report_account_overview", self.account
        )
        (page,) = self.pages(content)
        for part in (
            self.customer.name,
            self.account.code,
            self.specialist.name,
            "Series first, spare parts later.",
            "Pumps for plant 7",
            "7,000.00",
            "Ms Li 5",
        ):
            self.assertIn(part, page)
        self.assert_fonts_embedded(content)

    def diagnosis(self, problems):
        values = [
            {"name": "Rework of leaking flanges falls away", "amount": 310_000},
            {"name": "No line stops: stock at the plant", "amount": 520_000},
            {"name": "One partner for machining and logistics"},
        ]
        return self.env["key.account.diagnosis"].create(
            {
                "name": "Pump housings, negotiated tender",
                "key_account_id": self.account.id,
                "why_us": "One clamping on the five-axis cell; stock at the plant.",
                "problem_ids": [
                    Command.create(
                        {
                            "name": f"Flanges leak after {number} hours",
                            "root_cause": "Sealing face is turned in two clampings",
                            "evidence": "Eleven of 60 parts measured together",
                            "cost": 380_000,
                        }
                    )
                    for number in range(problems)
                ],
                "value_ids": [Command.create(value) for value in values],
            }
        )

    def test_a_diagnosis_of_two_problems_is_on_one_page(self):
        diagnosis = self.diagnosis(2)
        self.env.flush_all()
        content = self.print("key_account.action_report_diagnosis", diagnosis)
        (page,) = self.pages(content)
        self.assertIn("One clamping on the five-axis cell", page)

    def test_a_sum_is_of_the_whole_table(self):
        """Not at the foot of each page, as if it were the page's."""
        diagnosis = self.diagnosis(17)
        self.env.flush_all()
        content = self.print("key_account.action_report_diagnosis", diagnosis)
        pages = self.pages(content)
        self.assertGreater(len(pages), 1)
        self.assertEqual(" ".join(pages).count("Together"), 2)

    def test_no_heading_of_a_scorecard_stands_alone(self):
        """Wherever the page ends: each heading is followed by its first criterion."""
        evaluations = self.env["key.account.evaluation"].with_user(self.specialist)
        evaluation = evaluations.create({"key_account_id": self.account.id})
        evaluation.line_ids.filtered(lambda each: each.method == "figure").write(
            {"actual": 1, "known": True}
        )
        judged = evaluation.line_ids.filtered(lambda each: each.method == "judgement")
        judged.judgement = "4"
        labels = selection_labels(evaluation.line_ids, "dimension")
        groups = evaluation.line_ids.grouped("dimension").items()
        self.assertGreater(len(groups), 4)
        evaluation = evaluation.with_user(self.manager)
        for lines in range(6):
            # What stands above moves the end of the page along the table.
            reason = "\n".join(f"Line {number}" for number in range(lines + 1))
            evaluation.write({"manager_grade": "B", "manager_reason": reason})
            self.env.flush_all()
            pages = self.pages(
                self.print("key_account_reports.action_report_scorecard", evaluation)
            )
            for dimension, criteria in groups:
                both = f"{labels[dimension]} {sum(criteria.mapped('weight')):g} "
                (page,) = [each for each in pages if both in each]
                follows = page.partition(both)[2]
                self.assertIn(criteria[0].criterion_id.name, follows)

    def test_the_manual_with_its_head_and_a_sheet_for_each_post(self):
        issue = self.env["key.account.manual.issue"]
        issue = issue.with_user(self.configurator).create(
            {"team_id": self.team.id, "number": "KA-QP-01", "version": "B/2"}
        )
        issue.with_user(self.manager).action_check()
        issue.with_user(self.director).action_approve()
        posts = self.env["key.account.post"].create(
            [
                {"name": f"Post number {number}", "duties": "Draws what is asked"}
                for number in (1, 2)
            ]
        )
        content = self.print(
            "key_account_reports.action_report_process_manual", self.team
        )
        pages = self.pages(content)
        people = (self.configurator, self.manager, self.director)
        for part in ("KA-QP-01", "B/2", *(person.name for person in people)):
            self.assertIn(part, pages[0])
        for post in posts:
            (page,) = [page for page in pages if post.name in page]
            self.assertIn("Draws what is asked", page)
        self.assert_fonts_embedded(content)


class TestKpiForms(PdfCase):
    def test_the_appraisal_sheet(self):
        sheet = self.env["key.account.kpi.sheet"].create(
            {
                "subject": "person",
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "period": "quarter",
            }
        )
        sheet.with_user(self.specialist).self_comment = "I kept my visits"
        content = self.print("key_account_reports.action_report_appraisal_sheet", sheet)
        text = " ".join(self.pages(content))
        self.assertTrue(sheet.line_ids)
        for part in (
            self.specialist.name,
            "I kept my visits",
            sheet.score_display,
            *sheet.line_ids.kpi_id.mapped("name"),
        ):
            self.assertIn(part, text)
        self.assert_no_empty_page(content)
        self.assert_fonts_embedded(content)

    def test_charts_of_the_department(self):
        kpi = self.env["key.account.kpi"].search([("kind", "=", "ratio")], limit=1)
        figures = self.env["key.account.kpi.figure"]._create_kept(
            [
                {
                    "kpi_id": kpi.id,
                    "company_id": self.company.id,
                    "period": "quarter",
                    "date": fields.Date.today(),
                    "subject": subject,
                    "user_id": user.id,
                    "team_id": self.team.id,
                    "numerator": 3.0,
                    "denominator": 4.0,
                    "value": 75.0,
                    "applicable": True,
                    "computed_at": fields.Datetime.now(),
                }
                for subject, user in (
                    ("team", self.env["res.users"]),
                    ("person", self.specialist),
                )
            ]
        )
        content = self.print(
            "key_account_reports.action_report_kpi_overview",
            self.team,
            user=self.manager,
        )
        text = " ".join(self.pages(content))
        for part in (kpi.name, self.specialist.name, figures[0].value_display):
            self.assertIn(part, text)
        # Drawn, not a picture of it: the quarter below its bar is text of the page.
        self.assertIn(figures[0]._period_name(), text)
        self.assert_fonts_embedded(content)
