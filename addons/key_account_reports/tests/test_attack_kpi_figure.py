"""Stored figures, forged or read by others"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestAttackKpiFigure(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hold_visit(
            cls.make_visit("2025-08-01 01:00:00"), reported="2025-08-01 03:00:00"
        )
        cls.Figure = cls.env["key.account.kpi.figure"]
        cls.kpi = cls.kpis["report_timeliness"]
        roster = cls.Figure._roster(cls.company)
        cls.Figure._compute(cls.company, cls.quarter, cls.kpi, *roster)
        cls.env.flush_all()
        cls.figure = cls.Figure.search(
            [("user_id", "=", cls.specialist.id), ("kpi_id", "=", cls.kpi.id)]
        )

    def test_forged(self):
        """value, computed_at, person of a stored figure; one made, one deleted |
        specialist, manager, director, appraiser, configuration, superuser code |
        refused, nothing changed"""
        start = {
            "kpi_id": self.kpi.id,
            "company_id": self.company.id,
            "subject": "person",
            "user_id": self.specialist.id,
            "value": 120.0,
        }
        users = (
            *(self.specialist, self.manager, self.director),
            *(self.appraiser, self.configurator),
        )
        for user in users:
            for vals in (
                {"value": 120.0},
                {"computed_at": "2025-01-01"},
                {"user_id": user.id},
                {"date": "2025-01-01"},
            ):
                for call in (("write", vals), ("web_save", vals, {})):
                    with self.assertRaises(AccessError):
                        self.rpc(user, self.figure, *call)
            with self.assertRaises(AccessError):
                self.rpc(user, self.figure, "unlink")
            with self.assertRaises(AccessError):
                self.rpc(user, self.Figure, "create", start)
        context = {f"default_{name}": value for name, value in start.items()}
        for call in (
            lambda: self.figure.sudo().write({"value": 120.0}),
            lambda: self.figure.sudo().unlink(),
            lambda: self.Figure.sudo().create(start),
            lambda: self.Figure.sudo().with_context(**context).create({}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.figure.invalidate_recordset()
        self.assertEqual((self.figure.value, self.figure.n), (100.0, 1))

    def test_of_others(self):
        """read, search, read_group, records behind a figure of a colleague, of another
        team, of another company | specialist, manager of another team, support,
        director elsewhere | nothing found, refused"""
        elsewhere = self._user("ka_elsewhere", "key_account.group_director")
        elsewhere.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        for user in (self.colleague, self.other_manager, self.support, elsewhere):
            context = {"allowed_company_ids": user.company_ids.ids}
            domain = [("id", "=", self.figure.id)]
            found = self.rpc(user, self.Figure, "search_read", domain, context=context)
            self.assertEqual(found, [], user.name)
            groups = self.rpc(
                user,
                self.Figure,
                "formatted_read_group",
                domain,
                ["user_id"],
                ["value:avg"],
                context=context,
            )
            self.assertEqual(groups, [], user.name)
            for call in (("read", ["value"]), ("action_open_numerator",)):
                with self.assertRaises(AccessError):
                    self.rpc(user, self.figure, *call, context=context)

    def test_computed_for_others(self):
        """action_compute_now on a figure that one may not read | colleague, outsider |
        refused, nothing computed"""
        self.figure._set_kept({"value": 1.0})
        self.env.flush_all()
        for user in (self.colleague, self.outsider):
            with self.assertRaises(AccessError):
                self.rpc(user, self.figure, "action_compute_now")
        self.assertEqual(self.figure.value, 1.0)
        self.rpc(self.specialist, self.figure, "action_compute_now")
        self.assertEqual(self.figure.value, 100.0)
