"""What somebody does for a visit, said to be done, or hung on another"""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_visit import VisitCommon


@tagged("post_install", "-at_install")
class TestAttackPreparation(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._user("ka_not_on_it", "key_account.group_specialist")

    def coming(self):
        start = fields.Datetime.add(fields.Datetime.now(), days=20)
        return self.plan(date_start=start, method="reception")

    def test_on_a_visit_of_others(self):
        """create, write, unlink, tick off, undo a line of a colleague's checklist |
        specialist who is not on the account | refused, nothing changed"""
        visit = self.coming()
        item = visit.preparation_ids[0]
        for method, *args in (
            ("write", {"name": "Forget it"}),
            ("unlink",),
            ("action_done",),
            ("action_undo",),
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.stranger, item, method, *args, context=FORGED)
        with self.assertRaises(AccessError):
            self.rpc(
                self.stranger,
                item.browse(),
                "create",
                [{"visit_id": visit.id, "name": "A line of theirs"}],
                context=FORGED,
            )
        for method in ("action_fill_preparation", "action_open_survey_gaps"):
            with self.assertRaises(AccessError):
                self.rpc(self.stranger, visit, method)
        self.assertFalse(item.done_on)

    def test_said_to_be_done(self):
        """done_on, done_by_id, asked_on, activity_id, carried on, written, created, as
        default_* | specialist, manager | refused: the process says it"""
        visit = self.coming()
        item = visit.preparation_ids[0]
        now = fields.Datetime.now()
        for user in (self.specialist, self.manager):
            for name, value in (
                ("done_on", now),
                ("done_by_id", self.colleague.id),
                ("asked_on", now),
                ("date_due", now),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, item, "write", {name: value}, context=FORGED)
                vals = {"visit_id": visit.id, "name": "New", name: value}
                with self.assertRaises(AccessError):
                    self.rpc(user, item.browse(), "create", [vals])
            with self.assertRaises(AccessError):
                self.rpc(
                    user,
                    item.browse(),
                    "create",
                    [{"visit_id": visit.id, "name": "New"}],
                    context={"default_done_on": "2030-01-01 08:00:00"},
                )
        self.assertFalse(item.done_on)

    def test_checklist_of_the_company(self):
        """create, write, unlink of a checklist's line | specialist, support, manager,
        director | refused: Configuration says what a visit takes"""
        templates = self.env["key.account.visit.preparation.template"]
        line = templates.search([("method", "=", "reception")], limit=1)
        for user in (self.specialist, self.support, self.manager, self.director):
            for records, method, *args in (
                (line, "write", {"lead": 0}),
                (line, "unlink"),
                (templates, "create", [{"name": "Mine"}]),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(user, records, method, *args)

    def test_sum_of_what_is_owed(self):
        """overdue_invoices read for the sum | specialist without the right to read
        invoices | how many, not how much"""
        visit = self.coming()
        account = type(self.account)
        self.patch(
            account, "_overdue_invoices", lambda these: {these[:1]: (3, 98_765.0)}
        )
        [read] = self.rpc(
            self.specialist, visit, "read", ["overdue_invoices"], context=FORGED
        )
        self.assertEqual(read["overdue_invoices"], "3 overdue")
