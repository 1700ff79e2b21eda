"""Judgements read first, given afterwards"""

import runpy
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.modules import get_module_path
from odoo.tests import tagged

from .test_attack_judgement import SEAT
from .test_kpi_judgement import JudgementCase


@tagged("post_install", "-at_install")
class TestAttackSeat(JudgementCase):
    def setUp(self):
        super().setUp()
        self.sheet = self.asked()
        self.seat, self.hr_seat = self.sheet.appraiser_ids
        self.second = self._user("ka_second_director", "key_account.group_director")
        self.second.write(
            {"company_ids": [(4, self.company.id)], "company_id": self.company.id}
        )

    def seen(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("sheet_id", "=", self.sheet.id), ("role", "!=", "self")]
        found = self.rpc(user, self.Judgement, "search_read", domain, ["user_id"])
        return {row["user_id"][0] for row in found}

    def ask_again(self):
        self.rpc(self.director, self.sheet, "action_return")
        self.rpc(self.manager, self.sheet, "action_start_self_assessment")
        self.rpc(self.specialist, self.sheet, "action_ask_appraisers")
        self.env.invalidate_all()

    def refused_to_sit(self, user, seat):
        self.env.flush_all()
        self.env.invalidate_all()
        [shown] = self.rpc(user, seat, "read", ["may_take_over"])
        self.assertFalse(shown["may_take_over"])
        with self.assertRaisesRegex(AccessError, "others could read what was judged"):
            self.rpc(user, seat, "action_take_over")
        self.assertNotEqual(seat.user_id, user)

    def test_taken_over_after_reading(self):
        """The seat of a colleague, on a sheet that was appraised, and is asked for
        anew | a director who was not asked, and could read what was judged | refused"""
        self.judge(self.sheet, self.director, 80)
        self.assertFalse(self.seen(self.second))
        self.judge(self.sheet, self.appraiser, 60)
        self.rpc(self.manager, self.sheet, "action_appraise")
        self.assertEqual(len(self.seen(self.second)), 2)
        self.ask_again()
        self.refused_to_sit(self.second, self.seat)
        self.judge(self.sheet, self.director, 80)

    def test_taken_over_of_a_new_version(self):
        """The same of a confirmed appraisal that was reopened | director | refused"""
        self.judge(self.sheet, self.director, 80)
        self.judge(self.sheet, self.appraiser, 60)
        self.rpc(self.manager, self.sheet, "action_appraise")
        self.rpc(self.director, self.sheet, "action_confirm")
        self.sheet.with_user(self.director).action_reopen("A visit was forgotten")
        self.rpc(self.manager, self.sheet, "action_start_self_assessment")
        self.rpc(self.specialist, self.sheet, "action_ask_appraisers")
        self.refused_to_sit(self.second, self.seat)

    def test_gone_on_without_oneself_to_read(self):
        """What the other one judged, on a sheet that went on without oneself: read,
        then judged when it is asked for anew | the appraiser who had not given theirs,
        a director | nothing shown"""
        self.judge(self.sheet, self.director, 80)
        for user in (self.appraiser, self.second):
            self.assertFalse(self.seen(user) - {user.id})
        self.rpc(self.appraiser, self.sheet, "write", {"missing_reason": "In a hurry"})
        self.rpc(self.appraiser, self.sheet, "action_appraise")
        self.assertFalse(self.seen(self.appraiser) - {self.appraiser.id})
        self.ask_again()
        self.judge(self.sheet, self.director, 80)
        self.assertFalse(self.seen(self.appraiser) - {self.appraiser.id})
        self.judge(self.sheet, self.appraiser, 60)
        self.assertEqual(len(self.seen(self.appraiser)), 2)

    def test_who_cannot_sit_there_any_more_is_replaced(self):
        """The seat of a director who left, on a sheet that was appraised | another
        director | done: somebody has to"""
        self.judge(self.sheet, self.director, 80)
        self.judge(self.sheet, self.appraiser, 60)
        self.rpc(self.manager, self.sheet, "action_appraise")
        self.ask_again()
        asked = self.seat.sudo().user_id
        asked.group_ids = [(3, self.env.ref("key_account.group_director").id)]
        self.env.flush_all()
        self.env.invalidate_all()
        self.rpc(self.second, self.seat, "action_take_over")
        self.assertEqual(self.seat.user_id, self.second)

    def test_judging_without_the_role(self):
        """A level chosen, a remark, the appraisal given, in the seat in which one was
        asked, by whoever has lost the role since | a manager of the team who stood
        in for HR, a former director | refused; another one takes over"""
        self.hr_seat.sudo()._write_kept({"user_id": self.manager.id})
        self.director.group_ids = self.env.ref("key_account.group_specialist")
        for user, seat in ((self.manager, self.hr_seat), (self.director, self.seat)):
            seat = seat.sudo()
            row = seat.judgement_ids.filtered("line_id")
            best = row.kpi_id.level_ids.sorted("points")[-1:]
            for records, method, *args in (
                (row, "write", {"level_id": best.id}),
                (row, "write", {"remark": "Splendid"}),
                (seat, "action_give"),
            ):
                self.env.flush_all()
                self.env.invalidate_all()
                with self.assertRaisesRegex(AccessError, "no longer have this role"):
                    self.rpc(user, records, method, *args)
            self.assertFalse(row.level_id)
            self.assertFalse(seat.given_on)
        [shown] = self.rpc(self.manager, self.hr_seat, "read", ["may_give"])
        self.assertFalse(shown["may_give"])
        self.rpc(self.appraiser, self.hr_seat, "action_take_over")
        self.assertEqual(self.hr_seat.user_id, self.appraiser)

    def test_a_database_of_before(self):
        """As 19.0.1.6.0 left it: the rules that hide it, and that it was read | the
        appraiser who had not given theirs | the same"""
        path = Path(get_module_path("key_account_reports"), "migrations/19.0.1.7.0")
        migration = runpy.run_path(str(path / "post-seats.py"))
        for name in migration["_RULES"]:
            rule = self.env.ref(f"key_account_reports.{name}")
            now = rule.domain_force
            self.assertIn("not any", now)
            rule.domain_force = now.replace(migration["_NOW"], migration["_WAS"])
            self.assertNotIn("not any", rule.domain_force)
            for _again in range(2):
                migration["hide"](self.env)
                self.assertEqual(rule.domain_force, now)
        sheet = self.sheet.sudo()
        self.judge(self.sheet, self.director, 80)
        self.judge(self.sheet, self.appraiser, 60)
        self.rpc(self.manager, self.sheet, "action_appraise")
        sheet._set_kept({"was_appraised": False})
        self.env.flush_all()
        migration["remember"](self.env.cr)
        self.env.invalidate_all()
        self.assertTrue(sheet.was_appraised)

    def test_nobody_says_that_it_was_never_read(self):
        """That a sheet was appraised before, by write, create and default | director,
        HR, manager | refused, and of no effect"""
        self.judge(self.sheet, self.director, 80)
        self.judge(self.sheet, self.appraiser, 60)
        self.rpc(self.manager, self.sheet, "action_appraise")
        for user in (self.director, self.appraiser, self.manager, self.second):
            with self.assertRaises(AccessError):
                self.rpc(user, self.sheet, "write", {"was_appraised": False})
        self.assertTrue(self.sheet.was_appraised)
        self.assertTrue(self.env[SEAT]._fields["given_on"].readonly)
