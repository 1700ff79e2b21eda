"""Lists of appraisal sheets show what is kept; the sheet itself what is true now."""

from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import KeyAccountReportsCommon

NOW, LATER = "2025-10-10 06:00:00", "2025-10-10 07:00:00"


@tagged("post_install", "-at_install")
class TestKpiSheetList(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.sheet = cls.make_sheet()
        # What the job computes besides is tested with the figures.
        others = cls.env["key.account.kpi"].search([]) - cls.sheet.line_ids.kpi_id
        others.active = False

    def list_spec(self):
        view = self.env.ref("key_account_reports.kpi_sheet_view_list")
        arch = etree.fromstring(
            self.env["key.account.kpi.sheet"].get_view(view.id, "list")["arch"]
        )
        names = {node.get("name") for node in arch.iterfind("./field")}
        return {name: {} for name in names}

    def listed(self, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        sheets = self.env["key.account.kpi.sheet"].with_user(self.manager)
        return sheets.web_search_read(
            [("id", "=", self.sheet.id)], self.list_spec(), **kwargs
        )["records"]

    def hold(self):
        self.hold_visit(
            self.make_visit("2025-08-13 02:00:00"), reported="2025-08-13 04:00:00"
        )

    def test_list_does_not_measure(self):
        kpi = self.env.registry["key.account.kpi"]
        with patch.object(kpi, "_parts", side_effect=AssertionError("measured")):
            [row] = self.listed()
        self.assertEqual(row["kept_score_display"], "n/a")
        self.assertEqual(str(row["kept_on"]), NOW)

    def test_the_list_costs_what_its_columns_cost(self):
        """As the web client asks for it, names of people and teams included."""
        sheets = self.env["key.account.kpi.sheet"].with_user(self.manager)
        named = {"fields": {"display_name": {}}}
        shown = {
            name: named if sheets._fields[name].type == "many2one" else {}
            for name in self.list_spec()
        }
        columns = {name: shown[name] for name in shown if sheets._fields[name].store}

        def cost(spec):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sheets.web_search_read([("id", "=", self.sheet.id)], spec)
            return self.env.cr.sql_log_count - before

        cost(shown)
        # The company's calendar, by which a period has its name.
        self.assertLessEqual(cost(shown), cost(columns) + 1)

    def test_kept_by_the_scheduled_action(self):
        self.hold()
        self.assertEqual(self.listed()[0]["kept_score_display"], "n/a")
        with freeze_time(LATER), self.enter_registry_test_mode():
            cron = self.env.ref("key_account_reports.cron_keep_scores")
            cron.method_direct_trigger()
        [row] = self.listed()
        self.assertEqual(row["kept_score_display"], "100.0")
        self.assertEqual(str(row["kept_on"]), LATER)

    def test_measured_now(self):
        self.hold()
        self.sheet.with_user(self.specialist).action_measure_now()
        self.assertEqual(self.listed()[0]["kept_score_display"], "100.0")
        with self.assertRaises(AccessError):
            self.sheet.with_user(self.outsider).action_measure_now()

    def test_the_sheet_itself_reads_what_is_stored(self):
        """Also its form computes nothing when it is opened."""
        self.hold()
        sheet = self.sheet.with_user(self.specialist)
        sheet.invalidate_recordset()
        sheet.line_ids.invalidate_recordset()
        kpi = self.env.registry["key.account.kpi"]
        with patch.object(kpi, "_parts", side_effect=AssertionError("measured")):
            self.assertEqual(sheet.score_display, "n/a")
            self.assertEqual(str(sheet.line_ids[0].computed_at), NOW)
        sheet.action_measure_now()
        self.assertEqual(sheet.score_display, "100.0")

    def test_a_step_keeps_the_score(self):
        self.hold()
        sheet = self.sheet.with_user(self.manager)
        sheet.action_start_self_assessment()
        self.assertEqual(sheet.kept_score, 100.0)
        sheet.action_appraise()
        sheet.with_user(self.director).action_confirm()
        self.assertEqual(self.sheet.kept_on, self.sheet.confirmed_on)

    def test_not_entered_by_hand(self):
        with self.assertRaises(AccessError):
            self.sheet.with_user(self.manager).write({"kept_score": 120.0})
