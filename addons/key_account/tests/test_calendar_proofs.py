import importlib.util
from datetime import datetime, timedelta
from pathlib import Path

from odoo import Command
from odoo.exceptions import UserError
from odoo.modules import get_module_path
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .test_visit import VisitCommon

START, END = datetime(2030, 5, 6, 9), datetime(2030, 5, 6, 11)


@tagged("post_install", "-at_install")
class TestCalendarProofs(VisitCommon, MailCase):
    """Visit and meeting are one appointment, whoever moves which; nobody is mailed."""

    def confirmed(self, **vals):
        visit = self.plan(**{"date_start": START, "date_end": END, **vals})
        visit.action_confirm()
        return visit

    def assert_one(self, visit):
        event = visit.calendar_event_id
        self.assertEqual((event.start, event.stop), (visit.date_start, visit.date_end))

    def taking_part(self, visit, *users):
        visit.participant_ids = [
            Command.clear(),
            *(Command.create({"user_id": user.id}) for user in users),
        ]

    # ------------------------------------------------------------
    # WHO IS IN IT
    # ------------------------------------------------------------

    def test_who_leaves_the_visit_leaves_the_meeting(self):
        visit = self.confirmed()
        event = visit.calendar_event_id
        with self.mock_mail_gateway(), self.mock_mail_app():
            self.taking_part(visit, self.manager, self.support)
            # Invited by hand: the customer, and a colleague.
            event.with_context(no_mail_to_attendees=True).partner_ids |= (
                self.contact | self.colleague.partner_id
            )
            self.taking_part(visit, self.support)
        everybody = (self.specialist | self.support | self.colleague).partner_id
        self.assertEqual(event.partner_ids, everybody | self.contact)
        self.assertEqual(event.attendee_ids.partner_id, event.partner_ids)
        self.assertFalse(self._mails)

    def test_whichever_way_they_leave(self):
        visit = self.confirmed()
        event = visit.calendar_event_id.sudo()
        self.taking_part(visit, self.manager)
        self.assertIn(self.manager.partner_id, event.partner_ids)
        # The line itself is changed, then deleted, by whoever may.
        line = visit.participant_ids
        self.rpc(self.specialist, line, "write", {"user_id": self.support.id})
        self.assertNotIn(self.manager.partner_id, event.partner_ids)
        self.assertIn(self.support.partner_id, event.partner_ids)
        self.rpc(self.specialist, line, "unlink")
        self.assertEqual(event.partner_ids, self.specialist.partner_id)
        visit.with_user(self.manager).user_id = self.manager
        self.assertEqual(event.partner_ids, self.manager.partner_id)
        self.assertEqual(event.user_id, self.manager)

    def test_an_update_knows_whom_visits_have_put_there(self):
        path = Path(get_module_path("key_account"), "migrations/19.0.1.3.0")
        spec = importlib.util.spec_from_file_location(
            "post_migration", path / "post-migration.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        visit = self.confirmed()
        self.taking_part(visit, self.manager)
        visit.calendar_event_id.with_context(
            no_mail_to_attendees=True
        ).partner_ids |= self.colleague.partner_id
        visit._set_kept({"calendar_partner_ids": self.env["res.partner"]})
        self.env.flush_all()
        migration.know_who_meets(self.env)
        self.taking_part(visit)
        self.assertEqual(
            visit.calendar_event_id.partner_ids,
            (self.specialist | self.colleague).partner_id,
        )

    # ------------------------------------------------------------
    # WHEN IT IS
    # ------------------------------------------------------------

    def test_moved_on_both_sides_the_last_word_holds(self):
        visit = self.confirmed()
        event = visit.calendar_event_id
        for turn, (hours, days) in enumerate(((1, 2), (3, 4))):
            event.with_user(self.specialist).write(
                {
                    "start": START + timedelta(hours=hours),
                    "stop": END + timedelta(hours=hours),
                }
            )
            visit.date_start = START + timedelta(days=days)
            self.assertEqual(visit.date_start, START + timedelta(days=days), turn)
            self.assert_one(visit)
        visit.date_start = START
        event.with_user(self.specialist).write({"duration": 4.0})
        self.assertEqual(visit.date_end, START + timedelta(hours=4))
        self.assert_one(visit)

    def test_as_a_calendar_that_synchronises_writes(self):
        """With full rights, quietly; times without their duration, and what it does not
        know left as it was."""
        visit = self.confirmed()
        event = visit.calendar_event_id.sudo().with_context(dont_notify=True)
        event.write(
            {
                "name": "Renamed there",
                "start": START + timedelta(days=1),
                "stop": END + timedelta(days=1),
                "allday": False,
            }
        )
        self.assertEqual(visit.date_start, START + timedelta(days=1))
        self.assert_one(visit)
        event.write({"active": False})
        self.assertTrue(visit.to_reschedule)
        self.assertFalse(visit.calendar_event_id)
        again = self.confirmed()
        again.calendar_event_id.sudo().with_context(dont_notify=True).unlink()
        self.assertTrue(again.to_reschedule)

    def test_neither_repeated_nor_opened_to_all(self):
        visit = self.confirmed()
        event = visit.calendar_event_id
        with self.assertRaisesRegex(UserError, "cannot be repeated"):
            event.with_user(self.specialist).write(
                {"recurrency": True, "rrule_type": "weekly", "count": 3}
            )
        with self.assertRaisesRegex(UserError, "stays private"):
            event.with_user(self.specialist).write({"privacy": "public"})
        self.assertEqual(event.privacy, "private")
        self.assert_one(visit)

    # ------------------------------------------------------------
    # A MONTH
    # ------------------------------------------------------------

    def test_a_month_of_300_visits_sends_no_mail(self):
        day = timedelta(days=1)
        with self.mock_mail_gateway(), self.mock_mail_app():
            visits = (
                self.env["key.account.visit"]
                .with_user(self.support)
                .create(
                    [
                        {
                            "key_account_id": self.account.id,
                            "user_id": self.specialist.id,
                            "contact_ids": [Command.set(self.contact.ids)],
                            "date_start": START + day * (turn % 25),
                            "participant_ids": [
                                Command.create({"user_id": self.manager.id})
                            ],
                        }
                        for turn in range(300)
                    ]
                )
            )
            visits.action_confirm()
            for visit in visits[:20]:
                visit.date_start += day
            self.env.cr.flush()
        self.assertEqual(len(visits.calendar_event_id), 300)
        self.assertFalse(self._new_mails)
        self.assertFalse(self._new_notifs)
        self.assertFalse(self._mails)
