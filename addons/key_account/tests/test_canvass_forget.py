"""Contacts of the street are forgotten: when they ask, and after a time."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .test_canvass import CanvassCase


class ForgetCase(CanvassCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entry = cls._met("Lucky Hardware", contact_name="Mr Wang", note="Smokes")
        cls.entry.with_user(cls.specialist).action_survey()
        for answer in cls.entry.answer_ids:
            if answer.question_id.answer_type in ("char", "text"):
                answer.value = "Wang, 52" if answer.question_id.personal else "West"
        cls.entry.day_id.with_user(cls.specialist).action_hand_in()
        cls.env.flush_all()

    @classmethod
    def _met(cls, name, user=None, **values):
        entries = cls.env["key.account.canvass"].with_user(user or cls.specialist)
        values = {
            "name": name,
            "market_id": cls.market.id,
            "phone": "139 1234 5678",
            "interest": "2",
            **values,
        }
        return entries.create(values).with_env(cls.env)

    def counted(self):
        """What stays."""
        self.env.flush_all()
        self.env.invalidate_all()
        entry, day = self.entry, self.entry.day_id
        return (
            (entry.name, entry.interest, entry.date, entry.user_id, entry.market_id),
            (entry.survey_completeness, day.contact_count, day.interested_count),
            (self.market.coverage, self.market.covered_count),
        )

    def personal(self, entry):
        answers = entry.answer_ids.filtered("question_id.personal").mapped("value")
        words = [entry.contact_name, entry.phone, entry.phone_key, entry.note, *answers]
        return [word for word in words if word and word != "Anonymised"]


@tagged("post_install", "-at_install")
class TestCanvassForget(ForgetCase):
    def forget_by_time(self, day):
        cron = type(self.env["ir.cron"])
        with (
            freeze_time(f"{day} 12:00:00"),
            patch.object(cron, "_commit_progress", return_value=True) as committed,
        ):
            self.env["key.account.canvass"]._cron_forget()
        return committed.call_count

    def test_when_they_ask(self):
        """Wherever the same telephone was entered; what is counted stays, also of a
        report that was handed in."""
        again = self._met("Lucky Hardware", date="2026-11-24", next_date="2026-12-01")
        other = self._met("Bright Tools", phone="139 8765 4321", date="2026-11-24")
        before = self.counted()
        self.entry.with_user(self.manager).action_anonymise()
        self.assertEqual(self.counted(), before)
        for entry in self.entry | again:
            self.assertFalse(self.personal(entry))
            self.assertEqual(str(entry.forgotten_on), "2026-11-25")
        self.assertTrue(again.next_done_on, "nobody rings them any more")
        self.assertFalse(self.entry.place_id.phone)
        self.assertTrue(self.personal(other))
        self.assertEqual(self.entry.answer_ids.mapped("value").count("West") > 1, True)

    def test_with_their_file(self):
        """The act that forgets a person of a file forgets them in the street, too."""
        contact = self.env["res.partner"].create(
            {"name": "Wang", "parent_id": self.customer.id, "phone": "13912345678"}
        )
        person = self.account.stakeholder_ids.create(
            {"key_account_id": self.account.id, "partner_id": contact.id}
        )
        person.with_user(self.manager).action_anonymise()
        self.assertFalse(self.personal(self.entry))
        self.assertFalse(contact.phone)

    def test_after_the_months_of_the_company(self):
        """After 24 months; none without a number; what is promised is kept till then;
        a second run has nothing to do."""
        promised = self._met("Bright Tools", date="2026-11-24", next_date="2029-01-02")
        before = self.counted()
        self.forget_by_time("2030-01-01")
        self.assertTrue(self.personal(self.entry), "0: they are kept")
        self.company.key_account_canvass_months = 24
        self.forget_by_time("2028-11-25")
        self.assertTrue(self.personal(self.entry), "24 months on the day")
        self.forget_by_time("2028-11-26")
        self.assertEqual(self.counted(), before)
        self.assertFalse(self.personal(self.entry))
        self.assertTrue(self.personal(promised))
        self.assertEqual(self.forget_by_time("2028-11-26"), 0)
        self.forget_by_time("2029-02-01")
        self.assertFalse(self.personal(promised))

    def test_in_batches(self):
        self.company.key_account_canvass_months = 24
        for number in range(5):
            self._met(f"Shop {number}", date="2026-11-24")
        with patch("odoo.addons.key_account.models.shared.batch.BATCH", 2):
            self.assertEqual(self.forget_by_time("2028-12-01"), 3)
