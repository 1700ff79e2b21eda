"""Judgements of others, and about oneself"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_kpi_judgement import JudgementCase

SEAT, ROW = "key.account.kpi.sheet.appraiser", "key.account.kpi.judgement"
# Model: {role: operations}; managers and directors have what a specialist has.
MATRIX = {
    SEAT: {"specialist": "rw", "support": "rw", "appraiser": "rw"},
    ROW: {"specialist": "rw", "support": "rw", "appraiser": "rw"},
    "key.account.kpi.level": {},
    "key.account.kpi.set.appraiser": {},
}


@tagged("post_install", "-at_install")
class TestAttackJudgement(JudgementCase):
    def setUp(self):
        super().setUp()
        self.sheet = self.asked()
        self.seat, self.hr_seat = self.sheet.appraiser_ids
        self.row = self.seat.judgement_ids.filtered("line_id")
        self.hr_row = self.hr_seat.judgement_ids.filtered("line_id")
        self.good = self.level(self.kpis["archive_quality"], 80)
        self.best = self.level(self.kpis["archive_quality"], 100)

    def trace(self):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.Judgement.search([], order="id")
        seats = self.env[SEAT].search([], order="id")
        return [
            (
                row.id,
                row.appraiser_id,
                row.line_id,
                row.level_id,
                row.points,
                row.remark,
            )
            for row in rows
        ] + [(seat.id, seat.user_id, seat.weight, seat.given_on) for seat in seats]

    def refused(self, user, records, method, *args, **kwargs):
        before = self.trace()
        with self.assertRaises(UserError) as caught:
            self.rpc(user, records, method, *args, **kwargs)
        self.assertEqual(self.trace(), before, (method, args))
        return str(caught.exception)

    def seen(self, user, sheet=None):
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("sheet_id", "=", (sheet or self.sheet).id), ("role", "!=", "self")]
        found = self.rpc(user, self.Judgement, "search_read", domain, ["user_id"])
        return {row["user_id"][0] for row in found}

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def test_matrix(self):
        """Every operation on seats, judgements, levels, appraisers of sets | every role
        | what the access list says, and no more"""
        roles = (
            *("specialist", "manager", "director", "support", "appraiser"),
            *("configurator", "reviewer", "accountant", "outsider"),
        )
        letters = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for model, rights in MATRIX.items():
            for role in roles:
                if rights:
                    own = "specialist" if role in ("manager", "director") else role
                    expected = rights.get(own, "")
                else:
                    expected = "rwcu" if role == "configurator" else "r"
                records = self.env[model].with_user(getattr(self, role))
                for letter, operation in letters.items():
                    self.assertEqual(
                        records.has_access(operation),
                        letter in expected,
                        (model, role, operation),
                    )

    def test_judging_oneself(self):
        """The rows of an appraiser on one's own sheet, by write, by web_save of the
        row, of the seat, of the sheet | specialist | refused, nothing written"""
        vals = {"level_id": self.best.id, "remark": "Splendid"}
        update = [Command.update(self.row.id, vals)]
        for records, values in (
            (self.row, vals),
            (self.row, {"remark": "Splendid"}),
            (self.seat, {"judgement_ids": update}),
            (self.sheet, {"judgement_ids": update}),
            (self.sheet, {"self_judgement_ids": update}),
            (self.sheet, {"appraiser_ids": [Command.clear()]}),
        ):
            self.refused(self.specialist, records, "write", values)
            self.refused(self.specialist, records, "web_save", values, {})
        self.refused(self.specialist, self.seat, "action_give")
        self.refused(self.specialist, self.seat, "action_take_over")

    def test_rows_of_another_appraiser(self):
        """The rows of another appraiser: written, given, taken over | director, HR,
        manager, manager of another team, configuration | refused, nothing written"""
        vals = {"level_id": self.best.id}
        for user, row in (
            (self.appraiser, self.row),
            (self.director, self.hr_row),
            (self.manager, self.row),
            (self.other_manager, self.row),
            (self.configurator, self.row),
        ):
            seat = row.appraiser_id
            self.refused(user, row, "write", vals)
            self.refused(user, seat, "write", {"judgement_ids": [(1, row.id, vals)]})
            self.refused(user, seat, "action_give")
            self.refused(user, seat, "action_take_over")

    def test_superuser_code(self):
        """A judgement by superuser code that anybody sets off | whoever it is |
        refused: no sudo judges"""
        with self.assertRaises(AccessError):
            self.row.with_user(self.manager).sudo().level_id = self.best
        with self.assertRaises(AccessError):
            self.row.with_user(self.env.ref("base.user_root")).level_id = self.best

    def test_forged_rows(self):
        """Who judges, of which line, given or not, its points; a seat's person, role,
        weight | whose own it is | refused"""
        other = self.asked(self.colleague, set_id=self.judged_set.id)
        line = self.line(other, "archive_quality")
        for vals in (
            {"points": 100.0},
            {"given": True},
            {"user_id": self.manager.id},
            {"line_id": line.id},
            {"sheet_id": other.id},
            {"appraiser_id": self.hr_seat.id},
            {"appraiser_id": other.appraiser_ids[0].id},
            {"role": "self"},
        ):
            self.refused(self.director, self.row, "write", vals)
        for vals in (
            {"user_id": self.manager.id},
            {"role": "manager"},
            {"weight": 1000},
            {"given_on": "2025-10-01"},
            {"sheet_id": other.id},
        ):
            self.refused(self.director, self.seat, "write", vals)
        for command in (
            Command.link(other.judgement_ids[0].id),
            Command.create({"line_id": line.id, "level_id": self.best.id}),
            Command.delete(self.row.id),
            Command.set([]),
        ):
            self.refused(
                self.director, self.seat, "write", {"judgement_ids": [command]}
            )

    def test_rows_made(self):
        """A judgement or a seat made: by create, import, default_*, a command on the
        sheet, one's own default | director, HR, manager, specialist | refused"""
        start = {"appraiser_id": self.seat.id, "line_id": self.row.line_id.id}
        seat = {"sheet_id": self.sheet.id, "role": "manager"}
        for user in (self.director, self.appraiser, self.manager, self.specialist):
            own = {**seat, "user_id": user.id, "weight": 1000}
            self.refused(user, self.Judgement, "create", start)
            self.refused(user, self.env[SEAT], "create", own)
            context = {f"default_{name}": value for name, value in start.items()}
            self.refused(user, self.Judgement, "create", {}, context=context)
            for name in ("self_judgement_ids", "judgement_ids"):
                values = {name: [Command.create(start)]}
                self.refused(user, self.sheet, "write", values)
            values = {"appraiser_ids": [Command.create(own)]}
            self.refused(user, self.sheet, "write", values)
        self.rpc(
            self.director,
            self.env["ir.default"],
            "set",
            *(ROW, "level_id", self.best.id),
            user_id=True,
        )
        asked = self.asked(self.colleague, set_id=self.judged_set.id)
        self.assertFalse(asked.judgement_ids.level_id)
        self.assertFalse(asked.sudo().self_judgement_ids.filtered("level_id"))

    def test_deleted_rows(self):
        """A judgement or a seat deleted | whose own it is, director, superuser code of
        theirs | refused"""
        for user in (self.director, self.appraiser, self.manager, self.specialist):
            self.refused(user, self.row, "unlink")
            self.refused(user, self.seat, "unlink")

    def test_after_it_was_given(self):
        """One's own judgement changed, or given again, after it was given; on a sheet
        that is appraised, confirmed | director | refused"""
        self.judge(self.sheet, self.director, 80)
        vals = {"level_id": self.best.id}
        self.refused(self.director, self.row, "write", vals)
        self.refused(self.director, self.row, "write", {"remark": "On second thoughts"})
        self.refused(self.director, self.seat, "action_give")
        self.judge(self.sheet, self.appraiser, 60)
        for step in ("appraise", "confirm"):
            self.rpc(self.director, self.sheet, f"action_{step}")
            self.refused(self.director, self.row, "write", vals)
            self.refused(self.director, self.seat, "action_give")
        self.refused(
            self.director, self.row.line_id, "write", {"kpi_id": self.kpis["skill"].id}
        )

    def test_level_of_another_kpi(self):
        """A level of another KPI; a level for a KPI that is measured, for the whole |
        whose own rows they are | refused"""
        skill = self.level(self.kpis["skill"], 100)
        self.refused(self.director, self.row, "write", {"level_id": skill.id})
        whole = self.seat.judgement_ids - self.row
        self.refused(self.director, whole, "write", {"level_id": self.best.id})
        sheet = self.make_sheet(user=self.colleague, set_id=self.judged_set.id)
        sheet.with_user(self.colleague).action_start_self_assessment()
        measured = self.rows(sheet, self.colleague).filtered(
            lambda row: row.kind != "judged"
        )
        self.refused(self.colleague, measured[0], "write", {"level_id": self.best.id})

    def test_self_assessment_of_another(self):
        """What somebody says of themselves, written by others; by themselves after they
        handed it in | manager, director, HR, colleague; specialist | refused"""
        sheet = self.make_sheet(user=self.colleague, set_id=self.judged_set.id)
        sheet.with_user(self.colleague).action_start_self_assessment()
        own = self.rows(sheet, self.colleague)[-1]
        users = (self.manager, self.director, self.appraiser, self.specialist)
        for user in users:
            self.refused(user, own, "write", {"remark": "Poor"})
            values = {"self_judgement_ids": [(1, own.id, {"remark": "Poor"})]}
            self.refused(user, sheet, "write", values)
        self.rpc(self.colleague, own, "write", {"remark": "Good"})
        self.rpc(self.colleague, sheet, "action_ask_appraisers")
        self.refused(self.colleague, own, "write", {"remark": "Better"})
        self.refused(self.colleague, own.appraiser_id, "action_give")

    def test_moved_to_another_person(self):
        """A returned sheet given to another person, another time; its KPI exchanged |
        manager, director | done, but what was judged goes with it nowhere"""
        self.judge(self.sheet, self.director, 100)
        self.rpc(self.manager, self.sheet, "action_return")
        self.rpc(
            self.manager, self.row.line_id, "write", {"kpi_id": self.kpis["skill"].id}
        )
        self.assertFalse((self.row | self.hr_row).exists())
        self.rpc(self.manager, self.sheet, "write", {"user_id": self.colleague.id})
        self.assertFalse(self.seat.exists())
        self.assertFalse(self.sheet.judgement_ids)

    def test_weights_while_it_runs(self):
        """The weight of an appraiser in the set, the points of a level changed while
        sheets are judged | configuration | those sheets go on as they were asked"""
        self.judge(self.sheet, self.director, 80)
        self.rpc(
            self.configurator,
            self.judged_set.appraiser_ids[0],
            "write",
            {"weight": 100000},
        )
        self.rpc(self.configurator, self.good, "write", {"points": 81})
        self.judge(self.sheet, self.appraiser, 60)
        self.rpc(self.manager, self.sheet, "action_appraise")
        self.assertEqual(self.line(self.sheet, "archive_quality").score, 72)
        for user in (self.manager, self.director, self.appraiser, self.specialist):
            self.refused(user, self.good, "write", {"points": 0})
            self.refused(user, self.judged_set.appraiser_ids[0], "write", {"weight": 1})

    def test_going_on(self):
        """Going on without an appraiser: the reason given, the sheet appraised | whom
        it measures, manager | refused"""
        self.judge(self.sheet, self.director, 100)
        for user in (self.specialist, self.manager):
            self.refused(user, self.sheet, "write", {"missing_reason": "Away"})
            self.refused(user, self.sheet, "action_appraise")
        self.refused(
            self.director,
            self.Sheet,
            "create",
            {"user_id": self.colleague.id, "state": "appraisal"},
        )

    def test_asked_by_a_stranger(self):
        """A sheet handed to its appraisers | a colleague, a manager of another team |
        refused"""
        sheet = self.make_sheet(user=self.colleague, set_id=self.judged_set.id)
        sheet.with_user(self.colleague).action_start_self_assessment()
        for user in (self.specialist, self.other_manager, self.support):
            with self.assertRaises(UserError):
                self.rpc(user, sheet, "action_ask_appraisers")
        self.assertFalse(sheet.sudo().appraiser_ids)

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def test_read_before_one_gave(self):
        """The judgement of another appraiser: searched, read, grouped, exported, behind
        the figure, by the points of the line | the other appraiser before they gave
        theirs; manager, another director before all have; strangers | nothing of it"""
        self.judge(self.sheet, self.director, 80)
        line = self.row.line_id
        for user in (
            *(self.appraiser, self.manager, self.general_manager, self.specialist),
            *(self.other_manager, self.colleague, self.support),
        ):
            self.assertFalse(self.seen(user) - {user.id}, user.name)
            with self.assertRaises(AccessError):
                self.rpc(user, self.row, "read", ["points", "remark"])
            with self.assertRaises(UserError):
                self.rpc(user, self.row, "export_data", ["points"])
            groups = self.rpc(
                user,
                self.Judgement,
                "formatted_read_group",
                [("id", "=", self.row.id)],
                ["user_id"],
                ["points:avg"],
            )
            self.assertFalse(groups)
        for user in (self.appraiser, self.manager, self.specialist):
            self.env.invalidate_all()
            [shown] = self.rpc(user, line, "read", ["score", "applicable"])
            self.assertFalse(shown["applicable"] or shown["score"])
            found = self.rpc(
                user,
                line.browse(),
                "search_count",
                [("id", "=", line.id), ("judgement_ids.points", ">", 70)],
            )
            self.assertFalse(found, user.name)
        self.judge(self.sheet, self.appraiser, 60)
        both = {self.director.id, self.appraiser.id}
        self.assertEqual(self.seen(self.appraiser), both)
        self.assertEqual(self.seen(self.director), both)
        self.assertFalse(self.seen(self.manager))
        self.rpc(self.manager, self.sheet, "action_appraise")
        self.assertEqual(self.seen(self.manager), both)
        for user in (self.specialist, self.other_manager, self.colleague):
            self.assertFalse(self.seen(user), user.name)
        self.rpc(self.director, self.sheet, "action_confirm")
        self.assertEqual(self.seen(self.specialist), both)
        for user in (self.other_manager, self.colleague, self.support):
            self.assertFalse(self.seen(user), user.name)

    def test_a_draft_is_ones_own(self):
        """What an appraiser has begun and not given, when it goes on without them |
        everybody else | never shown, never counted"""
        self.judge(self.sheet, self.director, 80)
        self.judge(self.sheet, self.appraiser, 30, give=False)
        self.rpc(
            self.director, self.sheet, "write", {"missing_reason": "Ill until November"}
        )
        self.rpc(self.director, self.sheet, "action_appraise")
        self.rpc(self.director, self.sheet, "action_confirm")
        for user in (self.director, self.manager, self.specialist):
            self.assertEqual(self.seen(user), {self.director.id})
        self.assertEqual(self.line(self.sheet, "archive_quality").score, 80)
        kpi = self.kpis["archive_quality"]
        kept = self.sheet.snapshot_ids.filtered(lambda each: each.kpi_id == kpi)
        self.assertEqual([each["role"] for each in kept.judgements], ["director"])

    def test_forms_with_foreign_ids(self):
        """onchange of a row, a seat, a sheet that names records of others, or says that
        it is appraised | manager of another team, specialist | refused, or nothing
        shown"""
        self.judge(self.sheet, self.director, 80)
        for model, values, names in (
            (ROW, {"appraiser_id": self.seat.id}, ("points", "remark", "user_id")),
            (ROW, {"line_id": self.row.line_id.id}, ("kpi_id", "self_remark")),
            (SEAT, {"sheet_id": self.sheet.id}, ("self_comment", "person_id")),
        ):
            for user in (self.other_manager, self.colleague):
                spec = dict.fromkeys([*values, *names], {})
                with self.assertRaises(AccessError):
                    self.rpc(user, self.env[model], "onchange", [], values, [], spec)
        values = {
            "state": "appraised",
            "line_ids": [Command.update(self.row.line_id.id, {"weight": 21})],
        }
        spec = {"state": {}, "line_ids": {"fields": {"score": {}, "weight": {}}}}
        shown = self.rpc(
            self.specialist, self.sheet, "onchange", values, ["state"], spec
        )["value"]
        scores = [
            command[2].get("score")
            for command in shown.get("line_ids", ())
            if len(command) > 2 and isinstance(command[2], dict)
        ]
        self.assertFalse(any(scores))

    def test_another_company(self):
        """Seats and judgements of a company one does not work for | its director |
        nothing shown, nobody asked there"""
        foreign = self._user("ka_foreign", "key_account.group_director")
        foreign.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        self.env.flush_all()
        for model in (SEAT, ROW):
            found = (
                self.env[model]
                .with_user(foreign)
                .with_context(allowed_company_ids=self.other_company.ids)
            )
            self.assertFalse(found.search([("sheet_id", "=", self.sheet.id)]))
        self.assertNotIn(foreign, self.sheet._role_holders("director"))
