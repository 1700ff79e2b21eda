"""More figures worked out by hand, of what happens rarely."""

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from ..rules import kpi_grade
from .test_kpi_catalogue import CatalogueCase
from .test_kpi_sales import SalesCase
from .test_kpi_service import ServiceActs


@tagged("post_install", "-at_install")
class TestKpiHandWorked(ServiceActs, SalesCase, CatalogueCase):
    def bill(self, amount, day, refund=False, **vals):
        """An invoice, or a credit note, typed by hand and due at once."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund" if refund else "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": day,
                "invoice_date_due": day,
                "invoice_user_id": self.specialist.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pumps", "price_unit": amount, "tax_ids": False}
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        self.env.flush_all()
        return move

    def at(self, moment, method, *args):
        with freeze_time(moment):
            method(*args)
            self.env.flush_all()

    # ------------------------------------------------------------
    # ACCOUNTS
    # ------------------------------------------------------------

    def test_lost_twice_is_one_account_lost(self):
        """Lost in July, back in August, lost again in September: one of the accounts,
        as for the churn rate; of September's it is one as well."""
        account = self.make_account("Twice", "2024-03-01", state="active")
        managed = account.with_user(self.manager)
        self.at("2025-07-10 04:00:00", managed.action_lose, "Price")
        self.at("2025-08-01 04:00:00", managed.action_reopen)
        self.at("2025-08-01 05:00:00", account.action_activate)
        self.hand_over(account, self.colleague, "2025-08-15 04:00:00")
        self.at("2025-09-10 04:00:00", managed.action_lose, "Price")
        self.assertEqual(self.measured("churn_rate"), (1, 1, 100))
        self.assertEqual(self.measured("lost_accounts"), (1, None, 1))
        self.assertEqual(self.measured("lost_accounts", self.colleague)[0], 0)
        self.assertEqual(self.measured("lost_accounts", self.team), (1, None, 1))
        september = ("month", date(2025, 9, 1))
        for who, lost in ((self.specialist, 0), (self.colleague, 1)):
            self.assertEqual(self.measured("lost_accounts", who, *september)[0], lost)

    def test_the_last_day_of_february(self):
        """On 28 February 2028 the 28th of the year before counts, too; on that of 2029
        the 29th of the year before does not."""
        self.bill(300, "2027-02-28")
        self.bill(30, "2027-03-01")
        self.bill(200, "2028-02-28")
        self.bill(40, "2028-02-29")
        self.bill(50, "2029-02-28")
        for now, year, expected in (
            ("2028-02-28 06:00:00", 2028, (100, 300, 33.33)),
            ("2028-02-29 06:00:00", 2028, (60, 300, 20)),
            ("2028-03-01 06:00:00", 2028, (90, 330, 27.27)),
            ("2029-02-28 06:00:00", 2029, (150, 200, 75)),
            ("2029-03-01 06:00:00", 2029, (190, 240, 79.17)),
        ):
            with freeze_time(now):
                churn = self.measured("revenue_churn", None, "year", date(year, 2, 1))
            self.assertEqual(churn, expected, now)

    def test_lost_and_taken_up_again(self):
        """Lost in July, a candidate in August, a customer again in September: lost,
        not won; and of the next quarter's customers at the start."""
        account = self.make_account("Again", "2024-03-01", state="active")
        managed = account.with_user(self.manager)
        self.at("2025-07-10 04:00:00", managed.action_lose, "Price")
        self.at("2025-08-01 04:00:00", managed.action_reopen)
        self.at("2025-09-20 04:00:00", account.action_activate)
        self.assertEqual(self.measured("churn_rate"), (1, 1, 100))
        self.assertEqual(self.measured("new_account_rate"), (0, 1, 0))
        self.assertEqual(self.measured("development_plan_completion")[0], 0)
        fourth = self.measured("churn_rate", day=date(2025, 10, 1))
        self.assertEqual(fourth, (0, 1, 0))

    def test_on_trial_until_the_period_begins(self):
        """A customer half an hour after midnight in Shanghai, where July has begun, is
        July's; in UTC it is June still."""
        account = self.make_account("Border", "2025-03-05")
        self.at("2025-06-30 16:30:00", account.action_activate)
        self.assertEqual(self.measured("new_account_rate")[0], 1)
        second = self.measured("new_account_rate", day=date(2025, 4, 1))
        self.assertEqual(second[0], 0)

    def test_each_team_has_its_days(self):
        """One visit while the account was of one team, one when it was of another: two
        of the specialist's, one of each team's."""
        other = self.env["crm.team"].create(
            {"name": "Other", "company_id": self.company.id, "is_key_account": True}
        )
        account = self.make_account("Moved", "2025-03-05")
        days = ("2025-08-05 02:00:00", "2025-08-25 02:00:00")
        first, second = (self.make_visit(day, account=account) for day in days)
        self.hold_visit(first)
        self.at("2025-08-15 02:00:00", account.write, {"team_id": other.id})
        self.hold_visit(second)
        code = "visit_plan_completion"
        self.assertEqual(self.measured(code), (2, 2, 100))
        for team in (self.team, other):
            self.assertEqual(self.measured(code, team), (1, 1, 100))

    def test_visits_of_later_months_are_not_due_yet(self):
        """One visit a month: on 10 October the fourth quarter asks for October's."""
        policies = self.env["key.account.policy"]._by_grade(self.company)
        policies[self.company.id, "A"].visits_per_month = 1
        policies[self.company.id, False].visits_per_month = 0
        self.env.flush_all()
        good, rare = (self.make_account(n, "2025-09-01") for n in ("Good", "Rare"))
        self.at("2025-09-02 04:00:00", (good | rare)._write_kept, {"grade": "A"})
        self.hold_visit(self.make_visit("2025-10-05 02:00:00", account=good))
        running = {"day": date(2025, 10, 1)}
        self.assertEqual(self.measured("visit_frequency", **running), (1, 2, 50))
        with freeze_time("2025-11-03 06:00:00"):
            # November's is due in November.
            self.assertEqual(self.measured("visit_frequency", **running), (0, 2, 0))

    def test_a_quarter_has_three_months(self):
        """From 31 July to 30 October, where the year ends on 30 January: three visits
        are one a month, though 30 October follows a month after 30 September."""
        self.company.write({"fiscalyear_last_month": "1", "fiscalyear_last_day": 30})
        policies = self.env["key.account.policy"]._by_grade(self.company)
        policies[self.company.id, "A"].visits_per_month = 1
        policies[self.company.id, False].visits_per_month = 0
        self.env.flush_all()
        good = self.make_account("Good", "2025-07-01")
        self.at("2025-07-02 04:00:00", good._write_kept, {"grade": "A"})
        for day in ("2025-08-05", "2025-09-05", "2025-10-05"):
            self.hold_visit(self.make_visit(f"{day} 02:00:00", account=good))
        with freeze_time("2025-11-03 06:00:00"):
            found = self.measured("visit_frequency", day=date(2025, 10, 1))
        self.assertEqual(found, (1, 1, 100))

    def test_a_file_archived_by_mistake(self):
        """What was billed by hand before, meanwhile and afterwards: 100, 200, 400."""
        managed = self.account.with_user(self.manager)
        self.bill(100, "2025-07-10")
        self.at("2025-07-15 02:00:00", managed.action_archive)
        self.bill(200, "2025-08-10")
        self.assertEqual(self._achieved(), 300)
        self.at("2025-08-20 02:00:00", managed.action_unarchive)
        self.bill(400, "2025-09-10")
        self.assertEqual(self._achieved(), 700)
        self.customer.active = False
        self.assertEqual(self._achieved(), 700)

    # ------------------------------------------------------------
    # DEALS
    # ------------------------------------------------------------

    def test_won_stays_won_when_its_team_is_followed_no_more(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Won",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
            }
        )
        won = self.stages.filtered("is_won")[:1]
        first = self.stages[:1]
        self.at("2025-08-05 02:00:00", lead.write, {"stage_id": won.id})
        self.at("2025-09-05 02:00:00", self.team.write, {"is_key_account": False})
        self.assertEqual(self.measured("win_rate"), (1, 1, 100))
        self.at("2025-10-05 02:00:00", self.team.write, {"is_key_account": True})
        self.assertEqual(self.measured("win_rate"), (1, 1, 100))
        fourth = {"day": date(2025, 10, 1)}
        self.assertEqual(self.measured("win_rate", **fourth), (0, 0, None))
        # Taken back it is open; of the third quarter it stays what it was then.
        self.at("2025-10-06 02:00:00", lead.write, {"stage_id": first.id})
        self.assertEqual(self.measured("win_rate", **fourth), (0, 0, None))

    def test_merged_deals_began_with_the_first_of_them(self):
        """Begun on 1 July and merged on 20 August into one of 10 August, signed on the
        30th: 60 days, not 20."""
        leads = self.env["crm.lead"]
        for name, created in (("Old", "2025-07-01"), ("New", "2025-08-10")):
            with freeze_time(f"{created} 02:00:00"):
                leads |= self.env["crm.lead"].create(
                    {
                        "name": name,
                        "type": "opportunity",
                        "partner_id": self.customer.id,
                        "team_id": self.team.id,
                        "user_id": self.specialist.id,
                        "company_id": self.company.id,
                    }
                )
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, date_conversion = NULL"
                " WHERE id = %s",
                [f"{created} 02:00:00", leads[-1].id],
            )
        leads.invalidate_recordset()
        leads[1].stage_id = self.stages[1]
        with freeze_time("2025-08-20 02:00:00"):
            head = leads.with_user(self.manager).merge_opportunity()
            self.env.flush_all()
        self.assertEqual(head.name, "New")
        order = self._order(opportunity_id=head.id)
        self._sign(order, "2025-08-30 02:00:00", salesperson_id=self.specialist.id)
        self.env.flush_all()
        self.assertEqual(self.measured("sales_cycle"), (0, None, 60))

    def test_a_step_begins_anew_whenever_it_is_entered(self):
        """Two working days each time, as the definition says "from entry": what is
        given back is done once more, and counts as it is left at last. Late it stays
        late: the second step, left on the 14th, due on the 12th."""
        first, second = self.stages[:2]
        limit = {"time_limit": 2, "time_unit": "days", "responsible_role": "specialist"}
        (first | second).write(limit)
        with freeze_time("2025-08-04 01:00:00"):
            lead = self.env["crm.lead"].create(
                {
                    "name": "Given back",
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                    "company_id": self.company.id,
                }
            )
        for moment, stage, due in (
            ("2025-08-05 01:00:00", second, "2025-08-07 01:00:00"),
            ("2025-08-06 01:00:00", first, "2025-08-08 01:00:00"),
            ("2025-08-08 01:00:00", second, "2025-08-12 01:00:00"),
            ("2025-08-14 01:00:00", first, "2025-08-18 01:00:00"),
        ):
            self.at(moment, lead.write, {"stage_id": stage.id})
            self.assertEqual(str(lead.stage_deadline), due)
        self.at("2025-08-15 01:00:00", lead.action_set_lost)
        self.assertEqual(self.measured("stage_timeliness"), (1, 2, 50))

    # ------------------------------------------------------------
    # MONEY
    # ------------------------------------------------------------

    def test_what_is_reversed_is_taken_from_whom_it_was_given(self):
        """1,000 typed by hand in July, 300 of it reversed in August, when the account
        was the colleague's; 50 credited by hand then are theirs."""
        account = self.make_account("Handed on", "2025-01-02")
        theirs = {"partner_id": account.partner_id.id}
        invoice = self.bill(1000, "2025-07-15", **theirs)
        self.hand_over(account, self.colleague, "2025-08-01 02:00:00")
        credit = invoice._reverse_moves(
            [{"invoice_date": "2025-08-10", "date": "2025-08-10"}]
        )
        credit.invoice_line_ids.price_unit = 300
        credit.action_post()
        self.bill(50, "2025-08-11", refund=True, **theirs)
        self.env.flush_all()
        kpi = self.kpis["sales_plan_completion"]
        users = self.specialist | self.colleague
        found = kpi._figures(self.company, self.quarter, users, self.team)
        sold = [found[kpi, who].numerator for who in (*users, self.team)]
        self.assertEqual(sold, [700, -50, 650])

    def test_an_invoice_that_replaces_another(self):
        """1,000 of August are reversed in October and billed anew, by an accountant:
        it is sold by whoever sold it, not by who corrects it."""
        invoice = self._invoice()
        wizard = self.env["account.move.reversal"].with_user(self.accountant).sudo()
        wizard = wizard.with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id, "date": "2025-10-02"})
        anew = invoice.browse(wizard.modify_moves()["res_id"])
        anew.invoice_date = "2025-10-02"
        anew.action_post()
        who = (anew.invoice_user_id, anew.team_id)
        self.assertEqual(who, (self.specialist, self.team))
        self.env.flush_all()
        fourth = {"day": date(2025, 10, 1)}
        code = "sales_plan_completion"
        self.assertEqual(self.measured(code)[0], 1000)
        self.assertEqual(self.measured(code, **fourth)[0], 0)
        self.assertEqual(self.measured(code, self.accountant, **fourth)[0], 0)
        self.assertEqual(self.measured(code, self.team, **fourth)[0], 0)

    def test_credited_in_full_in_another_currency_nothing_is_due(self):
        """At 0.142 no amount comes to whole cents: still there is nothing to collect,
        which is no rate of 0 %."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2025-01-01",
                "rate": 0.142,
            }
        )
        for amount in (142, 71.3, 999.99):
            invoice = self.bill(amount, "2025-08-15", currency_id=euro.id)
            credit = self._credit(invoice, date="2025-08-20")
            lines = (invoice | credit).line_ids
            lines = lines.filtered(lambda li: li.display_type == "payment_term")
            lines.filtered(lambda li: not li.reconciled).reconcile()
            self.env.flush_all()
            self.assertEqual(self.measured("collection_rate"), (0, 0, None), amount)

    def test_instalments_credit_notes_and_advances(self):
        """300 of 1,000 at once and paid, 700 after 60 days; 750 of 1,000 after a
        credit note; 1,000 of 1,500 that came in."""
        term = self.env["account.payment.term"].create(
            {
                "name": "30 % at once",
                "line_ids": [
                    Command.clear(),
                    Command.create({"value_amount": 30, "nb_days": 0}),
                    Command.create({"value_amount": 70, "nb_days": 60}),
                ],
            }
        )
        parts = {"invoice_payment_term_id": term.id, "invoice_date_due": False}
        self._pay(self.bill(1000, "2025-08-15", **parts), amount=300)
        self.assertEqual(self.measured("collection_rate"), (300, 300, 100))
        fourth = {"day": date(2025, 10, 1)}
        self.assertEqual(self.measured("collection_rate", **fourth), (0, 700, 0))
        invoice = self.bill(1000, "2025-08-15")
        lines = (invoice | self.bill(250, "2025-08-20", refund=True)).line_ids
        lines.filtered(lambda li: li.display_type == "payment_term").reconcile()
        self._pay(invoice)
        self.assertEqual(self.measured("collection_rate"), (1050, 1050, 100))
        self._pay(self.bill(1000, "2025-08-15"), amount=1500)
        self.assertEqual(self.measured("collection_rate"), (2050, 2050, 100))

    def test_credited_after_the_period(self):
        """1,000 due in August, of which 600 came in September, and 400 were credited in
        October: for August nothing, for the quarter 600 of 1,000, for the year 600 of
        600."""
        invoice = self.bill(1000, "2025-08-15")
        self._pay(invoice, amount=600, date="2025-09-10")
        lines = (invoice | self.bill(400, "2025-10-05", refund=True)).line_ids
        lines.filtered(lambda li: li.display_type == "payment_term").reconcile()
        self.env.flush_all()
        rate = "collection_rate"
        august = self.measured(rate, period="month", day=date(2025, 8, 1))
        self.assertEqual(august, (0, 1000, 0))
        self.assertEqual(self.measured(rate), (600, 1000, 60))
        self.assertEqual(self.measured(rate, period="year"), (600, 600, 100))

    def test_an_advance_that_was_paid_back(self):
        """300 came in August, and were paid back in October."""
        self.company.key_account_sales_basis = "collected"
        invoice = self.bill(300, "2025-08-15")
        self._pay(invoice, date="2025-08-20")
        self._pay(self._credit(invoice, date="2025-10-02"), date="2025-10-03")
        self.env.flush_all()
        code = "sales_plan_completion"
        self.assertEqual(self.measured(code)[0], 300)
        self.assertEqual(self.measured(code, day=date(2025, 10, 1))[0], -300)

    def test_a_score_is_shown_as_it_is_graded(self):
        """1,689 of 2,000 are 84.45 points, graded as 84.5: as nothing else it is
        shown."""
        self.bill(1689, "2025-07-10")
        self.assertEqual(self._achieved(), 1689)
        self.assertEqual(self.sheet.score_display, "84.5")
        self.assertEqual(kpi_grade.graded_score(self.sheet._weighted_score()), 84.5)

    def test_a_score_is_rounded_once(self):
        """799,460 of 1,000,000 are 79.946 %: 79.9 points, which is below 80."""
        plan = self.env["key.account.kpi.target"].search(
            [("user_id", "=", self.specialist.id)]
        )
        plan.value = 1_000_000
        self.bill(799_460, "2025-07-10")
        others = self.sheet.line_ids.filtered(lambda li: li.kpi_id.kind != "plan")
        others.with_user(self.director).unlink()
        sheet = self.sheet.with_user(self.director)
        sheet.action_start_self_assessment()
        sheet.action_appraise()
        sheet.action_confirm()
        self.assertEqual(sheet.score_display, "79.9")
        self.assertEqual(sheet.kept_score, 79.9)
        self.assertEqual(sheet.grade_name, "Needs improvement")
        self.assertEqual(sheet.outcome_ids.mapped("kind"), ["training"])
        self.assertEqual(self.line(sheet, "sales_plan_completion").value, 79.946)

    def test_rounded_to_be_paid_in_cash(self):
        """100.40 are rounded to 100.00: that is what is due, and received; so with the
        tax of 10 % that 60.40 bear besides, 66.44, of which the tax takes the rest."""
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Whole ones",
                "rounding": 1.0,
                "rounding_method": "HALF-UP",
                "profit_account_id": self._account("income").id,
                "loss_account_id": self._account("expense").id,
            }
        )
        cash = {"invoice_cash_rounding_id": rounding.id}
        invoice = self.bill(100.4, "2025-07-10", **cash)
        self.assertEqual(invoice.amount_total, 100)
        self.assertEqual(self.measured("collection_rate"), (0, 100, 0))
        self._pay(invoice, date="2025-07-15")
        self.assertEqual(self.measured("collection_rate"), (100, 100, 100))
        rounding.strategy = "biggest_tax"
        lines = [
            Command.create(
                {"name": "Pump", "price_unit": 60.4, "tax_ids": self.tax.ids}
            )
        ]
        invoice = self.bill(1, "2025-07-11", invoice_line_ids=lines, **cash)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (60.4, 66))
        self.assertEqual(self.measured("collection_rate")[:2], (100, 166))

    def test_what_took_no_time_is_among_the_records(self):
        """Decided at once, and after 4 hours: 2 hours in the middle, of two decisions;
        when the sheet was confirmed as well."""
        order = self._order()
        approvals = self.env["key.account.approval"]._record(
            [
                {
                    "order_id": order.id,
                    "company_id": self.company.id,
                    "event": "approve",
                    "user_id": self.manager.id,
                    "team_id": self.team.id,
                    "date": f"2025-08-0{day} 02:00:00",
                    "working_hours": hours,
                }
                for day, hours in ((1, 0.0), (2, 4.0))
            ]
        )
        code = "approval_turnaround"
        lines = [Command.create({"kpi_id": self.kpis[code].id, "weight": 10})]
        sheet = self.make_sheet(user=self.manager, line_ids=lines)
        line = self.line(sheet, code)
        self.assertEqual((line.value, line.n), (2, 2))
        self.assertEqual(line._behind("numerator"), approvals)
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet.with_user(self.director), f"action_{step}")()
        self.assertEqual((line.value, line.n), (2, 2))
        self.assertEqual(line._behind("numerator"), approvals)

    def test_the_quarter_is_the_company_s(self):
        """In Shanghai 2026 has begun; who is in New York opens its first
        quarter, too."""
        self.director.tz = "America/New_York"
        with freeze_time("2025-12-31 20:00:00"):
            for model in (
                "key.account.kpi.sheet",
                "key.account.kpi.target",
                "key.account.kpi.open.sheets",
            ):
                records = self.env[model].with_user(self.director)
                day = records.with_context(tz=self.director.tz).default_get(["date"])
                self.assertEqual(str(day["date"]), "2026-01-01", model)

    def test_without_a_calendar_days_and_periods_have_one_clock(self):
        """On 30 September at 20:00 UTC, which is October in Shanghai: without a
        calendar that says so it is September by day and by moment, wherever the
        company has its address."""
        self.company.partner_id.tz = "Asia/Shanghai"
        self.company.resource_calendar_id = False
        border = "2025-09-30 20:00:00"
        won = self.make_account("Border", "2025-03-05")
        self.at(border, won.action_activate)
        self.hold_visit(self.make_visit(border))
        with freeze_time(border):
            self.assertEqual(str(self.company._key_account_today()), "2025-09-30")
        fourth = {"day": date(2025, 10, 1)}
        for code in ("new_account_rate", "visit_plan_completion"):
            self.assertEqual(self.measured(code)[0], 1, code)
            self.assertEqual(self.measured(code, **fourth)[0], 0, code)

    def reviewed(self, visit, moment, user):
        scores = dict.fromkeys(("potential", "standing", "value", "difficulty"), 3)
        vals = {f"review_{name}": number for name, number in scores.items()}
        self.at(moment, visit.with_user(user).action_review, vals)

    def test_whoever_manages_now_is_asked_for_the_review(self):
        """Two working days for a review. The leader changes on Thursday, 14 August:
        the report of the Monday was overdue by then, that of the Wednesday was not."""
        self.company.key_account_review_days = 2
        late, early = (
            self.hold_visit(
                self.make_visit(f"2025-08-{day} 01:00:00"),
                reported=f"2025-08-{day} 02:30:00",
            )
            for day in (11, 13)
        )
        self.assertEqual((late | early).review_asked_id, self.manager)
        change = {
            "user_id": self.other_manager.id,
            "key_account_manager_ids": [Command.set(self.other_manager.ids)],
        }
        self.at("2025-08-14 02:00:00", self.team.write, change)
        self.assertEqual(late.review_asked_id, self.manager)
        self.assertEqual(early.review_asked_id, self.other_manager)
        for visit in late | early:
            task = visit.activity_ids.filtered(
                lambda each: "review" in (each.activity_type_id.name or "").lower()
            )
            self.assertEqual(task.user_id, self.other_manager)
        for visit in late | early:
            self.reviewed(visit, "2025-08-14 06:00:00", self.other_manager)
        code = "review_timeliness"
        self.assertEqual(self.measured(code, self.manager), (0, 1, 0))
        self.assertEqual(self.measured(code, self.other_manager), (1, 1, 100))
        self.assertEqual(self.measured(code, self.team), (1, 2, 50))

    def test_whoever_leaves_is_not_measured_by_a_review_that_waits(self):
        """Archived, or the account given to a team of others, before it was due."""
        other = self.env["crm.team"].create(
            {
                "name": "Other",
                "company_id": self.company.id,
                "is_key_account": True,
                "user_id": self.other_manager.id,
            }
        )
        one = self.make_account("One", "2025-03-05")
        first, second = (
            self.hold_visit(
                self.make_visit("2025-08-13 01:00:00", account=account),
                reported="2025-08-13 02:30:00",
            )
            for account in (one, self.account)
        )
        self.assertEqual((first | second).review_asked_id, self.manager)
        self.at("2025-08-13 04:00:00", one.write, {"team_id": other.id})
        self.assertEqual(first.review_asked_id, self.other_manager)
        self.assertEqual(second.review_asked_id, self.manager)
        self.at("2025-08-13 05:00:00", self.manager.write, {"active": False})
        self.assertIn(second.review_asked_id, self.director | self.general_manager)
        self.assertEqual(self.measured("review_timeliness", self.manager)[1], 0)
