"""Figures of others, and one's own appraisal"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KeyAccountReportsCommon

SPEC = {
    "user_id": {},
    "team_id": {},
    "score_display": {},
    "line_ids": {
        "fields": {
            "kpi_id": {},
            "numerator": {},
            "denominator": {},
            "value_display": {},
            "target": {},
            "score": {},
        }
    },
}


@tagged("post_install", "-at_install")
class TestAttackKpi(KeyAccountReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = cls.env["crm.team"].create(
            {
                "name": "Other Accounts",
                "company_id": cls.company.id,
                "user_id": cls.other_manager.id,
                "is_key_account": True,
            }
        )
        cls.stranger = cls._user("ka_stranger", "key_account.group_specialist")
        cls.env["crm.team.member"].create(
            {"crm_team_id": cls.other_team.id, "user_id": cls.stranger.id}
        )
        visit = cls.make_visit("2025-08-01 01:00:00")
        cls.hold_visit(visit, reported="2025-08-01 03:00:00")
        Figure = cls.env["key.account.kpi.figure"]
        roster = Figure._roster(cls.company)
        kpis = cls.kpis["visit_plan_completion"] | cls.kpis["report_timeliness"]
        Figure._compute(cls.company, cls.quarter, kpis, *roster, everybody=True)
        cls.env.flush_all()

    def form(self, user, record=None, **values):
        """The numerators that a form shows which says whom it measures."""
        record = record or self.Sheet
        codes = ("visit_plan_completion", "report_timeliness")
        lines = [
            Command.create(
                {"kpi_id": self.kpis[code].id, "weight": 10, "default_target": 100}
            )
            for code in codes
        ]
        values = {
            "subject": "person",
            "period": "quarter",
            "date": "2025-08-15",
            "company_id": self.company.id,
            "line_ids": lines,
            **values,
        }
        spec = {**SPEC, **{name: {} for name in values if name not in SPEC}}
        # Without a record the client sends an empty list of ids.
        ids = [] if record else [[]]
        shown = self.rpc(user, record, "onchange", *ids, values, [], spec)["value"]
        return [
            command[2].get("numerator")
            for command in shown["line_ids"]
            if command[0] in (Command.CREATE, Command.UPDATE)
        ]

    def test_figures_in_a_form(self):
        """onchange of a sheet with a colleague's name, of another team's, of the whole
        team | specialist, manager of another team | refused, or no figure shown"""
        of_specialist = {"user_id": self.specialist.id, "team_id": self.team.id}
        whole_team = {"subject": "team", "user_id": False, "team_id": self.team.id}
        with self.assertRaises(AccessError):
            self.form(self.colleague, **of_specialist)
        for values in (of_specialist, whole_team):
            self.assertEqual(self.form(self.other_manager, **values), [0, 0])
        forged = {"user_id": self.specialist.id, "team_id": self.other_team.id}
        self.assertEqual(self.form(self.other_manager, **forged), [0, 0])
        own = self.make_sheet(line_ids=[])
        own.line_ids.unlink()
        shown = self.form(self.specialist, own, **of_specialist)
        self.assertEqual(shown, [1, 1])
        self.assertEqual(self.form(self.manager, **of_specialist), [1, 1])
        self.assertEqual(self.form(self.director, **whole_team), [1, 1])

    def test_words_of_another(self):
        """A sheet made with the self-assessment of whom it measures, in its values, by
        default | manager, director | refused"""
        vals = {
            "user_id": self.specialist.id,
            "team_id": self.team.id,
            "company_id": self.company.id,
            "date": "2025-08-15",
        }
        said = {"self_comment": "I have done nothing"}
        context = {f"default_{name}": value for name, value in said.items()}
        for user in (self.manager, self.director):
            with self.assertRaisesRegex(AccessError, "by the person alone"):
                self.rpc(user, self.Sheet, "create", [{**vals, **said}])
            with self.assertRaisesRegex(AccessError, "by the person alone"):
                self.rpc(user, self.Sheet, "create", [vals], context=context)
        self.assertTrue(self.rpc(self.manager, self.Sheet, "create", [vals]))

    def test_manual_of_another_team(self):
        """A version of the process manual of a team, named by default | manager of
        another team | refused"""
        issues = self.env["key.account.manual.issue"]
        context = {"default_team_id": self.team.id}
        vals = {"number": "KA-QP-01", "version": "A/0"}
        with self.assertRaisesRegex(AccessError, "by a manager of that team"):
            self.rpc(self.other_manager, issues, "create", [vals], context=context)

    def test_figures_by_an_own_sheet(self):
        """onchange of one's own sheet with a colleague's name | specialist | no figure
        of theirs"""
        own = self.make_sheet(user=self.colleague)
        shown = self.form(self.colleague, own, user_id=self.specialist.id)
        self.assertFalse(any(shown))

    def test_figures_of_another_company(self):
        """onchange of a sheet in a company one does not work for | director | no figure
        shown"""
        foreign = self._user("ka_foreign", "key_account.group_director")
        foreign.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        sheets = self.Sheet.with_user(foreign).with_context(allowed_company_ids=[])
        sheet = sheets.new(
            {
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "date": "2025-08-15",
                "line_ids": [
                    Command.create({"kpi_id": self.kpis["report_timeliness"].id})
                ],
            }
        )
        self.assertFalse(sheet._shown_to_user())

    def test_confirmed_figures_in_a_form(self):
        """onchange of a sheet that says it is confirmed, with the evidence of others |
        manager of another team | no figure shown"""
        sheet = self.make_sheet()
        for step in ("start_self_assessment", "appraise", "confirm"):
            getattr(sheet.with_user(self.director), f"action_{step}")()
        shown = self.form(
            self.other_manager,
            user_id=self.specialist.id,
            state="confirmed",
            snapshot_ids=[Command.set(sheet.snapshot_ids.ids)],
        )
        self.assertFalse(any(shown))

    def test_sheets_of_other_teams(self):
        """A sheet for somebody of another team, also under one's own team's name; a
        sheet of one's own moved to them | manager | refused, nothing written"""
        values = {"company_id": self.company.id, "date": "2025-08-15"}
        before = self.Sheet.search_count([])
        for team in (self.team, self.other_team, None):
            forged = {**values, "user_id": self.stranger.id}
            if team:
                forged["team_id"] = team.id
            with self.assertRaises(AccessError):
                self.rpc(self.manager, self.Sheet, "create", forged)
            with self.assertRaises(AccessError):
                self.rpc(self.manager, self.Sheet, "web_save", [], forged, {})
        context = {f"default_{name}": value for name, value in forged.items()}
        with self.assertRaises(AccessError):
            self.rpc(self.manager, self.Sheet, "create", {}, context=context)
        self.assertEqual(self.Sheet.search_count([]), before)
        sheet = self.make_sheet()
        for vals in (
            {"user_id": self.stranger.id},
            {"user_id": self.stranger.id, "team_id": self.team.id},
            {"team_id": self.other_team.id},
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.manager, sheet, "write", vals)
        self.assertEqual((sheet.user_id, sheet.team_id), (self.specialist, self.team))

    def test_own_weights(self):
        """A sheet of one's people with a weight of 1000 and a target of 0.01, then
        one's own name on it | manager, director, appraiser | refused, stays theirs"""
        self.team.crm_team_member_ids = [Command.create({"user_id": self.manager.id})]
        for user in (self.manager, self.director, self.appraiser):
            sheet = self.Sheet.browse(
                self.rpc(
                    user,
                    self.Sheet,
                    "create",
                    {
                        "user_id": self.colleague.id,
                        "company_id": self.company.id,
                        "team_id": self.team.id,
                        "date": "2025-08-15",
                        "line_ids": [
                            Command.create(
                                {
                                    "kpi_id": self.kpis["report_timeliness"].id,
                                    "weight": 1000,
                                    "default_target": 0.01,
                                }
                            )
                        ],
                    },
                )
            )
            with self.assertRaises(AccessError):
                self.rpc(user, sheet, "write", {"user_id": user.id})
            self.assertEqual(sheet.user_id, self.colleague)
            sheet.unlink()

    def test_own_sheet_by_defaults(self):
        """A sheet that starts with one's own name by one's own default | manager |
        refused"""
        self.env["ir.default"].with_user(self.manager).set(
            "key.account.kpi.sheet", "user_id", self.manager.id, user_id=True
        )
        with self.assertRaises(AccessError):
            self.rpc(
                self.manager, self.Sheet, "create", {"company_id": self.company.id}
            )

    def test_line_on_another_sheet(self):
        """A KPI put on, or moved to, a sheet that one may not appraise: one's own, one
        of another team | manager, specialist | refused"""
        own = self.make_sheet(user=self.manager, team_id=self.team.id)
        foreign = self.make_sheet(user=self.stranger)
        sheet = self.make_sheet()
        kpi = self.kpis["report_timeliness"]
        line = sheet.line_ids[:1]
        for target in (own, foreign):
            target.with_user(self.director).line_ids.unlink()
            for call in (
                ("create", {"sheet_id": target.id, "kpi_id": kpi.id}),
                ("create", {"sheet_id": str(target.id), "kpi_id": kpi.id}),
            ):
                with self.assertRaises(UserError):
                    self.rpc(self.manager, line.browse(), *call)
            with self.assertRaises(UserError):
                self.rpc(self.manager, line, "write", {"sheet_id": target.id})
            self.assertFalse(target.line_ids)
        with self.assertRaises(UserError):
            self.rpc(self.specialist, line, "write", {"weight": 1000})

    def test_own_target(self):
        """A target for oneself; one's own changed, deleted; one of another given one's
        own name | director | refused"""
        Target = self.env["key.account.kpi.target"]
        values = {
            "kpi_id": self.kpis["sales_plan_completion"].id,
            "company_id": self.company.id,
            "value": 0.01,
        }
        with self.assertRaises(AccessError):
            self.rpc(
                self.director, Target, "create", {**values, "user_id": self.director.id}
            )
        target = self.make_target(1000, user=self.specialist)
        with self.assertRaises(AccessError):
            self.rpc(self.director, target, "write", {"user_id": self.director.id})
        own = Target.create({**values, "user_id": self.director.id})
        with self.assertRaises(AccessError):
            self.rpc(self.director, own, "write", {"value": 0.001})
        # The default of the KPI would be all there is to reach.
        with self.assertRaises(AccessError):
            self.rpc(self.director, own, "unlink")
        self.rpc(self.director, target, "unlink")

    def test_ordinary_sheets_go_on(self):
        """A sheet for one's specialist and one's supporter, its weights changed; of a
        manager, of anybody | manager; director, appraiser | made"""
        values = {"company_id": self.company.id, "date": "2025-08-15"}
        for user, person in (
            (self.manager, self.specialist),
            (self.manager, self.support),
            (self.director, self.manager),
            (self.appraiser, self.stranger),
        ):
            vals = {**values, "user_id": person.id}
            if person in (self.support, self.manager):
                vals["team_id"] = self.team.id
            sheet = self.Sheet.browse(self.rpc(user, self.Sheet, "create", vals))
            line = sheet.line_ids[:1]
            if line:
                self.rpc(user, line, "write", {"weight": 40})
            self.rpc(user, sheet, "write", {"user_id": person.id})
