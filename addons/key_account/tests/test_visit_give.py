"""Somebody is away, and colleagues make their visits."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, Form, tagged

from odoo.addons.key_account.rules.visit_give import Given, share_out

from .test_visit_plan import NOW, VisitPlanCase


def at(hour, day=9):
    return datetime(2026, 3, day, hour)


@tagged("post_install", "-at_install")
class TestVisitGiveRules(BaseCase):
    def test_who_is_free_knows_them_has_least(self):
        visits = [
            Given(1, at(8), at(10)),
            Given(2, at(8), at(10)),
            Given(3, at(8), at(10)),
            Given(4, at(13), at(15), frozenset((7,))),
            Given(5, at(15), at(17)),
        ]

        def is_free(_person, visit, others):
            return not any(a < visit.end and visit.start < b for a, b in others)

        load = {(7, at(8).date()): 1}
        given = share_out(visits, [7, 8], is_free, load)
        self.assertEqual(given, {1: 8, 2: 7, 4: 7, 5: 8})
        self.assertEqual(share_out(visits[::-1], [8, 7], is_free, load), given)
        self.assertEqual(share_out(visits, [], is_free), {})
        # Where their clocks are, it is the day after: on that one 7 has a visit.
        one = [Given(1, at(20), at(21))]
        load = {(7, at(8, 10).date()): 1}
        self.assertEqual(share_out(one, [7, 8], is_free, load), {1: 7})
        ahead = share_out(one, [7, 8], is_free, load, lambda *_all: at(8, 10).date())
        self.assertEqual(ahead, {1: 8})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisitGive(VisitPlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._user("ka_third", "key_account.group_specialist")
        cls.third.tz = "UTC"
        cls.team.crm_team_member_ids = [Command.create({"user_id": cls.third.id})]

    def give(self, user=None, **vals):
        give = self.env["key.account.visit.give"].with_user(user or self.manager)
        return give.create(
            {
                "from_user_id": self.specialist.id,
                "date_from": "2026-03-08",
                "date_to": "2026-03-14",
                "reason": "On leave",
                **vals,
            }
        )

    def test_days_are_those_of_whoever_is_away(self):
        """Nine in the morning in Auckland is the day before in UTC."""
        self.specialist.tz = "Pacific/Auckland"
        visits = [self._visit(at(20, day)) for day in (7, 8, 9)]
        give = self.give(date_from="2026-03-09", date_to="2026-03-09")
        self.assertEqual(give.line_ids.visit_id, visits[1])

    def test_given_to_whoever_is_free(self):
        visits = [self._visit(at(9)), self._visit(at(10, 10)), self._visit(at(9, 16))]
        confirmed = visits[0]
        confirmed.with_user(self.specialist).action_confirm()
        self._visit(at(9), self._account("Theirs", user=self.colleague), self.colleague)
        mails = self.env["mail.mail"].sudo().search_count([])
        notified = self.env["mail.notification"].sudo().search_count([])
        give = self.give()
        self.assertEqual(give.line_ids.visit_id, visits[0] | visits[1])
        give.action_propose()
        first, second = give.line_ids
        # At nine the colleague has a visit of their own.
        self.assertEqual(first.to_user_id, self.third)
        self.assertEqual(second.to_user_id, self.colleague)
        self.assertEqual(set(give.line_ids.mapped("note")), {"Free"})
        second.to_user_id = self.third
        give.action_give()
        self.env.flush_all()
        self.assertEqual(visits[0].user_id | visits[1].user_id, self.third)
        self.assertEqual(visits[2].user_id, self.specialist)
        event = confirmed.calendar_event_id
        self.assertEqual(event.user_id, self.third)
        self.assertEqual(event.partner_ids, self.third.partner_id)
        self.assertIn("On leave", " ".join(confirmed.message_ids.mapped("body")))
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        after = self.env["mail.notification"].sudo().search_count([])
        self.assertEqual(after, notified)
        # They stand in on the account until it is reported.
        self.assertTrue(confirmed.with_user(self.third).has_access("write"))
        member = self.account.member_ids
        self.assertEqual((member.user_id, member.temporary), (self.third, True))

    def test_chosen_in_the_list(self):
        visits = self._visit(at(9)) | self._visit(at(9, 25))
        give = self.env["key.account.visit.give"].with_user(self.manager)
        give = give.with_context(active_model=visits._name, active_ids=visits.ids)
        with Form(give) as form:
            self.assertEqual(len(form.line_ids), 2)
            for number in range(2):
                with form.line_ids.edit(number) as line:
                    line.to_user_id = self.colleague
                    self.assertEqual(line.note, "Free")
            form.reason = "Training"
            form.tell = True
        form.record.action_give()
        self.assertEqual(visits.user_id, self.colleague)
        told = (
            self.env["mail.message"]
            .sudo()
            .search([("subject", "=", "Visits taken over")])
        )
        self.assertEqual(told.notified_partner_ids, self.colleague.partner_id)

    def test_who_cannot(self):
        visit = self._visit(at(9))
        give = self.give()
        for reason, person, says in (
            ("", self.colleague, "why"),
            ("Ill", self.outsider, "no role"),
            ("Ill", self.env["res.users"], "which colleague"),
        ):
            give.reason = reason
            give.line_ids.to_user_id = person
            self.assertEqual(bool(give.line_ids.note), person == self.colleague)
            with self.assertRaises(UserError) as refused:
                give.action_give()
            self.assertIn(says, str(refused.exception))
        self.assertEqual(visit.user_id, self.specialist)
        self.assertFalse(self.account.member_ids)

    def test_nobody_is_sent_where_they_cannot_look(self):
        """Whoever is to make a visit can open it: when it is planned, when it is made
        somebody else's, and by whatever way."""
        visit = self._visit(at(9))
        for user, call in (
            (self.manager, lambda who: self._visit(at(11), user=who)),
            (self.manager, lambda who: self.rpc(self.manager, visit, "write", to(who))),
            (self.specialist, lambda who: visit.sudo().write(to(who))),
        ):
            for who in (self.colleague, self.outsider, self.reviewer):
                with self.subTest(user.login, who=who.login):
                    with self.assertRaises(ValidationError) as refused:
                        call(who)
                    self.assertIn("cannot open", str(refused.exception))
        self.assertEqual(visit.user_id, self.specialist)
        for who in (self.manager, self.support, self.director):
            visit.user_id = who
        member = self.env["key.account.member"].create(
            {"key_account_id": self.account.id, "user_id": self.colleague.id}
        )
        visit.user_id = self.colleague
        visit.user_id = self.specialist
        member.unlink()
        # Nothing is asked of whoever made one in the past.
        self.env["key.account.visit"].with_user(self.manager).create(
            {
                "key_account_id": self.account.id,
                "is_history": True,
                "user_id": self.colleague.id,
                "date_start": at(9, day=2),
                "summary": "They make gears.",
                "outcome": "achieved",
            }
        )
        # Who stands in on that day opens it by then, and on no other.
        self.account.with_user(self.manager)._stand_in(
            self.colleague, date(2026, 3, 16), date(2026, 3, 20)
        )
        with self.assertRaises(ValidationError):
            visit.user_id = self.colleague
        self._visit(at(9, day=17), user=self.colleague)


def to(user):
    return {"user_id": user.id}
