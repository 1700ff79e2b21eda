"""Whom a step counts for that was handed on while it ran."""

import random
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.key_account.rules.hand_on import holder_at
from odoo.addons.key_account.tests.test_stage_hand_on import (
    EARLY,
    ENTERED,
    LATE,
    LEFT,
    HandOnCase,
)

from ..rules import kpi as rules


@tagged("post_install", "-at_install")
class TestStageStay(HandOnCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["key.account.stage.report"]
        cls.kpi = cls.env.ref("key_account_reports.kpi_stage_timeliness")
        cls.people = cls.specialist | cls.colleague | cls.manager
        # Their own deals, not the one of the class.
        cls.quarter = rules.Period("quarter", date(2025, 10, 1), date(2026, 1, 1))

    def stay(self, lead=None):
        """The step analysis of the first stay of a deal."""
        self.env.flush_all()
        return self.Report.search(
            [("opportunity_id", "=", (lead or self.lead).id)], order="id", limit=1
        )

    def blamed(self, now="2025-12-01 09:00:00"):
        """``{person: (in time, due)}`` of the quarter, as seen at that moment."""
        with freeze_time(now):
            figures = self.kpi._figures(
                self.company, self.quarter, self.people, self.env["crm.team"]
            )
        return {
            who: (figures[self.kpi, who].numerator, figures[self.kpi, who].denominator)
            for who in self.people
            if figures[self.kpi, who].denominator
        }

    def test_late_and_left_by_another(self):
        self.at(LATE, self.lead, user_id=self.colleague.id)
        self.at(LEFT, self.lead, stage_id=self.visit_step.id)
        self.visit_step.time_limit = 0
        self.assertEqual(self.blamed(), {self.specialist: (0, 1)})
        stay = self.stay()
        self.assertEqual(stay.credited_id, self.specialist)
        self.assertEqual(stay.user_id, self.colleague)

    def test_late_and_still_running(self):
        self.at(LATE, self.lead, user_id=self.colleague.id)
        self.at(LEFT, self.lead, user_id=self.manager.id)
        self.assertEqual(self.blamed(), {self.specialist: (0, 1)})
        stay = self.stay()
        self.assertEqual(stay.credited_id, self.specialist)
        self.assertEqual(stay.user_id, self.manager, "who sells it now")
        self.assertEqual((stay.steps, stay.running), (1, 1))

    def test_taken_over_in_time(self):
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        self.assertEqual(self.stay().credited_id, self.colleague)
        self.assertEqual(self.blamed(), {self.colleague: (0, 1)})
        self.at(LEFT, self.lead, stage_id=self.visit_step.id)
        self.assertEqual(self.blamed(), {self.colleague: (0, 1)})

    def test_given_up_before_it_was_due(self):
        """Nobody had it: nobody is to blame, though somebody had it at first."""
        self.at(EARLY, self.lead, user_id=False)
        self.assertEqual(self.blamed(), {})
        with freeze_time(LEFT):
            self.lead.action_set_lost()
        self.assertEqual(self.blamed(), {})
        self.assertFalse(self.stay().credited_id)

    def test_left_in_time_by_another(self):
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        self.at(EARLY, self.lead, stage_id=self.visit_step.id)
        self.assertEqual(self.blamed("2025-10-14 12:00:00"), {self.colleague: (1, 1)})

    def test_moved_to_and_fro(self):
        """A deal has not done with the step that it comes back to: it counts once, as
        it leaves it at last."""
        self.visit_step.time_limit = 0
        for hour, step in enumerate((self.visit_step, self.first, self.visit_step)):
            self.at(f"2025-10-14 1{hour}:00:00", self.lead, stage_id=step.id)
        self.assertEqual(self.blamed("2025-10-14 15:00:00"), {self.specialist: (1, 1)})
        self.at("2025-10-14 15:00:00", self.lead, stage_id=self.first.id)
        self.assertEqual(self.blamed("2025-10-14 16:00:00"), {}, "not due yet")
        self.at("2025-10-20 09:00:00", self.lead, stage_id=self.visit_step.id)
        self.assertEqual(self.blamed(), {self.specialist: (0, 1)})

    def test_what_comes_back_later_was_done(self):
        """The quarter in which it was left in time stays as it was."""
        self.visit_step.time_limit = 0
        self.at(EARLY, self.lead, stage_id=self.visit_step.id)
        self.at("2026-01-12 09:00:00", self.lead, stage_id=self.first.id)
        self.assertEqual(self.blamed("2026-02-02 09:00:00"), {self.specialist: (1, 1)})

    def test_the_way_of_a_deal_is_the_same(self):
        """Handed on in its first step, it went on from there, once, and was won."""
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        self.at(LATE, self.lead, user_id=self.specialist.id)
        self.at(LEFT, self.lead, stage_id=self.won.id)
        self.at(LEFT, self.lead, user_id=self.colleague.id)
        stay = self.stay()
        self.assertEqual((stay.steps_left, stay.moved_on, stay.ended), (1, 1, 1))
        self.assertEqual(stay.how, "move")
        won = self.env.ref("key_account_reports.kpi_win_rate")
        with freeze_time("2025-12-01 09:00:00"):
            figures = won._figures(
                self.company, self.quarter, self.people, self.env["crm.team"]
            )
        self.assertEqual(figures[won, self.specialist].numerator, 1)
        self.assertFalse(figures[won, self.colleague].denominator)

    def test_given_to_another_its_last_word_is_not_taken(self):
        """A deal that was lost is so, whatever else is said of it in the quarter."""
        self.at(EARLY, self.lead, user_id=self.colleague.id)
        with freeze_time(LATE):
            self.lead.action_set_lost()
            self.env.flush_all()
        log = self.env["key.account.stage.log"]
        day = datetime(2025, 10, 17)
        vals = self.lead._prepare_log("enter", "hand_on", False, day)
        log._record([{**vals, "event": "hand_on"}])
        self.env.flush_all()
        won = self.env.ref("key_account_reports.kpi_win_rate")
        with freeze_time("2025-12-01 09:00:00"):
            found = won._figures(
                self.company, self.quarter, self.people, self.env["crm.team"]
            )
        self.assertEqual(found[won, self.colleague].denominator, 1)

    def test_what_still_runs_as_the_rule_says(self):
        """Of histories by chance: the statement finds whom the rule finds."""
        chance = random.Random(5)
        start = datetime.fromisoformat(ENTERED)
        log = self.env["key.account.stage.log"]
        people = [self.specialist.id, self.colleague.id, self.manager.id, False]
        told = {}
        with freeze_time(ENTERED):
            leads = [self.make_lead(name=f"Chance {n}") for n in range(40)]
        due = leads[0].stage_deadline
        for lead in leads:
            holder, changes, events = self.specialist.id, [], []
            for hours in sorted(chance.sample(range(1, 120), chance.randint(0, 4))):
                moment = chance.choice([due, start + timedelta(hours=hours)])
                if changes and moment < changes[-1][0]:
                    continue
                former, holder = holder, chance.choice(people)
                changes.append((moment, former))
                vals = lead._prepare_log("hand_on", "hand_on", False, moment)
                events.append({**vals, "former_id": former, "credited_id": holder})
            log._record(events)
            told[lead] = holder_at(due, changes, holder)
        self.env.flush_all()
        rows = self.Report.search([("opportunity_id", "in", [x.id for x in leads])])
        found = {row.opportunity_id: row.credited_id.id for row in rows}
        self.assertEqual(found, told)
