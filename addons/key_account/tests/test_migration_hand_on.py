import runpy
from pathlib import Path

from odoo import fields
from odoo.modules import get_module_path
from odoo.tests import tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestMigrationHandOn(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = Path(get_module_path("key_account"), "migrations/19.0.1.7.0")
        cls.begin = staticmethod(runpy.run_path(str(path / "post-hand_on.py"))["begin"])
        cls.company.key_account_mode = "off"
        cls.first.write(
            {"responsible_role": "specialist", "time_limit": 2, "time_unit": "days"}
        )
        cls.running, cls.late, cls.same = (
            cls.make_lead(name=name) for name in ("Runs", "Late", "Same")
        )
        cls.first.responsible_role = "manager"
        cls.managed = cls.make_lead(name="Managed")
        cls.env.flush_all()

    def before(self):
        """As 19.0.1.6.0 left it: another salesperson, and nothing said of it."""
        given = self.running | self.late | self.managed
        self.env.cr.execute(
            "DELETE FROM key_account_stage_log WHERE event = 'hand_on'"
            " AND origin_ref = ANY(%s)",
            [[*given.ids, self.same.id]],
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET user_id = %s WHERE id = ANY(%s)",
            [self.colleague.id, given.ids],
        )
        self.env.cr.execute(
            "UPDATE key_account_stage_log SET deadline = %s WHERE origin_ref = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), days=1), self.late.id],
        )
        self.env.invalidate_all()

    def test_what_runs_is_whose_it_is_by_now(self):
        self.before()
        for _again in range(2):
            self.begin(self.env.cr)
            self.env.invalidate_all()
        event = self.log(self.running, event="hand_on")
        self.assertEqual(len(event), 1, "once")
        self.assertEqual(event.how, "initial")
        self.assertEqual(
            (event.former_id, event.credited_id, event.responsible_id),
            (self.specialist, self.colleague, self.colleague),
        )
        self.assertEqual(event.entered_on, self.running.stage_entered_on)
        self.assertEqual(event.company_id, self.company)
        self.assertEqual(event.key_account_id, self.account)
        self.assertFalse(self.log(self.late, event="hand_on"), "as before")
        self.assertFalse(self.log(self.same, event="hand_on"))
        event = self.log(self.managed, event="hand_on")
        self.assertEqual(event.credited_id, event.former_id, "the manager's still")
        self.assertEqual(event.responsible_id, self.colleague)

    def test_a_log_of_before_is_read_as_before(self):
        """Late, and of no hand-over known: whoever leaves it, as ever."""
        self.first.responsible_role = "specialist"
        self.env.flush_all()
        self.before()
        self.begin(self.env.cr)
        self.env.invalidate_all()
        self.late._set_kept({"stage_deadline": self.log(self.late).deadline})
        self.late.stage_id = self.visit_step
        left = self.log(self.late, event="leave")
        self.assertFalse(left.in_time)
        self.assertEqual(left.credited_id, self.colleague)
