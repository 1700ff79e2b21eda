from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 06:00:00")
class TestRisk(KeyAccountCommon):
    def _risk(self, user=None, **vals):
        return (
            self.env["key.account.risk"]
            .with_user(user or self.specialist)
            .create(
                {"key_account_id": self.account.id, "name": "One car model", **vals}
            )
        )

    def _set_months(self, months):
        self.account._policy().sudo().risk_months = months

    def test_it_is_judged_and_to_be_judged_again(self):
        self._set_months(3)
        risk = self._risk(probability="3", impact="4")
        self.assertEqual((risk.score, risk.level), (12, "high"))
        self.assertEqual(risk.assessed_on, date(2026, 3, 4))
        self.assertEqual(risk.next_assessment, date(2026, 6, 4))
        with freeze_time("2026-05-10 06:00:00"):
            risk.impact = "2"
            self.assertEqual((risk.score, risk.level), (6, "medium"))
            self.assertEqual(risk.next_assessment, date(2026, 8, 10))
        with freeze_time("2026-06-10 06:00:00"):
            risk.measure = "A second model"
            self.assertEqual(risk.next_assessment, date(2026, 8, 10))
            risk.with_user(self.support).action_assess()
            self.assertEqual(risk.next_assessment, date(2026, 9, 10))
            self.assertEqual(risk.assessed_by_id, self.support)

    def test_a_high_or_an_old_one_shows_on_the_account(self):
        self._set_months(3)
        account = self.account
        self.assertFalse(account.risk_level)
        low = self._risk(probability="1", impact="1")
        self.assertEqual(account.risk_level, "low")
        found = self.env["key.account"].search(
            [("id", "=", account.id), ("risk_assessment", "<", "2026-06-04")]
        )
        self.assertFalse(found)
        high = self._risk(probability="5", impact="5", kind="credit")
        self.assertEqual(account.risk_level, "high")
        high.action_end()
        self.assertEqual(account.risk_level, "low")
        self.assertEqual(
            (high.ended_on, high.ended_by_id.id), (date(2026, 3, 4), self.specialist.id)
        )
        with freeze_time("2026-07-01 06:00:00"):
            found = self.env["key.account"].search([("risk_assessment", "<", "today")])
            self.assertIn(account, found)
            low.action_end()
        self.assertFalse(account.risk_level)
        self.assertFalse(account.risk_assessment)

    def test_who_sees_to_it_has_one_activity(self):
        risk = self._risk(user_id=self.support.id, date_due="2026-04-01")
        activity = risk.activity_id
        self.assertEqual(
            (activity.user_id, activity.date_deadline, activity.summary),
            (self.support, date(2026, 4, 1), "One car model"),
        )
        risk.write({"user_id": self.manager.id, "date_due": "2026-05-01"})
        self.assertEqual(risk.activity_ids, activity)
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.manager, date(2026, 5, 1))
        )
        risk.action_end()
        self.assertFalse(activity.active)
        risk.action_reopen()
        self.assertEqual(risk.activity_ids.user_id, self.manager)
        self.assertEqual(risk.state, "open")
        risk.user_id = False
        self.assertFalse(risk.activity_ids)
        risk.user_id = self.support
        last = risk.activity_id
        risk.active = False
        self.assertFalse(last.exists())

    def test_nobody_is_given_what_they_cannot_open(self):
        risk = self._risk(user_id=self.director.id, date_due="2026-04-01")
        self.assertEqual(risk.activity_id.user_id, self.director)
        for stranger in (self.colleague, self.outsider, self.other_manager):
            with self.assertRaisesRegex(ValidationError, "account team"):
                self._risk(user_id=stranger.id, date_due="2026-04-01")
            with self.assertRaisesRegex(ValidationError, "account team"):
                risk.user_id = stranger
        self.assertFalse(
            self.env["mail.activity"].search([("user_id", "=", self.colleague.id)])
        )
        self.account.with_user(self.specialist).write(
            {"member_ids": [(0, 0, {"user_id": self.colleague.id})]}
        )
        risk.user_id = self.colleague
        self.assertEqual(risk.activity_id.user_id, self.colleague)

    def test_on_the_form(self):
        with Form(self.env["key.account.risk"].with_user(self.specialist)) as form:
            form.key_account_id = self.account
            form.name = "Insolvency of the parent company"
            form.kind = "credit"
            form.impact = "5"
            self.assertEqual(form.score, 15)
        self.assertEqual(form.record.level, "high")

    def test_others_see_nothing(self):
        risk = self._risk()
        for user in (self.colleague, self.other_manager, self.outsider):
            with self.assertRaises(AccessError):
                risk.with_user(user).check_access("read")
