"""Targets from a file, as whoever speaks Chinese has it."""

from odoo.tests import tagged

from odoo.addons.key_account.tests.common import speak_chinese
from odoo.addons.key_account.tests.test_importing import ImportCase

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestTargetImport(ImportCase, KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)
        cls.lang = "zh_CN"
        kpi = cls.kpis["visit_plan_completion"].with_context(lang="zh_CN")
        cls.row = [kpi.name, cls.team.name, "季度", "2027-02-01", "95"]

    def load(self, *changes, **more):
        """Import one row for each of these changes of it (``{column: text}``)."""
        rows = [
            [change.get(column, text) for column, text in enumerate(self.row)]
            for change in changes
        ]
        head = ("绩效指标", "销售团队", "期间", "所属期间（任一天）", "目标")
        content = self.csv(head, *rows)
        return self.import_file(
            "key.account.kpi.target", content, self.director, **more
        )

    def test_choices_are_read_in_the_language_of_the_template(self):
        result = self.load({}, {2: "月"}, {2: "年度"})
        self.assertFalse(result["messages"])
        targets = self.env["key.account.kpi.target"].browse(result["ids"])
        self.assertEqual(targets.mapped("period"), ["quarter", "month", "year"])

    def test_what_is_no_number_or_date_is_told_with_its_row(self):
        bad = [{4: "九十五"}, {4: "nan"}, {3: "2027-13-01"}, {3: "2027-03-01 以后"}]
        result = self.load({}, *bad)
        self.assertFalse(result["ids"])
        told = [(each["rows"]["from"], each["field"]) for each in result["messages"]]
        self.assertEqual(told, [(1, "value"), (2, "value"), (3, "date"), (4, "date")])
        self.assertIn("九十五", result["messages"][0]["message"])

    def test_the_rows_without_a_fault_are_loaded_when_asked(self):
        result = self.load({}, {4: "九十五"}, {2: "月"}, key_account_good_rows=True)
        self.assertEqual(len(result["ids"]), 2)
        [told] = result["messages"]
        self.assertEqual((told["rows"]["from"], told["type"]), (1, "warning"))

    def test_an_example_is_of_the_size_of_what_it_is_about(self):
        """A plan of eighty in company currency is nobody's."""
        Target = self.env["key.account.kpi.target"].with_user(self.director)
        self.kpis["sales_plan_completion"].sequence = -1
        values = {row["value"] for row in Target._import_examples()}
        self.assertEqual(values, {"800000"})
        self.kpis["visit_plan_completion"].sequence = -2
        values = {row["value"] for row in Target._import_examples()}
        self.assertEqual(values, {"80"})
