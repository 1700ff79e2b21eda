from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.key_account.tests.test_offer import PIXEL

from .common import KeyAccountReportsCommon

NOON = datetime(2025, 9, 3, 4, 0)


@tagged("post_install", "-at_install")
class TestApprovalReport(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOON))
        cls.Report = cls.env["key.account.approval.report"]

    def request(self, discount, decide=None, hours=3, **vals):
        order = self.make_order(discount=discount, **vals)
        order.with_user(self.specialist).action_request_approval()
        if decide:
            with freeze_time(NOON + timedelta(hours=hours)):
                approver = order.approver_ids[:1]
                getattr(order.with_user(approver), f"action_{decide}")("So be it")
        self.env.flush_all()
        return order

    def sign(self, order):
        order.with_user(self.specialist).action_quotation_sent()
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {"signature": PIXEL, "signed_by": "Buyer Wang", "signed_on": NOON}
        )

    def row(self, order):
        return self.Report.search([("order_id", "=", order.id)])

    def test_a_request_with_its_decision(self):
        row = self.row(self.request(8.0, "approve"))
        self.assertEqual(
            (row.result, row.decided_by_id, row.level_id, row.user_id, row.dimension),
            ("approve", self.manager, self.levels[20], self.specialist, "discount"),
        )
        self.assertAlmostEqual(row.hours, 3.0)
        self.assertEqual(row.capacity, "level")
        self.assertAlmostEqual(row.amount, 920.0)
        self.assertEqual((row.requests, row.decided, row.approved), (1, 1, 1))

    def test_an_open_request_has_no_hours(self):
        row = self.row(self.request(18.0))
        self.assertEqual((row.result, row.requests, row.decided), ("open", 1, 0))
        self.assertEqual(row.required_level_id, self.levels[30])
        self.assertFalse(row.date_decided)

    def test_what_was_withdrawn_was_not_decided(self):
        order = self.request(8.0)
        order.with_user(self.specialist).action_withdraw()
        self.env.flush_all()
        row = self.row(order)
        self.assertEqual((row.result, row.decided), ("withdraw", 0))
        self.assertFalse(row.decided_by_id)

    def test_each_request_is_a_row(self):
        order = self.request(8.0, "send_back")
        order.with_user(self.specialist).action_request_approval()
        self.env.flush_all()
        self.assertEqual(
            sorted(self.row(order).mapped("result")), ["open", "send_back"]
        )

    def test_the_main_reason_is_what_needs_the_highest_level(self):
        order = self.request(8.0, quantity=1500.0)
        row = self.row(order)
        self.assertEqual(
            (row.dimension, row.required_level_id), ("amount", self.levels[30])
        )

    def test_rates_are_sums_divided_by_sums(self):
        orders = self.request(8.0, "approve") | self.request(8.0, "reject")
        orders |= self.request(18.0, "approve") | self.request(18.0)
        (rate, requests, hours) = self.Report._read_group(
            [("order_id", "in", orders.ids)],
            [],
            ["approval_rate:avg", "requests:sum", "hours:avg"],
        )[0]
        self.assertAlmostEqual(rate, 100.0 * 2 / 3)
        self.assertEqual(requests, 4)
        self.assertAlmostEqual(hours, 3.0)

    def test_what_would_have_been_stopped(self):
        self.company.key_account_mode = "observe"
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        row = self.row(order)
        self.assertEqual(
            (row.kind, row.result, row.action, row.dimension, row.observed),
            ("observation", "observed", "confirm", "discount", 1),
        )
        self.assertEqual((row.requests, row.decided), (0, 0))

    def test_who_reads_it(self):
        row = self.row(self.request(8.0, "approve"))
        for role, may in (
            ("specialist", True),
            ("manager", True),
            ("support", True),
            ("director", True),
            ("colleague", False),
            ("other_manager", False),
            ("appraiser", False),
            ("outsider", False),
        ):
            with self.subTest(role):
                user = getattr(self, role)
                self.assertEqual(row.with_user(user).has_access("read"), may)

    def test_pivot_graph_and_list_read_it(self):
        self.request(8.0, "approve")
        for groups in (
            ["required_level_id"],
            ["dimension", "result"],
            ["date:month"],
            ["decided_by_id"],
            ["action"],
        ):
            self.assertTrue(
                self.Report.with_user(self.manager).formatted_read_group(
                    [], groups, ["requests:sum", "approval_rate:avg", "amount:sum"]
                )
            )

    def test_a_night_takes_no_working_hours(self):
        """Asked for at noon, decided at noon of the next day."""
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Days", "tz": "Asia/Shanghai", "company_id": self.company.id}
        )
        row = self.row(self.request(8.0, "approve", hours=24))
        self.assertAlmostEqual(row.hours, 24.0)
        self.assertAlmostEqual(row.working_hours, 8.0)

    def test_concession_by_level(self):
        """1 000 at reference prices was signed at 920 by the manager's authority: 8 %;
        of both together 80 of 2 000, not the mean of 8 and 0."""
        orders = self.request(8.0, "approve") | self.make_order()
        for order in orders:
            self.sign(order)
        self.env.flush_all()
        mine = [("order_id", "in", orders.ids), ("kind", "=", "concession")]
        rows = {row.order_id: row for row in self.Report.search(mine)}
        row = rows[orders[0]]
        self.assertEqual((row.level_id, row.result), (self.levels[20], "signed"))
        self.assertAlmostEqual(row.conceded, 80.0)
        self.assertAlmostEqual(row.concession, 8.0)
        self.assertEqual(rows[orders[1]].level_id, self.levels[10])
        [(conceded, rate)] = self.Report._read_group(
            mine, [], ["conceded:sum", "concession:avg"]
        )
        self.assertAlmostEqual(conceded, 80.0)
        self.assertAlmostEqual(rate, 4.0)
        # What is counted elsewhere is not counted once more.
        [(requests, amount)] = self.Report._read_group(
            mine, [], ["requests:sum", "amount:sum"]
        )
        self.assertEqual((requests, amount or 0.0), (0, 0.0))

    def test_overrides_of_gates(self):
        """A step that a deal was let through counts for whose deal it is, with who let
        it through."""
        lead = self.env["crm.lead"].create(
            {"name": "Pumps", "type": "opportunity", "team_id": self.team.id}
        )
        log = self.env["key.account.stage.log"]._record(
            [
                {
                    "event": "leave",
                    "how": "override",
                    "opportunity_id": lead.id,
                    "origin_ref": lead.id,
                    "key_account_id": self.account.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "responsible_id": self.specialist.id,
                    "user_id": self.manager.id,
                    "date": NOON,
                }
            ]
        )
        self.env.flush_all()
        mine = [("opportunity_id", "=", lead.id), ("kind", "=", "override")]
        row = self.Report.with_user(self.specialist).search(mine)
        self.assertEqual(
            (row.overrides, row.user_id, row.decided_by_id, row.date),
            (1, self.specialist, self.manager, log.date),
        )
        self.assertEqual(row.action_open_order()["res_model"], "crm.lead")
        self.assertFalse(self.Report.with_user(self.colleague).search(mine))
