"""Figures that only the process writes, forged"""

from math import inf, nan

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestAttackKpiKept(KeyAccountReportsCommon):
    def sheet(self):
        return self.Sheet.create(
            {
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "period": "quarter",
                "date": "2025-07-01",
            }
        )

    def target(self):
        return self.env["key.account.kpi.target"].create(
            {
                "kpi_id": next(iter(self.kpis.values())).id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "date": "2025-07-01",
                "value": 10.0,
            }
        )

    def forbidden(self, user, record, vals):
        for method, args in (("write", [vals]), ("web_save", [vals, {"id": {}}])):
            with self.assertRaises(UserError):
                self.rpc(user, record, method, *args)
        self.env.invalidate_all()

    def test_period_of_a_sheet(self):
        """date_from, date_to, access_user_ids of a sheet, by write, web_save, create
        and import | appraiser, manager, director | refused"""
        sheet = self.sheet()
        for user in (self.appraiser, self.manager, self.director):
            for vals in (
                {"date_from": "2025-04-01"},
                {"date_to": "2025-12-31"},
                {"access_user_ids": [Command.set(user.ids)]},
                {"state": "confirmed"},
                {"confirmed_by_id": user.id},
            ):
                self.forbidden(user, sheet, vals)
        with self.assertRaisesRegex(AccessError, "not entered by hand"):
            self.rpc(
                self.appraiser,
                self.Sheet,
                "create",
                [{"user_id": self.specialist.id, "date_from": "2025-04-01"}],
            )
        self.assertEqual(str(sheet.date_from), "2025-07-01")

    def test_period_of_a_locked_target(self):
        """date_from, period, company of a locked target; locked itself | manager,
        director | refused"""
        target = self.target()
        target.action_lock()
        for user in (self.manager, self.director):
            for vals in (
                {"date_from": "2025-04-01"},
                {"date_to": "2025-12-31"},
                {"period": "year"},
                {"locked": False},
            ):
                self.forbidden(user, target, vals)

    def test_forged_by_default(self):
        """ir.default locked, date_from, state, cancelled_by_customer, unplanned | whom
        it would suit | the record starts as the process starts it"""
        for user, model, name, value in (
            (self.appraiser, "key.account.kpi.sheet", "state", "confirmed"),
            (self.appraiser, "key.account.kpi.sheet", "date_from", "2020-01-01"),
            (self.specialist, "key.account.visit", "cancelled_by_customer", True),
        ):
            self.rpc(
                user, self.env["ir.default"], "set", model, name, value, user_id=True
            )
        sheet = (
            self.sheet().with_user(self.appraiser).copy({"user_id": self.colleague.id})
        )
        self.assertEqual((sheet.state, str(sheet.date_from)), ("draft", "2025-07-01"))
        visit = self.make_visit("2025-08-01 08:00:00")
        self.assertFalse(visit.cancelled_by_customer or visit.unplanned)

    def test_a_snapshot_is_evidence(self):
        """Figures of a confirmed sheet, made or changed over RPC | appraiser, director
        | refused"""
        snapshots = self.env["key.account.kpi.snapshot"]
        vals = {
            "sheet_id": self.sheet().id,
            "kpi_id": next(iter(self.kpis.values())).id,
            "score": 100.0,
            "company_id": self.company.id,
            "date_from": fields.Date.today(),
        }
        for user in (self.appraiser, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, snapshots, "create", [vals])

    def test_targets_below_nothing(self):
        """A target below zero, a highest score of zero or less, fewest records below
        none | director, configurator | refused, named"""
        sheet, target = self.sheet(), self.target()
        [line] = self.env["key.account.kpi.set.line"].create(
            {"set_id": self.sets["team"].id, "kpi_id": self.kpis["win_rate"].id}
        )
        for user, record, name, values in (
            (self.director, sheet.line_ids[0], "default_target", (-0.5, -100)),
            (self.configurator, line, "default_target", (-0.5, -100)),
            (self.configurator, target.kpi_id, "default_target", (-0.5, -100)),
            (self.configurator, target.kpi_id, "cap", (0, -120)),
            (self.configurator, target.kpi_id, "min_records", (-1,)),
        ):
            said, kpi = record[name], "kpi_id" in record and record.kpi_id or record
            for value in values:
                with (
                    self.assertRaisesRegex(ValidationError, kpi.name),
                    self.cr.savepoint(),
                ):
                    self.rpc(user, record, "write", {name: value})
            self.env.invalidate_all()
            self.assertEqual(record[name], said)

    def test_not_a_number(self):
        """NaN, infinity and what is too large as target, weight, cap; a day of the year
        1 or 9999 | director, appraiser, configurator | refused, named"""
        sheet, target = self.sheet(), self.target()
        for record, name in (
            (target, "value"),
            (sheet.line_ids[0], "weight"),
            (sheet.line_ids[0], "default_target"),
            (target.kpi_id, "cap"),
        ):
            for value in (nan, inf, "nan", 1e308):
                for user in (self.director, self.appraiser, self.configurator):
                    with self.assertRaises(UserError):
                        self.rpc(user, record, "write", {name: value})
                with self.assertRaisesRegex(ValidationError, "not a number"):
                    record.write({name: value})
        for record in (sheet, target):
            for day in ("0001-01-01", "9999-12-31"):
                with self.assertRaisesRegex(ValidationError, "the year"):
                    self.rpc(
                        self.director, record, "onchange", {"date": day}, ["date"], {}
                    )
