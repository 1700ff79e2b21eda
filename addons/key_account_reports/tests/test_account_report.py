from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import tagged

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
@freeze_time("2025-10-10 06:00:00")
class TestAccountReport(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["key.account.account.report"]
        cls.industry = cls.env["res.partner.industry"].create({"name": "Pumps"})
        cls.customer.industry_id = cls.industry
        cls.other = cls._account("Alps", cls.colleague)
        cls.third = cls._account("Borealis", cls.specialist)
        cls.accounts = cls.account | cls.other | cls.third
        cls.account._set_kept(
            {
                "value_revenue": 300.0,
                "value_revenue_before": 200.0,
                "categories_bought": 1,
                "categories_sold": 4,
                "won_date": "2024-02-01",
            }
        )
        cls.third._set_kept(
            {
                "value_revenue": 500.0,
                "categories_bought": 3,
                "categories_sold": 4,
                "won_date": "2023-02-01",
                "lost_date": "2025-02-01",
            }
        )
        cls.hold_visit(cls.make_visit("2025-08-13 02:00:00"))
        cls.hold_visit(cls.make_visit("2025-08-20 02:00:00"))
        with freeze_time("2024-06-03 00:00:00"):
            cls.hold_visit(
                cls.make_visit("2024-06-05 02:00:00", entered="2024-06-03 00:00:00")
            )
        cls.env.flush_all()

    @classmethod
    def _account(cls, name, user):
        customer = cls.env["res.partner"].create({"name": name, "is_company": True})
        return cls.env["key.account"].create(
            {
                "partner_id": customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": user.id,
            }
        )

    def _row(self, account):
        return self.Report.search([("key_account_id", "=", account.id)])

    def test_a_row_per_account(self):
        row = self._row(self.account)
        self.assertEqual(
            (row.amount, row.amount_before, row.growth, row.visits, row.signed),
            (300.0, 200.0, 50.0, 2, 1),
        )
        self.assertEqual((row.white_space, row.lost), (75.0, 0))
        self.assertEqual(row.industry_id, self.industry)
        row = self._row(self.other)
        self.assertEqual((row.accounts, row.visits, row.signed), (1, 0, 0))
        self.assertFalse(row.growth)

    def test_visits_of_a_file_that_was_merged(self):
        self.account.sudo()._merge_into(self.other)
        self.env.flush_all()
        self.Report.invalidate_model()
        self.assertEqual(self._row(self.other).visits, 2)

    def test_rates_of_a_group_are_sum_by_sum(self):
        """Growth leaves out who ordered nothing before; one of three was never a
        customer, and of the two that were one is lost."""
        [figures] = self.Report._read_group(
            [("key_account_id", "in", self.accounts.ids)],
            [],
            [
                *("growth:avg", "white_space:avg", "conversion:avg", "churn:avg"),
                *("frequency:avg", "accounts:sum", "amount:sum"),
            ],
        )
        found = tuple(map(float, figures))
        for value, expected in zip(
            found, (50.0, 50.0, 200 / 3, 50.0, 2 / 3, 3, 800.0), strict=True
        ):
            self.assertAlmostEqual(value, expected)

    def test_amounts_of_two_currencies_do_not_meet_unconverted(self):
        """In CNY 300 after 200; abroad, where one CNY is 0.125 EUR, 100 after 50 EUR,
        which are 800 and 400 CNY: 1,100 in all, and grown by (100 + 400) ÷ 600. Read
        from abroad: 37.5 + 100 EUR. Without a rate only each by itself is known."""
        euro, yuan = self.env.ref("base.EUR"), self.env.ref("base.CNY")
        euro.active = True
        self.company.currency_id = yuan
        self.other_company.currency_id = euro
        partner = self.env["res.partner"].create({"name": "GmbH", "is_company": True})
        abroad = self.env["key.account"].create(
            {"partner_id": partner.id, "company_id": self.other_company.id}
        )
        abroad._set_kept({"value_revenue": 100.0, "value_revenue_before": 50.0})
        self.env["res.currency.rate"].search([]).unlink()
        self.director.company_ids |= self.other_company
        rows = Domain("key_account_id", "in", (self.account | abroad).ids)

        def read(here, groupby=()):
            self.env.flush_all()
            there = here + (self.company + self.other_company - here)
            reports = self.Report.with_user(self.director)
            return reports.with_context(allowed_company_ids=there.ids)._read_group(
                rows, groupby, ["amount:sum_currency", "growth:avg"]
            )

        # Nothing, and no zero.
        self.assertEqual([*map(type, *read(self.company))], [bool, bool])
        by_company = {
            company: growth
            for company, _amount, growth in read(self.company, ["company_id"])
        }
        self.assertEqual(by_company, {self.company: 50, self.other_company: 100})
        for company, currency, rate in (
            (self.company, euro, 0.125),
            (self.other_company, yuan, 8.0),
        ):
            self.env["res.currency.rate"].create(
                {
                    "name": "2025-01-01",
                    "company_id": company.id,
                    "currency_id": currency.id,
                    "rate": rate,
                }
            )
        for here, amount in ((self.company, 1100), (self.other_company, 137.5)):
            [(found, growth)] = read(here)
            self.assertAlmostEqual(float(found), amount)
            self.assertAlmostEqual(float(growth), 500 / 6)

    def test_who_returns_has_been_a_customer(self):
        """Lost, and a candidate again: still one of the customers there ever were, and
        not lost today."""
        account = self.other.with_user(self.manager)
        for state, seen in (
            ("active", (1, 0)),
            ("lost", (1, 1)),
            ("candidate", (1, 0)),
        ):
            lost = {"lost_reason": "price", "lost_date": "2025-10-09"}
            account._write_kept({"state": state, **(lost if state == "lost" else {})})
            self.env.flush_all()
            self.Report.invalidate_model()
            row = self._row(self.other)
            self.assertEqual((row.signed, row.lost), seen, state)
        self.assertFalse(self.other.won_date)

    def test_complaints_of_twelve_months(self):
        feedback = self.env["key.account.feedback"].with_user(self.specialist)
        vals = {"key_account_id": self.account.id, "kind": "complaint"}
        feedback.create({**vals, "name": "Leaks"})
        feedback.create({**vals, "name": "Thanks", "kind": "opinion"})
        with freeze_time("2024-09-01 06:00:00"):
            feedback.create({**vals, "name": "Long ago"})
        self.env.flush_all()
        row = self._row(self.account)
        self.assertEqual((row.complaints, row.complaints_open), (1, 2))

    def test_size_by_the_profile(self):
        question = self.env.ref("key_account.question_employees")
        answer = self.account.answer_ids.filtered(lambda a: a.question_id == question)
        for number, size in ((19, "micro"), (20, "small"), (999, "medium")):
            answer.value_number = number
            self.env.flush_all()
            self.Report.invalidate_model()
            self.assertEqual(self._row(self.account).size, size)
        self.assertFalse(self._row(self.other).size)

    def test_who_reads_it(self):
        for role, may in (
            *(("specialist", True), ("manager", True), ("support", True)),
            *(("director", True), ("colleague", False), ("other_manager", False)),
            *(("appraiser", False), ("outsider", False)),
        ):
            with self.subTest(role):
                user = getattr(self, role)
                row = self._row(self.account).with_user(user)
                self.assertEqual(row.has_access("read"), may)

    def test_queries_do_not_grow_with_accounts(self):
        groups = (["team_id", "grade"], ["amount:sum", "growth:avg", "churn:avg"])
        counts = []
        for more in (0, 20):
            for number in range(more):
                self._account(f"More {number}", self.specialist)
            self.env.flush_all()
            self.env.invalidate_all()
            report = self.Report.with_user(self.manager)
            report.formatted_read_group([], *groups)
            before = self.env.cr.sql_log_count
            report.formatted_read_group([], *groups)
            report.search_read([], ["key_account_id", "amount", "white_space"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
