from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.key_account.demo.department import CHINESE, TEAMS
from odoo.addons.key_account.demo.quiet import quietly

from ..rules import kpi as rules

# Planned sales of a quarter, in company currency.
SALES_PLANS = {
    "specialist": 1_500_000,
    "specialist_2": 2_500_000,
    "specialist_europe": 90_000,
    "specialist_europe_2": 32_000,
}
# How much less was planned in each quarter before.
GROWTH = 1.1
# Who has been here for fewer quarters.
STARTED = {"specialist_europe_2": 5}
VISITS_DUE = 95
QUARTERS = 9
# Until so many days ago figures are there, so that trends show before the job has run.
TREND_DAYS = 735
SELF_ASSESSMENT = {
    "en": "Kept the big customers close; two reports came late because of travel.",
    "zh": "重点客户关系稳定；因出差有两份报告提交较晚。",
}
APPRAISAL = {
    "en": "Good quarter. Write reports the same day, on the telephone if need be.",
    "zh": "总体良好。拜访报告请当天完成，必要时用手机填写。",
}


SELF_REMARK = {
    "en": "Two files wait for the new organisation chart of the customer.",
    "zh": "有两份档案还在等客户新的组织架构图。",
}
# How people judge, one KPI after another.
POINTS = {
    "self": (100, 80, 80, 80),
    "director": (80, 80, 60, 80),
    "department": (80, 60, 80, 60),
    "manager": (80, 60, 80, 60),
    "hr": (80, 100, 80, 60),
}
ON_THE_WHOLE = {
    "director": {
        "en": "Customers trust this colleague; the paperwork follows late.",
        "zh": "客户信任这位同事；资料整理偏慢。",
    },
    "department": {
        "en": "Reliable in everyday work; more ideas of their own, please.",
        "zh": "日常工作可靠；希望多提自己的想法。",
    },
    "hr": {
        "en": "Keeps the service standard; helps new colleagues.",
        "zh": "遵守服务规范，乐于帮助新同事。",
    },
}


class KeyAccountDemo(models.AbstractModel):
    """Targets and appraisal sheets of the demo's people."""

    _inherit = "key.account.demo"

    @api.model
    def _plan_and_appraise(self):
        # Otherwise loaded after the demo data: a sheet keeps what its grade was called.
        self.env["ir.module.module"]._load_module_terms(
            ["key_account_reports"], [CHINESE]
        )
        with quietly(self.env):
            for code, spec in TEAMS.items():
                company = self._company(code)
                today = fields.Date.context_today(self)
                quarter = company._key_account_period("quarter", today)
                last = quarter.start - timedelta(days=1)
                self._set_targets(code, spec, company, today)
                for member in spec["members"]:
                    sheet = self._open_sheet(code, member, last)
                    self._appraise(code, sheet, member)
                    running = self._open_sheet(code, member, today)
                    if member == "specialist":
                        running.action_start_self_assessment()
                for member in spec["support"]:
                    sheet = self._open_sheet(code, member, last)
                    self._hand_over(code, sheet, member)
                    self._judge(code, sheet)
                    sheet.action_appraise()
                self._open_team_sheet(code, today)
            self._compute_figures()

    def _appraise(self, code, sheet, member):
        """One waits for HR; those of the others are confirmed."""
        self._hand_over(code, sheet, member)
        if member == "specialist_2":
            self._judge(code, sheet, roles=("director",))
        else:
            self._judge(code, sheet)
            self._finish(code, sheet, member)

    def _compute_figures(self):
        """Two years, so that trends show before the job has run."""
        Figure = self.env["key.account.kpi.figure"]
        kpis = self.env["key.account.kpi"].search(Domain.TRUE)._measured()
        today = fields.Date.context_today(self)
        for code in TEAMS:
            company = self._company(code)
            people, teams = Figure._roster(company)
            for kind in rules.MONTHS:
                period = company._key_account_period(kind, today)
                while period.end > today - timedelta(days=TREND_DAYS):
                    Figure._compute(
                        *(company, period, kpis._of_period(kind), people, teams),
                        everybody=True,
                    )
                    before = period.start - timedelta(days=1)
                    period = company._key_account_period(kind, before)

    def _set_targets(self, code, spec, company, today):
        """Of this quarter and of those of two years, each a little higher."""
        env = self._env_of(self._user("director"), code)
        rows, period = [], company._key_account_period("quarter", today)
        for back in range(QUARTERS):
            for member in spec["members"]:
                if back < STARTED.get(member, QUARTERS):
                    rows += self._targets_of(member, period, back)
            before = period.start - timedelta(days=1)
            period = company._key_account_period("quarter", before)
        env["key.account.kpi.target"].create(rows).action_lock()

    def _targets_of(self, member, period, back):
        for kpi, value in (
            ("sales_plan_completion", self._sales_plan(member, back)),
            ("visit_plan_completion", VISITS_DUE),
        ):
            yield {
                "kpi_id": self.env.ref(f"key_account_reports.kpi_{kpi}").id,
                "user_id": self._user(member).id,
                "date": period.start,
                "value": value,
            }

    def _sales_plan(self, member, back):
        """Of the quarter so many quarters ago."""
        return round(SALES_PLANS[member] / GROWTH**back, -3)

    def _open_sheet(self, code, member, day):
        env = self._env_of_manager(code)
        return env["key.account.kpi.sheet"].create(
            {"user_id": self._user(member).id, "date": day}
        )

    def _open_team_sheet(self, code, day):
        env = self._env_of(self._user("director"), code)
        team = self._team(code)
        env["key.account.kpi.sheet"].create(
            {"subject": "team", "team_id": team.id, "date": day}
        )

    def _hand_over(self, code, sheet, member):
        """The person speaks first, then the sheet goes to its appraisers."""
        user = self._user(member)
        sheet.action_start_self_assessment()
        self.env.flush_all()
        own = sheet.with_env(self._env_of(user, code))
        own.self_comment = SELF_ASSESSMENT[self._words_of(user)]
        self._choose(own.self_judgement_ids, "self")
        own.self_judgement_ids[-1:].remark = SELF_REMARK[self._words_of(user)]
        own.action_ask_appraisers()
        self.env.flush_all()

    def _judge(self, code, sheet, roles=("director", "department", "hr")):
        for seat in sheet.sudo().appraiser_ids:
            if seat.role in roles:
                self._give(code, seat)

    def _give(self, code, seat):
        user = seat.user_id
        seat = seat.with_env(self._env_of(user, code))
        rows = seat.judgement_ids
        self._choose(rows, seat.role)
        whole = rows.filtered(lambda row: not row.line_id)
        whole.remark = ON_THE_WHOLE[seat.role][self._words_of(user)]
        seat.action_give()
        self.env.flush_all()

    def _choose(self, rows, role):
        judged = rows.filtered(lambda row: row.kind == "judged")
        for index, row in enumerate(judged):
            points = POINTS[role][index % len(POINTS[role])]
            row.level_id = row.kpi_id.level_ids.filtered(
                lambda level, points=points: level.points == points
            )[:1]

    def _words_of(self, user):
        return "zh" if user.lang == "zh_CN" else "en"

    def _finish(self, code, sheet, member):
        """The manager says what is agreed; HR closes it."""
        sheet.appraisal_comment = APPRAISAL[self._words_of(self._user(member))]
        sheet.action_appraise()
        self.env.flush_all()
        sheet.with_env(self._env_of(self._user("appraiser"), code)).action_confirm()
