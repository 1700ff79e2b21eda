"""Files on Odoo's own import screen: templates, bad rows by name, good rows."""

import io
from datetime import timedelta
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..models.shared import importing
from .common import KeyAccountCommon

OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "date_format": "",
    "datetime_format": "",
    "encoding": "utf-8",
    "advanced": True,
    "keep_matches": False,
    "limit": 2000,
    "skip": 0,
    "sheets": [],
    "sheet": "",
    "tracking_disable": True,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportCase(KeyAccountCommon):
    """Imports as the screen does it: preview first, its matches then."""

    lang = "en_US"

    def import_file(self, model, content, user, dryrun=False, kind="text/csv", **more):
        env = self.env(user=user, context={"lang": self.lang})
        env = env(context={**env.context, "allowed_company_ids": self.company.ids})
        wizard = env["base_import.import"].create(
            {
                "res_model": model,
                "file": content if isinstance(content, bytes) else content.encode(),
                "file_type": kind,
                "file_name": "file.xlsx" if kind == XLSX else "file.csv",
            }
        )
        preview = wizard.parse_preview({**OPTIONS})
        self.assertNotIn("error", preview)
        headers = preview["headers"]
        matches = preview["matches"] or {}
        names = [
            "/".join(matches[column]) if column in matches else False
            for column in range(len(headers))
        ]
        self.assertNotIn(False, names, headers)
        result = wizard.execute_import(
            names, headers, {**preview["options"], **more}, dryrun=dryrun
        )
        self.env.invalidate_all()
        return result

    def csv(self, *rows):
        return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)


@tagged("post_install", "-at_install")
class TestImporting(HttpCase, ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.account

    def template(self, model, user):
        self.authenticate(user.login, user.login)
        [template] = (
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
            .get_import_templates()
        )
        answer = self.url_open(template["template"])
        self.assertEqual(answer.status_code, 200)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        return answer.content

    def test_each_template_is_imported_as_it_is(self):
        roles = {
            "key.account": self.specialist,
            "key.account.stakeholder": self.specialist,
            "key.account.visit": self.manager,
            "key.account.authority.limit": self.configurator,
        }
        if "key.account.kpi.target" in self.env:
            roles["key.account.kpi.target"] = self.director
        for model, user in roles.items():
            with self.subTest(model=model):
                content = self.template(model, user)
                rows = len(list(load_workbook(io.BytesIO(content)).active.rows)) - 1
                self.assertGreater(rows, 1)
                dry = self.import_file(model, content, user, dryrun=True, kind=XLSX)
                self.assertFalse(dry["messages"])
                result = self.import_file(model, content, user, kind=XLSX)
                self.assertFalse(result["messages"])
                self.assertEqual(len(result["ids"]), rows)

    def test_template_is_for_who_may_make_such_records(self):
        self.authenticate("ka_outsider", "ka_outsider")
        for model in ("key.account", "res.partner", "no.such.model"):
            answer = self.url_open(f"/key_account/import_template/{model}.xlsx")
            self.assertEqual(answer.status_code, 404, model)

    # ---------------------------------------- rows

    def people(self, *rows):
        return self.csv(("Key Account", "Contact's name", "Buying role"), *rows)

    def test_bad_rows_are_named_and_nothing_is_written(self):
        good = [(self.file.name, f"Person {number}", "User") for number in range(110)]
        rows = list(good)
        for number in (3, 60, 61, 108):
            rows[number] = (self.file.name, "", "User")
        rows[9] = ("Nobody's file", "Somebody", "User")
        rows[10] = (self.file.name, "Somebody", "Emperor")
        before = self.env["res.partner"].search_count([])
        for dryrun in (True, False):
            result = self.import_file(
                "key.account.stakeholder", self.people(*rows), self.specialist, dryrun
            )
            self.assertFalse(result["ids"])
            named = [each["rows"]["from"] for each in result["messages"]]
            self.assertEqual(named, [3, 9, 10, 60, 61, 108])
            self.assertTrue(all(each["message"] for each in result["messages"]))
        self.assertFalse(self.file.stakeholder_ids)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_the_good_rows_when_asked(self):
        rows = [(self.file.name, f"Person {number}", "User") for number in range(80)]
        rows[3] = (self.file.name, "", "User")
        rows[70] = ("Nobody's file", "Somebody", "User")
        content = self.people(*rows)
        good = {"key_account_good_rows": True}
        self.import_file(
            "key.account.stakeholder", content, self.specialist, True, **good
        )
        self.assertFalse(self.file.stakeholder_ids)
        result = self.import_file(
            "key.account.stakeholder", content, self.specialist, **good
        )
        self.assertTrue(result["ids"], result["messages"])
        self.assertEqual(len(result["ids"]), 78)
        self.assertEqual(len(self.file.stakeholder_ids), 78)
        self.assertEqual(
            [(each["rows"]["from"], each["type"]) for each in result["messages"]],
            [(3, "warning"), (70, "warning")],
        )

    def test_good_rows_among_many_bad_ones(self):
        """However many are bad, the others are loaded; each bad one is named."""
        rows = [
            (self.file.name, "" if number % 7 else f"Person {number}", "User")
            for number in range(70)
        ]
        model, good = "key.account.stakeholder", {"key_account_good_rows": True}
        with patch.multiple(importing, _MOST=3, _PASSES=2):
            result = self.import_file(model, self.people(*rows), self.specialist)
            self.assertFalse(result["ids"])
            self.assertIn("not looked at", result["messages"][-1]["message"])
            self.assertEqual(len(result["messages"]), 4)
            result = self.import_file(
                model, self.people(*rows), self.specialist, **good
            )
        self.assertEqual(len(result["ids"]), 10)
        self.assertEqual(len(self.file.stakeholder_ids), 10)
        self.assertEqual(
            [each["rows"]["from"] for each in result["messages"]],
            [number for number in range(70) if number % 7],
        )

    def test_a_customer_is_found_or_made(self):
        content = self.csv(("Name",), ("Found Ltd",), ("Made Ltd",))
        found = self.env["res.partner"].create({"name": "Found Ltd"})
        result = self.import_file("key.account", content, self.specialist)
        self.assertFalse(result["messages"])
        accounts = self.env["key.account"].browse(result["ids"])
        self.assertEqual(accounts[0].partner_id, found)
        self.assertTrue(accounts[1].partner_id.is_company)
        self.assertEqual(accounts.user_id, self.specialist)
        again = self.import_file("key.account", content, self.specialist)
        self.assertEqual([each["rows"]["from"] for each in again["messages"]], [0, 1])

    def test_bad_rows_cost_a_bounded_number_of_tries(self):
        Stakeholder = self.env["key.account.stakeholder"].with_user(self.specialist)
        Stakeholder = Stakeholder.with_context(import_file=True)
        names = ["key_account_id", "contact_name"]

        def queries(count):
            rows = [[self.file.name, f"P{count} {number}"] for number in range(count)]
            rows[1][1] = ""
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(Stakeholder.load(names, rows)["messages"]), 1)
            return self.env.cr.sql_log_count - before

        queries(10)
        few, many = queries(20), queries(200)
        self.assertFalse(self.file.stakeholder_ids)
        self.assertLess(many, 10 * few)

    # ---------------------------------------- round trip

    def test_what_is_exported_is_imported_unchanged(self):
        self.test_a_visit_of_the_past()
        people = self.specialist | self.manager | self.configurator
        people.group_ids += self.env.ref("base.group_allow_export")
        self.import_file(
            "key.account.stakeholder",
            self.people((self.file.name, "Person", "User")),
            self.specialist,
        )
        models = {
            "key.account": (self.specialist, "name partner_id user_id state code"),
            "key.account.stakeholder": (
                self.specialist,
                "key_account_id partner_id contact_name role attitude influence"
                " last_contact",
            ),
            "key.account.survey.answer": (
                self.specialist,
                "key_account_id question_id value source answered_on user_id",
            ),
            "key.account.visit": (
                self.manager,
                "name key_account_id date_start date_end user_id state purpose"
                " is_history held_start summary outcome reviewed_on unplanned",
            ),
            "key.account.authority.limit": (
                self.configurator,
                "level_id dimension value unlimited team_id date_from",
            ),
        }
        [answer] = self.file.answer_ids[:1]
        answer.with_user(self.specialist).write({"source": "Annual report"})
        for model, (user, names) in models.items():
            with self.subTest(model=model):
                names = ["id", *names.split()]
                records = self.env[model].with_user(user).search([])
                paths = [
                    f"{name}/id"
                    if name != "id" and records._fields[name].type == "many2one"
                    else name
                    for name in names
                ]
                before = records.export_data(paths)["datas"]
                self.assertTrue(before)
                flags = [records._fields[name].type == "boolean" for name in names]
                result = records.with_context(import_file=True).load(
                    paths,
                    [
                        [
                            str(cell) if cell or flag else ""
                            for cell, flag in zip(row, flags, strict=True)
                        ]
                        for row in before
                    ],
                )
                self.assertFalse(result["messages"])
                self.env.invalidate_all()
                self.assertEqual(records.export_data(paths)["datas"], before)

    # ---------------------------------------- visits of the past

    def past(self, **more):
        start = fields.Datetime.now().replace(microsecond=0) - timedelta(days=20)
        return {
            "key_account_id": self.file.id,
            "is_history": True,
            "date_start": start,
            "date_end": start + timedelta(hours=2),
            "user_id": self.specialist.id,
            "summary": "<p>As it was</p>",
            **more,
        }

    def test_a_visit_of_the_past(self):
        contact = self.env["res.partner"].create(
            {"name": "Met", "parent_id": self.customer.id}
        )
        person = self.env["key.account.stakeholder"].create(
            {"key_account_id": self.file.id, "partner_id": contact.id}
        )
        mails = self.env["mail.mail"].search_count([])
        events = self.env["calendar.event"].search_count([])
        vals = self.past(met_ids=[(4, contact.id)])
        visit = self.env["key.account.visit"].with_user(self.manager).create(vals)
        self.assertEqual((visit.state, visit.is_history), ("reviewed", True))
        self.assertEqual(visit.held_start, vals["date_start"])
        self.assertFalse(visit.report_deadline or visit.reported_on)
        self.assertFalse(visit.reviewed_by_id or visit.activity_ids or visit.is_overdue)
        self.assertFalse(visit.participant_ids or visit.preparation_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["calendar.event"].search_count([]), events)
        self.assertEqual(person.last_contact, vals["date_end"].date())
        if "key.account.visit.report" in self.env:
            self.env.flush_all()
            row = self.env["key.account.visit.report"].search(
                [("visit_id", "=", visit.id)]
            )
            self.assertEqual(
                (row.planned_due, row.held, row.unplanned_held, row.reported),
                (0, 0, 0, 0),
            )
        visit.unlink()
        self.env["key.account.visit"].with_user(self.manager).create(vals)

    def test_what_is_not_over_is_planned(self):
        visits = self.env["key.account.visit"].with_user(self.manager)
        ahead = fields.Datetime.now() + timedelta(hours=1)
        with self.assertRaisesRegex(UserError, "has not come"):
            visits.create(self.past(date_start=ahead, date_end=False))
