"""What will be counted is recorded when it happens."""

import runpy
from pathlib import Path

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.modules import get_module_path
from odoo.tests import tagged

from .common import KeyAccountCommon
from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestRecorded(KeyAccountCommon):
    """One pump costs 1000 at reference prices; the specialist may give 5 %."""

    def signed(self, order):
        return order.sudo()._file_signature(
            b"%PDF",
            "signed.pdf",
            method="portal",
            signed_by="Wang",
            signed_on=fields.Datetime.now(),
        )

    def test_a_decision_says_which_request_and_how_long(self):
        order = self.make_order(discount=8.0)
        # Friday four in the afternoon to Monday nine: two working hours.
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Nine to six",
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 17,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        with freeze_time("2026-05-08 16:00:00"):
            order.with_user(self.specialist).action_request_approval()
        with freeze_time("2026-05-11 09:00:00"):
            order.with_user(self.manager).action_approve()
        request, decision = order.approval_ids.sorted("id")
        self.assertFalse(request.request_id)
        self.assertEqual(decision.request_id, request)
        self.assertEqual(decision.working_hours, 2.0)
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.assertEqual(decision.working_hours, 2.0)

    def test_the_update_names_the_request_of_older_decisions(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.manager).action_send_back("dearer")
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.manager).action_approve()
        first, back, second, approved = order.approval_ids.sorted("id")
        self.env.cr.execute(
            "UPDATE key_account_approval SET request_id = NULL, working_hours = NULL"
            " WHERE order_id = %s",
            [order.id],
        )
        path = Path(get_module_path("key_account"), "migrations/19.0.1.4.0")
        migration = runpy.run_path(str(path / "post-migration.py"))
        migration["name_requests"](self.env)
        self.env.invalidate_all()
        self.assertEqual(back.request_id, first)
        self.assertEqual(approved.request_id, second)
        self.assertFalse((first | second).request_id)

    def test_a_signature_says_what_was_given_away_and_by_whose_authority(self):
        order = self.approve(self.make_order(discount=8.0))
        signature = self.signed(order)
        self.assertEqual(
            (signature.net_value, signature.reference_value), (920.0, 1000.0)
        )
        self.assertEqual(signature.level_id, self.levels[20])
        self.assertEqual(signature.salesperson_id, self.specialist)
        self.assertEqual(signature.team_id, self.team)
        order.user_id = self.colleague
        self.assertEqual(signature.salesperson_id, self.specialist)

    def test_also_what_lay_within_authority(self):
        signature = self.signed(self.make_order(discount=4.0))
        self.assertEqual(
            (signature.net_value, signature.reference_value), (960.0, 1000.0)
        )
        self.assertEqual(signature.level_id, self.levels[10])

    def test_of_others_no_value_is_invented(self):
        order = self.make_order(partner=self.plain_customer)
        order.team_id = self.plain_team
        self.assertFalse(self.signed(order).is_valued)

    def test_recorded_figures_are_evidence(self):
        signature = self.signed(self.make_order(discount=4.0))
        for vals in ({"reference_value": 1.0}, {"salesperson_id": self.colleague.id}):
            for user in (self.specialist, self.manager, self.director):
                with self.assertRaises(UserError):
                    self.rpc(user, signature, "write", vals)

    def test_a_report_says_who_was_asked_to_review_it(self):
        visit = (
            self.env["key.account.visit"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date_start": fields.Datetime.now(),
                }
            )
        )
        visit.action_confirm()
        visit.action_hold()
        visit.write(
            {
                "met_ids": [Command.set(self.customer.ids)],
                "summary": "<p>They want the pump.</p>",
                "outcome": "achieved",
            }
        )
        self.assertFalse(visit.review_asked_id)
        visit.action_report()
        self.assertEqual(visit.review_asked_id, self.manager)
        for user in (self.specialist, self.manager):
            with self.assertRaises(UserError):
                self.rpc(user, visit, "write", {"review_asked_id": user.id})


@tagged("post_install", "-at_install")
class TestRecordedSteps(StageCommon):
    def test_a_step_counts_for_whose_it_is(self):
        self.check_step.responsible_role = "manager"
        self.visit_step.responsible_role = "specialist"
        self.put(self.lead, self.check_step)
        self.put(self.lead, self.visit_step)
        *_, left, entered = self.log(self.lead)
        self.assertEqual((left.role, left.credited_id), ("manager", self.manager))
        self.assertEqual(left.responsible_id, self.lead.user_id)
        self.assertEqual(entered.credited_id, self.lead.user_id)
        self.team.user_id = self.other_manager
        self.assertEqual(left.credited_id, self.manager)

    def test_a_step_that_several_share_is_nobodys(self):
        self.check_step.responsible_role = "support"
        self.team.key_account_support_ids = self.support | self.colleague
        self.put(self.lead, self.check_step)
        self.assertFalse(self.log(self.lead)[-1].credited_id)
