#!/usr/bin/env python3
"""Take the README's pictures: every step of a deal, by who takes it, in two languages.

``make screenshots`` serves a copy of the demo database and runs this with KA_URL,
KA_DATABASE and KA_CHROMIUM set. Names of pictures as arguments take these alone:
``make screenshots ARGS="03 07"``.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SCREEN = (1280, 800)
# Six columns of the board, drawn at two thirds; a telephone as it is.
BOARD = (1920, 690)
TELEPHONE = (390, 844)
LARGEST = 150_000
PATIENCE = 120_000  # milliseconds; the first page of a server builds its assets
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}
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
FONT = "/web/static/fonts/google/Roboto/Roboto-%s.ttf"
QUIETLY = """
    @font-face { font-family: Roboto; font-weight: 400; src: url(%s); }
    @font-face { font-family: Roboto; font-weight: 500; src: url(%s); }
    @font-face { font-family: Roboto; font-weight: 700; src: url(%s); }
    *, *::before, *::after { transition: none !important; animation: none !important; }
    .o_notification_manager, .o-mail-ChatHub, .o-tooltip { display: none !important; }
""" % tuple(FONT % weight for weight in ("Regular", "Medium", "Bold"))


class Studio:
    """One language: who is logged in, where things are, where pictures go."""

    def __init__(self, browser, code, wanted):
        self.browser = browser
        self.code = code
        self.wanted = wanted
        self.url = os.environ["KA_URL"]
        self.cast = CAST[code]
        self.pages = {}
        self.folder = IMAGES / code
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ids = self.prepare()

    # ------------------------------------------------------------
    # WHO AND WHERE
    # ------------------------------------------------------------

    def prepare(self):
        """Everybody speaks the language; records of the demo by their names."""
        rows = self.call(
            "ir.model.data",
            "search_read",
            [("module", "=", "key_account"), ("name", "=like", "demo_%")],
            ["name", "res_id", "model"],
        )
        users = [row["res_id"] for row in rows if row["model"] == "res.users"]
        self.call("res.users", "write", users, {"lang": LANGUAGES[self.code]})
        return {row["name"].removeprefix("demo_"): row["res_id"] for row in rows}

    def call(self, model, method, *args, login="admin"):
        """Call a method as the web client does."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        answer = self.page(login).request.post(
            f"{self.url}/web/dataset/call_kw", data={"params": params}
        )
        content = answer.json()
        if "error" in content:
            raise SystemExit(f"{model}.{method}: {content['error']['data']['message']}")
        return content["result"]

    def page(self, login, size=SCREEN):
        """The browser of a user, logged in."""
        if (login, size) not in self.pages:
            context = self.browser.new_context(
                viewport=dict(zip(("width", "height"), size, strict=True)),
                locale=LANGUAGES[self.code].replace("_", "-"),
                timezone_id="Asia/Shanghai",
            )
            context.set_default_timeout(PATIENCE)
            who = {"db": os.environ["KA_DATABASE"], "login": login, "password": login}
            context.request.post(
                f"{self.url}/web/session/authenticate",
                data={"params": who},
                timeout=PATIENCE,
            )
            page = context.new_page()
            self.pages[login, size] = page
        return self.pages[login, size]

    def open(self, login, path, size=SCREEN):
        """Go to a page of the web client and wait until it stands still."""
        page = self.page(login, size)
        page.goto(f"{self.url}/odoo/{path}")
        page.wait_for_selector(".o_view_controller")
        return self.settle(page)

    def form(self, login, action, name):
        """The form of a record of the demo, or of an id."""
        number = name if isinstance(name, int) else self.ids[name]
        return self.open(login, f"action-{action}/{number}")

    def settle(self, page):
        """Wait until nothing loads any more; hide what would differ from run to run."""
        page.add_style_tag(content=QUIETLY)
        page.wait_for_timeout(700)
        page.wait_for_function("!document.querySelector('.o_loading_indicator')")
        page.wait_for_function("[...document.images].every(image => image.complete)")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(300)
        return page

    # ------------------------------------------------------------
    # PICTURES
    # ------------------------------------------------------------

    def wants(self, name):
        """Whether a picture is asked for: all are, unless some are named."""
        return not self.wanted or any(name.startswith(part) for part in self.wanted)

    def keep(self, name, page):
        """Take the picture of what the page shows."""
        page.mouse.move(5, 400)
        page.evaluate("document.activeElement?.blur()")
        page.wait_for_timeout(200)
        self.save(name, page.screenshot())

    def save(self, name, content):
        """Write a picture, with fewer colours where it is too large."""
        image = Image.open(io.BytesIO(content)).convert("RGB")
        if image.width > SCREEN[0]:
            height = round(image.height * SCREEN[0] / image.width)
            image = image.resize((SCREEN[0], height), Image.Resampling.LANCZOS)
        path = self.folder / f"{name}.png"
        for colours in (256, 128, 64, 32):
            small = image.quantize(colours, dither=Image.Dither.NONE)
            small.save(path, optimize=True)
            if path.stat().st_size <= LARGEST:
                break
        print(f"{self.code}/{name}.png {path.stat().st_size // 1024} kB", flush=True)

    def keep_pdf(self, name, login, report, record):
        """The first page of a printed document."""
        address = f"{self.url}/report/pdf/{report}/{self.ids[record]}"
        answer = self.page(login).request.get(address, timeout=120_000)
        with tempfile.TemporaryDirectory() as folder:
            pdf = Path(folder) / "page.pdf"
            pdf.write_bytes(answer.body())
            subprocess.run(
                [
                    "pdftoppm",
                    "-png",
                    "-r",
                    "100",
                    "-f",
                    "1",
                    "-l",
                    "1",
                    pdf,
                    f"{folder}/page",
                ],
                check=True,
            )
            self.save(name, next(Path(folder).glob("page*.png")).read_bytes())


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
            studio = Studio(browser, code, wanted)
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
