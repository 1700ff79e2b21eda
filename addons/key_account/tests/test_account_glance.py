"""What the page of an account says at a glance: turnover, visits, what is open."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .common import KeyAccountCommon

NOW = "2026-11-20 08:00:00"
GLANCE = [
    *("turnover_year", "turnover_same", "turnover_last", "turnover_trend"),
    *("turnover_chart", "last_visit_id", "last_visit_on", "next_visit_id"),
    *("next_visit_on", "quotation_count", "open_complaint_count"),
    *("overdue_invoices", "overdue_listed", "people_glance"),
    *("next_step_ids", "next_step_count"),
]


class GlanceCommon(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journal, income, receivable = cls._make_books(cls.company)
        cls.journal, cls.income = journal, income
        cls.receivable = receivable

    @classmethod
    def _make_books(cls, company):
        journal = cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "KAG",
                "type": "sale",
                "company_id": company.id,
            }
        )
        accounts = cls.env["account.account"].create(
            [
                {
                    "name": kind,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [Command.set(company.ids)],
                }
                for kind, code in (("income", "KG400"), ("asset_receivable", "KG110"))
            ]
        )
        return journal, *accounts

    @classmethod
    def bill(
        cls,
        day,
        amount,
        partner=None,
        kind="out_invoice",
        post=True,
        due=None,
        term=None,
    ):
        partner = partner or cls.customer
        partner.commercial_partner_id.with_company(
            cls.company
        ).property_account_receivable_id = cls.receivable
        partner.with_company(
            cls.company
        ).property_account_receivable_id = cls.receivable
        move = cls.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "journal_id": cls.journal.id,
                "invoice_date": day,
                "invoice_date_due": due or day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Pumps",
                            "price_unit": amount,
                            "tax_ids": [],
                            "account_id": cls.income.id,
                        }
                    )
                ],
            }
        )
        move.invoice_payment_term_id = term or False
        move.invoice_date_due = due or day
        if post:
            move.action_post()
        return move

    @classmethod
    def other_account(cls, name, **vals):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        return cls.env["key.account"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
                **vals,
            }
        )

    @classmethod
    def visit(cls, days, state, account=None, **vals):
        """So many days from now."""
        start = fields.Datetime.now() + timedelta(days=days)
        visit = cls.env["key.account.visit"].create(
            {
                "key_account_id": (account or cls.account).id,
                "user_id": cls.specialist.id,
                "date_start": start,
                **vals,
            }
        )
        kept = {"state": state}
        if state not in ("planned", "confirmed", "cancelled"):
            kept["held_start"] = start
        visit._write_kept(kept)
        return visit

    def compute(self):
        self.env["key.account"]._cron_value_classes()


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTurnover(GlanceCommon):
    def figures(self, account=None):
        account = account or self.account
        names = ("turnover_year", "turnover_same", "turnover_last")
        return tuple(account[name] for name in names)

    def test_sales_receipts_are_sales(self):
        self.bill("2026-03-01", 500)
        self.bill("2026-03-02", 40, kind="out_receipt")
        self.bill("2026-03-03", 30, kind="out_refund")
        self.compute()
        self.assertEqual(self.account.turnover_year, 510)
        plan = self.env["key.account.plan"].create(
            {"kind": "year", "key_account_id": self.account.id}
        )
        self.assertEqual(plan.revenue_so_far, 510)

    def test_both_years_by_month(self):
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        for day, amount, others in (
            ("2025-01-31", 400, {}),
            ("2025-11-20", 100, {}),
            ("2025-11-21", 70, {}),
            ("2026-03-01", 500, {"partner": buyer}),
            ("2026-11-20", 250, {}),
            ("2026-11-20", 50, {"kind": "out_refund"}),
            ("2026-05-01", 9_000, {"post": False}),
            ("2026-05-01", 9_000, {"partner": self.plain_customer}),
            ("2024-12-31", 9_000, {}),
            ("2026-11-21", 9_000, {}),
        ):
            self.bill(day, amount, **others)
        self.compute()
        self.assertEqual(self.figures(), (700, 500, 570))
        self.assertAlmostEqual(self.account.turnover_trend, 40)
        months = self.account.turnover_months["months"]
        self.assertEqual(
            {number: amount for number, amount in enumerate(months) if amount},
            {0: 400, 10: 170, 14: 500, 22: 200},
        )
        chart = self.account.with_user(self.specialist).turnover_chart
        self.assertEqual([year["name"] for year in chart["years"]], ["2025", "2026"])
        self.assertEqual(chart["months"][0], "Jan")
        self.assertIn("500", chart["years"][1]["texts"][2])

    def test_fiscal_year_of_the_company(self):
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "3"})
        self.bill("2025-03-31", 900)
        self.bill("2025-04-01", 20)
        self.bill("2026-03-31", 30)
        self.bill("2026-04-01", 4)
        self.compute()
        self.assertEqual(self.figures(), (4, 20, 50))
        self.assertEqual(self.account.turnover_chart["months"][0], "Apr")

    def test_a_fiscal_year_that_begins_on_the_last_of_a_month(self):
        """It ends on 30 January: its months begin on the last of each, as its quarters
        do."""
        self.company.write({"fiscalyear_last_day": 30, "fiscalyear_last_month": "1"})
        for day, amount in (
            ("2026-01-31", 1),
            ("2026-02-27", 10),
            ("2026-02-28", 100),
            ("2026-03-30", 1000),
            ("2026-03-31", 10_000),
        ):
            self.bill(day, amount)
        self.compute()
        self.assertEqual(
            self.account.turnover_months["months"][12:15], [11, 1100, 10_000]
        )

    def test_nothing_invoiced(self):
        self.compute()
        self.assertEqual(self.figures(), (0, 0, 0))
        self.assertFalse(self.account.turnover_chart)

    def test_what_is_the_same_is_not_written_again(self):
        self.bill("2026-03-01", 500)
        version = "SELECT xmin FROM key_account WHERE id = %s"
        found = []
        for _time in range(2):
            self.account._keep_turnover()
            self.env.cr.execute(version, self.account.ids)
            found += self.env.cr.fetchone()
            self.env.cr.execute("SAVEPOINT again")
        self.assertEqual(*found)
        self.bill("2026-03-02", 1)
        self.account._keep_turnover()
        self.assertEqual(self.account.turnover_year, 501)

    def test_two_queries_however_many(self):
        accounts = self.account
        for number in range(9):
            accounts |= self.other_account(f"Customer {number}")
        for account in accounts:
            self.bill("2026-02-01", 10, partner=account.partner_id)
        self.env.flush_all()
        counted = []
        for some in (accounts[:1], accounts):
            self.env.invalidate_all()
            some._keep_turnover()
            before = self.env.cr.sql_log_count
            some._keep_turnover()
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counted)
        self.assertEqual(set(accounts.mapped("turnover_year")), {10})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAccountGlance(GlanceCommon):
    def seen(self, user=None):
        account = self.account.with_user(user or self.specialist)
        account.invalidate_recordset()
        return account

    def test_last_and_next_visit(self):
        self.assertFalse(self.seen().last_visit_id | self.seen().next_visit_id)
        self.visit(-200, "reviewed")
        last = self.visit(-20, "reported")
        self.visit(-5, "cancelled")
        self.visit(-3, "planned")
        following = self.visit(4, "confirmed")
        self.visit(30, "planned")
        seen = self.seen()
        self.assertEqual((seen.last_visit_id, seen.next_visit_id), (last, following))
        self.assertEqual(seen.last_visit_on, last.held_start)
        self.assertEqual(seen.next_visit_on, following.date_start)
        self.assertEqual(seen.action_view_last_visit()["res_id"], last.id)
        self.assertEqual(seen.action_view_next_visit()["res_id"], following.id)

    def test_complaints_counted_are_those_that_open(self):
        feedback = self.env["key.account.feedback"]
        made = feedback.create(
            [
                {"name": name, "kind": kind, "key_account_id": self.account.id}
                for name, kind in (
                    ("Leaks", "complaint"),
                    ("Late", "complaint"),
                    ("Weight?", "question"),
                )
            ]
        )
        seen = self.seen()
        self.assertEqual((seen.open_complaint_count, seen.open_feedback_count), (2, 3))
        action = seen.action_view_complaints()
        opened = feedback.with_user(self.specialist).search(action["domain"])
        self.assertEqual(opened, made[:2])

    def test_overdue_invoices_and_who_opens_them(self):
        self.assertFalse(self.seen().overdue_invoices)
        today = fields.Date.today()
        late = self.bill("2026-09-01", 500, due=today - timedelta(days=1))
        late.invoice_user_id = self.colleague
        self.bill("2026-09-01", 300, due=today)
        seen = self.seen()
        self.assertEqual(
            (seen.overdue_invoices, seen.overdue_listed), ("1 overdue", False)
        )
        late.invoice_user_id = self.specialist
        self.assertTrue(self.seen().overdue_listed)
        action = self.seen().action_view_overdue()
        moves = self.env["account.move"].with_user(self.specialist)
        self.assertEqual(moves.search(action["domain"]), late)
        self.specialist.group_ids |= self.env.ref("account.group_account_invoice")
        self.assertIn("500", self.seen().overdue_invoices)

    def test_an_instalment_is_overdue_not_the_whole_invoice(self):
        today = fields.Date.today()
        term = self.env["account.payment.term"].create(
            {
                "name": "A third at once, the rest in 60 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((30, 0), (70, 60))
                ],
            }
        )
        self.specialist.group_ids |= self.env.ref("account.group_account_invoice")
        bill = self.bill(today - timedelta(days=5), 1000, term=term)
        self.assertRegex(self.seen().overdue_invoices, "^1 overdue, .*300")
        action = self.seen().action_view_overdue()
        self.assertEqual(self.env["account.move"].search(action["domain"]), bill)
        self.bill(today + timedelta(days=1), 1000, term=term)
        self.assertRegex(self.seen().overdue_invoices, "^1 overdue, .*300")

    def test_people(self):
        self.assertFalse(self.seen().people_glance)
        day = fields.Date.today() + relativedelta(days=10)
        for number in range(6):
            person = self.env["res.partner"].create(
                {"name": f"Person {number}", "parent_id": self.customer.id}
            )
            stakeholder = self.env["key.account.stakeholder"].create(
                {
                    "key_account_id": self.account.id,
                    "partner_id": person.id,
                    "influence": "1" if number == 3 else "4",
                    "attitude": "opponent" if number == 0 else "champion",
                    "birthday": day - relativedelta(years=40) if number == 0 else False,
                }
            )
            if not number:
                first = stakeholder
        said = self.seen().people_glance
        self.assertIn(f'href="/odoo/key.account.stakeholder/{first.id}"', said)
        self.assertIn("11/30/2026", said)
        self.assertIn("text-bg-danger", said)
        self.assertNotIn("Person 3", said)

    def test_next_steps_are_those_of_the_list(self):
        seen = self.seen()
        action = seen.action_view_next_steps()
        lines = self.env["key.account.next.step.line"].with_user(self.specialist)
        listed = lines.search(action["domain"])
        self.assertTrue(listed)
        self.assertEqual(seen.next_step_count, len(listed))
        self.assertEqual(seen.next_step_ids, listed[:3])

    def test_read_for_many_it_costs_no_query_each(self):
        accounts = self.account
        for number in range(9):
            accounts |= self.other_account(f"Customer {number}")
        for account in accounts:
            self.visit(-9, "reported", account)
            self.visit(9, "planned", account)
            self.bill("2026-02-01", 10, partner=account.partner_id)
        # What rules and registry keep in memory is asked once.
        accounts.with_user(self.specialist).read(GLANCE)
        counted = []
        for some in (accounts[:1], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            some = some.with_user(self.specialist)
            before = self.env.cr.sql_log_count
            some.read(GLANCE)
            counted.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counted[1], counted[0])
