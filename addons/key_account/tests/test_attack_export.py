"""Files taken out of the house"""

import json

from odoo import Command, http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .attack_common import FORGED, AttackCase

FIELDS = ["name", "state", "stakeholder_ids/partner_id/name"]


@tagged("post_install", "-at_install")
class TestAttackExport(AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.specialist.group_ids = [
            Command.link(cls.env.ref("base.group_allow_export").id)
        ]
        cls.log = cls.env["key.account.export"]

    def exports(self):
        return self.log.search([("company_id", "=", self.company.id)])

    def assert_noted(self, model, count, *names):
        """The last line of the log says so; return it."""
        self.env.invalidate_all()
        export = self.exports()[:1]
        self.assertEqual(export.res_model, model)
        self.assertEqual(export.record_count, count)
        self.assertEqual(export.user_id, self.specialist)
        self.assertEqual(export.field_names, ", ".join(names))
        self.assertEqual(export.field_count, len(names))
        return export

    def test_from_the_screen(self):
        """Accounts exported from a list, as CSV and as spreadsheet | specialist |
        written down: who, when, what, how many, which fields"""
        self.authenticate("ka_specialist", "ka_specialist")
        for kind in ("csv", "xlsx"):
            before = len(self.exports())
            data = {
                "model": "key.account",
                "fields": [{"name": name, "label": name} for name in FIELDS],
                "ids": False,
                "domain": [("id", "=", self.account.id)],
                "import_compat": False,
            }
            response = self.url_open(
                f"/web/export/{kind}",
                data={
                    "data": json.dumps(data),
                    "csrf_token": http.Request.csrf_token(self),
                },
            )
            response.raise_for_status()
            self.assertEqual(len(self.exports()), before + 1)
            export = self.assert_noted("key.account", 1, *FIELDS)
            self.assertEqual(export.subject, "Key Account")

    def test_by_rpc(self):
        """export_data by RPC, with any context | specialist | written down"""
        for context in (None, FORGED):
            before = len(self.exports())
            self.rpc(
                self.specialist, self.account, "export_data", FIELDS, context=context
            )
            self.assertEqual(len(self.exports()), before + 1)
            self.assert_noted("key.account", 1, *FIELDS)

    def test_by_way_of_other_records(self):
        """Fields of a file exported from a contact, a quotation | specialist | written
        down"""
        path = "key_account_id/stakeholder_ids/motives"
        self.rpc(self.specialist, self.order, "export_data", ["name", path])
        self.assert_noted("sale.order", 1, "name", path)
        before = self.exports()
        self.rpc(self.specialist, self.order, "export_data", ["name", "partner_id/id"])
        self.rpc(self.specialist, self.customer, "export_data", ["name", "user_id/id"])
        self.assertEqual(self.exports(), before, "that is Odoo's own")

    def test_what_was_refused(self):
        """export_data without the right to export, of an account of others | colleague,
        specialist | refused, nothing written down"""
        self.refused_rpc(self.colleague, self.account, "export_data", FIELDS)
        self.account.write({"user_id": self.manager.id})
        self.env.flush_all()
        before = self.exports()
        self.refused_rpc(self.specialist, self.account, "export_data", ["name"])
        self.assertEqual(self.exports(), before)

    def test_the_log_stays(self):
        """create, write, unlink of what was written down, an import | specialist,
        director, configuration, superuser code | refused"""
        self.rpc(self.specialist, self.account, "export_data", FIELDS)
        export = self.exports()[:1]
        vals = {
            "user_id": self.manager.id,
            "company_id": self.company.id,
            "res_model": "res.partner",
            "record_count": 1,
            "field_count": 1,
            "field_names": "name",
        }
        people = (self.specialist, self.director, self.configurator, self.bot)
        for user in people:
            for method, arguments in (
                ("write", [{"record_count": 0}]),
                ("unlink", []),
                ("create", [vals]),
            ):
                records = export.browse() if method == "create" else export
                with self.assertRaises(UserError):
                    self.rpc(user, records, method, *arguments)
                with self.assertRaises(UserError):
                    getattr(records.with_user(user).sudo(), method)(*arguments)
        self.assert_noted("key.account", 1, *FIELDS)

    def test_who_reads_the_log(self):
        """The log read | everybody; a director of another company | directors of the
        company and configuration alone"""
        self.rpc(self.specialist, self.account, "export_data", FIELDS)
        export = self.exports()[:1]
        readers = {"director", "configurator"}
        for role in ("specialist", "manager", "support", "outsider", *readers):
            may = export.with_user(getattr(self, role)).has_access("read")
            self.assertEqual(may, role in readers, role)
        self.director.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        elsewhere = export.with_user(self.director).with_context(
            allowed_company_ids=self.other_company.ids
        )
        self.assertFalse(elsewhere.has_access("read"))

    def test_each_company_of_its_own(self):
        """Accounts of two companies exported at once | superuser code | a line for each
        company"""
        other = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.other_company.id,
                "team_id": False,
                "user_id": False,
            }
        )
        (self.account | other).export_data(["name"])
        for company in (self.company, self.other_company):
            found = self.log.search([("company_id", "=", company.id)], limit=1)
            self.assertEqual(found.record_count, 1)
