from lxml import html

from odoo.tests import tagged

from odoo.addons.key_account.tests.common import speak_chinese

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestStakeholderMap(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)
        contact = cls.env["res.partner"].create(
            {"name": "王伟", "function": "Plant manager", "parent_id": cls.customer.id}
        )
        cls.person = cls.account.stakeholder_ids.with_user(cls.specialist).create(
            {
                "key_account_id": cls.account.id,
                "partner_id": contact.id,
                "role": "decision_maker",
                "attitude": "champion",
                "influence": "5",
                "motives": "Series start in spring",
                "pressures": "Scrap rate",
                "authority_extent": "Alone up to 500 000",
                "personal_notes": "plays go on Sundays",
            }
        )

    def _print(self, lang="en_US"):
        report = self.env["ir.actions.report"].with_user(self.specialist)
        page, _kind = report.with_context(lang=lang)._render_qweb_html(
            "key_account_reports.report_stakeholder_map", self.account.ids
        )
        return page.decode()

    def test_people_are_printed_as_on_screen(self):
        html = self._print()
        for text in (
            self.customer.name,
            "王伟",
            "Decision maker",
            "Champion",
            "Series start in spring",
            "Scrap rate",
            "Alone up to 500 000",
            "Nobody known yet as",
            "Coach",
        ):
            self.assertIn(text, html)
        self.assertNotIn("plays go", html, "confided, and not printed")

    def test_a_page_ends_between_people(self):
        """Many in one place of the map go on in the next row: one row for all of them
        is cut through wherever a page ends."""
        people = self.env["res.partner"].create(
            [{"name": f"Person {n}", "parent_id": self.customer.id} for n in range(14)]
        )
        self.person.create(
            [
                {
                    "key_account_id": self.account.id,
                    "partner_id": person.id,
                    "attitude": "neutral",
                    "influence": "3",
                }
                for person in people
            ]
        )
        table = html.fromstring(self.account.stakeholder_map)
        self.assertEqual(len(table.xpath("//tbody/tr")), 5 + 3)
        cells = [len(cell) for cell in table.xpath("//tbody//td") if len(cell)]
        self.assertEqual(cells, [1, 4, 4, 4, 2])
        shown = [row[0].text for row in table.xpath("//tbody/tr")]
        self.assertEqual(list(filter(None, shown)), ["5", "4", "3", "2", "1"])
        for person in people:
            self.assertIn(person.name, self._print())

    def test_in_the_readers_language(self):
        self.assertIn("决策人", self._print("zh_CN"))
