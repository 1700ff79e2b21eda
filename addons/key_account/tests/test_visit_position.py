from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common import speak_chinese
from .test_visit import VisitCommon

HERE = (31.2304, 121.4737, 12.0)
ARRIVES = datetime(2030, 5, 8, 10)


@tagged("post_install", "-at_install")
class TestVisitPosition(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(ARRIVES))
        cls.company.key_account_visit_position = True

    def arrived(self):
        visit = self.plan(date_start=ARRIVES + timedelta(minutes=5))
        visit.action_confirm()
        visit = visit.with_user(self.specialist)
        return visit, visit.action_check_in()

    def test_kept_as_the_browser_tells_it(self):
        speak_chinese(self.env)
        visit, action = self.arrived()
        self.assertEqual(action["tag"], "key_account_ask_position")
        self.assertEqual(action["params"], {"visit_id": visit.id})
        visit.action_keep_position(*HERE)
        self.assertAlmostEqual(visit.checkin_latitude, HERE[0], 5)
        self.assertAlmostEqual(visit.checkin_longitude, HERE[1], 5)
        self.assertIn("31.230400,121.473700", visit.checkin_url)
        self.assertIn(
            "position=121.473700,31.230400",
            visit.with_context(lang="zh_CN").checkin_url,
        )
        with self.assertRaisesRegex(UserError, "once"):
            visit.action_keep_position(0, 0, 1)

    def test_never_required(self):
        visit, _action = self.arrived()
        self.assertEqual(visit.held_start, ARRIVES)
        with freeze_time(ARRIVES + timedelta(hours=1)):
            visit.action_hold()
        self.assertEqual(visit.state, "held")
        self.assertFalse(visit.checkin_url)

    def test_only_where_the_company_allows_it(self):
        self.company.key_account_visit_position = False
        visit, action = self.arrived()
        self.assertIs(action, True)
        with self.assertRaisesRegex(UserError, "does not record positions"):
            visit.action_keep_position(*HERE)
        self.assertFalse(
            self.env["res.company"].create({"name": "New"}).key_account_visit_position
        )

    def test_checked_in_again_it_is_another_place(self):
        visit, _action = self.arrived()
        visit.action_keep_position(*HERE)
        visit.action_replan(fields.Datetime.to_string(ARRIVES))
        visit.action_confirm()
        visit.action_check_in()
        self.assertFalse(visit.checkin_url)
        visit.action_keep_position(30.0, 120.0, 0)
        self.assertTrue(visit.checkin_url)


@tagged("post_install", "-at_install")
class TestVisitTelephone(VisitCommon, HttpCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_a_report_on_a_telephone(self):
        """In a browser that tells no position: nobody waits for one."""
        self.company.key_account_visit_position = True
        visit = self.plan(date_start=fields.Datetime.now() - timedelta(minutes=1))
        visit.action_confirm()
        self.start_tour(
            f"/odoo/action-key_account.visit_action/{visit.id}",
            "key_account_visit_telephone",
            login="ka_specialist",
        )
        self.env.invalidate_all()
        self.assertEqual(visit.state, "reported")
        self.assertEqual(visit.next_step, "Quotation for 50 pumps")
        self.assertEqual(visit.checkin_by_id, self.specialist)
        self.assertFalse(visit.checkin_url)
