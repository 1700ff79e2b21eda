"""Past the process by way of a file: visits that nobody saw, rows of others."""

import io
import zipfile
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.shared.importing import MOST_ROWS
from .attack_common import FORGED
from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestAttackImporting(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.account
        cls.start = fields.Datetime.now().replace(microsecond=0) - timedelta(days=9)
        cls.vals = {
            "key_account_id": cls.file.id,
            "is_history": True,
            "date_start": cls.start,
        }

    def visits(self, user, **context):
        return self.env["key.account.visit"].with_user(user).with_context(**context)

    def load(self, names, row, user, **context):
        visits = self.visits(user, import_file=True, **context)
        before = visits.sudo().search([])
        result = visits.load(names, [row])
        self.assertFalse(result["ids"])
        self.assertEqual(visits.sudo().search([]), before)
        return result["messages"][0]["message"]

    def test_own_past(self):
        """create, import | specialist, sales support | refused: a visit nobody saw"""
        for user in (self.specialist, self.support):
            with self.assertRaisesRegex(AccessError, "manager of key accounts"):
                self.visits(user).create(self.vals)
            words = self.load(
                ["key_account_id", "is_history", "date_start"],
                [self.file.name, "1", str(self.start)],
                user,
            )
            self.assertIn("manager of key accounts", words)

    def test_forged_contexts(self):
        """import, every forged context key | specialist | refused as without"""
        for key, value in FORGED.items():
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.visits(self.specialist, **{key: value}).create(self.vals)
        words = self.load(
            ["key_account_id", "is_history", "date_start"],
            [self.file.name, "1", str(self.start)],
            self.specialist,
            key_account_import_rows=[],
            key_account_good_rows=True,
        )
        self.assertIn("manager of key accounts", words)

    def test_default_in_the_context(self):
        """default_is_history in the context | specialist | a visit like any other"""
        visit = self.visits(self.specialist, default_is_history=True).create(
            {"key_account_id": self.file.id, "date_start": self.start}
        )
        self.assertEqual((visit.is_history, visit.state), (False, "planned"))

    def test_planned_visit_turned_into_past(self):
        """write is_history, also back | specialist, manager | refused"""
        visit = self.visits(self.specialist).create(
            {"key_account_id": self.file.id, "date_start": self.start}
        )
        for user in (self.specialist, self.manager):
            with self.assertRaises(AccessError):
                self.visits(user).browse(visit.id).write({"is_history": True})
        past = self.visits(self.manager).create(self.vals)
        with self.assertRaises(UserError):
            past.write({"is_history": False})
        with self.assertRaises(UserError):
            past.write({"date_start": self.start - timedelta(days=9)})

    def test_past_with_what_the_process_keeps(self):
        """create with reviewer, report in time, state | manager | refused"""
        for name, value in {
            "reviewed_by_id": self.manager.id,
            "reported_on": self.start,
            "report_in_time": True,
            "review_potential": 5,
            "state": "held",
        }.items():
            with self.assertRaises(AccessError):
                self.visits(self.manager).create({**self.vals, name: value})

    def test_past_of_another_team(self):
        """create | manager of another team | refused, naming nothing"""
        with self.assertRaises(AccessError) as refusal:
            self.visits(self.other_manager).create(self.vals)
        self.assertNotIn(self.file.name, str(refusal.exception))

    def test_past_of_an_account_that_the_context_names(self):
        """create by default_key_account_id or a personal default | manager of another
        team, member of the account | refused"""
        self.file.member_ids = [Command.create({"user_id": self.other_manager.id})]
        vals = {name: self.vals[name] for name in ("is_history", "date_start")}
        with self.assertRaises(AccessError):
            self.visits(self.other_manager, default_key_account_id=self.file.id).create(
                vals
            )
        self.env["ir.default"].with_user(self.other_manager).set(
            "key.account.visit", "key_account_id", self.file.id, user_id=True
        )
        with self.assertRaises(AccessError):
            self.visits(self.other_manager).create(vals)
        self.assertTrue(
            self.visits(self.manager, default_key_account_id=self.file.id).create(vals)
        )

    def test_past_moved_to_another_account(self):
        """write key_account_id of a visit of the past | its manager | refused"""
        past = self.visits(self.manager).create(self.vals)
        customer = self.env["res.partner"].create({"name": "Another customer"})
        other = self.env["key.account"].create(
            {"partner_id": customer.id, "team_id": self.file.team_id.id}
        )
        with self.assertRaises(UserError):
            past.with_user(self.manager).write({"key_account_id": other.id})

    def test_past_deleted_by_others(self):
        """unlink a visit of the past | specialist | refused; later also to a manager"""
        past = self.visits(self.manager).create(self.vals)
        with self.assertRaises(UserError):
            past.with_user(self.specialist).unlink()
        self.env.cr.execute(
            "UPDATE key_account_visit SET create_date = %s WHERE id = %s",
            [self.start, past.id],
        )
        past.invalidate_recordset(["create_date"])
        with self.assertRaises(UserError):
            past.unlink()

    def test_kept_changed_by_a_file(self):
        """import with another state of a visit there is | manager | refused by row"""
        past = self.visits(self.manager).create(self.vals)
        result = self.visits(self.manager, import_file=True).load(
            [".id", "state"], [[str(past.id), "planned"]]
        )
        self.assertIn("recorded by the process", result["messages"][0]["message"])
        self.assertEqual(past.state, "reviewed")

    def test_file_without_end(self):
        """A file of 50 MB, of more rows than one request loads, packed so that it comes
        to gigabytes: looked at, tried, loaded, also by load() over RPC | specialist |
        refused with a sentence before it is read; one of a few Chinese rows, in
        UTF-8 with and without its mark, in UTF-16, is read"""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
            parts.writestr("xl/worksheets/sheet1.xml", b" " * 210_000_000)
        row = "大客户,2030-05-06\n".encode()
        spreadsheet = (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        for content, kind in (
            (row.replace(b"-", b"x" * 5_200) * 4_900, "text/csv"),
            (row * (MOST_ROWS + 2), "text/csv"),
            (packed.getvalue(), spreadsheet),
        ):
            found = self.preview(content, kind)
            self.assertIn("too large", found["error"])
            result = self.importing.execute_import(["name"], ["name"], self.options)
            self.assertIn("too large", result["messages"][0]["message"])
        visits = self.visits(self.specialist, import_file=True)
        with self.assertRaisesRegex(UserError, "too large"):
            visits.load(["name"], [["A"]] * (MOST_ROWS + 1))
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            found = self.preview((row.decode() * 20).encode(encoding), "text/csv")
            self.assertEqual(found["preview"][0][0], "大客户")

    def preview(self, content, kind):
        """What Odoo's import screen is told of a file."""
        self.importing = (
            self.env["base_import.import"]
            .with_user(self.specialist)
            .create(
                {"res_model": "key.account.visit", "file": content, "file_type": kind}
            )
        )
        self.options = {"quoting": '"', "has_headers": True, "separator": ","}
        return self.importing.parse_preview(self.options)
