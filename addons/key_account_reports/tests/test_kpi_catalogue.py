"""The catalogue, each figure worked out by hand: the third quarter of 2025."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import KeyAccountReportsCommon

NOW = "2025-10-10 06:00:00"


class CatalogueCase(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.Figure = cls.env["key.account.kpi.figure"]

    def measured(self, code, who=None, period="quarter", day=date(2025, 7, 1)):
        """(numerator, denominator, value) of a person or team (by default the
        specialist); None where it is n/a."""
        who = who or self.specialist
        kpi = self.kpis[code]
        span = self.company._key_account_period(period, day)
        users = who if who._name == "res.users" else self.env["res.users"]
        teams = who if who._name == "crm.team" else self.env["crm.team"]
        found = kpi._figures(self.company, span, users, teams)[kpi, who]
        value = None if found.value is None else round(found.value, 2)
        return (round(found.numerator, 2), found.denominator, value)

    def records(self, code, column="numerator", who=None):
        return self.kpis[code]._records(
            self.company, self.quarter, who or self.specialist, column
        )

    @classmethod
    def make_account(cls, name, opened, user=None, **vals):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        with freeze_time(f"{opened} 04:00:00"):
            return cls.env["key.account"].create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "team_id": cls.team.id,
                    "user_id": (user or cls.specialist).id,
                    **vals,
                }
            )


@tagged("post_install", "-at_install")
class TestKpiAccounts(CatalogueCase):
    """::

    loyal    customer since 2024, the specialist's
    lost     customer since 2024; lost on 08-12 (entered 08-20), the colleague's then
    sold     candidate of 2025-02; need known 07-20, first order signed 09-05
    fresh    opened 08-01, a prospect still
    quick    opened 07-10, signed 07-30, lost on 09-20
    later    candidate of 2025-03; need known in October
    golden   a candidate of today, of no quarter before
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = cls.make_account
        cls.loyal = make("Loyal", "2024-02-01", state="active")
        cls.lost = make("Lost", "2024-03-01", state="active")
        cls.sold = make("Sold", "2025-02-03")
        cls.later = make("Later", "2025-03-03")
        with freeze_time("2025-07-15 04:00:00"):
            cls.lost.user_id = cls.colleague
        with freeze_time("2025-07-20 04:00:00"):
            cls.sold._become_interested("Their need is confirmed")
        cls.fresh = make("Fresh", "2025-08-01")
        cls.quick = make("Quick", "2025-07-10")
        with freeze_time("2025-07-30 04:00:00"):
            cls.quick._set_won(date(2025, 7, 30))
            cls.quick.action_activate()
        with freeze_time("2025-08-20 04:00:00"):
            cls.lost.with_user(cls.manager).action_lose("Price", "2025-08-12")
        with freeze_time("2025-09-05 04:00:00"):
            cls.sold._set_won(date(2025, 9, 5))
            cls.sold.action_activate()
        with freeze_time("2025-09-20 04:00:00"):
            cls.quick.with_user(cls.manager).action_lose("Closed")
        with freeze_time("2025-10-02 04:00:00"):
            cls.later._become_interested("Their need is confirmed")
        # Accounts of other tests' company are none of this one's.
        cls.env.flush_all()

    def test_lost(self):
        self.assertEqual(self.measured("lost_accounts"), (1, None, 1))
        self.assertEqual(self.measured("lost_accounts", self.colleague), (1, None, 1))
        self.assertEqual(self.measured("lost_accounts", self.team), (2, None, 2))
        self.assertEqual(
            self.measured("lost_accounts", self.team, "month", date(2025, 8, 1)),
            (1, None, 1),
        )
        self.assertEqual(self.records("lost_accounts"), self.quick)

    def test_churn(self):
        """Two customers at the start, both the specialist's then; one of them lost,
        by the colleague. Who was won and lost within the quarter is in neither."""
        self.assertEqual(self.measured("churn_rate"), (0, 2, 0))
        self.assertEqual(self.measured("churn_rate", self.colleague), (1, 0, None))
        self.assertEqual(self.measured("churn_rate", self.team), (1, 2, 50))

    def test_new_accounts(self):
        self.assertEqual(self.measured("new_account_rate"), (2, 2, 100))
        self.assertEqual(
            self.records("new_account_rate", "denominator"), self.loyal | self.lost
        )
        with freeze_time("2025-10-08 04:00:00"):
            self.lost.with_user(self.manager).action_reopen()
            self.lost.action_activate()
        fourth = self.measured("new_account_rate", self.team, day=date(2025, 10, 1))
        self.assertEqual(fourth[0], 0, "who returns is no new one")

    def test_signed_for_the_first_time(self):
        self.make_target(4, user=self.specialist, kpi="development_plan_completion")
        self.assertEqual(self.measured("development_plan_completion"), (2, 4, 50))
        self.assertEqual(
            self.records("development_plan_completion"), self.sold | self.quick
        )

    def test_prospects(self):
        """At the start Sold and Later, new ones Fresh and Quick; two went further and
        both signed."""
        self.assertEqual(self.measured("interest_conversion"), (2, 4, 50))
        self.assertEqual(
            self.records("interest_conversion", "aside"), self.sold | self.quick
        )
        self.assertEqual(
            self.records("interest_conversion", "denominator"),
            self.sold | self.later | self.fresh | self.quick,
        )

    def test_nothing_there_is_not_applicable(self):
        nobody = self._user("ka_nobody", "key_account.group_specialist")
        for code in ("churn_rate", "new_account_rate", "interest_conversion"):
            self.assertEqual(self.measured(code, nobody), (0, 0, None), code)
        self.assertEqual(self.measured("lost_accounts", nobody), (0, None, 0))

    def test_as_many_queries_for_ten_times_as_many_accounts(self):
        codes = (
            *("churn_rate", "interest_conversion", "profile_completeness"),
            *("visit_frequency", "development_plan_completion"),
        )

        def cost():
            self.env.flush_all()
            found = []
            for code in codes:
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.measured(code)
                found.append(self.env.cr.sql_log_count - before)
            return found

        cost()
        few = cost()
        partners = self.env["res.partner"].create(
            [{"name": f"Many {index}", "is_company": True} for index in range(60)]
        )
        self.env["key.account"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                }
                for partner in partners
            ]
        )
        for more, less in zip(cost(), few, strict=True):
            self.assertLessEqual(more, less)

    def test_profile_by_the_end_of_the_period(self):
        """Of a running period, by what is known today; of one that is over, by what
        was known then."""
        accounts = self.loyal | self.sold | self.later | self.fresh
        # Rows are made when the transaction began, whatever the clock says.
        self.env["key.account"].search(
            [("company_id", "=", self.company.id)]
        )._fill_survey()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account_survey_answer SET create_date = '2025-09-01'"
            " WHERE key_account_id = ANY(%s)",
            [accounts.ids],
        )
        day = date(2025, 9, 30)
        given, asked = (
            sum(weights)
            for weights in zip(*accounts._weights_on(day).values(), strict=True)
        )
        self.assertTrue(asked)
        self.assertEqual(
            self.measured("profile_completeness")[:2], (given, asked), "none answered"
        )
        row = self.loyal.answer_ids.filtered(
            lambda answer: (
                answer.question_id.required and answer.answer_type in ("text", "char")
            )
        )[:1]
        row.write({"value_text": "Three plants"})
        self.env.flush_all()
        self.assertEqual(self.measured("profile_completeness")[0], given, "later")
        now = self.measured("profile_completeness", day=date(2025, 10, 1))
        self.assertEqual(now[0], given + row.question_id.weight)


@tagged("post_install", "-at_install")
class TestKpiVisits(CatalogueCase):
    def test_reviews_count_for_who_was_asked(self):
        in_time = self.hold_visit(
            self.make_visit("2025-08-13 02:00:00"), reported="2025-08-13 04:00:00"
        )
        late = self.hold_visit(
            self.make_visit("2025-08-14 02:00:00"), reported="2025-08-14 04:00:00"
        )
        self.hold_visit(
            self.make_visit("2025-08-15 02:00:00"), reported="2025-08-15 04:00:00"
        )
        scores = {
            "review_potential": 4,
            "review_standing": 3,
            "review_value": 5,
            "review_difficulty": 2,
        }
        with freeze_time("2025-08-14 02:00:00"):
            in_time.with_user(self.director).action_review(scores)
        with freeze_time("2025-09-30 02:00:00"):
            late.with_user(self.manager).action_review(scores)
        self.assertEqual(
            self.measured("review_timeliness", self.manager), (1, 3, 33.33)
        )
        self.assertEqual(self.measured("review_timeliness"), (0, 0, None))
        self.assertEqual(self.measured("review_timeliness", self.team)[:2], (1, 3))

    def test_revisits(self):
        other = self.make_account("Other", "2025-01-01")
        third = self.make_account("Third", "2025-01-01")
        for account, start, held in (
            (self.account, "2025-08-13 02:00:00", True),
            (self.account, "2025-08-20 02:00:00", True),
            (other, "2025-08-14 02:00:00", False),
        ):
            visit = self.make_visit(start, account=account, purpose="revisit")
            if held:
                self.hold_visit(visit)
        self.hold_visit(
            self.make_visit(
                "2025-08-21 02:00:00",
                account=third,
                entered="2025-08-21 06:00:00",
                purpose="revisit",
            ),
            held="2025-08-21 06:00:00",
        )
        self.hold_visit(self.make_visit("2025-08-26 02:00:00", account=other))
        self.assertEqual(self.measured("revisit_rate"), (1, 2, 50))
        self.assertEqual(self.records("revisit_rate"), self.account)
        self.assertEqual(self.records("revisit_rate", "aside"), third)

    def test_revisits_count_for_whose_they_were(self):
        """The last revisit that counts: not one that the customer called off, nor the
        team of another one."""
        later_team = self.env["crm.team"].create(
            {"name": "Later", "company_id": self.company.id, "is_key_account": True}
        )
        first = self.make_visit("2025-08-13 02:00:00", purpose="revisit")
        second = self.make_visit("2025-08-20 02:00:00", purpose="revisit")
        last = self.make_visit("2025-08-27 02:00:00", purpose="revisit")
        self.hold_visit(first)
        self.hold_visit(second)
        self.env.flush_all()
        for vals, visit in (
            ({"team_id": later_team.id}, first),
            ({"user_id": self.colleague.id}, second),
            ({"state": "cancelled", "cancelled_by_customer": True}, last),
        ):
            visit._set_kept(vals)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.measured("revisit_rate", self.colleague), (1, 1, 100))
        self.assertEqual(self.measured("revisit_rate", self.team)[:2], (1, 1))
        self.assertEqual(self.measured("revisit_rate", later_team)[:2], (0, 0))

    def test_frequency_from_when_they_came(self):
        """One visit a month: opened in September, one is enough."""
        policies = self.env["key.account.policy"]._by_grade(self.company)
        policies[self.company.id, "A"].visits_per_month = 1
        policies[self.company.id, False].visits_per_month = 0
        self.env.flush_all()
        new = self.make_account("New", "2025-09-03")
        with freeze_time("2025-09-03 05:00:00"):
            new._write_kept({"grade": "A"})
        self.hold_visit(self.make_visit("2025-09-10 02:00:00", account=new))
        self.assertEqual(self.measured("visit_frequency"), (1, 1, 100))

    def test_frequency_by_the_cycle(self):
        """Grade A asks for one visit a month: three in the quarter."""
        policies = self.env["key.account.policy"]._by_grade(self.company)
        policies[self.company.id, "A"].visits_per_month = 1
        policies[self.company.id, False].visits_per_month = 0
        self.env.flush_all()
        good = self.make_account("Good", "2025-01-01")
        rare = self.make_account("Rare", "2025-01-01")
        with freeze_time("2025-01-02 04:00:00"):
            (good | rare)._write_kept({"grade": "A"})
        for account, days in ((good, (9, 10, 11)), (rare, (14, 15))):
            for day in days:
                month = {9: 7, 10: 8, 11: 9, 14: 7, 15: 9}[day]
                self.hold_visit(
                    self.make_visit(
                        f"2025-{month:02}-{day:02} 02:00:00", account=account
                    )
                )
        self.assertEqual(self.measured("visit_frequency"), (1, 2, 50))
        self.assertEqual(self.records("visit_frequency"), good)
        july = self.measured("visit_frequency", period="month", day=date(2025, 7, 1))
        self.assertEqual(july, (2, 2, 100))


@tagged("post_install", "-at_install")
class TestKpiDeals(CatalogueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "off"
        cls.first, cls.second = cls.stages[:2]
        cls.won = cls.stages.filtered("is_won")[:1]

    def lead(self, name, created, **vals):
        with freeze_time(created):
            return self.env["crm.lead"].create(
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                    "company_id": self.company.id,
                    **vals,
                }
            )

    def at(self, moment, lead, **vals):
        with freeze_time(moment):
            lead.write(vals)
            self.env.flush_all()

    def test_won_and_lost(self):
        """Three won, one lost; one won and taken back is open; who sold it then."""
        won = [self.lead(f"Won {n}", "2025-07-02 02:00:00") for n in range(3)]
        for lead in won:
            self.at("2025-08-05 02:00:00", lead, stage_id=self.won.id)
        lost = self.lead("Lost", "2025-07-02 02:00:00")
        with freeze_time("2025-08-06 02:00:00"):
            lost.action_set_lost()
        open_ = self.lead("Open", "2025-07-02 02:00:00")
        self.at("2025-08-07 02:00:00", open_, stage_id=self.won.id)
        self.at("2025-08-08 02:00:00", open_, stage_id=self.first.id)
        won[0].user_id = self.colleague
        self.assertEqual(self.measured("win_rate"), (3, 4, 75))
        self.assertEqual(self.measured("win_rate", self.team), (3, 4, 75))
        self.assertEqual(self.records("win_rate"), self.env["crm.lead"].concat(*won))
        closed = self.records("win_rate", "denominator")
        self.assertEqual(closed, lost | self.env["crm.lead"].concat(*won))
        action = self.kpis["win_rate"]._action_records(closed, "Closed")
        listed = self.env["crm.lead"].with_context(**action["context"])
        self.assertEqual(listed.search(action["domain"]), closed, "also what is lost")

    def test_steps_in_time_count_for_whose_they_are(self):
        """The first step is the manager's, with two working days."""
        self.first.write(
            {"responsible_role": "manager", "time_limit": 2, "time_unit": "days"}
        )
        self.second.write({"responsible_role": "specialist", "time_limit": 0})
        prompt = self.lead("Prompt", "2025-08-04 01:00:00")
        late = self.lead("Late", "2025-08-04 01:00:00")
        self.lead("Running", "2025-08-04 01:00:00")
        self.lead("Not due", "2025-10-10 05:00:00")
        self.at("2025-08-05 01:00:00", prompt, stage_id=self.second.id)
        self.at("2025-10-02 01:00:00", late, stage_id=self.second.id)
        self.assertEqual(self.measured("stage_timeliness", self.manager), (1, 3, 33.33))
        self.assertEqual(self.measured("stage_timeliness"), (0, 0, None))
        self.assertEqual(
            self.measured("stage_timeliness", self.manager, day=date(2025, 10, 1)),
            (0, 0, None),
            "what was late counts when it was due",
        )

    def order(self, lead=None, **vals):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "opportunity_id": lead and lead.id,
                "order_line": [
                    Command.create({"product_id": self.pump.id, "product_uom_qty": 1})
                ],
                **vals,
            }
        )

    def sign(self, order, day, **vals):
        return self.env["key.account.signature"]._record(
            [
                {
                    "order_id": order.id,
                    "key_account_id": order.key_account_id.id,
                    "company_id": order.company_id.id,
                    "method": "portal",
                    "signed_by": "Ms Wang",
                    "signed_on": f"{day} 02:00:00",
                    "entered_by_id": self.specialist.id,
                    "fingerprint": "x",
                    "salesperson_id": self.specialist.id,
                    "team_id": self.team.id,
                    **vals,
                }
            ]
        )

    def test_cycle_is_the_median_of_days(self):
        """Ten, twenty and ninety days: twenty. Signed again it is the first time that
        counts."""
        for created, signed in (
            ("2025-07-31 02:00:00", "2025-08-10"),
            ("2025-07-21 02:00:00", "2025-08-10"),
            ("2025-06-01 02:00:00", "2025-08-30"),
        ):
            lead = self.lead("Deal", created)
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, date_conversion = NULL"
                " WHERE id = %s",
                [datetime.fromisoformat(created), lead.id],
            )
            order = self.order(lead)
            self.sign(order, signed)
            self.sign(order, "2025-09-29")
        self.assertEqual(self.measured("sales_cycle"), (0, None, 20))
        self.assertEqual(len(self.records("sales_cycle")), 3)
        self.assertEqual(self.measured("sales_cycle", self.colleague), (0, None, None))

    def test_conceded_is_what_was_recorded(self):
        """1000 − 920, and 2000 − 1900 as signed last; what was not valued is unknown,
        what was cancelled not sold."""
        values = {"is_valued": True, "net_value": 920, "reference_value": 1000}
        self.sign(self.order(), "2025-08-10", **values)
        again = self.order()
        self.sign(again, "2025-08-11", **values)
        self.sign(
            again,
            "2025-08-20",
            **{**values, "net_value": 1900, "reference_value": 2000},
        )
        self.sign(self.order(), "2025-08-12")
        cancelled = self.order()
        self.sign(cancelled, "2025-08-12", **values)
        cancelled._action_cancel()
        self.assertEqual(self.measured("margin_conceded"), (180, None, 180))
        self.assertEqual(
            self.measured("margin_conceded", self.colleague), (0, None, None)
        )
        self.assertEqual(len(self.records("margin_conceded")), 2)
        action = self.kpis["margin_conceded"]._action_records(
            self.records("margin_conceded"), "x"
        )
        self.assertEqual(action["context"]["group_by"], ["level_id"])

    def test_turnaround_is_the_median_of_recorded_hours(self):
        """The manager took 2, 4 and 12 working hours; one decision is from before
        hours were recorded."""
        order = self.order()
        for hours in (2.0, 4.0, 12.0, None):
            self.env["key.account.approval"]._record(
                [
                    {
                        "order_id": order.id,
                        "company_id": self.company.id,
                        "event": "approve",
                        "user_id": self.manager.id,
                        "team_id": self.team.id,
                        "date": "2025-08-15 02:00:00",
                        **({} if hours is None else {"working_hours": hours}),
                    }
                ]
            )
        self.assertEqual(
            self.measured("approval_turnaround", self.manager), (0, None, 4)
        )
        self.assertEqual(self.measured("approval_turnaround", self.team)[2], 4)
