from base64 import b64decode
from io import BytesIO

from freezegun import freeze_time
from PIL import Image

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.key_account.tests.attack_common import HUGE
from odoo.addons.key_account.tests.common import speak_chinese

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestVisitPrint(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-10-10 06:00:00"))
        speak_chinese(cls.env)
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "王伟",
                "function": "Purchasing",
                "parent_id": cls.customer.id,
                "lang": "zh_CN",
            }
        )
        cls.visit = cls.make_visit(
            "2025-08-13 02:00:00",
            contact_ids=[Command.set(cls.contact.ids)],
            objectives="Learn who decides",
            requirement_ids=[
                Command.create({"name": "Stainless housing", "kind": "material"}),
            ],
            commitment_ids=[
                Command.create(
                    {"name": "Send samples", "side": "ours", "date": "2025-08-20"}
                ),
                Command.create({"name": "Send drawings", "side": "theirs"}),
            ],
            competitors="Delta Pumps",
            participant_ids=[
                Command.create(
                    {"user_id": cls.colleague.id, "role": "Technical questions"}
                )
            ],
        )
        cls.visit.write({"next_step": "Visit with samples", "next_date": "2025-08-27"})
        cls.hold_visit(cls.visit, reported="2025-08-13 04:00:00")
        with freeze_time("2025-08-14 02:00:00"):
            cls.visit.with_user(cls.manager).action_review(
                {
                    "review_potential": 4,
                    "review_standing": 3,
                    "review_value": 5,
                    "review_difficulty": 2,
                    "guidance": "Stay close to the plant manager",
                }
            )

    def _print(self, name, user=None, lang="en_US"):
        report = self.env["ir.actions.report"].with_user(user or self.specialist)
        html, _kind = report.with_context(lang=lang)._render_qweb_html(
            f"key_account_reports.{name}", self.visit.ids
        )
        return html.decode()

    def test_report_is_complete(self):
        html = self._print("report_visit")
        for text in (
            "Visit Report",
            self.customer.name,
            "王伟",
            "Purchasing",
            "Technical questions",
            "Learn who decides",
            "They want the pump by autumn.",
            "Stainless housing",
            "Material",
            "Send samples",
            "Send drawings",
            "Delta Pumps",
            "Visit with samples",
            "Stay close to the plant manager",
            self.manager.name,
            self.specialist.name,
        ):
            self.assertIn(text, html)

    def test_minutes_keep_to_themselves_what_is_ours(self):
        html = self._print("report_visit_minutes")
        for text in (
            "They want the pump by autumn.",
            "Stainless housing",
            "Send samples",
            "王伟",
        ):
            self.assertIn(text, html)
        for text in (
            "Delta Pumps",
            "Learn who decides",
            "Stay close to the plant manager",
        ):
            self.assertNotIn(text, html)

    def test_language_of_the_reader_and_of_the_customer(self):
        self.assertEqual(
            self.visit.with_context(lang="en_US")._report_language(False), "en_US"
        )
        self.assertEqual(
            self.visit.with_context(lang="zh_CN")._report_language(False), "zh_CN"
        )
        self.assertEqual(
            self.visit.with_context(lang="en_US")._report_language(True), "zh_CN"
        )

    def test_photos_and_what_was_learnt_are_printed_for_us(self):
        visit = self.make_visit("2025-08-20 02:00:00")
        visit.action_confirm()
        visit.action_hold()
        pictures = {}
        for name in ("line.png", "broken.png", "huge.png", "none.png"):
            pictures[name] = self.env["ir.attachment"].create(
                {"name": name, "res_model": visit._name, "res_id": visit.id}
            )
        big = BytesIO()
        Image.new("RGB", (1800, 1200), "grey").save(big, "PNG")
        pictures["line.png"].raw = big.getvalue()
        for name, content in (
            ("broken.png", b"no picture"),
            ("huge.png", HUGE),
        ):
            pictures[name].write({"raw": content, "mimetype": "image/png"})
        pictures["none.png"].write({"raw": False, "mimetype": "image/png"})
        visit.write(
            {
                "needs_change": "Smaller lots",
                "satisfaction": 4,
                "photo_ids": [Command.set([p.id for p in pictures.values()])],
            }
        )
        [(name, uri)] = visit._photos_for_print()
        self.assertEqual(name, "line.png")
        printed = Image.open(BytesIO(b64decode(uri.partition("base64,")[2])))
        self.assertEqual(max(printed.size), 900, "scaled to the page")
        self.visit = visit
        html = self._print("report_visit")
        for text in ("Smaller lots", "4 / 5", "line.png", "data:image"):
            self.assertIn(text, html)
        minutes = self._print("report_visit_minutes")
        for text in ("Smaller lots", "line.png"):
            self.assertNotIn(text, minutes)

    def test_planned_visit_prints_too(self):
        self.visit = self.make_visit("2025-08-20 02:00:00")
        self.assertIn("Not yet", self._print("report_visit"))

    def test_whoever_may_not_read_the_visit_may_not_print_it(self):
        with self.assertRaises(AccessError):
            self._print("report_visit", user=self.outsider)
