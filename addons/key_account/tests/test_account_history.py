"""Two years of accounts, and what their history tells, worked out by hand."""

from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon


class HistoryCase(KeyAccountCommon):
    @classmethod
    def make_account(cls, name, user=None, **vals):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        accounts = cls.env["key.account"].with_user(user or cls.specialist)
        return accounts.create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
                **vals,
            }
        )

    @classmethod
    def evaluate(cls, account, **vals):
        evaluation = cls.env["key.account.evaluation"].with_user(cls.specialist)
        evaluation = evaluation.create({"key_account_id": account.id, **vals})
        evaluation.line_ids[0].write({"actual": 100, "known": True, "judgement": "5"})
        evaluation.action_finish()
        return evaluation

    @classmethod
    def merge(cls, source, into):
        wizard = cls.env["base.partner.merge.automatic.wizard"].with_context(
            active_model="res.partner", active_ids=(source | into).ids
        )
        wizard.create({"dst_partner_id": into.id}).action_merge()
        cls.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestAccountHistory(HistoryCase):
    """::

    alpha    opened 2024-01-10, trial 02-01, signed 03-05, passed 05-02, dormant
             11-15; to the colleague 2025-01-07; lost on 03-01, entered 03-20;
             developed again 09-01, signed 10-08, entered 10-10
    beta     opened as a customer 2024-06-01, merged into gamma 2025-06-30
    gamma    opened 2024-09-15, active 2025-01-15, lost 12-01
    delta    opened 2024-03-03, dropped 2024-08-08
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2024-01-10 08:00"):
            cls.alpha = cls.make_account("Alpha").with_user(cls.manager)
        with freeze_time("2024-02-01 08:00"):
            cls.alpha.action_start_trial("2024-05-31")
        with freeze_time("2024-03-03 08:00"):
            cls.delta = cls.make_account("Delta").with_user(cls.manager)
        with freeze_time("2024-03-05 08:00"):
            cls.alpha._set_won(date(2024, 3, 5))
        with freeze_time("2024-04-20 08:00"):
            cls.evaluate(cls.alpha)
        with freeze_time("2024-05-02 08:00"):
            cls.alpha.action_activate()
        with freeze_time("2024-06-01 08:00"):
            cls.beta = cls.make_account("Beta", user=cls.manager, state="active")
        with freeze_time("2024-08-08 08:00"):
            cls.delta.action_drop("No budget")
        with freeze_time("2024-09-15 08:00"):
            cls.gamma = cls.make_account("Gamma").with_user(cls.manager)
        with freeze_time("2024-11-15 08:00"):
            cls.alpha.action_mark_dormant()
        with freeze_time("2025-01-07 08:00"):
            cls.alpha._on_occasion(reason="Parental leave").write(
                {"user_id": cls.colleague.id}
            )
        with freeze_time("2025-01-15 08:00"):
            cls.gamma.action_activate()
        with freeze_time("2025-03-20 08:00"):
            cls.alpha.action_lose("Price", "2025-03-01")
        with freeze_time("2025-06-30 08:00"):
            cls.merge(cls.beta.partner_id, cls.gamma.partner_id)
        with freeze_time("2025-09-01 08:00"):
            cls.alpha.action_reopen()
        cls.reopened = (cls.alpha.won_date, cls.alpha.lost_date, cls.alpha.lost_reason)
        with freeze_time("2025-10-10 08:00"):
            cls.alpha._set_won(date(2025, 10, 8))
        with freeze_time("2025-12-01 08:00"):
            cls.gamma.action_lose("Closed down")
        cls.all = cls.alpha | cls.beta | cls.gamma | cls.delta

    def test_terms(self):
        terms = {
            account.name: list(map(tuple, t))
            for account, t in self.all._terms().items()
        }
        self.assertEqual(
            terms,
            {
                "Alpha": [
                    (date(2024, 5, 2), date(2025, 3, 1)),
                    (date(2025, 10, 8), None),
                ],
                "Beta": [],
                "Gamma": [(date(2024, 6, 1), date(2025, 12, 1))],
                "Delta": [],
            },
        )

    def test_the_day_of_winning_and_losing_is_read_from_it(self):
        self.assertEqual(self.reopened, (False, False, False))
        self.assertEqual(self.alpha.won_date, date(2025, 10, 8))
        self.assertFalse(self.alpha.lost_date)
        self.assertEqual(self.gamma.won_date, date(2024, 6, 1))
        self.assertEqual(self.gamma.lost_date, date(2025, 12, 1))
        self.assertFalse(self.delta.won_date)
        self.assertEqual(self.delta.lost_date, date(2024, 8, 8))
        # The first loss stands where it stood, with its reason.
        [loss] = self.alpha.event_ids.filtered(lambda e: e.new_state == "lost")
        self.assertEqual(
            (loss.date, loss.create_date.date(), loss.reason, loss.user_id),
            (date(2025, 3, 1), fields.Date.today(), "Price", self.manager),
        )

    def test_states_and_specialists_of_a_past_day(self):
        for day, states in {
            "2023-12-31": (False, False, False, False),
            "2024-04-30": ("trial", False, False, "candidate"),
            "2024-12-31": ("dormant", "active", "candidate", "dropped"),
            "2025-03-10": ("lost", "active", "active", "dropped"),
            "2025-09-30": ("candidate", "merged", "active", "dropped"),
            "2025-12-31": ("active", "merged", "lost", "dropped"),
        }.items():
            told = self.all._states_on(fields.Date.to_date(day))
            with self.subTest(day):
                self.assertEqual(tuple(told[account] for account in self.all), states)
        before = self.all._owners_on(date(2025, 1, 6))
        self.assertEqual(before[self.alpha], self.specialist)
        after = self.all._owners_on(date(2025, 1, 7))
        self.assertEqual(after[self.alpha], self.colleague)
        self.assertFalse(self.all._owners_on(date(2024, 1, 1))[self.alpha])

    def test_how_many_queries_whatever_the_number(self):
        more = self.make_account("Epsilon")
        for _number in range(9):
            more |= self.make_account(f"Epsilon {_number}")
        self.env.invalidate_all()
        more._terms()
        counted = []
        for accounts in (more[:1], more):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            accounts._terms()
            accounts._states_on(date(2025, 1, 1))
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counted)

    def test_both_histories_are_shown_at_the_file_that_stays(self):
        action = self.gamma.with_user(self.specialist).action_view_history()
        events = self.env["key.account.event"].with_user(self.specialist)
        events = events.search(action["domain"])
        self.assertEqual(events.key_account_id, self.beta | self.gamma)
        [merged] = events.filtered(lambda e: e.kind == "merged")
        self.assertEqual(
            (merged.key_account_id, merged.date), (self.beta, date(2025, 6, 30))
        )
        self.assertIn("Gamma", merged.reason)

    def test_what_changes_is_noted_once_with_before_and_after(self):
        [event] = self.alpha.event_ids.filtered(lambda e: e.kind == "owner")
        self.assertEqual(
            (event.old_user_id, event.new_user_id, event.reason),
            (self.specialist, self.colleague, "Parental leave"),
        )
        self.assertEqual(event.new_value, self.colleague.name)
        count = len(self.alpha.event_ids)
        self.alpha.write({"user_id": self.colleague.id, "state": "active"})
        self.assertEqual(len(self.alpha.event_ids), count, "nothing has changed")
        before = self.gamma.event_ids
        self.gamma.write({"grade": "B", "team_id": self.plain_team.id})
        noted = self.gamma.event_ids - before
        self.assertEqual(sorted(noted.mapped("kind")), ["grade", "team"])

    def test_a_file_with_which_nothing_was_done_can_be_deleted(self):
        file = self.make_account("Mistake")
        file.with_user(self.director).unlink()
        again = self.make_account("Again").with_user(self.manager)
        again.action_drop("No need")
        again.action_reopen()
        with self.assertRaisesRegex(UserError, "history"):
            again.with_user(self.director).unlink()

    # ---------------------------------------- trials

    def test_a_trial_has_an_end_however_it_began(self):
        policy = self.env["key.account.policy"]._by_grade(self.company)
        policy[self.company.id, "D"].trial_months = 2
        end = fields.Date.add(fields.Date.today(), months=2)
        clicked, written = self.make_account("Clicked"), self.make_account("Written")
        clicked.action_start_trial()
        written.write({"state": "trial"})
        opened = self.make_account("Opened", state="trial")
        self.assertEqual((clicked | written | opened).mapped("trial_end"), [end] * 3)
        wizard = self.env["key.account.trial"].with_user(self.specialist)
        asked = self.make_account("Asked")
        wizard = wizard.with_context(active_model="key.account", active_ids=asked.ids)
        with Form(wizard) as form:
            self.assertEqual(fields.Date.to_date(form.trial_end), end)
            form.trial_end = fields.Date.add(end, days=5)
        form.record.action_apply()
        self.assertEqual(asked.state, "trial")
        self.assertEqual(asked.trial_end, fields.Date.add(end, days=5))
        with Form(wizard.with_user(self.manager)) as form:
            form.reason = "Samples came late"
        form.record.action_apply()
        self.assertEqual(asked.trial_end, end)
        with self.assertRaisesRegex(UserError, "still to come"):
            self.make_account("Past").action_start_trial("2026-01-01")

    def test_a_trial_is_passed_by_an_evaluation_made_in_it(self):
        file = self.make_account("On trial").with_user(self.manager)
        with freeze_time(fields.Datetime.subtract(fields.Datetime.now(), days=9)):
            self.evaluate(file)
        with freeze_time(fields.Datetime.subtract(fields.Datetime.now(), days=5)):
            file.action_start_trial()
        with self.assertRaisesRegex(UserError, "On trial"):
            file.action_activate()
        self.evaluate(file, date=fields.Date.subtract(fields.Date.today(), days=8))
        with self.assertRaisesRegex(UserError, "On trial"):
            file.action_activate()
        self.evaluate(file)
        file.action_activate()
        self.assertEqual((file.state, file.won_date), ("active", fields.Date.today()))

    # ---------------------------------------- prospect, interested

    def test_interested_once_the_need_is_confirmed(self):
        file = self.make_account("Prospect")
        self.assertEqual((file.candidate_kind, file.interested_on), ("prospect", False))
        file.write({"man_need": "confirmed", "man_need_evidence": "New line in May"})
        self.assertEqual(file.candidate_kind, "interested")
        self.assertEqual(file.interested_on, fields.Date.today())
        file.write({"man_need": "refused"})
        self.assertTrue(file.interested_on, "the day is kept")
        file.with_user(self.manager).action_activate()
        self.assertFalse(file.candidate_kind)
        self.assertEqual(
            file.event_ids.sorted("id").mapped("kind"), ["opened", "interest", "state"]
        )
        file.with_user(self.manager).action_lose("Price")
        file.with_user(self.manager).action_reopen()
        self.assertEqual((file.candidate_kind, file.interested_on), ("prospect", False))

    def test_interested_once_a_letter_of_intent_is_filed(self):
        file = self.make_account("Letter")
        kind = self.env.ref("key_account.agreement_type_letter_of_intent")
        letter = self.env["key.account.agreement"].with_user(self.specialist)
        letter = letter.create(
            {"name": "Intent", "type_id": kind.id, "key_account_id": file.id}
        )
        self.assertEqual(file.candidate_kind, "prospect")
        letter.write({"file": "JVBERi0=", "file_name": "intent.pdf"})
        self.assertEqual(file.candidate_kind, "interested")

    # ---------------------------------------- money, authority, need

    def test_each_of_the_three_has_its_own_author_and_day(self):
        file = self.make_account("Judged")
        with freeze_time("2026-03-02 08:00"):
            file.write({"man_money": "confirmed", "man_money_evidence": "Bank"})
        file = file.with_user(self.manager)
        with freeze_time("2026-03-09 08:00"):
            file.write(
                {
                    "man_need": "confirmed",
                    "man_need_kind": "to_create",
                    "man_need_evidence": "They do not know yet",
                }
            )
        self.assertEqual(
            [
                (file[f"man_{n}_user_id"], file[f"man_{n}_date"])
                for n in ("money", "authority", "need")
            ],
            [
                (self.specialist, date(2026, 3, 2)),
                (self.env["res.users"], False),
                (self.manager, date(2026, 3, 9)),
            ],
        )
        self.assertEqual(
            (file.man_user_id, file.man_date), (self.manager, date(2026, 3, 9))
        )
        self.assertEqual(file.man_need_kind, "to_create")
