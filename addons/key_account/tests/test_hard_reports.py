"""Ten reports that do not go by the book, and what their people see."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_visit import SCORES, VisitCommon

# A Wednesday; the company works from 8 to 12 and from 13 to 17, in UTC.
NOON = datetime(2030, 5, 8, 12)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestHardReports(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOON))
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "40 hours", "tz": "UTC", "company_id": cls.company.id}
        )

    def ahead(self, start, **vals):
        """Planned a week before."""
        with freeze_time(start - 7 * DAY):
            return self.plan(date_start=start, date_end=start + HOUR, **vals)

    def written(self, visit, user=None, **vals):
        """As in the short form on a telephone."""
        visit = visit.with_user(user or self.specialist)
        visit.write({"summary": "<p>They need 50 pumps.</p>", "outcome": "achieved"})
        visit.write(vals)
        visit.action_submit_report()
        return visit

    def test_late(self):
        """The report comes a week after: it is taken, and shows as late."""
        visit = self.ahead(NOON - 7 * DAY)
        with freeze_time(NOON - 7 * DAY + HOUR):
            visit.action_confirm()
            visit.action_hold()
        self.assertTrue(visit.is_overdue)
        self.written(visit)
        self.assertEqual(visit.state, "reported")
        self.assertFalse(visit.report_in_time)
        late = self.env["key.account.visit"].search(
            [
                ("state", "in", ("reported", "reviewed")),
                ("report_in_time", "=", False),
            ]
        )
        self.assertIn(visit, late)

    def test_without_a_plan(self):
        """Met by chance this morning, entered at noon: in time, and not of the plan."""
        visit = self.plan(date_start=NOON - 2 * HOUR)
        visit.action_confirm()
        visit.action_hold()
        self.written(visit)
        self.assertTrue(visit.unplanned and visit.report_in_time)
        self.assertFalse(visit.preparation_ids, "nothing is prepared afterwards")

    def test_two_opportunities(self):
        """One talk about two deals: the report counts for both, and stays with them."""
        other = self.lead.copy({"name": "Valves 2027"})
        visit = self.ahead(
            NOON - 2 * HOUR, opportunity_ids=[Command.set((self.lead | other).ids)]
        )
        visit.action_confirm()
        visit.action_hold()
        line = self.env["key.account.requirement"].create(
            {"visit_id": visit.id, "name": "Stainless", "opportunity_id": other.id}
        )
        self.written(visit)
        self.assertEqual(visit.reported_opportunity_ids, self.lead | other)
        self.assertEqual(line.opportunity_id, other)
        self.assertFalse(
            self.env["key.account.requirement"]
            .create({"visit_id": visit.id, "name": "Which deal?"})
            .opportunity_id,
            "of two the user says which",
        )

    def test_the_address_in_one_line(self):
        """Without what nobody has filled in, and without the name beside it."""
        self.account.partner_id.write(
            {
                "street": False,
                "city": "Ningbo",
                "zip": False,
                "country_id": self.env.ref("base.cn").id,
            }
        )
        whole = self.account.partner_id.contact_address_inline
        self.assertIn(", ,", whole, "Odoo's own has the empty part")
        self.assertEqual(self.account.partner_address, "China, Ningbo")
        self.assertEqual(self.ahead(NOON).place, "China, Ningbo")
        self.account.partner_id.write({"street": "66 Fenghua Rd, Gate 3", "zip": "2"})
        self.assertEqual(
            self.account.partner_address, "China, 2, Ningbo 66 Fenghua Rd, Gate 3"
        )

    def test_the_customer_visits_us(self):
        """A reception has its checklist; held, only what comes after is still to do."""
        visit = self.ahead(NOON - 2 * HOUR, method="reception")
        self.assertIn("host", visit.preparation_ids.mapped("role"))
        self.assertFalse(visit.place, "our place is not the customer's address")
        visit.action_confirm()
        visit.action_hold()
        self.written(visit)
        late = visit.preparation_ids.filtered("is_late")
        self.assertEqual(set(late.mapped("moment")) - {"after"}, set())

    def test_cancelled_at_the_door(self):
        """Checked in, and sent away: cancelled by the customer, with who said so."""
        visit = self.ahead(NOON - HOUR / 2)
        visit.action_confirm()
        visit.action_check_in()
        event = visit.calendar_event_id
        visit.with_user(self.specialist).action_cancel("Nobody there", True)
        self.assertEqual(visit.state, "cancelled")
        self.assertTrue(visit.cancelled_by_customer)
        self.assertEqual(visit.cancelled_by_id, self.specialist)
        self.assertFalse(event.exists())
        with self.assertRaisesRegex(UserError, "Cancelled"):
            visit.action_report()
        with Form(visit.with_user(self.specialist)) as form:
            self.assertEqual(form.cancel_reason, "Nobody there")

    def test_entered_by_support_for_a_colleague(self):
        """Support types what the specialist tells by telephone: who and when stand."""
        visit = self.plan(
            user=self.support, user_id=self.specialist.id, date_start=NOON - 3 * HOUR
        )
        visit.with_user(self.support).action_confirm()
        visit.with_user(self.support).action_hold()
        self.written(visit, user=self.support)
        self.assertEqual(visit.user_id, self.specialist)
        self.assertEqual(visit.reported_by_id, self.support)
        self.assertNotIn(self.support, visit._reviewers()[visit])
        self.assertIn(self.manager, visit._reviewers()[visit])

    def test_two_visits_one_day(self):
        """Morning and afternoon at one customer: each its report; the second takes over
        from the first."""
        first, second = self.ahead(NOON - 4 * HOUR), self.ahead(NOON - 2 * HOUR)
        for visit in (first, second):
            visit.action_confirm()
            visit.action_hold()
        self.written(first, competitors="Northern Pumps")
        second.invalidate_recordset()
        self.assertEqual(second.previous_visit_id, first)
        second.with_user(self.specialist).action_copy_forward()
        self.assertEqual(second.competitors, "Northern Pumps")
        self.written(second)
        self.assertEqual((first | second).mapped("state"), ["reported"] * 2)

    def test_over_midnight(self):
        """A dinner that ends the next morning: one visit, due from its end."""
        start = datetime(2030, 5, 7, 21)
        visit = self.ahead(start)
        with freeze_time(start):
            visit.action_confirm()
            visit.action_check_in()
        with freeze_time(start + 4 * HOUR):
            visit.action_hold()
        self.assertEqual(visit.held_end, datetime(2030, 5, 8, 1))
        # Eight working hours from Wednesday's opening.
        self.assertEqual(visit.report_deadline, datetime(2030, 5, 8, 17))
        self.written(visit)
        self.assertTrue(visit.report_in_time)

    def test_held_before_the_planned_day(self):
        """They could see us earlier: moved to today first, the original date is
        kept."""
        visit = self.plan(date_start=NOON + 2 * DAY)
        visit.action_confirm()
        with self.assertRaisesRegex(UserError, "Move the visit"):
            visit.action_hold()
        visit.with_user(self.specialist).date_start = NOON - HOUR
        visit.action_hold()
        self.written(visit)
        self.assertEqual(visit.date_original, NOON + 2 * DAY)
        self.assertEqual(visit.calendar_event_id.start, NOON - HOUR)

    def test_returned_twice(self):
        """Twice incomplete: the last words of the manager are shown, each due anew."""
        visit = self.ahead(NOON - 2 * HOUR)
        visit.action_confirm()
        visit.action_hold()
        self.written(visit)
        for turn, words in enumerate(("Whom did you meet?", "And the price?"), 1):
            now = NOON + turn * HOUR
            with freeze_time(now):
                visit.with_user(self.manager).action_return(words)
                self.assertEqual(visit.return_comment, words)
                self.assertEqual(visit.returned_on, now)
                self.assertGreater(visit.report_deadline, now)
                answer = {"next_step": f"Answer {turn}", "next_date": "2030-06-03"}
                self.written(visit, **answer)
        self.assertEqual(visit.next_step, "Answer 2")
        self.assertEqual(visit.next_activity_id.summary, "Answer 2")
        with freeze_time(NOON + 3 * HOUR):
            visit.with_user(self.manager).action_review(SCORES)
        self.assertEqual(visit.state, "reviewed")
        self.assertTrue(visit.report_in_time)

    def test_changed_after_it_was_handed_in(self):
        """Another next step, a later day, a promise more: whoever sees to it is asked
        for what the report says now, and for nothing twice."""
        visit = self.ahead(NOON - 2 * HOUR)
        visit.action_confirm()
        visit.action_hold()
        visit.commitment_ids = [
            Command.create({"name": "Drawings"}),
            Command.create({"name": "Price list"}),
        ]
        day = (NOON + 5 * DAY).date()
        self.written(visit, next_step="Offer", next_date=day)
        drawings, prices = visit.commitment_ids.sorted("id")
        prices.action_done()
        author = visit.with_user(self.specialist)
        author.next_date = day + DAY
        author.commitment_ids.sorted("id")[0].name = "Drawings of line 2"
        author.commitment_ids = [Command.create({"name": "Samples"})]

        def asked():
            found = visit.activity_ids.filtered(
                lambda each: (
                    each.activity_type_id
                    == self.env.ref("key_account.mail_activity_follow_up")
                )
            )
            return sorted(found.mapped("summary"))

        promised = ["We promised: Drawings of line 2", "We promised: Samples"]
        self.assertEqual(asked(), ["Offer", *promised])
        self.assertEqual(visit.next_activity_id.date_deadline, day + DAY)
        visit.with_user(self.manager).action_return("And the price?")
        author.next_step = False
        self.assertEqual(asked(), promised)
        self.written(visit)
        self.assertEqual(asked(), promised)
        self.assertTrue(drawings.activity_id)
