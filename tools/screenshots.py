#!/usr/bin/env python3
"""Take the README's pictures: every step of a deal, by who takes it, in two languages.

``make screenshots`` serves a copy of the demo database and runs this with KA_URL,
KA_DATABASE and KA_CHROMIUM set. Names of pictures as arguments take these alone:
``make screenshots ARGS="03 07"``.
"""

import os
import sys

from playwright.sync_api import sync_playwright
from studio import LANGUAGES, SCREEN, Studio

# Six columns of the board, drawn at two thirds; a telephone as it is.
BOARD = (1920, 690)
TELEPHONE = (390, 844)
DASHBOARD = (1280, 1500)
# Screens on which little stands.
SHEET = (1280, 560)
STRIP = (1280, 330)
MY_DAY = "action-key_account.next_step_line_action"
QUIET_DAYS = {"support", "asked", "configuration"}
# Each step is shown on deals of an English- and of a Chinese-speaking specialist.
CAST = {
    "en": {
        "specialist": "specialist",
        "customer": "customer",
        "account": "account_baxter",
        "plan": "deal_tanaka_joint",
        "reported": "visit_baxter_pump",
        "held": "visit_tanaka_gripper",
        "requirements": "deal_meridian_safety",
        "quotation": "quotation_baxter_valve",
        "signing": "quotation_baxter_block",
        "in_review": "quotation_meridian_frame",
        "signed": "quotation_baxter_year",
        "invoice": "invoice_baxter_year",
        "approver": "manager",
        "person": "user_specialist",
    },
    "zh": {
        "specialist": "specialist2",
        "customer": "customer_china",
        "account": "account_hongda",
        "plan": "deal_huayue_boom",
        "reported": "visit_hongda_edrive",
        "held": "visit_beichen_axle",
        "requirements": "deal_jiangnan_carrier",
        "quotation": "quotation_hongda_motor",
        "signing": "quotation_hongda_bracket",
        "in_review": "quotation_jiangnan_hub",
        "signed": "quotation_hongda_year",
        "invoice": "invoice_hongda_year",
        "approver": "manager",
        "person": "user_specialist_2",
    },
}


# ----------------------------------------------------------------
# THE WAY OF A DEAL
# ----------------------------------------------------------------


def account(studio, name):
    """The account file of an important customer."""
    login = studio.cast["specialist"]
    page = studio.form(login, "key_account.key_account_action", studio.cast["account"])
    studio.keep(name, page)


def people(studio, name):
    """Who decides there, and how they stand to us."""
    login = studio.cast["specialist"]
    page = studio.form(login, "key_account.key_account_action", studio.cast["account"])
    page.click(".o_notebook .nav-link[name=people]")
    page.locator(".o_notebook").scroll_into_view_if_needed()
    studio.keep(name, studio.settle(page))


def opportunity(studio, name):
    """The panel of a step: what is missing, until when, who is next."""
    login = studio.cast["specialist"]
    page = studio.form(
        login, "key_account.crm_lead_pipeline_action", studio.cast["plan"]
    )
    studio.keep(name, page)


def pipeline(studio, name):
    """The board of the team."""
    page = studio.open("manager", "action-key_account.crm_lead_pipeline_action", BOARD)
    while page.locator(".o_facet_remove").count():
        page.locator(".o_facet_remove").first.click()
        studio.settle(page)
    studio.keep(name, page)
    page.locator(".o_content").evaluate("element => element.scrollLeft = 9999")
    studio.keep(f"{name}-end", page)


def visit_report(studio, name):
    """The report of a visit."""
    page = studio.form(
        studio.cast["specialist"], "key_account.visit_action", studio.cast["reported"]
    )
    page.click(".o_notebook .nav-link[name=report]")
    page.locator(".o_notebook").evaluate("element => element.scrollIntoView()")
    studio.keep(name, studio.settle(page))


def report_on_telephone(studio, name):
    """The form in which a visit is reported, as a telephone shows it."""
    login = studio.cast["specialist"]
    page = studio.page(login, TELEPHONE)
    held = studio.ids[studio.cast["held"]]
    page.goto(f"{studio.url}/odoo/action-key_account.visit_action/{held}")
    page.wait_for_selector(".o_form_view")
    studio.settle(page)
    page.locator("button[name=action_open_report]:visible").first.click()
    page.wait_for_timeout(1500)
    studio.keep(name, studio.settle(page))


def review(studio, name):
    """The manager's review of that report."""
    page = studio.form("manager", "key_account.visit_action", studio.cast["reported"])
    page.click("button[name=action_open_review]")
    page.wait_for_timeout(1500)
    studio.keep(name, studio.settle(page))


def requirements(studio, name):
    """Requirement lines compared with authority and capability."""
    page = studio.form(
        studio.cast["specialist"],
        "key_account.crm_lead_pipeline_action",
        studio.cast["requirements"],
    )
    if page.locator(".o_button_more").count():
        page.click(".o_button_more")
    page.click("button[name=action_open_requirements]")
    page.wait_for_selector(".o_list_view")
    studio.keep(name, studio.settle(page))


def quotation(studio, name):
    """The quotation with the strip that says who would decide."""
    login = studio.cast["specialist"]
    page = studio.form(login, "key_account.quotation_action", studio.cast["quotation"])
    studio.keep(name, page)


def inbox(studio, name):
    """What waits for the manager's sign-off."""
    page = studio.open(
        studio.cast["approver"], "action-key_account.approval_inbox_action"
    )
    studio.keep(name, page)


def signing(studio, name):
    """The customer signs on the portal."""
    page = studio.page(studio.cast["customer"])
    page.goto(f"{studio.url}/my/orders/{studio.ids[studio.cast['signing']]}")
    studio.settle(page)
    page.locator("a[data-bs-target='#modalaccept']:visible").first.click()
    page.wait_for_selector("#modalaccept.show")
    page.wait_for_timeout(1500)
    studio.keep(name, studio.settle(page))


def contract_review(studio, name):
    """A function's verdict on what was signed."""
    order = studio.ids[studio.cast["in_review"]]
    found = studio.call(
        "key.account.contract.review", "search", [("order_id", "=", order)]
    )
    page = studio.form("reviewer", "key_account.contract_review_action", found[0])
    studio.keep(name, page)


def order(studio, name):
    """The order that came of it."""
    login = studio.cast["specialist"]
    page = studio.form(login, "key_account.quotation_action", studio.cast["signed"])
    studio.keep(name, page)


def invoice(studio, name):
    """The invoice, with the signed quotation one click away."""
    page = studio.form(
        "accountant", "account.action_move_out_invoice_type", studio.cast["invoice"]
    )
    studio.keep(name, page)


def appraisal(studio, name):
    """The appraisal sheet of a person."""
    person = studio.ids[studio.cast["person"]]
    sheets = studio.call(
        "key.account.kpi.sheet",
        "search",
        [("user_id", "=", person), ("state", "=", "confirmed")],
    )
    page = studio.form("manager", "key_account_reports.kpi_sheet_action", sheets[0])
    studio.keep(name, page)


def analysis(studio, name):
    """The analysis of visits as a graph, and as a pivot."""
    page = studio.open("manager", "action-key_account_reports.visit_report_action")
    for view in ("pivot", "graph"):
        page.click(f".o_cp_switch_buttons .o_switch_view.o_{view}")
        page.wait_for_selector(f".o_{view}_view")
        page.wait_for_timeout(800)
        studio.keep(f"{name}-{view}", studio.settle(page))


def set_up(studio, name):
    """The wizard that sets a company up."""
    page = studio.page("configuration")
    page.goto(f"{studio.url}/odoo/action-key_account.set_up_action")
    page.wait_for_selector(".modal .o_form_view")
    studio.keep(name, studio.settle(page))
    page.click(".modal button[name=action_next]")
    page.wait_for_selector(".modal [name=level_ids] .o_data_row")
    studio.keep(f"{name}-limits", studio.settle(page))


def printed_contract(studio, name):
    """The quotation contract as signed."""
    login = studio.cast["specialist"]
    studio.keep_pdf(name, login, "sale.report_saleorder", studio.cast["signed"])


def printed_visit(studio, name):
    """The printed visit report."""
    report = "key_account_reports.report_visit"
    studio.keep_pdf(name, studio.cast["specialist"], report, studio.cast["reported"])


def dashboards(studio, name):
    """Where we stand: for a specialist, a department, the direction."""
    for login, whose in (
        (studio.cast["specialist"], "specialist"),
        ("manager", "department"),
        ("director", "direction"),
    ):
        page = studio.page(login, DASHBOARD)
        action = f"action-key_account_reports.action_dashboard_{whose}"
        page.goto(f"{studio.url}/odoo/{action}")
        page.wait_for_selector(".o-spreadsheet, .o_spreadsheet_dashboard_action")
        # Its figures and charts come one by one.
        page.wait_for_timeout(6000)
        studio.keep(f"{name}-{whose}", studio.settle(page))


def feedback(studio, name):
    """What customers said, by state, with what runs out next."""
    page = studio.open("manager", "action-key_account.feedback_action")
    studio.keep(name, page)


def what_follows(studio, name):
    """What follows from appraisals, to be decided."""
    page = studio.open("director", "action-key_account_reports.kpi_outcome_action")
    studio.keep(name, page)


def forms(studio, name):
    """The first page of every printed form that is not shown elsewhere."""
    account = studio.ids[studio.cast["account"]]
    own = [("key_account_id", "=", account)]
    person = [("user_id", "=", studio.ids[studio.cast["person"]])]
    specialist = studio.cast["specialist"]
    team = studio.call("key.account", "read", [account], ["team_id"])[0]["team_id"][0]
    review_ = [("order_id", "=", studio.ids[studio.cast["in_review"]])]
    sheet = [*person, ("state", "=", "confirmed")]
    for form_, login, report, record in (
        ("minutes", specialist, "visit_minutes", studio.cast["reported"]),
        ("survey", specialist, "survey", account),
        ("survey-blank", specialist, "survey_blank", account),
        ("account", specialist, "account_overview", account),
        ("people", specialist, "stakeholder_map", account),
        ("scorecard", "manager", "scorecard", ("key.account.evaluation", own)),
        ("plan", specialist, "plan", ("key.account.plan", own)),
        (
            "review",
            "reviewer",
            "contract_review",
            ("key.account.contract.review", review_),
        ),
        ("approvals", "manager", "approval_history", studio.cast["signed"]),
        ("manual", "manager", "process_manual", team),
        ("appraisal", "manager", "appraisal_sheet", ("key.account.kpi.sheet", sheet)),
        ("kpi", "manager", "kpi_overview", team),
    ):
        if isinstance(record, tuple):
            record = studio.first(record[0], *record[1])
        report = f"key_account_reports.report_{report}"
        studio.keep_pdf(f"{name}-{form_}", login, report, record)
    for form_, model in (
        ("day", "key.account.canvass.day"),
        ("week", "key.account.canvass.week"),
    ):
        report = f"key_account.report_{model.split('.', 2)[2].replace('.', '_')}"
        studio.keep_pdf(
            f"{name}-canvass-{form_}",
            "manager",
            report,
            studio.first(model, order="id desc"),
        )


# ----------------------------------------------------------------
# A DAY'S WORK, FOR THE HANDBOOKS
# ----------------------------------------------------------------


def my_day(studio, name):
    """What waits for each role; and for a specialist on a telephone."""
    for whose, login in (
        ("specialist", studio.cast["specialist"]),
        ("manager", "manager"),
        ("support", "support"),
        ("asked", "reviewer"),
        ("director", "director"),
        ("configuration", "configuration"),
    ):
        page = studio.open(login, MY_DAY, SHEET if whose in QUIET_DAYS else SCREEN)
        studio.keep(f"{name}-{whose}", page)
    page = studio.page(studio.cast["specialist"], TELEPHONE)
    page.goto(f"{studio.url}/odoo/{MY_DAY}")
    page.wait_for_selector(".o_kanban_record")
    studio.keep(f"{name}-telephone", studio.settle(page))


def month_plan(studio, name):
    """The visits that a plan proposes for a month, in its calendar."""
    login = studio.cast["approver"]
    page = studio.form(login, "key_account.visit_plan_action", "visit_plan")
    page.click("button[name=action_open_calendar]")
    page.wait_for_selector(".o_calendar_renderer .fc-event")
    studio.keep(name, studio.settle(page))


def coverage(studio, name):
    """Whose visits of the month are planned, held, or still to plan."""
    page = studio.open("manager", "action-key_account.visit_coverage_action", SHEET)
    studio.keep(name, page)


def sign_off(studio, name):
    """The page on which a quotation is decided, two clicks from My Day."""
    page = studio.open(studio.cast["approver"], MY_DAY)
    page.locator(".o_data_row [name=subject]", has_text="S0").first.click()
    page.wait_for_selector(".o_form_view button[name=action_approve]")
    studio.keep(name, studio.settle(page))


def ruling(studio, name):
    """Where the manager rules on what lies outside."""
    page = studio.open("manager", "action-key_account.ruling_to_rule_action")
    page.locator(".o_data_row .o_data_cell").nth(1).click()
    page.click("button[name=action_rule]")
    page.wait_for_selector(".modal .o_form_view")
    studio.keep(name, studio.settle(page))


def first_steps(studio, name):
    """What a company has to set up."""
    page = studio.open("configuration", "action-key_account.first_step_action")
    studio.keep(name, page)


def matrix(studio, name):
    """How far each level may go."""
    page = studio.page("configuration")
    page.goto(f"{studio.url}/odoo/action-key_account.authority_matrix_action")
    page.wait_for_selector(".o_action_manager table")
    studio.keep(name, studio.settle(page))


def to_appraise(studio, name):
    """What an appraiser gives."""
    page = studio.open("appraiser", "action-key_account_reports.kpi_seat_action", SHEET)
    page.locator(".o_data_row .o_data_cell").nth(1).click()
    page.wait_for_selector(".o_form_view")
    studio.keep(name, studio.settle(page))


def to_invoice(studio, name):
    """Confirmed orders that no invoice stands for."""
    page = studio.open(
        "accountant", "action-key_account.order_to_invoice_action", STRIP
    )
    studio.keep(name, page)


PICTURES = {
    "01-account": account,
    "01-people": people,
    "02-development-plan": opportunity,
    "03-pipeline": pipeline,
    "04-visit-report": visit_report,
    "04-visit-report-telephone": report_on_telephone,
    "05-review": review,
    "06-requirements": requirements,
    "07-quotation": quotation,
    "08-inbox": inbox,
    "09-portal": signing,
    "10-contract-review": contract_review,
    "11-order": order,
    "11-invoice": invoice,
    "12-appraisal": appraisal,
    "13-visits": analysis,
    "14-set-up": set_up,
    "15-contract-pdf": printed_contract,
    "16-visit-pdf": printed_visit,
    "17-dashboard": dashboards,
    "18-feedback": feedback,
    "19-what-follows": what_follows,
    "20-form": forms,
    "21-my-day": my_day,
    "22-month-plan": month_plan,
    "23-coverage": coverage,
    "24-sign-off": sign_off,
    "25-ruling": ruling,
    "26-first-steps": first_steps,
    "27-matrix": matrix,
    "28-to-appraise": to_appraise,
    "29-to-invoice": to_invoice,
}


def main(wanted):
    """Take the pictures in both languages; tell which failed."""
    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["KA_CHROMIUM"],
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
                *("--disable-background-networking", "--disable-component-update"),
                *("--disable-sync", "--hide-scrollbars"),
            ],
        )
        for code in LANGUAGES:
            studio = Studio(browser, code, CAST[code], wanted)
            for name, take in PICTURES.items():
                if not studio.wants(name):
                    continue
                try:
                    take(studio, name)
                except Exception as error:  # one picture must not cost the others
                    failed.append(f"{code}/{name}: {str(error).splitlines()[0]}")
        browser.close()
    for line in failed:
        print(f"failed: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
