"""What follows an appraisal: acknowledged, decided and forged by those who may not"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.key_account.tests.attack_common import FORGED

from .outcome_common import OutcomeCommon

ACKNOWLEDGED = {
    "acknowledgement": "agreed",
    "acknowledged_by_id": 1,
    "acknowledged_on": "2025-10-10 06:00:00",
    "acknowledgement_remark": "All well",
    "talked_by_id": 1,
    "talked_on": "2025-10-10 06:00:00",
    "result_id": False,
    "grade_id": False,
    "version": 2,
}


@tagged("post_install", "-at_install")
class TestAttackKpiOutcome(OutcomeCommon):
    def refused(self, user, records, method, *args, **context):
        for each in ({}, {**FORGED, **context}):
            with self.assertRaises(UserError) as caught, self.cr.savepoint():
                self.rpc(user, records, method, *args, context=each)
        self.env.invalidate_all()
        return str(caught.exception)

    # ------------------------------------------------------------
    # ACKNOWLEDGEMENT
    # ------------------------------------------------------------

    def test_acknowledged_for_another(self):
        """action_acknowledge of a colleague's, one's specialist's, anybody's sheet |
        colleague, manager, director, appraiser, support | refused, not acknowledged"""
        sheet = self.confirmed(100)
        for user in (
            *(self.colleague, self.manager, self.director),
            *(self.appraiser, self.support, self.configurator),
        ):
            self.refused(user, sheet, "action_acknowledge")
            self.refused(user, sheet, "action_acknowledge_with_remark", "No")
        with self.assertRaises(AccessError):
            sheet.sudo().action_acknowledge()
        self.assertFalse(sheet.acknowledgement)

    def test_acknowledged_before_it_is_confirmed(self):
        """action_acknowledge, action_talked_over of a sheet that is only appraised |
        the person, director | refused"""
        sheet = self.appraised(100)
        self.refused(self.specialist, sheet, "action_acknowledge")
        self.refused(self.director, sheet, "action_talked_over")

    def test_acknowledgement_taken_back(self):
        """A second acknowledgement with another word; the fields written, emptied, by
        web_save and import | the person, director | refused, the first one stands"""
        sheet = self.confirmed(100)
        self.rpc(self.specialist, sheet, "action_acknowledge")
        self.refused(self.specialist, sheet, "action_acknowledge")
        self.refused(
            self.specialist, sheet, "action_acknowledge_with_remark", "Not at all"
        )
        for user in (self.specialist, self.manager, self.director):
            for name in ACKNOWLEDGED:
                self.refused(user, sheet, "write", {name: False})
                self.refused(user, sheet, "web_save", {name: False}, {"id": {}})
        self.assertEqual(sheet.acknowledgement, "agreed")
        self.assertFalse(sheet.acknowledgement_remark)

    def test_reasons_that_show_nothing(self):
        """A remark on an appraisal, why it is reopened, why what follows is declined,
        of spaces, of characters that nobody sees, of none | the person, director |
        refused
        """
        sheet = self.confirmed(110)
        outcome = sheet.outcome_ids[:1]
        for words in ("", " ", "\u200b", "\u2060 \xad", 1, None):
            self.refused(
                self.specialist, sheet, "action_acknowledge_with_remark", words
            )
            self.refused(self.director, sheet, "action_reopen", words)
            self.refused(self.director, outcome, "action_decline", words)
        self.assertEqual((sheet.acknowledgement, outcome.state), (False, "proposed"))

    def test_acknowledged_by_writing(self):
        """acknowledgement, who and when, grade, version by write, create, default_*,
        ir.default | the person, manager, director, appraiser | refused"""
        sheet = self.confirmed(100)
        for user in (self.specialist, self.manager, self.director, self.appraiser):
            for name, value in ACKNOWLEDGED.items():
                self.refused(user, sheet, "write", {name: value})
        values = {
            "user_id": self.colleague.id,
            "company_id": self.company.id,
            "date": "2025-08-15",
        }
        for name, value in ACKNOWLEDGED.items():
            if value:
                self.refused(
                    self.director, self.Sheet, "create", {**values, name: value}
                )
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.rpc(
                        self.director,
                        self.Sheet,
                        "create",
                        values,
                        context={f"default_{name}": value},
                    )
        own = self.env["ir.default"].with_user(self.director)
        own.set(self.Sheet._name, "acknowledgement", "agreed", user_id=True)
        own.set(self.Sheet._name, "version", 5, user_id=True)
        made = self.Sheet.browse(self.rpc(self.director, self.Sheet, "create", values))
        self.assertEqual((made.acknowledgement, made.version), (False, 1))

    def test_signed_off_by_others(self):
        """action_talked_over of a sheet that another confirmed; of one's own | manager
        who did not appraise, another director, the person | refused"""
        sheet = self.confirmed(100, by=self.appraiser)
        other = self._user("ka_other_director", "key_account.group_director")
        for user in (self.manager, other, self.specialist, self.colleague):
            self.refused(user, sheet, "action_talked_over")
        self.assertFalse(sheet.talked_by_id)

    # ------------------------------------------------------------
    # OUTCOMES
    # ------------------------------------------------------------

    def outcome(self, score=110):
        return self.confirmed(score).outcome_ids[:1]

    def test_decided_by_others(self):
        """action_accept, action_decline, action_done of what follows for oneself, for
        one's specialist | the person, manager, colleague, support | refused, stays
        proposed"""
        outcome = self.outcome()
        for user in (self.specialist, self.manager, self.colleague, self.support):
            self.refused(user, outcome, "action_accept")
            self.refused(user, outcome, "action_decline", "No")
            self.refused(user, outcome, "action_done")
        said = self.refused(self.manager, outcome, "action_accept")
        self.assertIn("a director or an appraiser decides", said)
        self.assertEqual(outcome.state, "proposed")

    def test_decided_for_oneself(self):
        """action_accept of one's own bonus; of the team that one manages | director,
        appraiser | refused"""
        for user in (self.director, self.appraiser):
            other = self._user(f"ka_for_{user.login}", "key_account.group_director")
            sheet = self.appraised_for(user, other)
            self.assertTrue(sheet.outcome_ids)
            self.refused(user, sheet.outcome_ids, "action_accept")
            self.assertFalse(sheet.outcome_ids[:1].with_user(user).may_decide)
            sheet.outcome_ids.with_user(other).action_accept()
        team = self.confirmed(None, team=self.team, by=self.appraiser)
        self.team.key_account_manager_ids |= self.director
        self.env.flush_all()
        self.refused(self.director, team.outcome_ids, "action_accept")
        team.outcome_ids.with_user(self.appraiser).action_accept()

    def appraised_for(self, user, by):
        """A sheet of a director or appraiser, confirmed by another."""
        line = {"kpi_id": self.kpis["lost_accounts"].id, "default_target": 0.0}
        sheet = self.Sheet.with_user(by).create(
            {
                "user_id": user.id,
                "company_id": self.company.id,
                "date": "2025-08-15",
                "team_id": self.team.id,
                "line_ids": [Command.create(line)],
            }
        )
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet, f"action_{step}")()
        return sheet

    def test_decided_by_writing(self):
        """state, kind, due, person, reason of what follows, by write, web_save, a line
        of the sheet | director, appraiser, manager, the person | refused, stays"""
        outcome = self.outcome()
        sheet = outcome.sheet_id
        before = outcome.read()
        for user in (self.specialist, self.manager, self.director, self.appraiser):
            for vals in (
                {"state": "done"},
                {"kind": "promotion"},
                {"due": "2030-01-01"},
                {"user_id": self.colleague.id},
                {"reason": "Well"},
                {"decided_by_id": user.id},
                {"version": 3},
                {"sheet_id": sheet.id},
            ):
                self.refused(user, outcome, "write", vals)
                self.refused(user, outcome, "web_save", vals, {"id": {}})
                for command in (
                    Command.update(outcome.id, vals),
                    Command.create({**vals, "kind": "pay"}),
                ):
                    self.refused(user, sheet, "write", {"outcome_ids": [command]})
            for command in (
                Command.delete(outcome.id),
                Command.clear(),
                Command.set([]),
                Command.unlink(outcome.id),
            ):
                self.refused(user, sheet, "write", {"outcome_ids": [command]})
        self.env.invalidate_all()
        self.assertEqual(outcome.read(), before)

    def test_made_and_deleted(self):
        """What follows made by create, import, copy, default_*; deleted | director,
        appraiser, configurator, superuser code | refused"""
        outcome = self.outcome()
        values = {
            "sheet_id": outcome.sheet_id.id,
            "version": 1,
            "company_id": self.company.id,
            "user_id": self.specialist.id,
            "kind": "pay",
        }
        for user in (self.director, self.appraiser, self.configurator):
            self.refused(user, outcome.browse(), "create", values)
            self.refused(user, outcome, "copy", {"kind": "pay"})
            self.refused(user, outcome, "unlink")
            self.refused(
                user,
                outcome.browse(),
                "create",
                {},
                **{f"default_{name}": value for name, value in values.items()},
            )
        result = outcome.with_user(self.director).load(
            ["sheet_id/.id", "kind", "version"],
            [[str(outcome.sheet_id.id), "Pay", "1"]],
        )
        self.assertFalse(result["ids"])
        with self.assertRaises(AccessError):
            outcome.sudo().create(values)
        with self.assertRaises(AccessError):
            outcome.sudo().unlink()

    def test_grade_written_down(self):
        """The grade of a confirmed sheet: made, changed, deleted | director, appraiser,
        superuser code | refused"""
        result = self.confirmed(50).result_id
        for user in (self.director, self.appraiser):
            self.refused(user, result, "write", {"score": 120.0})
            self.refused(user, result, "unlink")
            self.refused(user, result.browse(), "create", {"score": 120.0})
        for vals in ({"score": 120.0}, {"follows": []}, {"names": {"en_US": "Good"}}):
            with self.assertRaises(AccessError):
                result.sudo().write(vals)
        with self.assertRaises(AccessError):
            result.sudo().unlink()

    def test_read_by_others(self):
        """What follows, the grade and the words of a decision, by read, search_read,
        read_group, a wizard about it | colleague, manager of another team, support |
        refused, nothing found"""
        outcome = self.outcome()
        for user in (self.colleague, self.other_manager, self.support):
            for record in (outcome, outcome.sheet_id.result_id):
                self.refused(user, record, "read", ["display_name"])
                found = self.rpc(user, record.browse(), "search_read", [], ["id"])
                self.assertFalse(found)
            groups = self.rpc(
                user,
                outcome.browse(),
                "formatted_read_group",
                [],
                ["kind"],
                ["__count"],
            )
            self.assertFalse(groups)
            act = self.env["key.account.kpi.act"]
            for name, record in (
                ("outcome_id", outcome),
                ("sheet_id", outcome.sheet_id),
            ):
                self.refused(user, act, "create", {name: record.id})
                with self.assertRaises(AccessError):
                    self.rpc(
                        user,
                        act,
                        "onchange",
                        [],
                        {},
                        [],
                        {name: {"fields": {"display_name": {}}}},
                        context={f"default_{name}": record.id},
                    )

    def test_thresholds_by_others(self):
        """A grade, or what follows from it, made, changed, deleted | specialist,
        manager, director, appraiser | refused"""
        grade = self.env.ref("key_account_reports.kpi_grade_failed")
        for user in (self.specialist, self.manager, self.director, self.appraiser):
            self.refused(user, grade, "write", {"points": 10})
            self.refused(user, grade, "unlink")
            self.refused(user, grade.follow_ids, "write", {"kind": "bonus"})
            self.refused(
                user,
                grade.follow_ids.browse(),
                "create",
                {"grade_id": grade.id, "kind": "pay"},
            )

    def test_thresholds_of_another_company(self):
        """Grades of a company one does not work in, read, changed, made | configurator
        | refused, not found"""
        foreign = self.env["key.account.kpi.grade"].create(
            {"name": "Theirs", "points": 1, "company_id": self.other_company.id}
        )
        self.configurator.company_ids = self.company
        self.configurator.company_id = self.company
        self.refused(self.configurator, foreign, "write", {"points": 10})
        self.refused(
            self.configurator,
            foreign.browse(),
            "create",
            {"name": "Ours", "points": 2, "company_id": self.other_company.id},
        )

    def test_confirmed_with_a_forged_context(self):
        """action_confirm with a context that names grade, result, version, score |
        director, manager, the person | as without it: graded by the score, or
        refused"""
        forged = {
            **FORGED,
            "default_result_id": 1,
            "default_kind": "bonus",
            "default_state": "accepted",
            "default_version": 7,
            "default_score": 120.0,
            "default_grade_id": self.env.ref(
                "key_account_reports.kpi_grade_outstanding"
            ).id,
        }
        sheet = self.appraised(50)
        for user in (self.specialist, self.manager):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.rpc(user, sheet, "action_confirm", context=forged)
        try:
            with self.cr.savepoint():
                self.rpc(self.director, sheet, "action_confirm", context=forged)
        except UserError:
            self.rpc(self.director, sheet, "action_confirm")
        self.env.invalidate_all()
        self.assertEqual(sheet.grade_name, "Failed")
        self.assertEqual((sheet.version, sheet.result_id.version), (1, 1))
        self.assertEqual(self.kinds(sheet), ["verbal_warning", "training"])
        self.assertEqual(set(sheet.outcome_ids.mapped("state")), {"proposed"})

    # ------------------------------------------------------------
    # REOPENING
    # ------------------------------------------------------------

    def test_reopened_by_others(self):
        """action_reopen of a confirmed sheet | the person, manager, appraiser,
        colleague, support, configurator | refused, stays confirmed"""
        sheet = self.confirmed(50)
        for user in (
            *(self.specialist, self.manager, self.appraiser),
            *(self.colleague, self.support, self.configurator),
        ):
            self.refused(user, sheet, "action_reopen", "Because")
        self.assertEqual((sheet.state, sheet.version), ("confirmed", 1))

    def test_own_sheet_reopened(self):
        """action_reopen of one's own sheet, of the team that one manages | director |
        refused"""
        other = self._user("ka_other_director", "key_account.group_director")
        own = self.appraised_for(self.director, other)
        self.refused(self.director, own, "action_reopen", "Because")
        team = self.confirmed(None, team=self.team, by=self.appraiser)
        self.team.key_account_manager_ids |= self.director
        self.env.flush_all()
        self.refused(self.director, team, "action_reopen", "Because")
        self.rpc(other, own, "action_reopen", "A plan was missing")
        self.assertEqual(own.version, 2)

    def test_reopened_twice(self):
        """action_reopen of a sheet that is reopened, of one that was never confirmed |
        director | refused, one new version"""
        sheet = self.confirmed(50)
        self.refused(
            self.director, self.appraised(50, date="2025-05-15"), "action_reopen", "No"
        )
        self.rpc(self.director, sheet, "action_reopen", "A plan was missing")
        self.refused(self.director, sheet, "action_reopen", "Again")
        self.assertEqual((sheet.version, len(sheet.version_ids)), (2, 1))

    def test_reopened_sheet_becomes_anothers(self):
        """A reopened sheet given another person, team, period, company, deleted |
        director, manager, appraiser | refused: what was confirmed was confirmed of
        them"""
        sheet = self.confirmed(50)
        self.rpc(self.director, sheet, "action_reopen", "A plan was missing")
        for user in (self.director, self.manager, self.appraiser):
            for vals in (
                {"user_id": self.colleague.id},
                {"team_id": self.plain_team.id},
                {"date": "2025-05-01"},
                {"period": "year"},
                {"company_id": self.other_company.id},
                {"subject": "team"},
            ):
                self.refused(user, sheet, "write", vals)
            self.refused(user, sheet, "unlink")
        with self.assertRaises(UserError):
            sheet.sudo().write({"user_id": self.colleague.id})

    def test_former_version_forged(self):
        """What was confirmed before: made, changed, deleted, emptied from the sheet |
        director, appraiser, superuser code | refused"""
        sheet = self.confirmed(50)
        self.rpc(self.director, sheet, "action_reopen", "A plan was missing")
        version = sheet.version_ids
        for user in (self.director, self.appraiser):
            self.refused(user, version, "write", {"reason": "None"})
            self.refused(user, version, "unlink")
            self.refused(
                user,
                version.browse(),
                "create",
                {"sheet_id": sheet.id, "version": 3, "reason": "None"},
            )
            for command in (Command.clear(), Command.create({"reason": "None"})):
                self.refused(user, sheet, "write", {"version_ids": [command]})
        for call in (
            lambda: version.sudo().write({"score": 100.0}),
            lambda: version.sudo().unlink(),
        ):
            with self.assertRaises(AccessError):
                call()
        for user in (self.colleague, self.other_manager, self.support):
            self.refused(user, version, "read", ["reason"])

    def test_outcome_of_a_former_version_decided(self):
        """action_accept, action_done of what was withdrawn by reopening | director,
        appraiser | refused, stays withdrawn"""
        outcome = self.outcome(50)
        self.rpc(self.director, outcome.sheet_id, "action_reopen", "A plan was missing")
        for user in (self.director, self.appraiser):
            self.refused(user, outcome, "action_accept")
            self.refused(user, outcome, "action_done")
        self.assertEqual(outcome.state, "withdrawn")
