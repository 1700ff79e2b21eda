"""The browser that takes the README's pictures, and what it does with them."""

import io
import os
from pathlib import Path

import pypdfium2
from PIL import Image

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SCREEN = (1280, 800)
LARGEST = 150_000
RESOLUTION = 100  # dots per inch of a printed page
PATIENCE = 120_000  # milliseconds; the first page of a server builds its assets
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}
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

    def __init__(self, browser, code, cast, wanted):
        self.browser = browser
        self.code = code
        self.wanted = wanted
        self.url = os.environ["KA_URL"]
        self.cast = cast
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

    def first(self, model, *domain, order="id"):
        """The first record of a model that a domain finds."""
        found = self.call(model, "search", list(domain), 0, 1, order)
        if not found:
            raise LookupError(f"the demo has no {model} with {domain}")
        return found[0]

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
        number = record if isinstance(record, int) else self.ids[record]
        address = f"{self.url}/report/pdf/{report}/{number}"
        answer = self.page(login).request.get(address, timeout=120_000)
        if not answer.ok:
            raise LookupError(f"{report} of {record}: {answer.status}")
        page = pypdfium2.PdfDocument(answer.body())[0]
        content = io.BytesIO()
        page.render(scale=RESOLUTION / 72).to_pil().save(content, "PNG")
        self.save(name, content.getvalue())
