"""Figures of service: credit that somebody else has earned, blame put elsewhere"""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.key_account.tests.attack_common import FORGED

from .test_kpi_service import ServiceCase


@tagged("post_install", "-at_install")
class TestAttackKpiService(ServiceCase):
    """Credit that somebody else has earned, blame that goes elsewhere."""

    def refused(self, user, records, method, *args):
        with self.assertRaises(UserError):
            self.rpc(user, records, method, *args)

    def test_late_feedback_in_a_colleagues_name(self):
        """Feedback of a month ago entered for the colleague, when it is late already |
        specialist | it counts for whose the account is"""
        self.mine.member_ids = [Command.create({"user_id": self.colleague.id})]
        self.env.flush_all()
        with freeze_time("2025-09-04 02:00:00"):
            feedback = (
                self.env["key.account.feedback"]
                .with_user(self.specialist)
                .create(
                    {
                        "name": "Forgotten",
                        "key_account_id": self.mine.id,
                        "user_id": self.colleague.id,
                        "received_on": "2025-08-04 02:00:00",
                    }
                )
            )
        self.assertEqual(feedback.user_id, self.colleague)
        self.assertEqual(self.measured("feedback_timeliness"), (0, 1, 0))
        self.assertEqual(
            self.measured("feedback_timeliness", self.colleague), (0, 0, None)
        )

    def test_overdue_feedback_given_away(self):
        """An overdue complaint given to the colleague, resolved late, taken up again |
        specialist | late it was, and it stays theirs"""
        self.mine.member_ids = [Command.create({"user_id": self.colleague.id})]
        self.env.flush_all()
        complaint = self.tell("2025-08-04 02:00:00")
        with freeze_time("2025-08-20 02:00:00"):
            complaint.with_user(self.specialist).user_id = self.colleague
            self.env.flush_all()
        self.answer(complaint, "2025-08-20 03:00:00")
        self.resolve(complaint, "2025-08-20 04:00:00")
        with freeze_time("2025-10-09 02:00:00"):
            complaint.with_user(self.specialist).action_reopen("Look again")
        for code in ("feedback_timeliness", "complaint_timeliness"):
            self.assertEqual(self.measured(code), (0, 1, 0), code)
            self.assertEqual(self.measured(code, self.colleague), (0, 0, None), code)

    def test_what_is_counted_is_written_by_the_process(self):
        """Due, in time, fault and marks, promised and handed over days written or
        deleted | specialist, manager | refused"""
        complaint = self.tell("2025-08-04 02:00:00")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.mine.partner_id.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "team_id": self.team.id,
            }
        )
        delivery = self.env["key.account.delivery"]._create_kept(
            [
                {
                    "name": order.name,
                    "order_id": order.id,
                    "key_account_id": self.mine.id,
                    "user_id": self.specialist.id,
                    "confirmed_on": "2025-07-01",
                    "promised_on": "2025-08-20",
                    "handed_over_on": "2025-08-25",
                    "state": "late",
                }
            ]
        )
        survey = self.env["key.account.satisfaction"]._create_kept(
            [
                {
                    "key_account_id": self.mine.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                    "partner_id": self.mine.partner_id.id,
                    "wave": "wave",
                    "sent_on": "2025-08-01 01:00:00",
                    "expires_on": "2025-08-31",
                    "access_token": "k" * 32,
                    "state": "answered",
                    "answered_on": "2025-08-02 01:00:00",
                    "mark": 2,
                    "marks": 2,
                }
            ]
        )
        for user in (self.specialist, self.manager):
            for record, vals in (
                (complaint, {"answer_due": "2031-01-01 00:00:00"}),
                (complaint, {"resolution_in_time": True}),
                (complaint, {"fault": "customer"}),
                (complaint, {"entered_on": "2025-08-04 02:00:00"}),
                (complaint.event_ids, {"responsible_id": self.colleague.id}),
                (delivery, {"promised_on": "2025-12-31"}),
                (delivery, {"user_id": self.colleague.id}),
                (delivery, {"state": "on_time"}),
                (survey, {"mark": 10}),
                (survey, {"user_id": self.colleague.id}),
            ):
                with self.subTest(user=user.login, vals=vals):
                    self.refused(user, record, "write", vals)
                    with self.assertRaises(UserError):
                        record.with_context(**FORGED).write(vals)
            for record in (complaint, complaint.event_ids, delivery, survey):
                self.refused(user, record, "unlink")
        self.kpis["satisfaction"].min_records = 1
        year = {"period": "year"}
        self.assertEqual(self.measured("satisfaction", **year), (2, 2, 1))
        order.commitment_date = "2025-12-31 00:00:00"
        self.assertEqual(self.measured("delivery_on_time"), (0, 1, 0))

    def test_how_much_is_enough_said_by_whoever_is_measured(self):
        """The fewest records of a KPI, its kind, its default target | specialist,
        manager, appraiser | refused"""
        for user in (self.specialist, self.manager, self.appraiser):
            for vals in ({"min_records": 1}, {"kind": "count"}, {"default_target": 1}):
                self.refused(user, self.kpis["satisfaction"], "write", vals)
