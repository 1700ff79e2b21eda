"""A step that is handed on while it runs: the log says when, and whom it counts for."""

from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .stage_common import StageCommon

# Monday; the first step has two working days.
ENTERED = "2025-10-13 09:00:00"
EARLY, LATE, LEFT = (
    "2025-10-14 09:00:00",
    "2025-10-16 09:00:00",
    "2025-10-17 09:00:00",
)


class HandOnCase(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "off"
        cls.company.resource_calendar_id.tz = "UTC"
        cls.first.write(
            {"responsible_role": "specialist", "time_limit": 2, "time_unit": "days"}
        )
        with freeze_time(ENTERED):
            cls.lead = cls.make_lead(name="Given")

    def at(self, moment, records, **vals):
        with freeze_time(moment):
            records.write(vals)
            self.env.flush_all()

    def handed(self, lead=None):
        return self.log(lead or self.lead, event="hand_on")

    def left(self, lead=None):
        return self.log(lead or self.lead, event="leave")


@tagged("post_install", "-at_install")
class TestStageHandOn(HandOnCase):
    def test_the_log_says_whose_it_became(self):
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        event = self.handed()
        self.assertEqual(event.how, "hand_on")
        self.assertEqual(
            (event.former_id, event.credited_id), (self.specialist, self.colleague)
        )
        self.assertEqual(event.responsible_id, self.colleague)
        self.assertEqual(event.date, datetime.fromisoformat(EARLY))
        self.assertEqual(event.entered_on, datetime.fromisoformat(ENTERED))
        self.assertEqual(event.stage_id, self.first)
        self.assertFalse(event.in_time)
        self.assertEqual(self.lead.stage_entered_on, event.entered_on, "goes on")
        [told] = self.env["key.account.timeline"].search(
            [("key_account_id", "=", self.account.id), ("code", "=", "step.hand_on")]
        )
        self.assertEqual(told.res_id, self.lead.id)

    def test_written_again_it_is_not_handed_on(self):
        self.at(EARLY, self.lead, user_id=self.specialist.id)
        self.at(EARLY, self.lead, probability=30, user_id=self.specialist.id)
        self.assertFalse(self.handed())

    def test_late_counts_for_who_had_it_when_it_was_due(self):
        self.at(LATE, self.lead, user_id=self.colleague.id)
        self.at(LEFT, self.lead, stage_id=self.visit_step.id)
        left = self.left()
        self.assertFalse(left.in_time)
        self.assertEqual(left.credited_id, self.specialist)
        self.assertEqual(left.responsible_id, self.colleague, "who sold it then")
        self.assertEqual(self.log(self.lead)[-1].credited_id, self.colleague)

    def test_taken_over_in_time_it_is_the_successors(self):
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        self.at(LEFT, self.lead, stage_id=self.visit_step.id)
        self.assertEqual(self.left().credited_id, self.colleague)

    def test_what_was_left_in_time_counts_for_who_left_it(self):
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        self.at(EARLY, self.lead, stage_id=self.visit_step.id)
        left = self.left()
        self.assertTrue(left.in_time)
        self.assertEqual(left.credited_id, self.colleague)

    def test_handed_on_with_the_step_that_ends(self):
        """The step that ends was the former's, the one that begins is the other's."""
        self.at(LATE, self.lead, stage_id=self.visit_step.id, user_id=self.colleague.id)
        self.assertFalse(self.handed())
        *_, left, entered = self.log(self.lead)
        self.assertEqual(left.credited_id, self.specialist)
        self.assertEqual(left.responsible_id, self.specialist)
        self.assertEqual(entered.credited_id, self.colleague)

    def test_another_stay_knows_nothing_of_it(self):
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        self.at(EARLY, self.lead, stage_id=self.visit_step.id)
        self.at(LATE, self.lead, stage_id=self.first.id)
        self.at("2025-10-27 09:00:00", self.lead, stage_id=self.visit_step.id)
        again = self.left()[-1]
        self.assertFalse(again.in_time)
        self.assertEqual(again.credited_id, self.colleague)

    def test_a_managers_step_is_handed_on_with_the_team(self):
        self.first.responsible_role = "manager"
        with freeze_time(ENTERED):
            lead = self.make_lead(name="Manager's")
        self.team.user_id = self.manager
        self.env.flush_all()
        others = self.handed(lead)
        self.at(LATE, self.team, user_id=self.other_manager.id)
        event = self.handed(lead) - others
        self.assertEqual(
            (event.former_id, event.credited_id), (self.manager, self.other_manager)
        )
        self.at(LEFT, lead, stage_id=self.visit_step.id)
        self.assertEqual(self.left(lead).credited_id, self.manager)
        self.at(LEFT, self.team, key_account_manager_ids=[Command.clear()])
        self.assertEqual(self.handed(lead) - others, event, "the leader's")

    def test_sales_support_is_named(self):
        self.team.key_account_support_ids = self.support
        self.first.responsible_role = "support"
        with freeze_time(ENTERED):
            lead = self.make_lead(name="Support's")
        self.at(EARLY, self.team, key_account_support_ids=[Command.clear()])
        self.assertEqual(self.handed(lead).former_id, self.support)
        self.assertFalse(self.handed(lead).credited_id)

    def test_a_step_becomes_anothers(self):
        self.at(EARLY, self.first, responsible_role="manager")
        event = self.handed()
        self.assertEqual(
            (event.former_id, event.credited_id), (self.specialist, self.manager)
        )
        self.assertEqual(event.role, "manager")

    def test_what_is_over_is_not_handed_on(self):
        won, lost, plain = (self.make_lead(name=name) for name in ("W", "L", "P"))
        self.at(EARLY, won, stage_id=self.won.id)
        with freeze_time(EARLY):
            lost.action_set_lost()
        self.at(EARLY, plain, team_id=self.plain_team.id)
        self.at(LATE, won | lost | plain, user_id=self.colleague.id)
        self.assertFalse(self.handed(won) | self.handed(lost) | self.handed(plain))

    def test_many_at_the_cost_of_few(self):
        leads = self.env["crm.lead"].union(
            *(self.make_lead(name=f"Deal {number}") for number in range(45))
        )

        def queries(call):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def give(some, whom):
            # Whoever is given a deal is told so, one mail each: by Odoo.
            quiet = some.with_context(
                tracking_disable=True, mail_auto_subscribe_no_notify=True
            )
            return queries(lambda: quiet.write({"user_id": whom.id}))

        one, few, many = leads[:1], leads[1:5], leads[5:]
        give(one, self.colleague)
        self.assertLessEqual(give(many, self.colleague), give(few, self.colleague) + 2)
        self.assertEqual(len(self.log(many[-1], event="hand_on")), 1)
        with freeze_time("2027-01-01 09:00:00"):
            # Working hours are read once, and known of the same weeks then.
            queries(lambda: one.write({"stage_id": self.visit_step.id}))
            late = queries(lambda: many.write({"stage_id": self.visit_step.id}))
            some = queries(lambda: few.write({"stage_id": self.visit_step.id}))
        self.assertLessEqual(late, some + 4)

    def test_plain_sales_cost_nothing_more(self):
        """A deal of another team, and a team that is none of ours."""
        plain = self.make_lead(name="Plain", team_id=self.plain_team.id)
        self.env.flush_all()
        with self.assertQueries([], flush=False):
            self.env["crm.lead"]._credit_late([])
        self.at(EARLY, self.plain_team, user_id=self.colleague.id)
        self.assertFalse(self.log(plain))


@tagged("post_install", "-at_install")
class TestAttackHandOn(HandOnCase):
    """Who is late would rather have handed it on before."""

    def test_nobody_writes_that_a_step_was_handed_on(self):
        self.at(LATE, self.lead, user_id=self.colleague.id)
        event = self.handed()
        vals = {
            "event": "hand_on",
            "how": "hand_on",
            "date": EARLY,
            "opportunity_id": self.lead.id,
            "origin_ref": self.lead.id,
            "former_id": self.specialist.id,
            "credited_id": self.colleague.id,
        }
        for user in (self.specialist, self.manager, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, event.browse(), "create", [vals])
            for forged in ({"date": EARLY}, {"former_id": self.colleague.id}):
                with self.assertRaises(AccessError):
                    self.rpc(user, event, "write", forged)
            with self.assertRaises(AccessError):
                self.rpc(user, event, "unlink")

    def test_no_default_says_whose_it_was(self):
        self.env["ir.default"].with_user(self.specialist).set(
            "key.account.stage.log", "former_id", self.manager.id, user_id=True
        )
        forged = {
            "default_former_id": self.manager.id,
            "default_credited_id": self.manager.id,
            "default_date": EARLY,
        }
        with freeze_time(LATE):
            lead = self.lead.with_user(self.specialist).with_context(**forged)
            lead.write({"user_id": self.colleague.id})
            self.env.flush_all()
        event = self.handed()
        self.assertEqual(
            (event.former_id, event.credited_id, event.date),
            (self.specialist, self.colleague, datetime.fromisoformat(LATE)),
        )
        self.assertFalse(self.log(self.lead, event="enter").former_id)

    def test_given_away_and_taken_back(self):
        """Late on one's own desk, however often it changes hands afterwards."""
        self.at(LATE, self.lead, user_id=self.colleague.id)
        self.at(LEFT, self.lead, user_id=self.manager.id)
        self.at(LEFT, self.lead, user_id=self.colleague.id)
        self.at("2025-10-20 09:00:00", self.lead, stage_id=self.visit_step.id)
        self.assertEqual(self.left().credited_id, self.specialist)
