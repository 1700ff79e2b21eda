import importlib.util
import runpy
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

from .common import without_figures

MOVED = (
    "field_key_account_visit__unplanned",
    "field_key_account_visit__cancelled_by_customer",
    "field_key_account_visit_reason__by_customer",
)


@tagged("post_install", "-at_install")
class TestMigration(TransactionCase):
    def test_fields_that_moved_down_keep_their_external_ids(self):
        """Updated with or without key_account before it."""
        path = Path(get_module_path("key_account_reports"), "migrations/19.0.1.3.0")
        spec = importlib.util.spec_from_file_location(
            "pre_migration", path / "pre-migration.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        known = self.env["ir.model.data"].search(
            [("module", "=", "key_account"), ("name", "in", MOVED)]
        )
        fields = {each.name: each.res_id for each in known}
        self.assertEqual(fields.keys(), set(MOVED))
        known[0].module = "key_account_reports"
        known[1].copy({"module": "key_account_reports", "name": known[1].name})
        self.env.flush_all()
        migration.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        now = self.env["ir.model.data"].search([("name", "in", MOVED)])
        self.assertEqual(set(now.mapped("module")), {"key_account"})
        self.assertEqual({each.name: each.res_id for each in now}, fields)

    def test_the_catalogue_arrives_once(self):
        """As after 19.0.1.3.0: KPIs of then are measured by the month, new ones come,
        what a user deletes afterwards stays deleted."""
        path = Path(get_module_path("key_account_reports"), "migrations/19.0.1.4.0")
        migration = runpy.run_path(str(path / "post-migration.py"))
        kpis = self.env["key.account.kpi"]
        without_figures(self.env)
        added = kpis.search([("code", "in", ("win_rate", "churn_rate"))])
        self.env["ir.model.data"].search(
            [("model", "=", kpis._name), ("res_id", "in", added.ids)]
        ).unlink()
        lines = self.env["key.account.kpi.set.line"]
        lines.search([("kpi_id", "in", added.ids)]).unlink()
        added.unlink()
        old = kpis.search([("code", "=", "report_timeliness")])
        old.write({"monthly": False, "yearly": True})
        migration["name_periods"](self.env)
        migration["add_catalogue"](self.env)
        self.assertEqual((old.monthly, old.yearly), (True, False))
        codes = kpis.search([]).mapped("code")
        self.assertTrue({"win_rate", "churn_rate"} <= set(codes))
        self.assertEqual(len(codes), len(set(codes)))

    def test_the_grades_arrive_once(self):
        """As after 19.0.1.4.0: five grades come with what follows; what a user
        deletes afterwards stays deleted."""
        path = Path(get_module_path("key_account_reports"), "migrations/19.0.1.5.0")
        migration = runpy.run_path(str(path / "post-migration.py"))
        without_figures(self.env)
        grades = self.env["key.account.kpi.grade"]
        grades.with_context(active_test=False).search([]).unlink()
        migration["add_grades"](self.env)
        came = grades.search([])
        self.assertEqual(came.mapped("points"), [110, 95, 80, 60, 0])
        self.assertEqual(len(came.follow_ids), 8)
        came[-1:].unlink()
        migration["add_grades"](self.env)
        self.assertEqual(len(grades.search([])), 4)
