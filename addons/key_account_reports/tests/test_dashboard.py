"""The dashboards: what they name exists, is there for its role, and shows no more."""

import json

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import KeyAccountReportsCommon

ROLES = {
    "specialist": ("specialist", "manager", "director"),
    "department": ("manager", "director"),
    "direction": ("director",),
}


@tagged("post_install", "-at_install")
class TestDashboard(KeyAccountReportsCommon):
    def _dashboard(self, name):
        return self.env.ref(f"key_account_reports.dashboard_{name}")

    def _content(self, name):
        return json.loads(self._dashboard(name).spreadsheet_data)

    def _asked(self, name):
        """(model, domain, groups, measures) of whatever a dashboard asks the server."""
        content = self._content(name)
        for pivot in content["pivots"].values():
            groups = [
                ":".join(filter(None, (row["fieldName"], row.get("granularity"))))
                for row in pivot["rows"]
            ]
            measures = [
                measure["id"] if ":" in measure["id"] else f"{measure['id']}:sum"
                for measure in pivot["measures"]
            ]
            yield pivot["model"], pivot["domain"], groups, measures
        for records in content["lists"].values():
            yield records["model"], records["domain"], None, records["columns"]
        for figure in content["sheets"][0]["figures"]:
            if meta := figure["data"].get("metaData"):
                domain = figure["data"]["searchParams"]["domain"]
                measure = f"{meta['measure']}:avg"
                yield meta["resModel"], domain, meta["groupBy"], [measure]

    def _read(self, user, model, domain, groups, measures):
        records = self.env[model].with_user(user)
        domain = Domain(safe_eval(domain, {"uid": user.id}))
        if groups is None:
            return records.search_read(domain, measures, limit=10)
        return records.formatted_read_group(domain, groups, measures)

    def test_who_opens_which(self):
        for name, roles in ROLES.items():
            dashboard = self._dashboard(name)
            for role in (*ROLES["specialist"], "support", "appraiser", "outsider"):
                with self.subTest(dashboard=name, role=role):
                    may = dashboard.with_user(getattr(self, role)).has_access("read")
                    self.assertEqual(may, role in roles)

    def test_each_answer_is_readable_for_its_role(self):
        """Models, fields, groups and domains exist, for whoever opens it first."""
        for name, roles in ROLES.items():
            user = getattr(self, roles[0])
            asked = list(self._asked(name))
            self.assertGreater(len(asked), 8)
            for each in asked:
                with self.subTest(dashboard=name, asked=each):
                    self._read(user, *each)

    def test_amounts_are_asked_for_in_one_currency(self):
        """Odoo's spreadsheets convert nothing by themselves."""
        for name in ROLES:
            for pivot in self._content(name)["pivots"].values():
                fields = self.env[pivot["model"]]._fields
                for measure in pivot["measures"]:
                    field = fields.get(measure["fieldName"])
                    if field and field.type == "monetary":
                        self.assertEqual(measure["aggregator"], "sum_currency")

    def test_what_is_not_applicable_is_no_zero(self):
        """The server answers such a figure with nothing: the card shows a dash."""
        for name in ROLES:
            content = self._content(name)
            [cells] = [s["cells"] for s in content["sheets"] if s["name"] == "Data"]
            for figure in content["sheets"][0]["figures"]:
                for key in ("keyValue", "baseline"):
                    if cell := figure["data"].get(key):
                        formula = cells[cell.removeprefix("Data!")]
                        self.assertIn('="","–",', formula)

    def test_says_so_where_quarters_are_not_those_of_the_calendar(self):
        """A quarter from November to January is found under October to December: its
        January would look empty without a word."""
        common = {
            "kpi_id": self.kpis["sales_plan_completion"].id,
            "company_id": self.company.id,
            "period": "quarter",
            "date": "2025-10-01",
            "team_id": self.team.id,
            "computed_at": "2025-11-30 00:00:00",
        }
        person = {**common, "subject": "person", "user_id": self.specialist.id}
        figures = self.env["key.account.kpi.figure"]._create_kept(
            [person, {**common, "subject": "team"}]
        )
        for day in ("2025-10-01", "2025-11-01", "2025-10-15"):
            figures._write_kept({"date_from": day})
            odd = day != "2025-10-01"
            self.assertEqual(figures.mapped("off_calendar"), [odd, odd])
            for name, roles in ROLES.items():
                with self.subTest(dashboard=name, day=day):
                    told = self._told_of_quarters(name, getattr(self, roles[0]))
                    self.assertEqual(bool(told & figures), odd)

    def _told_of_quarters(self, name, user):
        """The figures for which a dashboard says under which quarter they stand."""
        content = self._content(name)
        dashboard, data = content["sheets"]
        self.assertIn("=IF(SUM(Data!E2)>0,", dashboard["cells"]["E6"])
        number = data["cells"]["E2"].removeprefix("=IFERROR(PIVOT.VALUE(")
        told = content["pivots"][number.partition(",")[0]]
        domain = Domain(safe_eval(told["domain"], {"uid": user.id}))
        return self.env[told["model"]].with_user(user).search(domain)

    def test_filters_look_at_fields_that_exist(self):
        for name in ROLES:
            content = self._content(name)
            sources = [*content["pivots"].values(), *content["lists"].values()]
            for source in sources:
                fields = self.env[source["model"]]._fields
                for match in source["fieldMatching"].values():
                    self.assertIn(match["chain"], fields)

    def test_nobody_sees_more_by_it(self):
        """A colleague of another team asks what the dashboards ask: nothing of this
        account; the specialist finds it."""
        self.account._set_kept({"value_revenue": 50.0, "value_revenue_before": 200.0})
        self.env.flush_all()
        slipping = [
            each
            for each in self._asked("department")
            if each[0] == "key.account.account.report" and each[2] is None
        ]

        def seen(user):
            return {
                row["key_account_id"][0]
                for each in slipping
                for row in self._read(user, *each)
            }

        self.assertIn(self.account.id, seen(self.manager))
        self.assertNotIn(self.account.id, seen(self.other_manager))
        with self.assertRaises(AccessError):
            self._read(self.outsider, *slipping[0])

    def test_links_open_what_exists(self):
        for name in ROLES:
            for menu in self._content(name)["chartOdooMenusReferences"].values():
                self.assertEqual(self.env.ref(menu)._name, "ir.ui.menu")
