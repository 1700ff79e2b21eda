"""Due, planned and held, by account and month."""

import random
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.key_account.rules import visit_cycle

from .test_visit_plan import NOW, VisitPlanCase

_RATES = (0, 0.2, 0.33, 0.4, 0.5, 0.6, 0.67, 0.75, 1, 1.5, 3)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisitCoverage(VisitPlanCase):
    def rows(self, user=None, *domain):
        coverage = self.env["key.account.visit.coverage"]
        coverage = coverage.with_user(user or self.manager)
        coverage.invalidate_model()
        return coverage.search(list(domain))

    def row(self, account, period="this"):
        row = self.rows(
            None, ("key_account_id", "=", account.id), ("period", "=", period)
        )
        return (row.due, row.planned, row.held, row.missing)

    def held(self, account, start):
        visit = self._visit(start, account)
        visit._write_kept({"state": "held", "held_start": start, "held_end": start})
        return visit

    def test_due_planned_held(self):
        self.assertEqual(self.row(self.account), (2, 0, 0, 2))
        self.held(self.account, "2026-03-03 09:00:00")
        self._visit("2026-03-18 09:00:00")
        self._visit("2026-03-31 23:30:00").action_cancel("No")
        self.assertEqual(self.row(self.account), (2, 1, 1, 0))
        self.assertEqual(self.row(self.account, "next"), (2, 0, 0, 2))
        quarterly = self._account("Quarterly", "D")
        self.held(quarterly, "2026-01-20 09:00:00")
        self.assertEqual(self.row(quarterly), (0, 0, 0, 0))
        self.assertEqual(self.row(quarterly, "next"), (1, 0, 0, 1))
        self._visit("2026-03-20 09:00:00", quarterly)
        self.assertEqual(self.row(quarterly, "next"), (0, 0, 0, 0))
        self.assertEqual(self.row(quarterly), (0, 1, 0, 0))

    def test_what_did_not_take_place_is_no_visit(self):
        """Its day went by: it is due again, in the coverage and in the plan."""
        self._visit("2026-03-02 09:00:00")
        self._visit("2026-02-26 09:00:00")
        self.assertEqual(self.row(self.account), (2, 0, 0, 2))
        self.assertEqual(self.row(self.account, "last"), (2, 0, 0, 2))
        self.assertEqual(len(self._plan(month="2026-03-01").line_ids), 2)
        self._visit("2026-03-04 16:00:00")
        self.assertEqual(self.row(self.account), (2, 1, 0, 1))

    def test_the_month_is_the_companys(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self._visit("2026-03-31 17:00:00")
        self.assertEqual(self.row(self.account), (2, 0, 0, 2))
        self.assertEqual(self.row(self.account, "next"), (2, 1, 0, 1))

    def test_it_counts_when_it_was_held(self):
        """Planned for the last day of February, held on the first days of March: in the
        coverage, in the plan of the month, in the figures of the year."""
        visit = self._visit("2026-02-28 09:00:00")
        visit._write_kept(
            {
                "state": "held",
                "held_start": "2026-03-02 09:00:00",
                "held_end": "2026-03-02 10:00:00",
            }
        )
        self.assertEqual(self.row(self.account), (2, 0, 1, 1))
        self.assertEqual(self.row(self.account, "last"), (2, 0, 0, 2))
        self.assertEqual(len(self._plan(month="2026-03-01").line_ids), 1)
        year = self.env["key.account.plan"].create(
            {
                "kind": "year",
                "key_account_id": self.account.id,
                "date_from": "2026-03-01",
            }
        )
        self.assertEqual(year.visits_so_far, 1)

    def test_who_sees_what(self):
        other = self._account("Other", "B", user=self.colleague)
        lost = self._account("Lost", "B")
        lost._write_kept(
            {"state": "lost", "lost_reason": "price", "lost_date": "2026-03-01"}
        )
        for user, accounts in (
            (self.specialist, self.account),
            (self.colleague, other),
            (self.manager, self.account | other),
            (self.other_manager, self.account.browse()),
        ):
            rows = self.rows(user)
            self.assertEqual(rows.key_account_id, accounts, user.name)
            self.assertEqual(len(rows), 3 * len(accounts))
        action = self.rows(self.specialist)[0].action_new_visit()
        self.assertEqual(action["res_model"], "key.account.visit")

    def test_as_the_rules_count(self):
        rng = random.Random(7)
        policy = self.env["key.account.policy"]._own_of(self.company)
        policy = policy.filtered(lambda policy: policy.grade == "B")
        account = self._account("Random", "B")
        for _number in range(24):
            policy.visits_per_month = rng.choice(_RATES)
            month = rng.randint(1, 2)
            visit = self.held(account, f"2026-0{month}-15 09:00:00")
            expected = visit_cycle.wanted(
                policy.visits_per_month, date(2026, 3, 1), date(2026, month, 15)
            )
            self.assertEqual(self.row(account)[0], expected, policy.visits_per_month)
            visit._write_kept({"state": "cancelled"})

    def test_one_query_for_all_rows(self):
        counts = []
        # What is kept in memory is read once.
        self.rows()
        for more in (0, 40):
            for number in range(more):
                self._account(f"More {number}", "C")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.rows(self.manager, ("period", "=", "this"))
            rows.mapped("missing")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
